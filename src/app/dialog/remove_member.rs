//! `Remove member`: nothing to type, only to confirm.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::DialogForm;
use crate::app::change::{Intent, Settled};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use std::borrow::Cow;

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
    /// Opens for the selected member.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        let workspace = selected.workspace?.clone();
        let member = selected.member.clone()?;
        Some(Self {
            workspace,
            principal: member.principal,
            before: member.roles,
        })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Remove member".into()
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn changes_members(&self) -> bool {
        true
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        if let Some(held) = Settled::roles_now(settled, &self.principal) {
            self.before = held;
        }
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        if self.before.is_empty() {
            let text = format!("{} is no longer a member: nothing to remove", self.principal.label());
            return Err(vec![FieldError::new(Field::Principals, &text)]);
        }
        let (workspace, principal) = (self.workspace.clone(), self.principal.clone());
        Ok(vec![
            Change::Roles {
                workspace,
                principal,
                before: self.before.clone(),
                after: RoleSet::default(),
            }
            .into(),
        ])
    }
}
