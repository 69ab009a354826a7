//! Whether a command tells what the page says. A line `…` stands for any lines, and `…` inside a line for any text.

const ANY: &str = "…";

/// Returns whether the lines are as the page says.
pub(super) fn is_as_said(said: &[&str], told: &[&str]) -> bool {
    match said {
        [] => told.is_empty(),
        [first, rest @ ..] if *first == ANY => (0..=told.len()).any(|n| is_as_said(rest, &told[n..])),
        [first, rest @ ..] => match told {
            [line, others @ ..] => is_line(first, line) && is_as_said(rest, others),
            [] => false,
        },
    }
}

fn is_line(said: &str, told: &str) -> bool {
    match said.split_once(ANY) {
        None => said == told,
        Some((begin, rest)) => told
            .strip_prefix(begin)
            .is_some_and(|told| ends(told).any(|end| is_line(rest, end))),
    }
}

/// Returns everything that a text ends with.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| text.split_at(at).1).chain([""])
}

#[test]
fn an_ellipsis_stands_for_anything_and_nothing_else_does() {
    for (said, told, is_so) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a", false),
        ("a", "a\nb", false),
        ("a\n…\nd", "a\nb\nc\nd", true),
        ("a\n…\nd", "a\nd", true),
        ("a\n…\nd", "a\nb\nc", false),
        ("…", "", true),
        ("sent … now", "sent 4 of 4 now", true),
        ("sent … now", "sent now", false),
        ("sent …", "sent ", true),
        ("a…b…c", "a-b-b-c", true),
        ("a…b…c", "a-c", false),
    ] {
        let lines = |text: &'static str| text.lines().collect::<Vec<_>>();
        assert_eq!(is_as_said(&lines(said), &lines(told)), is_so, "{said:?} {told:?}");
    }
}
