//! Dialogs stand still: what comes and goes in them lets them grow downwards only, and never shrink.

use super::scene::Scene;
use rstest::rstest;

/// The rows in which the upper edge of the dialog and its options stand.
fn places(scene: &Scene) -> (usize, Option<usize>) {
    let text = scene.text();
    let row = |what: &str| text.lines().position(|line| line.contains(what));
    let edge = [
        "┌ Add",
        "┌ Change",
        "┌ Remove",
        "┌ Delete",
        "┌ New",
        "┌ Copy",
        "┌ Export",
    ];
    let edge = edge.iter().find_map(|title| row(title));
    (edge.unwrap_or_else(|| panic!("no dialog: {text}")), row(") Viewer"))
}

#[rstest]
#[case::low(60, 16)]
#[case::usual(80, 24)]
#[case::high(200, 50)]
fn nothing_moves_while_somebody_types_and_chooses(#[case] width: u16, #[case] height: u16) {
    let members = || Scene::ready(width, height).open("ml-team");
    let mut scene = members().press("a");
    let before = places(&scene);
    for (place, key) in "c a r tab alt-e , space z o e @ x . o r g tab ↓ tab"
        .split(' ')
        .enumerate()
    {
        scene = scene.press(key);
        // The heading gives way where it is low, and nothing else.
        let now = places(&scene);
        assert_eq!(now.0, before.0, "{place} {key}: {}", scene.text());
        if height > 16 {
            assert_eq!(now, before, "{place} {key}: {}", scene.text());
        }
    }
    let scene = members().select("carol@example.com").press("e");
    let before = places(&scene);
    for keys in ["↓", "↑", "↑ ↑", "enter"] {
        let scene = scene.clone().press(keys);
        assert_eq!(places(&scene).0, before.0, "{keys}: {}", scene.text());
    }
    let scene = Scene::ready(width, height).press("n");
    let before = places(&scene);
    assert_eq!(places(&scene.clone().type_text("No good name")), before);
    let scene = Scene::ready(width, height).select("ml-team").press("d");
    let before = places(&scene);
    assert_eq!(places(&scene.settle()), before);
}

/// The keys stand in it: they would jump with each suggestion, warning or other role.
#[rstest]
#[case::low(60, 16)]
#[case::usual(80, 24)]
#[case::high(200, 50)]
fn the_lower_edge_never_moves_up(#[case] width: u16, #[case] height: u16) {
    let members = || Scene::ready(width, height).open("ml-team");
    let adding = (
        members().press("a"),
        "c a r tab alt-e , space z o e @ x . o r g tab ↓ ↑ tab",
    );
    let changing = (members().select("carol@example.com").press("e"), "↓ ↑ ↑ ↓ ↓");
    for (mut scene, keys) in [adding, changing] {
        let mut lowest = 0;
        for key in keys.split(' ') {
            scene = scene.press(key);
            let text = scene.text();
            let edge = text.lines().position(|line| line.contains("esc cancel"));
            let edge = edge.unwrap_or_else(|| panic!("{key}: {text}"));
            assert!(edge >= lowest, "{key}: {text}");
            lowest = edge;
        }
    }
}

/// That list is higher, and closes as the dialog opens.
#[rstest]
#[case::low(60, 16)]
#[case::usual(80, 24)]
#[case::high(200, 50)]
fn opened_from_the_list_of_commands_it_is_as_high_as_by_its_key(#[case] width: u16, #[case] height: u16) {
    let carol = Scene::ready(width, height).open("ml-team").select("carol@example.com");
    let by_key = carol.clone().press("e").text();
    assert!(by_key.contains("Change role"), "{by_key}");
    assert_eq!(carol.press(":").type_text("change").press("enter").text(), by_key);
}
