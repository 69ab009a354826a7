//! Keys as data: one table of [`Binding`]s drives dispatch, the hint row, help and the manual.
//!
//! Start reading at [`bindings`]. What a key means at a moment, the model says
//! ([`Model::meaning_of`](super::model::Model::meaning_of)): the table knows neither screens nor dialogs.

mod action;
mod bindings;
pub mod chord;
mod context;
pub(super) mod names;
mod need;
mod role_pick;

pub use action::{Action, ColumnKey, ConnectionKey, DialogKey, Opens, Shows, ViewKey};
pub use bindings::Binding;
pub use chord::{Chord, Key};
pub use context::{Context, Typing};
pub use need::{Hinted, Kept, Need};
pub use role_pick::RolePick;

use crate::domain::text::SafeText;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a key means at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Do this.
    Act(Action),
    /// This key would do something here, but not now.
    Disabled(SafeText),
    /// Nothing here.
    Nothing,
}

/// The keys in force: those of the table, or what their user has made of them. It does not change while the console runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMap(&'static Table);

/// The bindings, and where each is found: every key that is pressed asks several times, so that nothing is read twice.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    all: &'static [Binding],
    of: HashMap<Context, Vec<&'static Binding>>,
    bound: HashMap<(Context, Chord), &'static Binding>,
}

impl Table {
    fn new(all: &'static [Binding]) -> Self {
        let mut table = Self {
            all,
            of: HashMap::new(),
            bound: HashMap::new(),
        };
        for binding in all {
            table.of.entry(binding.context).or_default().push(binding);
            for chord in binding.chords() {
                table.bound.entry((binding.context, chord)).or_insert(binding);
            }
        }
        table
    }
}

impl Default for KeyMap {
    /// Returns the keys of the table.
    fn default() -> Self {
        static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(Vec::leak(bindings::all().collect())));
        Self(&TABLE)
    }
}

impl KeyMap {
    /// Keeps keys of somebody's own: once, for as long as the program runs.
    pub(super) fn kept(bindings: Vec<Binding>) -> Self {
        Self(Box::leak(Box::new(Table::new(Vec::leak(bindings)))))
    }

    /// Returns every binding, in the order of the table.
    pub fn all(self) -> impl Iterator<Item = &'static Binding> {
        self.0.all.iter()
    }

    /// Returns the bindings of one context, in the order of the table.
    pub fn of(self, context: Context) -> impl Iterator<Item = &'static Binding> {
        self.0.of.get(&context).into_iter().flatten().copied()
    }

    /// Returns what `chord` is bound to in the nearest of `contexts`.
    pub fn bound(self, contexts: &[Context], chord: Chord) -> Option<&'static Binding> {
        let of = |context: &Context| self.0.bound.get(&(*context, chord)).copied();
        contexts.iter().find_map(of)
    }

    /// Returns whether a key of `binding` counts where these contexts do: a nearer one may have another use for all of them.
    pub fn counts_in(self, contexts: &[Context], binding: &Binding) -> bool {
        let is_it = |found: &Binding| (found.context, found.keys) == (binding.context, binding.keys);
        binding
            .chords()
            .any(|chord| self.bound(contexts, chord).is_some_and(is_it))
    }

    /// Returns the binding of `action` in `context`.
    pub fn binding(self, context: Context, action: Action) -> Option<&'static Binding> {
        self.of(context).find(|binding| binding.action == action)
    }

    /// Returns the first key of `action` in `context` as it is written, for sentences that name a key; where it has none,
    /// what the list of commands calls it.
    pub fn key_of(self, context: Context, action: Action) -> &'static str {
        self.key_at(&[context], context, action)
    }

    /// Returns the same where the contexts `here` count: of keys that a nearer one has another use for, none is named.
    pub fn key_at(self, here: &[Context], context: Context, action: Action) -> &'static str {
        let Some(binding) = self.binding(context, action) else {
            return "?";
        };
        let counts = |key: &&&str| {
            let found = key.parse().ok().and_then(|chord| self.bound(here, chord));
            !here.contains(&context) || found.is_some_and(|found| found.context == context && found.action == action)
        };
        binding.keys.iter().find(counts).copied().unwrap_or(binding.label)
    }
}

/// What stands between the first and the last of many keys that do the same with one number after the other.
const BETWEEN: &str = "…";

/// Returns bindings in groups: those that follow each other and are told in the same words are told once.
pub(super) fn alike<'a>(bindings: &'a [&'static Binding]) -> impl Iterator<Item = &'a [&'static Binding]> {
    bindings.chunk_by(|one, next| one.help == next.help)
}

/// Returns the keys of such a group as they are told: of digits in a row the first and the last one.
pub(super) fn keys_of(keys: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let keys: Vec<&'static str> = keys.collect();
    let digits: Option<Vec<u8>> = keys.iter().map(|key| key.parse().ok()).collect();
    let follow = |digits: &Vec<u8>| {
        digits
            .windows(2)
            .all(|two| matches!(two, [one, next] if one + 1 == *next))
    };
    match (digits.is_some_and(|digits| follow(&digits)), keys.as_slice()) {
        (true, [first, _, .., last]) => vec![*first, BETWEEN, *last],
        (true | false, _) => keys,
    }
}

/// Returns the keys section of the manual.
pub fn as_markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from("| where | key | what it does |\n|---|---|---|\n");
    for context in Context::ALL {
        let bindings: Vec<&Binding> = KeyMap::default().of(context).collect();
        for alike in alike(&bindings) {
            let keys = keys_of(alike.iter().flat_map(|binding| binding.keys.iter().copied()));
            let keys = keys.into_iter().map(|key| match key {
                BETWEEN => key.to_owned(),
                key => format!("`{key}`"),
            });
            let keys: Vec<String> = keys.collect();
            let help = alike.first().map_or("", |binding| binding.help);
            let wrote = writeln!(out, "| {} | {} | {help} |", context.title(), keys.join(" "));
            debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for chord in KeyMap::default().of(context).flat_map(Binding::chords) {
                assert!(seen.insert(chord), "{chord} twice in {context:?}");
            }
        }
    }

    #[test]
    fn no_two_actions_of_one_context_are_called_alike_in_files() {
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for binding in KeyMap::default().of(context) {
                let name = binding.action.name();
                assert!(seen.insert(name), "{name} twice in {context:?}");
                assert!(
                    name.chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                    "{name}"
                );
            }
        }
        let names: HashSet<_> = Context::ALL.map(Context::name).into();
        assert_eq!(names.len(), Context::ALL.len());
    }

    #[test]
    fn every_key_is_written_the_way_it_is_read() {
        for key in bindings::all().flat_map(|binding| binding.keys) {
            let chord: Chord = key.parse().unwrap_or_else(|why| panic!("{key}: {why}"));
            assert_eq!(chord.to_string(), *key);
        }
    }

    #[test]
    fn every_context_and_every_binding_is_reachable() {
        for context in Context::ALL {
            assert!(KeyMap::default().of(context).next().is_some(), "{context:?} is empty");
        }
        for binding in bindings::all() {
            assert!(!binding.keys.is_empty(), "{:?} has no key", binding.action);
            assert!(binding.help.len() > 10 && !binding.label.is_empty());
        }
    }
}
