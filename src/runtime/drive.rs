//! The loop on a terminal: who comes first, how much is taken before the next frame, and which keys were pressed by
//! somebody who could see what they do.

use super::console::{Console, FrameFor};
use super::ground::Asked;
use super::input::{Event, Input, Keys};
use super::pointing;
use super::signals::{self, Signal, Signals};
use super::terminal::Screen;
use super::{Cause, now};
use crate::app::msg::{Msg, Size};
use crate::app::question::Question;
use std::io;
use std::time::{Duration, Instant};

/// How long answers are taken before the next frame, if there are so many of them.
const SLICE: Duration = Duration::from_millis(10);
/// How long a frame waits to know what was typed before it: it takes a moment, unless the terminal is read by others.
const MOST_MARKING: Duration = Duration::from_millis(200);

/// How long a frame takes that a terminal takes as it comes. Longer, and it was not read for a while, as over a link that
/// stands still; then nobody has seen the frame while it was written.
const SLOW_FRAME: Duration = Duration::from_millis(100);

/// How long the screen stays as it is while only more comes of what is being read: four frames a second.
const BETWEEN_FRAMES: Duration = Duration::from_millis(250);

/// How long an answer of the terminal is waited for when it is given back.
const LAST_ANSWER: Duration = Duration::from_millis(200);

/// Everything the loop needs.
#[derive(Debug)]
pub(super) struct Drive {
    pub(super) console: Console,
    pub(super) screen: Screen,
    pub(super) signals: Signals,
    pub(super) input: Input,
    pub(super) shown: Shown,
    pub(super) asked: Asked,
}

/// What has stood on the screen to be answered.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// What stood there last; keys that came before that have been taken.
    seen: Option<Question>,
    /// Whether keys have been taken that it does not show yet.
    is_behind: bool,
    last_number: u64,
    /// When the last frame was drawn.
    drawn_at: Option<Instant>,
}

impl Shown {
    /// Returns how much longer the last frame is to stand before one for progress alone.
    fn rest(&self) -> Duration {
        let stood = self.drawn_at.map_or(BETWEEN_FRAMES, |at| at.elapsed());
        BETWEEN_FRAMES.saturating_sub(stood)
    }
}

impl Drive {
    /// Runs until there is a reason to end.
    ///
    /// # Errors
    /// Fails if the process cannot be stopped.
    pub(super) async fn until_left(&mut self) -> io::Result<Cause> {
        self.console.take(Msg::Started, now());
        loop {
            self.take_answers();
            if self.console.has_quit() {
                return Ok(Cause::Quit);
            }
            self.suspend().await?;
            let gone = if self.is_to_draw() {
                self.draw().await.unwrap_or(Some(Cause::TerminalGone))
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
    pub(super) async fn leave(mut self) -> Self {
        self.hear_out().await;
        self.screen.leave();
        self
    }

    /// Lets a slow terminal say what it was asked, for a moment: a shell would take that for typed. Keys that come meanwhile
    /// are nobody's.
    async fn hear_out(&mut self) {
        let Self {
            asked, input, console, ..
        } = self;
        let last_answer = async {
            while asked.is_awaited() {
                match input.next().await {
                    Event::Answered(answer) => {
                        if let Some(theme) = asked.hear(answer) {
                            console.wear(theme);
                        }
                    }
                    Event::Gone => return,
                    Event::Keys(_) | Event::Pasted(_) | Event::Pointed(_) | Event::Marked(_) => {}
                }
            }
        };
        let _ = tokio::time::timeout(LAST_ANSWER, last_answer).await;
    }

    /// Takes answers that are there already: all of them go into one frame, unless that would take too long or somebody
    /// has pressed a key.
    fn take_answers(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < SLICE
            && self.input.is_quiet()
            && let Some(msg) = self.console.ready()
        {
            self.console.take(msg, now());
        }
    }

    async fn suspend(&mut self) -> io::Result<()> {
        if !self.console.is_to_suspend() {
            return Ok(());
        }
        if signals::can_stop() {
            self.hear_out().await;
            self.screen.leave();
            // The screen is taken again when the signal to continue comes.
            signals::stop_here()?;
        } else {
            self.console.take(Msg::CannotSuspend, now());
        }
        Ok(())
    }

    fn is_to_draw(&self) -> bool {
        match self.console.frame() {
            FrameFor::News => true,
            // What a key would say yes to has changed: until that stands there, keys change nothing.
            FrameFor::Progress => {
                self.shown.rest().is_zero() || self.shown.seen.as_ref() != Some(&self.console.question())
            }
            FrameFor::Nothing => false,
        }
    }

    /// Draws. Where there is something new to say yes to, all is taken first that was typed before it stood there; of a
    /// frame that was slow, also what was typed while it was written.
    async fn draw(&mut self) -> io::Result<Option<Cause>> {
        self.screen.draw(&mut self.console)?;
        self.console.drawn(now());
        self.shown.drawn_at = Some(Instant::now());
        let question = self.console.question();
        let mut before = Vec::new();
        let is_new = self.shown.seen.as_ref() != Some(&question);
        let mut is_known = !is_new || self.take_typed(&mut before).await;
        self.input.drawn();
        let begun = Instant::now();
        self.screen.send()?;
        self.console.begin_to_read();
        if is_new && begun.elapsed() > SLOW_FRAME {
            is_known &= self.take_typed(&mut before).await;
        }
        // What the terminal says need not change what is to be drawn.
        self.shown.is_behind = before.iter().any(|event| !matches!(event, Event::Answered(_)));
        for event in before {
            if let Some(cause) = self.told(event) {
                return Ok(Some(cause));
            }
        }
        // Where it is not known what was typed before, nothing counts as seen, and the next frame asks again.
        if is_known {
            self.shown.seen = Some(question);
        }
        Ok(None)
    }

    /// Takes into `before` what has been typed by now; returns whether that is all.
    async fn take_typed(&mut self, before: &mut Vec<Event>) -> bool {
        if self.input.has_told_all() {
            let told = std::iter::from_fn(|| self.input.ready());
            before.extend(told.filter(|event| !matches!(event, Event::Marked(_))));
            return true;
        }
        self.shown.last_number += 1;
        let number = self.shown.last_number;
        self.input.mark(number);
        let input = &mut self.input;
        let all = async {
            loop {
                match input.next().await {
                    Event::Marked(marked) if marked == number => return,
                    Event::Marked(_) => {}
                    Event::Gone => return before.push(Event::Gone),
                    event @ (Event::Keys(_) | Event::Pasted(_) | Event::Pointed(_) | Event::Answered(_)) => {
                        before.push(event);
                    }
                }
            }
        };
        tokio::time::timeout(MOST_MARKING, all).await.is_ok()
    }

    /// Takes what happens next, a key before an answer and a signal before everything; returns why to end, if so.
    async fn wait(&mut self) -> Option<Cause> {
        if self.shown.is_behind {
            // There is something to draw already, but a signal does not wait for that.
            return tokio::select! {
                biased;
                signal = self.signals.next() => self.signalled(signal),
                () = std::future::ready(()) => None,
            };
        }
        let rest = self.shown.rest();
        let is_undrawn = self.console.frame() == FrameFor::Progress;
        loop {
            tokio::select! {
                biased;
                signal = self.signals.next() => return self.signalled(signal),
                () = tokio::time::sleep(rest), if is_undrawn => return None,
                event = self.input.next() => {
                    let begun = Instant::now();
                    let mut is_to_draw = false;
                    let mut next = Some(event);
                    // More keys may have come at once: all of them before the next frame, unless they do not end.
                    while let Some(event) = next {
                        is_to_draw |= !matches!(event, Event::Marked(_));
                        if let Some(cause) = self.told(event) {
                            return Some(cause);
                        }
                        next = if begun.elapsed() < SLICE { self.input.ready() } else { None };
                    }
                    if is_to_draw {
                        return None;
                    }
                }
                msg = self.console.next() => {
                    self.console.take(msg, now());
                    return None;
                }
            }
        }
    }

    fn signalled(&mut self, signal: Signal) -> Option<Cause> {
        match signal {
            Signal::End(number) => return Some(Cause::Signal(number)),
            Signal::Stop => self.console.suspend(),
            Signal::Continue => {
                if self.screen.return_to().is_err() {
                    return Some(Cause::TerminalGone);
                }
                self.resized();
                self.console.take(Msg::Resumed, now());
                // Whatever stood there before, something else has stood there meanwhile.
                self.shown.seen = None;
            }
            Signal::Resize => self.resized(),
        }
        None
    }

    fn resized(&mut self) {
        let (width, height) = self.screen.size();
        self.console.take(Msg::Resized(Size { width, height }), now());
    }

    fn told(&mut self, event: Event) -> Option<Cause> {
        match event {
            Event::Keys(keys) => self.pressed(keys),
            Event::Pasted(text) => self.console.take(Msg::Pasted(text), now()),
            Event::Pointed(report) => {
                if let Some(msg) = pointing::message(&self.console, self.screen.painter(), report, self.is_blind()) {
                    self.console.take(msg, now());
                }
            }
            Event::Answered(answer) => {
                if let Some(theme) = self.asked.hear(answer) {
                    self.console.wear(theme);
                }
            }
            // Too late for the frame that asked for it.
            Event::Marked(_) => {}
            Event::Gone => return Some(Cause::TerminalGone),
        }
        None
    }

    /// Whether what a key would say yes to has not stood on the screen.
    fn is_blind(&self) -> bool {
        self.shown.seen.as_ref() != Some(&self.console.question())
    }

    /// Hands keys on, and tells which of them nobody can have meant for what they meet.
    fn pressed(&mut self, keys: Keys) {
        if keys.is_piece {
            let is_blind = self.is_blind();
            let keys = keys.keys;
            return self.console.take(Msg::Rushed { keys, is_blind }, now());
        }
        for key in keys.keys {
            let msg = if self.is_blind() {
                Msg::Rushed {
                    keys: vec![key],
                    is_blind: true,
                }
            } else {
                Msg::Pressed(key)
            };
            self.console.take(msg, now());
        }
    }
}
