//! Keys of somebody's own: hints, help, texts and the list of commands follow.

use super::painted::{paint, plain};
use super::scene::Scene;
use nmp_console::app::own_keys::OwnKeys;

fn scene(keys: &str) -> Scene {
    let mut scene = Scene::ready(100, 30);
    scene.model.keymap = OwnKeys::parse(keys).unwrap().keymap;
    scene
}

fn shown(scene: &Scene) -> String {
    paint(&scene.model, &plain()).rows().join("\n")
}

const KEYS: &str = "[workspaces]\nmembers = ['o']\nnew = []\n[screen]\nhelp = ['f1']\nback = ['b']\n";

#[test]
fn hints_and_help_name_the_keys_of_the_file() {
    let rows = shown(&scene(KEYS));
    let hints = rows.lines().last().unwrap();
    assert!(hints.contains(" o ") && hints.contains("f1 help"), "{hints}");
    assert!(!hints.contains("enter") && !hints.contains(" new"), "{hints}");
    let help = shown(&scene(KEYS).press("f1"));
    assert!(
        help.lines()
            .any(|line| line.contains(" o ") && line.contains("Open the members")),
        "{help}"
    );
    assert!(!help.contains("Create a workspace"), "{help}");
}

#[test]
fn texts_name_the_keys_of_the_file() {
    let unknown = shown(&scene(KEYS).press("?"));
    assert!(unknown.contains("no such key here; f1 shows them"), "{unknown}");
    let help = shown(&scene(KEYS).press("f1 f1"));
    assert!(help.contains("this is the help: b leaves it"), "{help}");
}

#[test]
fn what_has_no_key_is_found_in_the_list_of_commands() {
    let listed = scene(KEYS).press(":").type_text("create");
    let rows = shown(&listed);
    assert!(rows.contains("▸") && rows.contains("Create a workspace"), "{rows}");
    let opened = shown(&listed.press("enter"));
    assert!(opened.contains("New workspace"), "{opened}");
}

/// Enter in the filter opens the only hit, whichever key opens a row in the list.
#[test]
fn enter_still_opens_the_only_hit() {
    let found = scene(KEYS).press("/").type_text("ml-team");
    let rows = shown(&found);
    assert!(rows.lines().last().unwrap().contains("enter open"), "{rows}");
    let opened = shown(&found.press("enter"));
    assert!(opened.contains("Members of ml-team"), "{opened}");
}
