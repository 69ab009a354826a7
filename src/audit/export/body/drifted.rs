//! What has changed since a baseline, as exports say it.

use super::{Text, entries};
use crate::audit::drift::{Difference, Drift, Holding, NotCompared, WorkspaceIs};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What has changed since a baseline.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Drifted<'a> {
    pub baseline: Against<'a>,
    pub granted: Vec<Differs<'a>>,
    pub revoked: Vec<Differs<'a>>,
    pub changed: Vec<Differs<'a>>,
    pub not_compared: Vec<Unknown<'a>>,
}

/// The baseline that was compared with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Against<'a> {
    pub sha256: Text<'a>,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    pub filter: Text<'a>,
    /// Of which moment it tells, where that is not the one at which it was read; its own file says so.
    #[serde(skip)]
    pub as_of: Option<Timestamp>,
}

/// What one principal holds in one workspace, before and after.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Differs<'a> {
    pub workspace: Text<'a>,
    /// `kept`, `new` or `gone`.
    pub workspace_is: Text<'a>,
    pub principal: Text<'a>,
    pub before: Option<Side<'a>>,
    pub after: Option<Side<'a>>,
}

/// Roles, and who granted them when.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Side<'a> {
    pub roles: Vec<Text<'a>>,
    pub granted_at: Option<Timestamp>,
    pub granted_by: Option<Text<'a>>,
}

/// A workspace that says nothing about what has changed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Unknown<'a> {
    pub workspace: Text<'a>,
    pub before: Text<'a>,
    pub after: Text<'a>,
}

impl<'a> Drifted<'a> {
    pub(super) fn of(drift: &'a Drift) -> Self {
        let differs = |differences: &'a [Difference]| differences.iter().map(Differs::of).collect();
        let snapshot = drift.baseline.snapshot();
        let origin = &snapshot.origin;
        Self {
            baseline: Against {
                sha256: Cow::from(drift.baseline.sha256()),
                started_at: origin.started_at,
                ended_at: origin.ended_at,
                filter: Cow::from(drift.baseline.filter()),
                as_of: snapshot.coverage.as_of.as_ref().map(|as_of| as_of.at),
            },
            granted: differs(&drift.granted),
            revoked: differs(&drift.revoked),
            changed: differs(&drift.changed),
            not_compared: drift.not_compared.iter().map(Unknown::of).collect(),
        }
    }

    /// Returns all differences, each with the word for what happened.
    pub(in crate::audit) fn all(&self) -> impl Iterator<Item = (&'static str, &Differs<'a>)> {
        let granted = self.granted.iter().map(|differs| ("granted", differs));
        let revoked = self.revoked.iter().map(|differs| ("revoked", differs));
        let changed = self.changed.iter().map(|differs| ("changed", differs));
        granted.chain(revoked).chain(changed)
    }

    /// Returns `2 granted, 1 revoked, 0 changed`.
    pub(in crate::audit) fn words(&self) -> String {
        use crate::domain::text::grouped;
        let [granted, revoked, changed] = [&self.granted, &self.revoked, &self.changed].map(|list| grouped(list.len()));
        format!("{granted} granted, {revoked} revoked, {changed} changed")
    }
}

impl<'a> Differs<'a> {
    fn of(difference: &'a Difference) -> Self {
        Self {
            workspace: Cow::from(difference.workspace.raw()),
            workspace_is: Cow::from(difference.workspace_is.label()),
            principal: Cow::from(difference.principal.raw()),
            before: difference.before.as_ref().map(Side::of),
            after: difference.after.as_ref().map(Side::of),
        }
    }

    /// Returns what is held now, or was held last.
    pub(in crate::audit) fn latest(&self) -> Option<&Side<'a>> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Returns what a reader must know of the workspace.
    pub(in crate::audit) fn note(&self) -> &'static str {
        match &*self.workspace_is {
            "new" => WorkspaceIs::New.note(),
            "gone" => WorkspaceIs::Gone.note(),
            _ => WorkspaceIs::Kept.note(),
        }
    }
}

impl<'a> Side<'a> {
    fn of(holding: &'a Holding) -> Self {
        Self {
            roles: entries::roles(&holding.roles),
            granted_at: holding.granted_at,
            granted_by: holding.granted_by.as_deref().map(Cow::from),
        }
    }
}

impl<'a> Unknown<'a> {
    fn of(not_compared: &'a NotCompared) -> Self {
        Self {
            workspace: Cow::from(not_compared.workspace.raw()),
            before: Cow::from(not_compared.before.label()),
            after: Cow::from(not_compared.after.label()),
        }
    }
}
