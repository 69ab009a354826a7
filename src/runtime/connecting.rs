//! Between what the console shows and the connector that opens connections.

use super::Platform;
use crate::app::remote::Remote;
use crate::app::session::Session;
use crate::audit::Policy;
use crate::background::blocking;
use crate::connect::{Connector, Opened};
use crate::domain::context::Destination;
use crate::domain::text::SafeText;
use std::sync::Arc;

/// Opens other connections while the console runs.
#[derive(Clone, Debug)]
pub struct SessionOpener {
    pub(super) connector: Connector,
    /// What audits are judged by, but for the demo, which has an organisation of its own.
    policy: Arc<Policy>,
}

impl SessionOpener {
    /// Returns the way from the console to `connector`; audits are judged by `policy`.
    pub fn new(connector: Connector, policy: Arc<Policy>) -> Self {
        Self { connector, policy }
    }

    /// Returns what is shown of `opened`, and the platform behind it. Reads what is remembered of that platform.
    pub async fn enter(&self, opened: Opened) -> (Session, Platform) {
        let Opened {
            about,
            client,
            token_manager,
            memory,
            demo,
        } = opened;
        let is_demo = about.destination == Some(Destination::Demo);
        let remembered = match memory.clone() {
            Some(memory) => blocking(move || memory.recall()).await,
            None => Vec::new(),
        };
        let session = Session {
            context: about.context,
            server: client.base_url().shown(),
            is_demo,
            destination: about.destination,
            default_workspace: about.default_workspace,
            login: about.login,
            token_from: about.token_from,
            cli: about.cli,
            read_only: about.read_only,
            info: Remote::Absent,
            start_at: about.start_at,
            warnings: about.warnings,
            remembered,
            observed_deletion: None,
            folder: std::path::absolute(".")
                .ok()
                .map(|folder| SafeText::new(&folder.to_string_lossy())),
        };
        let policy = if is_demo {
            Arc::default()
        } else {
            Arc::clone(&self.policy)
        };
        (
            session,
            Platform::new(client, memory)
                .judged_by(policy)
                .logged_in_by(token_manager)
                .behind(self.clone(), demo),
        )
    }
}
