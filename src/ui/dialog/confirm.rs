//! The confirmation: what will be done, what follows from it, and the answer.

use super::body::{DialogBody, Weight};
use super::{connection, delete_workspace, delete_workspaces, errors_of, plan, review, views};
use crate::app::dialog::confirm::Reason;
use crate::app::dialog::plan::What;
use crate::app::dialog::{Confirm, Ctx, Dialog, Field, FieldError, Form, remove_member};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::app::pointer::Target;
use crate::domain::change::Change;
use crate::domain::policy::{Consequence, Tier};
use crate::domain::text::{SafeText, counted};
use crate::ui::Look;
use crate::ui::areas::Spot;
use crate::ui::text::{Line, line_width};
use ratatui::text::Span;

/// Fills in the question.
pub(super) fn fill(model: &Model, dialog: &Dialog, confirm: &Confirm, body: &mut DialogBody<'_>) {
    let changes: Vec<&Change> = confirm.intents.iter().map(|intent| &intent.change).collect();
    if let Form::LogOut(form) = &dialog.form {
        connection::log_out(model, &form.context, body);
    } else if let Form::Views(form) = &dialog.form {
        views::question(form, body);
    } else if let Form::Lift(form) = &dialog.form {
        connection::lift(model, form, body);
    } else if let Form::Plan(form) = &dialog.form
        && let What::Marked(marked) = &form.what
    {
        body.text(Weight::Vital, body.look.theme.title, marked.in_words(form.names()));
        plan::review(form, body);
    } else if let Form::Review(form) = &dialog.form
        && let Some(plan) = form.plan()
    {
        review::review(form, plan, "", body);
    } else if let Form::DeleteWorkspaces(form) = &dialog.form {
        delete_workspaces::review(model, form, body);
    } else {
        what(&changes, body);
    }
    if let Form::DeleteWorkspace(form) = &dialog.form
        && let Some(inventory) = form.inventory.value()
    {
        body.gap();
        delete_workspace::inventory(model, inventory, body);
    }
    // Of one change all has room; what follows from many must not be somewhere below the list of them.
    let other = if changes.len() > 1 {
        Weight::Warning
    } else {
        Weight::Vital
    };
    say(&confirm.consequences, (Weight::Warning, other), body);
    body.gap();
    if confirm.is_refused {
        return refused(body);
    }
    let context = match confirm.tier {
        Tier::Typed => Context::ConfirmTyped,
        Tier::YesNo | Tier::Apply => Context::Confirm,
    };
    reason(&confirm.reason, context, body);
    match confirm.tier {
        Tier::Typed => typed(model, confirm, body),
        Tier::YesNo | Tier::Apply => {
            let (line, spots) = buttons(body.look, confirm.is_on_yes);
            body.clickable(Weight::Must, line, spots);
        }
    }
}

/// Fills in a form that has nothing but changes to be confirmed, where it comes back from the platform.
pub(super) fn nothing_but_changes(dialog: &Dialog, ctx: Ctx<'_>, body: &mut DialogBody<'_>) {
    let intents = dialog.form.check(ctx).unwrap_or_default();
    let changes: Vec<&Change> = intents.iter().map(|intent| &intent.change).collect();
    what(&changes, body);
}

/// Fills in `Remove member` where it comes back from the platform.
pub(super) fn remove(form: &remove_member::Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let text = format!(
        "remove {} ({}) from '{}'",
        form.principal.label(),
        form.before.shown(),
        form.workspace.shown()
    );
    let (look, theme) = (body.look, &body.look.theme);
    body.text(Weight::Vital, theme.title, text);
    for error in errors_of(errors, Field::Principals) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
}

/// Says what will be done, in the words of the very changes that will be sent.
fn what(changes: &[&Change], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    if let [change] = changes {
        let lines = body.look.paragraph(theme.title, None, change.sentence(), body.columns);
        let is_long = lines.len() > 3;
        // What is said yes to can be read to its end.
        body.lines(Weight::Vital, lines);
        let (before, after) = change.roles();
        // Behind a long name it may be out of sight.
        if is_long && !after.is_empty() {
            let text = format!("{} → {}", before.shown(), after.shown());
            body.text(Weight::Warning, theme.title, text);
        }
        return;
    }
    body.text(
        Weight::Vital,
        theme.title,
        format!("{}:", counted(changes.len(), "change")),
    );
    for change in changes {
        body.marked(Weight::Useful, theme.text, " ", change.sentence());
    }
}

/// Spells out what follows, the grave first and with this weight.
pub(super) fn consequences(all: &[Consequence], weight: Weight, body: &mut DialogBody<'_>) {
    say(all, (weight, weight.min(Weight::Vital)), body);
}

/// Spells out what follows, the grave with the first weight and the rest with the other.
fn say(all: &[Consequence], (grave, other): (Weight, Weight), body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if all.is_empty() {
        return;
    }
    body.gap();
    for consequence in all.iter().filter(|consequence| consequence.is_grave()) {
        body.marked(grave, theme.danger, look.marks.warning, consequence.in_words());
    }
    for consequence in all.iter().filter(|consequence| !consequence.is_grave()) {
        body.marked(other, theme.text, look.marks.dot, consequence.in_words());
    }
}

/// Shows the field for the reason, where one is typed or demanded.
fn reason(reason: &Reason, context: Context, body: &mut DialogBody<'_>) {
    if !reason.is_needed && !reason.has_focus && reason.words().is_none() {
        return;
    }
    body.field("Reason", &reason.text, reason.has_focus, "");
    if reason.is_needed && reason.words().is_none() {
        let key = body.key_of(context, Action::Dialog(DialogKey::Reason));
        body.under_field(
            Weight::Must,
            body.look.theme.warning,
            "",
            format!("the policy demands one: {key}"),
        );
    }
    body.gap();
}

/// Offers what is possible where it is known that it will be refused.
fn refused(body: &mut DialogBody<'_>) {
    let key = body.key_of(Context::Refused, Action::Dialog(DialogKey::AddAdmin));
    body.text(
        Weight::Must,
        body.look.theme.title,
        format!("Add another Admin first: {key}"),
    );
}

/// Returns both answers, and where each can be clicked: as its key, so that a click on Yes says which key that is.
fn buttons(look: &Look, is_on_yes: bool) -> (Line, Vec<Spot>) {
    if look.is_spoken() {
        return (look.line(look.theme.title, "yes or no?"), Vec::new());
    }
    let button = |text: &str, is_on: bool| {
        let style = if is_on { look.theme.selected } else { look.theme.text };
        let mark = if is_on { look.marks.cursor } else { " " };
        [
            look.span(look.theme.key, format!("{mark} ")),
            look.span(style, format!("[ {text} ]")),
        ]
    };
    let answer = |key| {
        let action = Action::Dialog(key);
        let chord = look.key_of(Context::Confirm, action).parse().ok()?;
        Some(Target::Key(chord, action))
    };
    let mut line = Line::from(Vec::from(button("No", !is_on_yes)));
    let end_of_no = line_width(&line);
    line.push_span(Span::raw("   "));
    let begin_of_yes = line_width(&line);
    line.spans.extend(button("Yes", is_on_yes));
    let end = line_width(&line);
    let no = answer(DialogKey::No).map(|target| (0, end_of_no, target));
    let yes = answer(DialogKey::Yes).map(|target| (begin_of_yes, end, target));
    (line, no.into_iter().chain(yes).collect())
}

fn typed(model: &Model, confirm: &Confirm, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if model.session.name_to_type().is_some() && !confirm.intents.is_empty() {
        let text = "the first change here: this context is protected";
        body.text(Weight::Warning, theme.warning, text);
    }
    let expected = SafeText::with_limit(&confirm.expected, 100);
    body.text(Weight::Must, theme.text, format!("type {expected} to confirm"));
    body.field("Confirm", &confirm.typed, !confirm.reason.has_focus, "");
    if confirm.is_mistyped {
        let text = format!("that is not '{expected}': nothing was done");
        body.under_field(Weight::Must, theme.danger, look.marks.error, text);
    }
}
