//! What became of changes, in words: for the dialog that comes back and for the notice row.
//!
//! Three words for outcomes are never mixed: `accepted` (the platform said yes), `confirmed` (read back), `unknown`.

use crate::app::change::{Outcome, Run, Settled, Tally};
use crate::app::dialog::Problem;
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::Found;
use crate::app::notice::Tone;
use crate::domain::change::{Change, together};
use crate::domain::text::SafeText;

/// Returns what the dialog says about a change that was not made; what to do next is in `unwatched` where it is not
/// looked after.
pub(super) fn problem(one: &Settled, unwatched: Option<SafeText>) -> Problem {
    let said = match &one.outcome {
        Outcome::Drifted(what) | Outcome::NotSeen(what) => Problem::Drifted(what.clone()),
        Outcome::Refused(failure) | Outcome::NotSent(failure) => Problem::Failed(failure.clone()),
        Outcome::HalfDone(held, failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("half done: {held}: {}", failure.headline)),
            ..failure.clone()
        }),
        Outcome::NotApplied(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("not applied so far: {}", failure.headline)),
            next: SafeText::new("not there yet, but it may still take effect: checking for another minute"),
            ..failure.clone()
        }),
        Outcome::Unknown(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("outcome unknown: {}", failure.headline)),
            next: SafeText::new(
                "it may or may not have been done, and reading back failed too: close this, refresh, and check",
            ),
            kind: FailureKind::OutcomeUnknown,
            ..failure.clone()
        }),
        Outcome::Confirmed | Outcome::Accepted(_) | Outcome::Applied(_) => {
            let (tone, text) = in_words(one);
            Problem::Several(tone, vec![text])
        }
    };
    match (said, unwatched) {
        (Problem::Failed(failure), Some(next)) => Problem::Failed(Failure { next, ..failure }),
        (said, _) => said,
    }
}

/// Returns how a dialog says that its change was not started.
pub(super) fn not_begun(why: &SafeText) -> Problem {
    Problem::Failed(Failure::local(why.as_str(), "nothing was sent; apply again after that"))
}

/// Returns what became of changes, in one line; of several also what they were, since no dialog stands beside it any more.
pub(super) fn told(run: &Run) -> (Tone, SafeText) {
    let (tone, text) = summary(run.settled(), run.n_given_up());
    if run.n_all() == 1 {
        return (tone, text);
    }
    let what = together(run.planned());
    (tone, SafeText::new(&format!("{text} ({what})")))
}

/// Returns what happened, in one line.
pub(super) fn summary(settled: &[Settled], n_given_up: usize) -> (Tone, SafeText) {
    if let ([one], 0) = (settled, n_given_up) {
        return in_words(one);
    }
    let sums = Tally::of(settled);
    let tone = match (sums.done == settled.len(), sums.unread + n_given_up) {
        (true, 0) => Tone::Success,
        (true, _) => Tone::Warning,
        (false, _) => Tone::Error,
    };
    let rest = [
        (sums.half_done, "half done"),
        (sums.not_seen, "accepted but not confirmed yet"),
        (sums.not_sent, "not sent"),
        (n_given_up, "not started"),
    ];
    let rest = rest.into_iter().filter(|(n, _)| *n > 0);
    let rest: Vec<String> = rest.map(|(n, what)| format!(", {n} {what}")).collect();
    let rest = rest.concat();
    let effective = match (sums.done, sums.unread) {
        (0, _) => String::new(),
        (_, 0) if settled.iter().any(|one| gives_or_takes_roles(&one.change)) => {
            "; confirmed, effective within about 30 s".to_owned()
        }
        (_, 0) => "; confirmed".to_owned(),
        (_, n) => format!("; {n} of them accepted but not read back"),
    };
    let Tally {
        done, refused, unknown, ..
    } = sums;
    // Where nothing went wrong there is nothing to add up.
    let others = if tone == Tone::Error {
        format!(", {refused} refused, {unknown} unknown")
    } else {
        String::new()
    };
    let text = format!("{done} applied{others}{rest}{effective}");
    (tone, SafeText::new(&text))
}

/// Whether the platform has to rebuild its policy before the change is felt: the maker of a workspace gets a role, too.
fn gives_or_takes_roles(change: &Change) -> bool {
    change.principal().is_some() || matches!(change, Change::CreateWorkspace { .. })
}

/// Returns what is said of a change that came true after it was settled otherwise.
pub(super) fn come_late(one: &Settled) -> (Tone, SafeText) {
    let done = one.change.done();
    let text = match &one.outcome {
        Outcome::HalfDone(..) => return in_words(one),
        Outcome::Confirmed => format!("{done}: confirmed now"),
        Outcome::Applied(_)
        | Outcome::Accepted(_)
        | Outcome::NotSeen(_)
        | Outcome::Refused(_)
        | Outcome::NotSent(_)
        | Outcome::NotApplied(_)
        | Outcome::Unknown(_)
        | Outcome::Drifted(_) => format!("{done}: applied after all (checked by reading back)"),
    };
    (Tone::Success, SafeText::new(&text))
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
            format!("{done}: accepted; it stays on the list until the platform has removed it"),
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
            format!("{done}: applied (the answer was lost; checked by reading back)"),
        ),
        Outcome::Applied(failure) => (
            Tone::Success,
            format!(
                "{done}: applied (checked by reading back), although the answer was: {}",
                failure.words()
            ),
        ),
        Outcome::NotSent(failure) => (Tone::Error, format!("not sent: {wanted}: {}", failure.words())),
        Outcome::Refused(failure) => (Tone::Error, format!("could not {wanted}: {}", failure.words())),
        Outcome::HalfDone(held, failure) => (Tone::Error, format!("half done: {wanted}: {held}: {}", failure.words())),
        Outcome::NotApplied(failure) => (
            Tone::Error,
            format!("not applied so far: {wanted}: {}", failure.words()),
        ),
        Outcome::Unknown(failure) => (Tone::Error, format!("outcome unknown: {wanted}: {}", failure.words())),
        Outcome::Drifted(what) | Outcome::NotSeen(what) => (Tone::Warning, what.to_string()),
    };
    (tone, SafeText::new(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::role::RoleSet;
    use rstest::rstest;

    fn settled(outcomes: &[Outcome]) -> Vec<Settled> {
        let one = |outcome: &Outcome| Settled {
            change: Change::Roles {
                workspace: WorkspaceName::from_platform("ml-team"),
                principal: Principal::from_platform("bob@x"),
                before: RoleSet::default(),
                after: RoleSet::default(),
            },
            outcome: outcome.clone(),
            now: None,
            sent: None,
            in_flight: None,
        };
        outcomes.iter().map(one).collect()
    }

    fn lost() -> Failure {
        Failure::local("the connection was lost", "look again")
    }

    #[rstest]
    #[case(Outcome::Confirmed, Tone::Success, "removed bob@x from 'ml-team': confirmed now")]
    #[case(
        Outcome::Applied(lost()),
        Tone::Success,
        "removed bob@x from 'ml-team': applied after all (checked by reading back)"
    )]
    #[case(
        Outcome::HalfDone(SafeText::new("bob@x now has Viewer"), lost()),
        Tone::Error,
        "half done: remove bob@x (no role) from 'ml-team': bob@x now has Viewer: the connection was lost"
    )]
    fn what_came_late_is_told_as_what_it_is(#[case] outcome: Outcome, #[case] tone: Tone, #[case] says: &str) {
        let [one] = &settled(&[outcome])[..] else {
            panic!("one change");
        };
        assert_eq!(come_late(one), (tone, SafeText::new(says)));
    }

    /// What each outcome counts as: a sum never says more, or less, than the change alone.
    #[rstest]
    #[case(Outcome::Confirmed, "2 applied; confirmed")]
    #[case(Outcome::Applied(lost()), "2 applied; confirmed")]
    #[case(Outcome::Accepted(lost()), "2 applied; 1 of them accepted but not read back")]
    #[case(Outcome::Refused(lost()), "1 applied, 1 refused, 0 unknown")]
    #[case(Outcome::NotApplied(lost()), "1 applied, 0 refused, 1 unknown")]
    #[case(Outcome::Unknown(lost()), "1 applied, 0 refused, 1 unknown")]
    #[case(
        Outcome::HalfDone(SafeText::new("bob@x now has Viewer"), lost()),
        "1 applied, 0 refused, 0 unknown, 1 half done"
    )]
    #[case(Outcome::NotSent(lost()), "1 applied, 0 refused, 0 unknown, 1 not sent")]
    #[case(
        Outcome::Drifted(SafeText::new("it has changed")),
        "1 applied, 0 refused, 0 unknown, 1 not sent"
    )]
    #[case(
        Outcome::NotSeen(SafeText::new("it reads otherwise")),
        "1 applied, 0 refused, 0 unknown, 1 accepted but not confirmed yet"
    )]
    fn every_outcome_counts_as_what_it_is(#[case] outcome: Outcome, #[case] starts: &str) {
        let is_done = outcome.is_done();
        let (tone, text) = summary(&settled(&[Outcome::Confirmed, outcome]), 0);
        assert!(text.as_str().starts_with(starts), "{text}");
        assert_eq!(tone == Tone::Error, !is_done);
    }
}
