//! Lines of text: how wide they are, where they are cut and broken.

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::num::NonZeroU16;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

/// A line that owns its text.
pub(super) type Line = ratatui::text::Line<'static>;

/// Vowel signs that stand beside their letter and take a column on terminals, though Unicode counts them as extending it:
/// its `Other_Grapheme_Extend`, as far as those are no marks without a width.
const BESIDE: [char; 17] = [
    '\u{9be}',
    '\u{9d7}',
    '\u{b3e}',
    '\u{b57}',
    '\u{bbe}',
    '\u{bd7}',
    '\u{cc2}',
    '\u{cd5}',
    '\u{cd6}',
    '\u{d3e}',
    '\u{d57}',
    '\u{dcf}',
    '\u{ddf}',
    '\u{1b35}',
    '\u{1133e}',
    '\u{ff9e}',
    '\u{ff9f}',
];

/// Returns what of `text` takes cells of its own, each with how many.
///
/// Letters and vowel signs that belong together, and the letters of a flag, take several columns. A terminal that counts
/// character by character keeps each in its own cell: what is drawn over the first leaves the others where they are. So
/// each of them has its own cell here, too.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if let [b' '..=b'~', after @ ..] = rest.as_bytes()
            && after.first().is_none_or(u8::is_ascii)
        {
            // Nothing in ASCII belongs to a character before it.
            let (piece, after) = rest.split_at_checked(1)?;
            rest = after;
            return Some((piece, 1));
        }
        let cluster = rest.graphemes(true).next()?;
        let mut others = cluster.char_indices().skip(1);
        let end = others
            .find(|(_, c)| stands_beside(*c))
            .map_or(cluster.len(), |(at, _)| at);
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        let is_sign = piece.chars().next().is_some_and(|c| BESIDE.contains(&c));
        let wide = if is_sign { 1 } else { usize::from(piece.cell_width()) };
        Some((piece, wide))
    })
}

/// Returns whether a character that belongs to the one before it takes a column of its own.
fn stands_beside(c: char) -> bool {
    // Those of two columns change the colour of an emoji.
    c.width() == Some(1) || BESIDE.contains(&c)
}

/// Draws `line` into the first row of `area`, as far as there is room.
pub(super) fn draw(line: &Line, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for span in &line.spans {
        let style = line.style.patch(span.style);
        for (piece, wide) in pieces(&span.content) {
            let end = x.saturating_add(u16::try_from(wide).unwrap_or(u16::MAX));
            if end > area.right() {
                return;
            }
            for place in x..end {
                let Some(cell) = buffer.cell_mut((place, area.y)) else {
                    return;
                };
                if place == x {
                    cell.set_symbol(piece).set_style(style);
                    if usize::from(piece.cell_width()) != wide
                        && let Some(wide) = NonZeroU16::new(end - x)
                    {
                        cell.set_diff_option(CellDiffOption::ForcedWidth(wide));
                    }
                } else {
                    cell.reset();
                }
            }
            x = end;
        }
    }
}

/// Returns how many columns `text` takes on the screen.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    pieces(text).map(|(_, wide)| wide).sum()
}

/// Returns how many columns `line` takes on the screen.
pub(super) fn line_width(line: &Line) -> usize {
    line.spans.iter().map(|span| width(&span.content)).sum()
}

/// Returns `text` cut to at most `columns`, between two cells, the cut marked with `mark`.
///
/// Unlike its namesake in the domain it counts what the cells of the screen count.
pub(super) fn cut(text: &str, columns: usize, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mark = if width(mark) <= columns { mark } else { "" };
    let mut room = columns - width(mark);
    let mut out = String::new();
    for (piece, wide) in pieces(text) {
        let Some(left) = room.checked_sub(wide) else {
            break;
        };
        room = left;
        out.push_str(piece);
    }
    out.push_str(mark);
    out
}

/// Returns `line` cut to at most `columns`, the cut marked with `mark`.
pub(super) fn fit(line: Line, columns: usize, mark: &str) -> Line {
    if line_width(&line) <= columns {
        return line;
    }
    let mut left = columns;
    let mut spans = Vec::new();
    let mut rest = line.spans.into_iter().peekable();
    while let Some(span) = rest.next() {
        let own = width(&span.content);
        // What follows a span that fits exactly is cut away, so the mark must find room in this one.
        let needed = own + usize::from(rest.peek().is_some()) * width(mark);
        if needed <= left {
            left -= own;
            spans.push(span);
            continue;
        }
        let text = if own <= left {
            let kept = cut(&span.content, left.saturating_sub(width(mark)), "");
            format!("{kept}{mark}")
        } else {
            cut(&span.content, left, mark)
        };
        spans.push(Span::styled(text, span.style));
        break;
    }
    Line::from(spans).style(line.style)
}

/// Returns the parts of a word between which it is broken best: behind a `/`, and around what stands for something else,
/// like `<name>`, `{name}` or `\u{202e}`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            // What a character that is not shown is written as stays in one piece.
            let is_escape = next == Some('{')
                && rest
                    .get(..at + c.len_utf8())
                    .is_some_and(|so_far| so_far.ends_with("\\u"));
            if matches!(c, '/' | '>' | '}') || (matches!(next, Some('<' | '{' | '\\')) && !is_escape) {
                end = at + c.len_utf8();
                break;
            }
        }
        let (part, after) = rest.split_at_checked(end)?;
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Returns `text` broken into lines of at most `columns`: at blanks where possible, else between the parts of a word, else
/// anywhere.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if wide <= columns {
            line.push_str(word);
            used += wide;
            continue;
        }
        for part in parts(word) {
            let wide = width(part);
            if used > 0 && used + wide > columns && wide <= columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            for (piece, wide) in pieces(part) {
                if used > 0 && used + wide > columns {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(piece);
                used += wide;
            }
        }
    }
    lines.push(line);
    lines
}

/// Returns `text` broken into lines in one style, the first after `mark`, the others under the first word.
pub(super) fn hanging(mark: &Span<'static>, style: Style, text: &str, columns: usize) -> Vec<Line> {
    let indent = width(&mark.content);
    let lines = wrap(text, columns.saturating_sub(indent)).into_iter();
    lines
        .enumerate()
        .map(|(i, text)| {
            let before = if i == 0 {
                mark.clone()
            } else {
                Span::raw(" ".repeat(indent))
            };
            Line::from(vec![before, Span::styled(text, style)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::SafeText;
    use proptest::prelude::*;

    #[test]
    fn breaks_at_blanks_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("PUT /apis/v2/<row>/x", 9), ["PUT", "/apis/v2/", "<row>/x"]);
        assert_eq!(wrap("/apis/{name}-{other}", 10), ["/apis/", "{name}-", "{other}"]);
        assert_eq!(wrap("a/bcdefgh/<name>", 5), ["a/bcd", "efgh/", "<name", ">"]);
        assert_eq!(wrap("abcdefgh\\x07", 10), ["abcdefgh", "\\x07"]);
        assert_eq!(wrap("abcdef\\u{202e}", 10), ["abcdef", "\\u{202e}"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn what_takes_a_column_has_a_cell_of_its_own() {
        let of = |text| pieces(text).collect::<Vec<_>>();
        assert_eq!(of("हिन्दी"), [("ह", 1), ("ि", 1), ("न्", 1), ("द", 1), ("ी", 1)]);
        assert_eq!(of("কাজ"), [("ক", 1), ("া", 1), ("জ", 1)]);
        assert_eq!(of("น้ำ"), [("น้", 1), ("ำ", 1)]);
        assert_eq!(of("🇩🇪"), [("🇩", 1), ("🇪", 1)]);
        assert_eq!(of("ﾊﾞ"), [("ﾊ", 1), ("ﾞ", 1)]);
        assert_eq!(of("e\u{301}李👍🏽"), [("e\u{301}", 1), ("李", 2), ("👍🏽", 2)]);
        let line = Line::from("a李कि");
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        draw(&line, buffer.area, &mut buffer);
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, ["a", "李", " ", "क", "ि", " "]);
    }

    #[test]
    fn marks_the_cut_even_between_two_spans() {
        let line = Line::from(vec![Span::raw("abc"), Span::raw("def")]);
        assert_eq!(fit(line.clone(), 3, "…").to_string(), "ab…");
        assert_eq!(fit(line.clone(), 5, "…").to_string(), "abcd…");
        assert_eq!(fit(line, 6, "…").to_string(), "abcdef");
    }

    proptest! {
        #[test]
        fn lines_never_exceed_their_columns(raw in ".{0,80}", columns in 2_usize..30) {
            let shown = SafeText::new(&raw);
            for line in wrap(shown.as_str(), columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
            let line = Line::from(vec![Span::raw(shown.to_string()), Span::raw(shown.to_string())]);
            prop_assert!(line_width(&fit(line, columns, "…")) <= columns);
        }
    }
}
