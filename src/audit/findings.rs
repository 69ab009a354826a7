//! What is wrong: every rule of [`super::rule`] applied to a snapshot.
//!
//! The rules are the files of [`super::rule`]; here is what they share: what a rule is ([`check`]), what all of them ask of
//! a snapshot ([`ground`]), and what several say ([`words`]) and advise ([`mend`]).
//!
//! A finding is small and refers to its snapshot by number, since there can be as many as there are grants; its words
//! are made when it is shown. Nothing is claimed about what was not read. Start reading at [`of`].

mod check;
mod ground;
mod index;
mod mend;
mod words;

pub(super) use check::{About, Check, Found};
pub(super) use ground::{Ground, Place, is_platform};
pub(super) use index::Index;
pub(super) use mend::{Mend, PERSON};
pub(super) use words::{admin_of, evidence, making};

use super::policy::{Policy, Suppression};
use super::rule::{Described, RULES, Rule, Severity};
use super::snapshot::{AuditedWorkspace, PrincipalNo, Snapshot, WorkspaceNo};
use super::term::Term;
use crate::domain::change::Change;
use crate::domain::command::{Command, Grammar};
use crate::domain::ids::Principal;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::cmp::Reverse;

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// The workspace it is about; nothing where it is about a principal everywhere, or about the whole platform.
    pub workspace: Option<WorkspaceNo>,
    /// The principal it is about, where it is about one.
    pub principal: Option<PrincipalNo>,
    /// The number of the suppression that covers it, for [`Policy::suppression`].
    pub suppressed_by: Option<u16>,
    /// What its reason says besides.
    pub fact: Fact,
}

/// What a finding is about besides its workspace and its principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// There is nothing to report.
    #[default]
    None,
    /// Another principal, which this one can be taken for.
    Twin(PrincipalNo),
    /// The suppression of the policy with this number.
    Suppression(u16),
    /// The last day of an access file with this number.
    Term(u32),
    /// A number of Admins.
    Admins(u32),
    /// What the platform installs by itself.
    AsInstalled,
}

impl Finding {
    /// Returns how bad it is.
    pub fn severity(&self) -> Severity {
        if self.fact == Fact::AsInstalled {
            return Severity::Info;
        }
        self.rule.severity()
    }

    /// Returns whether a suppression of the policy covers it.
    pub fn is_suppressed(&self) -> bool {
        self.suppressed_by.is_some()
    }

    /// Returns what was found, in one sentence with its evidence.
    pub fn reason(&self, snapshot: &Snapshot, policy: &Policy) -> SafeText {
        let described = self.rule.described();
        let said = described.check.reason(&self.about(snapshot), policy);
        // A finding of another snapshot has nothing to show here.
        SafeText::from(said.unwrap_or_else(|| described.what.to_owned()))
    }

    /// Returns a command of the platform's own CLI that would mend it, where one can be named that is safe to paste;
    /// `grammar` is that of the server it was found on. `<PERSON>` and `<PURPOSE>` stand for what only the reader knows.
    pub fn command(&self, snapshot: &Snapshot, grammar: &Grammar) -> Option<Command> {
        let mend = Mend { snapshot, grammar };
        self.rule.described().check.command(&self.about(snapshot), &mend)
    }

    /// Returns the change that mends it, where one does and only takes from somebody what is not to be there.
    pub fn repair(&self, snapshot: &Snapshot) -> Option<Change> {
        let about = self.about(snapshot);
        let grant = about.grant()?;
        let after = self.rule.described().check.leaves(&about)?;
        (after != *grant.roles()).then(|| Change::Roles {
            workspace: grant.workspace().name.clone(),
            principal: grant.principal().clone(),
            before: grant.roles().clone(),
            after,
        })
    }

    /// Returns the line of an access file that says so, where one does.
    pub(super) fn source<'p>(&self, policy: &'p Policy) -> Option<&'p Term> {
        match self.fact {
            Fact::Term(number) => policy.term(number),
            Fact::None | Fact::Twin(_) | Fact::Suppression(_) | Fact::Admins(_) | Fact::AsInstalled => None,
        }
    }

    fn about<'a>(&'a self, snapshot: &'a Snapshot) -> About<'a> {
        About {
            finding: self,
            snapshot,
        }
    }
}

/// Returns everything that is wrong with `snapshot`: the worst first, then by rule, workspace and principal.
pub fn of(snapshot: &Snapshot, policy: &Policy) -> Vec<Finding> {
    let ground = Ground::of(snapshot, policy);
    let today = day_of(snapshot.judged_at());
    let mut worst_first: Vec<&Described> = RULES.iter().filter(|row| policy.applies(row.rule)).collect();
    worst_first.sort_by_key(|row| (Reverse(row.severity), row.rule));
    let mut all = Vec::new();
    for row in worst_first {
        let mut found = Found::by(row.rule);
        row.check.look(&ground, &mut found);
        let mut findings = found.findings;
        findings.sort_unstable_by_key(|finding| (finding.workspace, finding.principal, finding.fact));
        for (number, suppression) in policy.suppressions() {
            if suppression.rule == row.rule && suppression.counts_on(today) {
                suppress(&mut findings, number, suppression, snapshot);
            }
        }
        all.append(&mut findings);
    }
    // Not all findings of a rule are equally bad.
    all.sort_by_key(|finding| Reverse(finding.severity()));
    all
}

/// Returns the day of a moment, in UTC.
pub(super) fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// Marks those of `findings` that a suppression covers; the first one of the file counts.
fn suppress(findings: &mut [Finding], number: u16, suppression: &Suppression, snapshot: &Snapshot) {
    if findings.is_empty() {
        return;
    }
    // Each workspace and principal is compared once, however many findings there are.
    let is_for_workspace = |workspace: &AuditedWorkspace| suppression.is_for_workspace(Some(workspace));
    let workspaces: Vec<bool> = snapshot.workspaces.iter().map(is_for_workspace).collect();
    let is_for_principal = |principal: &Principal| suppression.is_for_principal(Some(principal));
    let principals: Vec<bool> = snapshot.principals.iter().map(is_for_principal).collect();
    let (nowhere, nobody) = (suppression.is_for_workspace(None), suppression.is_for_principal(None));
    for finding in findings.iter_mut().filter(|finding| !finding.is_suppressed()) {
        let is_meant = |list: &[bool], place: usize| list.get(place).copied().unwrap_or(false);
        let is_there = finding
            .workspace
            .map_or(nowhere, |number| is_meant(&workspaces, number.place()));
        let is_them = finding
            .principal
            .map_or(nobody, |number| is_meant(&principals, number.place()));
        if is_there && is_them {
            finding.suppressed_by = Some(number);
        }
    }
}

#[cfg(test)]
mod tests;
