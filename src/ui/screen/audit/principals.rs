//! One row for each principal: how much it holds, and as what.

use crate::app::audit::rows::{Holder, Rows};
use crate::app::columns::{ListKind, OnShow};
use crate::app::screen::audit::State;
use crate::app::screen::members::kind_in_a_word;
use crate::audit::PrincipalNo;
use crate::domain::ids::Principal;
use crate::domain::text::grouped;
use crate::ui::Look;
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::text::Line;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a cell is made from.
struct Row<'a> {
    principal: &'a Principal,
    holder: &'a Holder,
    /// Whether its name can deceive.
    is_odd: bool,
}

/// None of them sorts.
type Column = table::Column<(), fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 6] = [
    Column::text("PRINCIPAL", 0, Width::Name(44), principal),
    Column::marks(marks),
    Column::text("KIND", 1, Width::Exactly(8), kind),
    Column::number("WORKSPACES", 0, 10, |look, row| number(look, row, row.holder.n_workspaces)),
    Column::number("ADMIN", 0, 7, |look, row| number(look, row, row.holder.n_admin)),
    Column::number("EDITOR", 2, 7, |look, row| number(look, row, row.holder.n_editor)),
];

/// Draws the table; returns what is told of the selected row besides.
pub(super) fn draw(look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) -> (Line, OnShow) {
    let row = |number: &PrincipalNo| {
        let principal = rows.report.snapshot.principal(*number)?;
        Some(Row {
            principal,
            holder: rows.holder(*number)?,
            is_odd: rows.report.can_deceive(*number),
        })
    };
    table::draw(
        look,
        &COLUMNS,
        &Shown::new(ListKind::People, None, &state.filter),
        &state.principals,
        row,
        area,
        buffer,
    )
}

fn principal(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.principal.label()))
}

fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let mark = row.is_odd.then_some(Mark::LookAlike);
    Cell::marks(look, mark.as_slice())
}

fn kind(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.muted, kind_in_a_word(row.principal.kind()).to_owned())
}

fn number(look: &Look, row: &Row<'_>, n: usize) -> Cell {
    if row.holder.is_in_no_list() {
        return Cell::new(look.theme.muted, "–".to_owned());
    }
    let style = if n == 0 { look.theme.muted } else { look.theme.text };
    Cell::new(style, grouped(n))
}
