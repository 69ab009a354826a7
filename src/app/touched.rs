//! Everybody's changes, as the rows behind members tell of them: what was read last, and what of it is new.

use super::failure::Failure;
use super::remote::Remote;
use crate::domain::binding::{Touch, Touches};
use jiff::Timestamp;
use std::collections::HashSet;

/// What is known of everybody's changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The rows that were touched last.
    pub known: Remote<Touches>,
    /// Those that were touched between two looks.
    new: HashSet<String>,
}

/// Whether what was new before the present look still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Somebody asked for a look, and so has seen what was there.
    Begin,
    /// The look is one of many that come by themselves.
    GoOn,
}

impl Touched {
    /// Returns the rows that were touched last, the latest first.
    pub fn rows(&self) -> &[Touch] {
        self.known.value().map_or(&[], |touches| &touches.rows)
    }

    /// Returns the row with this id.
    pub fn find(&self, id: &str) -> Option<&Touch> {
        self.rows().iter().find(|row| row.id == id)
    }

    /// Returns whether a row was touched between two looks.
    pub fn is_new(&self, id: &str) -> bool {
        self.new.contains(id)
    }

    /// Returns how many rows were touched between two looks.
    pub fn n_new(&self) -> usize {
        self.new.len()
    }

    /// Takes what was read.
    pub fn take(&mut self, read: Result<Touches, Failure>, marks: Marks, now: Timestamp) {
        if let (Ok(fresh), Some(before)) = (&read, self.known.value()) {
            let new = between(before, fresh);
            if marks == Marks::Begin {
                self.new.clear();
            }
            self.new.extend(new);
            self.new.retain(|id| fresh.rows.iter().any(|row| row.id == *id));
        }
        self.known.settle(read, now);
    }
}

/// Returns which of the rows were touched since those before were read. What is further down only moves up where rows
/// vanish with their workspace: that is not new.
fn between(before: &Touches, fresh: &Touches) -> Vec<String> {
    let is_whole = before.n_all.is_some_and(|n| n <= before.rows.len());
    let oldest = before.rows.last().filter(|_| !is_whole).and_then(|row| row.touched_at);
    let is_known = |row: &Touch| {
        let mut known = before.rows.iter();
        known.any(|known| known.id == row.id && known.version == row.version)
    };
    let new = fresh
        .rows
        .iter()
        .filter(|row| !is_known(row) && oldest.is_none_or(|oldest| row.touched_at > Some(oldest)));
    new.map(|row| row.id.clone()).collect()
}
