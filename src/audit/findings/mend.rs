//! The commands of the platform's own CLI that would mend what was found.
//!
//! Whoever copies one may not read it again: it must be safe to paste. Where somebody has to look first whether there is
//! anything to mend (an old grant, an unusual name, an address from elsewhere, an Admin who granted that themselves) no command is
//! named, nor where it would take from everyone what the platform gives them, nor one that does something for good besides.
//! What only the reader knows stands in angle brackets, on which a shell stops.

use crate::audit::snapshot::{Grant, Snapshot};
use crate::domain::change::Change;
use crate::domain::command::{Command, Grammar};
use crate::domain::ids::{LONGEST_PRINCIPAL, Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;

/// Stands for somebody whom only the reader knows.
pub(in crate::audit) const PERSON: &str = "PERSON";

/// What mending is made from.
#[derive(Clone, Copy, Debug)]
pub(in crate::audit) struct Mend<'a> {
    pub(in crate::audit) snapshot: &'a Snapshot,
    pub(in crate::audit) grammar: &'a Grammar,
}

impl Mend<'_> {
    /// Returns the command for a change of members, unless it would move the CLI's default workspace, too.
    pub(in crate::audit) fn change(&self, change: &Change) -> Option<Command> {
        if self.grammar.moves_default() {
            return None;
        }
        self.grammar.change(change)
    }

    /// Returns the command that makes somebody Admin of a workspace; of `system` a platform admin.
    pub(in crate::audit) fn add_admin(&self, workspace: &WorkspaceName) -> Option<Command> {
        let role = if workspace.is_system() {
            Role::top_of(self.snapshot.origin.generation)
        } else {
            Role::Admin
        };
        let command = self.change(&Change::Roles {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            before: RoleSet::default(),
            after: RoleSet::only(role),
        })?;
        Some(command.to_be_filled_in(PERSON))
    }

    /// Returns the command that leaves of a grant the roles `after`. The last Admin can only go when there is another:
    /// then that comes first.
    pub(in crate::audit) fn leaving(&self, grant: &Grant<'_>, after: RoleSet) -> Option<Command> {
        let before = grant.roles();
        if after == *before || !can_be_written(grant.principal(), &after) {
            return None;
        }
        let takes_admin = before.holds(&Role::Admin) && !after.holds(&Role::Admin);
        let command = self.change(&Change::Roles {
            workspace: grant.workspace().name.clone(),
            principal: grant.principal().clone(),
            before: before.clone(),
            after,
        })?;
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
