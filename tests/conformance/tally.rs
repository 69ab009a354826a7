//! The account of a run against a platform elsewhere: what ran there, what did not, and why not.
//!
//! What was left out is said at once, past the test harness, which keeps what a passing test prints to itself. With
//! `NMP_CONFORMANCE_TALLY` every line of the account goes to that file, too, so that whoever started the run can see
//! that anything ran at all.

use crate::platform::variable;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

/// Notes that a scenario ran on the platform called `label`.
pub(crate) fn ran(label: &str) {
    write_down(&format!("ran\t{}\t{label}\n", scenario()));
}

/// Notes that a scenario was left out, and says so.
pub(crate) fn left_out(reason: &str) {
    let scenario = scenario();
    // Not by a macro: those the harness would catch.
    let line = format!("left out: {scenario}: {reason}\n");
    io::stderr().write_all(line.as_bytes()).unwrap();
    write_down(&format!("left out\t{scenario}\t{reason}\n"));
}

/// The harness names its threads after the tests.
fn scenario() -> String {
    std::thread::current().name().unwrap_or("a scenario").to_owned()
}

fn write_down(line: &str) {
    let Some(path) = variable("NMP_CONFORMANCE_TALLY") else {
        return;
    };
    let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
    // In one piece, because scenarios run side by side.
    file.write_all(line.as_bytes()).unwrap();
}
