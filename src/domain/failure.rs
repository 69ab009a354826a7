//! Why something did not work, by how whoever asked for it has to react.

use super::text::SafeText;

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
    /// 500: of two requests at once for the same member one gets it although the change was made (observed on 0.8.1).
    ServerError,
    /// Refused here: read-only, or a name that cannot be addressed.
    RejectedLocally,
    /// It could not be written into the journal, so it was not sent.
    NotJournalled,
    /// Anything that nobody has to react to.
    Other,
}
