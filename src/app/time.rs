//! Times in words, as rows show them and filters find them. All are UTC: there is no time zone and
//! no clock but the model's.

use crate::domain::member::Granted;
use crate::domain::text::SafeText;
use jiff::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Returns how long ago `then` was, coarsely, so that it seldom changes: `now`, `3 min ago`, `2 h ago`, `5 d ago`, or after
/// a few years `3 y ago`. It is of one form in a whole column; the date stands in the detail pane.
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    match seconds(then, now) {
        s if s < MINUTE => "now".to_owned(),
        s if s < HOUR => format!("{} min ago", s / MINUTE),
        s if s < DAY => format!("{} h ago", s / HOUR),
        s if s < 1_000 * DAY => format!("{} d ago", s / DAY),
        s => format!("{} y ago", (s + 365 * DAY / 2) / (365 * DAY)),
    }
}

/// Returns how long ago something was granted, for a narrow column: of several grants that are not told apart no date
/// would be that of its neighbour, the granter.
pub fn granted(granted: &Granted, now: Timestamp) -> String {
    match granted {
        Granted::Newest(at, _) => at.map(|at| relative(at, now)).unwrap_or_default(),
        Granted::Several(..) => "several".to_owned(),
    }
}

/// Returns who granted it, for a column beside that.
pub fn granted_by(granted: &Granted) -> SafeText {
    let by = granted.by().unwrap_or_default();
    match granted {
        Granted::Several(..) if !by.is_empty() => SafeText::with_limit(&format!("newest: {by}"), 200),
        Granted::Newest(..) | Granted::Several(..) => SafeText::with_limit(by, 200),
    }
}

/// Returns the day.
pub fn date(then: Timestamp) -> String {
    then.strftime("%Y-%m-%d").to_string()
}

/// Returns the exact time.
pub fn exact(then: Timestamp) -> String {
    then.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Returns the time of day.
pub fn clock(then: Timestamp) -> String {
    then.strftime("%H:%M:%S UTC").to_string()
}

/// Returns the time of day to the minute, where there is no room for more.
pub fn minute(then: Timestamp) -> String {
    then.strftime("%H:%M").to_string()
}

/// Returns how long something takes so far: `3 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`.
pub fn elapsed(since: Timestamp, now: Timestamp) -> String {
    match seconds(since, now).max(0) {
        s if s < MINUTE => format!("{s} s"),
        s if s < HOUR => format!("{} min {} s", s / MINUTE, s % MINUTE),
        s if s < DAY => format!("{} h {} min", s / HOUR, s % HOUR / MINUTE),
        s => format!("{} d {} h", s / DAY, s % DAY / HOUR),
    }
}

/// Returns how long ago something was that may just have happened: to the second within the last minute.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    match seconds(then, now).max(0) {
        s if s < MINUTE => format!("{s} s ago"),
        _ => relative(then, now),
    }
}

/// Returns how long it is until `at`, rounded up: `3 s`; nothing once it is past.
pub fn until(at: Timestamp, now: Timestamp) -> Option<String> {
    let left = at.duration_since(now).as_millis();
    (left > 0).then(|| format!("{} s", (left + 999) / 1000))
}

/// Returns how long it is until `at`, coarsely and as the end of a sentence: `in 40 s`, `in 25 min`, `in 3 h`, `in 5 d`,
/// else `on` a date; nothing once it is past.
pub fn left(at: Timestamp, now: Timestamp) -> Option<String> {
    Some(match at.duration_since(now).as_secs() {
        ..=0 => return None,
        s if s < MINUTE => format!("in {s} s"),
        s if s < HOUR => format!("in {} min", s / MINUTE),
        s if s < DAY => format!("in {} h", s / HOUR),
        s if s < 30 * DAY => format!("in {} d", s / DAY),
        _ => format!("on {}", date(at)),
    })
}

/// Returns how long it is until `at`, rounded up, for a place that is drawn again and again: `4:59`, or `5 min` where that
/// would move too much.
pub fn countdown(at: Timestamp, now: Timestamp, is_coarse: bool) -> String {
    let left = (at.duration_since(now).as_millis().max(0) + 999) / 1000;
    if is_coarse {
        return format!("{} min", (left + 59) / 60);
    }
    format!("{}:{:02}", left / 60, left % 60)
}

fn seconds(then: Timestamp, now: Timestamp) -> i64 {
    now.duration_since(then).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    #[rstest]
    #[case(-5, "now")]
    #[case(59, "now")]
    #[case(60, "1 min ago")]
    #[case(3_599, "59 min ago")]
    #[case(3_600, "1 h ago")]
    #[case(86_399, "23 h ago")]
    #[case(86_400, "1 d ago")]
    #[case(300 * 86_400, "300 d ago")]
    #[case(999 * 86_400, "999 d ago")]
    #[case(1_000 * 86_400, "3 y ago")]
    fn tells_time_coarsely(#[case] ago: i64, #[case] words: &str) {
        assert_eq!(relative(at(-ago), at(0)), words);
    }

    #[test]
    fn counts_what_is_left_up_and_what_has_passed_down() {
        let almost = at(0).checked_sub(std::time::Duration::from_millis(200)).unwrap();
        assert_eq!(until(at(3), almost).as_deref(), Some("4 s"));
        assert_eq!(until(at(0), at(0)), None);
        assert_eq!(elapsed(at(0), at(125)), "2 min 5 s");
        assert_eq!(elapsed(at(0), at(12_059)), "3 h 20 min");
        assert_eq!(elapsed(at(0), at(2 * 86_400 + 4 * 3_600)), "2 d 4 h");
        assert_eq!(ago(at(0), at(12)), "12 s ago");
        assert_eq!(ago(at(0), at(540 * 60)), "9 h ago");
        assert_eq!(elapsed(at(5), at(0)), "0 s");
    }
}
