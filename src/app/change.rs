//! How a change stays safe, as a state machine: read the target afresh, send exactly one request, read back.
//!
//! A [`Run`] makes one change after the other, a few at a time where they are in different workspaces. It does no IO: it asks for effects and is told answers, so
//! every edge is a line in a test. What does not read back as wanted is looked at again for some seconds, since a request
//! can be carried out after its answer was lost, and a copy of the data can lag behind. Undo, repair and plans of several changes are the same machine fed
//! with other changes.

mod barrier;
mod judge;
pub mod left;
mod outcome;
mod patience;
mod rows;
pub(in crate::app) mod watch;

pub use outcome::{Outcome, Settled, Tally};
pub use patience::NextTry;

use super::failure::{Failure, FailureKind};
use super::msg::{Answer, ChangeTarget, Effect, Found, Query, Ticket};
use crate::domain::activity::{Provenance, RecordId};
use crate::domain::change::{Change, Way};
use crate::domain::ids::WorkspaceName;
use jiff::Timestamp;
use judge::Recheck;
use patience::Patience;
use rows::Leg;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

/// A change together with what its author saw when deciding on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What to do.
    pub change: Change,
    /// What was on the screen, where the change itself does not say it.
    pub seen: Option<Found>,
    /// How the platform is told.
    pub way: Way,
    /// The record that it takes back.
    pub undoes: Option<RecordId>,
    /// Why it is made, where that is not why all of them are.
    pub reason: Option<String>,
    /// Whether it begins only once everything else is over, in whatever workspace, and done, but for others that are last.
    pub is_last: bool,
    /// Whether a person must still be Admin after it, as its author counted on: then nothing is sent where none would be.
    pub keeps_person: bool,
}

impl From<Change> for Intent {
    fn from(change: Change) -> Self {
        Self {
            change,
            seen: None,
            way: Way::ByName,
            undoes: None,
            reason: None,
            is_last: false,
            keeps_person: false,
        }
    }
}

/// How many changes are under way at the same time, each in a workspace of its own.
const MOST_AT_ONCE: usize = 4;

/// How long to wait before each further look at what does not read back as wanted.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(2), Duration::from_secs(4)];

/// Changes being made: those of one workspace one after the other, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    waiting: VecDeque<Intent>,
    current: Vec<Current>,
    settled: Vec<Settled>,
    /// What was given up before anything was sent for it.
    given_up: Vec<Change>,
    /// Whether nothing is begun any more, and nothing sent once more.
    is_stopped: bool,
    since: Timestamp,
    patience: Patience,
    provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Current {
    intent: Intent,
    phase: Phase,
    ticket: Ticket,
    so_far: SoFar,
}

/// What was done for a change up to now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SoFar {
    /// How many of its requests have come true, where it goes through rows.
    n_steps: usize,
    /// How many there may be, known from the first on.
    most_steps: Option<usize>,
    /// The one that is under way.
    leg: Option<Leg>,
    /// The request that went out last, until it is noted what became of it.
    sent: Option<Ticket>,
    /// How often it did not read back as wanted.
    n_looks: usize,
    /// What was said when it was sent once and turned down for its token, and had not been carried out by then.
    turned_down: Option<Failure>,
    /// What was said when it was refused and put off, until it is sent again.
    put_off: Option<Failure>,
}

impl Current {
    /// Whether nothing of it has gone out, or all of it has come back refused.
    fn is_unsent(&self) -> bool {
        matches!(self.phase, Phase::Rechecking | Phase::PutOff(_)) && self.so_far.turned_down.is_none()
    }
}

/// Where the present change stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its target is read afresh.
    Rechecking,
    /// The one request is under way.
    Sending,
    /// The request was answered, or not; what is true now is being read.
    ReadingBack(Sent),
    /// It did not read back as wanted, so it is read again, after a while.
    LookingAgain(Sent),
    /// It was refused for this reason and not done, and is tried again after a while.
    PutOff(Failure),
}

/// What became of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The platform said yes.
    Accepted,
    /// The platform said no.
    Refused(Failure),
    /// No answer came, or one that says neither yes nor no.
    Unknown(Failure),
    /// The token was turned down, and there is another one now.
    TurnedDown(Failure),
}

impl Run {
    /// Starts making `intents`, those of one workspace in their order.
    pub fn start(intents: Vec<Intent>, now: Timestamp, mut tickets: impl FnMut() -> Ticket) -> (Self, Vec<Effect>) {
        let mut run = Self {
            waiting: intents.into(),
            current: Vec::new(),
            settled: Vec::new(),
            given_up: Vec::new(),
            is_stopped: false,
            since: now,
            patience: Patience::default(),
            provenance: Provenance::default(),
        };
        let effects = run.begin_more(&mut tickets);
        (run, effects)
    }

    /// Says who makes the changes, and why. What takes several requests is a plan in the journal.
    pub fn sign(&mut self, provenance: Provenance) {
        let first = self.current.first().map(|current| current.ticket.number());
        let mut current = self.current.iter();
        let goes_through_rows = current.any(|current| current.intent.way == Way::ThroughRows);
        let is_plan = self.n_all() > 1 || goes_through_rows;
        self.provenance = Provenance {
            plan: first.filter(|_| is_plan),
            ..provenance
        };
    }

    /// Returns since when it runs.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Returns where the oldest change under way stands; `None` when all are over.
    pub fn phase(&self) -> Option<(&Change, &Phase)> {
        let oldest = self.current.first();
        oldest.map(|current| (&current.intent.change, &current.phase))
    }

    /// Returns how many changes are under way.
    pub fn n_under_way(&self) -> usize {
        self.current.len()
    }

    /// Returns whether a request is on its way whose outcome would be unknown if the program ended now.
    pub fn is_sending(&self) -> bool {
        self.current.iter().any(|current| current.phase == Phase::Sending)
    }

    /// Returns the changes of which a request has gone out, and that are not over.
    pub fn unsettled(&self) -> impl Iterator<Item = &Change> {
        let begun = self.current.iter().filter(|current| !current.is_unsent());
        begun.map(|current| &current.intent.change)
    }

    /// Returns the changes that are over.
    pub fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// Returns all its changes: those that are over, those under way, and those that wait.
    pub fn changes(&self) -> impl Iterator<Item = &Change> + Clone {
        let over = self.settled.iter().map(|settled| &settled.change);
        let open = self.current.iter().map(|current| &current.intent).chain(&self.waiting);
        over.chain(open.map(|intent| &intent.change))
    }

    /// Returns how many changes there are in all.
    pub fn n_all(&self) -> usize {
        self.waiting.len() + self.current.len() + self.settled.len() + self.given_up.len()
    }

    /// Returns whether there is more than one change, and some of them can still be given up.
    pub fn can_stop(&self) -> bool {
        self.n_all() > 1 && (!self.waiting.is_empty() || self.current.iter().any(Current::is_unsent))
    }

    /// Returns what became of each change, those that were given up before anything was sent for them among them.
    pub(in crate::app) fn ends(&self) -> Cow<'_, [Settled]> {
        if self.given_up.is_empty() {
            return Cow::Borrowed(&self.settled);
        }
        let failure = Failure::local("stopped before it began", "apply again to go on");
        let unsent = |change: &Change| Settled::unsent(Intent::from(change.clone()), failure.clone());
        let given_up = self.given_up.iter().map(unsent);
        self.settled.iter().cloned().chain(given_up).collect()
    }

    /// Returns how many changes were given up before anything was sent for them.
    pub fn n_given_up(&self) -> usize {
        self.given_up.len()
    }

    /// Returns all changes that were confirmed together, those that were given up among them.
    pub fn planned(&self) -> impl Iterator<Item = &Change> + Clone {
        self.changes().chain(&self.given_up)
    }

    /// Returns whether something in `workspace` is being changed, or will be.
    pub fn concerns(&self, workspace: &WorkspaceName) -> bool {
        let under_way = self.current.iter().map(|current| &current.intent);
        let mut open = under_way.chain(&self.waiting);
        open.any(|intent| intent.change.workspace() == workspace)
    }

    /// Returns whether everything is over.
    pub fn is_over(&self) -> bool {
        self.current.is_empty()
    }

    /// Returns whether `ticket` is one of those it waits for.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.current.iter().any(|current| current.ticket == ticket)
    }

    /// Gives up the changes of which nothing is out. One goes on if its request may still come true; otherwise the ticket
    /// of its recheck or of its timer is returned: nobody waits for that any more. What comes back refused, or turned down
    /// for its token, is not sent again.
    #[must_use]
    pub fn stop(&mut self) -> Vec<Ticket> {
        self.is_stopped = true;
        self.patience = Patience::default();
        let unsent = self.current.extract_if(.., |current| current.is_unsent());
        let mut tickets = Vec::new();
        for Current { intent, ticket, .. } in unsent {
            tickets.push(ticket);
            self.given_up.push(intent.change);
        }
        self.given_up.extend(self.waiting.drain(..).map(|intent| intent.change));
        tickets
    }

    /// Takes the answer to `ticket`, which it waits for, and says what to do next.
    ///
    /// An answer of another kind than its question says nothing about the platform: it counts as no answer, so
    /// that before the request nothing is sent, and after it the outcome is not guessed.
    pub fn answered(&mut self, ticket: Ticket, answer: Answer, mut tickets: impl FnMut() -> Ticket) -> Vec<Effect> {
        let place = self.current.iter().position(|current| current.ticket == ticket);
        let Some(current) = place.map(|place| self.current.remove(place)) else {
            return Vec::new();
        };
        let Current {
            intent, phase, so_far, ..
        } = current;
        match phase {
            Phase::Rechecking => self.rechecked((intent, so_far), found_in(answer), &mut tickets),
            Phase::Sending => {
                let result = if let Answer::Sent(result) = answer {
                    result
                } else {
                    Err(Failure {
                        kind: FailureKind::OutcomeUnknown,
                        ..Failure::misfit()
                    })
                };
                self.sent((intent, so_far), result, &mut tickets)
            }
            Phase::ReadingBack(sent) | Phase::LookingAgain(sent) => {
                self.read_back((intent, so_far), sent, found_in(answer), &mut tickets)
            }
            Phase::PutOff(_) => self.recheck((intent, so_far), &mut tickets),
        }
    }

    /// Looks again, now that the timer with this ticket has run out.
    pub fn due(&mut self, ticket: Ticket, mut tickets: impl FnMut() -> Ticket) -> Vec<Effect> {
        let is_meant = |current: &&mut Current| {
            current.ticket == ticket && matches!(current.phase, Phase::LookingAgain(_) | Phase::PutOff(_))
        };
        let Some(current) = self.current.iter_mut().find(is_meant) else {
            return Vec::new();
        };
        current.ticket = tickets();
        if let Phase::PutOff(_) = current.phase {
            current.phase = Phase::Rechecking;
            return vec![Effect::Read {
                ticket: current.ticket,
                query: Query::Target(judge::target_before(&current.intent)),
            }];
        }
        vec![Effect::Read {
            ticket: current.ticket,
            query: Query::Target(judge::target_to_read_back(&current.intent)),
        }]
    }

    fn read_back(
        &mut self,
        (intent, so_far): (Intent, SoFar),
        sent: Sent,
        found: Result<Found, Failure>,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let (found, rows) = rows::split(found);
        let told = so_far.told(rows.as_ref());
        let (outcome, now) = judge::read_back(so_far.judged(&intent), sent.clone(), found, told);
        let may_come = now.is_some() && outcome.may_still_come_true();
        if let (true, Sent::TurnedDown(failure)) = (may_come, &sent) {
            if self.is_stopped {
                return self.judged((intent, so_far), rows, (outcome, now), tickets);
            }
            // It was not carried out, so it is begun anew, with the other token.
            let mut so_far = SoFar {
                turned_down: Some(failure.clone()),
                ..so_far
            };
            let sent_before = so_far.sent;
            let noted = so_far.note(&intent, &Outcome::NotApplied(failure.clone()), now.as_ref());
            // It can turn out to be its late work what is found next.
            so_far.sent = sent_before;
            let begun = self.recheck((intent, so_far), tickets);
            return noted.into_iter().chain(begun).collect();
        }
        if let Some(delay) = PAUSES.get(so_far.n_looks).filter(|_| may_come) {
            let ticket = tickets();
            let so_far = SoFar {
                n_looks: so_far.n_looks + 1,
                ..so_far
            };
            self.current.push(Current {
                intent,
                phase: Phase::LookingAgain(sent),
                ticket,
                so_far,
            });
            return vec![Effect::After { ticket, delay: *delay }];
        }
        self.judged((intent, so_far), rows, (outcome, now), tickets)
    }

    fn rechecked(
        &mut self,
        (intent, so_far): (Intent, SoFar),
        found: Result<Found, Failure>,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let (found, rows) = rows::split(found);
        let judged = Intent {
            change: so_far.judged(&intent).clone(),
            ..intent.clone()
        };
        let rechecked = judge::recheck(&judged, found.clone());
        let is_sent_again = matches!(rechecked, Recheck::AsSeen) && !self.is_stopped;
        if let (Some(failure), false) = (&so_far.turned_down, is_sent_again) {
            // It went out once: what is there now can be its late work, and it is never said to have stayed here.
            let sent = Sent::TurnedDown(failure.clone());
            let told = so_far.told(rows.as_ref());
            let (outcome, now) = judge::read_back(&judged.change, sent, found, told);
            return self.judged((intent, so_far), rows, (outcome, now), tickets);
        }
        match (rechecked, intent.way, rows) {
            (Recheck::AsSeen, Way::ByName, _) => self.send((intent, so_far), tickets),
            (Recheck::AsSeen, Way::ThroughRows, Some(rows)) => {
                let now = Some(Found::Members(rows.roster()));
                self.go_on((intent, so_far), &rows, (Outcome::Confirmed, now), tickets)
            }
            (Recheck::AsSeen, Way::ThroughRows, None) => {
                self.conclude((intent, so_far), Outcome::NotSent(Failure::misfit()), None, tickets)
            }
            (Recheck::Drifted(what, found), ..) => {
                self.conclude((intent, so_far), Outcome::Drifted(what), Some(found), tickets)
            }
            (Recheck::Impossible(failure, found), ..) => {
                self.conclude((intent, so_far), Outcome::NotSent(failure), found, tickets)
            }
        }
    }

    fn sent(
        &mut self,
        (intent, so_far): (Intent, SoFar),
        result: Result<(), Failure>,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let sent = match result {
            Ok(()) => Sent::Accepted,
            Err(failure) => match failure.kind {
                FailureKind::NeverSent | FailureKind::RejectedLocally | FailureKind::NotJournalled => {
                    let outcome = if so_far.turned_down.is_some() {
                        Outcome::NotApplied(failure)
                    } else {
                        Outcome::NotSent(failure)
                    };
                    return self.conclude((intent, so_far), outcome, None, tickets);
                }
                // A gateway that gives up (502, 503, 504) does not know what became of the request, and neither does who
                // answers 500: it was done, is being done, or was done in part.
                FailureKind::OutcomeUnknown | FailureKind::Unreachable | FailureKind::ServerError => {
                    Sent::Unknown(failure)
                }
                FailureKind::TurnedDown if so_far.turned_down.is_none() => Sent::TurnedDown(failure),
                FailureKind::TurnedDown => Sent::Refused(Failure {
                    kind: FailureKind::Unauthorized,
                    ..failure
                }),
                FailureKind::LastAdmin
                | FailureKind::NotEmpty(_)
                | FailureKind::AlreadyExists
                | FailureKind::BeingDeleted
                | FailureKind::Moved
                | FailureKind::Forbidden
                | FailureKind::Unauthorized
                | FailureKind::NotFound
                | FailureKind::Invalid(_)
                | FailureKind::Other => Sent::Refused(failure),
            },
        };
        let query = Query::Target(judge::target_to_read_back(&intent));
        self.ask((intent, so_far), Phase::ReadingBack(sent), query, tickets)
    }

    /// Begins as many of the waiting changes as may be under way at once; none while the outcome of one is in doubt,
    /// which may be the end of them all.
    fn begin_more(&mut self, tickets: &mut impl FnMut() -> Ticket) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.current.len() < MOST_AT_ONCE
            && !self.is_in_doubt()
            && let Some(intent) = self.next_that_may_begin()
        {
            effects.extend(self.recheck((intent, SoFar::default()), tickets));
        }
        effects
    }

    fn is_in_doubt(&self) -> bool {
        self.current.iter().any(|current| match &current.phase {
            Phase::ReadingBack(sent) | Phase::LookingAgain(sent) => matches!(sent, Sent::Unknown(_)),
            Phase::Rechecking | Phase::Sending | Phase::PutOff(_) => false,
        })
    }

    fn recheck(&mut self, (intent, so_far): (Intent, SoFar), tickets: &mut impl FnMut() -> Ticket) -> Vec<Effect> {
        let target = judge::target_before(&intent);
        self.ask((intent, so_far), Phase::Rechecking, Query::Target(target), tickets)
    }

    /// Takes the first waiting change of a workspace in which nothing is under way. What comes last waits for everything.
    fn next_that_may_begin(&mut self) -> Option<Intent> {
        let is_free = |intent: &Intent| {
            let mut under_way = self.current.iter().map(|current| &current.intent);
            let waits_for = |other: &Intent| {
                (intent.is_last && !other.is_last) || other.change.workspace() == intent.change.workspace()
            };
            !under_way.any(waits_for)
        };
        let place = self.waiting.iter().position(is_free)?;
        self.waiting.remove(place)
    }

    fn ask(
        &mut self,
        (intent, so_far): (Intent, SoFar),
        phase: Phase,
        query: Query,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let ticket = tickets();
        self.current.push(Current {
            intent,
            phase,
            ticket,
            so_far,
        });
        vec![Effect::Read { ticket, query }]
    }

    fn send(&mut self, (intent, so_far): (Intent, SoFar), tickets: &mut impl FnMut() -> Ticket) -> Vec<Effect> {
        let ticket = tickets();
        let change = so_far.judged(&intent).clone();
        let step = so_far.leg.as_ref().map(|leg| leg.step.clone());
        let provenance = Box::new(Provenance {
            undoes: intent.undoes.clone(),
            deleted: judge::to_be_deleted(&intent),
            reason: intent.reason.clone().or_else(|| self.provenance.reason.clone()),
            ..self.provenance.clone()
        });
        let so_far = SoFar {
            sent: Some(ticket),
            ..so_far
        };
        self.current.push(Current {
            intent,
            phase: Phase::Sending,
            ticket,
            so_far,
        });
        vec![Effect::Send {
            ticket,
            change,
            step,
            provenance,
        }]
    }

    fn settle(&mut self, settled: Settled, was_last: bool, tickets: &mut impl FnMut() -> Ticket) -> Vec<Effect> {
        let stops = settled.outcome.stops_the_rest().cloned();
        self.hold_back(&settled, was_last);
        self.settled.push(settled);
        if let Some(failure) = stops {
            // Going on blindly would only multiply what is not known: what has not been sent is not sent any more.
            let unsent = self.current.extract_if(.., |current| current.is_unsent());
            let unsent: Vec<Intent> = unsent.map(|current| current.intent).collect();
            let unsent = unsent.into_iter().chain(self.waiting.drain(..));
            let failure = Failure {
                kind: FailureKind::NeverSent,
                ..failure
            };
            self.settled
                .extend(unsent.map(|intent| Settled::unsent(intent, failure.clone())));
        }
        self.begin_more(tickets)
    }
}

/// Returns the state an answer brings, if it is an answer to [`Query::Target`].
fn found_in(answer: Answer) -> Result<Found, Failure> {
    if let Answer::Found(found) = answer {
        return found;
    }
    Err(Failure::misfit())
}

/// Returns what must be read before `intent` is sent.
pub fn target_before(intent: &Intent) -> ChangeTarget {
    judge::target_before(intent)
}

/// Returns what must be read after `change` was sent.
pub fn target_after(change: &Change) -> ChangeTarget {
    judge::target_after(change)
}

/// Returns whether `found`, which was read after `change` was sent, shows that it has come true.
pub fn has_come_true(change: &Change, found: &Found) -> bool {
    judge::fits(&judge::target_after(change), found) && judge::has_come_true(change, found)
}

#[cfg(test)]
mod tests;
