//! What lies in one workspace: projects, filesets, models and the rest.

use super::languages;
use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts, has_a_list};
use crate::app::columns::ListKind;
use crate::app::contents::{Contents, KindListing, Reading};
use crate::app::dialog::Dialog;
use crate::app::equivalent::Equivalent;
use crate::app::failure::Failure;
use crate::app::filter::{self, Filter, Hear, Words, hear_both, is_then};
use crate::app::keymap::{Action, Context};
use crate::app::list::{Compared, List, Markable, Marks, Sort, SortColumn};
use crate::app::msg::Size;
use crate::app::store::Store;
use crate::app::time;
use crate::app::waits::Wait;
use crate::domain::ids::WorkspaceName;
use crate::domain::query::Asks;
use crate::domain::resource::{Resource, ResourceId, ResourceKind};
use crate::domain::text::{self, CopyProblem, SafeText, grouped};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What lies in which workspace.
    pub workspace: WorkspaceName,
    /// The things themselves: no other screen needs them.
    pub contents: Contents,
    /// The one kind on show, or all.
    pub kind: Option<ResourceKind>,
    /// The rows.
    pub list: List<Row>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// The dialog that led here and goes on when this screen is left.
    pub parked: Option<Box<Dialog>>,
    /// Whether everything that can be deleted is marked as it comes, until somebody marks, filters or deletes.
    pub marks_all: bool,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// Stands for a kind that could not be read, or that the platform does not have.
    Note(ResourceKind),
    /// A thing.
    Thing(ResourceId),
}

impl Markable for Row {
    fn can_be_marked(&self) -> bool {
        self.thing().is_some()
    }
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The kind, then the name.
    Kind,
    /// The name.
    Name,
    /// The project.
    Project,
    /// The state.
    State,
    /// When last changed, the newest first.
    Updated,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::Kind, Self::Name, Self::Project, Self::State, Self::Updated];

    fn label(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Project => "project",
            Self::State => "state",
            Self::Updated => "updated",
        }
    }
}

impl Row {
    /// Returns which thing it stands for, if it does.
    pub fn thing(&self) -> Option<&ResourceId> {
        match self {
            Self::Thing(id) => Some(id),
            Self::Note(_) => None,
        }
    }
}

impl State {
    /// Opens on a workspace that can hold `kinds`, with `kind` or all on show.
    pub fn new(
        workspace: WorkspaceName,
        kinds: impl Iterator<Item = ResourceKind>,
        kind: Option<ResourceKind>,
    ) -> Self {
        let sort = Sort::by(SortKey::Kind);
        let mut state = Self {
            workspace,
            contents: Contents::new(kinds),
            kind: None,
            list: List::default(),
            filter: Filter::default(),
            sort,
            parked: None,
            marks_all: false,
        };
        // A kind that this platform cannot have has no listing to be shown.
        state.kind = kind.filter(|kind| state.contents.of(Some(*kind)).next().is_some());
        state
    }

    /// Takes the kinds that the platform can have, now that it is known what it is; what was read stays where they are
    /// the same. Returns whether they are others.
    pub(in crate::app) fn set_kinds(&mut self, kinds: &[ResourceKind]) -> bool {
        let before = self.contents.listings().iter().map(|listing| listing.kind);
        if before.eq(kinds.iter().copied()) {
            return false;
        }
        self.contents = Contents::new(kinds.iter().copied());
        self.kind = self.kind.filter(|kind| kinds.contains(kind));
        true
    }

    fn notes(&self, applies: impl Fn(&KindListing) -> bool) -> Vec<Row> {
        let listings = self.contents.of(self.kind);
        let listings = listings.filter(|listing| applies(listing));
        listings.map(|listing| Row::Note(listing.kind)).collect()
    }

    /// Returns whether there is a row for anything but the kinds that the platform does not have.
    pub(in crate::app) fn has_something_to_tell(&self) -> bool {
        let is_absent = |kind: ResourceKind| {
            let mut listings = self.contents.of(Some(kind));
            listings.all(|listing| !listing.is_installed())
        };
        self.list.rows().iter().any(|row| match row {
            Row::Thing(_) => true,
            // Whoever filters for it gets to see it.
            Row::Note(kind) => self.kind.is_some() || self.filter.is_active() || !is_absent(*kind),
        })
    }

    /// Returns whether more than the first pages is needed: somebody comes near the end of what is there, or wants an
    /// order or a filter of all.
    pub fn wants_more(&self, height: usize) -> bool {
        let is_near_the_end = self.list.top() + 2 * height >= self.list.rows().len();
        is_near_the_end || self.marks_all || self.filter.is_active() || self.sort.any(|key| key != SortKey::Kind)
    }

    /// Returns the thing under the cursor.
    pub fn selected(&self) -> Option<&Resource> {
        let id = self.list.selected()?.thing()?;
        self.contents.find(id)
    }

    /// Returns what a deletion would be about: the marked things that are on show, else the one under the cursor.
    pub fn targets(&self) -> Vec<&Resource> {
        let marked = self.list.marked().filter_map(Row::thing);
        let marked: Vec<&Resource> = marked.filter_map(|id| self.contents.find(id)).collect();
        if marked.is_empty() {
            self.selected().into_iter().collect()
        } else {
            marked
        }
    }

    /// Returns what can be shown: all kinds together, and those worth a look.
    pub fn kinds_to_choose(&self) -> Vec<Option<ResourceKind>> {
        let listings = self.contents.listings().iter();
        let worth_a_look = listings.filter(|listing| listing.n_total() != Some(0) || Some(listing.kind) == self.kind);
        std::iter::once(None)
            .chain(worth_a_look.map(|listing| Some(listing.kind)))
            .collect()
    }

    /// Shows the next kind of which there is something, or that could not be read; all after the last.
    fn next_kind(&mut self, is_forward: bool) {
        let choices = self.kinds_to_choose();
        let place = choices.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        let n = choices.len();
        let next = if is_forward { place + 1 } else { place + n - 1 } % n;
        self.kind = choices.get(next).copied().flatten();
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Resources, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Resources)
    }

    /// Says whose resources are shown, of which kind, and how many of them.
    fn title(&self, _: &Known<'_>) -> Title {
        let n_shown = self.list.rows().iter().filter(|row| row.thing().is_some()).count();
        let (n_read, n_all) = self.contents.n_read_of(self.kind);
        let what = self.kind.map_or("Resources", ResourceKind::plural);
        let what = what
            .chars()
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().to_string())
            + what.get(1..).unwrap_or_default();
        let workspace = self.workspace.shown();
        let counts = match (self.contents.is_counted(self.kind), n_read) {
            (true, _) => counts(n_shown, Some(n_all)),
            // There may be more: of some kinds it is not known.
            (false, 0) => String::new(),
            (false, _) if n_shown == n_all => format!(" ({}+)", grouped(n_all)),
            (false, _) => format!(" ({} of {}+)", grouped(n_shown), grouped(n_all)),
        };
        let order = Some(self.sort.told());
        Title::of(&format!("{what} of "), &workspace, counts).sorted(order)
    }

    /// Of everything on show only the kinds of which there is something have a place in a short list.
    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let grammar = known.session.grammar();
        if let Some(thing) = self.selected() {
            let id = thing.address();
            out.add(&format!("show {}", id.label()), grammar.resource(&self.workspace, &id));
        }
        for listing in self.contents.of(self.kind) {
            let is_empty = listing.n_total() == Some(0);
            if self.kind.is_some() || !is_empty {
                let command = grammar.list_resources(&self.workspace, listing.kind);
                out.add(&format!("list the {}", listing.kind.plural()), command);
            }
        }
        if self.contents.is_loading() || !known.session.info.is_settled() {
            out.wait("still loading the contents: kinds may still change");
        } else if out.entries.is_empty() && out.notes.is_empty() {
            out.note("there are no resources here");
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            workspace: Some(&self.workspace),
            principal: None,
        }
    }

    has_a_list!(sorted);

    fn marks(&self) -> Option<&dyn Marks> {
        Some(&self.list)
    }

    fn marks_mut(&mut self) -> Option<&mut dyn Marks> {
        self.marks_all = false;
        Some(&mut self.list)
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.selected().filter(|_| self.filter.is_active());
        selected
            .map(|thing| filter::words(|hear| tell(thing, known.now, hear)))
            .unwrap_or_default()
    }

    fn select_best_match(&mut self, height: usize) {
        self.filter
            .select_best(&mut self.list, height, |row| row.thing().map_or("", |id| id.name.raw()));
    }

    fn act(&mut self, action: Action, _: Size) -> bool {
        let shows_another_kind = matches!(action, Action::NextKind | Action::PreviousKind);
        if shows_another_kind {
            self.marks_all = false;
            self.next_kind(action == Action::NextKind);
        }
        shows_another_kind
    }

    fn to_copy(&self, _: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let targets = self.targets().into_iter();
        targets.map(|thing| SafeText::to_copy(thing.name.raw())).collect()
    }

    /// Says how old what lies in the workspace is, where it could not be read again, or how much of it has been read.
    fn freshness<'a>(&'a self, _: &Known<'a>) -> Option<Freshness<'a>> {
        let failed = self.contents.of(self.kind).filter_map(KindListing::stale);
        if let Some((as_of, failure)) = failed.min_by_key(|(as_of, _)| *as_of) {
            return Some(Freshness::stale(as_of, "refresh failed", failure));
        }
        let (n_read, n_all) = self.contents.n_read_of(self.kind);
        let text = match (self.contents.is_loading(), n_read < n_all) {
            (true, true) => format!("loading {}%", n_read * 100 / n_all.max(1)),
            (true, false) => "loading".to_owned(),
            (false, true) => format!("read {} of {}", grouped(n_read), grouped(n_all)),
            (false, false) => return None,
        };
        let mut listings = self.contents.of(self.kind);
        Some(if listings.any(|listing| *listing.reading() == Reading::Left) {
            // More is never read: what is not on show must not be taken for not there.
            Freshness::Warning(text)
        } else {
            Freshness::Note(text)
        })
    }

    fn is_waiting(&self, _: &Known<'_>) -> bool {
        self.contents.is_loading() && self.list.rows().is_empty()
    }

    /// Whoever filters wants some of it, and not everything marked that is still coming.
    fn filter_edited(&mut self, _: Timestamp) {
        self.marks_all = false;
    }

    fn awaits(&self, wait: &Wait) -> bool {
        wait.is_page_of(&self.workspace)
    }

    fn source(&self) -> Source<'_> {
        Source::Contents(&self.workspace)
    }

    fn refreshed(&mut self) {
        self.contents.refresh();
    }

    fn opened(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn failure_of<'a>(&self, workspace: &WorkspaceName, store: &'a Store, _: bool) -> Option<&'a Failure> {
        let failure = store.details(workspace).failure;
        failure.filter(|_| self.workspace == *workspace)
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let contents = &self.contents;
        self.list
            .retain_marks(|row| row.thing().is_some_and(|id| contents.find(id).is_some()));
        let all: Vec<&Resource> = contents.of(self.kind).flat_map(KindListing::rows).collect();
        let (filter, now) = (&mut self.filter, known.now);
        let mut things = filter.keep(
            all,
            languages::RESOURCES,
            now,
            |thing, hear| tell(thing, now, hear),
            fits,
        );
        things.sort_by(|a, b| {
            let order = self.sort.compare(|key| compare(key, a, b));
            order.then_with(|| a.address().cmp(&b.address()))
        });
        // What could not be read is told before the rest, since something is missing; what cannot be there, after it.
        let failed = self.notes(|listing| listing.lacks_some() || *listing.reading() == Reading::Left);
        let absent = self.notes(|listing| !listing.is_installed());
        let filter = &self.filter;
        let absent = absent.into_iter().filter(|row| match row {
            Row::Note(kind) => {
                let fits = |asks: &Asks| is_kind(*kind, asks);
                filter.keeps(languages::RESOURCES, now, |hear| tell_absent(*kind, hear), fits)
            }
            Row::Thing(_) => true,
        });
        let things = things.into_iter().map(|thing| Row::Thing(thing.address()));
        let rows = failed.into_iter().chain(things).chain(absent).collect();
        self.list.set_growing_rows(rows, height);
        if self.marks_all {
            self.list.mark_all(|row| {
                row.thing()
                    .is_some_and(|id| id.kind.can_be_deleted() && id.name.addressable().is_ok())
            });
        }
    }
}

/// How much of a state a row shows at most.
const OF_A_STATE: usize = 40;

/// Tells what the row of a thing says, in every column.
fn tell<'a>(thing: &'a Resource, now: Timestamp, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    hear_both("name", thing.name.raw(), text::LONGEST, hear)?;
    hear("kind", thing.kind.noun().into())?;
    hear_both("state", thing.state.as_deref().unwrap_or_default(), OF_A_STATE, hear)?;
    if let Some(project) = &thing.project {
        hear_both("project", project.raw(), text::LONGEST, hear)?;
    }
    match thing.updated_at {
        Some(at) => hear("updated", time::relative(at, now).into()),
        None => ControlFlow::Continue(()),
    }
}

/// Tells what the row of a kind says that the platform does not have; it has no name.
fn tell_absent(kind: ResourceKind, hear: &mut Hear<'_, '_>) -> ControlFlow<()> {
    hear("name", "".into())?;
    hear("note", absent_in_words(kind).into())
}

/// Returns whether a thing is what a word with a key asks for.
fn fits(thing: &Resource, asks: &Asks) -> bool {
    is_kind(thing.kind, asks) || is_then(thing.updated_at, asks)
}

fn is_kind(kind: ResourceKind, asks: &Asks) -> bool {
    matches!(asks, Asks::Kind(wanted) if kind.noun() == wanted || kind.plural() == wanted)
}

/// Returns what is said of a kind that the platform does not have, in lower case.
pub fn absent_in_words(kind: ResourceKind) -> String {
    format!("{}: not installed, so not counted", kind.plural())
}

fn compare(key: SortKey, a: &Resource, b: &Resource) -> Compared {
    match key {
        SortKey::Kind => a.kind.cmp(&b.kind).into(),
        SortKey::Name => a.name.cmp(&b.name).into(),
        SortKey::Project => Compared::of(a.project.as_ref(), b.project.as_ref()),
        SortKey::State => Compared::of(a.state.as_ref(), b.state.as_ref()),
        SortKey::Updated => Compared::of(a.updated_at.map(Reverse), b.updated_at.map(Reverse)),
    }
}
