//! What was measured several times, and how it is told.

use std::fmt;
use std::time::Duration;

/// Times of the same thing.
#[derive(Default)]
pub(crate) struct Sample(Vec<Duration>);

impl Sample {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn median(&self) -> Duration {
        self.quantile(50)
    }

    pub(crate) fn p95(&self) -> Duration {
        self.quantile(95)
    }

    pub(crate) fn p99(&self) -> Duration {
        self.quantile(99)
    }

    /// Returns the time that `percent` of all times do not exceed.
    fn quantile(&self, percent: usize) -> Duration {
        let mut times = self.0.clone();
        times.sort();
        let rank = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(rank).copied().unwrap_or_default()
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, p95, worst) = (millis(self.median()), millis(self.p95()), millis(self.quantile(100)));
        write!(
            f,
            "median {median:.2} ms, p95 {p95:.2} ms, worst {worst:.2} ms ({} times)",
            self.0.len()
        )
    }
}

/// Returns how many times as long `a` is as `b`.
pub(crate) fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(f64::MIN_POSITIVE)
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
