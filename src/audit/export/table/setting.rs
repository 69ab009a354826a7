//! Sets rows in columns and sentences in lines.
//!
//! A column is as wide as its widest cell. Where that is more than the line has, the widest ones give way, and their cells
//! go on in the next line at a blank. A word that is wider than its column has a line that is longer; on a terminal the last
//! columns are left out, if the table can do without them, and then it is cut. Different words stay different where they can.

mod cutting;

use super::super::{Lines, safe};
use crate::domain::text::{cut, is_plain, width};
use cutting::Cuts;
use std::borrow::Cow;
use std::io::{self, Write};

/// Between two columns.
const GAP: usize = 2;
/// A word wider than this does not keep a column from giving way: one long name must not push all others aside.
const LONG_WORD: usize = 32;
/// As wide as a moment or the name of a role.
const SHORT_WORD: usize = 17;
/// A column that is cut keeps so much.
const LEAST: usize = 8;
/// A name keeps so much while there are columns that can be left out.
const NAME: usize = 20;

/// Writes rows in columns, without a blank at the end of a line. The rows are made twice, to be measured and to be
/// written: there can be too many to be kept.
pub(crate) fn columns<I: Iterator<Item = Vec<String>>>(
    out: &mut impl Write,
    titles: Option<&[String]>,
    lines: Lines,
    rows: impl Fn() -> I,
) -> io::Result<()> {
    columns_but(out, titles, (lines, 0), rows)
}

/// Does the same, and leaves out up to so many of the last columns on a terminal that is too narrow for them.
pub(super) fn columns_but<I: Iterator<Item = Vec<String>>>(
    out: &mut impl Write,
    titles: Option<&[String]>,
    (lines, n_spare): (Lines, usize),
    rows: impl Fn() -> I,
) -> io::Result<()> {
    if rows().next().is_none() {
        return Ok(());
    }
    let all = || {
        let titles = titles.map(<[String]>::to_vec).into_iter();
        let all = titles.chain(rows());
        all.map(|row| row.into_iter().map(shown).collect::<Vec<String>>())
    };
    let mut needs: Vec<Need> = Vec::new();
    for row in all() {
        needs.resize(needs.len().max(row.len()), Need::default());
        for (need, cell) in needs.iter_mut().zip(&row) {
            need.grow(cell);
        }
    }
    let (Lines::Whole(room) | Lines::Cut(room)) = lines;
    let is_cut = matches!(lines, Lines::Cut(_));
    for _ in 0..n_spare {
        let least = needs.iter().map(|need| GAP + need.word.min(NAME)).sum::<usize>();
        if is_cut && least > room + GAP {
            needs.pop();
        }
    }
    let widths = widths(&needs, lines);
    let mut cuts = Cuts::default();
    if is_cut {
        for row in all() {
            for (cell, width) in row.iter().zip(&widths) {
                for text in wrapped(cell, *width) {
                    cuts.add(text, *width);
                }
            }
        }
    }
    for row in all() {
        write_row(out, &widths, is_cut.then_some(&cuts), &row)?;
    }
    Ok(())
}

/// Returns `cell` as it may be shown.
fn shown(cell: String) -> String {
    if is_plain(&cell) { cell } else { safe(&cell) }
}

/// Writes a sentence, indented, the lines after its first one a little more.
pub(super) fn prose(out: &mut impl Write, text: &str, lines: Lines) -> io::Result<()> {
    let room = lines.columns().saturating_sub(4).max(LEAST);
    let is_cut = matches!(lines, Lines::Cut(_));
    for (nth, line) in wrapped(&safe(text), room).into_iter().enumerate() {
        let indent = if nth == 0 { "  " } else { "    " };
        let line = if is_cut {
            Cow::Owned(cut(line, room, "…"))
        } else {
            Cow::Borrowed(line)
        };
        writeln!(out, "{indent}{line}")?;
    }
    Ok(())
}

/// How wide a column has to be.
#[derive(Clone, Copy, Default)]
struct Need {
    /// For its widest cell.
    whole: usize,
    /// For its widest word, long ones apart.
    word: usize,
}

impl Need {
    fn grow(&mut self, cell: &str) {
        let width = width(cell);
        if width <= self.word {
            return;
        }
        self.whole = self.whole.max(width);
        let words = cell.split(' ').map(self::width);
        self.word = self.word.max(words.max().unwrap_or(0).min(LONG_WORD));
    }
}

/// Returns how wide the columns are.
fn widths(needs: &[Need], lines: Lines) -> Vec<usize> {
    let gaps = needs.len().saturating_sub(1) * GAP;
    let room = lines.columns().saturating_sub(gaps);
    let whole: Vec<usize> = needs.iter().map(|need| need.whole).collect();
    let words: Vec<usize> = needs.iter().map(|need| need.word.min(need.whole)).collect();
    let widths = level(&whole, &words, room);
    match lines {
        Lines::Whole(_) => widths,
        Lines::Cut(_) => {
            // Names are cut before dates and roles.
            let least = |shortest: usize| {
                let least = widths
                    .iter()
                    .map(|width| if *width <= shortest { *width } else { LEAST });
                least.collect::<Vec<usize>>()
            };
            let kept = level(&widths, &least(SHORT_WORD), room);
            if kept.iter().sum::<usize>() <= room {
                kept
            } else {
                level(&widths, &least(LEAST), room)
            }
        }
    }
}

/// Returns the widths with the widest ones lowered to one height, so that all fit into `room`, none below its least.
fn level(widths: &[usize], least: &[usize], room: usize) -> Vec<usize> {
    let at = |height: usize| {
        let both = widths.iter().zip(least);
        both.map(move |(width, least)| (*width).min(height.max(*least)))
    };
    let highest = widths.iter().copied().max().unwrap_or(0);
    let fitting = (0..=highest).rev().find(|height| at(*height).sum::<usize>() <= room);
    let mut lowered: Vec<usize> = at(fitting.unwrap_or(0)).collect();
    // What is left of the line goes to the first ones that still want it.
    let mut left = room.saturating_sub(lowered.iter().sum());
    for (lowered, width) in lowered.iter_mut().zip(widths) {
        let more = left.min(width.saturating_sub(*lowered));
        *lowered += more;
        left -= more;
    }
    lowered
}

/// Writes one row, in as many lines as its cells need.
fn write_row(out: &mut impl Write, widths: &[usize], cuts: Option<&Cuts>, row: &[String]) -> io::Result<()> {
    let both = row.iter().zip(widths);
    let cells: Vec<Vec<&str>> = both.map(|(cell, width)| wrapped(cell, *width)).collect();
    let n_lines = cells.iter().map(Vec::len).max().unwrap_or(0);
    for nth in 0..n_lines {
        let mut written = String::new();
        // Where the next cell begins, and how far the line goes.
        let (mut begin, mut end) = (0, 0);
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(nth).copied().unwrap_or_default();
            if !text.is_empty() {
                // Where the word before took more than its column.
                if end > 0 && end + GAP > begin {
                    written.push('\n');
                    end = 0;
                }
                written.extend(std::iter::repeat_n(' ', begin - end));
                let text = match cuts {
                    Some(cuts) => Cow::Owned(cuts.cut(text, *width)),
                    None => Cow::Borrowed(text),
                };
                end = begin + self::width(&text);
                written.push_str(&text);
            }
            begin += width + GAP;
        }
        writeln!(out, "{}", written.trim_end())?;
    }
    Ok(())
}

/// Returns `text` in lines of at most `room` columns, parted at blanks; a word that is wider has a line of its own.
fn wrapped(text: &str, room: usize) -> Vec<&str> {
    if width(text) <= room {
        return vec![text];
    }
    let mut lines = Vec::new();
    let mut rest = text;
    while width(rest) > room {
        let mut fits = None;
        let mut first = None;
        for (place, _) in rest.match_indices(' ').filter(|(place, _)| *place > 0) {
            first = first.or(Some(place));
            let (line, _) = rest.split_at(place);
            if width(line) > room {
                break;
            }
            fits = Some(place);
        }
        let Some(place) = fits.or(first) else { break };
        let (line, after) = rest.split_at(place);
        lines.push(line);
        rest = after.trim_start_matches(' ');
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr as _;

    fn set(lines: Lines, rows: &[&[&str]]) -> String {
        let mut out = Vec::new();
        let rows = || {
            rows.iter()
                .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
        };
        columns(&mut out, None, lines, rows).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_go_on_in_the_next_line() {
        let rows: [&[&str]; 2] = [&["ml-team", "has been granted this and that", "x"], &["a", "b", "y"]];
        let expected =
            "ml-team  has been  x\n         granted\n         this and\n         that\na        b         y\n";
        assert_eq!(set(Lines::Whole(20), &rows), expected);
    }

    #[test]
    fn a_long_name_is_whole_in_a_file_and_cut_on_a_terminal() {
        let name = "n".repeat(80);
        let rows: [&[&str]; 2] = [&["ml", &name, "Admin"], &["ml", "ann", "Viewer"]];
        let file = set(Lines::Whole(60), &rows);
        assert!(file.contains(&name), "{file}");
        assert!(
            file.lines().all(|line| line.width() <= 60 || line.contains(&name)),
            "{file}"
        );
        let terminal = set(Lines::Cut(60), &rows);
        assert!(terminal.lines().all(|line| line.width() <= 60), "{terminal}");
        assert!(terminal.contains("Admin") && terminal.contains("nn…"), "{terminal}");
    }

    #[test]
    fn different_names_stay_different_where_they_are_cut() {
        let rows: [&[&str]; 5] = [
            &["team-research-alpha", "ann.zielinska@example.com"],
            &["team-research-alpha", "ann.zielinski@example.com"],
            &["team-research-beta", "bob@example.com"],
            &["team-research-\u{4f60}\u{597d}\u{4f60}", "x"],
            &["tools", "y"],
        ];
        let expected = [
            "team-r…alpha  ann.z…a@exa…",
            "team-r…alpha  ann.z…i@exa…",
            "team-re…beta  bob@example…",
            "team-…\u{4f60}\u{597d}\u{4f60}  x",
            "tools         y",
        ];
        let set = set(Lines::Cut(26), &rows);
        assert_eq!(set.lines().collect::<Vec<_>>(), expected, "{set}");
    }

    #[test]
    fn a_narrow_terminal_keeps_names_before_the_last_columns() {
        let row = [
            "research-workspace",
            "alexandra.montgomery@example.com",
            "Editor",
            "2026-01-02",
            "alice@example.com",
        ];
        let titles = ["WORKSPACE", "PRINCIPAL", "ROLES", "GRANTED", "GRANTED BY"].map(str::to_owned);
        let set = |lines| {
            let mut out = Vec::new();
            let rows = || std::iter::once(row.map(str::to_owned).to_vec());
            columns_but(&mut out, Some(&titles), (lines, 2), rows).unwrap();
            String::from_utf8(out).unwrap()
        };
        for (lines, last) in [
            (Lines::Cut(60), "2026-01-02"),
            (Lines::Cut(50), "Editor"),
            (Lines::Whole(60), "alice@example.com"),
        ] {
            let text = set(lines);
            assert!(
                text.trim_end().ends_with(last) && text.contains("research-workspace"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_too_long(
            cells in proptest::collection::vec(proptest::collection::vec("[a-z]{1,9}( [a-z]{1,9}){0,4}", 3), 1..6),
            room in 40_usize..90,
        ) {
            let rows: Vec<Vec<&str>> = cells.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            let mut words: Vec<&str> = cells.iter().flatten().flat_map(|cell| cell.split(' ')).collect();
            words.sort_unstable();
            for lines in [Lines::Whole(room), Lines::Cut(room)] {
                let text = set(lines, &rows);
                prop_assert!(text.lines().all(|line| line.width() <= room && line.trim_end() == line), "{}", text);
                let mut found: Vec<&str> = text.split_whitespace().collect();
                found.sort_unstable();
                prop_assert_eq!(&found, &words);
            }
        }
    }
}
