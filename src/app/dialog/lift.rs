//! `Allow changes`: read-only is lifted for some minutes. Nothing to edit, only to confirm.

use super::form::DialogForm;
use std::borrow::Cow;

/// For how long that is, in words.
pub const MINUTES: &str = "five minutes";

/// Which context is opened for changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its name, as it has to be typed.
    pub context: String,
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Allow changes".into()
    }

    fn is_editable(&self) -> bool {
        false
    }
}
