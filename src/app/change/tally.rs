//! How many changes ended how.

use super::{Outcome, Settled};

/// How many changes ended how; each counts once. Refused are those to which the platform said no, and no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They are made.
    pub done: usize,
    /// Of those that are made, how many were not read back.
    pub unread: usize,
    /// The platform said no.
    pub refused: usize,
    /// It is not known what became of them.
    pub unknown: usize,
    /// Of their requests some were carried out.
    pub half_done: usize,
    /// The platform said yes, and they are not seen.
    pub not_seen: usize,
    /// Nothing of them was sent.
    pub not_sent: usize,
}

impl Tally {
    /// Adds up what became of `settled`.
    pub fn of(settled: &[Settled]) -> Self {
        let mut sums = Self::default();
        for one in settled {
            match &one.outcome {
                Outcome::Confirmed | Outcome::Applied(_) => sums.done += 1,
                Outcome::Accepted(_) => {
                    sums.done += 1;
                    sums.unread += 1;
                }
                Outcome::Refused(_) => sums.refused += 1,
                // A request whose answer was lost can still be carried out, whatever was read back so far.
                Outcome::NotApplied(_) | Outcome::Unknown(_) => sums.unknown += 1,
                Outcome::HalfDone(..) => sums.half_done += 1,
                Outcome::NotSeen(_) => sums.not_seen += 1,
                Outcome::NotSent(_) | Outcome::Drifted(_) => sums.not_sent += 1,
            }
        }
        sums
    }

    /// Returns the three sums that are always told.
    pub fn in_words(self) -> String {
        let Self {
            done, refused, unknown, ..
        } = self;
        format!("{done} applied, {refused} refused, {unknown} unknown")
    }
}
