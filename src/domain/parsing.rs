//! What a reader of YAML, TOML or JSON says of a text that does not fit, in words for whoever wrote the text.
//!
//! Such readers speak to programmers: of types, options and functions. And they repeat what they have found, which may be
//! a token. Here it is said what is needed and of what kind the thing is that stands there, and nothing else.

use super::text::SafeText;
use std::ops::Range;

/// How much is said of one mistake.
const LONGEST: usize = 500;

/// What is wrong in a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub message: SafeText,
}

/// What is wrong, and at which bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub Range<usize>, pub String);

impl Wrong {
    /// Returns the same with its place in `text`.
    pub fn of(self, text: &str) -> Problem {
        let (line, column) = place(text, self.0.start);
        Problem {
            line,
            column,
            message: SafeText::with_limit(&self.1, LONGEST),
        }
    }
}

/// Reads TOML.
///
/// # Errors
/// Says where something stands that does not belong there.
#[cfg(feature = "audit")]
pub fn toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    toml::from_str(text).map_err(|error| {
        let words = in_words(error.message());
        let words = words.unwrap_or_else(|| "this does not belong here".to_owned());
        Wrong(error.span().unwrap_or(0..0), words)
    })
}

/// What some programs put before a text to say that it is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Returns a text without the byte order mark that it may begin with.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Returns the line and the column, in characters, of a byte of a text; both from 1.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Returns what a reader said, in words for people; nothing where it says nothing to them.
pub fn in_words(said: &str) -> Option<String> {
    let said = said.lines().next().unwrap_or_default();
    let said = said.split(" at line ").next().unwrap_or(said).trim();
    let misfit = ["invalid type: ", "invalid value: ", "invalid length "];
    if let Some(rest) = misfit.iter().find_map(|start| said.strip_prefix(start)) {
        // What was found comes first, and may hold anything.
        return rest
            .rsplit_once(", expected ")
            .map(|(found, expected)| misfits(found, expected));
    }
    if let Some(rest) = said.strip_prefix("missing field ") {
        return Some(format!("'{}' is missing", bare(rest)));
    }
    if let Some(rest) = said.strip_prefix("duplicate field ") {
        return Some(format!("'{}' appears twice", bare(rest)));
    }
    let unknown = ["unknown field ", "unknown variant "];
    if let Some(rest) = unknown.iter().find_map(|start| said.strip_prefix(start)) {
        let (name, known) = rest.split_once(", ").unwrap_or((rest, ""));
        return Some(stranger(bare(name), known));
    }
    is_for_people(said).then(|| said.to_owned())
}

fn misfits(found: &str, expected: &str) -> String {
    let needed = needed(expected);
    match kind(found) {
        Some(kind) => format!("{needed} is needed, not {kind}"),
        None => format!("{needed} is needed"),
    }
}

/// What stands there; without what it says.
fn kind(found: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 12] = [
        ("boolean", "yes or no"),
        ("integer", "a number"),
        ("floating point", "a number"),
        ("character", "a text"),
        ("string", "a text"),
        ("unit", "nothing"),
        ("null", "nothing"),
        ("Option", "nothing"),
        ("sequence", "a list"),
        ("map", "a group of names and values"),
        ("datetime", "a date"),
        ("bytes", "bytes"),
    ];
    KINDS
        .iter()
        .find(|(start, _)| found.starts_with(start))
        .map(|(_, kind)| *kind)
}

/// What is needed, told by how the readers begin to say it.
fn needed(expected: &str) -> &'static str {
    const NEEDED: [(&[&str], &str); 6] = [
        (
            &["a string", "a borrowed string", "a character", "path", "string"],
            "a text",
        ),
        (&["a boolean", "bool"], "true or false"),
        (&["a sequence", "sequence", "an array", "a tuple", "tuple"], "a list"),
        (
            &[
                "u8",
                "u16",
                "u32",
                "u64",
                "usize",
                "i8",
                "i16",
                "i32",
                "i64",
                "isize",
                "an integer",
            ],
            "a whole number",
        ),
        (&["f32", "f64", "a number", "floating"], "a number"),
        (
            &["a map", "map", "struct", "a mapping", "mapping"],
            "a group of names and values",
        ),
    ];
    NEEDED
        .iter()
        .find(|(starts, _)| starts.iter().any(|start| expected.starts_with(start)))
        .map_or("something else", |(_, needed)| needed)
}

fn stranger(name: &str, known: &str) -> String {
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    if known.is_empty() {
        return format!("'{name}' is unknown here");
    }
    format!("'{name}' is unknown here (known are: {})", known.join(", "))
}

fn bare(name: &str) -> &str {
    name.trim_matches('`')
}

/// Returns whether a sentence speaks of the text, not of the program that reads it.
fn is_for_people(said: &str) -> bool {
    const FOR_PROGRAMMERS: [&str; 14] = [
        "serde",
        "deserial",
        "struct",
        "enum",
        "variant",
        "newtype",
        "tuple",
        "option",
        "internal",
        "target type",
        "configured",
        "policy",
        "recursion",
        "budget",
    ];
    let lower = said.to_lowercase();
    let has_words = FOR_PROGRAMMERS.iter().any(|word| lower.contains(word));
    let is_name = |word: &str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        let mut pairs = inner.chars().zip(inner.chars().skip(1));
        word.contains("::") || inner.contains('_') || pairs.any(|(a, b)| a.is_lowercase() && b.is_uppercase())
    };
    !said.is_empty() && !has_words && !said.split_whitespace().any(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "invalid type: string \"s3cret, expected\", expected a sequence",
        "a list is needed, not a text"
    )]
    #[case(
        "invalid type: map, expected a string",
        "a text is needed, not a group of names and values"
    )]
    #[case(
        "invalid type: unit value, expected struct WireFile",
        "a group of names and values is needed, not nothing"
    )]
    #[case(
        "invalid value: integer `-1`, expected u64 at line 3 column 4",
        "a whole number is needed, not a number"
    )]
    #[case(
        "invalid type: sequence, expected a boolean\n",
        "true or false is needed, not a list"
    )]
    #[case("invalid length 3, expected a tuple of size 2", "a list is needed")]
    #[case(
        "unknown field `read-only`, expected one of `read_only`, `proxy`",
        "'read-only' is unknown here (known are: read_only, proxy)"
    )]
    #[case("unknown field `x`, there are no fields", "'x' is unknown here")]
    #[case("missing field `name`", "'name' is missing")]
    #[case("duplicate field `name` at line 1 column 2", "'name' appears twice")]
    #[case("unclosed table, expected `]`", "unclosed table, expected `]`")]
    fn says_what_is_needed_and_what_stands_there(#[case] said: &str, #[case] expected: &str) {
        assert_eq!(in_words(said).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("multiple YAML documents detected; use from_str_multiple")]
    #[case("duplicate mapping key: a, set DuplicateKeyPolicy in Options if acceptable")]
    #[case("number too large to fit in target type")]
    #[case("data did not match any variant of untagged enum Text")]
    #[case("std::io::Error")]
    #[case("the keyValue is no pair")]
    #[case("call (parseAgain)")]
    #[case("")]
    fn what_is_said_to_programmers_is_not_passed_on(#[case] said: &str) {
        assert_eq!(in_words(said), None);
    }
}
