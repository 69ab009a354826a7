//! Every key of a screen, read from the key map.

use super::state::{Known, ScreenState, Title};
use crate::app::equivalent::Equivalent;
use crate::app::geometry;
use crate::app::keymap::{self, Binding, Context};
use crate::app::list::Step;
use crate::app::msg::Size;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The contexts it explains, the nearest first.
    pub contexts: Vec<Context>,
    /// The first visible line.
    pub top: usize,
}

/// One line of help.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// An empty line.
    Blank,
    /// Where the following keys count.
    Heading(&'static str),
    /// One key.
    Key(&'static Binding),
}

impl State {
    /// Opens on the keys of `nearest` and on those of dialogs, which every screen leads to.
    pub fn new(nearest: &[Context]) -> Self {
        let mut contexts = nearest.to_vec();
        let rest = [
            Context::Filter,
            Context::Dialog,
            Context::NotEmpty,
            Context::Deletion,
            Context::LoggingIn,
            Context::Confirm,
            Context::ConfirmTyped,
            Context::Running,
            Context::Equivalent,
        ];
        let end = contexts
            .iter()
            .position(|context| *context == Context::Always)
            .unwrap_or(contexts.len());
        contexts.splice(end..end, rest);
        Self { contexts, top: 0 }
    }

    /// Returns all lines.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for context in &self.contexts {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(context.title()));
            lines.extend(keymap::of(*context).map(Line::Key));
        }
        lines
    }

    fn lowest_top(&self, size: Size) -> usize {
        self.lines().len().saturating_sub(geometry::text_rows(size))
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Help, Context::Screen, Context::Always]
    }

    fn title(&self, _: &Known<'_>) -> Title {
        Title::new("Help")
    }

    fn equivalent(&self, _: &Known<'_>, out: &mut Equivalent) {
        out.note("keys have no command: go back to the screen they are about");
    }

    fn step(&mut self, step: Step, size: Size) {
        let (height, last) = (geometry::text_rows(size), self.lowest_top(size));
        self.top = match step {
            Step::Up => self.top.saturating_sub(1),
            Step::Down => self.top + 1,
            Step::PageUp => self.top.saturating_sub(height),
            Step::PageDown => self.top + height,
            Step::First => 0,
            Step::Last => last,
        }
        .min(last);
    }

    fn reveal(&mut self, size: Size) {
        self.top = self.top.min(self.lowest_top(size));
    }
}
