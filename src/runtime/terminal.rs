//! The terminal: taken over, drawn on, and always left as it was found.

use super::clipboard;
use super::console::Console;
use super::painter::Painter;
use crate::domain::terminal::Multiplexer;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether the terminal is ours at the moment; the panic hook asks.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the terminal reports the mouse, which it is asked not to do any more when it is given back.
static HAS_MOUSE: AtomicBool = AtomicBool::new(false);

/// Returns how many columns the terminal behind standard output has; nothing where there is none.
pub fn columns() -> Option<usize> {
    let size = io::stdout().is_terminal().then(crossterm::terminal::size)?;
    size.ok()
        .map(|(columns, _)| usize::from(columns))
        .filter(|columns| *columns > 0)
}

/// Has the terminal report buttons and the wheel, but no movements, and write that so that it can never be taken for text.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// Undoes that.
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// The terminal while the console has it. Dropping it gives it back.
#[derive(Debug)]
pub struct Screen {
    painter: Painter,
    pending: Pending,
    multiplexer: Multiplexer,
}

/// What is to be written: a frame goes out in one piece, whatever it is made of.
#[derive(Clone, Debug, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Pending {
    /// Writes everything, unless the terminal has been given back meanwhile: another thread may have panicked, and a
    /// frame must not cover what that left on the screen.
    fn send(&self) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.bytes());
        // The same lock is held while the terminal is given back.
        let mut out = io::stdout().lock();
        if !IS_TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        out.write_all(&bytes)?;
        out.flush()
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: the backend flushes in the middle of a frame.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    /// Takes the terminal over, which may lie behind a multiplexer.
    ///
    /// # Errors
    /// Fails if it cannot be switched to raw mode or be written to.
    pub fn enter(multiplexer: Multiplexer) -> io::Result<Self> {
        take_over()?;
        Ok(Self {
            painter: Painter::default(),
            pending: Pending::default(),
            multiplexer,
        })
    }

    /// Returns columns and rows.
    pub fn size(&self) -> (u16, u16) {
        // Where standard output says it, no other file has to be opened for it at every frame.
        let size = rustix::termios::tcgetwinsize(io::stdout()).map(|size| (size.ws_col, size.ws_row));
        let size = size.ok().filter(|(columns, rows)| *columns > 0 && *rows > 0);
        size.or_else(|| crossterm::terminal::size().ok()).unwrap_or((80, 24))
    }

    /// Makes a frame of the present state of `console`, for [`Self::send`]; what has not changed is not in it.
    ///
    /// # Errors
    /// Never: what is to be written is kept for later.
    pub fn draw(&mut self, console: &mut Console) -> io::Result<()> {
        // Before the frame, which thereby stays in one piece.
        for text in console.copies() {
            self.pending.write_all(&clipboard::sequence(&text, self.multiplexer))?;
        }
        self.listen_to_mouse(console.model().has_mouse())?;
        if console.is_to_redraw() {
            self.painter.forget();
        }
        let (width, height) = self.size();
        let mut next = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = console.view(&mut next);
        queue!(self.pending, BeginSynchronizedUpdate)?;
        self.painter.paint(next, &mut self.pending)?;
        if cursor.is_shown {
            queue!(self.pending, Show)?;
        } else {
            queue!(self.pending, Hide)?;
        }
        queue!(self.pending, MoveTo(cursor.at.x, cursor.at.y), EndSynchronizedUpdate)
    }

    /// Puts the frame on the screen.
    ///
    /// # Errors
    /// Fails if the terminal cannot be written to.
    pub fn send(&mut self) -> io::Result<()> {
        self.pending.send()
    }

    /// Has the terminal report the mouse, or no longer, with the next that is sent.
    ///
    /// # Errors
    /// Never: what is to be written is kept for later.
    pub fn listen_to_mouse(&mut self, has_mouse: bool) -> io::Result<()> {
        if HAS_MOUSE.swap(has_mouse, Ordering::SeqCst) != has_mouse {
            self.pending.write_all(if has_mouse { MOUSE_ON } else { MOUSE_OFF })?;
        }
        Ok(())
    }

    /// Returns what has painted the frames.
    pub(super) fn painter(&self) -> &Painter {
        &self.painter
    }

    /// Gives the terminal back; it can be returned to.
    pub fn leave(&mut self) {
        give_back();
    }

    /// Takes the terminal over again, in whatever state a shell or another program left it.
    ///
    /// # Errors
    /// Fails if it cannot be switched to raw mode or be written to.
    pub fn return_to(&mut self) -> io::Result<()> {
        // Nothing is given back after Ctrl-Z; but whoever is stopped from outside never came to it.
        give_back();
        self.painter.forget();
        take_over()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_over() -> io::Result<()> {
    enable_raw_mode()?;
    // What was asked of the terminal while it was not ours has not been heard.
    HAS_MOUSE.store(false, Ordering::SeqCst);
    IS_TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide).inspect_err(|_| give_back())
}

/// Undoes exactly what [`take_over`] did, once. What cannot be undone because the terminal is gone is nobody's loss.
pub(super) fn give_back() {
    // Whoever has this lock is the only one to write.
    let mut out = io::stdout().lock();
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if HAS_MOUSE.swap(false, Ordering::SeqCst) {
        let _ = out.write_all(MOUSE_OFF);
    }
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        ResetColor,
        LeaveAlternateScreen,
        Show
    );
    let _ = out.flush();
    let _ = disable_raw_mode();
}
