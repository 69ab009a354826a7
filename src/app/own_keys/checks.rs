//! What keys of somebody's own must not be.

use super::{Entry, Named};
use crate::app::keymap::{Action, Binding, Chord, Context, DialogKey, KeyMap, Shows, Typing};
use crate::app::text_field::TextField;
use crate::domain::parsing::{self, Wrong};
use crate::domain::text::counted;
use std::ops::Range;

/// Something that must stay possible, and whether an action does it.
type Way = (&'static str, fn(Action) -> bool);

/// What must stay possible wherever it is.
const WAYS: [Way; 5] = [
    ("quit", |action| action == Action::Quit),
    ("get help", |action| action == Action::Show(Shows::Help)),
    ("go back", |action| matches!(action, Action::Back | Action::Close)),
    ("cancel", |action| {
        matches!(
            action,
            Action::HideCommand | Action::Dialog(DialogKey::Cancel | DialogKey::No | DialogKey::StopWaiting)
        )
    }),
    ("leave the field", |action| {
        matches!(
            action,
            Action::KeepFilter | Action::ClearFilter | Action::Dialog(DialogKey::Reason)
        )
    }),
];

/// Adds what is wrong with entries that make this key map.
pub(super) fn check(entries: &[Entry], keymap: KeyMap, text: &str, wrong: &mut Vec<Wrong>) {
    for (place, entry) in entries.iter().enumerate() {
        let before = entries.get(..place).unwrap_or_default();
        twice(entry, before, text, wrong);
        written(entry, wrong);
    }
    answered_by_its_own_key(entries, keymap, wrong);
    // What follows from a mistake is not told beside it.
    if wrong.is_empty() {
        no_way_left(entries, keymap, wrong);
    }
}

/// One key for two actions in one place.
fn twice(entry: &Entry, before: &[Entry], text: &str, wrong: &mut Vec<Wrong>) {
    for other in before.iter().filter(|other| other.named.0 == entry.named.0) {
        for (chord, at) in entry.keys.iter().filter(|(chord, _)| other.has(*chord)) {
            let (line, _) = parsing::place(text, other.at.start);
            let message = format!(
                "{chord} is {} already (line {line}), and cannot be {}",
                other.named, entry.named
            );
            wrong.push(Wrong(at.clone(), message));
        }
    }
}

/// A key that is text where its action is.
fn written(entry: &Entry, wrong: &mut Vec<Wrong>) {
    let Named(context, action) = entry.named;
    let Some(typing) = context.takes_text() else { return };
    let usual: Vec<Chord> = KeyMap::default()
        .binding(context, action)
        .into_iter()
        .flat_map(Binding::chords)
        .collect();
    let is_text = |chord: &Chord| TextField::takes(*chord);
    for (chord, at) in &entry.keys {
        // Where an action has such a key in the table, the field leaves it alone, or there is none.
        let is_left_alone = usual.contains(chord) || (typing == Typing::InPart && usual.iter().any(is_text));
        if is_text(chord) && !is_left_alone {
            let message = format!("{chord} cannot be {}: the text field there takes it", entry.named);
            wrong.push(Wrong(at.clone(), message));
        }
    }
    let is_key = |chord: &Chord| !is_text(chord);
    let has_key = entry.keys.is_empty() || entry.keys.iter().any(|(chord, _)| is_key(chord));
    if typing == Typing::InPart && usual.iter().any(is_key) && usual.iter().any(is_text) && !has_key {
        let message = format!(
            "{} needs a key that is no text, too, for where there is a field",
            entry.named
        );
        wrong.push(Wrong(entry.at.clone(), message));
    }
}

/// A question whose yes is a key that brings it to the front: held down, it would answer by itself.
fn answered_by_its_own_key(entries: &[Entry], keymap: KeyMap, wrong: &mut Vec<Wrong>) {
    let Some(yes) = keymap.binding(Context::Confirm, Action::Dialog(DialogKey::Yes)) else {
        return;
    };
    let asks = |action| {
        matches!(
            action,
            Action::Open(_)
                | Action::Repair
                | Action::HideCommand
                | Action::Back
                | Action::Close
                | Action::Dialog(
                    DialogKey::Apply
                        | DialogKey::Sets(_)
                        | DialogKey::AddAdmin
                        | DialogKey::TryAnyway
                        | DialogKey::Reason
                        | DialogKey::Cancel
                        | DialogKey::StopWaiting
                )
        )
    };
    for asking in keymap.all().filter(|binding| asks(binding.action)) {
        for chord in asking.chords().filter(|chord| yes.chords().any(|own| own == *chord)) {
            let of = |binding: &Binding| entries.iter().find(|entry| entry.named == Named::of(binding));
            let Some(entry) = of(yes).or_else(|| of(asking)) else {
                continue;
            };
            let at = entry.keys.iter().find(|(own, _)| *own == chord);
            let message = format!(
                "{chord} cannot be both {} and {}: what leads to a question must not answer it",
                Named::of(yes),
                Named::of(asking)
            );
            wrong.push(Wrong(
                at.map_or_else(|| entry.at.clone(), |(_, at)| at.clone()),
                message,
            ));
        }
    }
}

/// How many of the places are named that one mistake closes.
const MOST_PLACES: usize = 3;

/// What one entry takes away, and where.
struct NoWay {
    at: Range<usize>,
    what: &'static str,
    others: String,
    places: Vec<&'static str>,
}

impl NoWay {
    fn told(self) -> Wrong {
        let named: Vec<String> = self.places.iter().map(|place| format!("[{place}]")).collect();
        let places = match named.get(..MOST_PLACES).zip(named.len().checked_sub(MOST_PLACES)) {
            Some((first, n_more)) if n_more > 0 => {
                format!("{} and {}", first.join(", "), counted(n_more, "other place"))
            }
            Some(_) | None => named.join(", "),
        };
        let message = format!(
            "no key is left to {} in {places}: give one to {}",
            self.what, self.others
        );
        Wrong(self.at, message)
    }
}

/// Places that cannot be left any more, or where no help is to be had. What one entry does in many is one mistake.
fn no_way_left(entries: &[Entry], keymap: KeyMap, wrong: &mut Vec<Wrong>) {
    let table = KeyMap::default();
    let mut found: Vec<NoWay> = Vec::new();
    for contexts in Context::TOGETHER {
        for (what, does) in WAYS {
            let has_way = |keymap: KeyMap| {
                let bindings = contexts.iter().flat_map(|context| keymap.of(*context));
                let mut ways = bindings.filter(|binding| does(binding.action));
                ways.any(|binding| keymap.counts_in(contexts, binding))
            };
            if !has_way(table) || has_way(keymap) {
                continue;
            }
            let usual = || {
                let bindings = contexts.iter().flat_map(|context| table.of(*context));
                bindings.filter(|usual| does(usual.action))
            };
            let is_cause = |entry: &&Entry| {
                contexts.contains(&entry.named.0)
                    && usual().any(|usual| Named::of(usual) == entry.named || usual.chords().any(|key| entry.has(key)))
            };
            let place = contexts.first().map_or("", |context| context.name());
            for entry in entries.iter().filter(is_cause) {
                let others: Vec<String> = usual().map(|usual| Named::of(usual).to_string()).collect();
                let others = others.join(" or ");
                let is_same = |known: &&mut NoWay| (&known.at, known.what, &known.others) == (&entry.at, what, &others);
                match found.iter_mut().find(is_same) {
                    Some(known) if known.places.contains(&place) => {}
                    Some(known) => known.places.push(place),
                    None => found.push(NoWay {
                        at: entry.at.clone(),
                        what,
                        others,
                        places: vec![place],
                    }),
                }
            }
        }
    }
    wrong.extend(found.into_iter().map(NoWay::told));
}
