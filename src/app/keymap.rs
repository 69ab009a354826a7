//! Keys as data: one table of [`Binding`]s drives dispatch, the hint row, help and the README.
//!
//! Start reading at [`bindings::BINDINGS`]. [`find`] is the only place that turns a key into an [`Action`].

pub mod bindings;
pub mod chord;

pub use bindings::{Action, Binding, ConnectionKey, Context, DialogKey, Opens};
pub use chord::{Chord, Key};

use super::model::Model;
use crate::domain::text::SafeText;

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

/// Returns what `chord` means in the present state of `model`.
pub fn find(model: &Model, chord: Chord) -> Meaning {
    for context in contexts(model) {
        let Some(binding) = of(*context).find(|binding| binding.chords().any(|c| c == chord)) else {
            continue;
        };
        return match (binding.available)(model) {
            Ok(()) => Meaning::Act(binding.action),
            Err(why) => Meaning::Disabled(why),
        };
    }
    Meaning::Nothing
}

/// Returns the contexts whose keys count now, the nearest first.
pub fn contexts(model: &Model) -> &'static [Context] {
    use super::dialog::Stage;
    use super::screen::Screen;
    use super::screen::audit::Mode;
    use crate::domain::policy::Tier;
    if model.equivalent.is_some() {
        return &[Context::Equivalent, Context::Always];
    }
    if let Some(dialog) = model.dialogs.last() {
        return match &dialog.stage {
            Stage::Editing if has_proposals(model) => &[Context::Proposals, Context::Always],
            Stage::Editing => editing(&dialog.form),
            Stage::Confirming(confirm) if confirm.tier == Tier::Typed => &[Context::ConfirmTyped, Context::Always],
            Stage::Confirming(_) => &[Context::Confirm, Context::Always],
            Stage::Running(_) => &[Context::Running, Context::Always],
        };
    }
    if model.is_filtering() {
        return &[Context::Filter, Context::Always];
    }
    match model.screen() {
        Screen::Workspaces(_) => &[Context::Workspaces, Context::List, Context::Screen, Context::Always],
        Screen::Members(_) => &[Context::Members, Context::List, Context::Screen, Context::Always],
        Screen::Resources(_) => &[Context::Resources, Context::List, Context::Screen, Context::Always],
        Screen::Audit(state) if state.mode == Mode::Matrix => &[
            Context::Matrix,
            Context::Audit,
            Context::List,
            Context::Screen,
            Context::Always,
        ],
        Screen::Audit(_) => &[Context::Audit, Context::List, Context::Screen, Context::Always],
        Screen::Principal(_) => &[Context::Principal, Context::List, Context::Screen, Context::Always],
        Screen::Contexts(_) => &[Context::Contexts, Context::List, Context::Screen, Context::Always],
        Screen::Welcome(_) => &[Context::Welcome, Context::Screen, Context::Always],
        Screen::Help(_) => &[Context::Help, Context::Screen, Context::Always],
    }
}

/// Returns whether somebody is proposed for what is being typed.
pub(in crate::app) fn has_proposals(model: &Model) -> bool {
    let dialog = model.dialogs.last().filter(|_| model.equivalent.is_none());
    dialog.is_some_and(|dialog| {
        let is_proposed = dialog.form.picker().is_some_and(|picker| !picker.offers().is_empty());
        is_proposed && dialog.form.is_on_picker() && dialog.stage == super::dialog::Stage::Editing
    })
}

/// Returns the contexts of a dialog that nobody waits for.
fn editing(form: &super::dialog::Form) -> &'static [Context] {
    use super::dialog::Form;
    match form {
        Form::DeleteWorkspace(form) if !form.left.is_empty() => &[Context::NotEmpty, Context::Always],
        Form::Deletion(_) => &[Context::Deletion, Context::Always],
        Form::Connection(form) if form.is_waiting() => &[Context::LoggingIn, Context::Always],
        Form::Create(_)
        | Form::Describe(_)
        | Form::AddMember(_)
        | Form::ChangeRole(_)
        | Form::RemoveMember(_)
        | Form::DeleteWorkspace(_)
        | Form::DeleteResources(_)
        | Form::Plan(_)
        | Form::Export(_)
        | Form::Connection(_) => &[Context::Dialog, Context::Always],
    }
}

/// Returns the bindings of one context, in the order of the table.
pub fn of(context: Context) -> impl Iterator<Item = &'static Binding> {
    bindings::BINDINGS
        .iter()
        .filter(move |binding| binding.context == context)
}

/// Returns the hints for the bottom row: the most useful keys of this moment, the most useful first,
/// each with whether it can be used now.
pub fn hints(model: &Model) -> Vec<(&'static Binding, bool)> {
    let mut hints: Vec<_> = contexts(model)
        .iter()
        .flat_map(|context| of(*context))
        .filter(|binding| binding.hint > 0 && (binding.is_hinted)(model))
        .map(|binding| (binding, (binding.available)(model).is_ok()))
        .collect();
    hints.sort_by_key(|(binding, _)| binding.hint);
    hints
}

/// Returns the first key of `action` in `context` as it is written, for sentences that name a key.
pub fn key_of(context: Context, action: Action) -> &'static str {
    of(context)
        .find(|binding| binding.action == action)
        .and_then(|binding| binding.keys.first().copied())
        .unwrap_or("?")
}

/// Returns the keys section of the README.
pub fn as_markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from("| where | key | what it does |\n|---|---|---|\n");
    for context in Context::ALL {
        for binding in of(context) {
            let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            let wrote = writeln!(out, "| {} | {} | {} |", context.title(), keys.join(" "), binding.help);
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
            for chord in of(context).flat_map(Binding::chords) {
                assert!(seen.insert(chord), "{chord} twice in {context:?}");
            }
        }
    }

    #[test]
    fn every_key_is_written_the_way_it_is_read() {
        for key in bindings::BINDINGS.iter().flat_map(|binding| binding.keys) {
            let chord: Chord = key.parse().unwrap_or_else(|why| panic!("{key}: {why}"));
            assert_eq!(chord.to_string(), *key);
        }
    }

    #[test]
    fn every_context_and_every_binding_is_reachable() {
        for context in Context::ALL {
            assert!(of(context).next().is_some(), "{context:?} is empty");
        }
        for binding in bindings::BINDINGS {
            assert!(!binding.keys.is_empty(), "{:?} has no key", binding.action);
            assert!(binding.help.len() > 10 && !binding.label.is_empty());
        }
    }
}
