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

/// What a cell is made from.
struct Row<'a> {
    rows: &'a Rows,
    finding: &'a Finding,
    /// Whether it is not known if the filter means it.
    is_unsure: bool,
}

/// None of them sorts.
type Column = table::Column<(), fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 4] = [
    Column::text("SEVERITY", 0, Width::Exactly(9), severity),
    Column::text("FINDING", 0, Width::Between(19, 26, 1), rule),
    Column::text("WORKSPACE", 0, Width::Between(14, 48, 2), workspace),
    Column::text("PRINCIPAL", 1, Width::Between(18, 60, 3), principal),
];

/// Draws the table, and the selected finding below it where it stands nowhere else.
pub(super) fn draw(model: &Model, look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    let (area, below) = divided(model.size, area);
    let row = |place: &usize| {
        Some(Row {
            rows,
            finding: rows.report.findings.get(*place)?,
            is_unsure: rows.is_unsure_of_finding(*place),
        })
    };
    table::draw(look, &COLUMNS, None, &state.findings, row, area, buffer);
    if let Some(finding) = state.finding().filter(|_| !below.is_empty()) {
        let inner = indented(bordered(look, None, look.theme.border, below, buffer), 1);
        let (snapshot, columns) = (&rows.report.snapshot, usize::from(inner.width));
        let reason = finding.reason(snapshot, &rows.report.policy);
        let place = state.findings.selected();
        let is_unsure = place.is_some_and(|place| rows.is_unsure_of_finding(*place));
        let mark = is_unsure.then_some((look.theme.warning, "[perhaps]"));
        let mut lines = look.paragraph(look.theme.text, mark, reason, columns);
        if let Some(command) = finding.command(snapshot, &model.session.grammar_of(snapshot.origin.generation)) {
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

fn severity(look: &Look, row: &Row<'_>) -> Cell {
    if row.finding.suppressed_by.is_some() {
        return Cell::new(look.theme.muted, "allowed".to_owned());
    }
    let severity = row.finding.severity();
    Cell::new(look.theme.severity(severity), severity.label().to_owned())
}

/// The mark stands here, since not every finding has a principal, and no width drops this column.
fn rule(look: &Look, row: &Row<'_>) -> Cell {
    let cell = Cell::new(look.theme.text, row.finding.rule.id().to_owned());
    if row.is_unsure {
        return cell.note(look.span(look.theme.warning, "[perhaps]"));
    }
    cell
}

fn workspace(look: &Look, row: &Row<'_>) -> Cell {
    let snapshot = &row.rows.report.snapshot;
    let workspace = row.finding.workspace.and_then(|number| snapshot.workspace(number));
    let text = workspace.map(|workspace| workspace.name.shown()).unwrap_or_default();
    Cell::new(look.theme.text, look.print(text))
}

fn principal(look: &Look, row: &Row<'_>) -> Cell {
    let snapshot = &row.rows.report.snapshot;
    let principal = row.finding.principal.and_then(|number| snapshot.principal(number));
    let text = principal.map(Principal::label).unwrap_or_default();
    Cell::new(look.theme.text, look.print(text))
}
