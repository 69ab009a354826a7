//! A record in words, the same on the screen and for `nmp-console activity`.

use super::Record;
use crate::domain::change::{Change, RoleChange};
use crate::domain::text::SafeText;

/// What is said of a change of which it is not written down what became of it.
pub const OPEN: &str = "open";

/// How much of a description is told.
const OF_A_DESCRIPTION: usize = 60;

impl Record {
    /// Returns whom or what the change is about: a principal, a thing, or the whole workspace.
    pub fn target(&self) -> SafeText {
        match &self.change {
            None if self.lifted_until.is_some() => SafeText::from(format!("context '{}'", self.context)),
            None => SafeText::default(),
            Some(Change::Roles { principal, .. }) => principal.label(),
            Some(Change::CreateProject { name, .. }) => SafeText::from(format!("project '{}'", name.shown())),
            Some(Change::DeleteResource { target, .. }) => target.label(),
            Some(
                Change::CreateWorkspace { name: workspace, .. }
                | Change::Describe { workspace, .. }
                | Change::DeleteWorkspace { workspace }
                | Change::RetryDeletion { workspace },
            ) => workspace.shown(),
        }
    }

    /// Returns what the change does, with what was there before: `Viewer → Editor`.
    pub fn in_words(&self) -> SafeText {
        if let Some(until) = self.lifted_until {
            return SafeText::from(format!("read-only lifted until {}", until.strftime("%H:%M:%S UTC")));
        }
        let undo = if self.undoes.is_some() { "undo: " } else { "" };
        let Some(change) = &self.change else {
            return SafeText::from(format!("{undo}made by a newer release: {}", self.request));
        };
        SafeText::from(match change {
            Change::Roles { before, after, .. } => match RoleChange::of(before, after) {
                RoleChange::Add => format!("{undo}add as {}", after.shown()),
                RoleChange::Replace => format!("{undo}{} → {}", before.shown(), after.shown()),
                RoleChange::Remove => format!("{undo}remove, was {}", before.shown()),
            },
            Change::CreateWorkspace { .. } => format!("{undo}create workspace"),
            Change::Describe { before, after, .. } => {
                let quoted = |text: &str| format!("'{}'", SafeText::with_limit(text, OF_A_DESCRIPTION));
                let before = before.as_deref().unwrap_or_default();
                format!("{undo}describe, {} → {}", quoted(before), quoted(after))
            }
            Change::DeleteWorkspace { .. } => format!("{undo}delete workspace"),
            Change::RetryDeletion { .. } => format!("{undo}retry deletion"),
            Change::CreateProject { .. } => format!("{undo}create"),
            Change::DeleteResource { .. } => format!("{undo}delete"),
        })
    }

    /// Returns what became of the change, in a word or three.
    pub fn outcome(&self) -> &'static str {
        self.end.as_ref().map_or(OPEN, |(_, end)| end.verdict.word())
    }
}
