//! Work that waits for the disk or takes long, done on a thread where it holds nobody up.

use std::panic::resume_unwind;
use tokio::task::spawn_blocking;

/// Does `work` where it may block, and passes on its panic. It goes on to its end even where nobody waits for it any more.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is going down, and the task that waits here with it.
            Err(_) => std::future::pending().await,
        },
    }
}
