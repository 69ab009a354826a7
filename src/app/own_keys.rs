//! Keys of somebody's own: `keys.toml` gives actions of the key map other keys.
//!
//! ```toml
//! [members]
//! remove = ["d", "delete"]
//! undo = []
//! ```
//!
//! What its user says counts: a key loses what it did before in the same place and in nearer ones, and [`Displaced`] tells
//! what that was. Refused is what would leave somebody without a way out, or a question that its own key answers.

mod checks;

use super::keymap::names::{FORMER, Former};
use super::keymap::{Action, Binding, Chord, Context, KeyMap};
use crate::domain::choice::meant;
use crate::domain::parsing::{self, Problem, Wrong};
use crate::domain::text::{SafeText, counted};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use toml::Spanned;

/// How many mistakes are told at once.
const MOST: usize = 20;

/// How many of the displaced actions are named at the start.
const MOST_NAMED: usize = 3;

/// The keys that a file makes of those of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnKeys {
    /// All of them.
    pub keymap: KeyMap,
    /// What keys of the file did before.
    pub displaced: Vec<Displaced>,
    lines: Vec<(Named, usize)>,
}

/// A key that does something else than it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Displaced {
    /// The key.
    pub key: Chord,
    /// What it does now.
    pub by: Named,
    /// What it did there, or would have done.
    pub was: Named,
    /// Whether that has no other key left there.
    pub was_only: bool,
}

/// An action, and where its keys count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named(pub Context, pub Action);

impl Named {
    fn of(binding: &Binding) -> Self {
        Self(binding.context, binding.action)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in [{}]", self.1.name(), self.0.name())
    }
}

/// What a file says of one action.
struct Entry {
    named: Named,
    /// Where its name stands.
    at: Range<usize>,
    keys: Vec<(Chord, Range<usize>)>,
}

impl Entry {
    fn has(&self, chord: Chord) -> bool {
        self.keys.iter().any(|(own, _)| *own == chord)
    }

    /// Returns whether it has this key by the table, too: then nothing changes for other actions.
    fn has_usually(&self, chord: Chord) -> bool {
        let usual = KeyMap::default().binding(self.named.0, self.named.1);
        usual.is_some_and(|usual| usual.chords().any(|known| known == chord))
    }
}

type Section = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

impl OwnKeys {
    /// Reads a file.
    ///
    /// # Errors
    /// Says what stands there that is no action or no key, and which keys cannot be given; at most twenty of that.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let text = text.trim_start_matches('\u{feff}');
        let told = |wrong: Vec<Wrong>| -> Vec<Problem> {
            let mut problems: Vec<Problem> = wrong.into_iter().map(|wrong| wrong.of(text)).collect();
            problems.sort_by_key(|problem| (problem.line, problem.column));
            problems.dedup();
            if let Some(n_more) = problems.len().checked_sub(MOST).filter(|n| *n > 0) {
                problems.truncate(MOST);
                if let Some(last) = problems.last_mut() {
                    let message = format!("{}; {} after it", last.message, counted(n_more, "further problem"));
                    last.message = SafeText::new(&message);
                }
            }
            problems
        };
        let file: BTreeMap<Spanned<String>, Section> = parsing::toml(text).map_err(|wrong| told(vec![wrong]))?;
        let mut wrong = Vec::new();
        let entries = entries(&file, FORMER, &mut wrong);
        if !wrong.is_empty() {
            return Err(told(wrong));
        }
        let keymap = given(&entries);
        checks::check(&entries, keymap, text, &mut wrong);
        if !wrong.is_empty() {
            return Err(told(wrong));
        }
        let line = |entry: &Entry| (entry.named, parsing::place(text, entry.at.start).0);
        Ok(Self {
            keymap,
            displaced: displaced(&entries),
            lines: entries.iter().map(line).collect(),
        })
    }

    /// Returns the line of the file that gives an action its keys, if one does.
    pub fn line_of(&self, binding: &Binding) -> Option<usize> {
        let named = Named::of(binding);
        let mut lines = self.lines.iter();
        lines.find(|(set, _)| *set == named).map(|(_, line)| *line)
    }

    /// Returns how many actions the file gives keys to.
    pub fn n_set(&self) -> usize {
        self.lines.len()
    }

    /// Says which actions keys of the file were taken from; nothing where that is none.
    pub fn notice(&self) -> Option<SafeText> {
        let named = self.displaced.iter().take(MOST_NAMED);
        let named: Vec<String> = named.map(ToString::to_string).collect();
        let more = match self.displaced.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            n => format!("; {} more: nmp-console keys tells", counted(n, "key")),
        };
        (!named.is_empty()).then(|| SafeText::new(&format!("your keys: {}{more}", named.join("; "))))
    }
}

impl fmt::Display for Displaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, not {}", self.key, self.by, self.was)
    }
}

/// Reads what the sections of a file say.
fn entries(file: &BTreeMap<Spanned<String>, Section>, former: &[Former], wrong: &mut Vec<Wrong>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (name, section) in file {
        let known = Context::ALL
            .into_iter()
            .find(|context| context.name() == name.get_ref());
        let Some(context) = known else {
            wrong.push(Wrong(name.span(), no_place(name.get_ref())));
            continue;
        };
        for (name, keys) in section {
            match action(context, name.get_ref(), former) {
                Ok(action) if entries.iter().any(|entry| entry.named == Named(context, action)) => {
                    let message = format!("{} has its keys already, by another name", Named(context, action));
                    wrong.push(Wrong(name.span(), message));
                }
                Ok(action) => entries.push(Entry {
                    named: Named(context, action),
                    at: name.span(),
                    keys: chords(keys, wrong),
                }),
                Err(why) => wrong.push(Wrong(name.span(), why)),
            }
        }
    }
    entries
}

fn no_place(name: &str) -> String {
    let known = Context::ALL.map(Context::name);
    let meant = meant(name, known);
    format!("there is no [{name}]{meant} (there are: {})", known.join(", "))
}

/// Returns the action of a context that is called so, or was.
fn action(context: Context, name: &str, former: &[Former]) -> Result<Action, String> {
    let renamed = former.iter().find(|(place, old, _)| (*place, *old) == (context, name));
    let name = renamed.map_or(name, |(.., now)| now);
    let table = KeyMap::default();
    let mut known = table.of(context);
    if let Some(binding) = known.find(|binding| binding.action.name() == name) {
        return Ok(binding.action);
    }
    let elsewhere = table.all().filter(|binding| binding.action.name() == name);
    let elsewhere: Vec<String> = elsewhere
        .map(|binding| format!("[{}]", binding.context.name()))
        .collect();
    let known: Vec<&str> = table.of(context).map(|binding| binding.action.name()).collect();
    let meant = if elsewhere.is_empty() {
        meant(name, known.iter().copied())
    } else {
        format!("; it is an action of {}", elsewhere.join(", "))
    };
    Err(format!(
        "[{}] has no action '{name}'{meant} (it has: {})",
        context.name(),
        known.join(", ")
    ))
}

fn chords(keys: &[Spanned<String>], wrong: &mut Vec<Wrong>) -> Vec<(Chord, Range<usize>)> {
    let mut chords: Vec<(Chord, Range<usize>)> = Vec::new();
    for key in keys {
        let chord: Result<Chord, String> = key.get_ref().parse();
        let sent_as = chord.as_ref().ok().and_then(|chord| chord.sent_as());
        match (chord, sent_as) {
            (Err(why), _) => wrong.push(Wrong(
                key.span(),
                format!("{why}: a key is written as \"d\", \"ctrl-d\", \"alt-d\", \"f5\", \"delete\" or \"shift-tab\""),
            )),
            (Ok(_), Some(other)) => wrong.push(Wrong(
                key.span(),
                format!("terminals send {other} for {}: name {other}", key.get_ref()),
            )),
            (Ok(chord), None) if !chord.is_sent() => wrong.push(Wrong(
                key.span(),
                format!("many terminals do not send {chord}: choose another key"),
            )),
            (Ok(chord), None) if chords.iter().any(|(known, _)| *known == chord) => {
                wrong.push(Wrong(key.span(), format!("{chord} is listed twice: remove one")));
            }
            (Ok(chord), None) => chords.push((chord, key.span())),
        }
    }
    chords
}

/// Returns the table with the keys of these entries, which no other action has any more where they would come second.
fn given(entries: &[Entry]) -> KeyMap {
    let is_taken = |binding: &Binding, chord: Chord| {
        entries.iter().any(|entry| {
            let context = entry.named.0;
            let is_in_front = binding.context == context || binding.context.is_nearer_than(context);
            is_in_front && entry.has(chord) && !entry.has_usually(chord)
        })
    };
    let give = |usual: &Binding| {
        let own = entries.iter().find(|entry| entry.named == Named::of(usual));
        let keys: Vec<&'static str> = if let Some(entry) = own {
            entry.keys.iter().map(|(chord, _)| kept(*chord)).collect()
        } else {
            let keys = usual.keys.iter().copied();
            let is_left = |key: &&str| key.parse().is_ok_and(|chord| !is_taken(usual, chord));
            keys.filter(is_left).collect()
        };
        Binding {
            keys: keys.leak(),
            ..*usual
        }
    };
    KeyMap::kept(KeyMap::default().all().map(give).collect())
}

/// Returns how a key is written, for as long as the program runs.
fn kept(chord: Chord) -> &'static str {
    String::leak(chord.to_string())
}

/// Returns what keys of these entries did wherever they count now.
fn displaced(entries: &[Entry]) -> Vec<Displaced> {
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
                let was_only = false;
                let one = Displaced { key, by, was, was_only };
                if !displaced.contains(&one) {
                    displaced.push(one);
                }
            }
        }
    }
    let all = displaced.clone();
    for one in &mut displaced {
        let is_gone = |chord: Chord| {
            let mut others = all
                .iter()
                .filter(|other| other.by.0 == one.by.0 && other.was == one.was);
            others.any(|other| other.key == chord)
        };
        let binding = table.binding(one.was.0, one.was.1);
        one.was_only = binding.is_some_and(|binding| binding.chords().all(is_gone));
    }
    displaced
}

#[cfg(test)]
mod tests;
