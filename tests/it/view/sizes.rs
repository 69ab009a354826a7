//! Any size of screen, down to nothing.

use super::check;
use super::painted::{paint, paint_at, plain};
use super::scene::Scene;
use super::world::{down, last_admin};
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;
use proptest::prelude::*;
use std::sync::LazyLock;

static SCENES: LazyLock<Vec<Scene>> = LazyLock::new(|| {
    let ready = || Scene::ready(80, 24);
    vec![
        Scene::start(80, 24),
        Scene::start(80, 24).fail_all(&down()),
        ready(),
        ready().press("/").type_text("ml"),
        ready().press("?"),
        ready().press("n").type_text("Bad name"),
        ready().select("ml-team").press("e"),
        ready().select("ml-team").press("d"),
        ready().select("ml-team").press("d").settle().type_text("ml"),
        ready().open("ml-shared"),
        ready().select("ml-team").press("v"),
        ready().select("ml-team").press("v").settle().press("f ctrl-a"),
        ready().select("ml-team").press("v").settle().press("ctrl-a d"),
        ready().open("ml-team").press("G"),
        ready()
            .open("ml-team")
            .press("a")
            .paste("a@x b@x c/x d@x e@x f@x g@x h@x"),
        ready()
            .open("ml-team")
            .press("a")
            .paste("a@x b@x d@x e@x f@x g@x h@x")
            .press("enter"),
        ready().open("ml-team").press("e ↓"),
        ready().open("ml-team").select("carol@example.com").press("d"),
        ready().open("ml-team").select("carol@example.com").press("e ↓ enter y"),
        ready()
            .open("solo")
            .press("e ↑ enter r y")
            .settle()
            .sent(Err(last_admin()))
            .settle(),
    ]
});

#[test]
fn too_small_says_what_is_needed() {
    let scene = Scene::ready(80, 24);
    for (width, height) in [(59, 16), (60, 15), (20, 5), (3, 3), (1, 1)] {
        let painted = paint(&scene.clone().resize(width, height).model, &plain());
        check(&format!("too-small-{width}x{height}"), &painted.text());
    }
    let back = scene.clone().resize(20, 5).resize(80, 24);
    assert_eq!(back.text(), scene.text(), "nothing is lost by having been small");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_size_can_be_drawn(
        i in 0..SCENES.len(),
        width in 0_u16..=130,
        height in 0_u16..=45,
        knows_its_size in any::<bool>(),
        is_ascii in any::<bool>(),
    ) {
        let mut scene = SCENES[i].clone();
        if knows_its_size {
            scene = scene.resize(width, height);
        }
        let look = Look::new(ColorDepth::Ansi16, is_ascii);
        let painted = paint_at(&scene.model, &look, width, height);
        if let Some((x, y)) = painted.cursor {
            prop_assert!(x < width && y < height);
        }
    }

    #[test]
    fn drawing_twice_draws_the_same(i in 0..SCENES.len(), width in 0_u16..=130, height in 0_u16..=45) {
        let scene = SCENES[i].clone().resize(width, height);
        let (once, twice) = (paint(&scene.model, &plain()), paint(&scene.model, &plain()));
        prop_assert_eq!(once.buffer, twice.buffer);
        prop_assert_eq!(once.cursor, twice.cursor);
    }
}
