//! From a report of the mouse to what was pointed at: what stood on the screen there, or nothing.

use super::console::{Console, FrameFor};
use super::input::{Deed, Report};
use super::painter::Painter;
use crate::app::msg::Msg;
use crate::app::pointer::Target;
use ratatui::layout::Position;

/// Returns what a report says, to a console whose last frame `painter` has painted; nothing while the mouse is not listened
/// to. `is_blind` says that what a click would answer has not stood on the screen: then it meets nothing.
pub(super) fn message(console: &Console, painter: &Painter, report: Report, is_blind: bool) -> Option<Msg> {
    if !console.model().has_mouse() {
        return None;
    }
    match report.deed {
        Deed::Wheel(is_down) => Some(Msg::Wheeled(is_down)),
        Deed::Press if is_blind => None,
        Deed::Press => target(console, painter, report.at).map(Msg::Pointed),
    }
}

/// Returns what stands at a place. Where something has happened that the screen does not show yet, only what would still
/// stand there, as it stands there now.
fn target(console: &Console, painter: &Painter, at: Position) -> Option<Target> {
    let (area, target) = console.areas().at(at)?;
    if console.frame() == FrameFor::Nothing {
        return Some(target);
    }
    let shown = painter.shown()?;
    let (next, areas) = console.next_frame(shown.area);
    let is_there = areas.at(at) == Some((area, target));
    let is_the_same = area.positions().all(|cell| {
        let symbol = |buffer: &ratatui::buffer::Buffer| buffer.cell(cell).map(|cell| cell.symbol().to_owned());
        symbol(shown) == symbol(&next)
    });
    (is_there && is_the_same).then_some(target)
}
