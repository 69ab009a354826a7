//! Changing and removing, as a platform admin, whom the platform does not find by name.

use super::scene::{Scene, session};
use super::world::{DAY, World, failure, member, place};
use crate::platform::{roles, who};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::member::Roster;
use nmp_console::domain::platform::Allowed;

const JOSE: &str = "josé@example.com";

fn team(width: u16, height: u16, held: &[&str]) -> Scene {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    let members = vec![
        member("alice@example.com", &["Admin"], DAY),
        member(JOSE, held, DAY),
        member("grp/sub", &["Viewer"], DAY),
    ];
    world.workspaces.push(place("rows", "", DAY).with(members));
    Scene::start_with(session(), world, width, height).settle().open("rows")
}

#[test]
fn the_question_says_that_and_why() {
    let scene = team(80, 24, &["Viewer"]).select(JOSE).press("d");
    scene.shows("through-rows-remove");
    scene.clone().resize(60, 16).shows("through-rows-remove-60x16");
    scene
        .press("n")
        .select("grp/sub")
        .press("e ↓")
        .shows("through-rows-change");
    team(120, 24, &["Viewer"])
        .select("grp/sub")
        .shows("through-rows-member");
}

#[test]
fn the_command_gives_and_the_note_says_how_rows_take() {
    let scene = team(80, 24, &["Viewer"]).select(JOSE).press("e ↓ x");
    scene.shows("through-rows-command");
    scene.resize(60, 16).shows("through-rows-command-60x16");
}

#[test]
fn what_was_done_by_half_says_what_is_held_now() {
    let mut scene = team(80, 24, &["Viewer"])
        .select(JOSE)
        .press("e ↓ enter")
        .settle()
        .sent(Ok(()));
    let place = scene.world.find("rows");
    let mut roster: Roster = place.roster.clone().unwrap();
    roster.set_roles(&who(JOSE), roles(&["Editor", "Viewer"]));
    place.roster = Ok(roster);
    let moved = failure(
        FailureKind::Other,
        "cannot change josé@example.com in 'rows': Editor, Viewer → Editor: somebody else has changed that grant since it was \
         read (409)",
        "Entity 'rb-1' of type 'role_binding' in workspace 'rows' was modified by another request. Expected version 1, \
         but current version is 2. Please refetch and retry.",
        "It was read again: check what is there now, and apply again if you still want to.",
    );
    let scene = scene.settle().sent(Err(moved)).settle();
    scene.shows("through-rows-half-done");
    scene.resize(60, 16).shows("through-rows-half-done-60x16");
}
