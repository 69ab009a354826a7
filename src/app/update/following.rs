//! Following deletions from their acceptance to their end.

use crate::app::deletions::{A_WHILE, AT_MOST, Deletion, End, News};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::msg::{ChangeTarget, Effect, Found, Known, Query};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::waits::Wait;
use crate::domain::deletion::{ProgressVisibility, Remembered};
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::Allowed;
use crate::domain::workspace::Workspace;
use std::time::Duration;

impl Model {
    /// Begins to follow the deletion of `workspace`, which the platform has just accepted.
    pub(super) fn begin_following(&mut self, workspace: Workspace) -> Vec<Effect> {
        let (now, identity) = (self.now, self.identity());
        let visibility = self.visibility_of_deleting(&workspace);
        let name = workspace.name.clone();
        if visibility == ProgressVisibility::NothingToSee {
            return Vec::new();
        }
        self.store
            .deletions_mut()
            .begin(Deletion::new(workspace.clone(), now, visibility));
        if visibility != ProgressVisibility::Told {
            return vec![self.remind(&name)];
        }
        let remembered = Remembered {
            workspace,
            since: now,
            caller: identity.label().to_string(),
        };
        vec![Effect::Remember(remembered), self.ask_about_deletion(name)]
    }

    /// Goes on following what was under way when the console was last left, now that it is known who the caller is.
    pub(super) fn resume_following(&mut self) -> Vec<Effect> {
        let caller = self.identity().label().to_string();
        let mut effects = self.look_into_what_was_left();
        for remembered in std::mem::take(&mut self.session.left.deletions) {
            // Another caller would be told nothing, which must not be taken for the end.
            if remembered.caller == caller {
                let name = remembered.workspace.name.clone();
                let deletion = Deletion::new(remembered.workspace, remembered.since, ProgressVisibility::Told);
                self.store.deletions_mut().begin(deletion);
                effects.push(self.ask_about_deletion(name));
            }
        }
        effects
    }

    /// Looks into a deletion that somebody else began: whoever meets its reserved name may be able to follow it, too.
    pub(super) fn look_into_deletion(&mut self, name: WorkspaceName) -> Vec<Effect> {
        match self.store.deletions().find(&name) {
            Some(_) => Vec::new(),
            None => vec![self.ask_about_deletion(name)],
        }
    }

    /// Begins to follow a deletion that is not known yet, where the platform tells about it.
    fn adopt(&mut self, name: &WorkspaceName, answer: &Result<Known, Failure>) {
        if let Ok(Known::UnderWay(status)) = answer
            && self.store.deletions().find(name).is_none()
            && self.store.find(name).is_none()
        {
            let since = status.updated_at.unwrap_or(self.now);
            let workspace = Workspace::known_by_name(name.clone());
            self.store
                .deletions_mut()
                .begin(Deletion::new(workspace, since, ProgressVisibility::Told));
        }
    }

    fn ask_about_deletion(&mut self, name: WorkspaceName) -> Effect {
        self.ask(Query::Deletion(name)).1
    }

    fn remind(&mut self, name: &WorkspaceName) -> Effect {
        let ticket = self.ticket(Wait::FollowUp(name.clone()));
        let delay = Duration::try_from(A_WHILE).unwrap_or_default();
        Effect::After { ticket, delay }
    }

    /// Asks again about a deletion, or looks whether the workspace is still there.
    pub(super) fn follow_up(&mut self, name: &WorkspaceName) -> Vec<Effect> {
        let Some(deletion) = self.store.deletions().find(name) else {
            return Vec::new();
        };
        if deletion.visibility == ProgressVisibility::Told {
            return vec![self.ask_about_deletion(name.clone())];
        }
        // The platform does not tell: whether it is still there can be seen.
        let target = ChangeTarget::Workspace(name.clone());
        vec![self.ask(Query::Target(target)).1]
    }

    /// Says what became of a deletion that nobody tells about, or looks again in a while.
    pub(super) fn looked_for(&mut self, name: &WorkspaceName, found: &Result<Found, Failure>) -> Vec<Effect> {
        let Some(deletion) = self.store.deletions().find(name).filter(|one| one.end.is_none()) else {
            return Vec::new();
        };
        let is_gone = match found {
            // Of a deletion that somebody else began the id is not known.
            Ok(Found::Workspace(Some(there))) => !deletion.is_adopted() && there.id != deletion.workspace.id,
            Ok(found) => matches!(found, Found::Workspace(None)),
            Err(failure) => failure.kind == FailureKind::NotFound,
        };
        let is_hidden = matches!(found, Err(failure) if failure.kind == FailureKind::Forbidden);
        let elapsed = self.now.duration_since(deletion.since);
        if !is_gone && !is_hidden && elapsed < AT_MOST {
            return vec![self.remind(name)];
        }
        let is_blind = matches!(
            deletion.visibility,
            ProgressVisibility::NotTold | ProgressVisibility::CannotTell
        );
        let can_retry = is_blind && self.platform_admin() != Allowed::No;
        let key = self.key_of(Context::Workspaces, Action::OpenMembers);
        let retry = if can_retry {
            format!("; if it stays taken, {key} on its row retries")
        } else {
            String::new()
        };
        let (at, minutes) = (name.shown(), elapsed.as_mins());
        let taken = format!("its name stays taken until its contents are destroyed{retry}");
        let (end, tone, text) = match found {
            _ if is_gone => (End::Gone, Tone::Success, format!("'{at}' is gone; {taken}")),
            Err(_) if is_hidden => {
                let text = format!("'{at}' can no longer be seen; {taken}");
                (End::Hidden, Tone::Warning, text)
            }
            Err(failure) => {
                let why = failure.why();
                let text = format!("whether '{at}' is gone could not be seen after {minutes} min: {why}{retry}");
                (End::NotSeen, Tone::Warning, text)
            }
            Ok(_) => {
                let text = format!("'{at}' is still there after {minutes} min{retry}");
                (End::StillThere, Tone::Warning, text)
            }
        };
        self.tell(tone, &text);
        // Where nothing can be done about what is gone, nothing is left to be shown.
        let effects = if is_gone && !can_retry {
            self.store.deletions_mut().end(name);
            self.leave_deletion(name);
            vec![Effect::Forget(name.clone())]
        } else {
            self.store.deletions_mut().conclude(name, end);
            Vec::new()
        };
        self.rebuild();
        effects
    }

    /// Takes what was told about the deletion of `name`.
    pub(super) fn told_about_deletion(&mut self, name: &WorkspaceName, answer: Result<Known, Failure>) -> Vec<Effect> {
        self.adopt(name, &answer);
        let Some(news) = self.store.deletions_mut().take(name, answer) else {
            return Vec::new();
        };
        match news {
            News::GoesOn => {}
            News::BrokeOff => {
                let key = self.key_of(Context::Workspaces, Action::OpenMembers);
                let text = format!("the deletion of '{}' failed: {key} on its row shows why", name.shown());
                self.tell(Tone::Error, &text);
            }
            News::Silence => return vec![self.remind(name)],
            News::Over(deletion) => {
                let seconds = self.now.duration_since(deletion.since).as_secs();
                let text = format!("'{}' is gone after {seconds} s: the name is free again", name.shown());
                self.tell(Tone::Success, &text);
                self.leave_deletion(name);
                self.rebuild();
                return vec![Effect::Forget(name.clone())];
            }
        }
        self.rebuild();
        let now = self.now;
        let pause = self
            .store
            .deletions()
            .find(name)
            .and_then(|deletion| deletion.pause(now));
        let Some(delay) = pause else {
            return Vec::new();
        };
        let ticket = self.ticket(Wait::FollowUp(name.clone()));
        vec![Effect::After { ticket, delay }]
    }

    /// Closes the dialog about a deletion that is over.
    fn leave_deletion(&mut self, name: &WorkspaceName) {
        use crate::app::dialog::{Dialog, Form, Stage};
        let stays = |dialog: &Dialog| {
            let is_about_it = matches!(&dialog.form, Form::Deletion(form) if form.workspace == *name);
            !is_about_it || matches!(dialog.stage, Stage::Running(_))
        };
        self.dialogs.retain(stays);
        if let Some(Screen::Help(state)) = self.screens.last_mut() {
            state.parked.retain(stays);
        }
    }
}
