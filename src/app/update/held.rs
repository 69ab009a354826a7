//! Keys that are held down. A terminal sends them again and again, each like a key of its own, and the key that opened a
//! dialog can be one there that changes something: a letter, or enter where the list of commands opened it.
//!
//! How long a keyboard waits before it repeats a key differs: from outside the first repetition looks like a second press.
//! What tells them apart comes after it: a key that is held down comes again within a moment, one that was pressed does
//! not. So such a key does its work a moment later, and not at all where it has come again by then. The key that stops
//! several changes is taken in the same way where it is pressed once more: it would leave their dialog, or close it once it
//! has come back with what was not begun.

use super::dialogs;
use crate::app::dialog::{Delayed, Dialog, Stage};
use crate::app::keymap::{Action, Chord, Context, DialogKey, Meaning};
use crate::app::model::Model;
use crate::app::msg::{Effect, Ticket};
use crate::app::notice::Tone;
use crate::app::waits::Wait;
use std::time::Duration;

/// How long a key that is held down is not heard of at most: keyboards repeat it 10 to 40 times a second, and the way may
/// be uneven.
const REPEATS_WITHIN: Duration = Duration::from_millis(200);

/// Applies the top dialog, where `chord` is not the key that opened it; else as soon as that key is not held down.
pub(super) fn apply(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let is_opener = |dialog: &Dialog| dialog.opened_by == Some(chord);
    if !model.dialogs.last().is_some_and(is_opener) {
        return dialogs::apply(model, chord);
    }
    hold_back(model, chord)
}

/// Stops waiting for changes. Where that has stopped several already, the dialog is left as soon as `chord` is not held
/// down.
pub(super) fn stop_waiting(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if model.dialogs.last().is_some_and(Dialog::is_stopping) {
        return hold_back(model, chord);
    }
    if let Some(dialog) = model.dialogs.last_mut() {
        dialog.opened_by = Some(chord);
    }
    model.stop_waiting()
}

/// Closes the top dialog, where `chord` is not the key that has just brought it back; else as soon as that key is not held
/// down.
pub(super) fn cancel(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let is_opener = |dialog: &Dialog| dialog.opened_by == Some(chord);
    if !model.dialogs.last().is_some_and(is_opener) {
        return dialogs::cancel(model);
    }
    hold_back(model, chord)
}

fn hold_back(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let ticket = model.ticket(Wait::Delayed);
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    let before = dialog.delayed.take();
    dialog.delayed = Some(Delayed {
        chord,
        ticket,
        is_held: before.is_some(),
    });
    if let Some(before) = before {
        model.waits.end(before.ticket);
    }
    let delay = REPEATS_WITHIN;
    vec![Effect::After { ticket, delay }]
}

/// Does what the key says that has not come again, or says why the one that has does nothing.
pub(super) fn due(model: &mut Model, ticket: Ticket) -> Vec<Effect> {
    let is_covered = model.equivalent.is_some();
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    let delayed = dialog.delayed.take_if(|delayed| delayed.ticket == ticket);
    let Some(Delayed { chord, is_held, .. }) = delayed else {
        return Vec::new();
    };
    let counts = dialog.stage == Stage::Editing && dialog.opened_by == Some(chord);
    let is_stopping = dialog.is_stopping();
    if is_covered || !(counts || is_stopping) {
        return Vec::new();
    }
    let closes = matches!(model.meaning_of(chord), Meaning::Act(Action::Dialog(DialogKey::Cancel)));
    if is_held {
        let apply = model.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        let text = match (is_stopping, closes) {
            (true, _) => format!("{chord} was held down, so this dialog still waits; press it again to leave it"),
            (false, true) => format!("{chord} was held down, so this dialog stays; press it again to close it"),
            (false, false) => {
                format!("{chord} was held down, so nothing was changed; {apply} applies what is chosen")
            }
        };
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    match (is_stopping, closes) {
        (true, _) => model.stop_waiting(),
        (false, true) => dialogs::cancel(model),
        (false, false) => dialogs::apply(model, chord),
    }
}

/// Drops a key that waits to do its work, where another key has come: whoever pressed that goes on from what is shown.
pub(super) fn forget_delayed(model: &mut Model, chord: Chord) {
    if let Some(dialog) = model.dialogs.last_mut()
        && let Some(delayed) = dialog.delayed.take_if(|delayed| delayed.chord != chord)
    {
        model.waits.end(delayed.ticket);
    }
}
