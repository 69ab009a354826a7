//! Contexts: what is shown of them, going from one to another, and what is kept in their file.

use super::platform;
use crate::connector::{context, unreadable};
use crate::console::{Console, session, ticket_of};
use crate::platform::at;
use nmp_console::app::change::Run;
use nmp_console::app::msg::{Answer, Effect, Msg, Query, Setting};
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::context::{ContextName, Destination};
use nmp_console::domain::text::SafeText;

/// The console with the contexts on show.
fn on_contexts() -> Console {
    let mut console = Console::open(platform());
    console.press("C").settle();
    console
}

fn is_on_contexts(console: &Console) -> bool {
    matches!(console.model.screen(), Screen::Contexts(_))
}

/// Whether the console has asked for a connection, and where to.
fn opens(console: &Console) -> Option<&Destination> {
    console.asked.iter().find_map(|effect| {
        let Effect::Open { destination, .. } = effect else {
            return None;
        };
        Some(destination)
    })
}

#[test]
fn the_contexts_are_read_and_the_one_in_use_is_selected() {
    let mut console = Console::open(platform());
    console.press("C");
    assert_eq!(console.questions(), [&Query::Contexts]);
    console.settle();
    assert_eq!(console.rows(), ["prod", "staging", "lab"]);
    assert_eq!(console.selected(), "prod");
    console.press("s");
    assert_eq!(console.rows(), ["lab", "prod", "staging"], "by name");
    console.press("/").write("stag").press("enter");
    assert_eq!(console.rows(), ["staging"]);
}

#[test]
fn a_refresh_reads_them_again_and_leaving_gives_that_up() {
    let mut console = on_contexts();
    console.press("r");
    assert_eq!(console.questions(), [&Query::Contexts]);
    console.press("esc");
    assert!(
        matches!(console.asked.first(), Some(Effect::Abandon(_))),
        "{:?}",
        console.asked
    );
    assert!(console.unanswered.is_empty() && !is_on_contexts(&console));
}

#[test]
fn a_switch_keeps_the_old_until_the_new_is_there_and_then_drops_all_of_it() {
    let mut console = on_contexts();
    console.go_to("staging").press("enter");
    assert_eq!(opens(&console), Some(&context("staging")));
    assert_eq!(console.model.session.context.as_str(), "prod");
    assert!(!console.model.store.workspaces().is_empty(), "still there");
    console.press("esc").go_to("ml-team").press("enter r");
    let is_read = |effect: &&Effect| matches!(effect, Effect::Read { .. });
    let under_way = console.unanswered.iter().find(is_read).and_then(ticket_of).unwrap();
    let opened = console
        .unanswered
        .iter()
        .find(|effect| matches!(effect, Effect::Open { .. }));
    let ticket = opened.and_then(ticket_of).unwrap();
    let session = console.platform.connector.open(&context("staging"));
    console.tell(Msg::Answered {
        ticket,
        answer: Answer::Opened(session),
    });
    assert_eq!(console.model.session.context.as_str(), "staging");
    assert!(console.model.store.workspaces().is_empty());
    assert_eq!((console.model.screens.len(), console.model.dialogs.len()), (1, 0));
    assert_eq!(console.entered, [ticket]);
    let place = |wanted: fn(&Effect) -> bool| console.asked.iter().position(wanted);
    let enter = place(|effect| matches!(effect, Effect::Enter(_)));
    let read = place(|effect| matches!(effect, Effect::Read { .. }));
    assert!(enter.is_some() && enter < read, "{:?}", console.asked);
    assert!(
        console.asked.contains(&Effect::Abandon(under_way)),
        "{:?}",
        console.asked
    );
    assert!(console.notice().contains("staging"), "{}", console.notice());
    console.settle();
    assert!(console.rows().contains(&"ml-team".to_owned()), "read anew");
}

#[test]
fn what_the_new_context_forbids_is_forbidden() {
    let mut console = on_contexts();
    console.go_to("staging").press("enter").settle();
    assert_eq!(
        console.model.session.read_only,
        Some(SafeText::new("set by the context"))
    );
    console.press("n");
    assert!(console.model.dialogs.is_empty());
    assert!(console.notice().contains("read-only"), "{}", console.notice());
}

#[test]
fn a_switch_that_fails_changes_nothing() {
    let mut console = on_contexts();
    console.platform.connector.broken = Some(unreadable());
    console.go_to("staging").press("enter").settle();
    assert_eq!(console.model.session.context.as_str(), "prod");
    assert!(is_on_contexts(&console) && console.entered.is_empty());
    assert!(console.notice().contains("config.yaml:7"), "{}", console.notice());
    assert!(
        console.notice().ends_with("; nothing else changed"),
        "{}",
        console.notice()
    );
    assert!(!console.model.store.workspaces().is_empty());
}

#[test]
fn nobody_switches_while_a_change_is_under_way() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("e").write("x").press("enter").step();
    assert!(!console.sent.is_empty(), "the change is on its way");
    console
        .press("esc C")
        .unanswered
        .retain(|effect| matches!(effect, Effect::Read { .. }));
    console.settle();
    console.go_to("staging").press("enter");
    assert_eq!(opens(&console), None);
    assert!(console.notice().contains("still running"), "{}", console.notice());
}

#[test]
fn a_connection_that_comes_while_a_change_runs_is_given_up() {
    let mut console = on_contexts();
    console.go_to("staging").press("enter");
    let open = console.unanswered.remove(0);
    console
        .press("esc")
        .go_to("ml-team")
        .press("e")
        .write("x")
        .press("enter")
        .step();
    assert!(!console.sent.is_empty());
    for (ticket, answer) in console.platform.answers(&open) {
        console.tell(Msg::Answered { ticket, answer });
    }
    assert_eq!(console.asked.first(), ticket_of(&open).map(Effect::Abandon).as_ref());
    assert_eq!(console.model.session.context.as_str(), "prod");
    assert!(
        console.notice().contains("a change is still running"),
        "{}",
        console.notice()
    );
    assert!(!console.model.runs().all(Run::is_over));
}

#[test]
fn another_switch_gives_the_first_up() {
    let mut console = on_contexts();
    console.go_to("staging").press("enter").go_to("lab").press("enter");
    assert!(console.asked.iter().any(|effect| matches!(effect, Effect::Abandon(_))));
    console.settle();
    assert_eq!(console.model.session.context.as_str(), "lab");
    assert_eq!(console.entered.len(), 1);
}

#[test]
fn the_context_in_use_is_not_switched_to() {
    let mut console = on_contexts();
    console.press("enter");
    assert_eq!(opens(&console), None);
    assert!(console.notice().contains("already in use"), "{}", console.notice());
}

#[test]
fn a_workspace_becomes_the_default_of_the_context() {
    let mut console = Console::open(platform());
    console.go_to("reading").press(".");
    let setting = Setting::DefaultWorkspace {
        context: ContextName::new("prod"),
        workspace: at("reading"),
    };
    assert!(
        matches!(console.asked.first(), Some(Effect::Keep { setting: kept, .. }) if *kept == setting),
        "{:?}",
        console.asked
    );
    assert_eq!(
        console.model.session.default_workspace, None,
        "not before it is written"
    );
    console.settle();
    assert_eq!(console.model.session.default_workspace, Some(at("reading")));
    assert!(
        console.notice().contains("config set --workspace reading"),
        "{}",
        console.notice()
    );
    assert!(console.sent.is_empty(), "nothing on the platform changes");
}

#[test]
fn the_command_for_what_was_kept_is_told_whole_and_as_a_shell_reads_it() {
    let mut console = Console::open(platform());
    let name = "a context whose name is longer than what fits into a column";
    console.platform.connector.contexts.contexts[2].name = ContextName::new(name);
    console.press("C").settle().go_to(name).press(".").settle();
    let command = format!("config use-context '{name}'");
    assert!(console.notice().contains(&command), "{}", console.notice());
}

#[test]
fn a_default_that_cannot_be_written_is_told() {
    let mut console = Console::open(platform());
    console.platform.connector.broken = Some(unreadable());
    console.go_to("reading").press(".").settle();
    assert_eq!(console.model.session.default_workspace, None);
    assert!(console.notice().contains("config.yaml:7"), "{}", console.notice());
}

#[test]
fn without_a_context_there_is_no_default_to_set() {
    let url = nmp_console::domain::address::BaseUrl::parse("https://nmp.example.com").unwrap();
    for (destination, why) in [(Destination::Demo, "demo"), (Destination::Address(url), "without one")] {
        let destination = Some(destination);
        let mut console = Console::start(
            platform(),
            Session {
                destination,
                ..session()
            },
        );
        console.settle();
        console.go_to("reading").press(".");
        assert!(console.asked.is_empty(), "{:?}", console.asked);
        assert!(console.notice().contains(why), "{}", console.notice());
    }
}

#[test]
fn a_context_becomes_the_current_one_of_the_file() {
    let mut console = on_contexts();
    console.go_to("lab").press(".");
    let setting = Setting::CurrentContext(ContextName::new("lab"));
    assert!(matches!(console.asked.first(), Some(Effect::Keep { setting: kept, .. }) if *kept == setting));
    console.settle();
    assert!(
        console.notice().contains("config use-context lab"),
        "{}",
        console.notice()
    );
    assert_eq!(
        console.model.session.context.as_str(),
        "prod",
        "in use is another thing"
    );
    assert!(
        console
            .model
            .selected_context()
            .is_some_and(|context| context.is_current)
    );
    console.press(".");
    assert!(console.notice().contains("already"), "{}", console.notice());
}

#[test]
fn logging_out_asks_first_and_says_what_is_lost() {
    let mut console = on_contexts();
    console.go_to("staging").press("o");
    assert_eq!((console.title().as_str(), console.is_confirming()), ("Log out", true));
    console.press("enter");
    assert!(
        console.model.dialogs.is_empty() && console.asked.is_empty(),
        "No is the first answer"
    );
    console.press("o y");
    assert!(
        matches!(console.asked.first(), Some(Effect::LogOut { context, .. }) if context.raw() == "staging"),
        "{:?}",
        console.asked
    );
    console.settle();
    assert!(
        console.notice().contains("logged out of 'staging'"),
        "{}",
        console.notice()
    );
    assert_eq!(console.model.session.context.as_str(), "prod");
    console.press("o");
    assert!(console.model.dialogs.is_empty());
    assert!(console.notice().contains("not logged in"), "{}", console.notice());
}

#[test]
fn logging_out_of_the_context_in_use_drops_what_its_user_saw() {
    let mut console = on_contexts();
    console.press("o y").step();
    assert_eq!(opens(&console), Some(&context("prod")));
    console.step();
    assert!(console.model.store.workspaces().is_empty());
    assert_eq!(console.entered.len(), 1);
    assert!(
        console.notice().starts_with("logged out of 'prod'"),
        "{}",
        console.notice()
    );
}

#[test]
fn contexts_can_be_reached_from_everywhere_and_come_only_once() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("enter").settle().press("C").settle();
    assert!(is_on_contexts(&console));
    let n_screens = console.model.screens.len();
    console.press("? C").settle();
    assert!(is_on_contexts(&console));
    let n_contexts = console.model.screens.iter();
    let n_contexts = n_contexts
        .filter(|screen| matches!(screen, Screen::Contexts(_)))
        .count();
    assert_eq!((n_contexts, console.model.screens.len()), (1, n_screens + 1));
}

/// Whoever has other keys has them everywhere: a key that was taken from an action must not get it back by a switch.
#[test]
fn keys_of_ones_own_and_watching_outlive_a_switch() {
    let mut console = Console::open(platform());
    let own = OwnKeys::parse("[screen]\nrefresh = ['d']").unwrap();
    console.model.keymap = own.keymap;
    console.press("W").press("C").settle();
    console.go_to("staging").press("enter").settle();
    assert_eq!(console.model.session.context.as_str(), "staging");
    assert_eq!(console.model.keymap, own.keymap);
    assert!(console.model.looks.is_on);
    console.press("d");
    assert!(console.model.dialogs.is_empty(), "d is refresh");
}
