//! What the system asks of the program.

use rustix::process::Signal as Number;
use std::future::{pending, poll_fn};
use std::io;
use std::task::Poll;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// By these people and shells end a process.
const ENDS: [Number; 4] = [Number::TERM, Number::HUP, Number::INT, Number::QUIT];
/// Every other signal that would end the process, and leave the terminal as only the console can use it. Not those that
/// nothing can be done about, nor those by which the system says that the program itself is at fault, nor SIGXFSZ: a file
/// that may not grow is an error of the write.
const RARE_ENDS: &[Number] = &[
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
    ends: Ends,
    /// Those that end the process and hardly ever come.
    rare: mpsc::UnboundedReceiver<i32>,
    /// Listens for them, and ends with this.
    _listening: JoinSet<()>,
    stop: unix::Signal,
    go_on: unix::Signal,
    resize: unix::Signal,
}

impl Signals {
    /// Listens for all of them. There are forty that hardly ever come: a task looks after those, and a first frame does not
    /// wait for it.
    pub(super) fn listen() -> io::Result<Self> {
        let (tell, rare) = mpsc::unbounded_channel();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            let numbers = RARE_ENDS.iter().map(|signal| signal.as_raw()).chain(REAL_TIME);
            // What the system does not give away, it keeps to itself.
            let mut ends = Ends(
                numbers
                    .filter_map(|number| Some((number, listen(number).ok()?)))
                    .collect(),
            );
            while tell.send(ends.next().await).is_ok() {}
        });
        Ok(Self {
            ends: Ends::listen(ENDS.map(Number::as_raw))?,
            rare,
            _listening: listening,
            stop: listen(Number::TSTP.as_raw())?,
            go_on: listen(Number::CONT.as_raw())?,
            resize: listen(Number::WINCH.as_raw())?,
        })
    }

    /// Returns the next signal.
    pub(super) async fn next(&mut self) -> Signal {
        let rare = async {
            match self.rare.recv().await {
                Some(number) => number,
                None => pending().await,
            }
        };
        tokio::select! {
            // A terminal that hangs up sends the signal to continue along: it must not come first.
            biased;
            number = self.ends.next() => Signal::End(number),
            number = rare => Signal::End(number),
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
            _ = self.resize.recv() => Signal::Resize,
        }
    }
}

/// Signals that end the process, each with its number.
#[derive(Debug)]
struct Ends(Vec<(i32, unix::Signal)>);

impl Ends {
    fn listen(numbers: impl IntoIterator<Item = i32>) -> io::Result<Self> {
        let ends = numbers.into_iter().map(|number| Ok((number, listen(number)?)));
        ends.collect::<io::Result<_>>().map(Self)
    }

    /// Returns the number of the next one.
    async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            let mut come = self
                .0
                .iter_mut()
                .filter_map(|(number, signal)| signal.poll_recv(cx).is_ready().then_some(*number));
            come.next().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

fn listen(number: i32) -> io::Result<unix::Signal> {
    unix::signal(SignalKind::from_raw(number))
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
