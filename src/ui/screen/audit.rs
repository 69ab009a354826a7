//! The audit: grants, matrix, findings or principals, or what stands in their place.

mod findings;
mod grants;
mod matrix;
mod principals;

use super::workspaces::nothing_matches;
use crate::app::audit::rows::Rows;
use crate::app::columns::OnShow;
use crate::app::model::Model;
use crate::app::screen::audit::{Mode, State};
use crate::audit::Report;
use crate::audit::filter::unsure_in_words;
use crate::domain::text::{counted, grouped};
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::text::{line_width, width};
use crate::ui::{Look, bordered, table};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

/// Draws what is on show.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    let Some(rows) = &state.rows else {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, inner, buffer);
        return OnShow::default();
    };
    let is_empty = match state.mode {
        Mode::List => rows.grants.is_empty(),
        Mode::Findings => rows.findings.is_empty(),
        Mode::Matrix => rows.holders.is_empty() || rows.workspaces.is_empty(),
        Mode::Principals => rows.holders.is_empty(),
    };
    // A word that is not understood leaves nothing, as in every list: what is not asked for is not shown in its place.
    let (told, on_show) = if is_empty || state.problem.is_some() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        let is_growing = model.store.reading().is_some() && !rows.report.snapshot.is_complete();
        if is_growing && state.sieve.is_empty() && state.problem.is_none() {
            instead_of_rows(model, look, inner, buffer);
        } else {
            nothing_left(look, state, &rows.report, !is_growing, inner, buffer);
        }
        Default::default()
    } else {
        match state.mode {
            Mode::List => grants::draw(model, look, state, rows, area, buffer),
            Mode::Matrix => {
                matrix::draw(model, look, state, rows, area, buffer);
                return OnShow::default();
            }
            Mode::Findings => findings::draw(model, look, state, rows, area, buffer),
            Mode::Principals => principals::draw(look, state, rows, area, buffer),
        }
    };
    let mut said = warnings(rows);
    said.extend(besides(rows));
    let room = table::upper_border(area).saturating_sub(line_width(&told));
    let words = in_columns(&said, room);
    let words = if words.is_empty() { words } else { format!(" {words} ") };
    let mut line = look.line(look.theme.warning, words);
    line.spans.push(Span::styled(told.to_string(), look.theme.muted));
    if told.spans.is_empty() {
        table::in_upper_border(look, line, area, buffer);
    } else {
        table::told_in_border(look, line, area, buffer);
    }
    on_show
}

/// Returns where the selected row is, or in the matrix the selected pair.
pub(super) fn spot(model: &Model, state: &State, area: Rect) -> Option<Position> {
    match state.mode {
        Mode::List => table::spot(&state.grants, area),
        Mode::Findings => table::spot(&state.findings, area),
        Mode::Principals => table::spot(&state.principals, area),
        Mode::Matrix => matrix::spot(model, state, area),
    }
}

/// Something said in many words and in few.
type Said = (String, String);

/// Returns what the report cannot know, from what matters most to what matters least.
fn warnings(rows: &Rows) -> Vec<Said> {
    let coverage = &rows.report.snapshot.coverage;
    let stopped = coverage.stopped.as_ref();
    let n_findings = rows.unsure_findings.len();
    let n_unsure = grouped(rows.unsure.len().max(n_findings));
    let limited = ("only workspaces you can read", "only yours");
    let said = [
        stopped.map(|why| (format!("incomplete: {why}"), "incomplete".to_owned())),
        (coverage.is_limited_to_caller).then(|| (limited.0.to_owned(), limited.1.to_owned())),
        unsure_in_words(rows.unsure.len(), n_findings).map(|words| (words.to_string(), format!("{n_unsure} perhaps"))),
    ];
    said.into_iter().flatten().collect()
}

/// Returns who else may do what is asked for.
fn besides(rows: &Rows) -> Option<Said> {
    let who = rows.besides.in_words(&rows.report.snapshot)?;
    let short = match rows.besides.platform_admins().len() {
        0 => "+ platform admins".to_owned(),
        n => format!("+ {}", counted(n, "platform admin")),
    };
    Some((format!("besides: {who}"), short))
}

/// Says in the border what the rows do not. Where there is little room, what matters least is said in fewer words first,
/// so that no warning is cut.
fn in_columns(said: &[Said], columns: usize) -> String {
    let of_which = |n_whole: usize| {
        let words = said.iter().enumerate();
        let words = words.map(|(nth, (whole, short))| if nth < n_whole { whole } else { short }.as_str());
        words.collect::<Vec<_>>().join(", ")
    };
    let mut shorter = (0..=said.len()).rev().map(of_which);
    let fits = shorter.find(|words| width(words) <= columns);
    fits.unwrap_or_else(|| of_which(0))
}

fn instead_of_rows(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    if let Some(failure) = model.store.read_failure() {
        empty_state::failed(look, failure, area, buffer);
        return;
    }
    let since = model.store.reading().map(|reading| reading.since);
    empty_state::loading(model, look, "who has access to what", since, area, buffer);
}

fn nothing_left(look: &Look, state: &State, report: &Report, is_all: bool, area: Rect, buffer: &mut Buffer) {
    if !state.sieve.is_empty() || state.problem.is_some() {
        nothing_matches(look, (&state.filter, is_all), "", area, buffer);
        return;
    }
    let is_complete = report.snapshot.is_complete();
    let text = match (state.mode, is_complete) {
        (Mode::Findings, true) => "no findings under the current rules",
        (Mode::Findings, false) => "no findings in what was read",
        (Mode::List | Mode::Matrix | Mode::Principals, _) => "no roles in what could be read",
    };
    EmptyState::new(look, area)
        .text(look.theme.text, text)
        .draw(area, buffer);
}

#[cfg(test)]
mod tests {
    use super::{besides, in_columns, warnings};
    use crate::app::audit::rows::{Order, Rows, SortKey};
    use crate::audit::coverage::{Coverage, Method};
    use crate::audit::filter::Filter;
    use crate::audit::sample::{Sample, TAKEN, at};
    use crate::audit::{Policy, Report};
    use crate::domain::text::SafeText;
    use crate::ui::text::width;
    use rstest::rstest;
    use std::sync::Arc;

    /// Returns what a filter leaves of what a caller with limits has read until it was stopped.
    fn rows(typed: &str) -> Rows {
        let sample = Sample::new()
            .workspace("ml-team")
            .workspace("system")
            .holds("ml-team", "ann@example.com", "Viewer")
            .holds("ml-team", "ben@example.com", "Editor")
            .holds("system", "root@example.com", "HelixAdmin");
        let coverage = Coverage {
            is_limited_to_caller: true,
            stopped: Some(SafeText::new("the server is gone, the rest not read")),
            ..Coverage::nothing(Method::Members)
        };
        let snapshot = sample.builder().freeze(coverage, at(TAKEN));
        let report = Report::new(snapshot, Arc::new(Policy::default()));
        let order = Order::by(SortKey::Workspace);
        Rows::of(
            Arc::new(report),
            &Filter::parse(typed, at(TAKEN)).expect("a filter"),
            order,
        )
    }

    fn limits(rows: &Rows, columns: usize) -> String {
        let mut said = warnings(rows);
        said.extend(besides(rows));
        in_columns(&said, columns)
    }

    /// The border of a terminal of 60 columns has room for 54, one of 80 for 74, one of 200 for 194.
    #[rstest]
    #[case("", 54, "incomplete, only yours")]
    #[case("", 74, "incomplete: the server is gone, the rest not read, only yours")]
    #[case(
        "since:2026-01-01 role:write ws:ml-team",
        54,
        "incomplete, only yours, 1 perhaps, + 1 platform admin"
    )]
    fn no_warning_is_cut(#[case] typed: &str, #[case] columns: usize, #[case] expected: &str) {
        let rows = rows(typed);
        let said = limits(&rows, columns);
        assert!(width(&said) <= columns, "{said}");
        assert_eq!(said, expected);
    }

    #[test]
    fn where_there_is_room_everything_is_said() {
        let said = limits(&rows("since:2026-01-01 role:write ws:ml-team"), 300);
        assert!(
            said.contains("incomplete: the server is gone, the rest not read, only workspaces you can read, 1 grant")
                && said.contains("perhaps not meant: date or granter not known, besides: 1 platform admin"),
            "{said}"
        );
    }
}
