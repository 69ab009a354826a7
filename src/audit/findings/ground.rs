//! What the rules stand on: everything that is asked of each of many grants, found out once.

use crate::audit::policy::Policy;
use crate::audit::snapshot::{AuditedWorkspace, PrincipalNo, Reading, Row, Snapshot, WorkspaceNo};
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use jiff::{SignedDuration, Timestamp};

/// How long after a workspace was made its maker becomes Admin at the latest.
const MAKING: SignedDuration = SignedDuration::from_secs(60);

/// A snapshot with what the rules ask of it.
#[derive(Debug)]
pub(in crate::audit) struct Ground<'a> {
    pub(in crate::audit) snapshot: &'a Snapshot,
    pub(in crate::audit) policy: &'a Policy,
    /// By place in `role_sets`.
    pub(in crate::audit) sets: Vec<SetFacts>,
    /// Whether each principal is a person, as far as it can be told.
    is_person: Vec<bool>,
    /// Which principal each granter is, by place in `granters`.
    granters: Vec<Option<PrincipalNo>>,
}

/// What a set of roles amounts to.
#[derive(Clone, Copy, Debug)]
pub(in crate::audit) struct SetFacts {
    /// Holds exactly the role Admin, which is what the platform counts.
    pub(in crate::audit) has_admin: bool,
    /// Holds a role that makes a platform admin when it is held in `system`.
    pub(in crate::audit) has_top: bool,
    /// Holds a role outside Viewer, Editor and Admin.
    pub(in crate::audit) has_others: bool,
}

/// One workspace whose members were read.
#[derive(Clone, Copy, Debug)]
pub(in crate::audit) struct Place<'a> {
    pub(in crate::audit) number: WorkspaceNo,
    pub(in crate::audit) workspace: &'a AuditedWorkspace,
    pub(in crate::audit) rows: &'a [Row],
    pub(in crate::audit) everyone: Option<&'a Row>,
}

impl Place<'_> {
    pub(in crate::audit) fn is_system(&self) -> bool {
        self.workspace.name.is_system()
    }

    /// Returns whether a grant is as old as the workspace; `None` where one of the dates is not known.
    pub(in crate::audit) fn is_from_the_making(&self, granted_at: i64) -> Option<bool> {
        let made_at = self.workspace.created_at?;
        let granted_at = Timestamp::from_microsecond(granted_at).ok()?;
        Some(granted_at.duration_since(made_at).abs() <= MAKING)
    }
}

impl<'a> Ground<'a> {
    pub(in crate::audit) fn of(snapshot: &'a Snapshot, policy: &'a Policy) -> Self {
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
    pub(in crate::audit) fn places(&self) -> impl Iterator<Item = Place<'a>> {
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

    /// Returns every row in a workspace whose members were read.
    pub(in crate::audit) fn rows(&self) -> impl Iterator<Item = (Place<'a>, &'a Row)> {
        let places = self.places();
        places.flat_map(|place| place.rows.iter().map(move |row| (place, row)))
    }

    pub(in crate::audit) fn roles(&self, row: &Row) -> Option<&'a RoleSet> {
        self.snapshot.role_sets.get(row.roles as usize)
    }

    pub(in crate::audit) fn set(&self, row: &Row) -> SetFacts {
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
    pub(in crate::audit) fn is_admin(&self, place: &Place<'_>, row: &Row) -> bool {
        if place.is_system() {
            self.set(row).has_top
        } else {
            self.set(row).has_admin
        }
    }

    /// Returns whether the row is what the platform itself lets everyone do in its own workspaces: every installation has
    /// it by design.
    pub(in crate::audit) fn is_as_installed(&self, place: &Place<'_>, row: &Row) -> bool {
        // A service that grants is somebody who can be asked.
        let is_by_platform = |granter: u32| {
            let granter = self.snapshot.granters.get(granter as usize);
            granter.is_some_and(|granter| granter == WorkspaceName::SYSTEM)
        };
        let mut parts = self.snapshot.parts_of(row);
        place.workspace.name.is_built_in() && parts.all(|part| is_by_platform(part.granter))
    }

    pub(in crate::audit) fn is_person(&self, principal: PrincipalNo) -> bool {
        self.is_person.get(principal.place()).copied().unwrap_or(false)
    }

    /// Returns whether a grant of these roles makes an Admin, or a platform admin in `system`.
    pub(in crate::audit) fn makes_admin(&self, place: &Place<'_>, roles: u32) -> bool {
        let set = self.set_at(roles);
        set.has_admin || (place.is_system() && set.has_top)
    }

    /// Returns whether the granter at this place is `principal`.
    pub(in crate::audit) fn is_by(&self, granter: u32, principal: PrincipalNo) -> bool {
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
pub(in crate::audit) fn is_platform(name: &str) -> bool {
    name == WorkspaceName::SYSTEM || name.starts_with("service:")
}
