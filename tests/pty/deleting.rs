//! Deleting a workspace, by keys alone: refused and resolved, followed to its end, failing, and with the answer lost.

use crate::console::{Console, Setup};
use crate::given::{Platform, create, project};
use nmp_console::sandbox::{Deletion, Options};
use std::time::Duration;

/// Long enough to be seen, short enough to wait for.
const CLEANUP: Duration = Duration::from_millis(500);

fn cascading() -> Options {
    Options {
        deletion: Deletion::Cascade,
        cleanup: CLEANUP,
        ..Options::default()
    }
}

/// Opens the console with the cursor on `ml-team`, in which there are three projects.
fn on_ml_team(platform: &Platform) -> Console {
    let projects = ["one", "two", "three"].map(|name| project("ml-team", name));
    platform.given([create("ml-team")]).given(projects);
    let mut console = Setup::on(platform).open();
    console.press("/").type_text("ml-team").press("enter");
    console.shows(&["Members of ml-team"]);
    console.press("esc");
    console.shows(&["▸ ml-team"]);
    console
}

fn delete(console: &mut Console) {
    console.press("d").shows(&["3 projects", "type ml-team to confirm"]);
    console.type_text("ml-team").press("enter");
}

#[test]
fn a_refusal_leads_to_what_is_in_the_way_and_back() {
    let platform = Platform::start(Options::default());
    let mut console = on_ml_team(&platform);
    console
        .press("d")
        .shows(&["only empty workspaces", "at least 3 resources"]);
    console.press("enter").shows(&["Resources of ml-team (3), 3 marked"]);
    console.press("d").shows(&["3 changes:", "there is no undo"]);
    console.press("y").shows(&["3 applied"]);
    console.press("esc").shows(&["Delete workspace", "it is empty"]);
    assert!(platform.has("ml-team"));
    console.type_text("ml-team").press("enter");
    console.shows(&["deleted workspace 'ml-team': confirmed"]);
    console.hides("▸ ml-team");
    assert!(!platform.has("ml-team"));
}

#[test]
fn a_cascade_is_announced_followed_and_ends() {
    let platform = Platform::start(cascading());
    let mut console = on_ml_team(&platform);
    console
        .press("d")
        .shows(&["in it: 3 projects", "1 member loses access: 1 Admin"]);
    console.type_text("ml-team").press("enter");
    console.shows(&["deleting: "]);
    console.shows(&["'ml-team' is gone"]);
    console.hides("▸ ml-team");
    assert!(!platform.has("ml-team"));
}

#[test]
fn a_cleanup_that_fails_shows_its_error() {
    let platform = Platform::start(Options {
        cleanup_error: Some("the store is away".to_owned()),
        cleanup_retry: Duration::from_hours(1),
        ..cascading()
    });
    let mut console = on_ml_team(&platform);
    delete(&mut console);
    console.shows(&["deleting: failed"]);
    console
        .press("enter")
        .shows(&["some contents could not be destroyed", "the store is away"]);
}

#[test]
fn a_connection_cut_right_after_the_request_is_read_back() {
    let platform = Platform::start(Options {
        faults: vec!["drop-after:DELETE".parse().unwrap()],
        ..Options::default()
    });
    platform.given([create("ml-team")]);
    let mut console = Setup::on(&platform).open();
    console.press("/").type_text("ml-team").press("enter");
    console.shows(&["Members of ml-team"]);
    console.press("esc");
    console.shows(&["▸ ml-team"]);
    console.press("d").shows(&["it is empty", "type ml-team to confirm"]);
    console.type_text("ml-team").press("enter");
    console.shows(&["deleted workspace 'ml-team': applied"]);
    assert!(!platform.has("ml-team"));
}
