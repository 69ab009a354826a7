//! Which part of a report is meant: one line of words, all of which must hold.
//!
//! A plain word is part of a name, whatever its case; `~word` is one whose letters stand in a name in this order, with
//! others between them: good for looking around, and never what a plain word means, since what a filter leaves is
//! exported as evidence. `role:`, `ws:`, `who:`, `kind:`, `by:`, `rule:`, `severity:`, `since:` and `until:` ask
//! for one thing each. Every word says of each grant and of each finding whether it is meant, independently of the other
//! words. Start reading at [`Filter::parse`].

mod select;
mod words;

use super::glob::Glob;
use super::snapshot::GrantNo;
use crate::domain::text::SafeText;
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
}

impl Filter {
    /// Reads a filter as it is typed.
    ///
    /// # Errors
    /// Says which word is not understood, and what would be.
    pub fn parse(typed: &str) -> Result<Self, SafeText> {
        let words = words::read(typed).map_err(|problem| SafeText::new(&problem))?;
        Ok(Self {
            text: typed.trim().to_owned(),
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
            Glob::any_case(text).map_err(|why| SafeText::new(&format!("'{text}' is no pattern for workspaces: {why}")))
        });
        self.workspaces = globs.collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Returns the filter as it was typed, blanks around it apart.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the patterns for workspaces given besides what was typed.
    pub fn workspaces(&self) -> impl Iterator<Item = &str> {
        self.workspaces.iter().map(Glob::text)
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
