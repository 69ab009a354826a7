//! The only impure part of the console: the loop, the terminal, the signals, and the reading and changing of
//! the platform.
//!
//! [`run`] owns the loop: what happened becomes a message, [`crate::app::update`] turns it into effects, the
//! effects become futures in one [`tokio::task::JoinSet`], and each of their results is a message again. The
//! screen is drawn once after everything that was ready has been taken, and never otherwise: an idle console
//! writes no byte and wakes up for nothing.

mod clipboard;
mod connecting;
mod console;
mod failure;
mod input;
mod perform;
mod signals;
mod terminal;

pub use clipboard::Multiplexer;
pub use connecting::Gate;
pub use console::Console;
pub use failure::failure;
pub use perform::Platform;
pub use terminal::Screen;

use crate::app::model::Model;
use crate::app::msg::{Msg, Size};
use crate::connect::Opened;
use crate::domain::text::SafeText;
use crate::ui::Look;
use jiff::Timestamp;
use signals::{Signal, Signals};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a change that is under way when the terminal goes away is given to finish.
const LAST_CHANCE: Duration = Duration::from_secs(2);

/// How the console came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why it ended.
    pub cause: Cause,
    /// Changes whose answer was not waited for: their outcome is unknown.
    pub unsettled: Vec<SafeText>,
}

/// Why the console ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The user quit.
    Quit,
    /// A signal asked for it; its number.
    Signal(i32),
    /// The terminal went away.
    TerminalGone,
}

/// Runs the console on the process's terminal until it is left, on `opened` first; the gate opens what else is asked
/// for, and the news are what has to be told without being asked.
///
/// # Errors
/// Fails if the terminal or the signals cannot be set up, or the terminal cannot be written to.
pub async fn run(
    (gate, news): (Gate, mpsc::UnboundedReceiver<SafeText>),
    opened: Opened,
    look: Look,
    multiplexer: Multiplexer,
) -> std::io::Result<Ending> {
    let (session, platform) = gate.enter(opened).await;
    let mut signals = Signals::listen()?;
    let mut screen = Screen::enter(multiplexer)?;
    let (width, height) = screen.size();
    let model = Model::new(session, Size { width, height }, now());
    let mut console = Console::new(model, platform, look).hearing(news);
    let ended = drive(&mut console, &mut screen, &mut signals).await;
    screen.leave();
    console.settle_changes(LAST_CHANCE).await;
    console.settle_login(LAST_CHANCE).await;
    Ok(Ending {
        cause: ended?,
        unsettled: console.unsettled(),
    })
}

async fn drive(console: &mut Console, screen: &mut Screen, signals: &mut Signals) -> std::io::Result<Cause> {
    let mut input = input::Input::open()?;
    console.take(Msg::Started, now());
    loop {
        // Whatever is ready is taken before anything is drawn: one frame tells it all.
        while let Some(msg) = console.ready() {
            console.take(msg, now());
        }
        if console.has_quit() {
            return Ok(Cause::Quit);
        }
        if console.is_to_suspend() {
            if signals::can_stop() {
                screen.leave();
                // The screen is taken again when the signal to continue comes.
                signals::stop_here()?;
            } else {
                console.take(Msg::CannotSuspend, now());
            }
        }
        if screen.draw(console).is_err() {
            return Ok(Cause::TerminalGone);
        }
        tokio::select! {
            biased;
            msg = console.next() => console.take(msg, now()),
            signal = signals.next() => match signal {
                Signal::End(number) => return Ok(Cause::Signal(number)),
                Signal::Stop => console.suspend(),
                Signal::Continue => {
                    if screen.return_to().is_err() {
                        return Ok(Cause::TerminalGone);
                    }
                    let (width, height) = screen.size();
                    console.take(Msg::Resized(Size { width, height }), now());
                    console.take(Msg::Resumed, now());
                }
            },
            event = input.next() => match event {
                input::Event::Told(msg) => console.take(*msg, now()),
                input::Event::Nothing => {}
                input::Event::Gone => return Ok(Cause::TerminalGone),
            },
        }
        // More keys may have come at once, as in a paste without brackets: all of them before the next frame.
        while let Some(event) = input.ready() {
            match event {
                input::Event::Told(msg) => console.take(*msg, now()),
                input::Event::Nothing => {}
                input::Event::Gone => return Ok(Cause::TerminalGone),
            }
        }
    }
}

/// The one place of the console that reads the clock.
#[expect(
    clippy::disallowed_methods,
    reason = "here time enters the core, as a stamp on each message"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}
