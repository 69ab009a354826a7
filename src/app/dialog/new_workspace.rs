//! `New workspace`: a name and a description.

use super::{Ctx, Field, FieldError};
use crate::app::change::Intent;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;

/// What has been typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The name.
    pub name: TextField,
    /// The description.
    pub description: TextField,
    /// Where the cursor is: [`Field::Name`] or [`Field::Description`].
    pub focus: Field,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            name: TextField::default(),
            description: TextField::default(),
            focus: Field::Name,
        }
    }
}

impl Form {
    pub(super) fn text_field(&mut self) -> &mut TextField {
        match self.focus {
            Field::Description => &mut self.description,
            Field::Name | Field::Principals | Field::Role => &mut self.name,
        }
    }

    pub(super) fn other_field(&mut self) {
        self.focus = if self.focus == Field::Name {
            Field::Description
        } else {
            Field::Name
        };
    }

    pub(super) fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let name = WorkspaceName::parse_new(self.name.value()).map_err(|problem| error(&problem.in_words()))?;
        if ctx.directory.find(&name).is_some() {
            return Err(error(&format!("a workspace '{}' already exists", name.shown())));
        }
        let description = self.description.value().trim();
        let description = (!description.is_empty()).then(|| description.to_owned());
        Ok(vec![Change::CreateWorkspace { name, description }.into()])
    }

    /// What is wrong with the name so far; an empty one is not wrong before it is submitted.
    pub(super) fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        if self.name.value().trim().is_empty() {
            return Vec::new();
        }
        self.check(ctx).err().unwrap_or_default()
    }
}

fn error(what: &str) -> Vec<FieldError> {
    vec![FieldError {
        field: Field::Name,
        what: SafeText::new(what),
    }]
}
