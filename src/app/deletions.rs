//! Deletions under way: workspaces that the platform has accepted to delete and is still destroying. They are no
//! longer listed, but stay on show until they are gone.

use super::failure::Failure;
use super::msg::Known;
use super::time;
use crate::domain::deletion::{ProgressVisibility, Stage, Status};
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long a deletion is asked about often, and how often a workspace is looked for of whose deletion nobody tells.
pub const A_WHILE: SignedDuration = SignedDuration::from_secs(60);

/// How long a workspace is looked for whose deletion nobody tells about.
pub const AT_MOST: SignedDuration = SignedDuration::from_mins(10);

/// One deletion under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The workspace as it was last seen.
    pub workspace: Workspace,
    /// When its deletion was accepted; of one that somebody else began, since when it is known to be at its stage.
    pub since: Timestamp,
    /// Whether one can see how far it is.
    pub visibility: ProgressVisibility,
    /// What the platform told last.
    pub status: Option<Status>,
    /// Why the last question about it was not answered.
    pub failure: Option<Failure>,
    /// What was seen of it in the end, and told, where the platform tells nothing.
    pub end: Option<End>,
}

/// What was seen of a deletion in the end that nobody tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The workspace is gone.
    Gone,
    /// It may not be seen, if it is there.
    Hidden,
    /// It is still there.
    StillThere,
    /// Whether it is there could not be seen.
    NotSeen,
}

impl End {
    /// Returns it for the row of the workspace.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Gone => "gone; its name may stay taken",
            Self::Hidden => "deleted; it can no longer be seen",
            Self::StillThere => "deletion accepted, but it is still there",
            Self::NotSeen => "deletion accepted; not seen to be gone",
        }
    }
}

/// All deletions under way, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deletions(Vec<Deletion>);

/// What an answer about a deletion means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It goes on.
    GoesOn,
    /// It has broken off just now.
    BrokeOff,
    /// It is over: the workspace is gone.
    Over(Box<Deletion>),
    /// Nobody will tell any more.
    Silence,
}

impl Deletion {
    /// Returns a deletion that was just accepted.
    pub fn new(workspace: Workspace, since: Timestamp, visibility: ProgressVisibility) -> Self {
        Self {
            workspace,
            since,
            visibility,
            status: None,
            failure: None,
            end: None,
        }
    }

    /// Returns whether somebody else began it, so that it is not known when.
    pub fn is_adopted(&self) -> bool {
        self.workspace.id.is_empty()
    }

    /// Returns how far it is, where the platform has told.
    pub fn stage(&self) -> Option<&Stage> {
        self.status.as_ref().map(|status| &status.stage)
    }

    /// Returns whether it has broken off.
    pub fn has_failed(&self) -> bool {
        self.stage() == Some(&Stage::Failed)
    }

    /// Returns how far it is, for its row: `deleting: pending, 12 s`, why it has broken off, or what was seen in the end.
    pub fn in_words(&self, now: Timestamp) -> String {
        if let Some(end) = self.end {
            return end.in_words().to_owned();
        }
        let elapsed = time::elapsed(self.since, now);
        let Some(status) = &self.status else {
            let how = match (self.visibility, &self.failure) {
                (_, Some(failure)) => failure.why(),
                (ProgressVisibility::Told, None) => "accepted",
                (ProgressVisibility::Withheld, None) => "progress: creator only",
                (ProgressVisibility::NotTold | ProgressVisibility::NothingToSee, None) => "no progress reported",
                (ProgressVisibility::CannotTell, None) => "progress unknown",
            };
            return format!("deleting ({how}), {elapsed}");
        };
        let stage = status.stage.label();
        let error = status.error.as_ref().filter(|_| self.has_failed());
        let error = error.map(|error| format!(": {error}")).unwrap_or_default();
        format!("deleting: {stage}, {elapsed}{error}")
    }

    /// Returns how long to wait before asking about it again; nothing where asking is of no use.
    pub fn pause(&self, now: Timestamp) -> Option<Duration> {
        let is_young = now.duration_since(self.since) < A_WHILE;
        let seconds = if is_young && self.failure.is_none() { 2 } else { 10 };
        (self.visibility == ProgressVisibility::Told).then(|| Duration::from_secs(seconds))
    }
}

impl Deletions {
    /// Returns all of them.
    pub fn all(&self) -> &[Deletion] {
        &self.0
    }

    /// Returns the deletion of the workspace called `name`.
    pub fn find(&self, name: &WorkspaceName) -> Option<&Deletion> {
        self.0.iter().find(|deletion| deletion.workspace.name == *name)
    }

    /// Notes one; an older one of the same name is over, or there would be no new one.
    pub fn begin(&mut self, deletion: Deletion) {
        self.0.retain(|known| known.workspace.name != deletion.workspace.name);
        self.0.push(deletion);
    }

    /// Notes what was seen of one in the end.
    pub fn conclude(&mut self, name: &WorkspaceName, end: End) {
        let mut all = self.0.iter_mut();
        if let Some(deletion) = all.find(|deletion| deletion.workspace.name == *name) {
            deletion.end = Some(end);
        }
    }

    /// Takes one out.
    pub fn end(&mut self, name: &WorkspaceName) -> Option<Deletion> {
        let place = self.0.iter().position(|deletion| deletion.workspace.name == *name)?;
        Some(self.0.remove(place))
    }

    /// Takes what was told about one.
    pub fn take(&mut self, name: &WorkspaceName, answer: Result<Known, Failure>) -> Option<News> {
        let place = self.0.iter().position(|deletion| deletion.workspace.name == *name)?;
        let deletion = self.0.get_mut(place)?;
        Some(match answer {
            Ok(Known::UnderWay(status)) => {
                let had_failed = deletion.has_failed();
                deletion.failure = None;
                deletion.status = Some(status);
                if deletion.has_failed() && !had_failed {
                    News::BrokeOff
                } else {
                    News::GoesOn
                }
            }
            Ok(Known::NoneToSee) => News::Over(Box::new(self.0.remove(place))),
            Ok(Known::NotTold) => {
                deletion.visibility = ProgressVisibility::NotTold;
                deletion.failure = None;
                News::Silence
            }
            Err(failure) => {
                deletion.failure = Some(failure);
                News::GoesOn
            }
        })
    }

    /// Forgets those that nobody tells about once their end was told or they are old, and those whose name somebody `has_taken`.
    pub fn tidy(&mut self, now: Timestamp, has_taken: impl Fn(&Workspace) -> bool) -> Vec<WorkspaceName> {
        let is_over = |deletion: &Deletion| {
            let is_old = deletion.end.is_some() || now.duration_since(deletion.since) >= AT_MOST;
            (deletion.visibility != ProgressVisibility::Told && is_old) || has_taken(&deletion.workspace)
        };
        let over = self.0.iter().filter(|deletion| is_over(deletion));
        let over: Vec<WorkspaceName> = over.map(|deletion| deletion.workspace.name.clone()).collect();
        self.0.retain(|deletion| !over.contains(&deletion.workspace.name));
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::SafeText;

    fn name() -> WorkspaceName {
        WorkspaceName::from_platform("ml-team")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn under_way(visibility: ProgressVisibility) -> Deletions {
        let workspace = Workspace {
            id: "workspace-1".to_owned(),
            name: name(),
            description: None,
            created_at: None,
            created_by: None,
            updated_at: None,
            updated_by: None,
        };
        let mut deletions = Deletions::default();
        deletions.begin(Deletion::new(workspace, at(0), visibility));
        deletions
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the answer comes")]
    fn told(stage: Stage) -> Result<Known, Failure> {
        Ok(Known::UnderWay(Status {
            stage,
            error: Some(SafeText::new("1 job is stuck")),
            updated_at: None,
        }))
    }

    #[test]
    fn follows_a_deletion_to_its_end() {
        let mut deletions = under_way(ProgressVisibility::Told);
        assert_eq!(deletions.take(&name(), told(Stage::Pending)), Some(News::GoesOn));
        assert_eq!(deletions.take(&name(), told(Stage::Failed)), Some(News::BrokeOff));
        assert_eq!(
            deletions.take(&name(), told(Stage::Failed)),
            Some(News::GoesOn),
            "said once"
        );
        let lost = Err(Failure::local("no connection", "wait"));
        assert_eq!(deletions.take(&name(), lost), Some(News::GoesOn));
        assert!(
            deletions.find(&name()).unwrap().has_failed(),
            "what was told last stays"
        );
        assert!(matches!(
            deletions.take(&name(), Ok(Known::NoneToSee)),
            Some(News::Over(_))
        ));
        assert_eq!(deletions.take(&name(), told(Stage::Pending)), None);
    }

    #[test]
    fn asks_often_at_first_and_not_where_nobody_tells() {
        let deletions = under_way(ProgressVisibility::Told);
        let deletion = deletions.find(&name()).unwrap();
        assert!(deletion.pause(at(59)).unwrap() < deletion.pause(at(60)).unwrap());
        assert_eq!(under_way(ProgressVisibility::Withheld).all()[0].pause(at(1)), None);
    }

    #[test]
    fn what_nobody_tells_about_is_forgotten_after_a_while() {
        let mut silent = under_way(ProgressVisibility::NotTold);
        assert!(silent.tidy(at(599), |_| false).is_empty());
        assert_eq!(silent.clone().tidy(at(600), |_| false), [name()]);
        silent.conclude(&name(), End::StillThere);
        assert_eq!(silent.tidy(at(60), |_| false), [name()], "more is not told of it");
        let mut told = under_way(ProgressVisibility::Told);
        assert!(told.tidy(at(6000), |_| false).is_empty());
        assert_eq!(told.tidy(at(5), |_| true), [name()], "somebody has taken the name");
    }
}
