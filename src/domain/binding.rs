//! Role bindings: the rows behind members, which only platform admins may read and write.
//!
//! Whom the platform lists and does not find by name can be changed through its [`Rows`] alone, [`Step`] by step.

mod past;

pub use past::{HeldThen, WhyUnknown};

use super::ids::{Principal, ResourceName, WorkspaceName};
use super::member::{Member, Roster};
use super::role::{Role, RoleSet};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::cmp::Reverse;
use std::collections::HashMap;

/// One stored grant of one role, active or revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The principal that holds the role.
    pub principal: Principal,
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// The role that is granted.
    pub role: Role,
    /// When it was granted; a later grant of the same role replaces it.
    pub granted_at: Option<Timestamp>,
    /// By whom: a token subject, `system` for seeds.
    pub granted_by: Option<String>,
    /// When it was taken away; by whom is not stored.
    pub revoked_at: Option<Timestamp>,
    /// When the row was made: the first grant ever of this role.
    pub created_at: Option<Timestamp>,
}

/// One row as it is stored, so that it can be written back whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The grant that the row stands for.
    pub binding: Binding,
    /// What it is called among the rows of its workspace.
    pub name: ResourceName,
    /// How often it was written. A request that names it is carried out on exactly what was read.
    pub version: i64,
    /// All its data, also what is not understood here.
    pub data: Map<String, Value>,
}

/// One row as it was left by whoever touched it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// What tells it from all other rows.
    pub id: String,
    /// The grant that the row stands for.
    pub binding: Binding,
    /// How often it was written.
    pub version: i64,
    /// When it was written last.
    pub touched_at: Option<Timestamp>,
}

/// The rows that were touched last, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touches {
    /// The rows.
    pub rows: Vec<Touch>,
    /// How many rows there are in all, where it is told.
    pub n_all: Option<usize>,
}

/// What a row tells of how it was touched last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchKind {
    /// It was made: the role was granted for the first time.
    Granted,
    /// The role was granted once more, after it had been revoked.
    Regranted,
    /// The role was revoked; by whom is not stored.
    Revoked,
    /// It was written without being granted or revoked.
    Rewritten,
}

impl TouchKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Granted, Self::Regranted, Self::Revoked, Self::Rewritten];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Regranted => "re-granted",
            Self::Revoked => "revoked",
            Self::Rewritten => "rewritten",
        }
    }
}

impl Touch {
    /// Returns what the row tells of how it was touched last.
    pub fn kind(&self) -> TouchKind {
        let Binding {
            granted_at,
            revoked_at,
            created_at,
            ..
        } = &self.binding;
        if revoked_at.is_some() {
            TouchKind::Revoked
        } else if self.version <= 1 {
            TouchKind::Granted
        } else if granted_at > created_at {
            TouchKind::Regranted
        } else {
            TouchKind::Rewritten
        }
    }

    /// Returns who touched it last, where the row tells that.
    pub fn by(&self) -> Option<&str> {
        match self.kind() {
            TouchKind::Granted | TouchKind::Regranted => self.binding.granted_by.as_deref(),
            TouchKind::Revoked | TouchKind::Rewritten => None,
        }
    }
}

/// The rows in force of one workspace: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(Vec<Row>);

/// One request of a change that goes through rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Gives these roles. For that the platform looks a row up by its name, so it finds it whoever it is about.
    Give(RoleSet),
    /// Takes away what this row gives.
    TakeAway(Box<Row>),
}

impl Rows {
    /// Takes over all rows in force of a workspace.
    pub fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| Reverse(row.binding.created_at));
        Self(rows)
    }

    /// Returns the members that these rows make, in the order and with the dates of the platform's own list.
    pub fn roster(&self) -> Roster {
        let mut first: HashMap<&Principal, Timestamp> = HashMap::new();
        for binding in self.0.iter().map(|row| &row.binding) {
            if let Some(at) = binding.granted_at {
                let first = first.entry(&binding.principal).or_insert(at);
                *first = at.min(*first);
            }
        }
        let members = self.0.iter().map(|row| Member {
            principal: row.binding.principal.clone(),
            roles: RoleSet::only(row.binding.role.clone()),
            granted_at: first.get(&row.binding.principal).copied(),
            granted_by: row.binding.granted_by.clone(),
        });
        Roster::new(members.collect())
    }

    /// Returns the next thing to do so that `principal` comes to hold exactly `after`; nothing where that is so. What is
    /// given comes first: whoever is left half-way has lost nothing.
    pub fn next_step(&self, principal: &Principal, after: &RoleSet) -> Option<Step> {
        let held = self.roles_of(principal, None);
        let missing: RoleSet = after.iter().filter(|role| !held.holds(role)).cloned().collect();
        if !missing.is_empty() {
            return Some(Step::Give(missing));
        }
        let too_much = self.of(principal).find(|row| !after.holds(&row.binding.role))?;
        Some(Step::TakeAway(Box::new(too_much.clone())))
    }

    /// Returns what `principal` holds, and after `step` will hold.
    pub fn around(&self, principal: &Principal, step: &Step) -> (RoleSet, RoleSet) {
        let held = self.roles_of(principal, None);
        let after = match step {
            Step::Give(roles) => held.union(roles),
            Step::TakeAway(row) => self.roles_of(principal, Some(&row.name)),
        };
        (held, after)
    }

    /// Returns whether what `step` takes away is in force. That the same role is still held does not show it: two rows can
    /// give it.
    pub fn still_hold(&self, step: &Step) -> bool {
        match step {
            Step::Give(_) => false,
            Step::TakeAway(taken) => self.0.iter().any(|row| row.name == taken.name),
        }
    }

    /// Returns how many rows `principal` has.
    pub fn n_of(&self, principal: &Principal) -> usize {
        self.of(principal).count()
    }

    fn of(&self, principal: &Principal) -> impl Iterator<Item = &Row> {
        self.0.iter().filter(move |row| row.binding.principal == *principal)
    }

    fn roles_of(&self, principal: &Principal, without: Option<&ResourceName>) -> RoleSet {
        let rows = self.of(principal).filter(|row| Some(&row.name) != without);
        rows.map(|row| row.binding.role.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
