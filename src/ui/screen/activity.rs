//! The table of what was changed with this program.

use super::workspaces::nothing_matches;
use crate::app::columns::{ListKind, OnShow};
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::app::screen::activity::{Plan, Row, RowId, SortKey, State, UNDONE};
use crate::domain::activity::Record;
use crate::domain::text::{SafeText, counted};
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::text::Line;
use crate::ui::{Look, bordered, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a cell is made from.
struct Told<'a> {
    row: Row<'a>,
    now: Timestamp,
}

impl<'a> Told<'a> {
    /// Returns the change; nothing where it is a plan.
    fn record(&self) -> Option<&'a Record> {
        match self.row {
            Row::Change { record, .. } => Some(record),
            Row::Plan { .. } => None,
        }
    }
}

type Column = table::Column<SortKey, fn(&Look, &Told<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 7] = [
    Column::text("TIME", 0, Width::Content(9, 10), at).by(SortKey::Time),
    Column::marks(mark),
    Column::text("WORKSPACE", 1, Width::Name(19), workspace).by(SortKey::Workspace),
    Column::text("TARGET", 0, Width::Name(19), target).by(SortKey::Target),
    Column::text("CHANGE", 0, Width::Content(17, 70), change),
    Column::text("OUTCOME", 2, Width::Content(9, 14), became).by(SortKey::Outcome),
    Column::text("BY", 3, Width::Content(14, 60), by).by(SortKey::By),
];
/// Where a change was given a reason.
const REASON: Column = Column::text("REASON", 4, Width::Rest(12), reason);
/// Where changes on other servers are shown.
const SERVER: Column = Column::text("SERVER", 1, Width::Content(20, 60), server);

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    if state.list.rows().is_empty() || model.activity.value().is_none() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |id: &RowId| {
        let row = state.find(id)?;
        let now = model.now;
        Some(Told { row, now })
    };
    let mut columns = COLUMNS.to_vec();
    if state.shows_all_servers {
        columns.push(SERVER);
    }
    if state.has_reasons() {
        columns.push(REASON);
    }
    let caller = model.identity();
    let shown = Shown::new(ListKind::Activity, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (mut told, on_show) = table::draw(look, &columns, &shown, &state.list, row, area, buffer);
    if !table::has_pane(buffer) {
        told = digest(look, state).unwrap_or(told);
    }
    table::told_in_border(look, told, area, buffer);
    on_show
}

/// Returns what the plan under the cursor was approved by: whoever compares it needs all of it.
fn digest(look: &Look, state: &State) -> Option<Line> {
    let Some(Row::Plan { plan, .. }) = state.selected_row() else {
        return None;
    };
    let words = look.print(format!("digest {}", SafeText::new(plan.digest.as_deref()?)));
    Some(Line::styled(format!(" {words} "), look.theme.muted))
}

fn at(look: &Look, row: &Told<'_>) -> Cell {
    let at = match row.row {
        Row::Plan { plan, .. } => plan.at,
        Row::Change { record, .. } => record.at,
    };
    Cell::new(look.theme.text, time::relative(at, row.now))
}

fn ended(record: &Record) -> Mark {
    Mark::Ended(record.end.as_ref().map(|(_, end)| end.verdict))
}

fn mark(look: &Look, row: &Told<'_>) -> Cell {
    let (ended, is_undone) = match row.row {
        Row::Plan { plan, .. } => (Mark::Ended(plan.verdict), plan.is_undone()),
        Row::Change { record, is_undone, .. } => (ended(record), is_undone),
    };
    if is_undone {
        Cell::marks(look, &[Mark::Undone])
    } else {
        Cell::marks(look, &[ended])
    }
}

/// Returns what stands in a row of a plan in place of all columns behind: what it did, what became of it, and why it was made.
fn plan(look: &Look, plan: &Plan, is_open: bool) -> Cell {
    let sign = if is_open {
        look.said("▾", "open plan:")
    } else {
        look.said("▸", "plan:")
    };
    let text = format!("{sign} {}", plan.in_a_row());
    let style = if plan.is_undone() {
        look.theme.muted
    } else {
        look.theme.text
    };
    Cell::new(style, look.print(text)).long()
}

fn workspace(look: &Look, row: &Told<'_>) -> Cell {
    if let Row::Plan { plan: told, is_open } = row.row {
        return plan(look, told, is_open);
    }
    let change = row.record().and_then(|record| record.change.as_ref());
    let name = change.map(|change| look.print(change.workspace().shown()));
    Cell::new(look.theme.text, name.unwrap_or_default())
}

/// What belongs to a plan stands below it, a little to the right.
fn target(look: &Look, row: &Told<'_>) -> Cell {
    match row.row {
        Row::Plan { plan: told, is_open } => plan(look, told, is_open),
        Row::Change { record, is_part, .. } => {
            let indent = if is_part { "  " } else { "" };
            Cell::new(look.theme.text, format!("{indent}{}", look.print(record.target())))
        }
    }
}

fn change(look: &Look, row: &Told<'_>) -> Cell {
    let words = row.record().map(|record| look.print(record.in_words()));
    Cell::new(look.theme.text, words.unwrap_or_default())
}

fn became(look: &Look, row: &Told<'_>) -> Cell {
    match row.row {
        Row::Change { is_undone: true, .. } => Cell::new(Mark::Undone.style(&look.theme), UNDONE.to_owned()),
        Row::Change { record, .. } => Cell::new(ended(record).style(&look.theme), record.outcome().to_owned()),
        Row::Plan { .. } => Cell::empty(),
    }
}

fn by(look: &Look, row: &Told<'_>) -> Cell {
    let by = row.record().map(|record| look.print(record.caller.label()));
    Cell::new(look.theme.muted, by.unwrap_or_default())
}

fn reason(look: &Look, row: &Told<'_>) -> Cell {
    let reason = row.record().and_then(|record| record.reason.as_ref());
    let reason = reason.map(|reason| look.print(reason));
    Cell::new(look.theme.muted, reason.unwrap_or_default())
}

fn server(look: &Look, row: &Told<'_>) -> Cell {
    let server = row.record().map(|record| look.print(SafeText::new(&record.server)));
    Cell::new(look.theme.muted, server.unwrap_or_default())
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    if model.activity.value().is_some() {
        if state.n_all() > 0 {
            return nothing_matches(look, (&state.filter, true), "", area, buffer);
        }
        return no_changes(look, state, area, buffer);
    }
    match &model.activity {
        Remote::Failed { failure, .. } => empty_state::failed(look, failure, area, buffer),
        Remote::Loading { ticket, .. } => {
            let since = Some(model.waiting_since(*ticket));
            empty_state::loading(model, look, "the journal", since, area, buffer);
        }
        Remote::Absent | Remote::Ready { .. } => empty_state::loading(model, look, "the journal", None, area, buffer),
    }
}

fn no_changes(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let theme = &look.theme;
    let text = EmptyState::new(look, area).text(theme.text, "nothing was changed on this server with this program yet");
    let text = match state.n_elsewhere() {
        0 => text.gap().text(
            theme.muted,
            "every change is written into the journal before it is sent, by the console and by commands alike",
        ),
        n => {
            let key = look.key_of(Context::Activity, Action::AllServers);
            let others = format!("{key} shows {} on other servers", counted(n, "change"));
            text.gap().text(theme.text, others)
        }
    };
    text.draw(area, buffer);
}
