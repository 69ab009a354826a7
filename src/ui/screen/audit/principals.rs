//! One row for each principal: how much it holds, and as what.

use crate::app::audit::rows::{Holder, Rows};
use crate::app::screen::audit::State;
use crate::audit::PrincipalNo;
use crate::domain::ids::Principal;
use crate::domain::text::grouped;
use crate::ui::Look;
use crate::ui::table::{self, Cell, Width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// None of them sorts.
type Column = table::Column<(), fn(&Look, &Principal, &Holder) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 5] = [
    Column::text("PRINCIPAL", 0, Width::Between(24, 70, 3), (), principal),
    Column::text("KIND", 1, Width::Exactly(15), (), kind),
    Column::number("WORKSPACES", 0, 10, (), |look, _, holder| number(look, holder.n_workspaces)),
    Column::number("ADMIN", 0, 7, (), |look, _, holder| number(look, holder.n_admin)),
    Column::number("EDITOR", 2, 7, (), |look, _, holder| number(look, holder.n_editor)),
];

/// Draws the table.
pub(super) fn draw(look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let (seen, visible) = table::Rows::of(&state.principals, area);
    let specs = COLUMNS.each_ref().map(|column| column.spec);
    let holder = |number: &PrincipalNo| rows.holder(*number);
    let found: Vec<Option<(&Principal, &Holder)>> = visible
        .iter()
        .map(|number| Some((rows.report.snapshot.principal(*number)?, holder(number)?)))
        .collect();
    let cell = |column: usize, place: usize| {
        let row = found.get(place.saturating_sub(seen.top)).copied().flatten();
        match (row, COLUMNS.get(column)) {
            (Some((principal, holder)), Some(shown)) => {
                let number = visible.get(place.saturating_sub(seen.top));
                let has_twin = number.is_some_and(|number| rows.report.twin(*number).is_some());
                let cell = (shown.cell)(look, principal, holder);
                if column == 0 && (has_twin || !principal.tricks().is_empty()) {
                    cell.note(look.span(look.theme.danger, "[! look-alike]"))
                } else {
                    cell
                }
            }
            (_, _) => Cell::new(look.theme.muted, String::new()),
        }
    };
    table::draw(look, &specs, None, &seen, cell, area, buffer);
}

fn principal(look: &Look, principal: &Principal, _: &Holder) -> Cell {
    Cell::new(look.theme.text, look.print(principal.label()))
}

fn kind(look: &Look, principal: &Principal, _: &Holder) -> Cell {
    Cell::new(look.theme.muted, principal.kind().label().to_owned())
}

fn number(look: &Look, n: usize) -> Cell {
    let style = if n == 0 { look.theme.muted } else { look.theme.text };
    Cell::new(style, grouped(n))
}
