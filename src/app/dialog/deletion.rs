//! `Deletion status`: how far a deletion under way is, and another attempt where it has broken off.

use super::ctx::{Ctx, FieldError};
use super::form::DialogForm;
use crate::app::change::Intent;
use crate::app::keymap::Context;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use std::borrow::Cow;

/// Which deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Of which workspace.
    pub workspace: WorkspaceName,
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Deletion status".into()
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn keys(&self) -> &'static [Context] {
        &[Context::Deletion, Context::LongText, Context::Always]
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let workspace = self.workspace.clone();
        Ok(vec![Change::RetryDeletion { workspace }.into()])
    }
}
