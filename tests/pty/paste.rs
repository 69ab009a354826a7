//! Pasted text goes into text fields and never presses a key.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create};
use nmp_console::domain::role::Role;

const NOTICE: &str = "pasted text goes into text fields only";

#[test]
fn a_paste_on_a_list_does_nothing() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.paste("q").shows(&[NOTICE, "Workspaces (2)"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}

#[test]
fn a_paste_never_confirms() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(&platform).args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (2)"]).hides("loading");
    console.press("G").shows(&["▸ bob@example.com"]);
    console.press("d").shows(&["Remove member", "n no"]);
    console.paste("y\ny\r\n").shows(&[NOTICE, "Remove member"]);
    console.press("n").hides("Remove member");
    assert_eq!(platform.members("ml-team").len(), 2);
}

#[test]
fn a_paste_into_a_field_stays_text() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.press("n").shows(&["New workspace"]);
    console
        .paste("ml-\x1b[31mteam\ny\n")
        .shows(&["New workspace", "ml-team y"]);
    assert!(!platform.has("ml-team"));
    console.press("ctrl-u").type_text("ml-team").press("tab");
    console.paste("one\ntwo").shows(&["one two"]);
    console
        .press("enter")
        .shows(&["created workspace 'ml-team': confirmed"]);
}

/// The console on the members of `ml-team`, with the cursor above bob.
fn above_bob(platform: &Platform) -> Console {
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let console = Setup::on(platform).args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (2)"]).hides("loading");
    console
}

#[test]
fn letters_in_one_piece_answer_no_question_that_they_have_opened() {
    let platform = Platform::empty();
    let mut console = above_bob(&platform);
    console.send(b"jdy").shows(&["Remove member", "bob@example.com"]);
    console.shows(&["y was typed before this question stood on the screen"]);
    assert_eq!(platform.members("ml-team").len(), 2);
    console.press("y").shows(&["Members of ml-team (1)"]);
}

#[test]
fn a_paste_without_brackets_presses_nothing() {
    let platform = Platform::empty();
    let mut console = above_bob(&platform);
    for paste in [
        &b"judy@example.com\n"[..],
        b"judy@example.com\r",
        b"dave\ryes\r",
        b"quarterly",
    ] {
        console.send(paste).shows(&[NOTICE]);
        console.press("j").hides("Remove member");
        console.press("ctrl-l").hides(NOTICE);
    }
    console.press("d").shows(&["Remove member", "n no"]);
    console.send(b"y\r").shows(&["came in one piece with other keys"]);
    console.press("n").hides("Remove member");
    assert_eq!(platform.members("ml-team").len(), 2);
}

#[test]
fn a_paste_without_brackets_into_a_field_stays_text() {
    let platform = Platform::empty();
    let mut console = above_bob(&platform);
    console.press("a").shows(&["Add member"]);
    console.send(b"ann@example.com\rcleo@example.com\rdan@example.com\r");
    console.shows(&[
        "ann@example.com; cleo@example.com; dan@example.com",
        "press it by itself",
    ]);
    assert_eq!(platform.members("ml-team").len(), 2);
    console.press("enter").shows(&["3 applied"]);
    assert_eq!(platform.members("ml-team").len(), 5);
}

#[test]
fn a_name_pasted_without_brackets_does_not_confirm() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut console = Setup::on(&platform).open();
    console.press("G").shows(&["▸ system"]);
    console.press("g").hides("▸ system");
    console.press("/").type_text("ml-team").press("enter");
    console.shows(&["▸ ml-team"]);
    console.press("d").shows(&["type ml-team to confirm"]);
    console.send(b"ml-team\r").shows(&["press it by itself"]);
    assert!(platform.has("ml-team"));
    console.press("enter").shows(&["deleted workspace 'ml-team'"]);
}
