//! The rules about a workspace as a whole: its wildcard, its Admins, its maker, and whether it could be read.

use super::ground::{Ground, Place, has_admins, is_platform};
use super::{Fact, Finding};
use crate::audit::rule::Rule;
use crate::audit::snapshot::Row;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleEffect, RoleSet};
use jiff::{SignedDuration, Timestamp};

/// How long after a workspace was made its maker becomes Admin at the latest.
const MAKING: SignedDuration = SignedDuration::from_secs(60);

/// Applies the rules to every workspace.
pub(super) fn look(ground: &Ground<'_>, found: &mut impl FnMut(Finding)) {
    for place in ground.places() {
        wildcard(ground, &place, found);
        if has_admins(ground.snapshot, place.workspace) {
            admins(ground, &place, found);
        }
        if is_orphaned(ground, &place) {
            found(Finding::new(
                Rule::OrphanedWorkspace,
                Some(place.number),
                None,
                Fact::None,
            ));
        }
    }
    for (number, _) in ground.snapshot.unreadable() {
        found(Finding::new(Rule::Unreadable, Some(number), None, Fact::None));
    }
}

fn wildcard(ground: &Ground<'_>, place: &Place<'_>, found: &mut impl FnMut(Finding)) {
    let Some(row) = place.everyone else { return };
    let Some(roles) = ground.roles(row) else { return };
    let mut tell = |rule| {
        let is_installed = rule == Rule::WildcardWrite && !place.is_system() && is_as_installed(ground, place, row);
        let fact = if is_installed { Fact::AsInstalled } else { Fact::None };
        found(Finding::new(rule, Some(place.number), Some(row.principal), fact));
    };
    let is_top = place.is_system() && ground.set(row).has_top;
    if let Some(role) = wildcard_amount(roles, is_top) {
        let is_allowed = ground
            .policy
            .allowed_wildcard(place.workspace.name.raw(), &role)
            .is_some();
        match role {
            // No policy allows everyone to be a platform admin.
            Role::Admin if is_top || !is_allowed => tell(Rule::WildcardAdmin),
            Role::Editor if !is_allowed => tell(Rule::WildcardWrite),
            Role::Admin | Role::Editor | Role::Viewer | Role::Other(_) => {}
        }
    }
    let (generation, name) = (ground.snapshot.origin.generation, &place.workspace.name);
    let makes = |role: &Role| is_maker_role(role) && role.effect(generation, name) == RoleEffect::Works;
    if roles.others().any(makes) {
        tell(Rule::OpenWorkspaceCreation);
    }
}

/// Returns whether it is what the platform itself lets everyone do in its own workspaces: every installation has it by
/// design.
pub(super) fn is_as_installed(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    let is_by_platform = |granter: u32| {
        let granter = ground.snapshot.granters.get(granter as usize);
        // A service that grants is somebody who can be asked.
        granter.is_some_and(|granter| granter == WorkspaceName::SYSTEM)
    };
    let mut parts = ground.snapshot.parts_of(row);
    place.workspace.name.is_built_in() && parts.all(|part| is_by_platform(part.granter))
}

fn wildcard_amount(roles: &RoleSet, is_top: bool) -> Option<Role> {
    if is_top {
        return Some(Role::Admin);
    }
    roles.iter().filter_map(Role::amounts_to).max_by_key(Role::rank)
}

/// Returns whether `role` lets its holder create workspaces.
fn is_maker_role(role: &Role) -> bool {
    role.raw() == "WorkspaceCreator"
}

fn admins(ground: &Ground<'_>, place: &Place<'_>, found: &mut impl FnMut(Finding)) {
    let mut n_admins = 0;
    let mut person = None;
    let mut n_persons = 0_usize;
    for row in place.rows.iter().filter(|row| ground.is_admin(place, row)) {
        n_admins += 1;
        if ground.is_person(row.principal) {
            n_persons += 1;
            person = Some(row.principal);
        }
    }
    let mut tell = |rule, principal| {
        found(Finding::new(
            rule,
            Some(place.number),
            principal,
            Fact::Admins(n_admins),
        ));
    };
    match n_persons {
        0 => tell(Rule::NoHumanAdmin, None),
        1 => tell(Rule::SingleAdmin, person),
        _ => {}
    }
    if n_admins > ground.policy.max_admins {
        tell(Rule::TooManyAdmins, None);
    }
}

fn is_orphaned(ground: &Ground<'_>, place: &Place<'_>) -> bool {
    let workspace = place.workspace;
    let Some(maker) = workspace.created_by.as_deref() else {
        return false;
    };
    if workspace.is_described || workspace.name.is_built_in() || is_platform(maker) {
        return false;
    }
    let number = ground.snapshot.principal_no(&Principal::from_platform(maker));
    // A maker is named by the subject of the token, a member often by an e-mail address. Only where the same words are
    // used for both can it be told who is meant.
    if number.is_none() && !maker.contains('@') {
        return false;
    }
    let is_member = number.is_some_and(|number| place.rows.iter().any(|row| row.principal == number));
    !is_member && !place.rows.iter().any(|row| is_first_grant(ground, place, row))
}

/// Returns whether the row is what the platform granted to the maker of the workspace when it was made.
fn is_first_grant(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    ground.snapshot.parts_of(row).any(|part| {
        let granter = ground.snapshot.granters.get(part.granter as usize);
        let is_by_maker = granter.is_some() && granter == place.workspace.created_by.as_ref();
        is_by_maker && is_from_the_making(place, part.granted_at) == Some(true)
    })
}

/// Returns whether a grant is as old as the workspace; `None` where one of the dates is not known.
pub(super) fn is_from_the_making(place: &Place<'_>, granted_at: i64) -> Option<bool> {
    let made_at = place.workspace.created_at?;
    let granted_at = Timestamp::from_microsecond(granted_at).ok()?;
    Some(granted_at.duration_since(made_at).abs() <= MAKING)
}
