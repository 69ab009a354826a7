//! Whether and when a read is tried again. Changes never are: they do not come here.

use std::time::Duration;

/// The most attempts at one read, the first included.
pub const MOST_ATTEMPTS: u32 = 4;

/// The longest a server may make the console wait before it gives up instead.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why an attempt failed, as far as trying again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server asked for patience (429), or is briefly unwell (502, 503, 504); with its `Retry-After`, if any.
    Busy {
        /// What the server asked for.
        retry_after: Option<Duration>,
    },
    /// No connection came about.
    NotConnected,
    /// The time limit passed without an answer.
    TimedOut,
    /// Anything that would come out the same again.
    Final,
}

/// Returns how long to wait before attempt `attempt + 1`, or `None` to give up. `jitter` is from 0 to 1.
pub fn delay_before_next(attempt: u32, trouble: Trouble, jitter: f64) -> Option<Duration> {
    if attempt >= MOST_ATTEMPTS {
        return None;
    }
    let backoff = Duration::from_millis(250 * 4_u64.pow(attempt.saturating_sub(1)));
    // Between half and the whole of the step, so that many consoles do not come back at once.
    let spread = backoff.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    match trouble {
        Trouble::Final => None,
        Trouble::NotConnected | Trouble::TimedOut | Trouble::Busy { retry_after: None } => Some(spread),
        Trouble::Busy {
            retry_after: Some(asked),
        } if asked > LONGEST_WAIT => None,
        Trouble::Busy {
            retry_after: Some(asked),
        } => Some(asked.max(spread)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_up_after_the_fourth_attempt() {
        assert!(delay_before_next(3, Trouble::NotConnected, 0.0).is_some());
        assert_eq!(delay_before_next(4, Trouble::NotConnected, 0.0), None);
    }

    #[test]
    fn never_repeats_what_would_come_out_the_same() {
        assert_eq!(delay_before_next(1, Trouble::Final, 0.5), None);
    }

    #[test]
    fn honours_what_the_server_asks_for_within_reason() {
        let asked = |secs| Trouble::Busy {
            retry_after: Some(Duration::from_secs(secs)),
        };
        assert_eq!(delay_before_next(1, asked(3), 0.0), Some(Duration::from_secs(3)));
        assert_eq!(delay_before_next(1, asked(3600), 0.0), None);
    }

    #[test]
    fn waits_between_half_and_the_whole_of_a_step() {
        let wait = |attempt, jitter| delay_before_next(attempt, Trouble::NotConnected, jitter);
        assert_eq!(wait(1, 0.0), Some(Duration::from_millis(125)));
        assert_eq!(wait(1, 0.5), Some(Duration::from_micros(187_500)));
        assert_eq!(wait(1, 1.0), Some(Duration::from_millis(250)));
        assert_eq!(wait(3, 1.0), Some(Duration::from_secs(4)));
    }

    #[test]
    fn waits_longer_each_time() {
        let waits: Vec<_> = (1..4)
            .filter_map(|n| delay_before_next(n, Trouble::TimedOut, 1.0))
            .collect();
        assert!(waits.is_sorted() && waits.len() == 3);
    }
}
