//! What went wrong last: the platform's own words, then one line on what to do next.

use super::body::{DialogBody, Weight};
use super::delete_workspace;
use crate::app::dialog::{Dialog, FieldError, Form, Problem};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{self, Action, Context, DialogKey};

/// Fills in the problem.
pub(super) fn fill(dialog: &Dialog, problem: &Problem, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    match problem {
        // Stands under its fields.
        Problem::Typed(_) => {}
        Problem::Failed(failure) => {
            body.gap();
            failed(dialog, failure, errors, body);
        }
        Problem::Drifted(what) => {
            body.gap();
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            body.marked(Weight::Warning, theme.warning, look.marks.warning, what.as_str());
            let text = format!("press {key} again to apply to what is there now");
            body.text(Weight::Must, theme.text, text);
        }
        Problem::Several(lines) => {
            body.gap();
            for (i, line) in lines.iter().enumerate() {
                let weight = if i == 0 { Weight::Vital } else { Weight::Useful };
                let style = if i == 0 { theme.danger } else { theme.text };
                let mark = if i == 0 { look.marks.error } else { look.marks.dot };
                body.marked(weight, style, mark, line.as_str());
            }
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            let place = if dialog.form.is_editable() { " in the field" } else { "" };
            let again = format!("{key} tries again with the rest{place}");
            body.text(Weight::Must, theme.text, again);
        }
    }
}

fn failed(dialog: &Dialog, failure: &Failure, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    match &failure.kind {
        // Here the platform's own message says all there is to say.
        FailureKind::LastAdmin => {
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::AddAdmin));
            body.marked(Weight::Warning, theme.danger, look.marks.error, failure.words());
            body.text(Weight::Must, theme.title, format!("Add another Admin first: {key}"));
            return;
        }
        FailureKind::NotEmpty(_) => {
            body.marked(Weight::Warning, theme.danger, look.marks.error, failure.words());
            if let Form::DeleteWorkspace(form) = &dialog.form {
                delete_workspace::left(form, body);
            }
            return;
        }
        FailureKind::AlreadyExists
        | FailureKind::BeingDeleted
        | FailureKind::Moved
        | FailureKind::Forbidden
        | FailureKind::Unauthorized
        | FailureKind::TurnedDown
        | FailureKind::NotFound
        | FailureKind::Invalid(_)
        | FailureKind::Unreachable
        | FailureKind::NeverSent
        | FailureKind::OutcomeUnknown
        | FailureKind::ServerError
        | FailureKind::RejectedLocally
        | FailureKind::NotJournalled
        | FailureKind::Other => {
            body.marked(
                Weight::Warning,
                theme.danger,
                look.marks.error,
                failure.headline.as_str(),
            );
            let is_under_field = errors.iter().any(|error| Some(&error.what) == failure.said.as_ref());
            if let Some(said) = failure.said.as_ref().filter(|_| !is_under_field) {
                body.some_text(Weight::Vital, theme.text, 4, format!("\"{said}\""));
            }
        }
    }
    body.text(Weight::Must, theme.text, failure.next.as_str());
    if !dialog.form.is_editable() && !matches!(failure.kind, FailureKind::RejectedLocally | FailureKind::NotJournalled)
    {
        let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        body.text(Weight::Useful, theme.muted, format!("{key} tries again"));
    }
}
