//! The commands of the platform's own CLI, above everything else.

use super::scene::Scene;
use super::scene::session;
use super::world::World;
use nmp_console::app::session::Session;
use nmp_console::domain::cli::{Cli, Nemo, Place, Programs};
use nmp_console::domain::context::ContextName;

fn with_cli(cli: Cli) -> Session {
    Session { cli, ..session() }
}

fn nemo(place: Place) -> Cli {
    Cli {
        programs: Programs {
            nemo: Nemo::Found,
            ..Programs::default()
        },
        place,
        ..Cli::default()
    }
}

fn scene(cli: Cli) -> Scene {
    Scene::start_with(with_cli(cli), World::new(), 80, 24).settle()
}

#[test]
fn commands_of_a_screen() {
    let scene = scene(nemo(Place::Current)).select("ml-team").press("x");
    scene.shows("command");
    scene.clone().resize(60, 16).shows("command-60x16");
    scene.clone().resize(120, 40).shows("command-120x40");
    scene.press("y").shows("command-copied");
}

#[test]
fn the_command_of_a_change_with_what_should_be_known_about_it() {
    let cli = Cli {
        programs: Programs {
            has_nmp: true,
            ..Programs::default()
        },
        place: Place::Context(ContextName::new("a context with a rather long name")),
        ..Cli::default()
    };
    let scene = scene(cli).select("ml-team").press("enter").settle();
    let scene = scene.press("G e ↓ ctrl-x");
    scene.shows("command-of-a-change");
    scene.clone().resize(60, 16).shows("command-of-a-change-60x16");
    scene.resize(120, 40).shows("command-of-a-change-120x40");
}

#[test]
fn the_commands_of_a_plan_that_is_too_long_to_be_listed() {
    let names: Vec<String> = (1..=20).map(|n| format!("user-{n}@example.com")).collect();
    let scene = scene(nemo(Place::Current)).select("ml-team").press("enter").settle();
    let scene = scene.press("a").paste(&names.join(" ")).press("ctrl-x");
    scene.shows("command-of-a-plan");
    scene.clone().resize(60, 16).shows("command-of-a-plan-60x16");
    scene.resize(120, 40).shows("command-of-a-plan-120x40");
}
