//! Text that is longer than its room: in dialogs, and in what is told of one row in place of the list.

use super::painted::{paint, plain};
use super::scene::{Scene, session};
use super::world::{World, member, place};
use nmp_console::app::msg::Msg;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::role::Role;

/// What bob can do in twenty workspaces.
pub(super) fn bob(width: u16, height: u16) -> Scene {
    let mut world = World::of(0);
    world.info.platform_admin = Allowed::Yes;
    world.workspaces = (0..20)
        .map(|n| {
            place(&format!("team-{n:02}"), "", 60 * n).with(vec![
                member("alice@example.com", &["Admin"], 900),
                member("bob@example.com", &["Editor"], 900),
            ])
        })
        .collect();
    Scene::start_with(session(), world, width, height)
        .settle()
        .press("A")
        .settle()
        .press("/")
        .type_text("bob")
        .press("enter p")
        .settle()
}

/// Pages down to the end, and returns all that has stood on the screen.
fn read_to_the_end(mut scene: Scene) -> String {
    let mut read = String::new();
    loop {
        let seen = scene.text();
        read.push_str(&seen);
        scene = scene.press("pgdn");
        if scene.text() == seen {
            return read;
        }
        assert!(read.len() < 100_000, "there is no end");
    }
}

#[test]
fn every_change_of_a_plan_can_be_read_before_it_is_confirmed() {
    for (width, height) in [(80, 24), (60, 16)] {
        for keys in ["D", "D enter"] {
            let plan = bob(width, height).press(keys);
            let first = plan.text();
            assert!(first.contains("team-00") && first.contains("team-01"), "{first}");
            assert!(first.contains("↓ ") && first.contains(" more (pgdn)"), "{first}");
            let read = read_to_the_end(plan.clone());
            for n in 0..20 {
                assert!(read.contains(&format!("team-{n:02}")), "team-{n:02} in {read}");
            }
            let end = plan.press("pgdn pgdn pgdn pgdn pgdn pgdn");
            let back = end.clone().press("pgup").text();
            assert!(end.text() != back, "no key was counted too often: {back}");
        }
    }
}

#[test]
fn what_can_be_done_stays_in_sight() {
    let scene = bob(60, 16).press("D enter");
    for keys in ["", "pgdn", "pgdn pgdn", "down down"] {
        let keys = keys.replace("down", "↓").replace("pg↓", "pgdn");
        let text = scene.clone().press(&keys).text();
        assert!(text.contains("type 20 to confirm"), "{text}");
    }
    scene.clone().press("↓").shows("plan-scrolled-60x16");
    bob(80, 24).press("D enter").shows("plan-of-twenty");
}

#[test]
fn another_question_begins_at_its_top() {
    let scene = bob(60, 16).press("D enter pgdn pgdn esc");
    assert_eq!(scene.text(), bob(60, 16).press("D").text());
}

#[test]
fn details_in_place_of_the_list_scroll() {
    let mut world = World::new();
    let text = (0..90).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    world.workspaces = vec![place("ml-team", &text, 60).seen_by(Role::Viewer)];
    let scene = Scene::start_with(session(), world, 60, 16).settle().press("i");
    let first = scene.text();
    assert!(first.contains("word0 ") && first.contains(" more (pgdn)"), "{first}");
    let read = read_to_the_end(scene);
    for n in 0..90 {
        assert!(read.contains(&format!("word{n}")), "word{n} in {read}");
    }
    assert!(read.contains("Created"), "{read}");
}

#[test]
fn details_in_place_of_the_list_give_way_only_to_a_pane_that_has_come() {
    let told = |width| Scene::ready(width, 40).press("i");
    let wide = told(120);
    assert_ne!(wide.text(), Scene::ready(120, 40).text());
    assert_eq!(wide.resize(121, 40).text(), told(121).text());
    assert_eq!(told(90).resize(91, 40).text(), told(91).text());
    assert_eq!(told(90).resize(120, 40).text(), Scene::ready(120, 40).text());
}

#[test]
fn a_cell_of_the_matrix_is_told_in_full_in_its_place() {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    for (width, height) in [(60, 16), (120, 40)] {
        let scene = Scene::start_with(session(), world.clone(), width, height)
            .settle()
            .press("A")
            .settle()
            .press("m j l l");
        scene
            .clone()
            .press("i")
            .shows(&format!("matrix-details-{width}x{height}"));
        let back = scene.clone().press("i esc").text();
        assert_eq!(back, scene.text());
    }
}

/// Two names can differ at their ends alone.
#[test]
fn a_name_of_any_length_can_be_read_before_it_is_confirmed() {
    let name = format!("{}-end-of-it@example.com", "very-long-".repeat(23));
    let mut world = World::new();
    world.members(
        "solo",
        vec![
            member("alice@example.com", &["Admin"], 60),
            member(&name, &["Viewer"], 60),
        ],
    );
    for keys in ["d", "e"] {
        let asked = Scene::start_with(session(), world.clone(), 60, 16)
            .settle()
            .open("solo")
            .select(&name)
            .press(keys);
        let read = read_to_the_end(asked);
        let letters: String = read.chars().filter(|c| !"│ \n".contains(*c)).collect();
        assert!(letters.contains("end-of-it@example.com"), "{keys}: {read}");
    }
}

/// The row that says that all is on screen may take the room of the last line: then it does not stay.
#[test]
fn nothing_is_said_to_be_all_on_screen_beside_more_of_it() {
    for height in 12..24 {
        for keys in ["t", "T", "n", "a", "e", "?"] {
            let mut scene = Scene::ready(60, height).press(keys).press("pgdn");
            let reach = paint(&scene.model, &plain()).reach;
            scene.tell(Msg::Drawn(reach));
            let text = scene.text();
            let is_all = text.contains("all of it is on screen");
            assert!(!(is_all && text.contains(" more (pgdn)")), "{keys}:\n{text}");
        }
    }
}
