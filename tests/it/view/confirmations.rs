//! The questions before a change.

use super::scene::{Scene, session};
use super::world::{World, member};
use nmp_console::domain::platform::{Generation, Support};

#[test]
fn yes_or_no() {
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("d");
    scene.shows("confirm-remove");
    scene.clone().press("tab").shows("confirm-remove-yes");
    scene.clone().resize(60, 16).shows("confirm-remove-60x16");
    scene.resize(120, 40).shows("confirm-remove-120x40");
}

#[test]
fn removing_the_last_admin() {
    Scene::ready(80, 24)
        .open("solo")
        .press("d")
        .shows("confirm-remove-last-admin");
}

#[test]
fn making_somebody_admin() {
    let scene = Scene::ready(80, 24).open("ml-team").select("carol@example.com");
    scene.press("e ↓ enter").shows("confirm-promote");
}

#[test]
fn locking_oneself_out() {
    let scene = Scene::ready(80, 24)
        .open("open-lab")
        .select("alice@example.com")
        .press("d");
    scene.shows("confirm-remove-yourself");
    let scene = scene.type_text("open").press("enter");
    scene.shows("confirm-remove-yourself-mistyped");
    scene.resize(60, 16).shows("confirm-remove-yourself-60x16");
}

#[test]
fn a_group_that_may_be_oneself() {
    let mut world = World::new();
    world.info.identity.is_confirmed = false;
    world.members(
        "solo",
        vec![
            member("alice@example.com", &["Admin"], 9),
            member("other-leads", &["Editor"], 9),
        ],
    );
    Scene::start_with(session(), world, 80, 24)
        .settle()
        .open("solo")
        .select("other-leads")
        .press("d")
        .shows("confirm-remove-maybe-you");
}

#[test]
fn everyone_may_write() {
    let scene = Scene::ready(80, 24).open("ml-team").press("w ↓ enter");
    scene.shows("confirm-everyone-editor");
}

#[test]
fn many_at_once() {
    let typed: Vec<String> = (0..12).map(|i| format!("user{i}@example.com")).collect();
    let scene = Scene::ready(80, 24).open("ml-team").press("a").paste(&typed.join(" "));
    let scene = scene.press("enter").type_text("1");
    scene.shows("confirm-many");
    scene.resize(60, 16).shows("confirm-many-60x16");
}

#[test]
fn deleting_by_what_the_server_does_with_the_contents() {
    for (generation, name) in [
        ((Generation::Helix, Support::Yes), "cascades"),
        ((Generation::Helix, Support::No), "tells-nobody"),
        ((Generation::Seed, Support::No), "refuses"),
        ((Generation::Unknown, Support::Unknown), "cannot-tell"),
    ] {
        let mut world = World::new();
        (world.info.generation, world.info.deletion_status) = generation;
        let scene = Scene::start_with(session(), world, 80, 24).settle();
        let mut scene = scene.select("ml-team").press("d").settle();
        if name == "refuses" {
            scene.shows("delete-in-the-way");
            scene.clone().resize(60, 16).shows("delete-in-the-way-60x16");
            scene = scene.press("r").settle();
        }
        let scene = scene.type_text("ml-t");
        scene.shows(&format!("confirm-delete-{name}"));
        scene.resize(60, 16).shows(&format!("confirm-delete-{name}-60x16"));
    }
    let empty = Scene::ready(80, 24).select("research-nlp").press("d").settle();
    empty.shows("confirm-delete-empty");
    let unseen = Scene::ready(120, 40).meanwhile(|world| {
        let names: Vec<String> = (0..30).map(|i| format!("project-number-{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let place = world.find("ml-shared").clone().holding(&names);
        *world.find("ml-shared") = place;
    });
    let mut world = unseen.world.clone();
    world.find("ml-shared").caller_access =
        nmp_console::domain::workspace::CallerAccess::Holds(nmp_console::domain::role::Role::Editor);
    Scene::start_with(session(), world, 120, 40)
        .settle()
        .select("ml-shared")
        .press("d")
        .settle()
        .shows("confirm-delete-members-unseen");
}
