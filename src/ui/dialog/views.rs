//! `Views`: the saved views of the list in front, and the name under which it is saved as it is now.

use super::body::{DialogBody, Weight};
use super::errors_of;
use crate::app::dialog::views::Form;
use crate::app::dialog::{Field, FieldError};
use crate::app::keymap::{Action, Context, DialogKey, ViewKey};
use crate::app::views::Edit;
use crate::ui::text::Line;
use ratatui::text::Span;

/// Fills in the form.
pub(super) fn fill(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let present = form.present().in_words();
    let now = if present.as_str().is_empty() {
        "all rows, as usual".to_owned()
    } else {
        present.to_string()
    };
    if let Some(field) = form.naming() {
        body.text(Weight::Vital, theme.text, format!("saves the list as it is now: {now}"));
        body.gap();
        body.field("Name", field, true, "");
        for error in errors_of(errors, Field::ViewName) {
            body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
        }
        return;
    }
    let save = body.key_of(Context::Views, Action::Dialog(DialogKey::Views(ViewKey::Save)));
    if form.views().is_empty() {
        body.text(
            Weight::Vital,
            theme.text,
            format!("no view of this list is saved: {save} saves it as it is now"),
        );
    }
    let width = body.name_column(form.views().iter().map(|view| (view.name.as_str(), "")));
    for (place, view) in form.views().iter().enumerate() {
        let has_focus = place == form.cursor();
        let cursor = if has_focus { look.marks.cursor } else { " " };
        let style = if has_focus { theme.selected } else { theme.title };
        let line = Line::from(vec![
            look.span(theme.key, format!("{cursor} ")),
            look.span(style, &view.name),
            Span::raw(" ".repeat((width + 2).saturating_sub(view.name.chars().count()))),
            look.span(theme.muted, view.in_words()),
        ]);
        body.line(Weight::Useful, line);
        if has_focus {
            body.seek();
        }
    }
    body.gap();
    body.text(Weight::Useful, theme.muted, format!("now: {now}"));
}

/// Asks for the yes to what changes a view that is there.
pub(super) fn question(form: &Form, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let text = match form.asked() {
        Some(Edit::Put(_, view)) => format!("replace the view '{}' by the list as it is now", view.name),
        Some(Edit::Remove(_, name)) => format!("remove the view '{name}'"),
        Some(Edit::Columns(..)) | None => String::new(),
    };
    body.text(Weight::Vital, theme.title, text);
}
