//! What the platform says of the caller where it shows them no members: they are asked about as `can` asks about them.

use super::{Found, Source};
use crate::api::{Client, Error, ErrorKind};
use crate::audit::Reading;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::platform::Allowed;
use crate::domain::role::Role;
use futures_util::{StreamExt as _, stream};
use std::collections::BTreeMap;

/// In how many workspaces they are asked about where none is named: each takes a request.
const MOST_UNNAMED: usize = 100;
/// How many workspaces are asked about at once.
const AT_ONCE: usize = 8;

/// What the platform says of the caller.
#[derive(Debug, Default)]
pub(super) struct Caller {
    /// By which name they are asked about; nothing where they have none.
    pub(super) principal: Option<Principal>,
    /// What it says, workspace by workspace.
    pub(super) may: BTreeMap<WorkspaceName, Allowed>,
    /// In how many more workspaces it was not asked.
    pub(super) n_not_asked: usize,
}

impl Caller {
    /// Returns the caller, and whether they may, where their role cannot be read.
    pub(super) fn answer(&self, workspace: &WorkspaceName) -> Option<(&Principal, Allowed)> {
        Some((self.principal.as_ref()?, *self.may.get(workspace)?))
    }

    /// Returns the caller where the platform says that they may.
    pub(super) fn who_may(&self, workspace: &WorkspaceName) -> Option<&Principal> {
        let answer = self.answer(workspace);
        answer.filter(|(_, may)| *may == Allowed::Yes).map(|(caller, _)| caller)
    }

    /// Returns the workspaces in which the platform refuses it to them.
    pub(super) fn refused_in(&self) -> impl Iterator<Item = &WorkspaceName> {
        let refused = self.may.iter().filter(|(_, may)| **may == Allowed::No);
        refused.map(|(workspace, _)| workspace)
    }
}

/// Asks about the caller wherever members were refused to them; a failure ends that.
pub(super) async fn ask(client: &Client, found: &Found) -> (Caller, Option<Error>) {
    let mut caller = Caller {
        principal: found.info.identity.as_maker(),
        ..Caller::default()
    };
    if caller.principal.is_none() || found.all_may().is_some() {
        return (Caller::default(), None);
    }
    let snapshot = match &found.source {
        Source::Snapshot(report) => &report.snapshot,
        Source::System(rosters) => {
            if rosters.here.is_none() {
                caller.may.insert(super::answers::system(), found.info.may_create);
            }
            return (caller, None);
        }
    };
    let refused = snapshot.reported_workspaces().map(|(_, workspace)| workspace);
    let refused = refused.filter(|it| it.reading == Reading::Denied && found.is_asked_about(&it.name));
    let mut names: Vec<&WorkspaceName> = refused.map(|workspace| &workspace.name).collect();
    let most = if found.globs.is_none() {
        MOST_UNNAMED
    } else {
        usize::MAX
    };
    let not_asked = names.split_off(most.min(names.len()));
    caller.n_not_asked = not_asked.len();
    let unknown = not_asked.into_iter().map(|name| (name.clone(), Allowed::Unknown));
    caller.may.extend(unknown);
    let asked = names
        .into_iter()
        .map(async |name| (name, may(client, found, name).await));
    let mut answers = stream::iter(asked).buffered(AT_ONCE);
    while let Some((name, answer)) = answers.next().await {
        match answer {
            Ok(may) => _ = caller.may.insert(name.clone(), may),
            Err(error) => return (caller, Some(error)),
        }
    }
    (caller, None)
}

/// Asks by one request at most: whoever is refused the members is no Admin.
async fn may(client: &Client, found: &Found, workspace: &WorkspaceName) -> Result<Allowed, Error> {
    let gives = |role: Role| role.gives(found.operation, workspace, found.info.generation);
    let answer = if gives(Role::Viewer) {
        client.caller_reads(workspace).await
    } else if gives(Role::Editor) {
        client.caller_writes(workspace).await
    } else {
        return Ok(Allowed::No);
    };
    match answer {
        // Deleted since its members were asked for.
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Allowed::Unknown),
        answer => answer,
    }
}
