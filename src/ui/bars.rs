//! The rows at the edge of the screen: header, notice and hints.

use super::areas::{Areas, Spot};
use super::text::{Line, line_width, width};
use super::{Look, indented, put, put_all, time};
use crate::app::change::Run;
use crate::app::dialog::Form;
use crate::app::filter::Filter;
use crate::app::keymap::{self, Action, Binding, ConnectionKey, DialogKey, Opens, Shows};
use crate::app::model::Model;
use crate::app::notice::{Notice, Tone};
use crate::app::pointer::Target;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::context::Destination;
use crate::domain::text::SafeText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::{Clear, Widget as _};

/// How many rows the notice gets, where there are not more things to be told.
const NOTICE_ROWS: usize = 2;
/// How much of an address, or of the name of a context, is seen at least.
const LEAST_ADDRESS: usize = 24;
/// Between two things in one row.
pub(super) const GAP: usize = 2;

/// Draws whom the console talks to, as whom, and whether it is read-only or a demo.
pub(super) fn header(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    let (left, right) = fitting_header(model, look, room);
    let taken = line_width(&right);
    spread(look, left, right, area, room.saturating_sub(taken + GAP), buffer);
}

/// Returns the fullest header that fits: the name of the program goes first, then details of who and why, then the
/// server, last the context; but the context first where an address was given.
fn fitting_header(model: &Model, look: &Look, room: usize) -> (Line, Line) {
    let session = &model.session;
    let product = look.span(look.theme.title, "nmp-console");
    let (badge, dot) = (badge(model, look), look.said(" · ", ", "));
    let led = |spans: Vec<Span<'static>>| {
        let before = badge.iter().flat_map(|badge| [badge.clone(), Span::raw(" ")]);
        before.chain(spans).collect::<Line>()
    };
    let context = look.span(look.theme.text, between(session.context.as_str(), "  "));
    let server = look.span(look.theme.muted, between(session.server.as_str(), dot));
    let who = look.span(look.theme.text, who(model));
    let is_admin = model.is_platform_admin();
    let rank = look.span(look.theme.muted, if is_admin { " (platform admin)" } else { "" });
    let (short_mode, full_mode) = modes(model, look);
    let whole = led(vec![product.clone(), context.clone(), server]);
    // An address that was given for now may be another than that of the context, whose name would say nothing then.
    let is_given = matches!(session.destination, Some(Destination::Address(_)));
    let address = |columns| look.span(look.theme.text, look.cut(session.server.as_str(), columns));
    let of_badge = badge.as_ref().map_or(0, |badge| width(&badge.content) + 1);
    // How much of the left side must be seen for it to be worth its place, and what is left in the end.
    let (named, least, least_named, last) = if is_given {
        let (named, last) = (led(vec![address(room)]), led(vec![address(LEAST_ADDRESS)]));
        (named, line_width(&whole), of_badge + LEAST_ADDRESS, last)
    } else {
        let named = led(vec![product.clone(), context]);
        let least = (line_width(&named) + 16).min(line_width(&whole));
        let last = Line::from(badge.clone().unwrap_or(product));
        (named, least, LEAST_ADDRESS, last)
    };
    // Which server it is counts for more than what this program is called.
    let place = led(vec![
        look.span(look.theme.text, session.context.as_str()),
        look.span(look.theme.muted, between(session.server.as_str(), dot)),
    ]);
    let (of_whole, of_named, of_place) = (line_width(&whole), line_width(&named), line_width(&place));
    let variants = [
        (&whole, true, &full_mode, of_whole),
        (&whole, false, &full_mode, of_whole),
        (&place, true, &full_mode, of_place),
        (&place, false, &full_mode, of_place),
        (&whole, true, &full_mode, least),
        (&named, true, &full_mode, of_named),
        (&named, false, &full_mode, of_named),
        (&named, false, &short_mode, of_named),
        (&named, false, &short_mode, least_named),
    ];
    let of_who = |has_rank: bool| width(&who.content) + if has_rank { width(&rank.content) } else { 0 };
    let of_mode = |mode: &[Span<'_>]| mode.iter().map(|span| width(&span.content)).sum::<usize>();
    let fits = |(_, has_rank, mode, least): &(_, bool, &Vec<_>, usize)| {
        least + GAP + of_who(*has_rank) + of_mode(mode) <= room
    };
    if let Some((left, has_rank, mode, _)) = variants.into_iter().find(fits) {
        let spans = [vec![who], vec![rank; usize::from(has_rank)], mode.clone()];
        return (left.clone(), Line::from(spans.concat()));
    }
    let taken = line_width(&last) + GAP + of_mode(&short_mode);
    let who = look.cut(&who.content, room.saturating_sub(taken));
    let who = vec![Span::styled(who, look.theme.text)];
    (last, Line::from([who, short_mode].concat()))
}

/// Returns `what` behind `before`; nothing where there is nothing.
fn between(what: &str, before: &str) -> String {
    if what.is_empty() {
        String::new()
    } else {
        format!("{before}{what}")
    }
}

/// Returns the word that the context is known by, in its colour.
pub(super) fn badge(model: &Model, look: &Look) -> Option<Span<'static>> {
    let session = &model.session;
    let word = session.precautions.known_by(&session.context)?;
    Some(look.span(look.theme.accent(session.precautions.accent), format!(" {word} ")))
}

/// Returns the same for what stands in front: logging in and out somewhere else is none of its business.
pub(super) fn badge_in_front(model: &Model, look: &Look) -> Option<Span<'static>> {
    let session = &model.session;
    let top = model.dialogs.last().map(|dialog| &dialog.form);
    let is_elsewhere = matches!(top, Some(Form::LogIn(form)) if session.destination.as_ref() != Some(&form.at))
        || matches!(top, Some(Form::LogOut(form)) if session.context_in_use() != Some(&form.context))
        || matches!(top, Some(Form::Connect(_)));
    badge(model, look).filter(|_| !is_elsewhere)
}

fn who(model: &Model) -> String {
    match &model.session.info {
        Remote::Absent if model.session.destination.is_none() => "not connected".to_owned(),
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

/// Returns `READ-ONLY`, or for how long that is lifted, `NO JOURNAL`, `WATCHING` and `DEMO` where they are so: without and
/// with their source.
fn modes(model: &Model, look: &Look) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
    let mut short = Vec::new();
    let mut full = Vec::new();
    let mut push = |text: &str, source: String| {
        for (spans, source) in [(&mut short, ""), (&mut full, source.as_str())] {
            spans.push(Span::raw(" "));
            spans.push(look.span(look.theme.mode, format!(" {text}{source} ")));
        }
    };
    if let Some(until) = model.session.lifted_until() {
        let left = time::countdown(until, model.now, look.marks.are_still());
        push(&format!("CHANGES {left}"), String::new());
    } else if let Some(source) = &model.session.read_only {
        push("READ-ONLY", format!(" ({source})"));
    }
    if !model.session.is_journalled {
        push("NO JOURNAL", String::new());
    }
    if model.looks.is_on {
        push("WATCHING", format!(" every {} s", model.looks.every.as_secs()));
    }
    if model.session.is_demo {
        push("DEMO", String::new());
    }
    (short, full)
}

/// Puts `left` at the left, cut to `room`, and `right` at the right of `area`.
pub(super) fn spread(look: &Look, left: Line, right: Line, area: Rect, room: usize, buffer: &mut Buffer) {
    put(look, look.fit(left, room), area, buffer);
    let taken = u16::try_from(line_width(&right)).unwrap_or(u16::MAX).min(area.width);
    let area = Rect {
        x: area.right().saturating_sub(taken),
        width: taken,
        ..area
    };
    put(look, right, area, buffer);
}

/// Draws what happened last, or what must not be missed. What needs a second row takes it from the body above. Returns the
/// rows that it takes.
pub(super) fn notice(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Rect {
    let told = notice_lines(model, look, usize::from(indented(area, 1).width));
    let lines: Vec<Line> = told.into_iter().flatten().collect();
    let n_more = u16::try_from(lines.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let area = Rect {
        y: area.y.saturating_sub(n_more),
        height: area.height.saturating_add(n_more),
        ..area
    };
    if !lines.is_empty() {
        Clear.render(area.intersection(buffer.area), buffer);
        put_all(look, lines, indented(area, 1), buffer);
    }
    area
}

/// Whether the workspace without an Admin is being changed right now: then the notice tells how that goes.
fn is_mending(model: &Model) -> bool {
    let repaired = model.repair.as_ref().map(|repair| repair.change.workspace());
    repaired.is_some_and(|workspace| model.runs().any(|run| run.concerns(workspace)))
}

/// Returns the rows of everything that is to be told: what must not be missed first, then what happened last. Each has
/// a row at least, whatever else there is to say.
fn notice_lines(model: &Model, look: &Look, columns: usize) -> Vec<Vec<Line>> {
    let mut told = vec![
        unknown_caller(model, look, columns),
        without_admin(model, look, columns),
        what_happened(model, look, columns),
    ];
    told.retain(|lines| !lines.is_empty());
    let mut left = told.len().max(NOTICE_ROWS);
    let mut end = whole_elsewhere(model, look);
    let mut out: Vec<Vec<Line>> = Vec::new();
    // What happened last is cut last.
    while let Some(lines) = told.pop() {
        let most = left.saturating_sub(told.len()).max(1);
        let lines = shortened(look, lines, most, (columns, end.take().as_deref().unwrap_or_default()));
        left = left.saturating_sub(lines.len());
        out.push(lines);
    }
    out.reverse();
    out
}

/// Returns whom the console talks to, as whom, and how, as one text.
pub(super) fn header_said(model: &Model, look: &Look) -> String {
    let (left, right) = fitting_header(model, look, usize::MAX);
    format!("{left}  {right}")
}

/// Returns everything that is to be told, each in one text, what happened last at the end.
pub(super) fn notices_said(model: &Model, look: &Look) -> Vec<String> {
    let told = [
        unknown_caller(model, look, usize::MAX),
        without_admin(model, look, usize::MAX),
        what_happened(model, look, usize::MAX),
    ];
    told.into_iter().flatten().map(|line| line.to_string()).collect()
}

/// Returns how many rows at the bottom say what happened last.
pub(super) fn n_noticed(model: &Model, look: &Look, columns: usize) -> usize {
    if model.notice.is_none() {
        return 0;
    }
    notice_lines(model, look, columns).last().map_or(0, Vec::len)
}

/// Returns at most `most` of `lines`, the cut marked, with `end` behind it.
fn shortened(look: &Look, mut lines: Vec<Line>, most: usize, (columns, end): (usize, &str)) -> Vec<Line> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.pop() {
            let more = [last.spans, vec![Span::styled(look.marks.cut, look.theme.text)]].concat();
            let mut last = look.fit(Line::from(more), columns.saturating_sub(width(end)));
            if !end.is_empty() {
                last.spans.push(look.span(look.theme.text, end));
            }
            lines.push(last);
        }
    }
    lines
}

/// Returns what is said behind a notice that is cut: the key that shows all of it, where it does so here.
fn whole_elsewhere(model: &Model, look: &Look) -> Option<String> {
    // What is said of a filter stands in the place of a notice; of several, the key stands at the beginning.
    let notice = model.standing_notice().filter(|_| about_filter(model, look).is_none());
    notice.filter(|notice| notice.others.is_empty())?;
    let (context, action) = (keymap::Context::Screen, Action::Show(Shows::Outcomes));
    let binding = model.keymap.binding(context, action)?;
    let counts = model.key_contexts().contains(&context) && model.can_use(binding).is_ok();
    counts.then(|| format!(" ({} shows all)", model.key_of(context, action)))
}

/// Returns the banner that a workspace was left without an Admin, and the key that mends it.
fn without_admin(model: &Model, look: &Look, columns: usize) -> Vec<Line> {
    let Some(repair) = model.repair.as_ref().filter(|_| !is_mending(model)) else {
        return Vec::new();
    };
    let theme = &look.theme;
    let workspace = look.brief(&repair.change.workspace().shown(), 40);
    let who = repair.change.principal().map(|who| look.brief(&who.label(), 60));
    let key = model.key_of(keymap::Context::Screen, Action::Repair);
    let who = who.unwrap_or_default();
    let text = if repair.is_out_of_reach {
        format!("no Admin is left in '{workspace}': only a platform admin can put {who} back; {key} shows the command")
    } else {
        format!("no Admin is left in '{workspace}': press {key} to put {who} back")
    };
    look.paragraph(theme.banner, Some((theme.banner, look.marks.warning)), text, columns)
}

/// Returns what is wrong with the filter, else what happened last, else what is under way.
fn what_happened(model: &Model, look: &Look, columns: usize) -> Vec<Line> {
    let theme = &look.theme;
    if let Some((style, text)) = about_filter(model, look) {
        return look.paragraph(style, Some((style, look.marks.dot)), text, columns);
    }
    if let Some(notice) = &model.notice {
        let (style, mark) = match notice.tone {
            Tone::Progress => (theme.key, look.spinner(model.now)),
            tone @ (Tone::Success | Tone::Error | Tone::Warning) => mark_of(tone, look),
        };
        return look.paragraph(theme.text, Some((style, mark)), words_of(notice, model, look), columns);
    }
    let mark = Some((theme.key, look.spinner(model.now)));
    if let Some(opening) = &model.opening {
        let elapsed = time::elapsed(opening.since, model.now);
        let text = format!("connecting to {}… {elapsed}", opening.name);
        return look.paragraph(theme.text, mark, text, columns);
    }
    let mut under_way = model.detached.iter().filter_map(|run| going_on(model, run));
    if let Some(text) = under_way.next() {
        return look.paragraph(theme.text, mark, text, columns);
    }
    // The step of the tour stands where nothing else is said, if the screen has no rows for it.
    let mark = Some((theme.key, look.marks.dot));
    model
        .tour_in_words()
        .map(|text| look.paragraph(theme.text, mark, text, columns))
        .unwrap_or_default()
}

/// Returns what a notice says. On a screen, where all would be cut, it begins with how many there are and the key that
/// shows them.
fn words_of(notice: &Notice, model: &Model, look: &Look) -> String {
    let texts = std::iter::once(&notice.text).chain(&notice.others);
    match (notice.others.len(), look.is_spoken()) {
        (0, _) | (_, true) => texts.map(SafeText::as_str).collect::<Vec<_>>().join("; "),
        (n_more, false) => {
            let key = model.key_of(keymap::Context::Screen, Action::Show(Shows::Outcomes));
            format!("({n_more} more: {key} shows all) {}", notice.text)
        }
    }
}

/// Returns the banner that the server does not know who the caller is, and the key that mends it.
fn unknown_caller(model: &Model, look: &Look, columns: usize) -> Vec<Line> {
    let Some(what) = model.unknown_caller() else {
        return Vec::new();
    };
    let log_in = model.key_of(keymap::Context::Always, Action::Open(Opens::LogInHere));
    let contexts = model.key_of(keymap::Context::Screen, Action::Go(ConnectionKey::Contexts));
    let text = match &model.session.token_from {
        Some(variable) => {
            format!(
                "{what}: the server rejects the token in {variable}; {log_in} tells more, {contexts} shows other contexts"
            )
        }
        None => format!("{what}: {log_in} logs in, {contexts} shows other contexts"),
    };
    let theme = &look.theme;
    look.paragraph(theme.banner, Some((theme.banner, look.marks.warning)), text, columns)
}

/// Returns the sign of an outcome, and its colour.
pub(super) fn mark_of(tone: Tone, look: &Look) -> (Style, &'static str) {
    match tone {
        Tone::Success => (look.theme.success, look.marks.success),
        Tone::Error => (look.theme.danger, look.marks.error),
        // Why something is not done is heard from the words themselves.
        Tone::Warning => (look.theme.warning, look.said(look.marks.warning, "")),
        Tone::Progress => (look.theme.key, look.marks.dot),
    }
}

/// Returns what is wrong with the filter of the audit, or, while nothing is typed yet, what can be.
fn about_filter(model: &Model, look: &Look) -> Option<(Style, String)> {
    let Screen::Audit(state) = model.screen() else {
        return None;
    };
    // Once anything is on show, that stands in the place of the rows.
    if let Some(problem) = state.problem.as_ref().filter(|_| state.rows.is_none()) {
        return Some((look.theme.warning, problem.to_string()));
    }
    let is_waiting = state.filter.is_editing && !state.filter.is_active();
    is_waiting.then(|| {
        let text = "a name, or role:Admin ws:ml-* who:alice* rule:stale-grant since:2026-01-01";
        (look.theme.muted, text.to_owned())
    })
}

/// Returns what is told of a change whose dialog was left.
fn going_on(model: &Model, run: &Run) -> Option<String> {
    let (change, _) = run.phase()?;
    let elapsed = time::elapsed(run.since(), model.now);
    Some(format!("still running, {elapsed}: {}", change.sentence()))
}

/// Draws the most useful keys of the present screen; returns where each can be clicked.
pub(super) fn hints(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Areas {
    let (hints, spots) = fitting_hints(model, look, usize::from(area.width));
    put(look, hints, area, buffer);
    let mut areas = Areas::default();
    areas.add_in(area, &spots);
    areas
}

/// Returns the most useful keys of this moment in `room` columns: the least useful are left out, but never the
/// way out, or to help; that alone gives way to the key that adds another Admin, without which nothing goes on.
///
/// Where each stands does not depend on what can be used now: moving over rows with different rights moves nothing. With
/// them come the columns where each can be clicked.
pub(super) fn fitting_hints(model: &Model, look: &Look, room: usize) -> (Line, Vec<Spot>) {
    let hints = model.hints().into_iter();
    let mut hints: Vec<Hint> = hints
        .map(|(binding, is_available)| Hint::of(model, binding, is_available))
        .collect();
    let mut taken: usize = hints.iter().map(|hint| hint.width).sum();
    let is_help = |binding: &Binding| binding.action == Action::Show(Shows::Help);
    // Where the console begins, the way to all commands stays as well.
    let is_home = matches!(model.screen(), Screen::Workspaces(_));
    let is_commands = |binding: &Binding| is_home && binding.action == Action::Palette;
    // While the terminal's own selection is away, so does the key that brings it back.
    let has_mouse = model.has_mouse();
    let is_mouse = |binding: &Binding| binding.action == Action::Mouse;
    // It takes no room from what most rows are found by.
    let is_filter = |binding: &Binding| has_mouse && binding.action == Action::EditFilter;
    let is_rescue = |binding: &Binding| binding.action == Action::Dialog(DialogKey::AddAdmin);
    let has_no_rows = is_empty(model);
    let has_rescue = hints.iter().any(|hint| is_rescue(hint.binding));
    while taken > room {
        let last = |may_go: &dyn Fn(&Binding) -> bool| hints.iter().rposition(|hint| may_go(hint.binding));
        let is_kept = |binding: &Binding| {
            is_help(binding) || is_way_out(binding) || is_commands(binding) || is_mouse(binding) || is_filter(binding)
        };
        let is_spare = |binding: &Binding| !is_kept(binding) && !is_rescue(binding);
        // Where nothing is selected that could make it usable, what cannot be used makes room before anything that can.
        let idle = hints
            .iter()
            .rposition(|hint| !hint.is_available && is_spare(hint.binding));
        let least = idle
            .filter(|_| has_no_rows)
            .or_else(|| last(&|binding| is_spare(binding) && binding.hint > 1))
            .or_else(|| last(&|binding| has_rescue && is_help(binding)))
            .or_else(|| last(&is_spare))
            .or_else(|| last(&is_rescue));
        let Some(least) = least else { break };
        taken -= hints.remove(least).width;
    }
    let (mut line, mut spots, mut column) = (Line::default(), Vec::new(), 0);
    for hint in hints {
        let end = column + hint.width;
        let chord = hint.binding.keys.first().and_then(|key| key.parse().ok());
        spots.extend(chord.map(|chord| (column, end, Target::Key(chord, hint.binding.action))));
        column = end;
        line.spans.extend(hint.drawn(look));
    }
    (line, spots)
}

/// Whether the list in front is empty, and stays so: nothing of it is read any more, and no filter hides anything.
fn is_empty(model: &Model) -> bool {
    let has_filter = model.screen().filter().is_some_and(Filter::is_active);
    let has_rows = model.screen().list().is_none_or(|list| list.n_rows() > 0);
    model.dialogs.is_empty() && model.n_awaited() == 0 && !has_filter && !has_rows
}

/// Whether a hint is the way out, which stays however narrow the screen is.
fn is_way_out(binding: &Binding) -> bool {
    use DialogKey as D;
    matches!(binding.action, Action::Dialog(D::Cancel | D::No | D::StopWaiting))
}

/// A key that is hinted at, and what it does.
struct Hint {
    binding: &'static Binding,
    keys: String,
    label: &'static str,
    is_available: bool,
    width: usize,
}

impl Hint {
    fn of(model: &Model, binding: &'static Binding, is_available: bool) -> Self {
        let (keys, label) = (model.keys_of_hint(binding), model.label_of(binding));
        Self {
            binding,
            width: width(&keys) + width(label) + 3,
            keys,
            label,
            is_available,
        }
    }

    /// Returns it with a column on each side, which takes the parentheses of what cannot be used now.
    fn drawn(&self, look: &Look) -> [Span<'static>; 3] {
        let Self { keys, label, .. } = self;
        if self.is_available {
            [
                Span::raw(" "),
                look.span(look.theme.key, keys),
                look.span(look.theme.text, format!(" {label} ")),
            ]
        } else {
            [
                look.span(look.theme.muted, "("),
                look.span(look.theme.muted, keys),
                look.span(look.theme.muted, format!(" {label})")),
            ]
        }
    }
}
