//! What comes from the terminal: keys and pastes, told apart from what the terminal says itself.

mod keys;
mod lexer;
mod mouse;
mod pieces;

pub(super) use mouse::{Deed, Report};

use super::ground::Answer;
use crate::app::keymap::Chord;
use lexer::{Lexer, Pending};
use pieces::Pieces;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use std::io::{self, Write as _};
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How many events may wait for the loop; beyond that the terminal keeps what comes.
const QUEUE: usize = 256;
/// How much is read at once.
const MOST_AT_ONCE: usize = 1 << 16;
/// How long the rest of something is waited for that has come in part.
const SILENCE: Duration = Duration::from_secs(1);
/// How long anything but a paste is waited for, however much of it keeps coming: what looks like the beginning of a
/// string may be a key, and must not take the keyboard away.
const MOST_WAITING: Duration = Duration::from_secs(5);
/// How long after an escape was taken for a key the rest of a sequence still belongs to it.
const TAIL: Duration = Duration::from_millis(500);

/// What came from the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Keys that were there at once; mostly it is one.
    Keys(Keys),
    /// Text that was pasted in brackets.
    Pasted(String),
    /// What the terminal says of itself.
    Answered(Answer),
    /// Something was done with the mouse.
    Pointed(Report),
    /// Everything has been told that was there when [`Input::mark`] was called with this number.
    Marked(u64),
    /// The terminal is gone.
    Gone,
}

/// Keys that were there at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Keys {
    /// In their order; at least one.
    pub(super) keys: Vec<Chord>,
    /// Whether they came as keys come that nobody presses one by one.
    pub(super) is_piece: bool,
}

/// The keys and pastes of the terminal.
///
/// They are read by a thread of its own, as soon as they come, so that it is known what came before what was drawn. It
/// sleeps in the system until something happens, and ends with the terminal or with this.
#[derive(Debug)]
pub(super) struct Input {
    told: mpsc::Receiver<Event>,
    terminal: BorrowedFd<'static>,
    bell: UnixStream,
    n_frames: Arc<AtomicU64>,
    n_turns: Arc<AtomicU64>,
}

impl Input {
    /// Begins to listen. An escape that nothing follows within `escape_wait` is a key.
    ///
    /// # Errors
    /// Fails if there is no thread to be had.
    pub(super) fn open(escape_wait: Duration) -> io::Result<Self> {
        Self::of(rustix::stdio::stdin(), escape_wait)
    }

    fn of(terminal: BorrowedFd<'static>, escape_wait: Duration) -> io::Result<Self> {
        let (tell, told) = mpsc::channel(QUEUE);
        let (bell, rung) = UnixStream::pair()?;
        let (n_frames, n_turns) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let reader = Reader {
            terminal,
            rung,
            tell,
            n_frames: Arc::clone(&n_frames),
            n_turns: Arc::clone(&n_turns),
            escape_wait,
            lexer: Lexer::default(),
            pieces: Pieces::default(),
            waiting: None,
        };
        thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || reader.run())?;
        Ok(Self {
            told,
            terminal,
            bell,
            n_frames,
            n_turns,
        })
    }

    /// Returns what comes next.
    pub(super) async fn next(&mut self) -> Event {
        self.told.recv().await.unwrap_or(Event::Gone)
    }

    /// Returns whether nothing is there.
    pub(super) fn is_quiet(&self) -> bool {
        self.told.is_empty()
    }

    /// Returns what is there already.
    pub(super) fn ready(&mut self) -> Option<Event> {
        self.told.try_recv().ok()
    }

    /// Notes that a frame stands on the screen.
    pub(super) fn drawn(&self) {
        self.n_frames.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns whether everything that has been typed by now has been told, but for what is only half a key so far, as far as
    /// that can be seen without asking the thread: mostly it sleeps, and nothing waits in the terminal.
    pub(super) fn has_told_all(&self) -> bool {
        let n_turns = self.n_turns.load(Ordering::SeqCst);
        let mut terminal = [PollFd::new(&self.terminal, PollFlags::IN)];
        let is_empty = n_turns.is_multiple_of(2) && poll(&mut terminal, Some(&Timespec::default())) == Ok(0);
        // It may have taken something out of the terminal between the two looks.
        is_empty && self.n_turns.load(Ordering::SeqCst) == n_turns
    }

    /// Asks for [`Event::Marked`] with `number`, after everything that has been typed by now.
    pub(super) fn mark(&mut self, number: u64) {
        // Where nobody reads any more, the terminal is gone, and that is told already.
        let _ = self.bell.write_all(&number.to_ne_bytes());
    }
}

/// Nobody listens any more, or there is nothing more to be told.
struct Over;

struct Reader {
    terminal: BorrowedFd<'static>,
    rung: UnixStream,
    tell: mpsc::Sender<Event>,
    n_frames: Arc<AtomicU64>,
    /// Odd while it has something in hand that it has not told yet.
    n_turns: Arc<AtomicU64>,
    escape_wait: Duration,
    lexer: Lexer,
    pieces: Pieces,
    /// For what is waited, since when, and since when in vain.
    waiting: Option<(Pending, Instant, Instant)>,
}

impl Reader {
    fn run(mut self) {
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Over> {
        let timeout = self.deadline().map(|at| at.saturating_duration_since(Instant::now()));
        let (is_readable, is_rung) = self.sleep(timeout)?;
        self.n_turns.fetch_add(1, Ordering::SeqCst);
        if is_readable {
            self.read()?;
        } else if self.deadline().is_some_and(|at| at <= Instant::now()) {
            let tokens = self.lexer.expire();
            self.wait(false);
            self.hand_on(tokens)?;
        }
        if is_rung {
            self.answer()?;
        }
        self.n_turns.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Sleeps until there is something to read, the bell is rung, or the time is up; returns which of both.
    fn sleep(&self, timeout: Option<Duration>) -> Result<(bool, bool), Over> {
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        let mut fds = [
            PollFd::new(&self.terminal, PollFlags::IN),
            PollFd::new(&self.rung, PollFlags::IN),
        ];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok((false, false)),
            Err(_) => return self.gone(),
        }
        let [terminal, rung] = fds.map(|fd| fd.revents());
        if terminal.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return self.gone();
        }
        Ok((terminal.contains(PollFlags::IN), !rung.is_empty()))
    }

    /// Reads everything that is there, and hands it on as what it is: something that came at once.
    fn read(&mut self) -> Result<(), Over> {
        let mut tokens = Vec::new();
        let mut n_left = MOST_AT_ONCE;
        let mut buffer = [0; 4096];
        loop {
            match read(self.terminal, &mut buffer) {
                Ok(0) => return self.gone(),
                Ok(n) => {
                    tokens.extend(self.lexer.feed(buffer.get(..n).unwrap_or_default()));
                    n_left = n_left.saturating_sub(n);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return self.gone(),
            }
            if n_left == 0 || !self.sleep(Some(Duration::ZERO))?.0 {
                break;
            }
        }
        self.wait(true);
        self.hand_on(tokens)
    }

    fn hand_on(&mut self, tokens: Vec<lexer::Token>) -> Result<(), Over> {
        let n_frames = self.n_frames.load(Ordering::SeqCst);
        for event in self.pieces.sort(tokens, Instant::now(), n_frames) {
            self.tell.blocking_send(event).map_err(|_gone| Over)?;
        }
        Ok(())
    }

    /// Answers the bell, after everything that had been typed when it was rung.
    fn answer(&mut self) -> Result<(), Over> {
        let mut number = [0; 8];
        io::Read::read_exact(&mut self.rung, &mut number).map_err(|_gone| Over)?;
        if self.sleep(Some(Duration::ZERO))?.0 {
            self.read()?;
        }
        let marked = Event::Marked(u64::from_ne_bytes(number));
        self.tell.blocking_send(marked).map_err(|_gone| Over)
    }

    /// Notes what is waited for now, after something came or nothing did.
    fn wait(&mut self, has_come: bool) {
        let now = Instant::now();
        self.waiting = self.lexer.pending().map(|pending| match self.waiting {
            Some((before, since, _)) if before == pending && has_come => (pending, since, now),
            _ => (pending, now, now),
        });
    }

    /// Returns when it is no longer waited for what has come only in part.
    fn deadline(&self) -> Option<Instant> {
        let (pending, since, silent_since) = self.waiting?;
        Some(match pending {
            Pending::Escape => silent_since + self.escape_wait,
            Pending::Tail => silent_since + TAIL,
            Pending::Doubt => (silent_since + self.escape_wait).min(since + TAIL),
            Pending::Sequence => (silent_since + SILENCE).min(since + MOST_WAITING),
            Pending::Paste => silent_since + SILENCE,
        })
    }

    fn gone<T>(&self) -> Result<T, Over> {
        // Where nobody listens any more, the console is already on its way out.
        let _ = self.tell.blocking_send(Event::Gone);
        Err(Over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::{AsFd as _, OwnedFd};

    #[test]
    fn what_was_typed_before_the_look_is_in_the_queue_or_the_look_says_no() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let terminal: &'static OwnedFd = Box::leak(Box::new(terminal.into()));
        let mut input = Input::of(terminal.as_fd(), Duration::from_millis(50)).unwrap();
        assert!(input.has_told_all());
        for n in 0..5_000 {
            keyboard.write_all(b"j").unwrap();
            // Sometimes at once, sometimes while the thread is at it, mostly after it.
            while !input.has_told_all() {
                std::hint::spin_loop();
            }
            assert!(matches!(input.ready(), Some(Event::Keys(_))), "key {n}");
            assert_eq!(input.ready(), None);
        }
    }

    #[test]
    fn while_the_queue_is_full_not_all_is_told() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let terminal: &'static OwnedFd = Box::leak(Box::new(terminal.into()));
        let mut input = Input::of(terminal.as_fd(), Duration::from_millis(50)).unwrap();
        // Each paste is an event of its own.
        for _ in 0..2 * QUEUE {
            keyboard.write_all(b"\x1b[200~x\x1b[201~").unwrap();
        }
        let mut n_told = 0;
        while n_told < 2 * QUEUE {
            n_told += usize::from(input.ready().is_some());
            assert!(n_told > QUEUE - 1 || !input.has_told_all(), "{n_told}");
        }
    }
}
