//! The commands of the platform's own CLI that would mend what was found.
//!
//! Whoever copies one may not read it again: it must be safe to paste. Where somebody has to look first whether there is
//! anything to mend (an old grant, an unusual name, an address from elsewhere, an Admin who granted that themselves) no command is
//! named, nor where it would take from everyone what the platform gives them, nor one that does something for good besides.
//! What only the reader knows stands in angle brackets, on which a shell stops.

use super::ground::misleading;
use super::reasons::{everyone_at, grant, redundant_in};
use super::{Fact, Finding};
use crate::audit::rule::Rule;
use crate::audit::snapshot::{Grant, Snapshot};
use crate::domain::change::Change;
use crate::domain::command::{Command, Grammar};
use crate::domain::ids::{LONGEST_PRINCIPAL, Principal, WorkspaceName};
use crate::domain::role::{Role, RoleEffect, RoleSet};
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
    let generation = snapshot.origin.generation;
    match finding.rule {
        Rule::WildcardAdmin | Rule::WildcardWrite => {
            if finding.fact == Fact::AsInstalled {
                return None;
            }
            mend.reading_only(&grant()?)
        }
        Rule::NoHumanAdmin | Rule::SingleAdmin => mend.add_admin(here?),
        Rule::TooManyAdmins => mend.fewer_admins(here?),
        Rule::UnknownRole => {
            let grant = grant()?;
            let name = &grant.workspace().name;
            let wrong: RoleSet = misleading(grant.roles(), grant.principal(), name, generation)
                .cloned()
                .collect();
            // One that works may be needed, and one that was mistyped was meant to give something.
            let is_idle = |role: &Role| role.effect(generation, name) != RoleEffect::Works && role.meant().is_none();
            mend.taking(&grant, |role| wrong.holds(role) && is_idle(role))
        }
        Rule::RedundantRole => mend.without_redundant(&grant()?),
        Rule::OrphanedWorkspace => mend.describe(here?),
        Rule::ExternalDomain
        | Rule::StaleGrant
        | Rule::SelfGrantedAdmin
        | Rule::LookalikePrincipal
        | Rule::DuplicateIdentity
        | Rule::OpenWorkspaceCreation
        | Rule::Unreadable
        | Rule::ExpiredSuppression => None,
    }
}

/// What mending is made from.
struct Mend<'a> {
    snapshot: &'a Snapshot,
    grammar: &'a Grammar,
}

impl Mend<'_> {
    /// Returns the command for a change of members, unless it would move the CLI's default workspace, too.
    fn change(&self, change: &Change) -> Option<Command> {
        if self.grammar.moves_default() {
            return None;
        }
        self.grammar.change(change)
    }

    fn add_admin(&self, workspace: &WorkspaceName) -> Option<Command> {
        let role = if workspace.is_system() {
            Role::top_of(self.snapshot.origin.generation)
        } else {
            Role::Admin
        };
        let command = self.change(&Change::AddMember {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            roles: RoleSet::only(role),
        })?;
        Some(command.to_be_filled_in(PERSON))
    }

    /// Returns the command that takes Admin from somebody. Nobody is taken down from platform admin by it.
    fn fewer_admins(&self, workspace: &WorkspaceName) -> Option<Command> {
        if workspace.is_system() {
            return None;
        }
        let command = self.change(&Change::SetRoles {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            before: RoleSet::default(),
            after: RoleSet::only(Role::Editor),
        })?;
        Some(command.to_be_filled_in(PERSON))
    }

    /// Returns the command that says what a workspace is for.
    fn describe(&self, workspace: &WorkspaceName) -> Option<Command> {
        let command = self.grammar.change(&Change::Describe {
            workspace: workspace.clone(),
            before: None,
            after: PURPOSE.to_owned(),
        })?;
        Some(command.to_be_filled_in(PURPOSE))
    }

    /// Returns the command that leaves everyone only what lets them read: whoever needs more was not asked yet.
    fn reading_only(&self, everyone: &Grant<'_>) -> Option<Command> {
        let amount = |role: &Role| role.amounts_to().map_or(0, |amount| amount.rank());
        let (is_system, generation) = (everyone.workspace().name.is_system(), self.snapshot.origin.generation);
        let writes = |role: &&Role| amount(role) >= Role::Editor.rank() || (is_system && role.is_top(generation));
        let kept = everyone.roles().iter().filter(|role| !writes(role)).cloned();
        self.leaving(everyone, &kept.chain([Role::Viewer]).collect())
    }

    /// Returns the command that takes redundant roles away. Where everyone is Admin that is what is to be mended, and
    /// then the Admins are needed.
    fn without_redundant(&self, grant: &Grant<'_>) -> Option<Command> {
        let weak = redundant_in(grant, self.snapshot);
        let generation = self.snapshot.origin.generation;
        let rules = |role: &Role| role.amounts_to() == Some(Role::Admin) || role.is_top(generation);
        if everyone_at(grant, self.snapshot).is_some() && weak.iter().any(rules) {
            return None;
        }
        self.taking(grant, |role| weak.holds(role))
    }

    /// Returns the command that takes some roles of a grant away. The last Admin can only go when there is another:
    /// then that comes first.
    fn taking(&self, grant: &Grant<'_>, is_taken: impl Fn(&Role) -> bool) -> Option<Command> {
        let after: RoleSet = grant.roles().iter().filter(|role| !is_taken(role)).cloned().collect();
        self.leaving(grant, &after)
    }

    fn leaving(&self, grant: &Grant<'_>, after: &RoleSet) -> Option<Command> {
        let before = grant.roles();
        let after = after.clone();
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
        let command = self.change(&change)?;
        let is_other_admin = |other: Grant<'_>| other.number() != grant.number() && other.roles().holds(&Role::Admin);
        if takes_admin && !self.snapshot.grants_in(grant.workspace_no()).any(is_other_admin) {
            let first = self.add_admin(&grant.workspace().name)?;
            return Some(first.and_then(&command));
        }
        Some(command)
    }
}

/// Returns whether a command reaches exactly this principal and leaves exactly these roles: what is shown as an escape
/// or cut would be something else when it is copied, and whom the platform does not find it gives more instead of less.
fn can_be_written(principal: &Principal, roles: &RoleSet) -> bool {
    let is_as_shown = |raw: &str| SafeText::with_limit(raw, LONGEST_PRINCIPAL).as_str() == raw;
    let n_written: usize = roles.iter().map(|role| role.raw().len()).sum();
    principal.is_found_by_name()
        && is_as_shown(principal.raw())
        && n_written <= LONGEST_PRINCIPAL
        && roles.iter().all(|role| is_as_shown(role.raw()))
}
