//! The list of commands: how it looks, and that it leads to every key of every screen.

use super::dead_keys;
use super::painted::{paint, plain};
use super::scene::Scene;
use nmp_console::app::dialog::{Form, Problem};
use nmp_console::app::keymap::{self, Action, Binding, Chord, Key, KeyMap, Meaning};
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Effect, Msg, Stamped};
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::app::update::update;
use pretty_assertions::assert_eq;
use std::collections::BTreeMap;
use std::sync::Mutex;

#[test]
fn commands() {
    let scene = Scene::ready(80, 24).press(":");
    scene.shows("commands");
    for (width, height) in [(60, 16), (120, 40), (200, 50)] {
        let name = format!("commands-{width}x{height}");
        scene.clone().resize(width, height).shows(&name);
    }
    let places = scene.clone().type_text("workspace ml").settle();
    places.shows("commands-workspace");
    places.resize(60, 16).shows("commands-workspace-60x16");
    scene.clone().type_text("plan ").settle().shows("commands-plan");
    scene.clone().type_text("context ").settle().shows("commands-context");
    scene.clone().type_text("principal bo").shows("commands-principal");
    scene.clone().type_text("zzz").press("enter").shows("commands-nothing");
    let refused = scene.type_text("undo plan").press("enter");
    refused.shows("commands-refused");
    refused.resize(60, 16).shows("commands-refused-60x16");
}

/// Enter runs the marked row: whom it is about is read to the last letter.
#[test]
fn a_long_name_that_is_marked_is_shown_whole() {
    let name = format!("{}@example.com", "a.very.long.name.of.somebody.in.the.research.group");
    for (width, height) in [(80, 24), (120, 40)] {
        let scene = Scene::ready(width, height).press(":");
        let shown = scene.type_text(&format!("principal {name}")).text();
        let row = shown.lines().find(|row| row.contains(&format!("▸ {name}")));
        assert!(row.is_some(), "{shown}");
        assert!(shown.contains("as typed, not seen before"), "{shown}");
    }
}

#[test]
fn commands_of_members() {
    let scene = Scene::ready(80, 24).open("ml-team").press("pgdn").press(":");
    scene.clone().type_text("rem").shows("commands-typed");
    scene.press("↓ ↓ ↓").shows("commands-of-members");
}

fn tell(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let at = model.now;
    update(model, Stamped { at, msg })
}

/// What a person sees of it, and what it asks for.
fn seen(mut model: Model, msg: Msg) -> (Vec<Effect>, String) {
    let effects = tell(&mut model, msg);
    (effects, paint(&model, &plain()).text())
}

fn chord_of(model: &Model, binding: &Binding) -> Option<Chord> {
    let here = model.screen().keys();
    let is_it = |chord: &Chord| {
        model
            .keymap
            .bound(here, *chord)
            .is_some_and(|found| found.help == binding.help)
    };
    binding.chords().find(is_it)
}

/// Returns the keys without those of one action, where that is allowed.
fn without_keys(binding: &Binding) -> Option<KeyMap> {
    static READ: Mutex<BTreeMap<String, Option<KeyMap>>> = Mutex::new(BTreeMap::new());
    let text = format!("[{}]\n{} = []", binding.context.name(), binding.action.name());
    let read = |text: &String| OwnKeys::parse(text).ok().map(|own| own.keymap);
    let mut all = READ.lock().unwrap();
    *all.entry(text).or_insert_with_key(read)
}

/// Opens the list and writes what a key does.
fn found(model: &Model, binding: &Binding) -> Model {
    let mut model = model.clone();
    let opener = model.key_of(keymap::Context::Screen, Action::Palette);
    tell(&mut model, Msg::Pressed(opener.parse().unwrap()));
    tell(&mut model, Msg::Pasted(binding.help.to_owned()));
    model
}

/// Checks that enter in the list does what the key does, or says why not.
fn check(name: &str, model: &Model, binding: &Binding) {
    let Some(chord) = chord_of(model, binding) else {
        return;
    };
    let what = format!("{chord} ({}) on {name}", binding.help);
    let enter = Msg::Pressed(Chord::plain(Key::Enter));
    let keyless = without_keys(binding).map(|keymap| {
        let mut model = model.clone();
        model.keymap = keymap;
        let mut listed = found(&model, binding);
        // What it does names other keys, which are the usual ones.
        listed.keymap = KeyMap::default();
        listed
    });
    let meaning = model.meaning_of(chord);
    let (expected, screen) = seen(model.clone(), Msg::Pressed(chord));
    for mut listed in [Some(found(model, binding)), keyless].into_iter().flatten() {
        match meaning.clone() {
            Meaning::Act(_) => {
                let (asked, text) = seen(listed, enter.clone());
                assert_eq!(asked, expected, "{what}");
                let rows = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(rows(&text), rows(&screen), "{what}");
            }
            Meaning::Disabled(why) => {
                tell(&mut listed, enter.clone());
                let top = listed.dialogs.last().unwrap();
                assert!(matches!(top.form, Form::Palette(_)), "{what}");
                let Some(Problem::Typed(errors)) = &top.problem else {
                    panic!("{what}: {:?}", top.problem);
                };
                assert_eq!(errors[0].what, why, "{what}");
            }
            Meaning::Nothing => panic!("{what} means nothing"),
        }
    }
}

#[test]
fn every_key_of_every_screen_is_found_by_what_it_does() {
    let mut n_checked = 0;
    for (name, scene) in dead_keys::scenes() {
        let model = scene.model;
        if !model.dialogs.is_empty() || model.is_filtering() || model.equivalent.is_some() {
            continue;
        }
        let bindings = model
            .screen()
            .keys()
            .iter()
            .flat_map(|context| model.keymap.of(*context));
        // What sorts by a column is called by that, and told once for all of them.
        let told = |binding: &&Binding| !matches!(binding.action, Action::Palette | Action::SortBy(_));
        for binding in bindings.filter(told) {
            check(name, &model, binding);
            n_checked += 1;
        }
    }
    assert!(n_checked > 400, "{n_checked}");
}
