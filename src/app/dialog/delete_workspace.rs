//! `Delete workspace`: what is in it is counted first, then its name must be typed.

use crate::app::change::Intent;
use crate::app::msg::{Found, Inventory};
use crate::app::remote::Remote;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which workspace.
    pub workspace: WorkspaceName,
    /// What is in it, once counted.
    pub inventory: Remote<Inventory>,
}

impl Form {
    /// Returns the deletion, which holds only for the counted contents; nothing before they are counted.
    pub(in crate::app) fn intents(&self) -> Vec<Intent> {
        let Remote::Ready { value, .. } = &self.inventory else {
            return Vec::new();
        };
        let seen = Some(Found::Contents(Some(value.clone())));
        vec![Intent {
            change: Change::DeleteWorkspace {
                workspace: self.workspace.clone(),
            },
            seen,
        }]
    }
}
