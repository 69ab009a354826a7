//! Why a login did not come about, with what to do next.

use crate::api;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::io;
use std::path::PathBuf;

/// Why a login did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server cannot be asked how one logs in.
    #[error("{0}")]
    Server(#[source] api::Error),
    /// The server says it in a way nobody can follow.
    #[error("the server's description of its identity provider cannot be read: {0}")]
    Discovery(&'static str),
    /// The server asks nobody who they are.
    #[error("the server does not authenticate its callers")]
    NoLoginNeeded,
    /// The login would be lost at once.
    #[error("there is nowhere to save the login")]
    NowhereToKeep,
    /// There is no login to be forgotten.
    #[error("nobody is logged in there")]
    NobodyLoggedIn,
    /// The server knows no provider that gives out codes.
    #[error("the server offers no login by code")]
    NoDevice,
    /// The address of the provider will not do.
    #[error("the address of the identity provider cannot be used: {0}")]
    ProviderAddress(#[source] api::Error),
    /// The provider cannot be reached.
    #[error("{0}")]
    ProviderAway(#[source] api::Error),
    /// The provider says no, in these words.
    #[error("the identity provider refused{}", in_words(.0.as_ref()))]
    ProviderRefused(Option<SafeText>),
    /// What answers in its place, or in which way it does not answer as one does.
    #[error("the identity provider's answer cannot be used: {0}")]
    ProviderOdd(SafeText),
    /// Somebody said no where the code was entered.
    #[error("the login was denied where the code was entered")]
    Denied,
    /// Nobody entered the code in time.
    #[error("nobody entered the code in time")]
    CodeExpired,
    /// The identifier of this machine can neither be read nor made.
    #[error("the identifier of this machine cannot be kept in {}", SafeText::new(&path.to_string_lossy()))]
    DeviceId {
        /// The path of the file with the identifier.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The provider wants an identifier of this machine, and there is no folder to keep one in.
    #[error(
        "the identity provider wants to recognise this machine, but there is no home folder to keep its identifier in"
    )]
    NoHomeDirectory,
    /// The e-mail will not do.
    #[error("that is not an e-mail address")]
    BadEmail,
    /// The token will not do.
    #[error("that is not a token: {0}")]
    BadToken(&'static str),
    /// The token has ended.
    #[error("that token expired at {0}")]
    TokenExpired(Timestamp),
    /// The login cannot be kept, or not be forgotten.
    #[error("{0}")]
    NotKept(SafeText),
    /// The server does not accept the token.
    #[error("the server does not accept the token{}", in_words(.0.said()))]
    NotAccepted(#[source] api::Error),
}

fn in_words(said: Option<&SafeText>) -> String {
    said.map(|said| format!(": {said}")).unwrap_or_default()
}

impl Error {
    /// Returns what to do next, in one sentence.
    pub fn next_step(&self) -> SafeText {
        let words = match self {
            Self::Server(error) | Self::ProviderAway(error) => return error.next_step(),
            Self::Discovery(_) => "Log in with the platform's CLI, or paste a token.",
            Self::NoLoginNeeded => "Continue without logging in.",
            Self::NowhereToKeep => "Set HOME, or name a file with --config, and fix one that cannot be read.",
            Self::NobodyLoggedIn => "Nothing was changed; name the context with --context if another one was meant.",
            Self::NoDevice => {
                "Paste a token or an access key, or log in with the platform's CLI on a machine with a browser."
            }
            Self::ProviderAddress(_) => "Ask the platform's operator for an https address of its identity provider.",
            Self::ProviderRefused(_) => "Try again; if it persists, show this to the identity provider's operator.",
            Self::ProviderOdd(_) => {
                "Try again; if it persists, have somebody check the addresses the platform gives for its identity \
                 provider, and what is between here and there."
            }
            Self::Denied | Self::CodeExpired => "Log in again to get another code.",
            Self::DeviceId { .. } | Self::NoHomeDirectory => {
                "Make the folder writable, or set XDG_STATE_HOME to one that is."
            }
            Self::BadEmail => "Type it without spaces, as in alice@example.com.",
            Self::BadToken(_) => "Copy the token again, whole and without line breaks.",
            Self::TokenExpired(_) => "Get another one; if its time is not wrong, the clock of this machine is.",
            Self::NotKept(_) => "Fix that, then log in again; nothing was changed.",
            Self::NotAccepted(_) => "Check that it was made for this server, then try another way to log in.",
        };
        SafeText::new(words)
    }
}
