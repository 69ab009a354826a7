//! `Export`: the format and the file.

use super::body::{DialogBody, Weight};
use super::{errors_of, option};
use crate::app::dialog::export::Form;
use crate::app::dialog::{Field, FieldError};
use crate::app::model::Model;
use crate::audit::export::Format;
use crate::domain::text::SafeText;

/// Fills in the form.
pub(super) fn fill(model: &Model, form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    body.text(
        Weight::Extra,
        theme.title,
        "exports the rows shown, and what could not be read",
    );
    for (place, format) in Format::ALL.iter().enumerate() {
        let is_chosen = *format == form.format();
        let name = SafeText::new(format.label());
        let line = option(look, is_chosen, form.focus == Field::Format, &name, meaning(*format));
        body.option(place, is_chosen, line);
    }
    body.gap();
    body.field("File", &form.file, form.focus == Field::File, "");
    for error in errors_of(errors, Field::File) {
        body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    if form.writing.is_some() {
        body.text(Weight::Must, theme.muted, "writing…");
    } else {
        let is_absolute = form.file.value().trim().starts_with('/');
        if let Some(folder) = model.session.folder.as_ref().filter(|_| !is_absolute) {
            body.under_field(Weight::Useful, theme.text, "", format!("in {folder}"));
        }
        let text = "its ending chooses the format; readable by you alone, and no file is overwritten";
        body.under_field(Weight::Extra, theme.muted, "", text);
    }
}

fn meaning(format: Format) -> &'static str {
    match format {
        Format::Table => "   plain text in columns",
        Format::Json => "   everything, and what --baseline compares with",
        Format::Csv => "   for spreadsheets",
        Format::CsvExcel => " the same, with a byte order mark for Excel",
        Format::Markdown => "  for tickets and wikis",
        Format::Sarif => "   findings for code scanning",
    }
}
