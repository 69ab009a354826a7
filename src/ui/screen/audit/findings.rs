//! What is wrong, the worst first; where there is no detail pane, the selected finding is told below.

use crate::app::audit::rows::Rows;
use crate::app::columns::{ListKind, OnShow};
use crate::app::geometry;
use crate::app::model::Model;
use crate::app::msg::Size;
use crate::app::screen::audit::State;
use crate::audit::Finding;
use crate::domain::ids::Principal;
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::text::Line;
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
const COLUMNS: [Column; 5] = [
    Column::text("SEVERITY", 0, Width::Exactly(8), severity),
    Column::text("FINDING", 0, Width::Content(23, 23), rule),
    Column::marks(marks),
    Column::text("WORKSPACE", 0, Width::Name(40), workspace),
    Column::text("PRINCIPAL", 0, Width::Name(44), principal),
];

/// Where there is no room for two columns, one says who it is about, and where.
const NARROW: [Column; 4] = [
    Column::text("SEVERITY", 0, Width::Exactly(8), severity),
    Column::text("FINDING", 0, Width::Content(23, 23), rule),
    Column::marks(marks),
    Column::text("ABOUT", 0, Width::Name(60), about),
];

/// From this width on the table has room for two.
const BOTH_FROM: u16 = 70;

/// Draws the table, and the selected finding below it where it stands nowhere else; returns what is told besides.
pub(super) fn draw(
    model: &Model,
    look: &Look,
    state: &State,
    rows: &Rows,
    area: Rect,
    buffer: &mut Buffer,
) -> (Line, OnShow) {
    let (area, below) = divided(model.size, area);
    let row = |place: &usize| {
        Some(Row {
            rows,
            finding: rows.report.findings.get(*place)?,
            is_unsure: rows.is_unsure_of_finding(*place),
        })
    };
    let columns: &[Column] = if area.width < BOTH_FROM && look.columns.chosen(ListKind::Findings).is_none() {
        &NARROW
    } else {
        &COLUMNS
    };
    let told = table::draw(
        look,
        columns,
        &Shown::new(ListKind::Findings, None, &state.filter),
        &state.findings,
        row,
        area,
        buffer,
    );
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
        if lines.len() > usize::from(inner.height) {
            table::cut_here(look, below, buffer);
        }
        put_all(look, lines, inner, buffer);
    }
    told
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

fn rule(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, row.finding.rule.id().to_owned())
}

fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let mark = row.is_unsure.then_some(Mark::Perhaps);
    Cell::marks(look, mark.as_slice())
}

fn about(look: &Look, row: &Row<'_>) -> Cell {
    let (at, who) = (workspace(look, row), principal(look, row));
    match (row.finding.workspace, row.finding.principal) {
        (Some(_), Some(_)) => who.before(&format!("{} / ", at.text())),
        (_, Some(_)) => who,
        (_, None) => at,
    }
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
