//! Every key of the screen below.

use crate::app::screen::help::{Line as HelpLine, State};
use crate::domain::text::grouped;
use crate::ui::table::in_lower_border;
use crate::ui::text::{Line, width};
use crate::ui::{Look, bordered, indented, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// How wide the column of keys is where there is room, and where there is not.
const KEYS: (usize, usize) = (18, 11);

/// Draws the lines of help that fit.
pub(super) fn draw(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let inner = indented(bordered(look, None, look.theme.border, area, buffer), 1);
    let keys = if inner.width < 70 { KEYS.1 } else { KEYS.0 };
    let lines = state.lines();
    let height = usize::from(inner.height);
    let top = state.top.min(lines.len().saturating_sub(height));
    for (line, row) in lines.iter().skip(top).zip(inner.rows()) {
        put(look, line_of(look, *line, keys), row, buffer);
    }
    if lines.len() > height {
        let last = (top + height).min(lines.len());
        let text = format!(" {}-{} of {} ", top + 1, last, grouped(lines.len()));
        in_lower_border(look, text, area, buffer);
    }
}

fn line_of(look: &Look, line: HelpLine, columns: usize) -> Line {
    match line {
        HelpLine::Blank => Line::default(),
        HelpLine::Heading(title) => look.line(look.theme.title, title),
        HelpLine::Key(binding) => {
            let keys = look.print(binding.keys.join(" "));
            let padding = columns.saturating_sub(width(&keys)) + 1;
            Line::from(vec![
                Span::raw("  "),
                Span::styled(keys, look.theme.key),
                Span::raw(" ".repeat(padding)),
                look.span(look.theme.text, binding.help),
            ])
        }
    }
}
