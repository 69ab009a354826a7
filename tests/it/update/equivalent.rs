//! `x`: the command of the platform's own CLI for what is in front, whatever that is.

use super::auditing::{audited, bobs_access, everywhere};
use super::{members_of, platform};
use crate::console::{Console, session};
use crate::platform::{at, failure};
use nmp_console::app::dialog::Stage;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::Effect;
use nmp_console::app::session::Session;
use nmp_console::domain::change::Change;
use nmp_console::domain::cli::{Cli, Nemo, Place, Programs};
use nmp_console::domain::command::Grammar;
use nmp_console::domain::context::ContextName;
use nmp_console::domain::platform::Generation;
use nmp_console::domain::resource::ResourceKind;
use pretty_assertions::assert_eq;
use rstest::rstest;

const NOTHING_ON_PATH: &str = "the platform's CLI is not installed here (no nemo, nhx or nmp on PATH)";

fn on(generation: Generation, cli: Cli) -> Console {
    let mut platform = platform();
    platform.generation = generation;
    let mut console = Console::start(platform, Session { cli, ..session() });
    console.settle();
    console
}

#[test]
fn every_screen_has_its_commands() {
    let mut console = Console::open(platform().with_things("ml-team", ResourceKind::Project, &["run-01"]));
    console.go_to("ml-team").press("x");
    assert_eq!(
        console.commands(),
        ["nemo workspaces list --all-pages", "nemo workspaces get ml-team"]
    );
    assert_eq!(console.caveats(), [NOTHING_ON_PATH]);
    console.press("x enter").settle().press("x");
    assert_eq!(console.commands(), ["nemo workspaces members list --workspace ml-team"]);
    console.press("esc esc v").settle().press("x");
    assert_eq!(
        console.commands(),
        [
            "nemo projects get run-01 --workspace ml-team",
            "nemo projects list --workspace ml-team --all-pages"
        ]
    );
    console.press("x ? x");
    assert!(console.commands().is_empty());
    assert!(console.caveats()[0].contains("go back"), "{:?}", console.caveats());
}

#[test]
fn the_audit_is_printed_by_the_console_itself_with_the_filter_in_force() {
    let mut console = audited(everywhere());
    console.press("x");
    assert_eq!(console.commands(), ["nmp-console audit"]);
    assert!(console.caveats().is_empty(), "the platform's CLI has no part in it");
    console
        .press("x /")
        .write("ws:ml-* role:admin")
        .press("enter")
        .settle()
        .press("x");
    assert_eq!(console.commands(), ["nmp-console audit --filter 'ws:ml-* role:admin'"]);
    console.press("x E ctrl-x");
    assert!(
        console.commands()[0]
            .starts_with("nmp-console audit --filter 'ws:ml-* role:admin' --format json --output nmp-audit-"),
        "{:?}",
        console.commands()
    );

    let mut console = bobs_access();
    console.go_to("lonely").press("x");
    assert_eq!(
        console.commands(),
        [
            "nmp-console audit --filter 'who:\"bob@example.com\"'",
            "nemo workspaces members list --workspace lonely"
        ]
    );
}

#[test]
fn what_changes_nothing_comes_before_what_mends_a_finding() {
    let mut console = audited(everywhere());
    console.press("f").settle().press("x");
    let mending: Vec<_> = console
        .commands()
        .iter()
        .map(|command| command.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(mending, ["nmp-console", "nemo"], "{:?}", console.commands());
}

#[test]
fn a_dialog_shows_exactly_the_change_that_is_sent() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e x");
    assert!(console.commands().is_empty());
    assert!(
        console.caveats()[0].starts_with("nothing would be sent yet: "),
        "{:?}",
        console.caveats()
    );
    // Editing, confirming and running show one and the same.
    let promote = "nemo workspaces members update bob@example.com --workspace ml-team --roles Admin";
    console.press("x ↓ ↓ x");
    assert_eq!(console.commands(), [promote]);
    console.press("x enter");
    assert!(console.is_confirming());
    console.press("x");
    assert_eq!(console.commands(), [promote]);
    console.press("x y x");
    assert!(matches!(console.dialog().stage, Stage::Running(_)));
    assert_eq!(console.commands(), [promote]);
    console.settle();
    assert_eq!(console.commands(), [promote], "what is looked at stays");
    let sent = Grammar::of(Generation::Helix).change(&console.sent[0]).unwrap();
    assert_eq!(sent.raw(), promote);
}

#[test]
fn a_plan_has_one_command_for_each_change() {
    let mut console = members_of("ml-team");
    console.press("a").write("dan@example.com, eve@example.com").press("x");
    assert!(console.model.equivalent.is_none(), "in a text field x is a letter");
    console.press("backspace ctrl-x");
    assert_eq!(
        console.commands(),
        [
            "nemo workspaces members create --workspace ml-team --principal dan@example.com --roles Viewer",
            "nemo workspaces members create --workspace ml-team --principal eve@example.com --roles Viewer"
        ]
    );
}

#[test]
fn nothing_goes_through_the_box_to_what_lies_below() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("d x");
    let title = console.title();
    assert!(console.is_confirming());
    for key in ["n", "enter", "q", "j", "d", "space", "tab"] {
        console.press(key);
        assert!(console.is_confirming() && console.model.equivalent.is_some(), "{key}");
    }
    console.press("y y");
    assert!(console.is_confirming(), "there y copies: it is no yes");
    assert!(console.sent.is_empty());
    console.paste("y\nx\n");
    assert_eq!(
        console.notice(),
        "you can paste only into text fields: nothing was changed"
    );
    console.press("esc");
    assert!(console.model.equivalent.is_none());
    assert_eq!(console.title(), title);
    console.press("y");
    assert!(matches!(console.dialog().stage, Stage::Running(_)), "and here it is");
}

#[test]
fn the_command_is_that_of_the_cli_the_user_has() {
    let nmp = Cli {
        programs: Programs {
            has_nmp: true,
            ..Programs::default()
        },
        ..Cli::default()
    };
    let mut console = on(Generation::Platform01, nmp.clone());
    console.go_to("ml-team").press("enter").settle().press("x");
    assert_eq!(console.commands(), ["nmp members list --workspace ml-team"]);
    assert!(console.caveats().is_empty(), "{:?}", console.caveats());

    let mut console = on(Generation::Helix, nmp);
    console.press("x");
    assert_eq!(console.commands()[0], "nemo workspaces list --all-pages");
    assert_eq!(
        console.caveats(),
        [
            "the CLI on PATH is for NeMo Platform up to 0.6, but this server is NeMo Helix: it may not understand \
          these commands"
        ]
    );
}

#[test]
fn the_command_acts_on_the_context_in_force() {
    let cli = Cli {
        programs: Programs {
            nemo: Nemo::Found,
            ..Programs::default()
        },
        place: Place::Context(ContextName::new("prod")),
        ..Cli::default()
    };
    let mut console = on(Generation::Helix, cli.clone());
    console.press("x");
    assert_eq!(console.commands()[0], "nemo --context prod workspaces list --all-pages");
    console.press("x A").settle().press("x");
    assert_eq!(console.commands(), ["nmp-console audit --context prod"]);

    let mut console = on(Generation::Seed, cli);
    console.press("x");
    assert_eq!(console.commands()[0], "nmp workspaces list");
    assert_eq!(
        console.caveats(),
        ["uses the current context of the CLI, which has to be 'prod'"]
    );
}

#[test]
fn what_the_cli_cannot_do_is_said() {
    let mut console = on(Generation::Seed, Cli::default());
    console.go_to("ml-team").press("e").write("x").press("ctrl-x");
    assert!(console.commands().is_empty());
    assert_eq!(
        console.caveats(),
        ["the CLI of this server has no command to change the description of 'ml-team'"]
    );
}

#[test]
fn showing_commands_asks_the_platform_nothing_and_works_read_only() {
    let mut console = Console::open_read_only(platform());
    console.go_to("ml-team").press("x");
    assert!(console.asked.is_empty(), "{:?}", console.asked);
    assert_eq!(console.commands().len(), 2);
    console.press("y");
    assert!(matches!(console.asked.as_slice(), [Effect::Copy(_)]));
    assert_eq!(console.model.workspace(), Some(&at("ml-team")));
}

/// What is opened before everything it is about has come follows what comes, and says so until then.
#[rstest]
#[case::workspaces("x")]
#[case::contents("v x")]
#[case::findings("A f x")]
#[case::contexts("C x")]
#[case::deletion("d x")]
#[case::members("enter x")]
#[case::new_member("enter a ctrl-x")]
fn what_is_still_being_read_is_followed(
    #[case] keys: &str,
    #[values(Generation::Helix, Generation::Seed)] generation: Generation,
) {
    let mut platform = platform().with_things("ml-team", ResourceKind::Project, &["run-01"]);
    platform.generation = generation;
    let mut console = Console::start(platform, session());
    // The list is there, and nothing else.
    console.step().go_to("ml-team").press(keys);
    let shown = console.model.equivalent.clone().expect("commands are on show");
    assert!(shown.is_coming, "{:?}", console.caveats());
    assert!(
        console.caveats().iter().any(|text| text.contains("still")),
        "{:?}",
        console.caveats()
    );
    console.settle();
    let mut followed = console.model.equivalent.clone().expect("commands are on show");
    console.press("esc ctrl-x");
    if console.model.equivalent.is_none() {
        console.press("x");
    }
    // The first of those that were there stays marked.
    followed.marked = 0;
    assert_eq!(Some(&followed), console.model.equivalent.as_ref());
    assert!(!followed.is_coming);
}

#[test]
fn a_deletion_has_its_command_once_it_is_counted() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("d x");
    assert!(console.commands().is_empty());
    assert_eq!(
        console.caveats(),
        ["still counting the contents of 'ml-team': the command follows"]
    );
    let copy = console
        .model
        .hints()
        .into_iter()
        .find(|(binding, _)| binding.label == "copy");
    assert_eq!(
        copy.map(|(_, is_usable)| is_usable),
        Some(false),
        "the hint says so, too"
    );
    console.press("y");
    assert_eq!(console.notice(), "there is no command to copy");
    let mut failing = Console::open(platform());
    failing.go_to("ml-team").press("d x");
    failing.fail(failure(FailureKind::Other, "500"));
    assert_eq!(
        failing.caveats(),
        ["nothing would be sent: the contents of 'ml-team' are not known"]
    );
    console.settle();
    let delete = Change::DeleteWorkspace {
        workspace: at("ml-team"),
    };
    let command = Grammar::of(Generation::Helix).change(&delete).unwrap();
    assert_eq!(console.commands(), [command.raw()]);
    assert_eq!(console.caveats(), [NOTHING_ON_PATH]);
}

#[test]
fn what_was_marked_stays_marked_while_others_come() {
    let mut platform = platform().with_things("ml-team", ResourceKind::Project, &["run-01"]);
    platform.generation = Generation::Helix;
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("v x");
    let marked = |console: &Console| {
        let shown = console.model.equivalent.as_ref().unwrap();
        shown.chosen().map(|entry| entry.what.to_string()).collect::<Vec<_>>()
    };
    let project = ["list the projects".to_owned()];
    let shown = console.model.equivalent.as_ref().unwrap();
    let place = shown.entries.iter().position(|entry| entry.what.as_str() == project[0]);
    for _ in 0..place.unwrap() {
        console.press("↓");
    }
    assert_eq!(marked(&console), project);
    let n_before = console.commands().len();
    console.settle();
    assert_ne!(console.commands().len(), n_before);
    assert_eq!(marked(&console), project);
}
