//! The commands of the platform's own CLI that would mend what was found.

use super::Finding;
use super::ground::misleading;
use super::reasons::{everyone_at, grant, redundant_in};
use super::workspaces::is_maker_role;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{Grant, Snapshot};
use crate::domain::change::Change;
use crate::domain::command::{Command, Grammar};
use crate::domain::ids::{LONGEST_PRINCIPAL, Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;

/// Stands for somebody whom only the reader knows.
const PERSON: &str = "PERSON";
/// Stands for what a workspace is for.
const PURPOSE: &str = "PURPOSE";

/// Returns the command that would mend a finding, as `grammar` has it.
pub(super) fn command(finding: &Finding, snapshot: &Snapshot, grammar: &Grammar) -> Option<Command> {
    let mend = Mend { snapshot, grammar };
    let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
    let here = workspace.map(|workspace| &workspace.name);
    let grant = || grant(finding, snapshot);
    let dialect = snapshot.origin.dialect;
    match finding.rule {
        Rule::WildcardAdmin | Rule::WildcardWrite => {
            let grant = grant()?;
            let is_system = grant.workspace().name.is_system();
            let writes = |role: &Role| {
                let amount = role.amounts_to().map_or(0, |amount| amount.rank());
                amount >= Role::Editor.rank() || (is_system && role.is_top(dialect))
            };
            mend.taking(&grant, writes)
        }
        Rule::NoHumanAdmin | Rule::SingleAdmin => mend.add_admin(here?),
        Rule::TooManyAdmins => mend.fewer_admins(here?),
        Rule::UnknownRole => {
            let grant = grant()?;
            let name = &grant.workspace().name;
            let wrong: RoleSet = misleading(grant.roles(), grant.principal(), name, dialect)
                .cloned()
                .collect();
            mend.taking(&grant, |role| wrong.holds(role))
        }
        Rule::RedundantRole => mend.without_redundant(&grant()?),
        Rule::ExternalDomain | Rule::StaleGrant => mend.taking(&grant()?, |_| true),
        Rule::SelfGrantedAdmin => {
            let grant = grant()?;
            let is_system = grant.workspace().name.is_system();
            mend.taking(&grant, |role| {
                *role == Role::Admin || (is_system && role.is_top(dialect))
            })
        }
        Rule::LookalikePrincipal => {
            let mut grants = snapshot.grants_of(finding.principal?);
            let first = grants.next()?;
            grants.next().is_none().then(|| mend.taking(&first, |_| true)).flatten()
        }
        Rule::OpenWorkspaceCreation => mend.taking(&grant()?, is_maker_role),
        Rule::OrphanedWorkspace => mend.describe(here?),
        // Which of two spellings is right, only the identity provider knows.
        Rule::DuplicateIdentity | Rule::Unreadable | Rule::ExpiredSuppression => None,
    }
}

/// What mending is made from.
struct Mend<'a> {
    snapshot: &'a Snapshot,
    grammar: &'a Grammar,
}

impl Mend<'_> {
    fn add_admin(&self, workspace: &WorkspaceName) -> Option<Command> {
        let role = if workspace.is_system() {
            Role::top_of(self.snapshot.origin.dialect)
        } else {
            Role::Admin
        };
        self.grammar.change(&Change::AddMember {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            roles: RoleSet::only(role),
        })
    }

    /// Returns the command that takes Admin from somebody. Nobody is taken down from platform admin by it.
    fn fewer_admins(&self, workspace: &WorkspaceName) -> Option<Command> {
        if workspace.is_system() {
            return None;
        }
        self.grammar.change(&Change::SetRoles {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            before: RoleSet::default(),
            after: RoleSet::only(Role::Editor),
        })
    }

    /// Returns the command that says what a workspace is for.
    fn describe(&self, workspace: &WorkspaceName) -> Option<Command> {
        self.grammar.change(&Change::Describe {
            workspace: workspace.clone(),
            before: None,
            after: PURPOSE.to_owned(),
        })
    }

    /// Returns the command that takes redundant roles away. Where everyone is Admin that is what is to be mended, and
    /// then the Admins are needed.
    fn without_redundant(&self, grant: &Grant<'_>) -> Option<Command> {
        let weak = redundant_in(grant, self.snapshot);
        let dialect = self.snapshot.origin.dialect;
        let rules = |role: &Role| role.amounts_to() == Some(Role::Admin) || role.is_top(dialect);
        if everyone_at(grant, self.snapshot).is_some() && weak.iter().any(rules) {
            return None;
        }
        self.taking(grant, |role| weak.holds(role))
    }

    /// Returns the command that takes some roles of a grant away. The last Admin can only go when there is another:
    /// then that comes first.
    fn taking(&self, grant: &Grant<'_>, is_taken: impl Fn(&Role) -> bool) -> Option<Command> {
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
        let command = self.grammar.change(&change)?;
        let is_other_admin = |other: Grant<'_>| other.number() != grant.number() && other.roles().holds(&Role::Admin);
        if takes_admin && !self.snapshot.grants_in(grant.workspace_no()).any(is_other_admin) {
            let first = self.add_admin(&grant.workspace().name)?;
            return Some(first.and_then(&command));
        }
        Some(command)
    }
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
