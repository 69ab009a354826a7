//! Views of a list that are saved under a name, shown again, replaced and removed.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::columns::ListKind;
use nmp_console::app::dialog::{Form, Problem};
use nmp_console::app::model::Details;
use nmp_console::app::msg::Effect;
use nmp_console::app::session::Session;
use nmp_console::app::text_field::TextField;
use nmp_console::app::views::{Chosen, Edit, MOST_VIEWS, Taken, View, Views};
use nmp_console::domain::platform::Generation;
use pretty_assertions::assert_eq;
use rstest::rstest;

fn filter(console: &Console) -> &str {
    console.model.screen().filter().unwrap().input.value()
}

fn edits(console: &Console) -> Vec<&Edit> {
    let asked = console.asked.iter();
    let edits = asked.filter_map(|effect| {
        if let Effect::KeepViews { edit, .. } = effect {
            Some(edit)
        } else {
            None
        }
    });
    edits.collect()
}

fn names(console: &Console, kind: ListKind) -> Vec<&str> {
    let views = console.model.views.of(kind).views.iter();
    views.map(|view| view.name.as_str()).collect()
}

/// Saves the list as it is now.
fn save(console: &mut Console, name: &str) {
    console.press("T s").write(name).press("enter").settle();
    assert_eq!(console.notice(), format!("saved the view '{name}'"));
    assert!(console.model.dialogs.is_empty());
}

fn with_view() -> Console {
    let mut console = Console::open(platform());
    console.press("/").write("n").press("enter S");
    save(&mut console, "mine");
    console
}

fn goes_to(console: &mut Console, text: &str) -> Option<String> {
    console.press(":").write(text).press("enter").settle();
    let problem = console.model.dialogs.last()?.problem.as_ref()?;
    let Problem::Typed(errors) = problem else {
        panic!("{problem:?}");
    };
    Some(errors[0].what.to_string())
}

#[test]
fn a_filter_an_order_and_columns_are_saved_and_shown_again() {
    let mut console = Console::open(platform());
    console.press("/").write("n").press("enter S");
    console.press("t").press("↓ space enter").settle();
    console.press("T s").write("mine").press("enter");
    let columns = vec!["name", "you", "members", "admin", "description", "updated"];
    let expected = View {
        name: "mine".to_owned(),
        filter: Some("n".to_owned()),
        sort: vec![("name", true)],
        columns: Some(columns.clone()),
    };
    assert_eq!(
        edits(&console),
        [&Edit::Put(ListKind::Workspaces, expected, Taken::Unasked)]
    );
    console.settle();
    let found = console.rows();
    console.press("esc S t").press("d enter").settle();
    assert_eq!(
        (filter(&console), console.model.screen().order()[0]),
        ("", ("name", false))
    );
    assert!(console.rows() != found);
    console.press("T enter");
    assert_eq!(console.notice(), "view 'mine'");
    assert_eq!(
        (filter(&console), console.model.screen().order()),
        ("n", vec![("name", true)])
    );
    assert_eq!(
        console.model.columns.chosen(ListKind::Workspaces),
        Some(columns.as_slice())
    );
    assert_eq!(console.rows(), found);
    assert!(edits(&console).is_empty(), "showing keeps nothing");
}

#[test]
fn each_list_has_views_of_its_own() {
    let mut console = with_view();
    console.go_to("ml-team").press("enter").settle();
    assert_eq!(
        console.why_not("T"),
        None,
        "members are a list, and none of its views is saved"
    );
    console.press("T");
    for key in ["enter", "d"] {
        assert_eq!(
            console.why_not(key).as_deref(),
            Some("no view of this list is saved yet")
        );
    }
    console.press("esc");
    save(&mut console, "mine");
    assert_eq!(
        (
            names(&console, ListKind::Workspaces),
            names(&console, ListKind::Members)
        ),
        (vec!["mine"], vec!["mine"])
    );
    console.press("?");
    assert_eq!(console.why_not("T"), None, "no key of the help");
}

#[test]
fn a_view_is_replaced_after_a_yes_alone() {
    let mut console = with_view();
    console.press("esc T s").press("enter");
    assert!(console.is_confirming() && edits(&console).is_empty());
    console.press("enter");
    assert!(console.is_editing(), "the focus is on No");
    console.press("enter y");
    let [Edit::Put(_, view, Taken::Agreed(_))] = edits(&console)[..] else {
        panic!("{:?}", console.asked);
    };
    assert_eq!((view.name.as_str(), view.filter.as_deref()), ("mine", Some("")));
    console.settle();
    assert_eq!(console.notice(), "saved the view 'mine'");
    assert_eq!(names(&console, ListKind::Workspaces), ["mine"]);
}

#[test]
fn a_view_is_removed_after_a_yes_alone() {
    let mut console = with_view();
    console.press("T d");
    assert!(console.is_confirming());
    console.press("d");
    assert!(
        console.is_confirming() && edits(&console).is_empty(),
        "not by its own key"
    );
    console.press("n");
    assert!(console.is_editing() && edits(&console).is_empty());
    console.press("d y").settle();
    assert_eq!(console.notice(), "removed the view 'mine'");
    assert!(names(&console, ListKind::Workspaces).is_empty());
}

/// Whoever types or presses faster than the console shows things changes nothing by that.
#[test]
fn what_was_not_seen_saves_and_removes_nothing() {
    let mut console = with_view();
    for keys in ["T d y", "T s enter", "T s enter y"] {
        console.rush(keys, true);
        assert_eq!(names(&console, ListKind::Workspaces), ["mine"], "{keys}");
        assert!(edits(&console).is_empty(), "{keys}");
        while !console.model.dialogs.is_empty() {
            console.press("esc");
        }
    }
}

#[rstest]
#[case::nothing("", "a view needs a name")]
#[case::blanks("   ", "a view needs a name")]
#[case::blank(" a", "a name neither begins nor ends with a blank")]
#[case::direction("a\u{202e}b", "a name has no control characters and nothing that cannot be seen")]
fn a_name_that_cannot_be_is_told_under_the_field(#[case] name: &str, #[case] why: &str) {
    let mut console = Console::open(platform());
    console.press("T s").paste(name).press("enter");
    assert_eq!(console.problem(), why);
    assert!(edits(&console).is_empty() && !console.model.dialogs.is_empty());
    console.press("ctrl-u").write("mine").press("enter").settle();
    assert_eq!(names(&console, ListKind::Workspaces), ["mine"]);
}

#[test]
fn a_long_name_is_refused_and_an_escape_sequence_is_left_out() {
    let mut console = Console::open(platform());
    console.press("T s").paste(&"x".repeat(200)).press("enter");
    assert_eq!(console.problem(), "a name has at most 40 letters, not 200");
    console
        .press("ctrl-u")
        .paste("\u{1b}[31mred\u{7}")
        .press("enter")
        .settle();
    assert_eq!(names(&console, ListKind::Workspaces), ["red"]);
}

#[test]
fn a_typed_name_is_not_dropped_unasked() {
    let mut console = with_view();
    console.press("T s esc");
    assert!(console.is_editing(), "back at the views, as nothing was typed");
    console.press("s").write("other").press("esc");
    assert!(console.dialog().is_leaving);
    console.press("esc");
    let Form::Views(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    assert!(form.naming().is_none());
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(names(&console, ListKind::Workspaces), ["mine"]);
}

#[test]
fn what_was_wrong_with_a_name_goes_with_it() {
    let mut console = Console::open(platform());
    console.press("T s enter");
    assert_eq!(console.problem(), "a view needs a name");
    console.press("esc");
    assert!(console.dialog().problem.is_none());
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_else_is_known() {
    let mut home = platform();
    home.views = None;
    let mut console = Console::open(home);
    console.press("T s").write("mine").press("enter").settle();
    assert_eq!(
        console.problem(),
        "not saved: cannot write views.toml: Read-only file system"
    );
    let Form::Views(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    assert_eq!(form.naming().map(TextField::value), Some("mine"), "the name stays");
    console.press("esc esc esc");
    assert!(names(&console, ListKind::Workspaces).is_empty());
    console
        .model
        .take_views(Views::parse("[[workspaces.views]]\nname = 'mine'").unwrap());
    console.press("T d y").settle();
    assert_eq!(
        console.notice(),
        "the view was not removed: cannot write views.toml: Read-only file system"
    );
    assert_eq!(names(&console, ListKind::Workspaces), ["mine"]);
}

#[test]
fn a_name_in_another_case_is_that_of_the_view_that_is_there() {
    let mut console = with_view();
    let told = "the view 'mine' is there already: names that differ only in case are one name";
    console.press("T s ctrl-u").write("Mine").press("enter");
    assert_eq!(console.problem(), told);
    assert!(console.is_editing() && edits(&console).is_empty());
    // Another console has saved it since.
    console.press("esc esc esc");
    console.model.take_views(Views::default());
    console.press("T s").write("MINE").press("enter").settle();
    assert_eq!(console.problem(), format!("not saved: {told}"));
    assert_eq!(goes_to(&mut with_view(), "view MINE"), None);
}

#[test]
fn a_demo_keeps_views_and_columns_for_itself() {
    let demo = Session {
        is_demo: true,
        ..session()
    };
    let mut console = Console::start(platform(), demo);
    console.settle();
    let text = "[[workspaces.views]]\nname = 'my own'\n";
    console.model.take_views(Views::parse(text).unwrap());
    console.press("T s ctrl-u").write("mine").press("enter");
    assert_eq!(
        console.notice(),
        "saved the view 'mine', for this demo only: your views.toml stays as it is"
    );
    console.press("t").press("↓ space enter");
    assert_eq!(
        console.notice(),
        "kept the columns of this list, for this demo only: your views.toml stays as it is"
    );
    console.press("T d y");
    assert_eq!(names(&console, ListKind::Workspaces), ["mine"]);
    assert!(edits(&console).is_empty(), "nothing is written");
    assert!(console.model.columns.chosen(ListKind::Workspaces).is_some());
}

#[test]
fn a_list_has_so_many_views_and_no_more() {
    let mut console = Console::open(platform());
    let views: Vec<String> = (0..MOST_VIEWS)
        .map(|n| format!("[[workspaces.views]]\nname = 'v{n}'\n"))
        .collect();
    console.model.take_views(Views::parse(&views.concat()).unwrap());
    console.press("T s").write("one more").press("enter");
    assert_eq!(console.problem(), "a list has at most 100 views: remove one");
    console.press("ctrl-u").write("v7").press("enter");
    assert!(console.is_confirming(), "one that is there is replaced");
}

/// What a view does not say stays as it is.
#[test]
fn a_view_that_is_only_a_filter_leaves_order_and_columns() {
    let mut console = Console::open(platform());
    let text = "[[workspaces.views]]\nname = 'lonely'\nfilter = 'lonely'\n";
    console.platform.views = Some(Views::parse(text).unwrap());
    console.model.take_views(Views::parse(text).unwrap());
    console.press("S t").press("↓ space enter").settle();
    console.press("T enter");
    assert_eq!(
        (filter(&console), console.model.screen().order()[0]),
        ("lonely", ("name", true))
    );
    assert!(console.model.columns.chosen(ListKind::Workspaces).is_some());
}

/// The filter of a list stays, too, where a view says nothing of it; what a view replaces can be taken back.
#[test]
fn a_view_that_is_only_columns_leaves_the_filter() {
    let mut console = Console::open(platform());
    let text = "[[workspaces.views]]\nname = 'few'\ncolumns = ['name', 'admin']\n\n\
                [[workspaces.views]]\nname = 'all'\nfilter = ''\n";
    console.model.take_views(Views::parse(text).unwrap());
    console.press("/").write("n").press("enter").settle();
    console.press("T enter");
    assert_eq!(filter(&console), "n");
    console.press("T ↓ enter");
    assert_eq!(filter(&console), "");
    console.press("/ →");
    assert_eq!(filter(&console), "n");
}

/// A list is saved with its columns, the usual ones as well.
#[test]
fn a_saved_view_brings_the_usual_columns_back() {
    let mut console = with_view();
    console.press("t").press("↓ space enter").settle();
    assert!(console.model.columns.chosen(ListKind::Workspaces).is_some());
    console.press("T enter");
    assert_eq!(console.model.columns.chosen(ListKind::Workspaces), None);
}

#[test]
fn the_columns_of_a_view_are_kept_once_they_are_chosen() {
    let mut console = Console::open(platform());
    let text = "[[workspaces.views]]\nname = 'few'\ncolumns = ['name', 'admin']\n";
    console.model.take_views(Views::parse(text).unwrap());
    console.press("T enter");
    assert!(edits(&console).is_empty(), "it is only shown");
    console.press("t enter");
    let columns = Some(vec!["name", "admin"]);
    let chosen = Chosen {
        before: None,
        after: columns,
    };
    assert_eq!(edits(&console), [&Edit::Columns(ListKind::Workspaces, chosen)]);
}

#[test]
fn a_view_is_shown_whatever_stood_in_front_of_its_list() {
    let mut console = with_view();
    console.press("i");
    assert_ne!(console.model.details, Details::Beside);
    assert_eq!(goes_to(&mut console, "view mine"), None);
    assert_eq!(console.model.details, Details::Beside);
}

/// Whoever is led away from a dialog by it comes back to it, and not to a view behind it.
#[test]
fn a_dialog_that_waits_is_left_before_a_view_of_workspaces_is_shown() {
    let mut console = Console::open(super::deleting::on(Generation::Seed));
    console.model.take_views(one_of_each());
    console.go_to("ml-team").press("d").settle().press("enter").settle();
    assert_eq!(
        console.model.screen().kind(),
        Some(ListKind::Resources),
        "{}",
        console.title()
    );
    let why = goes_to(&mut console, "view of workspaces").unwrap();
    assert!(why.contains("go back to 'Delete workspace' first"), "{why}");
}

#[test]
fn what_another_console_has_saved_meanwhile_is_not_replaced_unasked() {
    let mut console = Console::open(platform());
    console.press("T s").write("mine");
    let text = "[[workspaces.views]]\nname = 'mine'\nfilter = 'theirs'\n";
    console.platform.views = Some(Views::parse(text).unwrap());
    console.press("enter").settle();
    let problem = console.problem();
    assert!(
        problem.contains("another view was saved as 'mine' meanwhile"),
        "{problem}"
    );
    // The name is still there, and now it is known to be taken.
    console.press("enter");
    assert!(console.is_confirming());
    console.press("y").settle();
    assert_eq!(console.notice(), "saved the view 'mine'");
}

fn one_of_each() -> Views {
    let views = ListKind::ALL.map(|kind| format!("[[{0}.views]]\nname = 'of {0}'\nfilter = 'a'\n", kind.name()));
    Views::parse(&views.concat()).unwrap()
}

/// From wherever: a view is gone to, with its filter, or it is told why not.
#[rstest]
#[case::workspaces("")]
#[case::members("enter")]
#[case::resources("enter v")]
#[case::principal("enter p")]
#[case::audit("A")]
#[case::matrix("A m")]
#[case::findings("A f")]
#[case::people("A P esc")]
#[case::activity("L")]
#[case::contexts("C")]
#[case::help("?")]
fn a_view_is_gone_to_from_wherever(#[case] keys: &str) {
    let mut n_shown = 0;
    for kind in ListKind::ALL {
        let mut console = Console::open(platform());
        console.model.take_views(one_of_each());
        console.go_to("ml-team");
        for key in keys.split_whitespace() {
            console.press(key).settle();
        }
        let name = format!("of {}", kind.name());
        match goes_to(&mut console, &format!("view {name}")) {
            None => {
                assert!(console.model.dialogs.is_empty(), "{keys}: {name}");
                assert_eq!(console.model.screen().kind(), Some(kind), "{keys}: {name}");
                assert_eq!(filter(&console), "a", "{keys}: {name}");
                assert_eq!(console.notice(), format!("view '{name}'"), "{keys}");
                n_shown += 1;
            }
            Some(why) => assert!(
                why.contains("select a ") || why.contains("platform admin"),
                "{keys}, {name}: {why}"
            ),
        }
    }
    assert!(n_shown >= 7, "{n_shown}");
}

#[test]
fn a_view_that_needs_something_selected_says_so() {
    let mut console = Console::open(platform());
    console.model.take_views(one_of_each());
    console
        .press("A")
        .settle()
        .press("/")
        .write("zzzz")
        .press("enter")
        .settle();
    assert_eq!(
        goes_to(&mut console, "view of members").as_deref(),
        Some("a view of members: select a workspace first")
    );
    console.press("ctrl-u").write("view of principal").press("enter");
    assert_eq!(console.problem(), "a view of principal: select a principal first");
}

#[test]
fn no_view_is_a_place_before_one_is_saved_or_after_it_is_removed() {
    let mut console = Console::open(platform());
    console.press(":").write("saved under a name").press("enter");
    assert_eq!(console.problem(), "no view is saved yet");
    console.press("esc esc");
    save(&mut console, "mine");
    assert_eq!(goes_to(&mut console, "view mi"), None);
    console.press("T d y").settle();
    console.press(":").write("view mine").press("enter");
    assert_eq!(console.problem(), "no view is called 'mine'");
    // What was run last is remembered.
    console.press("ctrl-u").write("mine").press("enter");
    assert_eq!(console.problem(), "no view of workspaces is called 'mine' any more");
}

#[test]
fn without_a_server_only_contexts_have_views() {
    let session = Session {
        destination: None,
        ..session()
    };
    let mut console = Console::start(platform(), session);
    console.settle();
    console.model.take_views(one_of_each());
    assert_eq!(
        goes_to(&mut console, "view of workspaces").as_deref(),
        Some("a view of workspaces: no server is in use: connect to one first")
    );
    console
        .press("ctrl-u")
        .write("view of contexts")
        .press("enter")
        .settle();
    assert_eq!(console.model.screen().kind(), Some(ListKind::Contexts));
}

/// What is lost on the way is told, as it is by the keys.
#[test]
fn a_view_of_workspaces_leaves_every_other_screen() {
    let mut console = Console::open(platform());
    console.model.take_views(one_of_each());
    console.press("A").settle().press("C").settle();
    assert_eq!(goes_to(&mut console, "view of workspaces"), None);
    assert_eq!(
        (console.model.screens.len(), console.notice()),
        (1, "view 'of workspaces'")
    );
    console
        .press("esc")
        .go_to("ml-team")
        .press("enter")
        .settle()
        .press("G space");
    assert_eq!(goes_to(&mut console, "view of workspaces"), None);
    assert!(console.notice().contains("mark"), "{}", console.notice());
    assert_eq!(filter(&console), "a");
}
