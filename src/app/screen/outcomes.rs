//! The last outcomes of this session, the latest first.

use super::state::{Known, ScreenState, Title};
use crate::app::equivalent::Equivalent;
use crate::app::geometry;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::msg::Size;
use crate::app::notice::Told;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What was told when it was opened, the latest first.
    pub told: Vec<Told>,
    /// The first visible outcome.
    pub top: usize,
}

impl State {
    /// Returns the first visible outcome after such a step.
    fn after(&self, step: Step, size: Size) -> usize {
        let height = geometry::text_rows(size);
        let last = self.told.len().saturating_sub(1);
        let to = match step {
            Step::Up => self.top.saturating_sub(1),
            Step::Down => self.top + 1,
            Step::PageUp => self.top.saturating_sub(height / 2),
            Step::PageDown => self.top + height / 2,
            Step::First => 0,
            Step::Last => last,
        };
        to.min(last)
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Outcomes, Context::Screen, Context::Always]
    }

    fn title(&self, _: &Known<'_>) -> Title {
        Title::new(format!("Last outcomes ({})", self.told.len()))
    }

    fn equivalent(&self, _: &Known<'_>, out: &mut Equivalent) {
        out.note("what is over has no command here: go back to the screen it was about");
    }

    fn step(&mut self, step: Step, size: Size) {
        self.top = self.after(step, size);
    }

    fn moves(&self, step: Step, size: Size) -> bool {
        self.after(step, size) != self.top
    }
}
