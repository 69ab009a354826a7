//! When the turn of a change comes: who is to be Admin is Admin before anybody loses anything.

use crate::domain::change::{Change, RoleChange};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::role::{Role, RoleSet};

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
    pub(super) fn of(change: &Change, caller: &Identity) -> Self {
        let (before, after) = change.roles();
        let is_own = |principal| !matches!(caller.is(principal), IsCaller::No);
        if takes(&before, &after) && change.principal().is_some_and(is_own) {
            return Self::Own;
        }
        match change.role_change() {
            None => Self::Create,
            Some(RoleChange::Remove) => Self::Remove,
            Some(RoleChange::Add | RoleChange::Replace) => {
                if after.holds(&Role::Admin) && !before.holds(&Role::Admin) {
                    Self::MakeAdmin
                } else if takes(&before, &after) {
                    Self::Lower
                } else {
                    Self::Give
                }
            }
        }
    }
}

/// Whether who holds `after` instead of `before` has less: something is gone that nothing given stands above.
pub(super) fn takes(before: &RoleSet, after: &RoleSet) -> bool {
    before.iter().any(|role| !after.holds(role)) && after.strength() <= before.strength()
}
