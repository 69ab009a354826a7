//! The platform a test runs on: a sandbox in this process, and changes made behind the console's back.

use nmp_console::api::{BaseUrl, Client, Connection, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::member::Roster;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::runtime::now;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running, Seed};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A sandbox that serves until it is dropped.
pub(crate) struct Platform {
    runtime: Runtime,
    running: Option<Running>,
    address: SocketAddr,
}

impl Platform {
    /// Starts a sandbox that holds nothing but what every platform holds.
    pub(crate) fn empty() -> Self {
        Self::start(Options::default())
    }

    /// Starts a sandbox with the sample organisation.
    pub(crate) fn demo() -> Self {
        Self::start(Options {
            seed: Seed::Demo,
            ..Options::default()
        })
    }

    /// Starts a sandbox in which something goes wrong on purpose.
    pub(crate) fn with_fault(fault: &str) -> Self {
        Self::start(Options {
            faults: vec![fault.parse().unwrap()],
            ..Options::default()
        })
    }

    pub(crate) fn start(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let running = runtime.block_on(sandbox::start(options)).unwrap();
        let address = running.addr();
        Self {
            runtime,
            running: Some(running),
            address,
        }
    }

    /// Stops serving; the address stays known.
    pub(crate) fn stop(&mut self) {
        self.runtime.block_on(self.running.take().unwrap().stop());
    }

    /// Serves again, at the same address.
    pub(crate) fn start_again(&mut self) {
        let options = Options {
            listen: self.address,
            ..Options::default()
        };
        self.running = Some(self.runtime.block_on(sandbox::start(options)).unwrap());
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes changes as the platform admin.
    pub(crate) fn given(&self, changes: impl IntoIterator<Item = Change>) -> &Self {
        let client = self.client();
        for change in changes {
            self.runtime.block_on(client.apply(&change, Propagation::Skip)).unwrap();
        }
        self
    }

    /// Returns who is a member of `workspace`.
    pub(crate) fn members(&self, workspace: &str) -> Roster {
        self.runtime.block_on(self.client().members(&ws(workspace))).unwrap()
    }

    /// Returns whether there is a workspace `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.runtime.block_on(self.client().workspace(&ws(name))).is_ok()
    }

    fn client(&self) -> Client {
        let mut connection = Connection::to(BaseUrl::parse(&self.url()).unwrap());
        connection.token = Some(token().into());
        Client::new(connection).unwrap()
    }
}

/// Returns a token of the platform admin.
pub(crate) fn token() -> String {
    token_of(PLATFORM_ADMIN)
}

/// Returns a token of anybody.
pub(crate) fn token_of(email: &str) -> String {
    sandbox::unsigned_token(email, now(), Duration::from_hours(1))
}

pub(crate) fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

pub(crate) fn create(name: &str) -> Change {
    Change::CreateWorkspace {
        name: ws(name),
        description: None,
    }
}

pub(crate) fn described(name: &str, description: &str) -> Change {
    Change::CreateWorkspace {
        name: ws(name),
        description: Some(description.to_owned()),
    }
}

pub(crate) fn add(workspace: &str, who: &str, role: Role) -> Change {
    Change::Roles {
        workspace: ws(workspace),
        principal: Principal::from_platform(who),
        before: RoleSet::default(),
        after: RoleSet::only(role),
    }
}

pub(crate) fn remove(workspace: &str, who: &str, role: Role) -> Change {
    Change::Roles {
        workspace: ws(workspace),
        principal: Principal::from_platform(who),
        before: RoleSet::only(role),
        after: RoleSet::default(),
    }
}

pub(crate) fn project(workspace: &str, name: &str) -> Change {
    Change::CreateProject {
        workspace: ws(workspace),
        name: ResourceName::from_platform(name),
        description: None,
    }
}
