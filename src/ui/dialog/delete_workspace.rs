//! `Delete workspace`: what is lost with it, for whom, and what this server does to the contents.

use super::body::{DialogBody, Weight};
use crate::app::dialog::delete_workspace::Form;
use crate::app::failure::Failure;
use crate::app::inventory::Inventory;
use crate::app::keymap::{self, Action, Context, DialogKey};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::domain::deletion::ProgressVisibility;
use crate::domain::platform::Deletion;
use crate::domain::resource::{ResourceKind, Tally};
use crate::domain::role::Role;
use crate::domain::text::{counted, grouped};
use crate::domain::workspace::{Access, CallerAccess};
use crate::ui::detail::workspace::by_role;
use crate::ui::time;

/// Fills in the form as long as it is not known what is in the workspace.
pub(super) fn fill(model: &Model, form: &Form, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let title = format!("delete workspace '{}'", form.workspace.shown());
    body.some_text(Weight::Vital, theme.title, 3, title);
    body.gap();
    if !form.left.is_empty() {
        // What the platform says is in it takes the place of what was counted before.
        return;
    }
    match &form.inventory {
        Remote::Absent => counting(model, form, model.now, body),
        Remote::Loading { ticket, .. } => counting(model, form, model.waiting_since(*ticket), body),
        Remote::Failed { failure, .. } => failed(failure, body),
        Remote::Ready { value, .. } => inventory(model, value, body),
    }
}

/// Says how far the counting is.
fn counting(model: &Model, form: &Form, since: jiff::Timestamp, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let text = format!(
        "counting what is in it: {} of {} kinds, {}",
        form.so_far.len(),
        form.kinds.len(),
        time::elapsed(since, model.now)
    );
    body.marked(Weight::Vital, theme.text, look.spinner(model.now), text);
    let found = form.so_far.iter().filter_map(|counted| match counted.tally {
        Ok(Tally::Number(n)) if n > 0 => Some(counted.kind.counted(n)),
        Ok(Tally::Number(_) | Tally::NotInstalled) | Err(_) => None,
    });
    let found: Vec<String> = found.collect();
    if !found.is_empty() {
        body.text(Weight::Useful, theme.text, format!("  so far: {}", found.join(", ")));
    }
    body.text(
        Weight::Extra,
        theme.muted,
        "nothing is deleted before its contents are shown and its name is typed",
    );
}

fn failed(failure: &Failure, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
    body.marked(
        Weight::Warning,
        theme.danger,
        look.marks.error,
        failure.headline.as_str(),
    );
    if let Some(said) = &failure.said {
        body.some_text(Weight::Useful, theme.muted, 3, format!("  \"{said}\""));
    }
    body.text(Weight::Useful, theme.text, failure.next.as_str());
    body.text(Weight::Must, theme.text, format!("{key} counts again"));
}

/// Says what is lost with the workspace and what becomes of it.
pub(super) fn inventory(model: &Model, inventory: &Inventory, body: &mut DialogBody<'_>) {
    things(inventory, body);
    members(inventory, body);
    let (look, theme) = (body.look, &body.look.theme);
    if model.store.caller_access(&inventory.workspace.name) == CallerAccess::Holds(Role::Editor) {
        let text = "you are Editor here: the platform lets Editors delete a workspace, and does not ask its Admins";
        body.marked(Weight::Warning, theme.warning, look.marks.warning, text);
    }
    fate(model, inventory, body);
    let text = match model.visibility_of_deleting(&inventory.workspace) {
        ProgressVisibility::NothingToSee => return,
        ProgressVisibility::Told => "you will see how far the deletion is",
        ProgressVisibility::Withheld => {
            "you will not see how far the deletion is: its creator and platform admins will"
        }
        ProgressVisibility::NotTold => "this platform does not report how far the deletion is",
        ProgressVisibility::CannotTell => "it is not known whether you will see how far the deletion is",
    };
    body.marked(Weight::Useful, theme.text, look.marks.dot, text);
}

/// Says what was counted, and what could not be.
fn things(inventory: &Inventory, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let found: Vec<String> = inventory.found().map(|(kind, n)| kind.counted(n)).collect();
    let text = match found.as_slice() {
        [] if inventory.is_complete() => "there is nothing in it".to_owned(),
        [] => "nothing was found in it".to_owned(),
        [only] => format!("in it: {only}"),
        several => format!("{} things in it: {}", grouped(inventory.n_things()), several.join(", ")),
    };
    body.marked(Weight::Vital, theme.text, look.marks.dot, text);
    let uncounted = inventory.uncounted();
    let uncounted: Vec<String> = uncounted
        .map(|(kind, failure)| format!("{} ({})", kind.plural(), failure.why()))
        .collect();
    if !uncounted.is_empty() {
        let text = format!("could not count: {}", uncounted.join(", "));
        body.marked(Weight::Warning, theme.danger, look.marks.warning, text);
    }
    let absent: Vec<&str> = inventory.not_installed().map(ResourceKind::plural).collect();
    if !absent.is_empty() {
        let text = format!("not installed, so not counted: {}", absent.join(", "));
        body.marked(Weight::Extra, theme.muted, look.marks.dot, text);
    }
}

/// Says who loses access.
fn members(inventory: &Inventory, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let Ok(roster) = &inventory.roster else {
        let text = "every member loses access; how many cannot be seen";
        body.marked(Weight::Useful, theme.text, look.marks.dot, text);
        return;
    };
    let verb = if roster.len() == 1 { "loses" } else { "lose" };
    let text = format!("{} {verb} access: {}", counted(roster.len(), "member"), by_role(roster));
    body.marked(Weight::Vital, theme.text, look.marks.dot, text);
    if let Access::All(role) = roster.access() {
        let text = format!(
            "everyone (*) is among them: every user of the platform loses {}",
            role.shown()
        );
        body.marked(Weight::Warning, theme.danger, look.marks.warning, text);
    }
}

/// Says what the server does to what is in it, and how that is known.
fn fate(model: &Model, inventory: &Inventory, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let is_empty = inventory.n_things() == 0 && inventory.is_complete();
    let how = how_it_is_known(model);
    let (style, text) = match model.deletion() {
        Deletion::Refuses if is_empty => (
            theme.text,
            format!("this server refuses while anything is left in it{how}: nothing is lost by trying"),
        ),
        Deletion::Refuses => (
            theme.warning,
            format!("this server will refuse{how}: delete what is in it first; nothing is lost by trying"),
        ),
        Deletion::Cascades => (
            theme.danger,
            format!("this server destroys everything in it{how}; there is no undo"),
        ),
        Deletion::CannotTell => (
            theme.danger,
            "some servers refuse while anything is in it, others destroy everything with it; which this is cannot be told. There is no undo".to_owned(),
        ),
    };
    body.marked(Weight::Warning, style, look.marks.warning, text);
}

/// Returns how it is known what the server does: it has shown it, or its version says it.
fn how_it_is_known(model: &Model) -> String {
    if model.session.observed_deletion.is_some() {
        return " (as it did before)".to_owned();
    }
    let version = model.session.info.value().and_then(|info| info.version.as_ref());
    version.map_or_else(String::new, |version| format!(" (version {version})"))
}
