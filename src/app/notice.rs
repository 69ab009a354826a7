//! The notice row: the outcome of what was done last.

use super::keymap::Chord;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::collections::VecDeque;

/// One line about what happened last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is marked.
    pub tone: Tone,
    /// What it says.
    pub text: SafeText,
    /// How long it stands, where nothing else is said.
    pub lasts: Lasts,
    /// What was told together with it, and has no room beside it.
    pub others: Vec<SafeText>,
}

/// How long a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Until a key goes on.
    UntilAKey,
    /// Until the reading that it speaks of has ended.
    WhileReading,
    /// Until this key, which can do nothing, can do something or is no key any more; it tells the reason of the moment.
    WhileDisabled(Chord),
}

/// How a notice is marked: each has a sign and a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Success,
    /// It did not work.
    Error,
    /// It needs attention.
    Warning,
    /// It is under way.
    Progress,
}

impl Notice {
    /// Returns a notice.
    pub fn new(tone: Tone, text: &str) -> Self {
        Self {
            tone,
            text: SafeText::new(text),
            lasts: Lasts::UntilAKey,
            others: Vec::new(),
        }
    }

    /// Returns the one notice of a start that has to tell all of `texts`, the worst first; nothing where that is none.
    pub fn of_start(texts: &[SafeText]) -> Option<Self> {
        let (first, others) = texts.split_first()?;
        Some(Self {
            others: others.to_vec(),
            ..Self::new(Tone::Warning, first.as_str())
        })
    }

    /// Returns a notice about what is being read, which goes when that has ended.
    pub fn of_reading(text: &str) -> Self {
        Self {
            lasts: Lasts::WhileReading,
            ..Self::new(Tone::Warning, text)
        }
    }

    /// Returns a notice that tells why `key` can do nothing now.
    pub fn of_disabled(key: Chord, why: &str) -> Self {
        Self {
            lasts: Lasts::WhileDisabled(key),
            ..Self::new(Tone::Warning, why)
        }
    }
}

/// How many outcomes can be called back.
const MOST_TOLD: usize = 50;

/// An outcome, with when it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When that was.
    pub at: Timestamp,
    /// What was told.
    pub notice: Notice,
}

/// The last outcomes of a session. Those that came under a dialog nobody may have read: they are told once more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    all: VecDeque<Told>,
    n_unseen: usize,
    /// What was told at the start, on a row that may have cut it; nothing pushes it out.
    begun: Vec<Told>,
}

impl Outcomes {
    /// Returns those of a start that told this, the worst first.
    pub fn of_start(at: Timestamp, texts: &[SafeText]) -> Self {
        let told = |text: &SafeText| Told {
            at,
            notice: Notice::new(Tone::Warning, text.as_str()),
        };
        Self {
            // The last one told is read first.
            begun: texts.iter().rev().map(told).collect(),
            ..Self::default()
        }
    }

    /// Returns those of another start: what the ones before have told stays, too, but nothing of what came after it.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        let mut begun = before.begun;
        begun.extend(self.begun);
        let n_too_many = begun.len().saturating_sub(MOST_TOLD);
        Self {
            begun: begun.split_off(n_too_many),
            ..self
        }
    }

    /// Adds one.
    pub fn add(&mut self, at: Timestamp, notice: Notice) {
        if self.all.len() == MOST_TOLD {
            self.all.pop_front();
        }
        self.all.push_back(Told { at, notice });
        self.n_unseen = (self.n_unseen + 1).min(MOST_TOLD);
    }

    /// Adds one that was told where somebody looks at it.
    pub fn note(&mut self, at: Timestamp, notice: Notice) {
        let n_unseen = self.n_unseen;
        self.add(at, notice);
        self.n_unseen = n_unseen;
        // Unseen outcomes stay last, so that `take_unseen` finds them.
        let place = self.all.len().saturating_sub(n_unseen + 1);
        if let Some(told) = self.all.pop_back() {
            self.all.insert(place, told);
        }
    }

    /// Puts the last one in other words.
    pub fn reword(&mut self, at: Timestamp, notice: Notice) {
        if self.all.pop_back().is_some() {
            self.n_unseen = self.n_unseen.saturating_sub(1);
        }
        self.add(at, notice);
    }

    /// Keeps what stands on the screen and is about to give way to all of them, unless it is one of them.
    pub fn keep(&mut self, at: Timestamp, notice: &Notice) {
        let is_known = |told: &Told| notice.text.as_str().starts_with(told.notice.text.as_str());
        if !self.latest_first().any(is_known) {
            self.note(at, notice.clone());
        }
    }

    /// Returns all of them.
    pub fn latest_first(&self) -> impl Iterator<Item = &Told> {
        self.all.iter().rev().chain(self.begun.iter().rev())
    }

    /// Notes that all of them are on the screen.
    pub fn see_all(&mut self) {
        self.n_unseen = 0;
    }

    /// Returns the last of those that were not on the screen yet, and how many there are before it. They are now.
    pub fn take_unseen(&mut self) -> Option<(Notice, usize)> {
        let n_earlier = std::mem::take(&mut self.n_unseen).checked_sub(1)?;
        Some((self.all.back()?.notice.clone(), n_earlier))
    }
}
