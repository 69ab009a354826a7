//! The journal on the screen: opened, and read anew when something has been written into it. And everybody's changes, which are
//! looked at when somebody asks for it, or every few seconds while they are watched.

use crate::app::dialog::{Ctx, DialogForm as _, Form, Stage};
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Activity, Effect, Query};
use crate::app::notice::Tone;
use crate::app::screen::{Screen, activity};
use crate::app::touched::Marks;
use crate::app::waits::Wait;
use crate::domain::binding::Touches;
use std::time::Duration;

/// How long it takes until everybody's changes are looked at again.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

impl Model {
    /// Shows what was changed, and reads the journal.
    pub(super) fn open_activity(&mut self) -> Vec<Effect> {
        self.screens.pop_if(|screen| matches!(screen, Screen::Touched(_)));
        let is_it = |screen: &Screen| matches!(screen, Screen::Activity(_));
        let place = self.screens.iter().position(is_it);
        // There is one of them: whoever comes back finds cursor and filter as they were.
        let screen = match place {
            Some(place) => self.screens.remove(place),
            None => Screen::Activity(Box::<activity::State>::default()),
        };
        let mut effects = self.read_journal();
        effects.extend(self.show(screen));
        effects
    }

    /// Reads the journal anew.
    pub(super) fn read_journal(&mut self) -> Vec<Effect> {
        let older = self.activity.asked().map(|ticket| self.forget(ticket));
        let (ticket, effect) = self.ask(Query::Activity);
        self.activity.ask(ticket);
        older.into_iter().chain([effect]).collect()
    }

    /// Reads the journal anew where it is on show and `effects` write what became of a change into it.
    pub(super) fn follow_journal(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let is_open = self.screens.iter().any(|screen| matches!(screen, Screen::Activity(_)));
        let has_ended = effects.iter().any(|effect| matches!(effect, Effect::Conclude { .. }));
        if is_open && has_ended {
            self.read_journal()
        } else {
            Vec::new()
        }
    }

    /// Shows everybody's changes in place of one's own, and looks at them.
    pub(super) fn open_touched(&mut self) -> Vec<Effect> {
        self.leave_activity();
        let mut effects = self.read_touched();
        effects.extend(self.show(Screen::Touched(Box::default())));
        self.say(
            Tone::Warning,
            "each row shows only its latest change; the platform does not store who revoked a role",
        );
        effects
    }

    /// Leaves one's own and everybody's changes: one of them takes the place of the other.
    fn leave_activity(&mut self) {
        let is_it = |screen: &Screen| matches!(screen, Screen::Activity(_) | Screen::Touched(_));
        self.screens.retain(|screen| !is_it(screen));
    }

    /// Looks at everybody's changes.
    pub(super) fn read_touched(&mut self) -> Vec<Effect> {
        if self.touched.known.is_loading() {
            return Vec::new();
        }
        let (ticket, effect) = self.ask(Query::Touched);
        self.touched.known.ask(ticket);
        vec![effect]
    }

    pub(super) fn take_touched(&mut self, read: Result<Touches, Failure>) {
        let marks = if self.is_watching() { Marks::GoOn } else { Marks::Begin };
        if let Err(failure) = &read
            && self.touched.known.value().is_some()
        {
            self.note_failed_refresh(failure);
        }
        self.touched.take(read, marks, self.now);
        self.rebuild_where(|screen, _| matches!(screen, Screen::Touched(_)));
    }

    /// Returns whether everybody's changes are on show and to be looked at again and again.
    fn is_watching(&self) -> bool {
        matches!(self.screen(), Screen::Touched(state) if state.watches)
    }

    /// Keeps one timer running while everybody's changes are watched, and none otherwise.
    pub(super) fn watch_touched(&mut self) -> Vec<Effect> {
        let timers = self.waits.tickets(|wait| *wait == Wait::NextLook);
        if !self.is_watching() {
            for ticket in timers {
                self.waits.end(ticket);
            }
            return Vec::new();
        }
        if !timers.is_empty() || self.touched.known.is_loading() {
            return Vec::new();
        }
        let ticket = self.ticket(Wait::NextLook);
        let delay = BETWEEN_LOOKS;
        vec![Effect::After { ticket, delay }]
    }

    /// Looks at everybody's changes again, where they are still watched.
    pub(super) fn look_again(&mut self) -> Vec<Effect> {
        if self.is_watching() {
            self.read_touched()
        } else {
            Vec::new()
        }
    }

    /// Takes what stands in the journal, for the screen and for whoever wants to take something back.
    pub(super) fn take_activity(&mut self, read: Result<Activity, Failure>) {
        let (identity, server) = (self.identity(), self.session.info.value());
        let ctx = Ctx::new(&self.store, &identity, server, self.now);
        let mut wanted = Vec::new();
        for dialog in &mut self.dialogs {
            if let Form::Undo(form) = &mut dialog.form
                && dialog.stage == Stage::Editing
            {
                form.take(read.clone(), ctx);
                wanted.extend(form.wants());
            }
        }
        // What is known of them may be older than what is taken back.
        for workspace in &wanted {
            self.store.want(workspace);
        }
        if let Err(failure) = &read
            && self.activity.value().is_some()
        {
            self.note_failed_refresh(failure);
        }
        self.activity.settle(read, self.now);
        self.rebuild_where(|screen, _| matches!(screen, Screen::Activity(_)));
    }
}
