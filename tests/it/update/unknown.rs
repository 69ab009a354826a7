//! What is begun before the server has said what it is: judged again when it has, and before anything is sent.

use super::platform;
use crate::console::{Console, session};
use crate::platform::{Platform, at, failure};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::Answer;
use nmp_console::app::remote::Remote;
use nmp_console::app::screen::Screen;
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::resource::ResourceKind;
use pretty_assertions::assert_eq;
use rstest::rstest;

const ASKED: &str = "still checking the server and your rights: no changes until they are known";

/// A console that has read the list, and whose question what the server is has not been answered.
fn unanswered(platform: Platform) -> Console {
    let mut console = Console::start(platform, session());
    console.step().go_to("ml-team");
    console
}

fn seed() -> Platform {
    platform().being(Generation::Seed, Support::No)
}

#[test]
fn a_name_is_judged_by_rules_that_were_not_known_when_it_was_typed() {
    let mut console = unanswered(platform());
    console.press("n").write("sample-7").press("enter");
    assert!(console.is_editing());
    assert!(console.problem().starts_with(ASKED), "{}", console.problem());
    console.settle();
    assert_eq!(console.problem(), "", "nothing is asked any more");
    console.press("enter").settle();
    assert_eq!(
        console.problem(),
        "names that begin with 'sample-' are reserved for the platform's samples"
    );
    assert!(console.sent.is_empty());
}

#[test]
fn the_dialog_below_the_help_is_in_front_again_to_be_judged() {
    let mut console = unanswered(platform());
    console.press("n").write("team-7");
    let before = console.model.dialogs.clone();
    console.press("f1");
    assert!(matches!(console.model.screen(), Screen::Help(_)));
    console.settle();
    assert_eq!(console.model.dialogs, before);
    assert!(matches!(console.model.screen(), Screen::Workspaces(_)));
}

#[test]
fn nobody_creates_what_the_platform_turns_out_to_refuse() {
    let mut platform = platform();
    platform.may_create = Allowed::No;
    let mut console = unanswered(platform);
    console.press("n").write("team-7");
    console.settle().press("enter").settle();
    assert_eq!(
        console.problem(),
        "you need the role WorkspaceCreator in 'system' to create workspaces"
    );
    assert!(console.sent.is_empty());
}

#[rstest]
#[case::create("n", "team-7")]
#[case::describe("e", "for everybody")]
fn no_change_is_sent_before_the_server_has_answered(#[case] key: &str, #[case] text: &str) {
    let mut console = unanswered(platform());
    console.press(key).write(text).press("enter");
    assert!(console.problem().starts_with(ASKED), "{}", console.problem());
    assert_eq!(console.unanswered.len(), 1, "the question to the server");
    // What was typed is kept, and goes out once it is known.
    console.settle().press("enter").settle();
    assert_eq!(console.sent.len(), 1, "{:?}", console.sent);
}

#[test]
fn where_it_cannot_be_found_out_the_platform_judges() {
    let mut console = unanswered(platform());
    console.answer(Answer::Server(Box::new(Err(failure(FailureKind::Other, "500")))));
    assert_eq!(console.notice(), "refresh failed: 500");
    console.press("n").write("team-7").press("enter").settle();
    let create = Change::CreateWorkspace {
        name: at("team-7"),
        description: None,
    };
    assert_eq!(console.sent, [create]);
}

/// What a platform of an older generation can hold is no less lost with a workspace.
#[test]
fn what_is_counted_before_a_deletion_is_what_the_server_can_hold() {
    let kinds: Vec<ResourceKind> = ResourceKind::of(Generation::Seed).collect();
    assert!(!kinds.iter().copied().eq(ResourceKind::of(Generation::Unknown)));
    let counted = |console: &Console| {
        let Form::DeleteWorkspace(form) = &console.dialog().form else {
            panic!("{:?}", console.dialog());
        };
        let Remote::Ready { value, .. } = &form.inventory else {
            panic!("{:?}", form.inventory);
        };
        value.counts.iter().map(|count| count.kind).collect::<Vec<_>>()
    };
    let mut console = unanswered(seed());
    console.press("d").settle();
    assert_eq!(counted(&console), kinds);

    // Also where all was counted, and half of the name is typed.
    let mut console = unanswered(seed());
    console.press("d").step().write("ml-");
    assert_ne!(counted(&console), kinds);
    console.settle();
    assert_eq!(counted(&console), kinds);
    let Stage::Confirming(confirm) = &console.dialog().stage else {
        panic!("{:?}", console.dialog().stage);
    };
    assert_eq!(confirm.typed.value(), "ml-");
}

#[test]
fn what_lies_in_a_workspace_is_looked_for_in_the_kinds_the_server_can_have() {
    let mut console = unanswered(seed());
    console.press("v").settle();
    let Screen::Resources(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    let kinds: Vec<ResourceKind> = state.contents.listings().iter().map(|listing| listing.kind).collect();
    assert_eq!(kinds, ResourceKind::of(Generation::Seed).collect::<Vec<_>>());
    assert!(!state.contents.is_loading());
}
