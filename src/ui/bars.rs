//! The rows above and below the body: header, title, notice and hints.

use super::text::{Line, line_width, width};
use super::{Look, field, indented, place, put, put_all, time};
use crate::app::change::Run;
use crate::app::directory::Listing;
use crate::app::failure::FailureKind;
use crate::app::filter::Filter;
use crate::app::keymap::{self, Action, Binding, DialogKey};
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::audit::Mode;
use crate::app::screen::{Screen, audit, resources};
use crate::domain::member::Roster;
use crate::domain::platform::Allowed;
use crate::domain::resource::ResourceKind;
use crate::domain::text::grouped;
use crate::ui::screen::readable;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::{Clear, Widget as _};

/// Between two things in one row.
const GAP: usize = 2;

/// How wide the filter is while it is typed.
const FILTER: usize = 24;

/// Draws whom the console talks to, as whom, and whether it is read-only or a demo.
pub(super) fn header(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    let (left, right) = fitting_header(model, look, room);
    let taken = line_width(&right);
    spread(look, left, right, area, room.saturating_sub(taken + GAP), buffer);
}

/// Returns the fullest header that fits: the server goes first, then details of who and why, last the context.
fn fitting_header(model: &Model, look: &Look, room: usize) -> (Line, Line) {
    let session = &model.session;
    let product = look.span(look.theme.title, "nmp-console");
    let context = look.span(look.theme.text, format!("  {}", session.context));
    let server = look.span(look.theme.muted, format!(" · {}", session.server));
    let who = look.span(look.theme.text, who(model));
    let is_admin = session
        .info
        .value()
        .is_some_and(|info| info.platform_admin == Allowed::Yes);
    let rank = look.span(look.theme.muted, if is_admin { " (platform admin)" } else { "" });
    let (short_mode, full_mode) = modes(model, look);
    let right = |rank: &[&Span<'static>], mode: &[Span<'static>]| {
        let mut spans = vec![who.clone()];
        spans.extend(rank.iter().map(|span| (*span).clone()));
        spans.extend(mode.iter().cloned());
        Line::from(spans)
    };
    let whole = Line::from(vec![product.clone(), context.clone(), server]);
    let named = Line::from(vec![product.clone(), context]);
    // How much of the left side must be seen for it to be worth its place.
    let least = (line_width(&named) + 16).min(line_width(&whole));
    let variants = [
        (whole, right(&[&rank], &full_mode), least),
        (named.clone(), right(&[&rank], &full_mode), line_width(&named)),
        (named.clone(), right(&[], &full_mode), line_width(&named)),
        (named.clone(), right(&[], &short_mode), line_width(&named)),
        (named, right(&[], &short_mode), 24),
    ];
    let mut fitting = variants
        .into_iter()
        .filter(|(_, right, least)| least + GAP + line_width(right) <= room);
    fitting.next().map_or_else(
        || {
            let left = Line::from(product);
            let mode: usize = short_mode.iter().map(|span| width(&span.content)).sum();
            let taken = line_width(&left) + GAP + mode;
            let who = look.cut(&who.content, room.saturating_sub(taken));
            let mut spans = vec![Span::styled(who, look.theme.text)];
            spans.extend(short_mode.iter().cloned());
            (left, Line::from(spans))
        },
        |(left, right, _)| (left, right),
    )
}

fn who(model: &Model) -> String {
    match &model.session.info {
        Remote::Absent | Remote::Loading { stale: None, .. } => "…".to_owned(),
        Remote::Failed { stale: None, .. } => String::new(),
        Remote::Ready { value, .. }
        | Remote::Loading {
            stale: Some((value, _)),
            ..
        }
        | Remote::Failed {
            stale: Some((value, _)),
            ..
        } => {
            if value.is_auth_enabled {
                value.identity.label().to_string()
            } else {
                "no login needed".to_owned()
            }
        }
    }
}

/// Returns `READ-ONLY` and `DEMO` where they are so: without and with their source.
fn modes(model: &Model, look: &Look) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
    let mut short = Vec::new();
    let mut full = Vec::new();
    let mut push = |text: &str, source: String| {
        for (spans, source) in [(&mut short, ""), (&mut full, source.as_str())] {
            spans.push(Span::raw(" "));
            spans.push(look.span(look.theme.mode, format!(" {text}{source} ")));
        }
    };
    if let Some(source) = &model.session.read_only {
        push("READ-ONLY", format!(" ({source})"));
    }
    if model.session.is_demo {
        push("DEMO", String::new());
    }
    (short, full)
}

/// Puts `left` at the left, cut to `room`, and `right` at the right of `area`.
fn spread(look: &Look, left: Line, right: Line, area: Rect, room: usize, buffer: &mut Buffer) {
    put(look, look.fit(left, room), area, buffer);
    let taken = u16::try_from(line_width(&right)).unwrap_or(u16::MAX).min(area.width);
    let area = Rect {
        x: area.right().saturating_sub(taken),
        width: taken,
        ..area
    };
    put(look, right, area, buffer);
}

/// Draws the screen's name with counts, filter, order and progress; returns where the cursor is in the filter.
pub(super) fn title(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    // While nothing is known, the body says why; counts and order would only pretend to know.
    let (name, filter, sort) = match model.screen() {
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
            audit_title(state),
            Some(&state.filter),
            (state.mode == Mode::List && state.rows.is_some())
                .then(|| (state.sort.key.label(), state.sort.is_reversed)),
        ),
        Screen::Principal(state) => {
            let who = state.principal.label().cut(50, "…");
            let name = if state.principal.is_everyone() {
                format!(
                    "Public access{}",
                    counts(state.list.rows().len(), Some(state.list.rows().len()))
                )
            } else {
                format!(
                    "Access of {who}{}",
                    counts(state.list.rows().len(), Some(state.list.rows().len()))
                )
            };
            (
                name,
                Some(&state.filter),
                Some((state.sort.key.label(), state.sort.is_reversed)),
            )
        }
        Screen::Help(_) => ("Help".to_owned(), None, None),
    };
    let mut left = vec![look.span(look.theme.title, look.cut(name, room.saturating_sub(FILTER)))];
    let mut cursor = None;
    if let Some(filter) = filter.filter(|filter| filter.is_editing || filter.is_active()) {
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
    let state = state_of_reading(model, look).filter(|_| sort.is_some());
    let right = fitting_right(look, sort.as_ref(), state.as_ref(), rest);
    spread(look, left, right, area, room, buffer);
    cursor
}

/// Returns what of the audit is shown, how much of it, and how much of the platform that covers.
fn audit_title(state: &audit::State) -> String {
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
        Mode::Principals => counts(rows.holders.len(), Some(rows.holders.len())),
    };
    format!("{what}{counts} {}", readable(&rows.report))
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
    state.map_or_else(Line::default, |state| look.fit(Line::from(state.clone()), room))
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
        Screen::Help(_) => return None,
    };
    if let Some((as_of, failure)) = stale {
        let as_of = time::clock(as_of);
        return Some(if failure.kind == FailureKind::Unauthorized {
            let key = keymap::key_of(keymap::Context::Screen, Action::Refresh);
            let text = format!("as of {as_of}, session expired: log in, then {key}");
            look.span(look.theme.danger, text)
        } else {
            let text = format!("as of {as_of}, refresh failed: {}", failure.why());
            look.span(look.theme.stale, text)
        });
    }
    if let Screen::Members(state) = model.screen() {
        let is_loading = model.directory.details(&state.workspace).is_loading();
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
    if let Some(failure) = model.audit.failure() {
        let text = format!("as of {as_of}, refresh failed: {}", failure.why());
        return Some(look.span(look.theme.stale, text));
    }
    if !report.snapshot.is_complete() {
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

/// Draws what happened last, or what must not be missed. What needs a second row takes it from the body above.
pub(super) fn notice(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    let lines = notice_lines(model, look, usize::from(indented(area, 1).width));
    let n_more = u16::from(lines.len() > 1);
    let area = Rect {
        y: area.y.saturating_sub(n_more),
        height: area.height + n_more,
        ..area
    };
    if !lines.is_empty() {
        Clear.render(area.intersection(buffer.area), buffer);
        put_all(look, lines, indented(area, 1), buffer);
    }
}

/// Whether the workspace without an Admin is being changed right now: then the notice tells how that goes.
fn is_mending(model: &Model) -> bool {
    let repaired = model.repair.as_ref().map(|repair| repair.change.workspace());
    model.runs().any(|run| !run.is_over() && run.workspace() == repaired)
}

fn notice_lines(model: &Model, look: &Look, columns: usize) -> Vec<Line> {
    let theme = &look.theme;
    let mut lines = if let Some(repair) = model.repair.as_ref().filter(|_| !is_mending(model)) {
        let workspace = repair.change.workspace().shown().cut(40, "…");
        let who = repair.change.principal().map(|who| who.label().cut(60, "…"));
        let key = keymap::key_of(keymap::Context::Screen, Action::Repair);
        let text = format!(
            "no Admin is left in '{workspace}': press {key} to put {} back",
            who.unwrap_or_default()
        );
        look.paragraph(theme.banner, Some((theme.banner, look.marks.warning)), text, columns)
    } else if let Some(notice) = &model.notice {
        let (style, mark) = match notice.tone {
            Tone::Success => (theme.success, look.marks.success),
            Tone::Error => (theme.danger, look.marks.error),
            Tone::Warning => (theme.warning, look.marks.warning),
            Tone::Progress => (theme.key, look.spinner(model.now)),
        };
        look.paragraph(theme.text, Some((style, mark)), notice.text.as_str(), columns)
    } else {
        let mut under_way = model.detached.iter().filter_map(|run| going_on(model, run));
        let mark = Some((theme.key, look.spinner(model.now)));
        under_way
            .next()
            .map(|text| look.paragraph(theme.text, mark, text, columns))
            .unwrap_or_default()
    };
    if lines.len() > 2 {
        lines.truncate(2);
        if let Some(last) = lines.pop() {
            let more = [last.spans, vec![Span::styled(look.marks.cut, theme.text)]].concat();
            let more = Line::from(more);
            lines.push(look.fit(more, columns));
        }
    }
    lines
}

/// Returns what is told of a change whose dialog was left.
fn going_on(model: &Model, run: &Run) -> Option<String> {
    let (change, _) = run.phase()?;
    let elapsed = time::elapsed(run.since(), model.now);
    Some(format!("still under way, {elapsed}: {}", change.sentence()))
}

/// Draws the most useful keys of the present screen.
pub(super) fn hints(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    put(look, fitting_hints(model, look, usize::from(area.width)), area, buffer);
}

/// Returns the most useful keys of this moment in `room` columns: the least useful are left out, but never the
/// way out or to help.
///
/// Where each stands does not depend on what can be used now: moving over rows with different rights moves nothing.
pub(super) fn fitting_hints(model: &Model, look: &Look, room: usize) -> Line {
    let mut hints = keymap::hints(model);
    let taken = |hints: &[(&Binding, bool)]| hints.iter().map(|(binding, _)| hint_width(binding)).sum::<usize>();
    while taken(&hints) > room {
        let Some(least) = hints.iter().rposition(|(binding, _)| !is_kept(binding)) else {
            break;
        };
        hints.remove(least);
    }
    let hints = hints.into_iter();
    hints
        .flat_map(|(binding, is_available)| hint(look, binding, is_available))
        .collect()
}

/// Whether a hint stays however narrow the screen is: the way to all other keys, and the way out.
fn is_kept(binding: &Binding) -> bool {
    use DialogKey as D;
    matches!(
        binding.action,
        Action::Help | Action::Dialog(D::Cancel | D::No | D::StopWaiting)
    )
}

/// Returns one hint with a column on each side, which takes the parentheses of what cannot be used now.
fn hint(look: &Look, binding: &Binding, is_available: bool) -> [Span<'static>; 3] {
    let key = binding.keys.first().copied().unwrap_or_default();
    if is_available {
        [
            Span::raw(" "),
            look.span(look.theme.key, key),
            look.span(look.theme.text, format!(" {} ", binding.label)),
        ]
    } else {
        [
            look.span(look.theme.muted, "("),
            look.span(look.theme.muted, key),
            look.span(look.theme.muted, format!(" {})", binding.label)),
        ]
    }
}

fn hint_width(binding: &Binding) -> usize {
    let key = binding.keys.first().copied().unwrap_or_default();
    width(key) + width(binding.label) + 3
}
