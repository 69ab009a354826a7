//! What is told of a workspace before it is deleted, apart from what is lost: the same whether it is deleted alone or with
//! others, so that no warning is missing because there are several.

use super::body::{DialogBody, Weight};
use crate::app::inventory::Inventory;
use crate::app::model::Model;
use crate::domain::deletion::ProgressVisibility;
use crate::domain::resource::ResourceKind;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::domain::workspace::{Access, CallerAccess};
use crate::ui::Look;
use ratatui::style::Style;

/// How many workspaces are named for each thing that is told.
const NAMED: usize = 3;

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    weight: Weight,
    style: Style,
    mark: &'static str,
    text: String,
}

/// Says these, each in a paragraph of its own.
pub(super) fn say(told: impl IntoIterator<Item = Told>, body: &mut DialogBody<'_>) {
    for one in told {
        body.marked(one.weight, one.style, one.mark, one.text);
    }
}

/// Says all that is told of several, each thing once, with the workspaces that it is about; what warns comes first.
pub(super) fn say_of_all<'a>(model: &Model, all: impl Iterator<Item = &'a Inventory>, body: &mut DialogBody<'_>) {
    let mut told: Vec<(Told, Vec<SafeText>)> = Vec::new();
    let mut n_all = 0;
    for inventory in all {
        n_all += 1;
        let name = inventory.workspace.name.shown();
        let access = access_told(model, inventory, body.look);
        let counting = counting_told(inventory, body.look);
        let progress = progress_told(model, inventory, body.look);
        for one in access.into_iter().chain(counting).chain(progress) {
            match told.iter_mut().find(|(known, _)| *known == one) {
                Some((_, names)) => names.push(name.clone()),
                None => told.push((one, vec![name.clone()])),
            }
        }
    }
    told.sort_by_key(|(one, _)| std::cmp::Reverse(one.weight));
    let told = told.into_iter().map(|(one, names)| Told {
        text: format!("{}{}", one.text, about(&names, n_all)),
        ..one
    });
    say(told, body);
}

/// Returns which of so many workspaces something is about, in words that follow it; nothing where it is about all.
fn about(names: &[SafeText], n_all: usize) -> String {
    if names.len() == n_all {
        return String::new();
    }
    let named: Vec<&str> = names.iter().take(NAMED).map(SafeText::as_str).collect();
    let more = match names.len() - named.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!(" ({}{more})", named.join(", "))
}

/// Returns what is told of what was counted.
pub(super) fn counting_told(inventory: &Inventory, look: &Look) -> Vec<Told> {
    let absent: Vec<&str> = inventory.not_installed().map(ResourceKind::plural).collect();
    let absent = (!absent.is_empty()).then(|| Told {
        weight: Weight::Vital,
        style: look.theme.muted,
        mark: look.marks.dot,
        text: format!("not installed, so not counted: {}", absent.join(", ")),
    });
    uncounted_told(inventory, look).into_iter().chain(absent).collect()
}

/// Returns what could not be counted, and why not.
pub(super) fn uncounted_told(inventory: &Inventory, look: &Look) -> Option<Told> {
    let uncounted: Vec<String> = inventory
        .uncounted()
        .map(|(kind, failure)| format!("{} ({})", kind.plural(), failure.why()))
        .collect();
    (!uncounted.is_empty()).then(|| Told {
        weight: Weight::Warning,
        style: look.theme.danger,
        mark: look.marks.warning,
        text: format!("could not count: {}", uncounted.join(", ")),
    })
}

/// Returns what is told of who loses access, and of who takes it away.
pub(super) fn access_told(model: &Model, inventory: &Inventory, look: &Look) -> Vec<Told> {
    let warning = |style, text: String| Told {
        weight: Weight::Warning,
        style,
        mark: look.marks.warning,
        text,
    };
    let mut told = Vec::new();
    if let Ok(roster) = &inventory.roster
        && let Access::All(role) = roster.access()
    {
        let role = role.shown();
        let text = format!("including everyone (*): everyone on the platform loses {role}");
        told.push(warning(look.theme.danger, text));
    }
    if model.store.caller_access(&inventory.workspace.name) == CallerAccess::Holds(Role::Editor) {
        let text =
            "you are only Editor here, but the platform lets Editors delete a workspace without asking its Admins";
        told.push(warning(look.theme.warning, text.to_owned()));
    }
    told
}

/// Returns whether the caller will see how the deletion goes on.
pub(super) fn progress_told(model: &Model, inventory: &Inventory, look: &Look) -> Option<Told> {
    let text = match model.visibility_of_deleting(&inventory.workspace) {
        ProgressVisibility::NothingToSee => return None,
        ProgressVisibility::Told => "you can follow the progress",
        ProgressVisibility::Withheld => "only its creator and platform admins can follow the progress",
        ProgressVisibility::NotTold => "this platform does not report progress",
        ProgressVisibility::CannotTell => "cannot tell whether you can follow the progress",
    };
    Some(Told {
        weight: Weight::Useful,
        style: look.theme.text,
        mark: look.marks.dot,
        text: text.to_owned(),
    })
}
