//! What the system asks of the program.

use rustix::process::Signal as Number;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use tokio::signal::unix::{self, SignalKind};

/// Every signal that would end the process, and leave the terminal as only the console can use it. Not those that
/// nothing can be done about, nor those by which the system says that the program itself is at fault, nor SIGXFSZ: a file
/// that may not grow is an error of the write.
const ENDS: &[Number] = &[
    Number::TERM,
    Number::HUP,
    Number::INT,
    Number::QUIT,
    Number::USR1,
    Number::USR2,
    Number::ALARM,
    Number::VTALARM,
    Number::PROF,
    Number::XCPU,
    Number::TRAP,
    Number::SYS,
    #[cfg(target_os = "linux")]
    Number::STKFLT,
    #[cfg(target_os = "linux")]
    Number::IO,
    #[cfg(target_os = "linux")]
    Number::POWER,
];
/// Signals without a meaning of their own end a process, too; those below belong to the C library, of which musl keeps one
/// more than others and refuses to give it away.
#[cfg(target_os = "linux")]
const REAL_TIME: std::ops::RangeInclusive<i32> = if cfg!(target_env = "musl") { 35 } else { 34 }..=64;
#[cfg(not(target_os = "linux"))]
const REAL_TIME: std::ops::Range<i32> = 0..0;

/// A signal that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// End now; the number of the signal.
    End(i32),
    /// Give the terminal back and stop, as with Ctrl-Z.
    Stop,
    /// The process goes on after it was stopped, whoever stopped it.
    Continue,
    /// The terminal has another size.
    Resize,
}

#[derive(Debug)]
pub(super) struct Signals {
    ends: Vec<(i32, unix::Signal)>,
    stop: unix::Signal,
    go_on: unix::Signal,
    resize: unix::Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let listen = |number: i32| unix::signal(SignalKind::from_raw(number));
        let numbers = ENDS.iter().map(|signal| signal.as_raw()).chain(REAL_TIME);
        let ends = numbers.map(|number| Ok((number, listen(number)?)));
        Ok(Self {
            ends: ends.collect::<io::Result<_>>()?,
            stop: listen(Number::TSTP.as_raw())?,
            go_on: listen(Number::CONT.as_raw())?,
            resize: listen(Number::WINCH.as_raw())?,
        })
    }

    /// Returns the next signal.
    pub(super) async fn next(&mut self) -> Signal {
        let ends = &mut self.ends;
        let end = poll_fn(|cx| {
            let mut come = ends
                .iter_mut()
                .filter_map(|(number, signal)| signal.poll_recv(cx).is_ready().then_some(*number));
            come.next().map_or(Poll::Pending, Poll::Ready)
        });
        tokio::select! {
            // A terminal that hangs up sends the signal to continue along: it must not come first.
            biased;
            number = end => Signal::End(number),
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
            _ = self.resize.recv() => Signal::Resize,
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
