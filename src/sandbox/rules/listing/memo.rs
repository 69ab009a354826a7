//! What pages read before tell about the next ones, so that a list read to its end is not counted and walked from
//! its beginning for every page of it. All of it is forgotten with the next change of the database.

use crate::sandbox::filter::Sql;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More lists than anybody reads at once.
const MOST_LISTS: usize = 64;

/// What is known of the lists that are being read.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Memo(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// How many changes the database had seen when this was learnt.
    n_changes: u64,
    lists: HashMap<String, Walked>,
}

#[derive(Debug)]
struct Walked {
    total: i64,
    /// The last rows of pages, by how many rows there are up to them.
    ends: BTreeMap<i64, (Value, i64)>,
}

/// A list as it is right now: which rows, in which order.
#[derive(Debug)]
pub(super) struct List {
    key: String,
    n_changes: u64,
}

impl List {
    pub(super) fn of(db: &Connection, from: &Sql, sort: &str) -> Self {
        Self {
            key: format!("{sort} {} {:?}", from.text, from.parameters),
            // The one connection there is makes all changes.
            n_changes: db.total_changes(),
        }
    }
}

/// A place in a list: after so many rows, the last of which has this
/// in the column of the order, and this number. Without one it is not known.
#[derive(Debug, Default)]
pub(super) struct Mark {
    pub(super) n_rows: i64,
    pub(super) last: Option<(Value, i64)>,
}

impl Memo {
    /// Returns how many rows a list has, if that is known.
    pub(super) fn total(&self, list: &List) -> Option<i64> {
        self.known(list).lists.get(&list.key).map(|walked| walked.total)
    }

    /// Returns the last known place with at most `offset` rows before it, or the beginning.
    pub(super) fn before(&self, list: &List, offset: i64) -> Mark {
        let known = self.known(list);
        let ends = known.lists.get(&list.key).map(|walked| &walked.ends);
        let end = ends.and_then(|ends| ends.range(..=offset).next_back());
        end.map_or_else(Mark::default, |(n_rows, last)| Mark {
            n_rows: *n_rows,
            last: Some(last.clone()),
        })
    }

    /// Remembers what reading a page has shown.
    pub(super) fn keep(&self, list: List, total: i64, end: Mark) {
        let mut known = self.known(&list);
        if known.lists.len() >= MOST_LISTS {
            known.lists.clear();
        }
        let fresh = || Walked {
            total,
            ends: BTreeMap::new(),
        };
        let walked = known.lists.entry(list.key).or_insert_with(fresh);
        if let Some(last) = end.last {
            walked.ends.insert(end.n_rows, last);
        }
    }

    /// Returns what is known, after forgetting what may not be true any more.
    fn known(&self, list: &List) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.n_changes != list.n_changes {
            known.lists.clear();
            known.n_changes = list.n_changes;
        }
        known
    }
}
