//! What lies where on the screen, for whoever points at it with the mouse.
//!
//! The view says what stands where, the runtime finds what was clicked, and `update` decides what comes of that. Nothing
//! here is a yes: [`Action::may_be_clicked`] says which keys a click may press.

use super::keymap::{Action, Chord};

/// Whose the mouse is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mouse {
    /// The terminal's, which selects text with it.
    #[default]
    Terminal,
    /// The console's.
    Console,
}

impl Mouse {
    /// Returns whose it is, by whether the console listens to it.
    pub fn of_console(is_on: bool) -> Self {
        if is_on { Self::Console } else { Self::Terminal }
    }
}

/// Something on the screen that can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The row at this place of the list on show, or the line of what is chosen from.
    Row(usize),
    /// A key that is named as a hint, or that a button stands for, with what it does.
    Key(Chord, Action),
    /// The field of the dialog in front that does not have the focus.
    Field,
    /// The option at this place of those to choose from in the dialog in front.
    Choice(usize),
    /// Whoever is proposed at this place.
    Proposal(usize),
    /// The command at this place, of those to run or to copy.
    Command(usize),
}

/// How many rows one notch of the wheel scrolls.
pub const NOTCH: usize = 3;
