//! Lists that are too long to be held as what they are made into.

use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// How many items are handed over at once.
const BATCH: usize = 64;
/// How many batches are made before they are needed, at most.
const AHEAD: usize = 8;

type Items<'a, T> = Box<dyn Iterator<Item = T> + 'a>;

/// A list whose items are made one after the other, each when it is its turn, as often as the list is walked.
pub(in crate::audit) struct Walk<'a, T> {
    begin: Box<dyn Fn() -> Items<'a, T> + Sync + 'a>,
}

impl<'a, T> Walk<'a, T> {
    /// Returns the list that `begin` begins to walk.
    pub(in crate::audit) fn new<I: Iterator<Item = T> + 'a>(begin: impl Fn() -> I + Sync + 'a) -> Self {
        Self {
            begin: Box::new(move || Box::new(begin())),
        }
    }

    /// Begins a walk and returns its items.
    pub(in crate::audit) fn iter(&self) -> Items<'a, T> {
        (self.begin)()
    }

    /// Makes its items until nobody takes any more.
    fn hand_over(&self, taken: &SyncSender<Vec<T>>) {
        let mut items = self.iter();
        loop {
            let batch: Vec<T> = items.by_ref().take(BATCH).collect();
            if batch.is_empty() || taken.send(batch).is_err() {
                return;
            }
        }
    }
}

impl<T: Serialize + Send> Serialize for Walk<'_, T> {
    /// Makes the items on a thread of its own, a few ahead: to make them takes as long as to write them.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        thread::scope(|scope| {
            let (made, items) = sync_channel(AHEAD);
            let maker = thread::Builder::new().spawn_scoped(scope, move || self.hand_over(&made));
            match maker {
                Ok(_) => serializer.collect_seq(items.into_iter().flatten()),
                // The system has no thread to spare.
                Err(_) => serializer.collect_seq(self.iter()),
            }
        })
    }
}

impl<T> fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").finish_non_exhaustive()
    }
}
