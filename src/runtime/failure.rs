//! From an error of the API client to what a person is told: the one place.

use crate::api::{Error, Waiting};
use crate::app::failure::Failure;
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
        kind: error.failure_kind(),
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
