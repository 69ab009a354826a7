//! What every screen is asked, whatever it shows. Each screen answers in its own file.

use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::failure::Failure;
use crate::app::filter::{Filter, Words};
use crate::app::geometry;
use crate::app::keymap::{Action, Context, KeyMap};
use crate::app::list::{Marks, Order, Scroll, Sorting, Step};
use crate::app::msg::{Activity, Size};
use crate::app::pointer::NOTCH;
use crate::app::remote::Remote;
use crate::app::session::Session;
use crate::app::store::Store;
use crate::app::targets::{Place, Targets};
use crate::app::touched::Touched;
use crate::app::waits::Wait;
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::{CopyProblem, SafeText, grouped};
use jiff::Timestamp;

/// One screen. What a screen does not have, such as a list or a filter, it need not mention.
pub trait ScreenState {
    /// Returns the contexts whose keys count on it, the nearest first.
    fn keys(&self) -> &'static [Context];

    /// Returns which list it shows, where it shows one.
    fn kind(&self) -> Option<ListKind> {
        None
    }

    /// Returns what the title row says of it.
    fn title(&self, known: &Known<'_>) -> Title;

    /// Adds the commands of the platform's own CLI for what it shows.
    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent);

    /// Returns what a key on it would be about.
    fn subject(&self) -> Subject<'_> {
        Subject::default()
    }

    /// Returns its list.
    fn list(&self) -> Option<&dyn Scroll> {
        None
    }

    /// Returns how many rows of it are visible on a terminal of this size.
    fn n_visible(&self, size: Size) -> usize {
        geometry::table_rows(size)
    }

    /// Returns its list, to be scrolled.
    fn list_mut(&mut self) -> Option<&mut dyn Scroll> {
        None
    }

    /// Returns its list where rows of it can be marked, since an action can be about several.
    fn marks(&self) -> Option<&dyn Marks> {
        None
    }

    /// Returns the same list, to mark rows or to take marks back.
    fn marks_mut(&mut self) -> Option<&mut dyn Marks> {
        None
    }

    /// Returns what the marked rows on show stand for.
    fn marked(&self) -> Targets {
        Targets::default()
    }

    /// Takes the marks of what was done away.
    fn unmark(&mut self, _over: &[Place]) {}

    /// Returns the filter of its list, where it has one.
    fn filter(&self) -> Option<&Filter> {
        None
    }

    /// Returns the filter of its list, to be changed.
    fn filter_mut(&mut self) -> Option<&mut Filter> {
        None
    }

    /// Takes notice of another text in the filter, which may speak of today.
    fn filter_edited(&mut self, _now: Timestamp) {}

    /// Returns what the selected row says, in every column, while a filter is in force.
    fn says<'a>(&'a self, _known: &Known<'a>) -> Words<'a> {
        Words::new()
    }

    /// Returns how many rows its list has.
    fn n_rows(&self) -> usize {
        self.list().map_or(0, Scroll::n_rows)
    }

    /// Returns whether its filter leaves one row, and no more can come, or names the selected row in full.
    fn has_one_hit(&self, _known: &Known<'_>) -> bool {
        self.n_rows() == 1
    }

    /// Computes the rows anew, after the data, the filter or the order have changed.
    fn rebuild(&mut self, _known: &Known<'_>, _height: usize) {}

    /// Moves the cursor, or scrolls, on a terminal of this size.
    fn step(&mut self, step: Step, size: Size) {
        let height = self.n_visible(size);
        if let Some(list) = self.list_mut() {
            list.step(step, height);
        }
    }

    /// Puts the cursor on the row at `place`, on a terminal of this size.
    fn go_to(&mut self, place: usize, size: Size) {
        let height = self.n_visible(size);
        if let Some(list) = self.list_mut() {
            list.go_to(place, height);
        }
    }

    /// Scrolls by one notch of the wheel, on a terminal of this size.
    fn scroll(&mut self, is_down: bool, size: Size) {
        let height = self.n_visible(size);
        if let Some(list) = self.list_mut() {
            return list.scroll(NOTCH, is_down, height);
        }
        for _ in 0..NOTCH {
            self.step(if is_down { Step::Down } else { Step::Up }, size);
        }
    }

    /// Returns whether such a step moves anything, on a terminal of this size.
    fn moves(&self, _step: Step, _size: Size) -> bool {
        true
    }

    /// Takes what is under the cursor for chosen, be it that nobody has moved it: rows that still come leave it there.
    fn choose(&mut self) {}

    /// Scrolls as little as needed to show the cursor on a terminal of this size.
    fn reveal(&mut self, size: Size) {
        if let Some(list) = self.list_mut() {
            list.reveal(geometry::table_rows(size));
        }
    }

    /// Sorts in another order.
    fn sort(&mut self, _how: Sorting<'_>) {}

    /// Returns the order; nothing where there is none.
    fn order(&self) -> Order {
        Order::new()
    }

    /// Returns why it cannot be sorted, if so.
    fn has_own_order(&self) -> Option<&'static str> {
        None
    }

    /// Puts the cursor on what the filter most likely means, so that the next enter is about that.
    fn select_best_match(&mut self, _height: usize) {}

    /// Does what only this screen understands; returns whether the rows have to be computed anew.
    fn act(&mut self, _action: Action, _size: Size) -> bool {
        false
    }

    /// Returns what is copied, line by line.
    fn to_copy(&self, _known: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        Vec::new()
    }

    /// Returns why there is nothing to be copied.
    fn nothing_to_copy(&self) -> &'static str {
        "nothing is selected to copy"
    }

    /// Returns how fresh or complete what it shows is, where it is not simply fresh and whole.
    fn freshness<'a>(&'a self, _known: &Known<'a>) -> Option<Freshness<'a>> {
        None
    }

    /// Returns whether somebody looks at something that is being read for the first time.
    fn is_waiting(&self, _known: &Known<'_>) -> bool {
        false
    }

    /// Returns whether this is waited for on its behalf alone, and so given up when it is left.
    fn awaits(&self, _wait: &Wait) -> bool {
        false
    }

    /// Returns where what it shows comes from, and so what a refresh reads again.
    fn source(&self) -> Source<'_> {
        Source::Itself
    }

    /// Takes notice of a refresh that begins.
    fn refreshed(&mut self) {}

    /// Returns the one workspace that it was opened on.
    fn opened(&self) -> Option<&WorkspaceName> {
        None
    }

    /// Returns the workspaces whose details it shows, those on the screen first.
    fn in_view<'a>(&'a self, _known: &Known<'a>, _height: usize) -> Vec<&'a WorkspaceName> {
        Vec::new()
    }

    /// Returns whether it is made of the reading of all workspaces.
    fn shows_audit(&self) -> bool {
        matches!(self.source(), Source::Audit)
    }

    /// Returns whether its rows need the reading of all workspaces now.
    fn needs_everything(&self, _known: &Known<'_>, _height: usize) -> bool {
        self.shows_audit()
    }

    /// Returns whether what was read of `workspace` may change its rows.
    fn depends_on(&self, _workspace: &WorkspaceName, _known: &Known<'_>) -> bool {
        false
    }

    /// Returns why what it shows of `workspace` could not be read again; `is_news` where reading has stopped just now.
    fn failure_of<'a>(&self, _workspace: &WorkspaceName, _store: &'a Store, _is_news: bool) -> Option<&'a Failure> {
        None
    }
}

/// What every screen answers whose rows lie in `list`, are filtered by `filter` and sorted by `sort`.
macro_rules! has_a_list {
    () => {
        fn list(&self) -> Option<&dyn crate::app::list::Scroll> {
            Some(&self.list)
        }

        fn list_mut(&mut self) -> Option<&mut dyn crate::app::list::Scroll> {
            Some(&mut self.list)
        }

        fn filter(&self) -> Option<&crate::app::filter::Filter> {
            Some(&self.filter)
        }

        fn filter_mut(&mut self) -> Option<&mut crate::app::filter::Filter> {
            Some(&mut self.filter)
        }
    };
    (sorted) => {
        has_a_list!();

        fn sort(&mut self, how: crate::app::list::Sorting<'_>) {
            self.sort = self.sort.changed(how);
        }

        fn order(&self) -> crate::app::list::Order {
            self.sort.told()
        }
    };
}
pub(super) use has_a_list;

/// What every screen answers besides whose rows, in `list`, can be marked.
macro_rules! has_marks {
    () => {
        fn marks(&self) -> Option<&dyn crate::app::list::Marks> {
            Some(&self.list)
        }

        fn marks_mut(&mut self) -> Option<&mut dyn crate::app::list::Marks> {
            Some(&mut self.list)
        }
    };
}
pub(super) use has_marks;

/// What rows and titles are made from, and what they say besides.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Workspaces and members.
    pub store: &'a Store,
    /// Which keys do what.
    pub keymap: KeyMap,
    /// The connection.
    pub session: &'a Session,
    /// Who the caller is.
    pub caller: &'a Identity,
    /// What stands in the journal.
    pub activity: &'a Remote<Activity>,
    /// Everybody's changes.
    pub touched: &'a Touched,
    /// Whether who has access to what is being read, or what was read is being put in order.
    pub is_auditing: bool,
    /// The time, since rows tell how long ago things were.
    pub now: Timestamp,
}

/// What a key on a screen would be about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The selected workspace, or the one whose members or things are shown.
    pub workspace: Option<&'a WorkspaceName>,
    /// The selected principal, or the one whose access is shown.
    pub principal: Option<&'a Principal>,
}

/// Where what a screen shows comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// From the console itself.
    Itself,
    /// From the list of workspaces.
    List,
    /// From the reading of one workspace.
    Workspace(&'a WorkspaceName),
    /// From the lists of what lies in a workspace, kept by the screen.
    Contents(&'a WorkspaceName),
    /// From the reading of all workspaces.
    Audit,
    /// From the config file of the platform's CLI.
    Contexts,
    /// From the journal.
    Journal,
    /// From the rows that were touched last.
    Touched,
}

/// What the title row says of a screen, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// What is shown.
    pub what: String,
    /// Of whom or what.
    pub of: String,
    /// How much that is.
    pub rest: String,
    /// How much of the platform that covers: it gives way to the name and to the filter.
    pub covers: String,
    /// The same in fewer words, for where there is no room for all; empty where it is only cut there.
    pub covers_briefly: String,
    /// The order of what is shown.
    pub order: Order,
    /// Whether it is worth saying how fresh that is: where nothing is shown yet, the body says why.
    pub has_state: bool,
}

impl Title {
    /// Returns the title of a screen that is about nobody.
    pub fn new(what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            what,
            ..Self::default()
        }
    }

    /// Returns the title of a screen that is about somebody or something.
    pub fn of(what: &str, of: &SafeText, rest: String) -> Self {
        Self {
            what: what.to_owned(),
            of: of.to_string(),
            rest,
            ..Self::default()
        }
    }

    /// Adds how much of the platform is covered.
    #[must_use]
    pub fn covering(self, covers: String) -> Self {
        Self { covers, ..self }
    }

    /// Adds how much of the platform is covered in fewer words.
    #[must_use]
    pub fn covering_briefly(self, covers_briefly: String) -> Self {
        Self { covers_briefly, ..self }
    }

    /// Adds the order of what is shown; nothing while nothing is.
    #[must_use]
    pub fn sorted(self, order: Option<Order>) -> Self {
        Self {
            has_state: order.is_some(),
            order: order.unwrap_or_default(),
            ..self
        }
    }
}

/// How fresh or complete what is shown is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// Something that is good to know.
    Note(String),
    /// How far the reading is of what is shown.
    Progress(String),
    /// Something that must not be missed.
    Warning(String),
    /// The rows are in an order, or kept by a filter, that goes by a part of them: by how much, and why.
    Partly(String, String),
    /// Reading has stopped.
    Stopped(&'static str, &'a Failure),
    /// It is old, since it could not be read again.
    Stale {
        /// When it was true.
        as_of: Timestamp,
        /// What has failed.
        what: &'static str,
        /// What the last attempt failed with.
        failure: &'a Failure,
        /// Whether it is at least whole.
        is_whole: bool,
    },
    /// Something is missing: as of when, and why.
    Incomplete(Timestamp, Option<&'a SafeText>),
}

impl<'a> Freshness<'a> {
    /// Returns that what is whole could not be read again.
    pub fn stale(as_of: Timestamp, what: &'static str, failure: &'a Failure) -> Self {
        Self::Stale {
            as_of,
            what,
            failure,
            is_whole: true,
        }
    }
}

/// Returns how many rows there are, and of how many, where that is known: ` (3 of 7)`.
pub(super) fn counts(n_shown: usize, n_all: Option<usize>) -> String {
    match n_all {
        None => String::new(),
        Some(n_all) if n_all == n_shown => format!(" ({})", grouped(n_all)),
        Some(n_all) => format!(" ({} of {})", grouped(n_shown), grouped(n_all)),
    }
}
