//! Reasons: typed where a yes is asked for, written down, and demanded where a policy says so.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::session::Session;
use nmp_console::domain::reason::Reasons;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

/// The console on the members of `ml-team`, where these need a reason.
fn demanding(words: &[&str]) -> Console {
    let mut reasons = Reasons::default();
    for word in words {
        reasons.demand(word).unwrap();
    }
    let mut console = Console::start(platform(), Session { reasons, ..session() });
    console.settle();
    console.go_to("ml-team").press("enter").settle();
    console.press("/").write("bob").press("enter").settle();
    console
}

fn written(console: &Console) -> Vec<Option<&str>> {
    let records = console.platform.journal.iter();
    records
        .map(|record| record.reason.as_ref().map(SafeText::as_str))
        .collect()
}

#[test]
fn a_reason_goes_with_the_change() {
    let mut console = demanding(&[]);
    console
        .press("d")
        .settle()
        .press("ctrl-r")
        .write("left the team: y")
        .press("enter");
    assert!(console.is_confirming(), "its letters answer nothing");
    console.press("y").settle();
    assert_eq!(written(&console), [Some("left the team: y")]);
}

#[test]
fn without_one_nothing_is_written() {
    let mut console = demanding(&[]);
    console.press("d").settle().press("y").settle();
    assert_eq!(written(&console), [None]);
}

#[test]
fn what_the_policy_names_is_not_done_without_one() {
    let mut console = demanding(&["Admin"]);
    console.press("e a").settle().press("y").settle();
    assert!(console.is_confirming() && console.sent.is_empty());
    assert!(console.notice().contains("demands a reason"), "{}", console.notice());
    console.write("   ").press("enter y").settle();
    assert!(console.sent.is_empty(), "blanks are no reason");
    console.write("OPS-12").press("enter y").settle();
    assert_eq!(written(&console), [Some("OPS-12")]);
}

#[test]
fn what_is_done_at_once_otherwise_is_asked_about_where_it_needs_one() {
    let mut console = demanding(&["Editor"]);
    console.press("e ↓ enter").settle();
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-r").write("OPS-13").press("enter y").settle();
    assert_eq!(written(&console), [Some("OPS-13")]);
}

#[test]
fn what_everyone_may_do_is_asked_about_too() {
    let mut console = demanding(&["*"]);
    console.press("w v").settle().press("y").settle();
    assert!(console.sent.is_empty(), "{:?}", console.sent);
    console.write("open house").press("enter y").settle();
    assert_eq!(written(&console), [Some("open house")]);
}
