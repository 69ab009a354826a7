//! `nmp-console demo`: the console on an embedded platform of its own.

use super::{Ending, Failure, console};
use crate::api::BaseUrl;
use crate::config::{Credential, Settings, Source, Sourced};
use crate::sandbox;
use clap::Args;
use std::time::Duration;

/// Longer than anybody looks at a demonstration.
const LIFETIME: Duration = Duration::from_hours(7 * 24);

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
    pub(super) async fn run(self, settings: Settings) -> Result<Ending, Failure> {
        let running = sandbox::start(sandbox::Options {
            seed: sandbox::Seed::Demo,
            deletion: self.deletion,
            ..sandbox::Options::default()
        })
        .await?;
        let ending = match self.settings(settings, &running.url()) {
            Ok(settings) => console::launch(settings, Vec::new()).await.map_err(Failure::Console),
            Err(failure) => Err(failure),
        };
        running.stop().await;
        ending
    }

    fn settings(&self, settings: Settings, url: &str) -> Result<Settings, Failure> {
        #[expect(clippy::disallowed_methods, reason = "the border where the token gets its date")]
        let now = jiff::Timestamp::now();
        let value = BaseUrl::parse(url).map_err(|problem| Failure::Console(problem.into()))?;
        Ok(Settings {
            base_url: Some(Sourced {
                value,
                source: Source::Sandbox,
            }),
            credential: Some(Credential {
                token: sandbox::unsigned_token(&self.caller, now, LIFETIME).into(),
                source: Source::Sandbox,
                expires_at: None,
                is_refreshable: false,
                refresh_token: None,
                token_broker_url: None,
                kept_in: None,
            }),
            ..settings
        })
    }
}
