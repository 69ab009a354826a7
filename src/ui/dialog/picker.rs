//! A field for principals, with whoever is proposed below it.

use super::body::{DialogBody, Weight};
use crate::app::dialog::picker::{Offer, Why};
use crate::app::dialog::{Ctx, Picker};
use crate::app::pointer::Target;
use crate::domain::text::SafeText;
use crate::ui::Look;

/// Fills in the field; what is proposed stands in a list of its own, so that nobody takes it for what is typed. Until all
/// workspaces were read it says that it knows no more people than those who were.
pub(super) fn fill(label: &str, picker: &Picker, has_focus: bool, ctx: Ctx<'_>, body: &mut DialogBody<'_>) {
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
        let number = format!("{}:", place + 1);
        let mark = body.look.said(mark, &number);
        let row = body.n_rows();
        body.under_field(Weight::Must, style, mark, words(body.look, picker, offer));
        body.clickable_from(row, Target::Proposal(place));
    }
    if (picker.value().is_empty() || !picker.offers().is_empty()) && ctx.store.has_unread() {
        let others = ctx.store.reading().map(|reading| reading.progress.percent());
        let others = others.map_or_else(String::new, |percent| format!("; loading the others {percent}%"));
        let text = format!("suggests only people loaded so far{others}");
        body.under_field(Weight::Extra, theme.muted, "", text);
    }
}

fn words(look: &Look, picker: &Picker, offer: &Offer) -> SafeText {
    let name = offer.principal.shown();
    let said = match offer.why {
        Why::Everyone => "means everyone".to_owned(),
        Why::AsTyped if !offer.is_known => format!("as typed: {}, not seen before", offer.kind()),
        Why::AsTyped => format!("as typed, {}", offer.kind()),
        Why::Slip => format!("did you mean this? {}", known(picker, offer)),
        Why::GoesOn => known(picker, offer),
    };
    let between = look.said("  ", ", ");
    SafeText::new(&format!("{name}{between}{said}"))
}

fn known(picker: &Picker, offer: &Offer) -> String {
    let standing = picker.standing(&offer.principal);
    standing
        .map(|standing| standing.in_words(|_| false))
        .unwrap_or_default()
}
