//! Changes that go through the rows behind a member: row by row, each under the lock of what was read.

use super::*;
use crate::app::change::watch::Watches;
use crate::domain::binding::{Binding, Row, Rows, Step};
use crate::domain::identity::Identity;
use crate::domain::text::SafeText;

fn jose() -> Principal {
    who("josé@x")
}

/// A row: its number, whose, which role, and how often it was written.
fn row((number, principal, role, version): (i64, &str, &str, i64)) -> Row {
    let at = Some(Timestamp::from_second(number).unwrap());
    Row {
        binding: Binding {
            principal: who(principal),
            workspace: ws(),
            role: Role::from_platform(role),
            granted_at: at,
            granted_by: None,
            revoked_at: None,
            created_at: at,
        },
        name: ResourceName::from_platform(format!("rb-{number}")),
        version,
        data: serde_json::Map::new(),
    }
}

fn rows(rows: &[(i64, &str, &str, i64)]) -> Found {
    Found::Rows(Rows::new(rows.iter().copied().map(row).collect()))
}

const AL: (i64, &str, &str, i64) = (1, "al@x", "Admin", 1);
const VIEWER: (i64, &str, &str, i64) = (2, "josé@x", "Viewer", 1);
const EDITOR: (i64, &str, &str, i64) = (3, "josé@x", "Editor", 1);

fn change(before: &[&str], after: &[&str]) -> Change {
    let (workspace, principal, before) = (ws(), jose(), set(before));
    if after.is_empty() {
        return Change::Roles {
            workspace,
            principal,
            before,
            after: RoleSet::default(),
        };
    }
    Change::Roles {
        workspace,
        principal,
        before,
        after: set(after),
    }
}

fn by_an_admin(change: Change) -> Intent {
    Intent::from(change).told_by(&Identity {
        is_platform_admin: true,
        ..Identity::default()
    })
}

fn through(change: Change) -> Driven {
    Driven::one(by_an_admin(change)).reads(ChangeTarget::Rows(ws()))
}

fn take(numbered: (i64, &str, &str, i64)) -> Step {
    Step::TakeAway(Box::new(row(numbered)))
}

impl Driven {
    /// Asserts that exactly this one step is under way, which comes to `change`.
    fn takes(self, step: &Step, change: &Change) -> Self {
        let ticket = Ticket::new(self.n_tickets);
        assert_eq!(self.sent(), Some((ticket, change, Some(step))));
        assert!(self.run.is_sending());
        self
    }
}

#[test]
fn a_role_is_given_first_and_then_the_other_one_taken() {
    let run = through(change(&["Viewer"], &["Editor"])).found(rows(&[AL, VIEWER]));
    let run = run.takes(
        &Step::Give(set(&["Editor"])),
        &change(&["Viewer"], &["Editor", "Viewer"]),
    );
    let run = run
        .accepted()
        .reads(ChangeTarget::Rows(ws()))
        .found(rows(&[AL, VIEWER, EDITOR]));
    let run = run.takes(&take(VIEWER), &change(&["Editor", "Viewer"], &["Editor"]));
    let run = run
        .accepted()
        .reads(ChangeTarget::Rows(ws()))
        .found(rows(&[AL, EDITOR]));
    assert_eq!(run.run.n_all(), 1);
    let settled = run.run.settled()[0].clone();
    assert_eq!(settled.change, change(&["Viewer"], &["Editor"]), "told as one change");
    assert_eq!(run.outcome(), Outcome::Confirmed);
    let Some(Found::Members(roster)) = settled.now else {
        panic!("taken over as members");
    };
    assert_eq!(roster.roles_of(&jose()), set(&["Editor"]));
}

#[test]
fn whoever_holds_several_roles_is_removed_row_by_row_in_the_version_that_was_read() {
    let run = through(change(&["Editor", "Viewer"], &[])).found(rows(&[AL, VIEWER, EDITOR]));
    let run = run.takes(&take(EDITOR), &change(&["Editor", "Viewer"], &["Viewer"]));
    // Meanwhile somebody wrote the other row: the next step is taken on what is there now.
    let written = (2, "josé@x", "Viewer", 3);
    let run = run.accepted().found(rows(&[AL, written]));
    let run = run.takes(&take(written), &change(&["Viewer"], &[]));
    assert_eq!(run.accepted().found(rows(&[AL])).outcome(), Outcome::Confirmed);
}

#[test]
fn what_is_no_longer_as_it_was_seen_is_not_sent() {
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER, EDITOR]));
    assert!(matches!(run.outcome(), Outcome::Drifted(_)));
    let run = through(change(&["Viewer"], &[])).unread(FailureKind::Forbidden);
    assert!(matches!(run.outcome(), Outcome::NotSent(_)));
    // The members alone do not say what is to be written.
    let run = through(change(&["Viewer"], &[])).found(members(&[("josé@x", &["Viewer"])]));
    assert_eq!(run.outcome(), Outcome::NotSent(Failure::misfit()));
}

#[test]
fn the_last_admin_is_kept_here_since_the_platform_would_let_it_go() {
    let admin = (2, "josé@x", "Admin", 1);
    for after in [&[][..], &["Viewer"]] {
        let run = through(change(&["Admin"], after)).found(rows(&[admin, (3, "al@x", "Editor", 1)]));
        let Outcome::NotSent(failure) = run.outcome() else {
            panic!("nothing may go out");
        };
        assert_eq!(failure.kind, FailureKind::LastAdmin);
    }
    // The other one went while the first step was under way.
    let run = through(change(&["Admin"], &["Viewer"]))
        .found(rows(&[AL, admin]))
        .accepted();
    let run = run.found(rows(&[admin, VIEWER]));
    let Outcome::HalfDone(held, failure) = run.outcome() else {
        panic!("a part is done");
    };
    assert_eq!(held.as_str(), "josé@x now has Admin, Viewer");
    assert_eq!(failure.kind, FailureKind::LastAdmin);
}

#[rstest]
#[case::at_once(rows(&[AL]), Outcome::Applied(failure(FailureKind::OutcomeUnknown)))]
#[case::not_so_far(rows(&[AL, VIEWER]), Outcome::NotApplied(failure(FailureKind::OutcomeUnknown)))]
fn after_a_lost_answer_the_rows_tell_and_nothing_is_sent_again(#[case] there: Found, #[case] expected: Outcome) {
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER]));
    let run = run.takes(&take(VIEWER), &change(&["Viewer"], &[]));
    let run = run.refused(FailureKind::OutcomeUnknown).reads(ChangeTarget::Rows(ws()));
    assert_eq!(run.finds_only(&there).outcome(), expected);
}

#[test]
fn where_a_lost_answer_was_a_yes_the_next_step_is_taken() {
    let run = through(change(&["Viewer"], &["Editor"])).found(rows(&[AL, VIEWER]));
    let run = run
        .refused(FailureKind::OutcomeUnknown)
        .found(rows(&[AL, VIEWER, EDITOR]));
    let run = run.takes(&take(VIEWER), &change(&["Editor", "Viewer"], &["Editor"]));
    assert_eq!(run.accepted().found(rows(&[AL, EDITOR])).outcome(), Outcome::Confirmed);
}

#[test]
fn what_can_not_be_read_back_is_unknown_or_accepted() {
    let sent = || through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER]));
    let run = sent()
        .refused(FailureKind::OutcomeUnknown)
        .unread(FailureKind::Unreachable);
    assert_eq!(run.outcome(), Outcome::Unknown(failure(FailureKind::OutcomeUnknown)));
    let run = sent().accepted().unread(FailureKind::Forbidden);
    assert_eq!(run.outcome(), Outcome::Accepted(failure(FailureKind::Forbidden)));
    // Of two steps the first is no yes to both.
    let run = through(change(&["Viewer"], &["Editor"]))
        .found(rows(&[AL, VIEWER]))
        .accepted();
    let Outcome::HalfDone(held, why) = run.unread(FailureKind::Forbidden).outcome() else {
        panic!("the other step was not taken");
    };
    assert_eq!(
        held.as_str(),
        "josé@x should have Editor, Viewer after what was accepted, but reading back failed"
    );
    assert_eq!(why, failure(FailureKind::Forbidden));
    // After a clear no nothing has changed since the last look, but nobody saw that.
    let run = second_of_two().refused(FailureKind::Forbidden);
    let Outcome::HalfDone(held, _) = run.unread(FailureKind::Unreachable).outcome() else {
        panic!("the first step was taken");
    };
    assert_eq!(held.as_str(), "josé@x had Editor, Viewer when last read");
}

/// A change of two steps, the second of which is under way.
fn second_of_two() -> Driven {
    let run = through(change(&["Viewer"], &["Editor"])).found(rows(&[AL, VIEWER]));
    run.accepted().found(rows(&[AL, VIEWER, EDITOR]))
}

#[test]
fn where_the_last_step_is_in_doubt_the_change_is_half_done_and_not_undone() {
    let between = rows(&[AL, VIEWER, EDITOR]);
    let holds = "josé@x now has Editor, Viewer, and the last request may still take effect";
    let held = "josé@x had Editor, Viewer when last read, and the last request may still take effect";
    let lost = || second_of_two().refused(FailureKind::OutcomeUnknown);
    let ends = [
        (lost().finds_only(&between), holds, true),
        (lost().unread(FailureKind::Unreachable), held, true),
        (second_of_two().accepted().finds_only(&between), holds, false),
    ];
    for (run, says, stops) in ends {
        let expected = if stops {
            Outcome::Applied(Failure {
                next: SafeText::new(
                    "a request may still take effect late: close this, refresh, and check what is there now",
                ),
                ..failure(FailureKind::OutcomeUnknown)
            })
        } else {
            Outcome::Confirmed
        };
        let settled = run.run.settled()[0].clone();
        let outcome = run.outcome();
        let Outcome::HalfDone(held, _) = &outcome else {
            panic!("one step is done: {outcome:?}");
        };
        assert_eq!(held.as_str(), says);
        assert_eq!(outcome.stops_the_rest().is_some(), stops);
        // What nobody saw the end of is looked after: here it is the rest of the change.
        let came = come_late(&settled, &[("josé@x", &["Editor"])]);
        assert_eq!(came, [expected]);
    }
}

/// Returns what becomes of a change that is watched when the members turn out to be these.
fn come_late(settled: &Settled, there: &[(&str, &[&str])]) -> Vec<Outcome> {
    let mut watches = Watches::default();
    watches.add(settled, Timestamp::UNIX_EPOCH);
    let came = watches.looked_at(
        &ChangeTarget::Members(ws()),
        Some(&members(there)),
        Timestamp::UNIX_EPOCH,
    );
    came.into_iter().map(|one| one.outcome).collect()
}

#[test]
fn a_step_that_comes_true_late_is_seen_although_it_is_not_the_last() {
    let sent = || through(change(&["Viewer"], &["Editor"])).found(rows(&[AL, VIEWER]));
    let lost = || sent().refused(FailureKind::OutcomeUnknown);
    let ends = [
        lost().finds_only(&rows(&[AL, VIEWER])),
        lost().unread(FailureKind::Unreachable),
        sent().accepted().finds_only(&rows(&[AL, VIEWER])),
    ];
    for run in ends {
        let settled = &run.run.settled()[0];
        assert_eq!(come_late(settled, &[("josé@x", &["Viewer"])]), []);
        let [Outcome::HalfDone(held, why)] = &come_late(settled, &[("josé@x", &["Editor", "Viewer"])])[..] else {
            panic!("the first of two steps is done");
        };
        assert_eq!(held.as_str(), "josé@x now has Editor, Viewer");
        assert_eq!(
            why.headline.as_str(),
            "the last request took effect late, the rest was not sent"
        );
        let [whole] = &come_late(settled, &[("josé@x", &["Editor"])])[..] else {
            panic!("all of it is done, whoever did the rest");
        };
        assert!(whole.is_done());
    }
}

#[test]
fn what_nobody_can_see_coming_is_not_looked_for() {
    let twin = (4, "josé@x", "Viewer", 1);
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER, twin]));
    let run = run
        .refused(FailureKind::OutcomeUnknown)
        .finds_only(&rows(&[AL, VIEWER, twin]));
    assert!(matches!(run.run.settled()[0].outcome, Outcome::NotApplied(_)));
    assert_eq!(come_late(&run.run.settled()[0], &[]), []);
    // Nor what was refused, although a part of the change is done.
    let refused = second_of_two().refused(FailureKind::Forbidden);
    let refused = refused.found(rows(&[AL, VIEWER, EDITOR]));
    assert_eq!(come_late(&refused.run.settled()[0], &[("josé@x", &["Editor"])]), []);
}

#[test]
fn rows_that_keep_coming_back_are_not_followed_for_ever() {
    let mut run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER, (10, "josé@x", "Viewer", 1)]));
    let mut n_sent = 0;
    while run.run.is_sending() {
        assert!(n_sent < 100, "it has no end");
        n_sent += 1;
        // For each row that goes another one comes.
        let next = (10 + n_sent, "josé@x", "Viewer", 1);
        run = run.accepted().found(rows(&[AL, VIEWER, next]));
    }
    assert_eq!(n_sent, 5, "two rows, and some that may come meanwhile");
    let Outcome::HalfDone(held, why) = run.outcome() else {
        panic!("it is not finished");
    };
    assert_eq!(held.as_str(), "josé@x now has Viewer");
    assert_eq!(
        why.headline.as_str(),
        "after 5 requests there are still rows to change: they keep coming back"
    );
}

#[test]
fn however_many_rows_there_are_they_all_go() {
    let many: Vec<(i64, &str, &str, i64)> = (10..40).map(|n| (n, "josé@x", "Viewer", 1)).collect();
    let mut left = [&[AL], &many[..]].concat();
    let mut run = through(change(&["Viewer"], &["Editor"])).found(rows(&left));
    left.push(EDITOR);
    run = run.accepted().found(rows(&left));
    for row in many.iter().rev() {
        left.retain(|one| one != row);
        run = run.accepted().found(rows(&left));
    }
    assert_eq!(run.outcome(), Outcome::Confirmed);
}

#[rstest]
#[case::the_first(&["Viewer"], &[], false)]
#[case::the_second(&["Viewer"], &["Editor"], true)]
fn a_row_that_was_changed_meanwhile_stops_it(#[case] before: &[&str], #[case] after: &[&str], #[case] is_second: bool) {
    let mut run = through(change(before, after)).found(rows(&[AL, VIEWER]));
    let mut left = vec![AL, VIEWER];
    if is_second {
        left.push(EDITOR);
        run = run.accepted().found(rows(&left));
    }
    let refused = run.refused(FailureKind::Other).reads(ChangeTarget::Rows(ws()));
    let outcome = refused.found(rows(&left)).outcome();
    if is_second {
        let held = SafeText::new("josé@x now has Editor, Viewer");
        assert_eq!(outcome, Outcome::HalfDone(held, failure(FailureKind::Other)));
    } else {
        assert_eq!(outcome, Outcome::Refused(failure(FailureKind::Other)));
    }
}

#[test]
fn what_the_lock_kept_out_is_never_ours_whatever_reads_back() {
    let sent = || through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER]));
    let unread = sent().refused(FailureKind::Moved).unread(FailureKind::Unreachable);
    assert_eq!(unread.outcome(), Outcome::Refused(failure(FailureKind::Moved)));
    let Outcome::Refused(why) = sent().refused(FailureKind::Moved).found(rows(&[AL])).outcome() else {
        panic!("another request took it away");
    };
    assert_eq!(
        why.next.as_str(),
        "it is as you wanted it anyway: another request did it"
    );
    // Of several steps the others are not taken either.
    let run = second_of_two().refused(FailureKind::Moved).found(rows(&[AL, EDITOR]));
    assert!(matches!(run.outcome(), Outcome::HalfDone(..)));
}

#[test]
fn a_row_that_is_gone_already_counts_as_taken() {
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER]));
    let run = run.refused(FailureKind::NotFound).found(rows(&[AL]));
    assert_eq!(run.outcome(), Outcome::Applied(failure(FailureKind::NotFound)));
}

#[test]
fn two_rows_with_one_role_are_taken_one_after_the_other_and_never_twice() {
    let twin = (4, "josé@x", "Viewer", 1);
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER, twin]));
    let run = run.takes(&take(twin), &change(&["Viewer"], &["Viewer"]));
    let run = run.accepted().finds_only(&rows(&[AL, VIEWER, twin]));
    let Outcome::NotSeen(says) = run.outcome() else {
        panic!("accepted, and still in force");
    };
    assert_eq!(says.as_str(), "accepted, but not confirmed yet: josé@x has Viewer");
    let run = through(change(&["Viewer"], &[])).found(rows(&[AL, VIEWER, twin]));
    let run = run
        .accepted()
        .found(rows(&[AL, VIEWER]))
        .takes(&take(VIEWER), &change(&["Viewer"], &[]));
    assert_eq!(run.accepted().found(rows(&[AL])).outcome(), Outcome::Confirmed);
}

#[test]
fn with_a_renewed_token_a_step_goes_out_once_more_if_it_was_not_taken() {
    let turned_down = || {
        let run = through(change(&["Viewer"], &["Editor"]))
            .found(rows(&[AL, VIEWER]))
            .accepted();
        let run = run.found(rows(&[AL, VIEWER, EDITOR])).refused(FailureKind::TurnedDown);
        run.reads(ChangeTarget::Rows(ws()))
    };
    let run = turned_down()
        .found(rows(&[AL, VIEWER, EDITOR]))
        .reads(ChangeTarget::Rows(ws()));
    let run = run.found(rows(&[AL, VIEWER, EDITOR]));
    let run = run.takes(&take(VIEWER), &change(&["Editor", "Viewer"], &["Editor"]));
    assert_eq!(run.accepted().found(rows(&[AL, EDITOR])).outcome(), Outcome::Confirmed);
    // It was carried out all the same, seen at once or a moment later.
    let done = Outcome::Applied(failure(FailureKind::TurnedDown));
    assert_eq!(turned_down().found(rows(&[AL, EDITOR])).outcome(), done);
    let late = turned_down()
        .found(rows(&[AL, VIEWER, EDITOR]))
        .found(rows(&[AL, EDITOR]));
    assert_eq!(late.outcome(), done);
}

#[test]
fn a_plan_goes_on_where_one_is_half_done_and_stops_where_nothing_gets_through() {
    for (kind, stops) in [(FailureKind::Other, false), (FailureKind::Unauthorized, true)] {
        let other = Change::Describe {
            workspace: ws(),
            before: None,
            after: "new".to_owned(),
        };
        let first = by_an_admin(change(&["Viewer"], &["Editor"]));
        let run = Driven::of(vec![first, other.into()])
            .found(rows(&[AL, VIEWER]))
            .accepted();
        let run = run.found(rows(&[AL, VIEWER, EDITOR])).refused(kind);
        let run = run.found(rows(&[AL, VIEWER, EDITOR]));
        assert_eq!(run.run.is_over(), stops);
    }
}

#[test]
fn between_its_steps_a_change_is_half_way_and_not_before_or_after() {
    let n_half_way = |run: &Driven| run.run.unsettled().count();
    let whole = change(&["Viewer"], &["Editor"]);
    let run = through(whole.clone());
    assert_eq!(n_half_way(&run), 0);
    let run = run.found(rows(&[AL, VIEWER]));
    assert_eq!(run.run.unsettled().collect::<Vec<_>>(), [&whole]);
    let run = run.accepted();
    assert_eq!(n_half_way(&run), 1, "being read back");
    let run = run.found(rows(&[AL, VIEWER, EDITOR]));
    assert_eq!(n_half_way(&run), 1, "the second is under way");
    let run = run.accepted().found(rows(&[AL, EDITOR]));
    assert_eq!(n_half_way(&run), 0);
}

#[test]
fn every_step_has_its_own_second_try_and_its_own_looks() {
    let (before, between) = (rows(&[AL, VIEWER]), rows(&[AL, VIEWER, EDITOR]));
    let run = through(change(&["Viewer"], &["Editor"])).found(before.clone());
    let run = run
        .refused(FailureKind::TurnedDown)
        .found(before.clone())
        .found(before.clone());
    let run = run.accepted().found(before).waits(2).found(between.clone());
    let run = run.takes(&take(VIEWER), &change(&["Editor", "Viewer"], &["Editor"]));
    let run = run
        .refused(FailureKind::TurnedDown)
        .found(between.clone())
        .found(between.clone());
    let run = run.takes(&take(VIEWER), &change(&["Editor", "Viewer"], &["Editor"]));
    let run = run.accepted().found(between.clone()).waits(2).found(between.clone());
    let run = run.waits(2).found(between).waits(4).found(rows(&[AL, EDITOR]));
    assert_eq!(run.outcome(), Outcome::Confirmed);
}
