//! `New workspace`, `New project` and `Describe workspace`: a name and a description.

use super::body::{DialogBody, Weight};
use super::errors_of;
use crate::app::dialog::create::{self, What};
use crate::app::dialog::{Field, FieldError, describe};

/// Fills in `New workspace` and `New project`.
pub(super) fn create(form: &create::Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    body.field("Name", &form.name, form.focus == Field::Name, "");
    under(
        errors,
        Field::Name,
        "2 to 63 of a-z, 0-9 and single hyphens; it cannot be changed later",
        body,
    );
    body.field("Description", &form.description, form.focus == Field::Description, "");
    under(errors, Field::Description, "", body);
    body.gap();
    let follows = match &form.what {
        What::Workspace => "You become its Admin, the only one at first.".to_owned(),
        What::Project { workspace, .. } => format!("In workspace '{}'.", workspace.shown()),
    };
    body.text(Weight::Extra, theme.muted, follows);
}

/// Fills in `Describe workspace`.
pub(super) fn describe(form: &describe::Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    body.text(Weight::Useful, theme.title, form.workspace.shown());
    body.gap();
    body.field("Description", &form.text, true, "");
    under(errors, Field::Description, "may be left empty", body);
}

/// Adds what is wrong with `field`, else its rule.
fn under(errors: &[FieldError], field: Field, rule: &str, body: &mut DialogBody<'_>) {
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
