//! What patterns stand for, as it always was: `globset` is the judge.

use super::*;
use globset::{ErrorKind, GlobBuilder};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case("ml-*", "ml-team", true)]
#[case("ml-*", "xml-team", false)]
#[case("ml-*", "ML-team", false)]
#[case("*@example.com", "/odd/group@example.com", true)]
#[case("*@example.com", "a@sub.example.com", false)]
#[case("{dev,test}-?", "dev-1", true)]
#[case("a{,-old}", "a", false)]
#[case("**/b", "b", true)]
#[case("a/**/b", "a/b", true)]
#[case("a/*/b", "a/b", false)]
#[case("a**/b", "a/b", true)]
#[case("[]-]", "-", true)]
#[case("[[:digit:]x]", "7", true)]
#[case("[[:digit]", ":", true)]
#[case("[[:digits:]]", "s]", true)]
#[case(r"\*", "*", true)]
#[case(r"\*", "a", false)]
#[case("team-?", "team-ä", true)]
#[case("[ä-ö]", "é", true)]
#[case("[!a]", "ä", true)]
fn stands_for_names(#[case] pattern: &str, #[case] name: &str, #[case] is_meant: bool) {
    assert_eq!(Glob::exact_case(pattern).map(|glob| glob.matches(name)), Ok(is_meant));
}

#[rstest]
#[case("ml-*", "ML-Team", true)]
#[case("ML-{A,B}", "ml-b", true)]
#[case("Ä*", "äpfel", true)]
#[case("[ä]?", "ÄÖ", true)]
#[case("[!a]", "A", false)]
#[case("İ", "İ", true)]
fn stands_for_names_in_any_case(#[case] pattern: &str, #[case] name: &str, #[case] is_meant: bool) {
    assert_eq!(Glob::any_case(pattern).map(|glob| glob.matches(name)), Ok(is_meant));
}

#[rstest]
#[case("[a", "a [ is not closed with a ]")]
#[case("[!", "a [ is not closed with a ]")]
#[case("[b-a]", "the range b-a is backwards")]
#[case("a}", "a } has no { before it")]
#[case("{a,{b}", "a { is not closed with a }")]
#[case(r"a\", r"it ends with a \")]
#[case(&"{".repeat(101), "it is too long or nested too deeply")]
#[case(&"a".repeat(65_537), "it is too long or nested too deeply")]
fn says_what_is_wrong(#[case] pattern: &str, #[case] why: &str) {
    assert_eq!(Glob::exact_case(pattern), Err(why.to_owned()));
}

#[test]
fn patterns_are_equal_that_are_spelled_alike() {
    assert_eq!(Glob::any_case("a"), Glob::any_case("a"));
    assert_ne!(Glob::exact_case("a"), Glob::any_case("a"));
    assert_ne!(Glob::exact_case("[ab]"), Glob::exact_case("{a,b}"));
}

/// Each token is looked at once, whatever there is to choose from: tried one after the other, these would never end.
#[test]
fn hostile_patterns_are_compared_all_the_same() {
    let name = "a".repeat(200);
    for pattern in [
        "*a".repeat(1_000) + "b",
        "{a,aa}".repeat(1_000) + "b",
        "{*a*,*a*}".repeat(100) + "b",
        "{".repeat(100) + "a" + &",a}".repeat(100) + "*b",
        "{".to_owned() + &"*,".repeat(2_000) + "}b",
    ] {
        assert_eq!(Glob::exact_case(&pattern).map(|glob| glob.matches(&name)), Ok(false));
    }
}

#[test]
fn a_set_means_its_names_as_they_are_and_what_its_patterns_stand_for() {
    let names = Globs::names(["a*", "b"]);
    assert!(names.matches("a*") && names.matches("b"));
    assert!(!names.matches("ab") && !names.matches("B"));
    let globs: Globs = ["A*", "b?"].iter().map(|text| Glob::any_case(text).unwrap()).collect();
    assert!(globs.matches("ab") && globs.matches("bx") && !globs.matches("b"));
    let unmatched: Vec<&str> = globs.unmatched(&["ax", "b"]).map(Glob::text).collect();
    assert_eq!(unmatched, ["b?"]);
    assert!(!Globs::default().matches(""));
}

/// Where `globset` goes wrong itself: it takes `\,**` and `\{**` in braces for stars beside a slash, and reads several
/// `**/` with nothing else as it would read one star.
fn is_misread(pattern: &str) -> bool {
    let nothing_else = pattern.replace("**/", "").is_empty();
    let is_cut = [r"\,**", r"\{**", "**/**,", "**/**}"]
        .iter()
        .any(|odd| pattern.contains(odd));
    is_cut || nothing_else && !pattern.is_empty()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum may grow")]
fn why(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::UnclosedClass => "a [ is not closed with a ]".to_owned(),
        ErrorKind::InvalidRange(from, to) => format!("the range {from}-{to} is backwards"),
        ErrorKind::UnopenedAlternates => "a } has no { before it".to_owned(),
        ErrorKind::UnclosedAlternates => "a { is not closed with a }".to_owned(),
        ErrorKind::DanglingEscape => "it ends with a \\".to_owned(),
        other => other.to_string(),
    }
}

/// Whole braces and brackets, and halves of them.
const PATTERN: &str =
    r"([abB/]|\*\*?/?|\{([abB/?]|\*\*?/?)?(,[ab*]{0,2}){0,2}\}|\[[!^]?[abB\]-]{1,3}\]|[?{},\[\]!^-]|\\){0,7}";

proptest! {
    /// What people have written into policies and scripts was read by `globset`, and goes on to mean the same.
    #[test]
    fn means_what_it_always_meant(
        pattern in PATTERN,
        names in proptest::collection::vec(r"[abB/,{\[*-]{0,6}", 8),
        is_any_case: bool,
    ) {
        prop_assume!(!is_misread(&pattern));
        let judge = GlobBuilder::new(&pattern).case_insensitive(is_any_case).build();
        let judge = judge.map(|glob| glob.compile_matcher()).map_err(|problem| why(problem.kind()));
        let read = if is_any_case { Glob::any_case(&pattern) } else { Glob::exact_case(&pattern) };
        for name in &names {
            let judged = judge.as_ref().map(|judge| judge.is_match(name));
            prop_assert_eq!(read.as_ref().map(|glob| glob.matches(name)), judged, "{} {}", &pattern, name);
        }
    }

    #[test]
    fn an_escaped_name_stands_for_itself_alone(name in r"[ab*?{},\[\]\\!^/-]{0,8}", other in r"[ab*?{},\[\]\\!^/-]{0,8}") {
        let glob = Glob::exact_case(&escaped(&name)).unwrap();
        prop_assert!(glob.matches(&name));
        prop_assert_eq!(glob.matches(&other), name == other);
    }
}
