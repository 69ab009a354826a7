//! Keys that are held down. A terminal sends them again and again, each like a key of its own, and the key that opened a
//! dialog can be one there that changes something: a letter, or enter where the list of commands opened it.
//!
//! How long a keyboard waits before it repeats a key differs: from outside the first repetition looks like a second press.
//! What tells them apart comes after it: a key that is held down comes again within a moment, one that was pressed does
//! not. So such a letter is applied a moment later, and not at all where it has come again by then. The key that stops
//! several changes, and leaves their dialog when it is pressed once more, is taken in the same way.

use super::dialogs;
use crate::app::dialog::{Dialog, Letter, Stage};
use crate::app::keymap::{Action, Chord, Context, DialogKey};
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
    model.stop_waiting()
}

fn hold_back(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let ticket = model.ticket(Wait::Letter);
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    let letter = Letter {
        chord,
        ticket,
        is_held: false,
    };
    let before = dialog.letter.replace(letter);
    if let (Some(before), Some(letter)) = (before, &mut dialog.letter) {
        letter.is_held = true;
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
    let letter = dialog.letter.take_if(|letter| letter.ticket == ticket);
    let Some(Letter { chord, is_held, .. }) = letter else {
        return Vec::new();
    };
    let applies = dialog.stage == Stage::Editing && dialog.opened_by == Some(chord);
    let is_stopping = dialog.is_stopping();
    if is_covered || !(applies || is_stopping) {
        return Vec::new();
    }
    if is_held && is_stopping {
        let text = format!("{chord} was held down, so this dialog still waits; press it again to leave it");
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    if is_stopping {
        return model.stop_waiting();
    }
    if is_held {
        let key = model.keymap.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        let text = format!("{chord} was held down, so nothing was changed; {key} applies what is chosen");
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    dialogs::apply(model, chord)
}

/// Drops a key that waits to do its work, where another key has come: whoever pressed that goes on from what is shown.
pub(super) fn forget_letter(model: &mut Model, chord: Chord) {
    if let Some(dialog) = model.dialogs.last_mut()
        && let Some(letter) = dialog.letter.take_if(|letter| letter.chord != chord)
    {
        model.waits.end(letter.ticket);
    }
}
