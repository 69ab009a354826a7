//! `Deletion status`: how far a deletion under way is, what that means, and what can be done about it.

use super::body::{DialogBody, Weight};
use crate::app::deletions::{Deletion, End};
use crate::app::dialog::deletion::Form;
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::domain::deletion::{ProgressVisibility, Stage};
use crate::ui::time;

/// How many lines the stored error gets.
const ERROR: usize = 6;

/// Fills in what is known.
pub(super) fn fill(model: &Model, form: &Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let known = model.store.deletions().find(&form.workspace);
    let end = known.and_then(|deletion| deletion.end);
    let at = form.workspace.shown();
    let title = match (known, end) {
        (None, _) | (_, Some(End::Gone | End::Hidden)) => format!("workspace '{at}' was deleted"),
        (_, Some(End::StillThere | End::NotSeen)) => format!("the deletion of workspace '{at}' was accepted"),
        (Some(_), None) => format!("workspace '{at}' is being deleted"),
    };
    body.some_text(Weight::Vital, theme.title, 3, title);
    body.gap();
    let Some(deletion) = known else {
        body.marked(
            Weight::Vital,
            theme.success,
            look.marks.success,
            "it is gone: the name is free again",
        );
        return;
    };
    stage(deletion, body);
    if let Some(end) = end {
        body.marked(Weight::Vital, theme.text, look.marks.dot, end.in_words());
    }
    let (clock, elapsed) = (time::clock(deletion.since), time::elapsed(deletion.since, model.now));
    let since = if deletion.is_adopted() {
        format!("running since {clock} or earlier: at least {elapsed}")
    } else {
        format!("accepted {clock}, {elapsed} ago")
    };
    body.marked(Weight::Useful, theme.text, look.marks.dot, since);
    if let Some(failure) = &deletion.failure {
        body.marked(
            Weight::Vital,
            theme.warning,
            look.marks.warning,
            failure.headline.as_str(),
        );
    }
    if end.is_none() {
        let reserved = "its members have lost access; its name stays taken until it is gone";
        body.marked(Weight::Useful, theme.text, look.marks.dot, reserved);
    }
    body.gap();
    next(model, deletion, body);
}

fn stage(deletion: &Deletion, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let Some(status) = &deletion.status else {
        let text = match deletion.visibility {
            ProgressVisibility::Told => "its progress has not been reported yet",
            ProgressVisibility::Withheld => "only its creator and platform admins see the progress",
            ProgressVisibility::NotTold | ProgressVisibility::NothingToSee => "this platform does not report progress",
            ProgressVisibility::CannotTell => "cannot tell whether this platform reports progress",
        };
        body.marked(Weight::Vital, theme.text, look.marks.dot, text);
        return;
    };
    let (style, mark) = if deletion.has_failed() {
        (theme.danger, look.marks.error)
    } else {
        (theme.text, look.marks.dot)
    };
    let text = format!("{}: {}", status.stage.label(), status.stage.meaning());
    body.marked(Weight::Warning, style, mark, text);
    if let Some(error) = &status.error {
        let label = if deletion.has_failed() {
            ""
        } else {
            "previous attempt: "
        };
        body.some_text(Weight::Vital, theme.text, ERROR, format!("  {label}\"{error}\""));
    }
}

/// Says what happens by itself, and what somebody can do.
fn next(model: &Model, deletion: &Deletion, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let by_itself = match (deletion.visibility, deletion.stage()) {
        (ProgressVisibility::Told, Some(Stage::Failed)) => {
            "The platform retries by itself, a minute or more after a failure."
        }
        (ProgressVisibility::NotTold, _) => "If it failed, this platform does not retry by itself.",
        (ProgressVisibility::CannotTell, _) => "If it failed, the platform may not retry by itself.",
        (ProgressVisibility::Told | ProgressVisibility::Withheld | ProgressVisibility::NothingToSee, _) => "",
    };
    if !by_itself.is_empty() {
        body.text(Weight::Useful, theme.text, by_itself);
    }
    if deletion.has_failed() {
        let text = "If it fails again, fix what the error names first.";
        body.text(Weight::Useful, theme.text, text);
    }
    match model.may_retry_deletion(&deletion.workspace.name) {
        Ok(()) => {
            let key = model.key_of(Context::Deletion, Action::Dialog(DialogKey::Apply));
            body.text(Weight::Must, theme.title, format!("{key} retries now"));
        }
        Err(why) if deletion.has_failed() => body.text(Weight::Useful, theme.muted, why.as_str()),
        Err(_) => {}
    }
}
