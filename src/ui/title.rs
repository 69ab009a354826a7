//! The title row: what is shown, how much of it, the filter, the order, and how old or complete it is.

use super::bars::{GAP, spread};
use super::text::{Line, line_width, width};
use super::{Look, field, indented, place, time};
use crate::app::directory::Listing;
use crate::app::failure::FailureKind;
use crate::app::filter::Filter;
use crate::app::model::Model;
use crate::app::screen::audit::Mode;
use crate::app::screen::{Screen, audit, principal, resources};
use crate::audit::Report;
use crate::domain::member::Roster;
use crate::domain::resource::ResourceKind;
use crate::domain::text::grouped;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

/// How wide the filter is while it is typed.
const FILTER: usize = 24;

/// Draws the screen's name with counts, filter, order and progress; returns where the cursor is in the filter.
pub(super) fn title(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    let (name, filter, sort) = told(model);
    let filter = filter.filter(|filter| filter.is_editing || filter.is_active());
    let reserved = if filter.is_some() { FILTER } else { 0 };
    let mut left = vec![look.span(look.theme.title, look.cut(name, room.saturating_sub(reserved)))];
    let mut cursor = None;
    if let Some(filter) = filter {
        left.push(Span::raw("  "));
        left.push(look.span(look.theme.focus, "filter: "));
        let column = left.iter().map(|span| width(&span.content)).sum::<usize>();
        let seen = field::window(look, &filter.input, FILTER.min(room.saturating_sub(column)));
        cursor = filter.is_editing.then(|| place(area, column + seen.cursor));
        left.push(Span::styled(seen.text, filter_style(look, filter)));
    }
    let left = Line::from(left);
    let rest = room.saturating_sub(line_width(&left) + GAP);
    let sort = sort.map(|(key, is_reversed)| {
        let sign = if is_reversed { "v" } else { "^" };
        look.span(look.theme.muted, format!("sort: {key} {sign}"))
    });
    let state = state_of_reading(model, look).filter(|_| sort.is_some() || matches!(model.screen(), Screen::Audit(_)));
    let right = fitting_right(look, sort.as_ref(), state.as_ref(), rest);
    spread(look, left, right, area, room, buffer);
    cursor
}

/// What the title row tells: the name with its counts, the filter, and the order with whether it is turned round.
type Told<'a> = (String, Option<&'a Filter>, Option<(&'static str, bool)>);

fn told(model: &Model) -> Told<'_> {
    // While nothing is known, the body says why; counts and order would only pretend to know.
    match model.screen() {
        Screen::Workspaces(state) => {
            let n_all = model.directory.shown().count();
            let is_known = n_all > 0 || *model.directory.listing() == Listing::Complete;
            (
                format!(
                    "Workspaces{}",
                    counts(state.list.rows().len(), is_known.then_some(n_all))
                ),
                Some(&state.filter),
                is_known.then(|| (state.sort.key.label(), state.sort.is_reversed)),
            )
        }
        Screen::Members(state) => {
            let roster = model.directory.roster(&state.workspace);
            let workspace = state.workspace.shown().cut(40, "…");
            (
                format!(
                    "Members of {workspace}{}",
                    counts(state.list.rows().len(), roster.map(Roster::len))
                ),
                Some(&state.filter),
                roster.map(|_| (state.sort.key.label(), state.sort.is_reversed)),
            )
        }
        Screen::Resources(state) => (
            resources_title(state),
            Some(&state.filter),
            Some((state.sort.key.label(), state.sort.is_reversed)),
        ),
        Screen::Audit(state) => (
            audit_title(model, state),
            Some(&state.filter),
            (state.mode == Mode::List && state.rows.is_some())
                .then(|| (state.sort.key.label(), state.sort.is_reversed)),
        ),
        Screen::Principal(state) => (
            principal_title(model, state),
            Some(&state.filter),
            Some((state.sort.key.label(), state.sort.is_reversed)),
        ),
        Screen::Contexts(state) => {
            let is_known = state.known.value().is_some();
            (
                format!(
                    "Contexts{}",
                    counts(state.list.rows().len(), is_known.then_some(state.all().len()))
                ),
                Some(&state.filter),
                is_known.then(|| (state.sort.key.label(), state.sort.is_reversed)),
            )
        }
        Screen::Welcome(_) => ("Welcome".to_owned(), None, None),
        Screen::Help(_) => ("Help".to_owned(), None, None),
    }
}

/// Returns whose access is shown, to how much, how much was taken away, and how much of the platform that covers.
fn principal_title(model: &Model, state: &principal::State) -> String {
    let rows = state.list.rows();
    let n_shown = rows.iter().filter(|row| matches!(row, principal::Row::Now(_))).count();
    let n_past = rows.len() - n_shown;
    let past = if n_past > 0 {
        format!(", {} revoked", grouped(n_past))
    } else {
        String::new()
    };
    let what = if state.principal.is_everyone() {
        "Public access".to_owned()
    } else {
        format!("Access of {}", state.principal.label().cut(50, "…"))
    };
    let odd = if state.principal.mixed_scripts().is_some() {
        " [! look-alike]"
    } else {
        ""
    };
    let of = if state.n_all == n_shown {
        String::new()
    } else {
        format!(" of {}", grouped(state.n_all))
    };
    let covered = model
        .audit
        .report()
        .map(|report| covered(model, report))
        .unwrap_or_default();
    format!("{what}{odd} ({}{of}{past}) {covered}", grouped(n_shown))
}

/// Returns how much of the platform a report covers: as long as it grows, nothing is said to be refused.
fn covered(model: &Model, report: &Report) -> String {
    let snapshot = &report.snapshot;
    if model.audit.reading().is_some() && !snapshot.is_complete() {
        return "so far".to_owned();
    }
    snapshot.readable()
}

/// Returns what of the audit is shown, how much of it, and how much of the platform that covers.
fn audit_title(model: &Model, state: &audit::State) -> String {
    let what = match state.mode {
        Mode::List => "Audit",
        Mode::Matrix => "Audit matrix",
        Mode::Findings => "Audit findings",
        Mode::Principals => "Principals",
    };
    let Some(rows) = &state.rows else {
        return what.to_owned();
    };
    let snapshot = &rows.report.snapshot;
    let counts = match state.mode {
        Mode::List | Mode::Matrix => counts(rows.grants.len(), Some(snapshot.n_grants())),
        Mode::Findings => counts(rows.findings.len(), Some(rows.report.findings.len())),
        Mode::Principals => counts(rows.holders.len(), Some(rows.n_holders)),
    };
    format!("{what}{counts} {}", covered(model, &rows.report))
}

/// Returns whose resources are shown, of which kind, how many of them, and how many are marked.
fn resources_title(state: &resources::State) -> String {
    let n_shown = state.list.rows().iter().filter(|row| row.thing().is_some()).count();
    let (n_read, n_all) = state.contents.n_read_of(state.kind);
    let is_all = state.contents.is_counted(state.kind);
    let what = state.kind.map_or("Resources", ResourceKind::plural);
    let what = what
        .chars()
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().to_string())
        + what.get(1..).unwrap_or_default();
    let n_marked = state.list.marked().count();
    let marked = if n_marked > 0 {
        format!(", {} marked", grouped(n_marked))
    } else {
        String::new()
    };
    let workspace = state.workspace.shown().cut(40, "…");
    let counts = match (is_all, n_read) {
        (true, _) => counts(n_shown, Some(n_all)),
        // There may be more: of some kinds it is not known.
        (false, 0) => String::new(),
        (false, _) if n_shown == n_all => format!(" ({}+)", grouped(n_all)),
        (false, _) => format!(" ({} of {}+)", grouped(n_shown), grouped(n_all)),
    };
    format!("{what} of {workspace}{counts}{marked}")
}

fn filter_style(look: &Look, filter: &Filter) -> Style {
    if filter.is_editing {
        look.theme.focus
    } else {
        look.theme.text
    }
}

fn counts(n_shown: usize, n_all: Option<usize>) -> String {
    match n_all {
        None => String::new(),
        Some(n_all) if n_all == n_shown => format!(" ({})", grouped(n_all)),
        Some(n_all) => format!(" ({} of {})", grouped(n_shown), grouped(n_all)),
    }
}

/// Returns order and progress, as much of them as fits: the order goes first.
fn fitting_right(look: &Look, sort: Option<&Span<'static>>, state: Option<&Span<'static>>, room: usize) -> Line {
    let both: Vec<Span<'static>> = match (sort, state) {
        (Some(sort), Some(state)) => vec![sort.clone(), Span::raw("   "), state.clone()],
        (Some(one), None) | (None, Some(one)) => vec![one.clone()],
        (None, None) => Vec::new(),
    };
    let both = Line::from(both);
    if line_width(&both) <= room {
        return both;
    }
    let Some(state) = state else {
        return Line::default();
    };
    if width(&state.content) <= room {
        return Line::from(state.clone());
    }
    // When it was read goes before what is said about it: half a time says nothing.
    let words = match state.content.split_once("as of ") {
        Some((words, _)) if matches!(words, "" | "incomplete, ") || words.ends_with(", ") => {
            words.trim_end_matches(", ").to_owned()
        }
        Some(_) | None => state.content.to_string(),
    };
    look.fit(Line::from(Span::styled(words, state.style)), room)
}

/// Returns how old or how complete what is shown is, where it is not simply fresh and whole.
fn state_of_reading(model: &Model, look: &Look) -> Option<Span<'static>> {
    if let Some(retrying) = &model.retrying {
        let text = match time::until(retrying.at, model.now) {
            Some(left) => format!("retrying in {left}: {}", retrying.why),
            None => format!("retrying: {}", retrying.why),
        };
        return Some(look.span(look.theme.warning, text));
    }
    let stale = match model.screen() {
        Screen::Workspaces(_) => match (model.directory.listing(), model.directory.listed_at()) {
            (Listing::Failed(failure), Some(as_of)) => Some((as_of, failure)),
            (Listing::Failed(_) | Listing::Absent | Listing::Loading { .. } | Listing::Complete, _) => None,
        },
        Screen::Members(state) => {
            let details = model.directory.details(&state.workspace);
            details.as_of().zip(details.failure())
        }
        Screen::Resources(state) => return state_of_contents(look, state),
        Screen::Audit(_) | Screen::Principal(_) => return state_of_audit(model, look),
        Screen::Contexts(state) => state.known.as_of().zip(state.known.failure()),
        Screen::Welcome(_) | Screen::Help(_) => return None,
    };
    if let Some((as_of, failure)) = stale {
        let as_of = time::clock(as_of);
        return Some(if failure.kind == FailureKind::Unauthorized {
            look.span(look.theme.danger, format!("as of {as_of}, session expired"))
        } else {
            let text = format!("as of {as_of}, refresh failed: {}", failure.why());
            look.span(look.theme.stale, text)
        });
    }
    if let Screen::Members(state) = model.screen() {
        let is_loading = model.directory.details(&state.workspace).is_loading();
        let halted = model.directory.halted().filter(|_| !is_loading);
        if let Some(halted) = halted {
            return Some(look.span(look.theme.stale, format!("not read again: {}", halted.why())));
        }
        return is_loading.then(|| look.span(look.theme.muted, "loading"));
    }
    if let (Some(halted), Listing::Complete) = (model.directory.halted(), model.directory.listing()) {
        return Some(look.span(look.theme.stale, format!("details stopped: {}", halted.why())));
    }
    let percent = model.directory.progress()?;
    Some(look.span(look.theme.muted, format!("loading {percent}%")))
}

/// Returns how far the reading of all workspaces is, or how old and how complete what it brought is.
fn state_of_audit(model: &Model, look: &Look) -> Option<Span<'static>> {
    if let Some(reading) = model.audit.reading() {
        let text = format!("loading {}%", reading.progress.percent());
        return Some(look.span(look.theme.muted, text));
    }
    let report = model.audit.report()?;
    let as_of = time::clock(report.snapshot.origin.ended_at);
    let is_complete = report.snapshot.is_complete();
    if let Some(failure) = model.audit.failure() {
        if failure.kind == FailureKind::Unauthorized {
            return Some(look.span(look.theme.danger, "session expired"));
        }
        let words = if is_complete { "refresh failed" } else { "incomplete" };
        let text = format!("{words}: {}, as of {as_of}", failure.why());
        return Some(look.span(look.theme.stale, text));
    }
    if !is_complete {
        return Some(look.span(look.theme.warning, format!("incomplete, as of {as_of}")));
    }
    Some(look.span(look.theme.muted, format!("as of {as_of}")))
}

/// Returns how much of what lies in the workspace has been read, where that is not all of it.
fn state_of_contents(look: &Look, state: &resources::State) -> Option<Span<'static>> {
    let (n_read, n_all) = state.contents.n_read_of(state.kind);
    let text = match (state.contents.is_loading(), n_read < n_all) {
        (true, true) => format!("loading {}%", n_read * 100 / n_all.max(1)),
        (true, false) => "loading".to_owned(),
        (false, true) => format!("read {} of {}", grouped(n_read), grouped(n_all)),
        (false, false) => return None,
    };
    Some(look.span(look.theme.muted, text))
}
