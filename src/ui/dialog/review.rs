//! `Apply plan`: its guards first, then what it changes, workspace by workspace, whoever loses something first.

use super::body::{DialogBody, Sign, Weight};
use super::errors_of;
use crate::access::Plan;
use crate::access::plan::{self, Line, Planned};
use crate::app::dialog::review::{Form, Gate, read_only, word};
use crate::app::dialog::{DialogForm as _, Field, FieldError};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::domain::text::{counted, grouped};
use crate::ui::{Look, time};

/// How much of a digest is seen, with the mark of the cut.
const DIGEST: usize = 13;

/// Fills in the form.
pub(super) fn fill(model: &Model, form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if let Some(failure) = form.failure() {
        body.some_text(Weight::Vital, theme.title, 2, format!("plan from {}", form.name()));
        let headline = failure.headline.as_str();
        body.marked(Weight::Warning, theme.danger, look.marks.error, headline);
        return body.text(Weight::Must, theme.text, failure.next.as_str());
    }
    if form.is_over() && form.waits_for().is_none() {
        let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        let text = format!("not all of {} is done: {key} plans anew what is left", form.name());
        return body.text(Weight::Must, theme.text, text);
    }
    let Some(plan) = form.plan() else {
        body.some_text(Weight::Vital, theme.title, 2, format!("plan from {}", form.name()));
        body.gap();
        body.marked(
            Weight::Must,
            theme.text,
            look.spinner(model.now),
            reading(model, look, form),
        );
        return body.text(
            Weight::Extra,
            theme.muted,
            "nothing is changed before you have seen the plan and said yes",
        );
    };
    let key = model.key_of(form.own_keys(), Action::Copy);
    let between = body.look.said("  ", ", ");
    review(form, plan, &format!("{between}{key} copies all of it"), body);
    gate(form, plan, body);
    for error in errors_of(errors, Field::Principals) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
}

/// Returns how far the reading is.
fn reading(model: &Model, look: &Look, form: &Form) -> String {
    let Some(ticket) = form.waits_for() else {
        return "waiting for the server to say who you are".to_owned();
    };
    let since = time::elapsed(model.waiting_since(ticket), model.now);
    let between = look.said("  ", ", ");
    let Some(progress) = form.progress() else {
        return format!("reading who has access to what{between}{since}");
    };
    let of = progress
        .n_all
        .map(|n_all| format!(" of {}", grouped(n_all)))
        .unwrap_or_default();
    format!(
        "reading who has access to what: {}{of}{between}{since}",
        grouped(progress.n_done)
    )
}

/// Says what stands in the way, and what is changed. `copies` goes on after the digest by which the plan is approved.
pub(super) fn review(form: &Form, plan: &Plan, copies: &str, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let name = form.name();
    body.some_text(
        Weight::Must,
        theme.title,
        2,
        format!("{}: {}", name, plan::summary(plan)),
    );
    if let Some(digest) = form.digest() {
        let text = format!("digest {}{copies}", body.look.cut(digest, DIGEST));
        body.text(Weight::Must, theme.muted, text);
    }
    if let Gate::ReadOnly(source) = form.gate() {
        body.marked(
            Weight::Warning,
            theme.warning,
            body.look.marks.warning,
            read_only(source),
        );
    }
    guards(form, plan, body);
    for left in &plan.left_out {
        let who = left.principal.as_ref().map(|who| who.label().to_string());
        let workspace = left.workspace.as_ref().map(|name| name.shown().to_string());
        let about: Vec<String> = who.into_iter().chain(workspace).collect();
        let text = format!("left out: {}: {}", about.join(" in "), left.why);
        body.marked(Weight::Vital, theme.warning, "=", text);
    }
    changes(plan, body);
    findings(plan, body);
}

/// Lists the guards, each with what opens it. The one that is asked about now stays in place.
fn guards(form: &Form, plan: &Plan, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let n_removals = plan.n_removals();
    for (guard, is_open) in form.guards() {
        let text = guard.on_screen(n_removals);
        if is_open {
            body.marked(Weight::Vital, theme.muted, look.marks.dot, format!("opened: {text}"));
            continue;
        }
        let is_asked = match form.gate() {
            Gate::Asks(asked, _) | Gate::Shut(asked) => asked == guard,
            Gate::Open | Gate::ReadOnly(_) => false,
        };
        let weight = if is_asked { Weight::Warning } else { Weight::Vital };
        let opener = guard.opener().filter(|_| !matches!(form.gate(), Gate::ReadOnly(_)));
        let opens = opener.map(|opener| format!(": type {}", word(opener, n_removals)));
        let text = format!("{text}{}", opens.unwrap_or_default());
        body.marked(weight, theme.danger, look.marks.warning, text);
    }
}

/// Lists the changes.
fn changes(plan: &Plan, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let groups = plan::by_workspace(plan).into_iter().map(|(workspace, changes)| {
        let listed: Vec<_> = changes.into_iter().flat_map(listed).collect();
        (workspace, listed)
    });
    let groups: Vec<_> = groups.collect();
    let all = groups.iter().flat_map(|(_, listed)| listed);
    let room = body.name_column(all.map(|(_, _, who, said)| (who.as_str(), said.as_str())));
    let mut weight = Weight::Vital;
    for (workspace, changes) in groups {
        body.gap();
        body.text(weight, theme.title, workspace.shown().as_str());
        for (planned, mark, who, said) in changes {
            let style = if planned.takes() { theme.warning } else { theme.text };
            let sign = Sign {
                mark,
                style,
                name: style,
            };
            body.entry(weight, &sign, &who, room, &said);
            // Of a long list the beginning is seen however much warns.
            weight = Weight::Useful;
        }
    }
}

/// Returns the lines of a change, each with its sign, whom it is about, and all that is said of it.
fn listed(planned: &Planned) -> impl Iterator<Item = (&Planned, &'static str, String, String)> {
    Line::of(planned).into_iter().map(move |line| {
        let Line { sign, who, what, notes } = line;
        let said = if notes.is_empty() {
            what
        } else {
            format!("{what}; {notes}")
        };
        (planned, sign, who, said)
    })
}

/// Says what an audit will find no longer, and what it will find.
fn findings(plan: &Plan, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if plan.fixed.is_empty() && plan.introduced.is_empty() {
        return;
    }
    body.gap();
    for remark in &plan.introduced {
        let text = format!(
            "new finding ({}, {}): {}",
            remark.rule,
            remark.severity.label(),
            remark.reason
        );
        body.marked(Weight::Useful, theme.warning, look.marks.warning, text);
    }
    if !plan.fixed.is_empty() {
        let text = format!("{} will be gone", counted(plan.fixed.len(), "finding"));
        body.marked(Weight::Useful, theme.text, look.marks.dot, text);
    }
}

/// Asks for the word that opens the next guard, or says that nothing does.
fn gate(form: &Form, plan: &Plan, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    match form.gate() {
        Gate::ReadOnly(_) => {}
        Gate::Open if plan.changes.is_empty() => {}
        Gate::Open => {
            body.gap();
            let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            body.text(
                Weight::Extra,
                theme.muted,
                format!("{key} asks you to confirm all of it"),
            );
        }
        Gate::Shut(_) => {
            body.gap();
            let text = "this plan cannot be applied: nothing opens what stands in its way";
            body.text(Weight::Must, theme.danger, text);
        }
        Gate::Asks(_, opener) => {
            let word = word(opener, plan.n_removals());
            body.gap();
            body.text(Weight::Must, theme.text, format!("type {word} to open this guard"));
            body.field("Guard", form.typed(), true, "");
        }
    }
}
