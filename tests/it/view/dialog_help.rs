//! The help of a dialog tells the keys that do something in it as it is, and no others.

use super::dead_keys::{self, chords, is_felt};
use super::resources::{dying, furnished, on};
use super::reviewing::{WISHES, many, review};
use super::scene::{Scene, session};
use super::views::with_views;
use super::world::World;
use nmp_console::app::keymap::{Action, Context, DialogKey, KeyMap, Meaning, Shows};
use nmp_console::app::msg::Size;
use nmp_console::app::screen::Screen;
use nmp_console::app::screen::help::Line;
use nmp_console::domain::platform::{Allowed, Generation};
use std::collections::HashSet;

pub(super) fn dialogs() -> Vec<(&'static str, Scene)> {
    let ready = || Scene::ready(80, 24);
    let members = || ready().open("ml-team");
    let contexts = || ready().press("C").settle();
    let confirming = || members().select("carol@example.com").press("d");
    let deleting = |world| on(world, 80, 24).press("d").settle();
    let mut seed = furnished();
    seed.info.generation = Generation::Seed;
    let all = dead_keys::scenes().into_iter();
    let mut all: Vec<_> = all
        .filter(|(_, scene)| !scene.model.dialogs.is_empty() && scene.model.equivalent.is_none())
        .collect();
    let others = vec![
        ("commands", ready().press(":")),
        ("proposals", members().press("a").type_text("bob")),
        ("add member, on the role", members().press("a tab")),
        ("the last Admin", ready().open("solo").press("e ↑")),
        ("the last Admin, refused", ready().open("solo").press("e ↑ enter")),
        ("yes or no", confirming()),
        ("a reason", confirming().press("ctrl-r")),
        ("typed", ready().open("open-lab").select("alice@example.com").press("d")),
        ("typed, with much in it", deleting(furnished())),
        ("not empty", deleting(seed)),
        ("several workspaces", ready().press("space j space d").settle()),
        ("one more member for several", ready().press("space j space a")),
        ("another role for several", members().press("G space k space e")),
        ("removing several", members().press("G space k space d")),
        (
            "one resource",
            on(furnished(), 80, 24).press("v").settle().press("f f d"),
        ),
        ("new project", on(furnished(), 80, 24).press("v").settle().press("n")),
        ("a deletion", dying("failed", None, Allowed::Yes).press("enter")),
        ("log in", ready().press("ctrl-o").settle()),
        ("log out", contexts().press("o")),
        ("connect", contexts().press("n")),
        ("columns", ready().press("t ↓")),
        (
            "naming a view otherwise",
            with_views(80, 24).press("T s").type_text("other"),
        ),
        ("replacing a view", with_views(80, 24).press("T s enter")),
        ("removing a view", with_views(80, 24).press("T d")),
        ("review", review(&many(12), 80, 24)),
        ("review, longer than the screen", review(&many(300), 80, 24)),
        ("review with guards", review(WISHES, 80, 24)),
        (
            "review of nothing",
            review("schema = 1\n[workspace.ml-team.members]\n", 80, 24),
        ),
        (
            "describe on a small screen",
            ready().resize(60, 16).select("ml-team").press("e"),
        ),
    ];
    all.extend(others);
    all
}

/// The keys that help tells of, or nothing where it cannot be opened.
fn told(scene: &Scene) -> Option<Vec<String>> {
    let help = scene.clone().press("f1");
    let Screen::Help(state) = help.model.screen() else {
        return None;
    };
    let page = state.page(Size { width: 120, height: 40 });
    let lines = page.columns.into_iter().flatten();
    let keys = lines.filter_map(|line| {
        if let Line::Key(keys, _) = line {
            Some(keys)
        } else {
            None
        }
    });
    Some(
        keys.flat_map(|keys| keys.split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect(),
    )
}

#[test]
fn every_key_that_is_told_does_something_in_the_dialog() {
    let mut seen: HashSet<Context> = HashSet::new();
    for (what, scene) in dialogs() {
        // A frame was drawn, so that it is known what scrolls.
        let mut scene = scene.press("ctrl-l");
        scene.model.notice = None;
        let Some(told) = told(&scene) else { continue };
        seen.extend(scene.model.key_contexts());
        assert!(!told.is_empty(), "{what}");
        for key in told {
            let chord = key.parse().unwrap();
            let does = scene.model.meaning_of(chord);
            assert!(matches!(does, Meaning::Act(_)), "{key} in {what}: {does:?}");
            // Who chooses what is chosen, or goes on at the end of a list, changes nothing.
            let is_choice = matches!(
                does,
                Meaning::Act(
                    Action::Scroll(_)
                        | Action::Dialog(DialogKey::Picks(_) | DialogKey::NextProposal | DialogKey::PreviousProposal)
                )
            );
            if is_choice || is_felt(&scene, chord) {
                continue;
            }
            let before = (scene.model.clone(), scene.errands.len(), scene.asked.len());
            let after = scene.clone().press(&key);
            // A letter that went into a text field is no such key.
            let is_text = before.0 != after.model && {
                let other = scene.clone().press("ctrl-l").type_text("§");
                key.is_ascii() && key.len() == 1 && other.model.notice.is_none()
            };
            assert!(!is_text, "{key} is only typed in {what}");
            let has_done = (after.model, after.errands.len(), after.asked.len()) != before;
            assert!(has_done, "{key} does nothing in {what}");
        }
    }
    let has_help = |context: &Context| {
        KeyMap::default()
            .of(*context)
            .any(|binding| binding.action == Action::Show(Shows::Help))
            && *context != Context::Screen
    };
    for context in Context::ALL.into_iter().filter(has_help) {
        assert!(seen.contains(&context), "{context:?} is looked at in no dialog");
    }
    for context in [
        Context::Review,
        Context::Guard,
        Context::AddMember,
        Context::ChangeRole,
        Context::LongText,
    ] {
        assert!(seen.contains(&context), "{context:?} is looked at in no dialog");
    }
}

#[test]
fn every_key_that_does_something_in_a_dialog_is_told() {
    for (what, scene) in dialogs() {
        let Some(told) = told(&scene) else { continue };
        let contexts = scene.model.key_contexts();
        let takes_text = scene.clone().type_text("§").model.notice.is_none();
        for chord in chords() {
            let bound = KeyMap::default()
                .bound(contexts, chord)
                .filter(|binding| binding.context != Context::Always);
            let is_plain = !chord.is_ctrl && !chord.is_alt;
            let edits = ["space", "←", "→", "home", "end", "backspace", "delete"];
            let is_text = takes_text
                && is_plain
                && (chord.to_string().chars().count() == 1 || edits.contains(&chord.to_string().as_str()));
            if bound.is_some() && !is_text && matches!(scene.model.meaning_of(chord), Meaning::Act(_)) {
                assert!(told.contains(&chord.to_string()), "{chord} in {what}: {told:?}");
            }
        }
    }
}

#[test]
fn of_a_role_that_is_changed() {
    let change = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("e");
    change.press("?").shows("help-of-change-role");
    let narrow = Scene::ready(60, 16).open("ml-team").press("a f1");
    narrow.shows("help-of-add-member-60x16");
    let all = narrow.press("?").text();
    assert!(all.contains("Help: Add member, and all other keys"), "{all}");
    let world = World::new();
    let log_in = Scene::start_with(session(), world, 80, 24)
        .settle()
        .press("ctrl-o")
        .settle();
    log_in.press("f1").shows("help-of-log-in");
}

/// At its end there is nowhere to scroll to.
#[test]
fn the_way_down_is_offered_while_there_is_one() {
    let hints = |scene: &Scene| scene.text().lines().last().unwrap_or_default().to_owned();
    let short = Scene::ready(80, 24).press("?");
    assert!(!hints(&short).contains("scroll"), "{}", short.text());
    let long = short.press("?");
    assert!(hints(&long).contains("↓ scroll"), "{}", long.text());
    let end = long.press("G");
    assert!(!hints(&end).contains("scroll"), "{}", end.text());
}
