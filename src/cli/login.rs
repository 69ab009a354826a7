//! `nmp-console login` and `nmp-console logout`: what the platform's CLI does too, without Python and a browser.

use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::background::blocking;
use crate::config::{self, Env, Flags, Settings, Source};
use crate::connect::{Connector, Elsewhere};
use crate::domain::command::typed;
use crate::domain::context::{ContextName, Destination};
use crate::domain::login::{DeviceCode, LoggedIn, Way, Ways};
use crate::domain::secret::Secret;
use crate::domain::text::SafeText;
use clap::Args;
use jiff::Timestamp;
use std::io::{self, IsTerminal as _, Read as _};

/// More than any token is long that a header could carry.
const LONGEST_TOKEN: usize = 64 * 1024;

#[derive(Debug, Args)]
#[group(id = "way", multiple = false)]
pub(super) struct Arguments {
    /// Use a code that you enter in any browser (the default)
    #[arg(long)]
    device: bool,
    /// Use a token or an access key from standard input
    #[arg(long)]
    token_stdin: bool,
    /// Use an unchecked e-mail, where the server allows that
    #[arg(long, value_name = "EMAIL")]
    unsigned_token: Option<String>,
}

impl Arguments {
    /// Logs in where the settings lead to, and keeps what comes of it where the platform's CLI looks for it.
    pub(super) async fn run(self, connector: Connector, settings: Settings) -> Result<Ending, Failure> {
        let mut signals = Signals::listen()?;
        tokio::select! {
            ended = self.log_in(&connector, &settings) => ended,
            // Nothing is kept before the end.
            number = signals.next() => Ok(Ending::Signalled(number)),
        }
    }

    async fn log_in(self, connector: &Connector, settings: &Settings) -> Result<Ending, Failure> {
        let at = destination(settings)?;
        let ways = connector.ways(at.clone()).await?;
        if let Some(variable) = &ways.overruled_by {
            say_aloud(&format!("{variable} is set and overrides this login: unset it"));
        }
        let way = self.way(&ways).await?;
        say_aloud(&format!(
            "logging in to {}; the login will be saved as {}",
            ways.server, ways.kept_in
        ));
        let logged_in = connector.log_in(at, way, |code| show(&code)).await?;
        say(&logged_in);
        if let Some(context) = &logged_in.context {
            // The login itself has come about.
            if let Ok(Some(elsewhere)) = connector.elsewhere_than(context).await {
                say_elsewhere(context, &elsewhere);
            }
        }
        Ok(Ending::Done)
    }

    async fn way(self, ways: &Ways) -> Result<Way, Failure> {
        if !ways.is_auth_enabled {
            let server = &ways.server;
            return Err(Failure::Usage(format!(
                "{server} does not authenticate its callers: there is nothing to log in to"
            )));
        }
        if let Some(email) = self.unsigned_token {
            return Ok(Way::Unsigned { email });
        }
        if self.token_stdin {
            return Ok(Way::Token(blocking(token).await?));
        }
        match (&ways.device, self.device) {
            (Some(_), _) => Ok(Way::Device),
            (None, true) => Err(Failure::Usage(format!(
                "{} offers no login by a code: pipe a token or an access key into login --token-stdin",
                ways.server
            ))),
            (None, false) => Err(Failure::Usage(format!(
                "{} offers no login by a code: name --token-stdin, or --unsigned-token EMAIL where that is allowed",
                ways.server
            ))),
        }
    }
}

/// Reads the settings for a login; a `--context` that is none yet is made at the address that `--base-url` names.
///
/// # Errors
/// As for the settings, and if option and context lead to different places.
pub(super) fn prepare(connector: Connector, flags: &Flags, env: &Env) -> Result<(Connector, Settings), Failure> {
    let (Some(name), Some(_)) = (&flags.context, &flags.base_url) else {
        return Ok((connector, Settings::read(flags, env)?));
    };
    match Settings::read(flags, env) {
        Err(config::Error::UnknownContext { .. } | config::Error::NoContexts { .. }) => {
            let anywhere = Flags {
                context: None,
                ..flags.clone()
            };
            let mut settings = Settings::read(&anywhere, env)?;
            settings.is_diverted = true;
            require_typed(name)?;
            Ok((connector.naming(ContextName::new(name)), settings))
        }
        Ok(settings) if settings.is_diverted => Err(Failure::Usage(format!(
            "the context '{}' leads to another address than --base-url: leave one of them out, or name a new context",
            SafeText::new(name)
        ))),
        read => Ok((connector, read?)),
    }
}

/// A new context is called what can be typed, here and in the platform's CLI: a tab or a character that is not seen comes
/// from a file or a variable by mistake.
fn require_typed(name: &str) -> Result<(), Failure> {
    if !name.trim().is_empty() && typed(name).is_some() {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "a new context cannot be called '{}': name it with characters that can be seen and typed",
        SafeText::new(name)
    )))
}

/// Logs out of where the settings lead to.
pub(super) async fn log_out(connector: Connector, settings: Settings) -> Result<Ending, Failure> {
    let (context, others) = connector.log_out(destination(&settings)?).await?;
    say_aloud(&format!("logged out of context '{}'", context.shown()));
    if !others.is_empty() {
        let names: Vec<String> = others.iter().map(|name| format!("'{}'", name.shown())).collect();
        say_aloud(&format!("the same login was used by {}", names.join(", ")));
    }
    if let Some(Source::Variable(variable)) = settings.credential.map(|credential| credential.source) {
        say_aloud(&format!("{variable} is set, and its token is still in use: unset it"));
    }
    Ok(Ending::Done)
}

/// An address that is named for now is another place than the one the context leads to.
fn destination(settings: &Settings) -> Result<Destination, Failure> {
    match (&settings.context, &settings.base_url) {
        (Some(context), _) if !settings.is_diverted => Ok(Destination::Context(ContextName::new(&context.value))),
        (_, Some(url)) => Ok(Destination::Address(url.value.clone())),
        (_, None) => Err(Failure::Usage(
            "nothing says which platform is meant: name it with --base-url URL, or a context with --context".to_owned(),
        )),
    }
}

fn token() -> Result<Secret, Failure> {
    let mut typed = String::new();
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::Usage(
            "--token-stdin reads from a pipe or a file, not from a terminal that would show the token".to_owned(),
        ));
    }
    // One byte more tells that there is more: the beginning of a token is none.
    let most = u64::try_from(LONGEST_TOKEN + 1).unwrap_or(u64::MAX);
    stdin.lock().take(most).read_to_string(&mut typed)?;
    if typed.len() > LONGEST_TOKEN {
        return Err(Failure::Usage(
            "standard input is longer than 64 KiB, which no token is: pipe the token alone into login --token-stdin"
                .to_owned(),
        ));
    }
    Ok(Secret::new(typed))
}

fn show(code: &DeviceCode) {
    say_aloud(&format!(
        "open {} in any browser and enter the code {}",
        code.url, code.code
    ));
    if let Some(url) = &code.complete_url {
        say_aloud(&format!("or open {url}"));
    }
    say_aloud(&format!("waiting until {}; ctrl-c cancels", minute(code.expires_at)));
}

fn say(done: &LoggedIn) {
    let LoggedIn {
        user,
        expires_at,
        is_renewable,
        kept_in,
        replaces,
        context: _,
    } = done;
    let end = match (expires_at, is_renewable) {
        (_, true) => "; renewed automatically".to_owned(),
        (Some(end), false) => format!("; valid until {}", minute(*end)),
        (None, false) => String::new(),
    };
    let replaces = replaces.as_ref();
    let replaces = replaces.map_or_else(String::new, |whose| format!(" in place of {whose}"));
    say_aloud(&format!("logged in as {user}{replaces}{end}; saved as {kept_in}"));
}

/// What is kept in one context is not found by whoever begins in another.
fn say_elsewhere(context: &ContextName, elsewhere: &Elsewhere) {
    let name = context.shown();
    let option = typed(context.raw());
    let option = option.map_or_else(|| "with its name".to_owned(), |name| name.to_string());
    match elsewhere {
        Elsewhere::Current {
            context: current,
            switch,
        } => {
            let current = current.shown();
            let switch = switch.as_ref().and_then(|command| command.to_copy().ok());
            let switch = switch.map(|command| format!("; {command} makes '{name}' current"));
            say_aloud(&format!(
                "the current context is still '{current}': use --context {option}{}",
                switch.unwrap_or_default()
            ));
        }
        Elsewhere::Variable(variable) => say_aloud(&format!(
            "{variable} is set and still leads elsewhere: unset it, or use --context {option}"
        )),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn say_aloud(text: &str) {
    tell(&SafeText::new(text));
}
