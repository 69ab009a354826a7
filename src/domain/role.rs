//! Roles and what they mean: the one place that knows.

mod special;

pub use special::Special;

use super::generation::Generation;
use super::ids::WorkspaceName;
use super::operation::Operation;
use super::text::SafeText;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// A role a principal can hold in a workspace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads everything in a workspace but its members.
    Viewer,
    /// Reads and writes, and may delete the workspace.
    Editor,
    /// May do everything in the workspace and manage its members.
    Admin,
    /// Anything else the platform stores, kept byte for byte: `JobRunner`, `WorkspaceCreator`, a custom or mistyped one.
    Other(String),
}

impl Role {
    /// The roles a person chooses from, weakest first.
    pub const CHOICES: [Self; 3] = [Self::Viewer, Self::Editor, Self::Admin];

    /// What the roles are called that a platform defines, in any release.
    pub const KNOWN: [&str; 8] = [
        "Viewer",
        "Editor",
        "Admin",
        "JobRunner",
        "WorkspaceCreator",
        "PlatformAdmin",
        "HelixAdmin",
        "ServiceSystem",
    ];

    /// Reads a role as the platform spells it; never fails, since the platform stores any string.
    pub fn from_platform(raw: &str) -> Self {
        match raw {
            "Viewer" => Self::Viewer,
            "Editor" => Self::Editor,
            "Admin" => Self::Admin,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Returns the exact spelling for the wire.
    pub fn raw(&self) -> &str {
        match self {
            Self::Viewer => "Viewer",
            Self::Editor => "Editor",
            Self::Admin => "Admin",
            Self::Other(raw) => raw,
        }
    }

    /// Returns the role as it may be shown.
    pub fn shown(&self) -> SafeText {
        SafeText::with_limit(self.raw(), 40)
    }

    /// Returns how much it allows: 0 nothing known, 1 read, 2 write, 3 members.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Other(_) => 0,
            Self::Viewer => 1,
            Self::Editor => 2,
            Self::Admin => 3,
        }
    }

    /// Returns which of Viewer, Editor and Admin it amounts to in the workspace where it is held, if any.
    pub fn amounts_to(&self) -> Option<Self> {
        match self {
            Self::Viewer | Self::Editor | Self::Admin => Some(self.clone()),
            // Meant for services, but the platform asks for no service: it gives every permission.
            Self::Other(raw) if raw == "ServiceSystem" => Some(Self::Admin),
            Self::Other(_) => None,
        }
    }

    /// Returns whether, held in `system`, it makes its holder a platform admin of a server of this generation.
    pub fn is_top(&self, generation: Generation) -> bool {
        match generation {
            Generation::Platform01 | Generation::Platform03 | Generation::Platform06 => self.raw() == "PlatformAdmin",
            Generation::Helix => self.raw() == "HelixAdmin",
            // What the seed generation calls it is not known for sure.
            Generation::Seed | Generation::Unknown => matches!(self.raw(), "PlatformAdmin" | "HelixAdmin"),
        }
    }

    /// Returns the role that, held in `system`, makes its holder a platform admin of a server of this generation; the
    /// older one where the generation could not be told, as most generations know that.
    pub fn top_of(generation: Generation) -> Self {
        Self::from_platform(match generation {
            Generation::Helix => "HelixAdmin",
            Generation::Seed
            | Generation::Platform01
            | Generation::Platform03
            | Generation::Platform06
            | Generation::Unknown => "PlatformAdmin",
        })
    }

    /// Returns what it does on a server of this generation when it is held in `workspace`, as the policies of the releases
    /// 0.1 to 0.8 say.
    pub fn effect(&self, generation: Generation, workspace: &WorkspaceName) -> RoleEffect {
        let Self::Other(raw) = self else {
            return RoleEffect::Works;
        };
        let is_seed = generation == Generation::Seed;
        let knows_makers = !matches!(generation, Generation::Seed | Generation::Platform01);
        match raw.as_str() {
            "ServiceSystem" if !is_seed => RoleEffect::Works,
            "JobRunner" if knows_makers => RoleEffect::Works,
            "WorkspaceCreator" if knows_makers => RoleEffect::in_system_only(workspace),
            "PlatformAdmin" if generation == Generation::Helix => RoleEffect::Retired,
            _ if self.is_top(generation) => RoleEffect::in_system_only(workspace),
            _ => RoleEffect::Unknown,
        }
    }

    /// Returns whether a plan may give it in `workspace` on a server of this generation: where it does something. Of the seed
    /// generation too little is known to refuse what a later one knows, and what was taken there must be given back.
    pub fn may_be_given(&self, generation: Generation, workspace: &WorkspaceName) -> bool {
        match generation {
            Generation::Unknown => Self::CHOICES.contains(self),
            Generation::Seed => self.is_known_to_some(workspace),
            Generation::Platform01 | Generation::Platform03 | Generation::Platform06 | Generation::Helix => {
                self.effect(generation, workspace) == RoleEffect::Works
            }
        }
    }

    /// Returns whether it does something in `workspace` on servers of some generation.
    pub fn is_known_to_some(&self, workspace: &WorkspaceName) -> bool {
        // What a generation that could not be told knows is not known.
        let mut known = Generation::ALL
            .into_iter()
            .filter(|generation| *generation != Generation::Unknown);
        known.any(|generation| self.effect(generation, workspace) == RoleEffect::Works)
    }

    /// Returns whether, held in `held_in` on a server of this generation, it lets its holder do `operation` there: in every
    /// generation an Editor may delete the workspace (observed on 0.3, 0.6 and 0.8.1). What a platform admin may do, they may do
    /// everywhere, see [`Self::is_top`]; and workspaces are created by who may in `system`.
    pub fn gives(&self, operation: Operation, held_in: &WorkspaceName, generation: Generation) -> bool {
        if held_in.is_system() && self.is_top(generation) {
            return true;
        }
        let gives_as_much = |least: &Self| self.amounts_to().is_some_and(|amount| amount.rank() >= least.rank());
        match operation {
            Operation::Read => gives_as_much(&Self::Viewer),
            Operation::Write | Operation::DeleteWorkspace => gives_as_much(&Self::Editor),
            Operation::ManageMembers => gives_as_much(&Self::Admin),
            // An Admin of `system` may not: it takes the role for it, or the one that gives every permission.
            Operation::CreateWorkspace => {
                held_in.is_system() && matches!(self.raw(), "WorkspaceCreator" | "ServiceSystem")
            }
        }
    }

    /// Returns whether everybody who is logged in may do `operation`, without any role, on a server of this generation;
    /// nothing where that cannot be told.
    pub fn is_none_needed(operation: Operation, generation: Generation) -> Option<bool> {
        match (operation, generation) {
            (Operation::CreateWorkspace, Generation::Platform01) => Some(true),
            // Of the seed generation it is only inferred that everybody may.
            (Operation::CreateWorkspace, Generation::Seed | Generation::Unknown) => None,
            (Operation::CreateWorkspace, Generation::Platform03 | Generation::Platform06 | Generation::Helix)
            | (Operation::Read | Operation::Write | Operation::ManageMembers | Operation::DeleteWorkspace, _) => {
                Some(false)
            }
        }
    }

    /// Returns everything it lets its holder do where it is held.
    pub fn operations(&self, held_in: &WorkspaceName, generation: Generation) -> Vec<Operation> {
        let all = Operation::ALL.into_iter();
        all.filter(|operation| self.gives(*operation, held_in, generation))
            .collect()
    }

    /// Returns the role that was probably meant: known, and spelled alike apart from case and blanks around it.
    pub fn meant(&self) -> Option<Self> {
        let typed = self.raw().trim();
        let found = Self::KNOWN
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(typed))?;
        (found != self.raw()).then(|| Self::from_platform(found))
    }

    /// Returns one line on what it does in `workspace` on a server of this generation.
    pub fn meaning_in(&self, workspace: &WorkspaceName, generation: Generation) -> &'static str {
        const OF_SOME_GENERATION: [&str; 5] = [
            "JobRunner",
            "WorkspaceCreator",
            "PlatformAdmin",
            "HelixAdmin",
            "ServiceSystem",
        ];
        match self.effect(generation, workspace) {
            RoleEffect::OnlyInSystem => "works only in 'system', no effect here",
            RoleEffect::Retired => "no effect: replaced by HelixAdmin",
            RoleEffect::Unknown if generation != Generation::Unknown && OF_SOME_GENERATION.contains(&self.raw()) => {
                "no effect: this version does not define it"
            }
            RoleEffect::Works | RoleEffect::Unknown => self.meaning(),
        }
    }

    /// Returns one line on what it allows.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Viewer => "read everything in the workspace",
            Self::Editor => "also create, change, delete, even the workspace",
            Self::Admin => "also manage members",
            Self::Other(raw) => match raw.as_str() {
                "JobRunner" => "for job containers: upload logs",
                "WorkspaceCreator" => "create workspaces (granted in 'system')",
                "PlatformAdmin" | "HelixAdmin" => "everything everywhere (granted in 'system')",
                "ServiceSystem" => "every permission here, meant for services",
                _ => "a role this console does not know; kept as it is",
            },
        }
    }
}

/// What a role does where it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleEffect {
    /// What its name says.
    Works,
    /// Nothing: it counts in `system` only.
    OnlyInSystem,
    /// Nothing any more: earlier generations knew it.
    Retired,
    /// Nothing: this generation does not know it.
    Unknown,
}

impl RoleEffect {
    fn in_system_only(workspace: &WorkspaceName) -> Self {
        if workspace.is_system() {
            Self::Works
        } else {
            Self::OnlyInSystem
        }
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.raw())
    }
}

/// The exact set of roles one principal holds; order and repetition do not count. Hundreds of thousands of grants share a
/// few sets, so a copy costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleSet(Arc<BTreeSet<Role>>);

impl RoleSet {
    /// Returns a set of just one role.
    pub fn only(role: Role) -> Self {
        Self(Arc::new(BTreeSet::from([role])))
    }

    /// Returns whether it holds nothing, which on the platform means: not a member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether it holds more than one role.
    pub fn is_several(&self) -> bool {
        self.0.len() > 1
    }

    /// Returns whether `role` is in it.
    pub fn holds(&self, role: &Role) -> bool {
        self.0.contains(role)
    }

    /// Returns the roles, strongest first, unknown ones last and by name.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        // They lie from Viewer to Admin, and the others behind them by name.
        let ranked = self.0.iter().rev().filter(|role| role.rank() > 0);
        ranked.chain(self.others())
    }

    /// Returns the strongest of Viewer, Editor and Admin in it.
    pub fn effective(&self) -> Option<&Role> {
        self.iter().find(|role| role.rank() > 0)
    }

    /// Returns the rank of its strongest role.
    pub fn rank(&self) -> u8 {
        self.effective().map_or(0, Role::rank)
    }

    /// Returns the rank of what its strongest role amounts to, whatever that is called.
    pub fn strength(&self) -> u8 {
        let ranks = self.0.iter().filter_map(Role::amounts_to).map(|role| role.rank());
        ranks.max().unwrap_or(0)
    }

    /// Returns the strongest of them that lets its holder do `operation` where they are held.
    pub fn giving(&self, operation: Operation, held_in: &WorkspaceName, generation: Generation) -> Option<&Role> {
        self.iter().find(|role| role.gives(operation, held_in, generation))
    }

    /// Returns whether who holds `after` instead of this has less: a role is gone that nothing held then stands above. What
    /// a role outside Viewer, Editor and Admin allows is not measured, so that its loss always counts.
    pub fn loses_by(&self, after: &Self) -> bool {
        let mut gone = self.iter().filter(|role| !after.holds(role));
        gone.any(|role| role.rank() == 0 || after.strength() <= self.strength())
    }

    /// Returns which roles in `after` give more than this: those that stand above all that is held, and those that are not
    /// measured.
    pub fn gained_by<'a>(&'a self, after: &'a Self) -> impl Iterator<Item = &'a Role> {
        let new = after.iter().filter(|role| !self.holds(role));
        new.filter(|role| role.rank() == 0 || role.rank() > self.strength())
    }

    /// Returns the roles in it that decide over others in `workspace`: Admin, and in `system` those of platform admins.
    #[must_use]
    pub fn powers(&self, workspace: &WorkspaceName) -> Self {
        let is_power =
            |role: &&Role| **role == Role::Admin || (workspace.is_system() && role.is_top(Generation::Unknown));
        self.iter().filter(is_power).cloned().collect()
    }

    /// Returns the roles outside Viewer, Editor and Admin, which an edit must keep.
    pub fn others(&self) -> impl Iterator<Item = &Role> {
        self.0.iter().filter(|role| role.rank() == 0)
    }

    /// Returns the set with Viewer, Editor and Admin replaced by `choice`, everything else kept.
    #[must_use]
    pub fn choosing(&self, choice: Role) -> Self {
        let mut roles: BTreeSet<Role> = self.others().cloned().collect();
        roles.insert(choice);
        Self(Arc::new(roles))
    }

    /// Returns what POST makes of an existing member: both sets together.
    #[must_use]
    pub fn union(&self, more: &Self) -> Self {
        self.0.union(&more.0).cloned().collect()
    }

    /// Returns the set with everything that `more` gives beyond it, and no weaker role beside a stronger one of the two.
    #[must_use]
    pub fn raised_by(&self, more: &Self) -> Self {
        let others = self.others().chain(more.others()).cloned();
        match more.effective() {
            Some(given) if self.rank() < more.rank() => others.chain([given.clone()]).collect(),
            // What is held already is left as it is.
            Some(_) | None => others.chain(self.iter().cloned()).collect(),
        }
    }

    /// Returns the roles for a table or a sentence: `Admin, Viewer`; `no role` when empty.
    pub fn shown(&self) -> SafeText {
        let mut roles = self.iter();
        match (roles.next(), roles.next()) {
            (None, _) => return SafeText::new("no role"),
            (Some(only), None) => return only.shown(),
            (Some(_), Some(_)) => {}
        }
        let shown: Vec<String> = self.iter().map(|role| role.shown().to_string()).collect();
        SafeText::new(&shown.join(", "))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(Arc::new(roles.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests;
