//! How far a reading is, on one line of a terminal; elsewhere nothing is said.

use crate::audit::coverage::Progress;
use crate::domain::text::grouped;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// How often the line is written, at most.
const BETWEEN_LINES: Duration = Duration::from_millis(100);

/// The line on standard error that says how far the audit is.
#[derive(Debug)]
pub(in crate::cli) struct Line {
    is_shown: bool,
    width: usize,
    written: Option<Instant>,
}

impl Line {
    /// Returns a line that is shown if somebody is there to see it.
    pub(in crate::cli) fn new() -> Self {
        Self {
            is_shown: io::stderr().is_terminal(),
            width: 0,
            written: None,
        }
    }

    /// Shows how far it is.
    pub(in crate::cli) fn show(&mut self, progress: Progress) {
        let is_too_soon = self.written.is_some_and(|at| at.elapsed() < BETWEEN_LINES);
        if self.is_shown && !is_too_soon {
            self.write(&words(progress));
            self.written = Some(Instant::now());
        }
    }

    /// Takes the line away again.
    pub(in crate::cli) fn clear(&mut self) {
        if self.is_shown && self.width > 0 {
            self.write("");
            // With standard error gone there is nobody left to tell.
            let _ = write!(io::stderr(), "\r");
        }
    }

    /// Says a last word, if somebody is there to read it.
    pub(in crate::cli) fn conclude(&mut self, words: &str) {
        self.clear();
        if self.is_shown {
            let _ = writeln!(io::stderr(), "{words}");
        }
    }

    fn write(&mut self, text: &str) {
        // Blanks over what stood there before: not every terminal knows how to clear a line.
        let _ = write!(io::stderr(), "\r{text:<width$}", width = self.width);
        let _ = io::stderr().flush();
        self.width = text.len();
    }
}

fn words(progress: Progress) -> String {
    let n_done = grouped(progress.n_done);
    match progress.n_all {
        Some(n_all) => format!("Reading: {} % ({n_done} of {})", progress.percent(), grouped(n_all)),
        None => format!("Reading: {n_done}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_it_is() {
        let progress = |n_done, n_all| words(Progress { n_done, n_all });
        assert_eq!(progress(1234, Some(5000)), "Reading: 24 % (1,234 of 5,000)");
        assert_eq!(progress(7, None), "Reading: 7");
    }
}
