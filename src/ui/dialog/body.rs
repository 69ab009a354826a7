//! The rows of a dialog, each with how much it matters.

use crate::app::text_field::{Masked, TextField};
use crate::domain::text::grouped;
use crate::ui::text::{self, Line, width};
use crate::ui::{Look, field};
use ratatui::style::Style;
use ratatui::text::Span;

/// How wide the labels of fields are, with the sign before them.
const LABEL: usize = 14;

/// How many stars stand for a text that is not shown.
const MASKED: usize = 24;

/// How much a row matters: where a dialog is too low, those that matter least are left out first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Only keeps things apart.
    Gap,
    /// Explains; the first to be left out.
    Extra,
    /// Informs; left out after what explains.
    Useful,
    /// Should be seen before deciding.
    Vital,
    /// Warns: whoever decides without it decides wrongly.
    Warning,
    /// Says what can be done.
    Must,
}

/// How one thing of a list is marked.
pub(super) struct Sign<'a> {
    /// The sign before it.
    pub mark: &'a str,
    /// The style of the sign and of what is said.
    pub style: Style,
    /// The style of its name.
    pub name: Style,
}

/// One row.
pub(super) struct Row {
    /// What stands in it.
    pub line: Line,
    /// The column of the cursor, if that is here.
    pub cursor: Option<usize>,
    weight: Weight,
    /// Which paragraph it belongs to.
    paragraph: usize,
}

/// The rows of a dialog, being filled.
pub(super) struct DialogBody<'a> {
    /// How things look.
    pub look: &'a Look,
    /// How wide it is.
    pub columns: usize,
    rows: Vec<Row>,
    n_paragraphs: usize,
    /// The key that shows what has no room, if one does.
    rest: Option<&'static str>,
}

impl<'a> DialogBody<'a> {
    /// Begins an empty body of so many columns.
    pub(super) fn new(look: &'a Look, columns: usize) -> Self {
        Self {
            look,
            columns,
            rows: Vec::new(),
            n_paragraphs: 0,
            rest: None,
        }
    }

    /// Notes that `key` shows what has no room.
    pub(super) fn rest(&mut self, key: &'static str) {
        self.rest = Some(key);
    }

    /// Adds an empty row, unless there is one already.
    pub(super) fn gap(&mut self) {
        if self.rows.last().is_some_and(|row| row.weight != Weight::Gap) {
            self.line(Weight::Gap, Line::default());
        }
    }

    /// Adds a row.
    pub(super) fn line(&mut self, weight: Weight, line: Line) {
        self.lines(weight, vec![line]);
    }

    /// Adds a paragraph.
    pub(super) fn text(&mut self, weight: Weight, style: Style, text: impl AsRef<str>) {
        let lines = self.look.paragraph(style, None, text, self.columns);
        self.lines(weight, lines);
    }

    /// Adds a paragraph after a sign.
    pub(super) fn marked(&mut self, weight: Weight, style: Style, mark: &str, text: impl AsRef<str>) {
        let lines = self.look.paragraph(style, Some((style, mark)), text, self.columns);
        self.lines(weight, lines);
    }

    /// Adds what is said of one thing of a list, beside its name, which takes `room` columns. The name can be cut, what
    /// is said of it goes on in the next row.
    pub(super) fn entry(&mut self, weight: Weight, sign: &Sign<'_>, name: &str, room: usize, text: &str) {
        let look = self.look;
        let name = look.cut(name, room);
        let padding = " ".repeat(room.saturating_sub(width(&name)));
        let beside = self.columns.saturating_sub(2 + room + 2);
        let mut lines = text::wrap(&look.print(text), beside).into_iter();
        let mut rows = vec![Line::from(vec![
            look.span(sign.style, format!("{} ", sign.mark)),
            Span::styled(name, sign.name),
            look.span(sign.style, format!("{padding}  {}", lines.next().unwrap_or_default())),
        ])];
        let indent = " ".repeat(2 + room + 2);
        rows.extend(lines.map(|line| Line::from(Span::styled(format!("{indent}{line}"), sign.style))));
        self.lines(weight, rows);
    }

    /// Adds a paragraph of at most `most` lines; returns whether that was all of it.
    pub(super) fn some_text(&mut self, weight: Weight, style: Style, most: usize, text: impl AsRef<str>) -> bool {
        let mut lines = self.look.paragraph(style, None, text, self.columns);
        let is_all = lines.len() <= most;
        if !is_all {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                let text = self.look.cut(
                    last.to_string(),
                    self.columns.saturating_sub(width(self.look.marks.cut)),
                );
                *last = Line::styled(format!("{text}{}", self.look.marks.cut), style);
            }
        }
        self.lines(weight, lines);
        is_all
    }

    fn lines(&mut self, weight: Weight, lines: Vec<Line>) {
        self.n_paragraphs += 1;
        let paragraph = self.n_paragraphs;
        self.rows.extend(lines.into_iter().map(|line| Row {
            line,
            cursor: None,
            weight,
            paragraph,
        }));
    }

    /// Adds a labelled text field, with how what is typed might go on.
    pub(super) fn field(&mut self, label: &str, text: &TextField, has_focus: bool, ghost: &str) {
        let theme = &self.look.theme;
        let mark = if has_focus { self.look.marks.cursor } else { " " };
        let style = if has_focus { theme.focus } else { theme.text };
        let label = format!("{mark} {label}");
        let padding = LABEL.saturating_sub(width(&label));
        let room = self.columns.saturating_sub(LABEL + 2);
        let seen = field::window(self.look, text, room);
        let left = room.saturating_sub(width(&seen.text));
        let ghost = self.look.cut(ghost, left);
        let blank = " ".repeat(left.saturating_sub(width(&ghost)));
        let line = Line::from(vec![
            Span::styled(label, style),
            Span::raw(" ".repeat(padding)),
            Span::styled("[", style),
            Span::styled(seen.text, theme.text),
            Span::styled(ghost, theme.ghost),
            Span::raw(blank),
            Span::styled("]", style),
        ]);
        self.rows.push(Row {
            line,
            cursor: has_focus.then_some(LABEL + 1 + seen.cursor),
            weight: Weight::Must,
            paragraph: 0,
        });
    }

    /// Adds a labelled field whose text is not shown, but how long it is.
    pub(super) fn masked(&mut self, label: &str, text: &Masked, has_focus: bool) {
        let length = text.len();
        let stars = TextField::filled(&"*".repeat(length.min(MASKED)));
        let ghost = match length {
            0 => String::new(),
            1 => " 1 character".to_owned(),
            n => format!(" {} characters", grouped(n)),
        };
        self.field(label, &stars, has_focus, &ghost);
    }

    /// Adds what stands under a field: the rule in words, or what is wrong.
    pub(super) fn under_field(&mut self, weight: Weight, style: Style, mark: &str, text: impl AsRef<str>) {
        let room = self.columns.saturating_sub(LABEL);
        let mark = (!mark.is_empty()).then_some((style, mark));
        for line in self.look.paragraph(style, mark, text, room) {
            let mut spans = vec![Span::raw(" ".repeat(LABEL))];
            spans.extend(line.spans);
            self.line(weight, Line::from(spans));
        }
    }

    /// Returns at most `most` rows: those that matter least are left out, and it is said that they are.
    pub(super) fn rows(mut self, most: usize) -> Vec<Row> {
        while self.rows.last().is_some_and(|row| row.weight == Weight::Gap) {
            self.rows.pop();
        }
        self.thin_out(&[Weight::Gap, Weight::Extra], most);
        if self.rows.len() <= most {
            return self.rows;
        }
        // The row that says that something is missing needs room itself.
        self.thin_out(
            &[Weight::Useful, Weight::Vital, Weight::Warning, Weight::Must],
            most.saturating_sub(1).max(1),
        );
        if self.rows.len() < most {
            let cut = self.look.marks.cut;
            let text = match self.rest {
                Some(key) => format!("{cut} {key} shows more"),
                None => format!("{cut} more lines need a taller screen"),
            };
            let line = self.look.line(self.look.theme.muted, text);
            self.line(Weight::Must, line);
        }
        self.rows.truncate(most);
        self.rows
    }

    /// Leaves out rows of these weights, the last first, until `most` are left. What does not need to be seen goes by
    /// whole paragraphs: half a sentence would mislead.
    fn thin_out(&mut self, weights: &[Weight], most: usize) {
        for weight in weights {
            while self.rows.len() > most {
                let Some(place) = self.rows.iter().rposition(|row| row.weight == *weight) else {
                    break;
                };
                let paragraph = self.rows.remove(place).paragraph;
                if *weight < Weight::Vital {
                    self.rows
                        .retain(|row| row.weight != *weight || row.paragraph != paragraph);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ColorDepth;

    fn seen(most: usize) -> Vec<String> {
        let look = Look::new(ColorDepth::None, false);
        let mut body = DialogBody::new(&look, 40);
        let plain = Style::new();
        body.text(Weight::Vital, plain, "what");
        body.gap();
        body.text(Weight::Extra, plain, "extra");
        body.text(Weight::Useful, plain, "useful");
        body.gap();
        body.text(Weight::Must, plain, "yes or no");
        body.gap();
        body.rows(most).into_iter().map(|row| row.line.to_string()).collect()
    }

    #[test]
    fn gives_up_what_matters_least() {
        assert_eq!(seen(9), ["what", "", "extra", "useful", "", "yes or no"]);
        assert_eq!(seen(4), ["what", "extra", "useful", "yes or no"]);
        assert_eq!(seen(3), ["what", "useful", "yes or no"], "explanations go unmentioned");
        assert_eq!(seen(2), ["yes or no", "… more lines need a taller screen"]);
        assert_eq!(seen(1), ["yes or no"]);
        assert!(seen(0).is_empty());
    }

    #[test]
    fn a_warning_stays_longer_than_anything_else_that_is_said() {
        let look = Look::new(ColorDepth::None, false);
        let mut body = DialogBody::new(&look, 20);
        body.text(Weight::Vital, Style::new(), "what will be done");
        body.text(Weight::Warning, Style::new(), "you lose access for good and all");
        body.text(Weight::Must, Style::new(), "yes or no");
        body.text(Weight::Vital, Style::new(), "in it: a lot");
        let rows: Vec<String> = body.rows(4).into_iter().map(|row| row.line.to_string()).collect();
        assert_eq!(
            rows,
            [
                "you lose access for",
                "good and all",
                "yes or no",
                "… more lines need a taller screen"
            ]
        );
    }

    #[test]
    fn what_is_said_of_a_thing_goes_on_in_the_next_row() {
        let look = Look::new(ColorDepth::None, false);
        let mut body = DialogBody::new(&look, 30);
        let sign = Sign {
            mark: "=",
            style: Style::new(),
            name: Style::new(),
        };
        body.entry(Weight::Vital, &sign, "a-long-name", 8, "skipped, it is the last Admin");
        let rows: Vec<String> = body.rows(9).into_iter().map(|row| row.line.to_string()).collect();
        assert_eq!(rows, ["= a-long-…  skipped, it is the", "            last Admin"]);
    }

    #[test]
    fn gives_up_no_half_sentence_that_only_explains() {
        let look = Look::new(ColorDepth::None, false);
        let mut body = DialogBody::new(&look, 12);
        body.text(Weight::Vital, Style::new(), "one two three four");
        body.text(Weight::Extra, Style::new(), "five six seven eight nine");
        let rows: Vec<String> = body.rows(3).into_iter().map(|row| row.line.to_string()).collect();
        assert_eq!(rows, ["one two", "three four"]);
    }
}
