//! `Commands`: the field, and what matches, one row each.

use super::body::{DialogBody, Weight};
use super::described::under;
use crate::app::dialog::palette::{Entry, Form};
use crate::app::dialog::{Field, FieldError};
use crate::ui::text::{Line, width};
use ratatui::text::Span;

/// How wide the names get at most.
const WIDEST_NAME: usize = 28;

/// Fills in the field and the list; why the marked command cannot be run stands between them.
pub(super) fn fill(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    body.field("Command", form.field(), true, "");
    under(errors, Field::Command, "", body);
    if let Some(text) = form.told() {
        body.under_field(Weight::Must, theme.muted, "", text);
    }
    body.gap();
    let look = body.look;
    let names = form.entries().iter().map(|entry| width(&look.print(&entry.name)));
    let room = names.max().unwrap_or_default().min(WIDEST_NAME);
    for (place, entry) in form.entries().iter().enumerate() {
        let is_marked = place == form.chosen();
        let line = row(entry, is_marked, room, body);
        body.line(Weight::Useful, line);
        if is_marked {
            body.seek();
        }
    }
    if form.entries().is_empty() {
        body.text(Weight::Useful, theme.muted, "no command matches what you typed");
    }
}

/// Returns the row of a command: its name, what it does or why it cannot be run, and its key at the right.
fn row(entry: &Entry, is_marked: bool, room: usize, body: &DialogBody<'_>) -> Line {
    let (look, theme) = (body.look, &body.look.theme);
    let (style, said) = match &entry.can_run {
        Ok(()) => (theme.text, &entry.about),
        Err(why) => (theme.muted, why),
    };
    let (mark, name_style) = match (is_marked, &entry.can_run) {
        (true, _) => (look.marks.cursor, theme.selected),
        (false, Ok(())) => (" ", theme.title),
        (false, Err(_)) => (" ", theme.muted),
    };
    let name = look.cut(&entry.name, room);
    let padding = " ".repeat(room.saturating_sub(width(&name)));
    let key = look.print(&entry.key);
    let left = body.columns.saturating_sub(2 + room + 2 + width(&key) + 1);
    let said = look.cut(said, left);
    let blank = " ".repeat(left.saturating_sub(width(&said)) + 1);
    let said_style = if is_marked && entry.can_run.is_ok() {
        style
    } else {
        theme.muted
    };
    Line::from(vec![
        look.span(theme.key, format!("{mark} ")),
        Span::styled(name, name_style),
        Span::raw(format!("{padding}  ")),
        Span::styled(said, said_style),
        Span::raw(blank),
        look.span(if entry.can_run.is_ok() { theme.key } else { theme.muted }, key),
    ])
}
