//! Cuts text into words, quoted names, addresses in brackets, and what separates them.

use std::ops::Range;

/// How far the other end of a bracket or a quotation is looked for, in bytes: further off it belongs to something else.
const FAR: usize = 400;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Separates persons for sure: a semicolon or the end of a line.
    Break,
    /// Separates persons, or the parts of a name.
    Comma,
    /// Between angle brackets: `<…>`.
    Angle,
    /// A piece between quotes: `"…"`.
    Quoted,
    /// A piece between parentheses: `(…)`.
    Aside,
    /// Between square brackets: `[…]`.
    Bracketed,
    /// `mailto:…`, which may hold commas.
    Link,
    /// Anything else up to a blank.
    Word,
}

/// A token, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// Without brackets and quotation marks.
    inside: Range<usize>,
}

impl Token {
    /// Returns its text without brackets, quotation marks and blanks around it.
    pub(super) fn inner<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.inside.clone()).unwrap_or_default().trim()
    }
}

/// Cuts `text` into tokens; blanks only keep them apart.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(c) = rest.chars().next()
    {
        let length = c.len_utf8();
        let whole = |kind, n: usize| Token {
            kind,
            span: at..at + n,
            inside: at..at + n,
        };
        let token = if is_break(c) {
            whole(Kind::Break, length)
        } else if is_comma(c) {
            whole(Kind::Comma, length)
        } else if c.is_whitespace() {
            at += length;
            continue;
        } else if let Some((kind, n, closing)) = enclosed(rest, c) {
            Token {
                kind,
                span: at..at + n,
                inside: at + length..at + n - closing,
            }
        } else if is_link(rest) {
            whole(Kind::Link, link_length(rest))
        } else {
            whole(Kind::Word, word_length(rest))
        };
        at = token.span.end;
        tokens.push(token);
    }
    tokens
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        ';' | '；' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、')
}

fn ends_a_word(c: char) -> bool {
    c.is_whitespace() || is_break(c) || is_comma(c)
}

/// Returns what `rest` begins with, how long that is, and how long its closing mark is, where it is enclosed.
fn enclosed(rest: &str, opening: char) -> Option<(Kind, usize, usize)> {
    let (kind, closing): (Kind, &[char]) = match opening {
        '<' => (Kind::Angle, &['>']),
        '(' => (Kind::Aside, &[')']),
        '[' => (Kind::Bracketed, &[']']),
        '"' => (Kind::Quoted, &['"']),
        '\'' => (Kind::Quoted, &['\'']),
        '“' | '„' => (Kind::Quoted, &['”', '“']),
        '‘' | '‚' => (Kind::Quoted, &['’', '‘']),
        '«' => (Kind::Quoted, &['»']),
        _ => return None,
    };
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (place, c) in rest.char_indices().skip(1).take_while(|(place, _)| *place < FAR) {
        if is_escaped {
            is_escaped = false;
        } else if kind == Kind::Quoted && c == '\\' {
            is_escaped = true;
        } else if closing.contains(&c) && depth > 0 {
            depth -= 1;
        } else if closing.contains(&c) {
            let end = place + c.len_utf8();
            let next = rest.get(end..).and_then(|after| after.chars().next());
            // `'` and `"` are letters to some: what goes on behind them is no quotation.
            let is_over = next.is_none_or(|next| ends_a_word(next) || matches!(next, '<' | '(' | '['));
            let is_empty = rest.get(opening.len_utf8()..place)?.trim().is_empty();
            let counts = !is_empty && (kind != Kind::Quoted || is_over);
            return counts.then_some((kind, end, c.len_utf8()));
        } else if kind == Kind::Aside && c == opening {
            depth += 1;
        } else if (kind == Kind::Angle && c == opening) || (is_break(c) && (kind != Kind::Quoted || c != ';')) {
            return None;
        }
    }
    None
}

/// Returns whether a link to an address begins here.
pub(super) fn is_link(rest: &str) -> bool {
    rest.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("mailto:"))
}

fn link_length(rest: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || is_break(c) || matches!(c, '<' | '>' | '"' | ')' | ']');
    rest.find(ends).unwrap_or(rest.len())
}

fn word_length(rest: &str) -> usize {
    let mut has_at = false;
    for (place, c) in rest.char_indices() {
        let ends = ends_a_word(c) || c == '<' || (has_at && matches!(c, '(' | '['));
        if ends && place > 0 {
            return place;
        }
        has_at |= c == '@';
    }
    rest.len()
}
