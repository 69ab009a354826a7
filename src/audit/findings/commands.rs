//! The commands of the platform's own CLI that would mend what was found.

use super::Finding;
use super::ground::misleading;
use super::reasons::{everyone_at, grant, redundant_in};
use super::workspaces::is_maker_role;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{Grant, Snapshot};
use crate::domain::change::Change;
use crate::domain::ids::{LONGEST_PRINCIPAL, Principal, WorkspaceName};
use crate::domain::platform::Dialect;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;

/// Stands for somebody whom only the reader knows.
const PERSON: &str = "PERSON";
/// Stands for what a workspace is for.
const PURPOSE: &str = "PURPOSE";

/// Returns the command that would mend a finding.
pub(super) fn command(finding: &Finding, snapshot: &Snapshot) -> Option<SafeText> {
    let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
    let here = workspace.map(|workspace| &workspace.name);
    let grant = || grant(finding, snapshot);
    match finding.rule {
        Rule::WildcardAdmin | Rule::WildcardWrite => {
            let grant = grant()?;
            let dialect = snapshot.origin.dialect;
            let is_system = grant.workspace().name.is_system();
            let writes = |role: &Role| {
                let amount = role.amounts_to().map_or(0, |amount| amount.rank());
                amount >= Role::Editor.rank() || (is_system && role.is_top(dialect))
            };
            taking(&grant, writes, snapshot)
        }
        Rule::NoHumanAdmin | Rule::SingleAdmin => Some(add_admin(here?, snapshot)),
        Rule::TooManyAdmins => fewer_admins(here?, snapshot),
        Rule::UnknownRole => {
            let grant = grant()?;
            let name = &grant.workspace().name;
            let wrong: RoleSet = misleading(grant.roles(), grant.principal(), name, snapshot.origin.dialect)
                .cloned()
                .collect();
            taking(&grant, |role| wrong.holds(role), snapshot)
        }
        Rule::RedundantRole => without_redundant(&grant()?, snapshot),
        Rule::ExternalDomain | Rule::StaleGrant => taking(&grant()?, |_| true, snapshot),
        Rule::SelfGrantedAdmin => {
            let (grant, dialect) = (grant()?, snapshot.origin.dialect);
            let is_system = grant.workspace().name.is_system();
            taking(
                &grant,
                |role| *role == Role::Admin || (is_system && role.is_top(dialect)),
                snapshot,
            )
        }
        Rule::LookalikePrincipal => {
            let mut grants = snapshot.grants_of(finding.principal?);
            let first = grants.next()?;
            grants
                .next()
                .is_none()
                .then(|| taking(&first, |_| true, snapshot))
                .flatten()
        }
        Rule::OpenWorkspaceCreation => taking(&grant()?, is_maker_role, snapshot),
        Rule::OrphanedWorkspace => describe(here?, snapshot),
        // Which of two spellings is right, only the identity provider knows.
        Rule::DuplicateIdentity | Rule::Unreadable | Rule::ExpiredSuppression => None,
    }
}

fn add_admin(workspace: &WorkspaceName, snapshot: &Snapshot) -> SafeText {
    let dialect = snapshot.origin.dialect;
    let role = match (workspace.is_system(), dialect) {
        (false, _) => Role::Admin,
        (true, Dialect::Helix) => Role::from_platform("HelixAdmin"),
        (true, _) => Role::from_platform("PlatformAdmin"),
    };
    let add = Change::AddMember {
        workspace: workspace.clone(),
        principal: Principal::from_platform(PERSON),
        roles: RoleSet::only(role),
    };
    add.command(dialect)
}

/// Returns the command that takes Admin from somebody. Nobody is taken down from platform admin by it.
fn fewer_admins(workspace: &WorkspaceName, snapshot: &Snapshot) -> Option<SafeText> {
    let fewer = Change::SetRoles {
        workspace: workspace.clone(),
        principal: Principal::from_platform(PERSON),
        before: RoleSet::default(),
        after: RoleSet::only(Role::Editor),
    };
    (!workspace.is_system()).then(|| fewer.command(snapshot.origin.dialect))
}

/// Returns the command that says what a workspace is for; the first generation has none.
fn describe(workspace: &WorkspaceName, snapshot: &Snapshot) -> Option<SafeText> {
    let dialect = snapshot.origin.dialect;
    let describe = Change::Describe {
        workspace: workspace.clone(),
        before: None,
        after: PURPOSE.to_owned(),
    };
    (dialect != Dialect::Seed).then(|| describe.command(dialect))
}

/// Returns the command that takes redundant roles away. Where everyone is Admin that is what is to be mended, and then
/// the Admins are needed.
fn without_redundant(grant: &Grant<'_>, snapshot: &Snapshot) -> Option<SafeText> {
    let weak = redundant_in(grant, snapshot);
    let dialect = snapshot.origin.dialect;
    let rules = |role: &Role| role.amounts_to() == Some(Role::Admin) || role.is_top(dialect);
    if everyone_at(grant, snapshot).is_some() && weak.iter().any(rules) {
        return None;
    }
    taking(grant, |role| weak.holds(role), snapshot)
}

/// Returns the command that takes some roles of a grant away. The last Admin can only go when there is another: then
/// that comes first.
fn taking(grant: &Grant<'_>, is_taken: impl Fn(&Role) -> bool, snapshot: &Snapshot) -> Option<SafeText> {
    let before = grant.roles();
    let after: RoleSet = before.iter().filter(|role| !is_taken(role)).cloned().collect();
    if after == *before || !can_be_written(grant.principal(), &after) {
        return None;
    }
    let takes_admin = before.holds(&Role::Admin) && !after.holds(&Role::Admin);
    let (workspace, principal) = (grant.workspace().name.clone(), grant.principal().clone());
    let change = if after.is_empty() {
        Change::RemoveMember {
            workspace,
            principal,
            before: before.clone(),
        }
    } else {
        Change::SetRoles {
            workspace,
            principal,
            before: before.clone(),
            after,
        }
    };
    let command = change.command(snapshot.origin.dialect);
    let is_other_admin = |other: Grant<'_>| other.number() != grant.number() && other.roles().holds(&Role::Admin);
    if takes_admin && !snapshot.grants_in(grant.workspace_no()).any(is_other_admin) {
        let first = add_admin(&grant.workspace().name, snapshot);
        return Some(SafeText::from(format!("{first} && {command}")));
    }
    Some(command)
}

/// Returns whether a command reaches exactly this principal and leaves exactly these roles: what is shown as an escape
/// or cut would be something else when it is copied.
fn can_be_written(principal: &Principal, roles: &RoleSet) -> bool {
    let is_as_shown = |raw: &str| SafeText::with_limit(raw, LONGEST_PRINCIPAL).as_str() == raw;
    let n_written: usize = roles.iter().map(|role| role.raw().len()).sum();
    principal.addressable().is_ok()
        && is_as_shown(principal.raw())
        && n_written <= LONGEST_PRINCIPAL
        && roles.iter().all(|role| is_as_shown(role.raw()))
}
