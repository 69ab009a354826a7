//! The table of contexts.

use super::workspaces::nothing_matches;
use crate::app::columns::{ListKind, OnShow};
use crate::app::keymap::{Action, Context, Opens};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::app::screen::contexts::{SortKey, State, login_in_words};
use crate::domain::context::{ContextInfo, ContextName, Login};
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::{Look, bordered};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// What a cell is made from.
struct Row<'a> {
    context: &'a ContextInfo,
    is_in_use: bool,
    now: Timestamp,
}

type Column = table::Column<SortKey, fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 7] = [
    Column::text("NAME", 0, Width::Name(44), name).by(SortKey::Name),
    Column::marks(marks),
    Column::text("TOKEN", 0, Width::Content(18, 60), token).by(SortKey::Token),
    Column::text("SERVER", 1, Width::Content(20, 100), server).by(SortKey::Server),
    Column::text("USER", 2, Width::Content(18, 60), user).by(SortKey::User),
    Column::text("WORKSPACE", 3, Width::Content(10, 44), workspace),
    Column::text("READ-ONLY", 4, Width::Exactly(9), read_only),
];

/// Where a context is known by something.
const WORD: Column = Column::text("WORD", 0, Width::Content(20, 20), word);

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    if state.list.rows().is_empty() || state.known.value().is_none() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |name: &ContextName| {
        Some(Row {
            context: state.find(name)?,
            is_in_use: model.context_in_use() == Some(name),
            now: model.now,
        })
    };
    let mut columns = COLUMNS.to_vec();
    if state.all().iter().any(|context| context.known_by().is_some()) {
        // Behind the name and its marks.
        columns.insert(2, WORD);
    }
    let caller = model.identity();
    let shown = Shown::new(ListKind::Contexts, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (told, on_show) = table::draw(look, &columns, &shown, &state.list, row, area, buffer);
    table::told_in_border(look, told, area, buffer);
    on_show
}

fn name(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.context.name.shown()))
}

fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let in_use = row.is_in_use.then_some(Mark::InUse);
    let current = row.context.is_current.then_some(Mark::Current);
    let marks: Vec<Mark> = in_use.into_iter().chain(current).collect();
    Cell::marks(look, &marks)
}

/// What the header shows of it once it is in use.
fn word(look: &Look, row: &Row<'_>) -> Cell {
    let accent = row.context.precautions.accent;
    let cell = |word| Cell::new(look.theme.accent(accent), look.print(word));
    row.context.known_by().map_or_else(Cell::empty, cell)
}

fn token(look: &Look, row: &Row<'_>) -> Cell {
    let login = &row.context.login;
    Cell::new(login_style(look, login, row.now), login_in_words(login, row.now))
}

fn server(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(&row.context.server))
}

fn user(look: &Look, row: &Row<'_>) -> Cell {
    let user = row.context.user.as_ref();
    Cell::new(look.theme.text, user.map(|user| look.print(user)).unwrap_or_default())
}

fn workspace(look: &Look, row: &Row<'_>) -> Cell {
    let workspace = row.context.workspace.as_ref();
    let workspace = workspace.map(|workspace| look.print(workspace.shown()));
    Cell::new(look.theme.muted, workspace.unwrap_or_default())
}

fn read_only(look: &Look, row: &Row<'_>) -> Cell {
    let text = if row.context.read_only.is_some() { "yes" } else { "" };
    Cell::new(look.theme.text, text.to_owned())
}

/// Returns the style for what a login is worth by now.
pub(in crate::ui) fn login_style(look: &Look, login: &Login, now: Timestamp) -> Style {
    match login {
        Login::Nobody => look.theme.muted,
        Login::Token {
            expires_at: Some(at),
            is_renewable: false,
        } if *at <= now => look.theme.danger,
        Login::Token { .. } => look.theme.text,
    }
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let theme = &look.theme;
    if !state.all().is_empty() {
        let key = model.key_of(Context::Contexts, Action::Open(Opens::Connect));
        let helps = format!("{key} connects to an address");
        nothing_matches(look, (&state.filter, true), &helps, area, buffer);
        return;
    }
    match &state.known {
        Remote::Absent => empty_state::loading(model, look, "contexts", None, area, buffer),
        Remote::Loading { ticket, .. } => {
            let since = Some(model.waiting_since(*ticket));
            empty_state::loading(model, look, "contexts", since, area, buffer);
        }
        Remote::Failed { failure, .. } => empty_state::failed(look, failure, area, buffer),
        Remote::Ready { value, .. } => {
            let where_to = match &value.file {
                Some(file) => format!("{file} has no contexts"),
                None => "the platform's CLI has no config file, so there are no contexts".to_owned(),
            };
            let key = model.key_of(Context::Contexts, Action::Open(Opens::Connect));
            EmptyState::new(look, area)
                .text(theme.text, where_to)
                .gap()
                .text(
                    theme.text,
                    format!("{key} connects to an address, where you can log in"),
                )
                .draw(area, buffer);
        }
    }
}
