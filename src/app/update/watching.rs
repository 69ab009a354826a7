//! Changes whose outcome was not certain when they were settled: looking again, and telling what came.

use super::learning::learn;
use super::telling::come_late;
use crate::app::change::Settled;
use crate::app::change::watch::Watch;
use crate::app::dialog::{Problem, Stage};
use crate::app::failure::Failure;
use crate::app::model::{Model, Purpose};
use crate::app::msg::{Effect, Found, Query, Ticket};
use crate::domain::ids::WorkspaceName;

impl Model {
    /// Goes on looking at those of `settled` that may still come true. What is settled anew is no longer watched.
    pub(super) fn watch(&mut self, settled: &[Settled]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for one in settled {
            effects.extend(self.stop_watching(|watch| watch.is_about_the_target_of(&one.change)));
            if Watch::is_worth_it(one) {
                effects.extend(self.arm(Watch::over(one.clone())));
            }
        }
        effects
    }

    fn stop_watching(&mut self, is_meant: impl Fn(&Watch) -> bool) -> Vec<Effect> {
        let gone: Vec<Watch> = self.watches.extract_if(.., |watch| is_meant(watch)).collect();
        gone.into_iter().map(|watch| self.forget(watch.ticket())).collect()
    }

    /// Waits until it is time for the next look.
    fn arm(&mut self, mut watch: Watch) -> Option<Effect> {
        let delay = watch.next_pause()?;
        let ticket = self.ticket(Purpose::Watch);
        self.watches.push(watch.waiting_for(ticket));
        Some(Effect::After { ticket, delay })
    }

    /// Looks again.
    pub(super) fn watch_due(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.wanted.remove(&ticket);
        let Some(watch) = self.taken(ticket) else {
            return Vec::new();
        };
        let ticket = self.ticket(Purpose::Watch);
        let query = Query::Target(watch.aim());
        self.watches.push(watch.waiting_for(ticket));
        vec![Effect::Read { ticket, query }]
    }

    /// Takes what a look brought.
    pub(super) fn watched(&mut self, ticket: Ticket, found: Result<Found, Failure>) -> Vec<Effect> {
        let Some(watch) = self.taken(ticket) else {
            return Vec::new();
        };
        match found.ok().and_then(|found| watch.come_true(&found)) {
            Some(settled) => self.tell_what_came(&settled),
            None => self.arm(watch).into_iter().collect(),
        }
    }

    fn taken(&mut self, ticket: Ticket) -> Option<Watch> {
        let place = self.watches.iter().position(|watch| watch.ticket() == ticket)?;
        Some(self.watches.remove(place))
    }

    /// Notices that a change has come true in what was read of its workspace for another reason.
    pub(super) fn notice_what_came(&mut self, workspace: &WorkspaceName) -> Vec<Effect> {
        let Some(roster) = self.directory.roster(workspace) else {
            return Vec::new();
        };
        let found = Found::Members(roster.clone());
        let here = |watch: &&Watch| watch.change().workspace() == workspace;
        let came: Vec<Settled> = self
            .watches
            .iter()
            .filter(here)
            .filter_map(|watch| watch.come_true(&found))
            .collect();
        came.iter().flat_map(|settled| self.tell_what_came(settled)).collect()
    }

    fn tell_what_came(&mut self, settled: &Settled) -> Vec<Effect> {
        let mut effects = learn(self, std::slice::from_ref(settled));
        let (tone, text) = come_late(settled);
        self.say(tone, text.as_str());
        for dialog in &mut self.dialogs {
            let is_here = dialog.form.workspace() == Some(settled.change.workspace());
            if is_here && dialog.stage == Stage::Editing && dialog.problem.is_some() {
                dialog.problem = Some(Problem::Drifted(text.clone()));
                super::runs::rebase(&mut dialog.form, settled, self.now);
            }
        }
        effects.extend(self.stop_watching(|watch| watch.is_about_the_target_of(&settled.change)));
        self.refresh_confirmation();
        effects
    }
}
