//! How lines are read that are no text: as a number, as a key, as the name of what a key does.

use crate::app::keymap::{Action, Binding, Chord, Context};
use crate::app::list::Step;
use crate::app::model::Model;

/// What a line says.
pub(super) enum Word<'a> {
    /// A number.
    Number(usize),
    /// The rows on show are to be told.
    Rows,
    /// Only what matches this is to be shown.
    Filter(&'a str),
    /// What a key does.
    Does(&'static Binding),
}

/// What stands before a column to sort by.
const SORT_BY: &str = "sort by ";

/// What people say for actions whose name is another one.
const SYNONYMS: [(&str, Action); 6] = [
    ("next", Action::Move(Step::PageDown)),
    ("next page", Action::Move(Step::PageDown)),
    ("previous", Action::Move(Step::PageUp)),
    ("previous page", Action::Move(Step::PageUp)),
    ("exit", Action::Quit),
    ("show command", Action::ShowCommand),
];

/// Reads `text`; nothing where it means nothing here.
pub(super) fn word<'a>(model: &Model, text: &'a str) -> Option<Word<'a>> {
    if let Ok(number) = text.parse() {
        return Some(Word::Number(number));
    }
    if matches!(text, "list" | "rows") {
        return Some(Word::Rows);
    }
    let has_list = model.dialogs.is_empty() && model.equivalent.is_none();
    if let Some(filter) = text.strip_prefix('/').filter(|_| has_list) {
        return Some(Word::Filter(filter.trim()));
    }
    binding(model, text).map(Word::Does)
}

/// Finds what a text names: the key, then the action, the nearest first.
fn binding(model: &Model, text: &str) -> Option<&'static Binding> {
    let contexts = model.key_contexts();
    if let Some(found) = text
        .parse::<Chord>()
        .ok()
        .and_then(|chord| model.keymap.bound(contexts, chord))
    {
        return Some(found);
    }
    let name = text.to_lowercase();
    let mut all = contexts.iter().flat_map(|context: &Context| model.keymap.of(*context));
    let is_called = |binding: &&Binding| {
        let action = binding.action.name();
        action == name
            || action.replace('-', " ") == name
            || binding.label.to_lowercase() == name
            || model.label_of(binding).to_lowercase() == name
    };
    let synonym = || {
        let (_, action) = SYNONYMS.iter().find(|(word, _)| *word == name)?;
        contexts
            .iter()
            .find_map(|context| model.keymap.binding(*context, *action))
    };
    let sorts = || {
        let by = name.strip_prefix(SORT_BY)?.trim();
        let orders = model.orders();
        let place = orders.iter().position(|order| order.eq_ignore_ascii_case(by))?;
        let n = u8::try_from(place + 1).ok()?;
        contexts
            .iter()
            .find_map(|context| model.keymap.binding(*context, Action::SortBy(n)))
    };
    all.find(is_called).or_else(sorts).or_else(synonym)
}

/// Returns by which columns the list can be sorted, where `text` names one that it cannot be sorted by.
pub(super) fn no_such_order(model: &Model, text: &str) -> Option<String> {
    let is_order = text.to_lowercase().starts_with(SORT_BY);
    let orders = model.orders();
    (is_order && !orders.is_empty()).then(|| format!("this list can be sorted by {}", orders.join(", ")))
}
