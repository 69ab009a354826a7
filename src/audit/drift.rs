//! What has changed between two snapshots: who was granted what, and who lost it.
//!
//! What could not be read on either side is named and never told as granted or revoked. Names are compared, since
//! numbers belong to one snapshot; both lists of grants are sorted by name, so one walk over both is enough.

use super::baseline::Baseline;
use super::filter::Filter;
use super::snapshot::{AuditedWorkspace, Grant, GrantNo, Reading, Snapshot};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::operation::Operation;
use crate::domain::platform::Generation;
use crate::domain::role::RoleSet;
use jiff::Timestamp;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;

/// What has changed since a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// What the present is compared with.
    pub baseline: Arc<Baseline>,
    /// Which part of both is compared.
    pub filter: Filter,
    /// Who holds something where they held nothing, by workspace, then principal; so are the others.
    pub granted: Vec<Difference>,
    /// Who holds nothing where they held something.
    pub revoked: Vec<Difference>,
    /// Who holds other roles than before.
    pub changed: Vec<Difference>,
    /// The workspaces that nothing can be said of, by name.
    pub not_compared: Vec<NotCompared>,
}

/// What one principal holds in one workspace, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// Whether the workspace is there on both sides.
    pub workspace_is: WorkspaceIs,
    /// The principal it is about.
    pub principal: Principal,
    /// What it held; nothing before it was granted.
    pub before: Option<Holding>,
    /// What it holds; nothing after it was revoked.
    pub after: Option<Holding>,
}

/// The roles somebody holds, with the newest grant of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// All roles it is made of.
    pub roles: RoleSet,
    /// When the newest of their grants was made.
    pub granted_at: Option<Timestamp>,
    /// Who made that grant, in the platform's words.
    pub granted_by: Option<String>,
}

/// Whether a workspace with a difference is there on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceIs {
    /// It is on both sides.
    Kept,
    /// It was made since.
    New,
    /// It is no longer there.
    Gone,
}

impl WorkspaceIs {
    /// Returns the word for reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }

    /// Returns what a reader of a difference must know of the workspace; nothing where it is still the same.
    pub fn note(self) -> &'static str {
        match self {
            Self::Kept => "",
            Self::New => "the workspace is new",
            Self::Gone => "the workspace is gone",
        }
    }
}

/// A workspace that nothing can be said of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompared {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// What the baseline knows of it.
    pub before: Known,
    /// What is known of it now.
    pub after: Known,
}

/// What one side knows of the members of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Everything: all members are known.
    Read,
    /// Some or none: the reading did not come to an end.
    NotRead,
    /// Nothing: the platform refused (403).
    Denied,
    /// Nothing: the request failed.
    Failed,
    /// There is no such workspace.
    Absent,
    /// It is not on the list, which proves nothing: the caller sees its own workspaces only, or the list has a gap.
    NotListed,
}

impl Known {
    /// Returns the words for reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::NotRead => "not read",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::Absent => "no such workspace",
            Self::NotListed => "not on the list of this caller",
        }
    }

    /// Returns whether it is certain who holds something there.
    fn is_certain(self) -> bool {
        matches!(self, Self::Read | Self::Absent)
    }
}

impl Drift {
    /// Compares `snapshot` with `baseline`, which must be of the same platform and the same `filter`; `selected` are the
    /// grants of `snapshot` that the filter leaves.
    pub(super) fn since(baseline: &Arc<Baseline>, snapshot: &Snapshot, filter: Filter, selected: &[GrantNo]) -> Self {
        let mut drift = Self {
            baseline: Arc::clone(baseline),
            filter,
            granted: Vec::new(),
            revoked: Vec::new(),
            changed: Vec::new(),
            not_compared: Vec::new(),
        };
        let before = baseline.snapshot();
        let workspaces = drift.compare_workspaces(before, snapshot);
        let grants = selected.iter().filter_map(|number| snapshot.grant(*number));
        for pair in Pairs::of(before.grants(), grants) {
            drift.compare(&workspaces, pair);
        }
        drift
    }

    /// Returns how many grants differ.
    pub fn n_differences(&self) -> usize {
        self.granted.len() + self.revoked.len() + self.changed.len()
    }

    /// Returns those that widen access: who holds something where they held nothing, and who can do what they could not, or
    /// holds a role besides that is none of Viewer, Editor and Admin. `generation` is that of the platform.
    pub fn widening(&self, generation: Generation) -> impl Iterator<Item = &Difference> {
        let changed = self.changed.iter().filter(move |it| it.widens(generation));
        self.granted.iter().chain(changed)
    }

    /// Returns whether nothing has changed, as far as it could be compared.
    pub fn is_empty(&self) -> bool {
        self.n_differences() == 0
    }

    /// Finds the workspaces that can be compared, and notes the others.
    fn compare_workspaces<'a>(
        &mut self,
        before: &'a Snapshot,
        after: &'a Snapshot,
    ) -> BTreeMap<&'a WorkspaceName, WorkspaceIs> {
        let mut all: BTreeMap<&WorkspaceName, [Option<&AuditedWorkspace>; 2]> = BTreeMap::new();
        for (_, workspace) in before.reported_workspaces() {
            all.insert(&workspace.name, [Some(workspace), None]);
        }
        for (_, workspace) in after.reported_workspaces() {
            let sides = all.entry(&workspace.name).or_default();
            *sides = [sides.first().copied().flatten(), Some(workspace)];
        }
        let mut comparable = BTreeMap::new();
        for (name, [was, is]) in all {
            let (known_before, known_after) = (known(before, was, is), known(after, is, was));
            if !(known_before.is_certain() && known_after.is_certain()) {
                self.not_compared.push(NotCompared {
                    workspace: name.clone(),
                    before: known_before,
                    after: known_after,
                });
                continue;
            }
            let workspace_is = match (was, is) {
                (None, _) => WorkspaceIs::New,
                (_, None) => WorkspaceIs::Gone,
                (Some(_), Some(_)) => WorkspaceIs::Kept,
            };
            comparable.insert(name, workspace_is);
        }
        comparable
    }

    fn compare(&mut self, workspaces: &BTreeMap<&WorkspaceName, WorkspaceIs>, [was, is]: [Option<Grant<'_>>; 2]) {
        let Some(either) = is.or(was) else { return };
        let Some(workspace_is) = workspaces.get(&either.workspace().name) else {
            return;
        };
        let difference = |before: Option<Grant<'_>>, after: Option<Grant<'_>>| Difference {
            workspace: either.workspace().name.clone(),
            workspace_is: *workspace_is,
            principal: either.principal().clone(),
            before: before.map(Holding::of),
            after: after.map(Holding::of),
        };
        match (was, is) {
            (None, after) => self.granted.push(difference(None, after)),
            (before, None) => self.revoked.push(difference(before, None)),
            (Some(before), Some(after)) if before.roles() != after.roles() => {
                self.changed.push(difference(was, is));
            }
            // Granted anew or by somebody else, but the same roles: nobody can do more or less than before.
            (Some(_), Some(_)) => {}
        }
    }
}

impl Difference {
    fn widens(&self, generation: Generation) -> bool {
        let roles = |side: &Option<Holding>| side.as_ref().map(|it| it.roles.clone()).unwrap_or_default();
        let (before, after) = (roles(&self.before), roles(&self.after));
        let gives = |roles: &RoleSet, operation| roles.giving(operation, &self.workspace, generation).is_some();
        let is_new = |operation: Operation| gives(&after, operation) && !gives(&before, operation);
        // What such a role gives is not known for certain.
        Operation::ALL.into_iter().any(is_new) || after.others().any(|role| !before.holds(role))
    }
}

impl Holding {
    fn of(grant: Grant<'_>) -> Self {
        Self {
            roles: grant.roles().clone(),
            granted_at: grant.granted_at(),
            granted_by: grant.granted_by().map(str::to_owned),
        }
    }
}

/// Returns what `side` knows of a workspace that is `there` on it, and `elsewhere` on the other side.
fn known(side: &Snapshot, there: Option<&AuditedWorkspace>, elsewhere: Option<&AuditedWorkspace>) -> Known {
    let coverage = &side.coverage;
    let Some(workspace) = there else {
        let is_newer = elsewhere
            .and_then(|other| other.created_at)
            .is_some_and(|created_at| created_at > side.origin.ended_at);
        let is_list_whole = coverage.workspaces.is_complete && !coverage.is_limited_to_caller;
        let is_absent = is_newer || is_list_whole;
        return if is_absent { Known::Absent } else { Known::NotListed };
    };
    match workspace.reading {
        Reading::Read if coverage.bindings.is_some_and(|bindings| !bindings.is_complete) => Known::NotRead,
        Reading::Read => Known::Read,
        Reading::NotRead => Known::NotRead,
        Reading::Denied => Known::Denied,
        Reading::Failed(_) => Known::Failed,
    }
}

/// The grants of both sides, those of one principal in one workspace together.
struct Pairs<A: Iterator, B: Iterator> {
    before: Peekable<A>,
    after: Peekable<B>,
}

impl<A: Iterator, B: Iterator> Pairs<A, B> {
    fn of(before: A, after: B) -> Self {
        Self {
            before: before.peekable(),
            after: after.peekable(),
        }
    }
}

impl<'a, A: Iterator<Item = Grant<'a>>, B: Iterator<Item = Grant<'a>>> Iterator for Pairs<A, B> {
    type Item = [Option<Grant<'a>>; 2];

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => key(before).cmp(&key(after)),
        };
        Some(match order {
            Ordering::Less => [self.before.next(), None],
            Ordering::Greater => [None, self.after.next()],
            Ordering::Equal => [self.before.next(), self.after.next()],
        })
    }
}

fn key<'a>(grant: &Grant<'a>) -> (&'a WorkspaceName, &'a Principal) {
    (&grant.workspace().name, grant.principal())
}

#[cfg(test)]
mod tests;
