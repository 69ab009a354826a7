//! An ordinary day of an admin, by keys alone.

use crate::console::{PROGRAM, Setup};
use crate::given::{Platform, add, create, project};
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::PLATFORM_ADMIN;

#[test]
fn the_demo_begins_where_it_is_told_to() {
    let console = Setup::of(PROGRAM).args(&["demo", "--workspace", "gpu-burst"]).start();
    console.shows(&["Members of gpu-burst"]);
}

fn roles(platform: &Platform, who: &str) -> RoleSet {
    platform.members("ml-team").roles_of(&Principal::from_platform(who))
}

#[test]
fn creates_a_workspace_fills_it_and_promotes() {
    let platform = Platform::empty();
    let mut console = Setup::on(&platform).open();
    console.press("n").shows(&["New workspace"]);
    console.type_text("ml-team").press("tab").type_text("Machine learning");
    console
        .press("enter")
        .shows(&["✓ created workspace 'ml-team': confirmed", "▸ ml-team"]);

    console
        .press("enter")
        .shows(&["Members of ml-team (1)", PLATFORM_ADMIN, "last Admin"]);
    console.press("a").shows(&["Add member"]);
    console
        .paste("bob@example.com\ncarol@example.com, team-leads\n")
        .shows(&["bob@example.com", "carol@example.com", "team-leads"]);
    console.press("enter").shows(&["'team-leads': not seen before", "n no"]);
    console.press("y").shows(&["3 applied"]);
    console.shows(&["Members of ml-team (4)"]);
    assert_eq!(roles(&platform, "team-leads"), RoleSet::only(Role::Viewer));

    console
        .press("/")
        .type_text("carol")
        .press("enter")
        .shows(&["▸ carol@example.com"]);
    console.press("e").shows(&["Change role"]);
    console
        .press("↓ enter")
        .shows(&["carol@example.com is now Editor in 'ml-team': confirmed"]);
    assert_eq!(roles(&platform, "carol@example.com"), RoleSet::only(Role::Editor));
    console.press("esc").shows(&["Members of ml-team (4)"]);
    console.press("q").shows(&["Workspaces ("]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}

/// As in a container in which no file can be made.
#[test]
fn the_demo_begins_where_no_file_can_be_made_and_says_what_that_takes_away() {
    let nowhere = "/nonexistent/folder";
    let setup = Setup::of(PROGRAM)
        .args(&["demo"])
        .env("TMPDIR", nowhere)
        .env("HOME", nowhere);
    let mut console = setup
        .env("XDG_STATE_HOME", nowhere)
        .env("XDG_CONFIG_HOME", nowhere)
        .start();
    console.shows(&["Workspaces (44)", "NO JOURNAL", "the demo keeps no journal", nowhere]);
    console.press("e").shows(&["Describe workspace"]);
    console.press("ctrl-u").type_text("new words").shows(&["new words"]);
    console.press("enter").shows(&["changed the description"]);
    console.press("L").shows(&["no journal is kept"]);
    console.press("esc").shows(&["Workspaces (44)"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}

#[test]
fn reads_the_refusal_to_demote_the_last_admin_where_it_was_asked_for() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(&platform).args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (2)", "▸ admin@ex"]);
    console.press("e ↑ ↑").shows(&["Change role", "last Admin"]);
    console
        .press("enter")
        .says("Change role", "Add another Admin first: ctrl-n");
    console.press("r").shows(&["type ml-team to confirm"]);
    console.type_text("ml-team").press("enter");
    console
        .says("Change role", "This is the last Admin for workspace 'ml-team'.")
        .says("Change role", "Add another Admin first: ctrl-n");
    assert_eq!(roles(&platform, PLATFORM_ADMIN), RoleSet::only(Role::Admin));
}

#[test]
fn removes_a_member_after_a_yes() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(&platform).args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (2)", "bob@example.com"]);
    console.press("G").shows(&["▸ bob@example.com"]);
    console.press("d").shows(&["Remove member"]);
    console
        .press("y")
        .shows(&["Members of ml-team (1)", "bob@example.com", "confirmed"]);
    assert!(roles(&platform, "bob@example.com").is_empty());
}

#[test]
fn reads_what_keeps_a_workspace_from_being_deleted() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), project("ml-team", "one"), project("ml-team", "two")]);
    let mut console = Setup::on(&platform).open();
    console
        .press("/")
        .type_text("ml-team")
        .press("enter")
        .shows(&["Members of ml-team"]);
    console.press("esc").shows(&["▸ ml-team"]);
    console
        .press("d")
        .shows(&["this server deletes only empty workspaces", "at least 2 resources"]);
    console.press("r").shows(&["2 projects", "type ml-team to confirm"]);
    console.type_text("ml-tea").press("enter");
    console.shows(&["that is not 'ml-team': nothing was done"]);
    assert!(platform.has("ml-team"), "half a name deletes nothing");
    console.type_text("m").press("enter");
    console.says(
        "Delete workspace",
        "workspace contains entities that must be deleted first: project (2)",
    );
    console.wait_for("kind and count in one row", |screen| {
        let mut rows = screen.rows(0, screen.size().1.get());
        rows.any(|row| row.contains("project") && row.trim_end_matches([' ', '│']).ends_with('2'))
    });
    assert!(platform.has("ml-team"));
}

#[test]
fn deletes_an_empty_workspace_after_its_name_is_typed() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut console = Setup::on(&platform).open();
    console
        .press("/")
        .type_text("ml-team")
        .press("enter")
        .shows(&["Members of ml-team"]);
    console.press("esc").shows(&["▸ ml-team"]);
    console.press("d").shows(&["it is empty", "type ml-team to confirm"]);
    console.type_text("ml-team").press("enter");
    console.shows(&["deleted workspace 'ml-team': confirmed"]);
    console.hides("▸ ml-team");
    assert!(!platform.has("ml-team"));
}

#[test]
fn finds_what_to_do_and_where_to_go_by_typing() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut console = Setup::on(&platform).open();
    std::fs::create_dir(console.home().join("access")).unwrap();
    let wishes = format!(
        "schema = 1\nserver = \"{}\"\n[workspace.ml-team]\nabsent = [\"bob@example.com\"]\n",
        platform.url()
    );
    std::fs::write(console.home().join("access/ml-team.toml"), wishes).unwrap();

    console.press(":").shows(&["Commands", "workspace NAME"]);
    console.type_text("workspace ml").shows(&["[workspace ml "]);
    console.press("enter").shows(&["Members of ml-team (2)"]);
    console.press("G").shows(&["▸ bob@example.com"]);
    console.press(":").shows(&["Commands"]);
    console.type_text("change").shows(&["[change "]);
    console.press("enter").shows(&["Change role"]);
    console.press("esc").hides("Change role");

    console.press(":").shows(&["Commands"]);
    console.type_text("plan acc").shows(&["[plan acc ", "▸ access/"]);
    console.press("tab").shows(&["[plan access/ ", "▸ access/ml-team.toml"]);
    console.press("tab").shows(&["[plan access/ml-team.toml "]);
    console.press("enter").shows(&["Apply plan", "1 change in 1 workspace"]);
    console.press("esc").hides("Apply plan").hides("Commands");

    console.press(":").shows(&["Commands"]);
    console.type_text("quit").shows(&["[quit "]);
    console.press("enter").shows(&["Workspaces ("]);
    console.press("ctrl-c");
    assert_eq!(console.end(), Ok(0));
}
