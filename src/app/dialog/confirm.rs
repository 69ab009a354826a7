//! The confirmation a change needs: yes or no, or the typed name. Focus starts on the harmless answer.

use crate::app::change::Intent;
use crate::app::keymap::Chord;
use crate::app::msg::Found;
use crate::app::session::Session;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::identity::Identity;
use crate::domain::policy::{self, Consequence, MANY, Tier};

/// What must be typed behind the name of a workspace whose contents could not all be counted.
pub const UNCOUNTED: &str = "uncounted";

/// A pending yes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "two say how the question was asked, two what was answered so far"
)]
pub struct Confirm {
    /// How much is asked.
    pub tier: Tier,
    /// Whether it is known that it will be refused: then nothing is typed for it, and another Admin is offered.
    pub is_refused: bool,
    /// Whether it is tried all the same.
    pub insists: bool,
    /// What will be done.
    pub intents: Vec<Intent>,
    /// What follows from it.
    pub consequences: Vec<Consequence>,
    /// What must be typed, in [`Tier::Typed`].
    pub expected: String,
    /// What has been typed.
    pub typed: TextField,
    /// Whether the highlighted answer is Yes.
    pub is_on_yes: bool,
    /// Whether an answer was tried with the wrong text.
    pub is_mistyped: bool,
    /// The key that opened it, which therefore cannot be its yes.
    pub opened_by: Option<Chord>,
    /// Why it is done.
    pub reason: Box<Reason>,
}

/// Why something is done, in the words of whoever does it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// What has been typed.
    pub text: TextField,
    /// Whether keys go there.
    pub has_focus: bool,
    /// Whether nothing is done without one.
    pub is_needed: bool,
}

impl Reason {
    /// Returns the words, if there are any.
    pub fn words(&self) -> Option<String> {
        let words = self.text.value().trim();
        (!words.is_empty()).then(|| words.to_owned())
    }
}

impl Confirm {
    /// Returns the confirmation that `intents` need, from `least` on, or nothing where the dialog's Apply is enough;
    /// `questions` are what must be asked in any case, and `follows` is what follows. The name of a protected context comes
    /// before what else is typed.
    pub fn needed(
        intents: &[Intent],
        (questions, follows): (Vec<Consequence>, Vec<Consequence>),
        session: &Session,
        least: Tier,
        caller: &Identity,
        opened_by: Option<Chord>,
    ) -> Option<Self> {
        let changes: Vec<Change> = intents.iter().map(|intent| intent.change.clone()).collect();
        let mut tier = policy::tier_of_all(&changes, caller, session.generation()).max(least);
        let asks = |question: &Consequence| {
            if matches!(question, Consequence::PassesFor { .. }) {
                Tier::Typed
            } else {
                Tier::YesNo
            }
        };
        tier = questions.iter().map(asks).fold(tier, Tier::max);
        let lacks_one = |intent: &Intent| intent.reason.is_none() && session.reasons.are_needed_for(&intent.change);
        let is_needed = intents.iter().any(lacks_one);
        if is_needed {
            tier = tier.max(Tier::YesNo);
        }
        let own = (tier == Tier::Typed).then(|| expected(intents));
        let named = session.name_to_type().map(str::to_owned);
        if named.is_some() {
            tier = Tier::Typed;
        }
        if tier == Tier::Apply {
            return None;
        }
        let mut consequences = questions;
        consequences.extend(follows);
        let is_last = |what: &Consequence| matches!(what, Consequence::LastAdmin(_) | Consequence::LastAdminInRows(_));
        Some(Self {
            tier,
            is_refused: consequences.iter().any(is_last),
            insists: false,
            intents: intents.to_vec(),
            consequences,
            expected: [named, own].into_iter().flatten().collect::<Vec<_>>().join(" "),
            typed: TextField::default(),
            is_on_yes: false,
            is_mistyped: false,
            opened_by,
            reason: Box::new(Reason {
                is_needed,
                ..Reason::default()
            }),
        })
    }

    /// Returns a plain yes or no, for what changes nothing on the platform.
    pub(in crate::app) fn yes_or_no(opened_by: Chord) -> Self {
        Self {
            tier: Tier::YesNo,
            is_refused: false,
            insists: false,
            intents: Vec::new(),
            consequences: Vec::new(),
            expected: String::new(),
            typed: TextField::default(),
            is_on_yes: false,
            is_mistyped: false,
            opened_by: Some(opened_by),
            reason: Box::default(),
        }
    }

    /// Returns a name to be typed, before something that changes nothing on the platform but is written down.
    pub(in crate::app) fn typed(name: String, is_reason_needed: bool, opened_by: Chord) -> Self {
        Self {
            tier: Tier::Typed,
            expected: name,
            reason: Box::new(Reason {
                is_needed: is_reason_needed,
                ..Reason::default()
            }),
            ..Self::yes_or_no(opened_by)
        }
    }

    /// Returns the same confirmation with what was typed before.
    #[must_use]
    pub fn with_typed(self, typed: &str) -> Self {
        Self {
            typed: TextField::filled(typed),
            ..self
        }
    }

    /// Returns whether a text is asked for.
    pub fn takes_text(&self) -> bool {
        self.tier == Tier::Typed && !self.is_refused
    }

    /// Returns the field that keys go into, if they go into one.
    pub(in crate::app) fn text_field(&mut self) -> Option<&mut TextField> {
        if self.reason.has_focus {
            return Some(&mut self.reason.text);
        }
        self.takes_text().then_some(&mut self.typed)
    }

    /// Returns whether a yes is to be answered by asking for the reason that is missing.
    pub fn lacks_reason(&self) -> bool {
        self.reason.is_needed && self.reason.words().is_none()
    }

    /// Returns whether exactly the expected text has been typed; blanks around it do not count.
    pub fn is_typed(&self) -> bool {
        self.typed.value().trim() == self.expected
    }

    /// Returns whether `chord` may say yes: the key that opened the question may not.
    pub fn accepts(&self, chord: Chord) -> bool {
        self.opened_by != Some(chord)
    }
}

/// Returns what must be typed: the count of many changes or of changes in several workspaces, else the name of the workspace, and more than the name
/// where it is not known what is lost with it.
fn expected(intents: &[Intent]) -> String {
    let is_uncounted = |intent: &Intent| {
        let seen = (&intent.change, &intent.seen);
        matches!(seen, (Change::DeleteWorkspace { .. }, Some(Found::Contents(Some(inventory)))) if !inventory.is_complete())
    };
    let n = if intents.iter().any(is_uncounted) {
        format!("{} {UNCOUNTED}", intents.len())
    } else {
        intents.len().to_string()
    };
    if intents.len() >= MANY {
        return n;
    }
    let Some(first) = intents.first() else {
        return String::new();
    };
    let is_elsewhere = |intent: &Intent| intent.change.workspace() != first.change.workspace();
    if intents.iter().any(is_elsewhere) {
        return n;
    }
    let name = first.change.workspace().raw();
    if is_uncounted(first) {
        return format!("{name} {UNCOUNTED}");
    }
    name.to_owned()
}
