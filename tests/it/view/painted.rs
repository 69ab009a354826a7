//! What a frame looks like, as text.

use nmp_console::app::model::Model;
use nmp_console::app::scrolled::Reach;
use nmp_console::ui::theme::ColorDepth;
use nmp_console::ui::{self, Areas, Look};
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::fmt::Write as _;

/// A drawn frame.
pub(super) struct Painted {
    pub(super) buffer: Buffer,
    /// What of the text in front is on show.
    pub(super) reach: Reach,
    pub(super) cursor: Option<(u16, u16)>,
    /// Where the terminal's cursor is, seen or not.
    pub(super) at: (u16, u16),
    /// What can be clicked.
    pub(super) areas: Areas,
}

/// Draws `model` on a screen of its own size.
pub(super) fn paint(model: &Model, look: &Look) -> Painted {
    paint_at(model, look, model.size.width, model.size.height)
}

/// Draws `model` on a screen of any size.
pub(super) fn paint_at(model: &Model, look: &Look, width: u16, height: u16) -> Painted {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let (cursor, reach, areas) = ui::view(model, look, &mut buffer);
    let at = (cursor.at.x, cursor.at.y);
    Painted {
        buffer,
        reach,
        cursor: cursor.is_shown.then_some(at),
        at,
        areas,
    }
}

/// The look of most terminals.
pub(super) fn plain() -> Look {
    Look::new(ColorDepth::Ansi16, false)
}

impl Painted {
    /// Returns the rows of the screen, blanks at their ends left out, and where the cursor is.
    pub(super) fn text(&self) -> String {
        let mut out = self.rows().join("\n");
        if let Some((x, y)) = self.cursor {
            write!(out, "\ncursor at {x},{y}").unwrap();
        }
        out
    }

    /// Returns the rows of the screen.
    pub(super) fn rows(&self) -> Vec<String> {
        rows_of(&self.buffer)
    }

    /// Returns every piece of text that has a style: snapshots of text alone are blind to them.
    pub(super) fn styles(&self) -> String {
        let area = self.buffer.area;
        let mut out = String::new();
        for y in area.top()..area.bottom() {
            let mut run = (String::new(), Style::default());
            let mut runs = Vec::new();
            let mut x = area.left();
            while x < area.right() {
                let cell = &self.buffer[(x, y)];
                if cell.style() != run.1 {
                    runs.push(std::mem::take(&mut run));
                    run.1 = cell.style();
                }
                run.0.push_str(cell.symbol());
                x += cell.symbol().cell_width().max(1);
            }
            runs.push(run);
            let styled: Vec<String> = runs
                .into_iter()
                .filter(|(text, _)| !text.trim().is_empty())
                .filter_map(|(text, style)| Some(format!("{}={:?}", words(style)?, text)))
                .collect();
            if !styled.is_empty() {
                writeln!(out, "{y:2}: {}", styled.join(" ")).unwrap();
            }
        }
        out
    }
}

/// Returns the rows of a frame, blanks at their ends left out.
pub(crate) fn rows_of(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y: u16| {
        let mut out = String::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buffer[(x, y)].symbol();
            out.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        out.trim_end().to_owned()
    };
    (area.top()..area.bottom()).map(row).collect()
}

/// Returns a style in words; nothing for plain text.
fn words(style: Style) -> Option<String> {
    use ratatui::style::Color;
    let mut words = Vec::new();
    for (name, color) in [("", style.fg), ("on ", style.bg)] {
        if let Some(color) = color.filter(|color| *color != Color::Reset) {
            words.push(format!("{name}{color}"));
        }
    }
    if !style.add_modifier.is_empty() {
        words.push(format!("{:?}", style.add_modifier).to_lowercase());
    }
    (!words.is_empty()).then(|| words.join(" "))
}
