//! The audit: grants, matrix, findings or principals, or what stands in their place.

mod findings;
mod grants;
mod matrix;
mod principals;

use super::workspaces::nothing_matches;
use crate::app::audit::rows::Rows;
use crate::app::model::Model;
use crate::app::screen::audit::{Mode, State};
use crate::audit::Report;
use crate::audit::filter::unsure_in_words;
use crate::ui::instead::{self, Instead};
use crate::ui::text::Line;
use crate::ui::{Look, bordered, table};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws what is on show.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let Some(rows) = &state.rows else {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, inner, buffer);
        return;
    };
    let is_empty = match state.mode {
        Mode::List => rows.grants.is_empty(),
        Mode::Findings => rows.findings.is_empty(),
        Mode::Matrix => rows.holders.is_empty() || rows.workspaces.is_empty(),
        Mode::Principals => rows.holders.is_empty(),
    };
    if is_empty {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        nothing_left(look, state, &rows.report, inner, buffer);
    } else {
        match state.mode {
            Mode::List => grants::draw(model, look, state, rows, area, buffer),
            Mode::Matrix => matrix::draw(model, look, state, rows, area, buffer),
            Mode::Findings => findings::draw(model, look, state, rows, area, buffer),
            Mode::Principals => principals::draw(look, state, rows, area, buffer),
        }
    }
    if state.mode != Mode::Matrix || is_empty {
        table::in_upper_border(look, limits(look, rows), area, buffer);
    }
}

/// Says in the border what the rows do not: who else may, and what the report cannot know.
fn limits(look: &Look, rows: &Rows) -> Line {
    let snapshot = &rows.report.snapshot;
    let coverage = &snapshot.coverage;
    let mut said: Vec<String> = Vec::new();
    said.extend(rows.besides.in_words(snapshot).map(|who| format!("besides: {who}")));
    said.extend(unsure_in_words(rows.unsure.len()).map(String::from));
    if coverage.is_limited_to_caller {
        said.push("population limited to the caller".to_owned());
    }
    if let Some(why) = &coverage.stopped {
        said.push(format!("incomplete: {why}"));
    }
    if said.is_empty() {
        return Line::default();
    }
    look.line(look.theme.warning, format!(" {} ", said.join(", ")))
}

fn instead_of_rows(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    if let Some(failure) = model.store.read_failure() {
        instead::failed(look, failure, area, buffer);
        return;
    }
    let since = model.store.reading().map(|reading| reading.since);
    instead::loading(model, look, "who has access to what", since, area, buffer);
}

fn nothing_left(look: &Look, state: &State, report: &Report, area: Rect, buffer: &mut Buffer) {
    if !state.sieve.is_empty() {
        nothing_matches(look, state.filter.input.value(), area, buffer);
        return;
    }
    let is_complete = report.snapshot.is_complete();
    let text = match (state.mode, is_complete) {
        (Mode::Findings, true) => "nothing is wrong by the rules in force",
        (Mode::Findings, false) => "nothing wrong has been found in what was read",
        (Mode::List | Mode::Matrix | Mode::Principals, _) => "nobody holds a role in what could be read",
    };
    Instead::new(look, area).text(look.theme.text, text).draw(area, buffer);
}
