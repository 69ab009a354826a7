//! What concerns the config file of the platform's CLI, logging in, and connections.

use super::Platform;
use crate::app::failure::Failure;
use crate::app::model::Session;
use crate::app::msg::{Answer, Msg, Setting, Ticket};
use crate::domain::context::{ContextName, Contexts, Destination};
use crate::domain::login::{Way, Ways};
use crate::runtime::failure::not_connected;
use tokio::sync::mpsc::Sender;

fn no_desk() -> Failure {
    Failure::local(
        "cannot do that: this console was started without a config file of its own",
        "start it with the config file",
    )
}

/// Reads every context of the config file.
pub(super) async fn contexts(_: &Platform) -> Result<Contexts, Failure> {
    Err(no_desk())
}

/// Asks how one can log in at a destination.
pub(super) async fn ways(_: &Platform, _: Destination) -> Result<Ways, Failure> {
    Err(no_desk())
}

/// Makes a connection; it comes back with what the screens say about it.
pub(in crate::runtime) async fn open(
    platform: Platform,
    destination: Destination,
) -> Result<(Box<Session>, Platform), Failure> {
    let gate = platform.gate.as_ref().ok_or_else(no_desk)?;
    let opened = gate
        .desk
        .open(destination)
        .await
        .map_err(|error| not_connected(&error))?;
    let (session, platform) = gate.enter(opened).await;
    Ok((Box::new(session), platform))
}

/// Logs in. The code of a device authorization is told on the way, the end by the same way.
pub(in crate::runtime) async fn log_in(
    _: Platform,
    ticket: Ticket,
    (_, _): (Destination, Way),
    tell: Sender<Msg>,
) -> Option<Msg> {
    let answer = Answer::LoggedIn(Err(no_desk()));
    // Where nobody listens any more, the console is already gone.
    let _ = tell.send(Msg::Answered { ticket, answer }).await;
    None
}

/// Takes the token of a context out of the config file.
pub(in crate::runtime) async fn log_out(_: Platform, ticket: Ticket, _: ContextName) -> Option<Msg> {
    let answer = Answer::LoggedOut(Err(no_desk()));
    Some(Msg::Answered { ticket, answer })
}

/// Writes a setting into the config file.
pub(in crate::runtime) async fn keep(_: Platform, ticket: Ticket, _: Setting) -> Option<Msg> {
    let answer = Answer::Kept(Err(no_desk()));
    Some(Msg::Answered { ticket, answer })
}
