//! The list of all workspaces.

use super::Sort;
use crate::app::directory::Directory;
use crate::app::filter::Filter;
use crate::app::list::List;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::workspace::{Access, Standing, Workspace};
use std::cmp::Ordering;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The rows.
    pub list: List<WorkspaceName>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The name.
    Name,
    /// Who gets in unnamed, the widest first.
    Access,
    /// The caller's standing, the strongest first.
    You,
    /// How many members, the most first.
    Members,
    /// How many Admins, the fewest first.
    Admins,
    /// When last changed, the newest first.
    Updated,
}

impl SortKey {
    /// Every order, as the sort key goes through them.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Access,
        Self::You,
        Self::Members,
        Self::Admins,
        Self::Updated,
    ];

    /// Returns the word for the title row.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Access => "access",
            Self::You => "you",
            Self::Members => "members",
            Self::Admins => "admins",
            Self::Updated => "updated",
        }
    }
}

impl Default for State {
    fn default() -> Self {
        let sort = Sort {
            key: SortKey::Name,
            is_reversed: false,
        };
        Self {
            list: List::default(),
            filter: Filter::default(),
            sort,
        }
    }
}

impl State {
    /// Computes the rows anew, after the data, the filter or the order have changed.
    pub fn rebuild(&mut self, directory: &Directory, height: usize) {
        let all: Vec<&Workspace> = directory.shown().collect();
        let mut rows = self.filter.keep(all, |workspace| {
            vec![workspace.name.raw(), workspace.description.as_deref().unwrap_or("")]
        });
        rows.sort_by(|a, b| {
            let order = compare(self.sort.key, a, b, directory);
            let order = if self.sort.is_reversed { order.reverse() } else { order };
            order.then_with(|| a.name.cmp(&b.name))
        });
        let rows = rows.into_iter().map(|workspace| workspace.name.clone()).collect();
        if directory.listed_at().is_none() {
            self.list.set_growing_rows(rows, height);
        } else {
            self.list.set_rows(rows, height);
        }
    }

    /// Returns whether new details of workspaces can change the order.
    pub fn depends_on_details(&self) -> bool {
        !matches!(self.sort.key, SortKey::Name | SortKey::Updated)
    }
}

fn compare(key: SortKey, a: &Workspace, b: &Workspace, directory: &Directory) -> Ordering {
    let roster = |workspace: &Workspace| directory.roster(&workspace.name);
    match key {
        SortKey::Name => a.name.cmp(&b.name),
        SortKey::Updated => b.updated_at.cmp(&a.updated_at),
        SortKey::Access => access(b, directory).cmp(&access(a, directory)),
        SortKey::You => standing(directory.standing(&b.name)).cmp(&standing(directory.standing(&a.name))),
        SortKey::Members => roster(b).map(Roster::len).cmp(&roster(a).map(Roster::len)),
        // Unknown counts last: what is not known needs no attention first.
        SortKey::Admins => {
            let count = |workspace| roster(workspace).map_or(usize::MAX, |roster| roster.admins().count());
            count(a).cmp(&count(b))
        }
    }
}

fn access(workspace: &Workspace, directory: &Directory) -> Option<u8> {
    directory.access(&workspace.name).map(|(access, _)| match access {
        Access::Private => 0,
        Access::All(role) => role.rank(),
    })
}

fn standing(standing: &Standing) -> u8 {
    match standing {
        Standing::PlatformAdmin => 5,
        Standing::Holds(role) => 1 + role.rank(),
        Standing::AtLeastViewer => 2,
        Standing::Nothing => 1,
        Standing::Unknown => 0,
    }
}
