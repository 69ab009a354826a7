//! Lists in the order of several columns.

use super::platform;
use crate::console::Console;
use crate::platform::Platform;
use nmp_console::app::list::Order;
use nmp_console::app::msg::{Effect, Query};
use nmp_console::domain::platform::Allowed;
use pretty_assertions::assert_eq;

/// Workspaces with one Admin or two, and one member or more.
fn uneven() -> Platform {
    let two: &[(&str, &[&str])] = &[("root@example.com", &["Admin"]), ("bob@example.com", &["Admin"])];
    let one: &[(&str, &[&str])] = &[("root@example.com", &["Admin"]), ("bob@example.com", &["Viewer"])];
    let mut platform = Platform::of("root@example.com")
        .with("a-two", two)
        .with("b-one", one)
        .with("c-one", &one[..1])
        .with("d-two", two);
    platform.is_admin = Allowed::Yes;
    platform
}

fn order(console: &Console) -> Order {
    console.model.screen().order()
}

#[test]
fn a_digit_sorts_first_by_its_column_and_then_as_before() {
    let mut console = Console::open(uneven());
    // NAME, ACCESS, YOU, MEMBERS, ADMIN, UPDATED.
    console.press("5").settle();
    assert_eq!(console.rows(), ["b-one", "c-one", "a-two", "d-two"]);
    assert_eq!(order(&console), [("admins", false), ("name", false)]);
    console.press("4");
    assert_eq!(
        order(&console),
        [("members", false), ("admins", false), ("name", false)]
    );
    assert_eq!(console.rows(), ["b-one", "a-two", "d-two", "c-one"]);
    console.press("4 1");
    assert_eq!(order(&console), [("name", false), ("members", true), ("admins", false)]);
    assert_eq!(console.rows(), ["a-two", "b-one", "c-one", "d-two"]);
    console.press("5 S");
    assert_eq!(order(&console), [("admins", true), ("name", false), ("members", true)]);
    assert_eq!(console.rows(), ["a-two", "d-two", "b-one", "c-one"]);
}

#[test]
fn the_old_keys_do_what_they_did() {
    let mut console = Console::open(uneven());
    console.press("5 s").settle();
    assert_eq!(order(&console), [("updated", false)]);
    console.press("s S");
    assert_eq!(order(&console), [("name", true)]);
    assert_eq!(console.rows(), ["d-two", "c-one", "b-one", "a-two"]);
}

#[test]
fn a_digit_without_a_column_says_which_there_are() {
    let mut console = Console::open(platform());
    assert_eq!(
        console.why_not("8").as_deref(),
        Some("no column 8 to sort by: 1 name, 2 access, 3 you, 4 members, 5 admins, 6 updated")
    );
    console.press("A").settle().press("m");
    assert_eq!(
        console.why_not("1").as_deref(),
        Some("this view has a fixed order: only the list of grants can be sorted")
    );
}

/// An order that only decides where another does not is made of all rows, too.
#[test]
fn a_second_column_made_of_members_reads_them_all() {
    let reads_everything = |console: &Console| {
        let mut asked = console.asked.iter();
        asked.any(|effect| {
            matches!(
                effect,
                Effect::Read {
                    query: Query::Audit(..),
                    ..
                }
            )
        })
    };
    let mut large = (0..200).fold(Platform::of("root@example.com"), |platform, i| {
        let members: &[(&str, &[&str])] = &[("root@example.com", &["Admin"]), ("bob@example.com", &["Admin"])];
        platform.with(&format!("w{i:03}"), if i < 190 { members } else { &members[..1] })
    });
    large.is_admin = Allowed::Yes;
    let mut console = Console::open(large);
    console.press("6");
    assert!(!reads_everything(&console), "name and updated are in the list");
    console.press("5 esc");
    assert!(!reads_everything(&console), "it was stopped");
    console.press("3");
    assert_eq!(order(&console), [("you", false), ("admins", false), ("updated", false)]);
    assert!(reads_everything(&console), "{:?}", console.asked);
    console.settle();
    let first: Vec<String> = console.rows().into_iter().take(10).collect();
    let lonely: Vec<String> = (190..200).map(|i| format!("w{i:03}")).collect();
    assert_eq!(first, lonely, "what the caller is, is the same everywhere");
    assert_eq!(console.model.store.n_unread(), 0);
}

/// No two workspaces have one name: what was sorted by before decides nothing behind it.
#[test]
fn behind_the_name_no_column_is_read() {
    let mut large = (0..200).fold(Platform::of("root@example.com"), |platform, i| {
        platform.with(&format!("w{i:03}"), &[("root@example.com", &["Admin"])])
    });
    large.is_admin = Allowed::Yes;
    let mut console = Console::open(large);
    console.press("2");
    assert!(console.model.store.reading().is_some(), "by access all are sorted");
    console.press("1");
    assert_eq!(order(&console), [("name", false), ("access", false)]);
    assert!(console.model.store.reading().is_none(), "{:?}", console.asked);
    console.settle();
    assert!(console.model.store.n_unread() > 0);
    console.press("2");
    assert!(console.model.store.reading().is_some(), "now it counts first again");
}

#[test]
fn every_list_that_can_be_sorted_takes_digits() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("enter").settle();
    console.press("2");
    assert_eq!(order(&console), [("kind", false), ("roles", false)]);
    console.press("p").settle().press("3");
    assert_eq!(order(&console), [("granted", false), ("effective", false)]);
    console.press("esc v").settle().press("1");
    assert_eq!(order(&console), [("name", false), ("kind", false)]);
    console.press("q q A").settle().press("2").settle();
    assert_eq!(order(&console), [("principal", false), ("workspace", false)]);
    assert!(console.rows()[0].contains("alice@example.com"), "{:?}", console.rows());
    console.press("L").settle().press("2 2");
    assert_eq!(order(&console), [("workspace", true), ("time", false)]);
}

#[test]
fn the_list_of_commands_knows_the_columns_by_name() {
    let mut console = Console::open(uneven());
    console.press(":").write("sort by admins").press("enter").settle();
    assert_eq!(order(&console), [("admins", false), ("name", false)]);
}
