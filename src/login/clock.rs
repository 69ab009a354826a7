//! The time, and how it is waited for: a value, so that nothing here depends on which time it is.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

type Now = dyn Fn() -> Timestamp + Send + Sync;
type Wait = dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync;

/// A clock. Its clones are the same clock.
#[derive(Clone)]
pub struct Clock {
    now: Arc<Now>,
    wait: Arc<Wait>,
}

impl Clock {
    /// Returns the clock of this machine.
    pub fn system() -> Self {
        Self::new(crate::clock::now, |time| Box::pin(tokio::time::sleep(time)))
    }

    /// Returns a clock that shows what `now` says and lets time pass by `wait`.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        wait: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            wait: Arc::new(wait),
        }
    }

    /// Returns what it shows.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    pub(super) async fn wait(&self, time: Duration) {
        (self.wait)(time).await;
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
