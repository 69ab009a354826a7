//! The table of keys, one part for each kind of place.

mod dialogs;
mod everywhere;
mod screens;

use super::action::Action;
use super::chord::Chord;
use super::context::Context;
use super::need::{Hinted, Need};

/// The parts of the table; the keys of one context are in one of them.
const PARTS: [&[Binding]; 3] = [screens::SCREENS, everywhere::EVERYWHERE, dialogs::DIALOGS];

/// Returns every key of the console.
pub(super) fn all() -> impl Iterator<Item = Binding> {
    PARTS.into_iter().flatten().copied()
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where it counts.
    pub context: Context,
    /// The keys, in the text form of [`Chord`].
    pub keys: &'static [&'static str],
    /// The keys that it has unless its user gives it others.
    pub usual: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// One or two words for the hint row.
    pub label: &'static str,
    /// A sentence for help.
    pub help: &'static str,
    /// Its place in the hint row; 0 keeps it out.
    pub hint: u8,
    /// What must be so for it to do anything; nothing where it always does.
    pub needs: Option<Need>,
    /// When the hint row offers it.
    pub hinted: Hinted,
}

impl Binding {
    /// Returns the keys as chords.
    pub fn chords(&self) -> impl Iterator<Item = Chord> {
        self.keys.iter().filter_map(|key| key.parse().ok())
    }
}

const fn key(
    context: Context,
    keys: &'static [&'static str],
    action: Action,
    label: &'static str,
    help: &'static str,
    hint: u8,
) -> Binding {
    Binding {
        context,
        keys,
        usual: keys,
        action,
        label,
        help,
        hint,
        needs: None,
        hinted: Hinted::Always,
    }
}

impl Binding {
    const fn needs(mut self, need: Need) -> Self {
        self.needs = Some(need);
        self
    }

    const fn hinted(mut self, hinted: Hinted) -> Self {
        self.hinted = hinted;
        self
    }
}
