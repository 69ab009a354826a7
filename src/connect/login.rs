//! Where a connection's login lies, and logging in and out of there.

use super::{Asked, Connector, Error};
use crate::api::{self, Bearer, Connection, ErrorKind, Tokens};
use crate::background::blocking;
use crate::config::platform::User;
use crate::config::{self, Credential, Flags, Settings, Source, Store, StoredTokens};
use crate::domain::address::BaseUrl;
use crate::domain::cli::Cli;
use crate::domain::command::{Command, Grammar};
use crate::domain::context::{ContextName, Destination};
use crate::domain::login::{DeviceCode, LoggedIn, Way, Ways};
use crate::domain::platform::Generation;
use crate::domain::text::SafeText;
use crate::login::{self, Clock, CredentialSlot, Login, LoginTarget, TokenManager, device_id};
use crate::names::Names;
use std::sync::Arc;

/// Where a start leads that names nothing, seen from another context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// To the current context of the config file.
    Current {
        /// That context.
        context: ContextName,
        /// What makes the other one current.
        switch: Option<Command>,
    },
    /// Where this environment variable says.
    Variable(SafeText),
}

/// Where a login lies.
struct Place {
    slot: CredentialSlot,
    /// The other contexts that share it.
    others: Vec<ContextName>,
    /// What was listed with it for a shell.
    names: Vec<Names>,
}

impl Connector {
    /// Returns where a start leads that names nothing, unless that is to `context`.
    ///
    /// # Errors
    /// Says what about the config file or the environment stands in the way.
    pub async fn elsewhere_than(&self, context: &ContextName) -> Result<Option<Elsewhere>, Error> {
        let (asked, context) = (Arc::clone(&self.asked), context.clone());
        blocking(move || asked.elsewhere_than(&context)).await
    }

    /// Finds out how one can log in at `at`, and where the result would lie.
    ///
    /// # Errors
    /// Says what stands in the way: the config file, the network, or what the server says of itself.
    pub async fn ways(&self, at: Destination) -> Result<Ways, Error> {
        let asked = Arc::clone(&self.asked);
        let (target, overruled_by) = blocking(move || {
            let target = asked.target(&at)?;
            Ok::<_, Error>((target, asked.overruled_at(&at)))
        })
        .await?;
        let ways = login::ways(&target, overruled_by).await?;
        if ways.is_auth_enabled && target.connection.base_url.exposes_tokens() {
            // Better now than once a token has been pasted.
            return Err(api::Error::setup(ErrorKind::InsecureToken, None).into());
        }
        Ok(ways)
    }

    /// Logs in at `at` and keeps the login where the platform's CLI looks for it; returns who it is now. A code that is to
    /// be entered in a browser is given to `on_code`. Nothing is kept before the server has taken the token, and whoever
    /// drops this before has stopped it. What is open already goes on as it was until it is opened anew.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub async fn log_in(
        &self,
        at: Destination,
        way: Way,
        on_code: impl Fn(DeviceCode) + Send,
    ) -> Result<LoggedIn, Error> {
        let asked = Arc::clone(&self.asked);
        let (target, names) = blocking(move || {
            let target = asked.target(&at)?;
            let slot = target.slot.as_ref();
            let names = slot.and_then(|slot| asked.names(slot.context().raw(), &target.connection.base_url));
            Ok::<_, Error>((target, names))
        })
        .await?;
        let logged_in = login::log_in(&target, &way, on_code).await?;
        forget(names.into_iter().collect()).await;
        Ok(logged_in)
    }

    /// Takes the token of a context out of the config file, of the first that leads there for a mere address; returns which
    /// context that was, and which others shared the login.
    ///
    /// # Errors
    /// Says that there is no such context, or why the file cannot be written; it is then as it was.
    pub async fn log_out(&self, at: Destination) -> Result<(ContextName, Vec<ContextName>), Error> {
        let asked = Arc::clone(&self.asked);
        let Place { slot, others, names } = blocking(move || asked.place_of_login(&at)).await?;
        login::log_out(&slot).await?;
        forget(names).await;
        Ok((slot.context().clone(), others))
    }
}

impl Asked {
    /// Blocks on the disk.
    fn elsewhere_than(&self, context: &ContextName) -> Result<Option<Elsewhere>, Error> {
        let flags = Flags {
            context: None,
            base_url: None,
            ..self.flags.clone()
        };
        let settings = Settings::read(&flags, &self.env)?;
        let usual = settings.context.filter(|_| !settings.is_diverted);
        if usual.as_ref().is_some_and(|usual| usual.value == context.raw()) {
            return Ok(None);
        }
        if let Some(Source::Variable(name)) = settings.base_url.map(|address| address.source) {
            return Ok(Some(Elsewhere::Variable(SafeText::new(name))));
        }
        let programs = config::programs::find(&self.env);
        let cli = Cli {
            programs,
            ..settings.cli
        };
        Ok(usual.map(|usual| match usual.source {
            Source::Variable(name) => Elsewhere::Variable(SafeText::new(name)),
            Source::File(_) | Source::Flag(_) | Source::Context(_) | Source::Typed | Source::Sandbox => {
                Elsewhere::Current {
                    context: ContextName::new(&usual.value),
                    switch: Grammar::new(&cli, Generation::Unknown).use_context(context.raw()),
                }
            }
        }))
    }

    pub(super) fn store(&self) -> Result<Store, Error> {
        Ok(Store::for_writing(&self.flags, &self.env)?)
    }

    /// Returns the place where a login at `at` is made. Blocks on the disk.
    fn target(&self, at: &Destination) -> Result<LoginTarget, Error> {
        if *at == Destination::Demo {
            return Err(Error::Login(login::Error::NoLoginNeeded));
        }
        let settings = self.settings(at)?;
        let connection = super::terms(&settings, settings.read_authorities()?)?;
        Ok(LoginTarget {
            slot: self.slot(&settings, &connection.base_url),
            connection,
            certificate_authority: settings.certificate_authority.map(|authority| authority.value),
            device_id: device_id::path(&self.env),
            clock: Clock::system(),
        })
    }

    /// Returns the place in the config file that belongs to what `settings` lead to: the context in force, for a mere
    /// address the first context that leads there, else one that is still to be made. Blocks on the disk.
    pub(super) fn slot(&self, settings: &Settings, address: &BaseUrl) -> Option<CredentialSlot> {
        let store = self.store().ok()?;
        let context = match &settings.context {
            Some(context) if !settings.is_diverted => ContextName::new(&context.value),
            _ if self.new_context.is_some() => self.new_context.clone()?,
            Some(_) | None => {
                // What cannot be read is told when it is to be written.
                let file = store.read().ok()?;
                let leads_there = file.contexts.iter().find(|context| context.base_url == *address);
                let taken = |name: &str| file.contexts.iter().any(|context| context.name == name);
                leads_there.map_or_else(
                    || new_context(address, taken),
                    |context| ContextName::new(&context.name),
                )
            }
        };
        Some(CredentialSlot::new(store, context, address.clone()))
    }

    /// Returns where names of workspaces are kept that were listed through a context.
    fn names(&self, context: &str, server: &BaseUrl) -> Option<Names> {
        Some(Names::of(&config::cache_folder(&self.env)?, (context, server.as_str())))
    }

    /// Blocks on the disk.
    fn place_of_login(&self, at: &Destination) -> Result<Place, Error> {
        let settings = self.settings(at)?;
        let address = settings.base_url.as_ref().map(|url| url.value.clone());
        let (store, no_login) = (self.store()?, || Error::Login(login::Error::NobodyLoggedIn));
        let file = store.read()?;
        let mut contexts = file.contexts.iter();
        let context = contexts.find(|context| match &settings.context {
            Some(named) => context.name == named.value,
            None => Some(&context.base_url) == address.as_ref(),
        });
        let context = context.filter(|context| !matches!(context.user, User::NoAuth));
        let context = context.ok_or_else(no_login)?;
        let sharing = file
            .contexts
            .iter()
            .filter(|other| other.user_name == context.user_name);
        let names = sharing.clone().filter_map(|one| self.names(&one.name, &one.base_url));
        let names = names.collect();
        let others = sharing.filter(|other| other.name != context.name);
        let others = others.map(|other| ContextName::new(&other.name)).collect();
        let slot = CredentialSlot::new(store, ContextName::new(&context.name), context.base_url.clone());
        Ok(Place { slot, others, names })
    }

    /// Returns the variable whose token is in force at `at`, whatever is logged in there. It is so only where the
    /// environment itself leads to.
    fn overruled_at(&self, at: &Destination) -> Option<SafeText> {
        let first = Settings::read(&self.flags, &self.env).ok()?;
        let (begun_at, at) = (first.base_url?, self.settings(at).ok()?.base_url?);
        let is_there = begun_at.value.is_at_server_of(&at.value);
        first.credential.as_ref().filter(|_| is_there).and_then(super::variable)
    }
}

/// Takes away what a shell was offered so far: it was listed with another login.
async fn forget(names: Vec<Names>) {
    blocking(move || names.iter().for_each(Names::forget)).await;
}

/// Returns what a connection's requests are signed with. A token that came with the environment, or with the demo, is what
/// it is; every other login is kept, renewed and shared with the platform's CLI.
pub(super) fn bearer(
    settings: &Settings,
    slot: Option<CredentialSlot>,
    connection: &Connection,
    tell: &super::Tell,
) -> Result<(Option<Bearer>, Option<TokenManager>), Error> {
    let login = match &settings.credential {
        Some(credential) if !matches!(credential.source, Source::Context(_)) => {
            return Ok((Some(credential.tokens.token.clone().into()), None));
        }
        // What renews it belongs to the server of the context, and is shown to no other.
        Some(credential) if settings.is_diverted => Login::Tokens(StoredTokens {
            expires_at: credential.tokens.expires_at,
            ..StoredTokens::of(credential.tokens.token.clone())
        }),
        Some(credential) => login_of(credential),
        // There is nothing to be kept from anybody, and whoever logs in there is told why not.
        None if connection.base_url.exposes_tokens() => return Ok((None, None)),
        None => Login::Nobody,
    };
    // What lies in the file for another place is nobody's who did not ask for it.
    let slot = slot.filter(|_| settings.context.is_some() && !settings.is_diverted);
    let tell = Arc::clone(tell);
    let token_manager = TokenManager::new(login, slot, connection, Clock::system(), move |text| tell(text))?;
    let tokens: Arc<dyn Tokens> = Arc::new(token_manager.clone());
    Ok((Some(tokens.into()), Some(token_manager)))
}

fn login_of(credential: &Credential) -> Login {
    match &credential.legacy_email {
        Some(email) => Login::Email(email.clone()),
        None => Login::Tokens(credential.tokens.clone()),
    }
}

/// The name for a context that is made for `address`, as the CLI would call the first one, and by the host the others.
fn new_context(address: &BaseUrl, taken: impl Fn(&str) -> bool) -> ContextName {
    if !taken("default") {
        return ContextName::new("default");
    }
    let (_, host) = address.as_str().split_once("://").unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    let host: String = host
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let host = host.trim_matches('-');
    let numbered = (2..).map(|n: u32| format!("{host}-{n}"));
    let name = std::iter::once(host.to_owned())
        .chain(numbered)
        .find(|name| !taken(name));
    ContextName::new(&name.unwrap_or_default())
}
