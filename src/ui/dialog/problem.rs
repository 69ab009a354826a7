//! What went wrong last: the platform's own words, then one line on what to do next.

use super::body::{DialogBody, Weight};
use crate::app::dialog::{Dialog, FieldError, Form, Problem};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{self, Action, Context, DialogKey};
use crate::domain::text::{SafeText, grouped};
use crate::ui::text::{Line, width};
use ratatui::text::Span;

/// How many kinds or lines are listed.
const LISTED: usize = 8;

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
            for (i, line) in lines.iter().take(LISTED).enumerate() {
                let weight = if i == 0 { Weight::Vital } else { Weight::Useful };
                let style = if i == 0 { theme.danger } else { theme.text };
                let mark = if i == 0 { look.marks.error } else { look.marks.dot };
                body.marked(weight, style, mark, line.as_str());
            }
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            let place = if dialog.form.is_editable() { " in the field" } else { "" };
            let again = format!("{key} tries again with those that are left{place}");
            body.text(Weight::Must, theme.text, again);
            if lines.len() > LISTED {
                body.text(
                    Weight::Useful,
                    theme.muted,
                    format!("and {} more", lines.len() - LISTED),
                );
            }
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
        FailureKind::NotEmpty(kinds) => {
            body.marked(Weight::Warning, theme.danger, look.marks.error, failure.words());
            contents(kinds, chosen(dialog), body);
            let open = keymap::key_of(Context::NotEmpty, Action::Dialog(DialogKey::OpenLeft));
            let again = keymap::key_of(Context::NotEmpty, Action::Dialog(DialogKey::CountAgain));
            let text = format!("{open} goes there to delete them; {again} tries again, with the name you typed");
            body.text(Weight::Must, theme.text, text);
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
    if !dialog.form.is_editable() && failure.kind != FailureKind::RejectedLocally {
        let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        body.text(Weight::Useful, theme.muted, format!("{key} tries again"));
    }
}

/// Returns which of what must be deleted first is chosen.
fn chosen(dialog: &Dialog) -> usize {
    if let Form::DeleteWorkspace(form) = &dialog.form {
        form.choice
    } else {
        0
    }
}

/// Lists what is in a workspace that is not empty, around the chosen kind.
fn contents(kinds: &[(SafeText, u64)], chosen: usize, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let count = |n: u64| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    let counts: Vec<String> = kinds.iter().map(|(_, n)| count(*n)).collect();
    let names: Vec<String> = kinds.iter().map(|(kind, _)| look.cut(kind.as_str(), 30)).collect();
    let widest =
        |texts: &[String], title: &str| texts.iter().map(|text| width(text)).max().unwrap_or(0).max(title.len());
    let (name_width, count_width) = (widest(&names, "KIND"), widest(&counts, "COUNT"));
    body.gap();
    let title = format!("{:name_width$}  {:>count_width$}", "KIND", "COUNT");
    body.line(
        Weight::Useful,
        Line::from(vec![Span::raw("  "), Span::styled(title, theme.column)]),
    );
    let first = (chosen + 1).saturating_sub(LISTED);
    for (place, (name, count)) in names.iter().zip(&counts).enumerate().skip(first).take(LISTED) {
        let is_chosen = place == chosen;
        let (mark, style) = if is_chosen {
            (look.marks.cursor, theme.selected)
        } else {
            (" ", theme.text)
        };
        let padding = " ".repeat(name_width.saturating_sub(width(name)));
        let line = Line::from(vec![
            look.span(theme.key, format!("{mark} ")),
            Span::styled(format!("{name}{padding}"), style),
            Span::styled(format!("  {count:>count_width$}"), theme.text),
        ]);
        body.line(if is_chosen { Weight::Must } else { Weight::Vital }, line);
    }
    if kinds.len() > LISTED {
        let text = format!("  {} of {} kinds", LISTED, kinds.len());
        body.text(Weight::Useful, theme.muted, text);
    }
    body.gap();
}
