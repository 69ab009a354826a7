//! What makes a rule: what it looks for, what it says about what it found, and the command that mends it.

use super::ground::Ground;
use super::mend::Mend;
use super::{Fact, Finding};
use crate::audit::policy::Policy;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{AuditedWorkspace, Grant, PrincipalNo, Row, Snapshot, WorkspaceNo};
use crate::domain::command::Command;
use crate::domain::ids::Principal;
use crate::domain::role::RoleSet;
use std::fmt;

/// One rule, as the rows of [`crate::audit::rule::RULES`] name it.
pub(in crate::audit) trait Check: fmt::Debug + Sync {
    /// Looks for it in everything that was read.
    fn look(&self, ground: &Ground<'_>, found: &mut Found);

    /// Returns what was found, in one sentence with its evidence; nothing for a finding of another snapshot.
    fn reason(&self, about: &About<'_>, policy: &Policy) -> Option<String>;

    /// Returns what the principal it is about keeps where taking some roles away mends it, and nobody has to look first or
    /// to say who is meant.
    fn leaves(&self, _about: &About<'_>) -> Option<RoleSet> {
        None
    }

    /// Returns the command that mends it, where one is safe to paste: see [`super::mend`].
    fn command(&self, _about: &About<'_>, _mend: &Mend<'_>) -> Option<Command> {
        None
    }
}

/// What one rule has found.
#[derive(Debug)]
pub(in crate::audit) struct Found {
    rule: Rule,
    pub(super) findings: Vec<Finding>,
}

impl Found {
    pub(super) fn by(rule: Rule) -> Self {
        Self {
            rule,
            findings: Vec::new(),
        }
    }

    /// Adds a finding about a grant.
    pub(in crate::audit) fn grant(&mut self, row: &Row, fact: Fact) {
        self.add(Some(row.workspace), Some(row.principal), fact);
    }

    /// Adds a finding about a grant that was looked up.
    pub(in crate::audit) fn held(&mut self, grant: &Grant<'_>, fact: Fact) {
        self.add(Some(grant.workspace_no()), Some(grant.principal_no()), fact);
    }

    /// Adds a finding about a workspace.
    pub(in crate::audit) fn workspace(&mut self, workspace: WorkspaceNo, fact: Fact) {
        self.add(Some(workspace), None, fact);
    }

    /// Adds a finding about a principal, wherever it holds something.
    pub(in crate::audit) fn principal(&mut self, principal: PrincipalNo, fact: Fact) {
        self.add(None, Some(principal), fact);
    }

    /// Adds a finding about the whole platform.
    pub(in crate::audit) fn platform(&mut self, fact: Fact) {
        self.add(None, None, fact);
    }

    fn add(&mut self, workspace: Option<WorkspaceNo>, principal: Option<PrincipalNo>, fact: Fact) {
        self.findings.push(Finding {
            rule: self.rule,
            workspace,
            principal,
            suppressed_by: None,
            fact,
        });
    }
}

/// A finding with the snapshot it was found in.
#[derive(Clone, Copy, Debug)]
pub(in crate::audit) struct About<'a> {
    pub(in crate::audit) finding: &'a Finding,
    pub(in crate::audit) snapshot: &'a Snapshot,
}

impl<'a> About<'a> {
    /// Returns the workspace it is about.
    pub(in crate::audit) fn workspace(&self) -> Option<&'a AuditedWorkspace> {
        self.snapshot.workspace(self.finding.workspace?)
    }

    /// Returns the principal it is about.
    pub(in crate::audit) fn principal(&self) -> Option<&'a Principal> {
        self.snapshot.principal(self.finding.principal?)
    }

    /// Returns the grant it is about.
    pub(in crate::audit) fn grant(&self) -> Option<Grant<'a>> {
        self.snapshot.held(self.finding.workspace?, self.finding.principal?)
    }

    /// Returns how many Admins were counted.
    pub(in crate::audit) fn n_admins(&self) -> Option<usize> {
        let Fact::Admins(n) = self.finding.fact else {
            return None;
        };
        Some(n as usize)
    }

    /// Returns whom the principal can be taken for.
    pub(in crate::audit) fn twin(&self) -> Option<PrincipalNo> {
        let Fact::Twin(twin) = self.finding.fact else {
            return None;
        };
        Some(twin)
    }
}
