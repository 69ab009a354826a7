//! Members that are read again by themselves, on the real program.

use crate::console::Setup;
use crate::given::{Platform, add, create};
use nmp_console::domain::role::Role;

#[test]
fn what_somebody_else_changes_is_seen_and_said() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let setup = Setup::on(&platform).config("config.toml", "watch = 5\n");
    let mut console = setup.args(&["--workspace", "ml-team"]).start();
    console.shows(&["Members of ml-team (1)", "WATCHING"]);
    platform.given([add("ml-team", "bob@example.com", Role::Viewer)]);
    console.shows(&[
        "changed meanwhile: bob@example.com is new (Viewer)",
        "Members of ml-team (2)",
        "c changed since the last look",
    ]);
    console.press("W").shows(&["not watching any more"]).hides("WATCHING");
}
