//! What is said of a change that an earlier session has left open, by what is there now.

use super::platform;
use crate::console::{Console, session};
use crate::platform::{Platform, at, roles, who};
use jiff::Timestamp;
use nmp_console::app::msg::Of;
use nmp_console::app::session::Session;
use nmp_console::domain::activity::{Caller, LeftOver, Open, RecordId, Verdict};
use nmp_console::domain::change::Change;
use pretty_assertions::assert_eq;
use rstest::rstest;

fn member(before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: at("ml-team"),
        principal: who("bob@example.com"),
        before: roles(before),
        after: roles(after),
    }
}

fn open(change: Change) -> Open {
    Open {
        id: RecordId::new("earlier-1"),
        at: Timestamp::from_second(-3600).unwrap(),
        caller: Caller {
            subject: None,
            email: Some("alice@example.com".to_owned()),
        },
        change,
        workspace_id: None,
        is_superseded: false,
    }
}

/// What is written down of it, and what is told.
fn concluded(platform: Platform, open: Open) -> (Option<Verdict>, String) {
    let left = LeftOver {
        deletions: Vec::new(),
        open: vec![open],
    };
    let mut console = Console::start(platform, Session { left, ..session() });
    console.settle();
    let [(of, conclusion)] = &console.concluded[..] else {
        return (None, console.notice().to_owned());
    };
    assert_eq!(*of, Of::Left(RecordId::new("earlier-1")));
    assert!(!conclusion.may_come_true);
    (Some(conclusion.verdict), console.notice().to_owned())
}

/// Bob is Viewer of `ml-team`, which has no description.
#[rstest]
#[case::done(member(&[], &["Viewer"]), Some(Verdict::Applied), "'add bob@example.com to 'ml-team' as Viewer': applied")]
#[case::not_done(member(&["Viewer"], &["Editor"]), Some(Verdict::NotApplied), "not applied")]
#[case::neither(member(&["Editor"], &["Admin"]), Some(Verdict::Unknown), "now Viewer, neither what was wanted")]
#[case::one_of_two_rows(member(&["Viewer"], &["Viewer"]), Some(Verdict::Unknown), "the roles do not show it")]
#[case::described(Change::Describe { workspace: at("ml-team"), before: Some("x".to_owned()), after: "y".to_owned() }, Some(Verdict::Unknown), "neither what was wanted")]
#[case::not_described(Change::Describe { workspace: at("ml-team"), before: None, after: "y".to_owned() }, Some(Verdict::NotApplied), "not applied")]
#[case::not_created(Change::CreateWorkspace { name: at("sales"), description: None }, Some(Verdict::NotApplied), "not applied")]
#[case::deleted(Change::DeleteWorkspace { workspace: at("sales") }, Some(Verdict::Applied), "applied")]
#[case::not_deleted(Change::DeleteWorkspace { workspace: at("ml-team") }, Some(Verdict::NotApplied), "not applied")]
fn the_present_says_what_it_can(#[case] change: Change, #[case] verdict: Option<Verdict>, #[case] words: &str) {
    let (ended, told) = concluded(platform(), open(change));
    assert_eq!(ended, verdict);
    assert!(told.contains(words), "{told}");
}

#[test]
fn what_was_changed_again_since_is_not_judged_by_the_present() {
    let later = Open {
        is_superseded: true,
        ..open(member(&["Editor"], &["Viewer"]))
    };
    let (ended, told) = concluded(platform(), later);
    assert_eq!(ended, Some(Verdict::Unknown));
    assert!(told.contains("changed again since"), "{told}");
}

#[test]
fn a_workspace_made_anew_shows_that_the_first_was_deleted() {
    let another = Open {
        workspace_id: Some("another-id".to_owned()),
        ..open(Change::DeleteWorkspace {
            workspace: at("ml-team"),
        })
    };
    let (ended, told) = concluded(platform(), another);
    assert_eq!(ended, Some(Verdict::Applied));
    assert!(told.contains("a new workspace"), "{told}");
}

#[test]
fn what_may_still_arrive_stays_open() {
    let young = Open {
        at: Timestamp::UNIX_EPOCH,
        ..open(member(&["Viewer"], &["Editor"]))
    };
    let (ended, told) = concluded(platform(), young);
    assert_eq!(ended, None);
    assert!(told.contains("may still arrive"), "{told}");
}

#[test]
fn what_somebody_else_left_open_is_left_to_them() {
    let other = Open {
        caller: Caller {
            subject: None,
            email: Some("mallory@example.com".to_owned()),
        },
        ..open(member(&[], &["Viewer"]))
    };
    assert_eq!(concluded(platform(), other).0, None);
}
