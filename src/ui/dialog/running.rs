//! A change being made: which, how far, for how long.

use super::sheet::{Sheet, Weight};
use crate::app::change::{Phase, Run, Sent};
use crate::app::model::Model;
use crate::ui::time;

/// Fills in the progress.
pub(super) fn fill(model: &Model, run: &Run, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    let Some((change, phase)) = run.phase() else {
        return;
    };
    sheet.some_text(Weight::Vital, theme.title, 3, change.sentence());
    sheet.gap();
    let (words, esc) = match phase {
        Phase::Rechecking => ("reading the present state", "esc stops: nothing has been sent yet"),
        Phase::Sending => ("sending", "esc stops waiting, not the change"),
        Phase::ReadingBack(Sent::Accepted) => ("accepted, reading back", "esc stops waiting, not the change"),
        Phase::ReadingBack(Sent::Refused(_)) => ("refused, reading back what is true now", "esc stops waiting"),
        Phase::ReadingBack(Sent::Unknown(_)) => ("outcome unknown, checking…", "esc stops waiting, not the change"),
    };
    let style = match phase {
        Phase::ReadingBack(Sent::Unknown(_) | Sent::Refused(_)) => theme.warning,
        Phase::Rechecking | Phase::Sending | Phase::ReadingBack(Sent::Accepted) => theme.text,
    };
    let elapsed = time::elapsed(run.since(), model.now);
    sheet.marked(
        Weight::Must,
        style,
        look.spinner(model.now),
        format!("{words}  {elapsed}"),
    );
    if run.n_all() > 1 {
        let text = format!("{} of {} done", run.settled().len(), run.n_all());
        sheet.text(Weight::Vital, theme.text, text);
    }
    sheet.text(Weight::Extra, theme.muted, esc);
}
