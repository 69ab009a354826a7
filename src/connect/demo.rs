//! The embedded platform with its sample organisation, as something to connect to.

use super::Error;
use crate::config::{Credential, Journalling, Settings, Source, Sourced, StoredTokens};
use crate::domain::address::BaseUrl;
use crate::domain::cli::{Cli, Place};
use crate::domain::text::SafeText;
use crate::sandbox::{self, Database, Deletion, Running};
use jiff::Timestamp;
use std::time::Duration;
use tempfile::TempDir;

/// Longer than anybody looks at a demonstration.
const LIFETIME: Duration = Duration::from_hours(7 * 24);

/// An embedded platform that runs until this is dropped.
#[derive(Debug)]
pub struct Demo {
    running: Running,
    caller: String,
    /// Where its journal lies, which ends with everything else; nothing where no file can be made.
    state: Option<TempDir>,
}

impl Demo {
    /// Starts one with the usual caller, which refuses to delete what is not empty.
    ///
    /// # Errors
    /// Says why it does not start.
    pub async fn start() -> Result<Self, Error> {
        Self::start_as(sandbox::DEMO_CALLER.to_owned(), (Deletion::Refuse, Database::Sqlite)).await
    }

    /// Starts one for `caller` that behaves so.
    ///
    /// # Errors
    /// Says why it does not start.
    pub async fn start_as(caller: String, (deletion, like): (Deletion, Database)) -> Result<Self, Error> {
        let running = sandbox::start(sandbox::Options {
            seed: sandbox::Seed::Demo,
            deletion,
            like,
            ..sandbox::Options::default()
        })
        .await
        .map_err(|error| Error::Sandbox(Box::new(error)))?;
        Ok(Self {
            running,
            caller,
            state: tempfile::tempdir().ok(),
        })
    }

    /// Returns `settings` with this as the platform they ask for.
    pub(super) fn settings(&self, settings: Settings) -> Result<Settings, Error> {
        #[expect(clippy::disallowed_methods, reason = "the border where the token gets its date")]
        let now = Timestamp::now();
        let value = BaseUrl::parse(&self.running.url())?;
        let mut warnings = settings.warnings;
        let mut journal = settings.journal;
        if self.state.is_none() {
            // As in an empty container: everything else is in memory.
            journal = Journalling::Off;
            let folder = tempfile::env::temp_dir();
            let text = format!(
                "the demo keeps no journal, so nothing can be undone: no file can be made in {}",
                folder.to_string_lossy()
            );
            warnings.push(SafeText::new(&text));
        }
        Ok(Settings {
            warnings,
            journal,
            cli: Cli {
                place: Place::Address(value.clone()),
                ..settings.cli
            },
            base_url: Some(Sourced {
                value,
                source: Source::Sandbox,
            }),
            credential: Some(Credential {
                tokens: StoredTokens::of(sandbox::unsigned_token(&self.caller, now, LIFETIME)),
                source: Source::Sandbox,
                legacy_email: None,
            }),
            state_folder: self.state.as_ref().map(|state| state.path().to_owned()),
            ..settings
        })
    }
}
