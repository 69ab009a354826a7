//! From what the terminal says to messages: the only reader of key codes.

use crate::app::keymap::{Chord, Key};
use crate::app::msg::{Msg, Size};
use crossterm::event::{Event as Terminal, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, poll};
use std::io;
use std::thread;
use tokio::sync::mpsc;

/// How many keys may wait for the loop; beyond that the terminal keeps them.
const QUEUE: usize = 256;

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
///
/// They are read by a thread of their own: when the terminal hangs up, the library that decodes them goes on reading
/// for ever, and the loop must not be what hangs there. A second thread sees the hang-up itself. Both sleep in the
/// system until something happens, and end with the process.
#[derive(Debug)]
pub(super) struct Input(mpsc::Receiver<Event>);

impl Input {
    /// Begins to listen.
    ///
    /// # Errors
    /// Fails if there is no thread to be had.
    pub(super) fn open() -> io::Result<Self> {
        let (tell, told) = mpsc::channel(QUEUE);
        let tell_gone = tell.clone();
        thread::Builder::new().name("keys".to_owned()).spawn(move || {
            let mut is_open = true;
            while is_open {
                let event = Self::read(crossterm::event::read());
                is_open = event != Event::Gone;
                is_open &= tell.blocking_send(event).is_ok();
            }
        })?;
        thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
            wait_for_hang_up();
            // Where nobody listens any more, the console is already on its way out.
            let _ = tell_gone.blocking_send(Event::Gone);
        })?;
        Ok(Self(told))
    }

    /// Returns what comes next.
    pub(super) async fn next(&mut self) -> Event {
        self.0.recv().await.unwrap_or(Event::Gone)
    }

    /// Returns what is there already.
    pub(super) fn ready(&mut self) -> Option<Event> {
        self.0.try_recv().ok()
    }

    fn read(event: io::Result<Terminal>) -> Event {
        match event {
            Ok(Terminal::Key(key)) => chord(key).map_or(Event::Nothing, |chord| told(Msg::Pressed(chord))),
            Ok(Terminal::Paste(text)) => told(Msg::Pasted(text)),
            Ok(Terminal::Resize(width, height)) => told(Msg::Resized(Size { width, height })),
            Ok(Terminal::FocusGained | Terminal::FocusLost | Terminal::Mouse(_)) => Event::Nothing,
            Err(_) => Event::Gone,
        }
    }
}

/// Returns when standard input has hung up: asked for no event, the system tells of nothing else.
fn wait_for_hang_up() {
    let stdin = io::stdin();
    while poll(&mut [PollFd::new(&stdin, PollFlags::empty())], None) == Err(rustix::io::Errno::INTR) {}
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
        assert_eq!(Input::read(Err(io::Error::other("hung up"))), Event::Gone);
    }
}
