//! The table of the members of one workspace.

use super::workspaces::nothing_matches;
use crate::app::columns::{ListKind, OnShow};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{Action, Context, Opens};
use crate::app::model::Model;
use crate::app::screen::members::{Badge, SortKey, State, kind_in_a_word};
use crate::domain::ids::Principal;
use crate::domain::member::Member;
use crate::domain::role::Role;
use crate::domain::workspace::CallerAccess;
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::{Look, bordered, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;

/// What a cell is made from.
struct Row<'a> {
    member: &'a Member,
    badges: Vec<Badge>,
    /// Whether it is another row than at the look before.
    is_changed: bool,
    now: Timestamp,
}

type Column = table::Column<SortKey, fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 6] = [
    Column::text("PRINCIPAL", 0, Width::Name(44), principal).by(SortKey::Principal),
    Column::marks(marks),
    Column::text("KIND", 4, Width::Exactly(8), kind).by(SortKey::Kind),
    Column::text("ROLES", 0, Width::Content(12, 40), roles).by(SortKey::Roles),
    Column::text("GRANTED", 2, Width::Exactly(10), granted).by(SortKey::Granted),
    Column::text("BY", 1, Width::Content(14, 60), granted_by).by(SortKey::GrantedBy),
];

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    let Some(roster) = model
        .store
        .roster(&state.workspace)
        .filter(|_| !state.list.rows().is_empty())
    else {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    };
    let caller = model.identity();
    let known = model.known(&caller);
    // Looked up once for all rows: there may be thousands of members.
    let members: HashMap<&Principal, &Member> = roster.members().iter().map(|one| (&one.principal, one)).collect();
    let last_admin = roster.last_admin();
    let row = |principal: &Principal| {
        Some(Row {
            member: members.get(principal).copied()?,
            badges: Badge::all(principal, last_admin == Some(principal), &known),
            is_changed: model.looks.found_member(principal),
            now: model.now,
        })
    };
    let shown = Shown::new(ListKind::Members, Some(state.sort), &state.filter).saying(model.screen().says(&known));
    let (told, on_show) = table::draw(look, &COLUMNS, &shown, &state.list, row, area, buffer);
    let told = match state.besides(&known) {
        Some(besides) => table::after(look.span(look.theme.muted, format!(" besides: {besides} ")), told),
        None => told,
    };
    table::told_in_border(look, told, area, buffer);
    on_show
}

fn principal(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.member.principal.label()))
}

fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let badges = row.badges.iter().copied().map(Mark::from);
    let marks: Vec<Mark> = row
        .is_changed
        .then_some(Mark::Changed)
        .into_iter()
        .chain(badges)
        .collect();
    Cell::marks(look, &marks)
}

fn kind(look: &Look, row: &Row<'_>) -> Cell {
    let text = kind_in_a_word(row.member.principal.kind());
    Cell::new(look.theme.muted, text.to_owned())
}

fn roles(look: &Look, row: &Row<'_>) -> Cell {
    let style = if row.member.roles.holds(&Role::Admin) {
        look.theme.title
    } else {
        look.theme.text
    };
    Cell::new(style, look.print(row.member.roles.shown()))
}

fn granted(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.muted, time::granted(&row.member.granted(), row.now))
}

fn granted_by(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.muted, look.print(time::granted_by(&row.member.granted())))
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let details = model.store.details(&state.workspace);
    if details.members.is_none()
        && let Some(why) = model.not_yet(&state.workspace)
    {
        return empty_state::not_yet(model, look, &why, area, buffer);
    }
    let is_refused = model.store.is_refused(&state.workspace);
    if is_refused && let Some(why) = model.unlisted(&state.workspace) {
        return unlisted(look, &why, area, buffer);
    }
    // The list knows better what such an answer means.
    if is_refused && let Some(since) = model.looked_up_since(&state.workspace) {
        return empty_state::loading(
            model,
            look,
            "the list of workspaces to look for it",
            Some(since),
            area,
            buffer,
        );
    }
    if let Some(members) = details.members {
        match members {
            Err(failure) if failure.kind == FailureKind::Forbidden => {
                let ask = model.whom_to_ask(&state.workspace);
                forbidden(look, failure, (&details.caller_access, &ask), area, buffer);
            }
            Err(failure) => empty_state::failed(look, failure, area, buffer),
            Ok(members) if members.is_empty() => {
                let key = model.key_of(Context::Members, Action::Open(Opens::AddMember));
                EmptyState::new(look, area)
                    .text(look.theme.text, format!("no members: press {key} to add one"))
                    .draw(area, buffer);
            }
            Ok(_) => {
                let key = model.key_of(Context::Members, Action::Open(Opens::AddMember));
                let helps = format!("{key} adds a member");
                nothing_matches(look, (&state.filter, true), &helps, area, buffer);
            }
        }
        return;
    }
    match (details.failure, details.loading) {
        (Some(failure), _) => empty_state::failed(look, failure, area, buffer),
        (None, Some(ticket)) => {
            let since = Some(model.waiting_since(ticket));
            empty_state::loading(model, look, "members", since, area, buffer);
        }
        (None, None) => match model.store.halted() {
            Some(failure) => empty_state::failed(look, failure, area, buffer),
            None => empty_state::loading(model, look, "members", None, area, buffer),
        },
    }
}

/// Says that no list has this workspace.
fn unlisted(look: &Look, why: &str, area: Rect, buffer: &mut Buffer) {
    let text = EmptyState::new(look, area).marked(look.theme.danger, look.marks.error, why);
    let back = look.key_of(Context::Screen, Action::Back);
    empty_state::again(text.gap(), look)
        .text(look.theme.text, format!("{back} goes back"))
        .draw(area, buffer);
}

/// Only Admins see members; says what the caller is instead.
fn forbidden(
    look: &Look,
    failure: &Failure,
    (caller_access, ask): (&CallerAccess, &str),
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = &look.theme;
    let you = match caller_access {
        CallerAccess::Nothing => "you have no role here".to_owned(),
        CallerAccess::AtLeastViewer => "you are Viewer or Editor here".to_owned(),
        CallerAccess::PlatformAdmin => "you are platform admin".to_owned(),
        CallerAccess::Holds(role) => format!("you are {} here", role.shown()),
        CallerAccess::Unknown => "your role here could not be read".to_owned(),
    };
    let mut text = EmptyState::new(look, area)
        .marked(
            theme.danger,
            look.marks.error,
            "403: you need Admin here to see members",
        )
        .text(theme.text, you);
    if let Some(said) = failure
        .said
        .as_ref()
        .filter(|said| empty_state::says_more(failure, said))
    {
        text = text.text(theme.muted, format!("\"{said}\""));
    }
    let text = text.gap().text(theme.text, ask);
    let back = look.key_of(Context::Screen, Action::Back);
    empty_state::again(text, look)
        .text(theme.text, format!("{back} goes back"))
        .draw(area, buffer);
}
