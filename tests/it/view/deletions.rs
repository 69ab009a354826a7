//! What is said before workspaces are deleted: all of it, however many there are and however small the screen is.

use super::scene::{Scene, session};
use super::world::{World, member, place};
use nmp_console::domain::platform::{Deletion, Generation, Support};
use nmp_console::domain::resource::ResourceKind as K;
use nmp_console::domain::role::Role;
use nmp_console::domain::workspace::CallerAccess;

const ABSENT: &str = "not installed, so not counted: guardrail configs, virtual models, experiments";

/// Returns all that the dialog says, a paragraph a line.
fn said(scene: &Scene) -> Vec<String> {
    let text = scene.text();
    let before_frame = |row: &str| {
        row.split_once("┌ Delete workspace")
            .map(|(before, _)| before.chars().count())
    };
    let left = text.lines().find_map(before_frame).expect("a dialog");
    let rows = text.lines().skip_while(|row| before_frame(row).is_none()).skip(1);
    let rows = rows.map_while(|row| {
        let row: String = row.chars().skip(left).collect();
        let (row, _) = row.strip_prefix("│ ")?.split_once('│')?;
        Some(row.trim_end().to_owned())
    });
    let mut said: Vec<String> = Vec::new();
    for row in rows {
        match said.last_mut() {
            Some(last) if row.starts_with("  ") => *last = format!("{last} {}", row.trim_start()),
            Some(_) | None => said.push(row),
        }
    }
    said
}

fn says(scene: &Scene, text: &str) -> bool {
    said(scene).iter().any(|line| line.contains(text))
}

fn open_to_everyone() -> World {
    let mut world = World::of(3);
    world.absent = World::new().absent;
    for (nth, role) in [(0, "Admin"), (2, "Admin")] {
        let members = vec![member("alice@example.com", &["Admin"], 1), member("*", &[role], 1)];
        world.members(&format!("workspace-{nth:04}"), members);
    }
    world
}

fn deleting(world: World, keys: &str, (width, height): (u16, u16)) -> Scene {
    let scene = Scene::start_with(session(), world, width, height).settle();
    scene.press("g g").press(keys).settle()
}

#[test]
fn what_warns_of_one_warns_of_one_that_is_marked() {
    let mut world = open_to_everyone();
    world.failing = vec![K::Secret];
    let name = "workspace-0000";
    world.find(name).caller_access = CallerAccess::Holds(Role::Editor);
    let one = deleting(world.clone(), "d", (120, 40));
    let marked = deleting(world, "space d", (120, 40));
    assert!(marked.text().contains("delete 1 marked workspace"), "{}", marked.text());
    let told = said(&one);
    let warnings: Vec<&String> = told.iter().filter(|line| line.starts_with("! ")).collect();
    assert_eq!(warnings.len(), 4, "{told:?}");
    for text in warnings {
        assert!(says(&marked, text), "{text}\n{}", marked.text());
    }
    assert!(says(&one, ABSENT) && says(&marked, ABSENT), "{}", marked.text());
}

#[test]
fn what_warns_of_some_of_several_says_of_which() {
    let mut world = open_to_everyone();
    world.find("workspace-0001").caller_access = CallerAccess::Holds(Role::Editor);
    let scene = deleting(world.clone(), "ctrl-a d", (120, 40));
    scene.shows("delete-several-warnings");
    for text in [
        "including everyone (*): everyone on the platform loses Admin (workspace-0000, workspace-0002)",
        "without asking its Admins (workspace-0001)",
        ABSENT,
    ] {
        assert!(says(&scene, text), "{text}\n{}", scene.text());
    }
    let mut many = World::of(0);
    for nth in 0..9 {
        let members = vec![member("alice@example.com", &["Admin"], 1), member("*", &["Viewer"], 1)];
        many.workspaces.push(place(&format!("open-{nth}"), "", 1).with(members));
    }
    many.workspaces.push(place("closed", "", 1));
    let scene = deleting(many, "ctrl-a d", (120, 40));
    assert!(
        says(
            &scene,
            "everyone on the platform loses Viewer (open-0, open-1, open-2 and 6 more)"
        ),
        "{}",
        scene.text()
    );
    deleting(world, "ctrl-a d", (60, 16)).shows("delete-several-warnings-60x16");
}

/// A line that gives way to a notice is not gone without a word.
#[test]
fn what_a_notice_leaves_no_room_for_is_told_and_scrolled_to() {
    let mut world = open_to_everyone();
    let place = world.find("workspace-0000").clone();
    let things: Vec<String> = (0..9).map(|n| format!("thing-{n}")).collect();
    let things: Vec<&str> = things.iter().map(String::as_str).collect();
    *world.find("workspace-0000") = place
        .with_things(K::Fileset, &things)
        .with_things(K::Model, &things[..1]);
    let scene = deleting(world, "d", (60, 16));
    let wrong = scene.clone().type_text("x").press("enter");
    for scene in [scene.clone().press("pgdn"), scene.press("f5"), wrong] {
        let mut all = said(&scene);
        let mut scrolled = scene.clone();
        for _ in 0..9 {
            let hides = !says(&scrolled, ABSENT);
            let tells = ["more", "↓", "↑"].iter().any(|sign| scrolled.text().contains(sign));
            assert!(!hides || tells, "left out without a word:\n{}", scrolled.text());
            scrolled = scrolled.press("pgdn");
            all.extend(said(&scrolled));
        }
        assert!(all.iter().any(|line| line.contains(ABSENT)), "{}", scene.text());
    }
}

/// That others would not be deleted is beside the point.
#[test]
fn an_empty_workspace_is_not_said_to_be_refused() {
    let refuses = "this server deletes only empty workspaces";
    let mut world = World::of(3);
    world.info.generation = Generation::Helix;
    world.info.deletion_status = Support::Yes;
    let mut session = session();
    session.observed_deletion = Some(Deletion::Refuses);
    let asked = |world: World, keys: &str| {
        let scene = Scene::start_with(session.clone(), world, 80, 24).settle();
        scene.press("g g").press(keys).settle()
    };
    for keys in ["d", "space j space d"] {
        let empty = asked(world.clone(), keys);
        assert!(says(&empty, "type "), "{}", empty.text());
        assert!(!says(&empty, refuses), "{}", empty.text());
    }
    world.failing = vec![K::Secret];
    for keys in ["d", "space j space d"] {
        let unknown = asked(world.clone(), keys);
        let text = "this server deletes only empty workspaces (as seen before): it refuses where anything is left";
        assert!(says(&unknown, text), "{}", unknown.text());
    }
}
