//! One row for each principal: how much it holds, and as what.

use crate::app::audit::rows::{Holder, Rows};
use crate::app::screen::audit::State;
use crate::audit::PrincipalNo;
use crate::domain::ids::Principal;
use crate::domain::text::grouped;
use crate::ui::Look;
use crate::ui::table::{self, Align, Cell, Spec, Width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

type MakeCell = fn(&Look, &Principal, &Holder) -> Cell;

const fn column(title: &'static str, drops: u8, width: Width, align: Align, cell: MakeCell) -> (Spec, MakeCell) {
    let spec = Spec {
        title,
        drops,
        width,
        align,
    };
    (spec, cell)
}

#[rustfmt::skip]
const COLUMNS: [(Spec, MakeCell); 5] = [
    column("PRINCIPAL", 0, Width::Between(24, 70, 3), Align::Left, principal),
    column("KIND", 1, Width::Exactly(15), Align::Left, kind),
    column("WORKSPACES", 0, Width::Exactly(10), Align::Right, |look, _, holder| number(look, holder.n_workspaces)),
    column("ADMIN", 0, Width::Exactly(7), Align::Right, |look, _, holder| number(look, holder.n_admin)),
    column("EDITOR", 2, Width::Exactly(7), Align::Right, |look, _, holder| number(look, holder.n_editor)),
];

/// Draws the table.
pub(super) fn draw(look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let (seen, visible) = table::Rows::of(&state.principals, area);
    let specs = COLUMNS.each_ref().map(|(spec, _)| *spec);
    let holder = |number: &PrincipalNo| rows.holder(*number);
    let found: Vec<Option<(&Principal, &Holder)>> = visible
        .iter()
        .map(|number| Some((rows.report.snapshot.principal(*number)?, holder(number)?)))
        .collect();
    let cell = |column: usize, place: usize| {
        let row = found.get(place.saturating_sub(seen.top)).copied().flatten();
        match (row, COLUMNS.get(column)) {
            (Some((principal, holder)), Some((_, cell))) => cell(look, principal, holder),
            (_, _) => Cell::new(look.theme.muted, String::new()),
        }
    };
    table::draw(look, &specs, None, &seen, cell, area, buffer);
}

fn principal(look: &Look, principal: &Principal, _: &Holder) -> Cell {
    let cell = Cell::new(look.theme.text, look.print(principal.label()));
    if principal.mixed_scripts().is_some() {
        return cell.note(look.span(look.theme.danger, "[! look-alike]"));
    }
    cell
}

fn kind(look: &Look, principal: &Principal, _: &Holder) -> Cell {
    Cell::new(look.theme.muted, principal.kind().label().to_owned())
}

fn number(look: &Look, n: usize) -> Cell {
    let style = if n == 0 { look.theme.muted } else { look.theme.text };
    Cell::new(style, grouped(n))
}
