//! Which key a control character or a finished sequence is. What is no key – an answer of the terminal, a report of
//! the mouse or of the focus – is nothing.

use crate::app::keymap::{Chord, Key};

/// The modifiers of a key: the bits by which terminals tell of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Modifiers(u32);

impl Modifiers {
    const SHIFT: u32 = 1;
    /// Alt, or meta, which is the same.
    const ALT: u32 = 2 | 32;
    const CTRL: u32 = 4;
    /// Keys that the console never asks for: super and hyper.
    const FOREIGN: u32 = 8 | 16;

    /// Reads the number of a parameter, which is one more than the bits.
    fn numbered(n: u32) -> Self {
        Self(n.saturating_sub(1))
    }

    fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// Returns the key of a control character.
pub(super) fn of_control(byte: u8, is_alt: bool) -> Option<Chord> {
    let (key, is_ctrl) = match byte {
        b'\r' => (Key::Enter, false),
        b'\t' => (Key::Tab, false),
        0x1b => (Key::Esc, false),
        0x7f => (Key::Backspace, false),
        0 => (Key::Space, true),
        1..=26 => (Key::Char(char::from(byte - 1 + b'a')), true),
        0x1c..=0x1f => (Key::Char(char::from(byte - 0x1c + b'4')), true),
        _ => return None,
    };
    Some(Chord { key, is_ctrl, is_alt })
}

/// Returns the key of a printable character.
pub(super) fn of_char(c: char, is_alt: bool) -> Chord {
    let key = if c == ' ' { Key::Space } else { Key::Char(c) };
    Chord {
        key,
        is_ctrl: false,
        is_alt,
    }
}

/// Returns the key that the Linux console sends as `ESC [ [` and this letter.
pub(super) fn of_linux(letter: u8) -> Option<Chord> {
    matches!(letter, b'A'..=b'E').then(|| Chord::plain(Key::Function(letter - b'A' + 1)))
}

/// Returns the key of `ESC O`, some parameters and this letter.
pub(super) fn of_ss3(parameters: &[u8], letter: u8) -> Option<Chord> {
    let modifiers = match parameters {
        [] => Modifiers::default(),
        // Both `ESC O 5 A` and `ESC O 1;5 A` are in use.
        some => Modifiers::numbered(read(some)?.last()?.first().copied().flatten()?),
    };
    let key = match letter {
        b'P'..=b'S' => Key::Function(letter - b'P' + 1),
        b'M' => Key::Enter,
        other => arrow(other)?,
    };
    with(key, modifiers)
}

/// Returns the key of `ESC [`, these parameters and this letter.
pub(super) fn of_csi(parameters: &[u8], letter: u8) -> Option<Chord> {
    let fields = read(parameters)?;
    let number = |field: usize| fields.get(field).and_then(|parts| parts.first().copied().flatten());
    let modifiers = Modifiers::numbered(number(1).unwrap_or(1));
    // With the newer protocol a key tells of its release, too.
    let is_release = fields.get(1).and_then(|parts| parts.get(1).copied().flatten()) == Some(3);
    if is_release || fields.len() > 3 {
        return None;
    }
    let is_plain = fields.len() <= 2 && number(0).unwrap_or(1) == 1;
    match letter {
        b'u' => of_code(number(0)?, shifted(&fields), modifiers),
        b'~' if number(0) == Some(27) => of_code(number(2)?, None, modifiers),
        b'~' if fields.len() <= 2 => with(tilde(number(0)?)?, modifiers),
        b'P' | b'Q' | b'S' if is_plain => with(Key::Function(letter - b'P' + 1), modifiers),
        // With parameters it is where the cursor is.
        b'R' if parameters.is_empty() => Some(Chord::plain(Key::Function(3))),
        b'Z' if is_plain => with(Key::BackTab, Modifiers(modifiers.0 & !Modifiers::SHIFT)),
        _ if is_plain => with(arrow(letter)?, modifiers),
        _ => None,
    }
}

/// Reads parameters: numbers, their parts after colons; nothing where there is anything else, as in every answer that
/// is marked private.
fn read(parameters: &[u8]) -> Option<Vec<Vec<Option<u32>>>> {
    let text = std::str::from_utf8(parameters).ok()?;
    let part = |part: &str| match part {
        "" => Some(None),
        digits => digits.parse().ok().map(Some),
    };
    let field = |field: &str| field.split(':').map(part).collect::<Option<Vec<_>>>();
    text.split(';').map(field).collect()
}

/// Returns the character that shift makes of the key, where it is told.
fn shifted(fields: &[Vec<Option<u32>>]) -> Option<u32> {
    fields.first()?.get(1).copied().flatten()
}

fn arrow(letter: u8) -> Option<Key> {
    Some(match letter {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        _ => return None,
    })
}

fn tilde(number: u32) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        // The numbers leave gaps, as the function keys of the first such keyboards did.
        11..=15 => function(number, 10)?,
        17..=21 => function(number, 11)?,
        23..=26 => function(number, 12)?,
        28..=29 => function(number, 13)?,
        31..=34 => function(number, 14)?,
        _ => return None,
    })
}

fn function(number: u32, gap: u32) -> Option<Key> {
    u8::try_from(number - gap).ok().map(Key::Function)
}

/// Returns the key of a code point, as the newer protocols number all keys.
fn of_code(code: u32, shifted: Option<u32>, modifiers: Modifiers) -> Option<Chord> {
    let key = match code {
        9 if modifiers.has(Modifiers::SHIFT) => Key::BackTab,
        9 => Key::Tab,
        13 | 57_414 => Key::Enter,
        27 => Key::Esc,
        32 => Key::Space,
        127 => Key::Backspace,
        // The keypad: its digits, its signs, its arrows.
        57_399..=57_408 => Key::Char(char::from_digit(code - 57_399, 10)?),
        57_409..=57_413 => Key::Char(*['.', '/', '*', '-', '+'].get(usize::try_from(code - 57_409).ok()?)?),
        57_415 => Key::Char('='),
        57_416 => Key::Char(','),
        57_417 => Key::Left,
        57_418 => Key::Right,
        57_419 => Key::Up,
        57_420 => Key::Down,
        57_421 => Key::PageUp,
        57_422 => Key::PageDown,
        57_423 => Key::Home,
        57_424 => Key::End,
        57_426 => Key::Delete,
        // All others of these are keys that write nothing.
        57_344..=63_743 => return None,
        _ => Key::Char(written(code, shifted, modifiers)?),
    };
    with(key, modifiers)
}

fn written(code: u32, shifted: Option<u32>, modifiers: Modifiers) -> Option<char> {
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    if !modifiers.has(Modifiers::SHIFT) {
        return Some(c);
    }
    let upper = || {
        let mut upper = c.to_uppercase();
        upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
    };
    Some(shifted.and_then(char::from_u32).unwrap_or_else(upper))
}

fn with(key: Key, modifiers: Modifiers) -> Option<Chord> {
    let key = match (key, modifiers.has(Modifiers::CTRL), modifiers.has(Modifiers::SHIFT)) {
        // Ctrl with a letter is the same with and without shift or caps lock.
        (Key::Char(c), true, _) => Key::Char(c.to_ascii_lowercase()),
        (Key::Up, _, true) => Key::ShiftUp,
        (Key::Down, _, true) => Key::ShiftDown,
        (key, ..) => key,
    };
    (!modifiers.has(Modifiers::FOREIGN)).then_some(Chord {
        key,
        is_ctrl: modifiers.has(Modifiers::CTRL),
        is_alt: modifiers.has(Modifiers::ALT),
    })
}
