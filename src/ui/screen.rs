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

use super::{Areas, Look, detail, table};
use crate::app::columns::OnShow;
use crate::app::geometry;
use crate::app::model::{Details, Model};
use crate::app::msg::Size;
use crate::app::pointer::Target;
use crate::app::screen::Screen;
use crate::app::screen::audit::Mode;
use crate::app::screen::resources as app_resources;
use crate::app::scrolled::Reach;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};

/// Draws the screen on show; returns where its cursor is, what of its columns or of a text in place of its list is on show,
/// and which of its rows can be clicked where.
pub(super) fn body(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> (Option<Position>, Reach, Areas) {
    let needs_whole_width = matches!(model.screen(), Screen::Audit(state) if state.mode == Mode::Matrix);
    let (table, pane) = match divided(area) {
        // What has no room beside the list is scrolled in place of it.
        _ if model.details == Details::InPlace => (Rect::default(), area),
        // What is read aloud tells the selected row when it is asked for that.
        _ if needs_whole_width || look.is_spoken() => (area, Rect::default()),
        sides => sides,
    };
    let (mut in_text, mut columns) = ((None, Areas::default()), OnShow::default());
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
    let (in_text, mut areas) = in_text;
    let spot = in_text.or_else(|| spot(model, look, table));
    if let Some(selected) = spot {
        areas.extend(rows(model, selected, table));
    }
    (spot, Reach { columns, ..reach }, areas)
}

/// Returns where the rows of the list are that was drawn in `area`, whose selected row is at `selected`.
fn rows(model: &Model, selected: Position, area: Rect) -> Areas {
    let mut areas = Areas::default();
    let Some(list) = model.screen().list() else {
        return areas;
    };
    let is_shown = |state: &app_resources::State| model.shows_resources(state);
    if matches!(model.screen(), Screen::Resources(state) if !is_shown(state)) {
        return areas;
    }
    let within = area.inner(Margin::new(1, 1));
    // In the matrix it is a cell that is selected.
    let is_matrix = matches!(model.screen(), Screen::Audit(state) if state.mode == Mode::Matrix);
    let left = if is_matrix { within.x } else { selected.x };
    let n_above = list.cursor().saturating_sub(list.top());
    let first = selected.y.saturating_sub(u16::try_from(n_above).unwrap_or(u16::MAX));
    let n_shown = (list.n_rows() - list.top().min(list.n_rows())).min(model.screen().n_visible(model.size));
    for (nth, y) in (first..within.bottom()).enumerate().take(n_shown) {
        let row = Rect {
            x: left.min(within.right()),
            y,
            width: within.right().saturating_sub(left),
            height: 1,
        };
        areas.add(row, within, Target::Row(list.top() + nth));
    }
    areas
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
