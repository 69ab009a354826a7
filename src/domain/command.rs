//! The grammar of the platform's own CLIs: the one place that knows how a command is written.
//!
//! A [`Grammar`] speaks to a server of one generation through one program. Where that CLI has no command for
//! something, there is none. Start reading at [`Grammar::change`].

mod resources;
mod words;

pub use words::{Command, quoted, typed};

use super::change::{Change, RoleChange};
use super::cli::{Cli, Place, Programs};
use super::ids::{Principal, WorkspaceName};
use super::platform::{Generation, Support};
use super::resource::{ResourceId, ResourceKind};
use super::role::RoleSet;
use words::Words;

/// The program of the console itself.
const CONSOLE: &str = "nmp-console";

/// How commands are written for one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar {
    generation: Generation,
    /// Whether the server tells how far a deletion is: the CLI of its release has a command for that, or has not.
    deletion_status: Support,
    /// The program, with what tells it where to act.
    begin: Words,
}

/// Prints an audit with the console itself, as `filter` has it; `format` and `file` where it goes to a file.
pub fn audit(place: &Place, filter: Option<&str>, format: Option<&str>, file: Option<&str>) -> Command {
    let mut words = Words::default();
    words.plain(CONSOLE);
    words.plain("audit");
    match place {
        Place::Current => {}
        Place::Context(name) => words.option("--context", name.raw()),
        Place::Address(url) => words.option("--base-url", url.as_str()),
    }
    words.option_if("--filter", filter);
    words.option_if("--format", format);
    words.option_if("--output", file);
    words.into()
}

impl Grammar {
    /// Returns the grammar for whom `cli` belongs to, at a server of this generation.
    pub fn new(cli: &Cli, generation: Generation) -> Self {
        let program = cli.programs.program(generation);
        let mut begin = Words::default();
        begin.plain(program);
        match &cli.place {
            _ if !Self::names_places(generation) => {}
            Place::Current => {}
            Place::Context(name) => begin.option("--context", name.raw()),
            Place::Address(url) => begin.option("--base-url", url.as_str()),
        }
        Self {
            generation,
            deletion_status: Support::Unknown,
            begin,
        }
    }

    /// Returns whether a command says where it acts: how the CLI of the first generation is told that is not known.
    pub fn names_places(generation: Generation) -> bool {
        generation != Generation::Seed
    }

    /// Returns it for a server of which this is known about the progress of deletions.
    #[must_use]
    pub fn with_deletion_status(self, deletion_status: Support) -> Self {
        Self {
            deletion_status,
            ..self
        }
    }

    /// Returns the grammar for readers elsewhere, of whom nothing is known.
    pub fn of(generation: Generation) -> Self {
        let mut begin = Words::default();
        begin.plain(Programs::default().program(generation));
        Self {
            generation,
            deletion_status: Support::Unknown,
            begin,
        }
    }

    /// Returns whether commands about members set the workspace that commands act in by themselves, and leave it set:
    /// what it was before is not known here.
    pub fn moves_default(&self) -> bool {
        self.generation == Generation::Seed
    }

    /// Returns the generation of the server it speaks to.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The command that lists the workspaces.
    pub fn list_workspaces(&self) -> Command {
        self.complete_list(self.words("workspaces list"))
    }

    /// The command that shows one workspace.
    pub fn workspace(&self, name: &WorkspaceName) -> Command {
        self.words("workspaces get").about(name.raw()).into()
    }

    /// Says how far a deletion is, where the server tells.
    pub fn deletion(&self, name: &WorkspaceName) -> Option<Command> {
        let is_told = self.deletion_status == Support::Yes;
        is_told.then(|| self.words("workspaces deletion-status").about(name.raw()).into())
    }

    /// Lists the members of a workspace.
    pub fn list_members(&self, workspace: &WorkspaceName) -> Command {
        self.members("list", workspace, |words| words)
    }

    /// Lists the things of one kind, where the CLI has a command for it.
    pub fn list_resources(&self, workspace: &WorkspaceName, kind: ResourceKind) -> Option<Command> {
        let mut words = self.words(resources::group(kind, self.generation)?);
        words.plain("list");
        words.option("--workspace", workspace.raw());
        Some(self.complete_list(words))
    }

    /// Shows one thing, where the CLI has a command for it.
    pub fn resource(&self, workspace: &WorkspaceName, id: &ResourceId) -> Option<Command> {
        let mut words = self.words(resources::group(id.kind, self.generation)?);
        words.plain("get");
        words.option("--workspace", workspace.raw());
        Some(words.about(id.name.raw()).into())
    }

    /// Makes a context the current one; the first generation had none.
    pub fn use_context(&self, name: &str) -> Option<Command> {
        let mut words = Words::default();
        words.plain(self.program());
        words.plain("config use-context");
        (self.generation != Generation::Seed).then(|| words.about(name).into())
    }

    /// Makes a workspace the one that commands act in by themselves.
    pub fn use_workspace(&self, workspace: &WorkspaceName) -> Command {
        let mut words = self.words("config set");
        words.option("--workspace", workspace.raw());
        words.into()
    }

    /// The command that logs in, if this family of the CLI has one.
    pub fn log_in(&self) -> Option<Command> {
        (self.generation != Generation::Seed).then(|| self.words("auth login").into())
    }

    /// The command that logs out, if this family of the CLI has one.
    pub fn log_out(&self) -> Option<Command> {
        (self.generation != Generation::Seed).then(|| self.words("auth logout").into())
    }

    /// Says who is logged in.
    pub fn who_am_i(&self) -> Option<Command> {
        (self.generation != Generation::Seed).then(|| self.words("auth status").into())
    }

    /// Makes `change`, where the CLI has a command for it.
    pub fn change(&self, change: &Change) -> Option<Command> {
        Some(match change {
            Change::CreateWorkspace { name, description } => self.create_workspace(name, description.as_deref()),
            Change::Describe { workspace, after, .. } => {
                if self.generation == Generation::Seed {
                    return None;
                }
                let mut words = self.words("workspaces update");
                words.option("--description", after);
                words.about(workspace.raw()).into()
            }
            Change::DeleteWorkspace { workspace } | Change::RetryDeletion { workspace } => {
                self.words("workspaces delete").about(workspace.raw()).into()
            }
            Change::Roles {
                workspace,
                principal,
                before,
                after,
            } => match RoleChange::of(before, after) {
                RoleChange::Add => self.members("create", workspace, |mut words| {
                    words.option("--principal", principal.raw());
                    with_roles(words, after)
                }),
                RoleChange::Replace => self.members("update", workspace, |words| {
                    about_member(with_roles(words, after), principal)
                }),
                RoleChange::Remove => self.members("delete", workspace, |words| about_member(words, principal)),
            },
            Change::CreateProject {
                workspace,
                name,
                description,
            } => {
                let mut words = self.words(resources::group(ResourceKind::Project, self.generation)?);
                words.plain("create");
                words.option("--workspace", workspace.raw());
                words.option_if("--description", description.as_deref());
                words.about(name.raw()).into()
            }
            Change::DeleteResource { workspace, target } => {
                let mut words = self.words(resources::group(target.kind, self.generation)?);
                words.plain("delete");
                words.option("--workspace", workspace.raw());
                words.about(target.name.raw()).into()
            }
        })
    }

    fn create_workspace(&self, name: &WorkspaceName, description: Option<&str>) -> Command {
        let mut words = self.words("workspaces create");
        if self.generation == Generation::Seed {
            words.option("--name", name.raw());
        } else {
            words = words.about(name.raw());
        }
        words.option_if("--description", description);
        words.into()
    }

    fn program(&self) -> &str {
        self.begin.program()
    }

    fn words(&self, group: &str) -> Words {
        let mut words = self.begin.clone();
        words.plain(group);
        words
    }

    /// Writes a command about members. The first generation knows no option for the workspace: there it is set first.
    fn members(&self, verb: &str, workspace: &WorkspaceName, rest: impl FnOnce(Words) -> Words) -> Command {
        let group = match self.generation {
            Generation::Seed | Generation::Platform01 => "members",
            Generation::Platform03 | Generation::Platform06 | Generation::Helix | Generation::Unknown => {
                "workspaces members"
            }
        };
        let mut words = self.words(group);
        words.plain(verb);
        if self.generation == Generation::Seed {
            return self.use_workspace(workspace).and_then(&rest(words).into());
        }
        words.option("--workspace", workspace.raw());
        rest(words).into()
    }

    /// Asks for all pages of a list, where that has to be said and can be.
    fn complete_list(&self, mut words: Words) -> Command {
        if !matches!(self.generation, Generation::Seed | Generation::Platform01) {
            words.flag("--all-pages");
        }
        words.into()
    }
}

fn about_member(words: Words, principal: &Principal) -> Words {
    words.about(principal.raw())
}

fn with_roles(mut words: Words, roles: &RoleSet) -> Words {
    for role in roles.iter() {
        words.option("--roles", role.raw());
    }
    words
}

#[cfg(test)]
mod tests;
