//! The log: a file that only its owner can read, and nothing else, because the screen belongs to the console.

use super::Failure;
use crate::config::Log;
use crate::files::{self, Owner};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Begins to log, if a file is named. What is logged is written by a thread of its own until the guard is dropped.
pub(super) fn start(log: &Log) -> Result<Option<WorkerGuard>, Failure> {
    let Some(path) = &log.file else { return Ok(None) };
    if path.as_os_str() == "-" {
        let message = "the log needs a file, because the console uses the screen: name one";
        return Err(Failure::Usage(message.to_owned()));
    }
    let file = open(path).map_err(|source| Failure::Log {
        path: path.clone(),
        source,
    })?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    let started = tracing_subscriber::registry()
        .with(filter(log.verbosity))
        .with(lines)
        .try_init();
    // A second subscriber in one process is refused; the first one then goes on to log.
    Ok(started.is_ok().then_some(guard))
}

/// Other crates stay at warnings: some of them log request headers, the token included, when asked for more.
fn filter(verbosity: u8) -> Targets {
    let own = match verbosity {
        0 => LevelFilter::INFO,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target(env!("CARGO_CRATE_NAME"), own)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true);
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, files::WITHOUT_WAITING);
    let file = files::make_or_open(path, &options, 0o600, Owner::of_place(path))?;
    close_to_others(&file)?;
    Ok(file)
}

/// Closes one's own log, however it was before: it tells where somebody was, and as whom. How somebody else keeps theirs
/// is not root's business either.
fn close_to_others(file: &File) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
    let facts = file.metadata()?;
    if facts.file_type().is_fifo() {
        // Somebody reads it, or it could not have been opened; from now on what is written waits for them.
        return Ok(rustix::fs::fcntl_setfl(file, rustix::fs::OFlags::APPEND)?);
    }
    let is_ours = facts.uid() == rustix::process::geteuid().as_raw();
    if facts.is_file() && is_ours && facts.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(facts.mode() & 0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_log_is_for_its_owner_only_however_it_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        for before in [None, Some(0o644), Some(0o666), Some(0o200)] {
            if let Some(before) = before {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(before)).unwrap();
            }
            writeln!(open(&path).unwrap(), "a line").unwrap();
            assert_eq!(mode() & 0o077, 0, "it was {before:?}");
        }
        assert_eq!(mode(), 0o200, "what its owner took from it stays so");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a line\n".repeat(4));
    }

    #[test]
    fn a_pipe_that_nobody_reads_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        assert!(open(&path).is_err());
        let _reader = File::options().read(true).write(true).open(&path).unwrap();
        writeln!(open(&path).unwrap(), "a line").unwrap();
    }
}
