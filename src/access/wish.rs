//! What shall be: who holds which roles where, as it is written in a file.

mod file;
pub mod update;
pub mod written;

pub(super) use written::why_unread;

use crate::audit::Term;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use jiff::civil::Date;
use std::fmt;
use std::sync::Arc;

/// What shall be on one platform, by workspace; each workspace once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The address of the platform it is about, as it is written; nothing where it is about whichever is asked.
    pub server: Option<String>,
    /// The workspaces, in the order of the files.
    pub workspaces: Vec<Wish>,
}

impl Wishes {
    /// Reads access files, each with the name that problems in it are told by.
    ///
    /// # Errors
    /// Names the places that cannot be understood, in the order of the files, and what would be.
    pub fn parse(files: &[(SafeText, String)]) -> Result<Self, Vec<Problem>> {
        file::parse(files)
    }

    /// Returns what is wished until a day, for an audit to find what has outlived that.
    pub fn terms(&self) -> Vec<Term> {
        let all = self.workspaces.iter();
        let all = all.flat_map(|wish| wish.members.iter().map(move |wanted| (&wish.workspace, wanted)));
        let terms = all.filter_map(|(workspace, wanted)| {
            let Said { why, place } = wanted.said.as_deref()?;
            Some(Term {
                workspace: workspace.clone(),
                principal: Principal::clone(&wanted.principal),
                last_day: why.until?,
                reason: why.reason.clone(),
                ticket: why.ticket.clone(),
                file: SafeText::clone(&place.file),
                line: place.line as usize,
            })
        });
        terms.collect()
    }
}

/// What shall be in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// What becomes of members that are not named.
    pub mode: Mode,
    /// Who answers for it, for reviews; never sent.
    pub owner: Option<String>,
    /// The description to create it with where it does not exist; nothing where it must exist.
    pub create: Option<String>,
    /// The principals that are named, each once.
    pub members: Vec<Wanted>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What becomes of members that a wish does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They stay.
    #[default]
    Additive,
    /// They go.
    Authoritative,
}

impl Mode {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Additive, Self::Authoritative];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Additive => "additive",
            Self::Authoritative => "authoritative",
        }
    }
}

/// What shall be with one principal in one workspace. There may be hundreds of thousands of these, of few principals and
/// fewer sets of roles, and hardly one of which more is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The principal it is about.
    pub principal: Arc<Principal>,
    /// What it shall hold.
    pub shall: Shall,
    /// What the file says about it besides, where it does.
    pub said: Option<Box<Said>>,
}

/// What a file says about a wish besides what is wished, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What it says.
    pub why: Why,
    /// Where it stands.
    pub place: Place,
}

impl Wanted {
    /// Returns the last day on which it is so; from the next day on it shall be no member.
    pub fn until(&self) -> Option<Date> {
        self.said.as_ref()?.why.until
    }

    /// Returns what the file says about it besides, if it does.
    pub fn why(&self) -> Option<&Why> {
        let why = self.said.as_deref().map(|said| &said.why);
        why.filter(|why| **why != Why::default())
    }
}

/// What a file says about a wish besides what is wished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// The reason.
    pub reason: Option<String>,
    /// The ticket that asks for it.
    pub ticket: Option<String>,
    /// The last day on which it is so.
    pub until: Option<Date>,
}

impl Why {
    /// Returns it for the journal.
    pub fn in_words(&self) -> Option<String> {
        let until = self.until.map(|until| format!("until {until}"));
        let parts = [self.reason.clone(), self.ticket.clone(), until];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// What a principal shall hold in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shall {
    /// Exactly these roles; never none.
    Hold(RoleSet),
    /// These roles besides what it holds; never none.
    HoldAlso(RoleSet),
    /// Nothing: it is no member.
    BeAbsent,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: Arc<SafeText>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}, column {}", self.file, self.line, self.column)
    }
}

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, and what to do.
    pub message: SafeText,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for Problem {}
