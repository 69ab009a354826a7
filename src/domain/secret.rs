//! Text that is on its way from a masked field, or from standard input, to where tokens are kept.

use std::fmt;

/// A text that is never shown. It can be compared and carried about as data; whoever needs the text itself says so.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes what was typed or pasted.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the text itself, for the place that sends or keeps it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints_its_text() {
        assert_eq!(format!("{:?}", Secret::new("s3cret".to_owned())), "Secret(***)");
    }
}
