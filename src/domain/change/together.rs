//! What several changes that were confirmed together are about, in a few words without a number: those stand beside it.

use super::{Change, RoleChange};
use std::mem;

/// Returns what all these changes do: `remove members from 'ml-team'`.
pub fn together<'a>(mut changes: impl Iterator<Item = &'a Change> + Clone) -> String {
    let place = match the_same(changes.clone().map(Change::workspace)) {
        Some(workspace) => format!("'{}'", workspace.shown()),
        None => "several workspaces".to_owned(),
    };
    let whom = match the_same(changes.clone().map(Change::principal)) {
        Some(Some(principal)) => principal.label().to_string(),
        Some(None) | None => "members".to_owned(),
    };
    let kinds = changes
        .clone()
        .map(|change| (mem::discriminant(change), change.role_change()));
    let Some(first) = changes.next().filter(|_| the_same(kinds).is_some()) else {
        return format!("changes in {place}");
    };
    match first {
        Change::Roles { before, after, .. } => match RoleChange::of(before, after) {
            RoleChange::Add => format!("add {whom} to {place}"),
            RoleChange::Replace => format!("change {whom} in {place}"),
            RoleChange::Remove => format!("remove {whom} from {place}"),
        },
        Change::CreateWorkspace { .. } => "create workspaces".to_owned(),
        Change::Describe { .. } => "describe workspaces".to_owned(),
        Change::DeleteWorkspace { .. } => "delete workspaces".to_owned(),
        Change::RetryDeletion { .. } => "retry deletions".to_owned(),
        Change::CreateProject { .. } => format!("create projects in {place}"),
        Change::DeleteResource { .. } => format!("delete resources in {place}"),
    }
}

fn the_same<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|one| one == first).then_some(first)
}
