//! What was asked for: flags before environment before the platform CLI's config file, each value with where it came from.
//!
//! [`Settings::resolve`] is pure: it sees the environment as a value ([`Env`]) and the config files already read
//! ([`platform::PlatformFile`], [`console_config::ConsoleConfig`]). Only [`Settings::read`] and [`contexts()`] touch the disk,
//! and only [`store`] writes.
//!
//! Where a setting has an `NHX_` and an `NMP_` name, the `NHX_` one wins, as the newer platform knows no other; a
//! warning says so if they differ. An address and a token belong together, though: the token of the family that
//! lost the address is not sent to the winner's server.

mod authority;
pub mod console_config;
mod contexts;
pub mod display;
pub mod env;
mod error;
pub mod platform;
pub mod programs;
mod proxy;
mod resolve;
pub mod store;

pub use contexts::contexts;
pub use display::{Display, MOST_ESC_WAIT};
pub use env::Env;
pub use error::{Error, Place};
pub use store::{Edit, Store, StoredTokens};

use crate::domain::activity::Operator;
use crate::domain::address::BaseUrl;
use crate::domain::claims::Claims;
use crate::domain::cli::Cli;
use crate::domain::context::Precautions;
use crate::domain::generation::Generation;
use crate::domain::ids::WorkspaceName;
use crate::domain::proxy::{Proxies, Proxy};
use crate::domain::terminal::Showing;
use crate::domain::text::{SafeText, hex};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::path::PathBuf;

/// What the command line said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The context to use: `--context`.
    pub context: Option<String>,
    /// The address of the server: `--base-url`.
    pub base_url: Option<String>,
    /// The workspace to start on: `--workspace`.
    pub workspace: Option<String>,
    /// The config file: `--config`.
    pub config: Option<PathBuf>,
    /// Certificates to trust besides: `--ca`.
    pub ca: Option<PathBuf>,
    /// Whether changes are refused: `--read-only`.
    pub is_read_only: bool,
    /// Whether changes are written down: not with `--no-journal`.
    pub journal: Journalling,
    /// Whether only ASCII is drawn: `--ascii`.
    pub is_ascii: bool,
    /// What is made of the terminal: lines with `--linear`.
    pub showing: Showing,
    /// The name of the theme: `--theme`.
    pub theme: Option<String>,
    /// Whether nothing is coloured: `--no-color`.
    pub is_colorless: bool,
    /// `--esc-wait`: how long a lone escape waits for the rest of a key, in milliseconds.
    pub esc_wait: Option<u16>,
    /// Whether the mouse is listened to.
    pub has_mouse: Option<bool>,
    /// The file to log to: `--log-file`.
    pub log_file: Option<PathBuf>,
    /// How often `-v` was given.
    pub verbosity: u8,
}

/// Whether changes are written into the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Journalling {
    /// They are, or they are not made.
    #[default]
    On,
    /// They are not, as the user wants it.
    Off,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A command line option.
    Flag(&'static str),
    /// An environment variable, by its name.
    Variable(&'static str),
    /// The config file as a whole.
    File(PathBuf),
    /// A context of the config file.
    Context(SafeText),
    /// Somebody who typed it while the console ran.
    Typed,
    /// The embedded platform that was started for the demo.
    Sandbox,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", SafeText::new(&path.to_string_lossy())),
            Self::Context(name) => write!(f, "context '{name}'"),
            Self::Typed => f.write_str("typed here"),
            Self::Sandbox => f.write_str("the demo"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value in force.
    pub value: T,
    /// Who gave it.
    pub source: Source,
}

/// What requests are signed with.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The token, and what renews it.
    pub tokens: StoredTokens,
    /// Where it came from.
    pub source: Source,
    /// The e-mail that stands in the file in place of a token, as the first generation had it.
    pub legacy_email: Option<String>,
}

impl Credential {
    /// Returns when the token ends, as it says itself or as the file does.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.claims()
            .and_then(|claims| claims.expires_at)
            .or(self.tokens.expires_at)
    }

    /// Returns whether another token can be had without asking anybody: one that nobody vouches for can be made anew.
    pub fn is_renewable(&self) -> bool {
        let is_kept = matches!(self.source, Source::Context(_));
        is_kept && (self.tokens.refresh_token.is_some() || self.claims().is_some_and(|claims| claims.is_unsigned))
    }

    fn claims(&self) -> Option<Claims> {
        Claims::read(self.tokens.token.expose_secret())
    }
}

/// Who forbids changes; where several do, the first of these is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnlySource {
    /// The flag `--read-only` was given.
    Flag,
    /// The variable `NMP_CONSOLE_READ_ONLY` is on.
    Environment,
    /// `read_only` in the metadata of the context.
    Context,
    /// `read_only` in the console's own config file.
    ConsoleConfig,
}

impl ReadOnlySource {
    /// Returns whether somebody may lift it for a while: not what was asked for with this very run.
    pub fn can_be_lifted(self) -> bool {
        match self {
            Self::Flag | Self::Environment => false,
            Self::Context | Self::ConsoleConfig => true,
        }
    }

    /// Returns who it is, in a word or two.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Flag => "--read-only",
            Self::Environment => "NMP_CONSOLE_READ_ONLY",
            Self::Context => "set by the context",
            Self::ConsoleConfig => "set by config.toml",
        }
    }
}

/// Where the log goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The file; without one nothing is logged.
    pub file: Option<PathBuf>,
    /// 0 for what was done, 1 for how, 2 for everything.
    pub verbosity: u8,
}

/// Everything the console needs to know before it starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The context in force, if the config file has any.
    pub context: Option<Sourced<String>>,
    /// Whether an option or a variable leads to another server than that context does.
    pub is_diverted: bool,
    /// The platform's address; without one there is nothing to open yet.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// The token to send; without one none is sent.
    pub credential: Option<Credential>,
    /// The workspace to begin with.
    pub workspace: Option<Sourced<WorkspaceName>>,
    /// The certificates to trust besides the system's.
    pub certificate_authority: Option<Sourced<PathBuf>>,
    /// The ways out of this machine, to the platform and to others.
    pub proxies: Proxies,
    /// Who forbids changes, if anybody does.
    pub read_only: Option<ReadOnlySource>,
    /// What the server is said to be, whatever it says itself.
    pub generation: Option<Sourced<Generation>>,
    /// What keeps somebody from taking the context for another.
    pub precautions: Precautions,
    /// What the terminal can show.
    pub display: Display,
    /// The name of the theme, if one is asked for.
    pub theme: Option<Sourced<String>>,
    /// Where the log goes.
    pub log: Log,
    /// The config file that was read.
    pub config_file: Option<PathBuf>,
    /// The console's own folder for what it is told once and for all; it may not exist.
    pub config_folder: Option<PathBuf>,
    /// The console's own folder for what it remembers from one start to the next; it may not exist yet.
    pub state_folder: Option<PathBuf>,
    /// The console's own folder for what can be had again; it may not exist yet.
    pub cache_folder: Option<PathBuf>,
    /// Whether a shell that asks is offered names of workspaces, for which they are listed now and then.
    pub completes_workspaces: bool,
    /// Whether changes are written into the journal.
    pub journal: Journalling,
    /// Who sits at this machine.
    pub operator: Operator,
    /// The platform's own CLI, as the user has it.
    pub cli: Cli,
    /// What the user should know about all this.
    pub warnings: Vec<SafeText>,
}

impl Env {
    /// Returns the environment as it counts for another place than the one it names: without an address, a token, a
    /// context or a workspace of its own. What of that it named goes into `left_out`.
    #[must_use]
    pub fn without_destination(&self, left_out: &mut Vec<&'static str>) -> Self {
        let names = resolve::DESTINATION
            .iter()
            .flat_map(|names| [names.helix, names.platform]);
        left_out.extend(names.filter(|name| self.raw(name).is_some()));
        self.without(resolve::DESTINATION)
    }
}

/// Returns the console's own folder for what can be had again; it may not exist yet.
pub fn cache_folder(env: &Env) -> Option<PathBuf> {
    resolve::cache_folder(env)
}

impl Settings {
    /// Finds and reads the config file and resolves everything. Blocks on the disk, so it belongs before the runtime starts.
    ///
    /// # Errors
    /// Names the option, variable, or line of the config file that is at fault.
    pub fn read(flags: &Flags, env: &Env) -> Result<Self, Error> {
        let location = platform::locate(flags.config.as_deref(), env)?;
        if let Some(location) = &location {
            Store::at(location.path.clone()).tidy();
        }
        let file = location.as_ref().map(platform::read).transpose()?;
        let console = console_config::ConsoleConfig::read(resolve::config_folder(env).as_deref())?;
        let mut settings = Self::resolve(flags, env, file.as_ref(), &console)?;
        settings.cli.programs = programs::find(env);
        Ok(settings)
    }

    /// Has what was resolved for an address alone guarded like the contexts that lead there. Blocks on the disk.
    ///
    /// # Errors
    /// Names the line of the config file that is at fault.
    pub(crate) fn guard(&mut self, flags: &Flags, env: &Env) -> Result<(), Error> {
        let location = platform::locate(flags.config.as_deref(), env)?;
        let file = location.as_ref().map(platform::read).transpose()?;
        let console = console_config::ConsoleConfig::read(resolve::config_folder(env).as_deref())?;
        if let Some(file) = &file {
            resolve::guard(self, None, file, &console);
        }
        Ok(())
    }

    /// Resolves everything.
    ///
    /// # Errors
    /// Names the option, variable or context that is at fault.
    pub fn resolve(
        flags: &Flags,
        env: &Env,
        file: Option<&platform::PlatformFile>,
        console: &console_config::ConsoleConfig,
    ) -> Result<Self, Error> {
        resolve::all(flags, env, file, console)
    }

    /// Resolves what does not concern a platform elsewhere, for the sandbox and the demo: neither the address and
    /// token in the environment nor the config file are for them.
    ///
    /// # Errors
    /// Names the option or variable that is at fault.
    pub fn without_platform(flags: &Flags, env: &Env) -> Result<Self, Error> {
        resolve::local(flags, env, &console_config::ConsoleConfig::default())
    }

    /// Resolves what does not concern a platform elsewhere, and what the console's own config file says of the console
    /// itself. Blocks on the disk.
    ///
    /// # Errors
    /// Names the option, the variable or the line of the file that is at fault.
    pub fn of_the_console(flags: &Flags, env: &Env) -> Result<Self, Error> {
        let console = console_config::ConsoleConfig::read(resolve::config_folder(env).as_deref())?;
        resolve::local(flags, env, &console)
    }

    /// Returns a sum that stands for whose login this is: of the person whom the token names, else of the token.
    pub fn whose(&self) -> String {
        let whose = self.credential.as_ref().map(|credential| {
            let claims = credential.claims().unwrap_or_default();
            let names = [claims.issuer, claims.subject, claims.email];
            let is_named = names.iter().skip(1).any(Option::is_some);
            let token = (!is_named).then(|| credential.tokens.token.expose_secret());
            format!("{names:?} {token:?}")
        });
        hex(&Sha256::digest(whose.unwrap_or_default()))
    }

    /// Returns the proxy by way of which the platform is reached, if it is not reached directly.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxies.towards_platform(&self.base_url.as_ref()?.value)
    }

    /// Reads the certificates to trust (PEM); empty if none are named. Blocks on the disk, so it belongs before the
    /// runtime starts.
    ///
    /// # Errors
    /// Names the option or context at fault: going on with the system's certificates would fail later and less clearly.
    pub fn read_authorities(&self) -> Result<Vec<u8>, Error> {
        match &self.certificate_authority {
            Some(named) => authority::read(named),
            None => Ok(Vec::new()),
        }
    }
}
