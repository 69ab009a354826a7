//! Comparing: is the target still what the author saw, and has the change come true?

use super::{Intent, Outcome, Sent, Settled, rows};
use crate::app::failure::{Failure, FailureKind};
use crate::app::inventory::Inventory;
use crate::app::msg::{ChangeTarget, Found, Known};
use crate::domain::change::{Change, Way};
use crate::domain::deletion::Stage;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::resource::{Resource, ResourceId, ResourceKind};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;

impl Settled {
    /// Returns the changes that were not made and still can be.
    pub fn left(settled: &[Self]) -> impl Iterator<Item = &Change> {
        let left = settled.iter().filter(|one| !one.outcome.is_done() && !one.is_gone());
        left.map(|one| &one.change)
    }

    /// Returns the roles that `principal` was last read to hold, if any of them read that.
    pub fn roles_now(settled: &[Self], principal: &Principal) -> Option<RoleSet> {
        settled.iter().rev().find_map(|one| {
            let Some(Found::Members(roster)) = &one.now else {
                return None;
            };
            Some(roster.roles_of(principal))
        })
    }

    /// Returns whether it came too late because its target is no longer there.
    pub fn is_gone(&self) -> bool {
        let Outcome::Drifted(_) = self.outcome else {
            return false;
        };
        match &self.now {
            Some(Found::Members(roster)) => {
                let principal = self.change.principal();
                principal.is_some_and(|principal| roster.find(principal).is_none())
            }
            Some(Found::Workspace(found)) => found.is_none(),
            Some(Found::Contents(found)) => found.is_none(),
            Some(Found::Resource(found)) => found.is_none(),
            Some(Found::Deletion { known, .. }) => *known == Known::NoneToSee,
            Some(Found::Rows(_)) | None => false,
        }
    }
}

/// Returns what must be read before `intent` is sent.
pub(super) fn target_before(intent: &Intent) -> ChangeTarget {
    if intent.way == Way::ThroughRows {
        return target_to_read_back(intent);
    }
    let Change::DeleteWorkspace { workspace } = &intent.change else {
        return target_after(&intent.change);
    };
    // What was counted before the question is counted again before the deletion.
    let kinds = match &intent.seen {
        Some(Found::Contents(Some(seen))) => seen.counts.iter().map(|counted| counted.kind).collect(),
        Some(_) | None => Vec::new(),
    };
    ChangeTarget::Contents(workspace.clone(), kinds)
}

/// Returns what must be read after `intent` was sent.
pub(super) fn target_to_read_back(intent: &Intent) -> ChangeTarget {
    match intent.way {
        Way::ByName => target_after(&intent.change),
        Way::ThroughRows => ChangeTarget::Rows(intent.change.workspace().clone()),
    }
}

/// Returns the workspace that `intent` deletes, as its author saw it.
pub(super) fn to_be_deleted(intent: &Intent) -> Option<Box<Workspace>> {
    match (&intent.change, &intent.seen) {
        (Change::DeleteWorkspace { .. }, Some(Found::Contents(Some(seen)))) => Some(Box::new(seen.workspace.clone())),
        (_, _) => None,
    }
}

/// Returns the roles that the principal `change` is about was found to hold, if it is about one.
pub(super) fn roles_found(change: &Change, found: &Found) -> Option<RoleSet> {
    match found {
        Found::Members(roster) => Some(roster.roles_of(change.principal()?)),
        Found::Rows(rows) => Some(rows.roster().roles_of(change.principal()?)),
        Found::Workspace(_) | Found::Contents(_) | Found::Resource(_) | Found::Deletion { .. } => None,
    }
}

/// Returns what must be read to see whether `change` is true.
pub(super) fn target_after(change: &Change) -> ChangeTarget {
    let workspace = change.workspace().clone();
    match change {
        Change::Roles { .. } => ChangeTarget::Members(workspace),
        Change::CreateWorkspace { .. } | Change::Describe { .. } | Change::DeleteWorkspace { .. } => {
            ChangeTarget::Workspace(workspace)
        }
        Change::CreateProject { name, .. } => {
            let (kind, name) = (ResourceKind::Project, name.clone());
            ChangeTarget::Resource(workspace, ResourceId { kind, name })
        }
        Change::DeleteResource { target, .. } => ChangeTarget::Resource(workspace, target.clone()),
        Change::RetryDeletion { .. } => ChangeTarget::Deletion(workspace),
    }
}

/// What the fresh state means for sending.
#[derive(Debug)]
pub(super) enum Recheck {
    /// Nothing has changed: send.
    AsSeen,
    /// Something else is there than the author saw, in words.
    Drifted(SafeText, Found),
    /// It cannot be told, or cannot be: nothing is sent.
    Impossible(Failure, Option<Found>),
}

/// Compares the fresh state with what the author saw.
pub(super) fn recheck(intent: &Intent, found: Result<Found, Failure>) -> Recheck {
    let is_new = matches!(intent.change, Change::CreateWorkspace { .. });
    match found {
        // What does not exist yet is hidden like what may not be seen: only sending tells.
        Err(failure) if is_new && matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound) => {
            Recheck::AsSeen
        }
        Err(failure) => Recheck::Impossible(failure, None),
        Ok(found) if !fits(&target_before(intent), &found) => Recheck::Impossible(Failure::misfit(), None),
        Ok(found) => match taken(&intent.change, &found) {
            Some(failure) => Recheck::Impossible(failure, Some(found)),
            None => match drift(intent, &found).or_else(|| unmanned(intent, &found)) {
                Some(what) => Recheck::Drifted(what, found),
                None => Recheck::AsSeen,
            },
        },
    }
}

/// Whether the state found is of the kind that `target` asks for, and of what it asks about. Rows count as the members they
/// make.
pub(super) fn fits(target: &ChangeTarget, found: &Found) -> bool {
    match target {
        ChangeTarget::Members(_) | ChangeTarget::Rows(_) => matches!(found, Found::Members(_)),
        ChangeTarget::Workspace(name) => {
            matches!(found, Found::Workspace(found) if found.as_ref().is_none_or(|found| found.name == *name))
        }
        ChangeTarget::Contents(name, _) => {
            matches!(found, Found::Contents(found) if found.as_ref().is_none_or(|found| found.workspace.name == *name))
        }
        ChangeTarget::Resource(_, id) => {
            matches!(found, Found::Resource(found) if found.as_ref().is_none_or(|found| found.address() == *id))
        }
        ChangeTarget::Deletion(name) => {
            matches!(found, Found::Deletion { alive, .. } if alive.as_ref().is_none_or(|alive| alive.name == *name))
        }
    }
}

/// Returns the conflict where what is to be created exists already.
fn taken(change: &Change, found: &Found) -> Option<Failure> {
    if !is_made(change) || !has_come_true(change, found) {
        return None;
    }
    let what = if let Change::CreateProject { name, .. } = change {
        format!("a project '{}' already exists", name.shown())
    } else {
        format!("a workspace '{}' already exists", change.workspace().shown())
    };
    Some(Failure {
        kind: FailureKind::AlreadyExists,
        ..Failure::local(&what, "choose another name")
    })
}

/// Returns in words how the fresh state differs from what the author saw; `None` where it does not.
fn drift(intent: &Intent, found: &Found) -> Option<SafeText> {
    let gone = |name: &WorkspaceName| Some(SafeText::new(&format!("'{}' no longer exists", name.shown())));
    match &intent.change {
        Change::Roles { principal, before, .. } => {
            let Found::Members(roster) = found else { return None };
            let held = roster.roles_of(principal);
            (held != *before).then(|| roles_drift(principal, before, &held, roster))
        }
        Change::Describe { workspace, before, .. } => {
            let Found::Workspace(found) = found else { return None };
            let now = found.as_ref();
            now.map_or_else(|| gone(workspace), |now| description_drift(before.as_deref(), now))
        }
        Change::DeleteWorkspace { workspace } => {
            let Found::Contents(found) = found else { return None };
            let now = found.as_ref();
            now.map_or_else(|| gone(workspace), |now| contents_drift(intent.seen.as_ref(), now))
        }
        Change::DeleteResource { target, .. } => {
            let Found::Resource(now) = found else { return None };
            resource_drift(target, intent.seen.as_ref(), now.as_deref())
        }
        Change::RetryDeletion { .. } => {
            let Found::Deletion { alive, known } = found else {
                return None;
            };
            deletion_drift(alive.as_deref(), known)
        }
        // What is made was not there before.
        Change::CreateWorkspace { .. } | Change::CreateProject { .. } => None,
    }
}

/// Says that no person would be Admin any more, where the author counted on one and takes Admin from somebody.
fn unmanned(intent: &Intent, found: &Found) -> Option<SafeText> {
    let (before, after) = intent.change.roles();
    let Found::Members(roster) = found else { return None };
    let takes_admin = before.holds(&Role::Admin) && !after.holds(&Role::Admin);
    if !intent.keeps_person || !takes_admin {
        return None;
    }
    let is_kept = roster.after(&intent.change).has_person_as_admin();
    let at = intent.change.workspace().shown();
    (!is_kept).then(|| {
        SafeText::new(&format!(
            "no person would be Admin of '{at}': the others were changed meanwhile"
        ))
    })
}

/// A thing made anew under the name of another is not what anybody decided to delete.
fn resource_drift(target: &ResourceId, seen: Option<&Found>, now: Option<&Resource>) -> Option<SafeText> {
    let Some(now) = now else {
        return Some(SafeText::new(&format!("{} no longer exists", target.label())));
    };
    match seen {
        Some(Found::Resource(Some(seen))) if seen.is_same_as(now) => None,
        Some(_) | None => Some(SafeText::new(&format!(
            "changed since you opened this: {} was deleted and created again",
            target.label()
        ))),
    }
}

/// The request that asks for another attempt would delete a workspace that is alive.
fn deletion_drift(alive: Option<&Workspace>, known: &Known) -> Option<SafeText> {
    if let Some(alive) = alive {
        return Some(SafeText::new(&format!(
            "there is a new workspace '{}': nothing was sent, it would have been deleted",
            alive.name.shown()
        )));
    }
    match known {
        Known::NoneToSee => Some(SafeText::new(
            "the deletion is over or no longer visible: nothing was sent",
        )),
        Known::UnderWay(status) if status.stage == Stage::Pending => Some(SafeText::new(
            "changed since you opened this: another attempt is already pending; nothing was sent",
        )),
        Known::UnderWay(_) | Known::NotTold => None,
    }
}

fn description_drift(before: Option<&str>, workspace: &Workspace) -> Option<SafeText> {
    // Absent and empty are different for the platform, alike for who reads them.
    let now = workspace.description.as_deref().unwrap_or("");
    if before.unwrap_or("") == now {
        return None;
    }
    let by = workspace.updated_by.as_deref().filter(|by| !by.is_empty());
    let by = by.map(|by| format!(" by {}", SafeText::new(by))).unwrap_or_default();
    Some(SafeText::new(&format!(
        "changed since you opened this: the description is now \"{}\"{by}",
        SafeText::with_limit(now, 200),
    )))
}

fn roles_drift(principal: &Principal, seen: &RoleSet, held: &RoleSet, roster: &Roster) -> SafeText {
    if held.is_empty() {
        return SafeText::new(&format!(
            "{} is no longer a member: nothing was sent",
            principal.label()
        ));
    }
    // Who granted last is recorded, who took away is not.
    let has_more = held.iter().any(|role| !seen.holds(role));
    let member = roster.find(principal).filter(|_| has_more);
    let by = member.and_then(|member| member.granted_by.as_deref());
    let by = by.map(|by| format!(" by {}", SafeText::new(by))).unwrap_or_default();
    let seen = seen.shown();
    SafeText::new(&format!(
        "changed since you opened this: {} {seen} → {}{by}",
        principal.label(),
        held.shown()
    ))
}

fn contents_drift(seen: Option<&Found>, now: &Inventory) -> Option<SafeText> {
    let Some(Found::Contents(Some(seen))) = seen else {
        return Some(SafeText::new("its contents were not counted: nothing was sent"));
    };
    let name = now.workspace.name.shown();
    if seen.workspace.id != now.workspace.id {
        return Some(SafeText::new(&format!(
            "changed since you opened this: '{name}' was deleted and created again"
        )));
    }
    let more = now.more_than(seen)?;
    Some(SafeText::new(&format!(
        "changed since you opened this: '{name}' now holds {more}"
    )))
}

/// How the request went to the platform, as far as that matters to what is true now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// By the name of what it is about.
    ByName,
    /// Through a row.
    ThroughRows {
        /// Whether the row that was to be taken away is in force, whatever roles are held.
        is_in_force: bool,
    },
}

/// Returns what became of `change`, given what the request brought and what is true now.
pub(super) fn read_back(
    change: &Change,
    sent: Sent,
    found: Result<Found, Failure>,
    told: Told,
) -> (Outcome, Option<Found>) {
    let found = found.and_then(|found| {
        if fits(&target_after(change), &found) {
            Ok(found)
        } else {
            Err(Failure::misfit())
        }
    });
    match found {
        // Where nobody tells, the platform's word is all there is.
        Ok(Found::Deletion {
            alive: None,
            known: Known::NotTold,
        }) => {
            let unread = Failure::local("this platform does not report progress", "check again later");
            (unseen_after(change, sent, unread), None)
        }
        Ok(found) => (seen_after(change, sent, &found, told), Some(found)),
        Err(unread) => (unseen_after(change, sent, unread), None),
    }
}

fn seen_after(change: &Change, sent: Sent, found: &Found, told: Told) -> Outcome {
    let is_in_force = told == Told::ThroughRows { is_in_force: true };
    match (has_come_true(change, found) && !is_in_force, sent) {
        (true, Sent::Accepted) => Outcome::Confirmed,
        (false, Sent::Accepted) => Outcome::NotSeen(now_in_words(change, found, told)),
        // A name that is taken reads back as if it had been made just now.
        (_, Sent::Refused(failure))
            if matches!(failure.kind, FailureKind::AlreadyExists | FailureKind::BeingDeleted) =>
        {
            Outcome::Refused(failure)
        }
        (true, Sent::Refused(failure)) if is_made(change) && is_decided_against(&failure) => Outcome::Refused(failure),
        // The lock kept the request out: what is there now is the work of another one.
        (true, Sent::Refused(failure)) if failure.kind == FailureKind::Moved => Outcome::Refused(Failure {
            next: SafeText::new("it is as you wanted it anyway: another request did it"),
            ..failure
        }),
        (true, Sent::Refused(failure) | Sent::Unknown(failure) | Sent::TurnedDown(failure)) => {
            Outcome::Applied(failure)
        }
        (false, Sent::Refused(failure)) if told == Told::ByName && is_listed_and_not_found(change, found, &failure) => {
            Outcome::Refused(Failure {
                next: SafeText::new(NOT_FOUND),
                ..failure
            })
        }
        (false, Sent::Refused(failure)) => Outcome::Refused(failure),
        (false, Sent::Unknown(failure) | Sent::TurnedDown(failure)) => match half_way(change, found) {
            Some(held) => rows::in_doubt(&held, failure),
            None => Outcome::NotApplied(failure),
        },
    }
}

/// Says what is held where that lies between what was and what is wanted: one request moves several roles, one after the
/// other.
fn half_way(change: &Change, found: &Found) -> Option<SafeText> {
    let (before, after) = change.roles();
    let Found::Members(roster) = found else {
        return None;
    };
    let held = roster.roles_of(change.principal()?);
    let is_known = |role| before.holds(role) || after.holds(role);
    let keeps = |role: &Role| !after.holds(role) || held.holds(role);
    let is_between = held != before && held.iter().all(is_known) && before.iter().all(keeps);
    is_between.then(|| rows::held(change, Some(found))).flatten()
}

/// A deleted workspace may not be seen any more, and neither may the members by who gave up Admin.
fn unseen_after(change: &Change, sent: Sent, unread: Failure) -> Outcome {
    let is_gone = matches!(change, Change::DeleteWorkspace { .. })
        && matches!(unread.kind, FailureKind::Forbidden | FailureKind::NotFound);
    match sent {
        Sent::Accepted if is_gone => Outcome::Confirmed,
        Sent::Accepted => Outcome::Accepted(unread),
        // It could be read a moment before: what is gone now was deleted.
        Sent::Unknown(failure) | Sent::TurnedDown(failure) if is_gone => Outcome::Applied(failure),
        Sent::Refused(failure) if is_gone && (failure.kind == FailureKind::NotFound || !is_a_clear_no(&failure)) => {
            Outcome::Applied(failure)
        }
        Sent::Refused(failure) if is_a_clear_no(&failure) => Outcome::Refused(failure),
        Sent::Refused(failure) | Sent::Unknown(failure) | Sent::TurnedDown(failure) => Outcome::Unknown(failure),
    }
}

/// Whether the platform looked at the change itself and said no. It looks at the token before anything else; but what
/// stands in front of the platform can turn a token down after the platform has done what was asked.
fn is_decided_against(failure: &Failure) -> bool {
    is_a_clear_no(failure) && failure.kind != FailureKind::Unauthorized
}

/// What a principal needs that the platform lists and does not find by its name.
const NOT_FOUND: &str = "on PostgreSQL the platform lists such a principal but does not find it by name: a platform \
                         admin has to change its role-binding rows";

/// Whether the platform lists the member and says at the same time that there is none of that name.
fn is_listed_and_not_found(change: &Change, found: &Found, failure: &Failure) -> bool {
    let (Some(principal), Found::Members(roster)) = (change.principal(), found) else {
        return false;
    };
    failure.kind == FailureKind::NotFound && principal.may_not_be_found_again() && roster.find(principal).is_some()
}

fn is_made(change: &Change) -> bool {
    matches!(change, Change::CreateWorkspace { .. } | Change::CreateProject { .. })
}

/// Whether the platform decided against it. A 500 is no decision: it can be a lost race that succeeded.
fn is_a_clear_no(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::LastAdmin
        | FailureKind::NotEmpty(_)
        | FailureKind::AlreadyExists
        | FailureKind::BeingDeleted
        | FailureKind::Moved
        | FailureKind::Forbidden
        | FailureKind::Unauthorized
        | FailureKind::NotFound
        | FailureKind::Invalid(_)
        | FailureKind::NeverSent
        | FailureKind::RejectedLocally
        | FailureKind::NotJournalled => true,
        FailureKind::TurnedDown
        | FailureKind::Unreachable
        | FailureKind::OutcomeUnknown
        | FailureKind::ServerError
        | FailureKind::Other => false,
    }
}

pub(super) fn has_come_true(change: &Change, found: &Found) -> bool {
    match change {
        Change::Roles { principal, after, .. } => {
            matches!(found, Found::Members(roster) if roster.roles_of(principal) == *after)
        }
        Change::CreateWorkspace { .. } => matches!(found, Found::Workspace(Some(_))),
        Change::Describe { after, .. } => {
            matches!(found, Found::Workspace(Some(found)) if found.description.as_deref().unwrap_or("") == after)
        }
        Change::DeleteWorkspace { .. } => matches!(found, Found::Workspace(None)),
        Change::CreateProject { .. } => matches!(found, Found::Resource(Some(_))),
        // Deployments go in the background: what is left of one says that it is going.
        Change::DeleteResource { .. } => {
            matches!(found, Found::Resource(left) if left.as_deref().is_none_or(Resource::is_going))
        }
        Change::RetryDeletion { .. } => {
            let Found::Deletion { alive: None, known } = found else {
                return false;
            };
            match known {
                Known::UnderWay(status) => status.stage != Stage::Failed,
                Known::NoneToSee => true,
                Known::NotTold => false,
            }
        }
    }
}

/// Says what is there instead of what was accepted, and no cause: a copy of the data that lags behind, a platform that
/// did something else and another change look the same from here.
fn now_in_words(change: &Change, found: &Found, told: Told) -> SafeText {
    let there = match found {
        Found::Members(roster) => change.principal().map(|principal| {
            let (who, held) = (principal.label(), roster.roles_of(principal));
            if held.is_empty() {
                format!("{who} is not a member")
            } else if told == Told::ByName && principal.may_not_be_found_again() {
                format!("{who} has {}; {NOT_FOUND}", held.shown())
            } else {
                format!("{who} has {}", held.shown())
            }
        }),
        Found::Workspace(None) | Found::Contents(None) => {
            Some(format!("'{}' is not visible", change.workspace().shown()))
        }
        Found::Resource(None) => Some("it is not visible".to_owned()),
        Found::Resource(Some(left)) => Some(format!("{} is still there", left.address().label())),
        Found::Rows(_) | Found::Workspace(Some(_)) | Found::Contents(Some(_)) | Found::Deletion { .. } => None,
    };
    let there = there.unwrap_or_else(|| "check again before you continue".to_owned());
    SafeText::new(&format!("accepted, but not confirmed yet: {there}"))
}
