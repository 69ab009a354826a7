//! `Undo`: what is taken back, what is not and why, each with what it was.

use super::body::{DialogBody, Sign, Weight};
use super::errors_of;
use crate::app::dialog::undo::{Entry, Form, Planned};
use crate::app::dialog::{Field, FieldError};
use crate::app::model::Model;
use crate::app::time;
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::Principal;
use crate::domain::text::{SafeText, counted};
use crate::ui::theme::Theme;
use ratatui::style::Style;

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
        let nothing = "nothing was changed here with this program that can be undone";
        let text = match (form.is_reading(), form.is_more()) {
            (true, _) => "reading the journal…".to_owned(),
            (false, false) => nothing.to_owned(),
            (false, true) => format!("among the last 10,000 changes {nothing}"),
        };
        return body.text(Weight::Must, theme.text, text);
    }
    body.text(Weight::Must, theme.title, heading(form));
    if let Some(cut) = form.cut_short() {
        body.marked(Weight::Warning, theme.warning, look.marks.warning, cut);
    }
    let place = form.place();
    let entries = form.entries.iter();
    let listed: Vec<(SafeText, String)> = entries
        .map(|entry| (name(entry), said(model, entry, place.is_none())))
        .collect();
    let room = body.name_column(listed.iter().map(|(name, said)| (name.as_str(), said.as_str())));
    let (n_skipped, n_unnamed) = form.n_skipped();
    for (number, (entry, (name, said))) in (1..).zip(form.entries.iter().zip(&listed)) {
        let (mark, style) = sign(entry, theme);
        let sign = Sign {
            mark,
            style,
            name: style,
        };
        body.entry(Weight::Vital, &sign, name.as_str(), room, said);
        // What is skipped stands before the others.
        if n_unnamed > 0 && number == n_skipped - n_unnamed {
            let older = format!("= and {} that cannot be undone", counted(n_unnamed, "older change"));
            body.text(Weight::Must, theme.muted, older);
        }
    }
    for error in errors_of(errors, Field::Principals) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
}

/// Returns how much is undone, and how much is not.
fn heading(form: &Form) -> String {
    let (n, (n_skipped, _)) = (form.n_changes(), form.n_skipped());
    if n == 0 && !form.is_reading() {
        return "nothing can be undone here:".to_owned();
    }
    let skipped = if n_skipped > 0 {
        format!(", {n_skipped} skipped")
    } else {
        String::new()
    };
    let place = form.place();
    let inside = place.map(|place| format!(" in {}", place.shown())).unwrap_or_default();
    format!("undo {}{inside}{skipped}:", counted(n, "change"))
}

/// Returns how an entry is marked.
fn sign(entry: &Entry, theme: &Theme) -> (&'static str, Style) {
    match &entry.planned {
        Planned::Make(change, None) => (sign_of(change), theme.text),
        Planned::Make(change, Some(_)) => (sign_of(change), theme.warning),
        Planned::Skip(_) => ("=", theme.muted),
        Planned::Reading(_) => ("…", theme.muted),
    }
}

fn sign_of(change: &Change) -> &'static str {
    change.role_change().unwrap_or(RoleChange::Replace).sign()
}

/// Returns whom or what a change is about.
fn name(entry: &Entry) -> SafeText {
    let change = match &entry.planned {
        Planned::Make(change, _) => change,
        Planned::Skip(_) | Planned::Reading(_) => return entry.done.clone(),
    };
    change
        .principal()
        .map_or_else(|| change.workspace().shown(), Principal::label)
}

/// Returns what is said of one change: what is there, what will be, and when the change was made that it takes back.
fn said(model: &Model, entry: &Entry, names_place: bool) -> String {
    let ago = time::ago(entry.at, model.now);
    match &entry.planned {
        Planned::Make(change, note) => {
            let note = note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
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
                Change::Describe { before, after, .. } => {
                    let told = |text: &str| format!("'{}'", SafeText::new(text));
                    format!("{} → {}", told(before.as_deref().unwrap_or_default()), told(after))
                }
                Change::CreateWorkspace { .. }
                | Change::DeleteWorkspace { .. }
                | Change::RetryDeletion { .. }
                | Change::CreateProject { .. }
                | Change::DeleteResource { .. } => change.sentence().to_string(),
            };
            format!("{what}, changed {ago}{note}")
        }
        Planned::Skip(why) => format!("{ago}: skipped, {why}"),
        Planned::Reading(_) => "reading what is there now…".to_owned(),
    }
}
