//! What ends a run or a plan of several: answers that do not fit, the end itself, and what stops the rest.

use super::*;

/// Answers of another kind than the question: none may send, hang, or pass for an outcome.
#[rstest]
#[case(Answer::Listed(Ok(())))]
#[case(Answer::Page { workspaces: Vec::new(), total: 0 })]
#[case(Answer::Found(Ok(Found::Workspace(Some(workspace(None))))))]
#[case(Answer::Found(Ok(Found::Workspace(None))))]
#[case(Answer::Found(Ok(Found::Contents(None))))]
fn an_answer_that_does_not_fit_is_no_answer(#[case] odd: Answer) {
    let before = || members(&[("bob@x", &["Viewer"])]);
    let rechecked = Driven::one(promote()).answer(odd.clone()).outcome();
    assert_eq!(rechecked, Outcome::Refused(Failure::misfit()), "nothing is sent");

    let sent = Driven::one(promote())
        .found(before())
        .answer(odd.clone())
        .reads(Aim::Members(ws()));
    assert!(
        matches!(sent.found(before()).outcome(), Outcome::NotApplied(_)),
        "the outcome is read back"
    );

    let read_back = Driven::one(promote())
        .found(before())
        .accepted()
        .answer(odd.clone())
        .outcome();
    assert_eq!(read_back, Outcome::Accepted(Failure::misfit()), "not confirmed");

    let unknown = Driven::one(promote())
        .found(before())
        .refused(FailureKind::OutcomeUnknown)
        .answer(odd)
        .outcome();
    assert_eq!(
        unknown,
        Outcome::Unknown(failure(FailureKind::OutcomeUnknown)),
        "and not 'not applied'"
    );
}

#[test]
fn a_state_of_another_workspace_is_no_answer() {
    let mut other = workspace(Some("a"));
    other.name = WorkspaceName::from_platform("other");
    let outcome = Driven::one(describe(Some("a"), "b"))
        .found(Found::Workspace(Some(other)))
        .outcome();
    assert_eq!(outcome, Outcome::Refused(Failure::misfit()));
}

#[test]
fn answers_after_the_end_do_nothing() {
    let run = Driven::one(remove()).found(members(&[])).accepted().accepted();
    assert_eq!(run.run.settled().len(), 1);
    assert_eq!(run.asked, []);
}

#[test]
fn several_changes_are_made_one_after_the_other() {
    let run = Driven::of(vec![add("a@x").into(), add("b@x").into(), add("c@x").into()]);
    let run = run.found(members(&[])).sends(&add("a@x")).accepted();
    assert_eq!((run.run.n_all(), run.run.settled().len()), (3, 0));
    let run = run.found(members(&[("a@x", &["Viewer"])])).reads(Aim::Members(ws()));
    let run = run
        .found(members(&[("a@x", &["Viewer"])]))
        .sends(&add("b@x"))
        .refused(FailureKind::Forbidden);
    let run = run.found(members(&[("a@x", &["Viewer"])])).reads(Aim::Members(ws()));
    let run = run
        .found(members(&[]))
        .sends(&add("c@x"))
        .accepted()
        .found(members(&[("c@x", &["Viewer"])]));
    let done: Vec<bool> = run.run.settled().iter().map(|one| one.outcome.is_done()).collect();
    assert_eq!(done, [true, false, true], "a refused one does not stop the others");
}

#[rstest]
#[case(FailureKind::Unreachable)]
#[case(FailureKind::OutcomeUnknown)]
#[case(FailureKind::Unauthorized)]
#[case(FailureKind::NeverSent)]
fn a_broken_way_to_the_platform_stops_the_rest(#[case] kind: FailureKind) {
    let run = Driven::of(vec![add("a@x").into(), add("b@x").into(), add("c@x").into()]);
    let mut run = run.found(members(&[])).refused(kind);
    if !run.run.is_over() {
        run = run.unread(FailureKind::Unreachable);
    }
    let kinds: Vec<_> = run
        .run
        .settled()
        .iter()
        .skip(1)
        .map(|one| one.outcome.clone())
        .collect();
    assert_eq!(kinds.len(), 2);
    for outcome in kinds {
        assert!(
            matches!(
                outcome,
                Outcome::Refused(Failure {
                    kind: FailureKind::NeverSent,
                    ..
                })
            ),
            "{outcome:?}"
        );
    }
    assert!(run.run.is_over());
}

#[test]
fn stopping_gives_up_only_what_has_not_been_sent() {
    let two = || vec![add("a@x").into(), add("b@x").into()];
    let mut rechecking = Driven::of(two());
    assert_eq!(
        rechecking.run.stop(),
        Some(Ticket::new(1)),
        "nobody waits for the recheck any more"
    );
    assert!(rechecking.run.is_over());
    assert_eq!((rechecking.run.n_given_up(), rechecking.run.n_all()), (2, 2));

    let mut sending = Driven::of(two()).found(members(&[]));
    assert_eq!(sending.run.stop(), None);
    assert!(sending.run.is_sending(), "what may have left goes on");
    let sending = sending.accepted();
    assert_eq!(sending.run.n_given_up(), 1);
    assert_eq!(
        sending.found(members(&[("a@x", &["Viewer"])])).outcome(),
        Outcome::Confirmed
    );

    let mut reading_back = Driven::of(two()).found(members(&[])).accepted();
    assert_eq!(reading_back.run.stop(), None);
    assert!(!reading_back.run.is_over(), "the outcome is still wanted");
}
