//! Roles whose name says something else than what they give.

use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, evidence};
use crate::audit::policy::Policy;
use crate::domain::command::Command;
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleEffect, RoleSet};

#[derive(Debug)]
pub(super) struct UnknownRole;

impl Check for UnknownRole {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let generation = ground.snapshot.origin.generation;
        for (place, row) in ground.rows().filter(|(_, row)| ground.set(row).has_others) {
            let (Some(roles), Some(holder)) = (ground.roles(row), ground.snapshot.principal(row.principal)) else {
                continue;
            };
            let mut misleading = misleading(roles, holder, &place.workspace.name, generation);
            if misleading.next().is_some() {
                found.grant(row, Fact::None);
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let generation = about.snapshot.origin.generation;
        let workspace = &grant.workspace().name;
        let wrong = misleading(grant.roles(), grant.principal(), workspace, generation);
        let told: Vec<String> = wrong
            .map(|role| in_words(role, role.effect(generation, workspace)))
            .collect();
        let (who, at) = (grant.principal().label(), workspace.shown());
        Some(format!("In '{at}', {who} has {}{}.", told.join("; "), evidence(&grant)))
    }

    fn leaves(&self, about: &About<'_>) -> Option<RoleSet> {
        let grant = about.grant()?;
        let generation = about.snapshot.origin.generation;
        let name = &grant.workspace().name;
        let wrong = misleading(grant.roles(), grant.principal(), name, generation);
        let wrong: RoleSet = wrong.cloned().collect();
        // One that works may be needed, and one that was mistyped was meant to give something.
        let is_idle = |role: &Role| role.effect(generation, name) != RoleEffect::Works && role.meant().is_none();
        let is_taken = |role: &&Role| wrong.holds(role) && is_idle(role);
        Some(grant.roles().iter().filter(|role| !is_taken(role)).cloned().collect())
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.leaving(&about.grant()?, self.leaves(about)?)
    }
}

fn in_words(role: &Role, effect: RoleEffect) -> String {
    let words = match effect {
        RoleEffect::Works => "which is meant for services and gives every permission there",
        RoleEffect::OnlyInSystem => "which has no effect there: it works only in 'system'",
        RoleEffect::Retired => "which no longer has any effect: this platform has another top role",
        RoleEffect::Unknown => "which this platform does not know: no effect",
    };
    let meant = role.meant().filter(|_| effect == RoleEffect::Unknown);
    let meant = meant.map(|meant| format!(" (perhaps '{}' was meant)", meant.shown()));
    format!("role '{}', {words}{}", role.shown(), meant.unwrap_or_default())
}

/// Returns those of `roles` whose name says something else than what they give to `holder` in `workspace`.
fn misleading<'a>(
    roles: &'a RoleSet,
    holder: &Principal,
    workspace: &WorkspaceName,
    generation: Generation,
) -> impl Iterator<Item = &'a Role> {
    let kind = holder.kind();
    roles
        .others()
        .filter(move |role| match role.effect(generation, workspace) {
            // It gives every permission. Of everyone that is said by a rule of its own.
            RoleEffect::Works => {
                role.amounts_to().is_some() && !matches!(kind, PrincipalKind::ServiceAccount | PrincipalKind::Everyone)
            }
            RoleEffect::OnlyInSystem | RoleEffect::Retired | RoleEffect::Unknown => true,
        })
}
