//! What lies in the workspaces that a plan changes: what access is given to.

use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;

/// What lies in a workspace, as far as it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The workspace.
    pub workspace: WorkspaceName,
    /// How many there are of each kind that could be counted, in their usual order.
    pub counts: Vec<(ResourceKind, usize)>,
    /// The kinds that could not be counted.
    pub uncounted: Vec<ResourceKind>,
}

impl Contents {
    /// Returns it in words: `3 projects, 1 model; secrets could not be counted`.
    pub fn in_words(&self) -> String {
        let found = self.counts.iter().filter(|(_, n)| *n > 0);
        let found: Vec<String> = found.map(|(kind, n)| kind.counted(*n)).collect();
        let uncounted: Vec<&str> = self.uncounted.iter().map(|kind| kind.plural()).collect();
        let held = match (found.as_slice(), self.counts.as_slice()) {
            ([], []) => None,
            ([], [_, ..]) => Some("nothing".to_owned()),
            ([_, ..], _) => Some(found.join(", ")),
        };
        let uncounted = (!uncounted.is_empty()).then(|| format!("{} could not be counted", uncounted.join(", ")));
        let parts: Vec<String> = held.into_iter().chain(uncounted).collect();
        if parts.is_empty() {
            return "nothing that could be counted".to_owned();
        }
        parts.join("; ")
    }
}
