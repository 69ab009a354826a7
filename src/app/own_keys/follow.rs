//! What is said of an action of every dialog, or of every list, counts wherever they have it.
//!
//! With `[dialog] cancel = ["f10"]` it is f10 also where proposals stand below a field and in the list of commands, and
//! where the same key goes back from a question or stops waiting. A section of its own comes first, and `[]` takes keys
//! away in the one place alone.

use super::told::{Instead, Unheard};
use super::{Entry, Named};
use crate::app::keymap::{Action, Binding, Chord, DialogKey, KeyMap, Typing};
use crate::app::text_field::TextField;

/// Adds what the entries mean for places that follow theirs, and tells where none of their keys can count.
pub(super) fn with_followers(entries: Vec<Entry>) -> (Vec<Entry>, Vec<Unheard>) {
    let mut followers = Vec::new();
    let mut unheard: Vec<Unheard> = Vec::new();
    for binding in KeyMap::default().all() {
        let named = Named::of(binding);
        if entries.iter().any(|entry| entry.named == named) {
            continue;
        }
        let mut keys: Vec<Chord> = binding.chords().collect();
        let mut last = None;
        for entry in entries.iter().filter(|entry| leads(entry, binding)) {
            match fitting(entry, binding, &entries) {
                Ok(own) => {
                    keys = substituted(&keys, &own, entry);
                    last = Some(entry);
                }
                Err(instead) => note(&mut unheard, entry, binding, instead),
            }
        }
        followers.extend(last.map(|entry| Entry {
            named,
            at: entry.at.clone(),
            keys: keys.into_iter().map(|chord| (chord, entry.at.clone())).collect(),
        }));
    }
    (entries.into_iter().chain(followers).collect(), unheard)
}

/// Whether the keys of an entry are meant for this action, too: it is called the same, or the same key leads out of it, and
/// the place follows that of the entry.
fn leads(entry: &Entry, binding: &Binding) -> bool {
    let Named(context, action) = entry.named;
    if binding.context.follows() != Some(context) {
        return false;
    }
    let goes_back = matches!(
        binding.action,
        Action::HideCommand | Action::Dialog(DialogKey::No | DialogKey::StopWaiting | DialogKey::Reason)
    );
    let is_meant = binding.action.name() == action.name()
        || (action == Action::Dialog(DialogKey::Cancel) && goes_back)
        || (action == Action::ShowCommand && binding.action == Action::HideCommand);
    is_meant && !entry.keys.is_empty() && binding.chords().any(|chord| usual(entry).any(|usual| usual == chord))
}

/// Returns the keys that the action of an entry has by the table.
fn usual(entry: &Entry) -> impl Iterator<Item = Chord> + use<> {
    let binding = KeyMap::default().binding(entry.named.0, entry.named.1);
    binding.into_iter().flat_map(Binding::chords)
}

/// Returns those keys of an entry that can count at a place that follows its own.
///
/// # Errors
/// Says what the first one is there, where none can.
fn fitting(entry: &Entry, binding: &Binding, entries: &[Entry]) -> Result<Vec<Chord>, Instead> {
    let context = binding.context;
    let is_written = |chord: Chord| context.takes_text() == Some(Typing::Always) && TextField::takes(chord);
    let other = |chord: Chord| {
        let mut others = KeyMap::default()
            .of(context)
            .filter(|other| other.action != binding.action);
        others.find(
            |other| match entries.iter().find(|entry| entry.named == Named::of(other)) {
                Some(own) => own.has(chord),
                None => other.chords().any(|usual| usual == chord),
            },
        )
    };
    let instead = |chord: Chord| {
        let other = other(chord).map(|other| Instead::Other(other.action));
        is_written(chord).then_some(Instead::Text).or(other)
    };
    let keys = entry.keys.iter().map(|(chord, _)| *chord);
    let fitting: Vec<Chord> = keys.clone().filter(|chord| instead(*chord).is_none()).collect();
    match keys.clone().find_map(instead) {
        Some(why) if fitting.is_empty() => Err(why),
        Some(_) | None => Ok(fitting),
    }
}

/// Returns keys in which `own` ones stand for those that the entry's action has by the table.
fn substituted(keys: &[Chord], own: &[Chord], entry: &Entry) -> Vec<Chord> {
    let is_usual = |chord: &Chord| usual(entry).any(|usual| usual == *chord);
    let place = keys.iter().position(is_usual).unwrap_or(keys.len());
    let before = keys.iter().take(place);
    let behind = keys.iter().skip(place).filter(|chord| !is_usual(chord));
    let mut new: Vec<Chord> = Vec::new();
    for chord in before.chain(own).chain(behind) {
        if !new.contains(chord) {
            new.push(*chord);
        }
    }
    new
}

/// Notes where an entry does not count: places where that is for the same reason are told together.
fn note(unheard: &mut Vec<Unheard>, entry: &Entry, binding: &Binding, instead: Instead) {
    let new = Unheard {
        keys: entry.keys.iter().map(|(chord, _)| *chord).collect(),
        action: entry.named.1,
        places: Vec::new(),
        instead,
        kept: binding.keys,
    };
    let is_same = |known: &Unheard| {
        let known = Unheard {
            places: Vec::new(),
            ..known.clone()
        };
        known == new
    };
    let place = unheard.iter().position(is_same).unwrap_or_else(|| {
        unheard.push(new);
        unheard.len() - 1
    });
    if let Some(known) = unheard.get_mut(place) {
        known.places.push(binding.context);
    }
}
