//! Patterns for names: `ml-*`, `*@example.com`, `team-?`, `{a,b}-prod`.

use globset::{GlobBuilder, GlobMatcher};

/// A pattern; two are equal when they are spelled alike.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// Reads a pattern that tells upper from lower case.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn exact_case(text: &str) -> Result<Self, String> {
        Self::build(&mut GlobBuilder::new(text), text)
    }

    /// Reads a pattern for which upper and lower case are alike.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn any_case(text: &str) -> Result<Self, String> {
        Self::build(GlobBuilder::new(text).case_insensitive(true), text)
    }

    fn build(builder: &mut GlobBuilder<'_>, text: &str) -> Result<Self, String> {
        let glob = builder.build().map_err(|problem| problem.kind().to_string())?;
        Ok(Self {
            text: text.to_owned(),
            matcher: glob.compile_matcher(),
        })
    }

    /// Returns the pattern as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether `name` is meant.
    pub(super) fn matches(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.matcher.glob() == other.matcher.glob()
    }
}

impl Eq for Glob {}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ml-*", "ml-team", true)]
    #[case("ml-*", "xml-team", false)]
    #[case("*@example.com", "/odd/group@example.com", true)]
    #[case("*@example.com", "a@sub.example.com", false)]
    #[case("{dev,test}-?", "dev-1", true)]
    #[case("ml-*", "ML-team", false)]
    fn stands_for_names(#[case] pattern: &str, #[case] name: &str, #[case] is_meant: bool) {
        assert_eq!(Glob::exact_case(pattern).map(|glob| glob.matches(name)), Ok(is_meant));
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(Glob::exact_case("[a").is_err());
        assert_ne!(Glob::exact_case("a"), Glob::any_case("a"));
    }
}
