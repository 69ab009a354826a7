//! When it is plain that the platform knows of a young right: what it refuses from then on is refused.

use super::{due, made, refuse_members, refuse_members_to, shows_no_refusal};
use crate::console::Console;
use crate::platform::at;
use crate::update::members_of;
use nmp_console::app::fresh::Right;
use nmp_console::domain::role::Role;
use nmp_console::domain::workspace::CallerAccess;

/// Whether what the platform says no to is still taken for its not knowing of the right.
fn is_doubted(console: &Console, workspace: &str) -> Option<bool> {
    console.model.young_right(&at(workspace)).map(|right| right.is_refused)
}

#[test]
fn whoever_is_let_in_without_seeing_the_members_is_no_longer_refused() {
    let mut console = members_of("ml-team");
    console
        .go_to("alice@example.com")
        .press("e")
        .press("e")
        .write("ml-team")
        .press("enter");
    console.step().step().step();
    refuse_members_to(&mut console, "ml-team", CallerAccess::Nothing);
    assert_eq!(is_doubted(&console, "ml-team"), Some(true));
    due(&mut console);
    refuse_members_to(&mut console, "ml-team", CallerAccess::AtLeastViewer);
    assert_eq!(
        is_doubted(&console, "ml-team"),
        Some(false),
        "an Editor does not see the members"
    );
}

#[test]
fn a_change_that_was_made_shows_that_the_platform_knows_of_the_right() {
    let mut console = made();
    refuse_members(&mut console);
    assert_eq!(is_doubted(&console, "sales"), Some(true));
    console
        .press("a")
        .write("dan@example.com")
        .press("enter")
        .step()
        .step()
        .step();
    assert_eq!(console.sent.len(), 2, "{:?}", console.unanswered);
    assert_eq!(is_doubted(&console, "sales"), Some(false));
}

/// Whoever everyone's role lets in, or nobody knows what lets in, is not yet what they have become.
#[test]
fn less_than_the_young_right_does_not_tell_that_the_platform_knows_of_it() {
    let mut console = made();
    console.settle();
    console
        .model
        .fresh
        .gain(&at("sales"), Right::new(Role::Editor, console.model.now));
    console.press("r");
    for less in [
        CallerAccess::Unknown,
        CallerAccess::Holds(Role::Viewer),
        CallerAccess::Nothing,
    ] {
        refuse_members_to(&mut console, "sales", less);
        shows_no_refusal(&console);
        due(&mut console);
    }
    refuse_members_to(&mut console, "sales", CallerAccess::Holds(Role::Editor));
    assert!(console.model.store.details(&at("sales")).is_withheld());
}
