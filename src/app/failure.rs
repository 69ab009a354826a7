//! What a person is told when something did not work: what, in whose words, and what to do next.

use crate::domain::text::SafeText;

/// Something that failed, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One line: what failed.
    pub headline: SafeText,
    /// The platform's own words, where it had any.
    pub said: Option<SafeText>,
    /// One sentence: what to do next.
    pub next: SafeText,
    /// What kind it is, for whoever has to react to it.
    pub kind: FailureKind,
}

/// The kinds of failure a screen or a dialog reacts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// 409: the last Admin cannot go.
    LastAdmin,
    /// 409: the workspace holds these kinds and counts.
    NotEmpty(Vec<(SafeText, u64)>),
    /// 409: the name is taken.
    AlreadyExists,
    /// 409: the name is taken by a workspace that is being deleted.
    BeingDeleted,
    /// 409: the row is no longer in the version that was read, so it was left as it is.
    Moved,
    /// 403: the caller has no right to do this.
    Forbidden,
    /// 401: the server does not know the caller.
    Unauthorized,
    /// 401 to a change, and there is another token now: only reading back tells whether it was carried out.
    TurnedDown,
    /// 404: there is no such thing, or none the caller may see.
    NotFound,
    /// 422, with the fields and what is wrong with each.
    Invalid(Vec<(SafeText, SafeText)>),
    /// The server cannot be reached, or says that it is unwell.
    Unreachable,
    /// The request never left, so nothing can have changed.
    NeverSent,
    /// The request left, the answer did not come: it may or may not have been done.
    OutcomeUnknown,
    /// 500: the contract says that it can be a lost race that succeeded.
    ServerError,
    /// Refused here: read-only, or a name that cannot be addressed.
    RejectedLocally,
    /// Anything else.
    Other,
}

impl Failure {
    /// Returns a failure that happened on this side, with nobody's words but ours.
    pub fn local(headline: &str, next: &str) -> Self {
        Self {
            headline: SafeText::new(headline),
            said: None,
            next: SafeText::new(next),
            kind: FailureKind::Other,
        }
    }

    /// Returns the failure of an answer that is not of the kind its question asks for.
    pub fn misfit() -> Self {
        Self::local(
            "the answer does not fit the question",
            "press r to look again before you go on; the log has the details",
        )
    }

    /// Returns the platform's words, else our own.
    pub fn words(&self) -> &SafeText {
        self.said.as_ref().unwrap_or(&self.headline)
    }

    /// Returns why it failed, without what it was that failed: our headlines go `cannot …: why`.
    pub fn why(&self) -> &str {
        let headline = self.headline.as_str();
        headline.split_once(": ").map_or(headline, |(_, why)| why)
    }

    /// Returns whether asking again at once for something else would fail the same way.
    pub fn concerns_everything(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Unreachable | FailureKind::Unauthorized | FailureKind::NeverSent
        )
    }
}
