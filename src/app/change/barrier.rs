//! In which order changes are made, and what is not begun because of what became of another one: nobody loses anything
//! before whoever is to be Admin is seen to be Admin, nothing happens in a workspace that could not be made, and what comes
//! last comes only when all is done.

use super::{Intent, Outcome, Run, Settled};
use crate::access::plan::{self, Phase, Planned, takes};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::Found;
use crate::domain::change::Change;
use crate::domain::identity::Identity;
use crate::domain::role::Role;

impl Intent {
    /// Puts what `caller` is to make into its order: whoever is to be Admin first, and what the caller loses last of all.
    pub fn in_order(intents: Vec<Self>, caller: &Identity) -> Vec<Self> {
        let ordered = plan::in_order(intents, |intent| &intent.change, caller).into_iter();
        ordered
            .map(|(phase, intent)| Self {
                is_last: phase == Phase::Own,
                ..intent
            })
            .collect()
    }
}

impl From<&Planned> for Intent {
    fn from(planned: &Planned) -> Self {
        Self {
            way: planned.way,
            reason: planned.why.in_words(),
            ..Self::from(planned.change.clone())
        }
    }
}

/// What one change that went wrong holds back.
enum Held {
    /// Everything in its workspace.
    All,
    /// What takes something from somebody there.
    Takings,
}

impl Settled {
    /// Returns a change that was not begun, for this reason.
    pub(super) fn unsent(intent: Intent, failure: Failure) -> Self {
        Self {
            change: intent.change,
            outcome: Outcome::NotSent(failure),
            now: None,
            sent: None,
            in_flight: None,
        }
    }

    /// Returns what it holds back, and why.
    fn holds_back(&self) -> Option<(Held, String)> {
        let at = self.change.workspace().shown();
        if let Change::CreateWorkspace { .. } = self.change {
            let why = format!("'{at}' was to be created first, and was not");
            return (!self.outcome.is_done()).then_some((Held::All, why));
        }
        let (before, after) = self.change.roles();
        if before.holds(&Role::Admin) || !after.holds(&Role::Admin) {
            return None;
        }
        let principal = self.change.principal()?;
        let is_seen =
            matches!(&self.now, Some(Found::Members(roster)) if roster.roles_of(principal).holds(&Role::Admin));
        let why = format!("{} was to be Admin first, and is not seen to be", principal.label());
        (!is_seen).then_some((Held::Takings, why))
    }
}

impl Run {
    /// Ends what `settled` does not let begin.
    pub(super) fn hold_back(&mut self, settled: &Settled, was_last: bool) {
        if let Some((held, why)) = settled.holds_back() {
            let workspace = settled.change.workspace();
            let is_held = |intent: &Intent| {
                intent.change.workspace() == workspace
                    && match held {
                        Held::All => true,
                        Held::Takings => {
                            let (before, after) = intent.change.roles();
                            takes(&before, &after)
                        }
                    }
            };
            self.end_unsent(is_held, &why);
        }
        if !was_last && !settled.outcome.is_done() && !settled.is_so() {
            let why = "not everything before it was done";
            self.end_unsent(|intent| intent.is_last, why);
        }
    }

    fn end_unsent(&mut self, is_held: impl Fn(&Intent) -> bool, why: &str) {
        let failure = Failure {
            kind: FailureKind::Other,
            ..Failure::local(why, "look at what is there now, then try again")
        };
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let (held, waiting): (Vec<Intent>, Vec<Intent>) = waiting.partition(is_held);
        self.waiting = waiting.into();
        self.settled
            .extend(held.into_iter().map(|intent| Settled::unsent(intent, failure.clone())));
    }
}

impl Settled {
    /// Returns whether nothing was sent because what was wanted was there already.
    pub fn is_so(&self) -> bool {
        let (Outcome::Drifted(_), Some(Found::Members(roster)), Some(principal)) =
            (&self.outcome, &self.now, self.change.principal())
        else {
            return false;
        };
        let (_, after) = self.change.roles();
        roster.roles_of(principal) == after
    }
}
