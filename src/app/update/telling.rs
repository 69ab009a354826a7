//! What became of changes, in words: for the dialog that comes back and for the notice row.
//!
//! Three words for outcomes are never mixed: `accepted` (the platform said yes), `confirmed` (read back), `unknown`.

use crate::app::change::{Outcome, Settled};
use crate::app::dialog::Problem;
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::Found;
use crate::app::notice::Tone;
use crate::domain::change::Change;
use crate::domain::text::SafeText;

/// Returns what the dialog says about a change that was not made.
pub(super) fn problem(one: &Settled) -> Problem {
    match &one.outcome {
        Outcome::Drifted(what) | Outcome::Overtaken(what) => Problem::Drifted(what.clone()),
        Outcome::Refused(failure) => Problem::Failed(failure.clone()),
        Outcome::NotApplied(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("not applied: {}", failure.headline)),
            next: SafeText::new("read back: nothing has changed; apply again when the connection is back"),
            ..failure.clone()
        }),
        Outcome::Unknown(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("outcome unknown: {}", failure.headline)),
            next: SafeText::new(
                "it may or may not have been done, and reading back failed too: press esc, then r, and look",
            ),
            kind: FailureKind::OutcomeUnknown,
            ..failure.clone()
        }),
        Outcome::Confirmed | Outcome::Accepted(_) | Outcome::Applied(_) => Problem::Several(vec![in_words(one).1]),
    }
}

/// Returns what happened, in one line.
pub(super) fn summary(settled: &[Settled], n_given_up: usize) -> (Tone, SafeText) {
    if let ([one], 0) = (settled, n_given_up) {
        return in_words(one);
    }
    let count = |is: fn(&Outcome) -> bool| settled.iter().filter(|one| is(&one.outcome)).count();
    let n_done = count(Outcome::is_done);
    let n_unknown = count(|outcome| matches!(outcome, Outcome::Unknown(_)));
    let n_unread = count(|outcome| matches!(outcome, Outcome::Accepted(_)));
    let n_not_sent = count(|outcome| matches!(outcome, Outcome::Refused(failure) if was_not_sent(failure)));
    let n_refused = settled.len() - n_done - n_unknown - n_not_sent;
    let tone = match (n_done == settled.len(), n_unread + n_given_up) {
        (true, 0) => Tone::Success,
        (true, _) => Tone::Warning,
        (false, _) => Tone::Error,
    };
    let rest = [(n_not_sent, "not sent"), (n_given_up, "not begun")];
    let rest = rest.into_iter().filter(|(n, _)| *n > 0);
    let rest: Vec<String> = rest.map(|(n, what)| format!(", {n} {what}")).collect();
    let rest = rest.concat();
    let effective = match (n_done, n_unread) {
        (0, _) => String::new(),
        (_, 0) if settled.iter().any(|one| gives_or_takes_roles(&one.change)) => {
            "; confirmed, effective within about 30 s".to_owned()
        }
        (_, 0) => "; confirmed".to_owned(),
        (_, n) => format!("; {n} of them accepted but not read back"),
    };
    let text = format!("{n_done} applied, {n_refused} refused, {n_unknown} unknown{rest}{effective}");
    (tone, SafeText::new(&text))
}

/// Whether a change that was not made never got as far as the platform. One that did and met a platform that is
/// unwell is no refusal: its outcome is read back.
fn was_not_sent(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NeverSent | FailureKind::RefusedHere | FailureKind::Unreachable
    )
}

/// Whether the platform has to rebuild its policy before the change is felt: the maker of a workspace gets a role, too.
fn gives_or_takes_roles(change: &Change) -> bool {
    change.principal().is_some() || matches!(change, Change::CreateWorkspace { .. })
}

/// Returns what became of one change.
pub(super) fn in_words(one: &Settled) -> (Tone, SafeText) {
    let (done, wanted) = (one.change.done(), one.change.sentence());
    let (tone, text) = match &one.outcome {
        Outcome::Confirmed if gives_or_takes_roles(&one.change) => {
            (Tone::Success, format!("{done}: confirmed, effective within about 30 s"))
        }
        Outcome::Confirmed if matches!(&one.now, Some(Found::Resource(Some(left))) if left.is_going()) => (
            Tone::Success,
            format!("{done}: accepted; it stays on the list until it has been taken down"),
        ),
        Outcome::Confirmed => (Tone::Success, format!("{done}: confirmed")),
        // The platform lets the creator in with its next refresh of the grants: until then it hides what it has made.
        Outcome::Accepted(unread)
            if matches!(one.change, Change::CreateWorkspace { .. }) && unread.kind == FailureKind::Forbidden =>
        {
            (
                Tone::Success,
                format!("{done}: accepted; your role there is effective within about 30 s"),
            )
        }
        Outcome::Accepted(unread) => (
            Tone::Warning,
            format!("{done}: accepted, but not read back: {}", unread.headline),
        ),
        Outcome::Applied(failure) if failure.kind == FailureKind::OutcomeUnknown => (
            Tone::Success,
            format!("{done}: applied; no answer came, but it reads back as done"),
        ),
        Outcome::Applied(failure) => (
            Tone::Success,
            format!(
                "{done}: applied; it reads back as done, although the answer was: {}",
                failure.words()
            ),
        ),
        Outcome::Refused(failure) if was_not_sent(failure) => {
            (Tone::Error, format!("not sent: {wanted}: {}", failure.words()))
        }
        Outcome::Refused(failure) => (Tone::Error, format!("could not {wanted}: {}", failure.words())),
        Outcome::NotApplied(failure) => (Tone::Error, format!("not applied: {wanted}: {}", failure.words())),
        Outcome::Unknown(failure) => (Tone::Error, format!("outcome unknown: {wanted}: {}", failure.words())),
        Outcome::Drifted(what) | Outcome::Overtaken(what) => (Tone::Warning, what.to_string()),
    };
    (tone, SafeText::new(&text))
}
