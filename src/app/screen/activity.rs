//! What was changed: with this program, as its journal tells.

mod own;
mod plan;

pub use own::UNDONE;
pub use plan::{Plan, Row, RowId};

use super::languages;
use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts, has_marks};
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::filter::{self, Filter, Words};
use crate::app::geometry;
use crate::app::keymap::{Action, Context};
use crate::app::list::{List, Marks as _, Order, Scroll, Sort, SortColumn, Sorting};
use crate::app::msg::{Activity, Size};
use crate::app::targets::Targets;
use crate::domain::activity::{Record, RecordId};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::text::{CopyProblem, SafeText, counted, grouped};
use crate::domain::undo::Undone;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What this screen remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The rows of the journal.
    pub list: List<RowId>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whether changes on other servers are shown, too.
    pub shows_all_servers: bool,
    /// What of the journal the places are those of.
    records: Arc<[Record]>,
    places: HashMap<RecordId, usize>,
    /// Which of them are undone.
    undone: Undone,
    /// The plans of several changes.
    plans: HashMap<SafeText, Plan>,
    /// The plans that were opened. While a filter is in force, all are that it leaves something of, but those closed since.
    opened: HashSet<SafeText>,
    closed: HashSet<SafeText>,
    /// How many changes the filter leaves, in plans and outside of them.
    n_kept: usize,
    /// How many changes were made on other servers.
    n_elsewhere: usize,
    /// Whether a row has a reason.
    has_reasons: bool,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When it was made, the newest first.
    #[default]
    Time,
    /// The workspace.
    Workspace,
    /// The principal or thing that it is about.
    Target,
    /// What became of it.
    Outcome,
    /// Who made it.
    By,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::Time, Self::Workspace, Self::Target, Self::Outcome, Self::By];

    fn label(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Workspace => "workspace",
            Self::Target => "target",
            Self::Outcome => "outcome",
            Self::By => "by",
        }
    }
}

impl State {
    /// Returns what the row that is called `id` tells.
    pub fn find(&self, id: &RowId) -> Option<Row<'_>> {
        match id {
            RowId::Plan(name) => Some(Row::Plan {
                plan: self.plans.get(name)?,
                is_open: self.is_open(name),
            }),
            RowId::Change(id) => {
                let record = self.record(id)?;
                Some(Row::Change {
                    record,
                    is_undone: self.undone.contains(id),
                    is_part: self.plan_of(record).is_some(),
                })
            }
        }
    }

    fn record(&self, id: &RecordId) -> Option<&Record> {
        self.records.get(*self.places.get(id)?)
    }

    /// Returns what the row under the cursor tells.
    pub fn selected_row(&self) -> Option<Row<'_>> {
        self.find(self.list.selected()?)
    }

    /// Returns the change under the cursor; nothing where that is on a plan.
    pub fn selected(&self) -> Option<&Record> {
        match self.list.selected()? {
            RowId::Change(id) => self.record(id),
            RowId::Plan(_) => None,
        }
    }

    /// Returns the changes that are marked, or selected where none is: of a plan, all of it.
    pub fn chosen(&self) -> Vec<RecordId> {
        let marked: Vec<RecordId> = self.marked().records;
        if marked.is_empty() {
            self.records_of(self.list.selected())
        } else {
            marked
        }
    }

    /// Returns the selected change with all that were confirmed together with it.
    pub fn plan_of_selected(&self) -> Vec<RecordId> {
        let Some(selected) = self.list.selected() else {
            return Vec::new();
        };
        self.records_of(Some(&self.plan_row(selected).unwrap_or_else(|| selected.clone())))
    }

    /// Returns the changes that rows stand for, each once, in the order of the rows.
    fn records_of<'a>(&self, rows: impl IntoIterator<Item = &'a RowId>) -> Vec<RecordId> {
        let mut seen = HashSet::new();
        let ids = rows.into_iter().flat_map(|row| match row {
            RowId::Change(id) => vec![id.clone()],
            RowId::Plan(name) => self.parts(name).map(|record| record.id.clone()).collect(),
        });
        ids.filter(|id| seen.insert(id.clone())).collect()
    }

    /// Returns the changes of a plan, the newest first.
    fn parts(&self, name: &SafeText) -> impl Iterator<Item = &Record> {
        let places = self.plans.get(name).map(|plan| plan.places.as_slice());
        places
            .unwrap_or_default()
            .iter()
            .filter_map(|place| self.records.get(*place))
    }

    /// Returns the name of the plan of several changes that a change is a part of.
    fn plan_of<'a>(&self, record: &'a Record) -> Option<&'a SafeText> {
        record.plan.as_ref().filter(|name| self.plans.contains_key(*name))
    }

    /// Returns the row of the plan that a row belongs to: its own, or that of which it is a part.
    fn plan_row(&self, row: &RowId) -> Option<RowId> {
        match row {
            RowId::Plan(_) => Some(row.clone()),
            RowId::Change(id) => self.plan_of(self.record(id)?).cloned().map(RowId::Plan),
        }
    }

    fn is_open(&self, name: &SafeText) -> bool {
        if self.filter.is_active() {
            !self.closed.contains(name)
        } else {
            self.opened.contains(name)
        }
    }

    /// Returns whether the plan that the selected row belongs to is open; nothing where it belongs to none.
    pub fn has_open_plan(&self) -> Option<bool> {
        match self.plan_row(self.list.selected()?)? {
            RowId::Plan(name) => Some(self.is_open(&name)),
            RowId::Change(_) => None,
        }
    }

    /// Opens or closes the plan of the selected row; the cursor goes to the plan.
    fn turn(&mut self, height: usize) {
        let row = self.list.selected().and_then(|selected| self.plan_row(selected));
        let Some((RowId::Plan(name), row)) = row.clone().zip(row) else {
            return;
        };
        self.list.select(&row, height);
        let is_open = self.is_open(&name);
        let (into, is_in) = if self.filter.is_active() {
            (&mut self.closed, is_open)
        } else {
            (&mut self.opened, !is_open)
        };
        if is_in {
            into.insert(name);
        } else {
            into.remove(&name);
        }
    }

    /// Returns the rows of changes that are kept: those of a plan stand below it, where the first of them is.
    fn rows_of(&self, kept: &[&Record]) -> Vec<RowId> {
        let mut parts: HashMap<&SafeText, Vec<RowId>> = HashMap::new();
        for record in kept {
            if let Some(name) = self.plan_of(record) {
                let below = parts.entry(name).or_default();
                below.push(RowId::Change(record.id.clone()));
            }
        }
        let rows = kept.iter().flat_map(|record| match self.plan_of(record) {
            None => vec![RowId::Change(record.id.clone())],
            Some(name) => {
                let below = parts.remove(name);
                let row = below.as_ref().map(|_| RowId::Plan(name.clone()));
                let below = below.filter(|_| self.is_open(name)).unwrap_or_default();
                row.into_iter().chain(below).collect()
            }
        });
        rows.collect()
    }

    /// Returns how many changes there are that could be shown.
    pub fn n_all(&self) -> usize {
        if self.shows_all_servers {
            self.records.len()
        } else {
            self.records.len() - self.n_elsewhere
        }
    }

    /// Returns how many changes were made on other servers.
    pub fn n_elsewhere(&self) -> usize {
        self.n_elsewhere
    }

    /// Returns whether a row tells why a change was made.
    pub fn has_reasons(&self) -> bool {
        self.has_reasons
    }

    /// Takes over what was read, where that is something else than what it knows.
    fn take(&mut self, activity: Option<&Activity>, server: &SafeText) {
        let records = activity.map(|activity| &activity.records);
        if records.is_none_or(|records| Arc::ptr_eq(records, &self.records)) {
            return;
        }
        self.records = records.map(Arc::clone).unwrap_or_default();
        let numbered = self.records.iter().enumerate();
        self.places = numbered.map(|(place, record)| (record.id.clone(), place)).collect();
        self.undone = Undone::among(&self.records);
        self.plans = activity
            .map(|activity| Plan::among(activity, &self.undone))
            .unwrap_or_default();
        let elsewhere = self.records.iter().filter(|record| !is_on(record, server));
        self.n_elsewhere = elsewhere.count();
    }

    /// Returns the command that would make the selected change.
    fn command(&self, known: &Known<'_>) -> Option<Command> {
        self.selected()?;
        let mut out = Equivalent::default();
        self.equivalent(known, &mut out);
        let mut entries = out.entries.into_iter();
        entries.next().map(|entry| entry.command)
    }
}

/// Returns whether a change was made on this server.
pub fn is_on(record: &Record, server: &SafeText) -> bool {
    record.server == server.as_str()
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        match self.list.selected() {
            Some(RowId::Plan(_)) => &[
                Context::PlanMade,
                Context::Activity,
                Context::List,
                Context::Screen,
                Context::Always,
            ],
            Some(RowId::Change(_)) | None => &[Context::Activity, Context::List, Context::Screen, Context::Always],
        }
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Activity)
    }

    /// Says how many changes are shown, and how many were made elsewhere.
    fn title(&self, known: &Known<'_>) -> Title {
        let Some(activity) = known.activity.value() else {
            return Title::new("Activity");
        };
        let more = if activity.is_more {
            ", older ones not loaded"
        } else {
            ""
        };
        let mut counts = counts(self.n_kept, Some(self.n_all()));
        let n_rows = self.list.rows().len();
        if n_rows != self.n_kept {
            // A plan has a row of its own, and its changes have some while it is open.
            let changes = if self.n_all() == 1 { "change" } else { "changes" };
            let (told, rows) = (counts.trim_end_matches(')'), counted(n_rows, "row"));
            counts = format!("{told} {changes} in {rows})");
        }
        let what = match (self.shows_all_servers, self.n_elsewhere) {
            (true, _) => format!("Activity on all servers{counts}{more}"),
            (false, 0) => format!("Activity{counts}{more}"),
            (false, n) => format!("Activity{counts}, {} on other servers{more}", grouped(n)),
        };
        Title::new(what).sorted(Some(self.sort.told()))
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let (mut records, is_plan): (Vec<&Record>, bool) = match self.list.selected() {
            Some(RowId::Plan(name)) => (self.parts(name).collect(), true),
            Some(RowId::Change(id)) => (self.record(id).into_iter().collect(), false),
            None => (Vec::new(), false),
        };
        let Some(record) = records.first() else {
            if known.activity.is_loading() {
                return out.wait("still loading the journal");
            }
            return out.note("no change is selected");
        };
        if !is_on(record, &known.session.server) {
            let server = SafeText::new(&record.server);
            return out.note(&format!(
                "made on {server}: a command would go to the server in use, so there is none here"
            ));
        }
        // In the order in which they were made.
        records.reverse();
        if is_plan {
            let n_all = records.len();
            records.retain(|record| own::verdict_of(record).is_none_or(|verdict| !verdict.is_left_undone()));
            out.leave_out(n_all - records.len(), "not applied");
        }
        let changes: Vec<Change> = records.iter().filter_map(|record| record.change.clone()).collect();
        out.leave_out(
            records.len() - changes.len(),
            "made by a newer release, which this one cannot read",
        );
        out.add_changes(&changes, &known.session.grammar(), known.caller);
    }

    fn subject(&self) -> Subject<'_> {
        let change = self.selected().and_then(|record| record.change.as_ref());
        Subject {
            workspace: change.map(Change::workspace),
            principal: change.and_then(Change::principal),
        }
    }

    has_marks!();

    fn marked(&self) -> Targets {
        Targets {
            records: self.records_of(self.list.marked()),
            n_hidden: self.list.n_marked().n_hidden,
            ..Targets::default()
        }
    }

    fn list(&self) -> Option<&dyn Scroll> {
        Some(&self.list)
    }

    fn list_mut(&mut self) -> Option<&mut dyn Scroll> {
        Some(&mut self.list)
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut Filter> {
        Some(&mut self.filter)
    }

    fn sort(&mut self, how: Sorting<'_>) {
        self.sort = self.sort.changed(how);
    }

    fn order(&self) -> Order {
        self.sort.told()
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.selected().filter(|_| self.filter.is_active());
        selected
            .map(|record| filter::words(|hear| own::tell(record, self.undone.contains(&record.id), known.now, hear)))
            .unwrap_or_default()
    }

    fn act(&mut self, action: Action, size: Size) -> bool {
        let turns = matches!(action, Action::TurnPlan | Action::OpenPlan | Action::ClosePlan);
        if turns {
            self.turn(geometry::table_rows(size));
        }
        let is_all_servers = action == Action::AllServers;
        if is_all_servers {
            self.shows_all_servers = !self.shows_all_servers;
        }
        turns || is_all_servers
    }

    fn to_copy(&self, known: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let command = self.command(known).into_iter();
        command.map(|command| command.to_copy()).collect()
    }

    fn nothing_to_copy(&self) -> &'static str {
        if matches!(self.list.selected(), Some(RowId::Plan(_))) {
            "a plan is more than one command: x shows those of its changes"
        } else if self.selected().is_some() {
            "no command makes this change here: nothing to copy"
        } else {
            "no change is selected to copy"
        }
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        let (failure, as_of) = (known.activity.failure()?, known.activity.as_of()?);
        Some(Freshness::stale(as_of, "refresh failed", failure))
    }

    fn is_waiting(&self, known: &Known<'_>) -> bool {
        known.activity.is_loading() && known.activity.value().is_none()
    }

    fn source(&self) -> Source<'_> {
        Source::Journal
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let (server, now) = (&known.session.server, known.now);
        self.take(known.activity.value(), server);
        let records = Arc::clone(&self.records);
        let shows_all = self.shows_all_servers;
        let shown = records.iter().filter(|record| shows_all || is_on(record, server));
        let all: Vec<&Record> = shown.collect();
        self.has_reasons = all.iter().any(|record| record.reason.is_some());
        let (filter, undone) = (&mut self.filter, &self.undone);
        let mut rows = filter.keep(
            all,
            languages::ACTIVITY,
            now,
            |record, hear| own::tell(record, undone.contains(&record.id), now, hear),
            own::fits,
        );
        self.n_kept = rows.len();
        self.sort.sort(&mut rows, |key, a, b| own::compare(key, a, b));
        let rows = self.rows_of(&rows);
        self.list.set_growing_rows(rows, height);
    }
}
