//! One table: columns that drop by priority where it is narrow, rows, a cursor.
//!
//! Columns have widths of their own rather than those of their cells, so that scrolling moves nothing sideways.

use super::text::{Line, width};
use super::{Look, bordered, put};
use crate::app::geometry;
use crate::app::list::{List, Sort};
use crate::domain::text::grouped;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::hash::Hash;

/// Columns between two columns of the table; signs hang into it.
const GAP: u16 = 2;
/// Columns for the cursor, before the first.
const CURSOR: u16 = 2;

/// What is fixed about a column.
#[derive(Clone, Copy, Debug)]
struct Spec {
    title: &'static str,
    /// 0 is never dropped; else the highest goes first.
    drops: u8,
    width: Width,
    align: Align,
}

/// A column of a screen: what is fixed about it, by what order it is sorted, and what makes its cells.
#[derive(Clone, Copy)]
pub(super) struct Column<K, F> {
    spec: Spec,
    /// The order that sorts by it.
    sort: Option<K>,
    /// Makes the cell of a row.
    cell: F,
}

impl<K: Copy, F: Copy> Column<K, F> {
    /// Returns a column of text.
    pub(super) const fn text(title: &'static str, drops: u8, width: Width, cell: F) -> Self {
        Self::new(title, drops, width, Align::Left, cell)
    }

    /// Returns a column of numbers.
    pub(super) const fn number(title: &'static str, drops: u8, width: u16, cell: F) -> Self {
        Self::new(title, drops, Width::Exactly(width), Align::Right, cell)
    }

    const fn new(title: &'static str, drops: u8, width: Width, align: Align, cell: F) -> Self {
        let spec = Spec {
            title,
            drops,
            width,
            align,
        };
        Self { spec, sort: None, cell }
    }

    /// Returns the column with the order that sorts by it.
    pub(super) const fn by(self, sort: K) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }
}

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Width {
    /// Always this.
    Exactly(u16),
    /// At least and at most this, the rest shared out by weight.
    Between(u16, u16, u16),
}

/// On which side the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    /// To the left, as text is.
    Left,
    /// To the right, as numbers are.
    Right,
}

/// One cell.
#[derive(Clone)]
pub(super) struct Cell {
    text: String,
    style: Style,
    notes: Vec<Span<'static>>,
    /// Whether it takes the rest of the row.
    is_long: bool,
}

impl Cell {
    /// Returns a cell of printable text.
    pub(super) fn new(style: Style, text: String) -> Self {
        Self {
            text,
            style,
            notes: Vec::new(),
            is_long: false,
        }
    }

    /// Returns a cell that says nothing.
    pub(super) fn empty() -> Self {
        Self::new(Style::default(), String::new())
    }

    /// Puts a sign before the text.
    pub(super) fn before(mut self, sign: &str) -> Self {
        self.text.insert_str(0, sign);
        self
    }

    /// Makes the cell take the rest of its row; the cells behind it are not shown.
    pub(super) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// Adds a note behind the text, which is cut to leave room for it. Behind a number it hangs into the gap.
    pub(super) fn note(mut self, note: Span<'static>) -> Self {
        self.notes.push(note);
        self
    }
}

/// A column with its place on the screen.
#[derive(Debug, PartialEq, Eq)]
struct Placed {
    index: usize,
    x: u16,
    width: u16,
}

/// Draws what `area` shows of `list`, with a border; `row` returns what the cells of a row are made from.
pub(super) fn draw<Id: Clone + Eq + Hash, K: Copy + PartialEq, R, F: Copy + Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    order: Option<Sort<K>>,
    list: &List<Id>,
    row: impl Fn(&Id) -> Option<R>,
    area: Rect,
    buffer: &mut Buffer,
) {
    let inner = bordered(look, None, look.theme.border, area, buffer);
    let specs: Vec<Spec> = columns.iter().map(|column| column.spec).collect();
    let placed = arrange(&specs, inner.width);
    let placed = placed
        .iter()
        .filter_map(|place| Some((place, columns.get(place.index)?)));
    let placed: Vec<(&Placed, &Column<K, F>)> = placed.collect();
    for (place, column) in &placed {
        let mut title = Cell::new(look.theme.column, column.spec.title.to_owned());
        if let Some(order) = order.filter(|order| column.sort == Some(order.key)) {
            let sign = if order.is_reversed { "v" } else { "^" };
            title = title.note(look.span(look.theme.key, sign));
        }
        put_cell(look, column.spec.align, title, place, line_of(inner, 0), buffer);
    }
    let visible = list.visible(usize::from(area.height.saturating_sub(geometry::N_TABLE_FRAME)));
    for (i, id) in visible.iter().enumerate() {
        let line = line_of(inner, i + 1);
        let is_selected = list.top() + i == list.cursor();
        if is_selected {
            put(look, look.line(look.theme.key, look.marks.cursor), line, buffer);
        }
        let Some(row) = row(id) else { continue };
        for (nth, (place, column)) in placed.iter().enumerate() {
            let mut cell = (column.cell)(look, &row);
            // Only the first column is lit: a whole row would cost many bytes at every key.
            if is_selected && nth == 0 {
                cell.style = cell.style.patch(look.theme.selected);
            }
            if cell.is_long {
                let width = line.width.saturating_sub(place.x + 1);
                let rest = Placed { width, ..**place };
                put_cell(look, Align::Left, cell, &rest, line, buffer);
                break;
            }
            put_cell(look, column.spec.align, cell, place, line, buffer);
        }
    }
    position(look, list.top(), visible.len(), list.rows().len(), area, buffer);
}

/// Says in the lower border which rows are on show, where not all are.
fn position(look: &Look, top: usize, n_visible: usize, n_all: usize, area: Rect, buffer: &mut Buffer) {
    if n_visible < n_all {
        let (first, last) = (grouped(top + 1), grouped(top + n_visible));
        in_lower_border(look, format!(" {first}-{last} of {} ", grouped(n_all)), area, buffer);
    }
}

/// Returns how many columns of words the upper border of `area` has room for, with a blank on either side.
pub(super) fn upper_border(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(6))
}

/// Prints `text` into the upper border of `area`, cut to its width.
pub(super) fn in_upper_border(look: &Look, text: Line, area: Rect, buffer: &mut Buffer) {
    let spot = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(4),
        height: area.height.min(1),
        ..area
    };
    put(look, text, spot, buffer);
}

/// Prints `text` at the right end of the lower border of `area`.
pub(super) fn in_lower_border(look: &Look, text: String, area: Rect, buffer: &mut Buffer) {
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

fn line_of(inner: Rect, n: usize) -> Rect {
    let n = u16::try_from(n).unwrap_or(u16::MAX);
    Rect {
        y: inner.y.saturating_add(n),
        height: 1,
        ..inner
    }
    .intersection(inner)
}

fn put_cell(look: &Look, align: Align, cell: Cell, placed: &Placed, row: Rect, buffer: &mut Buffer) {
    if row.is_empty() {
        return;
    }
    let room = usize::from(placed.width);
    let notes: usize = cell.notes.iter().map(|note| width(&note.content)).sum();
    let (text, before) = match align {
        Align::Left if notes == 0 => (look.cut(&cell.text, room), 0),
        Align::Left => (look.cut(&cell.text, room.saturating_sub(notes + 1)), 0),
        Align::Right => {
            let text = look.cut(&cell.text, room);
            let before = room.saturating_sub(width(&text));
            (text, before)
        }
    };
    let mut spans = vec![Span::styled(text, cell.style)];
    if align == Align::Left && notes > 0 {
        spans.push(Span::raw(" "));
    }
    spans.extend(cell.notes);
    let before = u16::try_from(before).unwrap_or_default();
    let spot = Rect {
        x: row.x + placed.x + before,
        width: placed.width.saturating_sub(before) + if align == Align::Right { GAP } else { 0 },
        ..row
    };
    put(look, Line::from(spans), spot.intersection(row), buffer);
}

/// Returns the columns that fit into `width`, with their places.
fn arrange(specs: &[Spec], width: u16) -> Vec<Placed> {
    // One column stays free at the right, for what hangs.
    let room = width.saturating_sub(CURSOR + 1);
    let mut kept: Vec<usize> = (0..specs.len()).collect();
    let spec = |index: usize| specs.get(index);
    let least = |index: &usize| {
        spec(*index).map_or(0, |spec| match spec.width {
            Width::Exactly(least) | Width::Between(least, ..) => least,
        })
    };
    let gaps = |n: usize| GAP * u16::try_from(n.saturating_sub(1)).unwrap_or(u16::MAX);
    while kept.iter().map(least).sum::<u16>() + gaps(kept.len()) > room {
        let Some((place, drops)) = kept
            .iter()
            .enumerate()
            .map(|(place, index)| (place, spec(*index).map_or(0, |spec| spec.drops)))
            .max_by_key(|(_, drops)| *drops)
        else {
            break;
        };
        if drops == 0 {
            break;
        }
        kept.remove(place);
    }
    let mut widths: Vec<u16> = kept.iter().map(least).collect();
    let mut left = room.saturating_sub(widths.iter().sum::<u16>() + gaps(kept.len()));
    while left > 0 {
        let growing = kept
            .iter()
            .zip(&mut widths)
            .filter_map(|(index, width)| match spec(*index)?.width {
                Width::Between(_, most, weight) if *width < most => {
                    Some((u32::from(*width) * 100 / u32::from(weight.max(1)), width))
                }
                Width::Between(..) | Width::Exactly(_) => None,
            });
        let Some((_, width)) = growing.min_by_key(|(share, _)| *share) else {
            break;
        };
        *width += 1;
        left -= 1;
    }
    let mut x = CURSOR;
    let places = kept.into_iter().zip(widths).map(|(index, width)| {
        let placed = Placed { index, x, width };
        x += width + GAP;
        placed
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPECS: [Spec; 4] = [
        spec("NAME", 0, Width::Between(12, 30, 2)),
        spec("MEMBERS", 2, Width::Exactly(7)),
        spec("DESCRIPTION", 4, Width::Between(16, u16::MAX, 3)),
        spec("UPDATED", 3, Width::Exactly(10)),
    ];

    const fn spec(title: &'static str, drops: u8, width: Width) -> Spec {
        Spec {
            title,
            drops,
            width,
            align: Align::Left,
        }
    }

    #[test]
    fn drops_the_least_useful_columns_first() {
        let titles = |width| {
            let placed = arrange(&SPECS, width);
            placed
                .iter()
                .map(|placed| SPECS[placed.index].title)
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(100), ["NAME", "MEMBERS", "DESCRIPTION", "UPDATED"]);
        assert_eq!(titles(50), ["NAME", "MEMBERS", "UPDATED"]);
        assert_eq!(titles(30), ["NAME", "MEMBERS"]);
        assert_eq!(titles(3), ["NAME"]);
    }

    proptest! {
        #[test]
        fn columns_never_overlap_and_fill_the_width(width in 16_u16..300) {
            let placed = arrange(&SPECS, width);
            for pair in placed.windows(2) {
                prop_assert_eq!(pair[0].x + pair[0].width + GAP, pair[1].x);
            }
            let end = placed.last().map(|last| last.x + last.width).unwrap();
            prop_assert!(end < width);
        }
    }
}
