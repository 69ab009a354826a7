//! What lies in the workspaces that a plan changes, counted for whoever reviews it.

use crate::access::Plan;
use crate::access::plan::Contents;
use crate::api::Client;
use crate::audit::coverage::Progress;
use crate::cli::audit::progress::Line;
use crate::domain::change::Change;
use crate::domain::generation::Generation;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::{ResourceKind, Tally};
use futures_util::future::join_all;
use std::collections::BTreeSet;

/// Counts what lies in every workspace that `plan` changes and does not create, one after the other; the kinds of each at once.
pub(super) async fn counted(client: &Client, generation: Generation, plan: &Plan, line: &mut Line) -> Vec<Contents> {
    let changes = || plan.changes.iter().map(|planned| &planned.change);
    let created = changes().filter(|change| change.role_change().is_none());
    let created: BTreeSet<&WorkspaceName> = created.map(Change::workspace).collect();
    let workspaces = changes().map(Change::workspace);
    let workspaces: BTreeSet<&WorkspaceName> = workspaces.filter(|name| !created.contains(name)).collect();
    let n_all = Some(workspaces.len());
    let mut all = Vec::with_capacity(workspaces.len());
    for (n_done, workspace) in workspaces.into_iter().enumerate() {
        line.show(Progress { n_done, n_all });
        all.push(contents(client, generation, workspace).await);
    }
    all
}

async fn contents(client: &Client, generation: Generation, workspace: &WorkspaceName) -> Contents {
    let kinds: Vec<ResourceKind> = ResourceKind::of(generation).collect();
    let tallies = join_all(kinds.iter().map(|kind| client.count(workspace, *kind))).await;
    let mut contents = Contents {
        workspace: workspace.clone(),
        counts: Vec::new(),
        uncounted: Vec::new(),
    };
    for (kind, tally) in kinds.into_iter().zip(tallies) {
        match tally {
            Ok(Tally::Number(n)) => contents.counts.push((kind, n)),
            // A platform without its service has none of them.
            Ok(Tally::NotInstalled) => {}
            Err(_) => contents.uncounted.push(kind),
        }
    }
    contents
}
