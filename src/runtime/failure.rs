//! From an error of the API client to what a person is told: the one place.

use crate::api::{Error, ErrorKind, Waiting};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Msg, Ticket};
use crate::connect;
use crate::domain::retry::Trouble;
use crate::domain::text::SafeText;

/// Returns `error` as it is shown.
pub fn failure(error: &Error) -> Failure {
    Failure {
        headline: error.headline(),
        said: error.said().cloned(),
        next: error.next_step(),
        kind: kind(error),
    }
}

/// Returns why there is no connection, as it is shown.
pub(super) fn not_connected(error: &connect::Error) -> Failure {
    match error {
        connect::Error::Client(error) => failure(error),
        connect::Error::Settings(_)
        | connect::Error::Login(_)
        | connect::Error::Address(_)
        | connect::Error::Sandbox(_) => Failure::local(&error.to_string(), &error.next_step()),
    }
}

fn kind(error: &Error) -> FailureKind {
    let is_change = error.is_outcome_unknown();
    match error.kind() {
        ErrorKind::LastAdmin => FailureKind::LastAdmin,
        ErrorKind::NotEmpty(kinds) => FailureKind::NotEmpty(kinds.clone()),
        ErrorKind::AlreadyExists => FailureKind::AlreadyExists,
        ErrorKind::BeingDeleted => FailureKind::BeingDeleted,
        ErrorKind::Moved => FailureKind::Moved,
        ErrorKind::Forbidden => FailureKind::Forbidden,
        ErrorKind::Unauthorized | ErrorKind::SessionExpired => FailureKind::Unauthorized,
        ErrorKind::TurnedDown => FailureKind::TurnedDown,
        ErrorKind::NotFound => FailureKind::NotFound,
        ErrorKind::Invalid => FailureKind::Invalid(
            error
                .field_errors()
                .iter()
                .map(|field| (field.field.clone(), field.message.clone()))
                .collect(),
        ),
        ErrorKind::OutcomeUnknown => FailureKind::OutcomeUnknown,
        ErrorKind::ServerError => FailureKind::ServerError,
        // A gateway that answers a change in the platform's stead does not say whether the platform did it.
        ErrorKind::Unavailable { .. } | ErrorKind::NotTheExpectedAnswer(_) if is_change => FailureKind::OutcomeUnknown,
        ErrorKind::NotConnected(_) | ErrorKind::TimedOutBeforeSending | ErrorKind::NotRenewed | ErrorKind::Unproven => {
            FailureKind::NeverSent
        }
        ErrorKind::Unavailable { .. } | ErrorKind::TimedOut | ErrorKind::ConnectionLost => FailureKind::Unreachable,
        ErrorKind::ReadOnly
        | ErrorKind::Unaddressable(_)
        | ErrorKind::BadName(_)
        | ErrorKind::HoldsNul
        | ErrorKind::NoRoles
        | ErrorKind::NotAMember
        | ErrorKind::Protected
        | ErrorKind::InsecureToken
        | ErrorKind::BadToken
        | ErrorKind::BadAuthorities
        | ErrorKind::BadAddress
        | ErrorKind::Setup => FailureKind::RejectedLocally,
        ErrorKind::Conflict
        | ErrorKind::RateLimited { .. }
        | ErrorKind::Refused
        | ErrorKind::NotTheExpectedAnswer(_) => FailureKind::Other,
    }
}

/// Returns the message that a read is about to be tried again.
pub(super) fn waiting(ticket: Ticket, wait: &Waiting) -> Msg {
    let why = match wait.trouble {
        Trouble::Busy { .. } => "the server is busy",
        Trouble::NotConnected => "no connection",
        Trouble::TimedOut => "no answer",
        Trouble::Final => "it failed",
    };
    Msg::Waiting {
        ticket,
        delay: wait.delay,
        why: SafeText::new(why),
    }
}
