//! What stays in place where there is no room for all rows, and what scrolls.

use super::*;
use crate::ui::theme::ColorDepth;

/// What stands in so many rows, scrolled so far.
fn texts(body: DialogBody<'_>, most: usize, top: usize) -> Vec<String> {
    let window = body.window(most, top);
    window.rows.into_iter().map(|row| row.line.to_string()).collect()
}

fn seen(most: usize) -> Vec<String> {
    let look = Look::new(ColorDepth::None, false);
    let mut body = DialogBody::new(&look, 40);
    let plain = Style::new();
    body.text(Weight::Vital, plain, "what");
    body.gap();
    body.text(Weight::Extra, plain, "extra");
    body.text(Weight::Useful, plain, "useful");
    body.gap();
    body.text(Weight::Must, plain, "yes or no");
    body.gap();
    texts(body, most, 0)
}

#[test]
fn gives_up_what_keeps_things_apart_and_scrolls_the_rest() {
    assert_eq!(seen(9), ["what", "", "extra", "useful", "", "yes or no"]);
    assert_eq!(seen(4), ["what", "extra", "useful", "yes or no"]);
    assert_eq!(seen(3), ["what", "extra", "yes or no"]);
    assert_eq!(seen(2), ["what", "yes or no"]);
    assert_eq!(seen(1).len(), 1);
    assert!(seen(0).is_empty());
}

fn long_plan(look: &Look) -> DialogBody<'_> {
    let mut body = DialogBody::new(look, 20);
    body.text(Weight::Vital, Style::new(), "9 changes");
    for n in 1..=9 {
        body.text(Weight::Useful, Style::new(), format!("change {n}"));
    }
    body.gap();
    body.text(Weight::Warning, Style::new(), "you lose access for good and all");
    body.text(Weight::Must, Style::new(), "yes or no");
    body
}

#[test]
fn what_has_no_room_is_scrolled_to_between_what_warns_and_what_can_be_done() {
    let look = Look::new(ColorDepth::None, false);
    let fixed = ["you lose access for", "good and all", "yes or no"];
    for (top, expected, hidden) in [
        (0, ["9 changes", "change 1", "change 2"], (0, 7)),
        (2, ["change 2", "change 3", "change 4"], (2, 5)),
        (99, ["change 7", "change 8", "change 9"], (7, 0)),
    ] {
        assert_eq!(texts(long_plan(&look), 6, top), [&expected[..], &fixed[..]].concat());
        let window = long_plan(&look).window(6, top);
        assert_eq!(window.hidden, hidden);
        assert_eq!(
            window.reach,
            Reach {
                all: 10,
                shown: 3,
                ..Reach::default()
            }
        );
    }
}

#[test]
fn some_of_a_plan_is_seen_however_much_warns() {
    let look = Look::new(ColorDepth::None, false);
    let seen = texts(long_plan(&look), 5, 0);
    assert_eq!(seen, ["9 changes", "change 1", "change 2", "change 3", "yes or no"]);
    let end = texts(long_plan(&look), 5, 99);
    assert_eq!(end[2..], ["you lose access for", "good and all", "yes or no"]);
}

#[test]
fn half_of_the_room_is_for_what_is_decided_about() {
    let look = Look::new(ColorDepth::None, false);
    let mut body = DialogBody::new(&look, 20);
    for (weight, what) in [(Weight::Useful, "change"), (Weight::Warning, "warning")] {
        for n in 1..=9 {
            body.text(weight, Style::new(), format!("{what} {n}"));
        }
    }
    body.text(Weight::Must, Style::new(), "yes or no");
    let window = body.window(11, 0);
    assert_eq!(
        window.reach,
        Reach {
            all: 13,
            shown: 5,
            ..Reach::default()
        }
    );
    let texts: Vec<String> = window.rows.into_iter().map(|row| row.line.to_string()).collect();
    assert_eq!(texts.iter().filter(|text| text.starts_with("change")).count(), 5);
    assert_eq!(texts.iter().filter(|text| text.starts_with("warning")).count(), 5);
}

#[test]
fn what_is_sought_is_seen_wherever_it_stands() {
    let look = Look::new(ColorDepth::None, false);
    let mut body = DialogBody::new(&look, 20);
    for n in 1..=9 {
        body.text(Weight::Useful, Style::new(), format!("command {n}"));
        if n == 7 {
            body.seek();
        }
    }
    assert_eq!(texts(body, 3, 0), ["command 5", "command 6", "command 7"]);
}

#[test]
fn what_is_said_of_a_thing_goes_on_in_the_next_row() {
    let look = Look::new(ColorDepth::None, false);
    let mut body = DialogBody::new(&look, 30);
    let sign = Sign {
        mark: "=",
        style: Style::new(),
        name: Style::new(),
    };
    body.entry(Weight::Vital, &sign, "a-long-name", 8, "skipped, it is the last Admin");
    assert_eq!(
        texts(body, 9, 0),
        [
            "= a-long-name",
            "            skipped, it is the",
            "            last Admin"
        ]
    );
    let mut body = DialogBody::new(&look, 30);
    body.entry(Weight::Vital, &sign, "a-name", 8, "skipped, it is the last Admin");
    assert_eq!(
        texts(body, 9, 0),
        ["= a-name    skipped, it is the", "            last Admin"]
    );
}

#[test]
fn names_get_the_room_that_what_is_said_can_spare() {
    let look = Look::new(ColorDepth::None, false);
    let (name, said) = ("n".repeat(50), "s".repeat(60));
    for (columns, said, expected) in [
        (60, "Viewer", 50),
        (60, said.as_str(), 60 - 4 - LEAST_SAID),
        (114, said.as_str(), 50),
    ] {
        let mut body = DialogBody::new(&look, columns);
        assert_eq!(body.name_column([(name.as_str(), said)].into_iter()), expected);
        assert_eq!(body.wanted(), 4 + 50 + said.len());
    }
}

#[test]
fn what_an_option_means_goes_on_below_itself() {
    let look = Look::new(ColorDepth::None, false);
    let mut body = DialogBody::new(&look, 24);
    body.option(
        0,
        false,
        Line::from(vec![Span::raw("( ) Editor"), Span::raw("  change and delete")]),
    );
    body.option(
        1,
        false,
        Line::from(vec![Span::raw("( ) Admin "), Span::raw("  everything")]),
    );
    let rows = ["( ) Editor  change and", "            delete", "( ) Admin   everything"];
    assert_eq!(texts(body, 9, 0), rows);
}

/// Of what is left out without a word nobody knows that it was there.
#[test]
fn what_explains_is_scrolled_to_like_all_else() {
    let look = Look::new(ColorDepth::None, false);
    let body = || {
        let mut body = DialogBody::new(&look, 12);
        body.text(Weight::Vital, Style::new(), "one two three four");
        body.text(Weight::Extra, Style::new(), "five six");
        body
    };
    assert_eq!(body().window(2, 0).hidden, (0, 1));
    assert_eq!(texts(body(), 2, 0), ["one two", "three four"]);
    assert_eq!(texts(body(), 2, 1), ["three four", "five six"]);
}
