//! Copying: one sequence for the terminal's clipboard, between two frames, and nothing else.

use crate::console::{Console, FRAME_END, Setup};
use crate::given::Platform;

/// `ml-team`, in Base64.
const ML_TEAM: &str = "bWwtdGVhbQ==";

/// Puts the cursor on `ml-team`, and waits until nothing more is drawn.
fn on_ml_team(console: &mut Console) {
    console.press("/").type_text("ml-team").press("enter");
    console.shows(&["Members of ml-team"]);
    console.press("esc");
    console.shows(&["filter: ml-team", "/ filter"]);
    console.wait_for_ending(FRAME_END);
}

fn count(written: &[u8], part: &[u8]) -> usize {
    written.windows(part.len()).filter(|window| *window == part).count()
}

#[test]
fn a_copy_is_one_sequence_and_the_screen_stays_intact() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).open();
    on_ml_team(&mut console);
    let n_before = console.written().len();
    console.press("y");
    console.shows(&["sent to the terminal's clipboard: ml-team"]);
    console.wait_for_ending(FRAME_END);
    let written = console.written().split_off(n_before);
    let copy = format!("\x1b]52;c;{ML_TEAM}\x07");
    assert_eq!(count(&written, b"\x1b]52"), 1, "{}", written.escape_ascii());
    // Outside of any frame: what comes before it is the end of one, what follows the beginning of another.
    assert!(written.starts_with(copy.as_bytes()), "{}", written.escape_ascii());
    assert_eq!(console.surprises(), [format!("copy {ML_TEAM}")]);
    // What the terminal shows is what a new one would be given.
    let before = console.screen();
    let n_before = console.written().len();
    console.press("ctrl-l");
    console.paints_anew(n_before);
    // The notice has gone with the key.
    let before = before.replace(" ✓ sent to the terminal's clipboard: ml-team", "");
    assert_eq!(console.screen(), before);
}

#[test]
fn behind_tmux_the_copy_is_wrapped_whole() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform)
        .env("TMUX", "/tmp/tmux-0/default,1,0")
        .env("TERM", "screen-256color")
        .open();
    on_ml_team(&mut console);
    let n_before = console.written().len();
    console.press("y");
    console.shows(&["sent to the terminal's clipboard: ml-team"]);
    console.wait_for_ending(FRAME_END);
    let written = console.written().split_off(n_before);
    let wrapped = format!("\x1bPtmux;\x1b\x1b]52;c;{ML_TEAM}\x07\x1b\\");
    assert_eq!(count(&written, b"]52;"), 1, "{}", written.escape_ascii());
    assert!(written.starts_with(wrapped.as_bytes()), "{}", written.escape_ascii());
    let before = console.screen();
    let n_before = console.written().len();
    console.press("ctrl-l");
    console.paints_anew(n_before);
    // The notice has gone with the key.
    let before = before.replace(" ✓ sent to the terminal's clipboard: ml-team", "");
    assert_eq!(console.screen(), before);
}

#[test]
fn the_commands_on_show_are_copied_and_nothing_is_done_by_it() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).open();
    on_ml_team(&mut console);
    console.press("x");
    console.shows(&["Equivalent command", "workspaces get ml-team"]);
    console.press("y");
    console.shows(&["sent to the terminal's clipboard"]);
    assert_eq!(console.surprises().len(), 1, "{:?}", console.surprises());
    console.press("esc");
    console.hides("Equivalent command");
}

/// The content of the last sequence for the clipboard.
fn copied(console: &Console) -> String {
    use base64::Engine as _;
    let last = console.surprises().pop().unwrap();
    let content = last.strip_prefix("copy ").unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(content).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_row_is_copied_as_text_and_as_json() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).open();
    on_ml_team(&mut console);
    console.press("Y");
    console.shows(&["ml-team as text; Y again: JSON"]);
    console.wait_for_ending(FRAME_END);
    let text = copied(&console);
    assert!(text.starts_with("workspace: ml-team\n"), "{text}");
    console.press("Y");
    console.shows(&["ml-team as JSON"]);
    console.wait_for_ending(FRAME_END);
    let json = copied(&console);
    assert!(json.starts_with("{\n  \"workspace\": \"ml-team\",\n"), "{json}");
}
