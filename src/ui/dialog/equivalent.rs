//! `Equivalent command`: each command with what it does, as it would be copied.

use super::sheet::{Sheet, Weight};
use crate::app::equivalent::{Equivalent, LISTED, amount};
use crate::domain::text::counted;

/// Fills in the box.
pub(super) fn fill(equivalent: &Equivalent, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    for (nth, entry) in equivalent.entries.iter().take(LISTED).enumerate() {
        // The first one should be seen wherever there is room for anything; of the others none is shown by half.
        let weight = if nth == 0 { Weight::Must } else { Weight::Useful };
        sheet.some_text(Weight::Extra, theme.muted, 2, &entry.what);
        sheet.marked(weight, theme.text, "$", entry.command.shown());
    }
    let n_more = equivalent.entries.len().saturating_sub(LISTED);
    if n_more > 0 {
        let all = amount(equivalent.entries.len());
        let text = format!("and {}; all {all} are copied", counted(n_more, "more command"));
        sheet.text(Weight::Must, theme.muted, text);
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
