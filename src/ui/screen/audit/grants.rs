//! One row for each principal in each workspace.

use crate::app::audit::rows::{Rows, SortKey};
use crate::app::columns::{ListKind, OnShow};
use crate::app::model::Model;
use crate::app::screen::audit::State;
use crate::audit::{Finding, Grant, GrantNo, Report, Severity};
use crate::domain::role::Role;
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::text::Line;
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
const COLUMNS: [Column; 6] = [
    Column::text("WORKSPACE", 0, Width::Name(40), workspace).by(SortKey::Workspace),
    Column::text("PRINCIPAL", 0, Width::Name(44), principal).by(SortKey::Principal),
    Column::marks(marks),
    Column::text("ROLES", 0, Width::Content(8, 40), roles).by(SortKey::Role),
    Column::text("GRANTED", 3, Width::Exactly(10), granted).by(SortKey::Granted),
    Column::text("BY", 2, Width::Content(14, 60), granted_by).by(SortKey::GrantedBy),
];

/// Draws the table; returns what is told of the selected row besides.
pub(super) fn draw(
    model: &Model,
    look: &Look,
    state: &State,
    rows: &Rows,
    area: Rect,
    buffer: &mut Buffer,
) -> (Line, OnShow) {
    let row = |number: &GrantNo| {
        Some(Row {
            grant: rows.report.snapshot.grant(*number)?,
            report: &rows.report,
            is_unsure: rows.is_unsure(*number),
            now: model.now,
        })
    };
    table::draw(
        look,
        &COLUMNS,
        &Shown::new(ListKind::Grants, Some(rows.order), &state.filter),
        &state.grants,
        row,
        area,
        buffer,
    )
}

fn workspace(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.grant.workspace().name.shown()))
}

fn principal(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.grant.principal().label()))
}

/// The worst finding about it is marked, unless its name deceives.
fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let perhaps = row.is_unsure.then_some(Mark::Perhaps);
    let (at, who) = (row.grant.workspace_no(), row.grant.principal_no());
    if row.report.can_deceive(who) {
        let marks: Vec<Mark> = perhaps.into_iter().chain([Mark::LookAlike]).collect();
        return Cell::marks(look, &marks);
    }
    let findings = row.report.findings_at(at, who);
    let worst = findings.filter(|finding| finding.suppressed_by.is_none());
    let worst = worst.map(Finding::severity).max();
    let worst = worst.filter(|severity| *severity >= Severity::Medium);
    let marks: Vec<Mark> = perhaps.into_iter().chain(worst.map(Mark::Finding)).collect();
    Cell::marks(look, &marks)
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
