//! Text as terminals hand it over when something is pasted: what stands for a key, and where lines end.

/// The longest escape sequence that is looked for, in characters.
const LONGEST_SEQUENCE: usize = 64;

/// Returns `pasted` with the keys it is written in turned back into what they type. Terminals and multiplexers that
/// report keys at length do that inside of a paste, too: `ESC [13;1u` is a line break. Other sequences are left out whole.
pub fn plain(pasted: &str) -> String {
    let mut out = String::with_capacity(pasted.len());
    let mut rest = pasted;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let body = after.get(2..).unwrap_or_default();
        let end = body
            .char_indices()
            .take(LONGEST_SEQUENCE)
            .find(|(_, c)| matches!(c, '@'..='~'));
        let Some((end, last)) = end else {
            // No sequence: only the character that cannot be shown is lost.
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        out.extend(typed_by(body.get(..end).unwrap_or_default(), last));
        rest = body.get(end + last.len_utf8()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Returns the character that a key types, written as `CSI code ; modifiers u` or `CSI 27 ; modifiers ; code ~`.
fn typed_by(parameters: &str, last: char) -> Option<char> {
    let mut numbers = parameters
        .split(';')
        .map(|parameter| parameter.split(':').next()?.parse::<u32>().ok());
    let (code, modifiers) = match last {
        'u' => (numbers.next()??, numbers.next().flatten()),
        '~' if numbers.next()?? == 27 => {
            let modifiers = numbers.next()?;
            (numbers.next()??, modifiers)
        }
        _ => return None,
    };
    // One more than the bits of the modifiers; with shift alone a key still types something.
    let is_text = modifiers.is_none_or(|modifiers| modifiers.saturating_sub(1) & !1 == 0);
    match char::from_u32(code).filter(|_| is_text)? {
        '\r' | '\n' => Some('\n'),
        '\t' => Some('\t'),
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Returns pasted lines as one: a list whose entries are kept apart as the lines were.
pub fn as_list(pasted: &str) -> String {
    let pasted = plain(pasted);
    let ends = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut out = String::with_capacity(pasted.len());
    for line in pasted.split(ends).filter(|line| !line.trim().is_empty()) {
        let line = if out.is_empty() { line } else { line.trim_start() };
        match out.trim_end().chars().last() {
            None => {}
            Some(',' | ';') => out.push(' '),
            Some(_) => out.push_str("; "),
        }
        out.push_str(line);
    }
    if pasted.ends_with(ends) && !out.is_empty() {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("a@x", "a@x")]
    #[case("a@x\u{1b}[13;1ub@x", "a@x\nb@x")]
    #[case("a\u{1b}[13ub\u{1b}[9uc", "a\nb\tc")]
    #[case("a\u{1b}[13;1:1ub", "a\nb")]
    #[case("a\u{1b}[27;1;13~b", "a\nb")]
    #[case("\u{1b}[65;2u\u{1b}[97;5u", "A")]
    #[case("\u{1b}[31mred\u{1b}[0m", "red")]
    #[case("a\u{1b}[200~b", "ab")]
    #[case("a\u{1b}[1;", "a[1;")]
    #[case("\u{1b}\u{1b}[13u", "\u{1b}\n")]
    #[case("\u{1b}[99999999999u\u{1b}[27u", "")]
    fn keys_become_what_they_type(#[case] pasted: &str, #[case] text: &str) {
        assert_eq!(plain(pasted), text);
    }

    #[rstest]
    #[case("a@x", "a@x")]
    #[case("a@x\nb@x", "a@x; b@x")]
    #[case("a@x\r\n\r\n  b@x\r\n", "a@x; b@x ")]
    #[case("a@x,\nb@x;\nc@x", "a@x, b@x; c@x")]
    #[case("a@x\u{1b}[13;1ub@x", "a@x; b@x")]
    #[case("\n\n", "")]
    #[case(" a\tb", " a\tb")]
    fn lines_become_a_list(#[case] pasted: &str, #[case] list: &str) {
        assert_eq!(as_list(pasted), list);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_of_text_without_escapes(text in "[^\u{1b}]{0,80}") {
            prop_assert_eq!(plain(&text), text);
        }
    }
}
