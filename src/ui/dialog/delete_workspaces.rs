//! `Delete workspaces`: what is left alone, what is lost with each of the others, what this server does to it, and all that
//! is told of one that is deleted alone.

use super::body::{DialogBody, Weight};
use super::delete_workspace::{fate_of_all, members_in_words};
use super::deletion_told::say_of_all;
use super::errors_of;
use crate::app::dialog::delete_workspaces::{Form, Target, Verdict};
use crate::app::dialog::{Field, FieldError};
use crate::app::inventory::Inventory;
use crate::app::model::Model;
use crate::app::msg::Ticket;
use crate::domain::text::{counted, grouped};
use crate::ui::time;
use ratatui::style::Style;

/// Fills in the form as long as not all is counted, or where nothing can be deleted.
pub(super) fn fill(
    model: &Model,
    (form, asked): (&Form, Option<Ticket>),
    errors: &[FieldError],
    body: &mut DialogBody<'_>,
) {
    let (look, theme) = (body.look, &body.look.theme);
    heading(form, body);
    let not_yet = form.uncounted().and_then(|next| Some((next, model.not_yet(next)?)));
    if let Some((next, why)) = not_yet {
        body.gap();
        let text = format!("'{}': {why}", next.shown());
        body.marked(Weight::Vital, theme.warning, look.spinner(model.now), text);
    } else if let Some(ticket) = asked {
        let (n_done, n_all) = form.progress();
        let since = time::elapsed(model.waiting_since(ticket), model.now);
        let text = format!(
            "counting what is in them: {} of {}, {since}",
            grouped(n_done),
            grouped(n_all)
        );
        body.gap();
        body.marked(Weight::Vital, theme.text, look.spinner(model.now), text);
        let text = "nothing is deleted until you have seen what is in them and typed their number";
        body.text(Weight::Extra, theme.muted, text);
    }
    for error in errors_of(errors, Field::Name) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    targets(form, body);
}

/// Says what is lost, now that all is counted.
pub(super) fn review(model: &Model, form: &Form, body: &mut DialogBody<'_>) {
    heading(form, body);
    body.gap();
    let (n, n_left) = (form.deleted().count(), form.left_out().count());
    let left = if n_left > 0 {
        format!(", {n_left} skipped")
    } else {
        String::new()
    };
    body.text(
        Weight::Must,
        body.look.theme.title,
        format!("{} to delete{left}:", counted(n, "workspace")),
    );
    targets(form, body);
    let is_empty = form
        .deleted()
        .all(|(_, inventory)| inventory.n_things() == 0 && inventory.is_complete());
    let n = form.deleted().map(|(_, inventory)| inventory.n_things()).sum();
    fate_of_all(model, (is_empty, n), body);
    say_of_all(model, form.deleted().map(|(_, inventory)| inventory), body);
}

fn heading(form: &Form, body: &mut DialogBody<'_>) {
    let text = format!("delete {}", counted(form.targets.len(), "marked workspace"));
    body.text(Weight::Vital, body.look.theme.title, text);
}

/// Lists them: what is left alone first, then what loses most.
fn targets(form: &Form, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let mut listed: Vec<&Target> = form.targets.iter().collect();
    listed.sort_by_key(|target| match &target.verdict {
        Verdict::LeftOut(_) => (0, 0),
        Verdict::Delete(inventory) => (1, usize::MAX - inventory.n_things()),
        Verdict::Uncounted => (2, 0),
    });
    let said: Vec<(String, (Style, &str, String))> = listed
        .into_iter()
        .map(|target| {
            let said = match &target.verdict {
                Verdict::LeftOut(why) => (theme.muted, "=", format!("skipped, {why}")),
                Verdict::Delete(inventory) => (theme.text, "-", lost(inventory)),
                Verdict::Uncounted => (theme.muted, " ", "not counted yet".to_owned()),
            };
            (target.workspace.shown().to_string(), said)
        })
        .collect();
    body.entries(&said);
}

/// Returns what is lost with one workspace.
fn lost(inventory: &Inventory) -> String {
    let found: Vec<String> = inventory.found().map(|(kind, n)| kind.counted(n)).collect();
    let mut lost = if found.is_empty() && inventory.is_complete() {
        "empty".to_owned()
    } else {
        found.join(", ")
    };
    let uncounted: Vec<&str> = inventory.uncounted().map(|(kind, _)| kind.plural()).collect();
    if !uncounted.is_empty() {
        let between = if lost.is_empty() { "" } else { ", " };
        lost = format!("{lost}{between}could not count {}", uncounted.join(", "));
    }
    format!("{lost}; {}", members_in_words(inventory))
}
