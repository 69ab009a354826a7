//! What everyone (`*`) may do in a workspace: everything, write, or create further workspaces.

use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, Place, evidence};
use crate::audit::policy::Policy;
use crate::audit::snapshot::Row;
use crate::domain::command::Command;
use crate::domain::role::{Role, RoleEffect, RoleSet};

#[derive(Debug)]
pub(super) struct WildcardAdmin;

#[derive(Debug)]
pub(super) struct WildcardWrite;

#[derive(Debug)]
pub(super) struct OpenWorkspaceCreation;

impl Check for WildcardAdmin {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for place in ground.places() {
            if let Some((row, Role::Admin)) = not_allowed(ground, &place) {
                found.grant(row, Fact::None);
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let evidence = evidence(&grant);
        let generation = about.snapshot.origin.generation;
        let top = grant.roles().others().find(|role| role.is_top(generation));
        Some(match top.filter(|_| grant.workspace().name.is_system()) {
            Some(top) => {
                let top = top.shown();
                format!("{who} has {top} in '{at}'{evidence}: everyone is a platform admin.")
            }
            None if grant.roles().holds(&Role::Admin) => format!("{who} is Admin of '{at}'{evidence}."),
            None => {
                let roles = grant.roles().shown();
                format!("{who} has {roles} in '{at}'{evidence}, which gives every permission there.")
            }
        })
    }

    fn leaves(&self, about: &About<'_>) -> Option<RoleSet> {
        reading_only(about)
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.leaving(&about.grant()?, self.leaves(about)?)
    }
}

impl Check for WildcardWrite {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for place in ground.places() {
            if let Some((row, Role::Editor)) = not_allowed(ground, &place) {
                let is_installed = !place.is_system() && ground.is_as_installed(&place, row);
                found.grant(row, if is_installed { Fact::AsInstalled } else { Fact::None });
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let (roles, evidence) = (grant.roles().shown(), evidence(&grant));
        let installed = if about.finding.fact == Fact::AsInstalled {
            ", as the platform installs it"
        } else {
            ""
        };
        Some(format!("{who} has {roles} in '{at}'{installed}{evidence}."))
    }

    fn leaves(&self, about: &About<'_>) -> Option<RoleSet> {
        reading_only(about).filter(|_| about.finding.fact != Fact::AsInstalled)
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.leaving(&about.grant()?, self.leaves(about)?)
    }
}

impl Check for OpenWorkspaceCreation {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let generation = ground.snapshot.origin.generation;
        for place in ground.places() {
            let Some(row) = place.everyone else { continue };
            let creates = |role: &Role| {
                role.raw() == "WorkspaceCreator" && role.effect(generation, &place.workspace.name) == RoleEffect::Works
            };
            if ground.roles(row).is_some_and(|roles| roles.others().any(creates)) {
                found.grant(row, Fact::None);
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        Some(format!("{who} has WorkspaceCreator in '{at}'{}.", evidence(&grant)))
    }
}

/// Returns what everyone may do in a workspace where no policy allows it.
fn not_allowed<'a>(ground: &Ground<'a>, place: &Place<'a>) -> Option<(&'a Row, Role)> {
    let row = place.everyone?;
    // No policy allows everyone to be a platform admin.
    if place.is_system() && ground.set(row).has_top {
        return Some((row, Role::Admin));
    }
    let amounts = ground.roles(row)?.iter().filter_map(Role::amounts_to);
    let role = amounts.max_by_key(Role::rank)?;
    let allowed = ground.policy.allowed_wildcard(place.workspace.name.raw(), &role);
    allowed.is_none().then_some((row, role))
}

/// Returns of what everyone holds only what lets them read: whoever needs more was not asked yet.
fn reading_only(about: &About<'_>) -> Option<RoleSet> {
    let everyone = about.grant()?;
    let amount = |role: &Role| role.amounts_to().map_or(0, |amount| amount.rank());
    let (is_system, generation) = (everyone.workspace().name.is_system(), about.snapshot.origin.generation);
    let writes = |role: &&Role| amount(role) >= Role::Editor.rank() || (is_system && role.is_top(generation));
    let kept = everyone.roles().iter().filter(|role| !writes(role)).cloned();
    Some(kept.chain([Role::Viewer]).collect())
}
