//! The loop where everything is told line by line: who comes first, when something is said, and which lines were typed by
//! somebody who had heard what they answer.
//!
//! No escape sequence is ever written, and the terminal edits what is typed: a line comes when it is finished.

mod lines;
mod refused;
mod tty;
mod voice;

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
use lines::{Batch, Event, Lines, Typed};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};
use tty::Tty;
pub(super) use tty::give_back;
use voice::Voice;

/// How long answers are taken before something is said, if there are so many of them.
const SLICE: Duration = Duration::from_millis(10);
/// How long it is waited for what is under way, so that a sentence tells all of it.
const SETTLES: Duration = Duration::from_millis(400);
/// How long lines that do not end keep anything from being said.
const MOST_UNSAID: Duration = Duration::from_secs(1);
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
    voice: Voice,
    /// Signals that came while something was written.
    held: VecDeque<Signal>,
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
            voice: Voice::open()?,
            held: VecDeque::new(),
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
                self.say_last().await;
                return Ok(Cause::Quit);
            }
            if let Some(cause) = self.suspend().await? {
                return Ok(cause);
            }
            if self.hide_secret().is_err() {
                return Ok(Cause::TerminalGone);
            }
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

    async fn suspend(&mut self) -> io::Result<Option<Cause>> {
        if !self.console.is_to_suspend() {
            return Ok(None);
        }
        if !signals::can_stop() {
            self.console.take(Msg::CannotSuspend, now());
            return Ok(None);
        }
        // Whatever is still to be written is not to stand below the prompt of a shell.
        if let Some(cause) = self.until_said().await.unwrap_or(Some(Cause::TerminalGone)) {
            return Ok(Some(cause));
        }
        Tty::leave();
        // The terminal is taken again when the signal to continue comes.
        signals::stop_here()?;
        Ok(None)
    }

    /// Shows nothing of a secret that is typed before it is asked for; what is typed is shown again once something else is.
    fn hide_secret(&mut self) -> io::Result<()> {
        if self.asks() == Asks::Secret {
            self.tty.echo(false)?;
        }
        Ok(())
    }

    fn asks(&self) -> Asks {
        let linear = self.console.model().linear.as_ref();
        linear.map(|linear| linear.asks).unwrap_or_default()
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
        let is_late = self.wanted_since.is_some_and(|since| since.elapsed() > MOST_UNSAID);
        // Lines that come together are answered together.
        (is_late || self.lines.is_quiet()) && self.rest().is_some_and(|rest| rest.is_zero())
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
        if is_new && self.is_confirming() {
            // What was begun before the question was heard is no answer to it.
            Tty::forget_typed()?;
        }
        self.tty.echo(self.asks() != Asks::Secret)?;
        let begun = Instant::now();
        if let Some(cause) = self.write(&lines).await? {
            return Ok(Some(cause));
        }
        self.told = told;
        if is_new && begun.elapsed() > SLOW {
            is_known &= self.take_typed(&mut before).await;
            if self.is_confirming() {
                // Nor is what was begun while nobody could hear it yet.
                Tty::forget_typed()?;
            }
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

    /// Writes what is said, and what is copied below it; returns why to end, if that was not waited for.
    async fn write(&mut self, lines: &[String]) -> io::Result<Option<Cause>> {
        self.lines.said();
        self.voice.say(lines);
        for text in self.console.copies() {
            self.voice.say(&[text]);
        }
        self.until_said().await
    }

    /// Waits until everything is written. That takes as long as the terminal stands still, as after Ctrl-S: a signal to end
    /// does not wait for it, and any other is taken afterwards.
    async fn until_said(&mut self) -> io::Result<Option<Cause>> {
        loop {
            tokio::select! {
                biased;
                signal = self.signals.next() => match signal {
                    Signal::End(number) if !is_interrupt(number) => return Ok(Some(Cause::Signal(number))),
                    Signal::End(_) | Signal::Stop | Signal::Continue | Signal::Resize => self.held.push_back(signal),
                },
                said = self.voice.until_said() => return said.map(|()| None),
            }
        }
    }

    /// Whether a line could say yes to something.
    fn is_confirming(&self) -> bool {
        let top = self.console.model().dialogs.last();
        matches!(top.map(|dialog| &dialog.stage), Some(Stage::Confirming(_)))
    }

    /// Says what has happened last, before the terminal is given back.
    async fn say_last(&mut self) {
        let (lines, _) = self.console.say(&self.told.answered(self.console.model()), true);
        // Whoever has gone hears nothing any more.
        let _ = self.write(&lines).await;
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
                    event @ Event::Typed(_) => before.push(event),
                }
            }
        };
        tokio::time::timeout(MOST_MARKING, all).await.is_ok()
    }

    /// Takes what happens next, a line before an answer and a signal before everything; returns why to end, if so.
    async fn wait(&mut self) -> Option<Cause> {
        if let Some(signal) = self.held.pop_front() {
            return self.signalled(signal);
        }
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
            Signal::End(number) if is_interrupt(number) => {
                self.end_typed_line();
                let keys = self.console.model().keymap;
                let quits = keys.binding(Context::Always, Action::Quit);
                let key = quits.and_then(|binding: &Binding| binding.chords().next());
                self.console.take(Msg::Pressed(key.unwrap_or(Chord::ctrl('c'))), now());
            }
            Signal::End(number) => return Some(Cause::Signal(number)),
            Signal::Stop => {
                self.end_typed_line();
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
            Event::Typed(Batch { lines, is_piece, at }) => {
                for line in lines {
                    if self.console.has_quit() {
                        break;
                    }
                    self.take_line(line, is_piece, at);
                }
            }
            // Too late for what was to be said then.
            Event::Marked(_) => {}
            Event::Gone => return Some(Cause::TerminalGone),
        }
        None
    }

    fn take_line(&mut self, line: Typed, is_piece: bool, at: Instant) {
        match line {
            Typed::Line(text) => self.take_text(Some(text), is_piece, at),
            Typed::End => {
                self.end_typed_line();
                self.take_text(None, is_piece, at);
            }
            Typed::Unfinished => {
                self.end_typed_line();
                self.refuse(refused::UNFINISHED);
            }
            Typed::TooLong => self.refuse(&refused::too_long(self.asks())),
        }
    }

    fn take_text(&mut self, text: Option<String>, is_piece: bool, at: Instant) {
        let has_heard = self.heard.as_ref() == Some(&self.console.question());
        let line = Line {
            text,
            is_piece,
            is_blind: !has_heard || (self.is_confirming() && at < self.heard_at + THINKS),
        };
        self.console.take(Msg::Line(line), now());
    }

    /// Says why nothing of a line is taken. Nothing has happened but on the terminal.
    fn refuse(&mut self, why: &str) {
        self.lines.said();
        self.voice.say(&[why]);
    }

    /// Ends the line in which the terminal has shown the sign of a key.
    fn end_typed_line(&mut self) {
        self.voice.say(&[""]);
    }
}

/// Whether that is the signal of Ctrl-C.
fn is_interrupt(number: i32) -> bool {
    number == rustix::process::Signal::INT.as_raw()
}
