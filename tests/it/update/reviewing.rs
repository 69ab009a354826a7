//! The review of a plan that the console was started for.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::Failure;
use nmp_console::app::msg::{Answer, Msg, Query};
use nmp_console::app::session::Session;
use nmp_console::audit::coverage::Progress;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

const BOB: &str = "bob@example.com";

/// Bob becomes Editor, and somebody new a Viewer.
const HARMLESS: &str = r#"
schema = 1
[workspace.ml-team.members]
"bob@example.com" = ["Editor"]
"dave@example.com" = { roles = ["Viewer"], reason = "moves to the team" }
"#;

/// The caller keeps less, and everyone gets something.
const GUARDED: &str = r#"
schema = 1
[workspace.ml-team.members]
"alice@example.com" = ["Editor"]
"*" = ["Viewer"]
"#;

/// A console that was started with a file of these wishes; nothing has been answered.
fn started(wishes: &str) -> Console {
    let mut platform = platform();
    wishes.clone_into(&mut platform.wishes);
    let plan = Some("access.toml".into());
    Console::start(platform, Session { plan, ..session() })
}

fn reviewing(wishes: &str) -> Console {
    let mut console = started(wishes);
    console.settle();
    assert_eq!(console.title(), "Apply plan");
    console
}

fn n_planned(console: &Console) -> Option<usize> {
    let Form::Review(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    form.plan().map(|plan| plan.changes.len())
}

fn is_asked_for_a_plan(console: &Console) -> bool {
    console.questions().iter().any(|query| matches!(query, Query::Plan(..)))
}

#[test]
fn a_plan_is_made_after_a_yes_and_not_before() {
    let mut console = reviewing(HARMLESS);
    assert_eq!(n_planned(&console), Some(2));
    console.press("enter");
    assert!(
        console.is_confirming() && console.sent.is_empty(),
        "what no single change needs is asked for"
    );
    console.press("y").settle();
    assert!(console.model.dialogs.is_empty(), "{:?}", console.dialog());
    assert_eq!(console.platform.roles_of("ml-team", BOB).shown().as_str(), "Editor");
    assert_eq!(
        console
            .platform
            .roles_of("ml-team", "dave@example.com")
            .shown()
            .as_str(),
        "Viewer"
    );
    let plans: Vec<_> = console
        .platform
        .journal
        .iter()
        .map(|record| record.plan.clone())
        .collect();
    assert!(
        plans.iter().all(|plan| plan.is_some() && *plan == plans[0]),
        "one plan: {plans:?}"
    );
    let reasons: Vec<_> = console
        .platform
        .journal
        .iter()
        .map(|record| record.reason.clone())
        .collect();
    assert!(
        reasons.contains(&Some(SafeText::new("moves to the team"))),
        "{reasons:?}"
    );
}

#[test]
fn what_is_typed_as_a_reason_wins_over_what_the_file_says() {
    let mut console = reviewing(HARMLESS);
    console
        .press("enter ctrl-r")
        .write("as agreed")
        .press("enter y")
        .settle();
    let reasons: Vec<_> = console
        .platform
        .journal
        .iter()
        .map(|record| record.reason.clone())
        .collect();
    assert_eq!(reasons, vec![Some(SafeText::new("as agreed")); 2]);
}

#[test]
fn each_guard_is_opened_by_its_own_word_alone_and_the_yes_comes_after_all_of_them() {
    let mut console = reviewing(GUARDED);
    console.press("enter");
    assert!(
        console.is_editing() && console.problem().contains("type public"),
        "{}",
        console.problem()
    );
    console.write("self").press("enter");
    assert!(
        console.problem().contains("type public"),
        "the word of another guard opens none"
    );
    console.press("ctrl-u").write("public").press("enter");
    assert!(console.is_editing(), "one guard is open, and one is not");
    console.write("public").press("enter");
    assert!(console.problem().contains("type self"), "{}", console.problem());
    console.press("ctrl-u").write("self").press("enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.write("ml-team").press("enter").settle();
    let last = console.sent.last().and_then(|change| change.principal());
    assert_eq!(
        last.map(Principal::raw),
        Some("alice@example.com"),
        "what I lose comes last"
    );
}

#[test]
fn the_digest_is_copied_whole_and_a_letter_goes_into_the_field_where_there_is_one() {
    let mut console = started(HARMLESS);
    assert!(console.why_not("ctrl-y").is_some(), "there is no plan yet");
    console.settle().press("y");
    assert!(
        console.copied.is_empty(),
        "y is the yes of the question that comes next"
    );
    console.press("ctrl-y");
    let copied = console.copied.clone();
    assert!(copied.len() == 1 && copied[0].len() == 64, "{copied:?}");
    console.press("enter");
    assert!(
        console.is_confirming() && console.sent.is_empty(),
        "to copy answers nothing"
    );
    let mut guarded = reviewing(GUARDED);
    guarded.press("y ctrl-y");
    assert!(guarded.copied.len() == 1 && guarded.copied[0] != copied[0]);
    let Form::Review(form) = &guarded.dialog().form else {
        panic!("{:?}", guarded.dialog());
    };
    assert_eq!(form.typed().value(), "y");
}

#[test]
fn where_nothing_opens_a_guard_nothing_is_applied() {
    let mut console = reviewing("schema = 1\n[workspace.ml-team]\nmode = \"authoritative\"\n");
    console.press("enter");
    assert!(console.notice().contains("cannot be applied"), "{}", console.notice());
    assert!(console.is_editing() && console.sent.is_empty());
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn what_has_changed_meanwhile_is_not_sent_and_what_is_left_is_planned_anew() {
    let mut console = reviewing(HARMLESS);
    console.press("enter y");
    console.platform.set("ml-team", BOB, &["Admin"]);
    console.settle();
    assert!(
        console.is_editing() && !console.problem().is_empty(),
        "{}",
        console.problem()
    );
    assert_eq!(n_planned(&console), None, "the old plan is no longer true");
    console.press("enter");
    assert!(is_asked_for_a_plan(&console));
    console.settle();
    assert_eq!(n_planned(&console), Some(1), "bob, from what he holds now");
    assert!(console.problem().is_empty());
}

#[test]
fn reading_is_told_and_given_up_with_esc() {
    let mut console = started(HARMLESS);
    assert_eq!(console.title(), "Apply plan", "it is there at once");
    while !is_asked_for_a_plan(&console) {
        console.unanswered.rotate_right(1);
        console.step();
    }
    let place = console.unanswered.iter().position(|effect| {
        matches!(
            effect,
            nmp_console::app::msg::Effect::Read {
                query: Query::Plan(..),
                ..
            }
        )
    });
    let ticket = crate::console::ticket_of(&console.unanswered[place.unwrap()]).unwrap();
    let progress = Progress {
        n_done: 3,
        n_all: Some(9),
    };
    let answer = Answer::Planning(progress);
    console.tell(Msg::Answered { ticket, answer });
    let Form::Review(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    assert_eq!(form.progress(), Some(progress));
    console.press("enter");
    assert!(console.notice().contains("still reading"), "{}", console.notice());
    console.press("esc");
    assert!(console.model.dialogs.is_empty() && !is_asked_for_a_plan(&console));
}

#[test]
fn a_file_that_cannot_be_used_is_told_and_read_again_with_enter() {
    let mut console = started(HARMLESS);
    while !is_asked_for_a_plan(&console) {
        console.unanswered.rotate_right(1);
        console.step();
    }
    let place = console.unanswered.iter().position(|effect| {
        matches!(
            effect,
            nmp_console::app::msg::Effect::Read {
                query: Query::Plan(..),
                ..
            }
        )
    });
    let effect = console.unanswered.remove(place.unwrap());
    console.unanswered.push(effect);
    console.fail(Failure::local("cannot read access.toml", "mend that, then try again"));
    assert_eq!(n_planned(&console), None);
    console.press("enter").settle();
    assert_eq!(n_planned(&console), Some(2));
}

#[test]
fn a_plan_that_has_come_is_another_question() {
    let mut console = started(HARMLESS);
    let before = console.model.question();
    console.settle();
    assert_ne!(before, console.model.question());
}

#[test]
fn read_only_it_is_reviewed_and_neither_applied_nor_are_guards_opened() {
    for (wishes, n) in [(HARMLESS, 2), (GUARDED, 2)] {
        let mut platform = platform();
        wishes.clone_into(&mut platform.wishes);
        let given = Session {
            plan: Some("access.toml".into()),
            read_only: Some(SafeText::new("--read-only")),
            ..session()
        };
        let mut console = Console::start(platform, given);
        console.settle().press("enter");
        assert_eq!(n_planned(&console), Some(n));
        assert!(console.notice().starts_with("read-only: "), "{}", console.notice());
        assert_eq!(console.problem(), "", "no word is asked for");
        console.write("public").press("enter");
        let Form::Review(form) = &console.dialog().form else {
            panic!("{:?}", console.dialog());
        };
        assert_eq!(
            (
                form.typed().value(),
                form.guards().filter(|(_, is_open)| *is_open).count()
            ),
            ("", 0)
        );
        assert_eq!(console.dialog().stage, Stage::Editing);
    }
}
