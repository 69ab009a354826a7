//! Looking after changes that were settled before it was certain what became of them.
//!
//! A request whose answer was lost can be carried out long afterwards, and what was accepted can come into sight late.
//! Nobody should wait for that in a dialog, but nobody should miss it either: it is looked at a few times more.

use super::{Outcome, Settled, judge};
use crate::app::failure::Failure;
use crate::app::msg::{Aim, Found, Ticket};
use crate::domain::change::Change;
use std::time::Duration;

/// How long to wait before each look.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
];

/// A change that may still come true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Watch {
    settled: Settled,
    n_looks: usize,
    /// The timer or the question it waits for.
    ticket: Ticket,
}

impl Watch {
    /// Returns a watch over `settled` that waits for nothing yet.
    pub(in crate::app) fn over(settled: Settled) -> Self {
        Self {
            settled,
            n_looks: 0,
            ticket: Ticket::new(0),
        }
    }

    /// Returns whether `settled` may still come true.
    pub(in crate::app) fn is_worth_it(settled: &Settled) -> bool {
        match settled.outcome {
            Outcome::NotApplied(_) | Outcome::NotSeen(_) | Outcome::Unknown(_) => true,
            Outcome::Confirmed
            | Outcome::Accepted(_)
            | Outcome::Applied(_)
            | Outcome::HalfDone(..)
            | Outcome::Refused(_)
            | Outcome::NotSent(_)
            | Outcome::Drifted(_) => false,
        }
    }

    /// Returns the same watch, which now waits for `ticket`.
    #[must_use]
    pub(in crate::app) fn waiting_for(self, ticket: Ticket) -> Self {
        Self { ticket, ..self }
    }

    /// Returns the ticket of the timer or the question it waits for.
    pub(in crate::app) fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// Returns how long to wait for the next look; `None` when it was looked at often enough.
    pub(in crate::app) fn next_pause(&mut self) -> Option<Duration> {
        let pause = PAUSES.get(self.n_looks).copied();
        self.n_looks += 1;
        pause
    }

    /// Returns the change.
    pub(in crate::app) fn change(&self) -> &Change {
        &self.settled.change
    }

    /// Returns what must be read to see whether it has come true.
    pub(in crate::app) fn aim(&self) -> Aim {
        judge::aim_after(self.change())
    }

    /// Returns whether both are about the same thing: what `other` has done is not this one coming true.
    pub(in crate::app) fn is_about_the_target_of(&self, other: &Change) -> bool {
        self.aim() == judge::aim_after(other) && self.change().principal() == other.principal()
    }

    /// Returns the change with its new outcome, if `found` shows that it has come true.
    pub(in crate::app) fn come_true(&self, found: &Found) -> Option<Settled> {
        if !judge::fits(&self.aim(), found) || !judge::has_come_true(self.change(), found) {
            return None;
        }
        let outcome = match &self.settled.outcome {
            Outcome::NotApplied(failure) | Outcome::Unknown(failure) => Outcome::Applied(Failure::clone(failure)),
            Outcome::NotSeen(_)
            | Outcome::Confirmed
            | Outcome::Accepted(_)
            | Outcome::Applied(_)
            | Outcome::HalfDone(..)
            | Outcome::Refused(_)
            | Outcome::NotSent(_)
            | Outcome::Drifted(_) => Outcome::Confirmed,
        };
        Some(Settled {
            change: self.settled.change.clone(),
            outcome,
            now: Some(found.clone()),
        })
    }
}
