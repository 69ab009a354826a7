//! What is said of an action of every dialog, or of every list, counts wherever they have it.
//!
//! With `[dialog] cancel = ["f10"]` it is f10 also where proposals stand below a field and in the list of commands, and
//! where the same key goes back from a question or stops waiting. A section of its own comes first, and `[]` takes keys
//! away in the one place alone.

use super::told::{Deaf, Instead};
use super::{Entry, Named};
use crate::app::keymap::{Action, Binding, Chord, DialogKey, KeyMap, Typing};
use crate::app::text_field::TextField;

/// A place whose action an entry is meant for, too.
#[derive(Clone, Copy)]
struct Led<'a> {
    entry: &'a Entry,
    binding: &'static Binding,
}

/// Adds what the entries mean for places that follow theirs, and tells where keys of them cannot count.
pub(super) fn with_followers(entries: Vec<Entry>) -> (Vec<Entry>, Vec<Deaf>) {
    let mut followers = Vec::new();
    let mut deaf = Vec::new();
    let led = all_led(&entries);
    let counting = counting(&led, &entries);
    for binding in KeyMap::default().all() {
        let mut keys: Vec<Chord> = binding.chords().collect();
        let mut last = None;
        for Led { entry, .. } in led.iter().filter(|led| Named::of(led.binding) == Named::of(binding)) {
            let Fitting { own, others } = fitting(entry, binding, &counting, &entries);
            deaf.extend(others.into_iter().map(|(keys, instead)| Deaf {
                keys,
                action: entry.named.1,
                place: Named::of(binding),
                instead,
            }));
            if !own.is_empty() {
                keys = substituted(&keys, &own, entry);
                last = Some(entry);
            }
        }
        followers.extend(last.map(|entry| Entry {
            named: Named::of(binding),
            at: entry.at.clone(),
            keys: keys.into_iter().map(|chord| (chord, entry.at.clone())).collect(),
        }));
    }
    (entries.into_iter().chain(followers).collect(), deaf)
}

/// Returns every place that an entry is meant for, too, and that has no entry of its own.
fn all_led(entries: &[Entry]) -> Vec<Led<'_>> {
    let is_set = |binding: &Binding| entries.iter().any(|entry| entry.named == Named::of(binding));
    let bindings = KeyMap::default().all().filter(|binding| !is_set(binding));
    let led = bindings.flat_map(|binding| entries.iter().map(move |entry| Led { entry, binding }));
    led.filter(|led| leads(led.entry, led.binding)).collect()
}

/// Returns those places where an entry has a key that counts. The usual keys of such a place are free for others; where
/// none counts they are not, and that can be why none of another entry does.
fn counting<'a>(led: &[Led<'a>], entries: &[Entry]) -> Vec<Led<'a>> {
    let mut counting = led.to_vec();
    loop {
        let counts = |led: &&Led<'a>| !fitting(led.entry, led.binding, &counting, entries).own.is_empty();
        let fewer: Vec<Led<'a>> = counting.iter().filter(counts).copied().collect();
        if fewer.len() == counting.len() {
            return fewer;
        }
        counting = fewer;
    }
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

/// The keys of an entry at a place that follows its own.
struct Fitting {
    /// Those that can count there.
    own: Vec<Chord>,
    /// Those that cannot, with what they are there.
    others: Vec<(Vec<Chord>, Instead)>,
}

/// Returns which keys of an entry can count at a place that follows its own, and which it is told of that they cannot.
fn fitting(entry: &Entry, binding: &Binding, counting: &[Led<'_>], entries: &[Entry]) -> Fitting {
    let context = binding.context;
    let is_written = |chord: Chord| context.takes_text() == Some(Typing::Always) && TextField::takes(chord);
    let instead = |chord: Chord| {
        let mut others = KeyMap::default().of(context);
        let other = others.find(|other| other.action != binding.action && has(other, chord, counting, entries));
        let other = other.map(|other| Instead::Other(other.action));
        is_written(chord).then_some(Instead::Text).or(other)
    };
    let keys = || entry.keys.iter().map(|(chord, _)| *chord);
    let own: Vec<Chord> = keys().filter(|chord| instead(*chord).is_none()).collect();
    let others = if own.is_empty() {
        let why = keys().find_map(instead);
        why.map(|why| (keys().collect(), why)).into_iter().collect()
    } else {
        // That letters are text in a field goes without saying where another key counts.
        let others = keys().filter_map(|chord| Some((vec![chord], instead(chord)?)));
        others.filter(|(_, instead)| *instead != Instead::Text).collect()
    };
    Fitting { own, others }
}

/// Returns whether an action has this key in its place, or keeps it although entries lead there.
fn has(binding: &Binding, chord: Chord, counting: &[Led<'_>], entries: &[Entry]) -> bool {
    if let Some(own) = entries.iter().find(|entry| entry.named == Named::of(binding)) {
        return own.has(chord);
    }
    let mut leading = counting
        .iter()
        .filter(|led| Named::of(led.binding) == Named::of(binding));
    let is_replaced = leading.any(|led| usual(led.entry).any(|usual| usual == chord));
    !is_replaced && binding.chords().any(|usual| usual == chord)
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
