//! The demo, in a program that was built without the embedded platform.

use super::Error;
use crate::config::Settings;

/// There is none.
#[derive(Debug)]
pub enum Demo {}

impl Demo {
    /// Refuses.
    ///
    /// # Errors
    /// Always: says that this program was built without it.
    #[expect(clippy::unused_async, reason = "stands in for what starts a server")]
    pub async fn start() -> Result<Self, Error> {
        Err(Error::Sandbox("this program was built without it".into()))
    }

    pub(super) fn settings(&self, _settings: Settings) -> Result<Settings, Error> {
        match *self {}
    }
}
