//! `Undo`: what is taken back, what is not and why, each with what it was.

use super::body::{DialogBody, Sign, Weight};
use super::errors_of;
use crate::app::dialog::undo::{Entry, Form, Verdict};
use crate::app::dialog::{Field, FieldError};
use crate::app::model::Model;
use crate::app::time;
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::Principal;
use crate::domain::text::{SafeText, counted};
use crate::ui::text::width;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// How much of a name is seen at least.
const LEAST_NAME: usize = 20;

/// Fills in the form.
pub(super) fn fill(model: &Model, form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if let Some(failure) = form.failure() {
        body.marked(
            Weight::Warning,
            theme.danger,
            look.marks.error,
            failure.headline.as_str(),
        );
        return body.text(Weight::Must, theme.text, failure.next.as_str());
    }
    if form.entries.is_empty() {
        let text = if form.is_reading() {
            "reading the journal…"
        } else {
            "nothing was changed here with this program that can be undone"
        };
        return body.text(Weight::Must, theme.text, text);
    }
    let n = form.n_changes();
    let skipped = form
        .entries
        .iter()
        .filter(|entry| matches!(entry.verdict, Verdict::Skip(_)));
    let skipped = match skipped.count() {
        0 => String::new(),
        n => format!(", {n} skipped"),
    };
    let place = form.place();
    let inside = place.map(|place| format!(" in {}", place.shown())).unwrap_or_default();
    let text = format!("undo {}{inside}{skipped}:", counted(n, "change"));
    body.text(Weight::Must, theme.title, text);
    let names: Vec<SafeText> = form.entries.iter().map(name).collect();
    let longest = names
        .iter()
        .map(|name| width(&look.print(name)))
        .max()
        .unwrap_or_default();
    let room = longest.min((body.columns / 2).max(LEAST_NAME));
    for (entry, name) in form.entries.iter().zip(&names) {
        let (mark, style) = sign(entry, theme);
        let sign = Sign {
            mark,
            style,
            name: style,
        };
        body.entry(
            Weight::Vital,
            &sign,
            name.as_str(),
            room,
            &said(model, entry, place.is_none()),
        );
    }
    for error in errors_of(errors, Field::Principals) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
}

/// Returns how an entry is marked.
fn sign(entry: &Entry, theme: &Theme) -> (&'static str, Style) {
    match &entry.verdict {
        Verdict::Make(change, None) => (sign_of(change), theme.text),
        Verdict::Make(change, Some(_)) => (sign_of(change), theme.warning),
        Verdict::Skip(_) => ("=", theme.muted),
        Verdict::Reading(_) => ("…", theme.muted),
    }
}

fn sign_of(change: &Change) -> &'static str {
    if change.role_change() == Some(RoleChange::Remove) {
        "-"
    } else {
        "+"
    }
}

/// Returns whom or what a change is about.
fn name(entry: &Entry) -> SafeText {
    let change = match &entry.verdict {
        Verdict::Make(change, _) => change,
        Verdict::Skip(_) | Verdict::Reading(_) => return entry.done.clone(),
    };
    change
        .principal()
        .map_or_else(|| change.workspace().shown(), Principal::label)
}

/// Returns what is said of one change: what is there, what will be, and when the change was made that it takes back.
fn said(model: &Model, entry: &Entry, names_place: bool) -> String {
    let ago = time::elapsed(entry.at, model.now);
    match &entry.verdict {
        Verdict::Make(change, note) => {
            let note = note.map(|note| format!(", {note}")).unwrap_or_default();
            let what = match change {
                Change::Roles {
                    workspace,
                    before,
                    after,
                    ..
                } => {
                    let inside = if names_place {
                        format!(" in {}", workspace.shown())
                    } else {
                        String::new()
                    };
                    format!("{} → {}{inside}", before.shown(), after.shown())
                }
                Change::Describe { .. } => "the description as it was".to_owned(),
                Change::CreateWorkspace { .. }
                | Change::DeleteWorkspace { .. }
                | Change::RetryDeletion { .. }
                | Change::CreateProject { .. }
                | Change::DeleteResource { .. } => change.sentence().to_string(),
            };
            format!("{what}, changed {ago} ago{note}")
        }
        Verdict::Skip(why) => format!("{ago} ago: skipped, {why}"),
        Verdict::Reading(_) => "reading what is there now…".to_owned(),
    }
}
