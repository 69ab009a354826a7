//! How each word is read.

use super::*;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

/// A Sunday.
const NOW: &str = "2026-11-29T10:15:42Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn only(typed: &str) -> Asks {
    let mut words = Query::read(typed, now()).words;
    assert_eq!(words.len(), 1, "{typed}");
    words.remove(0).asks
}

fn called(raw: &str, is_loose: bool) -> Asks {
    Asks::Called(Called::new(raw, is_loose))
}

#[rstest]
#[case("Ann", called("Ann", false))]
#[case("~aN", called("aN", true))]
#[case("\"team leads\"", called("team leads", false))]
#[case("\"~ann\"", called("~ann", false))]
#[case("a~n", called("a~n", false))]
#[case("o\"hara", called("o\"hara", false))]
#[case("\"o\"hara x\"", called("o\"hara x", false))]
#[case("\"GPU ho", called("GPU ho", false))]
#[case("service:jobs", called("service:jobs", false))]
#[case("role:WRITE", Asks::Allows(2))]
#[case("Role:Admin", Asks::Role("admin".to_owned()))]
#[case("can:Delete-Workspace", Asks::Can(Operation::DeleteWorkspace))]
#[case("kind:User", Asks::Kind("user".to_owned()))]
#[case("access:PRIVATE", Asks::Access(Unnamed::Nobody))]
#[case("access:editor", Asks::Access(Unnamed::Rank(2)))]
#[case("who:*", Asks::Who(Name::Everyone))]
#[case("who:\"o\"hara@x\"", Asks::Who(Name::Part(Called::new("o\"hara@x", false))))]
#[case("who:~bb", Asks::Who(Name::Part(Called::new("bb", true))))]
#[case("by:Carol", Asks::By("carol".to_owned()))]
#[case("ws:", Asks::Begun(Key::Ws))]
#[case("all:", Asks::NoKey(Called::new("all:", false), "all".to_owned()))]
fn reads_a_word(#[case] typed: &str, #[case] expected: Asks) {
    assert_eq!(only(typed), expected);
}

#[rstest]
#[case("since:2026-01-31", "2026-01-31T00:00:00Z", "since:2026-01-31")]
#[case("since:today", "2026-11-29T00:00:00Z", "since:2026-11-29")]
#[case("since:Yesterday", "2026-11-28T00:00:00Z", "since:2026-11-28")]
#[case("since:30d", "2026-10-30T00:00:00Z", "since:2026-10-30")]
#[case("since:2w", "2026-11-15T00:00:00Z", "since:2026-11-15")]
#[case("since:12h", "2026-11-28T22:15:00Z", "since:2026-11-28T22:15Z")]
#[case("since:2026-11-28T22:15Z", "2026-11-28T22:15:00Z", "since:2026-11-28T22:15Z")]
#[case("until:2026-01-31", "2026-02-01T00:00:00Z", "until:2026-01-31")]
#[case("until:yesterday", "2026-11-29T00:00:00Z", "until:2026-11-28")]
#[case("until:1h", "2026-11-29T09:15:00Z", "until:2026-11-29T09:15Z")]
fn tells_moments_by_their_date(#[case] typed: &str, #[case] expected: &str, #[case] text: &str) {
    let query = Query::read(typed, now());
    let at: Timestamp = expected.parse().unwrap();
    assert!(matches!(query.words[0].asks, Asks::Since(moment) | Asks::Before(moment) if moment == at));
    assert_eq!(query.text(), text);
    let tomorrow = now() + jiff::Span::new().hours(24);
    assert_eq!(Query::read(text, tomorrow), query, "it means the same tomorrow");
}

#[rstest]
#[case(
    "since:soon",
    "'soon' is not a date: write it like 2026-01-01, today, yesterday, 30d, 2w or 12h"
)]
#[case("since:99999w", "'99999w' is not a date")]
#[case("since:65535w", "")]
#[case("until:2026-02-30", "'2026-02-30' is not a date")]
#[case("until:9999-12-31", "'9999-12-31' is not a date")]
#[case(
    "access:privat",
    "unknown access 'privat': one of private, all, viewer, editor, admin; did you mean 'private'?"
)]
#[case(
    "can:delete",
    "unknown operation 'delete': one of read, write, manage-members, delete-workspace, create-workspace; did you mean"
)]
#[case("ws:[a", "'[a' is not a pattern")]
#[case("~", "'~' needs a name right after it")]
#[case("~role:admin", "'~' goes before a name, not before 'role:'")]
fn says_what_is_not_understood(#[case] typed: &str, #[case] said: &str) {
    let asks = only(typed);
    if let Asks::Wrong(why) = asks {
        assert!(!said.is_empty() && why.starts_with(said), "{why}");
    } else {
        assert!(said.is_empty(), "{asks:?}");
    }
}

#[rstest]
#[case("mlt", "ml-team", true)]
#[case("MLT", "ml-team", false)]
#[case("tm", "ml-team", true)]
#[case("tl", "ml-team", false)]
#[case("", "ml-team", true)]
fn letters_in_order(#[case] lower: &str, #[case] name: &str, #[case] expected: bool) {
    assert_eq!(is_loosely(lower, name), expected);
}

proptest! {
    #[test]
    fn any_word_in_quotes_is_a_name(text in "[a-z:~ \"]{0,8}[a-z]") {
        // There it closes.
        prop_assume!(!text.contains("\" "));
        prop_assert_eq!(only(&format!("\"{text}\"")), called(&text, false));
    }

    #[test]
    fn never_panics(typed in "\\PC{0,60}", key in 0_usize..11) {
        drop(Query::read(&typed, now()));
        drop(Query::read(&format!("{}:{typed}", Key::ALL[key].label()), now()));
    }
}

#[rstest]
#[case("mlt", "ml-team", true)]
#[case("mt", "ml-team", true)]
#[case("infprod", "inference-production", true)]
#[case("mlteam", "ml-team", true)]
#[case("ml-team", "a-workspace-with-a-name-as-long-as-the-platform-allows", false)]
#[case("mlt", "html-edit", false)]
#[case("tm", "ml-team", false)]
#[case("", "ml-team", true)]
fn names_for_short(#[case] lower: &str, #[case] name: &str, #[case] expected: bool) {
    assert_eq!(is_short_for(lower, name), expected);
}
