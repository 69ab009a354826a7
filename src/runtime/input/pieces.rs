//! Which keys came by themselves, and which in one piece with others.
//!
//! Where a terminal does not bracket what is pasted, a paste is just keys, all at once. Nobody presses keys like that:
//! a person sees what a key has done before the next one, and that is what is told apart here.

use super::lexer::Token;
use super::{Event, Keys};
use crate::app::keymap::{Chord, Key};
use std::time::{Duration, Instant};

/// How soon after one another keys come that nobody presses.
const RAPID: Duration = Duration::from_millis(4);
/// How many of them in a row are a paste that comes drop by drop.
const MANY: usize = 6;

/// What is remembered of the keys before.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// When the last key for text came, and how many frames had been drawn by then.
    last: Option<(Instant, u64)>,
    /// How many came in a row, each right after the one before.
    n_rapid: usize,
}

impl Pieces {
    /// Sorts what came at once, at this time, after so many frames.
    pub(super) fn sort(&mut self, tokens: Vec<Token>, at: Instant, n_frames: u64) -> Vec<Event> {
        let mut events = Vec::new();
        let mut keys = Vec::new();
        for token in tokens {
            match token {
                Token::Key(chord) => keys.push(chord),
                Token::Paste(text) => {
                    events.extend(self.keys(std::mem::take(&mut keys), at, n_frames));
                    events.push(Event::Pasted(text));
                }
                // A key that came before it does so before it.
                Token::Mouse(report) => {
                    events.extend(self.keys(std::mem::take(&mut keys), at, n_frames));
                    events.push(Event::Pointed(report));
                }
                // Keys before and behind it came at once all the same.
                Token::Answer(answer) => events.push(Event::Answered(answer)),
            }
        }
        events.extend(self.keys(keys, at, n_frames));
        events
    }

    fn keys(&mut self, keys: Vec<Chord>, at: Instant, n_frames: u64) -> Option<Event> {
        let n_writing = keys.iter().filter(|key| is_writing(**key)).count();
        let writes_text = keys.iter().any(|key| is_writing(*key) && !is_break(*key));
        let goes_on = n_writing > 0 && self.goes_on(at, n_frames);
        if n_writing > 0 {
            self.last = Some((at, n_frames));
        }
        let is_piece = goes_on || (n_writing > 1 && writes_text);
        (!keys.is_empty()).then_some(Event::Keys(Keys { keys, is_piece }))
    }

    /// Whether a key that comes now belongs to the ones before: the screen has not answered those yet, or they come
    /// faster than anybody presses keys.
    fn goes_on(&mut self, at: Instant, n_frames: u64) -> bool {
        let Some((before, n_before)) = self.last else {
            return false;
        };
        let is_rapid = at.saturating_duration_since(before) < RAPID;
        self.n_rapid = if is_rapid { self.n_rapid + 1 } else { 0 };
        n_frames == n_before || self.n_rapid >= MANY
    }
}

/// Whether a key writes text, line breaks and tabs included.
fn is_writing(chord: Chord) -> bool {
    is_break(chord)
        || matches!(
            chord,
            Chord {
                key: Key::Char(_) | Key::Space | Key::Tab,
                is_ctrl: false,
                is_alt: false
            }
        )
}

fn is_break(chord: Chord) -> bool {
    chord == Chord::plain(Key::Enter) || chord == Chord::ctrl('j')
}

#[cfg(test)]
mod tests {
    use super::super::lexer::Lexer;
    use super::*;
    use rstest::rstest;

    /// Whether each of these reads, with the time since the one before in milliseconds and the frames drawn meanwhile,
    /// is a piece.
    fn pieces(reads: &[(&[u8], u64, u64)]) -> Vec<bool> {
        let (mut lexer, mut pieces) = (Lexer::default(), Pieces::default());
        let (mut at, mut n_frames) = (Instant::now(), 0);
        let mut out = Vec::new();
        for (bytes, waited, n_drawn) in reads {
            at += Duration::from_millis(*waited);
            n_frames += n_drawn;
            for event in pieces.sort(lexer.feed(bytes), at, n_frames) {
                if let Event::Keys(keys) = event {
                    out.push(keys.is_piece);
                }
            }
        }
        out
    }

    #[rstest]
    #[case::one(b"y", false)]
    #[case::word(b"judy@example.com\r", true)]
    #[case::two(b"jd", true)]
    #[case::answer(b"y\n", true)]
    #[case::moves(b"\x1b[B\x1b[B\r", false)]
    #[case::enters(b"\r\r", false)]
    #[case::one_and_a_move(b"e\x1b[B", false)]
    fn several_letters_at_once_are_a_piece(#[case] bytes: &[u8], #[case] expected: bool) {
        assert_eq!(pieces(&[(bytes, 0, 1)]), [expected]);
    }

    #[test]
    fn what_comes_before_the_screen_has_answered_belongs_to_what_was_before() {
        assert_eq!(
            pieces(&[(b"j", 0, 1), (b"d", 80, 0), (b"y", 80, 1)]),
            [false, true, false]
        );
        assert_eq!(pieces(&[(b"ml-team", 0, 1), (b"\r", 90, 0)]), [true, true]);
        assert_eq!(pieces(&[(b"ml-team", 0, 1), (b"\r", 90, 1)]), [true, false]);
    }

    #[test]
    fn letters_that_come_faster_than_anybody_types_are_a_piece_however_fast_the_screen_is() {
        let drop_by_drop: Vec<(&[u8], u64, u64)> = vec![(b"a", 1, 1); 12];
        let is_piece = pieces(&drop_by_drop);
        assert_eq!(is_piece.iter().filter(|is_piece| **is_piece).count(), 6);
        assert!(is_piece.last().unwrap(), "and all that follow");
        assert_eq!(pieces(&vec![(&b"a"[..], 20, 1); 12]), [false; 12]);
    }
}
