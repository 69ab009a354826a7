//! The mouse on a real terminal: asked for and given back, and what its reports do.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create};
use crate::shell::shell;
use nmp_console::domain::role::Role;
use rstest::rstest;
use rustix::process::Signal;
use vt100::{MouseProtocolEncoding, MouseProtocolMode};

/// What the terminal was asked to report.
fn reporting(console: &Console) -> MouseProtocolMode {
    console.emulated().mouse_protocol_mode()
}

impl Console {
    /// Presses the left button on the first place where `text` stands, and lets it go.
    #[track_caller]
    fn click(&mut self, text: &str) -> &mut Self {
        self.shows(&[text]);
        let screen = self.screen();
        let mut rows = screen.lines().zip(1..);
        let found = rows.find_map(|(row, y)| Some((row.split_once(text)?.0.chars().count() + 1, y)));
        let (x, y): (usize, usize) = found.unwrap();
        self.send(format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m").as_bytes());
        self
    }
}

fn given() -> Platform {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    platform
}

#[test]
fn selects_and_presses_and_is_given_back() {
    let platform = given();
    let mut console = Setup::on(&platform).args(&["--mouse"]).open();
    let screen = console.emulated();
    // No movement is ever asked for.
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::PressRelease);
    assert_eq!(screen.mouse_protocol_encoding(), MouseProtocolEncoding::Sgr);
    console.click("ml-team").shows(&["▸ ml-team"]);
    console.click("enter members").shows(&["Members of ml-team (2)"]);
    console.click("bob@example.com").shows(&["▸ bob@example.com"]);
    console.click("M select text").hides("select text");
    console.wait_for("a terminal that keeps its mouse", |screen| {
        screen.mouse_protocol_mode() == MouseProtocolMode::None
    });
    // What still comes is nobody's.
    console.send(b"\x1b[<0;3;6M");
    console.press("?").shows(&["Help"]);
    console.press("q").shows(&["▸ bob@example.com"]);
    console.press("M").shows(&["M select text"]);
    console.press("q").shows(&["▸ ml-team"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
    assert_eq!(reporting(&console), MouseProtocolMode::None);
}

#[test]
fn no_click_says_yes() {
    let platform = given();
    let mut console = Setup::on(&platform)
        .args(&["--mouse", "--workspace", "ml-team"])
        .start();
    console.shows(&["Members of ml-team (2)"]).hides("loading");
    console.click("bob@example.com").shows(&["▸ bob@example.com"]);
    console.click("d remove").shows(&["Remove member", "y yes"]);
    console.click("y yes").shows(&["a click confirms nothing: press y"]);
    for y in 1..=30 {
        let row: Vec<String> = (1..=100).map(|x| format!("\x1b[<0;{x};{y}M")).collect();
        // The answer No is among them.
        console.send(row.concat().as_bytes());
    }
    console.press("ctrl-l ?").shows(&["Help"]);
    assert_eq!(platform.members("ml-team").len(), 2);
}

#[rstest]
#[case::option(&["--mouse", "--no-mouse"], "1", "mouse = true")]
#[case::variable(&[], "0", "mouse = true")]
#[case::nothing(&[], "", "")]
fn is_the_terminals_unless_it_is_asked_for(#[case] args: &[&str], #[case] variable: &str, #[case] file: &str) {
    let platform = given();
    let mut setup = Setup::on(&platform).args(args).config("config.toml", file);
    if !variable.is_empty() {
        setup = setup.env("NMP_CONSOLE_MOUSE", variable);
    }
    let mut console = setup.open();
    console.send(b"\x1b[<0;10;6M\x1b[<65;10;6M");
    console.press("?").shows(&["Help"]);
    console.press("q").hides("Help");
    console.press("q");
    assert_eq!(console.end(), Ok(0));
    let written = console.written();
    // Not one byte is about it.
    assert!(
        !written.windows(6).any(|part| part == b"\x1b[?100"),
        "a mode of the mouse"
    );
}

#[rstest]
#[case::file(&[], "", "mouse = true")]
#[case::variable(&[], "1", "mouse = false")]
#[case::option(&["--no-mouse", "--mouse"], "0", "mouse = false")]
fn is_listened_to_where_it_is_asked_for(#[case] args: &[&str], #[case] variable: &str, #[case] file: &str) {
    let platform = given();
    let mut setup = Setup::on(&platform).args(args).config("config.toml", file);
    if !variable.is_empty() {
        setup = setup.env("NMP_CONSOLE_MOUSE", variable);
    }
    let console = setup.open();
    console.shows(&["M select text"]);
    assert_eq!(reporting(&console), MouseProtocolMode::PressRelease);
}

#[rstest]
#[case::terminated(Signal::TERM)]
#[case::interrupted(Signal::INT)]
#[case::hung_up(Signal::HUP)]
fn is_given_back_on_a_signal(#[case] signal: Signal) {
    let platform = given();
    let console = Setup::on(&platform).args(&["--mouse"]).open();
    console.signal(signal);
    assert!(console.end().is_ok_and(|code| code > 128));
    assert_eq!(reporting(&console), MouseProtocolMode::None);
}

#[test]
fn is_given_back_with_ctrl_z_and_comes_back() {
    let platform = given();
    let mut shell = shell(&platform.url());
    shell.run("\"$CONSOLE\" --mouse");
    shell.settles();
    for _ in 0..2 {
        assert_eq!(reporting(&shell), MouseProtocolMode::PressRelease);
        shell.press("ctrl-z").is_back_in_the_shell();
        assert_eq!(reporting(&shell), MouseProtocolMode::None);
        shell.run("fg").settles();
    }
    shell.press("M").hides("select text");
    shell.press("ctrl-z").is_back_in_the_shell();
    shell.run("fg").settles();
    assert_eq!(reporting(&shell), MouseProtocolMode::None, "what is off stays off");
    shell.press("q").is_back_in_the_shell();
}

#[test]
fn a_paste_clicks_nothing() {
    let platform = given();
    let mut console = Setup::on(&platform).args(&["--mouse"]).open();
    console.press("n").shows(&["New workspace"]);
    console.paste("\x1b[<0;1;1Mlab\x1b[<0;40;20M").shows(&["lab"]);
    // Without brackets they are clicks, which confirm nothing.
    console.click("esc cancel").shows(&["esc again closes and discards"]);
    console
        .click("esc cancel")
        .shows(&["a click confirms nothing: press esc"]);
}
