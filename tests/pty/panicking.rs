//! A panic gives the terminal back before it tells what happened. The console has no way to panic on request, so
//! these tests run themselves once more, on a terminal, as a program that takes the screen over and panics.

use crate::console::Setup;
use nmp_console::runtime::{Multiplexer, Screen};
use rstest::rstest;
use std::env;

/// Makes the second run panic instead of watching.
const IS_THE_PROGRAM: &str = "PTY_TEST_IS_THE_PROGRAM";

/// Takes the terminal over with all that can be asked of it.
fn taken() -> Screen {
    let mut screen = Screen::enter(Multiplexer::None).unwrap();
    screen.listen_to_mouse(true).unwrap();
    screen.send().unwrap();
    screen
}

#[test]
#[ignore = "is the program that other tests here run"]
fn panics_where_it_draws() {
    if env::var_os(IS_THE_PROGRAM).is_some() {
        let _screen = taken();
        panic!("lost the thread\nin the middle of a frame");
    }
}

#[test]
#[ignore = "is the program that other tests here run"]
fn panics_in_a_task() {
    if env::var_os(IS_THE_PROGRAM).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let mut screen = taken();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn_on(
            async { panic!("lost the thread\nin the middle of a frame") },
            runtime.handle(),
        );
        let ended: Result<(), _> = runtime.block_on(tasks.join_next()).unwrap();
        screen.leave();
        std::panic::resume_unwind(ended.unwrap_err().into_panic());
    }
}

#[rstest]
#[case::where_it_draws("panicking::panics_where_it_draws")]
#[case::in_a_task("panicking::panics_in_a_task")]
fn a_panic_leaves_its_report_on_a_terminal_in_order(#[case] program: &str) {
    let itself = env::current_exe().unwrap();
    let console = Setup::of(itself)
        .args(&["--exact", program, "--ignored", "--nocapture"])
        .env(IS_THE_PROGRAM, "1")
        .start();
    assert_eq!(console.end(), Ok(101));
    let screen = console.emulated();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    let asked = b"\x1b[?1000h";
    assert!(console.written().windows(asked.len()).any(|part| part == asked));
    // In raw mode the second line would begin where the first one ended.
    console.wait_for("the report, each line from the left", |screen| {
        let mut rows = screen.rows(0, screen.size().1.get());
        rows.any(|row| row.starts_with("in the middle of a frame"))
    });
}
