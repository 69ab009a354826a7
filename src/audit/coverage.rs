//! How much was read: no report can be built without saying so.

use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::Role;
use crate::domain::text::{SafeText, counted, grouped};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How the grants were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// All role bindings in a few large pages, as a platform admin.
    Bindings,
    /// The members of one workspace after the other.
    Members,
}

impl Method {
    /// Returns the word for reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bindings => "role bindings",
            Self::Members => "members per workspace",
        }
    }

    /// Returns the method that reports call so.
    pub fn named(label: &str) -> Option<Self> {
        let all = [Self::Bindings, Self::Members];
        all.into_iter().find(|method| method.label() == label)
    }
}

/// How many rows of a list were read, of how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How many pages were read.
    #[serde(rename = "pages")]
    pub n_pages: usize,
    /// How many rows were read; one that came twice counts once.
    #[serde(rename = "rows")]
    pub n_read: usize,
    /// How many rows there are in the platform's words; nothing where it does not tell.
    #[serde(rename = "total")]
    pub n_total: Option<usize>,
    /// Whether it is proven that nothing is missing.
    #[serde(rename = "complete")]
    pub is_complete: bool,
}

impl Tally {
    /// Returns it in words: `3 pages, 214 of 214 rows`.
    pub fn in_words(&self) -> String {
        let total = self.n_total.map_or("an unknown number of".to_owned(), grouped);
        let pages = counted(self.n_pages, "page");
        let end = if self.is_complete { "" } else { ", not read to the end" };
        format!("{pages}, {} of {total} rows{end}", grouped(self.n_read))
    }
}

/// What a snapshot covers of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// How the grants were read.
    pub method: Method,
    /// The list of workspaces.
    pub workspaces: Tally,
    /// The role bindings, where they were read in bulk.
    pub bindings: Option<Tally>,
    /// Whether the caller sees its own workspaces only.
    pub is_limited_to_caller: bool,
    /// Whether revoked grants were read, too.
    pub has_history: bool,
    /// Why the reading ended before everything was read.
    pub stopped: Option<SafeText>,
    /// What else the reader of a report must know.
    pub warnings: Vec<SafeText>,
    /// The moment that the report is about, where that is not the present.
    pub as_of: Option<AsOf>,
}

/// A moment of the past that a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The moment.
    pub at: Timestamp,
    /// What was perhaps held then: it is no grant of the report.
    pub perhaps: Vec<PerhapsHeld>,
}

/// A role that somebody perhaps held at the moment that a report is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerhapsHeld {
    /// Where.
    pub workspace: WorkspaceName,
    /// Who.
    pub principal: Principal,
    /// Which role.
    pub role: Role,
    /// Why that is not known.
    pub why: SafeText,
}

impl Coverage {
    /// Returns the coverage of something of which nothing has been read yet.
    pub fn nothing(method: Method) -> Self {
        Self {
            method,
            workspaces: Tally::default(),
            bindings: None,
            is_limited_to_caller: method == Method::Members,
            has_history: false,
            stopped: None,
            warnings: Vec::new(),
            as_of: None,
        }
    }

    /// Returns whether it is known of everything whether it was held at the moment that the report is about.
    pub fn tells_all_of_then(&self) -> bool {
        self.as_of.as_ref().is_none_or(|as_of| as_of.perhaps.is_empty())
    }

    /// Returns whether every list was read to its proven end.
    pub fn has_read_all_lists(&self) -> bool {
        self.stopped.is_none()
            && self.workspaces.is_complete
            && self.bindings.is_none_or(|bindings| bindings.is_complete)
    }
}

/// Returns how many workspaces of how many could be read, in words: `142 of 180 workspaces readable`.
pub fn readable(n_readable: usize, n_all: usize) -> String {
    format!("{} of {} workspaces readable", grouped(n_readable), grouped(n_all))
}

/// How far a reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Workspaces or role bindings read, as the method counts.
    pub n_done: usize,
    /// How many there are, once known.
    pub n_all: Option<usize>,
}

impl Progress {
    /// Returns how much is done, in percent; never 100, since what is done is no longer in progress.
    pub fn percent(self) -> usize {
        let n_all = self.n_all.unwrap_or(0);
        (self.n_done * 100).checked_div(n_all).unwrap_or(0).min(99)
    }
}
