//! Letters that choose a role and apply it, for one member and for everyone.

use super::{members_of, members_on, platform};
use crate::console::Console;
use crate::platform::roles;
use nmp_console::app::dialog::Stage;
use nmp_console::domain::policy::{Consequence, Tier};
use nmp_console::domain::role::Role;
use pretty_assertions::assert_eq;

fn tier(console: &Console) -> Option<Tier> {
    match &console.dialog().stage {
        Stage::Confirming(confirm) => Some(confirm.tier),
        Stage::Editing | Stage::Running(_) => None,
    }
}

#[test]
fn a_letter_promotes_at_once_and_asks_before_admin_and_before_less() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e e").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Editor"]));
    console.press("e a");
    assert_eq!(tier(&console), Some(Tier::YesNo));
    console.press("y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Admin"]));
    console.press("e v");
    assert_eq!(tier(&console), Some(Tier::YesNo));
    console.press("y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Viewer"]));
    assert_eq!(console.sent.len(), 3);
}

/// However long a keyboard waits before it repeats a key: the first repetition looks like a second press.
#[test]
fn the_letter_that_opened_the_dialog_applies_nothing_while_it_is_held_down() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").hold("e", 12).let_go().settle();
    assert!(console.is_editing() && console.sent.is_empty());
    assert_eq!(
        console.notice(),
        "e was held down, so nothing was changed; enter applies what is chosen"
    );
    console.press("e").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Editor"]));
}

#[test]
fn a_key_after_the_letter_that_opened_the_dialog_goes_on_from_what_is_shown() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").hold("e", 2).press("esc").wait();
    assert!(console.model.dialogs.is_empty() && console.sent.is_empty());
    console.hold("e", 2).press("enter").settle();
    assert_eq!(console.sent.len(), 1, "{:?}", console.sent);
}

#[test]
fn letters_that_come_in_one_piece_apply_nothing() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").rush("e e", false).settle();
    assert!(console.is_editing() && console.sent.is_empty());
    console.press("esc").rush("e a y", true).settle();
    assert!(console.is_editing() && console.sent.is_empty());
}

#[test]
fn the_present_role_is_no_change() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e v").settle();
    assert_eq!(console.problem(), "this is the current role: choose another");
    assert_eq!(console.sent, []);
}

#[test]
fn of_two_roles_none_is_chosen_before_somebody_chooses_it() {
    let mut platform = platform();
    platform.set("ml-team", "bob@example.com", &["Admin", "Editor"]);
    let mut console = members_on(platform, "ml-team");
    console.go_to("bob@example.com").press("e enter").settle();
    assert_eq!(console.problem(), "this is the current role: choose another");
    assert_eq!(console.sent, []);
    console.press("↓ enter y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Admin"]));
}

#[test]
fn only_from_everyone_can_the_role_be_taken_away_here() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e");
    assert_eq!(
        console.why_not("n").as_deref(),
        Some("a member is removed by d in the list of members")
    );
    console.press("↓ ↓ ↓ ↓");
    console.press("enter y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Admin"]));
}

#[test]
fn everyone_gets_a_role_and_loses_it_in_three_keys() {
    let mut console = members_of("ml-team");
    console.press("w n");
    assert_eq!(console.problem(), "this is the current role: choose another");
    console.press("v y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Viewer"]));
    console.press("w n");
    assert_eq!(tier(&console), Some(Tier::YesNo));
    assert_eq!(console.warnings(), [Consequence::EveryoneLoses(Role::Viewer)]);
    console.press("y").settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&[]));
    assert_eq!(console.sent.len(), 2);
}

#[test]
fn taking_everyone_away_is_asked_as_removing_the_row_is() {
    let mut platform = platform();
    platform.set("ml-team", "*", &["Editor"]);
    let mut console = members_on(platform, "ml-team");
    console.press("w n");
    let (by_letter, warned) = (tier(&console), console.warnings());
    console.press("n esc").go_to("*").press("d");
    assert_eq!((tier(&console), console.warnings()), (by_letter, warned));
}
