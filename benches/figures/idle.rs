//! What a program does while nobody does anything.

use crate::program::Program;
use color_eyre::eyre::Result;
use std::fs;
use std::time::Duration;

const TIME: Duration = Duration::from_secs(3);
/// The embedded platform closes a connection on which nothing has come for ten seconds, and whoever keeps it open is told.
const UNTIL_CLOSED: Duration = Duration::from_secs(15);

/// Returns how many bytes `program` writes in three seconds, and how often it wakes up where that can be counted, once no
/// server has anything to tell any more.
pub(crate) fn watch(program: &mut Program) -> Result<(usize, Option<u64>)> {
    let pid = program.pid()?;
    program.listen(UNTIL_CLOSED);
    let before = n_waits(pid);
    let n_bytes = program.listen(TIME);
    let n_wakes = n_waits(pid)
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    Ok((n_bytes, n_wakes))
}

/// Returns how often the threads of a process have gone to sleep so far: who woke up since has done so again.
fn n_waits(pid: u32) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let statuses = threads
        .flatten()
        .map(|thread| fs::read_to_string(thread.path().join("status")));
    let counts = statuses.flatten().filter_map(|status| {
        let count = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        count.trim().parse::<u64>().ok()
    });
    Some(counts.sum())
}
