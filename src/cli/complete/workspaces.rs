//! Workspaces where a shell's cursor is: those of the context that the line leads to, as they were listed last.
//!
//! No shell waits for a platform. Names come from the cache alone ([`Names`]); where they are not fresh, this same
//! program is started beside, lists them ([`Listing`]) and goes. It asks as every command does, by the same settings, and
//! reads only.

use super::{VARIABLE, is_plain};
use crate::background::blocking;
use crate::cli::{Ending, Failure, asking, patience};
use crate::config::{Env, Flags, Settings, Source};
use crate::connect::{Connector, NO_CONTEXT};
use crate::names::Names;
use clap_complete::engine::CompletionCandidate;
use rustix::process::setsid;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// In place of a shell: whoever is started with that lists.
const LIST: &str = "workspaces";

/// How long a shell waits, all in all.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a list may take; a login that is being renewed meanwhile is saved all the same.
const LONGEST: Duration = Duration::from_secs(10);
/// The most names that are offered: a shell would ask before it shows as many.
const MOST: usize = 1_000;

/// What a shell asks for.
#[derive(Debug)]
pub(super) struct Question {
    /// What the line says so far.
    pub(super) flags: Flags,
    pub(super) env: Env,
    /// This program.
    pub(super) program: Option<PathBuf>,
    pub(super) begun: Instant,
}

impl Question {
    /// Returns the workspaces whose names begin as typed.
    pub(super) fn offered(&self, typed: &OsStr) -> Vec<CompletionCandidate> {
        let (Some(typed), Some(names)) = (typed.to_str(), self.names()) else {
            return Vec::new();
        };
        let names = names.into_iter();
        let fitting = names.filter(|name| name.starts_with(typed) && is_plain(OsStr::new(name)));
        fitting.take(MOST).map(CompletionCandidate::new).collect()
    }

    fn names(&self) -> Option<Vec<String>> {
        let settings = Settings::read(&self.flags, &self.env).ok()?;
        let (names, whose) = names_of(&settings)?;
        if let Some(fresh) = names.fresh(&whose) {
            return Some(fresh);
        }
        let listing = if names.are_due() { self.list() } else { None };
        let asked = names.clone();
        self.wait_for(move || match listing {
            Some(mut process) => drop(process.wait()),
            None => asked.wait_while_asked_for(),
        });
        // Fresh or not: they are the newest there are.
        names.kept(&whose)
    }

    /// Waits until `end` returns, for as long as a shell has patience. The thread that then still waits ends with this process.
    fn wait_for(&self, end: impl FnOnce() + Send + 'static) {
        let (ended, waiting) = mpsc::channel::<()>();
        // Without a thread nobody waits: then the other end is gone at once.
        let _ = thread::Builder::new().spawn(move || {
            end();
            drop(ended);
        });
        let left = PATIENCE.saturating_sub(self.begun.elapsed());
        let _ = waiting.recv_timeout(left);
    }

    /// Starts what lists. It goes on when the shell has its answer, and is nobody's to wait for.
    fn list(&self) -> Option<Child> {
        let Flags {
            context,
            base_url,
            config,
            ca,
            ..
        } = &self.flags;
        let mut command = Command::new(self.program.as_ref()?);
        command.env(VARIABLE, LIST);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let values = [
            ("--context=", context.as_ref().map(OsString::from)),
            ("--base-url=", base_url.as_ref().map(OsString::from)),
            ("--config=", config.as_ref().map(OsString::from)),
            ("--ca=", ca.as_ref().map(OsString::from)),
        ];
        for (option, value) in values {
            let mut word = OsString::from(option);
            if let Some(value) = value {
                word.push(value);
                command.arg(word);
            }
        }
        command.spawn().ok()
    }
}

/// Returns where names are kept of what `settings` lead to, and whose login they are listed with; nothing where none are
/// to be listed.
fn names_of(settings: &Settings) -> Option<(Names, String)> {
    let url = settings.base_url.as_ref()?;
    if !settings.completes_workspaces || sends_a_login_astray(settings, &url.source) {
        return None;
    }
    let context = settings.context.as_ref().filter(|_| !settings.is_diverted);
    let context = context.map_or(NO_CONTEXT, |context| &context.value);
    let names = Names::of(settings.cache_folder.as_deref()?, (context, url.value.as_str()));
    Some((names, settings.whose()))
}

/// Whether a login would go to where nobody has sent it yet: a line that is still being typed is no order. So a context's
/// token goes to its own server alone, and one of the environment not to an address that stands in the line.
fn sends_a_login_astray(settings: &Settings, address: &Source) -> bool {
    let Some(credential) = &settings.credential else {
        return false;
    };
    let is_at_its_context = settings.context.is_some() && !settings.is_diverted;
    let is_typed = matches!(address, Source::Flag(_));
    !is_at_its_context && (is_typed || matches!(credential.source, Source::Context(_)))
}

/// Whether this process was started to list.
pub(in crate::cli) fn are_to_be_listed(env: &Env) -> bool {
    env.raw(VARIABLE) == Some(OsStr::new(LIST))
}

/// A list that nobody waits for and nobody hears of.
#[derive(Debug)]
pub(in crate::cli) struct Listing {
    connector: Connector,
    settings: Box<Settings>,
    /// The certificates to trust.
    authorities: Vec<u8>,
}

impl Listing {
    pub(in crate::cli) fn prepare(connector: Connector, settings: Settings) -> Result<Self, Failure> {
        // Away from the terminal, so that neither its ctrl-c nor its end is about this.
        let _ = setsid();
        let mut settings = asking::read_only(settings);
        settings.warnings.clear();
        Ok(Self {
            connector: connector.telling(|_| {}),
            authorities: patience::authorities(&settings)?,
            settings: Box::new(settings),
        })
    }

    pub(in crate::cli) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Lists, unless somebody else does or has done so just now, and keeps the names that can be typed.
    pub(in crate::cli) async fn run(self) -> Result<Ending, Failure> {
        let Some((names, whose)) = names_of(&self.settings) else {
            return Ok(Ending::Done);
        };
        let asked = names.clone();
        let Some(turn) = blocking(move || asked.take_turn()).await? else {
            return Ok(Ending::Done);
        };
        let Self {
            connector,
            settings,
            authorities,
        } = self;
        let opened = connector.open_by(*settings, authorities)?;
        let listed = timeout(LONGEST, opened.client.all_workspaces());
        let listed = asking::settling(&connector, listed).await;
        let Ok(listed) = listed else {
            return Ok(Ending::CannotTell);
        };
        let rows = listed.map_err(Failure::Platform)?.rows.into_iter();
        let plain = rows.map(|workspace| workspace.name.raw().to_owned());
        let plain = plain.filter(|name| is_plain(OsStr::new(name))).collect();
        blocking(move || names.keep(&turn, &whose, plain)).await?;
        Ok(Ending::Done)
    }
}
