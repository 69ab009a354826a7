//! What commands have in common that only ask: they connect, and a signal ends them.

use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::api::Client;
use crate::config::Settings;
use crate::connect::{About, Connector, Opened};
use crate::domain::platform::ServerInfo;

/// Connects, says what there is to be warned of, and asks the platform what it is and who the caller is.
pub(super) async fn connect(
    connector: &Connector,
    settings: Settings,
    authorities: Vec<u8>,
) -> Result<(About, Client, ServerInfo), Failure> {
    let Opened { about, client, .. } = connector.open_by(settings, authorities)?;
    about.warnings.iter().for_each(tell);
    let info = client.server_info().await.map_err(Failure::Platform)?;
    Ok((about, client, info))
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
