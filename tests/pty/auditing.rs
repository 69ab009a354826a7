//! Who has access to what, on the terminal: the matrix, a caller who is refused nearly everywhere, plans and files.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create, token_of};
use nmp_console::audit::Baseline;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::Role;
use std::os::unix::fs::PermissionsExt as _;

/// Twelve workspaces: bob is in all of them, and Admin of the last.
fn platform() -> Platform {
    let platform = Platform::empty();
    for n in 0..12 {
        let name = format!("team-{n:02}");
        let role = if n == 11 { Role::Admin } else { Role::Viewer };
        platform.given([create(&name), add(&name, "bob@example.com", role)]);
    }
    platform.given([add("team-03", "*", Role::Editor)]);
    platform
}

fn audit(platform: &Platform) -> Console {
    let mut console = Setup::on(platform).open();
    console.press("A").shows(&["Audit (", "14 of 14 workspaces readable"]);
    console
}

#[test]
fn the_matrix_scrolls_both_ways_and_leads_to_the_member() {
    let platform = platform();
    let mut console = audit(&platform);
    console.press("m").shows(&[
        "Audit matrix (",
        "E Editor, V Viewer, e Editor via *, v Viewer via *, P platform admin",
        "▸ Everyone (*)",
        ": Everyone (*) in default",
    ]);
    console.press("j j").shows(&[
        "▸ bob@example.com",
        "Editor, through everyone (*): bob@example.com in default",
    ]);
    // Farther than the screen is wide: the columns scroll.
    console.press("l l l l l l l l l l l l l");
    console.shows(&["Admin, granted", "bob@example.com in team-11"]);
    console.press("h").shows(&["bob@example.com in team-10"]);
    console
        .press("enter")
        .shows(&["Members of team-10 (2)", "▸ bob@example.com"]);
}

#[test]
fn whoever_is_refused_nearly_everywhere_is_told_how_little_that_covers() {
    let platform = platform();
    let mut console = Setup::on(&platform)
        .env("NMP_ACCESS_TOKEN", &token_of("bob@example.com"))
        .start();
    console.shows(&["Workspaces (14)", "bob@example.com"]);
    console
        .press("A")
        .shows(&["1 of 14 workspaces readable", "only workspaces you can read"]);
    console.shows(&["team-11", "bob@example.com"]);
    console.press("m j").shows(&["not read: bob@example.com in default"]);
    console.press("f").shows(&["Audit findings (", "unreadable", "team-00"]);
}

#[test]
fn a_leaver_is_removed_everywhere_by_one_reviewed_plan() {
    let platform = platform();
    let mut console = audit(&platform);
    console
        .press("/")
        .type_text("who:bob*")
        .press("enter")
        .shows(&["Audit (12 of"]);
    console
        .press("p")
        .shows(&["Access of bob@example.com (14)", "everyone (*)"]);
    console.press("D").shows(&["Remove everywhere", "12 changes"]);
    console.press("enter").shows(&["type 12 to confirm"]);
    console.type_text("12").press("enter").shows(&["12 applied"]);
    let bob = Principal::from_platform("bob@example.com");
    assert!(platform.members("team-00").find(&bob).is_none());
    assert!(platform.members("team-11").find(&bob).is_none());
    console.shows(&["Access of bob@example.com (3"]);
}

#[test]
fn what_is_shown_is_written_to_a_file_for_its_owner_alone() {
    let platform = platform();
    let mut console = audit(&platform);
    let file = console.home().join("access.json");
    console
        .press("/")
        .type_text("role:Admin kind:user")
        .press("enter")
        .shows(&["filter: role:Admin"]);
    console.press("E").shows(&["Export", "(•) json"]);
    console.press("ctrl-u").type_text(file.to_str().unwrap()).press("enter");
    console.shows(&["✓ exported the rows shown to"]);
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let written = std::fs::read(&file).unwrap();
    assert!(Baseline::read(&written).is_ok(), "it can be compared with later");
    let text = String::from_utf8(written).unwrap();
    assert!(
        text.contains("role:Admin kind:user") && !text.contains("Viewer\""),
        "{text}"
    );
    // Nothing is ever written over.
    console.press("E").shows(&["Export"]);
    console.press("ctrl-u").type_text(file.to_str().unwrap()).press("enter");
    console.shows(&["exists already", "choose another name"]);
}

/// A terminal would break longer lines anywhere.
#[test]
fn the_table_of_an_audit_fits_the_terminal() {
    let platform = platform();
    let long = format!("{}@example.com", "long".repeat(20));
    platform.given([add("team-05", &long, Role::Viewer)]);
    let console = Setup::on(&platform).args(&["audit"]).size((80, 24)).start();
    assert_eq!(console.end(), Ok(0));
    let written = String::from_utf8(console.written()).unwrap();
    let (_, table) = written.split_once("Access audit, ").unwrap();
    let widest = table.lines().map(|line| line.trim_end().chars().count()).max();
    assert!(widest <= Some(80), "{table}");
    assert!(table.contains("longlong") && !table.contains(&long), "{table}");
    assert!(table.contains("team-11    bob@example.com "), "{table}");
}
