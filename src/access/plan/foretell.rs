//! What an audit will say once a plan is applied: the same engine, on the members as they will be.

use super::Planned;
use super::order::Phase;
use crate::audit::{Finding, Report, Rule, Severity};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::text::SafeText;
use std::collections::BTreeSet;

/// A finding, in words that need no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule that found it.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// The workspace it is about, where it is about one.
    pub workspace: Option<WorkspaceName>,
    /// The principal it is about, where it is about one.
    pub principal: Option<Principal>,
    /// What was found, with its evidence.
    pub reason: SafeText,
}

type Key<'a> = (Rule, Option<&'a WorkspaceName>, Option<&'a Principal>);

/// Returns the findings that a plan fixes and those that it introduces; `after` has the members as they will be.
pub(super) fn findings(
    report: &Report,
    planned: &[Planned],
    after: &[(WorkspaceName, Roster)],
) -> (Vec<Remark>, Vec<Remark>) {
    if planned.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let made = planned.iter().filter(|planned| planned.phase == Phase::Create);
    let made: Vec<&WorkspaceName> = made.map(|planned| planned.change.workspace()).collect();
    let future = report.foretold(after, &made);
    (only_in(report, &future), only_in(&future, report))
}

/// Returns what `one` finds, and `other` does not.
fn only_in(one: &Report, other: &Report) -> Vec<Remark> {
    let known: BTreeSet<Key<'_>> = active(other).map(|finding| key(other, finding)).collect();
    let new = active(one).filter(|finding| !known.contains(&key(one, finding)));
    new.map(|finding| remark(one, finding)).collect()
}

fn active(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| !finding.is_suppressed())
}

fn key<'a>(report: &'a Report, finding: &Finding) -> Key<'a> {
    let snapshot = &report.snapshot;
    let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
    let principal = finding.principal.and_then(|number| snapshot.principal(number));
    (finding.rule, workspace.map(|workspace| &workspace.name), principal)
}

fn remark(report: &Report, finding: &Finding) -> Remark {
    let (rule, workspace, principal) = key(report, finding);
    Remark {
        rule,
        severity: finding.severity(),
        workspace: workspace.cloned(),
        principal: principal.cloned(),
        reason: finding.reason(&report.snapshot, &report.policy),
    }
}
