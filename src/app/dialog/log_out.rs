//! `Log out`: nothing to type, only to confirm.

use super::ctx::{Ctx, FieldError, Selected};
use super::form::{Apply, DialogForm};
use crate::domain::context::ContextName;
use std::borrow::Cow;

/// Which login is to be given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Of which context.
    pub context: ContextName,
}

impl Form {
    /// Opens for the selected context.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        let context = selected.context?.clone();
        Some(Self { context })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Log out".into()
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        Ok(Apply::Confirm)
    }
}
