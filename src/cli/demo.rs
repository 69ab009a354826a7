//! `nmp-console demo`: the console on an embedded platform of its own.

use super::{Ending, Failure, console};
use crate::config::Settings;
use crate::connect::{Demo, Desk};
use crate::sandbox;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Whom to be in the sample organisation
    #[arg(long = "as", value_name = "EMAIL", default_value = sandbox::DEMO_CALLER)]
    caller: String,
    /// What to do with a workspace that is not empty when it is deleted: refuse or cascade
    #[arg(long, value_name = "refuse|cascade", default_value = "refuse")]
    deletion: sandbox::Deletion,
}

impl Arguments {
    /// Starts the platform, opens the console on it, and stops the platform when the console is left.
    pub(super) async fn run(self, desk: Desk, settings: Settings) -> Result<Ending, Failure> {
        let demo = Demo::start_as(self.caller, self.deletion).await?;
        let (desk, news) = console::hearing(desk);
        let mut opened = desk.open_demo(demo)?;
        opened.about.start_at = settings.workspace.as_ref().map(|asked| asked.value.clone());
        console::launch((desk, news), &settings, opened)
            .await
            .map_err(Failure::Console)
    }
}
