//! In which order changes are made, and what is not begun because of what became of another one: nobody loses anything
//! before whoever is to be Admin is seen to be Admin, nothing happens in a workspace that could not be made, and what comes
//! last comes only when all is done.

use super::{Intent, Outcome, Run, Settled};
use crate::access::plan::{self, Phase, Planned};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::Found;
use crate::domain::change::Change;
use crate::domain::identity::Identity;
use crate::domain::member::Roster;
use crate::domain::role::RoleSet;

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
            keeps_person: planned.keeps_person,
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
        let powers = after.powers(self.change.workspace());
        let mut gained = powers.iter().filter(|role| !before.holds(role));
        let principal = self.change.principal()?;
        let held = match &self.now {
            Some(Found::Members(roster)) => roster.roles_of(principal),
            Some(_) | None => RoleSet::default(),
        };
        let missing = gained.find(|role| !held.holds(role))?;
        let (who, role) = (principal.label(), missing.shown());
        Some((
            Held::Takings,
            format!("{who} was to be {role} first, and is not seen to be"),
        ))
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
                            before.loses_by(&after)
                        }
                    }
            };
            self.end_unsent(is_held, &why);
        }
        // A yes that could not be read back is not seen to be done.
        let is_done = matches!(settled.outcome, Outcome::Confirmed | Outcome::Applied(_)) || settled.is_so();
        if !was_last && !is_done {
            let why = "not everything before it was done";
            self.end_unsent(|intent| intent.is_last, why);
        }
    }

    /// Forgets what was read of anybody but those whom the changes that are over are about.
    pub fn forget_others(&mut self) {
        for one in self.settled.iter_mut().rev() {
            let (Some(Found::Members(roster)), Some(principal)) = (&mut one.now, one.change.principal()) else {
                continue;
            };
            if roster.len() <= 1 {
                break;
            }
            *roster = Roster::new(roster.find(principal).cloned().into_iter().collect());
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
