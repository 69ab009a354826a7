//! From what was asked for to a connection: which platform, as whom, on what terms.
//!
//! The console and every subcommand that talks to a platform begin here; nothing else turns settings into a client.
//! A [`Connector`] knows what the command line and the environment said and opens one [`Destination`] after another: a
//! context of the platform CLI's config file, an address, the demo.

mod contexts;
#[cfg_attr(not(feature = "sandbox"), path = "connect/no_demo.rs")]
mod demo;
mod error;
mod login;

pub use demo::Demo;
pub use error::Error;
pub use login::Elsewhere;

use crate::api::{Client, Connection, Mode, Uptime};
use crate::background::blocking;
use crate::config::console_config::ConsoleConfig;
use crate::config::{self, Credential, Env, Flags, Journalling, ReadOnlySource, Settings, Source, Sourced};
use crate::domain::address::BaseUrl;
use crate::domain::cli::Cli;
use crate::domain::context::{ContextName, Destination, Login, Precautions};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use crate::journal::{self, Head, Journal, Recalled};
use crate::login::TokenManager;
use jiff::Timestamp;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Where the platform's CLI looks when nothing says otherwise.
const DEFAULT_ADDRESS: &str = "http://localhost:8080";

/// How long one can wait without being told for what.
const UNNOTICED: Duration = Duration::from_millis(500);
/// How long a renewal under way is waited for at the end: as long as an identity provider may take to answer.
const LAST_RENEWAL: Duration = Duration::from_secs(35);

/// What a connection is called that belongs to no context.
pub const NO_CONTEXT: &str = "no context";

/// Opens connections by what the command line and the environment said.
#[derive(Clone)]
pub struct Connector {
    asked: Arc<Asked>,
    tell: Tell,
    /// Every login that was opened here: one that is being renewed must not be cut off, wherever the console is by now.
    logins: Arc<Mutex<Vec<TokenManager>>>,
    /// The part of the journal that this process writes.
    session: journal::Session,
}

#[derive(Clone, Debug)]
struct Asked {
    flags: Flags,
    env: Env,
    /// What a context is to be called that a login at an address makes.
    new_context: Option<ContextName>,
}

/// Who hears what a user has to be told without being asked.
type Tell = Arc<dyn Fn(SafeText) + Send + Sync>;

/// An open connection. Nothing has been sent yet.
#[derive(Debug)]
pub struct Opened {
    /// What it is a connection to.
    pub about: About,
    /// The platform at its other end.
    pub client: Client,
    /// What keeps its login alive; `None` where that came with the environment, or is nobody's to keep.
    pub token_manager: Option<TokenManager>,
    /// Where changes to that platform are written down; `None` where the user does not want that.
    pub journal: Option<Journal>,
    /// What earlier sessions left on that platform to be looked after, once it has been read.
    pub recalled: Option<Recalled>,
    /// The embedded platform, where it is the other end: it lives as long as this.
    pub demo: Option<Arc<Demo>>,
}

impl Opened {
    /// Returns the same connection with what earlier sessions left there. Blocks on the disk.
    #[must_use]
    pub fn recalling(self, at: Timestamp) -> Self {
        let recalled = self.journal.as_ref().map(|journal| journal.recall(at));
        Self {
            recalled: Some(recalled.unwrap_or_default()),
            ..self
        }
    }
}

/// What a connection is to, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it was opened as; `None` where nothing says where to go.
    pub destination: Option<Destination>,
    /// The name of the connection: a context, or where the address came from.
    pub context: SafeText,
    /// How it signs in.
    pub login: Login,
    /// The environment variable whose token is in force whatever the context holds, if there is one.
    pub token_from: Option<SafeText>,
    /// Where read-only comes from, if nothing may be changed.
    pub read_only: Option<SafeText>,
    /// Whether read-only can be lifted for a while.
    pub can_be_lifted: bool,
    /// What keeps somebody from taking the context for another.
    pub precautions: Precautions,
    /// The workspace that was asked for.
    pub start_at: Option<WorkspaceName>,
    /// Where the commands of the platform's CLI act when nothing else is said.
    pub default_workspace: Option<WorkspaceName>,
    /// The platform's own CLI, as the user has it.
    pub cli: Cli,
    /// What the user should know about all this.
    pub warnings: Vec<SafeText>,
}

impl Connector {
    /// Takes what the command line and the environment said. What a user has to be told without being asked goes to `tell`.
    pub fn new(flags: Flags, env: Env, tell: impl Fn(SafeText) + Send + Sync + 'static) -> Self {
        Self {
            asked: Arc::new(Asked {
                flags,
                env,
                new_context: None,
            }),
            tell: Arc::new(tell),
            logins: Arc::default(),
            session: journal::Session::default(),
        }
    }

    /// Returns the same connector, with which a login at an address makes a context called `name`.
    #[must_use]
    pub fn naming(self, name: ContextName) -> Self {
        let asked = Asked {
            new_context: Some(name),
            ..Asked::clone(&self.asked)
        };
        Self {
            asked: Arc::new(asked),
            ..self
        }
    }

    /// Returns the same connector with somebody else to be told.
    #[must_use]
    pub fn telling(self, tell: impl Fn(SafeText) + Send + Sync + 'static) -> Self {
        let tell = Arc::new(tell);
        Self { tell, ..self }
    }

    /// Opens `destination`.
    ///
    /// An address or a token from the command line or the environment was meant for where the console began: it is not
    /// carried on to another place.
    ///
    /// # Errors
    /// Says what about the config file or the terms stands in the way. Whether the platform answers is not found out.
    pub async fn open(&self, destination: Destination) -> Result<Opened, Error> {
        if destination == Destination::Demo {
            return self.open_demo(Demo::start().await?);
        }
        let connector = self.clone();
        blocking(move || {
            let settings = connector.asked.settings(&destination)?;
            let authorities = settings.read_authorities()?;
            let mut opened = connector.open_by(settings, authorities)?;
            if let Destination::Address(_) = destination {
                // It was chosen on the screen, so it came from no option.
                opened.about.context = SafeText::new(NO_CONTEXT);
            }
            Ok(opened)
        })
        .await
    }

    /// Opens what `settings` ask for. `authorities` are certificates (PEM) to trust. Blocks on the disk.
    ///
    /// # Errors
    /// Refuses a token that would travel in the clear, and what can be no token or no certificate.
    pub fn open_by(&self, settings: Settings, authorities: Vec<u8>) -> Result<Opened, Error> {
        let mut connection = terms(&settings, authorities)?;
        let slot = self.asked.slot(&settings, &connection.base_url);
        let (token, token_manager) = login::bearer(&settings, slot, &connection, &self.tell)?;
        connection.token = token;
        if let Some(token_manager) = &token_manager {
            self.logins().push(token_manager.clone());
        }
        let journal = self.journal(&settings, &connection.base_url);
        let about = about(settings, &connection.base_url);
        let client = Client::new(connection)?;
        Ok(Opened {
            about,
            client,
            token_manager,
            journal,
            recalled: None,
            demo: None,
        })
    }

    /// Returns when no login that was opened here is being renewed, or after a while: a program that ends before that may
    /// lose one.
    pub async fn settled(&self) {
        let logins = self.logins().clone();
        for token_manager in logins {
            if timeout(UNNOTICED, token_manager.settled()).await.is_ok() {
                continue;
            }
            (self.tell)(SafeText::new("a login is being renewed: waiting until it is saved"));
            if timeout(LAST_RENEWAL, token_manager.settled()).await.is_err() {
                (self.tell)(SafeText::new(
                    "a login was being renewed when the program ended: you may have to log in again",
                ));
            }
        }
    }

    /// Returns where changes are written down, unless the user does not want that.
    fn journal(&self, settings: &Settings, server: &BaseUrl) -> Option<Journal> {
        // At another address than its own it is only whose login is used: no command of the CLI gets there by its name.
        let context = settings.context.as_ref().filter(|_| !settings.is_diverted);
        let context = context.map_or(NO_CONTEXT, |context| &context.value);
        let at = (context, server.as_str());
        let folder = settings.state_folder.clone();
        (settings.journal == Journalling::On).then(|| Journal::new(folder, at, &settings.operator, &self.session))
    }

    /// Returns the last line that this process has written into the journal, if it has written any.
    pub fn journal_left_at(&self) -> Option<Head> {
        self.session.left_at()
    }

    fn logins(&self) -> MutexGuard<'_, Vec<TokenManager>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a connection to `demo`, which lives as long as the connection.
    ///
    /// # Errors
    /// Says what about the command line or the environment stands in the way.
    pub fn open_demo(&self, demo: Demo) -> Result<Opened, Error> {
        let settings = demo.settings(self.asked.settings(&Destination::Demo)?)?;
        // Its journal is another one, which ends with it.
        let apart = Self {
            session: journal::Session::default(),
            ..self.clone()
        };
        Ok(Opened {
            demo: Some(Arc::new(demo)),
            ..apart.open_by(settings, Vec::new())?
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl Asked {
    /// Resolves the settings for a place that was chosen while the console runs.
    fn settings(&self, destination: &Destination) -> Result<Settings, Error> {
        let mut overruling = Vec::new();
        let env = self.env.without_destination(&mut overruling);
        let mut flags = Flags {
            context: None,
            base_url: None,
            workspace: None,
            ..self.flags.clone()
        };
        let mut settings = match destination {
            Destination::Context(name) => {
                flags.context = Some(name.raw().to_owned());
                // An authority that was named for now is no better than the one a context names itself.
                let named = flags.ca.take();
                let own = Settings::read(&flags, &env)?;
                if own.certificate_authority.is_some() || named.is_none() {
                    own
                } else {
                    flags.ca = named;
                    Settings::read(&flags, &env)?
                }
            }
            Destination::Address(url) => {
                flags.base_url = Some(url.as_str().to_owned());
                let mut settings = Settings::resolve(&flags, &env, None, &ConsoleConfig::default())?;
                settings.guard(&flags, &env)?;
                if let Some(address) = &mut settings.base_url {
                    address.source = self.who_gave(url);
                }
                settings
            }
            Destination::Demo => Settings::without_platform(&flags, &env)?,
        };
        settings.cli.programs = config::programs::find(&env);
        settings.cli.overruling = overruling;
        Ok(settings)
    }

    /// Returns where `address` came from, to which no context leads: what the program began with, or somebody typed it.
    fn who_gave(&self, address: &BaseUrl) -> Source {
        let flags = Flags {
            context: None,
            ..self.flags.clone()
        };
        let given = Settings::resolve(&flags, &self.env, None, &ConsoleConfig::default());
        let given = given.ok().and_then(|settings| settings.base_url);
        given
            .filter(|given| given.value == *address)
            .map_or(Source::Typed, |given| given.source)
    }
}

/// Returns the terms that `settings` ask for, without a token. `authorities` are certificates (PEM) to trust.
fn terms(settings: &Settings, authorities: Vec<u8>) -> Result<Connection, Error> {
    let mut connection = Connection::to(match &settings.base_url {
        Some(url) => url.value.clone(),
        None => BaseUrl::parse(DEFAULT_ADDRESS)?,
    });
    if let Some(source) = settings.read_only {
        connection.mode = Mode::ReadOnly;
        connection.liftable_by = source.can_be_lifted().then(Uptime::default);
    }
    connection.generation = settings.generation.as_ref().map(|generation| generation.value);
    connection.authorities = authorities;
    connection.proxies = settings.proxies.clone();
    connection.named_by = Some(named_by(settings));
    Ok(connection)
}

/// Returns who named the address of the platform, a context with the file it stands in.
fn named_by(settings: &Settings) -> SafeText {
    let Some(url) = &settings.base_url else {
        return SafeText::new("the default address");
    };
    let text = match (&url.source, &settings.config_file) {
        (Source::Context(_), Some(file)) => format!("{} in {}", url.source, file.display()),
        (_, _) => url.source.to_string(),
    };
    SafeText::new(&text)
}

fn about(settings: Settings, address: &BaseUrl) -> About {
    let context = settings.context.as_ref().map(|context| SafeText::new(&context.value));
    let source = settings.base_url.as_ref().map(|url| url.source.clone());
    let is_demo = source == Some(Source::Sandbox);
    let destination = match (&settings.context, &source) {
        _ if is_demo => Some(Destination::Demo),
        (Some(context), _) if !settings.is_diverted => Some(Destination::Context(ContextName::new(&context.value))),
        (_, Some(_)) => Some(Destination::Address(address.clone())),
        (_, None) => None,
    };
    let source = source.map(|source| SafeText::new(&source.to_string()));
    let asked_for = settings.workspace.as_ref().filter(|workspace| is_asked_for(workspace));
    let stored = settings.workspace.as_ref().filter(|workspace| !is_asked_for(workspace));
    About {
        destination,
        login: settings.credential.as_ref().map_or(Login::Nobody, login),
        token_from: settings.credential.as_ref().and_then(variable),
        context: context.or(source).unwrap_or_else(|| SafeText::new(NO_CONTEXT)),
        read_only: settings.read_only.map(|source| SafeText::new(source.shown())),
        can_be_lifted: settings.read_only.is_some_and(ReadOnlySource::can_be_lifted),
        precautions: settings.precautions,
        start_at: asked_for.map(|name| name.value.clone()),
        default_workspace: stored.map(|name| name.value.clone()),
        cli: settings.cli,
        warnings: settings.warnings,
    }
}

fn login(credential: &Credential) -> Login {
    Login::Token {
        expires_at: credential.ends_at(),
        is_renewable: credential.is_renewable(),
    }
}

fn variable(credential: &Credential) -> Option<SafeText> {
    let Source::Variable(name) = &credential.source else {
        return None;
    };
    Some(SafeText::new(name))
}

/// The default workspace of a context is where commands act; only who names one for now wants to start there.
fn is_asked_for(workspace: &Sourced<WorkspaceName>) -> bool {
    matches!(workspace.source, Source::Flag(_) | Source::Variable(_))
}
