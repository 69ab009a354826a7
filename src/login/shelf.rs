//! The place in the config file where a context's tokens lie, reached without blocking the runtime.

use crate::config;
use crate::config::platform::User;
use crate::config::store::{Edit, Locked, Store, StoredTokens};
use crate::domain::address::BaseUrl;
use crate::domain::context::ContextName;
use crate::domain::text::SafeText;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;

/// How long another program may take to renew the same login.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a login lies that lies in no file.
pub(super) const NOWHERE: &str = "this session only";

/// The place of a context's tokens.
#[derive(Clone, Debug)]
pub struct Shelf {
    store: Store,
    context: ContextName,
    /// Where the context led when it was read first: what is written there for another server is not for this one.
    server: Arc<Mutex<Option<BaseUrl>>>,
}

/// What lies there.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing, or nothing for this server.
    Nothing,
    /// Tokens.
    Tokens(StoredTokens),
    /// An e-mail for which tokens are made.
    Email,
}

/// Keeps everybody else out for as long as it lives.
#[derive(Clone, Debug)]
pub(super) struct Lock(Arc<Locked>);

impl Shelf {
    /// Returns the place of the tokens of `context` in the file of `store`.
    pub fn new(store: Store, context: ContextName) -> Self {
        Self {
            store,
            context,
            server: Arc::default(),
        }
    }

    /// Returns the context.
    pub fn context(&self) -> &ContextName {
        &self.context
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// Waits until nobody else is renewing logins of this file.
    pub(super) async fn lock(&self) -> Result<Lock, SafeText> {
        let store = self.store.clone();
        let locked = blocking(move || store.lock(PATIENCE)).await?;
        Ok(Lock(Arc::new(locked)))
    }

    /// Reads what lies there now.
    pub(super) async fn read(&self) -> Result<Found, SafeText> {
        let store = self.store.clone();
        let file = blocking(move || store.read()).await?;
        let Some(context) = file
            .contexts
            .into_iter()
            .find(|context| context.name == self.context.raw())
        else {
            return Ok(Found::Nothing);
        };
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if *server.get_or_insert_with(|| context.base_url.clone()) != context.base_url {
            return Ok(Found::Nothing);
        }
        Ok(match context.user {
            User::NoAuth => Found::Nothing,
            User::LegacyEmail(_) => Found::Email,
            User::Bearer {
                token,
                refresh_token,
                expires_at,
                token_broker_url,
            } => Found::Tokens(StoredTokens {
                token,
                refresh_token,
                expires_at,
                token_broker_url,
            }),
        })
    }

    /// Puts tokens there.
    pub(super) async fn write(&self, lock: &Lock, tokens: &StoredTokens) -> Result<(), SafeText> {
        let (context, tokens) = (self.context.clone(), tokens.clone());
        self.edit(lock, Edit::Tokens { context, tokens }).await
    }

    /// Makes a change to the file.
    pub(super) async fn edit(&self, lock: &Lock, edit: Edit) -> Result<(), SafeText> {
        let lock = lock.clone();
        blocking(move || lock.0.write(&edit)).await
    }

    /// Returns what puts a login there that was made at `server`: into the context, or into a new one with that name.
    /// A context that leads to another server is not given the token of this one.
    pub(super) async fn edit_for(
        &self,
        tokens: &StoredTokens,
        server: &BaseUrl,
        authority: Option<&Path>,
    ) -> Result<Edit, SafeText> {
        let (context, tokens) = (self.context.clone(), tokens.clone());
        match self.server().await? {
            Some(known) if !known.is_at_server_of(server) => Err(SafeText::new(&format!(
                "the context '{}' leads to {}, and the login was made at {}",
                context.shown(),
                known.shown(),
                server.shown()
            ))),
            Some(_) => Ok(Edit::Tokens { context, tokens }),
            None => Ok(Edit::AddContext {
                name: context,
                base_url: server.clone(),
                certificate_authority: authority.map(Path::to_owned),
                tokens: Some(tokens),
            }),
        }
    }

    /// Returns where this is, as it is told.
    pub(super) async fn in_words(&self) -> SafeText {
        let is_new = matches!(self.server().await, Ok(None));
        let (new, name) = (if is_new { "the new " } else { "" }, self.context.shown());
        let path = SafeText::new(&self.path().to_string_lossy());
        SafeText::new(&format!("{new}context '{name}' of {path}"))
    }

    /// Returns where the context leads now, if there is one.
    async fn server(&self) -> Result<Option<BaseUrl>, SafeText> {
        let store = self.store.clone();
        let file = blocking(move || store.read()).await?;
        let mut contexts = file.contexts.into_iter();
        let context = contexts.find(|context| context.name == self.context.raw());
        Ok(context.map(|context| context.base_url))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, config::Error> + Send + 'static,
) -> Result<T, SafeText> {
    match spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| SafeText::new(&error.to_string())),
        Err(ended) => Err(SafeText::new(&ended.to_string())),
    }
}
