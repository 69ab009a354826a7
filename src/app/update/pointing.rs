//! The mouse: what a click on something does, and a notch of the wheel.
//!
//! A click selects, chooses and presses the keys that lead somewhere. It never says yes and applies nothing: which keys it
//! may press, [`Action::may_be_clicked`] says, and of those none here answers a question that is open.

use super::{dialogs, held, press, typing};
use crate::app::dialog::{Dialog, Stage};
use crate::app::keymap::{Action, Chord, Context, DialogKey, Meaning};
use crate::app::list::Step;
use crate::app::model::{Details, Model};
use crate::app::msg::Effect;
use crate::app::notice::{Notice, Tone};
use crate::app::pointer::{Mouse, NOTCH, Target};

/// Takes a click on something that stood on the screen.
pub(super) fn pointed(model: &mut Model, target: Target) -> Vec<Effect> {
    match target {
        Target::Key(chord, action) => return press_key(model, chord, action),
        Target::Row(place) => select(model, place),
        Target::Field => go_to_field(model),
        Target::Choice(place) => dialogs::choose_at(model, place),
        Target::Proposal(place) => {
            let editing = model.dialogs.last_mut().filter(|dialog| dialog.stage == Stage::Editing);
            if let Some(picker) = editing.and_then(|dialog| dialog.form.picker_mut()) {
                picker.highlight(place);
            }
        }
        Target::Command(place) => {
            if let Some(equivalent) = &mut model.equivalent {
                equivalent.mark(place);
            } else if let Some(form) = model.palette() {
                form.mark(place);
            }
        }
    }
    Vec::new()
}

/// Presses a key that stood there as a hint, where it still means the same and a click may press it.
fn press_key(model: &mut Model, chord: Chord, action: Action) -> Vec<Effect> {
    match model.meaning_of(chord) {
        Meaning::Act(meant) if meant == action => {}
        Meaning::Disabled(why) => {
            if model.leaving_since.is_none() {
                model.notice = Some(Notice::of_disabled(chord, why.as_str()));
            }
            return Vec::new();
        }
        // Something else stands there by now.
        Meaning::Act(_) | Meaning::Nothing => return Vec::new(),
    }
    if !may_press(model, action) {
        let binding = model.keymap.bound(model.key_contexts(), chord);
        let keys = binding.map(|binding| model.keys_of_hint(binding)).unwrap_or_default();
        let text = format!("a click confirms nothing: press {}", keys.replace(' ', " or "));
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    held::forget_delayed(model, chord);
    if !leaves_dialog(action) {
        typing::stay(model);
    }
    press::act(model, action, chord)
}

/// Whether a click may do this now. The same click again, where it has made the console ask whether something may go, is no
/// answer to that.
fn may_press(model: &Model, action: Action) -> bool {
    let top = model.dialogs.last();
    let is_leaving = leaves_dialog(action) && top.is_some_and(|dialog| dialog.is_leaving);
    let is_stopping = action == Action::Dialog(DialogKey::StopWaiting) && top.is_some_and(Dialog::is_stopping);
    let is_quitting = matches!(action, Action::Close | Action::Quit) && model.leaving_since.is_some();
    action.may_be_clicked() && !is_leaving && !is_stopping && !is_quitting
}

fn leaves_dialog(action: Action) -> bool {
    matches!(action, Action::Dialog(DialogKey::Cancel | DialogKey::No))
}

/// Puts the cursor on a row of the list on show.
fn select(model: &mut Model, place: usize) {
    let is_covered = !model.dialogs.is_empty() || model.equivalent.is_some() || model.details == Details::InPlace;
    if !is_covered {
        go_to(model, place);
    }
}

/// Puts the cursor on the row at `place`.
pub(super) fn go_to(model: &mut Model, place: usize) {
    // What is told of another row is read from its beginning, and copied as text first.
    model.scrolled.begin();
    model.copied_row = None;
    let size = model.size;
    if let Some(screen) = model.screens.last_mut() {
        screen.go_to(place, size);
    }
}

/// Moves the focus to the field of the top dialog that does not have it.
fn go_to_field(model: &mut Model) {
    typing::stay(model);
    let Some(dialog) = model.dialogs.last_mut() else {
        return;
    };
    match &mut dialog.stage {
        Stage::Editing if dialog.form.has_fields() => dialog.form.other_field(),
        Stage::Confirming(confirm) => confirm.reason.has_focus = !confirm.reason.has_focus,
        Stage::Editing | Stage::Running(_) => {}
    }
}

/// Turns the wheel by one notch: what is in front scrolls, wherever the pointer is.
pub(super) fn wheeled(model: &mut Model, is_down: bool) -> Vec<Effect> {
    scroll(model, is_down);
    Vec::new()
}

fn scroll(model: &mut Model, is_down: bool) {
    let step = if is_down { Step::Down } else { Step::Up };
    if let Some(equivalent) = &mut model.equivalent {
        return equivalent.step(step);
    }
    if let Some(form) = model.palette() {
        return form.step(step);
    }
    if !model.dialogs.is_empty() || model.details == Details::InPlace {
        for _ in 0..NOTCH {
            model.scrolled.step(step);
        }
        return;
    }
    model.scrolled.begin();
    model.copied_row = None;
    let size = model.size;
    if let Some(screen) = model.screens.last_mut() {
        screen.scroll(is_down, size);
    }
}

impl Model {
    /// Listens to the mouse, or no longer; says how text is selected meanwhile.
    pub(super) fn turn_mouse(&mut self) {
        self.mouse = Mouse::of_console(!self.has_mouse());
        let key = self.key_of(Context::Screen, Action::Mouse);
        let text = if self.has_mouse() {
            format!(
                "the mouse selects and scrolls here; shift+drag selects text in most terminals, {key} turns this off"
            )
        } else {
            "the mouse is the terminal's again: it selects text".to_owned()
        };
        self.notice = Some(Notice::new(Tone::Success, &text));
    }
}
