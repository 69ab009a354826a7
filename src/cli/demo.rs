//! `nmp-console demo`: the console on an embedded platform of its own.

use super::console::{self, Prepared};
use super::{Ending, Failure};
use crate::connect::{Connector, Demo};
use crate::runtime::First;
use crate::sandbox;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Who you are in the sample organisation
    #[arg(long = "as", value_name = "EMAIL", default_value = sandbox::DEMO_CALLER)]
    caller: String,
    /// Show the way: five things to do, each with its keys, until all are done
    #[arg(long)]
    tour: bool,
    /// How to delete a workspace that is not empty: refuse, or cascade to its contents
    #[arg(long, value_name = "refuse|cascade", default_value = "refuse")]
    deletion: sandbox::Deletion,
    /// Which database of the platform to behave like: sqlite, or postgres, where principals outside ASCII are never found
    /// again by their names
    #[arg(long, value_name = "sqlite|postgres", default_value = "sqlite")]
    store: sandbox::Database,
}

impl Arguments {
    /// Starts the platform, opens the console on it, and stops the platform when the console is left.
    pub(super) async fn run(self, connector: Connector, prepared: Prepared) -> Result<Ending, Failure> {
        let demo = Demo::start_as(self.caller, (self.deletion, self.store)).await?;
        let mut opening = console::opening(connector, |connector| connector.open_demo(demo))?;
        let first = self.tour.then_some(First::Tour);
        let asked_for = prepared.settings.workspace.as_ref();
        opening.opened.about.start_at = asked_for.map(|asked| asked.value.clone());
        let running = console::launch(prepared, opening, first);
        Box::pin(running).await.map_err(Failure::Console)
    }
}
