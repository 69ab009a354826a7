//! What shows late: requests carried out after their answer was lost, copies of the data that lag behind, and tokens that
//! were turned down.

use super::*;
use crate::app::change::watch::{Watch, Watches};
use crate::domain::text::SafeText;

/// Every kind of change with what it finds before and after.
fn kinds() -> Vec<(Intent, Found, Found)> {
    let described = |text| Found::Workspace(Some(workspace(Some(text))));
    vec![
        (
            promote().into(),
            members(&[("bob@x", &["Viewer"])]),
            members(&[("bob@x", &["Editor"])]),
        ),
        (remove().into(), members(&[("bob@x", &["Viewer"])]), members(&[])),
        (add("bob@x").into(), members(&[]), members(&[("bob@x", &["Viewer"])])),
        (describe(Some("a"), "b").into(), described("a"), described("b")),
        (
            create().into(),
            Found::Workspace(None),
            Found::Workspace(Some(workspace(None))),
        ),
        (delete(), contents(1), Found::Workspace(None)),
        (create_project().into(), Found::Resource(None), project("project-1")),
        (delete_project(), project("project-1"), Found::Resource(None)),
        (retry().into(), dying(at(Stage::Failed)), dying(at(Stage::Pending))),
    ]
}

/// What is read after a change where nothing has happened yet.
fn as_before(intent: &Intent, before: &Found) -> Found {
    if let Change::DeleteWorkspace { .. } = &intent.change {
        return Found::Workspace(Some(workspace(None)));
    }
    before.clone()
}

#[test]
fn a_request_that_is_carried_out_late_is_seen() {
    for n_looks in 1..=3 {
        for (intent, before, after) in kinds() {
            let still = as_before(&intent, &before);
            let change = intent.change.clone();
            let mut run = Driven::one(intent).found(before);
            run = run.sends(&change).refused(FailureKind::OutcomeUnknown);
            for seconds in [2, 2, 4].into_iter().take(n_looks) {
                run = run.found(still.clone()).waits(seconds).reads(target_after(&change));
            }
            let outcome = run.found(after).outcome();
            let expected = Outcome::Applied(failure(FailureKind::OutcomeUnknown));
            assert_eq!(outcome, expected, "{change:?}");
        }
    }
}

#[test]
fn only_the_timer_it_waits_for_makes_it_look_again() {
    let before = members(&[("bob@x", &["Viewer"])]);
    let heeds_nothing = |run: &mut Driven, ticket: u64| {
        let asked = run.run.due(Ticket::new(ticket), || panic!("nothing is to be asked"));
        assert_eq!(asked, []);
    };
    let mut run = Driven::one(promote()).found(before.clone()).accepted();
    let reading = run.n_tickets;
    heeds_nothing(&mut run, reading);
    let mut run = run.found(before);
    heeds_nothing(&mut run, reading);
    let after = members(&[("bob@x", &["Editor"])]);
    assert_eq!(run.waits(2).found(after).outcome(), Outcome::Confirmed);
}

#[test]
fn a_copy_that_lags_behind_is_read_again_and_no_cause_is_made_up() {
    for (intent, before, after) in kinds() {
        let still = as_before(&intent, &before);
        let sent = || Driven::one(intent.clone()).found(before.clone()).accepted();
        let late = sent()
            .found(still.clone())
            .waits(2)
            .found(still.clone())
            .waits(2)
            .found(after);
        assert_eq!(late.outcome(), Outcome::Confirmed);
        let Outcome::NotSeen(says) = sent().finds_only(&still).outcome() else {
            panic!("{:?} does not read back", intent.change)
        };
        let says = says.as_str();
        assert!(says.starts_with("accepted, but not confirmed yet: "), "{says}");
        assert!(!says.contains("somebody"), "{says}");
    }
}

#[rstest]
#[case(members(&[("bob@x", &["Editor", "Admin"])]), "bob@x has Admin, Editor")]
#[case(members(&[("bob@x", &["Viewer"])]), "bob@x has Viewer")]
#[case(members(&[]), "bob@x is not a member")]
fn what_is_there_instead_is_told(#[case] there: Found, #[case] says: &str) {
    let run = Driven::one(promote()).found(members(&[("bob@x", &["Viewer"])]));
    let outcome = run.accepted().finds_only(&there).outcome();
    let says = SafeText::new(&format!("accepted, but not confirmed yet: {says}"));
    assert_eq!(outcome, Outcome::NotSeen(says));
    assert!(!outcome.is_done());
}

/// A request that moves several roles can end in the middle of them: nobody else is needed for that.
#[rstest]
#[case(&["Viewer"], &["Editor"], &["Editor", "Viewer"], true)]
#[case(&["Editor", "Viewer"], &["Admin", "Viewer"], &["Viewer"], true)]
#[case(&["Editor", "Viewer"], &[], &["Viewer"], true)]
#[case(&["Viewer"], &["Editor"], &[], true)]
#[case(&["Viewer"], &["Editor"], &["Viewer"], false)]
#[case::somebody_else(&["Viewer"], &["Editor"], &["Admin"], false)]
#[case::somebody_else(&["Viewer"], &["Editor", "Viewer"], &["Editor"], false)]
#[case::somebody_else(&["Admin", "Viewer"], &["Editor", "Viewer"], &["Editor", "Admin"], false)]
fn what_ended_in_the_middle_is_half_done(
    #[case] before: &[&str],
    #[case] after: &[&str],
    #[case] there: &[&str],
    #[case] is_between: bool,
    #[values(FailureKind::ServerError, FailureKind::OutcomeUnknown)] kind: FailureKind,
) {
    let (workspace, principal, held) = (ws(), who("bob@x"), before);
    let before = set(held);
    let change = if after.is_empty() {
        Change::Roles {
            workspace,
            principal,
            before,
            after: RoleSet::default(),
        }
    } else {
        Change::Roles {
            workspace,
            principal,
            before,
            after: set(after),
        }
    };
    let run = Driven::one(change)
        .found(members(&[("bob@x", held)]))
        .refused(kind.clone());
    let run = run.finds_only(&members(&[("bob@x", there)]));
    let settled = run.run.settled()[0].clone();
    let outcome = run.outcome();
    if let (Outcome::HalfDone(held, _), true) = (&outcome, is_between) {
        let end = "and the last request may still take effect";
        assert_eq!(held.as_str(), format!("bob@x now has {}, {end}", set(there).shown()));
    } else {
        let as_before = Outcome::NotApplied(failure(kind));
        assert_eq!((outcome, is_between), (as_before, false));
    }
    let watch = Watch::over(settled, Timestamp::UNIX_EPOCH);
    let come = watch.come_true(&members(&[("bob@x", after)])).unwrap().outcome;
    assert!(matches!(come, Outcome::Applied(_)), "{come:?}");
}

#[test]
fn who_took_a_role_away_is_not_known() {
    let change = Change::Roles {
        workspace: ws(),
        principal: who("bob@x"),
        before: set(&["Admin", "Viewer"]),
        after: set(&["Editor"]),
    };
    let outcome = Driven::one(change).found(members(&[("bob@x", &["Viewer"])])).outcome();
    let says = "changed since you opened this: bob@x Admin, Viewer → Viewer";
    assert_eq!(outcome, Outcome::Drifted(SafeText::new(says)));
}

#[test]
fn stopping_does_not_stop_the_looking() {
    let mut run = Driven::one(remove())
        .found(members(&[("bob@x", &["Viewer"])]))
        .refused(FailureKind::OutcomeUnknown)
        .found(members(&[("bob@x", &["Viewer"])]));
    assert_eq!(run.run.stop(), []);
    assert!(matches!(
        run.waits(2).found(members(&[])).outcome(),
        Outcome::Applied(_)
    ));
}

#[test]
fn a_change_whose_token_was_turned_down_is_read_back_and_only_then_sent_again() {
    for (intent, before, after) in kinds() {
        let change = intent.change.clone();
        let (targets, still) = (
            (target_before(&intent), target_after(&change)),
            as_before(&intent, &before),
        );
        let turned_down = || {
            let run = Driven::one(intent.clone()).found(before.clone()).sends(&change);
            run.refused(FailureKind::TurnedDown).reads(targets.1.clone())
        };
        let carried_out = turned_down().found(after.clone()).outcome();
        assert_eq!(carried_out, Outcome::Applied(failure(FailureKind::TurnedDown)));
        let again = turned_down()
            .found(still)
            .reads(targets.0.clone())
            .found(before.clone());
        let again = again.sends(&change).accepted().found(after);
        assert_eq!(again.outcome(), Outcome::Confirmed);
        let unread = turned_down().unread(FailureKind::Unreachable).outcome();
        assert_eq!(unread, Outcome::Unknown(failure(FailureKind::TurnedDown)));
    }
}

#[test]
fn a_token_is_not_turned_down_for_ever() {
    let before = members(&[("bob@x", &["Viewer"])]);
    let run = Driven::one(remove())
        .found(before.clone())
        .refused(FailureKind::TurnedDown);
    let run = run.found(before.clone()).found(before.clone()).sends(&remove());
    let run = run.refused(FailureKind::TurnedDown).found(before);
    assert_eq!(run.outcome(), Outcome::Refused(failure(FailureKind::Unauthorized)));
}

#[test]
fn what_was_turned_down_is_not_sent_again_once_it_is_stopped() {
    let before = || members(&[("bob@x", &["Viewer"])]);
    let turned_down = || Driven::one(promote()).found(before()).refused(FailureKind::TurnedDown);
    let not_applied = Outcome::NotApplied(failure(FailureKind::TurnedDown));
    let mut being_read = turned_down();
    assert_eq!(being_read.run.stop(), [], "its request is out");
    assert_eq!(being_read.found(before()).outcome(), not_applied);
    let mut about_to_be_sent = turned_down().found(before());
    assert_eq!(about_to_be_sent.run.stop(), []);
    assert_eq!(about_to_be_sent.found(before()).outcome(), not_applied);
    let mut done = turned_down();
    assert_eq!(done.run.stop(), []);
    let done = done.found(members(&[("bob@x", &["Editor"])])).outcome();
    assert_eq!(done, Outcome::Applied(failure(FailureKind::TurnedDown)));
}

#[test]
fn what_changed_while_the_token_was_turned_down_is_not_overwritten() {
    let before = || members(&[("bob@x", &["Viewer"])]);
    let run = Driven::one(promote()).found(before()).refused(FailureKind::TurnedDown);
    let run = run.found(before()).found(members(&[("bob@x", &["Admin"])]));
    assert_eq!(run.outcome(), Outcome::NotApplied(failure(FailureKind::TurnedDown)));
}

#[test]
fn what_is_carried_out_while_it_is_about_to_be_sent_again_is_not_said_to_have_stayed_here() {
    let before = || members(&[("bob@x", &["Viewer"])]);
    let about_to = || {
        let run = Driven::one(promote()).found(before()).refused(FailureKind::TurnedDown);
        run.found(before())
    };
    let done = about_to().found(members(&[("bob@x", &["Editor"])])).outcome();
    assert_eq!(done, Outcome::Applied(failure(FailureKind::TurnedDown)));
    let unread = about_to().unread(FailureKind::Unreachable).outcome();
    assert_eq!(unread, Outcome::Unknown(failure(FailureKind::TurnedDown)));
    let unsent = about_to().found(before()).refused(FailureKind::NeverSent).outcome();
    assert_eq!(unsent, Outcome::NotApplied(failure(FailureKind::NeverSent)));
}

#[rstest]
#[case(create(), Found::Workspace(None), Found::Workspace(Some(workspace(None))))]
#[case(remove(), members(&[("bob@x", &["Viewer"])]), members(&[]))]
fn what_a_gateway_turned_down_after_it_was_done_is_done(
    #[case] change: Change,
    #[case] before: Found,
    #[case] after: Found,
) {
    let run = Driven::one(change).found(before).refused(FailureKind::Unauthorized);
    let outcome = run.found(after).outcome();
    assert_eq!(outcome, Outcome::Applied(failure(FailureKind::Unauthorized)));
}

#[test]
fn a_watch_ends_and_takes_only_what_shows_its_change() {
    let settled = Settled {
        change: remove(),
        outcome: Outcome::NotApplied(failure(FailureKind::OutcomeUnknown)),
        now: None,
        sent: None,
        in_flight: Some(remove()),
    };
    let watch = Watch::over(settled, Timestamp::UNIX_EPOCH);
    assert_eq!(watch.come_true(&members(&[("bob@x", &["Viewer"])])), None);
    assert_eq!(watch.come_true(&Found::Workspace(None)), None);
    let come = watch.come_true(&members(&[])).map(|settled| settled.outcome);
    assert_eq!(come, Some(Outcome::Applied(failure(FailureKind::OutcomeUnknown))));
    assert!(watch.is_about_the_target_of(&promote()) && !watch.is_about_the_target_of(&add("carol@x")));
    let mut watches = Watches {
        all: vec![watch],
        ..Watches::default()
    };
    let mut pauses = Vec::new();
    let mut now = Timestamp::UNIX_EPOCH;
    while let Some(due) = watches.next_due() {
        pauses.push(due.duration_since(now).as_secs());
        now = due;
        let target = watches.next_target(now).unwrap();
        assert_eq!(watches.looked_at(&target, None, now), []);
    }
    assert_eq!(pauses, [10, 20, 30]);
}

#[test]
fn of_many_lost_answers_some_are_looked_after_and_a_look_serves_all_in_its_workspace() {
    let mut watches = Watches::default();
    for n in 0..10_000 {
        let change = add(&format!("p{n}@x"));
        let settled = |outcome, in_flight| Settled {
            change: change.clone(),
            outcome,
            now: None,
            sent: None,
            in_flight,
        };
        watches.add(&settled(Outcome::Confirmed, None), Timestamp::UNIX_EPOCH);
        let lost = Outcome::NotApplied(failure(FailureKind::OutcomeUnknown));
        watches.add(&settled(lost, Some(change.clone())), Timestamp::UNIX_EPOCH);
    }
    assert_eq!((watches.all.len(), watches.n_left_out), (200, 9_800));
    let now = watches.next_due().unwrap();
    let target = watches.next_target(now).unwrap();
    let found = members(&[("p0@x", &["Viewer"]), ("p7@x", &["Viewer"])]);
    assert_eq!(watches.looked_at(&target, Some(&found), now).len(), 2);
    assert_eq!(watches.next_target(now), None, "nothing more is read");
}

#[test]
fn who_is_listed_and_not_found_is_told_who_can_mend_that() {
    let jose = |roles: &[&str]| members(&[("josé@x", roles), ("al@x", &["Admin"])]);
    let change = Change::Roles {
        workspace: ws(),
        principal: who("josé@x"),
        before: set(&["Viewer"]),
        after: RoleSet::default(),
    };
    let run = Driven::one(change)
        .found(jose(&["Viewer"]))
        .refused(FailureKind::NotFound);
    let Outcome::Refused(failure) = run.found(jose(&["Viewer"])).outcome() else {
        panic!("the platform said no")
    };
    assert!(
        failure
            .next
            .as_str()
            .contains("a platform admin has to change its role-binding rows")
    );
    let change = Change::Roles {
        workspace: ws(),
        principal: who("josé@x"),
        before: set(&["Viewer"]),
        after: set(&["Editor"]),
    };
    let run = Driven::one(change).found(jose(&["Viewer"])).accepted();
    let Outcome::NotSeen(says) = run.finds_only(&jose(&["Editor", "Viewer"])).outcome() else {
        panic!("it does not read back")
    };
    let says = says.as_str();
    assert!(
        says.contains("josé@x has Editor, Viewer; on PostgreSQL the platform"),
        "{says}"
    );
}
