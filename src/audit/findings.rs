//! What is wrong: every rule of [`super::rule`] applied to a snapshot.
//!
//! A finding is small and refers to its snapshot by number, since there can be as many as there are grants; its words
//! are made when it is shown.

use super::policy::Policy;
use super::rule::{Rule, Severity};
use super::snapshot::{PrincipalNo, Snapshot, WorkspaceNo};
use crate::domain::text::SafeText;

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// By which rule.
    pub rule: Rule,
    /// Where, unless it is about the whole platform.
    pub workspace: Option<WorkspaceNo>,
    /// With whom.
    pub principal: Option<PrincipalNo>,
    /// Which suppression of the policy covers it, if one does.
    pub suppressed_by: Option<u16>,
}

impl Finding {
    /// Returns how bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// Returns what was found, in one sentence with its evidence.
    pub fn reason(&self, snapshot: &Snapshot, policy: &Policy) -> SafeText {
        let _ = (snapshot, policy);
        SafeText::new(self.rule.described().what)
    }

    /// Returns a command of the platform's own CLI that would mend it, where one can be named.
    pub fn command(&self, snapshot: &Snapshot) -> Option<SafeText> {
        let _ = snapshot;
        None
    }
}

/// Returns everything that is wrong with `snapshot`, the worst first.
pub fn of(snapshot: &Snapshot, policy: &Policy) -> Vec<Finding> {
    let _ = (snapshot, policy);
    Vec::new()
}

impl super::report::Report {
    /// Returns the findings about a principal in a workspace.
    pub fn findings_at(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> impl Iterator<Item = &Finding> {
        let here = (Some(workspace), Some(principal));
        self.findings
            .iter()
            .filter(move |finding| (finding.workspace, finding.principal) == here)
    }
}
