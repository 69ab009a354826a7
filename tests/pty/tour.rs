//! The tour of the demo, done as it says, and otherwise.

use crate::console::{Console, PROGRAM, Setup};
use rstest::rstest;

fn tour(size: (u16, u16)) -> Console {
    Setup::of(PROGRAM).args(&["demo", "--tour"]).size(size).start()
}

#[rstest]
#[case::usual((80, 24))]
#[case::wide((120, 40))]
fn each_step_is_done_as_it_says(#[case] size: (u16, u16)) {
    let mut console = tour(size);
    console.shows(&[
        "TOUR",
        "1 of 5: find a workspace",
        "Press / and type acme: enter opens the only hit.",
    ]);
    console.press("/").type_text("acme").shows(&["(1 of 4"]);
    console
        .press("enter")
        .shows(&["2 of 5: grant a role", "enter adds her as Viewer."]);
    console.press("a").shows(&["Add member"]);
    console.type_text("dana@example.com").shows(&["not seen before"]);
    console
        .press("enter")
        .shows(&["3 of 5: be refused: the last Admin stays"]);
    console.press("esc").shows(&["Workspaces ("]);
    console.press("/").type_text("display").shows(&["(1 of 4"]);
    console
        .press("enter")
        .shows(&["Members of display-safety", "▸ alice@example.com"]);
    console
        .press("d")
        .shows(&["4 of 5: delete a workspace with its contents"]);
    console
        .press("esc")
        .shows(&["Members of display-safety"])
        .hides("Remove member");
    console.press("esc").shows(&["Workspaces ("]);
    deletes(&mut console);
    console.press("A").shows(&["Audit"]);
    console.press("/").type_text("can:write").press("enter");
    console.shows(&["TOUR", "done", "? shows all keys, q quits"]);
    console.press("q").shows(&["Workspaces ("]).hides("TOUR");
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}

/// Deletes what the fourth step names, as the dialogs say.
fn deletes(console: &mut Console) {
    console.press("/").type_text("red-team").shows(&["(1 of 4"]);
    console.press("enter").shows(&["Members of red-team"]);
    console.press("esc").shows(&["▸ red-team"]);
    console.press("d").shows(&["Delete workspace", "show all marked"]);
    console.press("enter").shows(&["Resources of red-team", "2 marked"]);
    console.press("d").shows(&["y yes"]);
    console.press("y").shows(&["no resources left: esc goes back"]);
    console.press("esc").shows(&["type red-team to confirm"]);
    console.type_text("red-team").press("enter");
    console.shows(&["5 of 5: who can write, everywhere"]);
}

#[test]
fn a_screen_without_rows_to_spare_says_it_as_a_notice() {
    let mut console = tour((60, 16));
    console.shows(&["tour 1 of 5: find a workspace: Press / and"]);
    console.press("/").type_text("acme").shows(&["(1 of 4"]);
    console
        .press("enter")
        .shows(&["Members of customer-acme", "tour 2 of 5"]);
    console.resize((80, 24)).shows(&["TOUR  2 of 5: grant a role"]);
}
