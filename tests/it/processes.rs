//! Signals to processes that a test started; without `kill`, which not every system has.

use rustix::process::{Pid, Signal, kill_process};
use std::process::Child;

/// Sends it; the process has not been waited for, so that its number is still its own.
pub(crate) fn send(process: &Child, signal: Signal) {
    kill_process(Pid::from_child(process), signal).unwrap();
}
