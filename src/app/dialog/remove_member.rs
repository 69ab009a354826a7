//! `Remove member`: nothing to type, only to confirm.

use super::{Field, FieldError};
use crate::app::change::Intent;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;

/// Who is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// From where.
    pub workspace: WorkspaceName,
    /// The principal it is about.
    pub principal: Principal,
    /// What the member held when the dialog opened, or when a difference was last shown.
    pub before: RoleSet,
}

impl Form {
    pub(super) fn check(&self) -> Result<Vec<Intent>, Vec<FieldError>> {
        if self.before.is_empty() {
            let text = format!(
                "{} is no member any more: there is nothing to remove",
                self.principal.label()
            );
            return Err(vec![FieldError {
                field: Field::Principals,
                what: SafeText::new(&text),
            }]);
        }
        let (workspace, principal) = (self.workspace.clone(), self.principal.clone());
        Ok(vec![
            Change::RemoveMember {
                workspace,
                principal,
                before: self.before.clone(),
            }
            .into(),
        ])
    }
}
