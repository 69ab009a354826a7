//! Keys of somebody's own: `keys.toml` gives actions of the key map other keys.
//!
//! ```toml
//! [members]
//! remove = ["d", "delete"]
//! undo = []
//! ```
//!
//! What its user says counts: a key loses what it did before in the same place and in nearer ones, and [`Displaced`] tells
//! what that was. What is said of an action of dialogs or of lists counts in every dialog and every list ([`follow`]), and
//! [`Unheard`] tells where it cannot. Refused is what would leave somebody without a way out, or a question that its own key answers.

mod checks;
mod follow;
mod told;

pub use told::{Displaced, Instead, Lost, Unheard};

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
    /// Which actions have no key any more, and where, although the file does not say so.
    pub lost: Vec<Lost>,
    /// Where keys of the file do not count although their action is there.
    pub unheard: Vec<Unheard>,
    n_set: usize,
    lines: Vec<(Named, usize)>,
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
        let file: BTreeMap<Spanned<String>, Section> =
            parsing::toml(text).map_err(|wrong| told(vec![with_form(wrong, text)]))?;
        let mut wrong = Vec::new();
        let entries = entries(&file, FORMER, &mut wrong);
        if !wrong.is_empty() {
            return Err(told(wrong));
        }
        let n_set = entries.len();
        let (entries, deaf) = follow::with_followers(entries);
        let keymap = given(&entries);
        checks::check(&entries, keymap, text, &mut wrong);
        if !wrong.is_empty() {
            return Err(told(wrong));
        }
        let line = |entry: &Entry| (entry.named, parsing::place(text, entry.at.start).0);
        Ok(Self {
            keymap,
            displaced: told::displaced(&entries),
            lost: told::lost(&entries, keymap),
            unheard: told::unheard(deaf, keymap),
            n_set,
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
        self.n_set
    }

    /// Says which actions keys of the file were taken from, and where some do not count; nothing where that is none.
    pub fn notice(&self) -> Option<SafeText> {
        let displaced = self.displaced.iter().take(MOST_NAMED).map(ToString::to_string);
        let mut parts: Vec<String> = displaced.collect();
        parts.extend(self.unheard.iter().take(MOST_NAMED).map(ToString::to_string));
        let n_told = self.displaced.len().min(MOST_NAMED) + self.unheard.len().min(MOST_NAMED);
        let n_more = self.displaced.len() + self.unheard.len() - n_told;
        let more = (n_more > 0).then(|| format!("{} more", counted(n_more, "key")));
        let lost = self.lost.len();
        let lost = (lost > 0).then(|| format!("no key left for {}", counted(lost, "action")));
        let rest: Vec<String> = more.into_iter().chain(lost).collect();
        if !rest.is_empty() {
            parts.push(format!("{}: nmp-console keys --check tells", rest.join(", ")));
        }
        (!parts.is_empty()).then(|| SafeText::new(&format!("your keys: {}", parts.join("; "))))
    }
}

/// Adds how it is written to what is said of keys that are no list.
fn with_form(Wrong(at, why): Wrong, text: &str) -> Wrong {
    let before = text.get(..at.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let name = line.split_once('=').map(|(name, _)| name.trim());
    match name.filter(|name| !name.is_empty() && why.starts_with("a list is needed")) {
        Some(name) => Wrong(at, format!("{why}: {name} = [\"x\"]")),
        None => Wrong(at, why),
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

#[cfg(test)]
mod tests;
