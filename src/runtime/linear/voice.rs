//! What is said, written by a thread of its own: a terminal that stands still, as after Ctrl-S, holds up nobody but this.

use std::io::{self, Write as _};
use std::sync::mpsc as std_mpsc;
use std::thread;
use tokio::sync::mpsc;

/// Who writes to the terminal.
#[derive(Debug)]
pub(super) struct Voice {
    tell: std_mpsc::Sender<String>,
    said: mpsc::UnboundedReceiver<io::Result<()>>,
    /// How much is still to be written.
    n_left: usize,
}

impl Voice {
    /// Begins.
    ///
    /// # Errors
    /// Fails if there is no thread to be had.
    pub(super) fn open() -> io::Result<Self> {
        let (tell, told) = std_mpsc::channel::<String>();
        let (done, said) = mpsc::unbounded_channel();
        // It ends with whoever speaks. Where nobody waits for what is written, the console is on its way out.
        let write_all = move || {
            while let Ok(text) = told.recv()
                && done.send(write(&text)).is_ok()
            {}
        };
        thread::Builder::new().name("voice".to_owned()).spawn(write_all)?;
        Ok(Self { tell, said, n_left: 0 })
    }

    /// Says lines in one piece, after everything else that is said.
    pub(super) fn say<T: AsRef<str>>(&mut self, lines: &[T]) {
        let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
        // A terminal that is gone is noticed where that is waited for.
        if !text.is_empty() && self.tell.send(text).is_ok() {
            self.n_left += 1;
        }
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// Fails if something could not be written.
    pub(super) async fn until_said(&mut self) -> io::Result<()> {
        while self.n_left > 0 {
            let said = self.said.recv().await;
            self.n_left -= 1;
            said.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))?;
        }
        Ok(())
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
