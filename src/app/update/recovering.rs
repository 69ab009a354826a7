//! Changes of an earlier session of which the journal does not say what became of them: the program was killed, or nobody
//! could look. They are looked into one after the other, once it is known who the caller is.

use crate::app::change::{has_come_true, target_after};
use crate::app::failure::{Failure, FailureKind};
use crate::app::model::Model;
use crate::app::msg::{Effect, Found, Of, Query};
use crate::app::notice::Tone;
use crate::app::waits::Wait;
use crate::domain::activity::{Caller, Conclusion, Open, Verdict};
use crate::domain::change::Change;
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;

impl Model {
    /// Begins to look into what an earlier session of the same caller has left open.
    pub(super) fn look_into_what_was_left(&mut self) -> Vec<Effect> {
        let caller = self.identity().as_sender();
        // What others may not see would be taken for what is not there.
        self.session.left.open.retain(|open| is_same(&open.caller, &caller));
        if self.waits.any(|wait| matches!(wait, Wait::Recovery(_))) {
            return Vec::new();
        }
        self.look_into_the_next()
    }

    fn look_into_the_next(&mut self) -> Vec<Effect> {
        if self.session.left.open.is_empty() {
            return Vec::new();
        }
        let open = self.session.left.open.remove(0);
        let query = Query::Target(target_after(&open.change));
        let ticket = self.ticket(Wait::Recovery(Box::new(open)));
        vec![Effect::Read { ticket, query }]
    }

    /// Takes what was found of a change that an earlier session has left open, and looks into the next one.
    pub(super) fn recovered(&mut self, open: &Open, found: Result<Found, Failure>) -> Vec<Effect> {
        let what = open.change.sentence();
        let concluded = match found {
            Ok(found) => Ok(became_of(open, &found)),
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(out_of_sight(open)),
            Err(failure) => Err(failure),
        };
        let mut effects = match concluded {
            Ok(conclusion) => {
                let tone = if conclusion.verdict.is_done() {
                    Tone::Success
                } else {
                    Tone::Warning
                };
                let why = conclusion
                    .why
                    .as_ref()
                    .map(|why| format!(": {why}"))
                    .unwrap_or_default();
                let end = conclusion.verdict.word();
                self.tell(tone, &format!("left open by an earlier session: {what}: {end}{why}"));
                let of = Of::Left(open.id.clone());
                vec![Effect::Conclude { of, conclusion }]
            }
            Err(failure) => {
                let why = failure.why();
                let text =
                    format!("left open by an earlier session: {what}: it cannot be seen what became of it: {why}");
                self.tell(Tone::Warning, &text);
                if failure.concerns_everything() || failure.kind == FailureKind::ServerError {
                    // The next start tries again.
                    self.session.left.open.clear();
                }
                Vec::new()
            }
        };
        effects.extend(self.look_into_the_next());
        effects
    }
}

/// Whether somebody is the same to the platform.
fn is_same(one: &Caller, other: &Caller) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    one == other || same(&one.email, &other.email) || same(&one.subject, &other.subject)
}

/// What is said where the workspace itself is gone, so that it can never be seen what became of the change.
fn out_of_sight(open: &Open) -> Conclusion {
    let why = format!("'{}' can no longer be seen", open.change.workspace().shown());
    Conclusion {
        verdict: Verdict::Unknown,
        found: Some(RoleSet::default()),
        why: Some(SafeText::new(&why)),
    }
}

/// Judges what became of a change from what is there now. It went out before anybody could change the same thing again
/// with this program; what somebody else did since then is told as what is there.
fn became_of(open: &Open, found: &Found) -> Conclusion {
    let roles = open.change.principal().and_then(|principal| match found {
        Found::Members(roster) => Some(roster.roles_of(principal)),
        Found::Rows(_) | Found::Workspace(_) | Found::Contents(_) | Found::Resource(_) | Found::Deletion { .. } => None,
    });
    let (before, _) = open.change.roles();
    let is_made_anew = matches!(
        (&open.change, found),
        (Change::DeleteWorkspace { .. }, Found::Workspace(Some(there))) if there.created_at.is_some_and(|at| at > open.at)
    );
    let (verdict, why) = if is_made_anew {
        let why = format!("there is a new workspace '{}' by now", open.change.workspace().shown());
        (Verdict::Applied, Some(SafeText::new(&why)))
    } else if has_come_true(&open.change, found) {
        (Verdict::Applied, None)
    } else if let Some(held) = roles.as_ref().filter(|held| **held != before) {
        let why = format!(
            "{} now, which is neither what was wanted nor what was there before",
            held.shown()
        );
        (Verdict::Unknown, Some(SafeText::new(&why)))
    } else {
        (Verdict::NotApplied, None)
    };
    Conclusion {
        verdict,
        found: roles,
        why,
    }
}
