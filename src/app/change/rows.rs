//! A change that goes through rows: several requests, each sent once, under the lock of what was read, and read back
//! before the next. Each is judged like a change of its own, from what is held before it to what is held after it.

use super::judge::Told;
use super::{Intent, Outcome, Run, Settled, SoFar};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Effect, Found, Of, Ticket};
use crate::domain::binding::{Rows, Step};
use crate::domain::change::Change;
use crate::domain::identity::Identity;
use crate::domain::policy;
use crate::domain::role::Role;
use crate::domain::text::SafeText;

impl Intent {
    /// Returns the same intent, told the platform in the way that `caller` has.
    #[must_use]
    pub fn told_by(self, caller: &Identity) -> Self {
        let way = policy::way(&self.change, caller);
        Self { way, ..self }
    }
}

/// One request of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leg {
    /// What it comes to.
    pub(super) change: Change,
    /// How it is sent.
    pub(super) step: Step,
}

/// How a change goes on.
enum Next {
    /// By this request.
    Take(Leg),
    /// Not at all: everything is as wanted.
    Nothing,
    /// Not at all: it must not be done.
    Never(Failure),
}

/// Returns the members that were found, and the rows behind them where those were read.
pub(super) fn split(found: Result<Found, Failure>) -> (Result<Found, Failure>, Option<Rows>) {
    match found {
        Ok(Found::Rows(rows)) => (Ok(Found::Members(rows.roster())), Some(rows)),
        other => (other, None),
    }
}

/// Returns what is to be done next for `change`, given the rows as they are now.
fn next(change: &Change, rows: &Rows) -> Next {
    let Some(principal) = change.principal() else {
        return Next::Never(Failure::misfit());
    };
    let (_, after) = change.roles();
    let Some(step) = rows.next_step(principal, &after) else {
        return Next::Nothing;
    };
    let roster = rows.roster();
    if !after.holds(&Role::Admin) && roster.is_last_admin(principal) {
        // Through rows the platform would do it, and nobody there could mend it.
        let text = format!(
            "{} is the last Admin of '{}': nothing was sent",
            principal.label(),
            change.workspace().shown()
        );
        return Next::Never(Failure {
            kind: FailureKind::LastAdmin,
            ..Failure::local(&text, "Add another Admin first, then try again.")
        });
    }
    let (before, after) = rows.around(principal, &step);
    let (workspace, principal) = (change.workspace().clone(), principal.clone());
    let change = Change::Roles {
        workspace,
        principal,
        before,
        after,
    };
    Next::Take(Leg { change, step })
}

impl Run {
    /// Takes the next step of a change that goes through rows. Where there is none, `end` is what became of it.
    pub(super) fn go_on(
        &mut self,
        (intent, mut so_far): (Intent, SoFar),
        rows: &Rows,
        end: (Outcome, Option<Found>),
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        match next(&intent.change, rows) {
            Next::Take(leg) => {
                let most = *so_far
                    .most_steps
                    .get_or_insert_with(|| most_steps(&intent.change, rows));
                if so_far.n_steps >= most {
                    return self.conclude((intent, so_far), Outcome::NotSent(without_end(most)), end.1, tickets);
                }
                so_far.leg = Some(leg);
                self.send((intent, so_far), tickets)
            }
            Next::Nothing => {
                let settled = Settled {
                    change: intent.change,
                    outcome: end.0,
                    now: end.1,
                    sent: None,
                    in_flight: None,
                };
                self.settle(settled, intent.is_last, tickets)
            }
            Next::Never(failure) => self.conclude((intent, so_far), Outcome::NotSent(failure), end.1, tickets),
        }
    }

    /// Goes on from what was read after a request: with the next one where this has come true, and else to an end.
    pub(super) fn judged(
        &mut self,
        (intent, mut so_far): (Intent, SoFar),
        rows: Option<Rows>,
        (outcome, now): (Outcome, Option<Found>),
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let Some(rows) = rows.filter(|_| outcome.is_done()) else {
            return self.conclude((intent, so_far), outcome, now, tickets);
        };
        let noted = so_far.note(&intent, &outcome, now.as_ref());
        let next = self.go_on((intent, so_far.one_step_further()), &rows, (outcome, now), tickets);
        noted.into_iter().chain(next).collect()
    }

    /// Settles a change of which perhaps a part is done.
    pub(super) fn conclude(
        &mut self,
        (intent, mut so_far): (Intent, SoFar),
        outcome: Outcome,
        now: Option<Found>,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Vec<Effect> {
        let sent = so_far.sent;
        let noted = so_far.note(&intent, &outcome, now.as_ref());
        if let Some(later) = self.put_off((&intent, &so_far), &outcome, tickets) {
            return noted.into_iter().chain([later]).collect();
        }
        let judged = so_far.judged(&intent);
        let (before, after) = judged.roles();
        // Of two rows that give the same role one can go, and nobody sees it in the roles.
        let shows = before != after || judged.principal().is_none();
        let in_flight = (shows && outcome.may_still_come_true()).then(|| judged.clone());
        let outcome = so_far.in_all(&intent, outcome, now.as_ref());
        let settled = Settled {
            change: intent.change,
            outcome,
            now,
            sent,
            in_flight,
        };
        let next = self.settle(settled, intent.is_last, tickets);
        noted.into_iter().chain(next).collect()
    }
}

impl SoFar {
    /// Says, once, what became of the request that went out last.
    pub(super) fn note(&mut self, intent: &Intent, outcome: &Outcome, now: Option<&Found>) -> Option<Effect> {
        let of = Of::Sent(self.sent.take()?);
        let conclusion = outcome.conclusion(self.judged(intent), now);
        Some(Effect::Conclude { of, conclusion })
    }

    /// Returns what is judged now: the request under way, or the whole change where it is one request.
    pub(super) fn judged<'a>(&'a self, intent: &'a Intent) -> &'a Change {
        self.leg.as_ref().map_or(&intent.change, |leg| &leg.change)
    }

    /// Returns how the request under way went out.
    pub(super) fn told(&self, rows: Option<&Rows>) -> Told {
        match &self.leg {
            None => Told::ByName,
            Some(leg) => Told::ThroughRows {
                is_in_force: rows.is_some_and(|rows| rows.still_hold(&leg.step)),
            },
        }
    }

    /// Returns what was done once the request under way has come true.
    pub(super) fn one_step_further(self) -> Self {
        Self {
            n_steps: self.n_steps + 1,
            most_steps: self.most_steps,
            ..Self::default()
        }
    }

    /// Returns the outcome of the whole change, given that of the request under way and what was read last.
    fn in_all(&self, intent: &Intent, outcome: Outcome, now: Option<&Found>) -> Outcome {
        let (_, wanted) = intent.change.roles();
        let (before, after) = self.judged(intent).roles();
        let held = held(&intent.change, now);
        let unread = |end: String| match intent.change.principal() {
            Some(principal) => SafeText::new(&format!("{} {end}", principal.label())),
            None => SafeText::default(),
        };
        let last_read = || unread(format!("had {} when last read", before.shown()));
        match outcome {
            // Nobody saw what to do next.
            Outcome::Accepted(why) if after != wanted => {
                let believed = || {
                    unread(format!(
                        "should have {} after what was accepted, but reading back failed",
                        after.shown()
                    ))
                };
                Outcome::HalfDone(held.unwrap_or_else(believed), why)
            }
            Outcome::Refused(failure) | Outcome::NotSent(failure) if self.n_steps > 0 => {
                Outcome::HalfDone(held.unwrap_or_else(last_read), failure)
            }
            Outcome::Drifted(what) if self.n_steps > 0 => {
                let why = Failure::local(what.as_str(), "check what is there now");
                Outcome::HalfDone(held.unwrap_or_else(last_read), why)
            }
            Outcome::NotApplied(failure) | Outcome::Unknown(failure) if self.n_steps > 0 => {
                in_doubt(&held.unwrap_or_else(last_read), failure)
            }
            Outcome::NotSeen(what) if self.n_steps > 0 => {
                let why = Failure::local(what.as_str(), LOOK_LATER);
                Outcome::HalfDone(may_come(&held.unwrap_or_else(last_read)), why)
            }
            Outcome::Confirmed
            | Outcome::Applied(_)
            | Outcome::Accepted(_)
            | Outcome::NotSeen(_)
            | Outcome::HalfDone(..)
            | Outcome::Refused(_)
            | Outcome::NotSent(_)
            | Outcome::NotApplied(_)
            | Outcome::Unknown(_)
            | Outcome::Drifted(_) => outcome,
        }
    }
}

/// What to do where the last request of several may still come true.
const LOOK_LATER: &str = "a request may still take effect late: close this, refresh, and check what is there now";

/// How many more requests a change may take than there were rows at its start: one gives what is missing, and somebody
/// else can add a row or two meanwhile. Rows that keep coming are not followed for ever.
const SPARE_STEPS: usize = 3;

/// Returns how many requests `change` may take, given the rows at its start.
fn most_steps(change: &Change, rows: &Rows) -> usize {
    let n_rows = change.principal().map_or(0, |principal| rows.n_of(principal));
    n_rows + SPARE_STEPS
}

fn without_end(n_steps: usize) -> Failure {
    Failure::local(
        &format!("after {n_steps} requests there are still rows to change: they keep coming back"),
        "find out what keeps granting it, then apply again",
    )
}

/// Returns what a change comes to whose request came true late, where others were to follow.
pub(super) fn came_late(change: &Change, now: &Found) -> Outcome {
    let why = Failure::local(
        "the last request took effect late, the rest was not sent",
        "apply again to continue from what is there now",
    );
    Outcome::HalfDone(held(change, Some(now)).unwrap_or_default(), why)
}

/// Says what is held now, where that was read.
pub(super) fn held(change: &Change, now: Option<&Found>) -> Option<SafeText> {
    let principal = change.principal()?;
    match now {
        Some(Found::Members(roster)) => {
            let held = roster.roles_of(principal);
            Some(SafeText::new(&format!(
                "{} now has {}",
                principal.label(),
                held.shown()
            )))
        }
        Some(_) | None => None,
    }
}

/// Returns what a change comes to of which a part is done, and the last request of which was neither granted nor refused.
pub(super) fn in_doubt(held: &SafeText, failure: Failure) -> Outcome {
    let why = Failure {
        next: SafeText::new(LOOK_LATER),
        kind: FailureKind::OutcomeUnknown,
        ..failure
    };
    Outcome::HalfDone(may_come(held), why)
}

fn may_come(held: &SafeText) -> SafeText {
    SafeText::new(&format!("{held}, and the last request may still take effect"))
}
