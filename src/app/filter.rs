//! The live filter of a list.

use super::text_field::TextField;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What is typed into the filter, and whether the cursor is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The text.
    pub input: TextField,
    /// Whether keys go into it.
    pub is_editing: bool,
}

impl Filter {
    /// Returns whether it hides anything.
    pub fn is_active(&self) -> bool {
        !self.input.value().trim().is_empty()
    }

    /// Empties it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns those of `items` that match: fuzzily by their first text, or literally by one of the others.
    pub fn keep<'a, T>(&self, items: Vec<T>, texts: impl Fn(&T) -> Vec<&'a str>) -> Vec<T> {
        let typed = self.input.value().trim();
        if typed.is_empty() {
            return items;
        }
        let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let lower = typed.to_lowercase();
        let mut buffer = Vec::new();
        items
            .into_iter()
            .filter(|item| {
                let texts = texts(item);
                let mut texts = texts.iter();
                let first = texts
                    .next()
                    .is_some_and(|text| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher).is_some());
                first || texts.any(|text| text.to_lowercase().contains(&lower))
            })
            .collect()
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
        };
        let items = vec![("ml-team", "x"), ("sales", "an MLT thing"), ("sales-2", "m l t")];
        let kept = filter.keep(items, |(name, description)| vec![*name, *description]);
        assert_eq!(kept, [("ml-team", "x"), ("sales", "an MLT thing")]);
    }
}
