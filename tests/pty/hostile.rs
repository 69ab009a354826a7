//! Text from the platform that wants to be more than text.

use crate::console::Setup;
use crate::given::{Platform, described};

/// A title, a cleared screen, another screen, a reversed line, a hidden mark, a bell and a copy to the clipboard.
const HOSTILE: &str =
    "start \x1b]0;pwn\x07\x1b[2J\x1b[?1049l\u{202e}desrever\u{202c}\u{200b}\u{7}\x1b]52;c;cHdu\x07\u{9b}31m end";

#[test]
fn a_hostile_description_is_shown_and_does_nothing() {
    let platform = Platform::empty();
    platform.given([described("a-first", HOSTILE)]);
    let mut console = Setup::on(&platform).size((120, 40)).open();
    console.shows(&["▸ a-first", r"\x1b]0;pwn\x07\x1b[2J\x1b[?1049l"]);
    console.shows(&[r"desrever\u{202c}\u{200b}\x07", r"\u{9b}31m end"]);
    console.press("e").shows(&["Describe workspace"]);
    console.press("esc").hides("Describe workspace");
    console.settles();
    let screen = console.emulated();
    assert!(screen.alternate_screen() && screen.bracketed_paste());
    assert_eq!(console.surprises(), [""; 0]);
    let written = String::from_utf8(console.written()).unwrap();
    for smuggled in ["\x1b]", "\x1b[?1049l", "\u{202e}", "\u{200b}", "\u{7}", "\u{9b}"] {
        assert!(!written.contains(smuggled), "{} was written", smuggled.escape_unicode());
    }
}

#[test]
fn a_description_of_a_megabyte_costs_no_more_than_the_screen() {
    let platform = Platform::empty();
    platform.given([described("a-first", &"long \x1b[31m ".repeat(100_000))]);
    let mut console = Setup::on(&platform).size((120, 40)).open();
    console.shows(&["▸ a-first", r"long \x1b[31m"]);
    console.press("e").shows(&["Describe workspace"]);
    console.press("esc").hides("Describe workspace");
    assert!(console.written().len() < 100_000);
}
