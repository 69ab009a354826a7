//! The list of all workspaces.

use super::{Known, Sort};
use crate::app::directory::Directory;
use crate::app::failure::FailureKind;
use crate::app::filter::{Filter, Words};
use crate::app::list::List;
use crate::app::time;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::text::{SafeText, grouped};
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
    pub fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let directory = known.directory;
        let all: Vec<&Workspace> = directory.shown().collect();
        let mut rows = self.filter.keep(all, |workspace| words_of(workspace, known));
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

    /// Returns whether new details of `workspace` change which rows there are, or may change their order.
    pub fn depends_on_details(&self, workspace: &WorkspaceName, known: &Known<'_>) -> bool {
        if !matches!(self.sort.key, SortKey::Name | SortKey::Updated) {
            return true;
        }
        if !self.filter.is_active() {
            return false;
        }
        let found = known.directory.find_shown(workspace);
        let is_kept = found.is_some_and(|workspace| self.filter.keeps(&words_of(workspace, known)));
        is_kept != self.list.rows().contains(workspace)
    }
}

/// Returns what the caller is, in a narrow column; the full words stand in the header and in the detail pane.
pub fn standing_in_a_word(standing: &Standing) -> SafeText {
    match standing {
        Standing::PlatformAdmin => SafeText::new("platform"),
        Standing::Holds(_) | Standing::AtLeastViewer | Standing::Nothing | Standing::Unknown => standing.label(),
    }
}

/// What stands where something may not be known.
const WITHHELD: &str = "–";
/// What stands where something could not be read.
const UNREAD: &str = "?";

/// Returns what the row of a workspace says: in every column, badges and signs included.
fn words_of<'a>(workspace: &'a Workspace, known: &Known<'_>) -> Words<'a> {
    let (directory, name) = (known.directory, &workspace.name);
    let description = workspace.description.as_deref().unwrap_or_default();
    let mut words: Words<'a> = vec![name.raw().into(), name.shown().to_string().into()];
    // A row shows the beginning of a description, made safe; the whole of it is found as it was written.
    words.push(description.into());
    words.push(SafeText::with_limit(description, 300).to_string().into());
    if known.default_workspace == Some(name) {
        words.push(format!("{} [default]", name.shown()).into());
    }
    let deletion = directory.deletions().find(name);
    if let Some(deletion) = deletion.filter(|_| directory.find(name).is_none()) {
        words.push(deletion.in_words(known.now).into());
        return words;
    }
    if let Some(at) = workspace.updated_at {
        words.push(time::relative(at, known.now).into());
    }
    let details = directory.details(name);
    if let Some((access, _)) = directory.access(name) {
        words.push(access.label().to_string().into());
    }
    let Some(inspection) = details.value() else {
        words.extend(details.failure().map(|_| UNREAD.into()));
        return words;
    };
    words.push(standing_in_a_word(&inspection.standing).to_string().into());
    match &inspection.roster {
        Ok(roster) => {
            words.push(grouped(roster.len()).into());
            words.push(admins_in_words(name, roster).into());
        }
        Err(failure) if failure.kind == FailureKind::Forbidden => words.push(WITHHELD.into()),
        Err(_) => words.push(UNREAD.into()),
    }
    words
}

/// Returns how many Admins there are, with a mark where that needs a look: `1!`.
fn admins_in_words(name: &WorkspaceName, roster: &Roster) -> String {
    match roster.admins().count() {
        0 if name.is_built_in() => "0".to_owned(),
        n @ (0 | 1) => format!("{n}!"),
        n => grouped(n),
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
