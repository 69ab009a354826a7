//! The console itself: whether this terminal can show it, and its start.

use super::{Ending, Failure};
use crate::config::{Display, Settings};
use std::io::{self, IsTerminal as _};

/// Checks that there is a terminal to draw on and to read keys from.
pub(super) fn require_terminal(display: Display) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::NotATerminal("input"));
    }
    if !io::stdout().is_terminal() {
        return Err(Failure::NotATerminal("output"));
    }
    if display.is_dumb {
        return Err(Failure::DumbTerminal);
    }
    Ok(())
}

/// Opens the console and returns when it is left.
#[expect(clippy::unused_async, reason = "what it opens is awaited")]
pub(super) async fn launch(settings: Settings) -> color_eyre::Result<Ending> {
    let address = settings.base_url.map(|url| url.value.to_string()).unwrap_or_default();
    Err(color_eyre::eyre::eyre!(
        "this build has no screens to open {address} with"
    ))
}
