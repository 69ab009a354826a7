//! What concerns the config file of the platform's CLI, logging in, and connections.

use super::Platform;
use crate::app::failure::Failure;
use crate::app::msg::{Answer, Msg, Setting, Ticket};
use crate::app::session::Session;
use crate::domain::context::{ContextName, Contexts, Destination};
use crate::domain::login::{Way, Ways};
use crate::runtime::connecting::SessionOpener;
use crate::runtime::failure::not_connected;
use tokio::sync::mpsc::{self, Sender};

fn opener(platform: &Platform) -> Result<&SessionOpener, Failure> {
    platform.opener.as_ref().ok_or_else(|| {
        Failure::local(
            "this console only knows the platform it was started on",
            "start it again for another one",
        )
    })
}

/// Reads every context of the config file.
pub(super) async fn contexts(platform: &Platform) -> Result<Contexts, Failure> {
    let contexts = opener(platform)?.connector.contexts().await;
    contexts.map_err(|error| not_connected(&error))
}

/// Asks how one can log in at a destination.
pub(super) async fn ways(platform: &Platform, at: Destination) -> Result<Ways, Failure> {
    let ways = opener(platform)?.connector.ways(at).await;
    ways.map_err(|error| not_connected(&error))
}

/// Makes a connection; it comes back with what the screens say about it.
pub(in crate::runtime) async fn open(
    platform: Platform,
    destination: Destination,
) -> Result<(Box<Session>, Platform), Failure> {
    let opener = opener(&platform)?;
    let opened = opener
        .connector
        .open(destination)
        .await
        .map_err(|error| not_connected(&error))?;
    let (session, platform) = opener.enter(opened).await;
    Ok((Box::new(session), platform))
}

/// Logs in. The code of a device authorization is told on the way, the end by the same way.
pub(in crate::runtime) async fn log_in(
    platform: Platform,
    ticket: Ticket,
    (at, way): (Destination, Way),
    tell: Sender<Msg>,
) -> Option<Msg> {
    let (hand_over, mut codes) = mpsc::unbounded_channel();
    let logging_in = async move {
        let on_code = move |code| {
            // Where nobody takes it any more, the console is already gone.
            let _ = hand_over.send(code);
        };
        let logged_in = opener(&platform)?.connector.log_in(at, way, on_code).await;
        // The login itself is in force only once the connection is made anew and entered.
        logged_in.map_err(|error| not_connected(&error))
    };
    // The code is told once only, so this waits for a queue that is full.
    let telling = async {
        while let Some(code) = codes.recv().await {
            let answer = Answer::DeviceCode(code);
            if tell.send(Msg::Answered { ticket, answer }).await.is_err() {
                break;
            }
        }
    };
    let (logged_in, ()) = tokio::join!(logging_in, telling);
    let answer = Answer::LoggedIn(logged_in);
    // Where nobody listens any more, the console is already gone.
    let _ = tell.send(Msg::Answered { ticket, answer }).await;
    None
}

/// Takes the token of a context out of the config file.
pub(in crate::runtime) async fn log_out(platform: Platform, ticket: Ticket, context: ContextName) -> Option<Msg> {
    let logged_out = match opener(&platform) {
        Ok(opener) => {
            let logged_out = opener.connector.log_out(Destination::Context(context.clone())).await;
            logged_out.map(|_| ()).map_err(|error| not_connected(&error))
        }
        Err(failure) => Err(failure),
    };
    let answer = Answer::LoggedOut(context, logged_out);
    Some(Msg::Answered { ticket, answer })
}

/// Writes a setting into the config file.
pub(in crate::runtime) async fn keep(platform: Platform, ticket: Ticket, setting: Setting) -> Option<Msg> {
    let kept = match opener(&platform) {
        Ok(SessionOpener { connector, .. }) => match setting.clone() {
            Setting::DefaultWorkspace { context, workspace } => connector.keep_workspace(context, workspace).await,
            Setting::CurrentContext(context) => connector.keep_current(context).await,
        }
        .map_err(|error| not_connected(&error)),
        Err(failure) => Err(failure),
    };
    let answer = Answer::Kept(setting, kept);
    Some(Msg::Answered { ticket, answer })
}
