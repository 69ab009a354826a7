//! `Change role`: one of three roles; every other role the member holds is kept.

use super::{Field, FieldError};
use crate::app::change::Intent;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;

/// The role being chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// The principal it is about.
    pub principal: Principal,
    /// What the member held when the dialog opened, or when a difference was last shown.
    pub before: RoleSet,
    /// The place of the chosen role among [`Role::CHOICES`].
    pub choice: usize,
}

impl Form {
    /// Opens with the strongest present role chosen.
    pub fn new(workspace: WorkspaceName, principal: Principal, before: RoleSet) -> Self {
        let choice = before
            .effective()
            .map_or(0, |role| usize::from(role.rank().saturating_sub(1)));
        Self {
            workspace,
            principal,
            before,
            choice,
        }
    }

    /// Returns the chosen role.
    pub fn chosen(&self) -> Role {
        Role::CHOICES.get(self.choice).cloned().unwrap_or(Role::Viewer)
    }

    /// Returns the exact set that will be sent.
    pub fn after(&self) -> RoleSet {
        self.before.choosing(self.chosen())
    }

    /// Returns the change as it stands, whether or not it changes anything.
    pub fn change(&self) -> Change {
        Change::SetRoles {
            workspace: self.workspace.clone(),
            principal: self.principal.clone(),
            before: self.before.clone(),
            after: self.after(),
        }
    }

    pub(super) fn move_by(&mut self, down: bool) {
        self.choice = super::moved_choice(self.choice, down);
    }

    pub(super) fn check(&self) -> Result<Vec<Intent>, Vec<FieldError>> {
        if self.after() == self.before {
            let what = SafeText::new("that is the present role: choose another with ↑ ↓");
            return Err(vec![FieldError {
                field: Field::Role,
                what,
            }]);
        }
        Ok(vec![self.change().into()])
    }
}
