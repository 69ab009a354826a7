//! Why a request did not do what it was for, sorted by what the caller can do about it.
//!
//! An [`Error`] keeps the status, the platform's own words (made safe) and which request it was. It
//! never holds a token, nor what the platform echoes of a request it calls invalid.

pub(crate) mod body;
mod conflict;
mod meaning;
mod unreachable;

pub use unreachable::{ProxyFault, ProxyTrouble, TlsTrouble, Unreachable, Validity};

use super::operation::{Asked, Operation};
use super::secrets::Secrets;
use super::tokens::{TokenProblem, TokenUnavailable};
use crate::domain::failure::FailureKind;
use crate::domain::ids::NameProblem;
use crate::domain::parsing;
use crate::domain::retry::Trouble;
use crate::domain::text::{SafeText, without_error_numbers};
use body::{Said, Speaker};
use meaning::Meaning;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A request that failed, or was refused before it was sent.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    status: Option<u16>,
    said: Option<SafeText>,
    fields: Vec<FieldError>,
    /// Whether the platform found fault with what was sent, part by part, in its own way of saying so.
    is_validation: bool,
    request: Option<Asked>,
    source: Option<Source>,
    /// Where the connection was to go, and who named that place.
    place: Option<SafeText>,
}

type Source = Arc<dyn std::error::Error + Send + Sync>;

/// What the platform found wrong with one field of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field: `name`, `roles.0`.
    pub field: SafeText,
    /// What is wrong with it.
    pub message: SafeText,
}

/// What went wrong, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 409: it would leave the workspace without an Admin. Nothing was changed.
    LastAdmin,
    /// 409: the workspace still holds these kinds of things, with how many of each. Nothing was deleted.
    NotEmpty(Vec<(SafeText, u64)>),
    /// 409: the name is taken.
    AlreadyExists,
    /// 409: the name is taken by a workspace that is being deleted; it is free again when that is over.
    BeingDeleted,
    /// 409: a row is no longer as it was read. Nothing was changed.
    Moved,
    /// 409: it conflicts with how things are, in a way that is none of the above.
    Conflict,
    /// 403: no right, no such thing, or a service that is not there; the platform does not say which.
    Forbidden,
    /// 401: the token is missing, wrong or expired.
    Unauthorized,
    /// 401 to a change that was sent, and there is another token now. The change may have been carried out all the same:
    /// what turned the token down need not be the platform.
    TurnedDown,
    /// The token has ended and nothing renews it: somebody has to log in. Nothing was changed.
    SessionExpired,
    /// The token has ended, and whoever renews it cannot be asked at the moment. Nothing was changed.
    NotRenewed,
    /// There is a new token, and the platform has not said yet that it is still the caller's. Nothing was changed.
    Unproven,
    /// 404: no such thing, as far as the caller may know.
    NotFound,
    /// 400 or 422: the platform rejects what was sent.
    Invalid,
    /// 429: too many requests.
    RateLimited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// 502, 503, 504: the platform, or something in front of it, is unwell.
    Unavailable {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// Another 5xx. For a change it can be a lost race that succeeded: only reading back tells.
    ServerError,
    /// Another refusal (405, 413, …).
    Refused,
    /// No connection came about, so nothing was sent.
    NotConnected(Unreachable),
    /// The time limit passed while connecting, so nothing was sent.
    TimedOutBeforeSending,
    /// A read was not answered within its time limit.
    TimedOut,
    /// The connection broke off during a read.
    ConnectionLost,
    /// A change may have left and no answer came: it is applied or it is not.
    OutcomeUnknown,
    /// An answer came that is not the platform's: HTML, a redirect, something that cannot be decoded.
    NotTheExpectedAnswer(Unexpected),
    /// The connection is read-only; nothing was sent.
    ReadOnly,
    /// A name that no request can reach; nothing was sent.
    Unaddressable(NameProblem),
    /// A new name that breaks the rules; nothing was sent.
    BadName(NameProblem),
    /// It holds a NUL character, which the platform's store cannot keep and which breaks lists for everybody; nothing was
    /// sent.
    HoldsNul,
    /// No roles for somebody who held none: there is nothing to add and nobody to remove; nothing was sent.
    NoRoles,
    /// `default` and `system` are not deleted; nothing was sent.
    Protected,
    /// A token over plain http to another machine; nothing was sent.
    InsecureToken,
    /// The token holds characters no token has; nothing was sent.
    BadToken,
    /// The certificates to trust are none, or none that can be used; nothing was sent.
    BadAuthorities,
    /// What should be the address of another server is none; nothing was sent.
    BadAddress,
    /// The HTTP library could not be set up, for example for want of trusted authorities.
    Setup,
}

impl ErrorKind {
    /// Returns whether the token is at fault, whatever was asked for.
    pub(crate) fn is_about_the_token(&self) -> bool {
        matches!(
            self,
            Self::Unauthorized | Self::SessionExpired | Self::NotRenewed | Self::Unproven
        )
    }
}

/// In what way an answer is not the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unexpected {
    /// A web page, such as a login page or an error of a gateway.
    Html,
    /// Neither JSON nor HTML, or no HTTP at all.
    NotJson,
    /// No HTTP where an http address leads to: perhaps a server that speaks https.
    NotHttp,
    /// JSON, but not what was asked for.
    Shape,
    /// A redirect; they are never followed.
    Redirect,
    /// More than is read of an answer.
    TooLarge,
    /// A status that does not belong to this request.
    Status,
}

impl Error {
    /// Returns what went wrong, by what can be done about it.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the status of the answer, if one came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns what could not be done and why in one line, without the platform's own words.
    pub fn headline(&self) -> SafeText {
        let why = self.meaning().why;
        let status = self.0.status.map(|status| format!(" ({status})")).unwrap_or_default();
        let purpose = self
            .0
            .request
            .as_ref()
            .map(|request| format!("cannot {}: ", request.purpose));
        // The proxy that failed stands in the words before; what it was to lead to is another machine.
        let is_by_proxy = matches!(self.0.kind, ErrorKind::NotConnected(Unreachable::Proxy(_)));
        let towards = if is_by_proxy { "on the way to " } else { "" };
        let place = self.0.place.as_ref().map(|place| format!(" ({towards}{place})"));
        let (purpose, place) = (purpose.unwrap_or_default(), place.unwrap_or_default());
        SafeText::new(&format!("{purpose}{why}{place}{status}"))
    }

    /// Returns the platform's own words, made safe; for an answer of somebody else, its first line.
    pub fn said(&self) -> Option<&SafeText> {
        self.0.said.as_ref()
    }

    /// Returns what the platform found wrong field by field (422).
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// Returns which request it was; none where not even a client could be made.
    pub fn request(&self) -> Option<&Asked> {
        self.0.request.as_ref()
    }

    /// Returns what to do next, in one sentence.
    pub fn next_step(&self) -> SafeText {
        SafeText::new(&self.meaning().next)
    }

    /// Returns whether it was a change and only reading back tells if it is applied.
    pub fn is_outcome_unknown(&self) -> bool {
        let is_change = matches!(self.operation(), Some(Operation::Change(_)));
        is_change
            && matches!(
                self.failure_kind(),
                FailureKind::OutcomeUnknown
                    | FailureKind::ServerError
                    | FailureKind::TurnedDown
                    | FailureKind::Unreachable
            )
    }

    /// Returns how whoever asked has to react.
    pub fn failure_kind(&self) -> FailureKind {
        self.meaning().failure
    }

    /// Returns the error as [`retry`](crate::domain::retry) sees it.
    pub fn trouble(&self) -> Trouble {
        self.meaning().trouble
    }

    fn meaning(&self) -> Meaning {
        Meaning::of(&self.0.kind, self.operation(), &self.0.fields)
    }

    fn operation(&self) -> Option<Operation> {
        self.0.request.as_ref().map(|request| request.operation)
    }

    /// An error before there was a request.
    pub(crate) fn setup(kind: ErrorKind, source: Option<Source>) -> Self {
        Self(Box::new(Inner {
            kind,
            status: None,
            said: source.as_ref().and_then(|source| innermost(source.as_ref())),
            fields: Vec::new(),
            is_validation: false,
            request: None,
            source,
            place: None,
        }))
    }

    /// A request that was made but must not, or could not, be sent.
    pub(crate) fn unsent(kind: ErrorKind, request: impl Into<Asked>) -> Self {
        let mut error = Self::setup(kind, None);
        error.0.request = Some(request.into());
        error
    }

    /// A request for which there is no token: either it was not sent, or the server turned it down for its token.
    pub(crate) fn token_unavailable(unavailable: TokenUnavailable, request: impl Into<Asked>) -> Self {
        let kind = match unavailable.how {
            TokenProblem::LoginRequired => ErrorKind::SessionExpired,
            TokenProblem::Temporary => ErrorKind::NotRenewed,
            TokenProblem::Unproven => ErrorKind::Unproven,
        };
        let mut error = Self::unsent(kind, request);
        error.0.said = unavailable.said;
        error
    }

    /// A request that failed on its way.
    pub(crate) fn in_transit(kind: ErrorKind, request: impl Into<Asked>, source: Source) -> Self {
        let mut error = Self::unsent(kind, request);
        error.0.said = innermost(source.as_ref());
        error.0.source = Some(source);
        error
    }

    /// The same refusal of a token, now that there is another one.
    pub(crate) fn with_another_token(mut self) -> Self {
        self.0.kind = ErrorKind::TurnedDown;
        self
    }

    /// Takes `secrets` out of the words of the libraries: a proxy's own may stand in them.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        self.0.said = self.0.said.map(|said| secrets.words(said.as_str()));
        self
    }

    /// Says where the connection was to go: `nmp.example.com:443, NMP_BASE_URL`.
    pub(crate) fn at(mut self, place: SafeText) -> Self {
        self.0.place = Some(place);
        self
    }

    /// Puts `words` in place of those of the libraries.
    pub(crate) fn saying(mut self, words: Option<SafeText>) -> Self {
        self.0.said = words;
        self
    }

    /// A request that was answered with something else than it asked for.
    pub(crate) fn unexpected(what: Unexpected, status: u16, said: Option<SafeText>, request: impl Into<Asked>) -> Self {
        let mut error = Self::unsent(ErrorKind::NotTheExpectedAnswer(what), request);
        error.0.status = Some(status);
        error.0.said = said;
        error
    }

    /// A request the server refused.
    pub(crate) fn refused(status: u16, said: Said, retry_after: Option<Duration>, request: impl Into<Asked>) -> Self {
        let request = request.into();
        let kind = match status {
            300..400 => ErrorKind::NotTheExpectedAnswer(Unexpected::Redirect),
            400 | 422 => ErrorKind::Invalid,
            401 => ErrorKind::Unauthorized,
            // Firewalls and web servers that know nothing of the platform also say 403 and 404, but in their own way.
            403 | 404 => match foreign(said.by) {
                Some(what) => ErrorKind::NotTheExpectedAnswer(what),
                None if status == 403 => ErrorKind::Forbidden,
                None => ErrorKind::NotFound,
            },
            409 => conflict::kind(said.raw.as_deref().unwrap_or_default(), request.operation),
            429 => ErrorKind::RateLimited { retry_after },
            502..=504 => ErrorKind::Unavailable { retry_after },
            400..500 => ErrorKind::Refused,
            500..600 => ErrorKind::ServerError,
            _ => ErrorKind::NotTheExpectedAnswer(Unexpected::Status),
        };
        let mut error = Self::unsent(kind, request);
        error.0.status = Some(status);
        error.0.is_validation = said.by == Speaker::Validation;
        error.0.said = said.text;
        error.0.fields = said.fields;
        error
    }

    /// Returns whether the platform itself calls what was sent invalid, part by part (422).
    pub(crate) fn is_validation(&self) -> bool {
        self.0.status == Some(422) && self.0.is_validation
    }
}

/// Returns in what way an answer is not the platform's, if it is not.
fn foreign(by: Speaker) -> Option<Unexpected> {
    match by {
        Speaker::Platform | Speaker::Validation => None,
        Speaker::Page => Some(Unexpected::Html),
        Speaker::OtherJson => Some(Unexpected::Shape),
        Speaker::Other => Some(Unexpected::NotJson),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.headline())?;
        match &self.0.said {
            Some(said) => write!(f, ": {said}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("said", &self.0.said)
            .field("fields", &self.0.fields)
            .field("request", &self.0.request)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| {
            let source: &(dyn std::error::Error + 'static) = source.as_ref();
            source
        })
    }
}

/// The last cause in the chain says most: `Connection refused`. What is said to programmers is not passed on; the kind
/// of the error has it in other words.
fn innermost(error: &(dyn std::error::Error + 'static)) -> Option<SafeText> {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    Some(SafeText::new(&parsing::in_words(&without_error_numbers(
        &last.to_string(),
    ))?))
}

#[cfg(test)]
mod tests;
