//! What stands in the way of a plan, over all its workspaces, before the first request.

use crate::access::wish::Place;
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::policy;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, grouped};
use std::collections::BTreeMap;

/// From how many principals on a workspace is guarded by a share of them.
pub(super) const FEW: usize = 10;
/// How many of all principals of a plan may be removed without a word.
const MOST_REMOVALS: usize = 20;

/// Something that stops the whole plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nobody is named in an authoritative workspace.
    EmptyList(WorkspaceName),
    /// The members of an authoritative workspace are not all known, for this reason.
    Unread(WorkspaceName, String),
    /// No person would be Admin; who could be made one, where there is somebody.
    NoPersonIsAdmin(WorkspaceName, Option<Principal>),
    /// Somebody whom the policy requires would not be Admin.
    RequiredAdmin(WorkspaceName, Principal),
    /// The platform would have no admin any more, or nobody else could list workspaces: what would follow, in words.
    Platform(String),
    /// The caller would lose this much.
    Yourself(WorkspaceName, &'static str),
    /// Somebody can be taken for somebody else, or has a name with something to deceive in it.
    Lookalike {
        /// Where they would get something.
        workspace: WorkspaceName,
        /// Who would.
        principal: Principal,
        /// What is wrong with the name.
        what: String,
        /// Whether they have something there already.
        is_member: bool,
    },
    /// No request could name somebody.
    OutOfReach {
        /// Where they would be changed.
        workspace: WorkspaceName,
        /// Who would.
        principal: Principal,
        /// Why that is impossible.
        what: String,
    },
    /// Nobody new can be called like somebody who is named in a file.
    NoNewName {
        /// Where they stand in the file, where that is known.
        place: Option<Place>,
        /// Where they would be added.
        workspace: WorkspaceName,
        /// Who would.
        principal: Principal,
        /// What is wrong with the name.
        what: String,
    },
    /// Everyone would get this role.
    Public(WorkspaceName, Role),
    /// A role in `system` counts everywhere.
    System(usize),
    /// So many of so many principals are removed from a workspace.
    Removals(WorkspaceName, usize, usize),
    /// So many principals are removed in all.
    AllRemovals(usize),
}

/// What opens a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opener {
    /// `--accept-removals N`, with exactly as many as there are.
    AcceptRemovals,
    /// `--allow-self`
    AllowSelf,
    /// `--allow-public`
    AllowPublic,
    /// `--allow-system`
    AllowSystem,
}

impl Opener {
    /// Returns the option that opens it.
    pub fn option(self) -> &'static str {
        match self {
            Self::AcceptRemovals => "--accept-removals",
            Self::AllowSelf => "--allow-self",
            Self::AllowPublic => "--allow-public",
            Self::AllowSystem => "--allow-system",
        }
    }
}

/// Which guards are opened: each by its own word, none by another's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// How many principals may be removed.
    pub removals: Option<usize>,
    /// What else may be.
    pub openers: Vec<Opener>,
}

impl Allowed {
    /// Returns whether `guard` is open for a plan with so many removals.
    pub fn opens(&self, guard: &Guard, n_removals: usize) -> bool {
        match guard.opener() {
            Some(Opener::AcceptRemovals) => self.removals == Some(n_removals),
            Some(opener) => self.openers.contains(&opener),
            None => false,
        }
    }
}

impl Guard {
    /// Returns what opens it; nothing where nothing does.
    pub fn opener(&self) -> Option<Opener> {
        match self {
            Self::EmptyList(_)
            | Self::Unread(..)
            | Self::NoPersonIsAdmin(..)
            | Self::RequiredAdmin(..)
            | Self::Platform(_)
            | Self::OutOfReach { .. }
            | Self::NoNewName { .. }
            | Self::Lookalike { .. } => None,
            Self::Yourself(..) => Some(Opener::AllowSelf),
            Self::Public(..) => Some(Opener::AllowPublic),
            Self::System(_) => Some(Opener::AllowSystem),
            Self::Removals(..) | Self::AllRemovals(_) => Some(Opener::AcceptRemovals),
        }
    }

    /// Returns the word for it in files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::EmptyList(_) => "empty-list",
            Self::Unread(..) => "unread",
            Self::NoPersonIsAdmin(..) => "no-human-admin",
            Self::RequiredAdmin(..) => "required-admin",
            Self::Platform(_) => "platform",
            Self::Yourself(..) => "self",
            Self::Lookalike { .. } => "look-alike",
            Self::OutOfReach { .. } => "not-addressable",
            Self::NoNewName { .. } => "not-a-name",
            Self::Public(..) => "public",
            Self::System(_) => "system",
            Self::Removals(..) | Self::AllRemovals(_) => "removals",
        }
    }

    /// Returns the workspace it is about, where it is one.
    pub fn workspace(&self) -> Option<&WorkspaceName> {
        match self {
            Self::EmptyList(workspace)
            | Self::Unread(workspace, _)
            | Self::NoPersonIsAdmin(workspace, _)
            | Self::RequiredAdmin(workspace, _)
            | Self::Yourself(workspace, _)
            | Self::Lookalike { workspace, .. }
            | Self::OutOfReach { workspace, .. }
            | Self::NoNewName { workspace, .. }
            | Self::Public(workspace, _)
            | Self::Removals(workspace, ..) => Some(workspace),
            Self::Platform(_) | Self::System(_) | Self::AllRemovals(_) => None,
        }
    }

    /// Returns what it is, and what can be done about it with a command.
    pub fn in_words(&self, n_removals: usize) -> SafeText {
        let option = |opener: Opener| match opener {
            Opener::AcceptRemovals => format!(": {} {n_removals}", opener.option()),
            Opener::AllowSelf | Opener::AllowPublic | Opener::AllowSystem => format!(": {}", opener.option()),
        };
        let place = "in the console ('nmp-console' without a command)";
        SafeText::new(&self.told((option, " if that is meant"), place, n_removals))
    }

    /// Returns what it is, for a screen that asks for what opens it beside it.
    pub fn on_screen(&self, n_removals: usize) -> SafeText {
        SafeText::new(&self.told((|_| String::new(), ""), "by hand", n_removals))
    }

    /// `place` is where somebody can be added whose name is to be looked at.
    fn told(&self, (opens, if_meant): (impl Fn(Opener) -> String, &str), place: &str, n_removals: usize) -> String {
        match self {
            Self::EmptyList(workspace) => format!(
                "'{}' is authoritative and names nobody: everybody would be removed; name who stays",
                workspace.shown()
            ),
            Self::Unread(workspace, why) => format!(
                "'{}' is authoritative, but {why}: nobody can tell who would be removed",
                workspace.shown()
            ),
            Self::NoPersonIsAdmin(workspace, candidate) => {
                let make = policy::make_admin_first(candidate.as_ref());
                format!("no person would be Admin of '{}' any more: {make}", workspace.shown())
            }
            Self::RequiredAdmin(workspace, who) => format!(
                "the policy requires {} to be Admin of '{}'",
                who.label(),
                workspace.shown()
            ),
            Self::Platform(what) => format!("{what}: that is never planned"),
            Self::Lookalike {
                workspace,
                principal,
                what,
                is_member,
            } => {
                let (gets, make) = if *is_member {
                    ("more access to", "change their role")
                } else {
                    ("access to", "add them")
                };
                format!(
                    "{} would get {gets} '{}', but {what}: {make} {place}, where the name is shown and typed",
                    principal.label(),
                    workspace.shown()
                )
            }
            Self::OutOfReach {
                workspace,
                principal,
                what,
            } => format!(
                "{} of '{}' cannot be changed: {what}",
                principal.label(),
                workspace.shown()
            ),
            Self::NoNewName {
                place,
                workspace,
                principal,
                what,
            } => {
                let place = place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
                let name = SafeText::with_limit(principal.raw(), 80);
                format!("{place}'{name}' cannot be added to '{}': {what}", workspace.shown())
            }
            Self::Yourself(..) | Self::Public(..) | Self::System(_) | Self::Removals(..) | Self::AllRemovals(_) => {
                self.what_opens(&self.opener().map(opens).unwrap_or_default(), if_meant, n_removals)
            }
        }
    }

    /// Returns what one is that something opens.
    fn what_opens(&self, opens: &str, if_meant: &str, n_removals: usize) -> String {
        match self {
            Self::Yourself(workspace, what) => {
                format!("you would lose {what} in '{}'{opens}{if_meant}", workspace.shown())
            }
            Self::Public(workspace, role) => format!(
                "everyone (*) would get {} in '{}'{opens}{if_meant}",
                role.shown(),
                workspace.shown()
            ),
            Self::System(n) => format!(
                "{} everywhere{opens}{if_meant}",
                if *n == 1 {
                    "1 change in 'system' counts".to_owned()
                } else {
                    format!("{} changes in 'system' count", grouped(*n))
                }
            ),
            Self::Removals(workspace, n, of) => {
                let all = if if_meant.is_empty() {
                    format!(" ({n_removals} in the whole plan)")
                } else {
                    format!(" if all {n_removals} of the plan are meant")
                };
                let workspace = workspace.shown();
                format!("{n} of {of} principals are removed from '{workspace}'{opens}{all}")
            }
            Self::AllRemovals(n) => format!("{n} principals are removed{opens}{if_meant}"),
            Self::EmptyList(_)
            | Self::Unread(..)
            | Self::NoPersonIsAdmin(..)
            | Self::RequiredAdmin(..)
            | Self::Platform(_)
            | Self::OutOfReach { .. }
            | Self::NoNewName { .. }
            | Self::Lookalike { .. } => String::new(),
        }
    }
}

/// Whether somebody loses their place.
pub(super) fn removes(change: &Change) -> bool {
    change.role_change() == Some(RoleChange::Remove)
}

/// Returns the guards over the number of those who are removed; `size` tells how many principals a workspace has.
pub(super) fn of_removals<'a>(
    changes: impl Iterator<Item = &'a Change>,
    size: impl Fn(&WorkspaceName) -> usize,
) -> Vec<Guard> {
    let mut by_workspace: BTreeMap<&WorkspaceName, usize> = BTreeMap::new();
    for change in changes.filter(|change| removes(change)) {
        *by_workspace.entry(change.workspace()).or_default() += 1;
    }
    let n_all: usize = by_workspace.values().sum();
    let mut guards: Vec<Guard> = Vec::new();
    for (workspace, n) in by_workspace {
        let of = size(workspace);
        // More than a quarter.
        if of >= FEW && n * 4 > of {
            guards.push(Guard::Removals(workspace.clone(), n, of));
        }
    }
    if n_all > MOST_REMOVALS {
        guards.push(Guard::AllRemovals(n_all));
    }
    guards
}
