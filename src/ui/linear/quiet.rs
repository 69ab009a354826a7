//! Texts that differ in nothing but in how long something takes, or how far it is.

/// The units of durations in sentences.
const UNITS: [&str; 4] = ["s", "min", "h", "d"];

/// What of two texts may differ without being news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum But {
    /// How long something takes.
    Durations,
    /// Any number.
    Numbers,
}

/// Returns whether two texts say the same, `but` for that.
pub(super) fn say_the_same(one: &str, other: &str, but: But) -> bool {
    one == other || quiet(one, but) == quiet(other, but)
}

/// Returns `text` with a sign in place of each number that does not count.
pub(super) fn quiet(text: &str, but: But) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let end = number
            .find(|c: char| !c.is_ascii_digit() && c != ',')
            .unwrap_or(number.len());
        let (number, after) = number.split_at(end);
        out.push_str(before);
        if but == But::Numbers || is_duration(after) {
            out.push('#');
        } else {
            out.push_str(number);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns whether what stands behind a number is a unit of time.
fn is_duration(after: &str) -> bool {
    let Some(unit) = after.strip_prefix(' ') else {
        return false;
    };
    let end = unit.find(|c: char| !c.is_alphanumeric()).unwrap_or(unit.len());
    unit.get(..end).is_some_and(|unit| UNITS.contains(&unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sending 3 s", "sending 12 s", But::Durations, true)]
    #[case("sending 59 s", "sending 1 min 2 s", But::Durations, false)]
    #[case("removed bob1", "removed bob2", But::Durations, false)]
    #[case("3 sales", "4 sales", But::Durations, false)]
    #[case("3 of 9 done, 2 running", "4 of 9 done, 2 running", But::Numbers, true)]
    #[case("Workspaces (1,000)", "Workspaces (20)", But::Numbers, true)]
    #[case("Workspaces (1)", "Members (1)", But::Numbers, false)]
    fn knows_what_is_no_news(#[case] one: &str, #[case] other: &str, #[case] but: But, #[case] is_same: bool) {
        assert_eq!(say_the_same(one, other, but), is_same);
    }
}
