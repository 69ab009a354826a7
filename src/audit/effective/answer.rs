//! Whether somebody may do something, and through what: yes, no, or why that cannot be told.
//!
//! [`Evidence`] is what is known of one workspace; it comes of a [`Snapshot`], or of two member lists. Whoever knows less
//! gets "cannot tell" where the rest could change the answer, and never a "no".

pub mod proof;
mod words;

use crate::audit::coverage::Method;
use crate::audit::snapshot::{Reading, Snapshot, WorkspaceNo};
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::operation::Operation;
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleSet};
pub use words::{EDITORS_DELETE, everybody_deletes, notes};

/// Whether somebody may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They may, through the first of these; through each of the others they still may without it.
    Yes(Vec<Ground>),
    /// They may not.
    No,
    /// They may or may not, for these reasons.
    CannotTell(Vec<Doubt>),
}

/// What lets somebody do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A role binding: theirs, or that of everyone (`*`).
    Binding(Giving),
    /// Everybody may who is logged in: this generation has no role for it.
    AnyLogin,
    /// The platform does not refuse it to them, who asked; through what, it does not tell.
    Shown,
    /// The platform asks nobody who they are.
    NoLogin,
}

/// A role binding that lets its holder do something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Giving {
    /// Where it is held.
    pub held_in: WorkspaceName,
    /// Who holds it.
    pub principal: Principal,
    /// The role.
    pub role: Role,
}

/// Why it cannot be told whether somebody may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// This is held by what may be a group they are in, or another name of theirs.
    Through(Giving),
    /// The members of this workspace could not be read.
    NotRead(WorkspaceName),
    /// The member list of this workspace leaves out what was set up with the platform, as it does in the first generations.
    LeavesOut(WorkspaceName),
    /// A service of the platform holds every permission wherever nothing is granted to it by name.
    Service,
    /// What it takes is not known of this generation of the platform, or the generation could not be told.
    Generation,
}

/// What one principal holds, and where.
#[derive(Clone, Copy, Debug)]
struct Holding<'a> {
    principal: &'a Principal,
    roles: &'a RoleSet,
}

/// Who holds what in one workspace, as far as it is known.
#[derive(Clone, Debug)]
enum Known<'a> {
    All(Vec<Holding<'a>>),
    /// All but what was set up with the platform.
    AllButSeeds(Vec<Holding<'a>>),
    /// What was read before the end, which may be nothing.
    Some(Vec<Holding<'a>>),
}

/// What is known of who holds what in one workspace, and in `system`, where platform admins are.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    workspace: WorkspaceName,
    generation: Generation,
    here: Known<'a>,
    /// Nothing where `here` is about `system` itself.
    system: Option<Known<'a>>,
}

impl<'a> Known<'a> {
    fn of_roster(roster: Option<&'a Roster>, workspace: &WorkspaceName, generation: Generation) -> Self {
        let members = roster.into_iter().flat_map(Roster::members);
        let holdings = members.map(|member| Holding {
            principal: &member.principal,
            roles: &member.roles,
        });
        let holdings: Vec<Holding<'a>> = holdings.collect();
        match roster {
            None => Self::Some(holdings),
            Some(_) if workspace.is_built_in() && !generation.lists_platform_admins() => Self::AllButSeeds(holdings),
            Some(_) => Self::All(holdings),
        }
    }

    fn holdings(&self) -> &[Holding<'a>] {
        match self {
            Self::All(holdings) | Self::AllButSeeds(holdings) | Self::Some(holdings) => holdings,
        }
    }

    /// Leaves out what is not looked at: there can be many workspaces, each with its evidence.
    fn only(mut self, is_meant: impl Fn(&Holding<'_>) -> bool) -> Self {
        let (Self::All(holdings) | Self::AllButSeeds(holdings) | Self::Some(holdings)) = &mut self;
        holdings.retain(is_meant);
        self
    }

    fn doubt(&self, workspace: &WorkspaceName) -> Option<Doubt> {
        match self {
            Self::All(_) => None,
            Self::AllButSeeds(_) => Some(Doubt::LeavesOut(workspace.clone())),
            Self::Some(_) => Some(Doubt::NotRead(workspace.clone())),
        }
    }
}

impl<'a> Evidence<'a> {
    /// Takes the members of `workspace` and of `system`, as far as they could be read.
    pub fn of_rosters(
        workspace: &WorkspaceName,
        [here, system]: [Option<&'a Roster>; 2],
        generation: Generation,
    ) -> Self {
        let home = system_name();
        let system = (!workspace.is_system()).then(|| Known::of_roster(system, &home, generation));
        Self {
            here: Known::of_roster(here, workspace, generation),
            workspace: workspace.clone(),
            generation,
            system,
        }
    }

    /// Returns the same of members that were read as role bindings: what was set up with the platform is among those.
    #[must_use]
    pub fn from_bindings(mut self) -> Self {
        for known in [Some(&mut self.here), self.system.as_mut()].into_iter().flatten() {
            if let Known::AllButSeeds(holdings) = known {
                *known = Known::All(std::mem::take(holdings));
            }
        }
        self
    }

    /// Returns the workspace it is about.
    pub fn workspace(&self) -> &WorkspaceName {
        &self.workspace
    }

    /// Returns every role binding that lets somebody do `operation` by a role that is held here, by name.
    pub fn given_here(&self, operation: Operation) -> impl Iterator<Item = Giving> {
        givings(self.here.holdings(), &self.workspace, operation, self.generation)
    }

    /// Returns every role binding in `system` that makes its holder a platform admin, who may do everything here.
    pub fn given_by_system(&self) -> impl Iterator<Item = Giving> {
        let holdings = self.system.as_ref().map_or(&[][..], Known::holdings).iter();
        holdings.filter_map(|holding| {
            let role = holding.roles.others().find(|role| role.is_top(self.generation))?;
            Some(Giving {
                held_in: system_name(),
                principal: holding.principal.clone(),
                role: role.clone(),
            })
        })
    }

    /// Returns what keeps anybody who is not among those from being told a certain "no".
    pub fn doubts(&self, operation: Operation) -> Vec<Doubt> {
        let here = self.here.doubt(&self.workspace);
        let system = self.system.as_ref().and_then(|system| system.doubt(&system_name()));
        let generation = Role::is_none_needed(operation, self.generation).is_none();
        let generation = generation.then_some(Doubt::Generation);
        here.into_iter().chain(system).chain(generation).collect()
    }

    /// Returns what keeps those bindings from naming everybody who may do `operation` here: groups among them, and what was
    /// not read. Where everyone (`*`) may, that is everybody.
    pub fn untold(&self, operation: Operation) -> Vec<Doubt> {
        let is_everyones = |giving: Giving| giving.principal.is_everyone();
        let is_groups = |giving: &Giving| giving.principal.kind() == PrincipalKind::Group;
        let mut given = self.given_here(operation).chain(self.given_by_system());
        if Role::is_none_needed(operation, self.generation) == Some(true) || given.any(is_everyones) {
            return Vec::new();
        }
        let groups = self
            .given_here(operation)
            .chain(self.given_by_system())
            .filter(is_groups);
        groups.map(Doubt::Through).chain(self.doubts(operation)).collect()
    }

    /// Answers whether `principal` may do `operation` here; a workspace is created by who may in `system`.
    pub fn may(&self, principal: &Principal, operation: Operation) -> Answer {
        let mut all: Vec<Giving> = self.given_here(operation).chain(self.given_by_system()).collect();
        let is_theirs = |giving: &Giving| giving.principal == *principal;
        // Of two that give the same, the one that is hardest to take away by mistake comes first: their own.
        all.sort_by_key(|giving| (!is_theirs(giving), !giving.principal.is_everyone()));
        let (given, others): (Vec<Giving>, Vec<Giving>) = all
            .into_iter()
            .partition(|giving| is_theirs(giving) || giving.principal.is_everyone());
        let mut grounds: Vec<Ground> = given.into_iter().map(Ground::Binding).collect();
        if Role::is_none_needed(operation, self.generation) == Some(true) {
            grounds.push(Ground::AnyLogin);
        }
        if !grounds.is_empty() {
            return Answer::Yes(grounds);
        }
        let mut doubts = Vec::new();
        // Everyone is in no group.
        if !principal.is_everyone() {
            let may_be_theirs = |giving: &Giving| giving.principal.kind() == PrincipalKind::Group;
            doubts.extend(others.into_iter().filter(may_be_theirs).map(Doubt::Through));
        }
        doubts.extend(self.doubts(operation));
        // What is granted to a service by name stands in place of that.
        let is_named = || {
            let mut holdings = self.here.holdings().iter();
            holdings.any(|holding| holding.principal == principal)
        };
        if principal.raw().starts_with("service:") && !is_named() {
            doubts.push(Doubt::Service);
        }
        if doubts.is_empty() {
            Answer::No
        } else {
            Answer::CannotTell(doubts)
        }
    }
}

fn givings<'e>(
    holdings: &'e [Holding<'_>],
    held_in: &'e WorkspaceName,
    operation: Operation,
    generation: Generation,
) -> impl Iterator<Item = Giving> + 'e {
    holdings.iter().filter_map(move |holding| {
        let role = holding.roles.giving(operation, held_in, generation)?;
        Some(Giving {
            held_in: held_in.clone(),
            principal: holding.principal.clone(),
            role: role.clone(),
        })
    })
}

fn system_name() -> WorkspaceName {
    WorkspaceName::from_platform(WorkspaceName::SYSTEM)
}

impl Snapshot {
    /// Returns what it knows of who holds what in `workspace`; nothing where there is no such workspace in it.
    pub fn evidence(&self, workspace: WorkspaceNo) -> Option<Evidence<'_>> {
        let name = self.workspace(workspace)?.name.clone();
        let system = (!name.is_system()).then(|| match self.workspace_no(&system_name()) {
            Some(system) => self.known_in(system).only(|holding| {
                let mut roles = holding.roles.others();
                roles.any(|role| role.is_top(self.origin.generation))
            }),
            None => Known::Some(Vec::new()),
        });
        Some(Evidence {
            workspace: name,
            generation: self.origin.generation,
            here: self.known_in(workspace),
            system,
        })
    }

    fn known_in(&self, workspace: WorkspaceNo) -> Known<'_> {
        let holdings = self.grants_in(workspace).map(|grant| Holding {
            principal: grant.principal(),
            roles: grant.roles(),
        });
        let holdings: Vec<Holding<'_>> = holdings.collect();
        match self.has_read(workspace) {
            false => Known::Some(holdings),
            true if self.tells_seeds(workspace) => Known::All(holdings),
            true => Known::AllButSeeds(holdings),
        }
    }

    fn has_read(&self, workspace: WorkspaceNo) -> bool {
        let workspace = self.workspace(workspace);
        workspace.is_some_and(|workspace| workspace.reading == Reading::Read)
            && self.coverage.bindings.is_none_or(|bindings| bindings.is_complete)
    }

    /// Returns whether everybody is known who holds something in `workspace`, also by what was set up with the platform.
    pub fn knows_everybody_in(&self, workspace: WorkspaceNo) -> bool {
        self.has_read(workspace) && self.tells_seeds(workspace)
    }

    /// Returns whether what is known of the members of `workspace` holds those that were set up with the platform: in the
    /// first generations a member list leaves them out.
    pub(in crate::audit) fn tells_seeds(&self, workspace: WorkspaceNo) -> bool {
        let is_built_in = self
            .workspace(workspace)
            .is_some_and(|workspace| workspace.name.is_built_in());
        !is_built_in || self.origin.generation.lists_platform_admins() || self.coverage.method == Method::Bindings
    }
}

#[cfg(test)]
mod tests;
