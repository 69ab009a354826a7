//! Servers that are not there yet, and what may not be sent to them.

use crate::console::Setup;
use crate::given::{Platform, create};

#[test]
fn waits_calmly_for_a_server_that_is_down_and_recovers() {
    let mut platform = Platform::empty();
    platform.stop();
    let mut console = Setup::on(&platform).start();
    console.shows(&["cannot", "r tries again"]);
    platform.start_again();
    console.press("r").settles();
    platform.stop();
    console.press("r").shows(&["refresh failed", "default"]);
}

#[test]
fn says_that_it_is_read_only_and_is() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut console = Setup::on(&platform).args(&["--read-only"]).open();
    console.shows(&["READ-ONLY (--read-only)"]);
    console.press("n").shows(&["read-only"]).hides("New workspace");
}
