//! Keys of somebody's own, on the real program.

use crate::console::Setup;
use crate::given::Platform;

#[test]
fn a_key_of_the_file_counts_and_the_start_says_what_it_did_before() {
    let platform = Platform::demo();
    let keys = "[members]\nremove = ['j']\n[workspaces]\nmembers = ['o']\n";
    let mut console = Setup::on(&platform).config("keys.toml", keys).open();
    console.shows(&["your keys: j is remove in [members], not down in [list]", "o members"]);
    console.press("/").shows(&["/"]);
    console.type_text("ml-team").shows(&["enter open"]);
    console.press("enter").shows(&["Members of ml-team"]);
    console.press("j").shows(&["Remove"]);
}

#[test]
fn a_file_that_cannot_be_used_leaves_the_usual_keys_and_says_so() {
    let platform = Platform::demo();
    let keys = "[members]\nremove = ['dd']\n[screen]\nhelp = 1\n";
    let console = Setup::on(&platform).config("keys.toml", keys).open();
    console.shows(&["cannot use the keys", "keys.toml: line", "the usual keys count"]);
    console.shows(&["? help"]);
}

#[test]
fn views_that_cannot_be_used_are_told_before_what_the_keys_did() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform)
        .config("keys.toml", "[members]\nremove = ['j']\n")
        .config("views.toml", "[workspaces]\ncolumns = ['nmae']\n")
        .open();
    console.shows(&["(1 more: ! shows all)", "cannot use the views"]);
    console
        .press("!")
        .shows(&["Last outcomes (2)", "your keys: j is remove"]);
}
