//! Roles that can be taken away without taking any access away.

use crate::audit::effective::redundant;
use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, evidence};
use crate::audit::policy::Policy;
use crate::audit::snapshot::{Grant, Snapshot};
use crate::domain::command::Command;
use crate::domain::role::{Role, RoleSet};
use std::collections::HashMap;

#[derive(Debug)]
pub(super) struct RedundantRole;

impl Check for RedundantRole {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let generation = ground.snapshot.origin.generation;
        // The same sets of roles are met again and again.
        let mut known: HashMap<(bool, u32, Option<u32>), bool> = HashMap::new();
        for (place, row) in ground.rows() {
            let everyone = place.everyone.filter(|everyone| everyone.principal != row.principal);
            let key = (place.is_system(), row.roles, everyone.map(|everyone| everyone.roles));
            let is_redundant = *known.entry(key).or_insert_with(|| {
                let everyone = everyone.and_then(|row| ground.roles(row));
                let redundant = |roles| {
                    redundant(roles, everyone, &place.workspace.name, generation)
                        .next()
                        .is_some()
                };
                ground.roles(row).is_some_and(redundant)
            });
            if is_redundant {
                found.grant(row, Fact::None);
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let weak = redundant_in(&grant, about.snapshot);
        let own: RoleSet = grant.roles().iter().filter(|role| !weak.holds(role)).cloned().collect();
        let amounts = |roles: &RoleSet| roles.iter().any(|role| role.amounts_to().is_some());
        let by_own = (amounts(&weak) && amounts(&own)).then(|| format!("its own {}", own.shown()));
        let needs_everyone = by_own.is_none() || weak.iter().any(|role| role.amounts_to().is_none());
        let by_everyone = everyone_at(&grant, about.snapshot).filter(|_| needs_everyone);
        let by_everyone = by_everyone.map(|all| format!("{} of {}", all.roles().shown(), all.principal().label()));
        let givers: Vec<String> = [by_own, by_everyone].into_iter().flatten().collect();
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let (weak, givers, evidence) = (weak.shown(), givers.join(" and "), evidence(&grant));
        Some(format!(
            "{who} has {weak} in '{at}', already given by {givers}{evidence}."
        ))
    }

    fn leaves(&self, about: &About<'_>) -> Option<RoleSet> {
        let grant = about.grant()?;
        let weak = redundant_in(&grant, about.snapshot);
        let generation = about.snapshot.origin.generation;
        let rules = |role: &Role| role.amounts_to() == Some(Role::Admin) || role.is_top(generation);
        // Where everyone is Admin that is what is to be mended, and then the Admins are needed.
        if everyone_at(&grant, about.snapshot).is_some() && weak.iter().any(rules) {
            return None;
        }
        Some(grant.roles().iter().filter(|role| !weak.holds(role)).cloned().collect())
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.leaving(&about.grant()?, self.leaves(about)?)
    }
}

/// Returns what could be taken from a grant without taking anything away.
fn redundant_in(grant: &Grant<'_>, snapshot: &Snapshot) -> RoleSet {
    let everyone = everyone_at(grant, snapshot);
    let everyone = everyone.as_ref().map(Grant::roles);
    let (workspace, generation) = (&grant.workspace().name, snapshot.origin.generation);
    let redundant = redundant(grant.roles(), everyone, workspace, generation);
    redundant.cloned().collect()
}

/// Returns what everyone holds where `grant` is, unless it is that itself.
fn everyone_at<'a>(grant: &Grant<'_>, snapshot: &'a Snapshot) -> Option<Grant<'a>> {
    let everyone = snapshot.held_by_everyone(grant.workspace_no());
    everyone.filter(|everyone| everyone.number() != grant.number())
}
