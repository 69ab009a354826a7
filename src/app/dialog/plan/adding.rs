//! Adding one principal to all marked workspaces: who, and as what.

use crate::app::dialog::ctx::{Ctx, Field};
use crate::app::dialog::form::moved;
use crate::app::dialog::picker::Picker;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::{Role, RoleSet};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adding {
    /// Where to.
    pub workspaces: Vec<WorkspaceName>,
    /// Who, as it is typed.
    pub to: Picker,
    /// The place of the chosen role among [`Role::CHOICES`].
    pub choice: usize,
    /// Where the cursor is: [`Field::Principals`] or [`Field::Role`].
    pub focus: Field,
}

impl Adding {
    /// Asks for somebody to be added to `workspaces`, as Viewer to begin with.
    pub(super) fn new(workspaces: Vec<WorkspaceName>) -> Self {
        Self {
            workspaces,
            to: Picker::default(),
            choice: 0,
            focus: Field::Principals,
        }
    }

    fn chosen(&self) -> Role {
        Role::CHOICES.get(self.choice).cloned().unwrap_or(Role::Viewer)
    }

    /// Returns what somebody shall hold who holds `before`: adding only ever gives.
    pub(super) fn after(&self, before: &RoleSet) -> RoleSet {
        if before.strength() >= self.chosen().rank() {
            return before.clone();
        }
        before.choosing(self.chosen())
    }

    /// Returns in how many workspaces it is still to be read who is a member.
    pub(super) fn n_unread(&self, ctx: Ctx<'_>) -> usize {
        let is_coming = |name: &&WorkspaceName| {
            let details = ctx.store.details(name);
            let has_failed = details.failure.is_some() || ctx.store.halted().is_some();
            details.members.is_none() && !has_failed && ctx.store.roster(name).is_none()
        };
        self.workspaces.iter().filter(is_coming).count()
    }

    pub(super) fn other_field(&mut self) {
        self.focus = if self.focus == Field::Principals {
            Field::Role
        } else {
            Field::Principals
        };
    }

    pub(super) fn move_by(&mut self, down: bool) {
        let last = Role::CHOICES.len() - 1;
        match (self.focus == Field::Role, down) {
            (true, true) if self.choice == last => self.focus = Field::Principals,
            (true, down) => self.choice = moved(self.choice, last, down),
            (false, true) => {}
            (false, false) => self.focus = Field::Role,
        }
    }
}
