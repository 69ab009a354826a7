//! What goes over the line: few bytes for a key, none for nothing.

use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::model::Model;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;

fn frame(model: &Model, look: &Look) -> Buffer {
    super::painted::paint(model, look).buffer
}

/// Returns how many bytes a terminal that shows `before` needs to show `after`.
fn bytes_between(before: &Scene, after: &Scene, look: &Look) -> usize {
    let (before, after) = (frame(&before.model, look), frame(&after.model, look));
    let mut bytes = Vec::new();
    let mut backend = CrosstermBackend::new(&mut bytes);
    backend.draw(before.diff(&after).into_iter()).unwrap();
    bytes.len()
}

const DEPTHS: [ColorDepth; 4] = [
    ColorDepth::TrueColor,
    ColorDepth::Ansi256,
    ColorDepth::Ansi16,
    ColorDepth::None,
];

#[test]
fn moving_the_highlight_costs_at_most_300() {
    let list = Scene::start_with(session(), World::of(4_000), 80, 24)
        .answer_next()
        .answer_next();
    let members = Scene::ready(80, 24).open("ml-team");
    for depth in DEPTHS {
        let look = Look::new(depth, false);
        for before in [&list, &members, &Scene::ready(80, 24).select("orphaned")] {
            let after = before.clone().press("j");
            let n = bytes_between(before, &after, &look);
            assert!(n > 0 && n <= 300, "{depth:?}: {n} bytes");
        }
    }
}

#[test]
fn nothing_new_costs_nothing() {
    let scene = Scene::ready(120, 40);
    // The row that is selected already, twenty seconds later.
    let later = scene.clone().wait(20).press("g");
    assert_ne!(scene.model.now, later.model.now);
    for depth in DEPTHS {
        let look = Look::new(depth, false);
        let (before, after) = (frame(&scene.model, &look), frame(&later.model, &look));
        assert_eq!(before.diff(&after), []);
    }
}
