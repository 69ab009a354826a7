//! Which findings are about a workspace or a principal, found without looking at all of them.

use super::{Fact, Finding};
use crate::audit::report::Report;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{PrincipalNo, WorkspaceNo};

type Key = (Option<WorkspaceNo>, Option<PrincipalNo>);

/// The places of the findings of a report, by workspace, then principal, then the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::audit) struct Index {
    places: Vec<u32>,
}

fn key(finding: &Finding) -> Key {
    (finding.workspace, finding.principal)
}

impl Index {
    pub(in crate::audit) fn of(findings: &[Finding]) -> Self {
        let mut places: Vec<u32> = (0..).take(findings.len()).collect();
        places.sort_by_key(|place| findings.get(*place as usize).map(key));
        Self { places }
    }

    /// Returns the findings whose key compares with `low` and `high` as something between them.
    fn between<'a>(&'a self, findings: &'a [Finding], low: Key, high: Key) -> impl Iterator<Item = &'a Finding> {
        let at = move |place: &u32| findings.get(*place as usize);
        let from = self.places.partition_point(|place| at(place).map(key) < Some(low));
        let places = self.places.iter().skip(from).filter_map(at);
        places.take_while(move |finding| key(finding) <= high)
    }
}

impl Report {
    /// Returns the findings about `principal` in `workspace`: those that name both, then those about it everywhere.
    pub fn findings_at(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> impl Iterator<Item = &Finding> {
        let here = (Some(workspace), Some(principal));
        let everywhere = (None, Some(principal));
        let here = self.index.between(&self.findings, here, here);
        here.chain(self.index.between(&self.findings, everywhere, everywhere))
    }

    /// Returns whether the name of `principal` can deceive, by itself or because somebody else is called almost alike.
    pub fn can_deceive(&self, principal: PrincipalNo) -> bool {
        let here = self.snapshot.principal(principal);
        let everywhere = (None, Some(principal));
        let is_doubled = || {
            let mut about = self.index.between(&self.findings, everywhere, everywhere);
            about.any(|finding| finding.rule == Rule::DuplicateIdentity)
        };
        here.is_some_and(|here| !here.tricks().is_empty()) || self.twin(principal).is_some() || is_doubled()
    }

    /// Returns somebody for whom `principal` can be taken.
    pub fn twin(&self, principal: PrincipalNo) -> Option<PrincipalNo> {
        let everywhere = (None, Some(principal));
        let mut about = self.index.between(&self.findings, everywhere, everywhere);
        about.find_map(|finding| match (finding.rule, finding.fact) {
            (Rule::LookalikePrincipal, Fact::Twin(twin)) => Some(twin),
            _ => None,
        })
    }
}
