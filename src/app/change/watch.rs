//! Looking after changes that were settled before it was certain what became of them.
//!
//! A request whose answer was lost can be carried out long afterwards, and what was accepted can come into sight late.
//! Nobody should wait for that in a dialog, but nobody should miss it either: it is looked at a few times more. For all of
//! them together one timer runs or one question is asked, so that many lost answers do not become many questions.

use super::{Outcome, Settled, judge, rows};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{ChangeTarget, Found, Ticket};
use crate::domain::change::Change;
use jiff::Timestamp;
use std::time::Duration;

/// How long to wait before each look.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
];

/// How many changes are looked after at most: a plan can have thousands of lost answers, and whoever reads their
/// workspaces again sees what became of the others, too.
const MOST: usize = 200;

/// A change that may still come true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Watch {
    settled: Settled,
    n_looks: usize,
    /// When it is looked at next.
    due: Timestamp,
}

/// All changes that may still come true, and the one thing that is under way for them: a timer or a look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Watches {
    pub(in crate::app) all: Vec<Watch>,
    pub(in crate::app) doing: Option<Doing>,
    /// How many more there were to be looked after, which nobody has been told yet.
    pub(in crate::app) n_left_out: usize,
}

/// What is under way. A look at a workspace serves all that are about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum Doing {
    /// It is waited until then.
    Waiting(Ticket, Timestamp),
    /// This is read; what was due by then is looked at, one after the other.
    Looking(Ticket, ChangeTarget, Timestamp),
}

impl Doing {
    /// Returns the ticket of the timer or the question.
    pub(in crate::app) fn ticket(&self) -> Ticket {
        match self {
            Self::Waiting(ticket, _) | Self::Looking(ticket, ..) => *ticket,
        }
    }
}

impl Watches {
    /// Looks after `settled` from `now` on, if it may still come true; counts it where there are too many already.
    pub(in crate::app) fn add(&mut self, settled: &Settled, now: Timestamp) {
        if settled.in_flight.is_none() {
            return;
        }
        if self.all.len() < MOST {
            self.all.push(Watch::over(settled.clone(), now));
        } else {
            self.n_left_out += 1;
        }
    }

    /// Returns whether `ticket` is the look under way.
    pub(in crate::app) fn is_looking(&self, ticket: Ticket) -> bool {
        matches!(&self.doing, Some(Doing::Looking(asked, ..)) if *asked == ticket)
    }

    /// Returns when somebody has to look again.
    pub(in crate::app) fn next_due(&self) -> Option<Timestamp> {
        self.all.iter().map(|watch| watch.due).min()
    }

    /// Returns what has to be read next of what is due at `now`.
    pub(in crate::app) fn next_target(&self, now: Timestamp) -> Option<ChangeTarget> {
        self.all.iter().find(|watch| watch.due <= now).map(Watch::target)
    }

    /// Takes what a look at `target` has brought; returns what has come true. The others wait for their next look, if there
    /// is one.
    pub(in crate::app) fn looked_at(
        &mut self,
        target: &ChangeTarget,
        found: Option<&Found>,
        now: Timestamp,
    ) -> Vec<Settled> {
        let mut came = Vec::new();
        self.all.retain_mut(|watch| {
            if watch.target() != *target {
                return true;
            }
            came.extend(found.and_then(|found| watch.come_true(found)));
            watch.waits_from(now)
        });
        came
    }
}

impl Watch {
    /// Returns a watch over `settled` that begins at `now`.
    pub(super) fn over(settled: Settled, now: Timestamp) -> Self {
        let mut watch = Self {
            settled,
            n_looks: 0,
            due: now,
        };
        watch.waits_from(now);
        watch
    }

    /// Waits for the next look; returns whether there is one.
    fn waits_from(&mut self, now: Timestamp) -> bool {
        let Some(pause) = PAUSES.get(self.n_looks) else {
            return false;
        };
        self.n_looks += 1;
        self.due = now.saturating_add(*pause).unwrap_or(now);
        true
    }

    /// Returns the change.
    pub(in crate::app) fn change(&self) -> &Change {
        &self.settled.change
    }

    /// Returns what must be read to see whether it has come true.
    pub(in crate::app) fn target(&self) -> ChangeTarget {
        judge::target_after(self.change())
    }

    /// Returns whether both are about the same thing: what `other` has done is not this one coming true.
    pub(in crate::app) fn is_about_the_target_of(&self, other: &Change) -> bool {
        let change = self.change();
        change.workspace() == other.workspace()
            && change.principal() == other.principal()
            && self.target() == judge::target_after(other)
    }

    /// Returns the change with its new outcome, if `found` shows that it has come true.
    pub(in crate::app) fn come_true(&self, found: &Found) -> Option<Settled> {
        let has_come = |change: &Change| judge::fits(&self.target(), found) && judge::has_come_true(change, found);
        let is_whole = has_come(self.change());
        if !is_whole && !self.settled.in_flight.as_ref().is_some_and(has_come) {
            return None;
        }
        let outcome = match &self.settled.outcome {
            Outcome::NotApplied(failure) | Outcome::Unknown(failure) => Outcome::Applied(Failure::clone(failure)),
            Outcome::HalfDone(_, failure) if failure.kind == FailureKind::OutcomeUnknown => {
                Outcome::Applied(Failure::clone(failure))
            }
            Outcome::HalfDone(..)
            | Outcome::NotSeen(_)
            | Outcome::Confirmed
            | Outcome::Accepted(_)
            | Outcome::Applied(_)
            | Outcome::Refused(_)
            | Outcome::NotSent(_)
            | Outcome::Drifted(_) => Outcome::Confirmed,
        };
        Some(Settled {
            change: self.settled.change.clone(),
            outcome: if is_whole {
                outcome
            } else {
                rows::came_late(self.change(), found)
            },
            now: Some(found.clone()),
            sent: self.settled.sent,
            in_flight: None,
        })
    }
}
