//! One table: columns that drop by priority where it is narrow, rows, a cursor.
//!
//! Columns are as wide as the cells of the whole list need, not of the rows on show: scrolling moves nothing sideways.

mod marked;

use super::marks::Mark;
use super::text::{Line, line_width, width};
use super::{Look, bordered, put};
use crate::app::filter::{Filter, Words};
use crate::app::geometry;
use crate::app::list::{List, Sort};
use crate::app::msg::Size;
use crate::domain::text::grouped;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::collections::BTreeSet;
use std::hash::Hash;

/// Columns between two columns of the table; signs hang into it.
const GAP: u16 = 2;
/// Columns for the cursor, before the first.
const CURSOR: u16 = 2;
/// How wide the column of marks is.
const MARKS: u16 = 2;
/// How many rows are measured at most: of a longer list, rows that are evenly spread over it.
const MEASURED: usize = 500;
/// How many of a hundred names may be longer than what other columns are dropped for.
const ODD: usize = 5;
/// How long a name may be that is never odd, however short the others are.
const NEVER_ODD: u16 = 24;
/// How wide a column of prose gets before a few odd names grow: less of it says nothing.
const READABLE: u16 = 40;
/// What a name keeps where several share too little room.
const LEAST_NAME: u16 = 12;

/// What is fixed about a column.
#[derive(Clone, Copy, Debug)]
struct Spec {
    title: &'static str,
    /// 0 is never dropped; else the highest goes first.
    drops: u8,
    width: Width,
    align: Align,
    /// How wide its texts are in the whole list; 0 where it has nothing to say.
    content: u16,
    /// How wide nearly all of them are: one name of 60 characters is no reason to drop columns for all rows.
    ordinary: u16,
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

    /// Returns the column of marks, which is left out where no row has one.
    pub(super) const fn marks(cell: F) -> Self {
        Self::new("", 0, Width::Exactly(MARKS), Align::Hanging, cell)
    }

    const fn new(title: &'static str, drops: u8, width: Width, align: Align, cell: F) -> Self {
        let spec = Spec {
            title,
            drops,
            width,
            align,
            content: 0,
            ordinary: 0,
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
    /// As wide as the longest name: the last to be cut. For ordinary names of up to this, other columns are dropped.
    Name(u16),
    /// As wide as the longest text, at most the second; the first is kept free for it where it is needed.
    Content(u16, u16),
    /// At least this, and what all others leave.
    Rest(u16),
}

/// On which side the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    /// To the left, as text is.
    Left,
    /// To the right, as numbers are.
    Right,
    /// To the left, and into the gap where there are many, as marks are.
    Hanging,
}

/// One cell.
#[derive(Clone)]
pub(super) struct Cell {
    text: String,
    style: Style,
    notes: Vec<Span<'static>>,
    marks: Vec<Mark>,
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
            marks: Vec::new(),
            is_long: false,
        }
    }

    /// Returns a cell of marks.
    pub(super) fn marks(look: &Look, marks: &[Mark]) -> Self {
        let mut marks = marks.to_vec();
        marks.sort();
        let notes = marks.iter().map(|mark| look.span(mark.style(&look.theme), mark.sign()));
        Self {
            notes: notes.collect(),
            marks,
            ..Self::empty()
        }
    }

    /// Returns a cell that says nothing.
    pub(super) fn empty() -> Self {
        Self::new(Style::default(), String::new())
    }

    /// Returns its text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns a cell whose text is the sign of a mark, to be explained as marks are.
    pub(super) fn sign(look: &Look, mark: Mark) -> Self {
        let mut cell = Self::new(mark.style(&look.theme), mark.sign().to_owned());
        cell.marks.push(mark);
        cell
    }

    /// Puts a sign before the text.
    pub(super) fn before(mut self, sign: &str) -> Self {
        self.text.insert_str(0, sign);
        self
    }

    /// Returns how many columns it needs.
    fn width(&self) -> usize {
        let notes: usize = self.notes.iter().map(|note| width(&note.content)).sum();
        let blank = usize::from(notes > 0 && !self.text.is_empty());
        width(&self.text) + blank + notes
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

/// Why the rows of a table are what they are: their order, and what was looked for.
pub(super) struct Shown<'a, K> {
    order: Option<Sort<K>>,
    filter: &'a Filter,
    said: Words<'a>,
}

impl<'a, K> Shown<'a, K> {
    /// Returns it for rows in this order that `filter` has left.
    pub(super) fn new(order: Option<Sort<K>>, filter: &'a Filter) -> Self {
        let said = Words::new();
        Self { order, filter, said }
    }

    /// Adds what the selected row says, in every column: what is looked for may be out of sight.
    pub(super) fn saying(self, said: Words<'a>) -> Self {
        Self { said, ..self }
    }
}

impl Placed {
    /// Returns where its cell stands in a row, with what hangs behind it.
    fn spot(&self, row: Rect) -> Rect {
        let x = row.x + self.x;
        let width = self.width + GAP;
        Rect { x, width, ..row }.intersection(row)
    }
}

/// Draws what `area` shows of `list`, with a border; `row` returns what the cells of a row are made from. Returns what the
/// row under the cursor says besides, for the upper border.
#[must_use]
pub(super) fn draw<Id: Clone + Eq + Hash, K: Copy + PartialEq, R, F: Copy + Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    shown: &Shown<'_, K>,
    list: &List<Id>,
    row: impl Fn(&Id) -> Option<R>,
    area: Rect,
    buffer: &mut Buffer,
) -> Line {
    let (order, needles) = (shown.order, marked::needles(shown.filter));
    let inner = bordered(look, None, look.theme.border, area, buffer);
    let specs = measured(look, columns, order, list, &row);
    let placed = arrange(&specs, inner.width);
    let placed = placed
        .iter()
        .filter_map(|place| Some((place, columns.get(place.index)?)));
    let placed: Vec<(&Placed, &Column<K, F>)> = placed.collect();
    titles(look, &placed, order, line_of(inner, 0), buffer);
    let visible = list.visible(usize::from(area.height.saturating_sub(geometry::N_TABLE_FRAME)));
    let mut marks = BTreeSet::new();
    let mut told = Line::default();
    for (i, id) in visible.iter().enumerate() {
        let line = line_of(inner, i + 1);
        let is_selected = list.top() + i == list.cursor();
        if is_selected {
            put(look, look.line(look.theme.key, look.marks.cursor), line, buffer);
        }
        let Some(row) = row(id) else { continue };
        let mut unseen = needles.clone();
        for (nth, (place, column)) in placed.iter().enumerate() {
            let mut cell = (column.cell)(look, &row);
            // Only the first column is lit: a whole row would cost many bytes at every key.
            if is_selected && nth == 0 {
                cell.style = cell.style.patch(look.theme.selected);
            }
            marks.extend(cell.marks.iter().copied());
            if cell.is_long {
                let width = line.width.saturating_sub(place.x + 1);
                let rest = Placed { width, ..**place };
                put_cell(look, Align::Left, cell, &rest, line, buffer);
                break;
            }
            put_cell(look, column.spec.align, cell, place, line, buffer);
            let found = marked::mark(&needles, nth == 0, place.spot(line), buffer);
            unseen.retain(|needle| !found.contains(&needle));
        }
        if is_selected && !has_pane(buffer) {
            let facts = facts(look, columns, &placed, &row);
            told = marked::with_reason(look, &unseen, &shown.said, facts);
        }
    }
    let left = legend(look, marks, area, buffer);
    position(look, (list.top(), visible.len(), list.rows().len()), left, area, buffer);
    told
}

/// Returns what is fixed about the columns that have anything to say, with how wide their texts are in the whole list.
/// The column that sorts is never dropped: it shows the order.
fn measured<Id: Clone + Eq + Hash, K: Copy + PartialEq, R, F: Copy + Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    order: Option<Sort<K>>,
    list: &List<Id>,
    row: &impl Fn(&Id) -> Option<R>,
) -> Vec<Spec> {
    let step = list.rows().len().div_ceil(MEASURED).max(1);
    let rows: Vec<R> = list.rows().iter().step_by(step).filter_map(row).collect();
    let specs = columns.iter().map(|column| {
        let mut spec = column.spec;
        let is_sorting = order.is_some_and(|order| column.sort == Some(order.key));
        if is_sorting {
            spec.drops = 0;
        }
        // Signs of the order have their place, whether they are there or not.
        let title = width(spec.title) + if column.sort.is_some() { 2 } else { 0 };
        let cells = || rows.iter().map(|row| (column.cell)(look, row));
        spec.content = match (spec.align, spec.width) {
            (Align::Hanging, _) => {
                let is_marked = step > 1 || cells().any(|cell| !cell.marks.is_empty());
                if is_marked { MARKS } else { 0 }
            }
            (_, Width::Name(_) | Width::Content(..)) => {
                let mut texts: Vec<usize> = cells().filter(|cell| !cell.is_long).map(|cell| cell.width()).collect();
                texts.sort_unstable();
                let columns = |place: usize| {
                    let text = texts.get(place).copied().unwrap_or_default();
                    u16::try_from(text.max(title)).unwrap_or(u16::MAX)
                };
                let n_odd = texts.len() * ODD / 100;
                spec.ordinary = columns(texts.len().saturating_sub(1 + n_odd));
                columns(texts.len().saturating_sub(1))
            }
            (_, Width::Exactly(exactly) | Width::Rest(exactly)) => exactly,
        };
        spec
    });
    specs.collect()
}

/// Draws the titles of the columns, the order behind its own.
fn titles<K: Copy + PartialEq, F: Copy>(
    look: &Look,
    placed: &[(&Placed, &Column<K, F>)],
    order: Option<Sort<K>>,
    line: Rect,
    buffer: &mut Buffer,
) {
    for (place, column) in placed {
        let mut title = Cell::new(look.theme.column, column.spec.title.to_owned());
        let mut x = place.x;
        if let Some(order) = order.filter(|order| column.sort == Some(order.key)) {
            let sign = if order.is_reversed { "v" } else { "^" };
            let is_number = column.spec.align == Align::Right;
            // A number has no room behind it but the gap: its title moves by one for the blank before the sign.
            x = x.saturating_sub(u16::from(is_number));
            let sign = if is_number { format!(" {sign}") } else { sign.to_owned() };
            title = title.note(look.span(look.theme.key, sign));
        }
        let place = Placed { x, ..**place };
        put_cell(look, column.spec.align, title, &place, line, buffer);
    }
}

/// Returns what the row under the cursor says in columns that are cut or left out, where no pane beside the table does.
fn facts<K, R, F: Fn(&Look, &R) -> Cell>(
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

/// Returns `line` after `first`.
pub(super) fn after(first: Span<'static>, line: Line) -> Line {
    let style = line.style;
    let rest = line.spans.into_iter().map(|span| span.patch_style(style));
    std::iter::once(first).chain(rest).collect()
}

/// Returns whether a pane beside the table tells the row under the cursor.
fn has_pane(buffer: &Buffer) -> bool {
    let Rect { width, height, .. } = buffer.area;
    geometry::has_detail(Size { width, height })
}

/// Says in the lower border what the marks on show mean; returns how much room that leaves.
fn legend(look: &Look, marks: BTreeSet<Mark>, area: Rect, buffer: &mut Buffer) -> usize {
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
fn position(look: &Look, (top, n_visible, n_all): (usize, usize, usize), room: usize, area: Rect, buffer: &mut Buffer) {
    let (first, last) = (grouped(top + 1), grouped(top + n_visible));
    let text = format!(" {first}-{last} of {} ", grouped(n_all));
    if n_visible < n_all && width(&text) <= room {
        in_lower_border(look, text, area, buffer);
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
        Align::Hanging => (String::new(), 0),
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
        width: placed.width.saturating_sub(before) + if align == Align::Left { 0 } else { GAP },
        ..row
    };
    put(look, Line::from(spans), spot.intersection(row), buffer);
}

/// In how many turns columns grow where there is room left.
const TURNS: u8 = 5;

/// Returns the columns that fit into `width`, with their places.
fn arrange(specs: &[Spec], width: u16) -> Vec<Placed> {
    // One column stays free at the right, for what hangs.
    let room = width.saturating_sub(CURSOR + 1);
    let specs = specs.iter().enumerate().filter(|(_, spec)| spec.content > 0);
    let mut kept: Vec<(usize, &Spec)> = specs.collect();
    while taken(kept.iter().map(|(_, spec)| spec.needs())) > room {
        let droppable = kept.iter().enumerate().filter(|(_, (_, spec))| spec.drops > 0);
        let Some((place, _)) = droppable.max_by_key(|(_, (_, spec))| spec.drops) else {
            break;
        };
        kept.remove(place);
    }
    let mut widths: Vec<u16> = kept.iter().map(|(_, spec)| spec.needs()).collect();
    // What cannot be dropped any more shrinks, the longest name first.
    while taken(widths.iter().copied()) > room {
        let names = kept.iter().zip(&mut widths);
        let names = names.filter(|((_, spec), width)| matches!(spec.width, Width::Name(_)) && **width > LEAST_NAME);
        let Some((_, longest)) = names.max_by_key(|(_, width)| **width) else {
            break;
        };
        *longest -= 1;
    }
    let mut left = room.saturating_sub(taken(widths.iter().copied()));
    for turn in 0..TURNS {
        while left > 0 {
            let growing = kept.iter().zip(&mut widths);
            let growing = growing.filter(|((_, spec), width)| **width < spec.most_in(turn));
            let Some((_, narrowest)) = growing.min_by_key(|(_, width)| **width) else {
                break;
            };
            *narrowest += 1;
            left -= 1;
        }
    }
    let mut x = CURSOR;
    let places = kept.into_iter().zip(widths).map(|((index, _), width)| {
        let placed = Placed { index, x, width };
        x = x.saturating_add(width).saturating_add(GAP);
        placed
    });
    places.collect()
}

/// Returns how much columns of these widths take, with what is between them.
fn taken(widths: impl Iterator<Item = u16>) -> u16 {
    let with_gaps = widths.fold(0_u16, |sum, width| sum.saturating_add(width).saturating_add(GAP));
    with_gaps.saturating_sub(GAP)
}

impl Spec {
    /// Returns what must be free for it, or others are dropped.
    fn needs(&self) -> u16 {
        match self.width {
            Width::Exactly(_) => self.content,
            Width::Name(most) => self.ordinary.min(most),
            Width::Content(least, _) => self.content.min(least),
            Width::Rest(least) => least,
        }
    }

    /// Returns how wide it may grow in a turn: first what is short, then ordinary names, then prose until it can be read,
    /// then names that are far longer than the others, and at last prose again.
    fn most_in(&self, turn: u8) -> u16 {
        match (turn, self.width) {
            (0, Width::Exactly(_)) | (3, Width::Name(_)) => self.content,
            (0, Width::Content(_, most)) => self.content.min(most),
            (1, Width::Name(_)) => self.ordinary.max(self.content.min(NEVER_ODD)),
            (2, Width::Rest(_)) => READABLE,
            (4, Width::Rest(_)) => u16::MAX,
            (_, Width::Exactly(_) | Width::Content(..) | Width::Name(_) | Width::Rest(_)) => 0,
        }
    }
}

#[cfg(test)]
mod tests;
