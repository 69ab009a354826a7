//! Between what the console shows and the connector that opens connections.

use super::Platform;
use crate::app::remote::Remote;
use crate::app::session::{Lifting, Session};
use crate::audit::Policy;
use crate::background::blocking;
use crate::connect::{Connector, Opened};
use crate::domain::context::Destination;
use crate::domain::text::SafeText;
use crate::runtime::now;
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

    /// Returns what is shown of `opened`, and the platform behind it. Reads what is remembered of that platform, if
    /// that has not been done.
    pub async fn enter(&self, opened: Opened) -> (Session, Platform) {
        let opened = match opened.recalled {
            Some(_) => opened,
            None => blocking(move || opened.recalling(now())).await,
        };
        let Opened {
            about,
            client,
            token_manager,
            journal,
            recalled,
            demo,
        } = opened;
        let is_demo = about.destination == Some(Destination::Demo);
        let is_journalled = journal.is_some();
        let recalled = recalled.unwrap_or_default();
        let mut warnings = about.warnings;
        warnings.extend(recalled.problem);
        let policy = if is_demo {
            Arc::default()
        } else {
            Arc::clone(&self.policy)
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
            lifting: if about.can_be_lifted {
                Lifting::Possible
            } else {
                Lifting::Impossible
            },
            precautions: about.precautions,
            has_changed: false,
            info: Remote::Absent,
            start_at: about.start_at,
            plan: None,
            warnings,
            left: recalled.left,
            is_journalled,
            observed_deletion: None,
            reasons: policy.reasons.clone(),
            folder: std::path::absolute(".")
                .ok()
                .map(|folder| SafeText::new(&folder.to_string_lossy())),
        };
        (
            session,
            Platform::new(client, journal)
                .judged_by(policy)
                .logged_in_by(token_manager)
                .behind(self.clone(), demo),
        )
    }
}
