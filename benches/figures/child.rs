//! A program that runs to its end: how long it took, and how much memory.

use color_eyre::eyre::{Result, ensure};
use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often the memory is looked at. Its peak only grows, so all that can be missed is the very end.
const PAUSE: Duration = Duration::from_millis(2);

/// What a program took.
pub(super) struct Took {
    pub(super) time: Duration,
    /// The most memory it had at once, in bytes, where that can be told.
    pub(super) peak: Option<u64>,
    pub(super) said: String,
    /// What it wrote to standard error.
    pub(super) warned: String,
}

/// Runs a program that must succeed.
pub(super) fn run(command: &mut Command) -> Result<Took> {
    run_to(0, command)
}

/// Runs a program that must end with this exit code.
pub(super) fn run_to(code: i32, command: &mut Command) -> Result<Took> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let child = command.spawn()?;
    let pid = child.id();
    let (end, ended) = channel::<()>();
    let watch = thread::spawn(move || {
        let mut peak = None;
        while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            peak = peak.max(memory(pid));
        }
        peak
    });
    let output = child.wait_with_output();
    let time = begun.elapsed();
    drop(end);
    let peak = watch.join().ok().flatten();
    let output = output?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.code() == Some(code),
        "{} ended with {}: {why}",
        command.get_program().display(),
        output.status
    );
    let said = String::from_utf8(output.stdout)?;
    let warned = why.into_owned();
    Ok(Took {
        time,
        peak,
        said,
        warned,
    })
}

/// Returns the most memory that a process has had so far.
pub(super) fn memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}
