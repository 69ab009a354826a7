//! A key with its modifiers, independent of any terminal library.

use crate::domain::text::judged;
use std::fmt;
use std::str::FromStr;
use unicode_width::UnicodeWidthChar;

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
            (true, Key::Char('@')) => Some("ctrl-space"),
            (true, Key::Char('\\')) => Some("ctrl-4"),
            (true, Key::Char(']')) => Some("ctrl-5"),
            (true, Key::Char('^')) => Some("ctrl-6"),
            (true, Key::Char('_' | '/')) => Some("ctrl-7"),
            _ => None,
        }
    }

    /// Returns whether every terminal can send it: with Ctrl there are control characters for few, and what begins the
    /// sequences of other keys is none with Alt.
    pub fn is_sent(self) -> bool {
        let Key::Char(c) = self.key else { return true };
        let is_control = c.is_ascii_lowercase() || ('4'..='7').contains(&c);
        let begins_others = "[]OPX^_".contains(c);
        (!self.is_ctrl || is_control) && (!self.is_alt || !begins_others)
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
        let is_safe = judged(rest).all(|(_, harms)| !harms);
        let mut names = NAMES.iter().chain(ALIASES);
        let function = || rest.strip_prefix('f')?.parse().ok().filter(|n| FUNCTIONS.contains(n));
        let key = match (names.find(|(name, _)| *name == rest), chars.next(), chars.as_str()) {
            (Some((_, key)), ..) => *key,
            // Terminals do not tell Ctrl with a capital letter from Ctrl with a small one.
            (None, Some(c), "") if is_ctrl && is_safe => Key::Char(c.to_ascii_lowercase()),
            (None, Some(c), "") if is_safe && UnicodeWidthChar::width(c) == Some(1) => Key::Char(c),
            (None, ..) => Key::Function(function().ok_or_else(|| format!("'{text}' is not a key"))?),
        };
        Ok(Self { key, is_ctrl, is_alt })
    }
}
