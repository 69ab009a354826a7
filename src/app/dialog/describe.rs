//! `Describe workspace`: its description, which may be emptied.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{DialogForm, Row};
use crate::app::change::{Intent, Settled};
use crate::app::msg::Found;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use std::borrow::Cow;

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
    /// Opens on the present description of the selected workspace.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        let workspace = selected.workspace?.clone();
        let found = selected.ctx.store.find(&workspace);
        let before = found.and_then(|found| found.description.clone());
        let text = TextField::filled(before.as_deref().unwrap_or(""));
        Some(Self {
            workspace,
            before,
            text,
        })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Describe workspace".into()
    }

    fn rows(&self) -> Vec<Row<'_>> {
        vec![
            Row::Heading(self.workspace.shown()),
            Row::Gap,
            Row::Field {
                field: Field::Description,
                label: "Description",
                text: &self.text,
                has_focus: true,
                rule: "may be left empty",
            },
        ]
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.text)
    }

    fn has_typed(&self) -> bool {
        self.text.value() != self.before.as_deref().unwrap_or("")
    }

    fn refused_field(&self) -> Option<Field> {
        Some(Field::Description)
    }

    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        for one in settled {
            if let Some(Found::Workspace(Some(workspace))) = &one.now {
                self.before.clone_from(&workspace.description);
            }
        }
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let after = self.text.value().to_owned();
        if after == self.before.as_deref().unwrap_or("") {
            let error = FieldError::new(Field::Description, "nothing has been changed yet");
            return Err(vec![error]);
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
