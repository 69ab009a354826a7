//! What a console shows that was told of no platform.

use super::state::{Known, ScreenState, Title};
use crate::app::equivalent::Equivalent;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::msg::Size;

/// What this screen remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The place of the chosen one among [`Choice::ALL`].
    pub choice: usize,
}

/// What can be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Look around in the embedded platform.
    Demo,
    /// Connect to a platform by its address.
    Address,
    /// Log in to a platform.
    LogIn,
}

impl Choice {
    /// Every choice that this build of the program offers, in the order shown.
    pub const ALL: &[Self] = if cfg!(feature = "sandbox") {
        &[Self::Demo, Self::Address, Self::LogIn]
    } else {
        &[Self::Address, Self::LogIn]
    };

    /// Returns its name; these words are stable.
    pub fn label(self) -> &'static str {
        match self {
            Self::Demo => "Try the demo",
            Self::Address => "Connect to an address",
            Self::LogIn => "Log in",
        }
    }

    /// Returns what it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Demo => "a built-in sample organisation",
            Self::Address => "of a platform; nothing is stored",
            Self::LogIn => "to a platform; its CLI shares the login",
        }
    }
}

impl State {
    /// Returns what is chosen.
    pub fn chosen(self) -> Choice {
        Choice::ALL.get(self.choice).copied().unwrap_or(Choice::Address)
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Welcome, Context::Screen, Context::Always]
    }

    fn title(&self, _: &Known<'_>) -> Title {
        Title::new("Welcome")
    }

    fn equivalent(&self, _: &Known<'_>, out: &mut Equivalent) {
        out.note("nothing chosen yet, so there is no command");
    }

    fn step(&mut self, step: Step, _: Size) {
        let last = Choice::ALL.len() - 1;
        self.choice = match step {
            Step::Up => self.choice.saturating_sub(1),
            Step::Down => (self.choice + 1).min(last),
            Step::PageUp | Step::First => 0,
            Step::PageDown | Step::Last => last,
        };
    }

    fn go_to(&mut self, place: usize, _: Size) {
        self.choice = place.min(Choice::ALL.len() - 1);
    }

    /// Three lines at a notch would be all of them.
    fn scroll(&mut self, is_down: bool, size: Size) {
        self.step(if is_down { Step::Down } else { Step::Up }, size);
    }
}
