//! Patterns for names: `ml-*`, `*@example.com`, `team-?`, `{a,b}-prod`.

use globset::{ErrorKind, GlobBuilder, GlobMatcher};

/// Returns why a text is no pattern.
pub fn why_none(kind: &ErrorKind) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum may grow")]
    match kind {
        ErrorKind::UnclosedClass => "a [ is not closed with a ]".to_owned(),
        ErrorKind::InvalidRange(from, to) => format!("the range {from}-{to} is backwards"),
        ErrorKind::UnopenedAlternates => "a } has no { before it".to_owned(),
        ErrorKind::UnclosedAlternates => "a { is not closed with a }".to_owned(),
        ErrorKind::DanglingEscape => "it ends with a \\".to_owned(),
        _ => "it is too long or nested too deeply".to_owned(),
    }
}

/// A pattern; two are equal when they are spelled alike.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
    /// What stands between the stars, where there is nothing else to a pattern that tells upper from lower case: most
    /// are like that, and there can be many names.
    parts: Option<Vec<String>>,
}

impl Glob {
    /// Reads a pattern that tells upper from lower case.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn exact_case(text: &str) -> Result<Self, String> {
        let is_special = |c: char| matches!(c, '?' | '[' | ']' | '{' | '}' | '\\');
        let parts = || text.split('*').map(str::to_owned).collect();
        let glob = Self::build(&mut GlobBuilder::new(text), text)?;
        Ok(Self {
            // Two stars have a meaning of their own beside a slash.
            parts: (!text.contains(is_special) && !text.contains("**")).then(parts),
            ..glob
        })
    }

    /// Reads a pattern for which upper and lower case are alike.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn any_case(text: &str) -> Result<Self, String> {
        Self::build(GlobBuilder::new(text).case_insensitive(true), text)
    }

    fn build(builder: &mut GlobBuilder<'_>, text: &str) -> Result<Self, String> {
        let glob = builder.build().map_err(|problem| why_none(problem.kind()))?;
        Ok(Self {
            text: text.to_owned(),
            matcher: glob.compile_matcher(),
            parts: None,
        })
    }

    /// Returns the pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether `name` is meant.
    pub fn matches(&self, name: &str) -> bool {
        match &self.parts {
            Some(parts) => is_made_of(name, parts),
            None => self.matcher.is_match(name),
        }
    }
}

/// Returns whether `name` is these parts in this order, with anything between them.
fn is_made_of(name: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == name);
    };
    let rest = name.strip_prefix(first.as_str());
    let Some(mut rest) = rest.and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for part in middle {
        let Some((_, after)) = rest.split_once(part.as_str()) else {
            return false;
        };
        rest = after;
    }
    true
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

    proptest::proptest! {
        #[test]
        fn the_short_way_is_the_long_way(pattern in "[ab/*]{0,6}", name in "[ab/]{0,8}") {
            let glob = Glob::exact_case(&pattern).expect("a pattern");
            proptest::prop_assert_eq!(glob.parts.is_some(), !pattern.contains("**"));
            proptest::prop_assert_eq!(glob.matches(&name), glob.matcher.is_match(&name), "{} {}", pattern, name);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(Glob::exact_case("[a").is_err());
        assert_ne!(Glob::exact_case("a"), Glob::any_case("a"));
    }
}
