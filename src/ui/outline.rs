//! The lines around an area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;

/// Draws them. The library's own widget styles every cell inside as well, which costs six times as much and more.
pub(super) fn draw(set: border::Set<'_>, style: Style, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let (left, right) = (area.left(), area.right() - 1);
    let (top, bottom) = (area.top(), area.bottom() - 1);
    let mut put = |x, y, symbol| {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(style);
        }
    };
    for y in top..=bottom {
        put(left, y, set.vertical_left);
    }
    for x in left..=right {
        put(x, top, set.horizontal_top);
    }
    for y in top..=bottom {
        put(right, y, set.vertical_right);
    }
    for x in left..=right {
        put(x, bottom, set.horizontal_bottom);
    }
    put(right, bottom, set.bottom_right);
    put(right, top, set.top_right);
    put(left, bottom, set.bottom_left);
    put(left, top, set.top_left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Modifier};
    use ratatui::widgets::{Block, Widget as _};

    /// Each line and corner another sign, so that none stands in for another.
    const SET: border::Set<'_> = border::Set {
        top_left: "1",
        top_right: "2",
        bottom_left: "3",
        bottom_right: "4",
        vertical_left: "5",
        vertical_right: "6",
        horizontal_top: "7",
        horizontal_bottom: "8",
    };

    #[test]
    fn it_is_what_the_librarys_widget_draws_wherever_it_reaches() {
        let style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        let screen = Rect::new(0, 0, 6, 6);
        let mut blank = Buffer::empty(screen);
        blank.set_style(screen, Style::new().bg(Color::Blue));
        for (width, height) in (0..9).flat_map(|width| (0..9).map(move |height| (width, height))) {
            for at in 0..7 {
                let area = Rect::new(at, 6 - at, width, height);
                let (mut drawn, mut expected) = (blank.clone(), blank.clone());
                draw(SET, style, area, &mut drawn);
                let block = Block::bordered().border_set(SET).border_style(style);
                block.render(area, &mut expected);
                assert_eq!(drawn, expected, "{area:?}");
            }
        }
    }
}
