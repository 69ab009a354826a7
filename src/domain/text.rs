//! Text from outside, made printable. [`SafeText`] is the only text a screen, a log line or a report accepts.
//!
//! Control characters, escape sequences, bidi marks and invisible characters become visible escapes
//! (`\x1b`, `\u{202e}`); everything else, non-Latin scripts and emoji included, passes unchanged.

use std::fmt::{self, Write as _};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many characters of a foreign text are kept before it is cut with a note of its full size.
pub const LONGEST: usize = 2_000;

/// How many combining marks one character may carry before the rest is escaped: real scripts need at
/// most three, while a flood of them paints over the neighbouring lines.
const MOST_MARKS: usize = 4;

/// What stands before the number of an error of the system.
const OS_ERROR: &str = " (os error ";

/// Returns `bytes` in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Returns `text` without the numbers that the system gives its errors: `Connection refused (os error 111)` says it in
/// words.
pub fn without_error_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OS_ERROR) {
        out.push_str(before);
        let number = after.trim_start_matches(|c: char| c.is_ascii_digit());
        match number.strip_prefix(')') {
            Some(behind) if number.len() < after.len() => rest = behind,
            Some(_) | None => {
                out.push_str(OS_ERROR);
                rest = after;
            }
        }
    }
    out + rest
}

/// Text that is safe to print: no control characters, no direction overrides, nothing invisible.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeText(String);

impl SafeText {
    /// Returns `raw` with every dangerous character escaped, cut at [`LONGEST`] characters.
    pub fn new(raw: &str) -> Self {
        Self::with_limit(raw, LONGEST)
    }

    /// Returns `raw` escaped and cut after `limit` of its characters; the cut is marked with the full size.
    pub fn with_limit(raw: &str, limit: usize) -> Self {
        // Most names are plain ASCII, and a report holds millions of them.
        if raw.len() <= limit && is_plain(raw) {
            return Self(raw.to_owned());
        }
        let mut out = String::with_capacity(raw.len().min(limit.saturating_mul(4)));
        let mut chars = judged(raw);
        for (c, is_harmful) in chars.by_ref().take(limit) {
            if is_harmful {
                push_escape(&mut out, c);
            } else {
                out.push(c);
            }
        }
        if chars.next().is_some() {
            out.push_str("… (");
            out.push_str(&grouped(raw.len()));
            out.push_str(" bytes in all)");
        }
        Self(out)
    }

    /// Returns the whole of `raw` for a clipboard. What is shown as an escape would be something else when it is
    /// pasted, and what a terminal would be told to do must never be.
    ///
    /// # Errors
    /// If it holds a character that is not shown as it is.
    pub fn to_copy(raw: &str) -> Result<Self, CopyProblem> {
        let whole = Self::with_limit(raw, usize::MAX);
        if whole.as_str() == raw {
            return Ok(whole);
        }
        let hidden = judged(raw).find(|(_, is_harmful)| *is_harmful);
        Err(CopyProblem::NotAsShown(hidden.map_or('\0', |(c, _)| c)))
    }

    /// Returns the printable text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the printable text as a text of one's own.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Returns whether nothing is to be shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of terminal columns the text takes.
    pub fn width(&self) -> usize {
        width(&self.0)
    }

    /// Returns the text cut to at most `columns`, at a grapheme border, the cut marked with `mark`.
    #[must_use]
    pub fn cut(&self, columns: usize, mark: &str) -> Self {
        Self(cut(&self.0, columns, mark))
    }
}

/// Why something cannot be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyProblem {
    /// It holds this character, which is shown as an escape.
    NotAsShown(char),
    /// It is longer than terminals take.
    TooLong {
        /// Its size in bytes.
        n_bytes: usize,
        /// The most bytes that are taken.
        most: usize,
    },
}

impl CopyProblem {
    /// Returns the reason in words.
    pub fn in_words(self) -> SafeText {
        SafeText(match self {
            Self::NotAsShown(c) => {
                let mut shown = String::new();
                push_escape(&mut shown, c);
                format!("it contains {shown}, which cannot be copied as it is shown")
            }
            Self::TooLong { n_bytes, most } => format!(
                "it has {} bytes, and terminals take {} at most",
                grouped(n_bytes),
                grouped(most)
            ),
        })
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl AsRef<str> for SafeText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SafeText {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for SafeText {
    fn from(raw: String) -> Self {
        if raw.len() <= LONGEST && is_plain(&raw) {
            return Self(raw);
        }
        Self::new(&raw)
    }
}

impl From<SafeText> for String {
    fn from(text: SafeText) -> Self {
        text.0
    }
}

/// Returns `text` cut to at most `columns`, at a grapheme border, the cut marked with `mark`.
pub fn cut(text: &str, columns: usize, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(mark.width());
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let width = grapheme.width();
        if used + width > room {
            break;
        }
        out.push_str(grapheme);
        used += width;
    }
    if mark.width() <= columns {
        out.push_str(mark);
    }
    out
}

/// Returns `n` with its thousands separated: `1,048,576`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns `"1 member"`, `"2 members"`: a count with its noun, which takes a plain `s`.
pub fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// Returns the number of terminal columns that `text` takes, which may be shown as it is.
pub fn width(text: &str) -> usize {
    // Most names and words are like that, and a report sets millions of them.
    if is_plain(text) { text.len() } else { text.width() }
}

/// Returns whether `raw` is nothing but visible ASCII characters and blanks, so that none of it could harm.
pub fn is_plain(raw: &str) -> bool {
    raw.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Returns the characters of `raw`, each with whether it could harm a terminal or hide: what [`SafeText`] escapes, for
/// those who need another way of writing it.
pub fn judged(raw: &str) -> impl Iterator<Item = (char, bool)> {
    let mut n_marks = 0_usize;
    raw.chars().enumerate().map(move |(place, c)| {
        let is_mark = is_combining(c);
        n_marks = if is_mark { n_marks + 1 } else { 0 };
        let is_harmful = must_escape(c) || n_marks > MOST_MARKS || (is_mark && place == 0);
        (c, is_harmful)
    })
}

fn push_escape(out: &mut String, c: char) {
    use fmt::Write as _;
    let wrote = match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        c if (c as u32) < 0x80 => write!(out, "\\x{:02x}", c as u32),
        c => write!(out, "\\u{{{:x}}}", c as u32),
    };
    debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
}

fn is_combining(c: char) -> bool {
    use unicode_width::UnicodeWidthChar as _;
    !c.is_control() && c.width() == Some(0)
}

/// Characters that move the cursor, change direction, or take no room and so hide: Unicode's Cc, Cf, Zl, Zp,
/// the variation selectors and the blank letters. And the tones of skin, to which some terminals give no room and others two
/// columns: what stands there would stay when the rest of the row is painted anew.
pub(super) fn must_escape(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("refused (os error 111): x", "refused: x")]
    #[case("a (os error 2) b (os error 13)", "a b")]
    #[case("called (os error x)", "called (os error x)")]
    #[case("cut (os error 2", "cut (os error 2")]
    #[case("none (os error )", "none (os error )")]
    fn the_words_of_the_system_stay_and_its_numbers_go(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(without_error_numbers(text), expected);
    }

    #[rstest]
    #[case("plain", "plain")]
    #[case("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m")]
    #[case("line\nbreak\tand\r", "line\\nbreak\\tand\\r")]
    #[case("a\u{202e}b", "a\\u{202e}b")]
    #[case("zero\u{200b}width", "zero\\u{200b}width")]
    #[case("c1 \u{9b}31m", "c1 \\u{9b}31m")]
    #[case("\u{7f}\u{80}", "\\x7f\\u{80}")]
    #[case(
        "\u{301}e\u{301}\u{301}\u{301}\u{301}\u{301}",
        "\\u{301}e\u{301}\u{301}\u{301}\u{301}\\u{301}"
    )]
    #[case("Zoë 李雷 ☃ é", "Zoë 李雷 ☃ é")]
    #[case("👍 👍\u{1f3fd} ok", "👍 👍\\u{1f3fd} ok")]
    fn shows_dangerous_characters_as_escapes(#[case] raw: &str, #[case] shown: &str) {
        assert_eq!(SafeText::new(raw).as_str(), shown);
        assert_eq!(SafeText::from(raw.to_owned()).as_str(), shown);
    }

    #[test]
    fn cuts_a_megabyte_and_says_so() {
        let long = "x".repeat(1_048_576);
        let text = SafeText::new(&long);
        assert_eq!(SafeText::from(long), text);
        assert!(text.as_str().len() < LONGEST + 40);
        assert!(text.as_str().ends_with("… (1,048,576 bytes in all)"));
    }

    #[test]
    fn keeps_columns_at_grapheme_borders() {
        assert_eq!(cut("李雷韩梅梅", 5, "…"), "李雷…");
        assert_eq!(cut("abc", 3, "…"), "abc");
        assert_eq!(cut("abcd", 0, "…"), "");
    }

    #[test]
    fn copies_what_is_stored_or_nothing() {
        assert_eq!(SafeText::to_copy("Zoë 李雷").unwrap().as_str(), "Zoë 李雷");
        let long = "x".repeat(LONGEST * 3);
        assert_eq!(SafeText::to_copy(&long).unwrap().as_str(), long);
        let hidden = SafeText::to_copy("al\u{200b}ice").unwrap_err();
        assert_eq!(hidden, CopyProblem::NotAsShown('\u{200b}'));
        assert_eq!(
            hidden.in_words().as_str(),
            "it contains \\u{200b}, which cannot be copied as it is shown"
        );
    }

    proptest! {
        #[test]
        fn never_prints_anything_that_moves_the_cursor(raw in any::<String>()) {
            let shown = SafeText::new(&raw);
            prop_assert!(!shown.as_str().chars().any(must_escape));
        }

        #[test]
        fn never_exceeds_its_columns(raw in any::<String>(), columns in 0_usize..40) {
            prop_assert!(SafeText::new(&raw).cut(columns, "…").width() <= columns);
        }
    }
}
