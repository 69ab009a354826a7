//! A key that does nothing says so, wherever it is pressed.

use super::scene::{Scene, session};
use super::views::with_views;
use super::world::{World, last_admin};
use nmp_console::app::keymap::{Action, Chord, DialogKey, Meaning};
use nmp_console::domain::platform::Allowed;

fn ready() -> Scene {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    Scene::start_with(session(), world, 120, 40).settle()
}

pub(super) fn scenes() -> Vec<(&'static str, Scene)> {
    let members = || ready().open("ml-team");
    let audit = || ready().press("A").settle();
    let principal = || members().select("carol@example.com").press("p").settle();
    let resources = || ready().select("ml-team").press("v").settle();
    let refused = members().select("carol@example.com").press("d y").settle();
    vec![
        ("workspaces", ready()),
        ("members", members()),
        ("resources", resources()),
        ("empty resources", ready().select("solo").press("v").settle()),
        ("audit", audit()),
        ("matrix", audit().press("m")),
        ("findings", audit().press("f")),
        ("principals", audit().press("P esc")),
        ("principal", principal()),
        ("public board", audit().press("w").settle()),
        ("contexts", ready().press("C").settle()),
        ("activity", ready().press("L").settle()),
        ("everybody", ready().press("L").settle().press("m").settle()),
        ("help", ready().press("?")),
        ("filter", ready().press("/")),
        ("new workspace", ready().press("n")),
        ("describe", ready().select("ml-team").press("e")),
        ("delete, counting", ready().select("ml-team").press("d")),
        ("delete", ready().select("ml-team").press("d").settle()),
        ("add member", members().press("a")),
        ("change role", members().select("carol@example.com").press("e")),
        ("remove", members().select("carol@example.com").press("d")),
        ("everyone", members().press("w")),
        ("plan", principal().press("D")),
        ("copy access", principal().press("c")),
        ("export", audit().press("E")),
        ("command", members().press("x")),
        ("no views", ready().press("T")),
        ("views", with_views(120, 40).press("T")),
        ("naming a view", with_views(120, 40).press("T s")),
        ("running", members().select("carol@example.com").press("d y")),
        ("refused", refused.sent(Err(last_admin())).settle()),
    ]
}

pub(super) fn chords() -> Vec<Chord> {
    let plain = (' '..='~').map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() });
    let letters = || 'a'..='z';
    let named = [
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "←",
        "→",
        "↑",
        "↓",
        "pgup",
        "pgdn",
        "home",
        "end",
        "backspace",
        "delete",
    ];
    let held = letters().flat_map(|c| [format!("ctrl-{c}"), format!("alt-{c}")]);
    let functions = (1..=12).map(|n| format!("f{n}"));
    let all = plain.chain(held).chain(functions).chain(named.map(str::to_owned));
    all.map(|key| key.parse().unwrap_or_else(|why| panic!("{why}")))
        .collect()
}

/// Whether what a key does is seen elsewhere than in the model, or is a movement, which ends at the end of a list.
pub(super) fn is_felt(scene: &Scene, chord: Chord) -> bool {
    match scene.model.meaning_of(chord) {
        Meaning::Act(action) => matches!(
            action,
            Action::Move(_)
                | Action::MoveAcross(_)
                | Action::Dialog(DialogKey::MoveUp | DialogKey::MoveDown)
                | Action::Redraw
                | Action::Suspend
                | Action::Quit
                | Action::Close
        ),
        Meaning::Disabled(_) | Meaning::Nothing => false,
    }
}

#[test]
fn a_key_that_does_nothing_says_so_wherever() {
    for (what, scene) in scenes() {
        let mut scene = scene;
        scene.model.notice = None;
        let takes_text = {
            let typed = scene.clone().type_text("zq");
            typed.model != scene.model && typed.model.notice.is_none()
        };
        for chord in chords() {
            let is_text = takes_text && !chord.is_ctrl && !chord.is_alt && chord.to_string().chars().count() == 1;
            // In a text field they move the cursor or take away what is there: nothing, where nothing is.
            let edits = ["space", "←", "→", "home", "end", "backspace", "delete"];
            let is_edit = takes_text && (chord.is_ctrl || chord.is_alt || edits.contains(&chord.to_string().as_str()));
            if is_text || is_edit || is_felt(&scene, chord) {
                continue;
            }
            let after = scene.clone().press(&chord.to_string());
            let has_done = after.model != scene.model || after.errands.len() != scene.errands.len();
            assert!(has_done, "{chord} is silent on {what}");
        }
    }
}

#[test]
fn a_dead_key_names_the_way_to_the_keys() {
    let seen = |scene: &Scene| scene.model.notice.as_ref().map(|notice| notice.text.to_string());
    let board = ready().press("A").settle().press("w").settle().press("E");
    assert_eq!(seen(&board).as_deref(), Some("no such key here; ? shows them"));
    let dialog = ready().open("ml-team").press("w Z");
    assert_eq!(
        seen(&dialog).as_deref(),
        Some("no such key here; the bottom of the dialog shows them")
    );
    let text = dialog.resize(60, 16).text();
    assert!(text.contains("no such key here"), "{text}");
}

#[test]
fn the_resources_are_one_key_away_from_the_members() {
    let scene = ready().open("ml-team").press("v").settle();
    assert!(scene.text().contains("Resources of ml-team"), "{}", scene.text());
}
