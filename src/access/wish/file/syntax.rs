//! What is no TOML: said table by table, and taken out, so that the rest of the file can be looked at all the same.

use super::pieces::of_token;
use crate::domain::parsing;
use std::borrow::Cow;
use std::ops::Range;
use toml::de::{DeTable, Error};
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::{RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ParseError, Source};

/// How deep values may lie in one another; the parser of the values goes no deeper either.
const DEEPEST: u32 = 80;

/// A text of which everything can be looked at that is left.
pub(super) struct Readable<'t> {
    pub(super) text: Cow<'t, str>,
    /// What was taken out, with what is wrong there.
    pub(super) errors: Vec<(Range<usize>, String)>,
    /// Whether something was taken out that stands for all tables, or it cannot be told what.
    pub(super) is_all_lost: bool,
}

/// Blanks every table that is no TOML. A value or a name that is wrong in itself, such as a day that does not exist, makes it
/// none: the parser goes on behind it. Of other errors the first of a table is told: what follows is often a consequence of it.
pub(super) fn readable(text: &str) -> Readable<'_> {
    let mut found = Readable {
        text: Cow::Borrowed(text),
        errors: Vec::new(),
        is_all_lost: false,
    };
    if is_in_order(text) {
        return found;
    }
    for table in tables(text) {
        let Some(of_table) = text.get(table.clone()).filter(|of_table| !is_in_order(of_table)) else {
            continue;
        };
        let (_, errors) = DeTable::parse_recoverable(of_table);
        found.errors.extend(errors.first().map(|error| {
            let at = error.span().unwrap_or(0..0);
            (table.start + at.start..table.start + at.end, in_words(error))
        }));
        found.is_all_lost |= table.start == 0;
        blank(found.text.to_mut(), table);
    }
    found.is_all_lost |= !is_in_order(&found.text);
    found
}

pub(super) fn in_words(error: &Error) -> String {
    let words = parsing::in_words(error.message());
    words.unwrap_or_else(|| "this does not belong here".to_owned())
}

/// Returns whether it is told apart what is a name, a value, and a table.
fn is_in_order(text: &str) -> bool {
    let source = Source::new(text);
    let mut nothing = ();
    let mut receiver = ValidateWhitespace::new(&mut nothing, source);
    let mut receiver = RecursionGuard::new(&mut receiver, DEEPEST);
    let mut first: Option<ParseError> = None;
    parse_document(&source.lex().into_vec(), &mut receiver, &mut first);
    first.is_none()
}

/// Returns the ranges of the tables about workspaces; what stands before the first is one, too.
fn tables(text: &str) -> Vec<Range<usize>> {
    let tokens = Source::new(text).lex();
    let tokens: Vec<Token> = tokens.filter(|token| token.kind() != TokenKind::Whitespace).collect();
    let headers = tokens.windows(3).filter_map(|tokens| match tokens {
        [end, bracket, name] if end.kind() == TokenKind::Newline && bracket.kind() == TokenKind::LeftSquareBracket => {
            (of_token(text, *name) == Some("workspace")).then(|| bracket.span().start())
        }
        _ => None,
    });
    let starts: Vec<usize> = std::iter::once(0).chain(headers).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
}

/// Puts blanks in the place of everything but the ends of lines, so that all else stays where it is.
fn blank(text: &mut String, range: Range<usize>) {
    let blanks = text.get(range.clone()).unwrap_or_default().bytes();
    let blanks = blanks.map(|byte| {
        if matches!(byte, b'\n' | b'\r') {
            char::from(byte)
        } else {
            ' '
        }
    });
    let blanks: String = blanks.collect();
    text.replace_range(range, &blanks);
}
