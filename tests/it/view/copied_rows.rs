//! `Y`: all that the selected row of a list tells goes to the clipboard, as text and by the same key again as JSON.

use super::activity::{everybody, journal, open, with_plans};
use super::dead_keys;
use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::keymap::Meaning;
use serde_json::Value;

fn copied(scene: &Scene) -> String {
    let lines = scene.copied.iter().map(ToString::to_string);
    lines.collect::<Vec<_>>().join("\n")
}

fn said(scene: &Scene) -> &str {
    scene.model.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

/// The texts of a value, one by one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Null | Value::Bool(_) | Value::Object(_) => Vec::new(),
    }
}

#[test]
fn the_row_of_every_list_is_copied_as_text_and_as_json() {
    let mut lists = Vec::new();
    let changes = [
        ("activity", open(journal(), 120, 40)),
        ("a plan", open(with_plans(), 120, 40)),
        ("everybody", everybody(120, 40)),
    ];
    for (what, scene) in dead_keys::scenes().into_iter().chain(changes) {
        let is_list = scene.model.dialogs.is_empty() && scene.model.screen().n_rows() > 0;
        let key = "Y".parse().unwrap();
        if !is_list || !matches!(scene.model.meaning_of(key), Meaning::Act(_)) || scene.model.is_filtering() {
            continue;
        }
        let text = scene.press("Y");
        assert!(
            said(&text).ends_with("as text; Y again: JSON"),
            "{what}: {}",
            said(&text)
        );
        let lines = copied(&text);
        let json = text.press("Y");
        assert!(said(&json).ends_with("as JSON"), "{what}: {}", said(&json));
        let fields: Value = serde_json::from_str(&copied(&json)).unwrap_or_else(|why| panic!("{what}: {why}"));
        let fields = fields.as_object().unwrap_or_else(|| panic!("{what}"));
        assert!(fields.len() >= 4, "{what}: {fields:?}");
        for text in fields.values().flat_map(texts) {
            assert!(lines.contains(&text), "{what}: {text:?} is not in {lines}");
        }
        lists.push(what);
    }
    let all = [
        "workspaces",
        "members",
        "resources",
        "audit",
        "matrix",
        "findings",
        "principals",
        "principal",
        "public board",
        "contexts",
        "activity",
        "a plan",
        "everybody",
    ];
    assert_eq!(lists, all);
}

#[test]
fn of_a_member() {
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("dave@example.com")
        .press("Y");
    scene.shows("members-row-copied");
    let text = copied(&scene);
    assert!(
        text.starts_with("workspace: ml-team\nprincipal: dave@example.com\nkind: user\n"),
        "{text}"
    );
    // Another row begins anew.
    let other = scene.press("k Y");
    assert!(said(&other).ends_with("as text; Y again: JSON"), "{}", said(&other));
}

/// As text what could do harm is an escape; JSON has its own, so that it is exact.
#[test]
fn what_could_harm_a_terminal_is_escaped() {
    let mut world = World::new();
    let hostile = "a\u{1b}]52;c;x\u{7}\u{202e}b";
    world.find("solo").workspace.description = Some(hostile.to_owned());
    let scene = Scene::start_with(session(), world, 80, 24)
        .settle()
        .select("solo")
        .press("Y");
    let text = copied(&scene);
    assert!(text.contains("a\\x1b]52;c;x\\x07\\u{202e}b"), "{text}");
    let json = copied(&scene.press("Y"));
    assert!(
        json.chars().all(|c| !c.is_control() || c == '\n') && !json.contains('\u{202e}'),
        "{json}"
    );
    let fields: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(fields["description"], hostile);
}

#[test]
fn more_than_terminals_take_is_refused() {
    let mut world = World::new();
    world.find("solo").workspace.description = Some("long ".repeat(15_000));
    let scene = Scene::start_with(session(), world, 80, 24)
        .settle()
        .select("solo")
        .press("Y");
    assert!(said(&scene).starts_with("not copied: it has 75,"), "{}", said(&scene));
    assert!(scene.copied.is_empty());
}
