//! A list with a cursor that stays on its row, whatever is sorted, filtered or refreshed around it, and marks.

mod marks;
mod sort;

pub use marks::{Markable, Marked, Marking, Marks};
pub use sort::{By, Compared, MOST_KEYS, Order, Sort, SortColumn, Sorting};

use marks::Anchor;
use std::collections::HashSet;
use std::hash::Hash;

/// The rows of a table by id, in the order shown, with the cursor and the first visible row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<Id: Eq + Hash> {
    rows: Vec<Id>,
    cursor: usize,
    top: usize,
    is_placed: bool,
    marks: HashSet<Id>,
    /// How many of the marks are on rows that are shown.
    n_marks_shown: usize,
    /// Where an open range was begun.
    anchor: Option<Anchor>,
}

impl<Id: Eq + Hash> Default for List<Id> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            cursor: 0,
            top: 0,
            is_placed: false,
            marks: HashSet::new(),
            n_marks_shown: 0,
            anchor: None,
        }
    }
}

/// A movement of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl<Id: Markable> List<Id> {
    /// Returns all rows in the order shown.
    pub fn rows(&self) -> &[Id] {
        &self.rows
    }

    /// Returns the id under the cursor.
    pub fn selected(&self) -> Option<&Id> {
        self.rows.get(self.cursor)
    }

    /// Returns the place of the cursor among the rows.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the place of the first visible row.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Returns the rows that a window of `height` shows.
    pub fn visible(&self, height: usize) -> &[Id] {
        let end = (self.top + height).min(self.rows.len());
        self.rows.get(self.top.min(end)..end).unwrap_or_default()
    }

    /// Returns up to `n` rows below those that a window of `height` shows.
    pub fn below(&self, height: usize, n: usize) -> &[Id] {
        let from = (self.top + height).min(self.rows.len());
        let end = (from + n).min(self.rows.len());
        self.rows.get(from..end).unwrap_or_default()
    }

    /// Replaces the rows. The cursor stays on its id; where that is gone, on the row that took its place.
    pub fn set_rows(&mut self, rows: Vec<Id>, height: usize) {
        let in_range = self.in_range();
        let place = self.selected().and_then(|id| rows.iter().position(|row| row == id));
        self.cursor = place.unwrap_or(self.cursor).min(rows.len().saturating_sub(1));
        self.rows = rows;
        self.rows_have_changed(&in_range);
        self.reveal(height);
    }

    /// Replaces the rows while more of them are still coming: a cursor that nobody has moved yet stays on top.
    pub fn set_growing_rows(&mut self, rows: Vec<Id>, height: usize) {
        if !self.is_placed {
            self.rows.clear();
            self.cursor = 0;
        }
        self.set_rows(rows, height);
    }

    /// Replaces the rows by others with other ids; the cursor goes to `id`, where that is among them, else it stays as
    /// far down as it was. Until somebody has moved it, it stays on top.
    pub fn replace(&mut self, rows: Vec<Id>, id: Option<&Id>, height: usize) {
        self.settle();
        let place = id
            .filter(|_| self.is_placed)
            .and_then(|id| rows.iter().position(|row| row == id));
        let present = if self.is_placed { self.cursor } else { 0 };
        self.cursor = place.unwrap_or(present).min(rows.len().saturating_sub(1));
        self.rows = rows;
        self.rows_have_changed(&[]);
        self.reveal(height);
    }

    /// Puts the cursor on `id`, if it is there.
    pub fn select(&mut self, id: &Id, height: usize) {
        self.settle();
        self.is_placed = true;
        if let Some(place) = self.rows.iter().position(|row| row == id) {
            self.cursor = place;
            self.reveal(height);
        }
    }

    /// Puts the cursor on the first row that `is_meant`, where nobody has moved it yet.
    pub fn look_for(&mut self, is_meant: impl Fn(&Id) -> bool, height: usize) {
        let found = self.rows.iter().find(|row| is_meant(row)).filter(|_| !self.is_placed);
        if let Some(id) = found.cloned() {
            self.select(&id, height);
        }
    }

    /// Takes the row under the cursor for chosen, as if the cursor had been moved there.
    pub fn choose(&mut self) {
        self.settle();
        self.is_placed = true;
    }

    /// Moves the cursor in a window of `height` rows.
    pub fn step(&mut self, step: Step, height: usize) {
        self.settle_passing();
        self.move_cursor(step, height);
    }

    fn move_cursor(&mut self, step: Step, height: usize) {
        self.is_placed = true;
        let last = self.rows.len().saturating_sub(1);
        let page = height.saturating_sub(1).max(1);
        self.cursor = match step {
            Step::Up => self.cursor.saturating_sub(1),
            Step::Down => (self.cursor + 1).min(last),
            Step::PageUp => self.cursor.saturating_sub(page),
            Step::PageDown => (self.cursor + page).min(last),
            Step::First => 0,
            Step::Last => last,
        };
        self.reveal(height);
    }

    /// Puts the cursor on the row at `place`.
    pub fn go_to(&mut self, place: usize, height: usize) {
        self.settle_passing();
        self.is_placed = true;
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        self.reveal(height);
    }

    /// Scrolls a window of `height` rows by `n`; the cursor stays on its row as long as that is in sight.
    pub fn scroll(&mut self, n: usize, is_down: bool, height: usize) {
        self.settle_passing();
        self.is_placed = true;
        let lowest = self.rows.len().saturating_sub(height);
        self.top = if is_down {
            self.top.max(lowest.min(self.top + n))
        } else {
            self.top.saturating_sub(n)
        };
        let last = (self.top + height.max(1)).min(self.rows.len()).saturating_sub(1);
        self.cursor = self.cursor.clamp(self.top.min(last), last);
    }

    /// Scrolls as little as needed to show the cursor in a window of `height` rows.
    pub fn reveal(&mut self, height: usize) {
        let height = height.max(1);
        let lowest_top = (self.cursor + 1).saturating_sub(height);
        let highest_top = self.cursor.min(self.rows.len().saturating_sub(height));
        self.top = self
            .top
            .max(lowest_top)
            .min(highest_top.max(lowest_top))
            .min(self.cursor);
    }
}

/// A list, whatever its rows are.
pub trait Scroll {
    /// Returns the place of the first visible row.
    fn top(&self) -> usize;

    /// Returns the place of the cursor among the rows.
    fn cursor(&self) -> usize;

    /// Returns how many rows there are.
    fn n_rows(&self) -> usize;

    /// Puts the cursor on the row at `place`.
    fn go_to(&mut self, place: usize, height: usize);

    /// Scrolls a window of `height` rows by `n`.
    fn scroll(&mut self, n: usize, is_down: bool, height: usize);

    /// Moves the cursor in a window of `height` rows.
    fn step(&mut self, step: Step, height: usize);

    /// Scrolls as little as needed to show the cursor in a window of `height` rows.
    fn reveal(&mut self, height: usize);
}

impl<Id: Markable> Scroll for List<Id> {
    fn top(&self) -> usize {
        self.top
    }

    fn cursor(&self) -> usize {
        self.cursor
    }

    fn n_rows(&self) -> usize {
        self.rows.len()
    }

    fn go_to(&mut self, place: usize, height: usize) {
        Self::go_to(self, place, height);
    }

    fn scroll(&mut self, n: usize, is_down: bool, height: usize) {
        Self::scroll(self, n, is_down, height);
    }

    fn step(&mut self, step: Step, height: usize) {
        Self::step(self, step, height);
    }

    fn reveal(&mut self, height: usize) {
        Self::reveal(self, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scrolls_under_the_cursor_and_takes_it_along_at_the_edge() {
        let mut list = List::default();
        list.set_rows((0..20).collect(), 5);
        list.go_to(4, 5);
        list.scroll(3, true, 5);
        assert_eq!((list.top(), list.selected()), (3, Some(&4)), "it is still in sight");
        list.scroll(3, true, 5);
        assert_eq!((list.top(), list.selected()), (6, Some(&6)));
        list.scroll(100, true, 5);
        assert_eq!((list.top(), list.selected()), (15, Some(&15)));
        list.scroll(3, true, 5);
        assert_eq!(
            (list.top(), list.selected()),
            (15, Some(&15)),
            "nothing is behind the end"
        );
        list.go_to(19, 5);
        list.scroll(3, false, 5);
        assert_eq!((list.top(), list.selected()), (12, Some(&16)));
        list.scroll(100, false, 5);
        assert_eq!((list.top(), list.selected()), (0, Some(&4)));
        list.set_rows(vec![1, 2], 5);
        list.scroll(3, true, 5);
        assert_eq!((list.top(), list.cursor()), (0, 1), "what is all in sight stays");
        list.go_to(9, 5);
        assert_eq!(list.selected(), Some(&2));
        list.set_rows(Vec::new(), 5);
        list.scroll(3, true, 5);
        list.go_to(3, 5);
        assert_eq!((list.top(), list.cursor()), (0, 0));
    }

    #[test]
    fn stays_on_its_id_when_rows_change() {
        let mut list = List::default();
        list.set_rows(vec!["a", "b", "c"], 10);
        list.step(Step::Down, 10);
        list.set_rows(vec!["x", "c", "b"], 10);
        assert_eq!(list.selected(), Some(&"b"));
        list.set_rows(vec!["x", "c"], 10);
        assert_eq!(list.selected(), Some(&"c"), "the row was last: the nearest is chosen");
        list.set_rows(vec![], 10);
        assert_eq!(list.selected(), None);
    }

    fn marked(list: &List<usize>) -> Vec<usize> {
        list.marked().copied().collect()
    }

    fn listing(rows: Vec<usize>) -> List<usize> {
        let mut list = List::default();
        list.set_rows(rows, 10);
        list
    }

    #[test]
    fn only_what_is_on_the_list_counts_as_marked() {
        let mut list = listing(vec![1, 2, 3]);
        list.mark(Marking::Row, 10);
        list.step(Step::Down, 10);
        list.mark(Marking::Row, 10);
        assert_eq!(marked(&list), [1, 3]);
        list.set_rows(vec![2, 3], 10);
        assert_eq!(marked(&list), [3], "hidden");
        let (n, n_hidden, has_range) = (2, 1, false);
        assert_eq!(list.n_marked(), Marked { n, n_hidden, has_range });
        list.set_rows(vec![3, 2, 1], 10);
        assert_eq!(marked(&list), [3, 1], "and back, in another order");
        list.mark(Marking::All, 10);
        assert_eq!(marked(&list), [3, 2, 1]);
        list.retain_marks(|id| *id != 2);
        assert_eq!(marked(&list), [3, 1], "it is gone");
        list.mark(Marking::All, 10);
        list.mark(Marking::All, 10);
        assert_eq!(list.n_marked(), Marked::default(), "all were marked");
    }

    #[test]
    fn a_range_reaches_to_the_cursor_until_it_ends() {
        let mut list = listing((0..6).collect());
        list.step(Step::Down, 10);
        list.mark(Marking::Range, 10);
        list.step(Step::Last, 10);
        assert_eq!(marked(&list), [1, 2, 3, 4, 5]);
        list.step(Step::Up, 10);
        assert_eq!(marked(&list), [1, 2, 3, 4], "the cursor came back");
        list.mark(Marking::Row, 10);
        list.step(Step::First, 10);
        assert_eq!(marked(&list), [1, 2, 3, 4], "the range has ended");
        assert!(!list.leave_range());
        list.mark(Marking::Range, 10);
        list.step(Step::Down, 10);
        assert!(list.leave_range(), "it is left");
        assert_eq!(marked(&list), [1, 2, 3, 4]);
    }

    #[test]
    fn shift_with_an_arrow_takes_a_range_along_until_another_key_moves() {
        let mut list = listing((0..6).collect());
        list.mark(Marking::To(Step::Down), 10);
        list.mark(Marking::To(Step::Down), 10);
        list.mark(Marking::To(Step::Up), 10);
        assert_eq!(marked(&list), [0, 1]);
        list.step(Step::Last, 10);
        assert_eq!(marked(&list), [0, 1]);
        list.mark(Marking::To(Step::Up), 10);
        assert_eq!(marked(&list), [0, 1, 4, 5]);
    }

    #[test]
    fn a_range_never_takes_in_rows_that_came_by_themselves() {
        let mut list = listing(vec![1, 2, 3]);
        list.mark(Marking::Range, 10);
        list.step(Step::Down, 10);
        list.set_rows(vec![0, 1, 2, 3], 10);
        list.step(Step::Down, 10);
        assert_eq!(marked(&list), [1, 2, 3], "it is still open");
        list.set_rows(vec![0, 1, 9, 2, 3], 10);
        list.step(Step::First, 10);
        assert_eq!(marked(&list), [1, 2, 3], "it has ended");
    }

    proptest! {
        #[test]
        fn always_shows_the_cursor(
            n in 0_usize..50,
            moves in proptest::collection::vec((0_usize..6, 1_usize..20), 0..40),
        ) {
            let steps = [Step::Up, Step::Down, Step::PageUp, Step::PageDown, Step::First, Step::Last];
            let mut list = List::default();
            list.set_rows((0..n).collect(), 5);
            for (i, height) in moves {
                list.step(steps[i], height);
                prop_assert!(list.top() <= list.cursor());
                prop_assert!(list.cursor() < list.top() + height);
                prop_assert_eq!(list.selected().is_some(), n > 0);
                prop_assert!(list.top() == 0 || list.top() + height <= n, "no blank rows below the last");
            }
        }
    }
}
