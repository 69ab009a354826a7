//! One row for each principal in each workspace.

use crate::app::audit::rows::{Rows, SortKey};
use crate::app::model::Model;
use crate::app::screen::audit::State;
use crate::audit::{Grant, GrantNo, Report};
use crate::domain::role::Role;
use crate::ui::table::{self, Cell, Width};
use crate::ui::{Look, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a cell is made from.
struct Row<'a> {
    grant: Grant<'a>,
    report: &'a Report,
    /// Whether it is not known if the filter means it.
    is_unsure: bool,
    now: Timestamp,
}

type Column = table::Column<SortKey, fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 5] = [
    Column::text("WORKSPACE", 0, Width::Between(14, 48, 2), workspace).by(SortKey::Workspace),
    Column::text("PRINCIPAL", 0, Width::Between(20, 60, 3), principal).by(SortKey::Principal),
    Column::text("ROLES", 0, Width::Between(11, 30, 1), roles).by(SortKey::Role),
    Column::text("GRANTED", 2, Width::Exactly(10), granted).by(SortKey::Granted),
    Column::text("BY", 3, Width::Between(14, 40, 1), granted_by).by(SortKey::GrantedBy),
];

/// Draws the table.
pub(super) fn draw(model: &Model, look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let row = |number: &GrantNo| {
        Some(Row {
            grant: rows.report.snapshot.grant(*number)?,
            report: &rows.report,
            is_unsure: rows.is_unsure(*number),
            now: model.now,
        })
    };
    table::draw(look, &COLUMNS, Some(rows.order), &state.grants, row, area, buffer);
}

fn workspace(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.grant.workspace().name.shown()))
}

/// The worst finding about it is marked: a mark that is gone from the rest of the row would be missed.
fn principal(look: &Look, row: &Row<'_>) -> Cell {
    let principal = row.grant.principal();
    let mut cell = Cell::new(look.theme.text, look.print(principal.label()));
    if row.is_unsure {
        cell = cell.note(look.span(look.theme.warning, "[perhaps]"));
    }
    let place = (row.grant.workspace_no(), row.grant.principal_no());
    if row.report.twin(place.1).is_some() || !principal.tricks().is_empty() {
        return cell.note(look.span(look.theme.danger, "[! look-alike]"));
    }
    let findings = row.report.findings_at(place.0, place.1);
    let worst = findings.filter(|finding| finding.suppressed_by.is_none());
    let worst = worst.max_by_key(|finding| finding.severity());
    let worst = worst.filter(|finding| finding.severity() >= crate::audit::Severity::Medium);
    match worst {
        Some(finding) => {
            let style = look.theme.severity(finding.severity());
            cell.note(look.span(style, look.marks.warning))
        }
        None => cell,
    }
}

fn roles(look: &Look, row: &Row<'_>) -> Cell {
    let held = row.grant.roles();
    let style = if held.holds(&Role::Admin) {
        look.theme.title
    } else {
        look.theme.text
    };
    Cell::new(style, look.print(held.shown()))
}

fn granted(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.muted, time::granted(&row.grant.granted(), row.now))
}

fn granted_by(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.muted, look.print(time::granted_by(&row.grant.granted())))
}
