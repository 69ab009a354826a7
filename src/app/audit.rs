//! What is asked and told about the audit: the pieces of a reading, and work on a whole report.
//!
//! A report can hold hundreds of thousands of grants. What walks over all of them (taking in what was read again,
//! filtering, sorting) is a [`Task`]: plain data that the runtime performs beside the loop, so that no key waits for it.

pub mod rows;

use super::failure::Failure;
use crate::audit::coverage::Progress;
use crate::audit::filter::Filter;
use crate::audit::{Effective, GivenBy, Report};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::{Granted, Roster};
use crate::domain::operation::Operation;
use crate::domain::platform::Generation;
use crate::domain::role::RoleSet;
use rows::{Order, Rows};
use std::sync::Arc;

/// What of the audit is on show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One row for each principal in each workspace.
    List,
    /// Principals by workspaces.
    Matrix,
    /// What is wrong.
    Findings,
    /// One row for each principal.
    Principals,
}

/// Whether what has been read so far is wanted before the end of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// It is: rows grow on the screen.
    Wanted,
    /// It is not: rows stay where they are until all is known, and nothing is kept twice.
    Unwanted,
}

/// What a reading of all workspaces brings, piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// How far it is.
    Progress(Progress),
    /// What has been read so far; more follows.
    Part(Arc<Report>),
    /// The end: everything, or as much as could be read before it failed.
    End(Option<Arc<Report>>, Option<Failure>),
}

/// What one principal may do in one workspace, and through what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What it holds by name.
    pub own: RoleSet,
    /// What everyone (`*`) holds there; empty for everyone itself.
    pub everyone: RoleSet,
    /// What that amounts to.
    pub effective: Effective,
    /// When the role that counts was granted, and by whom.
    pub granted: Granted,
}

impl Access {
    /// Returns whether it lets the principal do `operation` in `workspace`, where it is had.
    pub fn gives(&self, operation: Operation, workspace: &WorkspaceName, generation: Generation) -> bool {
        let give = |roles: &RoleSet| roles.giving(operation, workspace, generation).is_some();
        // A right that is held in 'system' is told there, also that of platform admins.
        let is_here = operation.held_in(workspace) == *workspace;
        let is_admin = matches!(self.effective.given_by, GivenBy::PlatformAdmin(_));
        give(&self.own) || give(&self.everyone) || (is_here && is_admin)
    }
}

/// Work on a whole report, to be done beside the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Takes in the members of a few workspaces as they were read again.
    TakeIn {
        /// Into which report.
        report: Arc<Report>,
        /// Whose members.
        rosters: Vec<(WorkspaceName, Roster)>,
    },
    /// Filters and sorts.
    Sift {
        /// Which report.
        report: Arc<Report>,
        /// What is to be left of it.
        filter: Filter,
        /// In which order.
        order: Order,
    },
}

/// What came of a [`Task`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Of [`Task::TakeIn`].
    TakenIn {
        /// The report that was taken into.
        base: Arc<Report>,
        /// What it became.
        report: Arc<Report>,
        /// Whose members were taken in.
        rosters: Vec<(WorkspaceName, Roster)>,
    },
    /// Of [`Task::Sift`].
    Sifted(Box<Rows>),
}

impl Task {
    /// Does the work: takes up to some hundred milliseconds on the largest reports.
    pub fn run(self) -> Done {
        match self {
            Self::TakeIn { report: base, rosters } => {
                let report = Arc::new(base.with_rosters(&rosters));
                Done::TakenIn { base, report, rosters }
            }
            Self::Sift { report, filter, order } => Done::Sifted(Box::new(Rows::of(report, &filter, order))),
        }
    }
}
