//! How many keys the daily tasks take, letters of names included.

use crate::console::{Console, Setup};
use crate::given::{Platform, add, create, project, remove, token_of};
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::{Deletion, Options, PLATFORM_ADMIN};

/// The console, and how many keys were pressed since they were counted last.
struct Counted {
    console: Console,
    n_keys: usize,
}

impl Counted {
    /// Opens the console with the cursor on `workspace`, everything read.
    #[track_caller]
    fn on(setup: Setup, workspace: &str) -> Self {
        let mut console = setup.open();
        console.press("/").type_text(workspace).shows(&["Workspaces (1 of "]);
        // The first esc leaves the filter and clears it; the cursor stays.
        console.press("esc").hides("filter:");
        console.shows(&[&format!("▸ {workspace}")]);
        Self { console, n_keys: 0 }
    }

    /// Opens the members of `workspace`.
    #[track_caller]
    fn in_workspace(setup: Setup, workspace: &str) -> Self {
        let mut counted = Self::on(setup, workspace);
        counted
            .console
            .press("enter")
            .shows(&[&format!("Members of {workspace} (")])
            .hides("loading");
        counted
    }

    fn press(&mut self, keys: &str) -> &Console {
        self.n_keys += keys.split(' ').count();
        self.console.press(keys)
    }

    #[track_caller]
    fn type_text(&mut self, text: &str) -> &Console {
        self.n_keys += text.chars().count();
        self.console.type_text(text)
    }

    #[track_caller]
    fn took(&mut self, n_keys: usize) {
        assert_eq!(std::mem::take(&mut self.n_keys), n_keys, "keys");
    }
}

/// Bob is in `ml-team`, carl is known from elsewhere.
fn platform() -> Platform {
    let platform = Platform::empty();
    platform.given([
        create("ml-team"),
        create("ml-shared"),
        add("ml-team", "bob@example.com", Role::Viewer),
        add("ml-shared", "carl@example.com", Role::Viewer),
    ]);
    platform
}

fn in_ml_team(platform: &Platform) -> Counted {
    Counted::in_workspace(Setup::on(platform), "ml-team")
}

/// Puts the cursor on bob.
fn on_bob(platform: &Platform) -> Counted {
    let mut counted = in_ml_team(platform);
    counted.console.press("G").shows(&["▸ bob@example.com"]);
    counted
}

#[track_caller]
fn holds(platform: &Platform, who: &str, role: Option<Role>) {
    let expected = role.map(RoleSet::only).unwrap_or_default();
    let roles = platform.members("ml-team").roles_of(&Principal::from_platform(who));
    assert_eq!(roles, expected, "{who}");
}

#[test]
fn opening_the_members_of_a_workspace() {
    let platform = platform();
    let mut counted = Counted {
        console: Setup::on(&platform).open(),
        n_keys: 0,
    };
    counted.press("/");
    counted.type_text("ml-t").shows(&["Workspaces (1 of "]);
    counted.press("enter").shows(&["Members of ml-team ("]);
    counted.took(6);
}

#[test]
fn adding_a_known_colleague() {
    let platform = platform();
    let mut counted = in_ml_team(&platform);
    counted.press("a").shows(&["Add member"]);
    counted.type_text("car").shows(&["carl@example.com"]);
    counted
        .press("enter")
        .shows(&["[carl@example.com", "known, in 1 workspace"]);
    counted.press("enter").shows(&["confirmed"]);
    counted.took(6);
    holds(&platform, "carl@example.com", Some(Role::Viewer));
}

#[test]
fn adding_one_as_editor() {
    let platform = platform();
    let mut counted = in_ml_team(&platform);
    counted.press("a").shows(&["Add member"]);
    counted.type_text("car").shows(&["carl@example.com"]);
    counted.press("enter").shows(&["[carl@example.com"]);
    counted.press("alt-e").shows(&["(•) Editor"]);
    counted.press("enter").shows(&["confirmed"]);
    counted.took(7);
    holds(&platform, "carl@example.com", Some(Role::Editor));
    // The next one is added as the last one was.
    counted.press("a").shows(&["Add member", "(•) Editor"]);
}

#[test]
fn promoting_a_viewer() {
    let platform = platform();
    let mut counted = on_bob(&platform);
    counted.press("e").shows(&["Change role"]);
    counted.press("e").shows(&["bob@example.com is now Editor"]);
    counted.took(2);
    holds(&platform, "bob@example.com", Some(Role::Editor));
}

#[test]
fn making_somebody_admin() {
    let platform = platform();
    let mut counted = on_bob(&platform);
    counted.press("e").shows(&["Change role"]);
    counted.press("a").shows(&["n no"]);
    holds(&platform, "bob@example.com", Some(Role::Viewer));
    counted.press("y").shows(&["bob@example.com is now Admin"]);
    counted.took(3);
    holds(&platform, "bob@example.com", Some(Role::Admin));
}

#[test]
fn removing_a_member() {
    let platform = platform();
    let mut counted = on_bob(&platform);
    counted.press("d").shows(&["Remove member"]);
    counted
        .press("y")
        .shows(&["removed bob@example.com", "Members of ml-team (1)"]);
    counted.took(2);
    holds(&platform, "bob@example.com", None);
}

#[test]
fn offboarding_three_members_in_one_review_and_undoing_and_redoing_it() {
    let platform = platform();
    platform.given([
        add("ml-team", "carl@example.com", Role::Viewer),
        add("ml-team", "dora@example.com", Role::Editor),
    ]);
    let held = [
        ("bob@example.com", Role::Viewer),
        ("carl@example.com", Role::Viewer),
        ("dora@example.com", Role::Editor),
    ];
    let mut counted = in_ml_team(&platform);
    counted
        .press("j V j j")
        .shows(&["Members of ml-team (4), 3 marked", "+ marked"]);
    counted.press("d").shows(&[
        "Remove members",
        "3 changes:",
        "Editor → none",
        "bob@example.com",
        "carl@example.com",
        "n no",
    ]);
    counted
        .press("y")
        .shows(&["3 applied; confirmed", "Members of ml-team (1)"])
        .hides("marked");
    counted.took(6);
    for (who, _) in &held {
        holds(&platform, who, None);
    }

    counted
        .press("u")
        .shows(&["undo 3 changes in ml-team:", "no role → Editor"]);
    counted
        .press("enter")
        .shows(&["Members of ml-team (4)", "add members to 'ml-team'"])
        .hides("undo 3 changes");
    counted.took(2);
    for (who, role) in &held {
        holds(&platform, who, Some(role.clone()));
    }

    // The undo is one plan in the journal, and undone as one.
    counted.press("L").shows(&[
        "Activity (6 changes in ",
        "undo: add members to 'ml-team'",
        "remove members from 'ml-team' · 3 applied, und",
    ]);
    counted
        .press("U")
        .shows(&["undo 3 changes in ml-team:", "Editor → no role"]);
    counted.press("enter").shows(&["n no"]);
    counted
        .press("y")
        .shows(&["Activity (9", "undo: remove members from 'ml-team' · 3 applied"])
        .hides("undo 3 changes");
    counted.took(4);
    for (who, _) in &held {
        holds(&platform, who, None);
    }
    assert_eq!(platform.members("ml-team").len(), 1, "the Admin alone is left");
}

#[test]
fn giving_everyone_access_and_taking_it_away() {
    let platform = platform();
    let mut counted = in_ml_team(&platform);
    counted.press("w").shows(&["Everyone (*) in ml-team"]);
    counted.press("v").shows(&["n no"]);
    counted.press("y").shows(&["confirmed"]);
    counted.took(3);
    holds(&platform, "*", Some(Role::Viewer));
    counted.press("w").shows(&["Everyone (*) in ml-team"]);
    counted.press("n").shows(&["n no"]);
    counted
        .press("y")
        .shows(&["Members of ml-team (2)"])
        .hides("Change role");
    counted.took(3);
    holds(&platform, "*", None);
}

/// The name has 18 letters.
#[test]
fn leaving_as_the_only_admin() {
    let platform = Platform::empty();
    let name = "evaluation-private";
    platform.given([create(name), add(name, "dora@example.com", Role::Admin)]);
    platform.given([
        add(name, "carl@example.com", Role::Viewer),
        remove(name, PLATFORM_ADMIN, Role::Admin),
    ]);
    let setup = Setup::on(&platform).env("NMP_ACCESS_TOKEN", &token_of("dora@example.com"));
    let mut counted = Counted::in_workspace(setup, name);
    counted.press("d").shows(&["Remove member", "last Admin", "ctrl-n"]);
    counted.press("ctrl-n").shows(&["Add member", "(•) Admin"]);
    counted.type_text("car").shows(&["carl@example.com"]);
    counted.press("enter").shows(&["[carl@example.com"]);
    counted.press("enter").shows(&["n no"]);
    counted.press("y").shows(&[&format!("type {name} to confirm")]);
    counted.type_text(name);
    counted
        .press("enter")
        .shows(&["Workspaces (", &format!("you left '{name}'")]);
    counted.took(27);
}

/// The name has 13 letters.
#[test]
fn deleting_a_workspace_with_projects_where_they_are_to_be_deleted_first() {
    let platform = Platform::empty();
    let name = "customer-acme";
    platform.given([create(name), project(name, "one"), project(name, "two")]);
    let mut counted = Counted::on(Setup::on(&platform), name);
    counted
        .press("d")
        .shows(&["at least 2 resources in it", "enter show all"]);
    counted.press("enter").shows(&["Resources of customer-acme (2)"]);
    counted.press("d").shows(&["2 changes:", "n no"]);
    counted.press("y").shows(&["2 applied"]);
    counted
        .press("esc")
        .shows(&["it is empty", &format!("type {name} to confirm")]);
    counted.type_text(name);
    counted
        .press("enter")
        .shows(&["deleted workspace 'customer-acme': confirmed"]);
    counted.took(19);
    assert!(!platform.has(name));
}

#[test]
fn deleting_a_workspace_with_all_that_is_in_it() {
    let platform = Platform::start(Options {
        deletion: Deletion::Cascade,
        ..Options::default()
    });
    let name = "customer-acme";
    platform.given([create(name), project(name, "one")]);
    let mut counted = Counted::on(Setup::on(&platform), name);
    counted
        .press("d")
        .shows(&["Delete workspace", &format!("type {name} to confirm")]);
    counted.type_text(name);
    counted.press("enter").shows(&["'customer-acme' is gone"]);
    counted.took(15);
    assert!(!platform.has(name));
}

#[test]
fn telling_who_can_write_in_a_workspace() {
    let platform = platform();
    platform.given([
        add("ml-team", "eve@example.com", Role::Editor),
        add("system", "ops@example.com", Role::from_platform("PlatformAdmin")),
    ]);
    let mut counted = Counted::on(Setup::on(&platform), "ml-team");
    counted
        .press("enter")
        .shows(&["Members of ml-team (3)", "bob@example.com"]);
    counted
        .press("f")
        .shows(&[
            "Members of ml-team (2 of 3)",
            "eve@example.com",
            "besides: 1 platform admin (ops@example.com)",
        ])
        .hides("bob@example.com");
    counted.took(2);
}

#[test]
fn telling_what_somebody_has() {
    let platform = platform();
    let mut counted = Counted::on(Setup::on(&platform), "ml-team");
    counted.press("P").shows(&["filter:", "bob@example.com"]);
    counted.type_text("bob").hides("carl@example.com");
    counted.press("enter").shows(&["Access of bob@example.com ("]);
    counted.took(5);
}

#[test]
fn telling_which_workspaces_are_public() {
    let platform = platform();
    platform.given([add("ml-team", "*", Role::Admin)]);
    let mut counted = Counted::on(Setup::on(&platform), "ml-shared");
    counted.press("s").shows(&["sort: access", "all: Admin"]);
    counted.took(1);
}

#[test]
fn telling_what_changed_since_last_month() {
    let platform = platform();
    let mut counted = Counted::on(Setup::on(&platform), "ml-team");
    counted.press("A").shows(&["Audit ("]);
    counted.press("/").shows(&["filter:"]);
    counted.type_text("since:30d").shows(&["bob@example.com"]);
    counted.press("enter");
    counted.took(12);
}

#[test]
fn writing_evidence_as_csv() {
    let platform = platform();
    let mut counted = Counted::on(Setup::on(&platform), "ml-team");
    counted.press("A").shows(&["Audit (", "bob@example.com"]);
    counted.took(1);
    counted.press("E").shows(&["Export", "(•) json"]);
    counted.press("↓").shows(&["(•) csv ", ".csv"]);
    counted.press("enter").shows(&["✓ exported"]);
    counted.took(3);
}
