//! `Delete project`, `Delete filesets`, …: nothing to type, only to confirm.

use crate::app::change::Intent;
use crate::app::msg::Found;
use crate::domain::change::{Change, Way};
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::{Resource, ResourceId};

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// From where.
    pub workspace: WorkspaceName,
    /// What, as it was when the dialog opened, or when a difference was last shown.
    pub targets: Vec<Resource>,
}

impl Form {
    /// Returns a form for `targets`, in the order in which they can go: what uses before what is used.
    pub fn new(workspace: WorkspaceName, mut targets: Vec<Resource>) -> Self {
        targets.sort_by_key(|target| (target.kind.deletion_rank(), target.address()));
        Self { workspace, targets }
    }

    /// Returns the title of the dialog.
    pub(super) fn title(&self) -> String {
        match self.targets.as_slice() {
            [only] => format!("Delete {}", only.kind.noun()),
            [first, rest @ ..] if rest.iter().all(|target| target.kind == first.kind) => {
                format!("Delete {}", first.kind.plural())
            }
            _ => "Delete resources".to_owned(),
        }
    }

    pub(super) fn intents(&self) -> Vec<Intent> {
        let intent = |target: &Resource| Intent {
            change: Change::DeleteResource {
                workspace: self.workspace.clone(),
                target: target.address(),
            },
            seen: Some(Found::Resource(Some(Box::new(target.clone())))),
            way: Way::ByName,
        };
        self.targets.iter().map(intent).collect()
    }

    /// Makes the form start from `now`, what was found in place of the target of that name.
    pub(in crate::app) fn rebase(&mut self, now: &Resource) {
        let of_that_name = self.targets.iter_mut().find(|target| target.address() == now.address());
        if let Some(target) = of_that_name {
            target.clone_from(now);
        }
    }

    /// Keeps only what is still to be deleted.
    pub(in crate::app) fn keep_only(&mut self, left: &[ResourceId]) {
        self.targets.retain(|target| left.contains(&target.address()));
    }
}
