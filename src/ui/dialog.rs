//! Dialogs: one frame for all, and a body of rows that scrolls where it has no room for all of them.

mod add_member;
mod body;
mod change_role;
mod columns;
mod confirm;
mod connection;
mod delete_workspace;
mod delete_workspaces;
mod deletion;
mod deletion_told;
mod described;
mod equivalent;
mod export;
mod palette;
mod picker;
mod plan;
mod problem;
mod review;
mod running;
mod undo;
mod views;

use super::text::{Line, line_width};
use super::{Areas, Cursor, Look, bars, bordered, indented, more_in_border, put};
use crate::app::dialog::{Ctx, Dialog, DialogForm as _, Field, FieldError, Form, Stage};
use crate::app::keymap::RolePick;
use crate::app::model::Model;
use crate::app::scrolled::Reach;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use body::{DialogBody, Weight, Window};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};

/// How wide a dialog gets, unless it lists what needs more.
const WIDEST: u16 = 72;

/// How many columns there are for a paragraph that is read aloud: no line is broken.
const SAID: usize = 4_000;

/// In how low an area a dialog begins at the top.
const LOWEST: u16 = 14;

/// Where the cursor is in a dialog, what of its text is on show, and what of it can be clicked.
pub(super) type Drawn = (Cursor, Reach, Areas);

/// Draws every open dialog; returns what was drawn of the last one. A dialog so high that it would hide the
/// `n_noticed` rows of the notice makes room for them: they may say why a key did nothing in it.
pub(super) fn all(model: &Model, look: &Look, area: Rect, n_noticed: usize, buffer: &mut Buffer) -> Drawn {
    let free = match n_noticed {
        0 => 0,
        // The row of hints is below the notice.
        n => u16::try_from(n + 1).unwrap_or(u16::MAX),
    };
    let mut drawn = Drawn::default();
    for (i, dialog) in model.dialogs.iter().enumerate() {
        let is_top = i + 1 == model.dialogs.len() && model.equivalent.is_none();
        drawn = one(model, look, dialog, is_top, (area, free), buffer);
    }
    let Some(shown) = &model.equivalent else {
        return drawn;
    };
    let mut body = body_in(look, area, WIDEST);
    equivalent::fill(shown, &mut body);
    framed(model, look, "Equivalent command", body, true, (area, free), buffer)
}

fn one(model: &Model, look: &Look, dialog: &Dialog, is_top: bool, room: (Rect, u16), buffer: &mut Buffer) -> Drawn {
    let mut body = body_in(look, room.0, WIDEST);
    fill(model, dialog, &mut body);
    let widest = u16::try_from(body.wanted()).unwrap_or(u16::MAX).saturating_add(4);
    if widest > WIDEST && width_in(room.0, widest) > WIDEST {
        body = body_in(look, room.0, widest);
        fill(model, dialog, &mut body);
    }
    if let Some(question) = dialog.leaving(model.keymap, model.key_contexts()) {
        body.gap();
        body.marked(Weight::Warning, look.theme.warning, look.marks.warning, question);
    }
    framed(model, look, &dialog.form.title(), body, is_top, room, buffer)
}

fn width_in(area: Rect, widest: u16) -> u16 {
    area.width.saturating_sub(4).min(widest)
}

fn body_in(look: &Look, area: Rect, widest: u16) -> DialogBody<'_> {
    DialogBody::new(look, usize::from(width_in(area, widest).saturating_sub(4)))
}

/// Returns how far below the top of an area of this height a dialog begins, whatever stands in it: lines that come and
/// go while somebody types and chooses let it grow downwards, and move nothing else.
fn top_edge(height: u16) -> u16 {
    height.saturating_sub(LOWEST) / 3
}

/// Draws a body in a frame in an area, of which so many rows at the bottom stay free.
fn framed(
    model: &Model,
    look: &Look,
    title: &str,
    body: DialogBody<'_>,
    is_top: bool,
    (area, free): (Rect, u16),
    buffer: &mut Buffer,
) -> Drawn {
    let width = u16::try_from(body.columns).unwrap_or(u16::MAX).saturating_add(4);
    let room = area.height.saturating_sub(free);
    let top = top_edge(area.height);
    let scrolled = if is_top { model.scrolled.top() } else { 0 };
    let Window { rows, hidden, reach } = body.window(usize::from(room.saturating_sub(top + 2)), scrolled);
    let least = if is_top { model.scrolled.least_height() } else { 0 };
    let height = u16::try_from(least.max(rows.len() + 2)).unwrap_or(u16::MAX);
    let outer = Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + top,
        width,
        height: height.min(room.saturating_sub(top)),
    };
    // A column at either side keeps the text below away from the frame.
    let margin = Rect {
        x: outer.x.saturating_sub(1),
        width: outer.width + 2,
        ..outer
    };
    Clear.render(margin.intersection(area), buffer);
    let border = if is_top { look.theme.frame } else { look.theme.border };
    let mut title = look.line(look.theme.title, format!(" {title} "));
    if let Some(badge) = bars::badge_in_front(model, look) {
        title.spans.insert(0, badge);
    }
    let inner = indented(bordered(look, Some(title), border, outer, buffer), 1);
    let mut areas = Areas::default();
    if is_top {
        areas = keys(model, look, outer, buffer);
        more_in_border(look, hidden, outer, buffer);
    }
    let mut cursor = Cursor::hidden(inner.as_position());
    for (row, spot) in rows.into_iter().zip(inner.rows()) {
        if let Some(column) = row.cursor {
            cursor = Cursor::shown(super::place(spot, column));
        } else if let Some(column) = row.sign.filter(|_| !cursor.is_shown) {
            cursor = Cursor::hidden(super::place(spot, column));
        }
        areas.add_in(spot, &row.spots);
        put(look, row.line, spot, buffer);
    }
    if !is_top {
        buffer.set_style(outer, look.theme.muted);
    }
    let height = usize::from(outer.height);
    (cursor, Reach { height, ..reach }, areas)
}

/// Prints the keys of the dialog into its lower border; returns where each can be clicked.
fn keys(model: &Model, look: &Look, outer: Rect, buffer: &mut Buffer) -> Areas {
    let mut areas = Areas::default();
    let room = usize::from(outer.width.saturating_sub(4));
    let (hints, spots) = bars::fitting_hints(model, look, room);
    if hints.spans.is_empty() || outer.height == 0 {
        return areas;
    }
    let spot = Rect {
        x: outer.x + 2,
        y: outer.bottom() - 1,
        width: outer.width.saturating_sub(4),
        height: 1,
    };
    let taken = u16::try_from(line_width(&hints)).unwrap_or(u16::MAX);
    let spot = Rect {
        width: spot.width.min(taken),
        ..spot
    };
    buffer.set_style(spot, Style::reset());
    put(look, hints, spot, buffer);
    areas.add_in(spot, &spots);
    areas
}

fn fill(model: &Model, dialog: &Dialog, body: &mut DialogBody<'_>) {
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    match &dialog.stage {
        Stage::Confirming(confirm) => return confirm::fill(model, dialog, confirm, body),
        Stage::Running(run) => return running::fill(model, run, body),
        Stage::Editing => {}
    }
    let errors = dialog.field_errors(ctx);
    match &dialog.form {
        Form::Create(_) | Form::Describe(_) => described::fill(&dialog.form.rows(), &errors, body),
        Form::AddMember(form) => add_member::fill(model, dialog, form, ctx, &errors, body),
        Form::ChangeRole(form) => change_role::fill(model, dialog, form, &errors, body),
        Form::RemoveMember(form) => confirm::remove(form, &errors, body),
        Form::DeleteWorkspace(form) => delete_workspace::fill(model, form, dialog.problem.is_some(), body),
        Form::DeleteWorkspaces(form) => {
            delete_workspaces::fill(model, (form, form.waits_for()), &errors, body);
        }
        Form::DeleteResources(_) => confirm::nothing_but_changes(dialog, ctx, body),
        Form::Deletion(form) => deletion::fill(model, form, body),
        Form::Plan(form) => plan::fill(model, dialog, form, ctx, &errors, body),
        Form::Undo(form) => undo::fill(model, form, &errors, body),
        Form::Review(form) => review::fill(model, form, &errors, body),
        Form::Export(form) => export::fill(model, form, &errors, body),
        Form::LogIn(form) => connection::log_in(model, form, &errors, body),
        Form::LogOut(form) => connection::log_out(model, &form.context, body),
        Form::Lift(form) => connection::lift(model, form, body),
        Form::Connect(form) => connection::connect(model, form, &errors, body),
        Form::Columns(form) => columns::fill(form, body),
        Form::Views(form) => views::fill(form, &errors, body),
        Form::Palette(form) => palette::fill(form, &errors, body),
    }
    if let Some(problem) = &dialog.problem {
        problem::fill(dialog, problem, &errors, body);
    }
}

/// Returns the title of what is in front of the screen and all that it says, a paragraph a line; nothing where nothing is.
pub(super) fn said(model: &Model, look: &Look) -> Option<(String, Vec<String>)> {
    let mut body = DialogBody::new(look, SAID);
    if let Some(shown) = &model.equivalent {
        equivalent::fill(shown, &mut body);
        return Some(("Equivalent command".to_owned(), body.said()));
    }
    let dialog = model.dialogs.last()?;
    fill(model, dialog, &mut body);
    if let Some(question) = dialog.leaving(model.keymap, model.key_contexts()) {
        body.marked(Weight::Warning, look.theme.warning, look.marks.warning, question);
    }
    Some((dialog.form.title().into_owned(), body.said()))
}

/// Returns what is wrong with one field.
fn errors_of(errors: &[FieldError], field: Field) -> impl Iterator<Item = &FieldError> {
    errors.iter().filter(move |error| error.field == field)
}

/// Returns the option of a role, with the key that chooses it.
fn role_option(look: &Look, pick: RolePick, choice: usize, has_focus: bool, key: &str) -> Line {
    let (name, meaning) = match Role::CHOICES.get(pick.place()) {
        Some(role) => (role.shown(), role.meaning()),
        None => (SafeText::new("None"), "only named members"),
    };
    if look.is_spoken() {
        return option(
            look,
            pick.place() == choice,
            has_focus,
            &name,
            &format!("{meaning}, {key}"),
        );
    }
    let mut line = option(look, pick.place() == choice, has_focus, &name, "");
    line.spans.pop();
    line.spans.push(look.span(look.theme.key, format!(" {key} ")));
    line.spans.push(look.span(look.theme.muted, format!(" {meaning}")));
    line
}

/// Returns an option of several, the chosen one marked.
fn option(look: &Look, is_chosen: bool, has_focus: bool, name: &SafeText, meaning: &str) -> Line {
    let theme = &look.theme;
    if look.is_spoken() {
        let chosen = if is_chosen { "chosen, " } else { "" };
        let name = name.as_str().trim();
        // Whoever comes to them hears all of them again, as they are said in another way then.
        let asked = if has_focus { "," } else { ":" };
        let said = look.span(theme.text, format!("{chosen}{name}{asked} "));
        return Line::from(vec![said, look.span(theme.text, meaning.trim())]);
    }
    let mark = if is_chosen { look.marks.chosen } else { "( )" };
    let style = match (is_chosen, has_focus) {
        (true, true) => theme.selected,
        (true, false) => theme.title,
        (false, _) => theme.text,
    };
    let cursor = if is_chosen && has_focus { look.marks.cursor } else { " " };
    Line::from(vec![
        look.span(theme.key, format!("{cursor} ")),
        look.span(style, format!("{mark} {name:7}")),
        look.span(theme.muted, format!(" {meaning}")),
    ])
}
