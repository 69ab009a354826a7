//! A field for principals, with whoever is proposed below it.

use super::body::{DialogBody, Weight};
use crate::app::dialog::Picker;
use crate::app::dialog::picker::Offer;
use crate::domain::text::SafeText;

/// Fills in the field; what is proposed stands in a list of its own, so that nobody takes it for what is typed.
pub(super) fn fill(label: &str, picker: &Picker, has_focus: bool, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    body.field(label, picker.field(), has_focus, "");
    if !has_focus {
        return;
    }
    for (place, offer) in picker.offers().iter().enumerate() {
        let is_chosen = place == picker.chosen();
        let (style, mark) = if is_chosen {
            (theme.selected, look.marks.cursor)
        } else {
            (theme.text, " ")
        };
        body.under_field(Weight::Must, style, mark, words(offer));
    }
}

fn words(offer: &Offer) -> SafeText {
    let name = offer.principal.shown();
    if offer.is_as_typed {
        SafeText::new(&format!("{name}, {}, as typed", offer.kind()))
    } else {
        name
    }
}
