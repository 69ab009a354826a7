//! The pane beside the table: everything known about the selected row.

pub(super) mod audit;
pub(super) mod context;
pub(super) mod member;
pub(super) mod principal;
pub(super) mod resource;
pub(super) mod workspace;

use super::marks::Mark;
use super::text::Line;
use super::{Look, bordered, indented, put_all};
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
    area: Rect,
    columns: usize,
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
        let area = indented(bordered(look, title, look.theme.border, area, buffer), 1);
        Some(Self {
            look,
            area,
            columns: usize::from(area.width),
            lines: Vec::new(),
        })
    }

    /// Adds a paragraph.
    fn text(&mut self, style: Style, text: impl AsRef<str>) {
        self.lines.extend(self.look.paragraph(style, None, text, self.columns));
    }

    /// Adds at most `most` lines of a paragraph, or more where the pane is high.
    fn text_of(&mut self, most: usize, style: Style, text: impl AsRef<str>) {
        let most = most.max(usize::from(self.area.height).saturating_sub(OTHERS));
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
        let label = format!("{label:LABEL$}");
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

    /// Draws what was added.
    fn end(self, buffer: &mut Buffer) {
        put_all(self.look, self.lines, self.area, buffer);
    }
}
