//! Dark or light, as the terminal says, which may say it late, never, or say anything else.

use crate::console::{Console, FRAME_END, Setup};
use crate::given::Platform;
use crate::shell::shell;
use rstest::rstest;

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
const ATTRIBUTES: &[u8] = b"\x1b[?62;22c";

/// The key names of the hints as each theme paints them.
const DARK: &[u8] = b"38;5;75";
const LIGHT: &[u8] = b"38;5;25";

fn holds(written: &[u8], part: &[u8]) -> bool {
    written.windows(part.len()).any(|window| window == part)
}

fn start(platform: &Platform, theme: &str) -> Console {
    Setup::on(platform).args(&["--theme", theme]).start()
}

/// Starts the console on a terminal that is asked and answers this.
fn answered(platform: &Platform, answer: &[u8]) -> Console {
    let mut console = start(platform, "auto");
    console.wait_for_written("the question", |written| holds(written, QUESTION));
    console.send(answer);
    console.settles();
    console
}

#[rstest]
#[case::dark(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", DARK, LIGHT)]
#[case::light(b"\x1b]11;rgb:ffff/ffff/dddd\x07", LIGHT, DARK)]
fn the_theme_follows_the_ground(#[case] answer: &[u8], #[case] expected: &[u8], #[case] other: &[u8]) {
    let platform = Platform::demo();
    let console = answered(&platform, &[answer, ATTRIBUTES].concat());
    console.wait_for_written("the colours of the theme", |written| holds(written, expected));
    assert!(!holds(&console.written(), other));
}

/// Whatever else comes, or nothing: the console looks as ever, and no field and no key has got anything of it.
#[rstest]
#[case::nothing(b"")]
#[case::sentinel_first(b"\x1b[?62;22c\x1b]11;rgb:0000/0000/0000\x1b\\")]
#[case::garbage(b"\x1b]11;rgb:yyyy/dddd/0000\x1b\\\x1b[?62c")]
#[case::hostile(b"\x1b]11;rgb:0000/0000/0000/d\r\x1by\x1b\\\x1b[?1c")]
#[case::another(b"\x1b]10;rgb:0000/0000/0000\x1b\\\x1b[?1c")]
fn nothing_else_changes_anything(#[case] answer: &[u8]) {
    let platform = Platform::demo();
    let mut console = answered(&platform, answer);
    console.press("j").wait_for_ending(FRAME_END);
    console.shows(&["Workspaces ("]).hides("filter:").hides("Delete");
    let written = console.written();
    assert!(!holds(&written, DARK) && !holds(&written, LIGHT));
}

/// A terminal at the other end of a slow line answers after the console was told to leave or to stop.
#[rstest]
#[case::left("q")]
#[case::suspended("ctrl-z")]
fn a_late_answer_is_not_left_for_the_shell(#[case] key: &str) {
    let platform = Platform::demo();
    let mut shell = shell(&platform.url());
    shell.run("\"$CONSOLE\" --theme auto");
    shell.wait_for_written("the question", |written| holds(written, QUESTION));
    shell.shows(&["Workspaces ("]);
    shell.press(key);
    shell.send(&[b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", ATTRIBUTES].concat());
    shell.is_back_in_the_shell().hides("rgb:").hides("62;22c");
}

#[rstest]
#[case::no_colour("auto", ("NO_COLOR", "1"))]
#[case::sixteen_colours("auto", ("TERM", "xterm"))]
#[case::chosen("dark", ("LANG", "C.UTF-8"))]
fn nobody_is_asked_for_nothing(#[case] theme: &str, #[case] (name, value): (&str, &str)) {
    let platform = Platform::demo();
    let console = Setup::on(&platform).env(name, value).args(&["--theme", theme]).open();
    assert!(!holds(&console.written(), b"\x1b]11"));
}
