//! `Commands`: the field, and what matches, one row each.

use super::body::{DialogBody, Weight};
use super::described::under;
use crate::app::command::Place;
use crate::app::dialog::palette::{Entry, Form};
use crate::app::dialog::{Field, FieldError};
use crate::app::linear::MOST_SAID;
use crate::app::pointer::Target;
use crate::domain::text::{SafeText, grouped};
use crate::ui::text::{self, Line, width};
use ratatui::text::Span;

/// How wide the names get, unless a longer one is among them.
const WIDEST_NAME: usize = 28;
/// How wide the list is where there is room: what most commands do stands there in full, whatever is typed.
const WIDE: usize = 108;
/// How far what is said of a name stands in below it.
const ABOUT_INDENT: usize = 2;

/// Fills in the field and the list; why the marked command cannot be run stands between them.
pub(super) fn fill(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    body.want(WIDE);
    body.field("Command", form.field(), true, "");
    under(errors, Field::Command, "", body);
    if let Some(text) = form.told() {
        body.under_field(Weight::Must, theme.muted, "", text);
    }
    body.gap();
    let room = name_column(form.entries(), body);
    let most = if body.look.is_spoken() { MOST_SAID } else { usize::MAX };
    for (place, entry) in form.entries().iter().enumerate().take(most) {
        let is_marked = place == form.chosen();
        let lines = rows((place, entry), is_marked, room, body);
        let number = body.n_rows();
        body.lines(Weight::Useful, lines);
        body.clickable_from(number, Target::Command(place));
        if is_marked {
            body.seek();
        }
    }
    let n_more = form.entries().len().saturating_sub(most);
    if n_more > 0 {
        let text = format!("{} more: type more of what you look for", grouped(n_more));
        body.text(Weight::Useful, theme.muted, text);
    }
    if form.entries().is_empty() {
        // Once enter was pressed that stands above.
        let text = if form.is_missed() && errors.is_empty() {
            form.nothing_matches()
        } else {
            let word = Place::Workspace.word();
            format!("no command matches what you typed; {word} NAME opens a workspace")
        };
        body.text(Weight::Useful, theme.muted, text);
    }
}

/// Returns how many columns the names take. Long ones get what room there is, and make the dialog wider.
fn name_column(entries: &[Entry], body: &mut DialogBody<'_>) -> usize {
    let look = body.look;
    let names = entries.iter().map(|entry| width(&look.print(&entry.name)));
    match names.max().unwrap_or_default() {
        widest @ ..=WIDEST_NAME => widest,
        _ => body.name_column(
            entries
                .iter()
                .map(|entry| (entry.name.as_str(), said_of(entry).as_str())),
        ),
    }
}

/// Returns what a command does, or why it cannot be run.
fn said_of(entry: &Entry) -> &SafeText {
    entry.can_run.as_ref().err().unwrap_or(&entry.about)
}

/// Returns the row of a command: its name, what it does or why it cannot be run, and its key at the right. The marked name
/// is never cut, as enter runs it: it has rows of its own where it is longer than `room`.
fn rows((place, entry): (usize, &Entry), is_marked: bool, room: usize, body: &DialogBody<'_>) -> Vec<Line> {
    let (look, theme) = (body.look, &body.look.theme);
    if look.is_spoken() {
        let key = if entry.key.is_empty() {
            String::new()
        } else {
            format!(", {}", entry.key)
        };
        let text = format!("{}: {}{key}. {}", place + 1, entry.name, said_of(entry));
        return vec![look.line(theme.text, text)];
    }
    let mark_of = |mark: &str| look.span(theme.key, format!("{mark} "));
    let (mark, name_style) = match (is_marked, &entry.can_run) {
        (true, _) => (look.marks.cursor, theme.selected),
        (false, Ok(())) => (" ", theme.title),
        (false, Err(_)) => (" ", theme.muted),
    };
    let whole = look.print(&entry.name);
    let mut lines = Vec::new();
    let (mark, name, room) = if is_marked && width(&whole) > room {
        lines = text::hanging(&mark_of(mark), name_style, &whole, body.columns);
        (" ", String::new(), ABOUT_INDENT)
    } else {
        (mark, look.cut(&entry.name, room), room)
    };
    let padding = " ".repeat(room.saturating_sub(width(&name)));
    let key = look.print(&entry.key);
    let gap = usize::from(!key.is_empty());
    let left = body.columns.saturating_sub(2 + room + 2 + gap + width(&key));
    let said = look.cut(said_of(entry), left);
    let blank = " ".repeat(left.saturating_sub(width(&said)) + gap);
    let said_style = if is_marked && entry.can_run.is_ok() {
        theme.text
    } else {
        theme.muted
    };
    lines.push(Line::from(vec![
        mark_of(mark),
        Span::styled(name, name_style),
        Span::raw(format!("{padding}  ")),
        Span::styled(said, said_style),
        Span::raw(blank),
        look.span(if entry.can_run.is_ok() { theme.key } else { theme.muted }, key),
    ]));
    lines
}
