//! The contexts of the platform CLI's config file, and what is written down in it.

use super::{Connector, Error};
use crate::background::blocking;
use crate::config;
use crate::domain::context::{ContextName, Contexts};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use std::sync::Arc;
use std::time::Duration;

/// How long somebody else may hold the file: longer than a token takes to be renewed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

impl Connector {
    /// Reads every context of the config file.
    ///
    /// # Errors
    /// Names the line of the file that is at fault.
    pub async fn contexts(&self) -> Result<Contexts, Error> {
        let asked = Arc::clone(&self.asked);
        let read = move || config::contexts(&asked.flags, &asked.env);
        Ok(blocking(read).await?)
    }

    /// Makes `workspace` the one where the commands of `context` act when nothing else is said; returns where that lies.
    ///
    /// # Errors
    /// Says why the file cannot be written; it is then as it was.
    pub async fn keep_workspace(&self, context: ContextName, workspace: WorkspaceName) -> Result<SafeText, Error> {
        self.edit(config::Edit::Workspace { context, workspace }).await
    }

    /// Makes `context` the current one; returns where that lies.
    ///
    /// # Errors
    /// Says why the file cannot be written; it is then as it was.
    pub async fn keep_current(&self, context: ContextName) -> Result<SafeText, Error> {
        self.edit(config::Edit::CurrentContext(context)).await
    }

    async fn edit(&self, edit: config::Edit) -> Result<SafeText, Error> {
        let asked = Arc::clone(&self.asked);
        let write = move || {
            let store = asked.store()?;
            store.lock(PATIENCE)?.write(&edit)?;
            Ok::<_, Error>(SafeText::new(&store.path().to_string_lossy()))
        };
        blocking(write).await
    }
}
