//! Views of a list on the real program: what is saved is there at the next start, and nothing is lost of a broken file.

use crate::console::{Console, PROGRAM, Setup};
use crate::given::Platform;
use std::path::{Path, PathBuf};

fn open(platform: &Platform, home: &Path) -> Console {
    let home = home.to_str().unwrap();
    Setup::on(platform).env("XDG_CONFIG_HOME", home).open()
}

fn file(home: &Path) -> PathBuf {
    home.join("nmp-console/views.toml")
}

#[test]
fn a_view_is_saved_and_is_a_place_after_the_next_start() {
    let platform = Platform::demo();
    let home = tempfile::tempdir().unwrap();
    let mut console = open(&platform, home.path());
    console.press("/").shows(&["/"]);
    console.type_text("ml").press("enter").shows(&["? help"]);
    console.press("S").shows(&["sort: name v"]);
    console.press("T").says("Views", "no view of this list is saved");
    console
        .press("s")
        .says("Views", "saves the list as it is now: ml; sort: name reversed");
    console.type_text("our teams");
    console.press("enter").shows(&["saved the view 'our teams'"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
    let text = std::fs::read_to_string(file(home.path())).unwrap();
    assert!(
        text.contains("[[workspaces.views]]\nname = \"our teams\"\nfilter = \"ml\"\n"),
        "{text}"
    );

    let mut console = open(&platform, home.path());
    console.press("A").shows(&["Audit"]);
    console.press(":").shows(&["Command"]);
    console.type_text("view our");
    console
        .press("enter")
        .shows(&["view 'our teams'", "sort: name v", "ml-team"]);
}

#[test]
fn a_broken_file_is_told_and_left_alone() {
    let platform = Platform::demo();
    let home = tempfile::tempdir().unwrap();
    let path = file(home.path());
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let broken = "[workspaces]\n# mine\ncolumns = [\"nmae\"]\n";
    std::fs::write(&path, broken).unwrap();
    let mut console = open(&platform, home.path());
    console.shows(&["cannot use the views", "line 3"]);
    console
        .press("T")
        .says("Views", "line 3, column 12")
        .says("Views", "nothing is written there until you have mended it");
    console.press("s").says("Views", "Name");
    console.type_text("mine");
    console.press("enter").shows(&["not saved", "line 3"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), broken);
}

#[test]
fn a_demo_leaves_the_file_of_its_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = file(home.path());
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let own = "[[workspaces.views]]\nname = \"my own\"\n";
    std::fs::write(&path, own).unwrap();
    let mut console = Setup::of(PROGRAM)
        .args(&["demo"])
        .env("XDG_CONFIG_HOME", home.path().to_str().unwrap())
        .open();
    console.shows(&["? help"]);
    console
        .press("T")
        .says("Views", "my own")
        .says("Views", "for this demo only");
    console.press("s").says("Views", "Name");
    console.type_text("mine");
    console
        .press("enter")
        .shows(&["saved the view 'mine', for this demo only"]);
    console.press("q");
    assert_eq!(console.end(), Ok(0));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), own);
}
