//! `Delete workspace`: what is lost with it, for whom, and what this server does to the contents.

use super::body::{DialogBody, Weight};
use super::deletion_told::{access_told, counting_told, progress_told, say, uncounted_told};
use crate::app::dialog::delete_workspace::Form;
use crate::app::failure::Failure;
use crate::app::inventory::Inventory;
use crate::app::keymap::{Action, Context, DialogKey, Opens};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::domain::platform::Deletion;
use crate::domain::resource::Tally;
use crate::domain::text::{counted, grouped};
use crate::ui::detail::workspace::by_role;
use crate::ui::text::width;
use crate::ui::time;

/// Fills in the form as long as it is not known what is in the workspace.
pub(super) fn fill(model: &Model, form: &Form, was_refused: bool, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let title = format!("delete workspace '{}'", form.workspace.shown());
    body.some_text(Weight::Vital, theme.title, 3, title);
    body.gap();
    if !form.left.is_empty() {
        // What the platform says is in it stands below its refusal.
        if !was_refused {
            let how = how_it_is_known(model);
            let text = format!("this server deletes only empty workspaces{how}: delete the contents first");
            body.marked(Weight::Warning, theme.warning, body.look.marks.warning, text);
            let n = form.inventory.value().map_or(0, |inventory| inventory.n_things());
            let n = counted(n, "resource");
            let text = format!("at least {n} in it; this server may hold kinds that cannot be listed");
            body.marked(Weight::Vital, theme.text, body.look.marks.dot, text);
            if let Some(inventory) = form.inventory.value() {
                say(uncounted_told(inventory, body.look), body);
            }
            left(form, body);
        }
        return;
    }
    if let Some(why) = model
        .not_yet(&form.workspace)
        .filter(|_| form.inventory.value().is_none())
    {
        return body.marked(Weight::Vital, theme.warning, body.look.spinner(model.now), why);
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
        "counting its contents: {} of {} kinds, {}",
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
        "nothing is deleted until you have seen the contents and typed the name",
    );
}

fn failed(failure: &Failure, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
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
    say(access_told(model, inventory, body.look), body);
    fate(model, inventory, body);
    say(progress_told(model, inventory, body.look), body);
}

/// Says what was counted, and what could not be.
fn things(inventory: &Inventory, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let found: Vec<String> = inventory.found().map(|(kind, n)| kind.counted(n)).collect();
    let text = match found.as_slice() {
        [] if inventory.is_complete() => "it is empty".to_owned(),
        [] => "nothing was found in it".to_owned(),
        [only] => format!("in it: {only}"),
        several => format!(
            "{} resources in it: {}",
            grouped(inventory.n_things()),
            several.join(", ")
        ),
    };
    body.marked(Weight::Vital, theme.text, look.marks.dot, text);
    say(counting_told(inventory, body.look), body);
}

/// Says who loses access.
fn members(inventory: &Inventory, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let Ok(roster) = &inventory.roster else {
        let text = "every member loses access (you cannot see how many)";
        body.marked(Weight::Useful, theme.text, look.marks.dot, text);
        return;
    };
    let verb = if roster.len() == 1 { "loses" } else { "lose" };
    let text = format!("{} {verb} access: {}", counted(roster.len(), "member"), by_role(roster));
    body.marked(Weight::Vital, theme.text, look.marks.dot, text);
}

/// Returns how many lose access, as part of what is lost with one of several workspaces.
pub(super) fn members_in_words(inventory: &Inventory) -> String {
    match &inventory.roster {
        Ok(roster) => {
            let verb = if roster.len() == 1 { "loses" } else { "lose" };
            format!("{} {verb} access", counted(roster.len(), "member"))
        }
        Err(_) => "every member loses access".to_owned(),
    }
}

/// Says what the server does to what is in it, and how that is known.
fn fate(model: &Model, inventory: &Inventory, body: &mut DialogBody<'_>) {
    let n = inventory.n_things();
    fate_of_all(model, (n == 0 && inventory.is_complete(), n), body);
}

/// Says what the server does to what is in one workspace or several: all of them empty, or holding `n` resources that are
/// known.
pub(super) fn fate_of_all(model: &Model, (is_empty, n): (bool, usize), body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let how = how_it_is_known(model);
    let (style, text) = match model.deletion() {
        // It will be deleted: that others would not be is beside the point, and may be taken for a promise.
        Deletion::Refuses if is_empty => return,
        Deletion::Refuses if n == 0 => (
            theme.warning,
            format!("this server deletes only empty workspaces{how}: it refuses where anything is left"),
        ),
        Deletion::Refuses => (
            theme.warning,
            format!("this server deletes only empty workspaces{how}: delete the contents first"),
        ),
        Deletion::Cascades => (
            theme.danger,
            format!("this server destroys everything in it{how}; there is no undo"),
        ),
        Deletion::CannotTell => (
            theme.danger,
            "cannot tell whether this server refuses to delete a workspace that is not empty, or destroys its contents; there is no undo".to_owned(),
        ),
    };
    body.marked(Weight::Warning, style, look.marks.warning, text);
}

/// Returns how it is known what the server does, where it has shown it.
fn how_it_is_known(model: &Model) -> &'static str {
    if model.session.observed_deletion.is_some() {
        " (as seen before)"
    } else {
        ""
    }
}

/// Lists what must be deleted first, and how that is done.
pub(super) fn left(form: &Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let count = |n: u64| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    let counts: Vec<String> = form.left.iter().map(|(_, n)| count(*n)).collect();
    let names: Vec<String> = form.left.iter().map(|(kind, _)| look.cut(kind.as_str(), 30)).collect();
    let widest =
        |texts: &[String], title: &str| texts.iter().map(|text| width(text)).max().unwrap_or(0).max(title.len());
    let (name_width, count_width) = (widest(&names, "KIND"), widest(&counts, "COUNT"));
    body.gap();
    if !look.is_spoken() {
        let title = format!("  {:name_width$}  {:>count_width$}", "KIND", "COUNT");
        body.line(Weight::Useful, look.line(theme.column, title));
    }
    let rows = names.iter().zip(&counts).zip(&form.left);
    for ((name, count), (word, _)) in rows {
        let padding = " ".repeat(name_width.saturating_sub(width(name)));
        let row = format!("  {name}{padding}  {count:>count_width$}");
        let said = format!("{word}: {count}");
        let mut line = look.line(theme.text, look.said(&row, &said));
        if !form.can_clear(word) {
            let between = look.said("  ", ", ");
            let what = format!("{between}needs the platform's CLI");
            line.spans.push(look.span(theme.warning, what));
        }
        body.line(Weight::Vital, line);
    }
    body.gap();
    let open = body.key_of(Context::NotEmpty, Action::Dialog(DialogKey::OpenLeft));
    let again = body.key_of(Context::NotEmpty, Action::Dialog(DialogKey::CountAgain));
    let delete = body.key_of(Context::Resources, Action::Open(Opens::DeleteResources));
    let text = if form.left.iter().any(|(word, _)| form.can_clear(word)) {
        format!("{open} shows them all, marked: {delete} deletes them; {again} tries anyway")
    } else {
        format!("{again} tries anyway")
    };
    body.text(Weight::Must, theme.text, text);
}
