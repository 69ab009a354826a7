//! What was changed: with this program, as its journal tells.

mod own;

use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts, has_marks};
use crate::app::equivalent::Equivalent;
use crate::app::filter::{self, Filter, Words};
use crate::app::keymap::{Action, Context};
use crate::app::list::{List, Marks as _, Scroll, Sort};
use crate::app::msg::{Activity, Size};
use crate::app::targets::Targets;
use crate::domain::activity::{Record, RecordId};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::text::{CopyProblem, SafeText, grouped};
use std::collections::HashMap;
use std::sync::Arc;

/// What this screen remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The rows of the journal.
    pub list: List<RecordId>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whether changes on other servers are shown, too.
    pub shows_all_servers: bool,
    /// What of the journal the places are those of.
    records: Arc<[Record]>,
    places: HashMap<RecordId, usize>,
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

impl SortKey {
    /// Every order, as the sort key goes through them.
    pub const ALL: [Self; 5] = [Self::Time, Self::Workspace, Self::Target, Self::Outcome, Self::By];

    /// Returns the word for the title row.
    pub fn label(self) -> &'static str {
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
    /// Returns the change that was written down as `id`.
    pub fn find(&self, id: &RecordId) -> Option<&Record> {
        self.records.get(*self.places.get(id)?)
    }

    /// Returns the change under the cursor.
    pub fn selected(&self) -> Option<&Record> {
        self.find(self.list.selected()?)
    }

    /// Returns the selected change with all that were confirmed together with it.
    pub fn plan_of_selected(&self) -> Vec<RecordId> {
        let Some(selected) = self.selected() else {
            return Vec::new();
        };
        let is_part =
            |record: &&Record| record.id == selected.id || (selected.plan.is_some() && record.plan == selected.plan);
        self.records
            .iter()
            .filter(is_part)
            .map(|record| record.id.clone())
            .collect()
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
        let elsewhere = self.records.iter().filter(|record| !is_on(record, server));
        self.n_elsewhere = elsewhere.count();
    }

    /// Returns the command that would make the selected change.
    fn command(&self, known: &Known<'_>) -> Option<Command> {
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
        &[Context::Activity, Context::List, Context::Screen, Context::Always]
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
        let counts = counts(self.list.rows().len(), Some(self.n_all()));
        let what = match (self.shows_all_servers, self.n_elsewhere) {
            (true, _) => format!("Activity on all servers{counts}{more}"),
            (false, 0) => format!("Activity{counts}{more}"),
            (false, n) => format!("Activity{counts}, {} on other servers{more}", grouped(n)),
        };
        Title::new(what).sorted(Some((self.sort.key.label(), self.sort.is_reversed)))
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let Some(record) = self.selected() else {
            if known.activity.is_loading() {
                return out.wait("still loading the journal");
            }
            return out.note("no change is selected");
        };
        let Some(change) = &record.change else {
            return out.note("a newer release made this change: this one does not know how");
        };
        if !is_on(record, &known.session.server) {
            let server = SafeText::new(&record.server);
            return out.note(&format!(
                "made on {server}: a command would go to the server in use, so there is none here"
            ));
        }
        out.add_changes(std::slice::from_ref(change), &known.session.grammar(), known.caller);
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
            records: self.list.marked().cloned().collect(),
            n_hidden: self.list.n_marked().n_hidden,
            ..Targets::default()
        }
    }

    fn list_mut(&mut self) -> Option<&mut dyn Scroll> {
        Some(&mut self.list)
    }

    fn n_rows(&self) -> usize {
        self.list.rows().len()
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut Filter> {
        Some(&mut self.filter)
    }

    fn sort(&mut self, to_next: bool) {
        self.sort = self.sort.changed(to_next, &SortKey::ALL);
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.selected().filter(|_| self.filter.is_active());
        selected
            .map(|record| filter::words(|hear| own::tell(record, known.now, hear)))
            .unwrap_or_default()
    }

    fn act(&mut self, action: Action, _: Size) -> bool {
        let is_all_servers = action == Action::AllServers;
        if is_all_servers {
            self.shows_all_servers = !self.shows_all_servers;
        }
        is_all_servers
    }

    fn to_copy(&self, known: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let command = self.command(known).into_iter();
        command.map(|command| command.to_copy()).collect()
    }

    fn nothing_to_copy(&self) -> &'static str {
        if self.selected().is_some() {
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
        let filter = &mut self.filter;
        let mut rows = filter.keep(
            all,
            own::LANGUAGE,
            now,
            |record, hear| own::tell(record, now, hear),
            own::fits,
        );
        // Sorting is stable, so equals stay in the order of time.
        rows.sort_by(|a, b| own::compare(self.sort.key, a, b));
        if self.sort.is_reversed {
            rows.reverse();
        }
        let rows = rows.into_iter().map(|record| record.id.clone()).collect();
        self.list.set_growing_rows(rows, height);
    }
}
