//! A program in a terminal of its own: keys in, bytes out, each with the moment it came.

use color_eyre::eyre::{Result, bail, eyre};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The console, in the profile of the benches.
pub(crate) const CONSOLE: &str = env!("CARGO_BIN_EXE_nmp-console");

/// After so long without a byte a frame is over: no frame takes as long as this between two of its writes.
const QUIET: Duration = Duration::from_millis(25);
/// Longer than anything measured here takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// How large a terminal is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

/// What followed a key.
pub(crate) struct Frame {
    /// From before the key was written until the last byte was read.
    pub(crate) time: Duration,
    pub(crate) n_bytes: usize,
}

pub(crate) struct Program {
    spawned: Instant,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    /// Everything that was written since it was last forgotten.
    written: Vec<u8>,
    /// Hangs up when it is dropped.
    _terminal: Box<dyn MasterPty + Send>,
}

impl Program {
    pub(crate) fn start(size: Size, path: &str, args: &[&str], env: &[(&str, &str)]) -> Result<Self> {
        Self::start_on_line(size, path, args, env, None)
    }

    /// Starts it on a terminal that takes so many bytes a second.
    pub(crate) fn start_on_line(
        size: Size,
        path: &str,
        args: &[&str],
        env: &[(&str, &str)],
        rate: Option<usize>,
    ) -> Result<Self> {
        let Size { columns, rows } = size;
        let pair = native_pty_system()
            .openpty(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .map_err(|error| eyre!("no terminal: {error}"))?;
        let mut reader = pair.master.try_clone_reader().map_err(|error| eyre!("{error}"))?;
        let keys = pair.master.take_writer().map_err(|error| eyre!("{error}"))?;
        let (tell, output) = channel();
        // Ends with the terminal.
        std::thread::spawn(move || {
            let mut buffer = vec![0; rate.map_or(1 << 16, |rate| rate / 50)];
            while let Ok(n) = reader.read(&mut buffer) {
                let bytes = buffer.get(..n).unwrap_or_default().to_vec();
                if n == 0 || tell.send((Instant::now(), bytes)).is_err() {
                    break;
                }
                if rate.is_some() {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        });
        let mut command = CommandBuilder::new(path);
        command.args(args);
        // Nothing of the caller's set-up may make one run differ from another.
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        let spawned = Instant::now();
        let child = pair.slave.spawn_command(command);
        let child = child.map_err(|error| eyre!("cannot start {path}: {error}"))?;
        Ok(Self {
            spawned,
            child,
            keys,
            output,
            screen: vt100::Parser::new(rows.try_into()?, columns.try_into()?, 0),
            written: Vec::new(),
            _terminal: pair.master,
        })
    }

    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.process_id().ok_or_else(|| eyre!("the program has ended"))
    }

    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.screen.process(bytes);
    }

    /// Returns how many bytes were written since that was last forgotten.
    pub(crate) fn n_bytes(&self) -> usize {
        self.written.len()
    }

    /// Returns how often `what` was written since that was last forgotten.
    pub(crate) fn n_written(&self, what: &[u8]) -> usize {
        self.written
            .windows(what.len())
            .filter(|window| *window == what)
            .count()
    }

    pub(crate) fn forget_what_was_written(&mut self) {
        self.written.clear();
    }

    /// Reads until the screen is as wanted; returns when, from the start of the program, its last byte came.
    pub(crate) fn until(&mut self, is_wanted: impl Fn(&str) -> bool) -> Result<Duration> {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok((at, bytes)) => {
                    self.take(&bytes);
                    if is_wanted(&self.screen()) {
                        return Ok(at.duration_since(self.spawned));
                    }
                }
                Err(_) => bail!("the program does not show what it should:\n{}", self.screen()),
            }
        }
    }

    /// Presses a key and reads until the screen is as wanted; returns how long that took.
    pub(crate) fn press_until(&mut self, key: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Duration> {
        let pressed = Instant::now().duration_since(self.spawned);
        self.keys.write_all(key.as_bytes())?;
        self.keys.flush()?;
        Ok(self.until(is_wanted)?.saturating_sub(pressed))
    }

    /// Presses a key and reads all that follows; a key that nothing follows is an error.
    pub(crate) fn press(&mut self, key: &str) -> Result<Frame> {
        let pressed = Instant::now();
        self.keys.write_all(key.as_bytes())?;
        self.keys.flush()?;
        let (mut last, mut n_bytes, mut patience) = (pressed, 0, PATIENCE);
        loop {
            match self.output.recv_timeout(patience) {
                Ok((at, bytes)) => {
                    last = at;
                    n_bytes += bytes.len();
                    self.take(&bytes);
                    patience = QUIET;
                }
                Err(RecvTimeoutError::Timeout) if n_bytes > 0 => {
                    let time = last.duration_since(pressed);
                    return Ok(Frame { time, n_bytes });
                }
                Err(_) => bail!("nothing follows the key {key:?}:\n{}", self.screen()),
            }
        }
    }

    /// Waits for `time` and returns how many bytes came.
    pub(crate) fn listen(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut n_bytes = 0;
        while let Ok((_, bytes)) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            n_bytes += bytes.len();
            self.take(&bytes);
        }
        n_bytes
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
