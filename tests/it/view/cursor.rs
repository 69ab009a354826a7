//! Where the terminal's own cursor is: screen readers and braille displays follow it.

use super::painted::{paint, plain};
use super::resources::furnished;
use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::model::Model;
use rstest::rstest;

/// Returns what stands in the row of the cursor from the cursor on, and whether the cursor shows itself.
fn at_cursor(model: &Model) -> (String, bool) {
    let painted = paint(model, &plain());
    let (x, y) = painted.at;
    let area = painted.buffer.area;
    let cells = (x..area.right()).map(|x| painted.buffer[(x, y)].symbol());
    (
        cells.collect::<String>().trim_end().to_owned(),
        painted.cursor.is_some(),
    )
}

fn ready() -> Scene {
    Scene::ready(80, 24)
}

fn with_resources() -> Scene {
    let scene = Scene::start_with(session(), furnished(), 120, 40).settle();
    scene.select("ml-team").press("v").settle()
}

#[rstest]
#[case::first_row(ready(), "▸ default ")]
#[case::moved(ready().select("ml-team"), "▸ ml-team ")]
#[case::beside_a_pane(Scene::ready(120, 40).select("ml-team"), "▸ ml-team ")]
#[case::scrolled(Scene::start_with(session(), World::of(400), 80, 24).settle().press("G"), "▸ workspace-0399")]
#[case::members(ready().open("ml-team").select("carol@example.com"), "▸ carol@example.com ")]
#[case::resources_beside_their_kinds(with_resources().press("j j"), "▸ ")]
#[case::one_of_several_roles(ready().open("ml-team").select("carol@example.com").press("e"), "▸ (•) ")]
#[case::no_is_chosen(ready().open("ml-team").select("carol@example.com").press("d"), "▸ [ No ]")]
#[case::yes_is_chosen(ready().open("ml-team").select("carol@example.com").press("d tab"), "▸ [ Yes ]")]
fn it_is_at_what_the_next_key_acts_on(#[case] scene: Scene, #[case] expected: &str) {
    let (text, is_shown) = at_cursor(&scene.model);
    assert!(
        text.starts_with(expected),
        "'{text}' instead of '{expected}'\n{}",
        scene.text()
    );
    assert!(!is_shown, "it only shows itself in texts");
}

#[rstest]
#[case::filter(ready().press("/").type_text("ml"))]
#[case::name(ready().press("n").type_text("team"))]
#[case::what_is_to_be_typed(ready().select("ml-team").press("d").settle().type_text("ml"))]
fn in_texts_it_shows_itself(#[case] scene: Scene) {
    assert!(at_cursor(&scene.model).1, "{}", scene.text());
}

#[test]
fn where_nothing_can_be_chosen_it_is_at_the_beginning() {
    let help = ready().press("?");
    let (text, is_shown) = at_cursor(&help.model);
    assert!(!is_shown);
    assert!(
        help.text()
            .lines()
            .nth(3)
            .unwrap()
            .contains(text.trim_end_matches('│').trim()),
        "{text}"
    );
}
