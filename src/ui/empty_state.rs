//! What stands in the place of a table that cannot be shown: why, and what to do about it.

use super::text::{Line, line_width};
use super::{Look, put_all, time};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{Action, ConnectionKey, Context};
use crate::app::model::Model;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How wide such a text gets.
const WIDEST: u16 = 66;

/// A few calm lines in the middle of an area.
pub(super) struct EmptyState<'a> {
    look: &'a Look,
    columns: usize,
    lines: Vec<Line>,
}

impl<'a> EmptyState<'a> {
    /// Begins a text for `area`.
    pub(super) fn new(look: &'a Look, area: Rect) -> Self {
        let widest = if look.is_spoken() { u16::MAX } else { WIDEST };
        let columns = usize::from(area.width.saturating_sub(4).min(widest));
        Self {
            look,
            columns,
            lines: Vec::new(),
        }
    }

    /// Adds a line after a sign.
    pub(super) fn marked(mut self, style: Style, mark: &str, text: impl AsRef<str>) -> Self {
        self.lines
            .extend(self.look.paragraph(style, Some((style, mark)), text, self.columns));
        self
    }

    /// Adds a paragraph under the first word of the line above.
    pub(super) fn text(mut self, style: Style, text: impl AsRef<str>) -> Self {
        self.lines
            .extend(self.look.paragraph(style, Some((style, " ")), text, self.columns));
        self
    }

    /// Adds an empty line.
    pub(super) fn gap(mut self) -> Self {
        self.lines.push(Line::default());
        self
    }

    /// Draws it in the middle of `area`.
    pub(super) fn draw(self, area: Rect, buffer: &mut Buffer) {
        let widest = self.lines.iter().map(line_width).max().unwrap_or_default();
        let columns = u16::try_from(widest).unwrap_or(area.width).min(area.width);
        let n_lines = u16::try_from(self.lines.len()).unwrap_or(u16::MAX).min(area.height);
        let area = Rect {
            x: area.x + area.width.saturating_sub(columns) / 2,
            y: area.y + area.height.saturating_sub(n_lines) / 2,
            width: columns,
            height: n_lines,
        };
        put_all(self.look, self.lines, area, buffer);
    }
}

/// Draws that something is being read for the first time.
pub(super) fn loading(
    model: &Model,
    look: &Look,
    what: &str,
    since: Option<Timestamp>,
    area: Rect,
    buffer: &mut Buffer,
) {
    let elapsed = since
        .map(|since| format!(" {}", time::elapsed(since, model.now)))
        .unwrap_or_default();
    let mut text = EmptyState::new(look, area).marked(
        look.theme.text,
        look.spinner(model.now),
        format!("loading {what}…{elapsed}"),
    );
    if let Some(retrying) = &model.retrying {
        let when = time::until(retrying.at, model.now).map_or_else(|| "now".to_owned(), |left| format!("in {left}"));
        text = text.text(look.theme.warning, format!("{}; retrying {when}", retrying.why));
    }
    text.draw(area, buffer);
}

/// Draws why what is refused is no answer yet, and when it is tried again.
pub(super) fn not_yet(model: &Model, look: &Look, why: &str, area: Rect, buffer: &mut Buffer) {
    let back = look.key_of(Context::Screen, Action::Back);
    EmptyState::new(look, area)
        .marked(
            look.theme.warning,
            look.spinner(model.now),
            format!("{why} ({back} stops)"),
        )
        .draw(area, buffer);
}

/// Draws why something could not be read.
pub(super) fn failed(look: &Look, failure: &Failure, area: Rect, buffer: &mut Buffer) {
    let theme = &look.theme;
    let mut text = EmptyState::new(look, area).marked(theme.danger, look.marks.error, failure.headline.as_str());
    if let Some(said) = failure.said.as_ref().filter(|said| says_more(failure, said)) {
        text = text.text(theme.muted, format!("\"{said}\""));
    }
    let mut text = again(text.gap().text(theme.text, failure.next.as_str()), look);
    if failure.concerns_everything() {
        let contexts = look.key_of(Context::Screen, Action::Go(ConnectionKey::Contexts));
        text = text.text(theme.text, format!("{contexts} shows other contexts"));
    }
    text.draw(area, buffer);
}

/// Whether the platform's words add to ours; of a 403 they are but one word, always the same.
pub(super) fn says_more(failure: &Failure, said: &SafeText) -> bool {
    failure.kind != FailureKind::Forbidden || said.as_str() != "Forbidden"
}

/// Adds the key that tries again.
pub(super) fn again<'a>(text: EmptyState<'a>, look: &Look) -> EmptyState<'a> {
    let key = look.key_of(Context::Screen, Action::Refresh);
    text.text(look.theme.text, format!("{key} tries again"))
}
