//! Plans made and applied against a sandbox, without a command around them.

use crate::session_given::{client, token};
use jiff::Timestamp;
use nmp_console::access::plan::{Circumstances, Last, Phase, Source};
use nmp_console::access::{Mode, Plan, Shall, Wanted, Wish, Wishes};
use nmp_console::api::{self, Client, Propagation};
use nmp_console::app::change::{Intent, Settled};
use nmp_console::audit::{Policy, Report};
use nmp_console::collect::{End, Options, Parts, collect};
use nmp_console::domain::activity::Provenance;
use nmp_console::domain::change::Change;
use nmp_console::domain::identity::Identity;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::runtime::{Batch, Platform};
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Running};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[expect(clippy::disallowed_methods, reason = "what is granted is dated by the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

pub(crate) fn who(name: &str) -> Principal {
    Principal::from_platform(name)
}

/// Reads roles that are separated by blanks.
pub(crate) fn roles(text: &str) -> RoleSet {
    text.split_whitespace().map(Role::from_platform).collect()
}

pub(crate) fn hold(principal: &str, held: &str) -> Wanted {
    let roles = roles(held);
    Wanted {
        principal: who(principal).into(),
        shall: if roles.is_empty() {
            Shall::BeAbsent
        } else {
            Shall::Hold(roles)
        },
        said: None,
    }
}

pub(crate) fn wish(name: &str, mode: Mode, members: &[(&str, &str)]) -> Wish {
    Wish {
        workspace: ws(name),
        mode,
        owner: None,
        create: None,
        members: members.iter().map(|(principal, held)| hold(principal, held)).collect(),
        place: None,
    }
}

pub(crate) fn wishes(workspaces: Vec<Wish>) -> Wishes {
    Wishes {
        server: None,
        workspaces,
    }
}

/// A platform, and somebody who plans there.
pub(crate) struct Site {
    pub(crate) running: Running,
    pub(crate) client: Client,
}

impl Site {
    /// Starts a platform with workspaces, each with its members; the platform admin who makes them is none of them.
    pub(crate) async fn with(options: sandbox::Options, workspaces: &[(&str, &[(&str, &str)])]) -> Self {
        let running = sandbox::start(options).await.unwrap();
        let site = Self {
            client: client(&running.url(), Some(token(PLATFORM_ADMIN)), api::Mode::Full),
            running,
        };
        for (name, members) in workspaces {
            site.make(name, members).await;
        }
        site
    }

    pub(crate) async fn make(&self, name: &str, members: &[(&str, &str)]) {
        let create = Change::CreateWorkspace {
            name: ws(name),
            description: Some("for a test".to_owned()),
        };
        let grants = members.iter().map(|(principal, held)| set(name, principal, "", held));
        let leave = set(name, PLATFORM_ADMIN, "Admin", "");
        let is_member = members.iter().any(|(principal, _)| *principal == PLATFORM_ADMIN);
        let leave = (!is_member).then_some(leave);
        for change in [create]
            .into_iter()
            .chain(grants.filter(|change| !is_own_grant(change)))
            .chain(leave)
        {
            self.client.apply(&change, Propagation::Skip).await.unwrap();
        }
    }

    /// Reads everything, revoked grants, too.
    pub(crate) async fn report(&self) -> Arc<Report> {
        let options = Options {
            policy: Arc::new(Policy::default()),
            workspaces: None,
            info: None,
            as_of: None,
            has_history: true,
            parts: Parts::Unwanted,
            clock: now,
            stop: CancellationToken::new(),
        };
        let collected = collect(&self.client, options, &mut |_| ()).await;
        assert!(matches!(collected.end, End::Read), "{:?}", collected.end);
        collected.report.unwrap()
    }

    pub(crate) async fn identity(&self) -> Identity {
        let info = self.client.server_info().await.unwrap();
        Identity {
            is_platform_admin: info.platform_admin == Allowed::Yes,
            ..info.identity
        }
    }

    pub(crate) async fn plan(&self, wishes: &Wishes) -> Plan {
        let (report, identity) = (self.report().await, self.identity().await);
        let at = Circumstances {
            identity: &identity,
            now: now(),
            last: &Last::new(),
            source: Source::default(),
        };
        Plan::for_wishes(wishes, &report, &at)
    }

    /// Makes the changes of `plan`, whatever its guards say.
    pub(crate) async fn apply(&self, plan: &Plan) -> Vec<Settled> {
        apply(&self.client, plan).await
    }
}

/// Makes the changes of `plan` through `client`.
pub(crate) async fn apply(client: &Client, plan: &Plan) -> Vec<Settled> {
    let identity = client.server_info().await.unwrap().identity;
    let intents = Intent::in_order(plan.changes.iter().map(Intent::from).collect(), &identity);
    let made = plan.changes.iter().filter(|planned| planned.phase == Phase::Create);
    let made = made.map(|planned| planned.change.workspace().clone());
    let platform = Platform::new(client.clone(), None);
    let mut batch = Batch::begin(platform, intents, Provenance::default(), made);
    while batch.go_on().await.is_some() {}
    batch.run().settled().to_vec()
}

pub(crate) fn set(workspace: &str, principal: &str, before: &str, after: &str) -> Change {
    Change::Roles {
        workspace: ws(workspace),
        principal: who(principal),
        before: roles(before),
        after: roles(after),
    }
}

/// Whoever makes a workspace is its Admin without a grant.
fn is_own_grant(change: &Change) -> bool {
    let (_, after) = change.roles();
    change.principal() == Some(&who(PLATFORM_ADMIN)) && after == roles("Admin")
}
