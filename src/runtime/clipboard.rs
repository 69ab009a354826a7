//! The terminal's clipboard: written by OSC 52, never read.
//!
//! A terminal multiplexer in between keeps such a sequence to itself unless it is told to pass it on.

use crate::domain::terminal::Multiplexer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How much of a sequence `screen` takes in one piece: its own limit is 768 in old releases, with the frame.
const PIECE: usize = 512;

/// Returns what makes the terminal take `text` into its clipboard.
pub(super) fn sequence(text: &str, multiplexer: Multiplexer) -> Vec<u8> {
    let copy = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    match multiplexer {
        Multiplexer::None => copy.into_bytes(),
        Multiplexer::Tmux => format!("\x1bPtmux;{}\x1b\\", copy.replace('\x1b', "\x1b\x1b")).into_bytes(),
        Multiplexer::Screen => {
            let pieces = copy.as_bytes().chunks(PIECE);
            pieces.flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_it_in_base64_and_once() {
        let bytes = sequence("alice@example.com\n*", Multiplexer::None);
        assert_eq!(bytes, b"\x1b]52;c;YWxpY2VAZXhhbXBsZS5jb20KKg==\x07");
    }

    #[test]
    fn tmux_passes_on_what_is_wrapped() {
        let bytes = sequence("ml-team", Multiplexer::Tmux);
        assert_eq!(bytes, b"\x1bPtmux;\x1b\x1b]52;c;bWwtdGVhbQ==\x07\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces_that_make_up_the_whole() {
        let text = "x".repeat(2_000);
        let wrapped = sequence(&text, Multiplexer::Screen);
        let wrapped = String::from_utf8(wrapped).unwrap();
        let pieces: Vec<&str> = wrapped
            .split_terminator("\x1b\\")
            .map(|piece| piece.strip_prefix("\x1bP").unwrap())
            .collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= PIECE));
        assert_eq!(pieces.concat().into_bytes(), sequence(&text, Multiplexer::None));
    }
}
