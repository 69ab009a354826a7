//! Every way out but quitting: errors and signals.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create};
use crate::shell::shell;
use nmp_console::domain::role::Role;
use rstest::rstest;
use rustix::process::Signal;

fn is_restored(console: &Console) {
    let screen = console.emulated();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
}

#[rstest]
#[case::terminated(Signal::TERM, 143)]
#[case::hung_up(Signal::HUP, 129)]
#[case::interrupted(Signal::INT, 130)]
#[case::asked_for_a_core(Signal::QUIT, 131)]
#[case::by_the_user(Signal::USR1, 138)]
#[case::by_the_user_otherwise(Signal::USR2, 140)]
#[case::by_an_alarm(Signal::ALARM, 142)]
#[case::by_another_alarm(Signal::VTALARM, 154)]
#[case::profiled(Signal::PROF, 155)]
#[case::out_of_time(Signal::XCPU, 152)]
#[case::trapped(Signal::TRAP, 133)]
#[case::forbidden_call(Signal::SYS, 159)]
#[cfg_attr(target_os = "linux", case::something_to_read(Signal::IO, 157))]
#[cfg_attr(target_os = "linux", case::power_failing(Signal::POWER, 158))]
fn gives_the_terminal_back_on_a_signal(#[case] signal: Signal, #[case] code: u32) {
    let platform = Platform::empty();
    let console = Setup::on(&platform).open();
    console.signal(signal);
    assert_eq!(console.end(), Ok(code));
    is_restored(&console);
}

#[test]
fn quits_on_ctrl_c_like_any_program() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.press("ctrl-c");
    assert_eq!(console.end(), Ok(0));
    is_restored(&console);
}

#[rstest]
#[case::unknown_option("--nonsense", "unexpected argument '--nonsense'", 2)]
#[case::unreachable_log("--log-file=/nowhere/at/all", "/nowhere/at/all", 4)]
fn an_error_at_the_start_never_touches_the_screen(#[case] option: &str, #[case] said: &str, #[case] code: u32) {
    let mut shell = shell("http://127.0.0.1:9");
    let before = shell.settings("before");
    shell.run(&format!("\"$CONSOLE\" {option}; echo it ended with \"$?\""));
    shell.shows(&[said, &format!("it ended with {code}")]);
    shell.is_back_in_the_shell();
    assert_eq!(shell.settings("after"), before);
    assert!(!shell.written().windows(8).any(|bytes| bytes == b"\x1b[?1049h"));
}

#[test]
fn says_on_the_way_out_which_change_has_an_unknown_outcome() {
    let platform = Platform::with_fault("stall:PUT");
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(&platform).args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (2)"]).hides("loading");
    console.press("G").shows(&["▸ bob@example.com"]);
    console.press("e").shows(&["Change role"]);
    console.press("↓").shows(&["(•) Editor"]);
    console.press("enter").shows(&["sending"]);
    console.signal(Signal::TERM);
    assert_eq!(console.end(), Ok(143));
    is_restored(&console);
    console.shows(&["outcome unknown, check before you repeat it:", "bob@example.com"]);
    console.shows(&["the journal does not say yet what became of 1 change"]);
}

#[test]
fn ends_when_its_terminal_goes_away() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.hang_up(|console| {
        console.resize((90, 25));
    });
    assert_eq!(console.end(), Ok(129));
}

#[test]
fn ends_when_its_terminal_goes_away_and_nobody_tells_it() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).detached().open();
    console.hang_up(|console| {
        console.send(b"j");
    });
    assert_eq!(console.end(), Ok(129));
}

#[test]
fn stays_where_no_shell_could_bring_it_back() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.press("ctrl-z").shows(&["not suspended"]);
    console.press("?").hides("not suspended");
    console.signal(Signal::TSTP).shows(&["not suspended"]);
    console.press("q q");
    assert_eq!(console.end(), Ok(0));
}
