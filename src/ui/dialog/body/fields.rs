//! The fields of a dialog, and what stands under them.

use super::{DialogBody, Row, Weight};
use crate::app::pointer::Target;
use crate::app::text_field::{Masked, TextField};
use crate::domain::text::grouped;
use crate::ui::field;
use crate::ui::text::{Line, width};
use ratatui::style::Style;
use ratatui::text::Span;

/// How wide the labels of fields are, with the sign before them.
const LABEL: usize = 14;

/// How many stars stand for a text that is not shown.
const MASKED: usize = 24;

impl DialogBody<'_> {
    /// Adds a labelled text field, with how what is typed might go on.
    pub(in crate::ui::dialog) fn field(&mut self, label: &str, text: &TextField, has_focus: bool, ghost: &str) {
        let theme = &self.look.theme;
        if self.look.is_spoken() {
            let value = match (text.value(), ghost) {
                ("", "") => "empty".to_owned(),
                (value, ghost) => format!("{value}{ghost}"),
            };
            let focus = if has_focus { "?" } else { "" };
            return self.text(Weight::Must, theme.text, format!("{label}{focus} {value}"));
        }
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
            Span::styled(seen.text, field::style(self.look, text, theme.text)),
            Span::styled(ghost, theme.ghost),
            Span::raw(blank),
            Span::styled("]", style),
        ]);
        self.n_paragraphs += 1;
        self.rows.push(Row {
            line,
            cursor: has_focus.then_some(LABEL + 1 + seen.cursor),
            sign: None,
            // The whole row, with its label.
            spots: (!has_focus)
                .then_some((0, self.columns, Target::Field))
                .into_iter()
                .collect(),
            weight: Weight::Must,
            paragraph: self.n_paragraphs,
            number: 0,
        });
    }

    /// Adds a labelled field whose text is not shown, but how long it is.
    pub(in crate::ui::dialog) fn masked(&mut self, label: &str, text: &Masked, has_focus: bool) {
        let length = text.len();
        let stars = TextField::filled(&"*".repeat(length.min(MASKED)));
        let ghost = match length {
            0 => String::new(),
            1 => " 1 character".to_owned(),
            n => format!(" {} characters", grouped(n)),
        };
        if self.look.is_spoken() {
            let value = if length == 0 {
                "empty".to_owned()
            } else {
                format!("hidden,{ghost}")
            };
            let focus = if has_focus { "?" } else { "" };
            return self.text(Weight::Must, self.look.theme.text, format!("{label}{focus} {value}"));
        }
        self.field(label, &stars, has_focus, &ghost);
    }

    /// Adds what stands under a field: the rule in words, or what is wrong.
    pub(in crate::ui::dialog) fn under_field(
        &mut self,
        weight: Weight,
        style: Style,
        mark: &str,
        text: impl AsRef<str>,
    ) {
        let room = self.columns.saturating_sub(LABEL);
        let mark = (!mark.is_empty()).then_some((style, mark));
        for line in self.look.paragraph(style, mark, text, room) {
            let mut spans = vec![Span::raw(" ".repeat(LABEL))];
            spans.extend(line.spans);
            self.line(weight, Line::from(spans));
        }
    }
}
