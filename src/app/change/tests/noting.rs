//! What stands in the journal once a request is over.

use super::*;
use crate::app::msg::Of;
use crate::domain::activity::{Caller, RecordId, Verdict};
use pretty_assertions::assert_eq;

fn noted(run: &Driven) -> Vec<(Of, Verdict, Option<RoleSet>)> {
    let concluded = run.concluded.iter();
    let noted = concluded.map(|(of, conclusion)| (of.clone(), conclusion.verdict, conclusion.found.clone()));
    noted.collect()
}

fn sent(ticket: u64) -> Of {
    Of::Sent(Ticket::new(ticket))
}

const BOB_IS_VIEWER: &[(&str, &[&str])] = &[("al@x", &["Admin"]), ("bob@x", &["Viewer"])];
const WITHOUT_BOB: &[(&str, &[&str])] = &[("al@x", &["Admin"])];

/// What is noted of adding bob@x as Viewer; the second ticket is that of the request.
#[rstest]
#[case::accepted_and_seen(|run: Driven| run.accepted().found(members(BOB_IS_VIEWER)), Verdict::Confirmed, Some(set(&["Viewer"])))]
#[case::accepted_and_not_read(|run: Driven| run.accepted().unread(FailureKind::Forbidden), Verdict::Accepted, None)]
#[case::accepted_and_not_seen(|run: Driven| run.accepted().finds_only(&members(WITHOUT_BOB)), Verdict::Accepted, Some(set(&[])))]
#[case::refused(|run: Driven| run.refused(FailureKind::Forbidden).found(members(WITHOUT_BOB)), Verdict::Refused, Some(set(&[])))]
#[case::lost_and_done(|run: Driven| run.refused(FailureKind::OutcomeUnknown).found(members(BOB_IS_VIEWER)), Verdict::Applied, Some(set(&["Viewer"])))]
#[case::lost_and_not_done(|run: Driven| run.refused(FailureKind::OutcomeUnknown).finds_only(&members(WITHOUT_BOB)), Verdict::NotApplied, Some(set(&[])))]
#[case::lost_and_not_read(|run: Driven| run.refused(FailureKind::OutcomeUnknown).unread(FailureKind::Unreachable), Verdict::Unknown, None)]
#[case::never_left(|run: Driven| run.refused(FailureKind::NeverSent), Verdict::NotSent, None)]
fn the_end_of_a_request_is_noted_once(
    #[case] ends: impl FnOnce(Driven) -> Driven,
    #[case] verdict: Verdict,
    #[case] found: Option<RoleSet>,
) {
    let run = ends(Driven::one(add("bob@x")).found(members(WITHOUT_BOB)));
    assert!(run.run.is_over());
    assert_eq!(noted(&run), [(sent(2), verdict, found)]);
}

#[test]
fn what_was_not_sent_is_not_noted() {
    let run = Driven::one(add("bob@x")).unread(FailureKind::Unreachable);
    assert!(run.run.is_over());
    assert_eq!(noted(&run), []);
}

#[test]
fn a_request_that_is_made_again_with_another_token_is_noted_twice() {
    let run = Driven::one(add("bob@x")).found(members(WITHOUT_BOB));
    let run = run.refused(FailureKind::TurnedDown).found(members(WITHOUT_BOB));
    let run = run.found(members(WITHOUT_BOB)).accepted().found(members(BOB_IS_VIEWER));
    let verdicts: Vec<Verdict> = noted(&run).into_iter().map(|(_, verdict, _)| verdict).collect();
    assert_eq!(verdicts, [Verdict::NotApplied, Verdict::Confirmed]);
    assert_ne!(run.concluded[0].0, run.concluded[1].0, "each under its own number");
}

#[test]
fn a_change_that_cannot_be_written_down_ends_the_plan() {
    let run = Driven::of(vec![add("bob@x").into(), add("eve@x").into()]);
    let run = run.found(members(WITHOUT_BOB)).refused(FailureKind::NotJournalled);
    assert!(run.run.is_over());
    let settled = run.run.settled();
    assert!(settled.len() == 2 && settled.iter().all(|one| matches!(one.outcome, Outcome::NotSent(_))));
}

#[test]
fn the_changes_of_a_plan_go_out_as_its_parts_and_signed() {
    let caller = Caller {
        subject: None,
        email: Some("al@x".to_owned()),
    };
    let provenance = Provenance {
        caller,
        reason: Some("OPS-12".to_owned()),
        ..Provenance::default()
    };
    let sends = |mut run: Driven| {
        run.run.sign(provenance.clone());
        let run = run.found(members(WITHOUT_BOB));
        let [Effect::Send { provenance, .. }] = &run.asked[..] else {
            panic!("{:?}", run.asked);
        };
        provenance.clone()
    };
    let undo = Intent {
        undoes: Some(RecordId::new("abc-1")),
        ..Intent::from(add("bob@x"))
    };
    let alone = sends(Driven::one(undo));
    assert_eq!((alone.plan, alone.undoes.clone()), (None, Some(RecordId::new("abc-1"))));
    assert_eq!((&alone.caller, &alone.reason), (&provenance.caller, &provenance.reason));
    let of_a_plan = sends(Driven::of(vec![add("bob@x").into(), add("eve@x").into()]));
    assert_eq!(of_a_plan.plan, Some(1));
}

#[test]
fn what_is_deleted_is_written_down_as_it_was() {
    let run = Driven::one(delete()).found(contents(1));
    let [Effect::Send { provenance, .. }] = &run.asked[..] else {
        panic!("{:?}", run.asked);
    };
    assert_eq!(provenance.deleted.as_deref(), Some(&workspace(None)));
}
