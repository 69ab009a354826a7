//! The lines that are typed, and which of them came by themselves.
//!
//! They are read by a thread of its own, as soon as they are finished, so that it is known what came before what was said.
//! It sleeps in the system until something happens, and ends with the terminal or with this.
//!
//! The terminal hands over one line at a time, and each is taken for itself: nothing of it is kept for the next.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use std::io::{self, Write as _};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How many events may wait for the loop; beyond that the terminal keeps what comes.
const QUEUE: usize = 16;
/// How much is read at once.
const MOST_AT_ONCE: usize = 1 << 16;
/// How many lines are handed on at once.
const MOST_LINES: usize = 256;
/// How long a piece is read before it is handed on as far as it has come: the bell is not heard meanwhile.
const MOST_OF_A_PIECE: Duration = Duration::from_millis(100);
/// The most bytes of a line that surely is all that was typed: a terminal drops what it has no room for, and says nothing.
pub(super) const MOST_OF_A_LINE: usize = if cfg!(target_os = "linux") { 4_093 } else { 1_021 };
/// How long another line is waited for that belongs to the same piece: nobody types it so soon.
const REST_OF_A_PIECE: Duration = Duration::from_millis(30);

/// What came from the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Something was typed.
    Typed(Batch),
    /// Everything has been told that was there when [`Lines::mark`] was called with this number.
    Marked(u64),
    /// The terminal is gone.
    Gone,
}

/// What was typed at one time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) lines: Vec<Typed>,
    /// Whether they came as no line comes that somebody types: together, or before the one before was answered.
    pub(super) is_piece: bool,
    /// When the first of them came.
    pub(super) at: Instant,
}

/// What stands for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line, without its end.
    Line(String),
    /// The input was ended in place of a line.
    End,
    /// The input was ended within a line.
    Unfinished,
    /// The terminal may have kept back the end of it.
    TooLong,
}

/// The lines of the terminal.
#[derive(Debug)]
pub(super) struct Lines {
    told: mpsc::Receiver<Event>,
    bell: UnixStream,
    n_said: Arc<AtomicU64>,
}

impl Lines {
    /// Begins to listen.
    ///
    /// # Errors
    /// Fails if there is no thread to be had.
    pub(super) fn open() -> io::Result<Self> {
        let (tell, told) = mpsc::channel(QUEUE);
        let (bell, rung) = UnixStream::pair()?;
        let n_said = Arc::new(AtomicU64::new(0));
        let reader = Reader {
            terminal: io::stdin(),
            rung,
            tell,
            n_said: Arc::clone(&n_said),
            last: None,
            is_cut: false,
            patience: Patience::default(),
        };
        thread::Builder::new()
            .name("lines".to_owned())
            .spawn(move || reader.run())?;
        Ok(Self { told, bell, n_said })
    }

    /// Returns what comes next.
    pub(super) async fn next(&mut self) -> Event {
        self.told.recv().await.unwrap_or(Event::Gone)
    }

    /// Returns whether nothing is there.
    pub(super) fn is_quiet(&self) -> bool {
        self.told.is_empty()
    }

    /// Notes that something was said.
    pub(super) fn said(&self) {
        self.n_said.fetch_add(1, Ordering::SeqCst);
    }

    /// Asks for [`Event::Marked`] with `number`, after everything that has been typed by now.
    pub(super) fn mark(&mut self, number: u64) {
        // Where nobody reads any more, the terminal is gone, and that is told already.
        let _ = self.bell.write_all(&number.to_ne_bytes());
    }
}

/// Nobody listens any more, or there is nothing more to be told.
struct Over;

/// How long it is waited for more of a piece.
struct Patience {
    between: Duration,
    whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            between: REST_OF_A_PIECE,
            whole: MOST_OF_A_PIECE,
        }
    }
}

struct Reader<T> {
    terminal: T,
    rung: UnixStream,
    tell: mpsc::Sender<Event>,
    n_said: Arc<AtomicU64>,
    /// How much had been said when the last line came.
    last: Option<u64>,
    /// Whether more of the last piece may follow.
    is_cut: bool,
    patience: Patience,
}

impl<T: AsFd> Reader<T> {
    fn run(mut self) {
        // It ends with whoever listens.
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Over> {
        let mut both = [
            PollFd::new(&self.terminal, PollFlags::IN),
            PollFd::new(&self.rung, PollFlags::IN),
        ];
        let slept = poll(&mut both, None);
        let [has_come, is_rung] = both.map(|one| !one.revents().is_empty());
        self.has_slept(slept)?;
        if has_come {
            self.read()?;
        }
        if is_rung {
            self.answer()?;
        }
        Ok(())
    }

    /// Returns whether something comes from the terminal within that time, whether or not the bell is rung.
    fn comes_within(&self, most: Duration) -> Result<bool, Over> {
        let mut one = [PollFd::new(&self.terminal, PollFlags::IN)];
        let slept = poll(&mut one, Timespec::try_from(most).ok().as_ref());
        let [terminal] = one.map(|one| !one.revents().is_empty());
        self.has_slept(slept)?;
        Ok(terminal)
    }

    fn has_slept(&self, slept: Result<usize, Errno>) -> Result<(), Over> {
        match slept {
            Ok(_) | Err(Errno::INTR | Errno::AGAIN) => Ok(()),
            Err(_) => self.gone(),
        }
    }

    /// Reads what is there, with what follows at once, and tells it.
    fn read(&mut self) -> Result<(), Over> {
        let (at, mut lines, mut n_bytes) = (Instant::now(), Vec::new(), 0);
        let mut buffer = vec![0; MOST_AT_ONCE];
        let mut is_cut = false;
        loop {
            match read(&self.terminal, &mut buffer) {
                Ok(0) => {
                    if self.is_hung_up() {
                        return self.gone();
                    }
                    lines.push(Typed::End);
                }
                Ok(n) => {
                    n_bytes += n;
                    let read = buffer.get(..n).unwrap_or_default();
                    lines.extend(read.split_inclusive(|byte| *byte == b'\n').map(Typed::of));
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return self.gone(),
            }
            is_cut |= lines.len() >= MOST_LINES || n_bytes >= MOST_AT_ONCE || at.elapsed() >= self.patience.whole;
            if is_cut || !self.comes_within(self.patience.between)? {
                break;
            }
        }
        self.hand_on(lines, at, is_cut)
    }

    fn is_hung_up(&self) -> bool {
        let mut one = [PollFd::new(&self.terminal, PollFlags::IN)];
        let asked = poll(&mut one, Some(&Timespec::default()));
        let [one] = &one;
        asked.is_err()
            || one
                .revents()
                .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
    }

    fn hand_on(&mut self, lines: Vec<Typed>, at: Instant, is_cut: bool) -> Result<(), Over> {
        if lines.is_empty() {
            return Ok(());
        }
        let n_said = self.n_said.load(Ordering::SeqCst);
        let goes_on = std::mem::replace(&mut self.is_cut, is_cut);
        let is_piece = lines.len() > 1 || goes_on || self.last == Some(n_said);
        self.last = Some(n_said);
        let batch = Batch { lines, is_piece, at };
        self.tell.blocking_send(Event::Typed(batch)).map_err(|_gone| Over)
    }

    /// Answers the bell, after everything that had been typed when it was rung.
    fn answer(&mut self) -> Result<(), Over> {
        let mut number = [0; 8];
        io::Read::read_exact(&mut self.rung, &mut number).map_err(|_gone| Over)?;
        if self.comes_within(Duration::ZERO)? {
            self.read()?;
        }
        let marked = Event::Marked(u64::from_ne_bytes(number));
        self.tell.blocking_send(marked).map_err(|_gone| Over)
    }

    fn gone<N>(&self) -> Result<N, Over> {
        // Where nobody listens any more, the console is already on its way out.
        let _ = self.tell.blocking_send(Event::Gone);
        Err(Over)
    }
}

impl Typed {
    /// Returns what it is that the terminal has handed over, with its end.
    fn of(read: &[u8]) -> Self {
        match read.strip_suffix(b"\n") {
            Some(line) if line.len() > MOST_OF_A_LINE => Self::TooLong,
            Some(line) => Self::Line(String::from_utf8_lossy(line).trim_end_matches('\r').to_owned()),
            None => Self::Unfinished,
        }
    }
}

#[cfg(test)]
mod tests;
