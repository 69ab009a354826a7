//! The live filter of a list.

use super::list::List;
use super::text_field::TextField;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::borrow::Cow;
use std::hash::Hash;

/// What a row says, its name first.
pub type Words<'a> = Vec<Cow<'a, str>>;

/// What is typed into the filter, and whether the cursor is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The text.
    pub input: TextField,
    /// Whether keys go into it.
    pub is_editing: bool,
    /// What it held when it was last cleared.
    pub(super) cleared: Option<String>,
}

impl Filter {
    /// Returns whether it hides anything.
    pub fn is_active(&self) -> bool {
        !self.input.value().trim().is_empty()
    }

    /// Empties it; what it held can be taken back.
    pub fn clear(&mut self) {
        if self.is_active() {
            self.cleared = Some(self.input.value().to_owned());
        }
        self.input = TextField::default();
        self.is_editing = false;
    }

    /// Returns what can be taken back: what it held before, while it is edited and nothing is typed.
    pub fn offered(&self) -> Option<&str> {
        let is_empty = self.is_editing && self.input.value().is_empty();
        self.cleared.as_deref().filter(|_| is_empty)
    }

    /// Holds again what it held before it was cleared.
    pub(super) fn take_back(&mut self) {
        if let Some(text) = self.cleared.take() {
            self.input = TextField::filled(&text);
        }
    }

    /// Returns those of `items` that match: fuzzily by their first text, or literally by one of the others. These are
    /// what the row of the item says, in every column.
    pub fn keep<'a, T>(&self, items: Vec<T>, texts: impl Fn(&T) -> Words<'a>) -> Vec<T> {
        if !self.is_active() {
            return items;
        }
        let mut sieve = Sieve::new(self);
        items.into_iter().filter(|item| sieve.keeps(&texts(item))).collect()
    }

    /// Returns whether it keeps a row that says `words`.
    pub fn keeps(&self, words: &Words<'_>) -> bool {
        !self.is_active() || Sieve::new(self).keeps(words)
    }

    /// Puts the cursor of `list` on the row whose text matches best.
    pub(super) fn select_best<Id: Clone + Eq + Hash>(
        &self,
        list: &mut List<Id>,
        height: usize,
        text: impl Fn(&Id) -> &str,
    ) {
        if let Some(best) = self.best(list.rows(), list.selected(), text).cloned() {
            list.select(&best, height);
        }
    }

    /// Returns the one of `items` whose text matches best; of several `present` if it is among them, else the first.
    /// Returns nothing while nothing is typed.
    pub fn best<'a, T: PartialEq>(
        &self,
        items: &'a [T],
        present: Option<&T>,
        text: impl Fn(&'a T) -> &'a str,
    ) -> Option<&'a T> {
        if !self.is_active() {
            return None;
        }
        let mut fuzzy = Fuzzy::new(self);
        // Of equals `max_by_key` takes the last, so the list is walked from its end.
        items
            .iter()
            .rev()
            .max_by_key(|item| (fuzzy.score(text(item)), Some(*item) == present))
    }
}

/// What is typed, ready to be compared with whole rows.
struct Sieve {
    fuzzy: Fuzzy,
    lower: String,
}

impl Sieve {
    fn new(filter: &Filter) -> Self {
        Self {
            fuzzy: Fuzzy::new(filter),
            lower: filter.input.value().trim().to_lowercase(),
        }
    }

    fn keeps(&mut self, words: &Words<'_>) -> bool {
        let mut words = words.iter();
        let first = words.next().is_some_and(|name| self.fuzzy.score(name).is_some());
        first || words.any(|text| text.to_lowercase().contains(&self.lower))
    }
}

/// What is typed, ready to be compared with a name.
struct Fuzzy {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Fuzzy {
    fn new(filter: &Filter) -> Self {
        let typed = filter.input.value().trim();
        Self {
            pattern: Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy),
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        }
    }

    fn score(&mut self, text: &str) -> Option<u32> {
        self.pattern
            .score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_names_fuzzily_and_descriptions_literally() {
        let filter = Filter {
            input: TextField::filled("mlt"),
            is_editing: true,
            cleared: None,
        };
        let items = vec![("ml-team", "x"), ("sales", "an MLT thing"), ("sales-2", "m l t")];
        let kept = filter.keep(items, |(name, description)| {
            vec![Cow::from(*name), Cow::from(*description)]
        });
        assert_eq!(kept, [("ml-team", "x"), ("sales", "an MLT thing")]);
    }

    #[test]
    fn knows_the_best_match() {
        let names = [
            "foundation-pretraining-model",
            "inference-edge",
            "model-registry",
            "model-registrar",
        ];
        let best = |typed, present| {
            let input = TextField::filled(typed);
            let filter = Filter {
                input,
                is_editing: true,
                cleared: None,
            };
            filter.best(&names, Some(&present), |name| name).copied()
        };
        assert_eq!(best("model-r", "inference-edge"), Some("model-registry"));
        assert_eq!(best("model-r", "model-registrar"), Some("model-registrar"));
        assert_eq!(best("inf", "model-registrar"), Some("inference-edge"));
        assert_eq!(best(" ", "inference-edge"), None);
    }
}
