//! The time of this machine: the console, its commands and its logins ask for it here, and hand it on as a value.
//!
//! In a debug build it can be made to stand still, so that what the manual shows of a command is what it tells each time.

use jiff::Timestamp;

/// Returns what time it is.
#[expect(
    clippy::disallowed_methods,
    reason = "the border where the time comes in; the sandbox has one of its own"
)]
pub fn now() -> Timestamp {
    #[cfg(debug_assertions)]
    if let Some(told) = TOLD.get() {
        return *told;
    }
    Timestamp::now()
}

/// The time that stands still, where this process was told one.
#[cfg(debug_assertions)]
static TOLD: std::sync::OnceLock<Timestamp> = std::sync::OnceLock::new();

/// Makes the time of this process stand still. Whoever comes second comes too late.
#[cfg(debug_assertions)]
pub fn stop(at: Timestamp) {
    let _ = TOLD.set(at);
}
