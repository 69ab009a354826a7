//! The keys of the screen below, and of everything else.

use super::workspaces::nothing_matches;
use crate::app::geometry;
use crate::app::model::Model;
use crate::app::screen::ScreenState as _;
use crate::app::screen::help::{Line as HelpLine, State};
use crate::domain::text::grouped;
use crate::ui::table::in_lower_border;
use crate::ui::text::{Line, width};
use crate::ui::{Look, bordered, indented, put, put_all};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the rows of help that fit.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let inner = indented(bordered(look, None, look.theme.border, area, buffer), 1);
    let page = state.page(model.size);
    if let Some(filter) = state.filter().filter(|_| page.columns.is_empty()) {
        nothing_matches(look, (filter, true), "", inner, buffer);
        return;
    }
    let (height, rows) = (page.height(), usize::from(inner.height));
    let top = state.top().min(height.saturating_sub(rows));
    let mut x = inner.x;
    if look.is_spoken() {
        return put_all(look, said(look, page.columns.iter().flatten()), inner, buffer);
    }
    for column in &page.columns {
        let wide = u16::try_from(page.width).unwrap_or(u16::MAX);
        let place = Rect {
            x,
            width: wide,
            ..inner
        }
        .intersection(inner);
        for (line, row) in column.iter().skip(top).zip(place.rows()) {
            put(look, line_of(look, line, page.keys), row, buffer);
        }
        x = x.saturating_add(wide).saturating_add(geometry::HELP_GAP);
    }
    if height > rows {
        let text = format!(" {}-{} of {} ", top + 1, (top + rows).min(height), grouped(height));
        in_lower_border(look, text, area, buffer);
    }
}

/// Returns the lines as they are read aloud: a sentence is not broken.
fn said<'a>(look: &Look, lines: impl Iterator<Item = &'a HelpLine>) -> Vec<Line> {
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(text) => out.push(text.to_string()),
            HelpLine::Note(text) => out.push(text.clone()),
            HelpLine::Key(keys, first) => out.push(format!("{}: {first}", keys.trim())),
            HelpLine::More(more) => {
                if let Some(last) = out.last_mut() {
                    last.push(' ');
                    last.push_str(more);
                }
            }
        }
    }
    out.iter().map(|text| look.line(look.theme.text, text)).collect()
}

fn line_of(look: &Look, line: &HelpLine, columns: usize) -> Line {
    let text = |text: &str| look.span(look.theme.text, text);
    match line {
        HelpLine::Blank => Line::default(),
        HelpLine::Heading(title) => look.line(look.theme.title, title),
        HelpLine::Note(note) => look.line(look.theme.muted, note),
        HelpLine::Key(keys, first) => {
            let keys = look.print(keys);
            let padding = columns.saturating_sub(width(&keys)) + 1;
            Line::from(vec![
                Span::raw("  "),
                Span::styled(keys, look.theme.key),
                Span::raw(" ".repeat(padding)),
                text(first),
            ])
        }
        HelpLine::More(more) => Line::from(vec![Span::raw(" ".repeat(columns + 3)), text(more)]),
    }
}
