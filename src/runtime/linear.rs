//! The loop where everything is told line by line: who comes first, when something is said, and which lines were typed by
//! somebody who had heard what they answer.
//!
//! No escape sequence is ever written, and the terminal edits what is typed: a line comes when it is finished.

mod lines;
mod tty;

use super::console::{Console, FrameFor};
use super::signals::{self, Signal, Signals};
use super::{Cause, now};
use crate::app::dialog::Stage;
use crate::app::geometry;
use crate::app::keymap::{Action, Binding, Chord, Context};
use crate::app::linear::Asks;
use crate::app::msg::{Line, Msg, Size};
use crate::app::question::Question;
use crate::ui::linear::{BETWEEN_PROGRESS, Told};
use lines::{Event, Lines};
use std::io::{self, Write as _};
use std::time::{Duration, Instant};
use tty::Tty;

/// How long answers are taken before something is said, if there are so many of them.
const SLICE: Duration = Duration::from_millis(10);
/// How long it is waited for what is under way, so that a sentence tells all of it.
const SETTLES: Duration = Duration::from_millis(400);
/// How long it is waited to know what was typed before something is said.
const MOST_MARKING: Duration = Duration::from_millis(200);
/// How long it takes to write something to a terminal that takes it as it comes.
const SLOW: Duration = Duration::from_millis(100);
/// How long nobody can have an answer to a question that has just been said: a paste that comes line by line has one.
const THINKS: Duration = Duration::from_millis(250);
/// The columns that the core goes by: a detail pane stands in place of the list then, and is told when it is asked for.
const COLUMNS: u16 = 80;
/// The most rows that are told at once.
const MOST_ROWS: u16 = 30;

/// Everything the loop needs.
#[derive(Debug)]
pub(super) struct Talk {
    console: Console,
    signals: Signals,
    tty: Tty,
    lines: Lines,
    told: Told,
    /// What was said last to be answered.
    heard: Option<Question>,
    /// When that was.
    heard_at: Instant,
    last_number: u64,
    /// Since when there is something to say.
    wanted_since: Option<Instant>,
    /// When something was looked for to be said last.
    told_at: Instant,
    /// Whether more is to be said once nothing is under way.
    is_owed: bool,
}

/// Returns the size that the core goes by.
pub(super) fn size() -> Size {
    let height = crossterm::terminal::size().map_or(0, |(_, height)| height);
    let height = if height == 0 { 24 } else { height };
    Size {
        width: COLUMNS,
        height: height.clamp(geometry::SMALLEST.height, MOST_ROWS),
    }
}

impl Talk {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Fails if the terminal cannot be listened to.
    pub(super) fn begin(console: Console, signals: Signals) -> io::Result<Self> {
        Ok(Self {
            console,
            signals,
            tty: Tty::enter()?,
            lines: Lines::open()?,
            told: Told::default(),
            heard: None,
            heard_at: Instant::now(),
            last_number: 0,
            wanted_since: None,
            told_at: Instant::now(),
            is_owed: false,
        })
    }

    /// Runs until there is a reason to end.
    ///
    /// # Errors
    /// Fails if the process cannot be stopped.
    pub(super) async fn until_left(&mut self) -> io::Result<Cause> {
        self.console.take(Msg::Started, now());
        loop {
            self.take_answers();
            if self.console.has_quit() {
                self.say_last();
                return Ok(Cause::Quit);
            }
            self.suspend()?;
            let gone = if self.is_to_say() {
                self.say().await.unwrap_or(Some(Cause::TerminalGone))
            } else {
                None
            };
            let cause = match gone {
                Some(cause) => Some(cause),
                None => self.wait().await,
            };
            if let Some(cause) = cause {
                return Ok(cause);
            }
        }
    }

    /// Gives the terminal back.
    pub(super) fn leave(self) -> Console {
        Tty::leave();
        self.console
    }

    fn take_answers(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < SLICE
            && self.lines.is_quiet()
            && let Some(msg) = self.console.ready()
        {
            self.console.take(msg, now());
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        if !self.console.is_to_suspend() {
            return Ok(());
        }
        if signals::can_stop() {
            Tty::leave();
            // The terminal is taken again when the signal to continue comes.
            signals::stop_here()
        } else {
            self.console.take(Msg::CannotSuspend, now());
            Ok(())
        }
    }

    /// Returns how much longer it is waited for something to be told in one piece; nothing where there is nothing to tell.
    fn rest(&self) -> Option<Duration> {
        let is_idle = self.console.is_idle();
        if self.is_owed && is_idle {
            return Some(Duration::ZERO);
        }
        let waited = self.wanted_since.map_or(Duration::ZERO, |since| since.elapsed());
        match self.console.frame() {
            FrameFor::Nothing => None,
            FrameFor::News if is_idle => Some(Duration::ZERO),
            FrameFor::Progress if self.heard.as_ref() == Some(&self.console.question()) => {
                let most = BETWEEN_PROGRESS.unsigned_abs();
                Some(most.saturating_sub(self.told_at.elapsed()))
            }
            FrameFor::News | FrameFor::Progress => Some(SETTLES.saturating_sub(waited)),
        }
    }

    fn is_to_say(&mut self) -> bool {
        if self.console.frame() != FrameFor::Nothing && self.wanted_since.is_none() {
            self.wanted_since = Some(Instant::now());
        }
        self.rest().is_some_and(|rest| rest.is_zero())
    }

    /// Says what there is to say. Where something new can be answered, all lines are taken first that were typed before.
    async fn say(&mut self) -> io::Result<Option<Cause>> {
        let is_idle = self.console.is_idle();
        let (lines, told) = self.console.say(&self.told, is_idle);
        self.console.drawn(now());
        (self.wanted_since, self.told_at, self.is_owed) = (None, Instant::now(), !is_idle);
        let question = self.console.question();
        let is_new = self.heard.as_ref() != Some(&question);
        let mut before = Vec::new();
        let mut is_known = !is_new || self.take_typed(&mut before).await;
        let model = self.console.model();
        let asks = model.linear.as_ref().map(|linear| linear.asks).unwrap_or_default();
        if is_new && self.is_confirming() {
            // What was begun before the question was heard is no answer to it.
            Tty::forget_typed()?;
        }
        self.tty.echo(asks != Asks::Secret)?;
        self.lines.said();
        let begun = Instant::now();
        write(&lines)?;
        for text in self.console.copies() {
            write(&[text])?;
        }
        self.told = told;
        if is_new && begun.elapsed() > SLOW {
            is_known &= self.take_typed(&mut before).await;
        }
        for event in before {
            if let Some(cause) = self.come(event) {
                return Ok(Some(cause));
            }
        }
        // Where it is not known what was typed before, nothing counts as heard, and what is said next asks again.
        if is_known {
            if is_new {
                self.heard_at = Instant::now();
            }
            self.heard = Some(question);
        }
        Ok(None)
    }

    /// Whether a line could say yes to something.
    fn is_confirming(&self) -> bool {
        let top = self.console.model().dialogs.last();
        matches!(top.map(|dialog| &dialog.stage), Some(Stage::Confirming(_)))
    }

    /// Says what has happened last, before the terminal is given back.
    fn say_last(&mut self) {
        let (lines, _) = self.console.say(&self.told.answered(self.console.model()), true);
        // Whoever has gone hears nothing any more.
        let _ = write(&lines);
    }

    /// Takes into `before` what has been typed by now; returns whether that is all.
    async fn take_typed(&mut self, before: &mut Vec<Event>) -> bool {
        self.last_number += 1;
        let number = self.last_number;
        self.lines.mark(number);
        let lines = &mut self.lines;
        let all = async {
            loop {
                match lines.next().await {
                    Event::Marked(marked) if marked == number => return,
                    Event::Marked(_) => {}
                    Event::Gone => return before.push(Event::Gone),
                    event @ Event::Line { .. } => before.push(event),
                }
            }
        };
        tokio::time::timeout(MOST_MARKING, all).await.is_ok()
    }

    /// Takes what happens next, a line before an answer and a signal before everything; returns why to end, if so.
    async fn wait(&mut self) -> Option<Cause> {
        let rest = self.rest();
        tokio::select! {
            biased;
            signal = self.signals.next() => self.signalled(signal),
            event = self.lines.next() => self.come(event),
            msg = self.console.step() => {
                if let Some(msg) = msg {
                    self.console.take(msg, now());
                }
                None
            }
            () = tokio::time::sleep(rest.unwrap_or_default()), if rest.is_some() => None,
        }
    }

    fn signalled(&mut self, signal: Signal) -> Option<Cause> {
        match signal {
            // What is a key elsewhere is a signal of the terminal here.
            Signal::End(number) if number == rustix::process::Signal::INT.as_raw() => {
                end_typed_line();
                let keys = self.console.model().keymap;
                let quits = keys.binding(Context::Always, Action::Quit);
                let key = quits.and_then(|binding: &Binding| binding.chords().next());
                self.console.take(Msg::Pressed(key.unwrap_or(Chord::ctrl('c'))), now());
            }
            Signal::End(number) => return Some(Cause::Signal(number)),
            Signal::Stop => {
                end_typed_line();
                self.console.suspend();
            }
            Signal::Continue => {
                if self.tty.return_to().is_err() {
                    return Some(Cause::TerminalGone);
                }
                self.console.take(Msg::Resized(size()), now());
                self.console.take(Msg::Resumed, now());
                // Whatever was said before may be far above by now.
                self.told = self.told.forgotten();
                self.heard = None;
            }
            Signal::Resize => self.console.take(Msg::Resized(size()), now()),
        }
        None
    }

    fn come(&mut self, event: Event) -> Option<Cause> {
        match event {
            Event::Line { text, is_piece } => {
                let has_heard = self.heard.as_ref() == Some(&self.console.question());
                let is_blind = !has_heard || (self.is_confirming() && self.heard_at.elapsed() < THINKS);
                if text.is_none() {
                    end_typed_line();
                }
                let line = Line {
                    text,
                    is_piece,
                    is_blind,
                };
                self.console.take(Msg::Line(line), now());
            }
            // Too late for what was to be said then.
            Event::Marked(_) => {}
            Event::Gone => return Some(Cause::TerminalGone),
        }
        None
    }
}

/// Ends the line in which the terminal has shown the sign of a key.
fn end_typed_line() {
    // A terminal that is gone is noticed where it is read.
    let _ = write(&[""]);
}

/// Writes lines in one piece.
fn write<T: AsRef<str>>(lines: &[T]) -> io::Result<()> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
