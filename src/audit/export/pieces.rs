//! What is written in very many very small pieces, as JSON is: a quotation mark, a name, a quotation mark.

use std::io::{self, Write};

/// How much is held until it is passed on.
const MOST_HELD: usize = 1 << 16;

/// Takes pieces of a few bytes, and passes them on in large ones when it is full, flushed or taken apart.
///
/// Short pieces are copied here and not by the C library: the one in the static program takes long to begin. A report of
/// 200,000 grants has millions of pieces, and that was 28% of what its audit took of a processor.
pub(super) struct Pieces<W> {
    held: Vec<u8>,
    n_held: usize,
    out: W,
}

impl<W: Write> Pieces<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            held: vec![0; MOST_HELD],
            n_held: 0,
            out,
        }
    }

    /// Passes on what is held.
    pub(super) fn into_inner(mut self) -> io::Result<W> {
        self.pass_on()?;
        Ok(self.out)
    }

    fn pass_on(&mut self) -> io::Result<()> {
        // After an error nobody knows how much was taken; nothing is written twice.
        let n_held = std::mem::take(&mut self.n_held);
        self.out.write_all(self.held.get(..n_held).unwrap_or_default())
    }
}

impl<W: Write> Write for Pieces<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.write_all(piece)?;
        Ok(piece.len())
    }

    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        if piece.len() > MOST_HELD - self.n_held {
            self.pass_on()?;
        }
        let end = self.n_held + piece.len();
        let Some(room) = self.held.get_mut(self.n_held..end) else {
            return self.out.write_all(piece);
        };
        copy(piece, room);
        self.n_held = end;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}

/// Copies to where there is just as much room.
fn copy(piece: &[u8], room: &mut [u8]) {
    match piece.len() {
        0 => {}
        1 => copy_ends::<1>(piece, room),
        2..4 => copy_ends::<2>(piece, room),
        4..8 => copy_ends::<4>(piece, room),
        8..16 => copy_ends::<8>(piece, room),
        16..=32 => copy_ends::<16>(piece, room),
        _ => room.copy_from_slice(piece),
    }
}

/// Copies the first and the last so many bytes, which is all of a piece that has no more than twice as many.
fn copy_ends<const N: usize>(piece: &[u8], room: &mut [u8]) {
    let ends = piece.first_chunk::<N>().zip(piece.last_chunk::<N>());
    debug_assert!(ends.is_some() && piece.len() <= 2 * N && piece.len() == room.len());
    let Some((first, last)) = ends else { return };
    if let Some(place) = room.first_chunk_mut::<N>() {
        *place = *first;
    }
    if let Some(place) = room.last_chunk_mut::<N>() {
        *place = *last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of all lengths, so many that they are passed on in between.
    #[test]
    fn all_comes_out_as_it_went_in() {
        let byte = |n: usize| u8::try_from(n % 251).unwrap();
        let lengths = (0..70)
            .cycle()
            .take(20_000)
            .chain([MOST_HELD - 1, MOST_HELD, MOST_HELD + 1, 3]);
        let (mut pieces, mut expected) = (Pieces::new(Vec::new()), Vec::new());
        for length in lengths {
            let piece: Vec<u8> = (0..length).map(|n| byte(expected.len() + n)).collect();
            pieces.write_all(&piece).unwrap();
            expected.extend(piece);
        }
        assert!(pieces.n_held > 0, "some of it is still held");
        assert!(pieces.into_inner().unwrap() == expected);
    }

    #[test]
    fn what_is_held_is_passed_on_when_it_is_flushed() {
        let mut out = Vec::new();
        let mut pieces = Pieces::new(&mut out);
        pieces.write_all(b"{}").unwrap();
        pieces.flush().unwrap();
        assert_eq!(out, b"{}");
    }

    /// Takes five bytes, then fails once, then takes all.
    #[derive(Default)]
    struct FullForAWhile {
        taken: Vec<u8>,
        has_failed: bool,
    }

    impl Write for FullForAWhile {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            let room = if self.has_failed {
                piece.len()
            } else {
                5 - self.taken.len().min(5)
            };
            if room == 0 {
                self.has_failed = true;
                return Err(io::ErrorKind::StorageFull.into());
            }
            let n = room.min(piece.len());
            self.taken.extend(&piece[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_nobody_takes_is_an_error_and_not_written_twice() {
        let mut pieces = Pieces::new(FullForAWhile::default());
        pieces.write_all(b"123456").unwrap();
        assert!(pieces.flush().is_err());
        pieces.write_all(b"7").unwrap();
        assert_eq!(pieces.into_inner().unwrap().taken, b"123457");
        let mut pieces = Pieces::new(FullForAWhile::default());
        let filled = (0..=MOST_HELD).try_for_each(|_| pieces.write_all(b"x"));
        assert!(filled.is_err(), "what is full is passed on");
        let mut pieces = Pieces::new(FullForAWhile::default());
        pieces.write_all(b"123456").unwrap();
        assert!(pieces.into_inner().is_err());
    }
}
