//! Waiting for a right of a moment ago. What the platform refuses meanwhile is no answer yet: the members of a workspace,
//! what lies in it, and the count of that are asked for again, all by one timer, so that one time is told for them.

use super::dialogs;
use crate::app::dialog::{Form, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::fresh::{PAUSE, Right};
use crate::app::inventory::Inventory;
use crate::app::model::Model;
use crate::app::msg::{Effect, Inspection};
use crate::app::remote::Remote;
use crate::app::screen::{Screen, resources};
use crate::app::waits::Wait;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::Role;

impl Model {
    /// Returns the right in `workspace` that the platform may not know of yet, where that can be why it says no.
    pub(super) fn too_young(&self, workspace: &WorkspaceName, no: &Failure) -> Option<Right> {
        let right = self.young_right(workspace);
        right.filter(|_| no.kind == FailureKind::Forbidden)
    }

    /// Returns the right that the platform does not know of yet, where it turns the caller away who looks at a workspace.
    pub(super) fn not_effective_yet(
        &mut self,
        workspace: &WorkspaceName,
        inspection: &Result<Inspection, Failure>,
    ) -> Option<Right> {
        let (no, let_in) = match inspection {
            Err(no) => (no, None),
            Ok(Inspection { caller_access, roster }) => {
                let Err(no) = roster else {
                    self.fresh.take_effect(workspace);
                    return None;
                };
                (no, Some(caller_access))
            }
        };
        let right = self.too_young(workspace, no)?;
        // What everyone may do there, and a right of before, say nothing of a right that gives more.
        let is_known = let_in.is_some_and(|access| access.may_allow(right.role.rank()));
        if right.role == Role::Admin || !is_known {
            return Some(right);
        }
        // Whoever is no Admin is let in, and does not see the members.
        self.fresh.take_effect(workspace);
        None
    }

    /// Returns the right that the platform does not know of yet, where it does not let all be counted that lies in
    /// `workspace`.
    pub(super) fn cannot_count_yet(
        &mut self,
        workspace: &WorkspaceName,
        inventory: &Result<Box<Inventory>, Failure>,
    ) -> Option<Right> {
        let no = match inventory {
            Err(no) => Some(no),
            Ok(inventory) => inventory
                .uncounted()
                .map(|(_, no)| no)
                .find(|no| no.kind == FailureKind::Forbidden),
        };
        let Some(no) = no else {
            self.fresh.take_effect(workspace);
            return None;
        };
        self.too_young(workspace, no)
    }

    /// Has all that was refused in `workspace` asked for again in a moment.
    pub(super) fn try_again_later(&mut self, workspace: &WorkspaceName, right: Right) -> Vec<Effect> {
        let is_refused = true;
        self.fresh.gain(workspace, Right { is_refused, ..right });
        if self.retry_timer(workspace).is_some() {
            return Vec::new();
        }
        let ticket = self.ticket(Wait::LookAgain(workspace.clone()));
        vec![Effect::After { ticket, delay: PAUSE }]
    }

    /// Wants everything again that was refused in `workspace`, now that the timer has run out.
    pub(super) fn try_again(&mut self, workspace: &WorkspaceName) {
        if !self.store.details(workspace).is_known() {
            self.store.want(workspace);
        }
        for screen in &mut self.screens {
            if let Screen::Resources(state) = screen
                && state.workspace == *workspace
            {
                state.contents.read_failed_again();
            }
        }
    }

    /// Returns whether no more of what lies in a workspace is asked for until the timer has run out: some of it was refused,
    /// and nothing was let through.
    pub(super) fn is_put_off(&self, state: &resources::State) -> bool {
        let contents = &state.contents;
        contents.is_refused() && contents.is_unread() && self.retry_timer(&state.workspace).is_some()
    }

    /// Leaves what is lost with `workspace` uncounted for now.
    pub(super) fn count_later(&mut self, workspace: &WorkspaceName, right: Right) -> Vec<Effect> {
        for dialog in &mut self.dialogs {
            if let Form::DeleteWorkspaces(form) = &mut dialog.form {
                form.put_off(workspace);
            }
            if let Form::DeleteWorkspace(form) = &mut dialog.form
                && form.workspace == *workspace
            {
                form.inventory = Remote::Absent;
                form.is_put_off = true;
            }
        }
        self.try_again_later(workspace, right)
    }

    /// Goes on counting what is lost with the workspaces that the top dialog is about to delete, also what was put off once
    /// the timer has run out, and asks for the yes after that. The form knows how far that is, whatever lay over it when an
    /// answer came, and whatever the platform has answered to other questions meanwhile.
    pub(super) fn count_on(&mut self) -> Vec<Effect> {
        let Some(top) = self.dialogs.last().filter(|top| top.stage == Stage::Editing) else {
            return Vec::new();
        };
        let has_to_wait = |workspace: &WorkspaceName| self.retry_timer(workspace).is_some();
        let query = if let Form::DeleteWorkspace(form) = &top.form {
            form.count()
                .filter(|_| form.is_put_off && !has_to_wait(&form.workspace))
        } else if let Form::DeleteWorkspaces(form) = &top.form {
            form.go_on(has_to_wait)
        } else {
            None
        };
        if let Some(query) = query {
            let (ticket, effect) = self.ask(query);
            self.note_waiting_dialog(ticket);
            return vec![effect];
        }
        let top = self.dialogs.last_mut().map(|top| &mut top.form);
        if let Some(Form::DeleteWorkspace(form)) = top {
            if form.take_counted() {
                self.ask_for_the_name();
            }
        } else if let Some(Form::DeleteWorkspaces(form)) = top
            && form.take_counted()
        {
            dialogs::ask_again(self);
        }
        Vec::new()
    }

    /// Returns whether it is on the screen when what was refused is tried again.
    pub(super) fn tells_when_it_tries_again(&self) -> bool {
        let opened = self.screen().opened();
        let counted = |workspace: &WorkspaceName| match self.dialogs.last().map(|top| &top.form) {
            Some(Form::DeleteWorkspace(form)) => form.workspace == *workspace,
            Some(Form::DeleteWorkspaces(form)) => form.uncounted() == Some(workspace),
            _ => false,
        };
        self.waits
            .any(|wait| matches!(wait, Wait::LookAgain(workspace) if opened == Some(workspace) || counted(workspace)))
    }
}
