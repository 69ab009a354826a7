//! A key with its modifiers, independent of any terminal library.

use std::fmt;
use std::str::FromStr;

/// One key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A printable character other than the space; shift is folded into it.
    Char(char),
    /// The space bar.
    Space,
    /// Enter or Return.
    Enter,
    /// Escape, by itself.
    Esc,
    /// Tab without shift.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor up with shift.
    ShiftUp,
    /// Cursor down with shift.
    ShiftDown,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A function key.
    Function(u8),
}

const NAMES: &[(&str, Key)] = &[
    ("space", Key::Space),
    ("enter", Key::Enter),
    ("esc", Key::Esc),
    ("tab", Key::Tab),
    ("shift-tab", Key::BackTab),
    ("backspace", Key::Backspace),
    ("delete", Key::Delete),
    ("↑", Key::Up),
    ("↓", Key::Down),
    ("shift-↑", Key::ShiftUp),
    ("shift-↓", Key::ShiftDown),
    ("←", Key::Left),
    ("→", Key::Right),
    ("pgup", Key::PageUp),
    ("pgdn", Key::PageDown),
    ("home", Key::Home),
    ("end", Key::End),
];

/// What else keys are called by people.
const ALIASES: &[(&str, Key)] = &[
    ("up", Key::Up),
    ("down", Key::Down),
    ("left", Key::Left),
    ("right", Key::Right),
    ("shift-up", Key::ShiftUp),
    ("shift-down", Key::ShiftDown),
    ("return", Key::Enter),
    ("escape", Key::Esc),
    ("del", Key::Delete),
    ("pageup", Key::PageUp),
    ("pagedown", Key::PageDown),
];

/// The function keys of keyboards and terminals.
const FUNCTIONS: std::ops::RangeInclusive<u8> = 1..=24;

/// A key with the modifiers that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl is held.
    pub is_ctrl: bool,
    /// Whether Alt is held.
    pub is_alt: bool,
}

impl Chord {
    /// Returns `key` without modifiers.
    pub const fn plain(key: Key) -> Self {
        Self {
            key,
            is_ctrl: false,
            is_alt: false,
        }
    }

    /// Returns the key that terminals send for it instead: these control characters are keys of their own.
    pub fn sent_as(self) -> Option<&'static str> {
        match (self.is_ctrl, self.key) {
            (true, Key::Char('i')) => Some("tab"),
            (true, Key::Char('j' | 'm')) => Some("enter"),
            (true, Key::Char('[')) => Some("esc"),
            _ => None,
        }
    }

    /// Returns Ctrl with a letter.
    pub const fn ctrl(letter: char) -> Self {
        Self {
            key: Key::Char(letter),
            is_ctrl: true,
            is_alt: false,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ctrl {
            f.write_str("ctrl-")?;
        }
        if self.is_alt {
            f.write_str("alt-")?;
        }
        match (self.key, NAMES.iter().find(|(_, key)| *key == self.key)) {
            (_, Some((name, _))) => f.write_str(name),
            (Key::Char(c), None) => write!(f, "{c}"),
            (Key::Function(n), None) => write!(f, "f{n}"),
            (other, None) => write!(f, "{other:?}"),
        }
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (is_ctrl, rest) = text.strip_prefix("ctrl-").map_or((false, text), |rest| (true, rest));
        let (is_alt, rest) = rest.strip_prefix("alt-").map_or((false, rest), |rest| (true, rest));
        let mut chars = rest.chars();
        let mut names = NAMES.iter().chain(ALIASES);
        let function = || rest.strip_prefix('f')?.parse().ok().filter(|n| FUNCTIONS.contains(n));
        let key = match (names.find(|(name, _)| *name == rest), chars.next(), chars.as_str()) {
            (Some((_, key)), ..) => *key,
            // Terminals do not tell Ctrl with a capital letter from Ctrl with a small one.
            (None, Some(c), "") if is_ctrl && !c.is_control() => Key::Char(c.to_ascii_lowercase()),
            (None, Some(c), "") if !c.is_control() => Key::Char(c),
            (None, ..) => Key::Function(function().ok_or_else(|| format!("'{text}' is not a key"))?),
        };
        Ok(Self { key, is_ctrl, is_alt })
    }
}
