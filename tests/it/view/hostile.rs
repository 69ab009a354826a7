//! Text from the platform that wants to be more than text.

use super::check;
use super::painted::{paint, plain};
use super::scene::{Scene, session};
use super::world::{World, member, place};
use nmp_console::domain::ids::ResourceName;
use nmp_console::domain::resource::ResourceKind;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;
use ratatui::buffer::CellWidth as _;

const HOSTILE: [&str; 7] = [
    "\x1b[2J\x1b[31mred\x1b[0m\x07",
    "right\u{202e}tfel",
    "zero\u{200b}width\u{feff}",
    "c1 \u{9b}31m \u{90}",
    "line\nbreak\ttab\r",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "田中さくら 🚀🏳 ﾊﾞﾝﾄﾞ Zoë",
];

fn world() -> World {
    let mut world = World::new();
    world.workspaces.clear();
    for (i, text) in HOSTILE.iter().enumerate() {
        let mut place = place(&format!("{i}{text}"), text, 60)
            .with(vec![
                member("alice@example.com", &["Admin"], 60),
                member(text, &[text], 60),
            ])
            .with_things(ResourceKind::Job, &[text, "plain"]);
        for thing in &mut place.things {
            thing.project = Some(ResourceName::from_platform(*text));
            thing.state = Some((*text).to_owned());
            thing.description = Some((*text).to_owned());
        }
        world.workspaces.push(place);
    }
    world.workspaces.push(place("huge", &"x\u{202e}".repeat(300_000), 60));
    world
}

fn scene(width: u16, height: u16) -> Scene {
    Scene::start_with(session(), world(), width, height).settle()
}

fn all() -> Vec<Scene> {
    let mut scenes = vec![scene(80, 24), scene(120, 30), scene(120, 30).press("j j j j j j j j")];
    for (i, text) in HOSTILE.iter().enumerate() {
        let opened = scene(120, 30).press(&"j ".repeat(i)).press("enter").settle();
        scenes.push(opened.clone().press("j"));
        scenes.push(opened.clone().press("j e ↓"));
        scenes.push(opened.clone().press("j e ↓ enter"));
        scenes.push(opened.press("j d"));
        scenes.push(scene(80, 24).press(&"j ".repeat(i)).press("e"));
        scenes.push(scene(80, 24).press(&"j ".repeat(i)).press("d").settle());
        scenes.push(scene(80, 24).press("/").paste(text));
        let things = scene(120, 30).press(&"j ".repeat(i)).press("v").settle();
        scenes.push(things.clone());
        scenes.push(things.press("ctrl-a d"));
    }
    scenes
}

#[test]
fn is_shown_as_escapes() {
    check("hostile-workspaces", &scene(120, 24).text());
    check(
        "hostile-members",
        &scene(120, 24).press("j enter").settle().press("j").text(),
    );
    check(
        "hostile-change-role",
        &scene(80, 24).press("j enter").settle().press("j e ↓").text(),
    );
    let ascii = Look::new(ColorDepth::None, true);
    check("hostile-ascii", &paint(&scene(120, 24).press("G").model, &ascii).text());
}

#[test]
fn never_reaches_a_cell() {
    for scene in all() {
        for look in [plain(), Look::new(ColorDepth::None, true)] {
            for cell in paint(&scene.model, &look).buffer.content() {
                let c = cell.symbol().chars().next().unwrap_or(' ');
                assert!(!c.is_control() && cell.symbol().chars().count() < 7, "{cell:?}");
                for hidden in ['\u{202e}', '\u{200b}', '\u{feff}', '\u{9b}'] {
                    assert!(!cell.symbol().contains(hidden), "{cell:?}");
                }
            }
        }
    }
}

#[test]
fn keeps_the_columns_straight() {
    // Whatever stands in a row, its right border is in the last column.
    let painted = paint(&scene(120, 30).model, &plain());
    for (y, row) in (0..).zip(painted.rows()).skip(3).take(24) {
        assert_eq!(row.cell_width(), 120, "{row}");
        assert_eq!(painted.buffer[(79, y)].symbol(), "│", "{row}");
    }
}

#[test]
fn of_a_megabyte_can_be_edited() {
    let mut world = World::new();
    world.workspaces = vec![place("huge", &"語\x1b".repeat(300_000), 60)];
    let scene = Scene::start_with(session(), world, 80, 24).settle().press("e");
    check("hostile-describe-huge", &scene.text());
    check("hostile-describe-huge-start", &scene.press("home").text());
}
