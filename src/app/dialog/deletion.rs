//! `Deletion status`: how far a deletion under way is, and another attempt where it has broken off.

use crate::app::change::Intent;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;

/// Which deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Of which workspace.
    pub workspace: WorkspaceName,
}

impl Form {
    pub(super) fn intents(&self) -> Vec<Intent> {
        let workspace = self.workspace.clone();
        vec![Change::RetryDeletion { workspace }.into()]
    }
}
