//! Which part of a report is meant: one line of words, all of which must hold.
//!
//! The language is that of [`crate::domain::query`]. What a filter leaves is exported as evidence: a plain word is never
//! meant loosely, and a workspace is named whole or by a pattern. Every word says of each grant and of each finding whether
//! it is meant, independently of the other words. Start reading at [`Filter::parse`].

mod besides;
mod rights;
mod select;
mod unmatched;
mod words;

use super::snapshot::{GrantNo, PrincipalNo, Snapshot};
use crate::domain::glob::Glob;
use crate::domain::ids::Principal;
use crate::domain::query::Query;
use crate::domain::text::{SafeText, counted};
use jiff::Timestamp;
use words::Word;

/// Which grants and findings are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    words: Vec<Word>,
    /// Any of these, when there are some.
    workspaces: Vec<Glob>,
}

/// The part of a report that a filter leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The grants, by workspace, then principal.
    pub grants: Vec<GrantNo>,
    /// The places of the findings, the worst first.
    pub findings: Vec<usize>,
    /// The places of the grants that were taken away, by workspace, then principal.
    pub past: Vec<usize>,
    /// Who may do what is asked about without a grant that is left.
    pub besides: Besides,
    /// Those of the grants of which it is not known whether they are meant: when they were made, or by whom, is not told
    /// or, of several, not told of each.
    pub unsure: Vec<GrantNo>,
    /// The same of what was taken away.
    pub unsure_past: Vec<usize>,
    /// Those of the findings that are left for such grants alone.
    pub unsure_findings: Vec<usize>,
}

impl Selection {
    /// Returns what keeps it from being the whole and exact answer to what the filter asks, in words; nothing where it is.
    pub fn doubts(&self) -> Vec<SafeText> {
        let mut doubts = Vec::new();
        if matches!(self.besides, Besides::NotAllKnown(_)) {
            doubts.push(SafeText::new("the platform admins could not be read"));
        }
        doubts.extend(self.unsure_in_words());
        doubts
    }

    /// Returns of how much it is not known whether it is meant, in words.
    pub fn unsure_in_words(&self) -> Option<SafeText> {
        unsure_in_words(self.unsure.len() + self.unsure_past.len(), self.unsure_findings.len())
    }

    /// Returns whether it is not known if the filter means the finding at `place`.
    pub fn is_unsure_of_finding(&self, place: usize) -> bool {
        self.unsure_findings.binary_search(&place).is_ok()
    }
}

/// What marks something of which it is not known whether the filter means it.
pub const PERHAPS: &str = "perhaps not meant";
/// The same with why, for where it stands alone.
pub const PERHAPS_AND_WHY: &str = "perhaps not meant: date or granter not known";

/// Returns that of so many grants and findings it is not known whether the filter means them; nothing where it is known of
/// all.
pub fn unsure_in_words(n_grants: usize, n_findings: usize) -> Option<SafeText> {
    let counts = [(n_grants, "grant"), (n_findings, "finding")];
    let counts = counts.into_iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, what)| counted(n, what)).collect();
    (!counts.is_empty()).then(|| SafeText::new(&format!("{} {PERHAPS_AND_WHY}", counts.join(" and "))))
}

/// Whoever may do in a workspace what the filter asks about, and has no grant there: a platform admin's lies in `system`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Besides {
    /// Nobody, or the filter asks about nothing that a platform admin may do.
    #[default]
    Nobody,
    /// These platform admins, by name.
    PlatformAdmins(Vec<PrincipalNo>),
    /// These and perhaps other ones: not all of them are known, or none.
    NotAllKnown(Vec<PrincipalNo>),
}

impl Besides {
    /// Returns how many there are and who, in words for one line; nothing where it is nobody.
    pub fn in_words(&self, snapshot: &Snapshot) -> Option<SafeText> {
        let are_all_known = match self {
            Self::Nobody => return None,
            Self::NotAllKnown(_) => false,
            Self::PlatformAdmins(_) => true,
        };
        let names = self.platform_admins().iter();
        let names = names.filter_map(|number| Some(snapshot.principal(*number)?.label()));
        platform_admins_in_words(&names.collect::<Vec<SafeText>>(), are_all_known)
    }

    /// Returns the platform admins that are known.
    pub fn platform_admins(&self) -> &[PrincipalNo] {
        match self {
            Self::PlatformAdmins(numbers) | Self::NotAllKnown(numbers) => numbers,
            Self::Nobody => &[],
        }
    }
}

/// Returns how many platform admins there are and who, in words for one line; nothing where it is nobody.
pub fn platform_admins_in_words(names: &[SafeText], are_all_known: bool) -> Option<SafeText> {
    const FEW: usize = 3;
    let rest = match (names.is_empty(), are_all_known) {
        (true, true) => return None,
        (true, false) => return Some(SafeText::new("platform admins, not known here")),
        (false, true) => "",
        (false, false) => " and perhaps others",
    };
    let few: Vec<&str> = names.iter().take(FEW).map(SafeText::as_str).collect();
    let more = match names.len() - few.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let n = counted(names.len(), "platform admin");
    Some(SafeText::new(&format!("{n} ({}{more}){rest}", few.join(", "))))
}

impl Filter {
    /// Reads a filter as it is typed, at this moment: what it says of today it says of this day for good.
    ///
    /// # Errors
    /// Says which word is not understood, and what would be.
    pub fn parse(typed: &str, now: Timestamp) -> Result<Self, SafeText> {
        Self::of(&Query::read(typed, now))
    }

    /// Takes the words of a filter.
    ///
    /// # Errors
    /// Says which word is not understood, and what would be.
    pub fn of(query: &Query) -> Result<Self, SafeText> {
        let words = words::read(query).map_err(|problem| SafeText::new(&problem))?;
        Ok(Self {
            text: query.text(),
            words,
            workspaces: Vec::new(),
        })
    }

    /// Returns the filter with only the workspaces that one of `globs` stands for; no globs stand for all.
    ///
    /// # Errors
    /// Names the pattern that is none.
    pub fn with_workspaces<S: AsRef<str>>(mut self, globs: &[S]) -> Result<Self, SafeText> {
        let globs = globs.iter().map(|text| {
            let text = text.as_ref();
            Glob::any_case(text)
                .map_err(|why| SafeText::new(&format!("'{text}' is not a pattern for workspaces: {why}")))
        });
        self.workspaces = globs.collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Returns the filter as it is written, one blank between words, and dates instead of what was said of today.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the patterns for workspaces given besides what was typed.
    pub fn workspaces(&self) -> impl Iterator<Item = &str> {
        self.workspaces.iter().map(Glob::text)
    }

    /// Returns whether it asks for nothing but the name and the kind of `principal`: what is true of it without a grant.
    pub fn is_about(&self, principal: &Principal) -> bool {
        let is_true = |word: &Word| match word {
            Word::Called(called) => called.fits(principal.raw()),
            Word::Who(name) => name.is_principal(principal),
            Word::Kind(kind) => principal.kind() == *kind,
            Word::Role(_)
            | Word::Allows(_)
            | Word::Can(_)
            | Word::Workspace(_)
            | Word::Access(_)
            | Word::Rule(_)
            | Word::Severity(_)
            | Word::Made(_) => false,
        };
        self.workspaces.is_empty() && self.words.iter().all(is_true)
    }

    /// Returns whether it leaves everything.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.workspaces.is_empty()
    }

    /// Returns the whole filter for a report: what was typed, and the patterns as words of their own.
    pub fn in_words(&self) -> SafeText {
        let patterns = self.workspaces.iter().map(|glob| format!("ws:{}", glob.text()));
        let patterns: Vec<String> = patterns.collect();
        let parts = [self.text.clone(), patterns.join(" or ")];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        SafeText::new(&parts.join(" "))
    }
}

#[cfg(test)]
mod tests;
