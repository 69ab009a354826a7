//! What stands in the borders of a table: above, what the row under the cursor says out of sight; below, the legend of the
//! marks and which rows are on show.

use super::Column;
use super::cell::Cell;
use super::layout::{Placed, Width};
use crate::app::geometry;
use crate::app::keymap::{Action, Context};
use crate::app::msg::Size;
use crate::domain::text::grouped;
use crate::ui::marks::Mark;
use crate::ui::text::{Line, line_width, width};
use crate::ui::{Look, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use std::collections::BTreeSet;

/// Says in the lower border what the marks on show mean, closer together where they have no room otherwise; where they have
/// none that way either, those of the `selected` row stand first. Returns how much room that leaves.
pub(super) fn legend(look: &Look, marks: &BTreeSet<Mark>, selected: &[Mark], area: Rect, buffer: &mut Buffer) -> usize {
    let room = usize::from(area.width.saturating_sub(4));
    if marks.is_empty() || area.height == 0 {
        return room;
    }
    let others = marks.iter().filter(|mark| !selected.contains(mark));
    let own_first: Vec<Mark> = selected.iter().chain(others).copied().collect();
    let in_order: Vec<Mark> = marks.iter().copied().collect();
    let variants = [(&in_order, "  "), (&in_order, " "), (&own_first, " ")];
    let mut lines = variants
        .map(|(marks, between)| explained(look, marks, between))
        .into_iter();
    let last = lines.next_back().unwrap_or_default();
    let line = lines.find(|line| line_width(line) <= room).unwrap_or(last);
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

/// Returns marks with what they mean, findings of several severities in one word.
fn explained(look: &Look, marks: &[Mark], between: &str) -> Line {
    let mut spans = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for mark in marks {
        if words.contains(&mark.word()) {
            continue;
        }
        spans.push(Span::raw(if words.is_empty() { " " } else { between }.to_owned()));
        words.push(mark.word());
        spans.push(look.span(mark.style(&look.theme), mark.sign()));
        spans.push(look.span(look.theme.muted, format!(" {}", mark.word())));
    }
    // Close together, they reach to the border.
    if between.len() > 1 {
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
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

/// Prints what is `told` of the selected row into the upper border of `area`; where that has no room for all of it, the
/// key that tells it in full stands behind it.
pub(in crate::ui) fn told_in_border(look: &Look, told: Line, area: Rect, buffer: &mut Buffer) {
    if look.is_spoken() {
        return in_upper_border(look, told, area, buffer);
    }
    if line_width(&told) <= usize::from(area.width.saturating_sub(4)) {
        return in_upper_border(look, told, area, buffer);
    }
    let taken = at_the_right(look, key_to_details(look), area.y, area, buffer);
    let left = Rect {
        width: area.width.saturating_sub(taken + 1),
        ..area
    };
    in_upper_border(look, told, left, buffer);
}

/// Says in the lower border of `area`, where the text in it is cut, which key tells the selected row in full.
pub(in crate::ui) fn cut_here(look: &Look, area: Rect, buffer: &mut Buffer) {
    if look.is_spoken() {
        return;
    }
    at_the_right(
        look,
        key_to_details(look),
        area.bottom().saturating_sub(1),
        area,
        buffer,
    );
}

/// Prints `text` at the right end of the lower border of `area`.
pub(in crate::ui) fn in_lower_border(look: &Look, text: String, area: Rect, buffer: &mut Buffer) {
    let text = look.line(look.theme.muted, text);
    at_the_right(look, text, area.bottom().saturating_sub(1), area, buffer);
}

fn key_to_details(look: &Look) -> Line {
    let key = look.key_of(Context::List, Action::Details);
    Line::from(vec![
        Span::raw(" "),
        look.span(look.theme.key, key),
        look.span(look.theme.muted, " details "),
    ])
}

/// Prints `line` at the right end of the border of `area` in the row `y`, if it has room there; returns how many columns
/// it takes.
fn at_the_right(look: &Look, line: Line, y: u16, area: Rect, buffer: &mut Buffer) -> u16 {
    let taken = u16::try_from(line_width(&line)).unwrap_or(u16::MAX);
    if taken.saturating_add(4) > area.width || area.height == 0 {
        return 0;
    }
    let x = area.right() - taken - 2;
    let (width, height) = (taken, 1);
    put(look, line, Rect { x, y, width, height }, buffer);
    taken
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
        // What has a shorter word for its column says enough there.
        let is_brief = cell.brief.is_some() && place.is_some();
        let is_told = !is_rest && !is_brief && place.is_none_or(|(place, _)| cell.width() > usize::from(place.width));
        let is_name = matches!(column.spec.width, Width::Name(_));
        let is_told = is_told && !cell.text.is_empty() && !cell.is_long;
        is_told.then(|| {
            let title = column.spec.title.to_lowercase();
            // A part of something stands a little to the right in its column.
            let said = cell.text.trim_start();
            let text = if is_name {
                said.to_owned()
            } else {
                format!("{title} {said}")
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
pub(in crate::ui) fn has_pane(buffer: &Buffer) -> bool {
    let Rect { width, height, .. } = buffer.area;
    geometry::has_detail(Size { width, height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ColorDepth;
    use rstest::rstest;

    /// What the lower border says of these marks, the row of the last one being selected.
    fn seen(marks: &[Mark], width: u16) -> String {
        let look = Look::new(ColorDepth::None, false);
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        let selected: Vec<Mark> = marks.last().copied().into_iter().collect();
        legend(&look, &marks.iter().copied().collect(), &selected, area, &mut buffer);
        let cells = buffer.content.iter().map(ratatui::buffer::Cell::symbol);
        cells.collect::<String>().trim().to_owned()
    }

    #[rstest]
    #[case(60, "~ look-alike  @ you  & your group")]
    #[case(36, "~ look-alike @ you & your group")]
    #[case(34, "& your group ~ look-alike @ …")]
    fn the_selected_row_is_explained_in_any_case(#[case] width: u16, #[case] expected: &str) {
        assert_eq!(seen(&[Mark::LookAlike, Mark::You, Mark::YourGroup], width), expected);
    }
}
