//! The three things one does about a login: find out which ways there are, log in, log out.
//!
//! Nothing is kept before the server has taken the token. Whoever drops [`log_in`] before that has stopped it without a trace.

use super::clock::Clock;
use super::credential_slot::{self, CredentialSlot, Found, Login, PATIENCE, SlotError};
use super::discovery::{self, Terms};
use super::error::Error;
use super::person::{Likeness, Person};
use super::{device_id, pasted, provider, unsigned};
use crate::api::{Client, Connection, ErrorKind};
use crate::background::blocking;
use crate::config::store::{Edit, StoredTokens};
use crate::domain::claims::Claims;
use crate::domain::identity::Identity;
use crate::domain::login::{DeviceCode, LoggedIn, Way, Ways};
use crate::domain::text::SafeText;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a login that was just made waits for the file.
const LONG_PATIENCE: Duration = Duration::from_secs(90);

/// How long the platform may take to say whose login it was that was there before.
const CURIOSITY: Duration = Duration::from_secs(5);

/// A server to log in to, and where the login will lie.
#[derive(Clone, Debug)]
pub struct LoginTarget {
    /// The server, and the terms on which it and its identity provider are spoken to. A token in there is not used.
    pub connection: Connection,
    /// Where the login will lie; without it, it ends with the program.
    pub slot: Option<CredentialSlot>,
    /// The certificates that a new context is to name.
    pub certificate_authority: Option<PathBuf>,
    /// The file with the identifier of this machine, for providers that ask for one.
    pub device_id: Option<PathBuf>,
    /// The clock that codes and tokens run out by.
    pub clock: Clock,
}

/// Finds out how one can log in at `target`. `overruled_by` is the environment variable whose token is in force whatever
/// is logged in.
///
/// # Errors
/// Fails where the server does not say it, or in a way nobody can follow.
pub async fn ways(target: &LoginTarget, overruled_by: Option<SafeText>) -> Result<Ways, Error> {
    let client = target.client(None)?;
    let terms = terms(&client).await?;
    let provider = terms.provider.filter(|provider| provider.device().is_some());
    Ok(Ways {
        server: target.connection.base_url.shown(),
        is_auth_enabled: terms.is_auth_enabled,
        device: provider.map(|provider| provider.name),
        kept_in: target.kept_in().await,
        overruled_by,
    })
}

/// Logs in and keeps the login; returns who it is now. A connection that is open already goes on as it was. A code that has to be entered somewhere is given to `on_code`.
///
/// # Errors
/// Says what stood in the way; then everything is as it was.
pub async fn log_in(target: &LoginTarget, way: &Way, on_code: impl Fn(DeviceCode) + Send) -> Result<LoggedIn, Error> {
    let Some(slot) = &target.slot else {
        return Err(Error::NowhereToKeep);
    };
    let client = target.client(None)?;
    let terms = terms(&client).await?;
    if !terms.is_auth_enabled {
        return Err(Error::NoLoginNeeded);
    }
    // Nobody shall enter a code, or show a token, for what is turned down afterwards.
    let could_keep = slot.could_keep(target.certificate_authority.as_deref()).await;
    could_keep.map_err(|trouble| Error::NotKept(trouble.into_words()))?;
    let now = client.server_clock().unwrap_or_else(|| target.clock.now());
    let tokens = match way {
        Way::Device => by_code(target, &terms, on_code).await?,
        Way::Unsigned { email } => bare(unsigned::mint(email, now)?),
        Way::Token(pasted) => bare(pasted::token(pasted, now)?),
    };
    let identity = target.client(Some(&tokens.token))?.whoami().await;
    let identity = identity.map_err(|error| {
        if *error.kind() == ErrorKind::Unauthorized {
            Error::NotAccepted(error)
        } else {
            Error::Server(error)
        }
    })?;
    let before = target.keep(&tokens).await?;
    let logged_in = LoggedIn {
        replaces: target.replaced(before, &tokens.token, &identity).await,
        user: user(&identity),
        expires_at: tokens.expires_at,
        is_renewable: tokens.refresh_token.is_some() || matches!(way, Way::Unsigned { .. }),
        kept_in: target.kept_in().await,
        context: target.slot.as_ref().map(|slot| slot.context().clone()),
    };
    Ok(logged_in)
}

/// Forgets the login of a context; nobody has to be asked for that.
///
/// # Errors
/// Says why the file cannot be written; then it is as it was.
pub async fn log_out(slot: &CredentialSlot) -> Result<(), Error> {
    let not_kept = |trouble: SlotError| Error::NotKept(trouble.into_words());
    let lock = slot.lock(PATIENCE).await.map_err(not_kept)?;
    let context = slot.context().clone();
    slot.edit(&lock, Edit::ForgetTokens { context }).await.map_err(not_kept)
}

/// Servers of the first generation, and some gateways, do not say how one logs in: there a token is tried all the same.
async fn terms(client: &Client) -> Result<Terms, Error> {
    match discovery::ask(client).await {
        Err(Error::Server(error)) if matches!(error.status(), Some(403 | 404)) => Ok(Terms {
            is_auth_enabled: true,
            provider: None,
        }),
        said => said,
    }
}

async fn by_code(
    target: &LoginTarget,
    terms: &Terms,
    on_code: impl Fn(DeviceCode) + Send,
) -> Result<StoredTokens, Error> {
    let provider = terms.provider.as_ref();
    let grant = provider.and_then(discovery::Provider::device).ok_or(Error::NoDevice)?;
    let machine = match (&target.device_id, grant.wants_device_id) {
        (_, false) => None,
        (None, true) => return Err(Error::NoHomeDirectory),
        (Some(path), true) => {
            let path = path.clone();
            Some(blocking(move || device_id::load(&path)).await?)
        }
    };
    let (connection, clock) = (&target.connection, &target.clock);
    let started = provider::start(&grant, machine.as_deref(), connection, clock).await?;
    on_code(started.shown.clone());
    let granted = provider::poll(&started, &grant, connection, clock).await?;
    let counted = granted
        .lifetime
        .and_then(|lifetime| clock.now().checked_add(SignedDuration::try_from(lifetime).ok()?).ok());
    Ok(StoredTokens {
        expires_at: ending(&granted.token).or(counted),
        refresh_token: granted.refresh_token,
        ..StoredTokens::of(granted.token)
    })
}

fn bare(token: SecretString) -> StoredTokens {
    StoredTokens {
        expires_at: ending(&token),
        ..StoredTokens::of(token)
    }
}

fn ending(token: &SecretString) -> Option<Timestamp> {
    Claims::read(token.expose_secret())?.expires_at
}

fn user(identity: &Identity) -> SafeText {
    let known = identity.email.as_deref().or(identity.subject.as_deref());
    SafeText::new(known.unwrap_or("a user that neither the server nor the token names"))
}

impl LoginTarget {
    fn client(&self, token: Option<&SecretString>) -> Result<Client, Error> {
        let connection = Connection {
            token: token.map(|token| token.clone().into()),
            ..self.connection.clone()
        };
        Client::new(connection).map_err(Error::Server)
    }

    /// Keeps the login in the context, or in a new one where there is none of that name. Somebody has entered a code for
    /// it: it is not given up soon because another program is busy with the file.
    /// Returns what lay there before.
    async fn keep(&self, tokens: &StoredTokens) -> Result<Found, Error> {
        let Some(slot) = &self.slot else {
            return Ok(Found::NoContext);
        };
        let begun = Instant::now();
        loop {
            match self.keep_in(slot, tokens).await {
                Err(trouble) if trouble.is_busy && begun.elapsed() < LONG_PATIENCE => {
                    tracing::debug!(%trouble, "the login is not kept yet; it is tried again");
                }
                kept => return kept.map_err(|trouble| Error::NotKept(trouble.into_words())),
            }
        }
    }

    async fn keep_in(&self, slot: &CredentialSlot, tokens: &StoredTokens) -> Result<Found, SlotError> {
        let lock = slot.lock(PATIENCE).await?;
        let before = slot.read().await?;
        let edit = slot.edit_for(tokens, self.certificate_authority.as_deref()).await?;
        slot.edit(&lock, edit).await?;
        Ok(before)
    }

    /// Returns whose login was `before` where `identity` is logged in now, unless it is the same person's. The platform is
    /// asked about a token that does not tell.
    async fn replaced(&self, before: Found, token: &SecretString, identity: &Identity) -> Option<SafeText> {
        let is = Person::of(token).confirmed_as(identity);
        let was = match before {
            Found::Login(Login::Nobody) | Found::NoContext | Found::Elsewhere(_) => return None,
            Found::Login(Login::Email(email)) => Person::with(&email),
            Found::Login(Login::Tokens(before)) => {
                let was = Person::of(&before.token);
                match was.likeness(&is) {
                    Likeness::Same | Likeness::Another => was,
                    Likeness::Unclear => was.confirmed_as(&self.bearer_of(&before.token).await),
                }
            }
        };
        match was.likeness(&is) {
            Likeness::Same => None,
            Likeness::Another => Some(was.shown()),
            Likeness::Unclear => Some(SafeText::new("a user that is no longer known")),
        }
    }

    async fn bearer_of(&self, token: &SecretString) -> Identity {
        let Ok(client) = self.client(Some(token)) else {
            return Identity::default();
        };
        let asked = timeout(CURIOSITY, client.whoami()).await;
        asked.ok().and_then(Result::ok).unwrap_or_default()
    }

    async fn kept_in(&self) -> SafeText {
        match &self.slot {
            Some(slot) => slot.in_words().await,
            None => SafeText::new(credential_slot::NOWHERE),
        }
    }
}
