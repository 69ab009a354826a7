//! The list of commands: finding, completing and running them.

use super::platform;
use crate::console::{Console, session};
use crate::platform::Platform;
use nmp_console::app::dialog::palette::Form as Palette;
use nmp_console::app::dialog::{Form, Problem};
use nmp_console::app::failure::Failure;
use nmp_console::app::msg::{Effect, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::context::Destination;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::path::PathBuf;

fn palette(console: &Console) -> &Palette {
    let Form::Palette(form) = &console.dialog().form else {
        panic!("another dialog: {}", console.title());
    };
    form
}

fn names(console: &Console) -> Vec<&str> {
    palette(console)
        .entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .collect()
}

fn marked(console: &Console) -> &str {
    let form = palette(console);
    form.entries()[form.chosen()].name.as_str()
}

fn typed(console: &Console) -> &str {
    palette(console).field().value()
}

fn wrong(console: &Console) -> String {
    let Some(Problem::Typed(errors)) = &console.dialog().problem else {
        panic!("{:?}", console.dialog().problem);
    };
    errors[0].what.to_string()
}

fn with(text: &str) -> Console {
    let mut console = Console::open(platform());
    console.press(":").write(text).settle();
    console
}

#[rstest]
#[case::by_its_name("describe", "describe")]
#[case::for_short("addm", "add member")]
#[case::by_what_it_does("create a", "new")]
#[case::with_the_opener_once_more(":quit", "quit")]
#[case::a_place("workspace", "workspace NAME")]
#[case::a_named_place("workspace lon", "lonely")]
#[case::a_typed_place("workspace other-team", "other-team")]
#[case::a_context("context stag", "staging")]
#[case::a_workspace_alone("ml-team", "workspace ml-team")]
#[case::a_workspace_but_for_a_slip("ml-taem", "workspace ml-team")]
#[case::a_workspace_for_short("mltea", "workspace ml-team")]
#[case::a_file("plan lea", "leavers.toml")]
#[case::a_file_in_a_folder("plan access/sal", "access/sales.toml")]
fn finds(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(marked(&with(text)), expected);
}

/// Whoever sees no member list is known nevertheless.
#[rstest]
#[case::by_its_name("principal zoe@example.com", "zoe@example.com")]
#[case::for_short("principal zo", "zoe@example.com")]
#[case::everyone("principal *", "*")]
fn the_caller_is_a_place_to_go_to(#[case] text: &str, #[case] expected: &str) {
    let platform = Platform::of("zoe@example.com").with("reading", &[("zoe@example.com", &["Viewer"])]);
    let mut console = Console::open(platform);
    console.settle().press(":").write(text).settle();
    assert_eq!(marked(&console), expected);
    console.press("enter").settle();
    assert!(matches!(console.model.screen(), Screen::Principal(_)));
}

#[test]
fn what_cannot_be_done_comes_last_and_says_why() {
    let mut console = with("");
    let entries = palette(&console).entries();
    let first_off = entries.iter().position(|entry| entry.can_run.is_err()).unwrap();
    assert!(entries[first_off..].iter().all(|entry| entry.can_run.is_err()));
    assert!(first_off > 10 && entries.len() > first_off);
    console.write("copy access").press("enter");
    assert_eq!(wrong(&console), "only on another screen: principal");
    assert_eq!(typed(&console), "copy access");
    console.write("x");
    assert!(console.dialog().problem.is_none(), "it is about another command by now");
}

#[test]
fn a_workspace_is_opened_by_its_name() {
    let mut console = with("workspace lon");
    console.press("enter").settle();
    let Screen::Members(state) = console.model.screen() else {
        panic!("another screen");
    };
    assert_eq!(state.workspace.raw(), "lonely");
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn a_principal_is_shown_by_its_name_also_where_nobody_has_seen_it() {
    for name in ["bob@example.com", "somebody@example.org"] {
        let mut console = with(&format!("principal {name}"));
        console.press("enter").settle();
        let Screen::Principal(state) = console.model.screen() else {
            panic!("another screen");
        };
        assert_eq!(state.principal.raw(), name);
    }
}

#[test]
fn a_context_is_switched_to_by_its_name_unless_it_is_in_use() {
    let mut console = with("context prod");
    console.press("enter");
    assert_eq!(wrong(&console), "'prod' is already in use");
    console.press("ctrl-u").write("context staging").press("enter");
    let opened = console.asked.iter().find_map(|effect| {
        let Effect::Open { destination, .. } = effect else {
            return None;
        };
        Some(destination.clone())
    });
    assert!(matches!(opened, Some(Destination::Context(name)) if name.raw() == "staging"));
    console.settle().press(":");
    assert!(
        names(&console).contains(&"context staging"),
        "what was run is remembered elsewhere, too"
    );
}

#[rstest]
#[case::tab("tab")]
#[case::right("→")]
fn what_is_marked_completes_what_is_typed(#[case] key: &str) {
    let mut console = with("wor");
    console.press(key);
    assert_eq!(typed(&console), "workspace ");
    console.write("lon").press(key);
    assert_eq!(typed(&console), "workspace lonely");
    console.press("ctrl-u").write("plan acc").settle().press(key).settle();
    assert_eq!(typed(&console), "plan access/");
    assert_eq!(names(&console)[..2], ["access/ml-team.toml", "access/sales.toml"]);
    console.press("← ←");
    assert_eq!(
        typed(&console),
        "plan access/",
        "within the text → is a key of the field"
    );
    console.press("→");
    assert_eq!(typed(&console), "plan access/");
}

/// It writes into a field only, as a letter does: whoever types on does not wait for the list.
#[test]
fn what_is_typed_ahead_completes_and_does_not_run() {
    let mut console = with("workspace lon");
    console.rush("tab", true);
    assert_eq!((typed(&console), console.notice()), ("workspace lonely", ""));
    console.rush("enter", true);
    assert_eq!(typed(&console), "workspace lonely", "it is not left");
    assert!(
        console.notice().starts_with("enter was ignored"),
        "{}",
        console.notice()
    );
}

#[test]
fn enter_on_a_place_asks_for_its_name() {
    let mut console = with("principal");
    console.press("enter");
    assert_eq!(typed(&console), "principal ");
    console.write("<>").press("enter");
    assert_eq!(wrong(&console), "no principal is called '<>'");
}

#[test]
fn each_folder_is_read_once() {
    let mut console = with("plan ");
    console.write("acc");
    assert_eq!(console.questions(), Vec::<&Query>::new());
    console.write("ess/");
    assert_eq!(console.questions(), [&Query::Folder(PathBuf::from("access/"))]);
    console.settle().write("s").settle();
    assert_eq!(names(&console)[0], "access/sales.toml");
}

#[test]
fn a_folder_that_is_not_proposed_whole_says_so() {
    let mut console = with("plan many/");
    let told = palette(&console).told().unwrap();
    assert_eq!(
        told.as_str(),
        "the folder holds more than is proposed here; any name can be typed"
    );
    console.press("ctrl-u").write("plan access/").settle();
    assert_eq!(palette(&console).told(), None);
}

#[test]
fn a_folder_that_cannot_be_read_says_so_and_a_name_can_be_typed() {
    let mut console = Console::open(platform());
    console.press(":").write("plan ");
    console.fail(Failure::local(
        "cannot look into .: no right",
        "a name can be typed all the same",
    ));
    let told = palette(&console).told().unwrap();
    assert_eq!(
        told.as_str(),
        "cannot look into .: no right. a name can be typed all the same"
    );
    console.write("x.toml");
    assert_eq!(marked(&console), "x.toml");
}

const WISHES: &str = "schema = 1\n[workspace.ml-team.members]\n\"bob@example.com\" = [\"Editor\"]\n";

#[test]
fn a_plan_is_reviewed_and_the_list_is_gone() {
    let mut platform = platform();
    WISHES.clone_into(&mut platform.wishes);
    let mut console = Console::open(platform);
    console
        .press(":")
        .write("plan access/ml-team.toml")
        .settle()
        .press("enter");
    assert_eq!(console.title(), "Apply plan");
    assert!(matches!(console.questions().as_slice(), [Query::Plan(path, _)] if path.ends_with("ml-team.toml")));
    console.settle();
    assert_eq!(console.model.dialogs.len(), 1);
    // Enter opened it: as long as it is held down, it applies nothing.
    console.hold("enter", 5).let_go();
    assert!(console.is_editing());
    console.press("enter y").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_file_that_leads_to_no_plan_leaves_what_was_typed() {
    let mut console = with("plan access/sales.toml");
    console
        .press("enter")
        .fail(Failure::local("line 3: no such role", "mend that"));
    assert_eq!(console.title(), "Apply plan");
    console.press("esc");
    assert_eq!(
        (console.title().as_str(), typed(&console)),
        ("Commands", "plan access/sales.toml")
    );
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn what_was_run_comes_first() {
    let mut console = with("reverse");
    console.press("enter : enter");
    console
        .press(":")
        .write("workspace lonely")
        .press("enter")
        .settle()
        .press(":");
    assert_eq!(names(&console)[..2], ["workspace lonely", "reverse"]);
    console.press("esc esc : enter").settle();
    assert!(matches!(console.model.screen(), Screen::Members(_)));
}

#[test]
fn a_dialog_that_was_opened_from_the_list_is_not_applied_by_the_same_enter() {
    let mut console = with("describe");
    console.hold("enter", 9);
    assert_eq!(console.title(), "Describe workspace");
    console.let_go();
    assert!(console.notice().contains("held down"), "{}", console.notice());
    assert!(console.sent.is_empty() && console.is_editing());
}

#[test]
fn nothing_pasted_presses_enter() {
    let mut console = with("");
    console.paste("quit\nquit\n");
    assert!(!console.asked.contains(&Effect::Quit));
    assert_eq!(typed(&console), "quit quit ");
    console.press("ctrl-u").rush("'quit' enter", false);
    assert!(!console.asked.contains(&Effect::Quit) && console.notice().contains("press it again"));
    console.press("enter");
    assert_eq!(console.asked, [Effect::Quit]);
}

#[test]
fn the_list_follows_what_becomes_possible() {
    let mut console = Console::start(platform(), session());
    console.press(":").write("describe");
    assert!(palette(&console).entries()[0].can_run.is_err());
    console.settle();
    assert_eq!(palette(&console).entries()[0].can_run, Ok(()));
}

#[test]
fn where_nothing_is_connected_there_are_no_places_but_contexts() {
    let nowhere = Session {
        destination: None,
        ..session()
    };
    let mut console = Console::start(platform(), nowhere);
    console.press(":").write("workspace other-team").press("enter");
    assert_eq!(wrong(&console), "no server is in use: connect to one first");
    console.press("ctrl-u").write("context lab").settle();
    assert_eq!(palette(&console).entries()[0].can_run, Ok(()));
}
