//! What `plan` and `apply` have in common: what they are made from, what is read for them, and what opens a guard.

use super::audit::progress::Line;
use super::audit::{globs, reading};
use super::signals::Signals;
use super::sources::{self, Still, What};
use super::{Ending, Failure, policy, tell};
use crate::access::plan::{Allowed, Circumstances, Last, LeftOut, Opener};
use crate::access::{Plan, Wishes};
use crate::api::Client;
use crate::audit::{Policy, Report};
use crate::background::blocking;
use crate::collect::{Collected, End, Options, Parts};
use crate::config::Settings;
use crate::connect::Connector;
use crate::domain::activity::Record;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Allowed as Yes, ServerInfo};
use crate::domain::text::SafeText;
use crate::journal::Journal;
use crate::runtime;
use clap::Args;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How many changes of the journal are looked at to tell what was applied last.
const MOST_RECORDS: usize = 10_000;

/// What opens guards, one by one.
#[derive(Debug, Args)]
pub(super) struct Guards {
    /// Let exactly so many principals lose their place in a workspace
    #[arg(long, value_name = "N")]
    accept_removals: Option<usize>,
    /// Let yourself lose Admin or access
    #[arg(long)]
    allow_self: bool,
    /// Let everyone (*) get more
    #[arg(long)]
    allow_public: bool,
    /// Let roles in 'system' change, which count everywhere
    #[arg(long)]
    allow_system: bool,
}

impl Guards {
    pub(super) fn allowed(&self) -> Allowed {
        let all = [
            (self.allow_self, Opener::AllowSelf),
            (self.allow_public, Opener::AllowPublic),
            (self.allow_system, Opener::AllowSystem),
        ];
        Allowed {
            removals: self.accept_removals,
            openers: all
                .into_iter()
                .filter(|(is_given, _)| *is_given)
                .map(|(_, opener)| opener)
                .collect(),
        }
    }
}

/// A plan to be made, with everything it needs at hand.
#[derive(Debug)]
pub(super) struct Planner {
    pub(super) connector: Connector,
    pub(super) settings: Settings,
    pub(super) authorities: Vec<u8>,
    pub(super) read: sources::Read,
    /// Which workspaces are meant, of what is not about named ones.
    globs: Option<GlobSet>,
    pub(super) policy: Arc<Policy>,
}

/// What was read for a plan, and what came of it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) plan: Plan,
    /// What of an earlier plan is no longer as it was.
    pub(super) still: Still,
}

/// The end of something that a signal can cut short.
pub(super) enum Ended<T> {
    AsWanted(T),
    /// By the signal of this number.
    Signalled(i32),
}

impl Planner {
    /// Reads the files. Blocks.
    pub(super) fn prepare(
        (connector, settings): (Connector, Settings),
        (path, kind): (&PathBuf, sources::Kind),
        workspaces: &[String],
        policy: Option<&Path>,
    ) -> Result<Self, Failure> {
        let read = sources::read(path, kind)?;
        if !workspaces.is_empty() && read.what.workspaces().is_some() {
            return Err(Failure::Usage(
                "--workspace is for --from and --leavers: a file names its workspaces".to_owned(),
            ));
        }
        Ok(Self {
            authorities: settings.read_authorities()?,
            policy: Arc::new(policy::read(policy, settings.config_folder.as_deref())?),
            globs: globs(workspaces)?,
            connector,
            settings,
            read,
        })
    }

    /// Reads what is there now, and plans.
    pub(super) async fn make(
        self: &Arc<Self>,
        (client, info): (&Client, &ServerInfo),
        journal: Option<&Journal>,
        signals: &mut Signals,
    ) -> Result<Ended<Made>, Failure> {
        self.require_server(client)?;
        let report = match self.collect((client, info), signals).await? {
            Ended::AsWanted(report) => report,
            Ended::Signalled(number) => return Ok(Ended::Signalled(number)),
        };
        let planner = Arc::clone(self);
        let identity = info.identity.clone();
        let is_platform_admin = info.platform_admin == Yes::Yes;
        let journal = journal.cloned();
        let server = client.base_url().as_str().to_owned();
        let made = blocking(move || {
            let records = journal.map(|journal| journal.read(MOST_RECORDS));
            let records = match records {
                Some(Ok((records, _))) => records,
                // What was applied last is said where it is known; what is planned does not depend on it.
                Some(Err(_)) | None => Vec::new(),
            };
            let identity = crate::domain::identity::Identity {
                is_platform_admin,
                ..identity
            };
            let last = last(&records, &server);
            let at = Circumstances {
                identity: &identity,
                now: runtime::now(),
                last: &last,
                source: planner.read.source.clone(),
            };
            planner.plan(&report, &at)
        });
        let made = made.await;
        for workspace in &made.still.unread {
            tell(&SafeText::new(&format!(
                "the members of '{}' could not be read: its changes are compared when their turn comes",
                workspace.shown()
            )));
        }
        Ok(Ended::AsWanted(made))
    }

    fn plan(&self, report: &Report, at: &Circumstances<'_>) -> Made {
        let is_meant = |name: &WorkspaceName| self.globs.as_ref().is_none_or(|globs| globs.is_match(name.raw()));
        let wished = |wishes: &Wishes| Made {
            plan: Plan::for_wishes(wishes, report, at),
            still: Still::default(),
        };
        match &self.read.what {
            What::Wishes(wishes) => wished(wishes),
            What::Report(baseline) => {
                let (wishes, left_out) = sources::given_back(baseline.snapshot(), &report.snapshot, is_meant);
                besides(wished(&wishes), left_out)
            }
            What::Leavers(leavers) => {
                let (wishes, left_out) = sources::without(leavers, &report.snapshot, is_meant);
                besides(wished(&wishes), left_out)
            }
            What::Draft(draft) => {
                let still = sources::still_to_do(draft, &report.snapshot);
                let mut plan = Plan::of_changes(still.changes.clone(), report, at);
                plan.n_already = still.n_already;
                Made { plan, still }
            }
        }
    }

    /// Refuses what was written for another platform.
    fn require_server(&self, client: &Client) -> Result<(), Failure> {
        let present = client.base_url().as_str();
        let Some(written) = self.read.what.server() else {
            return Ok(());
        };
        let plain = |text: &str| text.trim_end_matches('/').to_lowercase();
        if plain(written) == plain(present) {
            return Ok(());
        }
        let (written, present) = (SafeText::new(written), SafeText::new(present));
        Err(Failure::Guarded(format!("it is for {written}, and this is {present}")))
    }

    async fn collect(
        &self,
        (client, info): (&Client, &ServerInfo),
        signals: &mut Signals,
    ) -> Result<Ended<Arc<Report>>, Failure> {
        // Whoever reads workspace by workspace reads only those that are named.
        let workspaces = match self.read.what.workspaces() {
            Some(names) if info.platform_admin == Yes::No => Some(exactly(names.into_iter())?),
            Some(_) | None => None,
        };
        let options = Options {
            policy: Arc::clone(&self.policy),
            workspaces,
            info: Some(info.clone()),
            as_of: None,
            has_history: false,
            parts: Parts::Unwanted,
            clock: runtime::now,
            stop: CancellationToken::new(),
        };
        let mut line = Line::new();
        let read = reading::read(client, options, signals, &mut line).await;
        line.clear();
        let (Collected { report, end }, number) = match read {
            Ok(read) => read,
            Err(number) => return Ok(Ended::Signalled(number)),
        };
        if let Some(number) = number {
            return Ok(Ended::Signalled(number));
        }
        match (end, report) {
            (End::Read, Some(report)) => Ok(Ended::AsWanted(report)),
            (End::Failed(error), _) => Err(Failure::Platform(error)),
            (End::Endless(why), _) => Err(Failure::Endless(why)),
            (End::Read | End::Stopped, _) => Err(Failure::Local("nothing was read".to_owned())),
        }
    }
}

/// Returns what was made, with what was left out before it was planned.
fn besides(mut made: Made, left_out: Vec<LeftOut>) -> Made {
    made.plan.left_out.splice(0..0, left_out);
    made
}

/// Returns what was left by the last change of each member that is known to be done.
fn last(records: &[Record], server: &str) -> Last {
    let mut last = HashMap::new();
    for record in records.iter().filter(|record| record.server == server) {
        let is_done = record.end.as_ref().is_some_and(|(_, end)| end.verdict.is_done());
        let Some(change) = record.change.as_ref().filter(|_| is_done) else {
            continue;
        };
        if let Some(principal) = change.principal() {
            let (_, after) = change.roles();
            // The newest come first.
            last.entry((change.workspace().clone(), principal.clone()))
                .or_insert(after);
        }
    }
    last
}

/// Returns what matches these names alone.
fn exactly<'a>(names: impl Iterator<Item = &'a WorkspaceName>) -> Result<GlobSet, Failure> {
    let cannot = |why: globset::Error| Failure::Usage(format!("these workspaces cannot be read by name: {why}"));
    let mut set = GlobSetBuilder::new();
    for name in names {
        let glob = GlobBuilder::new(&globset::escape(name.raw()))
            .literal_separator(true)
            .build();
        set.add(glob.map_err(cannot)?);
    }
    set.build().map_err(cannot)
}

/// Says which guards stand in the way; returns whether some do.
pub(super) fn tell_of_guards(plan: &Plan, allowed: &Allowed) -> bool {
    let n_removals = plan.n_removals();
    let mut is_guarded = false;
    for guard in plan.closed(allowed) {
        is_guarded = true;
        tell(&SafeText::new(&format!("refused: {}", guard.in_words(n_removals))));
    }
    is_guarded
}

/// Returns how a command ends that a signal has cut short.
pub(super) fn signalled(number: i32) -> Ending {
    Ending::Signalled(number)
}
