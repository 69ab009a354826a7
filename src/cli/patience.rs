//! Saying what is waited for while a file is read: a pipe gives what is written to it, and when.

use super::{Failure, tell};
use crate::config::Settings;
use crate::domain::text::SafeText;
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
                let path = path.to_string_lossy();
                tell(&SafeText::new(&format!(
                    "still reading {path}: a pipe is read to its end"
                )));
            }
        });
        let read = read();
        drop(reading);
        read
    })
}

/// Reads the certificates that settings trust. Blocks.
pub(super) fn authorities(settings: &Settings) -> Result<Vec<u8>, Failure> {
    let read = || settings.read_authorities().map_err(Failure::from);
    match &settings.certificate_authority {
        Some(named) => telling(&named.value, read),
        None => read(),
    }
}
