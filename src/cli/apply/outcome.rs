//! What became of a plan: how much, what was not done and why, and what is left of it.

use super::super::tell;
use crate::access::Plan;
use crate::access::plan::{Drafted, Why, on_one_line};
use crate::app::change::{Outcome, Run, Settled};
use crate::app::failure::FailureKind;
use crate::app::msg::Found;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, grouped};
use crate::planning::Still;
use std::collections::HashMap;

/// How many changes ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    applied: usize,
    already: usize,
    pub(super) refused: usize,
    pub(super) stale: usize,
    pub(super) unknown: usize,
    not_begun: usize,
}

/// How one change ended, as it counts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Applied,
    Already,
    Refused,
    Stale,
    Unknown,
}

impl Counts {
    fn of(settled: &Settled) -> Self {
        match &settled.outcome {
            Outcome::Confirmed | Outcome::Applied(_) => Self::Applied,
            // The platform said yes, and whoever gave up their own place may not look any more.
            Outcome::Accepted(failure) if matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound) => {
                Self::Applied
            }
            Outcome::Drifted(_) if settled.is_so() => Self::Already,
            Outcome::Drifted(_) => Self::Stale,
            Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::HalfDone(..) => Self::Refused,
            Outcome::Accepted(_) | Outcome::NotSeen(_) | Outcome::NotApplied(_) | Outcome::Unknown(_) => Self::Unknown,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Already => "already so",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
        }
    }
}

impl Sums {
    pub(super) fn of(run: &Run, still: &Still) -> Self {
        let mut sums = Self {
            stale: still.stale.len(),
            already: still.n_already,
            // Nobody waits for their answers any more.
            unknown: run.unsettled().count(),
            not_begun: run.n_given_up(),
            ..Self::default()
        };
        for one in run.settled() {
            match Counts::of(one) {
                Counts::Applied => sums.applied += 1,
                Counts::Already => sums.already += 1,
                Counts::Refused => sums.refused += 1,
                Counts::Stale => sums.stale += 1,
                Counts::Unknown => sums.unknown += 1,
            }
        }
        sums
    }

    /// Says what was done and what was not, in the order of the plan, and how much.
    pub(super) fn tell(self, run: &Run, plan: &Plan, still: &Still) {
        for (change, now) in &still.stale {
            tell(&SafeText::new(&format!(
                "stale: {}: now {}",
                change.sentence(),
                now.shown()
            )));
        }
        for one in in_order(run.settled(), plan.changes.iter().map(|planned| &planned.change)) {
            let counts = Counts::of(one);
            if counts == Counts::Applied {
                tell(&SafeText::new(&format!("applied: {}", on_one_line(&one.change))));
            }
            if let Some(why) = why(one) {
                tell(&SafeText::new(&format!(
                    "{}: {}: {why}",
                    counts.word(),
                    one.change.sentence()
                )));
            }
        }
        for change in run.unsettled() {
            tell(&SafeText::new(&format!(
                "unknown: {}: its answer was not waited for",
                change.sentence()
            )));
        }
        let always = [
            (self.applied, "applied"),
            (self.refused, "refused"),
            (self.unknown, "unknown"),
        ];
        let others = [
            (self.stale, "stale"),
            (self.already, "already so"),
            (self.not_begun, "not begun"),
        ];
        let others = others.into_iter().filter(|(n, _)| *n > 0);
        let parts = always
            .into_iter()
            .chain(others)
            .map(|(n, word)| format!("{} {word}", grouped(n)));
        tell(&SafeText::new(&parts.collect::<Vec<_>>().join(", ")));
    }
}

/// Returns what is over in the order in which it was planned: changes at once end in another one.
fn in_order<'a>(settled: &'a [Settled], planned: impl Iterator<Item = &'a Change>) -> Vec<&'a Settled> {
    let about = |change: &'a Change| (change.workspace(), change.principal());
    let places: HashMap<_, usize> = planned
        .enumerate()
        .map(|(place, change)| (about(change), place))
        .collect();
    let mut settled: Vec<&Settled> = settled.iter().collect();
    settled.sort_by_key(|one| places.get(&about(&one.change)));
    settled
}

/// Returns why a change is not so; nothing where it is.
fn why(one: &Settled) -> Option<String> {
    match (&one.outcome, Counts::of(one)) {
        (_, Counts::Applied | Counts::Already) | (Outcome::Confirmed, _) => None,
        (Outcome::Drifted(what), Counts::Refused | Counts::Stale | Counts::Unknown) => {
            // That it was seen by somebody who opened something is for the console to say.
            let now = now(one).map(|(_, _, roles)| format!("now {}", roles.shown()));
            Some(now.unwrap_or_else(|| what.to_string()))
        }
        (Outcome::NotSeen(what), Counts::Refused | Counts::Stale | Counts::Unknown) => Some(what.to_string()),
        (
            Outcome::Accepted(failure)
            | Outcome::Applied(failure)
            | Outcome::HalfDone(_, failure)
            | Outcome::Refused(failure)
            | Outcome::NotSent(failure)
            | Outcome::NotApplied(failure)
            | Outcome::Unknown(failure),
            Counts::Refused | Counts::Stale | Counts::Unknown,
        ) => Some(failure.words().to_string()),
    }
}

/// What somebody holds somewhere.
pub(super) type Held = (WorkspaceName, Principal, RoleSet);

fn now(one: &Settled) -> Option<Held> {
    let (Some(Found::Members(roster)), Some(principal)) = (&one.now, one.change.principal()) else {
        return None;
    };
    let roles = roster.roles_of(principal);
    Some((one.change.workspace().clone(), principal.clone(), roles))
}

/// Returns what was not done, each from what is held now, and what everybody was last seen to hold.
pub(super) fn rest(plan: &Plan, run: &Run, still: &Still) -> (Vec<Drafted>, Vec<Held>) {
    let settled: HashMap<(&WorkspaceName, Option<&Principal>), &Settled> = run
        .settled()
        .iter()
        .map(|one| ((one.change.workspace(), one.change.principal()), one))
        .collect();
    let mut changes: Vec<Drafted> = Vec::new();
    let mut held: Vec<Held> = run.settled().iter().filter_map(now).collect();
    for planned in &plan.changes {
        let change = &planned.change;
        match settled.get(&(change.workspace(), change.principal())) {
            // It was not begun.
            None => changes.push((change.clone(), planned.why.clone())),
            Some(one) => match Counts::of(one) {
                Counts::Applied | Counts::Already => {}
                Counts::Refused | Counts::Stale | Counts::Unknown => {
                    let anew = match now(one) {
                        Some((_, _, roles)) => from(change, &roles),
                        None => Some(change.clone()),
                    };
                    changes.extend(anew.map(|change| (change, planned.why.clone())));
                }
            },
        }
    }
    for (change, roles) in &still.stale {
        changes.extend(from(change, roles).map(|change| (change, Why::default())));
        let principal = change.principal().cloned();
        held.extend(principal.map(|principal| (change.workspace().clone(), principal, roles.clone())));
    }
    (changes, held)
}

/// Returns the same change from what is held now; nothing where that is what it leads to.
fn from(change: &Change, now: &RoleSet) -> Option<Change> {
    let (_, after) = change.roles();
    let principal = change.principal()?;
    (after != *now).then(|| Change::Roles {
        workspace: change.workspace().clone(),
        principal: principal.clone(),
        before: now.clone(),
        after,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::change::Intent;
    use crate::app::msg::Ticket;
    use jiff::Timestamp;

    #[test]
    fn what_was_done_is_told_in_the_order_of_the_plan() {
        let change = |name: &str| Change::Describe {
            workspace: WorkspaceName::from_platform(name),
            before: None,
            after: "for a test".to_owned(),
        };
        let planned = ["alpha", "beta", "gamma"].map(change);
        let ended = |name: &str| Settled {
            change: change(name),
            outcome: Outcome::Confirmed,
            now: None,
            sent: None,
            in_flight: None,
        };
        let settled = ["gamma", "alpha", "beta"].map(ended);
        let told = in_order(&settled, planned.iter());
        let told: Vec<&str> = told.iter().map(|one| one.change.workspace().raw()).collect();
        assert_eq!(told, ["alpha", "beta", "gamma"]);
    }

    #[test]
    fn what_is_read_before_anything_is_sent_is_not_unknown_and_counts_as_not_begun_once_given_up() {
        let change = Change::Describe {
            workspace: WorkspaceName::from_platform("alpha"),
            before: None,
            after: "for a test".to_owned(),
        };
        let (mut run, _) = Run::start(vec![Intent::from(change)], Timestamp::UNIX_EPOCH, || Ticket::new(1));
        let still = Still::default();
        assert_eq!(run.n_under_way(), 1);
        assert_eq!(Sums::of(&run, &still), Sums::default());
        let _ = run.stop();
        let expected = Sums {
            not_begun: 1,
            ..Sums::default()
        };
        assert_eq!(Sums::of(&run, &still), expected);
    }
}
