//! A screen that is too small for anything to be drawn on it: what somebody does there is done in the dark.

use crate::app::geometry;
use crate::app::keymap::{Action, Chord, Meaning};
use crate::app::model::Model;
use crate::app::msg::Msg;

impl Model {
    /// Returns what counts of `msg`. While nothing is drawn no key, click or paste does, but for those that leave the
    /// console, suspend it and draw it anew. Whoever is told everything in lines needs no screen.
    pub(super) fn as_far_as_seen(&self, msg: Msg) -> Msg {
        if self.linear.is_some() || !geometry::is_too_small(self.size) {
            return msg;
        }
        let is_meant = |action| matches!(action, Action::Quit | Action::Suspend | Action::Redraw);
        let counts = |key: &Chord| matches!(self.meaning_of(*key), Meaning::Act(action) if is_meant(action));
        let nothing = || Msg::Rushed {
            keys: Vec::new(),
            is_blind: true,
        };
        match msg {
            Msg::Pressed(key) if !counts(&key) => nothing(),
            Msg::Pasted(_) | Msg::Pointed(_) | Msg::Wheeled(_) => nothing(),
            Msg::Rushed { keys, is_blind } => Msg::Rushed {
                keys: keys.into_iter().filter(counts).collect(),
                is_blind,
            },
            Msg::Started
            | Msg::Pressed(_)
            | Msg::Line(_)
            | Msg::Resized(_)
            | Msg::Drawn(_)
            | Msg::Resumed
            | Msg::CannotSuspend
            | Msg::Warned(_)
            | Msg::Ended
            | Msg::Due(_)
            | Msg::Waiting { .. }
            | Msg::Answered { .. } => msg,
        }
    }
}
