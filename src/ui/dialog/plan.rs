//! `Remove everywhere` and `Copy access`: the plan, workspace by workspace.

use super::body::{DialogBody, Sign, Weight};
use super::{confirm, errors_of, picker};
use crate::app::dialog::plan::{Entry, Form, Verdict, What};
use crate::app::dialog::{Ctx, Dialog, DialogForm as _, Field, FieldError, Picker};
use crate::app::model::Model;
use crate::domain::change::RoleChange;
use crate::domain::ids::Principal;
use crate::domain::text::counted;
use crate::ui::text::width;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// How much of the name of a workspace is seen at least.
const LEAST_NAME: usize = 24;

/// Fills in the form.
pub(super) fn fill(
    model: &Model,
    dialog: &Dialog,
    form: &Form,
    ctx: Ctx<'_>,
    errors: &[FieldError],
    body: &mut DialogBody<'_>,
) {
    let (look, theme) = (body.look, &body.look.theme);
    match &form.what {
        What::Remove(principal) => {
            let text = format!("remove {} from every workspace", principal.label());
            body.some_text(Weight::Vital, theme.title, 3, text);
        }
        What::Copy { from, to } => {
            receiver(form, from, to, ctx, body);
        }
    }
    // While somebody is proposed, what is typed is nobody yet, for whom nothing can be planned.
    let is_choosing = form.picker().is_some_and(|to| !to.offers().is_empty());
    for error in errors_of(errors, Field::Principals) {
        body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    if is_choosing {
        return;
    }
    confirm::consequences(&model.consequences_of(dialog), Weight::Warning, body);
    if form.entries.is_empty() {
        return;
    }
    body.gap();
    let n_skipped = form.skipped().count();
    let skipped = if n_skipped > 0 {
        format!(", {n_skipped} skipped")
    } else {
        String::new()
    };
    let text = format!("{}{skipped}:", counted(form.n_changes(), "change"));
    body.text(Weight::Must, theme.title, text);
    entries(form, body);
    if let What::Remove(principal) = &form.what
        && !principal.is_everyone()
    {
        let text = "access through groups and everyone (*) stays";
        body.text(Weight::Extra, theme.muted, text);
    }
    if let Some(report) = model.store.report() {
        let is_all = report.snapshot.is_complete() && report.snapshot.unreadable().next().is_none();
        let (style, rest) = if is_all {
            (theme.muted, "")
        } else {
            (theme.warning, ": the others are not in this plan")
        };
        body.text(Weight::Useful, style, format!("{}{rest}", report.snapshot.readable()));
    }
}

/// Fills in the field for who shall have the roles of `from`, too, and what is known of whoever stands there.
fn receiver(form: &Form, from: &Principal, to: &Picker, ctx: Ctx<'_>, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let text = format!("give somebody else the roles of {}, too", from.label());
    body.some_text(Weight::Vital, theme.title, 3, text);
    picker::fill("To", to, true, ctx, body);
    if let (Some(mention), true) = (form.read_from(ctx), to.offers().is_empty()) {
        let text = format!("{}  from '{}'", mention.0, mention.1);
        body.under_field(Weight::Vital, theme.text, "", text);
    }
    if let (Some(known), true) = (form.known(ctx), to.offers().is_empty()) {
        body.under_field(Weight::Useful, theme.text, "", known);
    }
}

/// Lists the plan.
fn entries(form: &Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let listed = || form.entries.iter();
    let names = listed().map(|entry| width(&look.print(entry.workspace.shown())));
    let longest = listed().map(|entry| width(&look.print(said_of(entry, theme).2)));
    // What is said of them goes before their whole names.
    let left = body.columns.saturating_sub(4 + longest.max().unwrap_or_default());
    let room = names.max().unwrap_or_default().min(left.max(LEAST_NAME));
    for (nth, entry) in listed().enumerate() {
        let weight = if nth == 0 { Weight::Vital } else { Weight::Useful };
        let (style, mark, text) = said_of(entry, theme);
        let sign = Sign {
            mark,
            style,
            name: style,
        };
        body.entry(weight, &sign, entry.workspace.shown().as_str(), room, &text);
    }
}

/// Returns what is said of one workspace, with its sign.
fn said_of(entry: &Entry, theme: &Theme) -> (Style, &'static str, String) {
    match &entry.verdict {
        Verdict::Make(change, note) => {
            let (before, after) = change.roles();
            let text = match RoleChange::of(&before, &after) {
                RoleChange::Remove => before.shown().to_string(),
                RoleChange::Add => after.shown().to_string(),
                RoleChange::Replace => format!("{} → {}", before.shown(), after.shown()),
            };
            let mark = if after.is_empty() { "-" } else { "+" };
            let note = note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
            let style = if note.is_empty() { theme.text } else { theme.warning };
            (style, mark, text + &note)
        }
        Verdict::Skip(why) => {
            let roles = if entry.roles.is_empty() {
                String::new()
            } else {
                format!("{}: ", entry.roles.shown())
            };
            (theme.muted, "=", format!("{roles}skipped, {why}"))
        }
    }
}
