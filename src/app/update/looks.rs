//! Reading what is on the screen again and again, where that is asked for.

use super::press;
use crate::app::dialog::Stage;
use crate::app::keymap::{Action, Context};
use crate::app::looks::{Rows, in_words};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::waits::Wait;

impl Model {
    /// Begins to look again and again, or stops that.
    pub(super) fn turn_looks(&mut self) {
        self.looks.is_on = !self.looks.is_on;
        let key = self.key_of(Context::Screen, Action::WatchScreen);
        let seconds = self.looks.every.as_secs();
        let text = if self.looks.is_on {
            format!("watching: this screen is read again every {seconds} s; {key} stops that")
        } else {
            self.looks.changed.clear();
            self.looks.before = None;
            format!("not watching any more: {key} begins again")
        };
        self.say(Tone::Success, &text);
    }

    /// Tells what the present look has found, once all of it has been read, and keeps one timer running until the next.
    pub(super) fn follow_looks(&mut self) -> Vec<Effect> {
        self.compare_looks();
        let timers = self.waits.tickets(|wait| *wait == Wait::ScreenLook);
        let waits = self.looks.is_on && self.looks.before.is_none() && Rows::are_on(self.screen());
        if !waits {
            for ticket in timers {
                self.waits.end(ticket);
            }
            return Vec::new();
        }
        if !timers.is_empty() {
            return Vec::new();
        }
        let delay = self.looks.every;
        let ticket = self.ticket(Wait::ScreenLook);
        vec![Effect::After { ticket, delay }]
    }

    /// Looks, unless somebody is in the middle of something: what they act on stays as they see it.
    pub(super) fn look_at_the_screen(&mut self) -> Vec<Effect> {
        let is_busy = self.equivalent.is_some()
            || self.is_filtering()
            || self
                .dialogs
                .iter()
                .any(|dialog| !matches!(dialog.stage, Stage::Running(_)))
            || self.runs().next().is_some();
        if is_busy {
            return Vec::new();
        }
        self.looks.before = self.rows_looked_at();
        press::refresh(self)
    }

    fn rows_looked_at(&self) -> Option<Rows> {
        let caller = self.identity();
        Rows::of(self.screen(), &self.known(&caller))
    }

    fn compare_looks(&mut self) {
        let is_reading = || !self.waits.tickets(|wait| matches!(wait, Wait::Read(_))).is_empty();
        if self.looks.before.is_none() || is_reading() {
            return;
        }
        let rows = self.rows_looked_at();
        let before = self.looks.before.take();
        let both = rows
            .zip(before)
            .filter(|(rows, before)| rows.are_of_the_list_of(before));
        let differences = both.map(|(rows, before)| rows.since(&before)).unwrap_or_default();
        self.looks.changed = differences.iter().map(|one| one.name.clone()).collect();
        if !differences.is_empty() {
            let text = in_words(&differences);
            self.tell(Tone::Warning, text.as_str());
        }
    }
}
