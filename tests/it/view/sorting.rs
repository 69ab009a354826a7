//! Lists in the order of several columns, as they look.

use super::scene::{Scene, session};
use super::world::World;
use nmp_console::domain::platform::Allowed;
use rstest::rstest;

fn sorted(width: u16, height: u16, keys: &str) -> Scene {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    Scene::start_with(session(), world, width, height)
        .settle()
        .press(keys)
        .settle()
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
#[case(120, 40)]
fn the_order_stands_in_the_title_and_above_the_columns(#[case] width: u16, #[case] height: u16) {
    sorted(width, height, "5 2 1 1").shows(&format!("sorted-by-several-{width}x{height}"));
}

/// A digit means the same column on every screen, which then has room for it; where fewer are seen, it is said which.
#[test]
fn columns_without_room_are_counted_and_that_is_said() {
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let text = sorted(width, height, "3").text();
        assert!(text.contains("sort: you ^"), "{text}");
        assert!(text.contains("YOU ^"), "{text}");
        let is_said = text.contains("3 sorts by you: columns without room count, too");
        assert_eq!(is_said, width == 60, "{text}");
        let text = sorted(width, height, "5").text();
        assert!(text.contains("sort: admins ^") && text.contains("ADMIN ^"), "{text}");
    }
}

#[test]
fn one_column_looks_as_it_always_did() {
    let scene = sorted(80, 24, "5 s");
    assert!(scene.text().contains("sort: updated ^"), "{}", scene.text());
    assert!(scene.text().contains("UPDATED ^ "), "{}", scene.text());
}

/// Numbers stand side by side, and each keeps its own sign.
#[test]
fn signs_of_columns_side_by_side_do_not_touch() {
    let text = sorted(80, 24, "5 4 1").text();
    assert!(text.contains("MEMBERS ^2 ADMIN ^3"), "{text}");
}

/// A title stands above its numbers, whatever they are sorted by.
#[test]
fn a_head_stays_above_its_column() {
    for keys in ["4", "4 4", "4 1", "5 4 1"] {
        let text = sorted(80, 24, keys).text();
        let end_of = |line: &str, what: &str| {
            let (before, _) = line.split_once(what)?;
            Some(before.chars().count() + what.len())
        };
        let head = text.lines().find_map(|line| end_of(line, "MEMBERS")).unwrap();
        let row = text.lines().find(|line| line.contains("ml-team")).unwrap();
        assert_eq!(end_of(row, " 10"), Some(head), "{keys}:\n{text}");
        let title = text.lines().find(|line| line.contains("MEMBERS")).unwrap();
        assert!(title.contains("MEMBERS ^") || title.contains("MEMBERS v"), "{title}");
    }
}

#[test]
fn a_title_as_wide_as_its_column_keeps_its_letters() {
    let scene = Scene::ready(120, 40).open("ml-team").press("p").settle().press("1 2");
    assert!(scene.text().contains("EFFECTIVE ^1"), "{}", scene.text());
}
