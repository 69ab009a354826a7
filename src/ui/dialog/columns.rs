//! `Columns`: the columns of the list in front, those that are shown marked.

use super::body::{DialogBody, Weight};
use crate::app::dialog::columns::Form;
use crate::app::keymap::{Action, ColumnKey, Context, DialogKey};
use crate::app::pointer::Target;
use crate::ui::linear::SELECTED;
use crate::ui::text::Line;

/// Fills in the form.
pub(super) fn fill(form: &Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    for (place, row) in form.rows().iter().enumerate() {
        let has_focus = place == form.cursor();
        if look.is_spoken() {
            let shown = match (row.is_fixed, row.is_shown) {
                (true, _) => "always shown",
                (false, true) => "shown",
                (false, false) => "hidden",
            };
            let selected = if has_focus { SELECTED } else { "" };
            let said = format!("{}, {shown}{selected}", row.name);
            // Their order is what is chosen here.
            body.option(place, false, look.line(theme.text, said));
            continue;
        }
        let cursor = if has_focus { look.marks.cursor } else { " " };
        let style = match (has_focus, row.is_shown) {
            (true, _) => theme.selected,
            (false, true) => theme.text,
            (false, false) => theme.muted,
        };
        let mark = if row.is_shown { "[x]" } else { "[ ]" };
        let note = if row.is_fixed { "  always shown" } else { "" };
        let line = Line::from(vec![
            look.span(theme.key, format!("{cursor} ")),
            look.span(style, format!("{mark} {}", row.name)),
            look.span(theme.muted, note),
        ]);
        let number = body.n_rows();
        body.line(Weight::Vital, line);
        body.clickable_from(number, Target::Choice(place));
        if has_focus {
            body.seek();
        }
    }
    body.gap();
    let up = body.key_of(Context::Columns, Action::Dialog(DialogKey::Columns(ColumnKey::Up)));
    let down = body.key_of(Context::Columns, Action::Dialog(DialogKey::Columns(ColumnKey::Down)));
    let usual = body.key_of(Context::Columns, Action::Dialog(DialogKey::Columns(ColumnKey::Usual)));
    let keys = format!("{up} and {down} move the column, {usual} brings the usual ones back");
    body.text(Weight::Useful, theme.text, keys);
    if look.is_spoken() {
        // There is room for all of them.
        return;
    }
    let which = if form.is_own_order() {
        "the last ones"
    } else {
        "those that matter least"
    };
    let text = format!("where the screen is too narrow for all of them, {which} are left out");
    body.text(Weight::Useful, theme.muted, text);
}
