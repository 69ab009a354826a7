//! Workspaces and members, read again by themselves: only when asked for, and what changed is told.

use super::platform;
use crate::console::Console;
use nmp_console::app::looks::Looks;
use nmp_console::app::msg::Effect;
use std::time::Duration;

fn asks(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Read { .. }))
        .count()
}

fn starts_a_timer(console: &Console, every: Duration) -> bool {
    let is_it = |effect: &Effect| matches!(effect, Effect::After { delay, .. } if *delay == every);
    console.asked.iter().any(is_it)
}

#[test]
fn nothing_is_read_again_unless_it_is_asked_for() {
    let mut console = Console::open(platform());
    assert!(!console.delays.contains(&Duration::from_secs(30)));
    console.press("W");
    assert!(starts_a_timer(&console, Duration::from_secs(30)), "{:?}", console.asked);
    assert_eq!(
        console.notice(),
        "watching: this screen is read again every 30 s; W stops that"
    );
    console.press("W");
    assert_eq!(console.notice(), "not watching any more: W begins again");
    let n_started = console.delays.len();
    console.wait();
    assert_eq!((asks(&console.asked), console.delays.len()), (0, n_started));
}

#[test]
fn the_members_on_show_are_read_again_and_what_changed_is_marked_and_said() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("enter").settle();
    console.press("W");
    console.platform.set("ml-team", "bob@example.com", &["Editor"]);
    console.platform.set("ml-team", "dave@example.com", &["Viewer"]);
    console.wait();
    assert_eq!(
        console.notice(),
        "changed meanwhile: bob@example.com Viewer → Editor, dave@example.com is new (Viewer)"
    );
    let found = |console: &Console, name: &str| console.model.looks.found_member(&crate::platform::who(name));
    assert!(found(&console, "bob@example.com") && found(&console, "dave@example.com"));
    assert!(!found(&console, "carol@example.com"));
    console.platform.set("ml-team", "dave@example.com", &[]);
    console.wait();
    assert_eq!(console.notice(), "changed meanwhile: dave@example.com is gone (Viewer)");
    assert!(!found(&console, "bob@example.com"), "the mark is for a moment");
    console.press("j").wait();
    assert_eq!(console.notice(), "changed meanwhile: dave@example.com is gone (Viewer)");
}

#[test]
fn the_list_tells_what_came_and_went() {
    let mut console = Console::open(platform());
    console.press("W");
    console.platform =
        std::mem::replace(&mut console.platform, platform()).with("new-team", &[("alice@example.com", &["Admin"])]);
    console.platform.remove("lonely");
    console.wait();
    let told = console.notice();
    assert!(
        told.starts_with("changed meanwhile: lonely is gone") && told.contains("new-team is new"),
        "{told}"
    );
    assert!(console.rows().contains(&"new-team".to_owned()));
}

#[test]
fn nobody_is_disturbed_in_a_dialog_or_while_typing() {
    let mut console = Console::open(platform());
    console.press("W").press("n");
    console.wait();
    assert_eq!(asks(&console.asked), 0, "a dialog is open");
    assert!(!console.timers.is_empty(), "it looks later");
    console.press("esc").press("/");
    console.wait();
    assert_eq!(asks(&console.asked), 0, "the filter is being typed");
    console.press("esc");
    let n_before = console.model.n_awaited();
    console.wait();
    assert!(n_before > 0 && console.model.looks.is_on);
}

#[test]
fn other_screens_rest() {
    let mut console = Console::open(platform());
    console.press("W").press("A").settle();
    console.timers.clear();
    console.press("j");
    assert!(!starts_a_timer(&console, Duration::from_secs(30)));
    console.press("W");
    assert!(!console.model.looks.is_on, "it can be stopped everywhere");
    console.press("W");
    assert_eq!(console.notice(), "only workspaces and members can be watched");
}

#[test]
fn an_interval_of_the_config_file_begins_by_itself() {
    let mut console = Console::open(platform());
    console.model.looks = Looks::every(Some(Duration::from_secs(7)));
    console.press("j");
    assert!(starts_a_timer(&console, Duration::from_secs(7)));
}

#[test]
fn a_failed_look_changes_nothing_and_the_next_one_comes() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("enter").settle();
    console.press("W");
    let timers = std::mem::take(&mut console.timers);
    for ticket in timers {
        console.tell(nmp_console::app::msg::Msg::Due(ticket));
    }
    while !console.unanswered.is_empty() {
        console.fail(crate::platform::failure(
            nmp_console::app::failure::FailureKind::Unreachable,
            "cannot reach the server",
        ));
    }
    assert!(!console.notice().contains("changed"), "{}", console.notice());
    assert_eq!(console.rows().len(), 3);
    assert!(!console.timers.is_empty());
}
