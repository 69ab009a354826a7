//! A run with the platform's answers at hand.

use super::*;
use crate::app::msg::Of;
use crate::domain::activity::Conclusion;
use crate::domain::binding::Step;

/// A run with its own tickets, driven by answers.
pub(super) struct Driven {
    pub(super) run: Run,
    pub(super) n_tickets: u64,
    pub(super) asked: Vec<Effect>,
    /// What was written into the journal, under the tickets of the requests.
    pub(super) concluded: Vec<(Of, Conclusion)>,
}

impl Driven {
    pub(super) fn of(intents: Vec<Intent>) -> Self {
        let mut n_tickets = 0;
        let (run, asked) = Run::start(intents, Timestamp::UNIX_EPOCH, || {
            n_tickets += 1;
            Ticket::new(n_tickets)
        });
        Self {
            run,
            n_tickets,
            asked,
            concluded: Vec::new(),
        }
    }

    pub(super) fn one(intent: impl Into<Intent>) -> Self {
        Self::of(vec![intent.into()])
    }

    pub(super) fn answer(mut self, answer: Answer) -> Self {
        // In one workspace there is one question at a time: the last.
        let ticket = Ticket::new(self.n_tickets);
        let n_tickets = &mut self.n_tickets;
        self.asked = self.run.answered(ticket, answer, || {
            *n_tickets += 1;
            Ticket::new(*n_tickets)
        });
        for effect in std::mem::take(&mut self.asked) {
            if let Effect::Conclude { of, conclusion } = effect {
                self.concluded.push((of, conclusion));
            } else {
                self.asked.push(effect);
            }
        }
        self
    }

    pub(super) fn found(self, found: Found) -> Self {
        self.answer(Answer::Found(Ok(found)))
    }

    pub(super) fn unread(self, kind: FailureKind) -> Self {
        self.answer(Answer::Found(Err(failure(kind))))
    }

    pub(super) fn accepted(self) -> Self {
        self.answer(Answer::Sent(Ok(())))
    }

    pub(super) fn refused(self, kind: FailureKind) -> Self {
        self.answer(Answer::Sent(Err(failure(kind))))
    }

    /// Asserts that it waits a while before it looks again, and lets that while pass.
    pub(super) fn waits(mut self, seconds: u64) -> Self {
        let (ticket, delay) = (Ticket::new(self.n_tickets), Duration::from_secs(seconds));
        assert_eq!(self.asked, [Effect::After { ticket, delay }]);
        assert!(!self.run.is_sending() && !self.run.is_over() && self.run.waits_for(ticket));
        let n_tickets = &mut self.n_tickets;
        self.asked = self.run.due(ticket, || {
            *n_tickets += 1;
            Ticket::new(*n_tickets)
        });
        self
    }

    /// Finds the same however often it looks.
    pub(super) fn finds_only(self, found: &Found) -> Self {
        let mut run = self.found(found.clone());
        for seconds in [2, 2, 4] {
            if !run.run.is_over() {
                run = run.waits(seconds).found(found.clone());
            }
        }
        run
    }

    /// Asserts that exactly the one request is under way.
    pub(super) fn sends(self, change: &Change) -> Self {
        let ticket = Ticket::new(self.n_tickets);
        assert_eq!(self.sent(), Some((ticket, change, None)));
        assert!(self.run.is_sending() && self.run.waits_for(ticket));
        self
    }

    /// The one thing that is asked for, where that is a request.
    pub(super) fn sent(&self) -> Option<(Ticket, &Change, Option<&Step>)> {
        let [
            Effect::Send {
                ticket, change, step, ..
            },
        ] = &self.asked[..]
        else {
            return None;
        };
        Some((*ticket, change, step.as_ref()))
    }

    /// Asserts that exactly the target is being read.
    pub(super) fn reads(self, target: ChangeTarget) -> Self {
        let ticket = Ticket::new(self.n_tickets);
        let query = Query::Target(target);
        assert_eq!(self.asked, [Effect::Read { ticket, query }]);
        assert!(!self.run.is_sending() && self.run.waits_for(ticket));
        assert!(!self.run.waits_for(Ticket::new(self.n_tickets + 1)), "of nobody else");
        self
    }

    pub(super) fn outcome(self) -> Outcome {
        assert!(self.run.is_over(), "still at {:?}", self.run.phase());
        assert_eq!(self.asked, [], "nothing more is asked");
        self.run.settled().last().expect("something is settled").outcome.clone()
    }
}
