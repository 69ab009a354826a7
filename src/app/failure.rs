//! What a person is told when something did not work: what, in whose words, and what to do next.

pub use crate::domain::failure::FailureKind;
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
            "the answer does not match the request",
            "refresh to check before you continue; the log has the details",
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
