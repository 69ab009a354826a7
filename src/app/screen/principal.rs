//! One principal: every workspace where it has a role, by itself or through everyone, and what it had once.

use super::Sort;
use crate::app::audit::Access;
use crate::app::filter::{Filter, Words};
use crate::app::list::List;
use crate::app::remote::Remote;
use crate::app::store::Store;
use crate::app::time;
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::Role;
use jiff::Timestamp;
use std::cmp::Ordering;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose access.
    pub principal: Principal,
    /// What was granted and taken away again; only platform admins may see it.
    pub history: Remote<Vec<Binding>>,
    /// The rows.
    pub list: List<Row>,
    /// In how many workspaces it has something, whatever the filter leaves.
    pub n_all: usize,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// What it has in a workspace.
    Now(WorkspaceName),
    /// A role that was taken away.
    Past(WorkspaceName, Role),
}

impl Row {
    /// Returns the workspace it is about.
    pub fn workspace(&self) -> &WorkspaceName {
        match self {
            Self::Now(workspace) | Self::Past(workspace, _) => workspace,
        }
    }
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// What it amounts to, the strongest first.
    Effective,
    /// The workspace.
    Workspace,
    /// When granted, the newest first.
    Granted,
    /// By whom.
    GrantedBy,
}

impl SortKey {
    /// Every order, as the sort key goes through them.
    pub const ALL: [Self; 4] = [Self::Effective, Self::Workspace, Self::Granted, Self::GrantedBy];

    /// Returns the word for the title row.
    pub fn label(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Workspace => "workspace",
            Self::Granted => "granted",
            Self::GrantedBy => "granted by",
        }
    }
}

impl State {
    /// Opens on a principal, the strongest roles first.
    pub fn new(principal: Principal) -> Self {
        let sort = Sort {
            key: SortKey::Effective,
            is_reversed: false,
        };
        Self {
            principal,
            history: Remote::Absent,
            list: List::default(),
            n_all: 0,
            filter: Filter::default(),
            sort,
        }
    }

    /// Computes the rows anew, after the report, the filter or the order have changed: what it has now before what it
    /// had once.
    pub fn rebuild(&mut self, store: &Store, now: Timestamp, height: usize) {
        let named = store.workspaces_of(&self.principal);
        let present = named
            .iter()
            .filter_map(|name| Some((name, store.access_of(name, &self.principal)?)));
        let present: Vec<(&WorkspaceName, Access)> = present.collect();
        self.n_all = present.len();
        let mut present = self
            .filter
            .keep(present.iter().collect(), |(name, access)| words_of(name, access, now));
        present.sort_by(|a, b| {
            let order = compare(self.sort.key, a, b);
            let order = if self.sort.is_reversed { order.reverse() } else { order };
            order.then_with(|| a.0.cmp(b.0))
        });
        let past = self.history.value().map(Vec::as_slice).unwrap_or_default();
        let past = past.iter().filter(|binding| binding.revoked_at.is_some()).collect();
        let mut past = self.filter.keep(past, |binding: &&Binding| {
            let mut words: Words<'_> = vec![
                binding.workspace.raw().into(),
                binding.workspace.shown().to_string().into(),
                "revoked".into(),
                format!("was {}", binding.role.shown()).into(),
            ];
            words.extend(binding.revoked_at.map(|at| time::relative(at, now).into()));
            words
        });
        past.sort_by(|a, b| {
            b.revoked_at
                .cmp(&a.revoked_at)
                .then_with(|| a.workspace.cmp(&b.workspace))
        });
        let present = present
            .into_iter()
            .map(|(name, _)| Row::Now(WorkspaceName::clone(name)));
        let past = past
            .into_iter()
            .map(|binding| Row::Past(binding.workspace.clone(), binding.role.clone()));
        self.list.set_growing_rows(present.chain(past).collect(), height);
    }

    /// Returns the grant that a row about the past stands for.
    pub fn past(&self, workspace: &WorkspaceName, role: &Role) -> Option<&Binding> {
        let mut history = self.history.value()?.iter();
        history.find(|binding| binding.workspace == *workspace && binding.role == *role && binding.revoked_at.is_some())
    }

    /// Returns the workspace under the cursor, if it is a row about the present.
    pub fn selected(&self) -> Option<&WorkspaceName> {
        match self.list.selected()? {
            Row::Now(workspace) => Some(workspace),
            Row::Past(..) => None,
        }
    }
}

/// Returns what the row of a workspace says, in every column.
fn words_of<'a>(name: &'a WorkspaceName, access: &Access, now: Timestamp) -> Words<'a> {
    let effective = access.effective.role.as_ref().map(Role::shown);
    let own = (!access.own.is_empty()).then(|| access.own.shown());
    vec![
        name.raw().into(),
        name.shown().to_string().into(),
        effective.map_or_else(|| "none".into(), |role| role.to_string().into()),
        access.effective.given_by.label().into(),
        // Where it holds nothing by name, everyone does.
        own.map_or_else(|| "–".into(), |own| own.to_string().into()),
        time::granted(&access.granted, now).into(),
        time::granted_by(&access.granted).to_string().into(),
    ]
}

fn compare(key: SortKey, (a_name, a): &(&WorkspaceName, Access), (b_name, b): &(&WorkspaceName, Access)) -> Ordering {
    let by = |access: &Access| (access.granted.by().is_none(), access.granted.by().map(str::to_owned));
    let rank = |access: &Access| access.effective.role.as_ref().map_or(0, Role::rank);
    match key {
        SortKey::Effective => rank(b).cmp(&rank(a)),
        SortKey::Workspace => a_name.cmp(b_name),
        SortKey::Granted => b.granted.at().cmp(&a.granted.at()),
        SortKey::GrantedBy => by(a).cmp(&by(b)),
    }
}
