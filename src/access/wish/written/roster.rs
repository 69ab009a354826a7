//! Who holds something in a workspace, as far as a file can say it.

use crate::access::wish::file::slip;
use crate::audit::{Snapshot, WorkspaceNo};
use crate::domain::ids::Principal;
use crate::domain::likeness::folded;
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use std::collections::HashMap;
use std::fmt;

/// The members of a workspace.
pub(in crate::access::wish) struct Roster<'s> {
    /// Those that a file can name, by name.
    pub(in crate::access::wish) members: Vec<(&'s Principal, &'s RoleSet)>,
    /// Those it cannot.
    pub(in crate::access::wish) left_out: Vec<LeftOut<'s>>,
}

/// A member that a file cannot name, and why.
pub(in crate::access::wish) struct LeftOut<'s> {
    pub(in crate::access::wish) principal: &'s Principal,
    why: String,
}

impl fmt::Display for LeftOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' cannot be named: {}", self.principal.shown(), self.why)
    }
}

impl<'s> Roster<'s> {
    pub(in crate::access::wish) fn of(snapshot: &'s Snapshot, workspace: WorkspaceNo) -> Self {
        let all = snapshot.grants_in(workspace);
        let all: Vec<(&Principal, &RoleSet)> = all.map(|grant| (grant.principal(), grant.roles())).collect();
        // Of several that differ in case alone the plainest is named.
        let mut plainest: HashMap<String, &Principal> = HashMap::new();
        for (principal, _) in &all {
            let folded = folded(principal.raw());
            let is_plain = folded == principal.raw();
            let named = plainest.entry(folded).or_insert(principal);
            if is_plain {
                *named = principal;
            }
        }
        let mut roster = Self {
            members: Vec::with_capacity(all.len()),
            left_out: Vec::new(),
        };
        for (principal, roles) in all {
            let named = plainest.get(&folded(principal.raw())).copied();
            match why_not(principal, roles, named) {
                Some(why) => roster.left_out.push(LeftOut { principal, why }),
                None => roster.members.push((principal, roles)),
            }
        }
        roster
    }

    /// Returns what `principal` holds, where a file can say it, and its name.
    pub(in crate::access::wish) fn held_by(&self, principal: &Principal) -> Option<(&'s Principal, &'s RoleSet)> {
        let place = self
            .members
            .binary_search_by(|(member, _)| (*member).cmp(principal))
            .ok()?;
        self.members.get(place).copied()
    }

    /// Returns whether `principal` holds something that a file cannot say.
    pub(in crate::access::wish) fn leaves_out(&self, principal: &Principal) -> bool {
        self.left_out.iter().any(|member| member.principal == principal)
    }
}

fn why_not(principal: &Principal, roles: &RoleSet, named: Option<&Principal>) -> Option<String> {
    if principal.raw().is_empty() {
        return Some("it has no name".to_owned());
    }
    if let Some(other) = named.filter(|other| *other != principal) {
        return Some(format!("it differs from '{}' in case or blanks alone", other.shown()));
    }
    if roles.is_empty() {
        return Some("it is a member without a role".to_owned());
    }
    roles.iter().find_map(|role| {
        if role.raw().trim().is_empty() {
            return Some("it holds a role without a name".to_owned());
        }
        let known = slip(role)?;
        let role = SafeText::with_limit(role.raw(), 40);
        Some(format!(
            "it holds '{role}', which would be taken for a slip of '{known}'"
        ))
    })
}
