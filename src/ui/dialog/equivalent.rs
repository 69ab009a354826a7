//! `Equivalent command`: each command with what it does, as it would be copied.

use super::sheet::{Sheet, Weight};
use crate::app::equivalent::{Equivalent, LISTED, amount};
use crate::domain::text::counted;

/// Fills in the box.
pub(super) fn fill(equivalent: &Equivalent, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    let n_all = equivalent.entries.len();
    let top = equivalent.marked.saturating_sub(LISTED - 1);
    for (place, entry) in equivalent.entries.iter().enumerate().skip(top).take(LISTED) {
        // What is copied should be seen wherever there is room for anything; of the others none is shown by half.
        let weight = if place == equivalent.marked {
            Weight::Must
        } else {
            Weight::Useful
        };
        let (sign, style) = if n_all > 1 && equivalent.is_marked(place) {
            (look.marks.cursor, theme.selected)
        } else {
            ("$", theme.text)
        };
        sheet.some_text(Weight::Extra, theme.muted, 2, &entry.what);
        sheet.marked(weight, style, sign, entry.command.shown());
    }
    let n_more = n_all.saturating_sub(LISTED);
    if n_more > 0 || equivalent.is_all {
        let more = if n_more > 0 {
            format!("and {}", counted(n_more, "more command"))
        } else {
            String::new()
        };
        let copied = if equivalent.is_all {
            format!("all {} are marked", amount(n_all))
        } else {
            String::new()
        };
        let both = [more, copied].into_iter().filter(|part| !part.is_empty());
        sheet.text(Weight::Must, theme.muted, both.collect::<Vec<_>>().join("; "));
    }
    sheet.gap();
    for note in &equivalent.notes {
        sheet.marked(Weight::Warning, theme.warning, look.marks.warning, note);
    }
    if equivalent.is_copied {
        sheet.marked(
            Weight::Must,
            theme.success,
            look.marks.success,
            "sent to the terminal's clipboard",
        );
    }
}
