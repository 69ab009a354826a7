//! The log: a file that only its owner can read, and nothing else, because the screen belongs to the console.

use super::Failure;
use crate::config::Log;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Begins to log, if a file is named. What is logged is written by a thread of its own until the guard is dropped.
pub(super) fn start(log: &Log) -> Result<Option<WorkerGuard>, Failure> {
    let Some(path) = &log.file else { return Ok(None) };
    let file = open(path).map_err(|source| Failure::Log {
        path: path.clone(),
        source,
    })?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let started = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter(log.verbosity)))
        .with_ansi(false)
        .with_writer(writer)
        .try_init();
    // A second subscriber in one process is refused; the first one then goes on to log.
    Ok(started.is_ok().then_some(guard))
}

/// Other crates stay at warnings: some of them log request headers, the token included, when asked for more.
fn filter(verbosity: u8) -> &'static str {
    match verbosity {
        0 => "warn,nmp_console=info",
        1 => "warn,nmp_console=debug",
        _ => "warn,nmp_console=trace",
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
