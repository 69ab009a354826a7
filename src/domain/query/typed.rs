//! From a line to its words, as they stand there.

use super::LOOSE;

/// A word as it was typed: the text before the first colon outside quotes, if there is one, and the rest.
#[derive(Default)]
pub(super) struct Typed {
    /// All of it.
    pub source: String,
    /// Whether it may be met more or less.
    pub is_loose: bool,
    pub key: Option<String>,
    pub value: String,
    /// Whether its quote is not closed.
    pub is_open: bool,
}

/// Splits what was typed at blanks outside quotes. A quote opens where a word or a value begins, and closes where it ends:
/// between letters it is one of them.
pub(super) fn split(typed: &str) -> Vec<Typed> {
    let mut words = Vec::new();
    let mut word: Option<Typed> = None;
    let mut was_quoted = false;
    let mut chars = typed.chars().peekable();
    while let Some(c) = chars.next() {
        let is_quoted = word.as_ref().is_some_and(|word| word.is_open);
        if c.is_whitespace() && !is_quoted {
            words.extend(word.take());
            was_quoted = false;
            continue;
        }
        let word = word.get_or_insert_with(Typed::default);
        let is_first = word.source.is_empty();
        word.source.push(c);
        let is_last = chars.peek().is_none_or(|next| next.is_whitespace());
        match c {
            '"' if is_quoted && is_last => word.is_open = false,
            '"' if word.value.is_empty() && !was_quoted => {
                word.is_open = true;
                was_quoted = true;
            }
            LOOSE if is_first => word.is_loose = true,
            ':' if !was_quoted && word.key.is_none() => word.key = Some(std::mem::take(&mut word.value)),
            c => word.value.push(c),
        }
    }
    words.extend(word);
    words
}
