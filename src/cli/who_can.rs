//! `nmp-console who-can`: everybody who may do something, by the role bindings that let them.

mod caller;
mod page;

use super::answers::{self, Format, Rosters};
use super::audit::{self, progress::Line, reading};
use super::signals::Signals;
use super::{Ending, Failure, asking, document};
use crate::api::Client;
use crate::audit::export::Lines;
use crate::audit::{Doubt, Evidence, Ground, Policy, Report, Snapshot};
use crate::collect::{Collected, End, Options, Parts};
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::glob::Globs;
use crate::domain::ids::WorkspaceName;
use crate::domain::operation::Operation;
use crate::domain::platform::ServerInfo;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::runtime;
use caller::Caller;
use clap::Args;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Arguments {
    /// read, write, manage-members, delete-workspace or create-workspace
    #[arg(value_parser = answers::operation)]
    operation: Operation,
    /// Workspaces to ask about, like 'ml-*'; may be given several times [default: all]
    #[arg(id = "workspace", long = "workspace", value_name = "GLOB")]
    workspaces: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

const NOTES: &str = "\
Exit codes: 0 everybody who can is named, or everyone (*) can; 3 somebody may be missing. Lines that
begin with 'cannot tell' say how much: the platform does not say who is in a group, and shows members
to Admins only. In JSON they are \"cannot_tell\", and \"complete\" is false.

Where you may not see the members, the platform is asked about yourself: in 100 workspaces, or in all
that --workspace names. With --read-only that tells who can read, and nothing else. In JSON that is
\"caller\" of each such workspace: \"principal\", and \"may\", which is null where it cannot be told.

A platform admin's question takes a request for each 1,000 workspaces and each 1,000 role bindings
(with 20 members in each: 30 at 1,000 workspaces, 225 at 10,000), anybody else's the list of
workspaces and the members of each (about 1,010 and 10,020; fewer with --workspace), with one more for
each workspace in which you are asked about, and create-workspace 8.";

/// What the answer is made from.
enum Source {
    /// Everything that was asked about.
    Snapshot(Box<Report>),
    /// Who holds what in `system`.
    System(Rosters),
}

/// Everything there is to print.
struct Found {
    operation: Operation,
    /// What the platform says of the caller where their role cannot be read.
    caller: Caller,
    /// Those asked about; without it all.
    globs: Option<Globs>,
    server: String,
    info: ServerInfo,
    source: Source,
}

impl Arguments {
    /// Reads and prints.
    pub(super) async fn run(
        self,
        connector: &Connector,
        settings: Settings,
        authorities: Vec<u8>,
    ) -> Result<Ending, Failure> {
        let connecting = asking::connect(connector, settings, authorities);
        asking::settling(connector, Box::pin(self.ask(connecting))).await
    }

    async fn ask(
        self,
        connecting: impl Future<Output = Result<(Opened, ServerInfo), Failure>>,
    ) -> Result<Ending, Failure> {
        let mut signals = Signals::listen()?;
        let globs = self.globs()?;
        let (Opened { client, .. }, info) = tokio::select! {
            connected = connecting => connected?,
            number = signals.next() => return Ok(Ending::Signalled(number)),
        };
        let (source, end) = match self.read(&client, &info, &mut signals).await? {
            Ok(read) => read,
            Err(number) => return Ok(Ending::Signalled(number)),
        };
        let (mut ending, mut end) = (Ending::Done, end);
        if let Some(source) = source {
            let mut found = Found {
                operation: self.operation,
                caller: Caller::default(),
                globs,
                server: client.base_url().as_str().to_owned(),
                info,
                source,
            };
            if matches!(end, End::Read) {
                if let (Some(globs), Some(snapshot)) = (&found.globs, found.snapshot()) {
                    audit::require_matches(&client, globs, snapshot, None).await?;
                }
                let asked = tokio::select! {
                    asked = caller::ask(&client, &found) => asked,
                    number = signals.next() => return Ok(Ending::Signalled(number)),
                };
                found.caller = asked.0;
                end = asked.1.map_or(End::Read, End::Failed);
            }
            ending = self.print(&found)?;
        }
        match end {
            End::Failed(error) => Err(Failure::Platform(error)),
            End::Endless(why) => Err(Failure::Endless(why)),
            End::Read | End::Stopped => Ok(ending),
        }
    }

    fn globs(&self) -> Result<Option<Globs>, Failure> {
        if self.operation == Operation::CreateWorkspace && !self.workspaces.is_empty() {
            return Err(Failure::Usage(
                "create-workspace asks about the whole platform: leave out --workspace".to_owned(),
            ));
        }
        audit::globs(&self.workspaces)
    }

    /// Reads what the answer needs; returns the number of a signal that ended that.
    async fn read(
        &self,
        client: &Client,
        info: &ServerInfo,
        signals: &mut Signals,
    ) -> Result<Result<(Option<Source>, End), i32>, Failure> {
        if self.operation == Operation::CreateWorkspace {
            let system = answers::system();
            let rosters = tokio::select! {
                rosters = Rosters::read(client, info, &system) => rosters.map_err(Failure::Platform)?,
                number = signals.next() => return Ok(Err(number)),
            };
            return Ok(Ok((Some(Source::System(rosters)), End::Read)));
        }
        let options = Options {
            policy: Arc::new(Policy::default()),
            workspaces: audit::globs(&self.workspaces)?,
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
        Ok(match read {
            Ok((Collected { report, end }, None)) => {
                let source = report.map(|report| Source::Snapshot(Box::new(Arc::unwrap_or_clone(report))));
                Ok((source, end))
            }
            Ok((_, Some(number))) | Err(number) => Err(number),
        })
    }

    fn print(&self, found: &Found) -> Result<Ending, Failure> {
        let untold = page::Untold::of(found);
        let printed = match self.format {
            Format::Table => {
                let lines = runtime::columns().map_or_else(Lines::default, Lines::Cut);
                document::print_from(|out| page::table(found, &untold, lines, out))
            }
            Format::Json => document::print_from(|out| page::json(found, &untold, out)),
        }?;
        Ok(if untold.is_empty() { printed } else { Ending::CannotTell })
    }
}

impl Found {
    fn snapshot(&self) -> Option<&Snapshot> {
        match &self.source {
            Source::Snapshot(report) => Some(&report.snapshot),
            Source::System(_) => None,
        }
    }

    /// Returns what is known of each workspace that was asked about, by name. It is made anew each time: there can be many.
    fn places(&self) -> Box<dyn Iterator<Item = Evidence<'_>> + '_> {
        match &self.source {
            Source::Snapshot(report) => {
                let snapshot = &report.snapshot;
                let asked = snapshot.reported_workspaces();
                let asked = asked.filter(|(_, workspace)| self.is_asked_about(&workspace.name));
                Box::new(asked.filter_map(|(number, _)| snapshot.evidence(number)))
            }
            Source::System(rosters) => {
                let evidence = rosters.evidence(&answers::system(), self.info.generation);
                Box::new(std::iter::once(evidence))
            }
        }
    }

    fn is_asked_about(&self, name: &WorkspaceName) -> bool {
        self.globs.as_ref().is_none_or(|globs| globs.matches(name.raw()))
    }

    /// Returns what keeps the answer from naming everybody who may in this workspace.
    fn untold(&self, place: &Evidence<'_>) -> Vec<Doubt> {
        if self.info.is_auth_enabled {
            place.untold(self.operation)
        } else {
            Vec::new()
        }
    }

    /// Returns why nobody is asked for a role, where that is so.
    fn all_may(&self) -> Option<SafeText> {
        if !self.info.is_auth_enabled {
            return Some(Ground::NoLogin.in_words());
        }
        let is_none_needed = Role::is_none_needed(self.operation, self.info.generation) == Some(true);
        is_none_needed.then(|| Ground::AnyLogin.in_words())
    }
}
