//! Grants with a last day, as access files promise it.

use super::filter::Filter;
use super::findings::day_of;
use super::policy::Policy;
use super::snapshot::{Reading, Snapshot};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::{SafeText, counted, grouped};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What an access file says of a grant that is to end. The platform knows no end: until the file is applied again, or
/// somebody takes it away, the grant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where it is held.
    pub workspace: WorkspaceName,
    /// Who holds it.
    pub principal: Principal,
    /// The last day on which it is wanted, in UTC.
    pub last_day: Date,
    /// Why it was wanted, in the words of the file.
    pub reason: Option<String>,
    /// The ticket that asked for it.
    pub ticket: Option<String>,
    /// The file that says so, as it was named.
    pub file: SafeText,
    /// The line, from 1.
    pub line: usize,
}

impl Term {
    /// Returns whether it is over on `day`: its last day is still part of it.
    pub fn is_over_on(&self, day: Date) -> bool {
        self.last_day < day
    }
}

/// How many last days of access files an audit was able to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastDays {
    /// How many the files name.
    #[serde(rename = "named")]
    pub n_named: usize,
    /// Of how many it is known what is held there.
    #[serde(rename = "checked")]
    pub n_checked: usize,
    /// How many of those are over.
    #[serde(rename = "over")]
    pub n_over: usize,
}

impl LastDays {
    /// Counts those of `policy` in what was read of the platform; nothing where no access files were given. `filter` tells
    /// which workspaces were asked for.
    pub fn of(policy: &Policy, snapshot: &Snapshot, filter: &Filter) -> Option<Self> {
        if !policy.has_terms() {
            return None;
        }
        let today = day_of(snapshot.judged_at());
        let coverage = &snapshot.coverage;
        // Where all workspaces are listed, one that is not there is known to hold nobody.
        let has_all =
            coverage.workspaces.is_complete && !coverage.is_limited_to_caller && filter.workspaces().next().is_none();
        let is_checked = |term: &Term| {
            let found = snapshot.workspace_no(&term.workspace);
            found
                .and_then(|number| snapshot.workspace(number))
                .map_or(has_all, |workspace| {
                    workspace.is_reported && workspace.reading == Reading::Read
                })
        };
        let mut days = Self::default();
        for (_, term) in policy.terms() {
            let is_checked = is_checked(term);
            days.n_named += 1;
            days.n_checked += usize::from(is_checked);
            days.n_over += usize::from(is_checked && term.is_over_on(today));
        }
        Some(days)
    }

    /// Returns it in words: `3 end dates checked, 1 of them past`.
    pub fn in_words(self) -> String {
        let Self {
            n_named,
            n_checked,
            n_over,
        } = self;
        if n_named == 0 {
            return "no end date ('until') in them".to_owned();
        }
        let past = match n_over {
            0 => "none of them past".to_owned(),
            n => format!("{} of them past", grouped(n)),
        };
        if n_checked == n_named {
            return format!("{} checked, {past}", counted(n_named, "end date"));
        }
        format!(
            "{} of {} checked, {past}; the members of the other workspaces were not read",
            grouped(n_checked),
            counted(n_named, "end date")
        )
    }
}
