//! The same screens without colour, in ASCII, and with the styles spelled out.

use super::check;
use super::painted::paint;
use super::scene::{Scene, session};
use super::world::{World, last_admin};
use nmp_console::domain::text::SafeText;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;

fn scenes() -> Vec<(&'static str, Scene)> {
    let mut read_only = session();
    read_only.read_only = Some(SafeText::new("--read-only"));
    let ready = || Scene::ready(80, 24);
    vec![
        ("workspaces", ready().press("j j")),
        ("workspaces-wide", Scene::ready(120, 24).select("ml-team")),
        ("read-only", Scene::start_with(read_only, World::new(), 80, 24).settle()),
        ("filtering", ready().press("/").type_text("ml")),
        ("members", ready().open("ml-team").press("j")),
        (
            "members-wide",
            Scene::ready(120, 24).open("ml-team").select("\u{430}lice@example.com"),
        ),
        ("help", ready().press("?")),
        ("down", Scene::start(80, 24).fail_all(&super::world::down())),
        ("add-member", ready().open("ml-team").press("a").type_text("car")),
        ("change-role", ready().open("solo").press("e ↑")),
        (
            "refused",
            ready()
                .open("solo")
                .press("e ↑ enter r y")
                .settle()
                .sent(Err(last_admin()))
                .settle(),
        ),
        (
            "confirm",
            ready().open("ml-team").select("carol@example.com").press("d"),
        ),
        (
            "running",
            ready()
                .open("ml-team")
                .select("carol@example.com")
                .press("e ↓ enter y")
                .wait(2),
        ),
        (
            "resources",
            Scene::start_with(session(), super::resources::furnished(), 80, 24)
                .settle()
                .select("ml-team")
                .press("v")
                .settle()
                .press("space"),
        ),
        ("delete", ready().select("ml-team").press("d").settle().type_text("ml")),
    ]
}

/// A theme that brings its ground along leaves no cell to the terminal, not even below a dialog.
#[test]
fn a_theme_with_a_ground_paints_all_of_it() {
    use nmp_console::ui::theme::Theme;
    use ratatui::style::Color;
    let theme = Theme::named("high-contrast", ColorDepth::TrueColor).unwrap();
    let look = Look {
        theme,
        ..Look::new(ColorDepth::TrueColor, false)
    };
    for scene in [
        Scene::ready(80, 24),
        Scene::ready(80, 24).press("n"),
        Scene::ready(20, 5),
    ] {
        let painted = paint(&scene.model, &look);
        let bare = painted.buffer.content.iter();
        let bare = bare.filter(|cell| cell.bg == Color::Reset || cell.fg == Color::Reset);
        assert_eq!(bare.count(), 0);
    }
}

#[test]
fn styles_are_told_in_sixteen_colours_and_in_none() {
    for (name, scene) in scenes() {
        for (depth, look) in [(ColorDepth::Ansi16, "color"), (ColorDepth::None, "mono")] {
            let painted = paint(&scene.model, &Look::new(depth, false));
            check(&format!("{look}-{name}"), &painted.styles());
        }
    }
}

#[test]
fn without_colour_only_bold_underlined_and_reversed_are_used() {
    use ratatui::style::{Color, Modifier};
    for (name, scene) in scenes() {
        let painted = paint(&scene.model, &Look::new(ColorDepth::None, false));
        for cell in painted.buffer.content() {
            let allowed = Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED;
            assert!(allowed.contains(cell.modifier), "{name}: {cell:?}");
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{name}");
        }
    }
}

#[test]
fn every_depth_shows_the_same_text() {
    for (name, scene) in scenes() {
        let texts = [
            ColorDepth::TrueColor,
            ColorDepth::Ansi256,
            ColorDepth::Ansi16,
            ColorDepth::None,
        ]
        .map(|depth| paint(&scene.model, &Look::new(depth, false)).text());
        assert!(texts.iter().all(|text| *text == texts[0]), "{name}");
    }
}

#[test]
fn ascii_mode_prints_nothing_but_ascii() {
    for (name, scene) in scenes() {
        let painted = paint(&scene.model, &Look::new(ColorDepth::None, true));
        for cell in painted.buffer.content() {
            assert!(cell.symbol().is_ascii(), "{name}: {cell:?}");
        }
        check(&format!("ascii-{name}"), &painted.text());
    }
}
