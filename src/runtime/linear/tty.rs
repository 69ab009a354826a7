//! The terminal as it is, with lines that it edits itself: nothing is taken over but what lines need, and a secret is not
//! shown while it is typed. It is given back as it was found, whichever way the process ends.

use rustix::termios::{InputModes, LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
use std::io;
use std::sync::{Mutex, PoisonError};

/// How the terminal was found, as long as it is ours; the panic hook asks.
static FOUND: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal while the console has it. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Tty {
    has_echo: bool,
}

impl Tty {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Fails if it cannot be asked or told how it is to be.
    pub(super) fn enter() -> io::Result<Self> {
        take_over()?;
        Ok(Self { has_echo: true })
    }

    /// Shows what is typed, or does not.
    pub(super) fn echo(&mut self, is_on: bool) -> io::Result<()> {
        if self.has_echo == is_on {
            return Ok(());
        }
        let mut modes = tcgetattr(rustix::stdio::stdin())?;
        modes.local_modes.set(LocalModes::ECHO, is_on);
        // The end of the line is seen all the same.
        modes.local_modes.set(LocalModes::ECHONL, !is_on);
        tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &modes)?;
        self.has_echo = is_on;
        Ok(())
    }

    /// Throws away what has been typed and not been read: the beginning of a line.
    pub(super) fn forget_typed() -> io::Result<()> {
        Ok(tcflush(rustix::stdio::stdin(), QueueSelector::IFlush)?)
    }

    /// Gives the terminal back; it can be returned to.
    pub(super) fn leave() {
        give_back();
    }

    /// Takes the terminal again, in whatever state a shell or another program left it.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(super) fn return_to(&mut self) -> io::Result<()> {
        give_back();
        self.has_echo = true;
        take_over()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_over() -> io::Result<()> {
    let found = tcgetattr(rustix::stdio::stdin())?;
    let mut modes = found.clone();
    modes.local_modes |= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
    modes.input_modes |= InputModes::ICRNL;
    *FOUND.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &modes)?;
    Ok(())
}

/// Undoes exactly what [`take_over`] and what came after it did, once. What cannot be undone because the terminal is gone
/// is nobody's loss.
pub(in crate::runtime) fn give_back() {
    let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(found) = found {
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &found);
    }
}
