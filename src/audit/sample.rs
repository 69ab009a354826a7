//! Snapshots for tests, in few words.

use super::build::Builder;
use super::coverage::{Coverage, Method};
use super::snapshot::{Origin, Reading, Snapshot};
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::platform::Generation;
use crate::domain::role::Role;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;

/// The moment at which every sample was taken.
pub(crate) const TAKEN: &str = "2026-11-25T12:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

pub(crate) fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

pub(crate) fn who(name: &str) -> Principal {
    Principal::from_platform(name)
}

pub(crate) fn origin(generation: Generation) -> Origin {
    Origin {
        server: "https://nemo.example.com".to_owned(),
        server_version: None,
        generation,
        caller: "admin@example.com".to_owned(),
        is_platform_admin: true,
        started_at: at(TAKEN),
        ended_at: at(TAKEN),
    }
}

pub(crate) fn binding(workspace: &str, principal: &str, role: &str) -> Binding {
    Binding {
        principal: who(principal),
        workspace: ws(workspace),
        role: Role::from_platform(role),
        granted_at: None,
        granted_by: None,
        revoked_at: None,
        created_at: None,
    }
}

/// A platform as it is read by its role bindings.
pub(crate) struct Sample {
    generation: Generation,
    workspaces: Vec<(Workspace, Reading)>,
    bindings: Vec<Binding>,
}

impl Sample {
    /// Returns a platform of the newest generation with nothing in it.
    pub(crate) fn new() -> Self {
        Self {
            generation: Generation::Helix,
            workspaces: Vec::new(),
            bindings: Vec::new(),
        }
    }

    pub(crate) fn on(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Adds a workspace that was read, described, and made by nobody knows whom.
    pub(crate) fn workspace(self, name: &str) -> Self {
        let described = Workspace {
            description: Some("for something".to_owned()),
            ..Workspace::known_by_name(ws(name))
        };
        self.known(described, Reading::Read)
    }

    pub(crate) fn known(mut self, workspace: Workspace, reading: Reading) -> Self {
        self.workspaces.push((workspace, reading));
        self
    }

    /// Adds a workspace of which only the maker and the day are known.
    pub(crate) fn made(self, name: &str, by: &str, on: &str) -> Self {
        let made = Workspace {
            created_by: Some(by.to_owned()),
            created_at: Some(at(on)),
            ..Workspace::known_by_name(ws(name))
        };
        self.known(made, Reading::Read)
    }

    /// Gives roles, separated by commas, at a time and by somebody that are not known.
    pub(crate) fn holds(mut self, workspace: &str, principal: &str, roles: &str) -> Self {
        let all = roles.split(',').map(|role| binding(workspace, principal, role));
        self.bindings.extend(all);
        self
    }

    /// Gives one role, by somebody and at a time that are known.
    pub(crate) fn granted(mut self, workspace: &str, principal: &str, role: &str, by: &str, on: &str) -> Self {
        self.bindings.push(Binding {
            granted_at: Some(at(on)),
            created_at: Some(at(on)),
            granted_by: Some(by.to_owned()),
            ..binding(workspace, principal, role)
        });
        self
    }

    pub(crate) fn builder(&self) -> Builder {
        let mut builder = Builder::new(origin(self.generation));
        for (workspace, reading) in &self.workspaces {
            builder.add_workspace(workspace);
            builder.mark(&workspace.name, reading.clone());
        }
        for binding in &self.bindings {
            builder.add_binding(binding.clone());
        }
        builder
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.builder().freeze(Coverage::nothing(Method::Bindings), at(TAKEN))
    }
}
