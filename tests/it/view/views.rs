//! Saved views: the list of them, the name of a new one, and what is asked before one is replaced or removed.

use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::session::Session;
use nmp_console::app::views::Views;
use nmp_console::domain::text::SafeText;
use rstest::rstest;

/// Workspaces with three views of them.
pub(super) fn with_views(width: u16, height: u16) -> Scene {
    let mut scene = Scene::ready(width, height);
    let text = r#"
[[workspaces.views]]
name = "all by age"
sort = ["-updated", "name"]

[[workspaces.views]]
name = "teams that are shared with everyone"
filter = "access:all team"
sort = ["admins", "name"] # as it was called before
columns = ["name", "access", "admin"]

[[workspaces.views]]
name = "lonely"
filter = "access:private"

[[members.views]]
name = "lonely"
"#;
    scene.model.take_views(Views::parse(text).unwrap());
    scene
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
#[case(120, 40)]
fn views_of_the_list_in_front(#[case] width: u16, #[case] height: u16) {
    let scene = with_views(width, height).press("T ↓");
    scene.shows(&format!("views-{width}x{height}"));
    let naming = scene.press("s").type_text("mine");
    naming.shows(&format!("views-name-{width}x{height}"));
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
fn a_file_that_cannot_be_used_is_named_in_place_of_the_views(#[case] width: u16, #[case] height: u16) {
    let mut scene = Scene::ready(width, height);
    let why =
        "cannot use the views /home/ann/.config/nmp-console/views.toml: line 3, column 12: no column is called 'nmae'";
    scene.model.take_views(Views::unusable(SafeText::new(why)));
    scene.press("T").shows(&format!("views-unusable-{width}x{height}"));
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
fn a_demo_says_that_views_are_its_own(#[case] width: u16, #[case] height: u16) {
    let demo = Session {
        is_demo: true,
        ..session()
    };
    let mut scene = Scene::start_with(demo, World::new(), width, height).settle();
    let text = "[[workspaces.views]]\nname = 'lonely'\nfilter = 'access:private'\n";
    scene.model.take_views(Views::parse(text).unwrap());
    let scene = scene.press("T");
    scene.shows(&format!("views-demo-{width}x{height}"));
    scene.press("s").shows(&format!("views-demo-name-{width}x{height}"));
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
fn questions(#[case] width: u16, #[case] height: u16) {
    let scene = with_views(width, height).press("T ↓");
    scene
        .clone()
        .press("s enter")
        .shows(&format!("views-replace-{width}x{height}"));
    scene
        .clone()
        .press("d")
        .shows(&format!("views-remove-{width}x{height}"));
    scene
        .press("s")
        .type_text("x")
        .press("esc")
        .shows(&format!("views-leaving-{width}x{height}"));
}

#[test]
fn no_view_is_saved_yet() {
    let scene = Scene::ready(80, 24).press("T");
    scene.shows("views-none");
    scene.press("s enter").shows("views-no-name");
}

#[test]
fn a_view_that_is_shown() {
    with_views(80, 24).press("T ↓ enter").shows("views-shown");
}

#[test]
fn views_as_places() {
    let scene = with_views(80, 24).press(":").type_text("view lon");
    scene.shows("commands-view");
}

/// The marked one is on show, however many there are.
#[test]
fn many_views_scroll_with_the_cursor() {
    let mut scene = Scene::ready(60, 16);
    let views = (0..100).map(|n| format!("[[workspaces.views]]\nname = 'view number {n}'\n"));
    scene
        .model
        .take_views(Views::parse(&views.collect::<Vec<_>>().concat()).unwrap());
    let mut scene = scene.press("T");
    for n in 0..100 {
        let text = scene.text();
        assert!(text.contains(&format!("▸ view number {n} ")), "{n}:\n{text}");
        assert!(text.contains("enter apply"), "{text}");
        scene = scene.press("↓");
    }
}

/// A filter may be long: the dialog keeps its keys, and the name stays whole.
#[test]
fn a_long_filter_and_a_long_name_have_room() {
    let (name, begun) = ("n".repeat(40), "n".repeat(30));
    let filter = "word ".repeat(199);
    let text = format!("[[workspaces.views]]\nname = '{name}'\nfilter = '{}'\n", filter.trim());
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let mut scene = Scene::ready(width, height);
        scene.model.take_views(Views::parse(&text).unwrap());
        for keys in ["T", "T s", "T d", "T s enter", "T enter"] {
            let text = scene.clone().press(keys).text();
            assert!(text.contains(&begun), "{keys}\n{text}");
            let has_keys = ["enter apply", "y yes", "esc cancel", ": commands"]
                .iter()
                .any(|key| text.contains(key));
            assert!(has_keys, "{keys}\n{text}");
        }
    }
}

/// Nothing of it is written into the journal, and so no reason is asked for.
#[test]
fn no_reason_is_offered_where_none_is_kept() {
    let asked = with_views(80, 24).press("T d");
    assert!(asked.text().contains("remove the view"), "{}", asked.text());
    assert!(!asked.text().contains("reason"), "{}", asked.text());
    let asked = asked.press("ctrl-r");
    assert!(!asked.text().contains("Reason"), "{}", asked.text());
    let member = Scene::ready(80, 24)
        .open("ml-team")
        .select("bob@example.com")
        .press("d");
    assert!(member.text().contains("ctrl-r reason"), "{}", member.text());
}
