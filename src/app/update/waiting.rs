//! Waiting for a right of a moment ago. What the platform refuses meanwhile is no answer yet: the members of a workspace,
//! what lies in it, and the count of that are asked for again, all by one timer, so that one time is told for them.

use crate::app::dialog::{Dialog, Form, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::fresh::{PAUSE, Right};
use crate::app::inventory::Inventory;
use crate::app::model::Model;
use crate::app::msg::{Effect, Inspection, Query};
use crate::app::remote::Remote;
use crate::app::screen::{Screen, resources};
use crate::app::waits::Wait;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::Role;
use crate::domain::workspace::CallerAccess;

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
        let (no, is_shut_out) = match inspection {
            Err(no) => (no, true),
            Ok(Inspection { caller_access, roster }) => {
                let Err(no) = roster else {
                    self.fresh.take_effect(workspace);
                    return None;
                };
                (no, *caller_access == CallerAccess::Nothing)
            }
        };
        let right = self.too_young(workspace, no)?;
        (right.role == Role::Admin || is_shut_out).then_some(right)
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
        let wait = Wait::LookAgain(workspace.clone());
        let running = self.waits.tickets(|other| *other == wait).into_iter().next();
        let ticket = running.unwrap_or_else(|| self.ticket(wait));
        let waits = Some(ticket);
        self.fresh.gain(workspace, Right { waits, ..right });
        if running.is_some() {
            return Vec::new();
        }
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

    /// Returns whether no more of what lies in a workspace is asked for until the timer has run out: some of it was refused.
    pub(super) fn is_put_off(&self, state: &resources::State) -> bool {
        let wait = Wait::LookAgain(state.workspace.clone());
        state.contents.is_refused() && self.waits.any(|other| *other == wait)
    }

    /// Leaves what is lost with `workspace` uncounted for now.
    pub(super) fn count_later(&mut self, workspace: &WorkspaceName, right: Right) -> Vec<Effect> {
        for dialog in &mut self.dialogs {
            if let Form::DeleteWorkspaces(form) = &mut dialog.form {
                form.put_off();
            }
            if let Form::DeleteWorkspace(form) = &mut dialog.form
                && form.workspace == *workspace
            {
                form.inventory = Remote::Absent;
            }
        }
        self.try_again_later(workspace, right)
    }

    /// Counts what is lost with the workspaces that the top dialog is about to delete, where that was put off and the
    /// timer has run out.
    pub(super) fn count_when_let_in(&mut self) -> Vec<Effect> {
        let Some(Dialog {
            form,
            stage: Stage::Editing,
            ..
        }) = self.dialogs.last()
        else {
            return Vec::new();
        };
        let query = if let Form::DeleteWorkspace(form) = form {
            form.count().filter(|_| form.inventory == Remote::Absent)
        } else if let Form::DeleteWorkspaces(form) = form {
            form.next()
        } else {
            None
        };
        let Some(Query::Inventory(workspace, kinds)) = query else {
            return Vec::new();
        };
        let wait = Wait::LookAgain(workspace.clone());
        if !self.fresh.is_tried_again(&workspace) || self.waits.any(|other| *other == wait) {
            return Vec::new();
        }
        let (ticket, effect) = self.ask(Query::Inventory(workspace, kinds));
        self.note_waiting_dialog(ticket);
        vec![effect]
    }

    /// Returns whether it is on the screen when what was refused is tried again.
    pub(super) fn tells_when_it_tries_again(&self) -> bool {
        let opened = self.screen().opened();
        let is_told = |wait: &Wait| matches!(wait, Wait::LookAgain(workspace) if opened == Some(workspace) || !self.dialogs.is_empty());
        self.waits.any(is_told)
    }
}
