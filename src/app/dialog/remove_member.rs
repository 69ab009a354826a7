//! `Remove member`: nothing to type, only to confirm.

use crate::app::change::Intent;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;

/// Who is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// From where.
    pub workspace: WorkspaceName,
    /// Whom.
    pub principal: Principal,
    /// What the member held when the dialog opened, or when a difference was last shown.
    pub before: RoleSet,
}

impl Form {
    pub(super) fn intents(&self) -> Vec<Intent> {
        let (workspace, principal) = (self.workspace.clone(), self.principal.clone());
        vec![
            Change::RemoveMember {
                workspace,
                principal,
                before: self.before.clone(),
            }
            .into(),
        ]
    }
}
