//! The pane beside the table, or in its place: everything known about the selected row.

pub(super) mod activity;
pub(super) mod audit;
pub(super) mod context;
pub(super) mod member;
pub(super) mod principal;
pub(super) mod resource;
pub(super) mod touched;
pub(super) mod workspace;

use super::marks::Mark;
use super::text::Line;
use super::{Look, bordered, indented, more_in_border, put_all, table};
use crate::app::model::Model;
use crate::app::scrolled::Reach;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// How wide the labels are.
const LABEL: usize = 9;

/// How many lines are kept for what stands below a long text.
const OTHERS: usize = 26;

/// A pane being filled.
pub(super) struct Pane<'a> {
    look: &'a Look,
    /// With its border.
    outer: Rect,
    area: Rect,
    columns: usize,
    /// Whether it stands in place of the table.
    is_alone: bool,
    lines: Vec<Line>,
}

impl<'a> Pane<'a> {
    /// Draws the border of a pane titled `title` and begins to fill it; nothing where there is no room.
    fn begin(look: &'a Look, title: &str, area: Rect, buffer: &mut Buffer) -> Option<Self> {
        if area.is_empty() {
            return None;
        }
        let title = (!title.is_empty()).then(|| {
            let title = look.cut(title, usize::from(area.width.saturating_sub(6)));
            look.line(look.theme.title, format!(" {title} "))
        });
        let outer = area;
        let area = indented(bordered(look, title, look.theme.border, area, buffer), 1);
        Some(Self {
            look,
            outer,
            area,
            columns: usize::from(area.width),
            // A pane beside the table stands at its right.
            is_alone: outer.x == 0,
            lines: Vec::new(),
        })
    }

    /// Adds a paragraph.
    fn text(&mut self, style: Style, text: impl AsRef<str>) {
        self.lines.extend(self.look.paragraph(style, None, text, self.columns));
    }

    /// Adds at most `most` lines of a paragraph, or more where the pane is high.
    fn text_of(&mut self, most: usize, style: Style, text: impl AsRef<str>) {
        let most = if self.is_alone {
            // What has no room is scrolled to.
            usize::MAX
        } else {
            most.max(usize::from(self.area.height).saturating_sub(OTHERS))
        };
        let mut lines = self.look.paragraph(style, None, text, self.columns);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                let marked = format!("{last}{}", self.look.marks.cut);
                let longer = self.look.cut(marked, self.columns.saturating_sub(1));
                *last = Line::styled(longer, style);
            }
        }
        self.lines.extend(lines);
    }

    /// Adds a paragraph after a sign.
    fn marked(&mut self, style: Style, mark: &str, text: impl AsRef<str>) {
        self.lines
            .extend(self.look.paragraph(style, Some((style, mark)), text, self.columns));
    }

    /// Adds a label with its value.
    fn pair(&mut self, label: &str, style: Style, value: impl AsRef<str>) {
        let label = match label {
            "" if self.look.is_spoken() => String::new(),
            label if self.look.is_spoken() => format!("{label}:"),
            label => format!("{label:LABEL$}"),
        };
        let mark = Some((self.look.theme.muted, label.as_str()));
        self.lines.extend(self.look.paragraph(style, mark, value, self.columns));
    }

    /// Adds a line of marks, in words.
    fn marks(&mut self, marks: impl IntoIterator<Item = Mark>) {
        let mut spans = Vec::new();
        for mark in marks {
            if !spans.is_empty() {
                spans.push(Span::raw(", "));
            }
            let words = format!("{} {}", mark.sign(), mark.word());
            let words = self.look.said(&words, mark.word());
            spans.push(self.look.span(mark.style(&self.look.theme), words));
        }
        if !spans.is_empty() {
            self.lines.push(Line::from(spans));
        }
    }

    /// Adds an empty line.
    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// Draws what was added; returns what of it is on show.
    fn end(self, model: &Model, buffer: &mut Buffer) -> Reach {
        let shown = usize::from(self.area.height);
        if !self.is_alone || self.lines.len() <= shown {
            if self.lines.len() > shown {
                table::cut_here(self.look, self.outer, buffer);
            }
            put_all(self.look, self.lines, self.area, buffer);
            return Reach::default();
        }
        let all = self.lines.len();
        let last_top = all.saturating_sub(shown);
        let top = model.scrolled.top().min(last_top);
        let lines = self.lines.into_iter().skip(top).take(shown).collect();
        put_all(self.look, lines, self.area, buffer);
        more_in_border(self.look, (top, last_top - top), self.outer, buffer);
        Reach {
            all,
            shown,
            ..Reach::default()
        }
    }
}
