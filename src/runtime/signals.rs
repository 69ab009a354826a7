//! What the system asks of the program.

use std::io;
use tokio::signal::unix::{self, SignalKind};

/// A signal that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// End now; the number of the signal.
    End(i32),
    /// Give the terminal back and stop, as with Ctrl-Z.
    Stop,
    /// The process goes on after it was stopped, whoever stopped it.
    Continue,
}

/// Listens for signals.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: unix::Signal,
    hang_up: unix::Signal,
    interrupt: unix::Signal,
    stop: unix::Signal,
    go_on: unix::Signal,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: unix::signal(SignalKind::terminate())?,
            hang_up: unix::signal(SignalKind::hangup())?,
            interrupt: unix::signal(SignalKind::interrupt())?,
            stop: unix::signal(SignalKind::from_raw(signal_hook::consts::SIGTSTP))?,
            go_on: unix::signal(SignalKind::from_raw(signal_hook::consts::SIGCONT))?,
        })
    }

    /// Returns the next signal.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            // A terminal that hangs up sends the signal to continue along: it must not come first.
            biased;
            _ = self.terminate.recv() => Signal::End(SignalKind::terminate().as_raw_value()),
            _ = self.hang_up.recv() => Signal::End(SignalKind::hangup().as_raw_value()),
            _ = self.interrupt.recv() => Signal::End(SignalKind::interrupt().as_raw_value()),
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
        }
    }
}

/// Returns whether somebody could continue the process once it is stopped.
///
/// Where its group is the one its session began with, as under `ssh host nmp-console` or as the command of a
/// terminal window, no shell waits for it, and it would be stopped for good.
pub(super) fn can_stop() -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session != rustix::process::getpgrp())
}

/// Stops the process's group until the shell continues it. The group, as the terminal itself would: a program that
/// started the console and waits for it, like `cargo run`, has to stop for the shell to come back.
pub(super) fn stop_here() -> io::Result<()> {
    // Not SIGTSTP, which is listened for here.
    rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
    Ok(())
}
