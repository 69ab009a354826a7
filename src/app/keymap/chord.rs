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
        let key = match (
            NAMES.iter().find(|(name, _)| *name == rest),
            chars.next(),
            chars.as_str(),
        ) {
            (Some((_, key)), ..) => *key,
            (None, Some(c), "") if !c.is_control() => Key::Char(c),
            (None, Some('f'), n) if n.parse::<u8>().is_ok() => Key::Function(n.parse().unwrap_or_default()),
            (None, ..) => return Err(format!("'{text}' is not a key")),
        };
        Ok(Self { key, is_ctrl, is_alt })
    }
}
