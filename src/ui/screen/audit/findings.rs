//! What is wrong, the worst first; where there is no detail pane, the selected finding is told below.

use crate::app::audit::rows::Rows;
use crate::app::geometry;
use crate::app::model::Model;
use crate::app::msg::Size;
use crate::app::screen::audit::State;
use crate::audit::Finding;
use crate::domain::ids::Principal;
use crate::ui::table::{self, Cell, Width};
use crate::ui::{Look, bordered, indented, put_all};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// None of them sorts.
type Column = table::Column<(), fn(&Look, &Rows, usize, &Finding) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 4] = [
    Column::text("SEVERITY", 0, Width::Exactly(9), (), severity),
    Column::text("FINDING", 0, Width::Between(19, 26, 1), (), rule),
    Column::text("WORKSPACE", 0, Width::Between(14, 48, 2), (), workspace),
    Column::text("PRINCIPAL", 1, Width::Between(18, 60, 3), (), principal),
];

/// Draws the table, and the selected finding below it where it stands nowhere else.
pub(super) fn draw(model: &Model, look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let (area, below) = divided(model.size, area);
    let (seen, visible) = table::Rows::of(&state.findings, area);
    let specs = COLUMNS.each_ref().map(|column| column.spec);
    let cell = |column: usize, place: usize| {
        let place = visible.get(place.saturating_sub(seen.top));
        let finding = place.and_then(|place| Some((*place, rows.report.findings.get(*place)?)));
        match (finding, COLUMNS.get(column)) {
            (Some((place, finding)), Some(column)) => (column.cell)(look, rows, place, finding),
            (_, _) => Cell::new(look.theme.muted, String::new()),
        }
    };
    table::draw(look, &specs, None, &seen, cell, area, buffer);
    if let Some(finding) = state.finding().filter(|_| !below.is_empty()) {
        let inner = indented(bordered(look, None, look.theme.border, below, buffer), 1);
        let (snapshot, columns) = (&rows.report.snapshot, usize::from(inner.width));
        let reason = finding.reason(snapshot, &rows.report.policy);
        let place = state.findings.selected();
        let is_unsure = place.is_some_and(|place| rows.is_unsure_of_finding(*place));
        let mark = is_unsure.then_some((look.theme.warning, "[perhaps]"));
        let mut lines = look.paragraph(look.theme.text, mark, reason, columns);
        if let Some(command) = finding.command(snapshot, &model.grammar_of(snapshot.origin.generation)) {
            let sign = Some((look.theme.key, "$"));
            lines.extend(look.paragraph(look.theme.muted, sign, command.shown(), columns));
        }
        put_all(look, lines, inner, buffer);
    }
}

/// Returns the room for the table and, below it, for the selected finding, where no pane beside it tells that.
fn divided(screen: Size, area: Rect) -> (Rect, Rect) {
    let n_below = geometry::rows_below_findings(screen).min(area.height);
    let table = Rect {
        height: area.height - n_below,
        ..area
    };
    let below = Rect {
        y: table.bottom(),
        height: n_below,
        ..area
    };
    (table, below)
}

fn severity(look: &Look, _: &Rows, _: usize, finding: &Finding) -> Cell {
    if finding.suppressed_by.is_some() {
        return Cell::new(look.theme.muted, "allowed".to_owned());
    }
    let severity = finding.severity();
    Cell::new(look.theme.severity(severity), severity.label().to_owned())
}

/// The mark stands here, since not every finding has a principal, and no width drops this column.
fn rule(look: &Look, rows: &Rows, place: usize, finding: &Finding) -> Cell {
    let cell = Cell::new(look.theme.text, finding.rule.id().to_owned());
    if rows.is_unsure_of_finding(place) {
        return cell.note(look.span(look.theme.warning, "[perhaps]"));
    }
    cell
}

fn workspace(look: &Look, rows: &Rows, _: usize, finding: &Finding) -> Cell {
    let workspace = finding
        .workspace
        .and_then(|number| rows.report.snapshot.workspace(number));
    let text = workspace.map(|workspace| workspace.name.shown()).unwrap_or_default();
    Cell::new(look.theme.text, look.print(text))
}

fn principal(look: &Look, rows: &Rows, _: usize, finding: &Finding) -> Cell {
    let principal = finding
        .principal
        .and_then(|number| rows.report.snapshot.principal(number));
    let text = principal.map(Principal::label).unwrap_or_default();
    Cell::new(look.theme.text, look.print(text))
}
