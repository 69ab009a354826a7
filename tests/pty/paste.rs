//! Pasted text goes into text fields and never presses a key.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create, described};
use nmp_console::domain::role::Role;
use std::time::Duration;

const NOTICE: &str = "you can paste only into text fields";

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
    console.shows(&["y was typed before this question was on screen"]);
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
    console.send(b"y\r").shows(&["arrived together with other keys"]);
    console.press("n").hides("Remove member");
    assert_eq!(platform.members("ml-team").len(), 2);
}

#[test]
fn a_paste_without_brackets_into_a_field_stays_text() {
    let platform = Platform::empty();
    let mut console = above_bob(&platform);
    console.press("a").shows(&["Add member"]);
    console.send(b"ann@example.com\rcleo@example.com\rdan@example.com\r");
    console.shows(&["ann@example.com; cleo@example.com; dan@example.com", "press it again"]);
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
    console.shows(&["Members of ml-team"]);
    console.press("esc");
    console.shows(&["▸ ml-team"]);
    console.press("d").shows(&["type ml-team to confirm"]);
    console.send(b"ml-team\r").shows(&["press it again"]);
    assert!(platform.has("ml-team"));
    console.press("enter").shows(&["deleted workspace 'ml-team'"]);
}

#[test]
fn what_is_typed_while_the_terminal_stands_still_applies_nothing() {
    let platform = Platform::empty();
    // More than a terminal takes in that is not read: 64 KiB on Linux.
    platform.given((0..180).map(|n| described(&format!("w-{n:03}"), &"wide ".repeat(120))));
    let mut console = Setup::on(&platform).size((1000, 200)).open();
    let n_before = console.written().len();
    console.press("ctrl-l").paints_anew(n_before);
    let n_before = console.written().len();
    assert!(n_before > 100_000, "{n_before}");
    console.stall(true);
    // Painted anew, with a dialog.
    console.send(b"\x0cn");
    console.wait_for_written("the beginning of the frame", |written| written.len() > n_before);
    console.paste("w-two").press("enter");
    // Long enough to be told from a terminal that takes its time.
    console.listen_for(Duration::from_millis(400));
    console.stall(false);
    console.shows(&[
        "New workspace",
        "[w-two",
        "enter was ignored: it was typed before this was on screen",
    ]);
    assert!(!platform.has("w-two"));
    console.press("enter").hides("New workspace");
    assert!(platform.has("w-two"));
}
