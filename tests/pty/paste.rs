//! Pasted text goes into text fields and never presses a key.

use crate::console::Setup;
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
        .shows(&["New workspace", "31mteam"]);
    assert!(!platform.has("ml-team"));
    console.press("ctrl-u").type_text("ml-team").press("tab");
    console.paste("one\ntwo").shows(&["one two"]);
    console
        .press("enter")
        .shows(&["created workspace 'ml-team': confirmed"]);
}
