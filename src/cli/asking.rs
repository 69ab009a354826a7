//! What commands have in common that talk to a platform: they connect, and a signal ends them.

use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::config::{ReadOnlySource, Settings};
use crate::connect::{Connector, Opened};
use crate::domain::platform::ServerInfo;

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
    let info = opened.client.server_info().await.map_err(Failure::Platform)?;
    Ok((opened, info))
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
