//! `nmp-console whoami`: who the platform takes the caller for, what it is, and what the caller may do there.

mod page;
mod roles;

use super::{Ending, Failure, asking, document};
use crate::api::{Client, Mode};
use crate::config::Settings;
use crate::connect::{About, Connector, Opened};
use crate::domain::platform::ServerInfo;
use crate::runtime;
use clap::{Args, ValueEnum};
use roles::Roles;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Leave out the roles in every workspace: they take up to three requests each
    #[arg(long)]
    no_roles: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for a person
    Text,
    /// One JSON object
    Json,
}

/// Everything there is to say.
struct Answer {
    about: About,
    server: String,
    info: ServerInfo,
    /// `None` where it was not asked for.
    roles: Option<Roles>,
}

impl Arguments {
    /// Asks and prints. Nothing is changed and nothing is stored, but for a token that has to be renewed.
    pub(super) async fn run(
        self,
        connector: &Connector,
        settings: Settings,
        authorities: Vec<u8>,
    ) -> Result<Ending, Failure> {
        asking::until_a_signal(connector, Box::pin(self.ask(connector, settings, authorities))).await
    }

    async fn ask(self, connector: &Connector, settings: Settings, authorities: Vec<u8>) -> Result<Ending, Failure> {
        let (Opened { about, client, .. }, info) = asking::connect(connector, settings, authorities).await?;
        let roles = if self.no_roles {
            None
        } else {
            Some(roles::read(&client, &info).await.map_err(Failure::Platform)?)
        };
        let answer = Answer {
            about,
            server: client.base_url().as_str().to_owned(),
            info,
            roles,
        };
        match self.format {
            Format::Text => document::print(page::text(&answer, is_read_only(&client), runtime::now()).as_bytes()),
            Format::Json => document::print_from(|out| page::json(&answer, out)),
        }
    }
}

fn is_read_only(client: &Client) -> bool {
    client.mode() == Mode::ReadOnly
}
