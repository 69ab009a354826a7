//! From what the terminal says to messages: the only reader of key codes.

use crate::app::keymap::{Chord, Key};
use crate::app::msg::{Msg, Size};
use crossterm::event::{Event as Terminal, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::{FutureExt as _, StreamExt as _};

/// What came from the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Something for the core.
    Told(Box<Msg>),
    /// Something that means nothing here.
    Nothing,
    /// The terminal is gone.
    Gone,
}

/// The keys, pastes and sizes of the terminal.
#[derive(Debug)]
pub(super) struct Input(EventStream);

impl Input {
    /// Begins to listen; to be dropped before the terminal is given away.
    pub(super) fn open() -> Self {
        Self(EventStream::new())
    }

    /// Returns what comes next.
    pub(super) async fn next(&mut self) -> Event {
        Self::read(self.0.next().await)
    }

    /// Returns what is there already.
    pub(super) fn ready(&mut self) -> Option<Event> {
        self.0.next().now_or_never().map(Self::read)
    }

    fn read(event: Option<std::io::Result<Terminal>>) -> Event {
        match event {
            Some(Ok(Terminal::Key(key))) => chord(key).map_or(Event::Nothing, |chord| told(Msg::Pressed(chord))),
            Some(Ok(Terminal::Paste(text))) => told(Msg::Pasted(text)),
            Some(Ok(Terminal::Resize(width, height))) => told(Msg::Resized(Size { width, height })),
            Some(Ok(Terminal::FocusGained | Terminal::FocusLost | Terminal::Mouse(_))) => Event::Nothing,
            Some(Err(_)) | None => Event::Gone,
        }
    }
}

fn told(msg: Msg) -> Event {
    Event::Told(Box::new(msg))
}

/// Returns the chord of a pressed key; releases, and keys the console does not know, are nothing.
fn chord(event: KeyEvent) -> Option<Chord> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let key = key(event)?;
    let is_ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let is_alt = event.modifiers.contains(KeyModifiers::ALT);
    // Ctrl with a letter is the same with and without shift or caps lock.
    let key = if let (Key::Char(c), true) = (key, is_ctrl) {
        Key::Char(c.to_ascii_lowercase())
    } else {
        key
    };
    Some(Chord { key, is_ctrl, is_alt })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "keys without a meaning here are many, and foreign"
)]
fn key(event: KeyEvent) -> Option<Key> {
    Some(match event.code {
        KeyCode::Char(' ') => Key::Space,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::F(n) => Key::Function(n),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(KeyCode::Char('g'), KeyModifiers::NONE, "g")]
    #[case(KeyCode::Char('G'), KeyModifiers::SHIFT, "G")]
    #[case(KeyCode::Char('c'), KeyModifiers::CONTROL, "ctrl-c")]
    #[case(KeyCode::Char('C'), KeyModifiers::CONTROL.union(KeyModifiers::SHIFT), "ctrl-c")]
    #[case(KeyCode::BackTab, KeyModifiers::SHIFT, "shift-tab")]
    #[case(KeyCode::Char(' '), KeyModifiers::NONE, "space")]
    fn folds_shift_into_the_letter(#[case] code: KeyCode, #[case] modifiers: KeyModifiers, #[case] expected: &str) {
        let chord = chord(KeyEvent::new(code, modifiers)).expect("a key of the console");
        assert_eq!(chord.to_string(), expected);
    }

    #[test]
    fn drops_releases() {
        let event = KeyEvent::new_with_kind(KeyCode::Char('d'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(chord(event), None);
    }

    #[test]
    fn knows_when_the_terminal_is_gone() {
        assert_eq!(Input::read(None), Event::Gone);
        assert_eq!(Input::read(Some(Err(std::io::Error::other("hung up")))), Event::Gone);
    }
}
