//! Marks: which rows an action is about, where it is about several.
//!
//! A mark belongs to an id, so that it stays whatever is sorted, filtered or refreshed. A range is what lies between the row
//! where it was begun and the cursor; its rows get marks of their own when it ends.

use super::{List, Step};
use crate::audit::{GrantNo, PrincipalNo, WorkspaceNo};
use crate::domain::context::ContextName;
use crate::domain::ids::{Principal, WorkspaceName};
use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Range;

/// The id of a row that may have a mark.
pub trait Markable: Clone + Eq + Hash {
    /// Returns whether an action on several rows can be about it.
    fn can_be_marked(&self) -> bool {
        true
    }
}

impl Markable for WorkspaceName {}
impl Markable for Principal {}
impl Markable for GrantNo {}
impl Markable for usize {}

#[cfg(test)]
impl Markable for &str {}

impl Markable for ContextName {
    fn can_be_marked(&self) -> bool {
        false
    }
}

/// What somebody else changed is nothing to be acted on.
impl Markable for String {
    fn can_be_marked(&self) -> bool {
        false
    }
}

impl Markable for PrincipalNo {
    fn can_be_marked(&self) -> bool {
        false
    }
}

impl Markable for WorkspaceNo {
    fn can_be_marked(&self) -> bool {
        false
    }
}

/// How rows get marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// The row under the cursor gets one or loses it, and the cursor goes on; where a range is open, that ends.
    Row,
    /// All rows that are shown get one, or lose it where all have one.
    All,
    /// A range begins at the cursor, or ends.
    Range,
    /// The cursor moves and takes a range along, which ends with the next other key.
    To(Step),
}

/// How many rows are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// How many in all.
    pub n: usize,
    /// How many of them a filter hides.
    pub n_hidden: usize,
    /// Whether a range is open.
    pub has_range: bool,
}

/// Where a range was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// At which place.
    place: usize,
    /// Whether a movement of the cursor ends it.
    is_passing: bool,
}

/// A list whose rows can be marked, whatever they are.
pub trait Marks {
    /// Marks rows in a window of `height` rows.
    fn mark(&mut self, how: Marking, height: usize);

    /// Returns how many are marked.
    fn n_marked(&self) -> Marked;

    /// Returns whether the row under the cursor can be marked; nothing where there is none.
    fn may_mark(&self) -> Option<bool>;

    /// Returns whether any row can be.
    fn may_mark_any(&self) -> bool;

    /// Ends an open range: what is in it is marked.
    fn end_range(&mut self);

    /// Leaves a range without marking what is in it; returns whether there was one.
    fn leave_range(&mut self) -> bool;

    /// Takes all marks back; returns how many there were.
    fn unmark_all(&mut self) -> usize;
}

impl<Id: Markable> Marks for List<Id> {
    fn mark(&mut self, how: Marking, height: usize) {
        match how {
            Marking::Row | Marking::Range if self.anchor.is_some() => self.settle(),
            Marking::Row => {
                if let Some(row) = self.selected().filter(|row| row.can_be_marked()).cloned() {
                    self.toggle_mark(&row);
                }
                self.step(Step::Down, height);
            }
            Marking::All => {
                self.settle();
                self.toggle_all_marks();
            }
            Marking::Range => self.begin_range(false),
            Marking::To(step) => {
                if self.anchor.is_none() {
                    self.begin_range(true);
                }
                self.move_cursor(step, height);
            }
        }
    }

    fn n_marked(&self) -> Marked {
        let new = self.new_in_range().count();
        Marked {
            n: self.marks.len() + new,
            n_hidden: self.marks.len().saturating_sub(self.n_marks_shown),
            has_range: self.anchor.is_some(),
        }
    }

    fn may_mark(&self) -> Option<bool> {
        self.selected().map(Markable::can_be_marked)
    }

    fn may_mark_any(&self) -> bool {
        self.rows.iter().any(Markable::can_be_marked)
    }

    fn end_range(&mut self) {
        self.settle();
    }

    fn leave_range(&mut self) -> bool {
        self.anchor.take().is_some()
    }

    fn unmark_all(&mut self) -> usize {
        let n = self.n_marked().n;
        self.anchor = None;
        self.marks.clear();
        self.n_marks_shown = 0;
        n
    }
}

impl<Id: Markable> List<Id> {
    /// Returns the rows that an open range marks and that have no mark of their own.
    fn new_in_range(&self) -> impl Iterator<Item = &Id> {
        let covered = self.rows.get(self.covered()).unwrap_or_default().iter();
        covered.filter(|id| id.can_be_marked() && !self.marks.contains(id))
    }

    /// Returns the marked rows in the order shown. What a filter hides is not among them: nobody sees it.
    pub fn marked(&self) -> impl Iterator<Item = &Id> {
        let rows = self.rows.iter().enumerate();
        let rows = rows.filter(|(place, _)| self.is_marked_at(*place));
        rows.map(|(_, id)| id)
    }

    /// Marks every row on the list that `can_be`.
    pub fn mark_all(&mut self, can_be: impl Fn(&Id) -> bool) {
        let rows = self.rows.iter().filter(|id| can_be(id)).cloned();
        self.marks.extend(rows);
        self.count_marks();
    }

    /// Marks a row, or takes its mark away.
    fn toggle_mark(&mut self, id: &Id) {
        if !self.marks.remove(id) {
            self.marks.insert(id.clone());
        }
        self.count_marks();
    }

    fn toggle_all_marks(&mut self) {
        let rows = || self.rows.iter().filter(|id| id.can_be_marked());
        if rows().all(|id| self.marks.contains(id)) {
            for id in self.rows.iter().filter(|id| id.can_be_marked()) {
                self.marks.remove(id);
            }
        } else {
            let all: Vec<Id> = rows().cloned().collect();
            self.marks.extend(all);
        }
        self.count_marks();
    }

    /// Returns whether the row at `place` is marked, be it by an open range.
    pub fn is_marked_at(&self, place: usize) -> bool {
        let Some(id) = self.rows.get(place).filter(|id| id.can_be_marked()) else {
            return false;
        };
        self.covered().contains(&place) || self.marks.contains(id)
    }

    /// Returns whether any row has a mark, shown or hidden.
    pub fn has_marks(&self) -> bool {
        self.anchor.is_some() || !self.marks.is_empty()
    }

    /// Takes away the marks that `is_there` no longer knows.
    pub fn retain_marks(&mut self, is_there: impl Fn(&Id) -> bool) {
        if self.marks.is_empty() {
            return;
        }
        self.marks.retain(is_there);
        self.count_marks();
    }

    /// Keeps the marks under the ids that the rows have by now; of what has none any more the mark is lost. An open range
    /// ends.
    pub fn rename_marks(&mut self, renamed: impl Fn(&Id) -> Option<Id>) {
        self.settle();
        self.marks = self.marks.iter().filter_map(renamed).collect();
        self.count_marks();
    }

    /// Ends an open range: what is in it is marked.
    pub(super) fn settle(&mut self) {
        let covered = self.covered();
        if self.anchor.take().is_some() {
            let rows = self.rows.get(covered).unwrap_or_default().iter();
            self.marks.extend(rows.filter(|id| id.can_be_marked()).cloned());
            self.count_marks();
        }
    }

    /// Ends a range that a movement of the cursor ends.
    pub(super) fn settle_passing(&mut self) {
        if self.anchor.as_ref().is_some_and(|anchor| anchor.is_passing) {
            self.settle();
        }
    }

    fn begin_range(&mut self, is_passing: bool) {
        self.is_placed = true;
        let place = self.cursor;
        self.anchor = (!self.rows.is_empty()).then_some(Anchor { place, is_passing });
    }

    /// Returns the places of the rows in an open range.
    fn covered(&self) -> Range<usize> {
        let Some(anchor) = &self.anchor else {
            return 0..0;
        };
        anchor.place.min(self.cursor)..anchor.place.max(self.cursor) + 1
    }

    /// Takes notice that the rows have changed, of which `before` were in a range: it goes on where it covers the same.
    pub(super) fn rows_have_changed(&mut self, before: &[Id]) {
        if let Some(anchor) = self.anchor.take() {
            let place = |id: Option<&Id>| self.rows.iter().position(|row| Some(row) == id);
            let is_downward = before.last() == self.selected();
            let begun = if is_downward { before.first() } else { before.last() };
            let moved = place(begun).map(|place| Anchor { place, ..anchor });
            self.anchor = moved;
            if self.rows.get(self.covered()).unwrap_or_default() != before {
                // Nobody has seen other rows in it than these.
                self.anchor = None;
                self.marks
                    .extend(before.iter().filter(|id| id.can_be_marked()).cloned());
            }
        }
        self.count_marks();
    }

    /// Returns the rows in an open range.
    pub(super) fn in_range(&self) -> Vec<Id> {
        self.rows.get(self.covered()).unwrap_or_default().to_vec()
    }

    fn count_marks(&mut self) {
        let marks: &HashSet<Id> = &self.marks;
        self.n_marks_shown = if marks.is_empty() {
            0
        } else {
            self.rows.iter().filter(|id| marks.contains(id)).count()
        };
    }
}
