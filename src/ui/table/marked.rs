//! What was looked for, marked in the cells where it stands, and told where it is out of sight.

use super::after;
use crate::app::filter::{Filter, Words};
use crate::domain::query::Asks;
use crate::domain::text::SafeText;
use crate::ui::Look;
use crate::ui::text::{Line, width};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// How much of a text is shown on either side of what was found in it.
const AROUND: usize = 14;

/// Returns what the filter looks for in names and texts, in lower case.
pub(super) fn needles(filter: &Filter) -> Vec<String> {
    // None of it depends on the day.
    let query = filter.query(Timestamp::UNIX_EPOCH);
    let names = query.names().map(|called| called.lower.clone());
    let granters = query.words.iter().filter_map(|word| {
        let Asks::By(part) = &word.asks else { return None };
        Some(part.clone())
    });
    names.chain(granters).filter(|needle| !needle.is_empty()).collect()
}

/// Marks `needles` wherever they stand in `spot`, in a name their letters, too. Returns which are there.
pub(super) fn mark<'a>(needles: &'a [String], is_name: bool, spot: Rect, buffer: &mut Buffer) -> Vec<&'a String> {
    let found = needles.iter().filter(|needle| mark_one(needle, is_name, spot, buffer));
    found.collect()
}

fn mark_one(needle: &str, is_name: bool, spot: Rect, buffer: &mut Buffer) -> bool {
    let letters = letters(spot, buffer);
    let wanted: Vec<char> = needle.chars().collect();
    let whole = letters.windows(wanted.len()).filter(|part| {
        let part = part.iter().map(|(c, _)| c);
        part.eq(&wanted)
    });
    let mut columns: Vec<u16> = whole.flatten().map(|(_, x)| *x).collect();
    if columns.is_empty() && is_name {
        let mut rest = letters.iter();
        let found = wanted.iter().map_while(|c| rest.find(|(letter, _)| letter == c));
        columns = found.map(|(_, x)| *x).collect();
        if columns.len() < wanted.len() {
            columns.clear();
        }
    }
    for x in &columns {
        if let Some(cell) = buffer.cell_mut((*x, spot.y)) {
            cell.set_style(Style::default().add_modifier(Modifier::UNDERLINED));
        }
    }
    !columns.is_empty()
}

/// Returns what stands in `spot`, in lower case, each letter with its column.
fn letters(spot: Rect, buffer: &Buffer) -> Vec<(char, u16)> {
    let mut letters = Vec::new();
    let mut x = spot.left();
    while x < spot.right() {
        let symbol = buffer.cell((x, spot.y)).map_or(" ", |cell| cell.symbol());
        let lower = symbol.chars().flat_map(char::to_lowercase);
        letters.extend(lower.map(|c| (c, x)));
        x = x.saturating_add(u16::try_from(width(symbol)).unwrap_or(1).max(1));
    }
    letters
}

/// Returns `facts` about the selected row, after what it says of what is `unseen` in its cells and in them.
pub(super) fn with_reason(look: &Look, unseen: &[String], said: &Words<'_>, facts: Line) -> Line {
    let shown = facts.to_string().to_lowercase();
    let unseen = unseen.iter().filter(|needle| !shown.contains(needle.as_str()));
    let mut reasons = unseen.filter_map(|needle| {
        let mut texts = said.iter();
        texts.find_map(|(what, text)| Some(format!(" matches {what}: \"{}\" ", excerpt(text, needle)?)))
    });
    let Some(reason) = reasons.next() else {
        return facts;
    };
    after(look.span(look.theme.muted, reason), facts)
}

/// Returns the part of `text` around `needle`, where that is in it.
fn excerpt(text: &str, needle: &str) -> Option<String> {
    let safe = SafeText::with_limit(text, text.len());
    let letters: Vec<char> = safe.as_str().chars().collect();
    let lower: Vec<char> = letters.iter().filter_map(|c| c.to_lowercase().next()).collect();
    let wanted: Vec<char> = needle.chars().collect();
    let at = lower.windows(wanted.len()).position(|part| part == wanted)?;
    let (from, to) = (at.saturating_sub(AROUND), at + wanted.len() + AROUND);
    let part: String = letters.iter().skip(from).take(to - from).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if to < letters.len() { "…" } else { "" };
    Some(format!("{before}{part}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::whole("team", "ml-team team", "   xxxx xxxx")]
    #[case::any_case("ml", "ML-team", "xx     ")]
    #[case::letters("mlt", "ml-team", "xx x   ")]
    #[case::not_all_letters("mlx", "ml-team", "       ")]
    #[case::wide("中b", "田中b", "  x x")]
    fn marks_what_was_looked_for(#[case] needle: &str, #[case] text: &str, #[case] expected: &str) {
        let mut buffer = Buffer::with_lines([text]);
        let area = buffer.area;
        let is_there = mark_one(needle, true, area, &mut buffer);
        let marks = (0..area.width).map(|x| {
            let cell = buffer.cell((x, 0)).expect("a cell");
            if cell.modifier.contains(Modifier::UNDERLINED) {
                'x'
            } else {
                ' '
            }
        });
        let marks: String = marks.collect();
        assert_eq!(marks.trim_end(), expected.trim_end());
        assert_eq!(is_there, expected.contains('x'));
    }

    #[rstest]
    #[case("prod", Some("…hings for the production of mode…"))]
    #[case("all", Some("All things for th…"))]
    #[case("zzz", None)]
    fn tells_what_stands_around_it(#[case] needle: &str, #[case] expected: Option<&str>) {
        let text = "All things for the production of models";
        let excerpt = excerpt(text, needle);
        assert_eq!(excerpt.as_deref(), expected);
    }
}
