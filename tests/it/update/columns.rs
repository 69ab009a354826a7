//! Which columns a list shows, and what is kept of that.

use super::platform;
use crate::console::Console;
use nmp_console::app::columns::ListKind;
use nmp_console::app::msg::Effect;
use nmp_console::app::views::{Chosen, Edit, Views};
use pretty_assertions::assert_eq;

fn chosen(console: &Console) -> Option<Vec<&'static str>> {
    let kind = console.model.screen().kind().unwrap();
    console.model.columns.chosen(kind).map(<[_]>::to_vec)
}

fn edits(console: &Console) -> Vec<&Edit> {
    let asked = console.asked.iter();
    let edits = asked.filter_map(|effect| {
        let Effect::KeepViews { edit, .. } = effect else {
            return None;
        };
        Some(edit)
    });
    edits.collect()
}

type Names = Option<Vec<&'static str>>;

fn chose(before: Names, after: Names) -> Chosen {
    Chosen { before, after }
}

#[test]
fn columns_are_hidden_and_moved_and_kept() {
    let mut console = Console::open(platform());
    // Access is hidden, and the members come before the names.
    console.press("t").press("↓ space ↓ ↓ < < <");
    assert_eq!(console.title(), "Columns");
    assert_eq!(chosen(&console), None, "not before it is applied");
    console.press("enter");
    let expected = vec!["members", "name", "you", "admin", "description", "updated"];
    assert_eq!(chosen(&console), Some(expected.clone()));
    assert_eq!(
        edits(&console),
        [&Edit::Columns(
            ListKind::Workspaces,
            chose(None, Some(expected.clone()))
        )]
    );
    console.settle();
    assert_eq!(console.notice(), "kept the columns of this list");
    assert_eq!(console.model.views.of(ListKind::Workspaces).columns, Some(expected));
    console.press("1");
    assert_eq!(
        console.model.screen().order()[0],
        ("members", false),
        "digits count as they stand"
    );
}

#[test]
fn the_usual_ones_come_back_and_esc_changes_nothing() {
    let mut console = Console::open(platform());
    console.press("t").press("↓ space enter").settle();
    assert!(chosen(&console).is_some());
    console.press("t").press("↓ space esc");
    assert!(chosen(&console).is_some() && edits(&console).is_empty());
    console.press("t").press("d enter");
    assert_eq!(chosen(&console), None);
    let before = Some(vec!["name", "you", "members", "admin", "description", "updated"]);
    assert_eq!(
        edits(&console),
        [&Edit::Columns(ListKind::Workspaces, chose(before, None))]
    );
    console.settle().press("t").press("enter");
    assert!(edits(&console).is_empty(), "nothing was changed");
}

#[test]
fn what_a_row_is_about_cannot_be_hidden() {
    let mut console = Console::open(platform());
    console.press("t").press("space enter");
    assert_eq!(chosen(&console), None);
    console.press("A").settle().press("m");
    assert_eq!(
        console.why_not("t").as_deref(),
        Some("the columns of the matrix are workspaces: the filter chooses them")
    );
}

#[test]
fn each_list_has_its_own_columns_wherever_it_is_shown() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("enter").settle();
    console.press("t").press("↓ space enter").settle();
    assert_eq!(chosen(&console), Some(vec!["principal", "roles", "granted", "by"]));
    console.press("q");
    assert_eq!(chosen(&console), None);
    console.go_to("lonely").press("enter").settle();
    assert_eq!(chosen(&console), Some(vec!["principal", "roles", "granted", "by"]));
}

#[test]
fn columns_that_cannot_be_kept_count_until_the_end() {
    let mut home = platform();
    home.views = None;
    let mut console = Console::open(home);
    console.press("t").press("↓ space enter").settle();
    assert!(chosen(&console).is_some());
    assert_eq!(
        console.notice(),
        "the columns are as chosen until you quit, but not kept: cannot write views.toml: Read-only file system"
    );
}

/// A filter goes by what is known of a row, whichever columns show it.
#[test]
fn a_filter_finds_what_a_hidden_column_says() {
    let mut console = Console::open(platform());
    let all = console.rows();
    console.press("/").write("private").press("enter").settle();
    let found = console.rows();
    assert!(!found.is_empty() && found != all);
    console.press("esc t").press("↓ space enter").settle();
    console.press("/").write("private").press("enter").settle();
    assert_eq!(console.rows(), found);
}

/// Two consoles on one file, both opened before either has chosen anything.
#[test]
fn what_another_console_has_chosen_meanwhile_stays() {
    let mut console = Console::open(platform());
    let others = "[workspaces]\ncolumns = ['name', 'access', 'you', 'members', 'admin', 'updated']\n";
    console.platform.views = Some(Views::parse(others).unwrap());
    console.press("t").press("↓ space enter").settle();
    let expected = Some(vec!["name", "you", "members", "admin", "updated"]);
    assert_eq!(console.model.views.of(ListKind::Workspaces).columns, expected);
    assert_eq!(chosen(&console), expected);
    assert_eq!(
        console.notice(),
        "kept the columns of this list, with what another console has chosen meanwhile"
    );
    // What is chosen next is a change of that.
    console.press("t").press("↓ space enter").settle();
    let expected = Some(vec!["name", "members", "admin", "updated"]);
    assert_eq!(console.model.views.of(ListKind::Workspaces).columns, expected);
}

/// A view that is saved brings the news of the file, and what is chosen afterwards is no wish to undo them.
#[test]
fn a_view_that_is_saved_in_between_undoes_nothing() {
    let mut console = Console::open(platform());
    let others = "[workspaces]\ncolumns = ['name', 'access', 'you', 'members', 'admin', 'updated']\n";
    console.platform.views = Some(Views::parse(others).unwrap());
    console.press("T s").write("mine").press("enter").settle();
    assert_eq!(chosen(&console), None, "what is on show stays");
    console.press("t").press("↓ space enter").settle();
    let expected = Some(vec!["name", "you", "members", "admin", "updated"]);
    assert_eq!(console.model.views.of(ListKind::Workspaces).columns, expected);
}
