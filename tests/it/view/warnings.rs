//! A warning is never the part that is cut: at every width, on every screen, in every dialog.

use super::painted::{paint, plain};
use super::scene::{Scene, session};
use super::world::{DAY, World, down, last_admin, member, place};
use nmp_console::app::session::Session;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::text::SafeText;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;

const LONG: &str = "a-workspace-with-a-name-that-leaves-no-room-for-anything-else";

fn admin() -> World {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    let mut crowded = place(LONG, "", DAY).with(vec![
        member("alice@example.com", &["Admin"], DAY),
        member(
            "somebody.with.a.rather.long.name@subsidiary.example.com",
            &["Viewer"],
            DAY,
        ),
    ]);
    crowded = crowded.holding(&["one", "two"]);
    world.workspaces.push(crowded);
    world
}

fn ready() -> Scene {
    Scene::start_with(session(), admin(), 130, 24).settle()
}

/// Every list, read.
fn lists() -> Vec<(&'static str, Scene)> {
    let audit = || ready().press("A").settle();
    vec![
        ("workspaces", ready()),
        ("members", ready().open(LONG)),
        ("resources", ready().select(LONG).press("v").settle()),
        ("audit", audit()),
        ("findings", audit().press("f")),
        ("matrix", audit().press("m")),
        ("principals", audit().press("P esc")),
        ("principal", ready().open(LONG).press("G p").settle()),
        ("public", audit().press("w").settle()),
        ("contexts", ready().press("C").settle()),
    ]
}

fn failing(scene: Scene) -> Scene {
    scene.press("r").fail_all(&down())
}

/// Every list whose last reading failed, and one where the one before did, too.
fn stale() -> Vec<(&'static str, Scene)> {
    let stale = lists().into_iter().map(|(what, scene)| (what, failing(scene)));
    stale
        .chain([("members, twice", failing(failing(ready().open(LONG))))])
        .collect()
}

#[test]
fn a_failed_refresh_changes_nothing_in_any_list() {
    let rows = |scene: &Scene| paint(&scene.model, &plain()).rows()[2..22].to_vec();
    for (what, scene) in lists() {
        for (width, height) in [(99, 26), (80, 26), (60, 26)] {
            let scene = scene.clone().resize(width, height);
            let before = rows(&scene);
            assert_eq!(rows(&failing(scene)), before, "{what} at {width}");
        }
    }
}

fn title(scene: &Scene, look: &Look) -> String {
    paint(&scene.model, look).rows()[1].clone()
}

/// Whether the row says that what is shown is old.
fn says_so(title: &str) -> bool {
    title.contains("refresh failed") || title.contains("stale ")
}

#[test]
fn the_title_row_says_at_every_width_that_what_is_shown_is_old() {
    for (what, scene) in stale() {
        let filtered = || scene.clone().press("/").type_text("exa").press("enter");
        for scene in [scene.clone(), filtered()] {
            for width in 60..=130 {
                for is_ascii in [false, true] {
                    let look = Look::new(ColorDepth::None, is_ascii);
                    let seen = title(&scene.clone().resize(width, 16), &look);
                    assert!(says_so(&seen), "{what} at {width}: {seen:?}");
                }
            }
        }
    }
}

#[test]
fn the_title_row_says_at_every_width_that_a_read_is_tried_again() {
    let scene = ready()
        .open(LONG)
        .press("r")
        .retry(4, "nothing is listening at the address");
    for width in 60..=130 {
        let seen = title(&scene.clone().resize(width, 16), &plain());
        assert!(seen.contains("retrying in 4 s"), "{width}: {seen:?}");
    }
}

#[test]
fn a_failed_refresh_leaves_a_notice_on_every_screen() {
    for (what, scene) in stale() {
        let notice = scene.model.notice.as_ref();
        let text = notice.map(|notice| notice.text.to_string()).unwrap_or_default();
        assert!(text.contains("nothing is listening"), "{what}: {text:?}");
        assert!(scene.resize(60, 16).text().contains('✗'), "{what}");
    }
}

/// Returns what stands in the dialog on the screen, without blanks: a long name is broken where the row ends.
fn said(scene: &Scene) -> String {
    let rows = paint(&scene.model, &plain()).rows();
    let inner = rows
        .iter()
        .map(|row| row.trim_matches(|c: char| c == '│' || c == '┌' || c == '└' || c == '┐' || c == '┘' || c == ' '));
    squeezed(&inner.collect::<String>())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn no_consequence_is_cut_on_the_smallest_screen() {
    let on_members = |name: &str| ready().open(name).resize(60, 16);
    let somebody = "somebody.with.a.rather.long.name@subsidiary.example.com";
    let scenes = vec![
        on_members(LONG).select("alice@example.com").press("d"),
        on_members(LONG).select("alice@example.com").press("e ↑ ↑ enter"),
        on_members(LONG).select(somebody).press("e ↓ ↓ enter"),
        on_members(LONG).select(somebody).press("d"),
        on_members(LONG).press("w ↓ enter"),
        on_members("ml-team").select("carol@example.com").press("d"),
        on_members("ml-team")
            .press("a")
            .paste(&format!("{somebody} b@x c@x"))
            .press("tab ↓ ↓ enter"),
    ];
    for scene in scenes {
        let said = said(&scene);
        let consequences = scene.model.consequences();
        assert!(!consequences.is_empty(), "{}", scene.text());
        for consequence in consequences.iter().filter(|consequence| consequence.is_grave()) {
            let words = squeezed(&consequence.in_words());
            assert!(said.contains(&words), "{words:?} is not in\n{}", scene.text());
        }
    }
}

#[test]
fn a_plan_says_in_full_why_a_workspace_is_skipped() {
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let scene = ready().open(LONG).select("alice@example.com").press("p").settle();
        let scene = scene.press("D").resize(width, height);
        let why = "Admin: skipped, last Admin: make somebody Admin first,";
        // In the next row it stands in its column.
        let rows = paint(&scene.model, &plain()).rows();
        // What stands beside the dialog is no part of it.
        let top = rows.iter().find(|row| row.contains("┌ Remove everywhere"));
        let top: Vec<char> = top.expect("a frame").chars().collect();
        let left = top
            .windows(3)
            .position(|at| *at == ['┌', ' ', 'R'])
            .expect("its corner");
        let right = top.iter().skip(left).position(|c| *c == '┐').expect("its other corner");
        let within = |row: &String| row.chars().skip(left).take(right).collect::<String>();
        let rows: Vec<String> = rows.iter().map(within).collect();
        let begin = rows
            .iter()
            .position(|row| row.contains("skipped"))
            .expect("one is skipped");
        let words = why.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let seen = rows[begin..]
            .iter()
            .flat_map(|row| row.split_whitespace())
            .filter(|word| words.iter().any(|w| w == word));
        let seen: Vec<&str> = seen.take(words.len()).collect();
        assert_eq!(seen, words, "at {width}x{height}\n{}", scene.text());
    }
}

#[test]
fn a_notice_stands_beside_the_banner_and_beside_a_dialog() {
    let scene = ready().open("ml-team").resize(60, 16).press("a").press("f5");
    let text = scene.text();
    assert!(text.contains("no such key here"), "{text}");
    let refused = ready()
        .open("ml-team")
        .select("carol@example.com")
        .press("d y")
        .settle();
    let refused = refused.sent(Err(last_admin())).settle().press("esc esc f5");
    assert!(refused.text().contains("no such key here"), "{}", refused.text());
}

/// What cannot be used is not hidden by what only tells of other keys.
#[test]
fn of_several_warnings_of_a_start_the_row_tells_the_first_and_the_key_that_shows_all() {
    let views = "cannot use the views /home/ann/.config/nmp-console/views.toml: line 3, column 12: no column is called 'nmae'; lists look as usual, and no view can be saved";
    let keys = "your keys: d is refresh in [screen], not delete in [workspaces]";
    let warned = |texts: &[&str]| Session {
        warnings: texts.iter().map(|text| SafeText::new(text)).collect(),
        ..session()
    };
    for (width, height) in [(60, 16), (80, 24), (120, 40), (200, 50)] {
        let scene = Scene::start_with(warned(&[views, keys]), World::new(), width, height).settle();
        let screen = scene.text();
        assert!(screen.contains("(1 more: ! shows all) cannot use"), "{screen}");
        let shown = scene.press("!").text();
        assert!(shown.contains("your keys: d is refresh"), "{shown}");
    }
    let alone = Scene::start_with(warned(&[keys]), World::new(), 80, 24).settle().text();
    assert!(alone.contains(keys) && !alone.contains("more:"), "{alone}");
}

#[test]
fn a_warning_that_is_cut_names_the_key_that_shows_all_of_it() {
    let views = "cannot use the views /home/ann/.config/nmp-console/views.toml: line 3, column 12: no column is called 'nmae'; lists look as usual, and no view can be saved";
    let warned = Session {
        warnings: vec![SafeText::new(views)],
        ..session()
    };
    let begun = Scene::start_with(warned, World::new(), 130, 24).settle();
    for (width, height) in [(60, 16), (80, 24)] {
        let scene = begun.clone().resize(width, height);
        let screen = scene.text();
        assert!(screen.contains("… (! shows all)"), "{screen}");
        let shown: String = scene.clone().press("!").text().split_whitespace().collect();
        assert!(shown.contains("canbesaved"), "{shown}");
        let dialog = scene.press("n").text();
        assert!(!dialog.contains("shows all"), "no such key there: {dialog}");
    }
    let wide = begun.resize(200, 24).text();
    assert!(
        wide.contains("no view can be saved") && !wide.contains("shows all"),
        "{wide}"
    );
}
