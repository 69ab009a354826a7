//! What a principal may really do in a workspace, and what gives it.

pub mod answer;

use super::snapshot::{PrincipalNo, Snapshot, WorkspaceNo};
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleEffect, RoleSet};

/// What a principal may really do in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Viewer, Editor or Admin; nothing where no role allows anything.
    pub role: Option<Role>,
    /// Whose role gives that.
    pub given_by: GivenBy,
}

/// What gives an effective role. Of two that give the same, the one that is hardest to take away by mistake is told:
/// the principal's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// No role allows anything.
    Nothing,
    /// A role of its own here.
    Own(Role),
    /// A role that everyone (`*`) holds here.
    Everyone(Role),
    /// A role in `system` that counts everywhere.
    PlatformAdmin(Role),
}

impl GivenBy {
    /// Returns it as the end of a sentence about a role: `Editor, through everyone (*)`.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::Nothing => "through nothing",
            Self::Own(_) => "own role",
            Self::Everyone(_) => "through everyone (*)",
            Self::PlatformAdmin(_) => "as a platform admin",
        }
    }

    /// Returns it in a word or two: `own`, `everyone`, `platform admin`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Own(_) => "own",
            Self::Everyone(_) => "everyone (*)",
            Self::PlatformAdmin(_) => "platform admin",
        }
    }
}

impl Snapshot {
    /// Returns what `principal` may really do in `workspace`: by its own roles, by those of everyone, and as a platform
    /// admin. What a group gives its people is not among it: the platform does not tell who is in a group.
    pub fn effective(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> Effective {
        let own = self.held(workspace, principal).map(|grant| grant.roles());
        let everyone = self.held_by_everyone(workspace).map(|grant| grant.roles());
        effective(own, everyone, self.top_role_of(principal))
    }

    /// Returns the role in `system` that makes `principal` a platform admin: its own, else that of everyone.
    pub fn top_role_of(&self, principal: PrincipalNo) -> Option<&Role> {
        let system = self.workspace_no(&WorkspaceName::from_platform(WorkspaceName::SYSTEM))?;
        let generation = self.origin.generation;
        let holders = [Some(principal), self.everyone()].into_iter().flatten();
        let mut roles = holders
            .filter_map(|holder| self.held(system, holder))
            .flat_map(|grant| grant.roles().others());
        roles.find(|role| role.is_top(generation))
    }
}

/// Who is a platform admin, found out once for all who are asked about.
#[derive(Debug)]
pub(super) struct Tops<'a> {
    /// What everyone (`*`) holds in `system`.
    of_everyone: Option<&'a Role>,
    /// What others hold there, by number.
    own: Vec<(PrincipalNo, &'a Role)>,
}

impl<'a> Tops<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let generation = snapshot.origin.generation;
        let system = snapshot.workspace_no(&WorkspaceName::from_platform(WorkspaceName::SYSTEM));
        let grants = system.into_iter().flat_map(|system| snapshot.grants_in(system));
        let tops = grants.filter_map(|grant| {
            let role = grant.roles().others().find(|role| role.is_top(generation))?;
            Some((grant.principal_no(), role))
        });
        let own: Vec<_> = tops.collect();
        let everyone = snapshot.everyone();
        let of_everyone = own.iter().find(|(holder, _)| Some(*holder) == everyone);
        Self {
            of_everyone: of_everyone.map(|(_, role)| *role),
            own,
        }
    }

    /// Returns who is a platform admin by a role of its own, by name; everyone (`*`) where it is one.
    pub(super) fn holders(&self) -> impl Iterator<Item = PrincipalNo> {
        self.own.iter().map(|(holder, _)| *holder)
    }

    /// Returns the role in `system` that makes `principal` a platform admin: its own, else that of everyone.
    pub(super) fn of_principal(&self, principal: PrincipalNo) -> Option<&'a Role> {
        let place = self.own.binary_search_by_key(&principal, |(holder, _)| *holder).ok();
        let own = place.and_then(|place| self.own.get(place));
        own.map(|(_, role)| *role).or(self.of_everyone)
    }
}

/// Returns what somebody may do who holds `own` roles where everyone holds `everyone`, and who may be a platform admin.
pub fn effective(own: Option<&RoleSet>, everyone: Option<&RoleSet>, top: Option<&Role>) -> Effective {
    if let Some(top) = top {
        return Effective {
            role: Some(Role::Admin),
            given_by: GivenBy::PlatformAdmin(top.clone()),
        };
    }
    let rank = |found: &Option<(Role, &Role)>| found.as_ref().map_or(0, |(amount, _)| amount.rank());
    let (own, everyone) = (strongest(own), strongest(everyone));
    let (given, is_own) = if rank(&own) >= rank(&everyone) {
        (own, true)
    } else {
        (everyone, false)
    };
    match given {
        None => Effective {
            role: None,
            given_by: GivenBy::Nothing,
        },
        Some((amount, role)) => Effective {
            role: Some(amount),
            given_by: if is_own {
                GivenBy::Own(role.clone())
            } else {
                GivenBy::Everyone(role.clone())
            },
        },
    }
}

/// Returns what the strongest of `roles` amounts to, and which it is.
fn strongest(roles: Option<&RoleSet>) -> Option<(Role, &Role)> {
    let roles = roles.into_iter().flat_map(RoleSet::iter);
    let amounts = roles.filter_map(|role| Some((role.amounts_to()?, role)));
    // Of equals the first: the plain role comes before the one that amounts to it.
    amounts.reduce(|best, next| if next.0.rank() > best.0.rank() { next } else { best })
}

/// Returns those of `roles` that give nothing which `everyone` or a stronger one of them does not give. For what everyone
/// holds itself `everyone` is `None`.
pub fn redundant<'a>(
    roles: &'a RoleSet,
    everyone: Option<&RoleSet>,
    workspace: &WorkspaceName,
    generation: Generation,
) -> impl Iterator<Item = &'a Role> {
    let rank = |role: &Role| role.amounts_to().map_or(0, |amount| amount.rank());
    let own = roles.iter().map(rank).max().unwrap_or(0);
    let given = everyone.map_or(0, |everyone| everyone.iter().map(rank).max().unwrap_or(0));
    let same: Vec<&Role> = roles
        .others()
        .filter(|role| everyone.is_some_and(|everyone| everyone.holds(role)))
        .filter(|role| role.effect(generation, workspace) == RoleEffect::Works)
        .collect();
    roles.iter().filter(move |role| match rank(role) {
        0 => same.contains(role),
        rank => rank < own || rank <= given,
    })
}

#[cfg(test)]
mod tests;
