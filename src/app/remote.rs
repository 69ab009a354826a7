//! Data that comes from elsewhere: absent, loading, there, or failed, always with what was there before.

use super::failure::Failure;
use super::msg::Ticket;
use jiff::Timestamp;

/// A value read from the platform, in every state it can be in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remote<T> {
    /// Not asked for yet.
    #[default]
    Absent,
    /// Asked for; what was known before stays on show.
    Loading {
        /// The question that is under way.
        ticket: Ticket,
        /// What was known before, and since when.
        stale: Option<(T, Timestamp)>,
    },
    /// Read, and true at the time that is noted.
    Ready {
        /// The value.
        value: T,
        /// When it was true.
        as_of: Timestamp,
    },
    /// The last question failed.
    Failed {
        /// Why it failed.
        failure: Failure,
        /// What was known before, and since when.
        stale: Option<(T, Timestamp)>,
    },
}

impl<T> Remote<T> {
    /// Returns the value, fresh or stale, and when it was true.
    fn known(&self) -> Option<(&T, Timestamp)> {
        match self {
            Self::Absent => None,
            Self::Ready { value, as_of } => Some((value, *as_of)),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => {
                stale.as_ref().map(|(value, as_of)| (value, *as_of))
            }
        }
    }

    /// Returns the value, fresh or stale.
    pub fn value(&self) -> Option<&T> {
        self.known().map(|(value, _)| value)
    }

    /// Returns the value that the last question brought; nothing where another has been asked, or failed, since.
    pub fn fresh(&self) -> Option<&T> {
        let Self::Ready { value, .. } = self else {
            return None;
        };
        Some(value)
    }

    /// Returns when the value was true.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.known().map(|(_, as_of)| as_of)
    }

    /// Returns why the last question failed, if it did.
    pub fn failure(&self) -> Option<&Failure> {
        let Self::Failed { failure, .. } = self else {
            return None;
        };
        Some(failure)
    }

    /// Returns the question under way.
    pub fn asked(&self) -> Option<Ticket> {
        let Self::Loading { ticket, .. } = self else {
            return None;
        };
        Some(*ticket)
    }

    /// Returns whether a question is under way.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// Returns whether the last question was answered, well or not.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Ready { .. } | Self::Failed { .. })
    }

    /// Notes that `ticket` is now asking; what was known becomes stale.
    pub fn ask(&mut self, ticket: Ticket) {
        let stale = self.take_known();
        *self = Self::Loading { ticket, stale };
    }

    /// Takes the answer to the question under way.
    pub fn settle(&mut self, answer: Result<T, Failure>, now: Timestamp) {
        *self = match answer {
            Ok(value) => Self::Ready { value, as_of: now },
            Err(failure) => Self::Failed {
                failure,
                stale: self.take_known(),
            },
        };
    }

    fn take_known(&mut self) -> Option<(T, Timestamp)> {
        match std::mem::take(self) {
            Self::Absent => None,
            Self::Ready { value, as_of } => Some((value, as_of)),
            Self::Loading { stale, .. } | Self::Failed { stale, .. } => stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_refresh_keeps_what_was_there() {
        let (early, late) = (Timestamp::from_second(1).unwrap(), Timestamp::from_second(2).unwrap());
        let mut remote = Remote::default();
        remote.ask(Ticket::new(1));
        remote.settle(Ok(7), early);
        remote.ask(Ticket::new(2));
        assert_eq!(remote.value(), Some(&7));
        remote.settle(Err(Failure::local("no connection", "press r")), late);
        assert_eq!(remote.value(), Some(&7));
        assert_eq!(remote.as_of(), Some(early));
        assert!(remote.failure().is_some());
    }
}
