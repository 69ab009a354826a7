//! The rules an audit looks for: the one table behind findings, policy files, `--fail-on`, help and SARIF.
//!
//! A rule is a row of [`RULES`] and a [`Check`] in a file below. A new one needs both, and nothing else.

mod admins;
mod expired_grant;
mod expired_suppression;
mod external_domain;
mod names;
mod orphaned;
mod redundant_role;
mod self_granted;
mod stale_grant;
mod unknown_role;
mod unreadable;
mod wildcard;

use super::findings::Check;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// Returns the word for reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }

    /// Returns the severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.label() == name)
    }
}

/// One rule. What it finds is in its row: [`Rule::described`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is explained in its row of the table")]
pub enum Rule {
    WildcardAdmin,
    WildcardWrite,
    NoHumanAdmin,
    SingleAdmin,
    TooManyAdmins,
    UnknownRole,
    RedundantRole,
    ExternalDomain,
    StaleGrant,
    SelfGrantedAdmin,
    LookalikePrincipal,
    DuplicateIdentity,
    OpenWorkspaceCreation,
    OrphanedWorkspace,
    Unreadable,
    ExpiredSuppression,
    ExpiredGrant,
}

/// What is fixed about a rule.
#[derive(Debug)]
pub struct Described {
    /// The rule this row describes.
    pub rule: Rule,
    /// Its name; these words are stable.
    pub id: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub what: &'static str,
    /// Why that matters, in one sentence.
    pub why: &'static str,
    /// How it is found, told and mended.
    pub(super) check: &'static dyn Check,
}

use Rule as R;
use Severity as S;

const fn row(
    rule: Rule,
    id: &'static str,
    severity: Severity,
    check: &'static dyn Check,
    [what, why]: [&'static str; 2],
) -> Described {
    Described {
        rule,
        id,
        severity,
        what,
        why,
        check,
    }
}

/// Every rule, in the order of [`Rule`].
#[rustfmt::skip]
pub const RULES: [Described; 17] = [
    row(R::WildcardAdmin, "wildcard-admin", S::Critical, &wildcard::WildcardAdmin, [
        "Everyone (*) is Admin of the workspace.",
        "Everyone on the platform can read, change and delete everything in it, and manage its members."]),
    row(R::WildcardWrite, "wildcard-write", S::High, &wildcard::WildcardWrite, [
        "Everyone (*) can write in the workspace.",
        "Everyone on the platform can change what is in it, and delete the workspace itself."]),
    row(R::NoHumanAdmin, "no-human-admin", S::High, &admins::NoHumanAdmin, [
        "No person is Admin of the workspace; groups, service accounts and * do not count.",
        "Nobody is responsible for its members, and perhaps nobody can manage them."]),
    row(R::SingleAdmin, "single-admin", S::Medium, &admins::SingleAdmin, [
        "Only one person is Admin of the workspace; groups, service accounts and * do not count.",
        "When that person leaves, nobody can manage its members."]),
    row(R::TooManyAdmins, "too-many-admins", S::Low, &admins::TooManyAdmins, [
        "The workspace has more Admins than the policy allows.",
        "Each of them can give anyone access."]),
    row(R::UnknownRole, "unknown-role", S::Medium, &unknown_role::UnknownRole, [
        "A role is unknown to this platform, has no effect where it is held, or gives more than its name says.",
        "Its name suggests more, or less, access than it gives."]),
    row(R::RedundantRole, "redundant-role", S::Info, &redundant_role::RedundantRole, [
        "The role gives nothing that * or a stronger role of the same principal does not give already.",
        "Removing it looks like revoking access, but changes nothing."]),
    row(R::ExternalDomain, "external-domain", S::Medium, &external_domain::ExternalDomain, [
        "The e-mail address belongs to a domain that the policy does not approve.",
        "Someone outside the organisation has access."]),
    row(R::StaleGrant, "stale-grant", S::Low, &stale_grant::StaleGrant, [
        "The grant is older than the policy allows without a review.",
        "Access that nobody has reviewed for a long time is often no longer needed."]),
    row(R::SelfGrantedAdmin, "self-granted-admin", S::High, &self_granted::SelfGrantedAdmin, [
        "Someone granted themselves Admin, other than by creating the workspace.",
        "Nobody else agreed to it."]),
    row(R::LookalikePrincipal, "lookalike-principal", S::High, &names::LookalikePrincipal, [
        "The name can deceive: it mixes scripts, hides characters, uses other forms of plain letters, or looks like another.",
        "It can be mistaken for someone else."]),
    row(R::DuplicateIdentity, "duplicate-identity", S::Medium, &names::DuplicateIdentity, [
        "Two names differ only in case or spaces.",
        "The platform treats them as two principals: one is a mistake, and removing one leaves the other."]),
    row(R::OpenWorkspaceCreation, "open-workspace-creation", S::Info, &wildcard::OpenWorkspaceCreation, [
        "Everyone (*) may create workspaces.",
        "It is the platform's default; where workspaces cost money, it should be a deliberate choice."]),
    row(R::OrphanedWorkspace, "orphaned-workspace", S::Low, &orphaned::OrphanedWorkspace, [
        "The creator of the workspace is no longer a member, and it has no description.",
        "Perhaps nobody knows whether it is still needed."]),
    row(R::Unreadable, "unreadable", S::Info, &unreadable::Unreadable, [
        "The members of the workspace could not be read.",
        "This report says nothing about them."]),
    row(R::ExpiredSuppression, "expired-suppression", S::Medium, &expired_suppression::ExpiredSuppression, [
        "A suppression of the policy has expired.",
        "What it covered is a finding again, and someone promised to deal with it by now."]),
    row(R::ExpiredGrant, "expired-grant", S::Medium, &expired_grant::ExpiredGrant, [
        "An access file gave the grant until a day that has passed (audit --wishes).",
        "The platform knows no end of a grant: it stands until the file is applied again, or someone removes it."]),
];

/// Returns the rules as a table of the manual.
pub fn as_markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from("| finding | severity | what it is |\n|---|---|---|\n");
    for described in &RULES {
        let severity = described.severity.label();
        let wrote = writeln!(out, "| `{}` | {severity} | {} |", described.id, described.what);
        debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
    }
    out
}

impl Rule {
    /// Returns what is fixed about it.
    pub fn described(self) -> &'static Described {
        const FIRST: &Described = &RULES[0];
        // The rows stand in the order of the rules; a test holds them to it.
        RULES.get(self as usize).unwrap_or(FIRST)
    }

    /// Returns its name; these words are stable.
    pub fn id(self) -> &'static str {
        self.described().id
    }

    /// Returns how bad what it finds is.
    pub fn severity(self) -> Severity {
        self.described().severity
    }

    /// Returns the rule of this name.
    pub fn named(id: &str) -> Option<Self> {
        RULES
            .iter()
            .find(|described| described.id == id)
            .map(|described| described.rule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_row() {
        for described in &RULES {
            assert_eq!(described.rule.described().id, described.id);
            assert_eq!(Rule::named(described.id), Some(described.rule));
        }
    }
}
