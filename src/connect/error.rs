//! Why there is no connection.

use crate::domain::address::BadUrl;
use crate::{api, config, login};

/// Why something cannot be connected to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Options, variables and config file do not make sense.
    #[error(transparent)]
    Settings(#[from] config::Error),
    /// The terms of the connection cannot be kept.
    #[error("{0}. {next}", next = .0.next_step())]
    Client(#[from] api::Error),
    /// Nobody is logged in or out.
    #[error("{0}")]
    Login(#[from] login::Error),
    /// What should be an address is none.
    #[error("the address {0}")]
    Address(#[from] BadUrl),
    /// The embedded platform does not start.
    #[error("the sandbox does not start: {0}")]
    Sandbox(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Returns one sentence: what to do next.
    pub fn next_step(&self) -> String {
        match self {
            Self::Settings(_) => "fix the config file or choose another context; nothing was changed".to_owned(),
            Self::Client(error) => error.next_step().to_string(),
            Self::Login(error) => error.next_step().to_string(),
            Self::Address(_) => "give an address like https://nmp.example.com".to_owned(),
            Self::Sandbox(_) => "look at the log (--log-file) for what the system said".to_owned(),
        }
    }
}
