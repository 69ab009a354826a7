//! A snapshot, what is wrong with it, and what has changed since a baseline.

use super::baseline::{Baseline, BaselineProblem};
use super::build::Builder;
use super::drift::Drift;
use super::filter::Filter;
use super::findings::{self, Finding};
use super::policy::Policy;
use super::snapshot::Snapshot;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::workspace::Workspace;
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
    /// What has changed since a baseline, where there is one.
    pub drift: Option<Drift>,
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
            drift: None,
            index,
        }
    }

    /// Returns the report with what has changed since `baseline` in the part that `filter` leaves.
    ///
    /// # Errors
    /// Refuses a baseline of another platform, or one that was taken with another filter.
    pub fn with_baseline(self, baseline: &Arc<Baseline>, filter: &Filter) -> Result<Self, BaselineProblem> {
        baseline.check(&self.snapshot, filter)?;
        Ok(self.compared_with(baseline, filter))
    }

    fn compared_with(self, baseline: &Arc<Baseline>, filter: &Filter) -> Self {
        let selected = self.select(filter).grants;
        let drift = Drift::since(baseline, &self.snapshot, filter.clone(), &selected);
        Self {
            drift: Some(drift),
            ..self
        }
    }

    /// Returns the report of what was read, with the members of a few workspaces as they were read again since.
    #[must_use]
    pub fn with_rosters(&self, rosters: &[(WorkspaceName, Roster)]) -> Self {
        let report = self.foretold(rosters, &[]);
        match &self.drift {
            Some(drift) => report.compared_with(&drift.baseline, &drift.filter),
            None => report,
        }
    }

    /// Returns the report as it will be once a few workspaces have these members; `made` are not there yet.
    #[must_use]
    pub fn foretold(&self, rosters: &[(WorkspaceName, Roster)], made: &[&WorkspaceName]) -> Self {
        let mut builder = Builder::from_snapshot(&self.snapshot);
        for name in made {
            builder.add_workspace(&Workspace {
                created_at: Some(self.snapshot.origin.ended_at),
                description: Some(name.raw().to_owned()),
                ..Workspace::known_by_name((*name).clone())
            });
        }
        builder.add_rosters(rosters.iter().map(|(workspace, roster)| (workspace, roster)));
        let snapshot = builder.finish(self.snapshot.coverage.clone(), self.snapshot.origin.ended_at);
        Self::new(snapshot, Arc::clone(&self.policy))
    }
}
