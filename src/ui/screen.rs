//! The body: one screen, with what is selected beside it where there is room.

mod activity;
mod audit;
mod contexts;
mod help;
mod members;
mod outcomes;
mod principal;
mod resources;
mod touched;
mod welcome;
mod workspaces;

pub(super) use contexts::login_style;
pub(super) use resources::note;

use super::{Look, detail, table};
use crate::app::columns::OnShow;
use crate::app::geometry;
use crate::app::model::{Details, Model};
use crate::app::msg::Size;
use crate::app::screen::Screen;
use crate::app::screen::audit::Mode;
use crate::app::scrolled::Reach;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the screen on show; returns where its cursor is, and what of its columns or of a text in place of its list is on
/// show.
pub(super) fn body(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> (Option<Position>, Reach) {
    let needs_whole_width = matches!(model.screen(), Screen::Audit(state) if state.mode == Mode::Matrix);
    let (table, pane) = match divided(area) {
        // What has no room beside the list is scrolled in place of it.
        _ if model.details == Details::InPlace => (Rect::default(), area),
        // What is read aloud tells the selected row when it is asked for that.
        _ if needs_whole_width || look.is_spoken() => (area, Rect::default()),
        sides => sides,
    };
    let (mut in_text, mut columns) = (None, OnShow::default());
    let reach = match model.screen() {
        Screen::Workspaces(state) => {
            columns = workspaces::draw(model, look, state, table, buffer);
            detail::workspace::draw(model, look, pane, buffer)
        }
        Screen::Members(state) => {
            columns = members::draw(model, look, state, table, buffer);
            detail::member::draw(model, look, pane, buffer)
        }
        Screen::Resources(state) => {
            columns = resources::draw(model, look, state, table, buffer);
            detail::resource::draw(model, look, state, pane, buffer)
        }
        Screen::Audit(state) => {
            columns = audit::draw(model, look, state, table, buffer);
            detail::audit::draw(model, look, state, pane, buffer)
        }
        Screen::Principal(state) => {
            columns = principal::draw(model, look, state, table, buffer);
            detail::principal::draw(model, look, state, pane, buffer)
        }
        Screen::Contexts(state) => {
            columns = contexts::draw(model, look, state, table, buffer);
            detail::context::draw(model, look, state, pane, buffer)
        }
        Screen::Activity(state) => {
            columns = activity::draw(model, look, state, table, buffer);
            detail::activity::draw(model, look, state, pane, buffer)
        }
        Screen::Touched(state) => {
            columns = touched::draw(model, look, state, table, buffer);
            detail::touched::draw(model, look, state, pane, buffer)
        }
        Screen::Welcome(state) => {
            in_text = welcome::draw(model, look, *state, area, buffer);
            Reach::default()
        }
        Screen::Help(state) => {
            help::draw(model, look, state, area, buffer);
            Reach::default()
        }
        Screen::Outcomes(state) => {
            outcomes::draw(look, state, area, buffer);
            Reach::default()
        }
    };
    (in_text.or_else(|| spot(model, look, table)), Reach { columns, ..reach })
}

/// Returns where the selected row is in the list that was drawn in `area`.
fn spot(model: &Model, look: &Look, area: Rect) -> Option<Position> {
    match model.screen() {
        Screen::Workspaces(state) => table::spot(&state.list, area),
        Screen::Members(state) => table::spot(&state.list, area),
        Screen::Resources(state) => resources::spot(model, look, state, area),
        Screen::Audit(state) => audit::spot(model, state, area),
        Screen::Principal(state) => table::spot(&state.list, area),
        Screen::Contexts(state) => table::spot(&state.list, area),
        Screen::Activity(state) => table::spot(&state.list, area),
        Screen::Touched(state) => table::spot(&state.list, area),
        Screen::Welcome(_) | Screen::Help(_) | Screen::Outcomes(_) => None,
    }
}

/// Returns the room for the table and, where the screen is wide enough, for the detail pane.
fn divided(area: Rect) -> (Rect, Rect) {
    let size = Size {
        width: area.width,
        height: area.height,
    };
    let pane = if geometry::has_detail(size) {
        (area.width / 3).clamp(34, 60)
    } else {
        0
    };
    let table = Rect {
        width: area.width - pane,
        ..area
    };
    let pane = Rect {
        x: table.right(),
        width: pane,
        ..area
    };
    (table, pane)
}
