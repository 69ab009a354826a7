//! What commands have in common that talk to a platform: they connect, and a signal ends them.

use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::api::{self, ErrorKind};
use crate::config::{ReadOnlySource, Settings};
use crate::connect::{Connector, Opened};
use crate::domain::command::{quoted, typed};
use crate::domain::context::{Destination, Login};
use crate::domain::platform::ServerInfo;
use crate::domain::text::SafeText;

/// Returns the settings with which nothing is changed, whatever else may be done through the connection.
pub(super) fn read_only(settings: Settings) -> Settings {
    Settings {
        read_only: settings.read_only.or(Some(ReadOnlySource::Flag)),
        ..settings
    }
}

/// Says what there is to be warned of, and opens the connection: nothing is asked yet.
pub(super) fn open(connector: &Connector, settings: Settings, authorities: Vec<u8>) -> Result<Opened, Failure> {
    settings.warnings.iter().for_each(tell);
    Ok(connector.open_by(settings, authorities)?)
}

/// Opens the connection, and asks the platform what it is and who the caller is.
pub(super) async fn connect(
    connector: &Connector,
    settings: Settings,
    authorities: Vec<u8>,
) -> Result<(Opened, ServerInfo), Failure> {
    let opened = open(connector, settings, authorities)?;
    let info = opened.client.server_info().await;
    let info = info.map_err(|error| refused(&opened, error))?;
    Ok((opened, info))
}

/// Returns why the platform does not say who the caller is: where nobody is logged in, no answer of it says that as plainly.
fn refused(opened: &Opened, error: api::Error) -> Failure {
    if *error.kind() != ErrorKind::Unauthorized || opened.about.login != Login::Nobody {
        return Failure::Platform(error);
    }
    let (place, option) = match &opened.about.destination {
        Some(Destination::Context(name)) => (
            format!("context {}", name.quoted()),
            typed(name.raw()).map_or_else(
                || ", with --context and its name".to_owned(),
                |name| format!(" --context {name}"),
            ),
        ),
        Some(Destination::Address(url)) => (
            SafeText::new(url.as_str()).to_string(),
            format!(" --base-url {}", SafeText::new(&quoted(url.as_str()))),
        ),
        Some(Destination::Demo) | None => return Failure::Platform(error),
    };
    Failure::LoggedOut(SafeText::new(&format!(
        "not logged in: {place} has no token, and the server wants one; log in with: nmp-console login{option}"
    )))
}

/// Does `work`, and lets a renewal of the login end however that ended: a program that ends before may lose the login.
pub(super) async fn settling<T>(connector: &Connector, work: impl Future<Output = T>) -> T {
    let ended = work.await;
    connector.settled().await;
    ended
}

/// Does `work` until it is done or a signal comes, and lets a renewal of the login end.
pub(super) async fn until_a_signal(
    connector: &Connector,
    work: impl Future<Output = Result<Ending, Failure>>,
) -> Result<Ending, Failure> {
    let mut signals = Signals::listen()?;
    let until_a_signal = async {
        tokio::select! {
            ended = work => ended,
            number = signals.next() => Ok(Ending::Signalled(number)),
        }
    };
    settling(connector, until_a_signal).await
}
