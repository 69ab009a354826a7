//! A screen that is too small for anything to be drawn on it: what somebody does there is done in the dark.

use crate::app::geometry;
use crate::app::keymap::{Action, Chord, Context};
use crate::app::model::Model;
use crate::app::msg::Msg;

impl Model {
    /// Returns what counts of `msg`. While nothing is drawn no key, click or paste does, but for those that leave the
    /// console, suspend it and draw it anew. Whoever is told everything in lines needs no screen.
    pub(super) fn as_far_as_seen(&self, msg: Msg) -> Msg {
        if self.linear.is_some() || !geometry::is_too_small(self.size) {
            return msg;
        }
        let counts = |key: &Chord| {
            let bound = self.keymap.bound(&[Context::Always], *key);
            bound.is_some_and(|bound| matches!(bound.action, Action::Quit | Action::Suspend | Action::Redraw))
        };
        let of_keys = |keys: Vec<Chord>| Msg::Rushed {
            keys: keys.into_iter().filter(counts).collect(),
            is_blind: false,
        };
        match msg {
            Msg::Pressed(key) if !counts(&key) => of_keys(Vec::new()),
            Msg::Pasted(_) | Msg::Pointed(_) | Msg::Wheeled(_) => of_keys(Vec::new()),
            Msg::Rushed { keys, .. } => of_keys(keys),
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
