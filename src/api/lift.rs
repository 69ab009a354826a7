//! For how long a read-only connection may change something all the same.

use rustix::time::{ClockId, clock_gettime};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts up however the time of day is set, and while the machine sleeps, too.
#[cfg(any(target_os = "linux", target_os = "android"))]
const STEADY: ClockId = ClockId::Boottime;
/// Where there is no other, this one counts the sleep.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const STEADY: ClockId = ClockId::Monotonic;

/// Tells how long the machine has been up, asleep or not: nobody sets that clock.
#[derive(Clone)]
pub struct Uptime(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Uptime {
    /// Returns a clock that tells what `told` says.
    pub fn told_by(told: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    fn now(&self) -> Duration {
        (self.0)()
    }
}

impl Default for Uptime {
    fn default() -> Self {
        Self::told_by(|| Duration::try_from(clock_gettime(STEADY)).unwrap_or_default())
    }
}

impl fmt::Debug for Uptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uptime")
    }
}

/// Leave to change something until a moment of the machine's uptime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit(Duration);

/// The leave that a connection has. It ends by itself: there is nothing to be taken back.
#[derive(Debug)]
pub(super) struct Lift {
    uptime: Uptime,
    /// Until when, in milliseconds of uptime; 0 where there is none.
    ends: AtomicU64,
}

impl Lift {
    pub(super) fn by(uptime: Uptime) -> Self {
        Self {
            uptime,
            ends: AtomicU64::new(0),
        }
    }

    pub(super) fn permit(&self, lasts: Duration) -> Permit {
        Permit(self.uptime.now().saturating_add(lasts))
    }

    pub(super) fn begin(&self, Permit(ends): Permit) {
        let ends = u64::try_from(ends.as_millis()).unwrap_or(0);
        self.ends.store(ends, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.ends.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_in_force(&self) -> bool {
        self.uptime.now() < Duration::from_millis(self.ends.load(Ordering::Relaxed))
    }
}
