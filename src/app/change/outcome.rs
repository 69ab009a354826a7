//! What became of a change, for those who tell it and for the journal.

use super::judge;
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Effect, Found, Of, Ticket};
use crate::domain::activity::{Conclusion, Verdict};
use crate::domain::change::Change;
use crate::domain::text::SafeText;

/// A change that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What it was.
    pub change: Change,
    /// What became of it.
    pub outcome: Outcome,
    /// What was read last, where something could be read.
    pub now: Option<Found>,
    /// The request that went out last, if one did.
    pub sent: Option<Ticket>,
    /// What may still come true: the change itself, or the one of its requests whose end nobody saw.
    pub in_flight: Option<Change>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted, and read back as wanted.
    Confirmed,
    /// Accepted; reading back was impossible.
    Accepted(Failure),
    /// Accepted, but it does not read back as wanted, however often one looks; in words, with what is there.
    NotSeen(SafeText),
    /// No yes was heard, but reading back shows that it was done.
    Applied(Failure),
    /// A part came true and the rest did not, of several requests or of one: what is held now, and why it went no
    /// further.
    HalfDone(SafeText, Failure),
    /// Refused by the platform, and not done.
    Refused(Failure),
    /// Nothing was sent: it could not be, or was not to be.
    NotSent(Failure),
    /// No yes and no no was heard, and reading back shows that it was not done so far.
    NotApplied(Failure),
    /// No yes and no no was heard, and nothing could be read back.
    Unknown(Failure),
    /// Not sent: the target is no longer what its author saw. In words, with the fresh state.
    Drifted(SafeText),
}

impl Outcome {
    /// Returns whether what was wanted is now true.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Accepted(_) | Self::Applied(_))
    }

    /// Returns whether what is said of one request leaves open that it is carried out later, or comes into sight later.
    pub(super) fn may_still_come_true(&self) -> bool {
        match self {
            Self::NotApplied(_) | Self::NotSeen(_) | Self::Unknown(_) | Self::HalfDone(..) => true,
            Self::Confirmed
            | Self::Accepted(_)
            | Self::Applied(_)
            | Self::Refused(_)
            | Self::NotSent(_)
            | Self::Drifted(_) => false,
        }
    }

    /// Returns why the changes after this one must not be tried, if so: the way to the platform is broken.
    pub(super) fn stops_the_rest(&self) -> Option<&Failure> {
        match self {
            // Who answers a change and reads back is there, however confused the answer.
            Self::NotApplied(failure) => (failure.kind != FailureKind::ServerError).then_some(failure),
            Self::Unknown(failure) => Some(failure),
            Self::Refused(failure) | Self::NotSent(failure) | Self::HalfDone(_, failure) => {
                let is_final = failure.concerns_everything()
                    || matches!(
                        failure.kind,
                        FailureKind::RejectedLocally | FailureKind::NotJournalled | FailureKind::OutcomeUnknown
                    );
                is_final.then_some(failure)
            }
            Self::Confirmed | Self::Accepted(_) | Self::NotSeen(_) | Self::Applied(_) | Self::Drifted(_) => None,
        }
    }
}

impl Outcome {
    /// Returns it as the journal has it, given what was read last.
    pub(in crate::app) fn conclusion(&self, change: &Change, now: Option<&Found>) -> Conclusion {
        let (verdict, why) = match self {
            Self::Confirmed => (Verdict::Confirmed, None),
            Self::Accepted(failure) => (Verdict::Accepted, Some(&failure.headline)),
            Self::NotSeen(what) => (Verdict::Accepted, Some(what)),
            Self::Applied(failure) => (Verdict::Applied, Some(&failure.headline)),
            Self::HalfDone(what, _) => (Verdict::HalfDone, Some(what)),
            Self::Refused(failure) => (Verdict::Refused, Some(failure.words())),
            Self::NotSent(failure) => (Verdict::NotSent, Some(&failure.headline)),
            Self::NotApplied(failure) => (Verdict::NotApplied, Some(&failure.headline)),
            Self::Unknown(failure) => (Verdict::Unknown, Some(&failure.headline)),
            Self::Drifted(what) => (Verdict::NotSent, Some(what)),
        };
        Conclusion {
            verdict,
            found: now.and_then(|now| judge::roles_found(change, now)),
            why: why.cloned(),
            may_come_true: self.may_still_come_true(),
        }
    }
}

impl Settled {
    /// Returns what is to be written down of its last request, which came true late.
    pub(in crate::app) fn concluded(&self) -> Option<Effect> {
        let of = Of::Sent(self.sent?);
        let mut conclusion = self.outcome.conclusion(&self.change, self.now.as_ref());
        if conclusion.verdict == Verdict::HalfDone {
            // Of several requests this one came true.
            (conclusion.verdict, conclusion.why) = (Verdict::Applied, None);
        }
        Some(Effect::Conclude { of, conclusion })
    }
}

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
