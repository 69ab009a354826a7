//! The title row: what is shown, how much of it, the filter, the order, and how old or complete it is.
//!
//! What warns is never left out: the rest of the row makes room for it.

mod state;

use super::bars::{GAP, spread};
use super::text::{Line, line_width, width};
use super::{Look, field, indented, place};
use crate::app::filter::Filter;
use crate::app::keymap::{self, Action, Context};
use crate::app::model::Model;
use crate::app::screen::audit::Mode;
use crate::app::screen::{Screen, audit, principal, resources};
use crate::app::store::{Listing, Members};
use crate::audit::Report;
use crate::domain::resource::ResourceKind;
use crate::domain::text::{SafeText, grouped};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

/// How wide the filter is while it is typed.
const FILTER: usize = 24;
/// How much of a name is left at least.
const LEAST_NAME: usize = 6;

/// Draws the screen's name with counts, filter, order and progress; returns where the cursor is in the filter.
pub(super) fn title(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    let TitleParts { name, filter, sort } = parts(model);
    // Where nothing is shown yet, the body says why.
    let is_shown = sort.is_some() || matches!(model.screen(), Screen::Audit(_));
    let state = state::of(model, look).filter(|_| is_shown);
    let kept = state.as_ref().map_or(0, |state| match state.least() {
        0 => 0,
        least => least + GAP,
    });
    let for_left = room.saturating_sub(kept);
    let filter = filter.filter(|filter| filter.is_editing || filter.is_active());
    let reserved = if filter.is_some() { FILTER } else { 0 };
    let name = name.fitting(look, for_left.saturating_sub(reserved));
    let mut left = vec![look.span(look.theme.title, name)];
    let mut cursor = None;
    if let Some(filter) = filter {
        left.push(Span::raw("  "));
        left.push(look.span(look.theme.focus, "filter: "));
        let column = left.iter().map(|span| width(&span.content)).sum::<usize>();
        let columns = FILTER.min(for_left.saturating_sub(column));
        let seen = field::window(look, &filter.input, columns);
        cursor = filter.is_editing.then(|| place(area, column + seen.cursor));
        left.push(Span::styled(seen.text, filter_style(look, filter)));
        left.extend(filter.offered().map(|text| offer(look, text, columns)));
    }
    let left = Line::from(left);
    let rest = room.saturating_sub(line_width(&left) + GAP);
    let sort = sort.map(|(key, is_reversed)| {
        let sign = if is_reversed { "v" } else { "^" };
        look.span(look.theme.muted, format!("sort: {key} {sign}"))
    });
    let right = match (state, sort) {
        (Some(state), sort) => state.fitting(look, sort.as_ref(), rest),
        (None, Some(sort)) if width(&sort.content) <= rest => Line::from(sort),
        (None, Some(_) | None) => Line::default(),
    };
    spread(look, left, right, area, room, buffer);
    cursor
}

/// What stands at the left of the row. Where it is narrow, whom or what it is about gives way before how much that is.
#[derive(Default)]
struct Name {
    what: String,
    of: String,
    rest: String,
}

impl Name {
    fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..Self::default()
        }
    }

    fn of(what: &str, of: &SafeText, rest: String) -> Self {
        Self {
            what: what.to_owned(),
            of: of.to_string(),
            rest,
        }
    }

    fn fitting(&self, look: &Look, columns: usize) -> String {
        let others = width(&look.print(&self.what)) + width(&look.print(&self.rest));
        let of = look.cut(&self.of, columns.saturating_sub(others).max(LEAST_NAME));
        look.cut(format!("{}{of}{}", self.what, self.rest), columns)
    }
}

/// What the title row tells.
struct TitleParts<'a> {
    /// The name of the screen, with its counts.
    name: Name,
    filter: Option<&'a Filter>,
    /// The order, and whether it is turned round.
    sort: Option<(&'static str, bool)>,
}

impl<'a> TitleParts<'a> {
    fn new(name: Name, filter: &'a Filter, sort: Option<(&'static str, bool)>) -> Self {
        let filter = Some(filter);
        Self { name, filter, sort }
    }

    fn only(name: &str) -> Self {
        Self {
            name: Name::new(name),
            filter: None,
            sort: None,
        }
    }
}

fn parts(model: &Model) -> TitleParts<'_> {
    // While nothing is known, the body says why; counts and order would only pretend to know.
    match model.screen() {
        Screen::Workspaces(state) => {
            let n_all = model.store.shown().count();
            let is_known = n_all > 0 || *model.store.listing() == Listing::Complete;
            let counts = counts(state.list.rows().len(), is_known.then_some(n_all));
            let sort = is_known.then(|| (state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(Name::new(format!("Workspaces{counts}")), &state.filter, sort)
        }
        Screen::Members(state) => {
            let members = model.store.members(&state.workspace);
            let counts = counts(state.list.rows().len(), members.map(Members::len));
            let name = Name::of("Members of ", &state.workspace.shown().cut(40, "…"), counts);
            let sort = members.map(|_| (state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(name, &state.filter, sort)
        }
        Screen::Resources(state) => {
            let sort = Some((state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(resources_title(state), &state.filter, sort)
        }
        Screen::Audit(state) => {
            let is_sorted = state.mode == Mode::List && state.rows.is_some();
            let sort = is_sorted.then(|| (state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(audit_title(model, state), &state.filter, sort)
        }
        Screen::Principal(state) => {
            let sort = Some((state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(principal_title(model, state), &state.filter, sort)
        }
        Screen::Contexts(state) => {
            let is_known = state.known.value().is_some();
            let counts = counts(state.list.rows().len(), is_known.then_some(state.all().len()));
            let sort = is_known.then(|| (state.sort.key.label(), state.sort.is_reversed));
            TitleParts::new(Name::new(format!("Contexts{counts}")), &state.filter, sort)
        }
        Screen::Welcome(_) => TitleParts::only("Welcome"),
        Screen::Help(_) => TitleParts::only("Help"),
    }
}

/// Returns whose access is shown, to how much, how much was taken away, and how much of the platform that covers.
fn principal_title(model: &Model, state: &principal::State) -> Name {
    let rows = state.list.rows();
    let n_shown = rows.iter().filter(|row| matches!(row, principal::Row::Now(_))).count();
    let n_past = rows.len() - n_shown;
    let past = if n_past > 0 {
        format!(", {} revoked", grouped(n_past))
    } else {
        String::new()
    };
    let odd = if model.is_flagged(&state.principal) {
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
        .store
        .report()
        .map(|report| covered(model, report))
        .unwrap_or_default();
    let rest = format!("{odd} ({}{of}{past}) {covered}", grouped(n_shown));
    if state.principal.is_everyone() {
        return Name::new(format!("Public access{rest}"));
    }
    Name::of("Access of ", &state.principal.label().cut(50, "…"), rest)
}

/// Returns how much of the platform a report covers: as long as it grows, nothing is said to be refused.
fn covered(model: &Model, report: &Report) -> String {
    let snapshot = &report.snapshot;
    if model.store.reading().is_some() && !snapshot.is_complete() {
        return "so far".to_owned();
    }
    snapshot.readable()
}

/// Returns what of the audit is shown, how much of it, and how much of the platform that covers.
fn audit_title(model: &Model, state: &audit::State) -> Name {
    let what = match state.mode {
        Mode::List => "Audit",
        Mode::Matrix => "Audit matrix",
        Mode::Findings => "Audit findings",
        Mode::Principals => "Principals",
    };
    let Some(rows) = &state.rows else {
        return Name::new(what);
    };
    let snapshot = &rows.report.snapshot;
    let counts = match state.mode {
        Mode::List | Mode::Matrix => counts(rows.grants.len(), Some(snapshot.n_grants())),
        Mode::Findings => counts(rows.findings.len(), Some(rows.report.findings.len())),
        Mode::Principals => counts(rows.holders.len(), Some(rows.n_holders)),
    };
    Name::new(format!("{what}{counts} {}", covered(model, &rows.report)))
}

/// Returns whose resources are shown, of which kind, how many of them, and how many are marked.
fn resources_title(state: &resources::State) -> Name {
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
    Name::of(&format!("{what} of "), &workspace, format!("{counts}{marked}"))
}

/// Returns the filter that can be taken back, with its key, so that nobody takes it for what is typed.
fn offer(look: &Look, text: &str, columns: usize) -> Span<'static> {
    let key = keymap::key_of(Context::Filter, Action::TakeFilterBack);
    let text = SafeText::with_limit(text, FILTER);
    look.span(look.theme.muted, look.cut(format!(" {key} {text}"), columns))
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
