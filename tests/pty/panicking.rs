//! A panic gives the terminal back before it tells what happened, takes away what was being written, and is the end. The
//! console has no way to panic on request, so these tests run themselves once more, on a terminal, as a program that takes
//! the screen over and panics.

use crate::console::Setup;
use nmp_console::files::Draft;
use nmp_console::runtime::{Multiplexer, Screen, end_on_panic};
use rstest::rstest;
use std::env;
use std::io::Write as _;
use std::path::Path;

/// Makes the second run panic instead of watching.
const IS_THE_PROGRAM: &str = "PTY_TEST_IS_THE_PROGRAM";
/// The folder that the second run begins to write a file in.
const FOLDER: &str = "PTY_TEST_FOLDER";

/// Takes the terminal over with all that can be asked of it, and begins a file with a secret in it.
fn taken() -> (Screen, Draft) {
    end_on_panic();
    let folder = env::var_os(FOLDER).unwrap();
    let mut draft = Draft::of(&Path::new(&folder).join("config.yaml")).unwrap();
    draft.write_all(b"access_token: secret").unwrap();
    let mut screen = Screen::enter(Multiplexer::None).unwrap();
    screen.listen_to_mouse(true).unwrap();
    screen.send().unwrap();
    (screen, draft)
}

#[test]
#[ignore = "is the program that other tests here run"]
fn panics_where_it_draws() {
    if env::var_os(IS_THE_PROGRAM).is_some() {
        let _taken = taken();
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
        let _taken = taken();
        runtime.spawn(async { panic!("lost the thread\nin the middle of a frame") });
        // Nobody asks what became of the task.
        runtime.block_on(std::future::pending::<()>());
    }
}

#[rstest]
#[case::where_it_draws("panicking::panics_where_it_draws")]
#[case::in_a_task("panicking::panics_in_a_task")]
fn a_panic_leaves_its_report_on_a_terminal_in_order(#[case] program: &str) {
    let itself = env::current_exe().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let console = Setup::of(itself)
        .args(&["--exact", program, "--ignored", "--nocapture"])
        .env(IS_THE_PROGRAM, "1")
        .env(FOLDER, folder.path().to_str().unwrap())
        .start();
    assert_eq!(console.end(), Ok(101));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a draft is left");
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
