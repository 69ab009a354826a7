//! `Export`: the format and the file.

use super::body::{DialogBody, Weight};
use super::{errors_of, option};
use crate::app::dialog::export::Form;
use crate::app::dialog::{Field, FieldError};
use crate::audit::export::Format;
use crate::domain::text::SafeText;

/// Fills in the form.
pub(super) fn fill(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    body.text(
        Weight::Extra,
        theme.title,
        "what is shown, as far as the filter leaves it, with what could not be read",
    );
    for (nth, format) in Format::ALL.iter().enumerate() {
        let is_chosen = nth == form.choice;
        let name = SafeText::new(format.label());
        let line = option(look, is_chosen, form.focus == Field::Format, &name, meaning(*format));
        body.line(Weight::Must, line);
    }
    body.gap();
    body.field("File", &form.file, form.focus == Field::File, "");
    for error in errors_of(errors, Field::File) {
        body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    if form.writing.is_some() {
        body.text(Weight::Must, theme.muted, "writing…");
    } else {
        body.under_field(
            Weight::Extra,
            theme.muted,
            "",
            "readable by you alone; no file is overwritten",
        );
    }
}

fn meaning(format: Format) -> &'static str {
    match format {
        Format::Table => "   plain text in columns",
        Format::Json => "   everything, and what --baseline compares with",
        Format::Csv => "   for spreadsheets",
        Format::CsvExcel => " the same, for an Excel that would garble it",
        Format::Markdown => "  for tickets and wikis",
        Format::Sarif => "   findings for code scanning",
    }
}
