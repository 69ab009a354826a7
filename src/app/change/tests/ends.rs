//! What ends a run or a plan of several: answers that do not fit, the end itself, and what stops the rest.

use super::*;

/// Answers of another kind than the question: none may send, hang, or pass for an outcome.
#[rstest]
#[case(Answer::Listed(Ok(crate::app::msg::Extent::ToTheEnd)))]
#[case(Answer::Page { workspaces: Vec::new(), total: 0 })]
#[case(Answer::Found(Ok(Found::Workspace(Some(workspace(None))))))]
#[case(Answer::Found(Ok(Found::Workspace(None))))]
#[case(Answer::Found(Ok(Found::Contents(None))))]
fn an_answer_that_does_not_fit_is_no_answer(#[case] odd: Answer) {
    let before = || members(&[("bob@x", &["Viewer"])]);
    let rechecked = Driven::one(promote()).answer(odd.clone()).outcome();
    assert_eq!(rechecked, Outcome::NotSent(Failure::misfit()), "nothing is sent");

    let sent = Driven::one(promote())
        .found(before())
        .answer(odd.clone())
        .reads(ChangeTarget::Members(ws()));
    assert!(
        matches!(sent.finds_only(&before()).outcome(), Outcome::NotApplied(_)),
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
    assert_eq!(outcome, Outcome::NotSent(Failure::misfit()));
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
    let run = run
        .found(members(&[("a@x", &["Viewer"])]))
        .reads(ChangeTarget::Members(ws()));
    let run = run
        .found(members(&[("a@x", &["Viewer"])]))
        .sends(&add("b@x"))
        .refused(FailureKind::Forbidden);
    let run = run
        .found(members(&[("a@x", &["Viewer"])]))
        .reads(ChangeTarget::Members(ws()));
    let run = run
        .found(members(&[]))
        .sends(&add("c@x"))
        .accepted()
        .found(members(&[("c@x", &["Viewer"])]));
    let done: Vec<bool> = run.run.settled().iter().map(|one| one.outcome.is_done()).collect();
    assert_eq!(done, [true, false, true], "a refused one does not stop the others");
}

#[test]
fn a_server_that_fails_at_one_change_is_asked_for_the_next() {
    let run = Driven::of(vec![add("a@x").into(), add("b@x").into()]);
    let run = run.found(members(&[])).refused(FailureKind::ServerError);
    let run = run.finds_only(&members(&[])).reads(ChangeTarget::Members(ws()));
    assert_eq!(
        run.run.settled()[0].outcome,
        Outcome::NotApplied(failure(FailureKind::ServerError))
    );
    run.found(members(&[])).sends(&add("b@x"));
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
                Outcome::NotSent(Failure {
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
        [Ticket::new(1)],
        "nobody waits for the recheck any more"
    );
    assert!(rechecking.run.is_over());
    assert_eq!((rechecking.run.n_given_up(), rechecking.run.n_all()), (2, 2));

    let mut sending = Driven::of(two()).found(members(&[]));
    assert_eq!(sending.run.stop(), []);
    assert!(sending.run.is_sending(), "what may have left goes on");
    let sending = sending.accepted();
    assert_eq!(sending.run.n_given_up(), 1);
    assert_eq!(
        sending.found(members(&[("a@x", &["Viewer"])])).outcome(),
        Outcome::Confirmed
    );

    let mut reading_back = Driven::of(two()).found(members(&[])).accepted();
    assert_eq!(reading_back.run.stop(), []);
    assert!(!reading_back.run.is_over(), "the outcome is still wanted");
}

/// A run over workspaces `w-0`, `w-1`, …, driven by hand: what is asked with which ticket.
struct Plan {
    run: Run,
    open: Vec<(Ticket, Effect)>,
    n_tickets: u64,
}

impl Plan {
    fn of(workspaces: &[&str]) -> Self {
        let mut n_tickets = 0;
        let change = |name: &&str| Change::Roles {
            workspace: WorkspaceName::from_platform(*name),
            principal: who("bob@x"),
            before: set(&["Viewer"]),
            after: RoleSet::default(),
        };
        let intents = workspaces.iter().map(|name| change(name).into()).collect();
        let (run, effects) = Run::start(intents, Timestamp::UNIX_EPOCH, || {
            n_tickets += 1;
            Ticket::new(n_tickets)
        });
        let mut plan = Self {
            run,
            open: Vec::new(),
            n_tickets,
        };
        plan.note(effects);
        plan
    }

    fn note(&mut self, effects: Vec<Effect>) {
        let ends = |effect: &Effect| matches!(effect, Effect::Conclude { .. });
        for effect in effects.into_iter().filter(|effect| !ends(effect)) {
            let (Effect::Read { ticket, .. } | Effect::Send { ticket, .. }) = &effect else {
                panic!("a run asks and sends, nothing else: {effect:?}");
            };
            self.open.push((*ticket, effect));
        }
    }

    /// Returns what is open, in the order in which it was asked.
    fn workspaces(&self) -> Vec<String> {
        let mut open = Vec::new();
        for (_, effect) in &self.open {
            if let Effect::Send { change, .. } = effect {
                open.push(format!("send {}", change.workspace().raw()));
            } else if let Effect::Read {
                query: Query::Target(ChangeTarget::Members(name)),
                ..
            } = effect
            {
                open.push(format!("read {}", name.raw()));
            }
        }
        open
    }

    /// Answers what was asked as the `nth` of what is open.
    fn answer(&mut self, nth: usize, answer: Answer) {
        let (ticket, _) = self.open.remove(nth);
        let n_tickets = &mut self.n_tickets;
        let effects = self.run.answered(ticket, answer, || {
            *n_tickets += 1;
            Ticket::new(*n_tickets)
        });
        self.note(effects);
    }
}

fn bob_is_there() -> Answer {
    Answer::Found(Ok(members(&[("bob@x", &["Viewer"]), ("al@x", &["Admin"])])))
}

#[test]
fn different_workspaces_are_changed_at_the_same_time_and_one_by_one_change_at_a_time() {
    let plan = Plan::of(&["w-0", "w-0", "w-1", "w-2", "w-3", "w-4"]);
    assert_eq!(plan.workspaces(), ["read w-0", "read w-1", "read w-2", "read w-3"]);
    assert!(
        plan.run.concerns(&WorkspaceName::from_platform("w-4")),
        "it will come to that"
    );
}

#[test]
fn answers_may_come_in_any_order() {
    let mut plan = Plan::of(&["w-0", "w-0", "w-1"]);
    assert_eq!(plan.run.n_under_way(), 2, "one in each workspace");
    plan.answer(1, bob_is_there());
    assert_eq!(plan.workspaces(), ["read w-0", "send w-1"]);
    plan.answer(1, Answer::Sent(Ok(())));
    plan.answer(1, Answer::Found(Ok(members(&[("al@x", &["Admin"])]))));
    assert_eq!(plan.run.settled().len(), 1);
    assert_eq!(
        plan.workspaces(),
        ["read w-0"],
        "the second change there waits for the first"
    );
    plan.answer(0, bob_is_there());
    plan.answer(0, Answer::Sent(Ok(())));
    plan.answer(0, Answer::Found(Ok(members(&[("al@x", &["Admin"])]))));
    assert_eq!(plan.workspaces(), ["read w-0"]);
}

#[test]
fn what_is_under_way_is_read_back_even_where_the_rest_is_given_up() {
    let mut plan = Plan::of(&["w-0", "w-1", "w-2", "w-3", "w-4"]);
    plan.answer(1, bob_is_there());
    plan.answer(0, Answer::Found(Err(failure(FailureKind::Unreachable))));
    assert_eq!(plan.run.n_under_way(), 1, "what has not been sent is not sent any more");
    assert_eq!(plan.run.settled().len(), 4);
    // An answer to what was given up changes nothing.
    plan.answer(0, bob_is_there());
    assert_eq!(plan.run.settled().len(), 4);
    plan.answer(1, Answer::Sent(Ok(())));
    assert_eq!(
        plan.workspaces().last().map(String::as_str),
        Some("read w-1"),
        "but what was sent is read back"
    );
}

#[test]
fn nothing_more_is_begun_while_an_outcome_is_in_doubt() {
    let mut plan = Plan::of(&["w-0", "w-1", "w-2", "w-3", "w-4", "w-5"]);
    plan.answer(0, bob_is_there());
    let lost = Answer::Sent(Err(failure(FailureKind::OutcomeUnknown)));
    let place = plan.workspaces().iter().position(|what| what == "send w-0").unwrap();
    plan.answer(place, lost);
    let place = plan.workspaces().iter().position(|what| what == "read w-2").unwrap();
    plan.answer(place, Answer::Found(Ok(members(&[("al@x", &["Admin"])]))));
    assert_eq!(plan.run.settled().len(), 1, "somebody else was quicker there");
    assert!(
        !plan.workspaces().iter().any(|what| what.ends_with("w-4")),
        "{:?}",
        plan.workspaces()
    );
}
