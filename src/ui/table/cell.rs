//! One cell of a table, and how it is put into its row.

use super::layout::{Align, GAP, Placed};
use crate::ui::marks::Mark;
use crate::ui::text::{Line, width};
use crate::ui::{Look, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// One cell.
#[derive(Clone)]
pub(in crate::ui) struct Cell {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) notes: Vec<Span<'static>>,
    pub(super) marks: Vec<Mark>,
    /// What stands for its text where that has no room.
    pub(super) brief: Option<&'static str>,
    /// Whether it takes the rest of the row.
    pub(super) is_long: bool,
}

impl Cell {
    /// Returns a cell of printable text.
    pub(in crate::ui) fn new(style: Style, text: String) -> Self {
        Self {
            text,
            style,
            notes: Vec::new(),
            marks: Vec::new(),
            brief: None,
            is_long: false,
        }
    }

    /// Returns a cell of marks.
    pub(in crate::ui) fn marks(look: &Look, marks: &[Mark]) -> Self {
        let mut marks = marks.to_vec();
        marks.sort();
        let notes = marks.iter().map(|mark| look.span(mark.style(&look.theme), mark.sign()));
        Self {
            notes: notes.collect(),
            marks,
            ..Self::empty()
        }
    }

    /// Returns the cell of marks of a row that somebody has marked.
    pub(super) fn marked(self, look: &Look) -> Self {
        let marks: Vec<Mark> = self.marks.into_iter().chain([Mark::Marked]).collect();
        Self::marks(look, &marks)
    }

    /// Returns a cell that says nothing.
    pub(in crate::ui) fn empty() -> Self {
        Self::new(Style::default(), String::new())
    }

    /// Returns its text.
    pub(in crate::ui) fn text(&self) -> &str {
        &self.text
    }

    /// Returns a cell whose text is the sign of a mark, to be explained as marks are.
    pub(in crate::ui) fn sign(look: &Look, mark: Mark) -> Self {
        let mut cell = Self::new(mark.style(&look.theme), mark.sign().to_owned());
        cell.marks.push(mark);
        cell
    }

    /// Puts a sign before the text.
    pub(in crate::ui) fn before(mut self, sign: &str) -> Self {
        self.text.insert_str(0, sign);
        self
    }

    /// Returns how many columns it needs.
    pub(super) fn width(&self) -> usize {
        let notes: usize = self.notes.iter().map(|note| width(&note.content)).sum();
        let blank = usize::from(notes > 0 && !self.text.is_empty());
        width(&self.text) + blank + notes
    }

    /// Makes the cell take the rest of its row; the cells behind it are not shown.
    pub(in crate::ui) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// Has `brief` stand for the text where that has no room.
    pub(in crate::ui) fn or(mut self, brief: Option<&'static str>) -> Self {
        self.brief = brief;
        self
    }

    /// Adds a note behind the text, which is cut to leave room for it. Behind a number it hangs into the gap.
    pub(in crate::ui) fn note(mut self, note: Span<'static>) -> Self {
        self.notes.push(note);
        self
    }
}

/// Puts a cell where its column stands in `row`: cut, its notes behind it, and what hangs into the gap.
pub(super) fn put_cell(look: &Look, align: Align, cell: Cell, placed: &Placed, row: Rect, buffer: &mut Buffer) {
    if row.is_empty() {
        return;
    }
    let room = usize::from(placed.width);
    let notes: usize = cell.notes.iter().map(|note| width(&note.content)).sum();
    let mut cell = cell;
    if let Some(brief) = cell.brief.filter(|_| width(&cell.text) > room) {
        brief.clone_into(&mut cell.text);
    }
    let (text, before) = match align {
        Align::Hanging => (String::new(), 0),
        Align::Left if notes == 0 => (look.cut(&cell.text, room), 0),
        Align::Left => (look.cut(&cell.text, room.saturating_sub(notes + 1)), 0),
        Align::Right => {
            let room = room.saturating_sub(usize::from(placed.tail));
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
