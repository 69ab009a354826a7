//! What the rules stand on: everything that is asked of each of many grants, found out once.

use crate::audit::coverage::Method;
use crate::audit::policy::Policy;
use crate::audit::snapshot::{AuditedWorkspace, PrincipalNo, Reading, Row, Snapshot, WorkspaceNo};
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleEffect, RoleSet};

/// A snapshot with what the rules ask of it.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) policy: &'a Policy,
    /// By place in `role_sets`.
    pub(super) sets: Vec<SetFacts>,
    /// Whether each principal is a person, as far as it can be told.
    is_person: Vec<bool>,
    /// Which principal each granter is, by place in `granters`.
    granters: Vec<Option<PrincipalNo>>,
}

/// What a set of roles amounts to.
#[derive(Clone, Copy, Debug)]
pub(super) struct SetFacts {
    /// Holds exactly the role Admin, which is what the platform counts.
    pub(super) has_admin: bool,
    /// Holds a role that makes a platform admin when it is held in `system`.
    pub(super) has_top: bool,
    /// Holds a role outside Viewer, Editor and Admin.
    pub(super) has_others: bool,
}

/// One workspace whose members were read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) number: WorkspaceNo,
    pub(super) workspace: &'a AuditedWorkspace,
    pub(super) rows: &'a [Row],
    pub(super) everyone: Option<&'a Row>,
}

impl Place<'_> {
    pub(super) fn is_system(&self) -> bool {
        self.workspace.name.is_system()
    }
}

impl<'a> Ground<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, policy: &'a Policy) -> Self {
        let generation = snapshot.origin.generation;
        let sets = snapshot.role_sets.iter().map(|roles| SetFacts {
            has_admin: roles.holds(&Role::Admin),
            has_top: roles.others().any(|role| role.is_top(generation)),
            has_others: roles.others().next().is_some(),
        });
        let number_of = |by: &String| snapshot.principal_no(&Principal::from_platform(by.clone()));
        let granters = snapshot.granters.iter().map(number_of).collect();
        Self {
            snapshot,
            policy,
            sets: sets.collect(),
            is_person: persons(snapshot),
            granters,
        }
    }

    /// Returns the workspaces whose members were read, by name.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'a>> {
        let everyone = self.snapshot.everyone();
        let mut rest: &'a [Row] = &self.snapshot.rows;
        self.snapshot.workspaces().filter_map(move |(number, workspace)| {
            let n_rows = rest.iter().take_while(|row| row.workspace == number).count();
            let (rows, after) = rest.split_at_checked(n_rows)?;
            rest = after;
            let place = everyone.and_then(|everyone| rows.binary_search_by_key(&everyone, |row| row.principal).ok());
            let everyone = place.and_then(|place| rows.get(place));
            (workspace.reading == Reading::Read).then_some(Place {
                number,
                workspace,
                rows,
                everyone,
            })
        })
    }

    pub(super) fn roles(&self, row: &Row) -> Option<&'a RoleSet> {
        self.snapshot.role_sets.get(row.roles as usize)
    }

    pub(super) fn set(&self, row: &Row) -> SetFacts {
        self.set_at(row.roles)
    }

    fn set_at(&self, roles: u32) -> SetFacts {
        const NOTHING: SetFacts = SetFacts {
            has_admin: false,
            has_top: false,
            has_others: false,
        };
        self.sets.get(roles as usize).copied().unwrap_or(NOTHING)
    }

    /// Returns whether the row makes an Admin: in `system` those are the platform admins.
    pub(super) fn is_admin(&self, place: &Place<'_>, row: &Row) -> bool {
        if place.is_system() {
            self.set(row).has_top
        } else {
            self.set(row).has_admin
        }
    }

    pub(super) fn is_person(&self, principal: PrincipalNo) -> bool {
        self.is_person.get(principal.place()).copied().unwrap_or(false)
    }

    /// Returns whether a grant of these roles makes an Admin, or a platform admin in `system`.
    pub(super) fn makes_admin(&self, place: &Place<'_>, roles: u32) -> bool {
        let set = self.set_at(roles);
        set.has_admin || (place.is_system() && set.has_top)
    }

    /// Returns whether the granter at this place is `principal`.
    pub(super) fn is_by(&self, granter: u32, principal: PrincipalNo) -> bool {
        self.granters.get(granter as usize).copied().flatten() == Some(principal)
    }
}

/// Tells which principals are persons: e-mail addresses, and opaque names that have granted or made something. A group
/// never acts, but whoever signs in without an e-mail address is known by the subject of the token.
fn persons(snapshot: &Snapshot) -> Vec<bool> {
    let mut is_person: Vec<bool> = snapshot
        .principals
        .iter()
        .map(|principal| principal.kind() == PrincipalKind::User)
        .collect();
    let makers = snapshot
        .workspaces
        .iter()
        .filter_map(|workspace| workspace.created_by.as_ref());
    for name in snapshot.granters.iter().chain(makers).filter(|name| !is_platform(name)) {
        let principal = Principal::from_platform(name.as_str());
        let is_opaque = principal.kind() == PrincipalKind::Group;
        let number = is_opaque.then(|| snapshot.principal_no(&principal)).flatten();
        if let Some(slot) = number.and_then(|number| is_person.get_mut(number.place())) {
            *slot = true;
        }
    }
    is_person
}

/// Returns whether `name` stands for the platform itself among those who grant and make.
pub(super) fn is_platform(name: &str) -> bool {
    name == WorkspaceName::SYSTEM || name.starts_with("service:")
}

/// Returns whether the Admins of a workspace are worth counting: `default` has none by design, and in the first
/// generations the member list of `system` leaves out those that were set up with the platform.
pub(super) fn has_admins(snapshot: &Snapshot, workspace: &AuditedWorkspace) -> bool {
    if !workspace.name.is_built_in() {
        return true;
    }
    let hides_seeds = matches!(snapshot.origin.generation, Generation::Seed | Generation::Platform01);
    workspace.name.is_system() && !(hides_seeds && snapshot.coverage.method == Method::Members)
}

/// Returns those of `roles` whose name says something else than what they give to `holder` in `workspace`.
pub(super) fn misleading<'a>(
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
