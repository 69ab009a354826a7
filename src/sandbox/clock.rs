//! Where time and ids come from, and the platform's three ways of writing a time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};

/// The source of the sandbox's time and ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock, and random ids.
    #[default]
    System,
    /// Starts here and moves one millisecond per reading; ids follow from it. For repeatable tests.
    Scripted(Timestamp),
}

/// A running [`Clock`].
#[derive(Debug)]
pub(super) struct Ticking {
    clock: Clock,
    readings: AtomicI64,
}

impl Ticking {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            readings: AtomicI64::new(0),
        }
    }

    /// Returns now in microseconds.
    pub(super) fn now(&self) -> i64 {
        match self.clock {
            Clock::System => system_now(),
            Clock::Scripted(start) => start.as_microsecond() + self.readings.fetch_add(1, Ordering::Relaxed) * 1000,
        }
    }

    /// Returns what answers are dated by, where that is not the system's time, which the server knows by itself.
    pub(super) fn date(&self) -> Option<String> {
        let start = match self.clock {
            Clock::System => return None,
            Clock::Scripted(start) => start,
        };
        DateTimePrinter::new().timestamp_to_rfc9110_string(&start).ok()
    }

    /// Returns a new id for a thing of this kind that comes into being at `now` under `name`.
    pub(super) fn new_id(&self, kind: &str, name: &str, now: i64) -> String {
        let secret = match self.clock {
            Clock::System => uuid::Uuid::new_v4().to_string(),
            Clock::Scripted(_) => now.to_string(),
        };
        stable_id(kind, &format!("{name}:{secret}"))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the border where the sandbox reads the system's clock"
)]
fn system_now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Returns the id that always belongs to `of`, in the platform's form: kind, hyphen, 22 characters of base 58.
pub(super) fn stable_id(kind: &str, of: &str) -> String {
    const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let digest = Sha256::digest(format!("{kind}:{of}"));
    let mut number = digest
        .iter()
        .take(16)
        .fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    let mut id = format!("{}-", kind.replace('_', "-"));
    for _ in 0..22 {
        let digit = usize::try_from(number % 58).unwrap_or_default();
        id.push(DIGITS.get(digit).copied().unwrap_or(b'1').into());
        number /= 58;
    }
    id
}

/// Writes a time as workspaces and rows do: UTC without a zone.
pub(super) fn naive(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN);
    // A zero fraction is left out, as Python does.
    let form = if micros.rem_euclid(1_000_000) == 0 {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        "%Y-%m-%dT%H:%M:%S%.6f"
    };
    time.strftime(form).to_string()
}

/// Writes a time as members do: UTC with `Z`.
pub(super) fn zulu(micros: i64) -> String {
    format!("{}Z", naive(micros))
}

/// Writes a time as it stands inside a binding row: UTC with an offset.
pub(super) fn with_offset(micros: i64) -> String {
    format!("{}+00:00", naive(micros))
}

/// Reads any of these, and a bare date; without a zone it is UTC.
pub(super) fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_microsecond());
    }
    let civil = text
        .parse::<DateTime>()
        .or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)))
        .ok()?;
    TimeZone::UTC.to_timestamp(civil).ok().map(Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn writes_times_in_the_platforms_three_ways() {
        let at = parse("2026-11-23T18:23:15.296389Z").unwrap();
        assert_eq!(naive(at), "2026-11-23T18:23:15.296389");
        assert_eq!(zulu(at), "2026-11-23T18:23:15.296389Z");
        assert_eq!(with_offset(at), "2026-11-23T18:23:15.296389+00:00");
        assert_eq!(naive(parse("2026-01-20").unwrap()), "2026-01-20T00:00:00");
    }

    #[rstest]
    #[case("2026-01-20T00:00:00Z", true)]
    #[case("2026-01-20T00:00:00.5", true)]
    #[case("2026-01-20T01:00:00+01:00", true)]
    #[case("garbage", false)]
    #[case("", false)]
    fn reads_times_with_and_without_a_zone(#[case] text: &str, #[case] is_a_time: bool) {
        assert_eq!(parse(text).is_some(), is_a_time);
    }

    #[test]
    fn a_scripted_clock_repeats_itself() {
        let clock = Clock::Scripted("2026-01-01T00:00:00Z".parse().unwrap());
        let (one, two) = (Ticking::new(clock), Ticking::new(clock));
        assert_eq!((one.now(), one.now()), (two.now(), two.now()));
        assert_eq!(one.new_id("project", "a", 5), two.new_id("project", "a", 5));
        let system = Ticking::new(Clock::System);
        assert_ne!(system.new_id("project", "a", 5), system.new_id("project", "a", 5));
    }

    #[test]
    fn ids_look_like_the_platforms() {
        let id = stable_id("role_binding", "x");
        let rest = id.strip_prefix("role-binding-").unwrap();
        assert_eq!(rest.len(), 22);
        assert!(rest.chars().all(char::is_alphanumeric));
    }
}
