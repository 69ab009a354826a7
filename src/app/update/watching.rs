//! Changes whose outcome was not certain when they were settled: looking again, and telling what came.

use super::learning::{learn, learn_members};
use super::telling::{come_late, told};
use crate::app::change::watch::{Doing, Watch};
use crate::app::change::{Run, Settled};
use crate::app::dialog::{Ctx, Problem, Stage};
use crate::app::model::Model;
use crate::app::msg::{Effect, Found, Query, Ticket};
use crate::app::notice::Tone;
use crate::app::waits::Wait;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::{SafeText, counted};
use jiff::Timestamp;
use std::time::Duration;

/// The least time between two rounds of looks.
const LEAST_PAUSE: Duration = Duration::from_secs(2);

impl Model {
    /// Goes on looking at those of `settled` that may still come true. What is settled anew is no longer watched.
    pub(super) fn watch(&mut self, settled: &[Settled]) -> Vec<Effect> {
        for one in settled {
            self.stop_watching(&one.change);
            self.watches.add(one, self.now);
        }
        self.go_on_watching()
    }

    /// Says, once, how many changes are not looked after although they may still come true.
    pub(super) fn not_watched(&mut self) -> Option<SafeText> {
        let n = std::mem::take(&mut self.watches.n_left_out);
        let text = format!(
            "{} may still take effect unnoticed: refresh there and check",
            counted(n, "change")
        );
        (n > 0).then(|| SafeText::new(&text))
    }

    /// Returns what became of changes that are learned, with what nobody will say later.
    pub(super) fn in_sum(&mut self, run: &Run) -> (Tone, String) {
        let (tone, text) = told(run);
        let unwatched = self.not_watched().map(|more| format!("; {more}"));
        (tone, format!("{text}{}", unwatched.unwrap_or_default()))
    }

    fn stop_watching(&mut self, change: &Change) {
        self.watches.all.retain(|watch| !watch.is_about_the_target_of(change));
    }

    /// Sees to it that a timer runs until the next look, unless a look is under way, and none where there is nothing to
    /// be looked at.
    fn go_on_watching(&mut self) -> Vec<Effect> {
        let next = self.watches.next_due();
        match (&self.watches.doing, next) {
            (Some(Doing::Looking(..)), Some(_)) | (None, None) => return Vec::new(),
            (Some(Doing::Waiting(_, until)), Some(next)) if *until <= next => return Vec::new(),
            (Some(_), _) | (None, Some(_)) => {}
        }
        let stopped = self.watches.doing.take().map(|doing| self.forget(doing.ticket()));
        let started = next.map(|until| {
            let ticket = self.ticket(Wait::Watch);
            let delay = Duration::try_from(until.duration_since(self.now)).unwrap_or_default();
            self.watches.doing = Some(Doing::Waiting(ticket, until));
            Effect::After {
                ticket,
                delay: delay.max(LEAST_PAUSE),
            }
        });
        stopped.into_iter().chain(started).collect()
    }

    /// Looks again.
    pub(super) fn watch_due(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.waits.end(ticket);
        let is_it = |doing: &mut Doing| matches!(doing, Doing::Waiting(waited, _) if *waited == ticket);
        let Some(Doing::Waiting(_, until)) = self.watches.doing.take_if(is_it) else {
            return Vec::new();
        };
        self.look_on(until.max(self.now))
    }

    /// Reads the next that is due at `until`, else waits for the time of another one.
    fn look_on(&mut self, until: Timestamp) -> Vec<Effect> {
        let Some(target) = self.watches.next_target(until) else {
            return self.go_on_watching();
        };
        let ticket = self.ticket(Wait::Watch);
        let query = Query::Target(target.clone());
        self.watches.doing = Some(Doing::Looking(ticket, target, until));
        vec![Effect::Read { ticket, query }]
    }

    /// Takes what a look brought, if it brought anything.
    pub(super) fn watched(&mut self, ticket: Ticket, found: Option<&Found>) -> Vec<Effect> {
        let is_it = |doing: &mut Doing| matches!(doing, Doing::Looking(asked, ..) if *asked == ticket);
        let Some(Doing::Looking(_, target, until)) = self.watches.doing.take_if(is_it) else {
            return Vec::new();
        };
        let now = until.max(self.now);
        let came = self.watches.looked_at(&target, found, now);
        let mut effects = learn_members(self, &came, ticket);
        effects.extend(came.iter().flat_map(|settled| self.tell_what_came(settled)));
        effects.extend(self.look_on(until));
        effects
    }

    /// Notices that a change has come true in what was read of its workspace for another reason.
    pub(super) fn notice_what_came(&mut self, workspace: &WorkspaceName) -> Vec<Effect> {
        let is_watched = self
            .watches
            .all
            .iter()
            .any(|watch| watch.change().workspace() == workspace);
        let Some(roster) = self.store.roster(workspace).filter(|_| is_watched) else {
            return Vec::new();
        };
        let found = Found::Members(roster.into_owned());
        let here = |watch: &&Watch| watch.change().workspace() == workspace;
        let came: Vec<Settled> = self
            .watches
            .all
            .iter()
            .filter(here)
            .filter_map(|watch| watch.come_true(&found))
            .collect();
        let mut effects: Vec<Effect> = came.iter().flat_map(|settled| self.tell_what_came(settled)).collect();
        effects.extend(self.go_on_watching());
        effects
    }

    fn tell_what_came(&mut self, settled: &Settled) -> Vec<Effect> {
        let mut effects = learn(self, std::slice::from_ref(settled));
        effects.extend(settled.concluded());
        let (tone, text) = come_late(settled);
        self.tell(tone, text.as_str());
        let identity = self.identity();
        let ctx = Ctx::new(&self.store, &identity, self.session.info.value(), self.now);
        for dialog in &mut self.dialogs {
            let is_here = dialog.form.workspace() == Some(settled.change.workspace());
            if is_here && dialog.stage == Stage::Editing && dialog.problem.is_some() {
                dialog.problem = Some(Problem::Drifted(text.clone()));
                dialog.form.take_settled(std::slice::from_ref(settled), ctx);
            }
        }
        self.stop_watching(&settled.change);
        self.refresh_confirmation();
        effects
    }
}
