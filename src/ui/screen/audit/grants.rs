//! One row for each principal in each workspace.

use crate::app::audit::rows::{Rows, SortKey};
use crate::app::model::Model;
use crate::app::screen::audit::State;
use crate::audit::{Grant, Report};
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
    Column::text("WORKSPACE", 0, Width::Between(14, 48, 2), SortKey::Workspace, workspace),
    Column::text("PRINCIPAL", 0, Width::Between(20, 60, 3), SortKey::Principal, principal),
    Column::text("ROLES", 0, Width::Between(11, 30, 1), SortKey::Role, roles),
    Column::text("GRANTED", 2, Width::Exactly(10), SortKey::Granted, granted),
    Column::text("BY", 3, Width::Between(14, 40, 1), SortKey::GrantedBy, granted_by),
];

/// Draws the table.
pub(super) fn draw(model: &Model, look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let (seen, visible) = table::Rows::of(&state.grants, area);
    let place = COLUMNS.iter().position(|column| column.sort == rows.order.key);
    let sorted = table::sorted(place, rows.order.is_reversed);
    let specs = COLUMNS.each_ref().map(|column| column.spec);
    let cell = |column: usize, place: usize| {
        let number = visible.get(place.saturating_sub(seen.top));
        let grant = number.and_then(|number| rows.report.snapshot.grant(*number));
        match (grant, COLUMNS.get(column)) {
            (Some(grant), Some(column)) => {
                let row = Row {
                    grant,
                    report: &rows.report,
                    is_unsure: rows.is_unsure(grant.number()),
                    now: model.now,
                };
                (column.cell)(look, &row)
            }
            (_, _) => Cell::new(look.theme.muted, String::new()),
        }
    };
    table::draw(look, &specs, sorted, &seen, cell, area, buffer);
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
