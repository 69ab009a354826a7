//! A snapshot, what is wrong with it, and what has changed since a baseline.

use super::build::Builder;
use super::findings::{self, Finding};
use super::policy::Policy;
use super::snapshot::Snapshot;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use std::sync::Arc;

/// Everything an audit has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Who holds which role where.
    pub snapshot: Snapshot,
    /// The rules and exceptions it was judged by.
    pub policy: Arc<Policy>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    pub(super) index: findings::Index,
}

impl Report {
    /// Judges `snapshot` by `policy`.
    pub fn new(snapshot: Snapshot, policy: Arc<Policy>) -> Self {
        let findings = findings::of(&snapshot, &policy);
        let index = findings::Index::of(&findings);
        Self {
            snapshot,
            policy,
            findings,
            index,
        }
    }

    /// Returns the report of what was read, with the members of a few workspaces as they were read again since.
    #[must_use]
    pub fn with_rosters(&self, rosters: &[(WorkspaceName, Roster)]) -> Self {
        let mut builder = Builder::from_snapshot(&self.snapshot);
        for (workspace, roster) in rosters {
            builder.add_roster(workspace, roster);
        }
        let snapshot = builder.freeze(self.snapshot.coverage.clone(), self.snapshot.origin.ended_at);
        Self::new(snapshot, Arc::clone(&self.policy))
    }
}
