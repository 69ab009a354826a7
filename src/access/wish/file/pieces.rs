//! A large file in pieces that can be understood one by one: the tree of a file takes thirty times its size.

use std::ops::Range;
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// How large a piece is at least, and so from what size on there are several.
pub(super) const LEAST: usize = 256 * 1024;

/// Returns where to cut `text`: before the header of a table about another workspace than the table before it. It stays in
/// one piece where something says anything in another way than the sample does.
pub(super) fn of(text: &str, least: usize) -> Vec<Range<usize>> {
    let whole = || {
        Vec::from([Range {
            start: 0,
            end: text.len(),
        }])
    };
    if text.len() < 2 * least {
        return whole();
    }
    let mut pieces = Vec::new();
    let (mut start, mut last) = (0, "");
    for line in lines(text) {
        match line {
            Line::Key("schema" | "server") if last.is_empty() => {}
            // What a table holds.
            Line::Key(_) if !last.is_empty() => {}
            Line::Header {
                at,
                first: "workspace",
                second,
            } => {
                if at - start >= least && second != last {
                    pieces.push(start..at);
                    start = at;
                }
                last = second;
            }
            Line::Key(_) | Line::Header { .. } | Line::Other => return whole(),
        }
    }
    pieces.push(start..text.len());
    pieces
}

/// How a line begins that begins something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'a> {
    /// A key with a value.
    Key(&'a str),
    /// The header of a table, with the first two parts of its name.
    Header { at: usize, first: &'a str, second: &'a str },
    /// Something that is neither.
    Other,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut tokens = Source::new(text)
        .lex()
        .filter(|token| token.kind() != TokenKind::Whitespace);
    let (mut depth, mut is_at_start) = (0_usize, true);
    std::iter::from_fn(move || {
        loop {
            let token = tokens.next()?;
            let kind = token.kind();
            let begins = std::mem::replace(&mut is_at_start, false);
            if kind == TokenKind::Eof {
                return None;
            } else if depth == 0 && matches!(kind, TokenKind::Newline | TokenKind::Comment) {
                is_at_start = true;
            } else if begins && kind == TokenKind::LeftSquareBracket {
                let parts: Vec<Token> = tokens.by_ref().take_while(|token| ends_no_name(token.kind())).collect();
                return Some(header(text, token, &parts));
            } else if begins {
                return of_token(text, token).map(Line::Key);
            } else if matches!(kind, TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) {
                depth += 1;
            } else if matches!(kind, TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket) {
                depth = depth.saturating_sub(1);
            }
        }
    })
}

fn header<'a>(text: &'a str, bracket: Token, parts: &[Token]) -> Line<'a> {
    let part = |nth: usize| parts.get(nth).and_then(|token| of_token(text, *token));
    let is_dotted = parts.get(1).is_some_and(|token| token.kind() == TokenKind::Dot);
    match (part(0), part(2)) {
        (Some(first), Some(second)) if is_dotted => Line::Header {
            at: bracket.span().start(),
            first,
            second,
        },
        (Some(_) | None, _) => Line::Other,
    }
}

fn ends_no_name(kind: TokenKind) -> bool {
    !matches!(
        kind,
        TokenKind::RightSquareBracket | TokenKind::Newline | TokenKind::Eof
    )
}

pub(super) fn of_token(text: &str, token: Token) -> Option<&str> {
    text.get(token.span().start()..token.span().end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const HEAD: &str = "# who\nschema = 1\nserver = 'https://x'\n";

    #[test]
    fn is_cut_before_the_table_of_another_workspace() {
        let first = format!("{HEAD}[workspace.a]\nmode = 'additive'\n[workspace.a.members]\n'x' = [\n'Viewer',\n]\n");
        let second = "[workspace.b.members] # b\n'y' = { roles = ['Viewer'], reason = '''\n[workspace.c]\n''' }\n";
        let third = "[workspace.\"c d\"]\nabsent = ['z']\n";
        let text = format!("{first}{second}{third}");
        let pieces: Vec<&str> = of(&text, 1).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(pieces, [HEAD, first.strip_prefix(HEAD).unwrap(), second, third]);
        assert_eq!(of(&text, text.len()).len(), 1);
    }

    #[rstest]
    #[case::inline("workspace = { a = {} }\n[workspace.b]\n")]
    #[case::dotted("workspace.a.mode = 'additive'\n[workspace.b]\n")]
    #[case::quoted("['workspace'.a]\n[workspace.b]\n")]
    #[case::the_table_of_all("[workspace]\na.mode = 'additive'\n[workspace.b]\n")]
    #[case::several("[[workspace]]\n[workspace.b]\n")]
    #[case::something_else("[policy.x]\n[workspace.b]\n")]
    fn what_is_written_in_another_way_stays_whole(#[case] text: &str) {
        let text = format!("{HEAD}{text}");
        assert_eq!(of(&text, 1).len(), 1);
    }
}
