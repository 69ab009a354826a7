//! What a file of keys brings with it that it does not say itself: what keys did before, what has no key any more, and
//! where keys do not count.

use super::{Entry, Named};
use crate::app::keymap::{Action, Chord, Context, KeyMap};
use std::fmt;

/// A key that does something else than it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Displaced {
    /// The key.
    pub key: Chord,
    /// What it does now.
    pub by: Named,
    /// What it did there, or would have done.
    pub was: Named,
}

/// An action that has no key any more in some places, although nobody has taken its keys away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The action.
    pub named: Named,
    /// Where that is.
    pub places: Vec<Context>,
}

/// Keys of an action that do not count in some places where the action is, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// The keys.
    pub keys: Vec<Chord>,
    /// What they do elsewhere.
    pub action: Action,
    /// Where they do not.
    pub places: Vec<Context>,
    /// What the first of them is there.
    pub instead: Instead,
    /// The keys that count there.
    pub kept: &'static [&'static str],
}

/// Keys of an entry that do not count in a place that follows its own.
pub(super) struct Deaf {
    /// The keys.
    pub keys: Vec<Chord>,
    /// What they do elsewhere.
    pub action: Action,
    /// The place, and the action that is there instead of the entry's own.
    pub place: Named,
    /// What the first of them is there.
    pub instead: Instead,
}

/// What a key is, other than what its user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// A text field takes it.
    Text,
    /// It does this.
    Other(Action),
}

impl fmt::Display for Displaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, not {}", self.key, self.by, self.was)
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Named(context, _) = self.named;
        write!(f, "no key is left for {}", self.named)?;
        // Of a place of its own nothing more has to be said.
        if self.places != [context] {
            write!(f, ", while in {}", listed(&self.places))?;
        }
        Ok(())
    }
}

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.keys.iter().map(Chord::to_string).collect();
        let what = match self.instead {
            Instead::Text => "text",
            Instead::Other(action) => action.name(),
        };
        let (keys, action) = (keys.join(" "), self.action.name());
        let (places, kept) = (listed(&self.places), self.kept.join(" "));
        write!(f, "{keys} is not {action} in {places}, where it is {what}")?;
        if kept.is_empty() {
            return Ok(());
        }
        write!(f, ": use {kept}")
    }
}

fn listed(places: &[Context]) -> String {
    let names: Vec<String> = places.iter().map(|place| format!("[{}]", place.name())).collect();
    names.join(", ")
}

/// Returns what keys of these entries did wherever they count now.
pub(super) fn displaced(entries: &[Entry]) -> Vec<Displaced> {
    let table = KeyMap::default();
    let is_set = |named: Named| entries.iter().any(|entry| entry.named == named);
    let mut displaced: Vec<Displaced> = Vec::new();
    for entry in entries {
        let together = Context::TOGETHER.into_iter().filter(|all| all.contains(&entry.named.0));
        for contexts in together {
            for (key, _) in entry.keys.iter().filter(|(key, _)| !entry.has_usually(*key)) {
                let was = table.bound(contexts, *key).map(Named::of);
                let Some(was) = was.filter(|was| *was != entry.named && !is_set(*was)) else {
                    continue;
                };
                let (key, by) = (*key, entry.named);
                let one = Displaced { key, by, was };
                if !displaced.contains(&one) {
                    displaced.push(one);
                }
            }
        }
    }
    displaced
}

/// Returns where keys do not count, by this key map that the entries make: places where that is for the same reason are told
/// together.
pub(super) fn unheard(deaf: Vec<Deaf>, keymap: KeyMap) -> Vec<Unheard> {
    let mut unheard: Vec<Unheard> = Vec::new();
    for Deaf {
        keys,
        action,
        place,
        instead,
    } in deaf
    {
        let Named(context, here) = place;
        // Not those of the table: another entry may have changed them.
        let kept = keymap.binding(context, here).map_or(&[][..], |binding| binding.keys);
        let is_same = |known: &&mut Unheard| {
            (&known.keys, known.action, known.instead, known.kept) == (&keys, action, instead, kept)
        };
        match unheard.iter_mut().find(is_same) {
            Some(known) => known.places.push(context),
            None => unheard.push(Unheard {
                keys,
                action,
                places: vec![context],
                instead,
                kept,
            }),
        }
    }
    unheard
}

/// Returns which actions have no key any more, and where: of this key map that the entries make.
pub(super) fn lost(entries: &[Entry], keymap: KeyMap) -> Vec<Lost> {
    let table = KeyMap::default();
    let is_taken_away = |named: Named| {
        let own = entries.iter().find(|entry| entry.named == named);
        own.is_some_and(|entry| entry.keys.is_empty())
    };
    let mut lost: Vec<Lost> = Vec::new();
    for contexts in Context::TOGETHER {
        let Some(place) = contexts.first() else { continue };
        for usual in contexts.iter().flat_map(|context| table.of(*context)) {
            let named = Named::of(usual);
            let is_met = |entry: &Entry| entry.named == named || usual.chords().any(|chord| entry.has(chord));
            if !entries.iter().any(is_met) {
                continue;
            }
            let counts = keymap
                .binding(usual.context, usual.action)
                .is_some_and(|now| keymap.counts_in(contexts, now));
            if counts || is_taken_away(named) || !table.counts_in(contexts, usual) {
                continue;
            }
            match lost.iter_mut().find(|known| known.named == named) {
                Some(known) => known.places.push(*place),
                None => lost.push(Lost {
                    named,
                    places: vec![*place],
                }),
            }
        }
    }
    lost
}
