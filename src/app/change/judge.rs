//! Comparing: is the target still what the author saw, and has the change come true?

use super::{Intent, Outcome, Sent};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Aim, Found};
use crate::domain::change::Change;
use crate::domain::ids::Principal;
use crate::domain::member::Roster;
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, counted};

/// Returns what must be read before and after `change`.
pub(super) fn aim(change: &Change) -> Aim {
    let workspace = change.workspace().clone();
    match change {
        Change::AddMember { .. } | Change::SetRoles { .. } | Change::RemoveMember { .. } => Aim::Members(workspace),
        Change::CreateWorkspace { .. } | Change::Describe { .. } => Aim::Workspace(workspace),
        Change::DeleteWorkspace { .. } | Change::CreateProject { .. } | Change::DeleteProject { .. } => {
            Aim::Contents(workspace)
        }
    }
}

/// Returns in words how the fresh state differs from what the author saw; `None` where it does not.
pub(super) fn drift(intent: &Intent, found: &Found) -> Option<SafeText> {
    match (&intent.change, found) {
        (Change::AddMember { principal, .. }, Found::Members(roster)) => {
            let held = roster.roles_of(principal);
            (!held.is_empty()).then(|| roles_drift(principal, &RoleSet::default(), &held, roster))
        }
        (
            Change::SetRoles { principal, before, .. } | Change::RemoveMember { principal, before, .. },
            Found::Members(roster),
        ) => {
            let held = roster.roles_of(principal);
            (held != *before).then(|| roles_drift(principal, before, &held, roster))
        }
        (Change::Describe { before, .. }, Found::Workspace(Some(workspace))) => {
            let same =
                |a: &Option<String>, b: &Option<String>| a.as_deref().unwrap_or("") == b.as_deref().unwrap_or("");
            (!same(before, &workspace.description)).then(|| {
                let by = workspace.updated_by.as_deref().map(SafeText::new).unwrap_or_default();
                SafeText::new(&format!(
                    "changed since you opened this: the description is now \"{}\"{}",
                    SafeText::with_limit(workspace.description.as_deref().unwrap_or(""), 200),
                    if by.is_empty() {
                        String::new()
                    } else {
                        format!(" by {by}")
                    },
                ))
            })
        }
        (_, Found::Workspace(None) | Found::Contents(None)) => Some(SafeText::new(&format!(
            "'{}' no longer exists",
            intent.change.workspace().shown()
        ))),
        (Change::DeleteWorkspace { .. }, Found::Contents(Some(_))) => contents_drift(intent.seen.as_ref(), found),
        (
            Change::CreateWorkspace { .. }
            | Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::AddMember { .. }
            | Change::SetRoles { .. }
            | Change::RemoveMember { .. }
            | Change::CreateProject { .. }
            | Change::DeleteProject { .. },
            Found::Members(_) | Found::Workspace(Some(_)) | Found::Contents(Some(_)),
        ) => None,
    }
}

fn roles_drift(principal: &Principal, seen: &RoleSet, held: &RoleSet, roster: &Roster) -> SafeText {
    if held.is_empty() {
        return SafeText::new(&format!(
            "{} is no longer a member: nothing was sent",
            principal.label()
        ));
    }
    let by = roster.find(principal).and_then(|member| member.granted_by.as_deref());
    let by = by.map(|by| format!(" by {}", SafeText::new(by))).unwrap_or_default();
    let seen = if seen.is_empty() {
        SafeText::new("no member")
    } else {
        seen.shown()
    };
    SafeText::new(&format!(
        "changed since you opened this: {} {seen} → {}{by}",
        principal.label(),
        held.shown()
    ))
}

fn contents_drift(seen: Option<&Found>, found: &Found) -> Option<SafeText> {
    let (Some(Found::Contents(Some(seen))), Found::Contents(Some(now))) = (seen, found) else {
        return None;
    };
    let name = now.workspace.name.shown();
    if seen.workspace.id != now.workspace.id {
        return Some(SafeText::new(&format!(
            "changed since you opened this: '{name}' was deleted and made anew by somebody else"
        )));
    }
    let fresh = now
        .projects
        .iter()
        .any(|project| !seen.projects.iter().any(|known| known.id == project.id));
    fresh.then(|| {
        SafeText::new(&format!(
            "changed since you opened this: '{name}' now holds {}",
            counted(now.projects.len(), "project")
        ))
    })
}

/// Returns what became of `change`, given what the request brought and what is true now.
pub(super) fn read_back(change: &Change, sent: Sent, found: Result<Found, Failure>) -> (Outcome, Option<Found>) {
    match found {
        Ok(found) => {
            let outcome = match (has_come_true(change, &found), sent) {
                (true, Sent::Accepted) => Outcome::Confirmed,
                (true, Sent::Refused(failure)) if !may_have_been_true_before(change) => Outcome::Applied(failure),
                (true, Sent::Unknown(failure)) => Outcome::Applied(failure),
                (false, Sent::Accepted) => Outcome::Overtaken(now_in_words(change, &found)),
                (_, Sent::Refused(failure)) => Outcome::Refused(failure),
                (false, Sent::Unknown(failure)) => Outcome::NotApplied(failure),
            };
            (outcome, Some(found))
        }
        // A deleted workspace may not be seen any more, and neither may the members by who gave up Admin.
        Err(unread) => {
            let is_gone = matches!(change, Change::DeleteWorkspace { .. })
                && matches!(unread.kind, FailureKind::Forbidden | FailureKind::NotFound);
            let outcome = match sent {
                Sent::Accepted if is_gone => Outcome::Confirmed,
                Sent::Accepted => Outcome::Accepted(unread),
                Sent::Refused(failure) => Outcome::Refused(failure),
                Sent::Unknown(failure) => Outcome::Unknown(failure),
            };
            (outcome, None)
        }
    }
}

/// A create that was refused because the name is taken looks as if it had come true.
fn may_have_been_true_before(change: &Change) -> bool {
    matches!(change, Change::CreateWorkspace { .. } | Change::CreateProject { .. })
}

fn has_come_true(change: &Change, found: &Found) -> bool {
    match (change, found) {
        (
            Change::AddMember {
                principal,
                roles: after,
                ..
            }
            | Change::SetRoles { principal, after, .. },
            Found::Members(roster),
        ) => roster.roles_of(principal) == *after,
        (Change::RemoveMember { principal, .. }, Found::Members(roster)) => roster.find(principal).is_none(),
        (Change::CreateWorkspace { .. }, Found::Workspace(workspace)) => workspace.is_some(),
        (Change::Describe { after, .. }, Found::Workspace(Some(workspace))) => {
            workspace.description.as_deref().unwrap_or("") == after
        }
        (Change::DeleteWorkspace { .. }, Found::Contents(contents)) => contents.is_none(),
        (Change::CreateProject { name, .. }, Found::Contents(Some(contents))) => {
            contents.projects.iter().any(|project| project.name == *name)
        }
        (Change::DeleteProject { name, .. }, Found::Contents(Some(contents))) => {
            !contents.projects.iter().any(|project| project.name == *name)
        }
        (Change::DeleteProject { .. }, Found::Contents(None)) => true,
        (
            Change::AddMember { .. }
            | Change::SetRoles { .. }
            | Change::RemoveMember { .. }
            | Change::CreateWorkspace { .. }
            | Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::CreateProject { .. }
            | Change::DeleteProject { .. },
            Found::Members(_) | Found::Workspace(_) | Found::Contents(_),
        ) => false,
    }
}

fn now_in_words(change: &Change, found: &Found) -> SafeText {
    match (change.principal(), found) {
        (Some(principal), Found::Members(roster)) => SafeText::new(&format!(
            "accepted, but {} now holds {}: somebody else changed it too",
            principal.label(),
            roster.roles_of(principal).shown()
        )),
        (_, Found::Workspace(None) | Found::Contents(None)) => SafeText::new(&format!(
            "accepted, but '{}' is no longer there",
            change.workspace().shown()
        )),
        (_, Found::Members(_) | Found::Workspace(Some(_)) | Found::Contents(Some(_))) => {
            SafeText::new("accepted, but it does not read back as sent: look again before you go on")
        }
    }
}
