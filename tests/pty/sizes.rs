//! Terminals of every size, and sizes that change.

use crate::console::{Console, Setup};
use crate::given::Platform;

const TOO_SMALL: &str = "too small";

/// Whether the console still takes keys and shows what they do.
#[track_caller]
fn takes_keys(console: &mut Console) {
    console.press("?").shows(&["Help"]);
    console.press("q").hides("Help");
    console.settles();
}

#[test]
fn says_what_it_needs_and_is_all_there_again_afterwards() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).size((120, 40)).open();
    let before = console.screen();
    console.resize((20, 5)).shows(&[TOO_SMALL, "60x16", "20x5"]);
    console.resize((120, 40)).hides(TOO_SMALL);
    console.settles();
    assert_eq!(console.screen(), before);
    takes_keys(&mut console);
}

#[test]
fn survives_a_terminal_of_one_cell() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).open();
    console.resize((1, 1));
    console.wait_for("a letter of the complaint", |screen| {
        !screen.contents().trim().is_empty() && screen.size().0.get() == 1
    });
    console.press("j ? q");
    console.resize((80, 24));
    console.settles();
    takes_keys(&mut console);
}

#[test]
fn starts_on_a_small_terminal_and_grows() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).size((20, 5)).start();
    console.shows(&[TOO_SMALL]);
    console.resize((80, 24)).shows(&["Workspaces ("]);
    takes_keys(&mut console);
}

#[test]
fn survives_a_storm_of_sizes() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).size((120, 40)).open();
    let before = console.screen();
    for n in 1..=50 {
        console.resize((n * 3, n));
        console.press("j");
    }
    console.resize((120, 40));
    console.press("g").settles();
    console.wait_for("the first row selected again", |screen| {
        crate::terminal::text_of(screen) == before
    });
    takes_keys(&mut console);
}

#[test]
fn fits_the_smallest_terminal() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).size((60, 16)).start();
    console.shows(&["Workspaces (", "? help"]).hides("loading");
    console.press("n").shows(&["New workspace"]);
    console.press("esc").hides("New workspace");
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}
