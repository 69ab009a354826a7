//! The one who cleans up behind deletions: sleeps until a step is due, and wakes up for nothing else.

use super::clock::Ticking;
use super::problem::Problem;
use super::rules::deletions::{self, Cleanup};
use super::store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// What the cleaner needs.
#[derive(Debug)]
pub(super) struct Cleaner {
    pub(super) store: Store,
    pub(super) clock: Arc<Ticking>,
    pub(super) cleanup: Cleanup,
    /// Rings when a workspace was marked.
    pub(super) woken: Arc<Notify>,
}

impl Cleaner {
    /// Works until it is told to stop. What is under way then is taken up at the next start.
    pub(super) async fn work(self, stopping: CancellationToken) {
        tokio::select! {
            () = stopping.cancelled() => {}
            () = self.work_on() => {}
        }
    }

    async fn work_on(self) {
        if let Err(problem) = self.work_until_it_fails().await {
            // A database that fails once fails again: it is not asked in a loop.
            tracing::error!(?problem, "the sandbox stopped cleaning up");
        }
    }

    async fn work_until_it_fails(self) -> Result<(), Problem> {
        if self.next_due().await?.is_some() {
            let (now, cleanup) = (self.clock.now(), self.cleanup.clone());
            self.store
                .run(move |db| Ok(deletions::resume(db, now, &cleanup)?))
                .await?;
        }
        loop {
            let Some(due) = self.next_due().await? else {
                self.woken.notified().await;
                continue;
            };
            // The clock is read only while there is something to do: a scripted one moves with every reading.
            let wait = due.saturating_sub(self.clock.now());
            if let Some(wait) = u64::try_from(wait).ok().filter(|wait| *wait > 0) {
                tokio::select! {
                    () = sleep(Duration::from_micros(wait)) => {}
                    () = self.woken.notified() => continue,
                }
            }
            // A scripted clock has hardly moved in the meantime.
            let (now, cleanup) = (self.clock.now().max(due), self.cleanup.clone());
            self.store
                .run(move |db| Ok(deletions::advance(db, now, &cleanup)?))
                .await?;
        }
    }

    async fn next_due(&self) -> Result<Option<i64>, Problem> {
        self.store.run(|db| Ok(deletions::next_due(db)?)).await
    }
}
