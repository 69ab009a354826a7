//! What words leave, and what is said of them.

use super::*;
use crate::domain::query::nobody_here_is;
use proptest::collection::vec;
use proptest::prelude::*;
use rstest::rstest;

const LANGUAGE: Language = Language {
    keys: &[Key::Role, Key::Kind],
    kinds: || vec!["user", "group"],
    nobody_is: nobody_here_is,
    elsewhere: |_| vec!["Workspaces", "Audit"],
};

fn filter(typed: &str) -> Filter {
    Filter {
        input: TextField::filled(typed),
        ..Filter::default()
    }
}

/// What is left of three rows, by name, and what is said.
fn left(typed: &str) -> (Vec<&'static str>, Option<String>) {
    let rows = vec![
        ("ml-team", "GPU hours by team", "admin"),
        ("sales", "an MLT thing: all", "viewer"),
        ("sales-2", "m l t", "viewer"),
    ];
    let mut filter = filter(typed);
    let kept = filter.keep(
        rows,
        LANGUAGE,
        Timestamp::UNIX_EPOCH,
        |row, hear| {
            hear("name", row.0.into())?;
            hear("description", row.1.into())
        },
        |row, asks| matches!(asks, Asks::Role(role) if *role == row.2),
    );
    let names = kept.into_iter().map(|(name, ..)| name).collect();
    (names, filter.problem.map(|problem| problem.to_string()))
}

#[rstest]
#[case::loosely_by_name_or_literally("mlt", &["ml-team", "sales"])]
#[case::in_any_order("team gpu", &["ml-team"])]
#[case::in_quotes("\"m l\"", &["sales-2"])]
#[case::a_colon_in_a_cell("thing:", &["sales"])]
#[case::key("role:viewer", &["sales", "sales-2"])]
#[case::key_and_word("2 role:viewer", &["sales-2"])]
#[case::begun("sal role:", &["sales", "sales-2"])]
fn keeps_what_all_words_mean(#[case] typed: &str, #[case] expected: &[&str]) {
    assert_eq!(left(typed).0, expected);
}

#[rstest]
#[case("role:", "role: write, read, or the name of a role")]
#[case("role:viewr", "there is no role 'viewr'; did you mean 'Viewer'?")]
#[case("kind:usr", "unknown kind 'usr': one of user, group; did you mean 'user'?")]
#[case(
    "ws:x",
    "'ws:' asks for nothing in this list (use it on Workspaces, Audit); here: role:, kind:"
)]
#[case(
    "ws:",
    "'ws:' asks for nothing in this list (use it on Workspaces, Audit); here: role:, kind:"
)]
#[case(
    "kind:usr sales role:viewr",
    "unknown kind 'usr': one of user, group; did you mean 'user'?; there is no role 'viewr'; did you mean 'Viewer'?"
)]
#[case("sales xxx zzz", "no row here matches 'xxx' or 'zzz'")]
#[case("\"sales", "a closing \" is missing")]
#[case("zzz \"m l", "a closing \" is missing; no row here matches 'zzz'")]
#[case(
    "rle:x",
    "'rle:' asks for nothing in this list: it knows role:, kind:; did you mean 'role'?"
)]
#[case(
    "since:x",
    "'x' is not a date: write it like 2026-01-01, today, yesterday, 30d, 2w or 12h"
)]
#[case("sales zzz", "no row here matches 'zzz'")]
fn says_what_is_not_understood_or_matches_nothing(#[case] typed: &str, #[case] expected: &str) {
    assert_eq!(left(typed).1.as_deref(), Some(expected));
}

#[rstest]
#[case("zzz")]
#[case("gpu mlt role:viewer")]
#[case("sales")]
fn else_says_nothing(#[case] typed: &str) {
    assert_eq!(left(typed).1, None);
}

/// A list may have ten thousand rows, and a letter that is in none of them is typed as fast as any other.
#[rstest]
#[case("z", 100)]
#[case("row z", 300)]
fn rows_are_not_told_again_to_say_why_none_is_left(#[case] typed: &str, #[case] most: usize) {
    let rows: Vec<usize> = (0..100).collect();
    let n_told = std::cell::Cell::new(0_usize);
    let tell = |_, hear: &mut Hear<'_, '_>| {
        n_told.set(n_told.get() + 1);
        hear("name", "row".into())
    };
    let left = filter(typed).keep(rows, LANGUAGE, Timestamp::UNIX_EPOCH, tell, |_, _| false);
    assert_eq!(left, Vec::<usize>::new());
    assert!(n_told.get() <= most + 1, "{}", n_told.get());
}

#[rstest]
#[case("model-r", "inference-edge", Some("model-registry"))]
#[case("model-r", "model-registrar", Some("model-registrar"))]
#[case("inf", "model-registrar", Some("inference-edge"))]
#[case("edge", "model-registrar", Some("edge"))]
#[case("bob@x", "edge", Some("bob@x"))]
#[case("Bob@x", "edge", Some("Bob@x"))]
#[case("who:bob", "edge", Some("bob@x"))]
#[case(" ", "inference-edge", None)]
#[case("role:admin", "inference-edge", None)]
fn knows_the_best_match(#[case] typed: &str, #[case] present: &str, #[case] expected: Option<&str>) {
    let names = [
        "foundation-pretraining-model",
        "inference-edge",
        "model-registry",
        "model-registrar",
        "edge",
        "Bob@x",
        "bob@x",
    ];
    assert_eq!(
        filter(typed).best(&names, Some(&present), |name| name).copied(),
        expected
    );
}

fn word() -> impl Strategy<Value = String> {
    "[a-dA-D]{1,3}([-.@][a-d0-9]{1,3})?"
}

/// Names, each with the words of a description.
fn rows() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    vec((word(), vec(word(), 0..4)), 1..8)
}

/// The places of the rows that are left.
fn kept(rows: &[(String, Vec<String>)], typed: &str) -> Vec<usize> {
    let tell = |place: usize, hear: &mut Hear<'_, '_>| {
        let (name, description) = &rows[place];
        hear("name", name.clone().into())?;
        hear("description", description.join(" ").into())
    };
    let all = (0..rows.len()).collect();
    filter(typed).keep(all, LANGUAGE, Timestamp::UNIX_EPOCH, tell, |_, _| false)
}

proptest! {
    #[test]
    fn a_row_is_found_by_any_words_that_it_says(rows in rows(), reversed in any::<bool>()) {
        for (place, (name, description)) in rows.iter().enumerate() {
            let mut said: Vec<&str> = std::iter::once(name).chain(description).map(String::as_str).collect();
            for word in &said {
                prop_assert!(kept(&rows, word).contains(&place), "{word}");
            }
            if reversed {
                said.reverse();
            }
            prop_assert!(kept(&rows, &said.join(" ")).contains(&place), "{said:?}");
        }
    }

    #[test]
    fn more_letters_and_words_never_leave_more(rows in rows(), words in vec(word(), 1..4)) {
        let mut typed = String::new();
        let mut before: Vec<usize> = (0..rows.len()).collect();
        for letter in words.join(" ").chars() {
            typed.push(letter);
            let now = kept(&rows, &typed);
            prop_assert!(now.iter().all(|place| before.contains(place)), "{typed}");
            before = now;
        }
    }
}
