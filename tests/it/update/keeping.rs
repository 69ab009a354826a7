//! Columns and views are kept one after the other, and what the file answers is about the file.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::columns::ListKind;
use nmp_console::app::msg::{Answer, Effect};
use nmp_console::app::session::Session;
use nmp_console::app::views::{Edit, Unkept, Views};
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

fn chosen(console: &Console, kind: ListKind) -> Option<Vec<&'static str>> {
    console.model.columns.chosen(kind).map(<[_]>::to_vec)
}

fn in_the_file(console: &Console, kind: ListKind) -> Option<Vec<&'static str>> {
    let views = console.platform.views.as_ref().expect("the file can be used");
    views.of(kind).columns.clone()
}

fn names(views: &Views, kind: ListKind) -> Vec<&str> {
    views.of(kind).views.iter().map(|view| view.name.as_str()).collect()
}

fn n_under_way(console: &Console) -> usize {
    let asked = console.unanswered.iter();
    asked
        .filter(|effect| matches!(effect, Effect::KeepViews { .. }))
        .count()
}

/// On the welcome screen; the contexts are a list already.
fn welcomed() -> Console {
    let session = Session {
        destination: None,
        ..session()
    };
    let mut console = Console::start(platform(), session);
    console.settle();
    console
}

/// A view of the contexts is being saved while the console goes to the demo.
fn saved_on_the_way_to_the_demo() -> Console {
    let mut console = welcomed();
    console.press("C").settle().press("T s").write("mine").press("enter");
    assert_eq!(n_under_way(&console), 1);
    console.press("esc enter").step();
    assert!(console.model.session.is_demo);
    assert_eq!(n_under_way(&console), 1, "a file is written wherever the console is");
    console
}

#[test]
fn what_is_saved_on_the_way_to_the_demo_is_in_the_file_and_told_so() {
    let mut console = saved_on_the_way_to_the_demo();
    console.settle();
    assert_eq!(console.notice(), "saved the view 'mine'");
    assert!(names(&console.model.views, ListKind::Contexts).is_empty());
    // What the demo keeps is still its own.
    console.press("T s").write("of the demo").press("enter");
    assert_eq!(
        console.notice(),
        "saved the view 'of the demo', for this demo only: your views.toml stays as it is"
    );
    console.press("C").settle().go_to("prod").press("enter").settle();
    assert!(!console.model.session.is_demo);
    assert_eq!(names(&console.model.views, ListKind::Contexts), ["mine"]);
    assert!(names(&console.model.views, ListKind::Workspaces).is_empty());
}

#[test]
fn what_cannot_be_saved_on_the_way_to_the_demo_is_told_and_is_no_view_of_the_demo() {
    let mut console = saved_on_the_way_to_the_demo();
    let theirs = Views::parse("[[contexts.views]]\nname = 'theirs'\n").unwrap();
    let place = console
        .unanswered
        .iter()
        .position(|effect| matches!(effect, Effect::KeepViews { .. }));
    let effect = console.unanswered.remove(place.unwrap());
    let Effect::KeepViews { edit, .. } = &effect else {
        unreachable!("it was looked for")
    };
    let unkept = Unkept {
        why: SafeText::new("it is theirs"),
        views: Some(Box::new(theirs)),
    };
    let answer = Answer::ViewsKept(Box::new(edit.clone()), Err(unkept));
    console.unanswered.push(effect);
    console.answer(answer);
    assert_eq!(console.notice(), "the view 'mine' was not saved: it is theirs");
    assert!(
        console.model.dialogs.is_empty(),
        "on the demo it would be saved elsewhere"
    );
    assert!(names(&console.model.views, ListKind::Contexts).is_empty());
    console
        .settle()
        .press("C")
        .settle()
        .go_to("prod")
        .press("enter")
        .settle();
    assert_eq!(names(&console.model.views, ListKind::Contexts), ["theirs"]);
}

#[test]
fn columns_that_are_being_written_when_the_demo_is_left_are_shown() {
    let mut console = welcomed();
    console.press("C").settle().press("t").press("↓ space enter");
    let hidden = chosen(&console, ListKind::Contexts);
    assert!(hidden.is_some());
    let place = console
        .unanswered
        .iter()
        .position(|effect| matches!(effect, Effect::KeepViews { .. }));
    let write = console.unanswered.remove(place.unwrap());
    console.press("esc enter").settle();
    assert!(console.model.session.is_demo);
    console.press("C").settle().go_to("prod").press("enter").settle();
    assert_eq!(chosen(&console, ListKind::Contexts), hidden);
    console.unanswered.push(write);
    console.settle();
    assert_eq!(console.notice(), "kept the columns of this list");
    assert_eq!(
        (
            chosen(&console, ListKind::Contexts),
            in_the_file(&console, ListKind::Contexts)
        ),
        (hidden.clone(), hidden)
    );
}

#[test]
fn a_column_that_is_shown_again_before_the_first_answer_is_shown() {
    let mut console = Console::open(platform());
    // Access and what one is oneself are hidden, and then one of them is not.
    console.press("t").press("↓ space ↓ space enter");
    console.press("t").press("↓ space enter");
    let expected = chosen(&console, ListKind::Workspaces);
    assert_eq!(n_under_way(&console), 1, "one after the other");
    console.settle();
    assert_eq!(console.notice(), "kept the columns of this list");
    assert_eq!(chosen(&console, ListKind::Workspaces), expected);
    assert_eq!(in_the_file(&console, ListKind::Workspaces), expected);
    console.press("t").press("enter");
    assert!(console.asked.is_empty(), "nothing was changed");
}

/// Somebody else has hidden the descriptions meanwhile.
#[test]
fn quick_choices_undo_nothing_of_another_console() {
    let mut console = Console::open(platform());
    let others = "[workspaces]\ncolumns = ['name', 'access', 'you', 'members', 'admin', 'updated']\n";
    console.platform.views = Some(Views::parse(others).unwrap());
    console.press("t").press("↓ space enter");
    console.press("t").press("↓ space enter");
    console.press("t").press("↓ space enter");
    console.settle();
    let expected = in_the_file(&console, ListKind::Workspaces);
    let columns = expected.clone().unwrap();
    assert!(!columns.contains(&"description"), "{columns:?}");
    assert_eq!(chosen(&console, ListKind::Workspaces), expected);
    assert_eq!(
        console.notice(),
        "kept the columns of this list, with what another console has chosen meanwhile"
    );
}

#[test]
fn what_could_not_be_written_is_written_with_the_next_choice() {
    let mut console = Console::open(platform());
    console.press("t").press("↓ space enter");
    console.press("t").press("↓ space enter");
    let expected = chosen(&console, ListKind::Workspaces);
    let Some(Effect::KeepViews { edit, .. }) = console.unanswered.last() else {
        panic!("{:?}", console.unanswered);
    };
    let answer = Answer::ViewsKept(Box::new(edit.clone()), Err(SafeText::new("no space left").into()));
    console.answer(answer);
    assert!(
        console.notice().ends_with("but not kept: no space left"),
        "{}",
        console.notice()
    );
    console.settle();
    assert_eq!(console.notice(), "kept the columns of this list");
    assert_eq!(in_the_file(&console, ListKind::Workspaces), expected);
    assert_eq!(chosen(&console, ListKind::Workspaces), expected);
}

#[test]
fn two_views_are_saved_in_their_order() {
    let mut console = Console::open(platform());
    console.press("T s").write("one").press("enter");
    console.press("T s ctrl-u").write("two").press("enter");
    assert_eq!(n_under_way(&console), 1);
    let Some(Effect::KeepViews {
        edit: Edit::Put(_, first, _),
        ..
    }) = console.unanswered.last()
    else {
        panic!("{:?}", console.unanswered);
    };
    assert_eq!(first.name, "one");
    console.settle();
    assert_eq!(names(&console.model.views, ListKind::Workspaces), ["one", "two"]);
}

#[test]
fn what_is_still_being_written_is_waited_for_before_the_end() {
    let mut console = Console::open(platform());
    console.press("t").press("↓ space enter");
    console.press("t").press("↓ space enter").press("q");
    assert!(!console.has_quit());
    assert_eq!(
        console.notice(),
        "views.toml is still being written: quitting when it is done; ctrl-c again quits at once"
    );
    console.step();
    assert!(!console.has_quit(), "the second choice is written, too");
    console.step();
    assert!(console.has_quit());
    let mut impatient = Console::open(platform());
    impatient.press("t").press("↓ space enter").press("q q");
    assert!(impatient.has_quit());
}
