//! What the terminal says itself, and keys that come in pieces.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create};
use nmp_console::domain::role::Role;
use rstest::rstest;

/// The console on the members of `ml-team`, with the cursor on bob.
fn on_bob(platform: &Platform, esc_wait: &str) -> Console {
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(platform)
        .env("NMP_CONSOLE_ESC_WAIT", esc_wait)
        .args(&["--workspace", "ml-team"])
        .start();
    console.shows(&["Members of ml-team (2)"]).hides("loading");
    console.press("G").shows(&["▸ bob@example.com"]);
    console
}

#[rstest]
#[case::version(b"\x1bP>|kitty(0.35.2)\x1b\\")]
#[case::version_by_bell(b"\x1bP>|dy\x07")]
#[case::background(b"\x1b]11;rgb:yyyy/dddd/0000\x1b\\")]
#[case::graphics(b"\x1b_Gi=31;y\x1b\\")]
#[case::private(b"\x1b^y\r\x1b\\")]
#[case::start_of_string(b"\x1bXy\r\x1b\\")]
#[case::eight_bit(b"\xc2\x90y\xc2\x9c")]
#[case::mode(b"\x1b[?2026;2$y")]
#[case::mouse(b"\x1b[Myyy")]
#[case::attributes(b"\x1b[?62;22c\x1b[>0;10;1c\x1b[12;5R\x1b[I\x1b[O")]
fn an_answer_of_the_terminal_confirms_nothing(#[case] answer: &[u8]) {
    let platform = Platform::empty();
    let mut console = on_bob(&platform, "50");
    console.press("d").shows(&["Remove member", "n no"]);
    console.send(answer);
    // In pieces, too, and with a key behind it, which counts.
    for byte in answer {
        console.send(&[*byte]);
    }
    console.press("n").hides("Remove member");
    console.shows(&["Members of ml-team (2)"]);
    assert_eq!(platform.members("ml-team").len(), 2);
}

#[test]
fn a_late_answer_neither_filters_nor_opens_anything() {
    let platform = Platform::empty();
    let mut console = on_bob(&platform, "50");
    console.send(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1bP>|dy\x1b\\");
    console.press("k").shows(&["▸ admin@exampl"]);
    console.hides("filter:").hides("Remove member");
}

#[test]
fn a_string_without_end_gives_the_keyboard_back() {
    let platform = Platform::empty();
    let mut console = on_bob(&platform, "50");
    console.send(b"\x1bP>|dy");
    // The next sequence ends it.
    console.press("↑").shows(&["▸ admin@exampl"]);
}

#[test]
fn a_key_that_comes_in_two_pieces_is_one_key() {
    let platform = Platform::empty();
    let mut console = on_bob(&platform, "2000");
    console.press("a").shows(&["Add member"]);
    console.type_text("judy@example.com");
    console.send(b"\x1b");
    console.send(b"[A");
    console.press("space").shows(&["(•) Editor"]);
    console.shows(&["judy@example.com", "Add member"]);
}

#[test]
fn an_escape_by_itself_is_the_key() {
    let platform = Platform::empty();
    let mut console = on_bob(&platform, "0");
    console.press("a").shows(&["Add member"]);
    console.press("esc").hides("Add member");
    console.press("?").shows(&["Help"]);
    console.press("esc").hides("Help");
    console.press("a").shows(&["Add member"]);
    console.type_text("judy").press("esc");
    console.shows(&["judy", "esc again closes and discards what you typed"]);
    console.press("esc").hides("Add member");
}
