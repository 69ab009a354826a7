//! Changes under way, and how they end.

use super::scene::Scene;
use super::world::{down, failure, last_admin, lost, member, ml_team};
use nmp_console::app::failure::FailureKind;

fn promoting() -> Scene {
    let scene = Scene::ready(80, 24).open("ml-team").select("carol@example.com");
    scene.press("e ↓ enter y")
}

fn promoted() -> impl FnOnce(&mut super::world::World) {
    |world| {
        let mut members = ml_team();
        members[2] = member("carol@example.com", &["Admin"], 0);
        world.members("ml-team", members);
    }
}

#[test]
fn every_phase_has_its_words() {
    let scene = promoting().wait(1);
    scene.shows("running-reading");
    let scene = scene.settle().wait(3);
    scene.shows("running-sending");
    scene.clone().resize(60, 16).shows("running-sending-60x16");
    scene.clone().sent(Ok(())).wait(1).shows("running-reading-back");
    scene.clone().sent(Err(last_admin())).wait(1).shows("running-refused");
    scene.sent(Err(lost())).wait(62).shows("running-outcome-unknown");
}

#[test]
fn done() {
    let scene = promoting().settle().meanwhile(promoted());
    scene.clone().sent(Ok(())).settle().shows("done-confirmed");
    scene.clone().sent(Err(lost())).settle().shows("done-applied");
    scene.sent(Ok(())).fail_all(&down()).shows("done-accepted");
}

#[test]
fn left_while_it_runs() {
    let scene = promoting().settle().press("esc").wait(4);
    scene.shows("detached");
    let scene = scene.press("j g /").wait(1);
    scene.shows("detached-later");
    scene.press("esc ctrl-c").shows("detached-leaving");
}

#[test]
fn several_at_once() {
    let scene = Scene::ready(80, 24).open("solo").press("a");
    let scene = scene
        .paste("erin@example.com frank@example.com gail@example.com")
        .press("enter");
    let scene = scene.settle().meanwhile(|world| {
        let members = vec![
            member("bob@example.com", &["Admin"], 5),
            member("alice@example.com", &["Viewer"], 5),
            member("erin@example.com", &["Viewer"], 0),
        ];
        world.members("solo", members);
    });
    let scene = scene.sent(Ok(())).settle().wait(2);
    scene.shows("running-several");
    let scene = scene.press("esc").wait(1);
    scene.shows("running-several-stopping");
    let scene = scene.meanwhile(|world| {
        let members = vec![
            member("bob@example.com", &["Admin"], 5),
            member("alice@example.com", &["Viewer"], 5),
            member("erin@example.com", &["Viewer"], 0),
            member("frank@example.com", &["Viewer"], 0),
        ];
        world.members("solo", members);
    });
    let scene = scene.sent(Ok(())).settle();
    scene.shows("running-several-stopped");
    scene.resize(60, 16).shows("running-several-stopped-60x16");
}

#[test]
fn a_workspace_left_without_an_admin() {
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("bob@example.com")
        .press("d y")
        .settle();
    let scene = scene.meanwhile(|world| {
        let members = ml_team().into_iter().skip(2).collect();
        world.members("ml-team", members);
    });
    let scene = scene.sent(Ok(())).settle();
    scene.shows("repair");
    super::check(
        "repair-styles",
        &super::painted::paint(&scene.model, &super::painted::plain()).styles(),
    );
    scene.clone().resize(60, 16).shows("repair-60x16");
    scene.press("R").wait(1).shows("repairing");
}

#[test]
fn a_member_that_is_gone() {
    promoting()
        .meanwhile(|world| {
            let members = ml_team()
                .into_iter()
                .filter(|member| !member.principal.raw().starts_with("carol"));
            world.members("ml-team", members.collect());
        })
        .settle()
        .shows("done-too-late");
}

#[test]
fn a_new_workspace_is_under_the_cursor() {
    let scene = Scene::ready(80, 24)
        .press("n")
        .type_text("ml-next")
        .press("enter")
        .settle();
    let scene = scene.meanwhile(|world| world.workspaces.push(super::world::place("ml-next", "", 0)));
    scene.sent(Ok(())).settle().shows("done-created");
}

#[test]
fn a_removal_at_which_the_platform_fails() {
    let failed = failure(
        FailureKind::ServerError,
        "cannot remove the member: the platform failed",
        "Internal Server Error",
        "Check what is there now: two changes at the same moment can end like this although one succeeded.",
    );
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("d y")
        .settle();
    let scene = scene.sent(Err(failed)).settle().wait(2).settle().wait(2).settle();
    scene.wait(4).settle().shows("remove-failed");
}

#[test]
fn the_last_outcomes_are_called_back_with_their_time() {
    use nmp_console::app::notice::{Notice, Tone};
    let mut scene = Scene::ready(80, 24);
    let told = [
        (
            Tone::Success,
            "removed bob@example.com from 'ml-team': confirmed, effective within about 30 s",
        ),
        (
            Tone::Error,
            "could not delete workspace 'gpu-burst': it contains project (3) and dataset (5)",
        ),
    ];
    for (tone, text) in told {
        let now = scene.model.now;
        scene.model.outcomes.add(now, Notice::new(tone, text));
    }
    scene.press("!").shows("last-outcomes");
}

/// All of an outcome can be scrolled to on the smallest screen, also where it has no blanks.
#[test]
fn an_outcome_of_one_long_word_can_be_read_to_its_end() {
    use nmp_console::app::notice::{Notice, Tone};
    let mut scene = Scene::ready(60, 16);
    let text = format!("cannot read https://example.com/{}/the-end", "韓x".repeat(300));
    let now = scene.model.now;
    scene.model.outcomes.add(now, Notice::new(Tone::Error, &text));
    let mut scene = scene.press("!");
    let mut n_seen = 0;
    for _ in 0..20 {
        let screen = scene.text();
        n_seen = n_seen.max(screen.matches('韓').count());
        scene = scene.press("↓");
    }
    let screen = scene.text();
    assert!(screen.contains("the-end"), "{screen}");
    assert!(n_seen >= 50, "{n_seen}");
}
