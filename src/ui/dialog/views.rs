//! `Views`: the saved views of the list in front, and the name under which it is saved as it is now.

use super::body::{DialogBody, Sign, Weight};
use super::errors_of;
use crate::app::dialog::views::Form;
use crate::app::dialog::{Field, FieldError};
use crate::app::keymap::{Action, Context, DialogKey, ViewKey};
use crate::app::pointer::Target;
use crate::app::views::{Edit, FILE, Place};
use crate::domain::text::SafeText;
use crate::ui::linear::SELECTED;

/// Fills in the form.
pub(super) fn fill(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let now = form.present().in_words(form.kind());
    if let Some(field) = form.naming() {
        let how = match form.place() {
            Place::Demo => ", for this demo only",
            Place::File | Place::Nowhere(_) => "",
        };
        let text = format!("saves the list as it is now{how}: {now}");
        body.text(Weight::Vital, theme.text, text);
        body.gap();
        body.field("Name", field, true, "");
        for error in errors_of(errors, Field::ViewName) {
            body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
        }
        return;
    }
    let save = body.key_of(Context::Views, Action::Dialog(DialogKey::Views(ViewKey::Save)));
    if let Place::Nowhere(why) = form.place() {
        body.text(Weight::Vital, theme.danger, why.as_str());
        let text =
            format!("nothing is written there until you have mended it; then {save} saves the list as it is now");
        body.text(Weight::Vital, theme.text, text);
    } else if form.views().is_empty() {
        body.text(
            Weight::Vital,
            theme.text,
            format!("no view of this list is saved: {save} saves it as it is now"),
        );
    }
    list(form, body);
    body.gap();
    body.text(Weight::Useful, theme.muted, format!("now: {now}"));
    if *form.place() == Place::Demo {
        let text = format!("what you save and remove here is for this demo only: your {FILE} stays as it is");
        body.text(Weight::Useful, theme.muted, text);
    }
}

fn list(form: &Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let said: Vec<SafeText> = form.views().iter().map(|view| view.in_words(form.kind())).collect();
    let names = form.views().iter().map(|view| view.name.as_str());
    let room = body.name_column(names.clone().zip(said.iter().map(SafeText::as_str)));
    for (place, (name, said)) in names.zip(&said).enumerate() {
        let has_focus = place == form.cursor();
        let number = body.n_rows();
        if look.is_spoken() {
            let selected = if has_focus { SELECTED } else { "" };
            let said = format!("{name}: {said}{selected}");
            body.option(place, has_focus, look.line(theme.text, said));
            continue;
        }
        let sign = Sign {
            mark: if has_focus { look.marks.cursor } else { " " },
            style: theme.muted,
            name: if has_focus { theme.selected } else { theme.title },
        };
        body.entry(Weight::Useful, &sign, name, room, said.as_str());
        body.clickable_from(number, Target::Choice(place));
        if has_focus {
            body.seek();
        }
    }
}

/// Asks for the yes to what changes a view that is there.
pub(super) fn question(form: &Form, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    let (text, name) = match form.asked() {
        Some(Edit::Put(_, view, _)) => (format!("replace the view '{}'", view.name), &view.name),
        Some(Edit::Remove(_, view)) => (format!("remove the view '{}'", view.name), &view.name),
        Some(Edit::Columns(..)) | None => return,
    };
    body.text(Weight::Vital, theme.title, text);
    let known = form.views().iter().find(|view| view.name == *name);
    if let Some(view) = known {
        body.text(
            Weight::Useful,
            theme.text,
            format!("it shows: {}", view.in_words(form.kind())),
        );
    }
    if matches!(form.asked(), Some(Edit::Put(..))) {
        let text = format!("from then on: {}", form.present().in_words(form.kind()));
        body.text(Weight::Useful, theme.text, text);
    }
}
