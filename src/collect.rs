//! Reading who has access to what from a platform, in the way that asks least of it.
//!
//! [`collect`] reads and [`audit`](crate::audit) judges. A platform admin's reading is two lists, workspaces and role
//! bindings, in a few large pages (`bulk`). Anybody else's is one member list for each workspace (`members`), several
//! at once as far as that is faster (`pace`). While it goes on, a report of what is known so far is handed out now and
//! then (`collector`), and whatever ends it, the last report says how much is missing.

mod bulk;
mod collector;
mod members;
mod pace;

use crate::api::{Client, Error};
use crate::audit::coverage::Progress;
use crate::audit::{Origin, Policy, Report};
use crate::domain::glob::Globs;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::text::SafeText;
use collector::Collector;
use jiff::Timestamp;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What to read, and how to judge it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The rules and exceptions.
    pub policy: Arc<Policy>,
    /// Which workspaces are meant, by name; without it all. Reports do not speak of the others; `system` is read in any
    /// case, since it says who is a platform admin everywhere.
    pub workspaces: Option<Globs>,
    /// What is known of the server and the caller already; without it, that is asked first.
    pub info: Option<ServerInfo>,
    /// Whether revoked grants are read, too, where the caller may read them.
    pub has_history: bool,
    /// The moment that is asked about, where that is not the present: who held what then, as the role bindings tell it.
    pub as_of: Option<Timestamp>,
    /// Whether somebody looks at what is known while the reading goes on.
    pub parts: Parts,
    /// What tells the time.
    pub clock: fn() -> Timestamp,
    /// Ends the reading early; what was read by then is kept.
    pub stop: CancellationToken,
}

/// Whether reports of what is known so far are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Now and then.
    Wanted,
    /// Only the last one, which is the whole: making one takes time and memory.
    Unwanted,
}

impl Options {
    /// Returns whether the report is about this workspace.
    fn wants(&self, workspace: &WorkspaceName) -> bool {
        self.workspaces
            .as_ref()
            .is_none_or(|globs| globs.matches(workspace.raw()))
    }

    /// Returns the workspace that is read only to judge the others by.
    fn judged_by(&self) -> Option<WorkspaceName> {
        let system = WorkspaceName::from_platform(WorkspaceName::SYSTEM);
        (!self.wants(&system)).then_some(system)
    }

    /// Returns whether this workspace is read.
    fn reads(&self, workspace: &WorkspaceName) -> bool {
        self.wants(workspace) || workspace.is_system()
    }
}

/// What is heard of a reading while it goes on.
#[derive(Clone, Debug)]
pub enum Heard {
    /// How far it is.
    Progress(Progress),
    /// What is known so far, judged; the last one is the whole report.
    Part(Arc<Report>),
}

/// What came of a reading.
#[derive(Clone, Debug)]
pub struct Collected {
    /// The report, which says itself what is missing; nothing where nothing could be read.
    pub report: Option<Arc<Report>>,
    /// How the reading ended.
    pub end: End,
}

/// How a reading ended.
#[derive(Clone, Debug)]
pub enum End {
    /// Everything was asked for and answered in one way or another.
    Read,
    /// It was told to stop.
    Stopped,
    /// A list did not come to an end and was left; what was read is kept.
    Endless(SafeText),
    /// Something failed without which nothing more can be read.
    Failed(Error),
}

/// Reads who has access to what, and tells `hear` how it goes.
pub async fn collect(client: &Client, options: Options, hear: &mut (dyn FnMut(Heard) + Send)) -> Collected {
    let started_at = (options.clock)();
    let known = options.info.clone();
    let ask = async {
        match known {
            Some(info) => Ok(info),
            None => client.server_info().await,
        }
    };
    let info = tokio::select! {
        biased;
        () = options.stop.cancelled() => return nothing(End::Stopped),
        info = ask => info,
    };
    let info = match info {
        Ok(info) => info,
        Err(error) => return nothing(End::Failed(error)),
    };
    let mut collector = Collector::new(origin(client, &info, started_at), options, client.limits(), hear);
    let is_about_the_past = collector.options.as_of.is_some();
    let end = match info.platform_admin {
        Allowed::No if !is_about_the_past => members::read(client, &mut collector).await,
        Allowed::No | Allowed::Yes | Allowed::Unknown => match bulk::read(client, &mut collector).await {
            Ok(end) => end,
            // Members tell the present only.
            Err(refusal) if is_about_the_past => End::Failed(refusal),
            Err(refusal) => {
                collector.begin_again(&refusal);
                members::read(client, &mut collector).await
            }
        },
    };
    collector.finish(end).await
}

fn nothing(end: End) -> Collected {
    Collected { report: None, end }
}

fn origin(client: &Client, info: &ServerInfo, started_at: Timestamp) -> Origin {
    let identity = &info.identity;
    let caller = identity.email.clone().or_else(|| identity.subject.clone());
    Origin {
        server: client.base_url().as_str().to_owned(),
        server_version: info.version.as_ref().map(|version| version.as_str().to_owned()),
        generation: info.generation,
        caller: caller.unwrap_or_else(|| identity.label().as_str().to_owned()),
        is_platform_admin: info.platform_admin == Allowed::Yes,
        started_at,
        ended_at: started_at,
    }
}
