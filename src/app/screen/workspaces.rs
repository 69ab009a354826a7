//! The list of all workspaces.

use super::{Known, Sort};
use crate::app::failure::FailureKind;
use crate::app::filter::{Filter, Words};
use crate::app::list::List;
use crate::app::store::{Members, Store};
use crate::app::time;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, grouped};
use crate::domain::workspace::{Access, CallerAccess, Workspace};
use jiff::Timestamp;
use std::cmp::Reverse;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The rows.
    pub list: List<WorkspaceName>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whether the reading that the order or the filter needs was stopped.
    pub has_stopped: bool,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The name.
    Name,
    /// Who gets in unnamed, the widest first.
    Access,
    /// The caller's access, the strongest first.
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
            has_stopped: false,
        }
    }
}

impl State {
    /// Computes the rows anew, after the data, the filter or the order have changed.
    pub fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let store = known.store;
        let all: Vec<&Workspace> = store.shown().collect();
        let rows = self.filter.keep(all, |workspace| words_of(workspace, known));
        // What a row is sorted by is looked up once: the members of ten thousand workspaces are many.
        let mut rows: Vec<(Rank, &Workspace)> = rows
            .into_iter()
            .map(|workspace| (Rank::of(self.sort.key, workspace, store), workspace))
            .collect();
        rows.sort_by(|(a_rank, a), (b_rank, b)| {
            let order = a_rank.cmp(b_rank);
            let order = if self.sort.is_reversed { order.reverse() } else { order };
            order.then_with(|| a.name.cmp(&b.name))
        });
        let rows = rows.into_iter().map(|(_, workspace)| workspace.name.clone()).collect();
        // A cursor that nobody has moved is on nothing that somebody chose: it stays on top of every order.
        self.list.set_growing_rows(rows, height);
    }

    /// Returns whether the order is made of the members of each workspace. What a platform admin is, is the same
    /// everywhere.
    pub fn is_sorted_by_members(&self, is_platform_admin: bool) -> bool {
        match self.sort.key {
            SortKey::Access | SortKey::Members | SortKey::Admins => true,
            SortKey::You => !is_platform_admin,
            SortKey::Name | SortKey::Updated => false,
        }
    }

    /// Returns whether the filter asks for what only the members of a workspace tell: who gets in, or how many Admins
    /// there are.
    pub fn filters_by_members(&self) -> bool {
        let typed = self.filter.input.value().trim().to_lowercase();
        let told = [Role::Viewer, Role::Editor, Role::Admin].map(|role| Access::All(role).label());
        let mut told = told.iter().map(SafeText::as_str).chain([Access::PRIVATE]);
        let is_a_count = typed.ends_with('!');
        is_a_count || (typed.len() >= LEAST_WORD && told.any(|told| told.to_lowercase().contains(&typed)))
    }

    /// Returns whether the filter may ask for a number of members.
    pub fn filters_by_a_number(&self) -> bool {
        let typed = self.filter.input.value().trim();
        !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit())
    }

    /// Returns whether new details of `workspace` change which rows there are, or may change their order.
    pub fn depends_on_details(&self, workspace: &WorkspaceName, known: &Known<'_>) -> bool {
        if !matches!(self.sort.key, SortKey::Name | SortKey::Updated) {
            return true;
        }
        if !self.filter.is_active() {
            return false;
        }
        let found = known.store.find_shown(workspace);
        let is_kept = found.is_some_and(|workspace| self.filter.keeps(&words_of(workspace, known)));
        is_kept != self.list.rows().contains(workspace)
    }
}

/// Returns what the caller is, in a narrow column; the full words stand in the header and in the detail pane.
pub fn access_in_a_word(caller_access: &CallerAccess) -> SafeText {
    match caller_access {
        CallerAccess::PlatformAdmin => SafeText::new("platform"),
        CallerAccess::Holds(_) | CallerAccess::AtLeastViewer | CallerAccess::Nothing | CallerAccess::Unknown => {
            caller_access.label()
        }
    }
}

/// How much of a word has to be typed for it to be taken as one about access.
const LEAST_WORD: usize = 3;

/// What stands where something may not be known.
const WITHHELD: &str = "–";
/// What stands where something could not be read.
const UNREAD: &str = "?";

/// Returns what the row of a workspace says: in every column, badges and signs included.
fn words_of<'a>(workspace: &'a Workspace, known: &Known<'_>) -> Words<'a> {
    let (store, name) = (known.store, &workspace.name);
    let description = workspace.description.as_deref().unwrap_or_default();
    let mut words: Words<'a> = vec![name.raw().into(), name.shown().to_string().into()];
    // A row shows the beginning of a description, made safe; the whole of it is found as it was written.
    words.push(description.into());
    words.push(SafeText::with_limit(description, 300).to_string().into());
    if known.default_workspace == Some(name) {
        words.push(format!("{} [default]", name.shown()).into());
    }
    let deletion = store.deletions().find(name);
    if let Some(deletion) = deletion.filter(|_| store.find(name).is_none()) {
        words.push(deletion.in_words(known.now).into());
        return words;
    }
    if let Some(at) = workspace.updated_at {
        words.push(time::relative(at, known.now).into());
    }
    let details = store.details(name);
    if let Some((access, _)) = store.access(name) {
        words.push(access.label().to_string().into());
    }
    let Some(members) = details.members else {
        words.extend(details.failure.map(|_| UNREAD.into()));
        return words;
    };
    words.push(access_in_a_word(&details.caller_access).to_string().into());
    match members {
        Ok(members) => {
            words.push(grouped(members.len()).into());
            words.push(admins_in_words(name, members).into());
        }
        Err(failure) if failure.kind == FailureKind::Forbidden => words.push(WITHHELD.into()),
        Err(_) => words.push(UNREAD.into()),
    }
    words
}

/// Returns how many Admins there are, with a mark where that needs a look: `1!`.
fn admins_in_words(name: &WorkspaceName, members: Members<'_>) -> String {
    match members.n_admins() {
        0 if name.is_built_in() => "0".to_owned(),
        n @ (0 | 1) => format!("{n}!"),
        n => grouped(n),
    }
}

/// What a row is sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    Access(Reverse<Option<u8>>),
    You(Reverse<u8>),
    Members(Reverse<Option<usize>>),
    Admins(usize),
    Updated(Reverse<Option<Timestamp>>),
}

impl Rank {
    fn of(key: SortKey, workspace: &Workspace, store: &Store) -> Self {
        let name = &workspace.name;
        match key {
            SortKey::Name => Self::Name,
            SortKey::Updated => Self::Updated(Reverse(workspace.updated_at)),
            SortKey::Access => Self::Access(Reverse(access(name, store))),
            SortKey::You => Self::You(Reverse(caller_access(&store.caller_access(name)))),
            SortKey::Members => Self::Members(Reverse(store.members(name).map(Members::len))),
            // Unknown counts last: what is not known needs no attention first.
            SortKey::Admins => Self::Admins(store.members(name).map_or(usize::MAX, Members::n_admins)),
        }
    }
}

fn access(name: &WorkspaceName, store: &Store) -> Option<u8> {
    store.access(name).map(|(access, _)| match access {
        Access::Private => 0,
        Access::All(role) => role.rank(),
    })
}

fn caller_access(caller_access: &CallerAccess) -> u8 {
    match caller_access {
        CallerAccess::PlatformAdmin => 5,
        CallerAccess::Holds(role) => 1 + role.rank(),
        CallerAccess::AtLeastViewer => 2,
        CallerAccess::Nothing => 1,
        CallerAccess::Unknown => 0,
    }
}
