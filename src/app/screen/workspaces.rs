//! The list of all workspaces.

use super::languages;
use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts, has_a_list, has_marks};
use crate::app::audit::Mode;
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::failure::{Failure, FailureKind};
use crate::app::filter::{self, Filter, Hear, Words, hear_both, is_by, is_then};
use crate::app::keymap::{Action, Context, KeyMap, Shows};
use crate::app::list::{List, Marks as _, Order, Sort, SortColumn, Sorting};
use crate::app::store::{FEW_UNSEEN, Listing, Members, Store};
use crate::app::targets::{Place, Targets};
use crate::app::time;
use crate::domain::ids::WorkspaceName;
use crate::domain::query::Asks;
use crate::domain::role::Role;
use crate::domain::text::{self, CopyProblem, SafeText, grouped};
use crate::domain::workspace::{Access, CallerAccess, Workspace};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The rows.
    pub list: List<WorkspaceName>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whether the reading that the order or the filter needs was stopped.
    pub has_stopped: bool,
    /// The workspaces of which what the filter asks for may not be read.
    withheld: HashSet<WorkspaceName>,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// The name.
    #[default]
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

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Access,
        Self::You,
        Self::Members,
        Self::Admins,
        Self::Updated,
    ];

    fn label(self) -> &'static str {
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

impl State {
    /// Returns whether the order is made of the members of each workspace. What a platform admin is, is the same
    /// everywhere.
    pub fn is_sorted_by_members(&self, is_platform_admin: bool) -> bool {
        self.deciding().any(|key| match key {
            SortKey::Access | SortKey::Members | SortKey::Admins => true,
            SortKey::You => !is_platform_admin,
            SortKey::Name | SortKey::Updated => false,
        })
    }

    /// Returns the columns before the name: no two workspaces are called the same, so that none decides behind it.
    fn deciding(&self) -> impl Iterator<Item = SortKey> + use<> {
        let keys = self.sort.keys().map(|by| by.key);
        keys.take_while(|key| *key != SortKey::Name)
    }

    /// Returns whether the filter asks for what only a look at a workspace tells: who gets in or is a member, how many Admins
    /// there are, or the caller's own role. What a platform admin is, is the same everywhere.
    pub fn filters_by_members(&self, is_platform_admin: bool) -> bool {
        self.asks_for(|asks| {
            let is_own_role = matches!(asks, Asks::Role(_) | Asks::Allows(_) | Asks::Can(_));
            let is_of_members = matches!(asks, Asks::Access(_) | Asks::Who(_) | Asks::Kind(_));
            (is_own_role && !is_platform_admin)
                || is_of_members
                || name_of(asks).is_some_and(|name| is_access_in_words(name) || is_a_count(name))
        })
    }

    /// Returns whether the filter may ask for a number of members.
    pub fn filters_by_a_number(&self) -> bool {
        self.asks_for(|asks| name_of(asks).is_some_and(is_a_number))
    }

    /// Says that one filter asks about the caller and about members, which are not the same person.
    fn asks_about_two(&self, keymap: KeyMap) -> Option<SafeText> {
        let is_about_members = self.asks_for(|asks| matches!(asks, Asks::Who(_) | Asks::Kind(_)));
        let is_about_caller = self.asks_for(|asks| matches!(asks, Asks::Role(_) | Asks::Allows(_) | Asks::Can(_)));
        let key = keymap.key_of(Context::Workspaces, Action::Show(Shows::Audit(Mode::List)));
        let text = format!("role: and can: are about you here; {key} knows the roles of others");
        (is_about_members && is_about_caller).then(|| SafeText::new(&text))
    }

    fn asks_for(&self, what: impl Fn(&Asks) -> bool) -> bool {
        // None of it depends on the day.
        let query = self.filter.query(Timestamp::UNIX_EPOCH);
        query.words.iter().any(|word| what(&word.asks))
    }

    /// Returns what an order or a filter that is made of the members of each workspace goes by, and how many were not
    /// read or may not be: such rows must not be taken for the whole.
    fn partly_known(&self, known: &Known<'_>) -> Option<(String, String)> {
        let (store, is_platform_admin) = (known.store, known.caller.is_platform_admin);
        let what = if self.is_sorted_by_members(is_platform_admin) {
            "sorted"
        } else if self.filters_by_members(is_platform_admin) || self.filters_by_a_number() {
            "filtered"
        } else {
            return None;
        };
        let is_whole = store.reading().is_none() && store.has_read_everything() && store.read_failure().is_none();
        let n_unread = if is_whole { 0 } else { store.n_unread() };
        // An order shows what it does not know, a filter hides it.
        let n_withheld = if what == "filtered" { self.withheld.len() } else { 0 };
        if n_unread + n_withheld == 0 {
            return None;
        }
        let n_all = store.workspaces().len();
        let percent = (n_all.saturating_sub(n_unread + n_withheld) * 100).checked_div(n_all)?;
        let share = if percent == 0 {
            "<1%".to_owned()
        } else {
            format!("{percent}%")
        };
        let lacking = [(n_unread, "not read"), (n_withheld, "not readable")];
        let lacking = lacking.into_iter().filter(|(n, _)| *n > 0);
        let lacking: Vec<String> = lacking.map(|(n, why)| format!("{} {why}", grouped(n))).collect();
        Some((format!("{what} by {share}"), lacking.join(", ")))
    }

    /// Returns which workspaces hold back what the filter asks for.
    fn holds_back<'s>(&self, store: &'s Store) -> impl Fn(&WorkspaceName) -> bool + use<'s> {
        let needs_members = self.asks_for(|asks| matches!(asks, Asks::Who(_) | Asks::Kind(_)));
        let needs_access = self.asks_for(|asks| matches!(asks, Asks::Access(_)));
        move |name| {
            let is_needed = needs_members || (needs_access && store.access(name).is_none());
            is_needed && store.details(name).is_withheld()
        }
    }

    /// Returns whether rows are shown, or it is known that there are none; and how many there are.
    fn n_all(store: &Store) -> Option<usize> {
        let n_all = store.shown().count();
        (n_all > 0 || *store.listing() == Listing::Complete).then_some(n_all)
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Workspaces, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Workspaces)
    }

    fn title(&self, known: &Known<'_>) -> Title {
        let n_all = Self::n_all(known.store);
        let counts = counts(self.list.rows().len(), n_all);
        let order = n_all.map(|_| self.sort.told());
        Title::new(format!("Workspaces{counts}")).sorted(order)
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let grammar = known.session.grammar();
        out.add("list the workspaces", grammar.list_workspaces());
        let Some(name) = self.list.selected() else {
            if matches!(known.store.listing(), Listing::Loading { .. }) {
                out.wait("still loading the workspaces");
            }
            return;
        };
        let shown = name.shown();
        if known.store.is_going(name) {
            let what = format!("show the progress of deleting '{shown}'");
            out.add(&what, grammar.deletion(name));
        } else {
            out.add(&format!("show '{shown}'"), grammar.workspace(name));
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            workspace: self.list.selected(),
            principal: None,
        }
    }

    has_a_list!();

    has_marks!();

    fn marked(&self) -> Targets {
        Targets {
            workspaces: self.list.marked().cloned().collect(),
            n_hidden: self.list.n_marked().n_hidden,
            ..Targets::default()
        }
    }

    fn unmark(&mut self, over: &[Place]) {
        let over: HashSet<&WorkspaceName> = over.iter().map(|place| &place.workspace).collect();
        self.list.retain_marks(|name| !over.contains(name));
    }

    /// What was stopped for another reason is read for a filter that needs it.
    fn filter_edited(&mut self, _: Timestamp) {
        // Only a platform admin's filter starts a reading.
        if self.filters_by_members(true) {
            self.has_stopped = false;
        }
    }

    fn has_one_hit(&self, known: &Known<'_>) -> bool {
        if *known.store.listing() != Listing::Complete {
            return false;
        }
        let filters_by_members = self.filters_by_members(known.caller.is_platform_admin);
        let is_read = !filters_by_members || (known.store.reading().is_none() && !known.store.has_unread());
        let is_named = self.list.selected().is_some_and(|name| self.filter.is_just(name.raw()));
        (self.n_rows() == 1 && is_read) || is_named
    }

    fn sort(&mut self, how: Sorting<'_>) {
        self.sort = self.sort.changed(how);
        self.has_stopped = false;
    }

    fn order(&self) -> Order {
        self.sort.told()
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.list.selected().filter(|_| self.filter.is_active());
        let found = selected.and_then(|name| known.store.find_shown(name));
        found
            .map(|workspace| filter::words(|hear| tell(workspace, known, hear)))
            .unwrap_or_default()
    }

    fn select_best_match(&mut self, height: usize) {
        self.filter.select_best(&mut self.list, height, WorkspaceName::raw);
    }

    fn to_copy(&self, _: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let selected = self.list.selected().into_iter();
        selected.map(|name| SafeText::to_copy(name.raw())).collect()
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        let store = known.store;
        if let (Listing::Failed(failure), Some(as_of)) = (store.listing(), store.listed_at()) {
            return Some(Freshness::stale(as_of, "refresh failed", failure));
        }
        if let (Some(halted), Listing::Complete) = (store.halted(), store.listing()) {
            return Some(Freshness::Stopped("details stopped", halted));
        }
        if let Some(percent) = store.progress() {
            return Some(Freshness::Progress(format!("loading list {percent}%")));
        }
        let loading = store
            .reading()
            .map(|reading| format!("loading members {}%", reading.progress.percent()));
        match (self.partly_known(known), loading) {
            (Some((what, why)), loading) => Some(Freshness::Partly(what, loading.unwrap_or(why))),
            (None, loading) => loading.map(Freshness::Note),
        }
    }

    fn source(&self) -> Source<'_> {
        Source::List
    }

    fn refreshed(&mut self) {
        self.has_stopped = false;
    }

    fn in_view<'a>(&'a self, known: &Known<'a>, height: usize) -> Vec<&'a WorkspaceName> {
        // To a platform admin a row costs one request, to others up to three: those wait until they are looked at.
        let is_coming = known.store.reading().is_some();
        let ahead = if known.caller.is_platform_admin && !is_coming {
            height
        } else {
            0
        };
        let rows = self.list.visible(height).iter().chain(self.list.below(height, ahead));
        // A filter may hide what it would keep once more is known of it: few are looked at. A platform admin reads all.
        let is_admin = known.caller.is_platform_admin;
        let asks = || !is_admin && self.filters_by_members(is_admin) && known.store.n_unread() <= FEW_UNSEEN;
        let hidden = Some(known.store.workspaces()).filter(|all| all.len() <= height || asks());
        let hidden = hidden.into_iter().flatten().map(|workspace| &workspace.name);
        rows.chain(hidden).collect()
    }

    /// They do where the order or the filter is made of the members of all workspaces, and not only of those in view.
    fn needs_everything(&self, known: &Known<'_>, height: usize) -> bool {
        if self.has_stopped || known.store.workspaces().len() <= height {
            return false;
        }
        let may_read_at_once = known.caller.is_platform_admin;
        let has_seen_much = known.store.n_asked_alone() > MANY_ROWS;
        self.is_sorted_by_members(may_read_at_once)
            || (may_read_at_once && (has_seen_much || self.filters_by_members(true)))
    }

    fn failure_of<'a>(&self, _: &WorkspaceName, store: &'a Store, is_news: bool) -> Option<&'a Failure> {
        store.halted().filter(|_| is_news)
    }

    /// New details change which rows there are, or may change their order.
    fn depends_on(&self, workspace: &WorkspaceName, known: &Known<'_>) -> bool {
        if self.deciding().any(|key| key != SortKey::Updated) {
            return true;
        }
        if !self.filter.is_active() {
            return false;
        }
        let found = known.store.find_shown(workspace);
        let is_kept = found.is_some_and(|workspace| {
            let fits = |asks: &Asks| fits(workspace, asks, known);
            let filter = &self.filter;
            filter.keeps(
                languages::WORKSPACES,
                known.now,
                |hear| tell(workspace, known, hear),
                fits,
            )
        });
        is_kept != self.list.rows().contains(workspace)
            || self.holds_back(known.store)(workspace) != self.withheld.contains(workspace)
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let store = known.store;
        // With what is being deleted nothing else can be done.
        self.list
            .retain_marks(|name| store.find_shown(name).is_some() && !store.is_going(name));
        let all: Vec<&Workspace> = store.shown().collect();
        let fits = |workspace: &Workspace, asks: &Asks| fits(workspace, asks, known);
        let filter = &mut self.filter;
        let rows = filter.keep(
            all,
            languages::WORKSPACES,
            known.now,
            |row, hear| tell(row, known, hear),
            fits,
        );
        if self.filter.problem.is_none() {
            self.filter.problem = self.asks_about_two(known.keymap);
        }
        let holds_back = self.holds_back(store);
        let names = store.workspaces().iter().map(|workspace| &workspace.name);
        self.withheld = names.filter(|name| holds_back(name)).cloned().collect();
        // What a row is sorted by is looked up once: the members of ten thousand workspaces are many.
        let ranked = rows.into_iter().map(|workspace| {
            let ranks = self.sort.ranks(|key| Rank::of(key, workspace, store));
            (ranks, workspace)
        });
        let mut rows: Vec<_> = ranked.collect();
        rows.sort_by(|(a_ranks, a), (b_ranks, b)| {
            let order = self.sort.compare_ranks(a_ranks, b_ranks);
            order.then_with(|| a.name.cmp(&b.name))
        });
        let rows = rows.into_iter().map(|(_, workspace)| workspace.name.clone()).collect();
        // A cursor that nobody has moved is on nothing that somebody chose: it stays on top of every order.
        self.list.set_growing_rows(rows, height);
    }
}

/// After how many rows that were read one by one everything is read at once, where that is a few large pages: some
/// screens, however large the screen is.
const MANY_ROWS: usize = 100;

fn name_of(asks: &Asks) -> Option<&str> {
    let (Asks::Called(called) | Asks::NoKey(called, _)) = asks else {
        return None;
    };
    Some(&called.lower)
}

/// How many letters of a word for who gets in are taken for it: fewer stand in too many names.
const LEAST_OF_A_WORD: usize = 3;

/// Whether a word is, or is a part of, one for who gets in: `private`, `all: Viewer`.
fn is_access_in_words(name: &str) -> bool {
    let unnamed = Role::CHOICES.iter().map(|role| Access::All(role.clone()).label());
    let mut told = unnamed.map(|label| label.to_string().to_lowercase());
    name.chars().count() >= LEAST_OF_A_WORD && (Access::PRIVATE.contains(name) || told.any(|told| told.contains(name)))
}

/// Whether it is a number of Admins that needs a look: `1!`.
fn is_a_count(name: &str) -> bool {
    name.strip_suffix('!').is_some_and(|n| n.is_empty() || is_a_number(n))
}

fn is_a_number(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_digit())
}

/// Returns whether a workspace is what a word with a key asks for.
fn fits(workspace: &Workspace, asks: &Asks, known: &Known<'_>) -> bool {
    let (store, name) = (known.store, &workspace.name);
    if let Asks::Workspace(wanted) = asks {
        return wanted.fits(name.raw());
    }
    if let Asks::Access(wanted) = asks {
        return store.access(name).is_some_and(|(access, _)| wanted.fits(&access));
    }
    if let Asks::Who(wanted) = asks {
        let members = store.members(name);
        return members.is_some_and(|members| members.has_any(|member| wanted.is_principal(member)));
    }
    if let Asks::Kind(kind) = asks {
        let members = store.members(name);
        return members.is_some_and(|members| members.has_any(|member| member.kind().word() == kind));
    }
    if let Asks::By(part) = asks {
        return is_by(workspace.created_by.as_deref(), part) || is_by(workspace.updated_by.as_deref(), part);
    }
    let caller_access = || {
        if known.caller.is_platform_admin {
            CallerAccess::PlatformAdmin
        } else {
            store.caller_access(name)
        }
    };
    if let Asks::Allows(rank) = asks {
        return caller_access().may_allow(*rank);
    }
    if let Asks::Role(role) = asks {
        return caller_access().may_be(role);
    }
    if let Asks::Can(operation) = asks {
        return caller_access().may_do(*operation, name, store.generation());
    }
    is_then(workspace.updated_at, asks)
}

/// What stands where something may not be known.
const WITHHELD: &str = "–";
/// What stands where something could not be read.
const UNREAD: &str = "?";

/// How much of a description a row shows at most.
const OF_A_DESCRIPTION: usize = 300;

/// Tells what the row of a workspace says: in every column, badges and signs included.
fn tell<'a>(workspace: &'a Workspace, known: &Known<'_>, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    let (store, name) = (known.store, &workspace.name);
    hear_both("name", name.raw(), text::LONGEST, hear)?;
    let description = workspace.description.as_deref().unwrap_or_default();
    // A row shows the beginning of a description, made safe; the whole of it is found as it was written.
    hear_both("description", description, OF_A_DESCRIPTION, hear)?;
    if known.session.default_workspace.as_ref() == Some(name) {
        hear("name", format!("{} [default]", name.shown()).into())?;
    }
    let deletion = store.deletions().find(name);
    if let Some(deletion) = deletion.filter(|_| store.find(name).is_none()) {
        return hear("access", deletion.in_words(known.now).into());
    }
    if let Some(at) = workspace.updated_at {
        hear("updated", time::relative(at, known.now).into())?;
    }
    if let Some((access, _)) = store.access(name) {
        hear("access", access.label().to_string().into())?;
    }
    let details = store.details(name);
    let Some(members) = details.members else {
        return match details.failure.or(store.halted()) {
            Some(_) => hear("members", UNREAD.into()),
            None => ControlFlow::Continue(()),
        };
    };
    hear("you", details.caller_access.label().to_string().into())?;
    match members {
        Ok(members) => {
            hear("members", grouped(members.len()).into())?;
            hear("admins", admins_in_words(name, members).into())
        }
        Err(failure) if failure.kind == FailureKind::Forbidden => hear("members", WITHHELD.into()),
        Err(_) => hear("members", UNREAD.into()),
    }
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
enum Rank<'a> {
    Name(&'a WorkspaceName),
    Access(Reverse<u8>),
    You(Reverse<u8>),
    Members(Reverse<usize>),
    Admins(usize),
    Updated(Reverse<Timestamp>),
}

impl<'a> Rank<'a> {
    /// Returns nothing where it is not known: that needs no attention first.
    fn of(key: SortKey, workspace: &'a Workspace, store: &Store) -> Option<Self> {
        let name = &workspace.name;
        match key {
            SortKey::Name => Some(Self::Name(name)),
            SortKey::Updated => workspace.updated_at.map(|at| Self::Updated(Reverse(at))),
            SortKey::Access => access(name, store).map(|access| Self::Access(Reverse(access))),
            SortKey::You => caller_access(&store.caller_access(name)).map(|access| Self::You(Reverse(access))),
            SortKey::Members => store.members(name).map(|members| Self::Members(Reverse(members.len()))),
            SortKey::Admins => store.members(name).map(|members| Self::Admins(members.n_admins())),
        }
    }
}

fn access(name: &WorkspaceName, store: &Store) -> Option<u8> {
    store.access(name).map(|(access, _)| match access {
        Access::Private => 0,
        Access::All(role) => role.rank(),
    })
}

fn caller_access(caller_access: &CallerAccess) -> Option<u8> {
    match caller_access {
        CallerAccess::PlatformAdmin => Some(4),
        CallerAccess::Holds(role) => Some(role.rank()),
        CallerAccess::AtLeastViewer => Some(1),
        CallerAccess::Nothing => Some(0),
        CallerAccess::Unknown => None,
    }
}
