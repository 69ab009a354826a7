//! What can be done here, as lines: each key with what it does, or why it does nothing now.

use crate::app::keymap::{Action, Binding, Context, DialogKey};
use crate::app::linear::Asks;
use crate::app::model::Model;

/// Returns the keys of the place that one is at, and how lines are read there.
pub(super) fn said(model: &Model, asks: Asks) -> Vec<String> {
    let mut lines = vec![how(model, asks)];
    let contexts = model.key_contexts();
    let bindings = contexts.iter().flat_map(|context| model.keymap.of(*context));
    let counts = bindings.filter(|binding| model.keymap.counts_in(contexts, binding) && is_worth_it(binding));
    lines.extend(counts.map(|binding| line_of(model, binding)));
    lines
}

/// Returns the key that leads out of what takes the next line.
pub(super) fn leaves(model: &Model) -> &'static str {
    let leaving = [
        Action::Dialog(DialogKey::Cancel),
        Action::Dialog(DialogKey::No),
        Action::ClearFilter,
    ];
    let contexts = model.key_contexts();
    let mut bindings = contexts.iter().flat_map(|context| model.keymap.of(*context));
    let binding = bindings.find(|binding| leaving.contains(&binding.action));
    binding.map_or("cancel", |binding| model.key_of(binding.context, binding.action))
}

/// Returns how a line is read.
fn how(model: &Model, asks: Asks) -> String {
    let text = match asks {
        Asks::Text => {
            let leaves = leaves(model);
            return format!(
                "type what the field holds; a dot leaves it as it is, and a colon stands before a command, as in :{leaves}"
            );
        }
        Asks::Secret => {
            "paste it: what is typed here is not shown; a number takes another way, a key or its name does what it does"
        }
        Asks::Command if !model.dialogs.is_empty() => {
            "type a key or its name; a number chooses, and an empty line says it all again"
        }
        Asks::Command => {
            "type a key or its name; a number goes to that row, list reads the rows, /text filters, :words finds a \
             command, and an empty line says where you are"
        }
    };
    text.to_owned()
}

/// Keys that go from row to row or letter to letter have words of their own.
fn is_worth_it(binding: &Binding) -> bool {
    let is_of_a_list = matches!(binding.action, Action::Move(_) | Action::Scroll(_) | Action::EditFilter);
    let is_other_answer = matches!(
        binding.action,
        Action::Dialog(DialogKey::SwitchAnswer | DialogKey::Answer)
    ) && binding.context == Context::Confirm;
    // A line is typed to its end: there is nothing to be completed in it.
    let is_of_typing = matches!(
        binding.action,
        Action::Dialog(DialogKey::Complete | DialogKey::CompleteCommand)
    );
    let is_drawn = matches!(binding.action, Action::Redraw | Action::Palette | Action::SortBy(_));
    !(is_of_a_list || is_other_answer || is_of_typing || is_drawn)
}

/// Whether a key chooses a role, which is all that it does where lines are typed.
pub(super) fn picks_role(binding: &Binding) -> bool {
    matches!(binding.action, Action::Dialog(DialogKey::Picks(_) | DialogKey::Sets(_)))
}

fn line_of(model: &Model, binding: &Binding) -> String {
    let key = binding.keys.first().copied().unwrap_or_default();
    let name = model.label_of(binding);
    let named = if key.is_empty() {
        name.to_owned()
    } else {
        format!("{key}, {name}")
    };
    match model.can_use(binding) {
        Ok(()) if picks_role(binding) => format!("{named}: Choose it; apply is what applies it."),
        Ok(()) if binding.action == Action::SortNext => {
            let orders = model.orders().join(", ");
            format!("{named}: {} sort by NAME takes one of {orders}.", binding.help)
        }
        Ok(()) => format!("{named}: {}", binding.help),
        Err(why) => format!("{named}: not now, {why}"),
    }
}
