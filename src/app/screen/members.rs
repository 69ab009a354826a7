//! The members of one workspace.

use super::Sort;
use crate::app::directory::Directory;
use crate::app::filter::Filter;
use crate::app::list::List;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Member;
use std::cmp::Ordering;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose members.
    pub workspace: WorkspaceName,
    /// The rows.
    pub list: List<Principal>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whom to put the cursor on once the members are known.
    pub looked_for: Option<Principal>,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The roles, the strongest first, then by principal.
    Roles,
    /// The principal.
    Principal,
    /// The kind of principal.
    Kind,
    /// When granted, the newest first.
    Granted,
    /// By whom.
    GrantedBy,
}

impl SortKey {
    /// Every order, as the sort key goes through them.
    pub const ALL: [Self; 5] = [Self::Roles, Self::Principal, Self::Kind, Self::Granted, Self::GrantedBy];

    /// Returns the word for the title row.
    pub fn label(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Principal => "principal",
            Self::Kind => "kind",
            Self::Granted => "granted",
            Self::GrantedBy => "granted by",
        }
    }
}

impl State {
    /// Opens on a workspace, the strongest roles first.
    pub fn new(workspace: WorkspaceName) -> Self {
        let sort = Sort {
            key: SortKey::Roles,
            is_reversed: false,
        };
        Self {
            workspace,
            list: List::default(),
            filter: Filter::default(),
            sort,
            looked_for: None,
        }
    }

    /// Computes the rows anew, after the data, the filter or the order have changed.
    pub fn rebuild(&mut self, directory: &Directory, height: usize) {
        let all: Vec<&Member> = directory
            .roster(&self.workspace)
            .map(|roster| roster.members().iter().collect())
            .unwrap_or_default();
        let mut rows = self.filter.keep(all, |member| {
            let roles = member.roles.iter().map(crate::domain::role::Role::raw);
            std::iter::once(member.principal.raw()).chain(roles).collect()
        });
        rows.sort_by(|a, b| {
            let order = compare(self.sort.key, a, b);
            let order = if self.sort.is_reversed { order.reverse() } else { order };
            order.then_with(|| a.principal.cmp(&b.principal))
        });
        self.list.set_rows(
            rows.into_iter().map(|member| member.principal.clone()).collect(),
            height,
        );
        // Looked for once, when the members are known: later the cursor belongs to whoever moves it.
        if directory.roster(&self.workspace).is_some()
            && let Some(principal) = self.looked_for.take()
        {
            self.list.select(&principal, height);
        }
    }
}

fn compare(key: SortKey, a: &Member, b: &Member) -> Ordering {
    match key {
        SortKey::Roles => b.roles.rank().cmp(&a.roles.rank()),
        SortKey::Principal => a.principal.cmp(&b.principal),
        SortKey::Kind => a.principal.kind().cmp(&b.principal.kind()),
        SortKey::Granted => b.granted_at.cmp(&a.granted_at),
        SortKey::GrantedBy => a.granted_by.cmp(&b.granted_by),
    }
}
