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
