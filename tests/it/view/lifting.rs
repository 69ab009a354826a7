//! Read-only lifted: what is asked before, and the time that is left.

use super::painted::{paint, plain};
use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::msg::Answer;
use nmp_console::app::session::{Lifting, Session};
use nmp_console::domain::context::LIFTED_FOR;
use nmp_console::domain::text::SafeText;
use std::time::Duration;

fn read_only() -> Scene {
    let session = Session {
        read_only: Some(SafeText::new("set by config.toml")),
        lifting: Lifting::Possible,
        ..session()
    };
    Scene::start_with(session, World::new(), 80, 24).settle()
}

fn lifted() -> Scene {
    let scene = read_only().press("O").type_text("prod").press("enter");
    // A second has gone by.
    let until = scene.model.now + LIFTED_FOR - Duration::from_secs(1);
    scene.hear_of_errand(Answer::Lifted(Ok(until)))
}

#[test]
fn what_is_asked_before_changes_are_allowed() {
    let scene = read_only().press("O");
    scene.shows("lift-asked");
    scene.clone().resize(60, 16).shows("lift-asked-60x16");
    scene.resize(120, 40).shows("lift-asked-120x40");
}

#[test]
fn the_header_counts_down() {
    let scene = lifted();
    scene.shows("lifted");
    scene.clone().resize(60, 16).shows("lifted-60x16");
    scene.clone().resize(120, 40).shows("lifted-120x40");
    let mut still = plain();
    still.marks = still.marks.still();
    let text = paint(&scene.model, &still).text();
    assert!(text.contains(" CHANGES 5 min") && !text.contains(":59"), "{text}");
    let scene = scene.wait(299);
    assert!(scene.text().contains("READ-ONLY"), "{}", scene.text());
    scene.shows("lift-lapsed");
}
