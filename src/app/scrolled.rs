//! How far the text in front is scrolled: that of a dialog, or what is told of one row in place of the list.
//!
//! How long it is only the view knows, which wraps it: it clamps what it draws, and tells what it has drawn, so that a key
//! at the end does nothing.

use super::columns::OnShow;
use super::list::Step;

/// How many rows of the text in front there are, and how many of them a frame has shown; none where it had all the room
/// it needs. Of a list, which of its columns it has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The rows that scroll.
    pub all: usize,
    /// How many of them are on show at once.
    pub shown: usize,
    /// How high the dialog is that they stand in.
    pub height: usize,
    /// The columns of the list in front.
    pub columns: OnShow,
}

impl Reach {
    /// Returns the first row on show where that shows the end.
    pub(in crate::app) fn last_top(self) -> usize {
        self.all.saturating_sub(self.shown)
    }
}

/// Whose text is in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) enum Front {
    /// A list, which scrolls by itself.
    #[default]
    List,
    /// What is told of the selected row.
    Details,
    /// The equivalent commands.
    Commands,
    /// The form of the dialog with this number.
    Form(usize),
    /// What the dialog with this number asks.
    Question(usize),
    /// The progress of the dialog with this number.
    Progress(usize),
}

/// How far the text in front is scrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrolled {
    of: Front,
    top: usize,
    reach: Reach,
    /// How high the dialog in front has been.
    highest: usize,
}

impl Scrolled {
    /// Returns the first of the rows on show.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Returns what the last frame has shown.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Returns how high the dialog in front is at least: lines come and go in it while somebody types and chooses, and its
    /// lower edge, with the keys, stays where it is.
    pub fn least_height(&self) -> usize {
        self.highest
    }

    /// Forgets how high the dialog has been: on a screen of another size the same text takes other room.
    pub(in crate::app) fn resized(&mut self) {
        self.highest = 0;
        // So that the next frame is news even where it shows as much as the last one.
        self.reach.height = 0;
    }

    /// Takes what a frame has shown.
    pub(in crate::app) fn drawn(&mut self, reach: Reach) {
        self.reach = reach;
        self.highest = self.highest.max(reach.height);
        self.top = self.top.min(reach.last_top());
    }

    /// Scrolls, as far as there is anything.
    pub(in crate::app) fn step(&mut self, step: Step) {
        // A row stays in sight, so that it is seen where one goes on.
        let page = self.reach.shown.saturating_sub(1).max(1);
        let to = match step {
            Step::Up => self.top.saturating_sub(1),
            Step::Down => self.top + 1,
            Step::PageUp => self.top.saturating_sub(page),
            Step::PageDown => self.top + page,
            Step::First => 0,
            Step::Last => usize::MAX,
        };
        self.top = to.min(self.reach.last_top());
    }

    /// Begins at the top where another text has come in front.
    pub(in crate::app) fn follow(&mut self, front: Front) {
        if self.of != front {
            *self = Self {
                of: front,
                ..Self::default()
            };
        }
    }

    /// Goes back to the beginning of the text.
    pub(in crate::app) fn begin(&mut self) {
        self.top = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_no_further_than_the_text() {
        let mut scrolled = Scrolled::default();
        scrolled.step(Step::PageDown);
        assert_eq!(scrolled.top(), 0, "nothing is known to be longer than its room");
        scrolled.drawn(Reach {
            all: 20,
            shown: 8,
            ..Reach::default()
        });
        for (step, top) in [
            (Step::PageDown, 7),
            (Step::PageDown, 12),
            (Step::PageDown, 12),
            (Step::Up, 11),
            (Step::PageUp, 4),
            (Step::Last, 12),
            (Step::First, 0),
        ] {
            scrolled.step(step);
            assert_eq!(scrolled.top(), top, "{step:?}");
        }
        scrolled.step(Step::Last);
        scrolled.drawn(Reach {
            all: 20,
            shown: 15,
            ..Reach::default()
        });
        assert_eq!(scrolled.top(), 5, "there is more room now");
    }

    /// Only what differs from what is known is told.
    #[test]
    fn the_height_after_a_resize_is_news_and_the_place_in_the_text_stays() {
        let reach = Reach {
            all: 20,
            shown: 8,
            height: 12,
            ..Reach::default()
        };
        let mut scrolled = Scrolled::default();
        scrolled.drawn(reach);
        scrolled.step(Step::Last);
        scrolled.resized();
        assert_eq!(scrolled.least_height(), 0);
        assert_ne!(scrolled.reach(), reach);
        scrolled.step(Step::Up);
        assert_eq!(scrolled.top(), 11, "before a frame is drawn");
        scrolled.drawn(reach);
        assert_eq!(scrolled.least_height(), 12);
    }
}
