//! Deleting a workspace: what is lost is counted first, and what is in the way is cleared.

use super::platform;
use crate::console::Console;
use crate::platform::{Platform, at, failure};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Msg};
use nmp_console::app::screen::Screen;
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::{Deletion, Generation, Support};
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

pub(super) fn on(generation: Generation) -> Platform {
    let deletion_status = match generation {
        Generation::Helix => Support::Yes,
        Generation::Seed | Generation::Platform01 | Generation::Platform03 | Generation::Platform06 => Support::No,
        Generation::Unknown => Support::Unknown,
    };
    let platform = platform().with_things("ml-team", ResourceKind::Project, &["p1", "p2", "p3"]);
    platform.being(generation, deletion_status)
}

/// The console after the deletion of `ml-team` was accepted, and everything that was asked then is answered.
pub(super) fn accepted(platform: Platform) -> Console {
    let mut console = Console::open(platform);
    named(&mut console);
    console.write("ml-team").press("enter").settle();
    console
}

/// Asks for the deletion of `ml-team` until its name is wanted, whatever is known to be in the way.
fn named(console: &mut Console) {
    console.go_to("ml-team").press("d").settle();
    if console.is_editing() {
        console.press("r").settle();
    }
    assert!(console.is_confirming());
}

#[test]
fn counts_are_told_as_they_come() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d");
    let effect = console.unanswered.pop().expect("it is being counted");
    let mut answers = console.platform.answers(&effect);
    let (ticket, end) = answers.pop().expect("an end");
    for (ticket, answer) in answers.into_iter().take(4) {
        console.tell(Msg::Answered { ticket, answer });
    }
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    assert_eq!(form.so_far.len(), 4);
    assert!(console.is_editing());
    console.tell(Msg::Answered { ticket, answer: end });
    assert!(console.is_confirming());
}

#[test]
fn more_than_the_name_is_asked_for_what_could_not_be_counted() {
    let mut platform = on(Generation::Helix);
    platform.failing = vec![ResourceKind::Secret];
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("d").settle();
    console.write("ml-team").press("enter").settle();
    assert!(
        console.is_confirming() && console.sent.is_empty(),
        "the name alone is not enough"
    );
    console.write(" uncounted").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_service_that_is_not_installed_holds_nothing_back() {
    let mut platform = on(Generation::Helix);
    platform.absent = vec![ResourceKind::Secret];
    assert_eq!(accepted(platform).sent.len(), 1);
}

#[test]
fn a_kind_that_can_no_longer_be_counted_stops_the_deletion() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").settle();
    console.platform.failing = vec![ResourceKind::Job];
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent, []);
    assert_eq!(
        console.problem(),
        "changed since you opened this: 'ml-team' now holds jobs that can no longer be counted"
    );
}

#[test]
fn what_is_in_the_way_leads_there_and_back_with_the_name_kept() {
    let mut console = accepted(on(Generation::Seed));
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.left, [(SafeText::new("project"), 3)]);
    console.press("enter").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.rows(), ["project p1", "project p2", "project p3"]);
    console.press("d y").settle();
    assert_eq!(console.rows(), [""; 0]);
    console.press("esc").settle();
    assert!(console.is_confirming(), "counted again, and the retry is offered");
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.typed.value() == "ml-team"));
    console.press("enter").settle();
    let delete = Change::DeleteWorkspace {
        workspace: at("ml-team"),
    };
    assert_eq!(console.sent.iter().filter(|change| **change == delete).count(), 2);
    assert_eq!(console.notice(), "deleted workspace 'ml-team': confirmed");
    assert!(
        !console.rows().contains(&"ml-team".to_owned()),
        "this generation deletes at once"
    );
}

#[test]
fn trying_again_needs_no_second_typing_and_learns_what_the_server_does() {
    let mut console = accepted(on(Generation::Unknown));
    assert_eq!(console.model.deletion(), Deletion::Cascades, "it has shown it");
    let mut console = {
        console.platform = on(Generation::Seed);
        accepted(on(Generation::Seed))
    };
    console.platform.room("ml-team").things.clear();
    console.press("r").settle();
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.typed.value() == "ml-team"));
    console.press("enter").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.model.deletion(), Deletion::Refuses);
}

/// The dialog after the platform has refused for what it calls like this.
fn refused_for(words: &[&str]) -> Console {
    let mut console = Console::open(on(Generation::Seed));
    named(&mut console);
    console.write("ml-team").press("enter").step();
    let kinds = words.iter().map(|word| (SafeText::new(word), 2)).collect();
    console.answer(Answer::Sent(Err(failure(FailureKind::NotEmpty(kinds), "409"))));
    console.settle();
    console
}

#[test]
fn a_kind_nobody_knows_is_kept_verbatim_and_is_no_dead_end() {
    let mut console = refused_for(&["flying saucer"]);
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.left, [(SafeText::new("flying saucer"), 2)]);
    console.press("enter").settle();
    assert_eq!(console.title(), "Delete workspace");
    assert!(
        console.notice().contains("use the platform's CLI"),
        "{}",
        console.notice()
    );
    let mut console = refused_for(&["flying saucer", "project"]);
    console.press("enter").settle();
    assert_eq!(console.rows().len(), 3, "everything there is");
    console.press("esc").settle();
    assert_eq!(console.title(), "Delete workspace");
}

fn marked(console: &Console) -> usize {
    let Screen::Resources(state) = console.model.screen() else {
        panic!("no resources: {:?}", console.model.screen())
    };
    state.list.marked().count()
}

#[test]
fn what_will_be_refused_begins_with_what_is_in_the_way_and_asks_for_the_name_afterwards() {
    let platform = on(Generation::Seed).with_things("ml-team", ResourceKind::Fileset, &["f1"]);
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("d").settle();
    assert!(console.is_editing(), "no name to type for a refusal");
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    let left: Vec<_> = form.left.iter().map(|(word, n)| (word.as_str(), *n)).collect();
    assert_eq!(left, [("project", 3), ("fileset", 1)]);
    console.press("enter").settle();
    assert_eq!((console.rows().len(), marked(&console)), (4, 4), "of all kinds, marked");
    console.press("space");
    assert_eq!(marked(&console), 3, "whoever marks is left alone");
    console.press("g space d y").settle();
    assert_eq!(console.rows(), [""; 0]);
    console.press("esc").settle();
    assert!(console.is_confirming(), "now it is empty, and its name is asked for");
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.notice(), "deleted workspace 'ml-team': confirmed");
}

#[test]
fn what_is_known_to_be_in_the_way_can_be_tried_all_the_same() {
    let mut console = Console::open(on(Generation::Seed));
    console.go_to("ml-team").press("d").settle();
    console.press("r").settle();
    assert!(console.is_confirming());
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1, "the platform decides");
}

#[test]
fn a_login_that_lies_over_the_counting_does_not_keep_the_name_from_being_asked_for() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").press("ctrl-o").settle();
    assert_eq!(console.title(), "Log in");
    console.press("esc").settle();
    assert_eq!(console.title(), "Delete workspace");
    assert!(console.is_confirming(), "{:?}", console.dialog());
}

#[test]
fn why_a_key_can_do_nothing_is_told_no_longer_than_it_is_so() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").press("enter");
    assert_eq!(console.notice(), "still counting its contents: wait for it to finish");
    console.settle();
    assert!(console.is_confirming());
    assert_eq!(console.notice(), "");
}

#[test]
fn another_reason_why_a_key_can_do_nothing_takes_the_place_of_the_first() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("reading").press("d");
    let first = console.notice().to_owned();
    assert_eq!(console.why_not("d"), Some(first.clone()));
    console.press("j");
    let second = console.why_not("d").expect("'system' stays");
    assert_ne!(first, second);
    assert_eq!(console.notice(), second);
}
