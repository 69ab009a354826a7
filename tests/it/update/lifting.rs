//! Read-only lifted for some minutes: what can be lifted, what is asked for that, and how it ends.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::dialog::Stage;
use nmp_console::app::failure::Failure;
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Effect, Msg};
use nmp_console::app::session::{Lifting, Session};
use nmp_console::domain::context::LIFTED_FOR;
use nmp_console::domain::reason::Reasons;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;

const REFUSED: &str = "read-only (set by config.toml): nothing can be changed; O allows changes for five minutes";

fn read_only(lifting: Lifting) -> Session {
    Session {
        read_only: Some(SafeText::new("set by config.toml")),
        lifting,
        ..session()
    }
}

fn opened(session: Session) -> Console {
    let mut console = Console::start(platform(), session);
    console.settle();
    console
}

/// Read-only, and lifted.
fn lifted() -> Console {
    let mut console = opened(read_only(Lifting::Possible));
    console.press("O").write("prod").press("enter").settle();
    assert!(is_lifted(&console.model), "{}", console.notice());
    console
}

fn is_lifted(model: &Model) -> bool {
    model.session.lifted_until().is_some()
}

fn is_hinted(console: &Console) -> bool {
    console.model.hints().iter().any(|(binding, _)| binding.keys == ["O"])
}

#[rstest]
#[case::not_read_only(session(), Some("this connection is not read-only"))]
#[case::by_this_run(
    Session { read_only: Some(SafeText::new("--read-only")), ..session() },
    Some("--read-only was asked for with this very run: start without it to change anything")
)]
#[case::by_a_file(read_only(Lifting::Possible), None)]
fn what_can_be_lifted(#[case] session: Session, #[case] why_not: Option<&str>) {
    let mut console = opened(session);
    assert_eq!(console.why_not("O").as_deref(), why_not);
    assert_eq!(is_hinted(&console), why_not.is_none());
    console.press("O");
    assert_eq!(console.model.dialogs.is_empty(), why_not.is_some());
}

#[test]
fn nothing_is_lifted_before_it_is_known_who_does_that() {
    let console = Console::start(platform(), read_only(Lifting::Possible));
    let why = "still checking the server and your rights: no changes until they are known";
    assert_eq!(console.why_not("O").as_deref(), Some(why));
}

#[test]
fn the_name_is_typed_and_then_everything_works() {
    let mut console = opened(read_only(Lifting::Possible));
    console.press("n");
    assert_eq!(console.notice(), REFUSED);
    console.press("O").write("pro").press("enter");
    assert!(console.asked.is_empty(), "{:?}", console.asked);
    console.write("d").press("enter");
    let [Effect::Lift { provenance, .. }] = &console.asked[..] else {
        panic!("{:?}", console.asked);
    };
    assert_eq!(
        (provenance.reason.as_deref(), provenance.caller.name()),
        (None, "alice@example.com")
    );
    assert!(!is_lifted(&console.model), "not before it is written down");
    assert_eq!(
        console.why_not("O").as_deref(),
        Some("that is being written into the journal")
    );
    console.settle();
    assert_eq!(console.notice(), "changes are allowed until 00:05:00 UTC; O ends that");
    assert!(console.delays.contains(&LIFTED_FOR), "{:?}", console.delays);
    console.press("n").write("lab").press("enter").settle();
    assert_eq!(console.sent.len(), 1, "{}", console.notice());
}

#[test]
fn where_the_policy_demands_reasons_it_demands_one() {
    let mut reasons = Reasons::default();
    reasons.demand("delete").unwrap();
    let mut console = opened(Session {
        reasons,
        ..read_only(Lifting::Possible)
    });
    console.press("O").write("prod").press("enter");
    assert!(console.notice().starts_with("the policy demands a reason"));
    console.write("OPS-12").press("enter").press("enter");
    let Some(Effect::Lift { provenance, .. }) = console.asked.first() else {
        panic!("{:?}", console.asked);
    };
    assert_eq!(provenance.reason.as_deref(), Some("OPS-12"));
}

#[test]
fn what_cannot_be_written_down_is_not_lifted() {
    let mut console = opened(read_only(Lifting::Possible));
    console.press("O").write("prod").press("enter");
    console.platform.connector.broken = Some(Failure::local("the disk is full", "free some space"));
    console.settle();
    assert!(!is_lifted(&console.model));
    assert_eq!(console.notice(), "the disk is full. free some space");
    console.press("n");
    assert_eq!(console.notice(), REFUSED);
}

#[test]
fn the_same_key_ends_it() {
    let mut console = lifted();
    console.press("O");
    assert_eq!(console.lifts_ended, ["as its user asked"]);
    assert_eq!(console.notice(), "read-only again");
    console.press("n");
    assert_eq!(console.notice(), REFUSED);
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn it_ends_by_itself_under_an_open_dialog() {
    let mut console = lifted();
    console.press("n").write("lab").skip(300).press("enter").settle();
    assert_eq!(console.lifts_ended, ["the five minutes were over"]);
    assert_eq!(console.problem(), REFUSED);
    assert_eq!(console.sent.len(), 0);
}

#[test]
fn it_ends_after_five_minutes_whatever_the_time_of_day_says() {
    let mut console = lifted();
    let timers = console.timers.clone();
    console.skip(-1_000);
    for timer in timers {
        console.tell(Msg::Due(timer));
    }
    assert!(!is_lifted(&console.model));
    assert_eq!(console.notice(), "read-only again: the five minutes are over");
}

#[test]
fn a_plan_stops_after_what_is_under_way() {
    let mut console = lifted();
    console.go_to("ml-team").press("enter").settle();
    console.press("a").write("d@x e@x f@x").press("enter").step();
    assert_eq!(console.sends().len(), 1);
    console.skip(300).tell(Msg::Resumed);
    let told = "read-only again: the five minutes are over; 2 changes were not sent";
    assert_eq!(console.notice(), told);
    let Stage::Running(run) = &console.dialog().stage else {
        panic!("the dialog waits for what is under way");
    };
    assert_eq!((run.n_under_way(), run.n_given_up()), (1, 2));
    console.settle();
    assert_eq!(console.sent.len(), 1);
    console.press("enter").settle();
    assert_eq!(console.problem(), REFUSED);
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn who_switches_or_quits_ends_it() {
    let mut console = lifted();
    console.press("C").settle().go_to("lab").press("enter").settle();
    assert_eq!(console.lifts_ended, ["the console went elsewhere"]);
    let mut console = lifted();
    console.press("q");
    assert!(console.has_quit());
    assert_eq!(console.lifts_ended, ["the console was quit"]);
}

#[test]
fn a_workspace_without_an_admin_is_mended_once_changes_are_allowed_again() {
    let mut console = lifted();
    console.go_to("lonely");
    let before = console.why_not("R");
    console.press("O");
    assert_eq!(console.why_not("R").as_deref(), Some(REFUSED));
    assert_eq!(before.as_deref(), Some("no workspace was left without an Admin"));
}
