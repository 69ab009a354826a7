//! From a key or a paste to what it does.

use super::dialogs;
use crate::app::dialog::{Ctx, Field, Form, Stage};
use crate::app::directory::Listing;
use crate::app::filter::Filter;
use crate::app::geometry;
use crate::app::keymap::{self, Action, Chord, Key, Meaning};
use crate::app::list::Step;
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::screen::{Screen, help, members, workspaces};
use crate::app::text_field::TextField;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::policy::Tier;

/// Takes one key.
pub(super) fn pressed(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if let Some(suggested) = suggested(model, chord) {
        suggested.0.paste(&suggested.1);
        return Vec::new();
    }
    if let Some(input) = focused_text(model)
        && input.press(chord)
    {
        edited(model);
        return Vec::new();
    }
    match keymap::find(model, chord) {
        Meaning::Act(action) => act(model, action, chord),
        Meaning::Disabled(why) => {
            model.say(Tone::Warning, why.as_str());
            Vec::new()
        }
        Meaning::Nothing => Vec::new(),
    }
}

/// Takes pasted text: into the text field that has the focus, and nowhere else.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(input) = focused_text(model) else {
        model.say(
            Tone::Warning,
            "pasted text goes into text fields only: nothing was done with it",
        );
        return Vec::new();
    };
    input.paste(text);
    edited(model);
    Vec::new()
}

/// Returns the text field that takes keys now.
fn focused_text(model: &mut Model) -> Option<&mut TextField> {
    if model.dialogs.is_empty() {
        let filter = filter_mut(model).filter(|filter| filter.is_editing);
        return filter.map(|filter| &mut filter.input);
    }
    let dialog = model.dialogs.last_mut()?;
    match &mut dialog.stage {
        Stage::Editing => dialog.form.text_field(),
        Stage::Confirming(confirm) if confirm.tier == Tier::Typed => Some(&mut confirm.typed),
        Stage::Confirming(_) | Stage::Running(_) => None,
    }
}

fn filter_mut(model: &mut Model) -> Option<&mut Filter> {
    match model.screens.last_mut()? {
        Screen::Workspaces(state) => Some(&mut state.filter),
        Screen::Members(state) => Some(&mut state.filter),
        Screen::Help(_) => None,
    }
}

/// What follows from an edit: complaints about what is no longer there go away, lists are filtered anew.
fn edited(model: &mut Model) {
    let Some(dialog) = model.dialogs.last_mut() else {
        model.rebuild();
        select_best_match(model);
        return;
    };
    if let Stage::Confirming(confirm) = &mut dialog.stage {
        confirm.is_mistyped = false;
    } else {
        dialog.problem = None;
    }
}

/// Puts the cursor on what the typed text most likely means, so that the next enter opens that.
fn select_best_match(model: &mut Model) {
    let height = model.table_rows();
    match model.screens.last_mut() {
        Some(Screen::Workspaces(state)) => {
            if let Some(best) = state
                .filter
                .best(state.list.rows(), state.list.selected(), WorkspaceName::raw)
                .cloned()
            {
                state.list.select(&best, height);
            }
        }
        Some(Screen::Members(state)) => {
            if let Some(best) = state
                .filter
                .best(state.list.rows(), state.list.selected(), Principal::raw)
                .cloned()
            {
                state.list.select(&best, height);
            }
        }
        Some(Screen::Help(_)) | None => {}
    }
}

/// Returns the field and the text that `→` at its end takes over from the suggestion.
fn suggested(model: &mut Model, chord: Chord) -> Option<(&mut TextField, String)> {
    if chord != Chord::plain(Key::Right) {
        return None;
    }
    let identity = model.identity();
    let dialog = model.dialogs.last_mut()?;
    let (Form::AddMember(form), Stage::Editing) = (&mut dialog.form, &dialog.stage) else {
        return None;
    };
    let ctx = Ctx {
        directory: &model.directory,
        identity: &identity,
    };
    let rest = form.suggestion(ctx)?;
    (form.focus == Field::Principals).then_some((&mut form.principals, rest))
}

fn act(model: &mut Model, action: Action, chord: Chord) -> Vec<Effect> {
    if !matches!(action, Action::Move(_)) && model.leaving_since.is_none() {
        model.notice = None;
    }
    match action {
        Action::Quit => return model.quit(),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Help if matches!(model.screen(), Screen::Help(_)) => {}
        Action::Help => {
            let state = help::State::new(keymap::contexts(model));
            model.screens.push(Screen::Help(state));
        }
        Action::Back => back(model),
        Action::Close => return close(model),
        Action::Refresh => return refresh(model),
        Action::Repair => return model.mend(),
        Action::Move(step) => move_cursor(model, step),
        Action::EditFilter => with_filter(model, |filter| filter.is_editing = true),
        Action::KeepFilter => with_filter(model, |filter| filter.is_editing = false),
        Action::ClearFilter => with_filter(model, Filter::clear),
        Action::SortNext => sort(model, true),
        Action::SortReverse => sort(model, false),
        Action::OpenMembers => {
            if let Some(workspace) = model.workspace().cloned() {
                return model.open_members(workspace);
            }
        }
        Action::Open(which) => return dialogs::open(model, which, chord),
        Action::Dialog(key) => return dialogs::pressed(model, key, chord),
    }
    Vec::new()
}

fn close(model: &mut Model) -> Vec<Effect> {
    if model.screens.len() == 1 {
        return model.quit();
    }
    model.screens.pop();
    Vec::new()
}

fn back(model: &mut Model) {
    if model.has_filter() {
        with_filter(model, Filter::clear);
    } else if model.screens.len() > 1 {
        model.screens.pop();
    }
}

fn refresh(model: &mut Model) -> Vec<Effect> {
    if let Screen::Help(_) = model.screen() {
        return Vec::new();
    }
    if let Screen::Members(state) = model.screen() {
        let workspace = state.workspace.clone();
        let is_working = model.session.info.value().is_some() && model.directory.halted().is_none();
        if is_working && matches!(model.directory.listing(), Listing::Complete) {
            model.directory.want(&workspace);
            return Vec::new();
        }
        let effects = model.reload();
        model.directory.want(&workspace);
        return effects;
    }
    model.reload()
}

fn move_cursor(model: &mut Model, step: Step) {
    let height = model.table_rows();
    let lines = geometry::text_rows(model.size);
    match model.screens.last_mut() {
        Some(Screen::Workspaces(state)) => state.list.step(step, height),
        Some(Screen::Members(state)) => state.list.step(step, height),
        Some(Screen::Help(state)) => state.step(step, lines),
        None => {}
    }
}

fn with_filter(model: &mut Model, change: impl FnOnce(&mut Filter)) {
    if let Some(filter) = filter_mut(model) {
        change(filter);
    }
    model.rebuild();
}

fn sort(model: &mut Model, to_next: bool) {
    match model.screens.last_mut() {
        Some(Screen::Workspaces(state)) => {
            state.sort = if to_next {
                state.sort.next(&workspaces::SortKey::ALL)
            } else {
                state.sort.reversed()
            };
        }
        Some(Screen::Members(state)) => {
            state.sort = if to_next {
                state.sort.next(&members::SortKey::ALL)
            } else {
                state.sort.reversed()
            };
        }
        Some(Screen::Help(_)) | None => {}
    }
    model.rebuild();
}
