//! What became of a change that an earlier session has left open, as far as the present tells it.

use super::{has_come_true, target_after};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{ChangeTarget, Found};
use crate::domain::activity::{Caller, Conclusion, Open, Verdict};
use crate::domain::change::Change;
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use jiff::{SignedDuration, Timestamp};

/// Returns what must be read to tell what became of it.
pub fn target(open: &Open) -> ChangeTarget {
    target_after(&open.change)
}

/// Judges what became of it from what was found.
pub fn judge(open: &Open, found: Result<Found, Failure>, now: Timestamp) -> Became {
    let young = now.duration_since(open.at) < MAY_ARRIVE;
    match found {
        Ok(found) => became_of(open, &found, young),
        Err(failure) => unseen(open, &failure),
    }
}

/// Whether somebody is the same to the platform.
pub fn is_same(one: &Caller, other: &Caller) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    one == other || same(&one.email, &other.email) || same(&one.subject, &other.subject)
}

/// What a look has brought to light.
#[derive(Debug)]
pub enum Became {
    /// This became of it.
    Known(Conclusion),
    /// It may still come true, or the platform tells nothing.
    Open(&'static str),
    /// Nothing can be seen, of others neither.
    OutOfReach(Failure),
}

/// How long a request may be on its way after its sender is gone: as long as the console itself looks for one.
const MAY_ARRIVE: SignedDuration = SignedDuration::from_secs(70);

fn ended(verdict: Verdict, found: Option<RoleSet>, why: Option<String>) -> Became {
    Became::Known(Conclusion {
        verdict,
        found,
        why: why.map(|why| SafeText::new(&why)),
        may_come_true: false,
    })
}

/// Judges where nothing could be read. What was deleted looks to most people like what they may not see.
fn unseen(open: &Open, failure: &Failure) -> Became {
    let is_hidden = matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound);
    if !is_hidden {
        return Became::OutOfReach(failure.clone());
    }
    let why = format!("'{}' can no longer be seen", open.change.workspace().shown());
    let is_deletion = matches!(open.change, Change::DeleteWorkspace { .. });
    let verdict = if is_deletion {
        Verdict::Applied
    } else {
        Verdict::Unknown
    };
    ended(verdict, None, Some(why))
}

/// Judges what became of a change from what is there now, as far as that tells it.
fn became_of(open: &Open, found: &Found, is_young: bool) -> Became {
    let roles = open.change.principal().and_then(|principal| match found {
        Found::Members(roster) => Some(roster.roles_of(principal)),
        Found::Rows(_) | Found::Workspace(_) | Found::Contents(_) | Found::Resource(_) | Found::Deletion { .. } => None,
    });
    if open.is_superseded {
        return ended(
            Verdict::Unknown,
            roles,
            Some("the same was changed again since".to_owned()),
        );
    }
    if is_made_anew(open, found) {
        let why = format!("there is a new workspace '{}' by now", open.change.workspace().shown());
        return ended(Verdict::Applied, None, Some(why));
    }
    let (before, after) = open.change.roles();
    if roles.is_some() && before == after {
        // Of two rows that give the same role one may be gone.
        return ended(Verdict::Unknown, roles, Some("the roles do not show it".to_owned()));
    }
    if has_come_true(&open.change, found) {
        return ended(Verdict::Applied, roles, None);
    }
    if !is_as_before(open, found, roles.as_ref()) {
        let now = roles
            .as_ref()
            .map(|held| format!("now {}, ", held.shown()))
            .unwrap_or_default();
        let why = format!("{now}neither what was wanted nor what was there before");
        return ended(Verdict::Unknown, roles, Some(why));
    }
    if is_young {
        return Became::Open("not applied so far, but its request may still arrive");
    }
    ended(Verdict::NotApplied, roles, None)
}

/// Whether the workspace that was to be deleted is another one of that name.
fn is_made_anew(open: &Open, found: &Found) -> bool {
    let (Change::DeleteWorkspace { .. }, Found::Workspace(Some(there))) = (&open.change, found) else {
        return false;
    };
    open.workspace_id.as_ref().is_some_and(|id| *id != there.id)
}

/// Whether what is there is what was there before the change, as far as the journal tells that.
fn is_as_before(open: &Open, found: &Found, roles: Option<&RoleSet>) -> bool {
    match (&open.change, found) {
        (Change::Roles { before, .. }, _) => roles == Some(before),
        (Change::Describe { before, .. }, Found::Workspace(Some(there))) => {
            there.description.as_deref().unwrap_or_default() == before.as_deref().unwrap_or_default()
        }
        // Whether it was tried again is not told.
        (Change::RetryDeletion { .. }, _) => false,
        (
            Change::CreateWorkspace { .. }
            | Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::CreateProject { .. }
            | Change::DeleteResource { .. },
            _,
        ) => true,
    }
}
