//! What the rows of the journal say, and what can be asked of them.

use super::SortKey;
use crate::app::filter::{Hear, hear_both, is_by, is_then};
use crate::app::list::Compared;
use crate::app::screen::members::is_called;
use crate::app::time;
use crate::domain::activity::{Record, Verdict};
use crate::domain::change::{Change, RoleChange};
use crate::domain::query::Asks;
use crate::domain::text;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::ops::ControlFlow;

/// What is said of a change that a later one took back.
pub const UNDONE: &str = "undone";

/// Tells what the row of a change says, in every column.
pub(super) fn tell<'a>(
    record: &'a Record,
    is_undone: bool,
    now: Timestamp,
    hear: &mut Hear<'_, 'a>,
) -> ControlFlow<()> {
    // What lies there as it is told comes first: what is put together for it costs more than to look through it.
    match &record.change {
        Some(Change::Roles { principal, .. }) => {
            hear_both("principal", principal.raw(), text::LONGEST, hear)?;
            if principal.is_everyone() {
                hear("principal", String::from(principal.label()).into())?;
            }
        }
        Some(Change::CreateProject { name, .. }) => hear_both("thing", name.raw(), text::LONGEST, hear)?,
        Some(Change::DeleteResource { target, .. }) => {
            hear_both("thing", target.name.raw(), text::LONGEST, hear)?;
        }
        Some(
            Change::CreateWorkspace { .. }
            | Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::RetryDeletion { .. },
        )
        | None => {}
    }
    if let Some(change) = &record.change {
        hear_both("workspace", change.workspace().raw(), text::LONGEST, hear)?;
        if matches!(change, Change::CreateProject { .. } | Change::DeleteResource { .. }) {
            hear("change", String::from(record.target()).into())?;
        }
    }
    hear("outcome", record.outcome().into())?;
    if is_undone {
        hear("outcome", UNDONE.into())?;
    }
    hear_both("by", record.caller.name(), text::LONGEST, hear)?;
    if let Some(reason) = &record.reason {
        hear("reason", reason.as_str().into())?;
    }
    hear("server", record.server.as_str().into())?;
    hear("change", String::from(record.in_words()).into())?;
    hear("time", time::relative(record.at, now).into())
}

/// Returns whether a change is what a word with a key asks for.
pub(super) fn fits(record: &Record, asks: &Asks) -> bool {
    if let Asks::By(part) = asks {
        let names = [&record.caller.email, &record.caller.subject];
        return names.into_iter().any(|name| is_by(name.as_deref(), part));
    }
    if is_then(Some(record.at), asks) {
        return true;
    }
    let Some(change) = &record.change else { return false };
    if let Asks::Who(name) = asks {
        return change.principal().is_some_and(|principal| name.is_principal(principal));
    }
    if let Asks::Workspace(name) = asks {
        return name.fits(change.workspace().raw());
    }
    if let Asks::Kind(wanted) = asks {
        return kind(change) == wanted || (wanted == "undo" && record.undoes.is_some());
    }
    let (before, after) = change.roles();
    if let Asks::Role(role) = asks {
        return is_called(&before, role) || is_called(&after, role);
    }
    matches!(asks, Asks::Allows(least) if before.strength().max(after.strength()) >= *least)
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Roles { before, after, .. } => match RoleChange::of(before, after) {
            RoleChange::Add => "add",
            RoleChange::Replace => "change",
            RoleChange::Remove => "remove",
        },
        Change::CreateWorkspace { .. } | Change::CreateProject { .. } => "create",
        Change::Describe { .. } => "describe",
        Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } | Change::DeleteResource { .. } => "delete",
    }
}

/// Compares two changes; those before which others come are smaller. Of some orders only the journal knows.
pub(super) fn compare(key: SortKey, a: &Record, b: &Record) -> Option<Compared> {
    Some(match key {
        // The journal has them in the order in which they were made, whatever a clock said.
        SortKey::Time => return None,
        SortKey::Workspace => Compared::of(workspace(a), workspace(b)),
        SortKey::Target => Compared::of(name(a), name(b)),
        SortKey::Outcome => gravity(verdict_of(a)).cmp(&gravity(verdict_of(b))).into(),
        SortKey::By => a.caller.label().as_str().cmp(b.caller.label().as_str()).into(),
    })
}

fn workspace(record: &Record) -> Option<&str> {
    Some(record.change.as_ref()?.workspace().raw())
}

fn name(record: &Record) -> Option<(u8, &str)> {
    Some(match record.change.as_ref()? {
        Change::Roles { principal, .. } => (0, principal.raw()),
        Change::CreateProject { name, .. } => (1, name.raw()),
        Change::DeleteResource { target, .. } => (1, target.name.raw()),
        change @ (Change::CreateWorkspace { .. }
        | Change::Describe { .. }
        | Change::DeleteWorkspace { .. }
        | Change::RetryDeletion { .. }) => (2, change.workspace().raw()),
    })
}

/// Returns what became of a change, where that is written down.
pub(super) fn verdict_of(record: &Record) -> Option<Verdict> {
    record.end.as_ref().map(|(_, end)| end.verdict)
}

/// Returns how much it needs a look: what does comes first.
pub(super) fn gravity(verdict: Option<Verdict>) -> (bool, Reverse<Option<Verdict>>) {
    (verdict.is_some(), Reverse(verdict))
}
