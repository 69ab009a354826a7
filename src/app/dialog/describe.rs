//! `Describe workspace`: its description, which may be emptied.

use super::{Field, FieldError};
use crate::app::change::Intent;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;

/// The description being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Of which workspace.
    pub workspace: WorkspaceName,
    /// What it was when the dialog opened, or when a difference was last shown.
    pub before: Option<String>,
    /// What it shall be.
    pub text: TextField,
}

impl Form {
    /// Opens on the present description.
    pub fn new(workspace: WorkspaceName, before: Option<String>) -> Self {
        let text = TextField::filled(before.as_deref().unwrap_or(""));
        Self {
            workspace,
            before,
            text,
        }
    }

    pub(super) fn has_typed(&self) -> bool {
        self.text.value() != self.before.as_deref().unwrap_or("")
    }

    pub(super) fn check(&self) -> Result<Vec<Intent>, Vec<FieldError>> {
        let after = self.text.value().to_owned();
        if after == self.before.as_deref().unwrap_or("") {
            let what = SafeText::new("nothing has been changed yet");
            return Err(vec![FieldError {
                field: Field::Description,
                what,
            }]);
        }
        let (workspace, before) = (self.workspace.clone(), self.before.clone());
        Ok(vec![
            Change::Describe {
                workspace,
                before,
                after,
            }
            .into(),
        ])
    }
}
