//! The first thing to be seen where nothing is connected: what can be done.

use crate::app::keymap::{Action, ConnectionKey, Context, Shows};
use crate::app::model::Model;
use crate::app::pointer::Target;
use crate::app::screen::welcome::{Choice, State};
use crate::domain::text::SafeText;
use crate::ui::linear::row_prefix;
use crate::ui::text::{Line, width};
use crate::ui::{Areas, Look, bordered, place, put_all};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// How wide the text gets.
const WIDEST: u16 = 76;

/// Draws the choices in the middle of `area`; returns where the chosen one is, and where each can be clicked.
pub(super) fn draw(
    model: &Model,
    look: &Look,
    state: State,
    area: Rect,
    buffer: &mut Buffer,
) -> (Option<Position>, Areas) {
    let inner = bordered(look, None, look.theme.border, area, buffer);
    let widest = if look.is_spoken() { u16::MAX } else { WIDEST };
    let columns = usize::from(inner.width.saturating_sub(4).min(widest));
    let mut lines = waiting(model, look, columns);
    let mut targets = vec![None; lines.len()];
    for (target, line) in choices(look, state, columns) {
        targets.push(target);
        lines.push(line);
    }
    let more = about(look, columns);
    // What only explains is left out where it would push out what can be done.
    if lines.len() + more.len() <= usize::from(inner.height) {
        lines.extend(more);
    }
    let n_lines = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(inner.height);
    let taken = u16::try_from(columns).unwrap_or(inner.width).min(inner.width);
    let area = Rect {
        x: inner.x + inner.width.saturating_sub(taken) / 2,
        y: inner.y + inner.height.saturating_sub(n_lines) / 2,
        width: taken,
        height: n_lines,
    };
    let mut rows = lines.iter().zip(area.rows());
    let spot = rows.find_map(|(line, row)| Some(place(row, look.cursor_in(line)?)));
    let mut areas = Areas::default();
    for (target, row) in targets.into_iter().zip(area.rows()) {
        if let Some(place) = target {
            areas.add(row, inner, Target::Row(place));
        }
    }
    put_all(look, lines, area, buffer);
    (spot, areas)
}

/// Says what opens once there is a connection.
fn waiting(model: &Model, look: &Look, columns: usize) -> Vec<Line> {
    let Some(path) = &model.session.plan else {
        return Vec::new();
    };
    let text = format!(
        "plan {} opens after you connect",
        SafeText::new(&path.to_string_lossy())
    );
    let mut lines = look.paragraph(look.theme.title, None, text, columns);
    lines.push(Line::default());
    lines
}

/// Returns the lines of what can be chosen, each with the place of its choice.
fn choices(look: &Look, state: State, columns: usize) -> Vec<(Option<usize>, Line)> {
    let theme = &look.theme;
    let text = "No platform is configured yet. Nothing is saved until you log in.";
    let begun = look.paragraph(theme.text, None, text, columns).into_iter();
    let begun = begun.chain([Line::default()]);
    let mut lines: Vec<(Option<usize>, Line)> = begun.map(|line| (None, line)).collect();
    let widest = Choice::ALL
        .iter()
        .map(|choice| width(choice.label()))
        .max()
        .unwrap_or(0);
    for (place, choice) in Choice::ALL.iter().enumerate() {
        let is_chosen = place == state.choice;
        if look.is_spoken() {
            let row = row_prefix(place, Choice::ALL.len(), is_chosen);
            let text = format!("{row}{}, {}", choice.label(), choice.meaning());
            lines.push((Some(place), look.line(theme.text, text)));
            continue;
        }
        let (mark, style) = if is_chosen {
            (look.marks.cursor, theme.selected)
        } else {
            (" ", theme.text)
        };
        let padding = " ".repeat(widest.saturating_sub(width(choice.label())));
        let name = Line::from(vec![
            look.span(theme.key, format!("{mark} ")),
            look.span(style, choice.label()),
            look.span(theme.text, format!("{padding}  ")),
        ]);
        let room = columns.saturating_sub(widest + 4);
        let indent = " ".repeat(widest + 4);
        for (nth, line) in look
            .paragraph(theme.muted, None, choice.meaning(), room)
            .into_iter()
            .enumerate()
        {
            let mut spans = if nth == 0 {
                name.spans.clone()
            } else {
                vec![look.span(theme.text, &indent)]
            };
            spans.extend(line.spans);
            lines.push((Some(place), Line::from(spans)));
        }
    }
    lines
}

fn about(look: &Look, columns: usize) -> Vec<Line> {
    let contexts = look.key_of(Context::Screen, Action::Go(ConnectionKey::Contexts));
    let help = look.key_of(Context::Screen, Action::Show(Shows::Help));
    let keys = format!("{contexts} shows the contexts of the platform's CLI, {help} every key.");
    let mut lines = vec![Line::default()];
    lines.extend(look.paragraph(look.theme.muted, None, keys, columns));
    let options = "nmp-console --help explains how to start directly on a platform.";
    lines.extend(look.paragraph(look.theme.muted, None, options, columns));
    lines
}
