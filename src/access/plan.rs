//! What has to change so that what is wished is so, and what must be known before that is done.
//!
//! [`Plan::for_wishes`] compares wishes with what an audit has read; [`Plan::of_changes`] weighs changes that were decided
//! earlier. Both end in the same [`Plan`]: the changes in the order in which they are made, what follows from each,
//! the [`Guard`]s that stand in the way, and what an audit will say afterwards.

mod compare;
mod contents;
mod digest;
mod document;
mod foretell;
mod guard;
mod order;
mod weigh;
mod words;

pub use compare::LeftOut;
pub use contents::Contents;
pub use digest::of as digest_of;
pub use document::{DocumentProblem, Draft, Drafted, SCHEMA_VERSION};
pub use foretell::Remark;
pub use guard::{Allowed, Guard, Opener};
pub use order::{Phase, in_order};
pub use words::{Line, by_workspace, markdown, on_one_line, summary, table};

pub use super::wish::Why;
use super::wish::Wishes;
use crate::audit::{Origin, Report};
use crate::domain::activity::{Caller, MadeFrom, Sending};
use crate::domain::change::{Change, Way};
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::policy::{self, Consequence, Tier};
use crate::domain::role::{Role, RoleSet};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

/// The changes that lead from what is to what shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where, when and for whom it was made.
    pub origin: Origin,
    /// Who makes the changes, as the platform knows them.
    pub caller: Caller,
    /// What it was made from.
    pub source: Source,
    /// How much of the platform had been read, in words, and whether that was all there is.
    pub coverage: (String, bool),
    /// The changes, in the order in which they are made.
    pub changes: Vec<Planned>,
    /// How many wishes are fulfilled already.
    pub n_already: usize,
    /// What is asked for and left out.
    pub left_out: Vec<LeftOut>,
    /// What stands in the way.
    pub guards: Vec<Guard>,
    /// What lies in the workspaces that it changes; nothing where that was not counted.
    pub contents: Option<Vec<Contents>>,
    /// What an audit finds now and will not find after it.
    pub fixed: Vec<Remark>,
    /// What an audit does not find now and will find after it.
    pub introduced: Vec<Remark>,
}

/// What a plan was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file or folder, as it was named.
    pub name: String,
    /// The SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
    /// Whether it is an access file: what was applied last may have stood in it.
    pub is_access_file: bool,
}

/// A change with what belongs to it in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What is done.
    pub change: Change,
    /// How the platform is told.
    pub way: Way,
    /// When its turn comes.
    pub phase: Phase,
    /// What follows from it.
    pub consequences: Vec<Consequence>,
    /// How it would be confirmed by itself.
    pub tier: Tier,
    /// Why, in the words of the file.
    pub why: Why,
    /// How what is there now differs from what was applied last.
    pub drift: Option<String>,
    /// Whether a person is still Admin of the workspace after it, as far as it was foretold.
    pub keeps_person: bool,
}

/// What was left where something was applied last, by member, as the journal tells it.
pub type Last = HashMap<(WorkspaceName, Principal), Applied>;

/// What was applied last to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What it held before.
    pub before: RoleSet,
    /// What it held then.
    pub roles: RoleSet,
    /// When that was sent.
    pub at: Timestamp,
    /// The file that it stood in, where that is known.
    pub made_from: Option<MadeFrom>,
}

/// What is known besides the report.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    /// Who makes the changes.
    pub identity: &'a Identity,
    /// When; what is wished until a day in the past is wished no longer.
    pub now: Timestamp,
    /// What was applied last.
    pub last: &'a Last,
    /// What it is made from.
    pub source: Source,
}

impl Circumstances<'_> {
    fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now).date()
    }
}

impl Plan {
    /// Plans what has to change so that everything in `wishes` is so, given what `report` has read.
    pub fn for_wishes(wishes: &Wishes, report: &Report, at: &Circumstances<'_>) -> Self {
        let compared = compare::compare(wishes, report, at);
        weigh::weigh(compared, report, at)
    }

    /// Weighs changes that were decided earlier, given what `report` has read since.
    pub fn of_changes(changes: Vec<(Change, Why)>, report: &Report, at: &Circumstances<'_>) -> Self {
        weigh::weigh(compare::Compared::of(changes), report, at)
    }

    /// Returns the SHA-256 of the changes, in hexadecimal digits: the same for the same changes in whatever order, from
    /// whatever file, at whatever time.
    pub fn digest(&self) -> String {
        digest::of(self.changes.iter().map(|planned| &planned.change))
    }

    /// Returns what follows from all of it, each thing once.
    pub fn consequences(&self) -> Vec<Consequence> {
        let mut found: BTreeMap<&WorkspaceName, Vec<Consequence>> = BTreeMap::new();
        for planned in &self.changes {
            let here = found.entry(planned.change.workspace()).or_default();
            for consequence in &planned.consequences {
                if !here.contains(consequence) {
                    here.push(consequence.clone());
                }
            }
        }
        policy::in_sum(found.into_iter())
    }

    /// Returns what lies in a workspace, where that was counted.
    pub fn contents_of(&self, workspace: &WorkspaceName) -> Option<&Contents> {
        let mut contents = self.contents.iter().flatten();
        contents.find(|contents| contents.workspace == *workspace)
    }

    /// Returns who loses something, and what: everybody of whom it can be said.
    pub fn losers(&self) -> impl Iterator<Item = &Planned> {
        self.changes.iter().filter(|planned| planned.takes())
    }

    /// Returns how many principals are removed in a workspace.
    pub fn n_removals(&self) -> usize {
        let removals = self.changes.iter().filter(|planned| guard::removes(&planned.change));
        removals.count()
    }

    /// Returns the guards that `allowed` leaves closed.
    pub fn closed<'a>(&'a self, allowed: &'a Allowed) -> impl Iterator<Item = &'a Guard> {
        self.guards
            .iter()
            .filter(|guard| !allowed.opens(guard, self.n_removals()))
    }

    /// Returns the plan as JSON; `request` tells what is sent for a change, where that is one request.
    pub fn to_json(&self, request: impl Fn(&Change) -> Option<Sending>) -> String {
        document::written(self, request)
    }
}

impl Planned {
    /// Returns the roles outside Viewer, Editor and Admin that somebody who stays a member no longer has after it.
    pub fn dropped(&self) -> Vec<Role> {
        let (before, after) = self.change.roles();
        let dropped = before.others().filter(|role| !after.is_empty() && !after.holds(role));
        dropped.cloned().collect()
    }

    /// Returns whether somebody has less after it.
    pub fn takes(&self) -> bool {
        let (before, after) = self.change.roles();
        before.loses_by(&after)
    }
}

#[cfg(test)]
mod tests;
