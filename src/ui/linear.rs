//! The console as lines that are read aloud: what there is to say, and what of it is new.
//!
//! The words are those of the drawn view: its screens are put into a buffer so wide that no line is broken or cut, without
//! borders and with words for signs ([`Marks::spoken`](super::marks::Marks::spoken)), and read back row by row
//! ([`scene`]); dialogs give their paragraphs. [`say`] compares that with what was said before. Pure, as the view is.

mod keys;
mod quiet;
mod scene;

use super::Look;
use crate::app::linear::Wanted;
use crate::app::model::Model;
use crate::domain::text::grouped;
use jiff::{SignedDuration, Timestamp};
use scene::{How, Scene};

/// How often something that goes on is told again.
pub const BETWEEN_PROGRESS: SignedDuration = SignedDuration::from_secs(30);

/// What is said first of how to go on.
const BEGIN: &str = "type ? and enter for what can be typed here";

/// What is said behind the line of a dialog that is chosen.
pub(super) const SELECTED: &str = ", selected";

/// What is said of something that is still being read.
pub(super) const UNREAD: &str = "not read yet";

/// What was said so far, as far as it matters to what is said next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    scene: Scene,
    n_lines: u64,
    /// When something was said last.
    at: Timestamp,
}

impl Told {
    /// Returns the same as if nothing had been said, but for what the lines so far have asked for.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        let n_lines = self.n_lines;
        Self {
            n_lines,
            ..Self::default()
        }
    }

    /// Returns the same after `model` has answered whatever was typed: nothing is said again only because of that.
    #[must_use]
    pub fn answered(&self, model: &Model) -> Self {
        let n_lines = model.linear.as_ref().map_or(0, |linear| linear.n_lines);
        Self {
            n_lines,
            ..self.clone()
        }
    }

    fn is_first(&self) -> bool {
        self.scene == Scene::default()
    }
}

impl Look {
    /// Returns the same look for a terminal on which everything is read aloud, line by line.
    #[must_use]
    pub fn spoken(self) -> Self {
        let marks = self.marks.spoken();
        Self { marks, ..self }
    }
}

/// Returns what stands before a row of a list.
pub(super) fn row_prefix(place: usize, n_all: usize, is_selected: bool) -> String {
    let number = grouped(place + 1);
    if is_selected {
        format!("row {number} of {}: ", grouped(n_all))
    } else {
        format!("row {number}: ")
    }
}

/// Returns `text` without anything that a terminal would not print as it is.
pub(super) fn one_line(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).collect()
}

/// Returns `text` as one plain line: what stood in columns is set apart by commas, and no control character is left.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut n_blanks = 0;
    for c in text.trim().chars().filter(|c| !c.is_control()) {
        if c == ' ' {
            n_blanks += 1;
            continue;
        }
        if n_blanks > 1 && !out.ends_with([',', ':', '.', '?']) {
            out.push(',');
        }
        if n_blanks > 0 {
            out.push(' ');
        }
        n_blanks = 0;
        out.push(c);
    }
    out
}

/// Returns the lines that tell what has changed since `before`, or what a line that was typed has asked for; and what has
/// been told by then.
///
/// What only goes on, as a count of seconds does, is told again every [`BETWEEN_PROGRESS`]. `is_settled` says that nothing is
/// under way: until then, what is being read is not told piece by piece.
pub fn say(model: &Model, look: &Look, before: &Told, is_settled: bool) -> (Vec<String>, Told) {
    let look = &look.of_frame(model);
    let now = Scene::of(model, look);
    let linear = model.linear.clone().unwrap_or_default();
    let is_answer = linear.n_lines != before.n_lines;
    let how = How {
        is_answer,
        is_late: model.now.duration_since(before.at) >= BETWEEN_PROGRESS,
        is_settled,
    };
    let wanted = if is_answer { linear.wanted } else { Wanted::News };
    let (lines, scene) = match wanted {
        Wanted::Here => (now.all(), now),
        Wanted::List => {
            let mut lines = now.notices().to_vec();
            lines.extend(now.front_or_screen());
            (lines, now)
        }
        Wanted::Rows => {
            let mut lines = now.notices_since(&before.scene, how);
            lines.extend(now.page());
            (lines, now)
        }
        Wanted::Keys => {
            let (news, now) = now.news_since(&before.scene, how);
            ([keys::said(model, linear.asks), news].concat(), now)
        }
        Wanted::News => {
            let again = if is_answer { now.again() } else { Vec::new() };
            let (news, now) = now.news_since(&before.scene, how);
            (if news.is_empty() { again } else { news }, now)
        }
    };
    // Whoever begins has to be told how to go on.
    let hint = before.is_first() && !lines.is_empty();
    let lines = lines.into_iter().chain(hint.then(|| BEGIN.to_owned()));
    let lines: Vec<String> = lines.collect();
    let told = Told {
        at: if lines.is_empty() { before.at } else { model.now },
        scene,
        n_lines: linear.n_lines,
    };
    (lines.iter().map(|line| look.print(one_line(line))).collect(), told)
}
