//! `y`: what is selected goes to the terminal's clipboard, exactly or not at all.

use super::auditing::{audited, everywhere};
use super::{members_of, platform};
use crate::console::Console;
use crate::platform::Platform;
use nmp_console::app::equivalent::LISTED;
use nmp_console::domain::resource::ResourceKind;
use pretty_assertions::assert_eq;

#[test]
fn what_is_selected_is_copied() {
    let mut console = Console::open(platform().with_things("ml-team", ResourceKind::Project, &["run-01", "run-02"]));
    console.go_to("ml-team").press("y");
    assert_eq!(console.copied(), Some(vec!["ml-team"]));
    assert_eq!(console.notice(), "sent to the terminal's clipboard: ml-team");
    console.press("v").settle().go_to("project run-02").press("y");
    assert_eq!(console.copied(), Some(vec!["run-02"]));
    console.press("ctrl-a y");
    assert_eq!(console.copied(), Some(vec!["run-01", "run-02"]));
    assert_eq!(console.notice(), "sent to the terminal's clipboard: 2 names");

    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("y");
    assert_eq!(console.copied(), Some(vec!["bob@example.com"]));
}

#[test]
fn of_the_audit_the_principal_is_copied_and_of_a_finding_its_command() {
    let mut console = audited(everywhere());
    console.go_to("lonely: bob@example.com Admin").press("y");
    assert_eq!(console.copied(), Some(vec!["bob@example.com"]));
    console.press("p").settle().go_to("lonely").press("y");
    assert_eq!(console.copied(), Some(vec!["lonely"]));
    console.press("esc f").settle().press("g x");
    let commands = console.commands();
    assert_eq!(commands[0], "nmp-console audit", "what changes nothing comes first");
    let command = commands[1].to_owned();
    console.press("x y");
    assert_eq!(console.copied(), Some(vec![command.as_str()]));
}

#[test]
fn of_the_commands_on_show_the_marked_one_is_copied_and_no_other() {
    let mut console = Console::open(platform());
    let (first, second) = ("nemo workspaces list --all-pages", "nemo workspaces get ml-team");
    console.go_to("ml-team").press("x y");
    assert_eq!(console.copied(), Some(vec![first]));
    console.press("↓ y");
    assert_eq!(console.copied(), Some(vec![second]));
    console.press("↓ y");
    assert_eq!(
        console.copied(),
        Some(vec![second]),
        "from its note it is still that one"
    );
    console.press("↑ ↑");
    assert!(
        !console.model.equivalent.as_ref().unwrap().is_copied,
        "another one is marked"
    );
    console.press("y");
    assert_eq!(console.copied(), Some(vec![first]));
    // More than one only where more than one is marked.
    console.press("ctrl-a y");
    assert_eq!(console.copied(), Some(vec![first, second]));
    assert_eq!(console.notice(), "sent to the terminal's clipboard: 2 commands");
    assert!(console.model.equivalent.as_ref().unwrap().is_copied);
}

#[test]
fn a_long_plan_is_copied_whole() {
    let names: Vec<String> = (0..LISTED + 5).map(|n| format!("u{n}@example.com")).collect();
    let mut console = members_of("ml-team");
    console.press("a").paste(&names.join(" ")).press("ctrl-x ctrl-a y");
    assert_eq!(console.copied().unwrap().len(), LISTED + 5);
    console.press("G y");
    let last = format!("u{}@example.com", LISTED + 4);
    assert!(
        console
            .copied()
            .is_some_and(|lines| lines.len() == 1 && lines[0].contains(&last))
    );
}

#[test]
fn what_is_not_what_it_looks_like_is_not_copied() {
    let hidden = "al\u{200b}ice@example.com";
    let platform =
        Platform::of("alice@example.com").with("ml-team", &[("alice@example.com", &["Admin"]), (hidden, &["Viewer"])]);
    let mut console = Console::open(platform);
    console
        .go_to("ml-team")
        .press("enter")
        .settle()
        .go_to(hidden)
        .press("y");
    assert_eq!(console.copied(), None);
    assert_eq!(
        console.notice(),
        "not copied: it contains \\u{200b}, which cannot be copied as it is shown"
    );
    console.press("e ↓ x y");
    assert_eq!(console.copied(), None, "nor is a command that names it");
    assert!(!console.model.equivalent.as_ref().unwrap().is_copied);
}

#[test]
fn more_than_terminals_take_is_refused_whole() {
    let mut console = Console::open(platform());
    console
        .go_to("ml-team")
        .press("e")
        .paste(&"long ".repeat(15_000))
        .press("ctrl-x y");
    assert_eq!(console.copied(), None);
    assert!(
        console.notice().starts_with("not copied: it has 75,"),
        "{}",
        console.notice()
    );
    console.press("x ctrl-u").paste("short").press("ctrl-x y");
    assert_eq!(
        console.copied(),
        Some(vec!["nemo workspaces update ml-team --description short"])
    );
}

#[test]
fn where_nothing_is_selected_the_reason_is_given() {
    let mut console = Console::open(platform());
    console.press("?");
    assert_eq!(console.why_not("y").as_deref(), Some("nothing is selected to copy"));
    console.press("esc /").write("nothing-like-this").press("enter y");
    assert_eq!(console.copied(), None);
    assert_eq!(console.notice(), "nothing is selected to copy");
}

#[test]
fn in_a_text_field_y_is_a_letter() {
    let mut console = Console::open(platform());
    console.press("/").write("my").press("y");
    assert_eq!(console.copied(), None);
    assert_eq!(console.model.screen().filter().unwrap().input.value(), "myy");
}

#[test]
fn another_row_that_has_come_under_the_cursor_is_copied_as_text_first() {
    let mut console = Console::open(platform());
    let is_text_of = |console: &Console, name: &str| {
        let copied = console.copied().expect("a row is copied");
        assert_eq!(copied[0], format!("workspace: {name}"));
    };
    console.go_to("ml-team").press("r Y");
    is_text_of(&console, "ml-team");
    console
        .platform
        .rooms
        .retain(|room| room.workspace.name.raw() != "ml-team");
    console.settle();
    let name = console.selected();
    assert_ne!(name, "ml-team");
    console.press("Y");
    is_text_of(&console, &name);
    console.press("Y");
    assert_eq!(console.copied().expect("a row is copied")[0], "{");
}

#[test]
fn a_row_is_copied_as_json_from_the_list_of_commands_too() {
    let mut console = Console::open(platform());
    let run = |console: &mut Console| {
        console.press(":").write("copy row").press("enter");
        console.copied().expect("a row is copied")[0].to_owned()
    };
    console.go_to("ml-team");
    assert_eq!(run(&mut console), "workspace: ml-team");
    assert_eq!(run(&mut console), "{");
    assert_eq!(run(&mut console), "workspace: ml-team");
}
