//! Every key of the screen below.

use crate::app::keymap::Binding;
use crate::app::screen::help::{Line as HelpLine, State};
use crate::domain::text::grouped;
use crate::ui::table::in_lower_border;
use crate::ui::text::Line;
use crate::ui::{Look, bordered, indented, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// How wide the column of keys is.
const KEYS: usize = 20;

/// Draws the lines of help that fit.
pub(super) fn draw(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let inner = indented(bordered(look, None, look.theme.border, area, buffer), 1);
    let lines = state.lines();
    let height = usize::from(inner.height);
    let top = state.top.min(lines.len().saturating_sub(height));
    for (line, row) in lines.iter().skip(top).zip(inner.rows()) {
        put(look, line_of(look, *line), row, buffer);
    }
    if lines.len() > height {
        let last = (top + height).min(lines.len());
        let text = format!(" {}-{} of {} ", top + 1, last, grouped(lines.len()));
        in_lower_border(look, text, area, buffer);
    }
}

fn line_of(look: &Look, line: HelpLine) -> Line {
    match line {
        HelpLine::Blank => Line::default(),
        HelpLine::Heading(title) => look.line(look.theme.title, title),
        HelpLine::Key(binding) => Line::from(vec![
            Span::raw("  "),
            look.span(look.theme.key, keys(look, binding)),
            look.span(look.theme.text, binding.help),
        ]),
    }
}

fn keys(look: &Look, binding: &Binding) -> String {
    let keys = look.cut(binding.keys.join(" "), KEYS);
    let padding = KEYS.saturating_sub(crate::ui::text::width(&keys)) + 1;
    format!("{keys}{}", " ".repeat(padding))
}
