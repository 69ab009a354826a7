//! The journal on the screen: opened, and read anew when something has been written into it.

use crate::app::dialog::{Ctx, Form, Stage};
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Activity, Effect, Query};
use crate::app::screen::{Screen, activity};

impl Model {
    /// Shows what was changed, and reads the journal.
    pub(super) fn open_activity(&mut self) -> Vec<Effect> {
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

    /// Takes what stands in the journal, for the screen and for whoever wants to take something back.
    pub(super) fn take_activity(&mut self, read: Result<Activity, Failure>) {
        let (identity, server) = (self.identity(), self.session.info.value());
        let ctx = Ctx::new(&self.store, &identity, server, self.now);
        for dialog in &mut self.dialogs {
            if let Form::Undo(form) = &mut dialog.form
                && dialog.stage == Stage::Editing
            {
                form.take(read.clone(), ctx);
            }
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
