//! Undo from the journal: the selected change, marked ones, a plan as one, and redo.

use super::members_of;
use crate::console::Console;
use nmp_console::app::dialog::Form;
use nmp_console::domain::activity::Record;
use nmp_console::domain::ids::Principal;
use pretty_assertions::assert_eq;

const BOB: &str = "bob@example.com";

fn add(console: &mut Console, names: &str) {
    console.press("a").paste(names).press("enter").settle();
    agree(console);
}

fn agree(console: &mut Console) {
    if !console.model.dialogs.is_empty() && console.is_confirming() {
        console.press("y").settle();
    }
    assert!(console.model.dialogs.is_empty(), "{:?}", console.dialog());
}

fn held(console: &Console, name: &str) -> String {
    console.platform.roles_of("ml-team", name).shown().to_string()
}

fn n_planned(console: &Console) -> usize {
    let Form::Undo(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    form.n_changes()
}

/// The journal with three people added in one plan before Bob was made Admin.
fn journal() -> Console {
    let mut console = members_of("ml-team");
    add(&mut console, "p1@example.com, p2@example.com, p3@example.com");
    console.press("/").write("bob").press("enter e a").settle();
    agree(&mut console);
    console.press("L").settle().press("j enter g");
    assert_eq!(console.rows().len(), 5, "the plan, and its changes below it");
    console
}

#[test]
fn the_selected_change_is_undone_and_undoing_that_redoes_it() {
    let mut console = journal();
    console.press("u").settle();
    assert_eq!(n_planned(&console), 1);
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Viewer");
    console.press("r g u").settle();
    assert_eq!(n_planned(&console), 1);
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Admin");
    let journal: &[Record] = &console.platform.journal;
    assert_eq!(
        journal[5].undoes.as_ref(),
        Some(&journal[4].id),
        "the redo undoes the undo"
    );
}

#[test]
fn marked_changes_are_undone_in_one_plan() {
    let mut console = journal();
    console.press("j j space space u").settle();
    assert_eq!(n_planned(&console), 2);
    console.press("enter").settle();
    agree(&mut console);
    let left: Vec<String> = ["p1", "p2", "p3"]
        .map(|name| held(&console, &format!("{name}@example.com")))
        .to_vec();
    assert_eq!(left, ["Viewer", "no role", "no role"]);
}

#[test]
fn a_plan_is_undone_as_one() {
    let mut console = journal();
    console.press("j U").settle();
    assert_eq!(n_planned(&console), 3);
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, "p1@example.com"), "no role");
    assert_eq!(held(&console, BOB), "Admin");
}

#[test]
fn an_undo_that_was_not_on_the_screen_is_no_answer() {
    let mut console = journal();
    let before = console.model.question();
    console.press("u");
    let reading = console.model.question();
    console.settle();
    assert_ne!(reading, before);
    assert_ne!(reading, console.model.question(), "what has come is another question");
}

#[test]
fn who_is_to_be_admin_again_is_admin_before_anybody_loses_anything() {
    let mut console = members_of("ml-team");
    console.go_to("carol@example.com").press("d y").settle();
    console.go_to(BOB).press("e a").settle();
    agree(&mut console);
    console.press("L").settle().press("g space space u").settle();
    assert_eq!(n_planned(&console), 2, "the newest first: bob, then carol");
    console.sent.clear();
    console.press("enter").settle();
    agree(&mut console);
    let sent: Vec<&str> = console
        .sent
        .iter()
        .filter_map(|change| change.principal())
        .map(Principal::raw)
        .collect();
    assert_eq!(sent, ["carol@example.com", BOB]);
    assert_eq!(held(&console, BOB), "Viewer");
}
