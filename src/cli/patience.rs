//! Saying what is waited for while a file is read: a slow disk, or a pipe, which gives what is written to it, and when.

use super::{Failure, tell};
use crate::config::Settings;
use crate::domain::text::SafeText;
use crate::files;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long nobody wonders.
const UNNOTICED: Duration = Duration::from_secs(1);

/// Reads the file at `path` by `read`, and says so where that takes a while. Blocks.
pub(super) fn telling<T>(path: &Path, read: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (reading, ended) = mpsc::channel::<()>();
        scope.spawn(move || {
            if ended.recv_timeout(UNNOTICED) == Err(RecvTimeoutError::Timeout) {
                tell(&what_is_read(path));
            }
        });
        let read = read();
        drop(reading);
        read
    })
}

fn what_is_read(path: &Path) -> SafeText {
    let why = if files::is_pipe(path) {
        ": a pipe is read to its end"
    } else {
        ""
    };
    SafeText::new(&format!("still reading {}{why}", path.to_string_lossy()))
}

/// Reads the certificates that settings trust. Blocks.
pub(super) fn authorities(settings: &Settings) -> Result<Vec<u8>, Failure> {
    let read = || settings.read_authorities().map_err(Failure::from);
    match &settings.certificate_authority {
        Some(named) => telling(&named.value, read),
        None => read(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn only_of_a_pipe_it_is_said_that_it_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = (folder.path().join("file"), folder.path().join("pipe"));
        std::fs::write(&file, "x").unwrap();
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from(0o600), 0).unwrap();
        let said = |path: &Path| what_is_read(path).to_string();
        assert_eq!(said(&file), format!("still reading {}", file.display()));
        let of_the_pipe = format!("still reading {}: a pipe is read to its end", pipe.display());
        assert_eq!(said(&pipe), of_the_pipe);
    }
}
