//! A change being made: which, how far, for how long.

use super::body::{DialogBody, Weight};
use crate::app::change::{Phase, Run, Sent, Tally};
use crate::app::failure::Failure;
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::app::msg::Ticket;
use crate::domain::change::Change;
use crate::domain::text::grouped;
use crate::ui::time;

/// Fills in the progress.
pub(super) fn fill(model: &Model, run: &Run, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let Some((change, phase)) = run.phase() else {
        return;
    };
    body.some_text(Weight::Vital, theme.title, 3, change.sentence());
    body.gap();
    if let (Phase::PutOff(_), Some((ticket, failure))) = (phase, run.is_put_off()) {
        return put_off(model, (change, failure), ticket, body);
    }
    let (words, stops) = match phase {
        Phase::Rechecking | Phase::PutOff(_) => ("checking the current state", before_sending(run)),
        Phase::Sending => ("sending", NOT_THE_CHANGE),
        Phase::ReadingBack(Sent::Accepted) => ("accepted, reading back", NOT_THE_CHANGE),
        Phase::ReadingBack(Sent::Refused(_)) => ("refused, reading back", "stops waiting"),
        Phase::ReadingBack(Sent::Unknown(_)) => ("outcome unknown, checking…", NOT_THE_CHANGE),
        Phase::ReadingBack(Sent::TurnedDown(_)) | Phase::LookingAgain(Sent::TurnedDown(_) | Sent::Refused(_)) => (
            "the token was rejected, reading back before sending again",
            NOT_THE_CHANGE,
        ),
        Phase::LookingAgain(Sent::Accepted) => ("accepted, but not confirmed yet: checking again", NOT_THE_CHANGE),
        Phase::LookingAgain(Sent::Unknown(_)) => (
            "outcome unknown, checking… not applied so far, checking again",
            NOT_THE_CHANGE,
        ),
    };
    let style = match phase {
        Phase::ReadingBack(Sent::Unknown(_) | Sent::Refused(_) | Sent::TurnedDown(_)) | Phase::LookingAgain(_) => {
            theme.warning
        }
        Phase::Rechecking | Phase::PutOff(_) | Phase::Sending | Phase::ReadingBack(Sent::Accepted) => theme.text,
    };
    let elapsed = time::elapsed(run.since(), model.now);
    let stopping = if run.n_given_up() > 0 { "stopping: " } else { "" };
    body.marked(
        Weight::Must,
        style,
        look.spinner(model.now),
        format!("{stopping}{words}{}{elapsed}", look.said("  ", ", ")),
    );
    if run.n_all() > 1 {
        body.text(Weight::Vital, theme.text, bar(run, body.columns, look.is_spoken()));
        body.text(Weight::Vital, theme.text, tally(run));
    }
    // Of a plan only what is under way goes on.
    let stops = match run.n_all() {
        _ if run.can_stop() => "stops after the running changes",
        0 | 1 => stops,
        _ => "stops waiting, not the changes",
    };
    let key = key_to_stop(run, body);
    body.text(Weight::Extra, theme.muted, format!("{key} {stops}"));
}

/// What it does to stop waiting once a request is on its way.
const NOT_THE_CHANGE: &str = "stops waiting, not the change";

/// Returns the key that stops what runs.
fn key_to_stop(run: &Run, body: &DialogBody<'_>) -> &'static str {
    let context = if run.can_stop() {
        Context::RunningPlan
    } else {
        Context::Running
    };
    body.key_of(context, Action::Dialog(DialogKey::StopWaiting))
}

/// Says what stopping does while the target is read before a request, which may not be the first.
fn before_sending(run: &Run) -> &'static str {
    if run.was_turned_down() {
        NOT_THE_CHANGE
    } else if run.is_put_off().is_some() {
        "stops: nothing has been changed so far"
    } else {
        "stops: nothing has been sent yet"
    }
}

/// Fills in that the platform does not know of a young right yet, and when that is tried again.
fn put_off(model: &Model, (change, failure): (&Change, &Failure), ticket: Ticket, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let right = model.young_right(change.workspace());
    let why = right.map_or_else(|| failure.words().to_string(), |right| right.in_words(model.now));
    let key = body.key_of(Context::Running, Action::Dialog(DialogKey::StopWaiting));
    let text = format!(
        "{why}: {} ({key} stops)",
        model.next_try_in(change.workspace(), Some(ticket))
    );
    body.marked(Weight::Must, theme.warning, look.spinner(model.now), text);
    body.text(Weight::Extra, theme.muted, "nothing changed so far");
}

/// Returns what has become of a plan so far.
fn tally(run: &Run) -> String {
    let sums = Tally::of(run.settled()).in_words();
    match run.n_given_up() {
        0 => sums,
        n => format!("{sums}, {} not started", grouped(n)),
    }
}

/// Returns how much of a plan is done, as a bar and in numbers.
fn bar(run: &Run, columns: usize, is_spoken: bool) -> String {
    let (n_done, n_all) = (run.settled().len(), run.n_all());
    let under_way = match run.n_under_way() {
        0 | 1 => String::new(),
        n => format!(", {n} running"),
    };
    let words = format!("{} of {} done{under_way}", grouped(n_done), grouped(n_all));
    if is_spoken {
        return words;
    }
    let room = columns.saturating_sub(words.len() + 3).min(30);
    let n_full = (n_done * room).checked_div(n_all).unwrap_or(0);
    format!("[{}{}] {words}", "#".repeat(n_full), ".".repeat(room - n_full))
}
