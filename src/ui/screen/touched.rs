//! The table of everybody's changes.

use super::workspaces::nothing_matches;
use crate::app::columns::{ListKind, OnShow};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::app::screen::touched::{NOT_STORED, SortKey, State};
use crate::domain::binding::{Touch, TouchKind};
use crate::domain::text::SafeText;
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::{Look, bordered, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a cell is made from.
struct Row<'a> {
    touch: &'a Touch,
    is_new: bool,
    now: Timestamp,
}

type Column = table::Column<SortKey, fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 7] = [
    Column::text("TIME", 0, Width::Content(9, 10), at).by(SortKey::Time),
    Column::marks(mark),
    Column::text("WORKSPACE", 1, Width::Name(20), workspace).by(SortKey::Workspace),
    Column::text("PRINCIPAL", 0, Width::Name(20), principal).by(SortKey::Principal),
    Column::text("ROLE", 0, Width::Content(6, 30), role),
    Column::text("CHANGE", 0, Width::Content(10, 10), change).by(SortKey::Change),
    Column::text("BY", 2, Width::Content(12, 60), by).by(SortKey::By),
];

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    let touched = &model.touched;
    if state.list.rows().is_empty() || touched.known.value().is_none() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |id: &String| {
        let touch = touched.find(id)?;
        let (is_new, now) = (touched.is_new(id), model.now);
        Some(Row { touch, is_new, now })
    };
    let caller = model.identity();
    let shown = Shown::new(ListKind::Everybody, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (told, on_show) = table::draw(look, &COLUMNS, &shown, &state.list, row, area, buffer);
    table::told_in_border(look, told, area, buffer);
    on_show
}

fn at(look: &Look, row: &Row<'_>) -> Cell {
    let at = row.touch.touched_at.map(|at| time::relative(at, row.now));
    Cell::new(look.theme.text, at.unwrap_or_default())
}

fn mark(look: &Look, row: &Row<'_>) -> Cell {
    let marks = if row.is_new { &[Mark::New][..] } else { &[] };
    Cell::marks(look, marks)
}

fn workspace(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.touch.binding.workspace.shown()))
}

fn principal(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.touch.binding.principal.label()))
}

fn role(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.touch.binding.role.shown()))
}

fn change(look: &Look, row: &Row<'_>) -> Cell {
    let kind = row.touch.kind();
    let style = match kind {
        TouchKind::Granted | TouchKind::Regranted => look.theme.text,
        TouchKind::Revoked | TouchKind::Rewritten => look.theme.warning,
    };
    Cell::new(style, kind.word().to_owned())
}

fn by(look: &Look, row: &Row<'_>) -> Cell {
    let by = row.touch.by().unwrap_or(NOT_STORED);
    Cell::new(look.theme.muted, look.print(SafeText::with_limit(by, 200)))
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    if !model.touched.rows().is_empty() {
        return nothing_matches(look, (&state.filter, true), "", area, buffer);
    }
    match &model.touched.known {
        Remote::Failed { failure, .. } => empty_state::failed(look, failure, area, buffer),
        Remote::Loading { ticket, .. } => {
            let since = Some(model.waiting_since(*ticket));
            empty_state::loading(model, look, "everybody's changes", since, area, buffer);
        }
        Remote::Absent => empty_state::loading(model, look, "everybody's changes", None, area, buffer),
        Remote::Ready { .. } => {
            let text = EmptyState::new(look, area);
            text.text(look.theme.text, "no role was ever granted on this server")
                .draw(area, buffer);
        }
    }
}
