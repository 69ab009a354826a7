//! The notice row: the outcome of what was done last.

use crate::domain::text::SafeText;

/// One line about what happened last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is marked.
    pub tone: Tone,
    /// What it says.
    pub text: SafeText,
}

/// How a notice is marked: each has a sign and a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Success,
    /// It did not work.
    Error,
    /// It needs attention.
    Warning,
    /// It is under way.
    Progress,
}

impl Notice {
    /// Returns a notice.
    pub fn new(tone: Tone, text: &str) -> Self {
        Self {
            tone,
            text: SafeText::new(text),
        }
    }
}
