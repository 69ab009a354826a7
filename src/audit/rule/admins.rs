//! How many Admins a workspace has, and how many of them are people.

use crate::audit::coverage::Method;
use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, PERSON, Place, admin_of, evidence};
use crate::audit::policy::Policy;
use crate::audit::snapshot::{AuditedWorkspace, Row, Snapshot};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::ids::Principal;
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::counted;

#[derive(Debug)]
pub(super) struct NoHumanAdmin;

#[derive(Debug)]
pub(super) struct SingleAdmin;

#[derive(Debug)]
pub(super) struct TooManyAdmins;

impl Check for NoHumanAdmin {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for admins in counted_admins(ground).filter(|admins| admins.n_people == 0) {
            found.workspace(admins.place.number, Fact::Admins(admins.n));
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let workspace = about.workspace()?;
        let admin = admin_of(workspace);
        if about.n_admins() == Some(0) {
            let members = about.snapshot.grants_in(about.finding.workspace?);
            return Some(format!(
                "Nobody is {admin}; it has {}.",
                counted(members.count(), "member")
            ));
        }
        Some(format!("No person is {admin}, only {}.", names_of_admins(about)?))
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.add_admin(&about.workspace()?.name)
    }
}

impl Check for SingleAdmin {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for admins in counted_admins(ground).filter(|admins| admins.n_people == 1) {
            if let Some(row) = admins.person {
                found.grant(row, Fact::Admins(admins.n));
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let others = match about.n_admins().unwrap_or_default().saturating_sub(1) {
            0 => String::new(),
            1 => "; 1 other Admin is a group, a service account or *".to_owned(),
            n => format!("; {n} other Admins are groups, service accounts or *"),
        };
        let (who, admin) = (grant.principal().label(), admin_of(grant.workspace()));
        Some(format!(
            "{who} is the only person who is {admin}{}{others}.",
            evidence(&grant)
        ))
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.add_admin(&about.workspace()?.name)
    }
}

impl Check for TooManyAdmins {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for admins in counted_admins(ground).filter(|admins| admins.n > ground.policy.max_admins) {
            found.workspace(admins.place.number, Fact::Admins(admins.n));
        }
    }

    fn reason(&self, about: &About<'_>, policy: &Policy) -> Option<String> {
        let n = counted(about.n_admins()?, "principal");
        let admin = admin_of(about.workspace()?);
        Some(format!("{n} are {admin}; the policy allows {}.", policy.max_admins))
    }

    /// Takes Admin from somebody. Nobody is taken down from platform admin by it.
    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        let workspace = &about.workspace()?.name;
        if workspace.is_system() {
            return None;
        }
        let command = mend.change(&Change::Roles {
            workspace: workspace.clone(),
            principal: Principal::from_platform(PERSON),
            before: RoleSet::only(Role::Admin),
            after: RoleSet::only(Role::Editor),
        })?;
        Some(command.to_be_filled_in(PERSON))
    }
}

/// The Admins of one workspace.
struct Admins<'a> {
    place: Place<'a>,
    n: u32,
    n_people: usize,
    /// One of the people.
    person: Option<&'a Row>,
}

/// Counts the Admins of every workspace where they are worth counting.
fn counted_admins<'a>(ground: &Ground<'a>) -> impl Iterator<Item = Admins<'a>> {
    let places = ground.places();
    let places = places.filter(|place| has_admins(ground.snapshot, place.workspace));
    places.map(|place| {
        let (mut n, mut n_people, mut person) = (0, 0, None);
        for row in place.rows.iter().filter(|row| ground.is_admin(&place, row)) {
            n += 1;
            if ground.is_person(row.principal) {
                n_people += 1;
                person = Some(row);
            }
        }
        Admins {
            place,
            n,
            n_people,
            person,
        }
    })
}

/// Returns whether the Admins of a workspace are worth counting: `default` has none by design, and in the first
/// generations the member list of `system` leaves out those that were set up with the platform.
fn has_admins(snapshot: &Snapshot, workspace: &AuditedWorkspace) -> bool {
    if !workspace.name.is_built_in() {
        return true;
    }
    let hides_seeds = matches!(snapshot.origin.generation, Generation::Seed | Generation::Platform01);
    workspace.name.is_system() && !(hides_seeds && snapshot.coverage.method == Method::Members)
}

/// Returns the Admins of the workspace of a finding: a few by name.
fn names_of_admins(about: &About<'_>) -> Option<String> {
    const FEW: usize = 3;
    let generation = about.snapshot.origin.generation;
    let admins = about.snapshot.grants_in(about.finding.workspace?).filter(|grant| {
        if grant.workspace().name.is_system() {
            grant.roles().others().any(|role| role.is_top(generation))
        } else {
            grant.roles().holds(&Role::Admin)
        }
    });
    let names = admins.map(|grant| {
        let principal = grant.principal();
        if principal.is_everyone() {
            return principal.label().to_string();
        }
        format!("{} ({})", principal.shown(), principal.kind().label())
    });
    let mut names: Vec<String> = names.collect();
    let n_more = names.len().saturating_sub(FEW);
    names.truncate(FEW);
    let shown = names.join(", ");
    Some(if n_more == 0 {
        shown
    } else {
        format!("{shown} and {n_more} more")
    })
}
