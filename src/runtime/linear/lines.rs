//! The lines that are typed, and which of them came by themselves.
//!
//! They are read by a thread of its own, as soon as they are finished, so that it is known what came before what was said.
//! It sleeps in the system until something happens, and ends with the terminal or with this.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use std::io::{self, Stdin, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many events may wait for the loop; beyond that the terminal keeps what comes.
const QUEUE: usize = 256;
/// How much is read at once.
const MOST_AT_ONCE: usize = 1 << 16;
/// How long another line is waited for that belongs to the same piece: nobody types it so soon.
const REST_OF_A_PIECE: Duration = Duration::from_millis(30);

/// What came from the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A line, without its end; nothing where the input was ended in its place. `is_piece` says that it came together with
    /// others, or before the one before was answered.
    Line { text: Option<String>, is_piece: bool },
    /// Everything has been told that was there when [`Lines::mark`] was called with this number.
    Marked(u64),
    /// The terminal is gone.
    Gone,
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
            rest: Vec::new(),
            last: None,
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

struct Reader {
    terminal: Stdin,
    rung: UnixStream,
    tell: mpsc::Sender<Event>,
    n_said: Arc<AtomicU64>,
    /// A line that has come in part.
    rest: Vec<u8>,
    /// How much had been said when the last line came.
    last: Option<u64>,
}

impl Reader {
    fn run(mut self) {
        // It ends with whoever listens.
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Over> {
        let (has_come, is_rung) = self.sleep(None)?;
        if has_come {
            self.read()?;
        }
        if is_rung {
            self.answer()?;
        }
        Ok(())
    }

    /// Sleeps until something has come or the bell is rung, at most so long.
    fn sleep(&self, most: Option<Duration>) -> Result<(bool, bool), Over> {
        let most = most.and_then(|most| Timespec::try_from(most).ok());
        let mut both = [
            PollFd::new(&self.terminal, PollFlags::IN),
            PollFd::new(&self.rung, PollFlags::IN),
        ];
        match poll(&mut both, most.as_ref()) {
            Ok(_) | Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return self.gone(),
        }
        let [terminal, rung] = both.map(|one| !one.revents().is_empty());
        Ok((terminal, rung))
    }

    /// Reads what is there, with what follows at once, and tells it.
    fn read(&mut self) -> Result<(), Over> {
        let mut lines = Vec::new();
        let mut buffer = vec![0; MOST_AT_ONCE];
        loop {
            match read(&self.terminal, &mut buffer) {
                Ok(0) => {
                    let is_gone = self.is_hung_up();
                    lines.push((!self.rest.is_empty()).then(|| text_of(&std::mem::take(&mut self.rest))));
                    if is_gone {
                        return self.gone();
                    }
                }
                Ok(n) => {
                    self.rest.extend_from_slice(buffer.get(..n).unwrap_or_default());
                    lines.extend(self.finished().map(Some));
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return self.gone(),
            }
            if !self.sleep(Some(REST_OF_A_PIECE))?.0 {
                break;
            }
        }
        self.hand_on(lines)
    }

    /// Takes the lines that are finished.
    fn finished(&mut self) -> impl Iterator<Item = String> + use<> {
        let end = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let whole: Vec<u8> = self.rest.drain(..end).collect();
        let lines: Vec<String> = whole.split_inclusive(|byte| *byte == b'\n').map(text_of).collect();
        lines.into_iter()
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

    fn hand_on(&mut self, lines: Vec<Option<String>>) -> Result<(), Over> {
        if lines.is_empty() {
            return Ok(());
        }
        let n_said = self.n_said.load(Ordering::SeqCst);
        let is_piece = lines.len() > 1 || self.last == Some(n_said);
        self.last = Some(n_said);
        for text in lines {
            let line = Event::Line { text, is_piece };
            self.tell.blocking_send(line).map_err(|_gone| Over)?;
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

    fn gone<T>(&self) -> Result<T, Over> {
        // Where nobody listens any more, the console is already on its way out.
        let _ = self.tell.blocking_send(Event::Gone);
        Err(Over)
    }
}

fn text_of(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.trim_end_matches(['\n', '\r']).to_owned()
}
