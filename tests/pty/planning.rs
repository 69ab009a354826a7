//! The console that is started for the review of a plan.

use crate::console::Setup;
use crate::given::{Platform, add, create};
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::Role;
use std::fs;

#[test]
fn a_file_of_wishes_is_reviewed_applied_and_undone_as_one() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.toml");
    let wishes = format!(
        "schema = 1\nserver = \"{}\"\n[workspace.ml-team]\nabsent = [\"bob@example.com\"]\n\
         [workspace.ml-team.members]\n\"eve@example.com\" = [\"Editor\"]\n",
        platform.url()
    );
    fs::write(&file, wishes).unwrap();
    let file = file.to_string_lossy();
    let mut console = Setup::on(&platform).args(&["--plan", &file]).start();
    console.shows(&["Apply plan", "2 changes in 1 workspace", "1 removed", "eve@example.com"]);
    console.press("enter").shows(&["[ No ]"]);
    console.press("y").shows(&["2 applied; confirmed"]);
    let who = |name: &str| Principal::from_platform(name);
    assert!(platform.members("ml-team").find(&who("bob@example.com")).is_none());
    assert!(platform.members("ml-team").find(&who("eve@example.com")).is_some());
    console.press("L").shows(&["Activity (2 changes in 1 row)"]);
    console.press("U").shows(&["undo 2 changes"]);
    console.press("enter").shows(&["[ No ]"]);
    console.press("y").shows(&["2 applied; confirmed"]);
    assert!(platform.members("ml-team").find(&who("bob@example.com")).is_some());
    console.press("q").shows(&["Workspaces (3)"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}
