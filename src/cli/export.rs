//! `nmp-console export`: who has access to what, as access files for `plan` and `apply`.

mod old;
mod place;

use super::audit::progress::Line;
use super::audit::{globs, reading, require_matches};
use super::output::{Clash, Output};
use super::signals::Signals;
use super::{Ending, Failure, asking, document, patience, tell};
use crate::access::{Whose, export};
use crate::audit::{Policy, Report, Snapshot};
use crate::background::blocking;
use crate::collect::{Collected, End, Options, Parts};
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::glob::Globs;
use crate::domain::ids::Principal;
use crate::domain::slip;
use crate::domain::text::{SafeText, counted, grouped};
use crate::runtime;
use clap::{Args, ValueHint};
use old::Existing;
use place::Place;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How many reasons why something is left out are told; the file names them all.
const MOST_TOLD: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = COST)]
pub(super) struct Arguments {
    /// Workspaces to write, like 'ml-*'; may be given several times
    #[arg(id = "workspace", long = "workspace", value_name = "GLOB")]
    workspaces: Vec<String>,
    /// Write only what this principal has access to
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,
    /// File to write to instead of standard output (-), or a folder that gets one file for each workspace; readable only by
    /// their owner
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// Bring this file, or each file of a folder, up to what there is now: only what differs is changed, comments and order
    /// stay. With --workspace only these workspaces, and those that a single file does not name are added to it
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath, conflicts_with_all = ["principal", "output"])]
    update: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long, requires = "output")]
    force: bool,
}

/// What it costs, where everybody decides whether to run it every night.
const COST: &str = "\
A workspace whose members were read to the last is written as authoritative; the platform's own, and those with members that
a file cannot name, as additive. Workspaces that could not be read are left out, named in a comment and on standard error.
The platform knows no end of a grant: 'until', which --update keeps, is a promise of the next 'apply', and 'audit --wishes'
finds what has outlived it.

Requests: a platform admin's reading takes one for each 1,000 workspaces and each 1,000 role bindings, and a few to begin
with: about 35 for 1,000 workspaces with 20,000 role bindings, about 220 for 10,000 with 200,000. Anybody else's takes one
for each workspace.";

/// An export with everything it needs at hand.
#[derive(Debug)]
pub(super) struct Prepared {
    connector: Connector,
    settings: Settings,
    authorities: Vec<u8>,
    workspaces: Option<Globs>,
    target: Target,
}

/// What becomes of what was read.
#[derive(Debug)]
enum Target {
    /// It is written, or what one principal holds of it.
    New(Option<Principal>, Place),
    /// Files are brought up to it.
    Old(Existing),
}

impl Arguments {
    /// Makes sure that what is read can be written. Blocks.
    pub(super) fn prepare(self, connector: Connector, settings: Settings) -> Result<Prepared, Failure> {
        let clash = if self.force { Clash::Replace } else { Clash::Refuse };
        let mut workspaces = globs(&self.workspaces)?;
        let authorities = patience::authorities(&settings)?;
        let target = match &self.update {
            None => {
                let principal = self.principal.filter(|typed| !typed.is_empty());
                let place = Place::of(self.output.as_deref(), clash)?;
                Target::New(principal.map(Principal::from_platform), place)
            }
            Some(path) => {
                let old = Existing::read(path)?;
                // What no file names is not asked for.
                if workspaces.is_none() {
                    workspaces = Some(old.named());
                }
                Target::Old(old)
            }
        };
        Ok(Prepared {
            connector,
            settings,
            authorities,
            workspaces,
            target,
        })
    }
}

impl Prepared {
    /// Returns the settings it runs by.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads and writes.
    pub(super) async fn run(self) -> Result<Ending, Failure> {
        // Before anything is read: whoever starts it may send the signal at once.
        let mut signals = Signals::listen()?;
        let settings = asking::read_only(self.settings.clone());
        let Opened { client, .. } = asking::open(&self.connector, settings, self.authorities.clone())?;
        if let Target::Old(old) = &self.target {
            old.require_server(client.base_url())?;
        }
        let options = Options {
            policy: Arc::new(Policy::default()),
            workspaces: self.workspaces.clone(),
            info: None,
            as_of: None,
            has_history: false,
            parts: Parts::Unwanted,
            clock: runtime::now,
            stop: CancellationToken::new(),
        };
        let mut line = Line::new();
        let read = reading::read(&client, options, &mut signals, &mut line).await;
        line.clear();
        self.connector.settled().await;
        let (Collected { report, end }, signal) = match read {
            Ok(read) => read,
            Err(second) => return Ok(Ending::Signalled(second)),
        };
        if let Some(report) = report {
            if let (Some(globs), None, End::Read) = (&self.workspaces, signal, &end) {
                require_matches(&client, globs, &report.snapshot, None).await?;
            }
            if let Some(number) = self.conclude(report, &mut signals, &mut line).await? {
                return Ok(Ending::Signalled(number));
            }
        }
        match (signal, end) {
            (Some(number), _) => Ok(Ending::Signalled(number)),
            (None, End::Failed(error)) => Err(Failure::Platform(error)),
            (None, End::Endless(why)) => Err(Failure::Endless(why)),
            (None, End::Read | End::Stopped) => Ok(Ending::Done),
        }
    }

    /// Writes, and says what is left out. Returns the number of the signal that ended it, if one did.
    async fn conclude(
        self,
        report: Arc<Report>,
        signals: &mut Signals,
        line: &mut Line,
    ) -> Result<Option<i32>, Failure> {
        let Self { target, workspaces, .. } = self;
        let writing = blocking(move || match target {
            Target::New(principal, place) => write(&report.snapshot, principal.as_ref(), place),
            Target::Old(old) => old.bring_up(&report.snapshot, workspaces.as_ref()),
        });
        let said = tokio::select! {
            written = writing => written?,
            number = signals.next() => return Ok(Some(number)),
        };
        if !said.is_empty() {
            line.conclude(&said);
        }
        Ok(None)
    }
}

/// Waits for the disk: not to be called on the async runtime.
fn write(snapshot: &Snapshot, principal: Option<&Principal>, place: Place) -> Result<String, Failure> {
    let whose = principal.map_or(Whose::Everybody, Whose::Of);
    let export = export(snapshot, whose);
    tell_of(&export.left_out().collect::<Vec<_>>());
    require_anything(snapshot)?;
    if let Some(principal) = principal.filter(|_| export.n_workspaces() == 0) {
        tell_of_nobody(snapshot, principal);
    }
    let is_part = snapshot.coverage.stopped.is_some();
    match place {
        Place::Out => document::print(export.whole().as_bytes()).map(drop)?,
        Place::File(output) if is_part => write_to(output.for_a_part()?, &export.whole())?,
        Place::File(output) => write_to(output, &export.whole())?,
        Place::Folder(folder) => folder.write(export.by_workspace())?,
    }
    Ok(counted(export.n_workspaces(), "workspace"))
}

fn write_to(output: Output, text: &str) -> Result<(), Failure> {
    output.write(|out| out.write_all(text.as_bytes()))
}

/// Where nothing could be read, nothing is written.
fn require_anything(snapshot: &Snapshot) -> Result<(), Failure> {
    if snapshot.n_readable() == 0 && snapshot.reported_workspaces().next().is_some() {
        let words = "no members could be read, so nothing was written";
        return Err(Failure::Unread(SafeText::new(words)));
    }
    Ok(())
}

fn tell_of(left: &[&SafeText]) {
    for why in left.iter().take(MOST_TOLD) {
        tell(&SafeText::new(&format!("warning: left out: {why}")));
    }
    if let Some(n @ 1..) = left.len().checked_sub(MOST_TOLD) {
        tell(&SafeText::new(&format!("warning: left out: {} more", grouped(n))));
    }
}

fn tell_of_nobody(snapshot: &Snapshot, principal: &Principal) {
    let known = snapshot.principals().map(|(_, known)| known);
    let meant = slip::meant(principal.raw(), known);
    let meant = meant.map(|meant| format!("; did you mean '{}'?", meant.shown()));
    let (name, meant) = (principal.shown(), meant.unwrap_or_default());
    let read = snapshot.readable();
    tell(&SafeText::new(&format!(
        "warning: '{name}' holds nothing by name ({read}){meant}"
    )));
}
