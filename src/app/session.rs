//! The connection as the core knows it.

use super::remote::Remote;
use crate::domain::activity::LeftOver;
use crate::domain::cli::Cli;
use crate::domain::command::Grammar;
use crate::domain::context::{ContextName, Destination, Login, Precautions};
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Deletion, Generation, ServerInfo, Support};
use crate::domain::reason::Reasons;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::path::PathBuf;

/// Whether read-only is lifted for some minutes, or can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifting {
    /// It cannot: it was asked for with this very run, or there is none.
    #[default]
    Impossible,
    /// It can.
    Possible,
    /// It is.
    Until {
        /// By the record with this number.
        number: u64,
        /// Until then.
        at: Timestamp,
    },
}

impl Lifting {
    /// Why it ends where the console goes on somewhere else, or as somebody else.
    pub(in crate::app) const MOVED_ON: &str = "the console went elsewhere";
}

/// What the outside told the console when it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The name of the connection: a context, or where the address came from.
    pub context: SafeText,
    /// The server's address.
    pub server: SafeText,
    /// What it is connected to; `None` on the welcome screen, before anything was chosen.
    pub destination: Option<Destination>,
    /// Where commands act when nothing else is said, as the context has it.
    pub default_workspace: Option<WorkspaceName>,
    /// How the context, or whatever else is in force, signs in.
    pub login: Login,
    /// The environment variable whose token is in force whatever the context holds, if there is one.
    pub token_from: Option<SafeText>,
    /// Whether this is the built-in demo.
    pub is_demo: bool,
    /// The platform's own CLI, as the user has it.
    pub cli: Cli,
    /// Where read-only comes from, if nothing may be changed.
    pub read_only: Option<SafeText>,
    /// Whether that is lifted, or can be.
    pub lifting: Lifting,
    /// What keeps somebody from taking this context for another.
    pub precautions: Precautions,
    /// Whether a change was begun here.
    pub has_changed: bool,
    /// What the server said about itself and the caller.
    pub info: Remote<ServerInfo>,
    /// The workspace to start on, if one is set.
    pub start_at: Option<WorkspaceName>,
    /// The file or folder whose plan is to be reviewed, if one was named.
    pub plan: Option<PathBuf>,
    /// What the user should know about how the console was started.
    pub warnings: Vec<SafeText>,
    /// What earlier sessions left to be looked after, until it is known who the caller is.
    pub left: LeftOver,
    /// Whether changes are written into the journal.
    pub is_journalled: bool,
    /// What this server was seen to do when a workspace that was not empty was deleted.
    pub observed_deletion: Option<Deletion>,
    /// For which changes a reason must be given.
    pub reasons: Reasons,
    /// The folder in which files are written that are named without one.
    pub folder: Option<SafeText>,
}

impl Session {
    /// Returns the context in use, where one is.
    pub fn context_in_use(&self) -> Option<&ContextName> {
        match &self.destination {
            Some(Destination::Context(name)) => Some(name),
            Some(Destination::Address(_) | Destination::Demo) | None => None,
        }
    }

    /// Returns where read-only comes from, where nothing may be changed now.
    pub fn forbids_changes(&self) -> Option<&SafeText> {
        self.read_only.as_ref().filter(|_| self.lifted_until().is_none())
    }

    /// Returns until when read-only is lifted, if it is.
    pub fn lifted_until(&self) -> Option<Timestamp> {
        match self.lifting {
            Lifting::Until { at, .. } => Some(at),
            Lifting::Possible | Lifting::Impossible => None,
        }
    }

    /// Returns what has to be typed before a change, whatever the change itself asks for: the name of a protected context,
    /// once.
    pub fn name_to_type(&self) -> Option<&str> {
        let name = self.precautions.typed.as_ref();
        name.map(ContextName::raw).filter(|_| !self.has_changed)
    }

    /// Returns the generation of the server.
    pub fn generation(&self) -> Generation {
        let info = self.info.value();
        info.map_or(Generation::Unknown, |info| info.generation)
    }

    /// Returns whether this server tells how far a deletion is.
    pub fn deletion_status(&self) -> Support {
        let info = self.info.value();
        info.map_or(Support::Unknown, |info| info.deletion_status)
    }

    /// Returns the grammar of the user's CLI for the present server.
    pub fn grammar(&self) -> Grammar {
        self.grammar_of(self.generation())
            .with_deletion_status(self.deletion_status())
    }

    /// Returns the grammar of the user's CLI for a server of this generation.
    pub fn grammar_of(&self, generation: Generation) -> Grammar {
        Grammar::new(&self.cli, generation)
    }
}
