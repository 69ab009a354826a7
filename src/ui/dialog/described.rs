//! Dialogs that are drawn from what they say of themselves: text fields, each with its rule.

use super::body::{DialogBody, Weight};
use super::errors_of;
use crate::app::dialog::{Field, FieldError, Row};

/// Fills in the rows of a form.
pub(super) fn fill(rows: &[Row<'_>], errors: &[FieldError], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    for row in rows {
        match row {
            Row::Heading(text) => body.text(Weight::Useful, theme.title, text),
            Row::Gap => body.gap(),
            Row::Field {
                field,
                label,
                text,
                has_focus,
                rule,
            } => {
                body.field(label, text, *has_focus, "");
                under(errors, *field, rule, body);
            }
            Row::Closing(text) => body.text(Weight::Extra, theme.muted, text),
        }
    }
}

/// Adds what is wrong with `field`, else its rule.
pub(super) fn under(errors: &[FieldError], field: Field, rule: &str, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let mut is_wrong = false;
    for error in errors_of(errors, field) {
        is_wrong = true;
        body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    if !is_wrong && !rule.is_empty() {
        body.under_field(Weight::Extra, theme.muted, "", rule);
    }
}
