//! The mouse: what is clicked is what stands there, and no click says yes to anything.

use super::dead_keys;
use super::dialog_help::dialogs;
use super::painted::{paint, plain};
use super::scene::Scene;
use nmp_console::app::dialog::{Dialog, Stage};
use nmp_console::app::msg::{Effect, Msg};
use nmp_console::app::pointer::{Mouse, Target};
use nmp_console::app::screen::Screen;
use ratatui::layout::Position;
use std::collections::HashSet;

/// Every screen and every dialog, in whatever state; the last frame was drawn.
fn scenes() -> Vec<(&'static str, Scene)> {
    let mut all = dead_keys::scenes();
    all.extend(dialogs());
    all.push(("proposals for one more", proposals()));
    let scenes = all.into_iter().map(|(what, scene)| {
        let mut scene = scene.press("ctrl-l");
        scene.model.mouse = Mouse::Console;
        scene.model.notice = None;
        (what, scene)
    });
    scenes.collect()
}

fn proposals() -> Scene {
    Scene::ready(80, 24).open("ml-team").press("a").type_text("dana")
}

impl Scene {
    /// Clicks a cell, as somebody who sees what stands there.
    fn click_at(mut self, at: Position) -> Self {
        let painted = paint(&self.model, &plain());
        self.tell(Msg::Drawn(painted.reach));
        if let Some((_, target)) = painted.areas.at(at) {
            self.tell(Msg::Pointed(target));
        }
        self
    }

    /// Clicks the first place where `text` stands.
    #[track_caller]
    fn click(self, text: &str) -> Self {
        let rows = paint(&self.model, &plain()).rows();
        let found = rows.iter().zip(0..).find_map(|(row, y)| {
            let (before, _) = row.split_once(text)?;
            Some(Position::new(u16::try_from(before.chars().count()).unwrap(), y))
        });
        let Some(at) = found else {
            panic!("'{text}' is not in\n{}", rows.join("\n"));
        };
        self.click_at(at)
    }

    fn wheel(mut self, n: i32) -> Self {
        let reach = paint(&self.model, &plain()).reach;
        self.tell(Msg::Drawn(reach));
        for _ in 0..n.abs() {
            self.tell(Msg::Wheeled(n > 0));
        }
        self
    }

    fn notice(&self) -> String {
        let notice = self.model.notice.as_ref();
        notice.map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// How many changes are under way, sent or not.
    fn n_running(&self) -> usize {
        let is_running = |dialog: &&Dialog| matches!(dialog.stage, Stage::Running(_));
        self.model.dialogs.iter().filter(is_running).count() + self.model.detached.len() + self.sending.len()
    }

    /// What was asked for that changes something outside: the config file, a login, who may change what.
    fn n_errands(&self) -> usize {
        let changes = |effect: &&Effect| !matches!(effect, Effect::Open { .. });
        self.errands.iter().filter(changes).count()
    }
}

/// Clicks every cell of every screen and dialog, and the same cell twice more: nothing is begun by that, and nothing typed
/// is lost. Then whatever has come up is clicked everywhere, too.
#[test]
fn no_click_begins_a_change_or_loses_what_is_typed() {
    let mut clicked = HashSet::new();
    for (what, scene) in scenes() {
        let of_frame = |scene: &Scene| paint(&scene.model, &plain()).areas.all().to_vec();
        for (area, target) in of_frame(&scene) {
            let mut next = scene.clone();
            for _ in 0..3 {
                next = next.click_at(area.as_position());
                is_begun_by_nobody(&next, &scene, &format!("{target:?} on {what}"));
            }
            if let Target::Key(_, action) = target {
                clicked.insert(action);
            }
            let is_new = next.model.dialogs.len() > scene.model.dialogs.len();
            for (area, second) in of_frame(&next).into_iter().filter(|_| is_new) {
                let last = next.clone().click_at(area.as_position()).click_at(area.as_position());
                is_begun_by_nobody(&last, &scene, &format!("{target:?}, then {second:?} on {what}"));
            }
        }
    }
    let n_refused = clicked.iter().filter(|action| !action.may_be_clicked()).count();
    assert!(n_refused > 5 && clicked.len() > 40, "{clicked:?}");
}

#[track_caller]
fn is_begun_by_nobody(after: &Scene, before: &Scene, what: &str) {
    assert!(after.n_running() <= before.n_running(), "{what} begins a change");
    assert_eq!(after.n_errands(), before.n_errands(), "{what}: {:?}", after.errands);
    assert_eq!(after.model.views, before.model.views, "{what}");
    let has_typed = |scene: &Scene| {
        let parked = scene.model.screens.iter().filter_map(|screen| {
            if let Screen::Help(state) = screen {
                Some(&state.parked)
            } else {
                None
            }
        });
        let mut dialogs = scene.model.dialogs.iter().chain(parked.flatten());
        dialogs.any(Dialog::has_typed)
    };
    assert!(!has_typed(before) || has_typed(after), "{what} loses what was typed");
}

/// Every cell of a row in every list, in every size: the cursor goes to the row that was clicked, and nowhere else.
#[test]
fn a_click_on_a_row_selects_the_row_that_stands_there() {
    let mut n_rows = 0;
    for (what, scene) in dead_keys::scenes() {
        for (width, height) in [(80, 24), (120, 40), (60, 16), (200, 50)] {
            let scene = scene.clone().resize(width, height).press("ctrl-l");
            let before = paint(&scene.model, &plain());
            // While a filter is typed the cursor is there.
            if before.cursor.is_some() {
                continue;
            }
            let rows = before.areas.all().iter();
            for (area, target) in rows.filter(|(_, target)| matches!(target, Target::Row(_))) {
                let last = Position::new(area.right() - 1, area.bottom() - 1);
                for at in [area.as_position(), last] {
                    let after = scene.clone().click_at(at);
                    let painted = paint(&after.model, &plain());
                    assert_eq!(painted.at.1, area.y, "{target:?} on {what} at {width}x{height}");
                    let again = after.clone().click_at(at);
                    assert!(again.model == after.model, "a second click does nothing more");
                    n_rows += 1;
                }
            }
        }
    }
    assert!(n_rows > 300, "{n_rows}");
}

#[test]
fn a_click_beside_everything_is_nothing() {
    let scene = Scene::ready(120, 40).press("ctrl-l");
    for at in [(0, 0), (60, 1), (0, 20), (100, 10), (119, 39), (500, 500)] {
        let after = scene.clone().click_at(Position::from(at));
        assert!(after.model == scene.model, "{at:?}");
    }
    let dialog = scene.open("ml-team").press("e ctrl-l");
    let after = dialog.clone().click_at(Position::new(5, 5));
    assert!(after.model == dialog.model, "what lies behind a dialog");
}

#[test]
fn a_hint_is_the_key_it_names() {
    let scene = Scene::ready(80, 24).click("? help");
    assert!(scene.text().contains("Help"), "{}", scene.text());
    let scene = scene.click("q back").open("ml-team");
    let dialog = scene.click("d remove");
    assert!(dialog.text().contains("Remove member"), "{}", dialog.text());
    let viewer = Scene::ready(80, 24).select("default").click("(d delete)");
    assert!(
        viewer.notice().contains("default"),
        "it says why not: {}",
        viewer.notice()
    );
}

#[test]
fn what_says_yes_takes_a_key_and_says_which() {
    let asked = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("d");
    for yes in ["y yes", "[ Yes ]"] {
        let after = asked.clone().click(yes);
        assert_eq!(after.notice(), "a click confirms nothing: press y");
        assert_eq!((after.sending.len(), after.n_running()), (0, 0));
        assert!(after.text().contains("▸ [ No ]"), "{}", after.text());
    }
    assert!(asked.clone().click("[ No ]").model.dialogs.is_empty());
    assert!(asked.click("n no").model.dialogs.is_empty());
}

#[test]
fn a_click_chooses_in_a_dialog_and_applies_nothing() {
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("e");
    let scene = scene.click("( ) Admin");
    assert!(scene.text().contains("(•) Admin"), "{}", scene.text());
    let after = scene.click("v e a apply");
    assert_eq!(after.notice(), "a click confirms nothing: press v or e or a");
    assert_eq!(after.n_running(), 0);
    let asked = after.press("enter").text();
    assert!(
        asked.contains("y yes") && asked.contains("Admin"),
        "the key applies what was chosen: {asked}"
    );
}

#[test]
fn a_click_moves_the_focus_and_highlights_who_is_proposed() {
    let scene = Scene::ready(80, 24).open("ml-team").press("a tab");
    let scene = scene.click("Principals").type_text("ali");
    assert!(scene.text().contains("ali"), "{}", scene.text());
    let before = scene.text();
    let scene = scene.click("alice@example.com");
    assert!(
        scene.text().contains("▸ alice@example.com"),
        "{before}\n{}",
        scene.text()
    );
    let after = scene.click("enter take");
    assert_eq!(after.notice(), "a click confirms nothing: press enter");
}

#[test]
fn what_is_typed_is_not_dropped_by_the_same_click_twice() {
    let scene = Scene::ready(80, 24).press("n").type_text("lab");
    let asked = scene.click("esc cancel");
    assert!(asked.text().contains("esc again closes"), "{}", asked.text());
    let still = asked.click("esc cancel");
    assert_eq!(still.notice(), "a click confirms nothing: press esc");
    assert!(still.text().contains("lab"));
    assert!(still.press("esc").model.dialogs.is_empty());
}

#[test]
fn a_command_is_marked_by_a_click_and_run_by_a_key() {
    let scene = Scene::ready(80, 24).press(":").click("audit");
    let text = scene.text();
    assert!(text.contains("▸ audit"), "{text}");
    let after = scene.click("enter run");
    assert_eq!(after.notice(), "a click confirms nothing: press enter");
    assert_eq!(after.model.screens.len(), 1);
    let copied = Scene::ready(80, 24).press("x").click("y copy");
    assert!(!copied.copied.is_empty());
}

#[test]
fn the_wheel_scrolls_what_is_in_front() {
    let top = |scene: &Scene| scene.model.screen().list().map(|list| (list.top(), list.cursor()));
    let list = super::scrolling::bob(60, 16);
    assert_eq!(top(&list), Some((0, 0)));
    let after = list.press("j j j j").wheel(1);
    assert_eq!(top(&after), Some((3, 4)), "the cursor stays on its row");
    let after = after.wheel(1);
    assert_eq!(top(&after), Some((6, 6)), "as long as that is in sight");
    assert_eq!(top(&after.wheel(-5)).map(|(top, _)| top), Some(0));
    let help = Scene::ready(60, 16).press("?");
    assert_ne!(help.clone().wheel(1).text(), help.text());
    assert_eq!(help.clone().wheel(2).wheel(-2).text(), help.text());
    let commands = Scene::ready(80, 24).press(":");
    let second = commands.clone().press("↓").text();
    assert_eq!(commands.wheel(1).text(), second);
    let dialog = super::reviewing::review(&super::reviewing::many(300), 80, 24);
    assert_ne!(dialog.clone().wheel(1).text(), dialog.text());
    assert_eq!(dialog.clone().wheel(1).wheel(-1).text(), dialog.text());
}

#[test]
fn the_key_that_gives_the_mouse_back_is_in_the_hint_while_it_is_away() {
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let off = Scene::ready(width, height);
        assert!(!off.text().contains("select text"));
        let on = off.press("M");
        assert!(
            on.model.has_mouse() && on.notice().contains("shift+drag"),
            "{}",
            on.notice()
        );
        assert!(on.text().contains("M select text"), "{}", on.text());
        assert!(on.text().contains("/ filter"), "{}", on.text());
        let off = on.click("M select text");
        assert!(
            !off.model.has_mouse() && off.notice().contains("the terminal's again"),
            "{}",
            off.notice()
        );
        assert!(!off.text().contains("M select text"));
    }
    let help = Scene::ready(80, 24).press("n f1 M");
    assert!(help.model.has_mouse(), "over a dialog that waits below the help, too");
}
