//! What stands in the borders of a table: above, what the row under the cursor says out of sight; below, the legend of the
//! marks and which rows are on show.

use super::Column;
use super::cell::Cell;
use super::layout::{Placed, Width};
use crate::app::geometry;
use crate::app::msg::Size;
use crate::domain::text::grouped;
use crate::ui::marks::Mark;
use crate::ui::text::{Line, line_width, width};
use crate::ui::{Look, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use std::collections::BTreeSet;

/// Says in the lower border what the marks on show mean; returns how much room that leaves.
pub(super) fn legend(look: &Look, marks: BTreeSet<Mark>, area: Rect, buffer: &mut Buffer) -> usize {
    let room = usize::from(area.width.saturating_sub(4));
    let mut spans = vec![Span::raw(" ")];
    let mut words: Vec<&str> = Vec::new();
    for mark in marks {
        // Findings of several severities have one word.
        if words.contains(&mark.word()) {
            continue;
        }
        let between = if words.is_empty() { "" } else { "  " };
        words.push(mark.word());
        spans.push(Span::raw(between));
        spans.push(look.span(mark.style(&look.theme), mark.sign()));
        spans.push(look.span(look.theme.muted, format!(" {}", mark.word())));
    }
    if words.is_empty() || area.height == 0 {
        return room;
    }
    spans.push(Span::raw(" "));
    let line = Line::from(spans);
    let left = room.saturating_sub(line_width(&line));
    let spot = Rect {
        x: area.x + 2,
        y: area.bottom() - 1,
        width: area.width.saturating_sub(4),
        height: 1,
    };
    put(look, line, spot, buffer);
    left
}

/// Says in the lower border which rows are on show, where not all are and there is room left.
pub(super) fn position(
    look: &Look,
    (top, n_visible, n_all): (usize, usize, usize),
    room: usize,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (first, last) = (grouped(top + 1), grouped(top + n_visible));
    let text = format!(" {first}-{last} of {} ", grouped(n_all));
    if n_visible < n_all && width(&text) <= room {
        in_lower_border(look, text, area, buffer);
    }
}

/// Returns how many columns of words the upper border of `area` has room for, with a blank on either side.
pub(in crate::ui) fn upper_border(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(6))
}

/// Prints `text` into the upper border of `area`, cut to its width.
pub(in crate::ui) fn in_upper_border(look: &Look, text: Line, area: Rect, buffer: &mut Buffer) {
    let spot = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(4),
        height: area.height.min(1),
        ..area
    };
    put(look, text, spot, buffer);
}

/// Prints `text` at the right end of the lower border of `area`.
pub(in crate::ui) fn in_lower_border(look: &Look, text: String, area: Rect, buffer: &mut Buffer) {
    let taken = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    if taken + 4 <= area.width && area.height > 0 {
        let spot = Rect {
            x: area.right() - taken - 2,
            y: area.bottom() - 1,
            width: taken,
            height: 1,
        };
        put(look, look.line(look.theme.muted, text), spot, buffer);
    }
}

/// Returns `line` after `first`.
pub(in crate::ui) fn after(first: Span<'static>, line: Line) -> Line {
    let style = line.style;
    let rest = line.spans.into_iter().map(|span| span.patch_style(style));
    std::iter::once(first).chain(rest).collect()
}

/// Returns what the row under the cursor says in columns that are cut or left out, where no pane beside the table does.
pub(super) fn facts<K, R, F: Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    placed: &[(&Placed, &Column<K, F>)],
    row: &R,
) -> Line {
    let told = columns.iter().enumerate().filter_map(|(index, column)| {
        let cell = (column.cell)(look, row);
        let place = placed.iter().find(|(place, _)| place.index == index);
        let is_rest = matches!(column.spec.width, Width::Rest(_));
        let is_told = !is_rest && place.is_none_or(|(place, _)| cell.width() > usize::from(place.width));
        let is_name = matches!(column.spec.width, Width::Name(_));
        let is_told = is_told && !cell.text.is_empty() && !cell.is_long;
        is_told.then(|| {
            let title = column.spec.title.to_lowercase();
            let text = if is_name {
                cell.text
            } else {
                format!("{title} {}", cell.text)
            };
            (column.spec.drops, text)
        })
    });
    // What is worth most stands first: the end may be cut.
    let mut told: Vec<(u8, String)> = told.collect();
    told.sort_by_key(|(drops, _)| *drops);
    let told: Vec<String> = told.into_iter().map(|(_, text)| text).collect();
    if told.is_empty() {
        return Line::default();
    }
    Line::styled(format!(" {} ", told.join(", ")), look.theme.muted)
}

/// Returns whether a pane beside the table tells the row under the cursor.
pub(super) fn has_pane(buffer: &Buffer) -> bool {
    let Rect { width, height, .. } = buffer.area;
    geometry::has_detail(Size { width, height })
}
