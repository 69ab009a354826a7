//! Waiting where the platform turns somebody away whose role it does not know of yet. A 403 says that nothing was done,
//! so the change is begun anew: read again, sent once, read back.

use super::{Current, Intent, Outcome, Phase, Run, SoFar};
use crate::app::failure::{Failure, FailureKind};
use crate::app::fresh::PAUSE;
use crate::app::msg::{Effect, Ticket};
use crate::domain::change::{Change, Way};
use crate::domain::ids::WorkspaceName;
use std::collections::BTreeMap;

/// How often what is refused in a workspace is still tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Patience(BTreeMap<WorkspaceName, usize>);

/// When what was put off is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextTry {
    /// Once this timer has run out.
    At(Ticket),
    /// It is being tried.
    Now,
}

impl Run {
    /// Lets changes that are refused in these workspaces be tried again so many times.
    pub fn be_patient(&mut self, tries: impl Iterator<Item = (WorkspaceName, usize)>) {
        self.patience.0.extend(tries);
    }

    /// Returns what it waits for until it tries again, the timer or the reading before, and what was said the last time.
    pub fn is_put_off(&self) -> Option<(Ticket, &Failure)> {
        self.current.iter().find_map(|current| match &current.phase {
            Phase::PutOff(failure) => Some((current.ticket, failure)),
            Phase::Rechecking => current.so_far.put_off.as_ref().map(|failure| (current.ticket, failure)),
            Phase::Sending | Phase::ReadingBack(_) | Phase::LookingAgain(_) => None,
        })
    }

    /// Returns how a change in `workspace` that was put off goes on; nothing where there is none.
    pub fn put_off_in(&self, workspace: &WorkspaceName) -> Option<NextTry> {
        self.current.iter().find_map(|current| {
            let is_here = current.intent.change.workspace() == workspace;
            match &current.phase {
                Phase::PutOff(_) if is_here => Some(NextTry::At(current.ticket)),
                Phase::Rechecking if is_here && current.so_far.put_off.is_some() => Some(NextTry::Now),
                Phase::PutOff(_)
                | Phase::Rechecking
                | Phase::Sending
                | Phase::ReadingBack(_)
                | Phase::LookingAgain(_) => None,
            }
        })
    }

    /// Returns whether the oldest change under way was sent once and turned down for its token.
    pub fn was_turned_down(&self) -> bool {
        let oldest = self.current.first();
        oldest.is_some_and(|current| current.so_far.turned_down.is_some())
    }

    /// Puts a change off that ended with `outcome`, where that is a 403 which may not be one in a moment.
    pub(super) fn put_off(
        &mut self,
        (intent, so_far): (&Intent, &SoFar),
        outcome: &Outcome,
        tickets: &mut impl FnMut() -> Ticket,
    ) -> Option<Effect> {
        let (Outcome::Refused(failure) | Outcome::NotSent(failure)) = outcome else {
            return None;
        };
        // Who may not make a workspace now may not in a moment either.
        let is_made = matches!(intent.change, Change::CreateWorkspace { .. });
        let is_meant = failure.kind == FailureKind::Forbidden
            && intent.way == Way::ByName
            && so_far.turned_down.is_none()
            && !is_made;
        let left = self.patience.0.get_mut(intent.change.workspace())?;
        *left = left.checked_sub(1).filter(|_| is_meant)?;
        let ticket = tickets();
        self.current.push(Current {
            intent: intent.clone(),
            phase: Phase::PutOff(failure.clone()),
            ticket,
            so_far: SoFar {
                put_off: Some(failure.clone()),
                ..SoFar::default()
            },
        });
        Some(Effect::After { ticket, delay: PAUSE })
    }
}
