//! `Log in`, `Log out` and `Connect to an address`: the dialogs that change nothing on the platform, but who the
//! console is there and which one it is.

pub mod address;
pub mod log_in;

use super::{Field, FieldError};
use crate::app::text_field::TextField;
use crate::domain::context::ContextName;
use crate::domain::text::SafeText;

/// The forms about connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `Log in`.
    LogIn(Box<log_in::Form>),
    /// `Log out` of this context.
    LogOut(ContextName),
    /// `Connect to an address`.
    Connect(Box<address::Form>),
}

impl Form {
    /// Returns the title of the dialog; these words are stable.
    pub fn title(&self) -> &'static str {
        match self {
            Self::LogIn(_) => "Log in",
            Self::LogOut(_) => "Log out",
            Self::Connect(form) if form.to_log_in => "Log in",
            Self::Connect(_) => "Connect to an address",
        }
    }

    /// Returns whether an answer is waited for, so that nothing can be edited.
    pub fn is_waiting(&self) -> bool {
        match self {
            Self::LogIn(form) => form.waiting.is_some(),
            Self::LogOut(_) => false,
            Self::Connect(form) => form.waiting.is_some(),
        }
    }

    pub(super) fn text_field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::LogIn(form) => form.text_field(),
            Self::LogOut(_) => None,
            Self::Connect(form) => form.waiting.is_none().then_some(&mut form.address),
        }
    }

    pub(super) fn has_typed(&self) -> bool {
        match self {
            Self::LogIn(form) => !form.email.value().is_empty() || !form.token.is_empty(),
            Self::LogOut(_) => false,
            Self::Connect(form) => !form.address.value().is_empty(),
        }
    }

    /// Returns whether there is more than one field to move between.
    pub fn has_fields(&self) -> bool {
        matches!(self, Self::LogIn(form) if form.field().is_some())
    }

    /// Returns whether the focus is on a choice between options.
    pub fn is_on_options(&self) -> bool {
        matches!(self, Self::LogIn(form) if form.focus == Field::Way && form.offers().len() > 1)
    }

    pub(super) fn other_field(&mut self) {
        if let Self::LogIn(form) = self {
            form.other_field();
        }
    }

    pub(super) fn move_by(&mut self, down: bool) {
        if let Self::LogIn(form) = self {
            form.move_by(down);
        }
    }

    pub(super) fn choose_next(&mut self) {
        if let Self::LogIn(form) = self {
            form.choose_next();
        }
    }
}

fn wrong(field: Field, what: &str) -> FieldError {
    FieldError {
        field,
        what: SafeText::new(what),
    }
}
