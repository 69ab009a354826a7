//! When the turn of a change comes: who is to be Admin is Admin before anybody loses anything.

use crate::domain::change::{Change, RoleChange};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use std::collections::HashMap;

/// The steps of a plan, within each workspace in this order; those of the caller's own come last of all workspaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The workspace is made.
    Create,
    /// Somebody becomes Admin.
    MakeAdmin,
    /// Somebody gets something else.
    Give,
    /// Somebody keeps less.
    Lower,
    /// Somebody loses their place.
    Remove,
    /// The caller loses something.
    Own,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::MakeAdmin,
        Self::Give,
        Self::Lower,
        Self::Remove,
        Self::Own,
    ];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::MakeAdmin => "make Admin",
            Self::Give => "give",
            Self::Lower => "lower",
            Self::Remove => "remove",
            Self::Own => "own",
        }
    }

    /// Returns when the turn of `change` comes, if `caller` makes it.
    pub fn of(change: &Change, caller: &Identity) -> Self {
        if is_own_loss(change, caller) {
            return Self::Own;
        }
        if change.role_change().is_none() {
            return Self::Create;
        }
        let (before, after) = change.roles();
        Self::between(change.workspace(), &before, &after)
    }

    /// Returns when the turn of somebody comes who holds `before`, and `after` in the end.
    fn between(workspace: &WorkspaceName, before: &RoleSet, after: &RoleSet) -> Self {
        let powers = after.powers(workspace);
        if powers.iter().any(|role| !before.holds(role)) {
            Self::MakeAdmin
        } else if !before.loses_by(after) {
            Self::Give
        } else if RoleChange::of(before, after) == RoleChange::Remove {
            Self::Remove
        } else {
            Self::Lower
        }
    }
}

fn is_own_loss(change: &Change, caller: &Identity) -> bool {
    let (before, after) = change.roles();
    // Everyone counts for everybody, and who cannot be told from the caller is most probably somebody else.
    let is_own = |principal: &Principal| match caller.is(principal) {
        IsCaller::Yes => true,
        IsCaller::Through => !principal.is_everyone(),
        IsCaller::No | IsCaller::CannotTell => false,
    };
    before.loses_by(&after) && change.principal().is_some_and(is_own)
}

/// Puts what `caller` is to change into the order in which it is made, each with its phase: workspace by workspace, in each
/// by phase, and what the caller loses last of all. Several changes of one member stay together, in their order.
pub fn in_order<T>(all: Vec<T>, change: impl Fn(&T) -> &Change, caller: &Identity) -> Vec<(Phase, T)> {
    let mut phases: HashMap<(WorkspaceName, Principal), (RoleSet, Phase)> = HashMap::new();
    for change in all.iter().map(&change) {
        let Some(principal) = change.principal() else { continue };
        let (before, after) = change.roles();
        let phase = Phase::of(change, caller);
        let known = phases.entry((change.workspace().clone(), principal.clone()));
        known
            .and_modify(|(first, whole)| {
                let is_own = phase == Phase::Own || *whole == Phase::Own;
                *whole = if is_own {
                    Phase::Own
                } else {
                    Phase::between(change.workspace(), first, &after)
                };
            })
            .or_insert((before, phase));
    }
    let phase = |one: &Change| {
        let member = one.principal().map(|who| (one.workspace().clone(), who.clone()));
        let whole = member.and_then(|member| phases.get(&member));
        whole.map_or_else(|| Phase::of(one, caller), |(_, phase)| *phase)
    };
    let mut ordered: Vec<(Phase, T)> = all.into_iter().map(|one| (phase(change(&one)), one)).collect();
    ordered.sort_by_cached_key(|(phase, one)| {
        let workspace = change(one).workspace().clone();
        let is_own = *phase == Phase::Own;
        // What counts everywhere is needed until the very end.
        (is_own, is_own && workspace.is_system(), workspace, *phase)
    });
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;
    use pretty_assertions::assert_eq;

    fn set(roles: &str) -> RoleSet {
        roles.split_whitespace().map(Role::from_platform).collect()
    }

    fn change(workspace: &str, who: &str, before: &str, after: &str) -> Change {
        Change::Roles {
            workspace: WorkspaceName::from_platform(workspace),
            principal: Principal::from_platform(who),
            before: set(before),
            after: set(after),
        }
    }

    /// Returns whom the changes are about, in the order in which `me` makes them.
    fn ordered(changes: Vec<Change>) -> Vec<String> {
        let me = Identity {
            email: Some("me".to_owned()),
            is_confirmed: true,
            ..Identity::default()
        };
        let told = |(_, change): (Phase, Change)| {
            let (_, after) = change.roles();
            let who = change.principal().map(Principal::raw).unwrap_or_default().to_owned();
            format!("{} {who} {}", change.workspace().raw(), after.shown())
        };
        in_order(changes, |change| change, &me).into_iter().map(told).collect()
    }

    #[test]
    fn in_each_workspace_admins_come_first_and_removals_after_demotions_and_ones_own_losses_after_everything() {
        let changes = vec![
            change("a", "me", "Admin", ""),
            change("a", "gone", "Viewer", ""),
            change("a", "less", "Editor", "Viewer"),
            change("a", "more", "Viewer", "Editor"),
            change("a", "boss", "", "Admin"),
            change("b", "gone", "Viewer", ""),
            change("b", "me", "Viewer", "Editor"),
        ];
        let order = [
            "a boss Admin",
            "a more Editor",
            "a less Viewer",
            "a gone no role",
            "b me Editor",
            "b gone no role",
            "a me no role",
        ];
        assert_eq!(ordered(changes), order);
    }

    #[test]
    fn several_changes_of_one_member_stay_in_their_order() {
        let changes = vec![
            change("a", "bob", "Editor", ""),
            change("a", "eve", "", "Viewer"),
            change("a", "bob", "", "Viewer"),
            change("a", "boss", "Editor", "Viewer"),
            change("a", "boss", "Viewer", "Admin"),
        ];
        let order = [
            "a boss Viewer",
            "a boss Admin",
            "a eve Viewer",
            "a bob no role",
            "a bob Viewer",
        ];
        assert_eq!(ordered(changes), order);
    }
}
