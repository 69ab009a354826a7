//! The last outcomes of this session, the latest first.
//!
//! One scrolls from part to part: what is longer than a small screen has several, so that all of it can be read.

use super::state::{Known, ScreenState, Title};
use crate::app::equivalent::Equivalent;
use crate::app::geometry;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::msg::Size;
use crate::app::notice::{Notice, Told};
use crate::domain::text::cut;
use unicode_width::UnicodeWidthStr as _;

/// How many columns stand together: they fit on the smallest screen, which has ten rows of forty for them, as of two rows
/// together at least one is full.
const TOGETHER: usize = 200;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What was told when it was opened, the latest first.
    pub parts: Vec<Part>,
    /// The first visible part.
    pub top: usize,
}

/// An outcome, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it says, with when that was told.
    pub told: Told,
    /// Whether it goes on with the outcome before it.
    pub goes_on: bool,
}

impl State {
    /// Opens on what was told, the latest first.
    pub fn new<'a>(told: impl Iterator<Item = &'a Told>) -> Self {
        Self {
            parts: told.flat_map(in_parts).collect(),
            top: 0,
        }
    }

    /// Returns the first visible part after such a step.
    fn after(&self, step: Step, size: Size) -> usize {
        let height = geometry::text_rows(size);
        let last = self.parts.len().saturating_sub(1);
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
        let outcomes = self.parts.iter().filter(|part| !part.goes_on);
        Title::new(format!("Last outcomes ({})", outcomes.count()))
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

/// Takes an outcome apart, between its words where that can be.
fn in_parts(told: &Told) -> Vec<Part> {
    let mut texts: Vec<String> = Vec::new();
    for word in told.notice.text.as_str().split(' ').flat_map(pieces) {
        match texts.last_mut() {
            Some(text) if text.width() + word.width() < TOGETHER => {
                text.push(' ');
                text.push_str(word);
            }
            Some(_) | None => texts.push(word.to_owned()),
        }
    }
    let part = |(nth, text): (usize, &String)| Part {
        told: Told {
            at: told.at,
            notice: Notice::new(told.notice.tone, text),
        },
        goes_on: nth > 0,
    };
    texts.iter().enumerate().map(part).collect()
}

/// Takes a word apart that is too long to stand together, as an address can be.
fn pieces(word: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while rest.width() > TOGETHER {
        let fitting = cut(rest, TOGETHER, "").len();
        if fitting == 0 {
            break;
        }
        let (piece, behind) = rest.split_at(fitting);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}
