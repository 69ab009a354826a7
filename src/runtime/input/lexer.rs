//! From the bytes of a terminal to keys and pastes.
//!
//! A terminal sends more than keys: it answers questions, whoever asked them, and reports the mouse, the focus and its
//! size. All of that comes in sequences of a known shape, and is dropped whole, but for the answers to [`Answer`]; nothing
//! in it is ever taken for a key.
//! What has come only in part is waited for, but not for ever: the reader says when the time is up.
//!
//! What follows an escape that was taken for a key already is the rest of a sequence or what somebody typed. Keys are
//! typed one by one; an answer of a terminal comes with what it says and with its end. Where that is not clear yet, it
//! is kept, and becomes keys when no end comes: neither may a key be lost, nor an answer press one.
//!
//! That holds for an answer that a slow line brings byte by byte, too, as long as its bytes follow each other as no fingers
//! do: a byte that may begin one waits for the next as long as an escape does, and what cannot become an answer any more is
//! typed at once. An answer whose every byte comes later than that is the same as what somebody types, byte for byte and
//! moment for moment; it is taken for that, since otherwise a person's keys would be lost.

use super::keys;
use super::mouse::{self, Report};
use crate::app::keymap::{Chord, Key};
use crate::runtime::ground::{self, Answer};

/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";
/// How much of a paste is kept.
const MOST_PASTED: usize = 1 << 20;
/// How much of a sequence is kept; no key has one that long.
const MOST_PARAMETERS: usize = 64;
/// How much is kept that may be typed or a string.
const MOST_DOUBTED: usize = 1 << 12;
/// What begins a string after an escape.
const STRINGS: &[u8] = b"]P_^X";

/// Something the user did, or the terminal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Key(Chord),
    /// Pasted text, in brackets.
    Paste(String),
    /// What the terminal says of itself.
    Answer(Answer),
    /// What was done with the mouse.
    Mouse(Report),
}

/// What the lexer is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    /// Of an escape that is a key or the beginning of a sequence.
    Escape,
    /// Nothing; but the rest of a sequence may still come whose escape was taken for a key.
    Tail,
    /// Of what may be a string, though its escape was taken for a key, or typed.
    Doubt,
    /// Of a sequence or a character.
    Sequence,
    Paste,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Within a character of several bytes; whether alt was held.
    Char {
        n_left: u8,
        is_alt: bool,
    },
    Escape,
    /// After an escape that was taken for a key because nothing came after it in time.
    Escaped,
    /// After such an escape and the byte that would begin this string or sequence, which was taken for a key, too.
    EscapedBy(u8),
    /// After `ESC O`, which begins a function key.
    Ss3,
    /// After `ESC [`, which begins a control sequence.
    Csi,
    /// After `ESC [ [`.
    Linux,
    /// Within the old report of a mouse, which has three bytes more.
    Mouse {
        n_left: u8,
    },
    /// Within a string that only the console could have asked for; how many bytes of a character in it
    /// are still to come.
    Str {
        n_left: u8,
        is_c1: bool,
    },
    /// After an escape in a string.
    StrEscape,
    /// Within a paste; how much of its end has been seen.
    Paste {
        n_seen: usize,
    },
}

/// The state between one piece of input and the next.
#[derive(Debug, Default)]
pub(super) struct Lexer {
    state: State,
    /// What there is of the sequence, the character or the paste.
    held: Vec<u8>,
    /// What there is of the string, where it may be something typed.
    doubted: Option<Vec<u8>>,
}

impl Lexer {
    /// Takes bytes that came at once.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Token> {
        self.late(bytes);
        let mut tokens = Vec::new();
        for byte in bytes {
            self.take(*byte, &mut tokens);
        }
        // Byte by byte is how keys are typed.
        let is_string = matches!(self.state, State::Str { .. });
        if bytes.len() == 1 && is_string && self.doubted.as_deref().is_some_and(|doubted| !may_be_answer(doubted)) {
            self.give_up_doubt(&mut tokens);
        }
        tokens
    }

    /// Judges what comes after an escape that was taken for a key.
    fn late(&mut self, bytes: &[u8]) {
        let state = std::mem::take(&mut self.state);
        match (state, bytes) {
            (State::Escaped, [byte, ..]) if STRINGS.contains(byte) => {
                self.state = State::Escape;
                self.doubted = Some(Vec::new());
            }
            // What follows it says whether that is a sequence.
            (State::Escaped, [b'[' | b'O']) => {
                self.state = State::Escape;
                self.doubted = Some(Vec::new());
            }
            (State::Escaped, [b'[', b'0'..=b'?' | b'A'..=b'[', ..]) => {
                self.state = State::Escape;
            }
            (State::Escaped, [b'O', next, ..]) if next.is_ascii_uppercase() => self.state = State::Escape,
            (State::EscapedBy(b'['), [b'0'..=b'?', _, ..]) => {
                self.begin(b'[');
            }
            (State::EscapedBy(byte), [first, _, ..]) if *first != 0x1b && STRINGS.contains(&byte) => {
                let whole = [&[byte], bytes].concat();
                if has_end(&whole) || is_answer(&whole) {
                    self.begin(byte);
                }
            }
            (State::Escaped | State::EscapedBy(_), _) => {}
            (state, _) => self.state = state,
        }
    }

    /// Returns what is still to come, if anything.
    pub(super) fn pending(&self) -> Option<Pending> {
        match self.state {
            State::Ground => None,
            State::Escape => Some(Pending::Escape),
            State::Escaped | State::EscapedBy(_) => Some(Pending::Tail),
            State::Str { .. } | State::StrEscape | State::Ss3 | State::Csi if self.is_doubtful() => {
                Some(Pending::Doubt)
            }
            State::Paste { .. } => Some(Pending::Paste),
            State::Char { .. }
            | State::Ss3
            | State::Csi
            | State::Linux
            | State::Mouse { .. }
            | State::Str { .. }
            | State::StrEscape => Some(Pending::Sequence),
        }
    }

    /// Waits no longer for what is still to come.
    pub(super) fn expire(&mut self) -> Vec<Token> {
        if !self.is_doubtful() {
            self.doubted = None;
        }
        let state = std::mem::take(&mut self.state);
        if state == State::Escape {
            self.state = State::Escaped;
            return vec![Token::Key(Chord::plain(Key::Esc))];
        }
        if matches!(state, State::Paste { .. }) {
            return vec![self.pasted()];
        }
        let mut tokens = Vec::new();
        if matches!(state, State::Str { .. } | State::StrEscape | State::Ss3 | State::Csi) {
            self.give_up_doubt(&mut tokens);
        }
        tokens
    }

    /// Takes what was held for the beginning of a sequence or a string as what was typed. The first byte alone may still
    /// turn out to have begun one.
    fn give_up_doubt(&mut self, tokens: &mut Vec<Token>) {
        let doubted = self.doubted.take().unwrap_or_default();
        self.typed(&doubted, tokens);
        if let [byte] = doubted.as_slice() {
            self.state = State::EscapedBy(*byte);
        }
    }

    /// Whether what there is of a string may well be something typed.
    fn is_doubtful(&self) -> bool {
        self.doubted.as_deref().is_some_and(|doubted| !is_answer(doubted))
    }

    /// Whether this byte goes on with the sequence that has just been begun, as those go on that terminals send.
    fn goes_on(&self, byte: u8) -> bool {
        match byte {
            0x1b => false,
            _ if self.state == State::Ss3 => byte.is_ascii_uppercase(),
            byte => matches!(byte, b'0'..=b'?' | b'A'..=b'['),
        }
    }

    /// Takes what was held for a string as what was typed.
    fn typed(&mut self, bytes: &[u8], tokens: &mut Vec<Token>) {
        self.state = State::Ground;
        for byte in bytes {
            self.take(*byte, tokens);
        }
    }

    fn take(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        match self.state {
            State::Ground | State::Escaped | State::EscapedBy(_) => self.ground(byte, false, tokens),
            State::Char { n_left, is_alt } => self.character(byte, (n_left, is_alt), tokens),
            State::Ss3 | State::Csi => {
                let doubted = self.doubted.take();
                match doubted.filter(|_| !self.goes_on(byte)) {
                    Some(typed) => {
                        self.typed(&typed, tokens);
                        self.take(byte, tokens);
                    }
                    None => self.sequence(byte, tokens),
                }
            }
            State::Linux => {
                self.state = State::Ground;
                tokens.extend(keys::of_linux(byte).map(Token::Key));
            }
            State::Mouse { n_left: 1 } => self.state = State::Ground,
            State::Mouse { n_left } => self.state = State::Mouse { n_left: n_left - 1 },
            State::Str { n_left, is_c1 } => {
                self.string(byte, n_left, is_c1);
                if byte == 0x07 {
                    self.answered(tokens);
                }
                self.doubt(byte, tokens);
            }
            State::StrEscape if byte == b'\\' => {
                self.answered(tokens);
                self.state = State::Ground;
                self.doubted = None;
            }
            State::StrEscape => {
                // Where a string was broken off, this is the next sequence.
                if let Some(typed) = self.doubted.take().filter(|doubted| !is_answer(doubted)) {
                    self.typed(&typed, tokens);
                }
                self.escape(byte, tokens);
            }
            State::Escape => {
                self.escape(byte, tokens);
                if let Some(doubted) = &mut self.doubted {
                    doubted.push(byte);
                }
            }
            State::Paste { n_seen } => self.paste(byte, n_seen, tokens),
        }
    }

    fn ground(&mut self, byte: u8, is_alt: bool, tokens: &mut Vec<Token>) {
        self.state = State::Ground;
        match byte {
            0x1b => self.state = State::Escape,
            0..=0x1f | 0x7f => tokens.extend(keys::of_control(byte, is_alt).map(Token::Key)),
            0x20..=0x7e => tokens.push(Token::Key(keys::of_char(char::from(byte), is_alt))),
            0x80..=0x9f => self.control(byte),
            _ => {
                self.held = vec![byte];
                let n_left = n_following(byte);
                // What begins no character is nothing.
                if n_left > 0 {
                    self.state = State::Char { n_left, is_alt };
                }
            }
        }
    }

    fn character(&mut self, byte: u8, (n_left, is_alt): (u8, bool), tokens: &mut Vec<Token>) {
        if !matches!(byte, 0x80..=0xbf) {
            return self.ground(byte, false, tokens);
        }
        self.held.push(byte);
        if n_left > 1 {
            let n_left = n_left - 1;
            self.state = State::Char { n_left, is_alt };
            return;
        }
        self.state = State::Ground;
        let c = std::str::from_utf8(&self.held)
            .ok()
            .and_then(|text| text.chars().next());
        match c {
            Some(c @ '\u{80}'..='\u{9f}') => self.control(u8::try_from(u32::from(c)).unwrap_or_default()),
            Some(c) => tokens.push(Token::Key(keys::of_char(c, is_alt))),
            None => {}
        }
    }

    /// Takes what stands for an escape and one more byte.
    fn control(&mut self, byte: u8) {
        self.begin(byte - 0x40);
    }

    /// Begins the sequence that this byte introduces after an escape; returns whether it does.
    fn begin(&mut self, byte: u8) -> bool {
        self.held.clear();
        self.state = match byte {
            b'[' => State::Csi,
            b'O' => State::Ss3,
            b'P' | b'X' | b']' | b'^' | b'_' => {
                self.held.push(byte);
                State::Str {
                    n_left: 0,
                    is_c1: false,
                }
            }
            _ => State::Ground,
        };
        self.state != State::Ground
    }

    fn escape(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        if byte == 0x1b {
            self.state = State::Escape;
            tokens.push(Token::Key(Chord::plain(Key::Esc)));
            return;
        }
        // The end of a string that is no longer known of is nothing.
        if self.begin(byte) || byte == b'\\' {
            return;
        }
        self.ground(byte, true, tokens);
    }

    fn sequence(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        match byte {
            0x1b => self.state = State::Escape,
            0x18 | 0x1a => self.state = State::Ground,
            // Far too long, it is only waited for its end.
            0x20..=0x3f if self.held.len() < MOST_PARAMETERS => self.held.push(byte),
            0x40..=0x7e => self.finish(byte, tokens),
            0x80.. => self.ground(byte, false, tokens),
            _ => {}
        }
    }

    fn finish(&mut self, letter: u8, tokens: &mut Vec<Token>) {
        let is_csi = self.state == State::Csi;
        self.state = State::Ground;
        let parameters = std::mem::take(&mut self.held);
        if parameters.len() >= MOST_PARAMETERS {
            return;
        }
        match (is_csi, parameters.as_slice(), letter) {
            (false, parameters, letter) => tokens.extend(keys::of_ss3(parameters, letter).map(Token::Key)),
            (true, b"", b'[') => self.state = State::Linux,
            (true, b"", b'M') => self.state = State::Mouse { n_left: 3 },
            (true, b"200", b'~') => self.state = State::Paste { n_seen: 0 },
            (true, [b'?', ..], b'c') => tokens.push(Token::Answer(Answer::Attributes)),
            (true, [b'<', parameters @ ..], b'M') => tokens.extend(mouse::read(parameters).map(Token::Mouse)),
            (true, parameters, letter) => tokens.extend(keys::of_csi(parameters, letter).map(Token::Key)),
        }
    }

    /// Tells what stands in a string that is whole.
    fn answered(&mut self, tokens: &mut Vec<Token>) {
        let string = std::mem::take(&mut self.held);
        if string.len() < MOST_PARAMETERS {
            tokens.extend(ground::read(&string).map(Token::Answer));
        }
    }

    fn string(&mut self, byte: u8, n_left: u8, is_c1: bool) {
        if byte >= 0x20 && self.held.len() < MOST_PARAMETERS {
            self.held.push(byte);
        }
        self.state = match byte {
            0x1b => State::StrEscape,
            0x07 | 0x18 | 0x1a => State::Ground,
            // The end in one byte, or as a character; within any other character it is only a part of that.
            0x9c if n_left == 0 || is_c1 => State::Ground,
            0x80..=0xbf => State::Str {
                n_left: n_left.saturating_sub(1),
                is_c1: false,
            },
            _ => State::Str {
                n_left: n_following(byte),
                is_c1: byte == 0xc2,
            },
        };
    }

    /// Keeps a byte of what may be something typed, as long as that is not known.
    fn doubt(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        let Some(doubted) = &mut self.doubted else { return };
        match self.state {
            State::Str { .. } if doubted.len() < MOST_DOUBTED => doubted.push(byte),
            State::Str { .. } => {
                doubted.push(byte);
                let doubted = self.doubted.take().unwrap_or_default();
                // Nobody types that much, but pastes it; a long answer is waited for as ever.
                if !is_answer(&doubted) {
                    self.typed(&doubted, tokens);
                }
            }
            // Its end is no part of it.
            State::StrEscape => {}
            State::Ground
            | State::Char { .. }
            | State::Escape
            | State::Escaped
            | State::EscapedBy(_)
            | State::Ss3
            | State::Csi
            | State::Linux
            | State::Mouse { .. }
            | State::Paste { .. } => self.doubted = None,
        }
    }

    fn paste(&mut self, byte: u8, n_seen: usize, tokens: &mut Vec<Token>) {
        if PASTE_END.get(n_seen) == Some(&byte) {
            self.state = State::Paste { n_seen: n_seen + 1 };
            if n_seen + 1 == PASTE_END.len() {
                self.state = State::Ground;
                tokens.push(self.pasted());
            }
            return;
        }
        // It only looked like the end; an escape begins it anew.
        self.keep(PASTE_END.get(..n_seen).unwrap_or_default());
        let is_escape = byte == 0x1b;
        if !is_escape {
            self.keep(&[byte]);
        }
        self.state = State::Paste {
            n_seen: usize::from(is_escape),
        };
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MOST_PASTED.saturating_sub(self.held.len());
        self.held.extend(bytes.iter().take(room));
    }

    fn pasted(&mut self) -> Token {
        let bytes = std::mem::take(&mut self.held);
        Token::Paste(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Whether what would be a string has its end.
fn has_end(bytes: &[u8]) -> bool {
    bytes.contains(&7) || bytes.windows(2).any(|pair| pair == b"\x1b\\")
}

/// Whether this, after an escape, may still become one of the answers that terminals give.
fn may_be_answer(bytes: &[u8]) -> bool {
    match bytes {
        [b']', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => true,
        [b'P', rest @ ..] if rest.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';')) => true,
        [b'_'] | [b'_', b'G'] | [b'_', b'G', b'a'..=b'z'] => true,
        bytes => is_answer(bytes),
    }
}

/// Whether this, after an escape, begins like the answers that terminals give, and not like a word.
fn is_answer(bytes: &[u8]) -> bool {
    let numbers = |rest: &[u8]| {
        rest.iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b';'))
            .count()
    };
    match bytes {
        [b']', rest @ ..] => {
            rest.first().is_some_and(u8::is_ascii_digit) && rest.iter().take(numbers(rest)).any(|byte| *byte == b';')
        }
        [b'P', rest @ ..] => rest.get(numbers(rest)).is_some_and(|byte| b"<=>?!$+".contains(byte)),
        [b'_', b'G', rest @ ..] => rest.iter().any(|byte| matches!(byte, b'=' | b';')),
        _ => false,
    }
}

/// Returns how many bytes follow this one in its character.
fn n_following(byte: u8) -> u8 {
    match byte {
        0xc2..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf4 => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
