//! What the terminal shows, and the fewest bytes that make it show something else.

use super::shift::{self, Shift};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use std::io::{self, Write};

/// Paints frame after frame; what has not changed is not painted again, and what has moved is moved.
#[derive(Debug, Default)]
pub(super) struct Painter {
    /// What is on the screen, as far as that is known.
    shown: Option<Buffer>,
}

impl Painter {
    /// Returns what is on the screen, as far as that is known.
    pub(super) fn shown(&self) -> Option<&Buffer> {
        self.shown.as_ref()
    }

    /// Makes the next frame paint everything.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// Writes what makes the terminal show `next`.
    ///
    /// # Errors
    /// Fails if it cannot be written.
    pub(super) fn paint(&mut self, next: Buffer, mut out: &mut impl Write) -> io::Result<()> {
        let shown = self.shown.take().filter(|shown| shown.area == next.area);
        if shown.is_none() {
            queue!(out, Clear(ClearType::All))?;
        }
        let mut shown = shown.unwrap_or_else(|| Buffer::empty(next.area));
        let mut changed = shown.diff(&next);
        if changed.len() >= shift::LEAST_CHANGED
            && let Some(shift) = Shift::between(&shown, &next)
        {
            shift.write(out)?;
            shown = shift.applied(&shown);
            changed = shown.diff(&next);
        }
        CrosstermBackend::new(&mut out).draw(changed.into_iter())?;
        self.shown = Some(next);
        Ok(())
    }
}
