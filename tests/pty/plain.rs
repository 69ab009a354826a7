//! Terminals that show less: no colour, ASCII only, no cursor movement, or no terminal at all.

use crate::console::{Console, PROGRAM, Setup};
use crate::given::{Platform, described};
use crate::shell::shell;
use rstest::rstest;
use std::process::Command;

/// Takes the console through a list, a dialog and help.
#[track_caller]
fn look_around(console: &mut Console) {
    console.press("j");
    console.press("?").shows(&["Help"]);
    console.press("q").hides("Help");
    console.press("enter").shows(&["Members of"]).hides("loading");
    console.press("a").shows(&["Add member"]);
    console.press("esc").hides("Add member");
    console.press("q").shows(&["Workspaces ("]);
}

/// Returns the parameters of every sequence that sets how text looks.
fn looks(written: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(written);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let (parameters, _) = rest.split_once('m')?;
        let is_look = parameters
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'));
        is_look.then(|| parameters.to_owned())
    });
    sequences.collect()
}

/// Whether a parameter chooses a colour; going back to the terminal's own one does not.
fn is_color(parameter: &str) -> bool {
    matches!(
        parameter.parse::<u8>(),
        Ok(30..=38 | 40..=48 | 58 | 90..=97 | 100..=107)
    )
}

fn uses_color(console: &Console) -> bool {
    looks(&console.written())
        .iter()
        .any(|look| look.split([';', ':']).any(is_color))
}

#[rstest]
#[case::by_the_common_variable(&[], &[("NO_COLOR", "1")])]
#[case::by_option(&["--no-color"], &[])]
fn uses_no_colour_where_none_is_wanted(#[case] args: &[&str], #[case] env: &[(&str, &str)]) {
    let platform = Platform::demo();
    let setup = env
        .iter()
        .fold(Setup::on(&platform).args(args), |setup, (name, value)| {
            setup.env(name, value)
        });
    let mut console = setup.open();
    look_around(&mut console);
    assert!(!uses_color(&console), "{:?}", looks(&console.written()));
    console.wait_for("the selected row told apart without colour", |screen| {
        let columns = screen.size().1.get();
        (0..screen.size().0.get())
            .any(|row| (2..columns).any(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse)))
    });
}

#[rstest]
#[case::many("xterm-256color", "38;5;")]
#[case::sixteen("screen", "3")]
fn uses_the_colours_there_are(#[case] terminal: &str, #[case] expected: &str) {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).env("TERM", terminal).open();
    look_around(&mut console);
    assert!(uses_color(&console));
    assert!(looks(&console.written()).iter().any(|look| look.contains(expected)));
}

#[rstest]
#[case::by_option(&["--ascii"], "C.UTF-8")]
#[case::by_locale(&[], "C")]
fn writes_ascii_only_where_that_is_all_there_is(#[case] args: &[&str], #[case] locale: &str) {
    let platform = Platform::demo();
    platform.given([described("a-first", "Größe → 大きい")]);
    let mut console = Setup::on(&platform).args(args).env("LANG", locale).open();
    console.shows(&["> a-first", "Gr\\u{f6}\\u{df}e"]);
    look_around(&mut console);
    let written = console.written();
    let strange: Vec<u8> = written.into_iter().filter(|byte| !byte.is_ascii()).collect();
    assert!(strange.is_empty(), "{}", strange.escape_ascii());
}

#[test]
fn refuses_a_terminal_that_cannot_move_its_cursor() {
    let platform = Platform::empty();
    let console = Setup::on(&platform).env("TERM", "dumb").start();
    assert_eq!(console.end(), Ok(2));
    console.shows(&["nmp-console: ", "dumb"]);
    assert!(!console.written().contains(&0x1b));
}

#[rstest]
#[case::output("\"$CONSOLE\" | cat; echo the program \"ended\"", "output")]
#[case::input("\"$CONSOLE\" </dev/null; echo the program \"ended\" with $?", "input")]
fn refuses_what_is_no_terminal(#[case] line: &str, #[case] which: &str) {
    let mut shell = shell("http://127.0.0.1:9");
    shell.run(line).shows(&["nmp-console: ", which, "the program ended"]);
    shell.is_back_in_the_shell();
}

#[test]
fn refuses_to_run_without_a_terminal_with_the_code_for_wrong_use() {
    let home = tempfile::tempdir().unwrap();
    let mut program = Command::new(PROGRAM);
    let output = program.env_clear().env("HOME", home.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
