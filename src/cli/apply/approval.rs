//! What was approved by a digest, and whether it is what would be done now.

use super::super::Failure;
use crate::access::Plan;
use crate::access::plan::digest_of;
use crate::app::change::left::is_same;
use crate::domain::activity::{Caller, Record};
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::planning::What;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long what was begun can be finished under the same digest.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// All changes that were approved, those among them that an interrupted run has made already.
#[derive(Debug)]
pub(super) struct Approved(Vec<Change>);

/// Under what something is to be done.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    /// The digest that was given.
    pub(super) digest: &'a str,
    /// The address of the platform.
    pub(super) server: &'a str,
    /// Who does it.
    pub(super) caller: &'a Caller,
    pub(super) now: Timestamp,
}

impl Approved {
    /// Returns what was approved, if `plan`, which is made from `what`, does nothing else.
    pub(super) fn by(terms: &Terms<'_>, what: &What, plan: &Plan, records: &[Record]) -> Result<Self, Failure> {
        let refused = |why: &str| Err(Failure::Guarded(why.to_owned()));
        let changes: Vec<Change> = match what {
            What::Draft(draft) => {
                let changes = draft.changes.iter().map(|(change, _)| change.clone());
                let changes: Vec<Change> = changes.collect();
                if digest_of(changes.iter()) != terms.digest {
                    return refused("this plan has another digest: look at it again");
                }
                changes
            }
            What::Wishes(_) | What::Report(_) | What::Leavers(_) => {
                let left = plan.changes.iter().map(|planned| planned.change.clone());
                let left: Vec<Change> = left.collect();
                let begun = with_begun(terms, &left, records);
                if left.is_empty() || digest_of(left.iter()) == terms.digest {
                    left
                } else if digest_of(begun.iter()) == terms.digest {
                    begun
                } else {
                    return refused("what would be changed now has another digest: plan again, and look at it");
                }
            }
        };
        Ok(Self(changes))
    }

    /// Returns how many principals are removed by all of it.
    pub(super) fn n_removals(&self) -> usize {
        let removals = self.0.iter();
        removals
            .filter(|change| change.role_change() == Some(RoleChange::Remove))
            .count()
    }

    /// Returns the workspaces that are made by it.
    pub(super) fn made(&self) -> impl Iterator<Item = WorkspaceName> {
        let made = self.0.iter().filter(|change| change.role_change().is_none());
        made.map(|change| change.workspace().clone())
    }
}

/// Returns what is left, together with what the same caller has done of it under the same digest: each member as it was
/// before all of that, and as it shall be in the end.
fn with_begun(terms: &Terms<'_>, left: &[Change], records: &[Record]) -> Vec<Change> {
    let is_meant = |record: &&Record| {
        record.digest.as_deref() == Some(terms.digest)
            && record.server == terms.server
            && is_same(&record.caller, terms.caller)
            && terms.now.duration_since(record.at) < LONGEST
            && record.end.as_ref().is_some_and(|(_, end)| end.verdict.is_done())
    };
    // The newest come first.
    let done = records
        .iter()
        .rev()
        .filter(is_meant)
        .filter_map(|record| record.change.as_ref());
    let mut all: BTreeMap<(WorkspaceName, Option<Principal>), Change> = BTreeMap::new();
    for change in done.chain(left) {
        let key = (change.workspace().clone(), change.principal().cloned());
        let whole = match (all.get(&key), change) {
            (
                Some(Change::Roles { before, .. }),
                Change::Roles {
                    after,
                    workspace,
                    principal,
                    ..
                },
            ) => Change::Roles {
                workspace: workspace.clone(),
                principal: principal.clone(),
                before: before.clone(),
                after: after.clone(),
            },
            (Some(_) | None, _) => change.clone(),
        };
        all.insert(key, whole);
    }
    all.into_values().collect()
}
