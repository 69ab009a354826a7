//! The place in the config file where a context's tokens lie, reached without blocking the runtime.

use crate::config;
use crate::config::platform::{Context, User};
use crate::config::store::{Edit, Locked, Store, StoredTokens};
use crate::domain::address::BaseUrl;
use crate::domain::context::ContextName;
use crate::domain::text::SafeText;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// How long another program may take to renew the same login.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Where a login lies that lies in no file.
pub(super) const NOWHERE: &str = "no file: there is no place for one";

/// The place of a context's tokens.
#[derive(Clone, Debug)]
pub struct CredentialSlot {
    store: Store,
    context: ContextName,
    /// Where the connection leads: what is written there for another server is not for this one.
    server: BaseUrl,
}

/// What the file holds for a context.
#[derive(Debug)]
pub(super) enum Found {
    NoContext,
    /// A context that leads to another server: what lies in it is none of our business.
    Elsewhere(BaseUrl),
    /// How somebody is logged in there.
    Login(Login),
}

/// How somebody is logged in.
#[derive(Clone, Debug)]
pub enum Login {
    /// Nobody is logged in.
    Nobody,
    /// With an access token, perhaps with a refresh token.
    Tokens(StoredTokens),
    /// By an e-mail that the oldest servers took for itself: a token is made for it.
    Email(String),
}

impl From<User> for Login {
    fn from(user: User) -> Self {
        match user {
            User::NoAuth => Self::Nobody,
            User::LegacyEmail(email) => Self::Email(email),
            User::Bearer(tokens) => Self::Tokens(tokens),
        }
    }
}

/// Why something could not be done there.
#[derive(Clone, Debug)]
pub(super) struct SlotError {
    said: SafeText,
    /// Somebody else held the lock all the time.
    pub(super) is_busy: bool,
}

/// Keeps everybody else out for as long as it lives.
#[derive(Clone, Debug)]
pub(super) struct Lock(Arc<Locked>);

impl SlotError {
    fn new(said: &str) -> Self {
        Self {
            said: SafeText::new(said),
            is_busy: false,
        }
    }

    /// Returns what was said about it.
    pub(super) fn into_words(self) -> SafeText {
        self.said
    }
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.said)
    }
}

impl CredentialSlot {
    /// Returns the place of the tokens for `server`, where the connection leads, in `context` of the file of `store`.
    pub fn new(store: Store, context: ContextName, server: BaseUrl) -> Self {
        Self { store, context, server }
    }

    /// Returns the name of the context that the tokens belong to.
    pub fn context(&self) -> &ContextName {
        &self.context
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// Waits until nobody else is renewing logins of this file, for no longer than `within`.
    pub(super) async fn lock(&self, within: Duration) -> Result<Lock, SlotError> {
        let store = self.store.clone();
        let locked = blocking(move || store.lock(within)).await?;
        Ok(Lock(Arc::new(locked)))
    }

    /// Reads what lies there now.
    pub(super) async fn read(&self) -> Result<Found, SlotError> {
        let Some(context) = self.entry().await? else {
            return Ok(Found::NoContext);
        };
        if !is_one_place(&context.base_url, &self.server) {
            return Ok(Found::Elsewhere(context.base_url));
        }
        Ok(Found::Login(context.user.into()))
    }

    /// Puts tokens there, unless the context leads to another server by now.
    pub(super) async fn write(&self, lock: &Lock, tokens: &StoredTokens) -> Result<(), SlotError> {
        let edit = self.edit_of(tokens).await?;
        self.edit(lock, edit).await
    }

    /// Finds out whether tokens could be put there, by doing all of it but the last step.
    pub(super) async fn can_write(&self, lock: &Lock, tokens: &StoredTokens) -> Result<(), SlotError> {
        let edit = self.edit_of(tokens).await?;
        let lock = lock.clone();
        blocking(move || lock.0.can_write(&edit)).await
    }

    /// Makes a change to the file.
    pub(super) async fn edit(&self, lock: &Lock, edit: Edit) -> Result<(), SlotError> {
        let lock = lock.clone();
        blocking(move || lock.0.write(&edit)).await
    }

    /// Returns what puts a login there: into the context, or into a new one with that name. A context that leads to
    /// another server is not given the token of this one.
    pub(super) async fn edit_for(&self, tokens: &StoredTokens, authority: Option<&Path>) -> Result<Edit, SlotError> {
        if self.entry().await?.is_some() {
            let (context, tokens) = (self.context.clone(), tokens.clone());
            self.see_that_it_leads_here().await?;
            return Ok(Edit::LogIn { context, tokens });
        }
        Ok(Edit::AddContext {
            name: self.context.clone(),
            base_url: self.server.clone(),
            certificate_authority: authority.map(Path::to_owned),
            tokens: Some(tokens.clone()),
        })
    }

    /// Finds out whether a login could be put there, without leaving anything behind.
    pub(super) async fn could_keep(&self, authority: Option<&Path>) -> Result<(), SlotError> {
        let any = StoredTokens {
            refresh_token: Some("trial".into()),
            ..StoredTokens::of("trial")
        };
        let edit = self.edit_for(&any, authority).await?;
        let store = self.store.clone();
        blocking(move || store.could_write(&edit)).await
    }

    /// Returns where this is, as it is told.
    pub(super) async fn in_words(&self) -> SafeText {
        let is_new = matches!(self.entry().await, Ok(None));
        let (new, name) = (if is_new { "the new " } else { "" }, self.context.shown());
        let path = SafeText::new(&self.path().to_string_lossy());
        let others = self.sharing().await;
        let shared = if others.is_empty() {
            String::new()
        } else {
            format!(", shared with {}", others.join(", "))
        };
        SafeText::new(&format!("{new}context '{name}' in {path}{shared}"))
    }

    /// Returns the contexts that have the same login, as they are told.
    async fn sharing(&self) -> Vec<String> {
        let (store, own) = (self.store.clone(), self.context.clone());
        let Ok(file) = blocking(move || store.read()).await else {
            return Vec::new();
        };
        let Some(user) = file.contexts.iter().find(|context| context.name == own.raw()) else {
            return Vec::new();
        };
        let sharing = file.contexts.iter().filter(|other| other.user_name == user.user_name);
        let others = sharing.filter(|other| other.name != own.raw());
        others
            .map(|other| format!("'{}'", SafeText::new(&other.name)))
            .collect()
    }

    /// Returns what puts tokens into the context that is there.
    async fn edit_of(&self, tokens: &StoredTokens) -> Result<Edit, SlotError> {
        let (context, tokens) = (self.context.clone(), tokens.clone());
        self.see_that_it_leads_here().await?;
        Ok(Edit::Tokens { context, tokens })
    }

    async fn see_that_it_leads_here(&self) -> Result<(), SlotError> {
        match self.entry().await? {
            Some(entry) if !is_one_place(&entry.base_url, &self.server) => Err(SlotError::new(&format!(
                "the context '{}' leads to {}, and the login was made at {}",
                self.context.shown(),
                entry.base_url.shown(),
                self.server.shown()
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the context as it is in the file now, if it is there.
    async fn entry(&self) -> Result<Option<Context>, SlotError> {
        let store = self.store.clone();
        let file = blocking(move || store.read()).await?;
        let mut contexts = file.contexts.into_iter();
        Ok(contexts.find(|context| context.name == self.context.raw()))
    }
}

/// Returns whether two addresses lead to one server. Behind one gateway several may live, each under a path of its own.
fn is_one_place(one: &BaseUrl, other: &BaseUrl) -> bool {
    let has_path = |url: &BaseUrl| {
        url.as_str()
            .split_once("://")
            .is_some_and(|(_, rest)| rest.contains('/'))
    };
    let are_apart = has_path(one) && has_path(other) && one.as_str() != other.as_str();
    one.is_at_server_of(other) && !are_apart
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, config::Error> + Send + 'static,
) -> Result<T, SlotError> {
    match spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| SlotError {
            is_busy: matches!(error, config::Error::Busy { .. }),
            ..SlotError::new(&error.to_string())
        }),
        Err(ended) => Err(SlotError::new(&ended.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::the_same("https://gate.example", "https://gate.example/", true)]
    #[case::another_server("https://gate.example", "https://other.example", false)]
    #[case::one_of_several("https://gate.example/a", "https://gate.example/b", false)]
    #[case::the_same_of_several("https://gate.example/a/", "https://gate.example/a", true)]
    #[case::with_and_without_a_path("https://gate.example/a", "https://gate.example", true)]
    fn tells_servers_apart_behind_one_gateway(#[case] one: &str, #[case] other: &str, #[case] is_one: bool) {
        let [one, other] = [one, other].map(|url| BaseUrl::parse(url).unwrap());
        assert_eq!(is_one_place(&one, &other), is_one);
    }
}
