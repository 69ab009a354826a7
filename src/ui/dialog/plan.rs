//! `Remove everywhere` and `Copy access`: the plan, workspace by workspace.

use super::body::{DialogBody, Weight};
use super::{confirm, errors_of, picker, role_option};
use crate::app::dialog::plan::{Entry, Form, Verdict, What};
use crate::app::dialog::{Ctx, Dialog, DialogForm as _, Field, FieldError, Picker};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::domain::change::RoleChange;
use crate::domain::ids::Principal;
use crate::domain::text::{SafeText, counted};
use crate::ui::theme::Theme;
use ratatui::style::Style;

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
            body.text(Weight::Vital, theme.title, text);
        }
        What::Copy { from, to } => {
            receiver(form, from, to, ctx, body);
        }
        What::Marked(marked) => {
            body.text(Weight::Vital, theme.title, marked.in_words(form.names()));
            for (pick, choice) in marked
                .options()
                .into_iter()
                .flat_map(|(picks, choice)| picks.iter().map(move |pick| (*pick, choice)))
            {
                let (context, picks) = match marked.adding() {
                    Some(_) => (Context::AddMember, DialogKey::Picks(pick)),
                    None => (Context::ChangeRole, DialogKey::Sets(pick)),
                };
                let key = body.key_of(context, Action::Dialog(picks));
                let line = role_option(look, pick, choice, marked.is_on_options(), key);
                body.option(pick.place(), pick.place() == choice, line);
            }
            if let Some(adding) = marked.adding() {
                body.gap();
                picker::fill("Principal", &adding.to, adding.focus == Field::Principals, ctx, body);
                read_from(form, adding.to.offers().is_empty(), ctx, body);
            }
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
    if !matches!(form.what, What::Marked(_)) {
        covered(model, body);
    }
    review(form, body);
    if matches!(form.what, What::Marked(_)) {
        return;
    }
    if let What::Remove(principal) = &form.what
        && !principal.is_everyone()
    {
        let text = "access through groups and everyone (*) stays";
        body.text(Weight::Extra, theme.muted, text);
    }
}

/// Says how much of the platform a plan about every workspace covers.
fn covered(model: &Model, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let Some(report) = model.store.report() else {
        return;
    };
    let is_all = report.snapshot.is_complete() && report.snapshot.unreadable().next().is_none();
    let (weight, style, rest) = if is_all {
        (Weight::Useful, theme.muted, "")
    } else {
        (Weight::Warning, theme.warning, ": the others are not in this plan")
    };
    body.text(weight, style, format!("{}{rest}", report.snapshot.readable()));
}

/// Says what of the plan is done and what is left out, one by one.
pub(super) fn review(form: &Form, body: &mut DialogBody<'_>) {
    body.gap();
    let n_skipped = form.skipped().count() + form.others().len();
    let skipped = if n_skipped > 0 {
        format!(", {n_skipped} skipped")
    } else {
        String::new()
    };
    let text = format!("{}{skipped}:", counted(form.n_changes(), "change"));
    body.text(Weight::Must, body.look.theme.title, text);
    entries(form, body);
}

/// Fills in the field for who shall have the roles of `from`, too, and what is known of whoever stands there.
fn receiver(form: &Form, from: &Principal, to: &Picker, ctx: Ctx<'_>, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let text = format!("give somebody else the roles of {}, too", from.label());
    body.text(Weight::Vital, theme.title, text);
    picker::fill("To", to, true, ctx, body);
    read_from(form, to.offers().is_empty(), ctx, body);
}

/// Says whom the text in the field stands for and what is known of them, once it `is_chosen`.
fn read_from(form: &Form, is_chosen: bool, ctx: Ctx<'_>, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    if let (Some(mention), true) = (form.read_from(ctx), is_chosen) {
        let between = body.look.said("  ", ", ");
        let text = format!("{}{between}from '{}'", mention.0, mention.1);
        body.under_field(Weight::Vital, theme.text, "", text);
    }
    if let (Some(known), true) = (form.known(ctx), is_chosen) {
        body.under_field(Weight::Useful, theme.text, "", known);
    }
}

/// Lists the plan.
fn entries(form: &Form, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let names = form.names();
    let others = form.others().iter().map(|other| {
        let said = (theme.muted, "=", format!("skipped, {}", other.why));
        (other.name.to_string(), said)
    });
    let planned = form.entries.iter();
    let planned = planned.map(|entry| (entry.name(names), said_of(entry, theme)));
    let listed: Vec<(String, (Style, &str, String))> = others.chain(planned).collect();
    body.entries(&listed);
}

/// Returns what is said of one entry, with its sign.
fn said_of(entry: &Entry, theme: &Theme) -> (Style, &'static str, String) {
    match &entry.verdict {
        Verdict::Make(change, note) => {
            let (before, after) = change.roles();
            let role_change = RoleChange::of(&before, &after);
            let text = match role_change {
                RoleChange::Remove => format!("{} → none", before.shown()),
                RoleChange::Add => after.shown().to_string(),
                RoleChange::Replace => format!("{} → {}", before.shown(), after.shown()),
            };
            let note = note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
            let style = if note.is_empty() { theme.text } else { theme.warning };
            (style, role_change.sign(), text + &note)
        }
        Verdict::Skip(why) => (theme.muted, "=", skipped(entry, why)),
        Verdict::NeedsAdmin(why, first) => {
            let said = format!("{}: {first}", skipped(entry, why));
            (theme.muted, "=", said)
        }
    }
}

fn skipped(entry: &Entry, why: &SafeText) -> String {
    let roles = if entry.roles.is_empty() {
        String::new()
    } else {
        format!("{}: ", entry.roles.shown())
    };
    format!("{roles}skipped, {why}")
}
