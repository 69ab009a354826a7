//! A line of text being edited: which keys edit it, and what they do.

use super::keymap::{Chord, Key};
use crate::domain::paste;
use std::fmt;
use tui_input::{Input, InputRequest};

/// The most characters a field takes; what the platform takes is decided field by field.
pub(in crate::app) const MOST: usize = 100_000;

/// One line of text with a cursor.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    input: Input,
    /// Whether all of it is selected: what is typed next replaces it.
    is_selected: bool,
}

impl TextField {
    /// Returns a field that holds `text`, the cursor at its end.
    pub fn filled(text: &str) -> Self {
        Self {
            input: Input::new(text.to_owned()),
            is_selected: false,
        }
    }

    /// Selects all of it, the cursor at its end.
    pub(super) fn select_all(&mut self) {
        self.input.handle(InputRequest::GoToEnd);
        self.is_selected = !self.value().is_empty();
    }

    /// Returns whether all of it is selected.
    pub fn is_selected(&self) -> bool {
        self.is_selected
    }

    /// Returns the text, raw as it was typed or read.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Returns the place of the cursor, in characters.
    pub fn cursor(&self) -> usize {
        self.input.cursor()
    }

    /// Returns whether `chord` is a key of a text field.
    pub(super) fn takes(chord: Chord) -> bool {
        request(chord).is_some()
    }

    /// Edits by `chord`; returns whether it was a key of the field.
    pub fn press(&mut self, chord: Chord) -> bool {
        let Some(request) = request(chord) else {
            return false;
        };
        if std::mem::take(&mut self.is_selected) {
            let is_typed = matches!(request, InputRequest::InsertChar(_));
            if is_typed || matches!(request, InputRequest::DeletePrevChar | InputRequest::DeleteNextChar) {
                self.input.reset();
            }
        }
        if !matches!(request, InputRequest::InsertChar(_)) || self.value().len() < MOST {
            self.input.handle(request);
        }
        true
    }

    /// Adds text behind the end; the cursor stays where it is.
    pub(super) fn append(&mut self, text: &str) {
        let cursor = self.cursor();
        self.input = Input::new(format!("{}{text}", self.value())).with_cursor(cursor);
    }

    /// Inserts pasted text at the cursor; line breaks and tabs become blanks, keys that are written out what they type,
    /// other control characters are dropped. Returns whether all of it had room.
    pub fn paste(&mut self, text: &str) -> bool {
        if std::mem::take(&mut self.is_selected) {
            self.input.reset();
        }
        let room = MOST.saturating_sub(self.value().len());
        let text = paste::plain(text).replace("\r\n", "\n");
        let text = text
            .chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
        let mut length = 0;
        let text: String = text
            .filter(|c| !c.is_control())
            .take_while(|c| {
                length += c.len_utf8();
                length <= room
            })
            .collect();
        // In one piece: character by character a long paste takes time with the square of its length.
        let (value, cursor) = (self.input.value(), self.input.cursor());
        let before: String = value.chars().take(cursor).collect();
        let after: String = value.chars().skip(cursor).collect();
        let cursor = cursor + text.chars().count();
        self.input = Input::new(format!("{before}{text}{after}")).with_cursor(cursor);
        length <= room
    }
}

impl PartialEq for TextField {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value() && self.cursor() == other.cursor() && self.is_selected == other.is_selected
    }
}

impl Eq for TextField {}

/// A field whose text is never shown: it can be edited, but no output of it tells more than its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Masked(TextField);

impl Masked {
    /// Returns how many characters it holds.
    pub fn len(&self) -> usize {
        self.0.value().chars().count()
    }

    /// Returns whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    /// Returns the place of the cursor, in characters.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    /// Returns the text itself, for whoever hands it on.
    pub(super) fn secret(&self) -> &str {
        self.0.value()
    }

    /// Returns the field, to be edited.
    pub(super) fn field_mut(&mut self) -> &mut TextField {
        &mut self.0
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masked(***, {})", self.len())
    }
}

fn request(chord: Chord) -> Option<InputRequest> {
    use InputRequest as R;
    let plain = !chord.is_ctrl && !chord.is_alt;
    Some(match chord.key {
        Key::Char(c) if plain => R::InsertChar(c),
        Key::Space if plain => R::InsertChar(' '),
        Key::Backspace if plain => R::DeletePrevChar,
        Key::Delete if plain => R::DeleteNextChar,
        Key::Left if plain => R::GoToPrevChar,
        Key::Right if plain => R::GoToNextChar,
        Key::Home => R::GoToStart,
        Key::End => R::GoToEnd,
        Key::Left => R::GoToPrevWord,
        Key::Right => R::GoToNextWord,
        Key::Backspace => R::DeletePrevWord,
        Key::Char('w') if chord.is_ctrl => R::DeletePrevWord,
        Key::Char('u') if chord.is_ctrl => R::DeleteLine,
        Key::Char('k') if chord.is_ctrl => R::DeleteTillEnd,
        Key::Char('a') if chord.is_ctrl => R::GoToStart,
        Key::Char('e') if chord.is_ctrl => R::GoToEnd,
        Key::Char('b') if chord.is_alt => R::GoToPrevWord,
        Key::Char('f') if chord.is_alt => R::GoToNextWord,
        Key::Char(_)
        | Key::Space
        | Key::Delete
        | Key::Enter
        | Key::Esc
        | Key::Tab
        | Key::BackTab
        | Key::Up
        | Key::Down
        | Key::ShiftUp
        | Key::ShiftDown
        | Key::PageUp
        | Key::PageDown
        | Key::Function(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_deletes() {
        let mut field = TextField::default();
        for c in "ml team".chars() {
            assert!(field.press(Chord::plain(if c == ' ' { Key::Space } else { Key::Char(c) })));
        }
        assert!(field.press(Chord::ctrl('w')));
        assert_eq!(field.value(), "ml ");
        assert!(!field.press(Chord::plain(Key::Enter)), "enter is never text");
    }

    #[test]
    fn what_is_typed_replaces_what_is_selected() {
        let selected = || {
            let mut field = TextField::filled("ml-team");
            field.select_all();
            field
        };
        let pressed = |key| {
            let mut field = selected();
            field.press(Chord::plain(key));
            (field.value().to_owned(), field.cursor(), field.is_selected())
        };
        assert_eq!(pressed(Key::Char('x')), ("x".to_owned(), 1, false));
        assert_eq!(pressed(Key::Backspace), (String::new(), 0, false));
        assert_eq!(pressed(Key::Left), ("ml-team".to_owned(), 6, false));
        assert_eq!(pressed(Key::Right), ("ml-team".to_owned(), 7, false));
        assert_eq!(pressed(Key::Home), ("ml-team".to_owned(), 0, false));
        let mut field = selected();
        field.paste("sales");
        assert_eq!(field.value(), "sales");
        let mut empty = TextField::default();
        empty.select_all();
        assert!(!empty.is_selected());
    }

    #[test]
    fn a_paste_goes_in_at_the_cursor_and_stops_at_the_limit() {
        let mut field = TextField::filled("añb");
        field.press(Chord::plain(Key::Left));
        field.paste("1\u{7f}2");
        assert_eq!((field.value(), field.cursor()), ("añ12b", 4));
        field.paste(&"x".repeat(MOST * 2));
        assert_eq!(field.value().len(), MOST);
        assert!(field.value().ends_with('b'), "what was there stays");
    }

    #[test]
    fn a_paste_cannot_press_keys() {
        let mut field = TextField::default();
        field.paste("a@x\r\nb@x\n\x1b[31mc\ty\x1b[13;1uz");
        assert_eq!(field.value(), "a@x b@x c y z");
    }
}
