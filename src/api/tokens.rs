//! The bearer token of a client: one that stays as it is, or one that somebody keeps alive.
//!
//! The client asks for the token before each request and says when the server turned it down; who renews it, with what
//! and where it is kept is not known here.

use crate::domain::identity::Identity;
use crate::domain::text::SafeText;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;

/// Where a client has its bearer token from.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// It stays the same for as long as the client lives.
    Fixed(SecretString),
    /// It is kept alive.
    Kept(Arc<dyn Tokens>),
}

/// Keeps a bearer token alive. All clones of a client, and several clients, may ask at the same time.
pub trait Tokens: Send + Sync + fmt::Debug {
    /// Returns the token to send, renewed first where its end is near; `None` where no token is to be sent.
    fn current(&self) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>>;

    /// Returns the token to send a change with: one that certainly is the caller's.
    fn current_for_change(&self) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>> {
        self.current()
    }

    /// Returns another token in place of one that the server has just turned down; `None` where there is no other.
    fn instead_of(&self, refused: SecretString) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>>;

    /// Hears what the server's clock says at this moment.
    fn heard_clock(&self, server: Timestamp);

    /// Hears whom the platform knows the bearer of `token` as.
    fn heard_identity(&self, token: &SecretString, bearer: &Identity) {
        let _ = (token, bearer);
    }
}

/// Why there is no token that could be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUnavailable {
    /// What keeps a token from being sent.
    pub how: TokenProblem,
    /// The words of whoever refused or failed, made safe.
    pub said: Option<SafeText>,
}

/// What keeps it from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// Nothing renews it any more: somebody has to log in.
    LoginRequired,
    /// Whoever renews it cannot be asked at the moment.
    Temporary,
    /// There is another one, and it is not certain that it is still the caller's.
    Unproven,
}

impl From<SecretString> for Bearer {
    fn from(token: SecretString) -> Self {
        Self::Fixed(token)
    }
}

impl From<String> for Bearer {
    fn from(token: String) -> Self {
        Self::Fixed(token.into())
    }
}

impl From<&str> for Bearer {
    fn from(token: &str) -> Self {
        Self::Fixed(token.into())
    }
}

impl From<Arc<dyn Tokens>> for Bearer {
    fn from(tokens: Arc<dyn Tokens>) -> Self {
        Self::Kept(tokens)
    }
}
