//! A context of the platform CLI's config file, as much of it as may be shown: never a token.

use super::address::BaseUrl;
use super::ids::WorkspaceName;
use super::terminal::Accent;
use super::text::SafeText;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// For how long read-only is lifted at a time.
pub const LIFTED_FOR: Duration = Duration::from_mins(5);

/// The name of a context, exactly as the file has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextName(String);

impl ContextName {
    /// Takes the name as it was written.
    pub fn new(raw: &str) -> Self {
        Self(raw.to_owned())
    }

    /// Returns the name as the file has it.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Returns the name as it may be shown.
    pub fn shown(&self) -> SafeText {
        SafeText::new(&self.0)
    }

    /// Returns the name for a sentence: cut short, in quotes.
    pub fn quoted(&self) -> SafeText {
        SafeText::new(&format!("'{}'", self.shown().cut(40, "…")))
    }
}

impl fmt::Debug for ContextName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// What keeps somebody from taking one context for another, as the console's own config file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precautions {
    /// What it is called wherever it counts.
    pub word: Option<SafeText>,
    /// The colour it is known by.
    pub accent: Option<Accent>,
    /// The name that is typed before the first change of a session, wherever the address comes from.
    pub typed: Option<ContextName>,
}

impl Precautions {
    /// Returns what the context `name` is known by, where it has a word or a colour of its own: the word, else its name.
    pub fn known_by(&self, name: &SafeText) -> Option<SafeText> {
        let is_known = self.word.is_some() || self.accent.is_some();
        is_known.then(|| self.word.as_ref().unwrap_or(name).cut(LONGEST_WORD, "…"))
    }
}

/// How long the word of a context is shown at most.
const LONGEST_WORD: usize = 20;

/// A context of the config file, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextInfo {
    /// The name of the context.
    pub name: ContextName,
    /// The address of the platform it leads to.
    pub server: SafeText,
    /// Whom the token names, where it names anybody; unconfirmed.
    pub user: Option<SafeText>,
    /// How it signs in.
    pub login: Login,
    /// The other contexts that have the same login: what happens to it here happens to it there.
    pub shares_login_with: Vec<ContextName>,
    /// Where its commands act when nothing else is said.
    pub workspace: Option<WorkspaceName>,
    /// Where read-only comes from, if nothing may be changed through it.
    pub read_only: Option<SafeText>,
    /// What the console's own config file says of it.
    pub precautions: Precautions,
    /// Whether the file says that it is the current one.
    pub is_current: bool,
}

impl ContextInfo {
    /// Returns what it is known by, where it has a word or a colour of its own.
    pub fn known_by(&self) -> Option<SafeText> {
        self.precautions.known_by(&self.name.shown())
    }
}

/// How a context signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Nobody is logged in.
    Nobody,
    /// Somebody is logged in with a token.
    Token {
        /// When it ends; `None` where that cannot be told.
        expires_at: Option<Timestamp>,
        /// Whether another one can be had without asking anybody.
        is_renewable: bool,
    },
}

/// Every context there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contexts {
    /// The config file they stand in; `None` while there is none.
    pub file: Option<SafeText>,
    /// The contexts, in the order of the file.
    pub contexts: Vec<ContextInfo>,
}

/// What a console can be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A context of the config file.
    Context(ContextName),
    /// An address without a context: nothing is stored for it before somebody logs in there.
    Address(BaseUrl),
    /// The embedded platform with its sample organisation.
    Demo,
}
