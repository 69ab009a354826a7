//! Rows that only move: a list that scrolls by one has all but a few of its rows on the screen already. The terminal moves
//! them for some twenty bytes, by its oldest means, which every terminal has.

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::style::ResetColor;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write};
use std::ops::Range;

/// How many cells must differ for it to be worth a look: a row under the cursor that changes costs no more.
pub(super) const LEAST_CHANGED: usize = 120;

/// How many rows must be found elsewhere for it to be worth a look.
const LEAST_FOUND: usize = 3;

/// How many cells moving rows must save: what it writes takes the room of fewer.
const LEAST_SAVED: usize = 40;

/// By how many rows the block that was found is tried to be larger: the row under the cursor looks different before and
/// after, and still is cheaper to move than to print.
const LARGER: u16 = 2;

/// Rows that move within a block of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The rows of the block.
    rows: Range<u16>,
    /// By how many rows they move.
    by: u16,
    is_up: bool,
}

impl Shift {
    /// Returns what saves the most on the way from `before` to `after`, if anything does.
    pub(super) fn between(before: &Buffer, after: &Buffer) -> Option<Self> {
        if before.area != after.area {
            return None;
        }
        let height = before.area.height;
        let plain: Vec<usize> = (0..height).map(|y| cost(row(before, y), row(after, y))).collect();
        let in_all = plain.iter().sum();
        if in_all < LEAST_CHANGED {
            return None;
        }
        let found = Self::found(before, after)?;
        let larger = |above: u16, below: u16| Self {
            rows: found.rows.start.saturating_sub(above)..found.rows.end.saturating_add(below).min(height),
            ..found.clone()
        };
        let blank = vec![Cell::default(); usize::from(before.area.width)];
        let costs: Vec<Costs> = plain
            .into_iter()
            .zip(0..height)
            .map(|(plain, y)| Costs {
                plain,
                moved: found.source(y).map_or(0, |from| cost(row(before, from), row(after, y))),
                blank: cost(&blank, row(after, y)),
            })
            .collect();
        let tried = (0..=LARGER).flat_map(|above| (0..=LARGER).map(move |below| larger(above, below)));
        let priced = tried.map(|shift| (shift.cost(&costs), shift));
        let (least, shift) = priced.min_by_key(|(cost, _)| *cost)?;
        (least + LEAST_SAVED <= in_all).then_some(shift)
    }

    /// Returns the row that what is to stand in `y` comes from, were the block as large as the screen.
    fn source(&self, y: u16) -> Option<u16> {
        if self.is_up {
            y.checked_add(self.by)
        } else {
            y.checked_sub(self.by)
        }
    }

    /// Returns how many cells are to be printed after it.
    fn cost(&self, costs: &[Costs]) -> usize {
        let of_row = |(y, costs): (u16, &Costs)| {
            if !self.rows.contains(&y) {
                costs.plain
            } else if self.source(y).is_some_and(|from| self.rows.contains(&from)) {
                costs.moved
            } else {
                costs.blank
            }
        };
        (0..).zip(costs).map(of_row).sum()
    }

    /// Returns the move that most of the rows have made which are in `before` and in `after`, but elsewhere.
    fn found(before: &Buffer, after: &Buffer) -> Option<Self> {
        let hasher = RandomState::new();
        let mut symbols = String::new();
        let mut hash = |buffer: &Buffer, y: u16| {
            symbols.clear();
            for cell in row(buffer, y) {
                symbols.push_str(cell.symbol());
                symbols.push('\n');
            }
            hasher.hash_one(&symbols)
        };
        // What stands in two rows, such as nothing, tells nothing.
        let mut places: HashMap<u64, Option<u16>> = HashMap::new();
        for y in 0..before.area.height {
            places
                .entry(hash(before, y))
                .and_modify(|place| *place = None)
                .or_insert(Some(y));
        }
        let mut moves: HashMap<i32, Vec<u16>> = HashMap::new();
        for y in 0..after.area.height {
            if let Some(Some(from)) = places.get(&hash(after, y)).copied()
                && from != y
            {
                moves.entry(i32::from(y) - i32::from(from)).or_default().push(y);
            }
        }
        let (by, rows) = moves.into_iter().max_by_key(|(by, rows)| (rows.len(), -by.abs()))?;
        let (first, last) = (*rows.first()?, *rows.last()?);
        let n = u16::try_from(by.unsigned_abs()).ok()?;
        let rows_moved = if by < 0 {
            first..last.saturating_add(1).saturating_add(n)
        } else {
            first.saturating_sub(n)..last.saturating_add(1)
        };
        (rows.len() >= LEAST_FOUND).then_some(Self {
            rows: rows_moved,
            by: n,
            is_up: by < 0,
        })
    }

    /// Returns what is on the screen after it, where `before` was.
    pub(super) fn applied(&self, before: &Buffer) -> Buffer {
        let mut after = before.clone();
        for y in self.rows.clone() {
            let from = self.source(y).filter(|from| self.rows.contains(from));
            for x in 0..before.area.width {
                let (here, there) = (
                    absolute(before.area, x, y),
                    from.map(|from| absolute(before.area, x, from)),
                );
                let moved = there.and_then(|there| before.cell(there)).cloned().unwrap_or_default();
                if let Some(cell) = after.cell_mut(here) {
                    *cell = moved;
                }
            }
        }
        after
    }

    /// Writes what makes a terminal do it: lines are taken out at one end of the block and put in at the other.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Range { start, end } = self.rows;
        // What comes in is blank in the colours of the moment.
        queue!(out, ResetColor)?;
        write!(out, "\x1b[{};{end}r", start + 1)?;
        queue!(out, MoveTo(0, start))?;
        write!(out, "\x1b[{}{}", self.by, if self.is_up { 'M' } else { 'L' })?;
        // All of the screen again.
        write!(out, "\x1b[r")
    }
}

fn absolute(area: Rect, x: u16, y: u16) -> Position {
    Position::new(area.x.saturating_add(x), area.y.saturating_add(y))
}

fn row(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    buffer.content.get(start..start + width).unwrap_or_default()
}

/// How many cells of a row are to be printed: where it stays, where it is moved, and where nothing is moved to it.
#[derive(Debug)]
struct Costs {
    plain: usize,
    moved: usize,
    blank: usize,
}

/// Returns how many cells differ.
fn cost(before: &[Cell], after: &[Cell]) -> usize {
    before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::painter::Painter;
    use proptest::prelude::*;
    use ratatui::style::{Color, Style};
    use std::num::NonZero;

    const SIZE: (u16, u16) = (60, 20);

    /// A list of `n` rows below a title and above a line of hints, `top` being the first row on show, with one selected.
    fn frame(top: u16, selected: u16, title: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        buffer.set_string(0, 0, title, Style::new().fg(Color::Red));
        for nth in 0..SIZE.1 - 2 {
            let number = top + nth;
            let style = if nth == selected {
                Style::new().bg(Color::Blue)
            } else {
                Style::new()
            };
            let name = match number % 4 {
                0 => format!("|  team-{number:04} \u{65e5}\u{672c}  all: Viewer {:>9}", number * 7),
                1 => format!("|  t\u{e9}am-{number:04}  private {:>9}", number * 13),
                _ => format!("|  team-{number:04}  Admin, since the {number}th of May"),
            };
            buffer.set_string(0, nth + 1, name, Style::new());
            buffer.set_string(1, nth + 1, if nth == selected { ">" } else { " " }, style);
        }
        buffer.set_string(0, SIZE.1 - 1, "? help", Style::new());
        buffer
    }

    /// Returns what each cell of a terminal shows, and how.
    fn on_terminal(bytes: &[u8]) -> Vec<String> {
        let mut terminal = vt100::Parser::new(NonZero::new(SIZE.1).unwrap(), NonZero::new(SIZE.0).unwrap(), 0);
        terminal.process(bytes);
        let screen = terminal.screen();
        let cells = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (y, x)));
        let shown = cells.map(|(y, x)| {
            let cell = screen.cell(y, x).unwrap();
            // A cell that was never written looks like a blank.
            let text = if cell.contents().is_empty() {
                " "
            } else {
                cell.contents()
            };
            format!(
                "{y},{x} {text} {:?} {:?} {}",
                cell.fgcolor(),
                cell.bgcolor(),
                cell.bold()
            )
        });
        shown.collect()
    }

    #[test]
    fn a_list_that_scrolls_by_one_row_is_moved() {
        let (before, after) = (frame(100, 17, "Workspaces"), frame(101, 17, "Workspaces"));
        let shift = Shift::between(&before, &after).unwrap();
        assert_eq!((shift.by, shift.is_up), (1, true));
        assert!(shift.rows.contains(&1) && shift.rows.contains(&17), "{shift:?}");
        let back = Shift::between(&after, &before).unwrap();
        assert_eq!((back.by, back.is_up), (1, false));
    }

    #[test]
    fn nothing_is_moved_that_did_not_move() {
        let before = frame(100, 2, "Workspaces");
        assert_eq!(Shift::between(&before, &frame(100, 3, "Workspaces")), None);
        assert_eq!(Shift::between(&before, &frame(500, 2, "Workspaces")), None);
        let blank = Buffer::empty(before.area);
        assert_eq!(Shift::between(&blank, &before), None);
        assert_eq!(Shift::between(&before, &blank), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever a list does, a terminal that was told of the moves shows what one shows to which all was painted.
        #[test]
        fn a_terminal_shows_the_same_as_if_all_was_painted(
            steps in proptest::collection::vec((0_u16..25, 0_u16..18, 0_usize..3), 1..12),
        ) {
            let mut painter = Painter::default();
            let mut bytes = Vec::new();
            for (top, selected, title) in steps {
                let after = frame(top, selected, ["Members", "Workspaces", "Audit"][title]);
                painter.paint(after.clone(), &mut bytes).unwrap();
                let mut whole = Vec::new();
                Painter::default().paint(after, &mut whole).unwrap();
                prop_assert_eq!(on_terminal(&bytes), on_terminal(&whole));
            }
        }
    }
}
