//! Days and moments as they are typed: `2026-01-01`, `today`, `yesterday`, `30d`, `2w`, `12h`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// When something is.
enum When {
    Day(Date),
    /// To the minute.
    Moment(Timestamp),
}

/// Returns the first moment of what `value` names, and how that is written tomorrow, too.
pub(super) fn begin(value: &str, now: Timestamp) -> Result<(Timestamp, String), String> {
    match when(value, now)? {
        When::Day(day) => Ok((start_of(day)?, day.to_string())),
        When::Moment(at) => Ok((at, written(at))),
    }
}

/// Returns the first moment after what `value` names, of a day the next midnight, and how that is written tomorrow, too.
pub(super) fn end(value: &str, now: Timestamp) -> Result<(Timestamp, String), String> {
    match when(value, now)? {
        When::Day(day) => {
            let next = day.tomorrow().map_err(|_too_late| no_date(value))?;
            Ok((start_of(next)?, day.to_string()))
        }
        When::Moment(at) => Ok((at, written(at))),
    }
}

fn when(value: &str, now: Timestamp) -> Result<When, String> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let lower = value.to_lowercase();
    let ago = |span: Span| today.checked_sub(span).map_err(|_too_far| no_date(value));
    match lower.as_str() {
        "today" => return Ok(When::Day(today)),
        "yesterday" => return ago(Span::new().days(1)).map(When::Day),
        _ => {}
    }
    if value.len() == "2026-01-01".len()
        && let Ok(day) = value.parse()
    {
        return Ok(When::Day(day));
    }
    if value.len() == "2026-01-01T00:00Z".len()
        && let Ok(at) = value.parse()
    {
        return Ok(When::Moment(at));
    }
    let unit = lower.chars().next_back();
    let n = lower.strip_suffix(['h', 'd', 'w']).and_then(|n| n.parse::<u16>().ok());
    let (Some(unit), Some(n)) = (unit, n) else {
        return Err(no_date(value));
    };
    let n = i64::from(n);
    match unit {
        'd' => ago(Span::new().days(n)).map(When::Day),
        'w' => ago(Span::new().weeks(n)).map(When::Day),
        _ => {
            let seconds = now.as_second() - n * 3600;
            let minute = Timestamp::from_second(seconds - seconds.rem_euclid(60));
            minute.map(When::Moment).map_err(|_too_far| no_date(value))
        }
    }
}

fn start_of(day: Date) -> Result<Timestamp, String> {
    let midnight = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
    midnight.map_err(|_too_far| no_date(&day.to_string()))
}

fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

fn no_date(value: &str) -> String {
    format!("'{value}' is not a date: write it like 2026-01-01, today, yesterday, 30d, 2w or 12h")
}
