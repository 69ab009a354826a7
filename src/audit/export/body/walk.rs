//! Lists that are too long to be held as what they are made into.

use serde::{Serialize, Serializer};
use std::fmt;

/// A list whose items are made one after the other, each when it is its turn, as often as the list is walked.
pub(in crate::audit) struct Walk<'a, T> {
    begin: Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>,
}

impl<'a, T> Walk<'a, T> {
    /// Returns the list that `begin` begins to walk.
    pub(super) fn new<I: Iterator<Item = T> + 'a>(begin: impl Fn() -> I + 'a) -> Self {
        Self {
            begin: Box::new(move || Box::new(begin())),
        }
    }

    /// Returns its items.
    pub(in crate::audit) fn iter(&self) -> Box<dyn Iterator<Item = T> + 'a> {
        (self.begin)()
    }
}

impl<T: Serialize> Serialize for Walk<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<T> fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").finish_non_exhaustive()
    }
}
