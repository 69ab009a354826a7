//! The caller's own access across all workspaces, with those whose members only Admins see.

use super::{members_of, members_on};
use crate::console::Console;
use crate::platform::{Platform, at};
use nmp_console::app::msg::Query;
use nmp_console::domain::role::Role;
use nmp_console::domain::workspace::CallerAccess;
use pretty_assertions::assert_eq;

/// What everyone may do as the platform is installed, and what the list says of the caller, belong to its own access.
#[test]
fn ones_own_access_has_the_workspaces_whose_members_are_not_seen() {
    let mut console = members_of("ml-team");
    console.go_to("alice@example.com").press("p").settle();
    assert_eq!(
        console.rows(),
        [
            "ml-team",
            "lonely",
            "default (members not seen)",
            "reading (members not seen)",
            "system (members not seen)"
        ]
    );
    let glimpse = |name: &str, is_meant| {
        console
            .model
            .store
            .glimpse_of(&at(name), is_meant)
            .map(|seen| seen.through)
    };
    assert_eq!(glimpse("default", true), Some("as installed"));
    assert_eq!(glimpse("reading", true), Some("not known"));
    assert_eq!(glimpse("reading", false), None, "of others nothing is known");
    assert_eq!(glimpse("ml-team", true), None, "its members were read");
    for (typed, found) in [
        ("role:write", &["ml-team", "default"][..]),
        ("role:read", &["ml-team", "lonely", "default", "reading", "system"]),
        ("role:viewer", &["lonely", "reading", "system"]),
        ("role:editor", &["default"]),
        ("access:editor", &["default"]),
    ] {
        console.press("/").write(typed);
        let rows = console.rows();
        let rows = rows.iter().map(|row| row.trim_end_matches(" (members not seen)"));
        assert_eq!(rows.collect::<Vec<_>>(), found, "{typed}");
        console.press("esc");
    }
    console.go_to("reading (members not seen)");
    assert!(console.why_not("e").unwrap().starts_with("you need Admin here"));
}

/// The caller's own access, where it is Viewer in so many workspaces and has looked at few of them in the list.
fn own_access(n_workspaces: usize) -> Console {
    let mut platform = super::platform();
    for n in 0..n_workspaces {
        platform = platform.with(&format!("w-{n:03}"), &[("alice@example.com", &["Viewer"])]);
    }
    let mut console = members_on(platform, "ml-team");
    console.go_to("alice@example.com").press("p").settle();
    console
}

fn heading(console: &Console) -> (String, usize) {
    let caller = console.model.identity();
    let title = console.model.screen().title(&console.model.known(&caller));
    (title.covers, console.rows().len())
}

#[test]
fn ones_own_access_is_looked_at_where_only_admins_see_members() {
    let console = own_access(40);
    let (heading, n_rows) = heading(&console);
    assert!(heading.ends_with("your role known in all 45 workspaces"), "{heading}");
    assert_eq!(n_rows, 45, "{:?}", console.rows());
}

#[test]
fn of_too_many_workspaces_the_title_says_how_many_were_not_read_and_which_key_reads_them() {
    let mut console = own_access(150);
    let (before, n_before) = heading(&console);
    let left_out = format!("{} workspaces not read: r reads them", 155 - n_before);
    assert!(before.ends_with(&left_out), "{before}, {n_before} rows");
    assert!(n_before < 100);
    console.press("r");
    assert!(
        console
            .questions()
            .iter()
            .all(|query| matches!(query, Query::Inspect { .. })),
        "what was read is not read again: {:?}",
        console.questions()
    );
    console.press("r");
    assert!(
        console.questions().is_empty(),
        "nor while that goes on: {:?}",
        console.questions()
    );
    console.settle();
    let (after, n_after) = heading(&console);
    assert!(after.ends_with("your role known in all 155 workspaces"), "{after}");
    assert_eq!(n_after, 155);
}

#[test]
fn nothing_more_is_looked_at_once_ones_own_access_is_left() {
    let mut console = own_access(150);
    console.press("r esc").settle();
    let (n_seen, n_all) = (console.model.store.n_seen(), console.model.store.workspaces().len());
    assert!(n_seen < n_all / 2, "{n_seen} of {n_all}");
}

#[test]
fn a_refresh_looks_again_at_ones_own_access_where_only_admins_see_members() {
    let mut console = own_access(10);
    console.platform.set("w-003", "alice@example.com", &["Editor"]);
    console.press("r").settle();
    let access = console
        .model
        .store
        .glimpse_of(&at("w-003"), true)
        .map(|glimpse| glimpse.access);
    assert_eq!(access, Some(CallerAccess::Holds(Role::Editor)));
}

#[test]
fn who_sees_no_member_list_finds_itself_among_the_principals() {
    let platform = Platform::of("alice@example.com")
        .with(
            "reading",
            &[("alice@example.com", &["Editor"]), ("bob@example.com", &["Admin"])],
        )
        .with("default", &[("*", &["Editor"])]);
    let mut console = Console::open(platform);
    console.press("P").write("alice").settle();
    let caller = console.model.identity();
    let title = |console: &Console| console.model.screen().title(&console.model.known(&caller)).what;
    assert_eq!(title(&console), "Principals (1)");
    console.press("ctrl-u").write("bob").settle();
    assert_eq!(title(&console), "Principals (0 of 1)", "of others nothing is known");
    console.press("ctrl-u").write("alice").settle().press("enter").settle();
    assert_eq!(
        console.rows(),
        ["default (members not seen)", "reading (members not seen)"]
    );
}
