//! What `plan` and `apply` have in common: what they are made from, what is read for them, and what opens a guard.

use super::audit::progress::Line;
use super::audit::{globs, reading, require_matches};
use super::signals::Signals;
use super::{Ending, Failure, asking, patience, policy, tell};
use crate::access::Plan;
use crate::access::plan::{Allowed, Opener};
use crate::api::Client;
use crate::audit::Report;
use crate::background::blocking;
use crate::collect::{Collected, End};
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::platform::ServerInfo;
use crate::domain::text::{SafeText, counted};
use crate::journal::Journal;
use crate::planning::{self, Error, Kind, Made, What, sources};
use crate::runtime;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What opens guards, one by one.
#[derive(Debug, Args)]
pub(super) struct Guards {
    /// Let exactly so many principals be removed from workspaces
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
    /// What it is made from, and how.
    pub(super) work: Arc<planning::Planner>,
}

/// A plan with what was read for it.
pub(super) struct Reported {
    pub(super) made: Made,
    pub(super) report: Arc<Report>,
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
        (path, kind): (&PathBuf, Kind),
        workspaces: &[String],
        policy: Option<&Path>,
    ) -> Result<Self, Failure> {
        let read = patience::telling(path, || sources::read(path, kind)).map_err(refused)?;
        if !workspaces.is_empty() && read.what.workspaces().is_some() {
            return Err(Failure::Usage(
                "--workspace is for --from and --leavers: a file names its workspaces".to_owned(),
            ));
        }
        let planner = planning::Planner {
            read,
            globs: globs(workspaces)?,
            policy: Arc::new(policy::read(policy, settings.config_folder.as_deref())?),
        };
        Ok(Self {
            authorities: patience::authorities(&settings)?,
            work: Arc::new(planner),
            connector,
            settings,
        })
    }

    /// Connects, and asks the platform what it is and who the caller is.
    pub(super) async fn open(&self, signals: &mut Signals) -> Result<Ended<(Opened, ServerInfo)>, Failure> {
        tokio::select! {
            opened = asking::connect(&self.connector, self.settings.clone(), self.authorities.clone()) => {
                opened.map(Ended::AsWanted)
            }
            number = signals.next() => Ok(Ended::Signalled(number)),
        }
    }

    /// Reads what is there now, and plans.
    pub(super) async fn make(
        &self,
        (client, info): (&Client, &ServerInfo),
        journal: Option<&Journal>,
        signals: &mut Signals,
    ) -> Result<Ended<Reported>, Failure> {
        let server = client.base_url().as_str().to_owned();
        self.work.require_server(&server).map_err(refused)?;
        let report = match self.collect((client, info), signals).await? {
            Ended::AsWanted(report) => report,
            Ended::Signalled(number) => return Ok(Ended::Signalled(number)),
        };
        self.require_matches(client, &report).await?;
        let (planner, journal, info) = (Arc::clone(&self.work), journal.cloned(), info.clone());
        for warning in &report.snapshot.coverage.warnings {
            tell(warning);
        }
        let make = move || {
            let made = planner.make(&report, &info, (journal.as_ref(), &server), runtime::now());
            Reported { made, report }
        };
        let reported = blocking(make).await;
        for workspace in &reported.made.still.unread {
            tell(&SafeText::new(&format!(
                "the members of '{}' could not be read: its changes are compared when their turn comes",
                workspace.shown()
            )));
        }
        Ok(Ended::AsWanted(reported))
    }

    /// Makes sure that --workspace means some workspace, of the platform or of the report: a slip would look like nothing to do.
    async fn require_matches(&self, client: &Client, report: &Report) -> Result<(), Failure> {
        let Some(globs) = &self.work.globs else {
            return Ok(());
        };
        let earlier = if let What::Report(baseline) = &self.work.read.what {
            Some(baseline.snapshot())
        } else {
            None
        };
        require_matches(client, globs, &report.snapshot, earlier).await
    }

    async fn collect(
        &self,
        (client, info): (&Client, &ServerInfo),
        signals: &mut Signals,
    ) -> Result<Ended<Arc<Report>>, Failure> {
        let options = self.work.options(info, runtime::now);
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

/// How many problems of access files are told; whoever has mended those looks again.
const MOST_PROBLEMS: usize = 20;

/// Returns how a command ends that has no plan. What is wrong in access files is told one by one.
pub(super) fn refused(error: Error) -> Failure {
    if let Error::Wrong { problems, .. } = &error {
        for problem in problems.iter().take(MOST_PROBLEMS) {
            tell(&SafeText::new(&problem.to_string()));
        }
        if let Some(n @ 1..) = problems.len().checked_sub(MOST_PROBLEMS) {
            tell(&SafeText::new(&format!("and {}", counted(n, "more problem"))));
        }
    }
    match error {
        Error::Guarded(why) => Failure::Guarded(why),
        Error::Unusable(_) | Error::Wrong { .. } => Failure::Local(error.to_string()),
    }
}

/// Says which guards stand in the way; returns whether some do.
pub(super) fn tell_of_guards(plan: &Plan, allowed: &Allowed, n_removals: usize) -> bool {
    let mut is_guarded = false;
    for guard in plan.guards.iter().filter(|guard| !allowed.opens(guard, n_removals)) {
        is_guarded = true;
        tell(&SafeText::new(&format!("refused: {}", guard.in_words(n_removals))));
    }
    is_guarded
}

/// Returns how a command ends that a signal has cut short.
pub(super) fn signalled(number: i32) -> Ending {
    Ending::Signalled(number)
}
