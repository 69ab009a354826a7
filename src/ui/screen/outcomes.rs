//! The last outcomes of this session, each with its time.

use crate::app::screen::outcomes::State;
use crate::ui::text::Line;
use crate::ui::{Look, bars, bordered, indented, put_all, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the outcomes that fit, the latest first.
pub(super) fn draw(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let inner = indented(bordered(look, None, look.theme.border, area, buffer), 1);
    let columns = usize::from(inner.width).saturating_sub(14);
    let mut lines: Vec<Line> = Vec::new();
    for (nth, part) in state.parts.iter().skip(state.top).enumerate() {
        let told = &part.told;
        let (style, mark) = bars::mark_of(told.notice.tone, look);
        let text = told.notice.text.as_str();
        let goes_on = part.goes_on && nth > 0;
        let mark = if goes_on { " " } else { mark };
        let mut when = if goes_on { String::new() } else { time::clock(told.at) };
        for line in look.paragraph(look.theme.text, Some((style, mark)), text, columns) {
            let time = look.span(look.theme.muted, format!("{when:12}  "));
            lines.push(Line::from(
                [vec![Span::styled(time.content, time.style)], line.spans].concat(),
            ));
            when.clear();
        }
    }
    put_all(look, lines, inner, buffer);
}
