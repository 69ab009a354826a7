//! What went wrong last: the platform's own words, then one line on what to do next.

use super::body::{DialogBody, Weight};
use super::delete_workspace;
use crate::app::dialog::{Dialog, FieldError, Form, Problem};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::notice::Tone;
use crate::ui::Look;

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
            let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            body.marked(Weight::Warning, theme.warning, look.marks.warning, what.as_str());
            let text = format!("press {key} again to apply to what is there now");
            body.text(Weight::Must, theme.text, text);
        }
        Problem::Several(tone, lines) => {
            body.gap();
            let (style, mark) = match tone {
                Tone::Error => (theme.danger, look.marks.error),
                Tone::Warning | Tone::Success | Tone::Progress => (theme.warning, look.marks.warning),
            };
            for (i, line) in lines.iter().enumerate() {
                if i == 0 {
                    body.marked(Weight::Vital, style, mark, line.as_str());
                } else {
                    body.marked(Weight::Useful, theme.text, look.marks.dot, line.as_str());
                }
            }
            // A plan of a file says that itself.
            if !matches!(dialog.form, Form::Review(_)) {
                body.text(Weight::Must, theme.text, rest(look, dialog, *tone));
            }
        }
    }
}

/// Says which key goes on with the changes that were not made.
fn rest(look: &Look, dialog: &Dialog, tone: Tone) -> String {
    let key = look.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
    let does = if tone == Tone::Error { "tries again" } else { "goes on" };
    let is_typed = matches!(dialog.form, Form::AddMember(_));
    let place = if is_typed { " in the field" } else { "" };
    format!("{key} {does} with the rest{place}")
}

fn failed(dialog: &Dialog, failure: &Failure, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    match &failure.kind {
        // Here the platform's own message says all there is to say.
        FailureKind::LastAdmin => {
            let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::AddAdmin));
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
        let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        body.text(Weight::Useful, theme.muted, format!("{key} tries again"));
    }
}
