//! The console itself: whether this terminal can show it, and its start.

use super::{Ending, Failure, policy};
use crate::api::{BaseUrl, Client, Connection, Mode};
use crate::app::model::Session;
use crate::app::remote::Remote;
use crate::audit::Policy;
use crate::config::{ColorDepth, Display, Multiplexer, ReadOnlySource, Settings, Source, Sourced};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use crate::memory::Memory;
use crate::runtime::{self, Cause, Platform};
use crate::ui::{Look, theme};
use color_eyre::eyre::eyre;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

/// Checks that there is a terminal to draw on and to read keys from.
pub(super) fn require_terminal(display: Display) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::NotATerminal("input"));
    }
    if !io::stdout().is_terminal() {
        return Err(Failure::NotATerminal("output"));
    }
    if display.is_dumb {
        return Err(Failure::DumbTerminal);
    }
    Ok(())
}

/// Where the platform's CLI looks when nothing says otherwise.
const DEFAULT_ADDRESS: &str = "http://localhost:8080";

/// Opens the console and returns when it is left. `authorities` are certificates (PEM) to trust.
pub(super) async fn launch(settings: Settings, authorities: Vec<u8>) -> color_eyre::Result<Ending> {
    let (mut session, connection) = prepare(&settings, authorities)?;
    let memory = memory(&settings, &connection.base_url);
    if let Some(memory) = memory.clone() {
        session.remembered = tokio::task::spawn_blocking(move || memory.recall()).await?;
    }
    let policy = read_policy(&settings).await?.unwrap_or_else(|why| {
        // A console that does not open for it would help nobody at night.
        session
            .warnings
            .push(SafeText::new(&format!("{why}; audits are judged without it")));
        Policy::default()
    });
    let client = Client::new(connection).map_err(|error| eyre!("{error}. {}", error.next_step()))?;
    let platform = Platform::new(client, memory).judged_by(Arc::new(policy));
    let look = Look::new(depth(settings.display.color), settings.display.is_ascii);
    let ended = runtime::run(session, platform, look, multiplexer(settings.display)).await?;
    for change in ended.unsettled {
        // With standard error gone there is nobody left to tell.
        let _ = writeln!(
            io::stderr(),
            "nmp-console: outcome unknown, look before you repeat it: {change}"
        );
    }
    Ok(match ended.cause {
        Cause::Quit => Ending::Done,
        Cause::Signal(number) => Ending::Signalled(number),
        // What the system says when a terminal goes away.
        Cause::TerminalGone => Ending::Signalled(signal_hook::consts::SIGHUP),
    })
}

/// Returns where deletions are remembered. The demo ends with everything in it, so of it nothing is.
fn memory(settings: &Settings, server: &BaseUrl) -> Option<Memory> {
    let folder = settings.state_folder.as_deref().filter(|_| !is_demo(settings))?;
    Some(Memory::new(folder, server.as_str()))
}

/// Reads the policy that audits are judged by, where there is one. The demo has an organisation of its own.
async fn read_policy(settings: &Settings) -> color_eyre::Result<Result<Policy, Failure>> {
    let folder = settings.config_folder.clone().filter(|_| !is_demo(settings));
    Ok(tokio::task::spawn_blocking(move || policy::read(None, folder.as_deref())).await?)
}

fn is_demo(settings: &Settings) -> bool {
    let url = settings.base_url.as_ref();
    url.is_some_and(|url| url.source == Source::Sandbox)
}

/// Returns the connection that `settings` ask for. `authorities` are certificates (PEM) to trust.
pub(super) fn connection(settings: &Settings, authorities: Vec<u8>) -> color_eyre::Result<Connection> {
    let mut connection = Connection::to(match &settings.base_url {
        Some(url) => url.value.clone(),
        None => BaseUrl::parse(DEFAULT_ADDRESS)?,
    });
    connection.token = settings.credential.as_ref().map(|credential| credential.token.clone());
    if settings.read_only.is_some() {
        connection.mode = Mode::ReadOnly;
    }
    connection.authorities = authorities;
    Ok(connection)
}

fn prepare(settings: &Settings, authorities: Vec<u8>) -> color_eyre::Result<(Session, Connection)> {
    let connection = connection(settings, authorities)?;
    let context = settings.context.as_ref().map(|context| SafeText::new(&context.value));
    let source = || {
        settings
            .base_url
            .as_ref()
            .map(|url| SafeText::new(&url.source.to_string()))
    };
    let session = Session {
        context: context.or_else(source).unwrap_or_else(|| SafeText::new("no context")),
        server: connection.base_url.shown(),
        is_demo: settings
            .base_url
            .as_ref()
            .is_some_and(|url| url.source == Source::Sandbox),
        cli: settings.cli.clone(),
        read_only: settings.read_only.as_ref().map(read_only),
        info: Remote::Absent,
        start_at: settings
            .workspace
            .as_ref()
            .filter(|workspace| is_asked_for(workspace))
            .map(|name| name.value.clone()),
        warnings: settings.warnings.clone(),
        remembered: Vec::new(),
        has_shown: None,
    };
    Ok((session, connection))
}

/// The default workspace of a context is where commands act; only who names one for now wants to start there.
fn is_asked_for(workspace: &Sourced<WorkspaceName>) -> bool {
    match workspace.source {
        Source::Flag(_) | Source::Variable(_) => true,
        Source::File(_) | Source::Context(_) | Source::Sandbox => false,
    }
}

fn read_only(source: &ReadOnlySource) -> SafeText {
    SafeText::new(match source {
        ReadOnlySource::Flag => "--read-only",
        ReadOnlySource::Environment => "NMP_CONSOLE_READ_ONLY",
        ReadOnlySource::Context => "set by the context",
    })
}

fn multiplexer(display: Display) -> runtime::Multiplexer {
    match display.multiplexer {
        Multiplexer::None => runtime::Multiplexer::None,
        Multiplexer::Tmux => runtime::Multiplexer::Tmux,
        Multiplexer::Screen => runtime::Multiplexer::Screen,
    }
}

fn depth(color: ColorDepth) -> theme::ColorDepth {
    match color {
        ColorDepth::None => theme::ColorDepth::None,
        ColorDepth::Ansi16 => theme::ColorDepth::Ansi16,
        ColorDepth::Ansi256 => theme::ColorDepth::Ansi256,
        ColorDepth::True => theme::ColorDepth::TrueColor,
    }
}
