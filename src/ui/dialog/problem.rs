//! What went wrong last: the platform's own words, then one line on what to do next.

use super::sheet::{Sheet, Weight};
use crate::app::dialog::{Dialog, FieldError, Problem};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::{self, Action, Context, DialogKey};
use crate::domain::text::grouped;
use crate::ui::instead::headline;
use crate::ui::text::{Line, width};
use ratatui::text::Span;

/// How many kinds or lines are listed.
const LISTED: usize = 8;

/// Fills in the problem.
pub(super) fn fill(dialog: &Dialog, problem: &Problem, errors: &[FieldError], sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    match problem {
        // Stands under its fields.
        Problem::Typed(_) => {}
        Problem::Failed(failure) => {
            sheet.gap();
            failed(dialog, failure, errors, sheet);
        }
        Problem::Drifted(what) => {
            sheet.gap();
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            sheet.marked(Weight::Vital, theme.warning, look.marks.warning, what.as_str());
            let text = format!("press {key} again to apply to what is there now");
            sheet.text(Weight::Must, theme.text, text);
        }
        Problem::Several(lines) => {
            sheet.gap();
            for (i, line) in lines.iter().take(LISTED).enumerate() {
                let weight = if i == 0 { Weight::Vital } else { Weight::Useful };
                let style = if i == 0 { theme.danger } else { theme.text };
                let mark = if i == 0 { look.marks.error } else { look.marks.dot };
                sheet.marked(weight, style, mark, line.as_str());
            }
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            let again = format!("{key} tries again with those that are left in the field");
            sheet.text(Weight::Must, theme.text, again);
            if lines.len() > LISTED {
                sheet.text(
                    Weight::Useful,
                    theme.muted,
                    format!("and {} more", lines.len() - LISTED),
                );
            }
        }
    }
}

fn failed(dialog: &Dialog, failure: &Failure, errors: &[FieldError], sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    match &failure.kind {
        // Here the platform's own message says all there is to say.
        FailureKind::LastAdmin => {
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::AddAdmin));
            sheet.marked(Weight::Vital, theme.danger, look.marks.error, failure.words());
            sheet.text(Weight::Must, theme.title, format!("Add another Admin first: {key}"));
            return;
        }
        FailureKind::NotEmpty(kinds) => {
            sheet.marked(Weight::Vital, theme.danger, look.marks.error, failure.words());
            contents(kinds, sheet);
        }
        FailureKind::AlreadyExists
        | FailureKind::Forbidden
        | FailureKind::Unauthorized
        | FailureKind::NotFound
        | FailureKind::Invalid(_)
        | FailureKind::Unreachable
        | FailureKind::NeverSent
        | FailureKind::OutcomeUnknown
        | FailureKind::Confused
        | FailureKind::RefusedHere
        | FailureKind::Other => {
            sheet.marked(Weight::Vital, theme.danger, look.marks.error, headline(failure));
            let is_under_field = errors.iter().any(|error| Some(&error.what) == failure.said.as_ref());
            if let Some(said) = failure.said.as_ref().filter(|_| !is_under_field) {
                sheet.some_text(Weight::Vital, theme.text, 4, format!("\"{said}\""));
            }
        }
    }
    sheet.text(Weight::Must, theme.text, failure.next.as_str());
    if !dialog.form.is_editable() && failure.kind != FailureKind::RefusedHere {
        let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
        sheet.text(Weight::Useful, theme.muted, format!("{key} tries again"));
    }
}

/// Lists what is in a workspace that is not empty.
fn contents(kinds: &[(crate::domain::text::SafeText, u64)], sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    let counts: Vec<String> = kinds
        .iter()
        .map(|(_, n)| grouped(usize::try_from(*n).unwrap_or(usize::MAX)))
        .collect();
    let names: Vec<String> = kinds.iter().map(|(kind, _)| look.cut(kind.as_str(), 30)).collect();
    let widest = counts
        .iter()
        .map(String::len)
        .max()
        .unwrap_or_default()
        .max("COUNT".len());
    let name_width = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or_default()
        .max("KIND".len());
    sheet.gap();
    let title = format!("  {:name_width$}  {:>widest$}", "KIND", "COUNT");
    sheet.line(
        Weight::Useful,
        Line::from(vec![
            Span::raw("  "),
            Span::styled(title.trim_start().to_owned(), theme.column),
        ]),
    );
    for (name, count) in names.iter().zip(&counts).take(LISTED) {
        let padding = " ".repeat(name_width.saturating_sub(width(name)));
        let text = format!("  {name}{padding}  {count:>widest$}");
        sheet.line(Weight::Vital, Line::styled(text, theme.text));
    }
    if kinds.len() > LISTED {
        sheet.text(
            Weight::Useful,
            theme.muted,
            format!("  and {} more kinds", kinds.len() - LISTED),
        );
    }
    sheet.gap();
}
