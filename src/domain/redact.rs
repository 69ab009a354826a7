//! Finds secrets in text from outside, in whatever dress they come back: as they are, percent-encoded, escaped as in
//! JSON or HTML, as base64 or hex, split over lines, cut off.
//!
//! Only letters and digits count, without regard to case: punctuation is what encodings and line breaks differ in. Of a
//! long secret a piece is enough, because whoever repeats one may cut it anywhere.

use super::text::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// What stands in place of a secret.
pub const MARK: &str = "***";

/// How many characters are looked at in one step.
const GRAM: usize = 8;
/// A secret of this many characters or more is found by any long piece of it, a shorter one only as a whole.
const LONG: usize = 16;
/// The pieces by which a long one is found in words.
const PIECE: (usize, usize) = (8, 12);
/// The piece by which one is found in data. What stands there may be a name, by which something is addressed: a chance
/// likeness must not change it.
const PIECE_OF_DATA: usize = 16;
const STEPS_OF_DATA: usize = steps(PIECE_OF_DATA);
/// Shorter ones would be found everywhere.
const SHORTEST: usize = 4;

/// Knows secrets, and takes them out of text.
#[derive(Default)]
pub struct Redactor {
    /// What the secrets consist of, each piece with how many in a row give one away.
    grams: HashMap<u64, Enough>,
    /// Says of most pieces at once that they are none of these.
    sieve: Vec<u64>,
    /// What is too short to have such pieces.
    short: Vec<Vec<u8>>,
}

/// How many pieces in a row give a secret away.
#[derive(Clone, Copy)]
struct Enough {
    in_words: usize,
    /// Whether they do in data, too: there it takes as many for every secret.
    counts_in_data: bool,
}

impl Enough {
    fn in_data(&self) -> usize {
        if self.counts_in_data { STEPS_OF_DATA } else { NEVER }
    }
}

const NEVER: usize = usize::MAX;

impl Redactor {
    /// Returns one that knows `secrets`.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut redactor = Self {
            sieve: vec![0; SIEVE / 64],
            ..Self::default()
        };
        for secret in secrets {
            redactor.add_with_its_forms(secret);
        }
        redactor
    }

    /// Returns `text` without any of the secrets.
    pub fn words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = self.runs(text.as_bytes(), |enough| enough.in_words);
        found.extend(self.whole_words(text.as_bytes()));
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        // What counts is ASCII, so that every border is one between characters.
        Cow::Owned(String::from_utf8_lossy(&without(text.as_bytes(), found)).into_owned())
    }

    /// Returns the bytes of an answer without any of the long secrets.
    pub fn data(&self, bytes: Vec<u8>) -> Vec<u8> {
        if !self.may_stand_in(&bytes) {
            return bytes;
        }
        let found = self.runs(&bytes, Enough::in_data);
        if found.is_empty() {
            bytes
        } else {
            without(&bytes, found)
        }
    }

    fn add_with_its_forms(&mut self, secret: &str) {
        self.add(plain(secret.as_bytes()));
        // One that holds what looks like an escape is read as one.
        self.add(Characters::of(secret.as_bytes()).map(|(c, _)| c).collect());
        self.add(plain(hex(secret.as_bytes()).as_bytes()));
        // What stands before it, as in `Bearer …`, shifts the groups of three.
        for (shift, n_before) in [(0, 0), (1, 2), (2, 3)] {
            let shifted = [vec![0; shift], secret.as_bytes().to_vec()].concat();
            let encoded = STANDARD_NO_PAD.encode(&shifted);
            let n_certain = encoded.len() - usize::from(!shifted.len().is_multiple_of(3));
            self.add(plain(encoded.as_bytes().get(n_before..n_certain).unwrap_or_default()));
        }
    }

    fn add(&mut self, characters: Vec<u8>) {
        let n = characters.len();
        if n < GRAM {
            if n >= SHORTEST && !self.short.contains(&characters) {
                self.short.push(characters);
            }
            return;
        }
        let (shortest, longest) = PIECE;
        let enough = if n < LONG {
            Enough {
                in_words: steps(n),
                counts_in_data: false,
            }
        } else {
            Enough {
                in_words: steps((n / 2).clamp(shortest, longest)),
                counts_in_data: true,
            }
        };
        for gram in characters.windows(GRAM) {
            let gram = gram.iter().fold(0, |gram, c| pushed(gram, *c));
            if let Some(word) = self.sieve.get_mut(place(gram) / 64) {
                *word |= 1 << (place(gram) % 64);
            }
            let known = self.grams.entry(gram).or_insert(enough);
            known.in_words = known.in_words.min(enough.in_words);
            known.counts_in_data |= enough.counts_in_data;
        }
    }

    /// Returns where pieces of secrets stand that are long enough, in order.
    fn runs(&self, bytes: &[u8], enough: impl Fn(&Enough) -> usize) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        if self.grams.is_empty() {
            return found;
        }
        let (mut gram, mut starts, mut run) = (0, [0; GRAM], None);
        for (n, (c, at)) in Characters::of(bytes).enumerate() {
            gram = pushed(gram, c);
            // The oldest of the last eight is the next to go.
            let start = starts.get((n + 1) % GRAM).copied().unwrap_or_default();
            if let Some(last) = starts.get_mut(n % GRAM) {
                *last = at.start;
            }
            let known = (n + 1 >= GRAM).then(|| self.known(gram)).flatten();
            let Some(known) = known else {
                run = None;
                continue;
            };
            let (from, n_steps, wanted) = run.unwrap_or((start, 0, NEVER));
            let (n_steps, wanted) = (n_steps + 1, wanted.min(enough(known)));
            run = Some((from, n_steps, wanted));
            if n_steps >= wanted {
                match found.last_mut() {
                    Some(last) if last.end > from => last.end = at.end,
                    Some(_) | None => found.push(from..at.end),
                }
            }
        }
        found
    }

    /// Whether there may be anything in the bytes of an answer, nearly all of which hold nothing. Where as many pieces in a
    /// row are known as give a secret away, one of them is among those that are looked at here.
    fn may_stand_in(&self, bytes: &[u8]) -> bool {
        if self.grams.is_empty() {
            return false;
        }
        let mut characters = Characters::of(bytes);
        let (mut part, mut n_kept, mut at) = ([NOTHING; PART], 0, 0);
        loop {
            let n = characters.fill(&mut part, n_kept);
            let counting = part.get(..n).unwrap_or_default();
            while let Some(gram) = counting.get(at..).and_then(<[u8]>::first_chunk::<GRAM>) {
                if self.known(u64::from_be_bytes(*gram)).is_some() {
                    return true;
                }
                at += STEPS_OF_DATA;
            }
            if n < PART {
                return false;
            }
            // The next piece that is looked at begins in this part, or behind it.
            let first = at.min(n);
            part.copy_within(first..n, 0);
            (n_kept, at) = (n - first, at - first);
        }
    }

    fn known(&self, gram: u64) -> Option<&Enough> {
        let is_possible = self.sieve.get(place(gram) / 64)? & (1 << (place(gram) % 64)) != 0;
        is_possible.then(|| self.grams.get(&gram)).flatten()
    }

    /// Returns where short secrets stand by themselves.
    fn whole_words(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.short.is_empty() {
            return found;
        }
        let characters: Vec<(u8, Range<usize>)> = Characters::of(bytes).collect();
        let is_apart = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_none_or(|c| !c.is_ascii_alphanumeric())
        };
        for secret in &self.short {
            for window in characters.windows(secret.len()) {
                let is_it = window.iter().map(|(c, _)| c).eq(secret);
                if let (true, Some((_, first)), Some((_, last))) = (is_it, window.first(), window.last())
                    && is_apart(first.start.checked_sub(1))
                    && is_apart(Some(last.end))
                {
                    found.push(first.start..last.end);
                }
            }
        }
        found
    }
}

/// How many characters are looked at in one go.
const PART: usize = 1 << 12;

/// The bits of the sieve.
const SIEVE: usize = 1 << 16;

fn place(gram: u64) -> usize {
    let bits = gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    usize::try_from(bits).unwrap_or_default() % SIEVE
}

/// Returns how many steps there are in a piece of so many characters.
const fn steps(piece: usize) -> usize {
    piece - GRAM + 1
}

fn pushed(gram: u64, c: u8) -> u64 {
    gram << 8 | u64::from(c)
}

/// Returns what counts of a text in which nothing is escaped.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let counting = bytes.iter().filter(|c| c.is_ascii_alphanumeric());
    counting.map(u8::to_ascii_lowercase).collect()
}

fn without(bytes: &[u8], mut found: Vec<Range<usize>>) -> Vec<u8> {
    found.sort_by_key(|range| range.start);
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for range in found {
        if range.start >= done {
            out.extend_from_slice(bytes.get(done..range.start).unwrap_or_default());
            out.extend_from_slice(MARK.as_bytes());
        }
        done = done.max(range.end);
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}

/// What does not count.
const NOTHING: u8 = 0;
/// What may begin an escape; by itself it does not count.
const MAYBE_ESCAPED: u8 = 1;

/// What counts of each byte.
#[expect(
    clippy::indexing_slicing,
    reason = "it has a place for every byte, and the compiler looks into it"
)]
const COUNTING: [u8; 256] = {
    let mut table = [NOTHING; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'%' | b'\\' | b'&' => MAYBE_ESCAPED,
            byte => counting(byte),
        };
        byte += 1;
    }
    table
};

/// Returns a letter or a digit as it counts.
const fn counting(c: u8) -> u8 {
    if c.is_ascii_alphanumeric() {
        c.to_ascii_lowercase()
    } else {
        NOTHING
    }
}

/// What counts of a text, with where it stands: letters and digits in lower case, those that are escaped included.
struct Characters<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Characters<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Puts what counts into `part` behind the first `n`, as long as there is room; returns how much there is then. All that a
    /// platform answers goes through here: what a byte is comes from a table, and all that is decided of each is
    /// whether an escape may begin there.
    fn fill(&mut self, part: &mut [u8], mut n: usize) -> usize {
        while n < part.len() && self.at < self.bytes.len() {
            let rest = self.bytes.iter().skip(self.at).take(part.len() - n);
            for byte in rest {
                let c = COUNTING.get(usize::from(*byte)).copied().unwrap_or(NOTHING);
                if c == MAYBE_ESCAPED {
                    break;
                }
                if let Some(place) = part.get_mut(n) {
                    *place = c;
                }
                n += usize::from(c != NOTHING);
                self.at += 1;
            }
            let is_full = n == part.len();
            if let Some(c) = (!is_full).then(|| self.step()).flatten() {
                if let Some(place) = part.get_mut(n) {
                    *place = c;
                }
                n += usize::from(c != NOTHING);
            }
        }
        n
    }

    /// Goes one character on, and returns what counts of it.
    #[inline]
    fn step(&mut self) -> Option<u8> {
        let first = *self.bytes.get(self.at)?;
        let c = COUNTING.get(usize::from(first)).copied().unwrap_or(NOTHING);
        if c != MAYBE_ESCAPED {
            self.at += 1;
            return Some(c);
        }
        let (c, length) = self.escaped().unwrap_or((b' ', 1));
        self.at += length;
        Some(counting(c))
    }

    /// Returns what an escape at the present place stands for, and how long it is.
    fn escaped(&self) -> Option<(u8, usize)> {
        let rest = self.bytes.get(self.at..)?;
        match rest {
            [b'%', digits @ ..] => Some((number(digits.get(..2)?, 16)?, 3)),
            [b'\\', b'x', digits @ ..] => Some((number(digits.get(..2)?, 16)?, 4)),
            [b'\\', b'u', b'{', digits @ ..] => {
                let end = digits.iter().take(7).position(|c| *c == b'}')?;
                Some((number(digits.get(..end)?, 16)?, end + 4))
            }
            [b'\\', b'u', digits @ ..] => Some((number(digits.get(..4)?, 16)?, 6)),
            // A line break or the like: its letter does not count.
            [b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'\\', ..] => Some((b' ', 2)),
            [b'&', b'#', b'x' | b'X', digits @ ..] => {
                let end = digits.iter().take(7).position(|c| *c == b';')?;
                Some((number(digits.get(..end)?, 16)?, end + 4))
            }
            [b'&', b'#', digits @ ..] => {
                let end = digits.iter().take(7).position(|c| *c == b';')?;
                Some((number(digits.get(..end)?, 10)?, end + 3))
            }
            [b'&', name @ ..] => {
                let end = name.iter().take(7).position(|c| *c == b';')?;
                let is_name = name.get(..end)?.iter().all(u8::is_ascii_alphabetic) && end > 1;
                is_name.then_some((b' ', end + 2))
            }
            _ => None,
        }
    }
}

impl Iterator for Characters<'_> {
    type Item = (u8, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let c = self.step()?;
            if c != NOTHING {
                return Some((c, start..self.at));
            }
        }
    }
}

/// Returns what the digits stand for; beyond ASCII it is only something that does not count.
fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| !digits.starts_with('+'))?;
    let value = u32::from_str_radix(digits, radix).ok()?;
    Some(u8::try_from(value).unwrap_or(b' '))
}

/// Without what it knows.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(***)")
    }
}

#[cfg(test)]
mod tests;
