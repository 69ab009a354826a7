//! The table of everything one principal has access to.

use super::workspaces::nothing_matches;
use crate::app::audit::Access;
use crate::app::columns::{ListKind, OnShow};
use crate::app::model::Model;
use crate::app::screen::principal::{Row, SortKey, State};
use crate::app::store::Glimpse;
use crate::audit::GivenBy;
use crate::domain::binding::Binding;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::{Look, bordered, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a cell is made from.
enum Seen<'a> {
    Now(WorkspaceName, Access, Timestamp),
    Unread(WorkspaceName, Glimpse),
    Past(&'a Binding, Timestamp),
}

type Column = table::Column<SortKey, fn(&Look, &Seen<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 7] = [
    Column::text("WORKSPACE", 0, Width::Name(40), workspace).by(SortKey::Workspace),
    Column::marks(no_marks),
    Column::text("EFFECTIVE", 0, Width::Exactly(11), effective).by(SortKey::Effective),
    Column::text("THROUGH", 1, Width::Content(12, 20), through),
    Column::text("OWN ROLES", 4, Width::Content(10, 40), own),
    Column::text("GRANTED", 3, Width::Exactly(10), granted).by(SortKey::Granted),
    Column::text("BY", 2, Width::Content(14, 60), granted_by).by(SortKey::GrantedBy),
];

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    if state.list.rows().is_empty() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |row: &Row| seen(model, state, row);
    let caller = model.identity();
    let shown = Shown::new(ListKind::Principal, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (told, on_show) = table::draw(look, &COLUMNS, &shown, &state.list, row, area, buffer);
    table::told_in_border(look, told, area, buffer);
    on_show
}

fn seen<'a>(model: &Model, state: &'a State, row: &Row) -> Option<Seen<'a>> {
    Some(match row {
        Row::Now(workspace) => {
            let access = model.store.access_of(workspace, &state.principal)?;
            Seen::Now(workspace.clone(), access, model.now)
        }
        Row::Unread(workspace) => {
            let caller = model.identity();
            let is_meant = state.is_about_the_caller(&model.known(&caller));
            Seen::Unread(workspace.clone(), model.store.glimpse_of(workspace, is_meant)?)
        }
        Row::Past(workspace, role) => Seen::Past(state.past(workspace, role)?, model.now),
    })
}

/// A row has none but that of somebody who has marked it.
fn no_marks(_: &Look, _: &Seen<'_>) -> Cell {
    Cell::empty()
}

fn workspace(look: &Look, row: &Seen<'_>) -> Cell {
    match row {
        Seen::Now(name, ..) | Seen::Unread(name, _) => Cell::new(look.theme.text, look.print(name.shown())),
        Seen::Past(past, _) => Cell::new(look.theme.muted, look.print(past.workspace.shown())),
    }
}

fn effective(look: &Look, row: &Seen<'_>) -> Cell {
    match row {
        Seen::Now(_, access, _) => {
            let (style, text) = match &access.effective.role {
                Some(role @ Role::Admin) => (look.theme.title, role.shown()),
                Some(role) => (look.theme.text, role.shown()),
                None => (look.theme.muted, SafeText::new("none")),
            };
            Cell::new(style, look.print(text))
        }
        Seen::Unread(_, glimpse) => Cell::new(look.theme.text, look.print(glimpse.access.label())),
        Seen::Past(..) => Cell::new(look.theme.muted, "revoked".to_owned()),
    }
}

fn through(look: &Look, row: &Seen<'_>) -> Cell {
    match row {
        Seen::Now(_, access, _) => {
            let given_by = &access.effective.given_by;
            let style = match given_by {
                GivenBy::Everyone(_) => look.theme.warning,
                GivenBy::Own(_) | GivenBy::PlatformAdmin(_) | GivenBy::Nothing => look.theme.muted,
            };
            Cell::new(style, given_by.label().to_owned())
        }
        Seen::Unread(_, glimpse) => Cell::new(look.theme.muted, glimpse.through.to_owned()),
        Seen::Past(past, _) => Cell::new(look.theme.muted, look.print(format!("was {}", past.role.shown()))),
    }
}

fn own(look: &Look, row: &Seen<'_>) -> Cell {
    match row {
        Seen::Now(_, access, _) if access.own.is_empty() => Cell::new(look.theme.muted, look.marks.nothing.to_owned()),
        Seen::Now(_, access, _) => Cell::new(look.theme.text, look.print(access.own.shown())),
        Seen::Unread(..) => Cell::new(look.theme.muted, look.marks.withheld.to_owned()),
        Seen::Past(..) => Cell::new(look.theme.muted, String::new()),
    }
}

fn granted(look: &Look, row: &Seen<'_>) -> Cell {
    let text = match row {
        Seen::Now(_, access, now) => Some(time::granted(&access.granted, *now)),
        Seen::Unread(..) => None,
        Seen::Past(past, now) => past.revoked_at.map(|at| time::relative(at, *now)),
    };
    Cell::new(look.theme.muted, text.unwrap_or_default())
}

fn granted_by(look: &Look, row: &Seen<'_>) -> Cell {
    let by = match row {
        Seen::Now(_, access, _) => time::granted_by(&access.granted),
        // Who took it away is not stored; who had granted it stands in the detail pane.
        Seen::Unread(..) | Seen::Past(..) => SafeText::default(),
    };
    Cell::new(look.theme.muted, look.print(by))
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    if state.filter.is_active() {
        let is_all = model.store.reading().is_none() && !state.is_looked_at_one_by_one();
        nothing_matches(look, (&state.filter, is_all), "", area, buffer);
        return;
    }
    match (model.store.report(), model.store.reading(), model.store.read_failure()) {
        (_, Some(reading), _) => {
            empty_state::loading(model, look, "all workspaces", Some(reading.since), area, buffer);
        }
        (None, None, Some(failure)) => empty_state::failed(look, failure, area, buffer),
        (_, None, _) => {
            let who = look.brief(&state.principal.label(), 60);
            let read = if state.is_looked_at_one_by_one() {
                "looked at so far"
            } else {
                "that could be read"
            };
            EmptyState::new(look, area)
                .text(look.theme.text, format!("{who} has no role in the workspaces {read}"))
                .draw(area, buffer);
        }
    }
}
