//! Text that is typed or pasted: into which field it goes, and what follows from that.

use crate::app::dialog::{Ctx, Dialog, Form, Picker, Stage};
use crate::app::filter::Filter;
use crate::app::keymap::{Action, Chord, DialogKey, Meaning};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::text_field::{self, TextField};
use crate::domain::text::grouped;

/// Returns whether `chord` edits the text that takes keys now. A key that takes what is proposed does not: the cursor is at
/// the end then.
pub(super) fn edits(model: &mut Model, chord: Chord) -> bool {
    let takes_what_is_proposed = match model.meaning_of(chord) {
        Meaning::Act(Action::TakeFilterBack | Action::Dialog(DialogKey::Complete)) => true,
        Meaning::Act(Action::Dialog(DialogKey::CompleteCommand)) => {
            model.dialogs.last().is_some_and(|dialog| dialog.form.completes())
        }
        Meaning::Act(_) | Meaning::Disabled(_) | Meaning::Nothing => false,
    };
    !takes_what_is_proposed && TextField::takes(chord) && takes_text(model)
}

/// Takes back that the top dialog was asked to be left: whoever goes on in it stays.
pub(super) fn stay(model: &mut Model) {
    if let Some(dialog) = model.dialogs.last_mut() {
        dialog.is_leaving = false;
    }
}

/// Takes pasted text: into the text field that has the focus, and nowhere else.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    stay(model);
    let top = model.dialogs.last_mut().map(|dialog| &mut dialog.form);
    if let (Some(Form::LogIn(form)), None) = (top, &model.equivalent) {
        form.expect_paste();
    }
    let is_whole = if let Some(picker) = focused_picker(model) {
        picker.paste(text)
    } else if let Some(input) = focused_text(model) {
        input.paste(text)
    } else {
        model.say(
            Tone::Warning,
            "you can paste only into text fields: nothing was changed",
        );
        return Vec::new();
    };
    edited(model);
    if !is_whole {
        let most = grouped(text_field::MOST);
        let text = format!("the paste was cut: a field holds at most {most} bytes");
        model.say(Tone::Warning, &text);
    }
    Vec::new()
}

/// Returns whether text goes into a field now.
pub(super) fn takes_text(model: &mut Model) -> bool {
    focused_text(model).is_some()
}

/// Puts text into the field that has the focus, as part of what is typed there.
pub(super) fn insert(model: &mut Model, text: &str) {
    stay(model);
    if let Some(input) = focused_text(model) {
        input.paste(text);
        edited(model);
    }
}

/// Puts `text` in place of what the field with the focus holds.
pub(super) fn write(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(input) = focused_text(model) {
        input.press(Chord::ctrl('u'));
    }
    pasted(model, text)
}

/// Returns the text field that takes keys now.
pub(super) fn focused_text(model: &mut Model) -> Option<&mut TextField> {
    if model.equivalent.is_some() {
        return None;
    }
    if model.dialogs.is_empty() {
        let filter = filter_mut(model).filter(|filter| filter.is_editing);
        return filter.map(|filter| &mut filter.input);
    }
    let dialog = model.dialogs.last_mut()?;
    match &mut dialog.stage {
        Stage::Editing => dialog.form.text_field(),
        Stage::Confirming(confirm) => confirm.text_field(),
        Stage::Running(_) => None,
    }
}

/// Returns the field for principals that takes keys now.
fn focused_picker(model: &mut Model) -> Option<&mut Picker> {
    if model.equivalent.is_some() {
        return None;
    }
    let dialog = model.dialogs.last_mut()?;
    if dialog.stage == Stage::Editing && dialog.form.is_on_picker() {
        dialog.form.picker_mut()
    } else {
        None
    }
}

pub(super) fn filter_mut(model: &mut Model) -> Option<&mut Filter> {
    model.screens.last_mut()?.filter_mut()
}

/// What follows from an edit: complaints about what is no longer there go away, lists are filtered anew.
pub(super) fn edited(model: &mut Model) {
    let identity = model.identity();
    let Some(dialog) = model.dialogs.last_mut() else {
        filter_changed(model);
        select_best_match(model);
        return;
    };
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    if let Stage::Confirming(confirm) = &mut dialog.stage {
        confirm.is_mistyped = false;
        return;
    }
    dialog.problem = None;
    if dialog.form.is_on_picker()
        && let Some(picker) = dialog.form.picker_mut()
    {
        picker.propose(ctx);
    }
    replan(model);
}

/// Works a plan out anew for whom it is about by now.
pub(super) fn replan(model: &mut Model) {
    let identity = model.identity();
    let Some(Dialog {
        form,
        stage: Stage::Editing,
        ..
    }) = model.dialogs.last_mut()
    else {
        return;
    };
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    if let Form::Plan(form) = form {
        form.plan(ctx);
    }
    replan_undo(model);
}

/// Works out anew what can be undone, after more was read.
pub(super) fn replan_undo(model: &mut Model) {
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    if let Some(Dialog {
        form: Form::Undo(form),
        stage: Stage::Editing,
        ..
    }) = model.dialogs.last_mut()
    {
        form.plan(ctx);
    }
}

/// What follows from another filter: the rows are computed anew, of a whole report beside the loop.
pub(super) fn filter_changed(model: &mut Model) {
    let now = model.now;
    if let Some(screen) = model.screens.last_mut() {
        screen.filter_edited(now);
    }
    model.rebuild();
}

/// Puts the cursor on what the typed text most likely means, so that the next enter opens that.
pub(super) fn select_best_match(model: &mut Model) {
    let height = model.table_rows();
    if let Some(screen) = model.screens.last_mut() {
        screen.select_best_match(height);
    }
}
