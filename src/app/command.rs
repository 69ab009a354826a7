//! What the list of commands runs: what a key does, or going to a place that is named.

use super::columns::ListKind;
use super::keymap::{Action, Context};
use crate::domain::context::ContextName;
use crate::domain::ids::{Principal, WorkspaceName};
use std::path::PathBuf;

/// What can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// What a key of this context does.
    Act(Context, Action),
    /// Begins to name a place of this kind.
    Name(Place),
    /// Opens a workspace.
    Workspace(WorkspaceName),
    /// Shows the access of a principal.
    Principal(Principal),
    /// Switches to a context.
    Context(ContextName),
    /// Shows a saved view of a list.
    View(ListKind, String),
    /// Reviews the plan of a file or folder.
    Plan(PathBuf),
}

impl Command {
    /// Returns whether it names something of one server, which has no place on another.
    pub fn is_of_one_server(&self) -> bool {
        match self {
            Self::Workspace(_) | Self::Principal(_) | Self::Plan(_) => true,
            Self::Act(..) | Self::Name(_) | Self::Context(_) | Self::View(..) => false,
        }
    }
}

/// A kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A workspace: its members.
    Workspace,
    /// A principal: its access everywhere.
    Principal,
    /// A context of the config file.
    Context,
    /// A saved view of a list.
    View,
    /// A file or folder that a plan is made from.
    Plan,
}

impl Place {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Workspace, Self::Principal, Self::Context, Self::View, Self::Plan];

    /// Returns the word before its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Principal => "principal",
            Self::Context => "context",
            Self::View => "view",
            Self::Plan => "plan",
        }
    }
}
