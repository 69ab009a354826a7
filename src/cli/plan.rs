//! `nmp-console plan`: what has to change so that what is wished is so. Nothing is changed.

mod resources;

use super::asking::settling;
use super::audit::progress::Line;
use super::output::{Clash, Output};
use super::planning::{Ended, Guards, Planner, signalled, tell_of_guards};
use super::signals::Signals;
use super::{Ending, Failure, document, tell};
use crate::access::Plan;
use crate::access::plan::{Allowed, markdown, table};
use crate::api::Client;
use crate::audit::Severity;
use crate::audit::export::Lines;
use crate::background::blocking;
use crate::config::{ReadOnlySource, Settings};
use crate::connect::{Connector, Opened};
use crate::domain::change::{Change, Way};
use crate::domain::choice::expected;
use crate::domain::text::{SafeText, counted, grouped};
use crate::planning::{Kind, What};
use crate::runtime;
use clap::{Args, ValueEnum, ValueHint};
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Arguments {
    /// Access file (TOML) as 'export' writes it, or a folder of them
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath, required_unless_present_any = ["from", "leavers"])]
    file: Option<PathBuf>,
    /// Give back what an audit report (JSON) of any day tells, besides what is held now
    #[arg(long, value_name = "REPORT", value_hint = ValueHint::FilePath, conflicts_with_all = ["file", "leavers"])]
    from: Option<PathBuf>,
    /// Take everything from whoever is named in FILE: one a line, or a CSV with a column 'principal' or 'email'
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "file")]
    leavers: Option<PathBuf>,
    /// With --from and --leavers, only workspaces like 'ml-*'; may be given several times
    #[arg(id = "workspace", long = "workspace", value_name = "GLOB")]
    workspaces: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// File to write the plan to as JSON, for 'apply'
    #[arg(long, value_name = "PLAN", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Replace PLAN if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Exit with code 5 where a finding of this severity or worse would be new, like new:high
    #[arg(long, value_name = "new:SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,
    /// Count what lies in each workspace that the plan changes, so that a reviewer sees what access is given to
    #[arg(long)]
    resources: bool,
    /// Policy to judge findings by instead of policy.toml in the console's own folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    policy: Option<PathBuf>,
    #[command(flatten)]
    guards: Guards,
}

const NOTES: &str = "\
Exit codes: 0 nothing to change, 1 changes pending, 5 refused by a guard; 2, 3, 4 and 130 as everywhere.
'until' is a promise of the next run, not of the platform: who is named until a day in the past is removed by the next
'apply', and nobody removes them before. 'audit --wishes' finds them (expired-grant), and the plan counts them as fixed.

Requests: as a platform admin those of 'audit' (about 35 at 1,000 workspaces with 20,000 grants, 220 at 10,000 with
200,000); otherwise one list for each workspace that is named. --resources adds 11 to 15 for each workspace that the plan changes, one for each kind.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for a person
    Table,
    /// The whole plan, as 'apply' reads it
    Json,
    /// For a review
    Markdown,
}

fn severity(typed: &str) -> Result<Severity, String> {
    let named = typed.strip_prefix("new:").and_then(Severity::named);
    named.ok_or_else(|| {
        let all = Severity::ALL.map(|severity| format!("new:{}", severity.label()));
        expected(typed, all.iter().map(String::as_str))
    })
}

/// A plan to be made and written down.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) planner: Arc<Planner>,
    format: Format,
    output: Option<Output>,
    fail_on: Option<Severity>,
    allowed: Allowed,
    has_resources: bool,
}

impl Arguments {
    /// Reads the files it names. Blocks.
    pub(super) fn prepare(self, connector: Connector, settings: Settings) -> Result<Prepared, Failure> {
        let settings = Settings {
            read_only: settings.read_only.or(Some(ReadOnlySource::Flag)),
            ..settings
        };
        let source = match (&self.file, &self.from, &self.leavers) {
            (Some(path), _, _) => (path, Kind::File),
            (None, Some(path), _) => (path, Kind::Report),
            (None, None, Some(path)) => (path, Kind::Leavers),
            (None, None, None) => return Err(Failure::Usage("name an access file".to_owned())),
        };
        let clash = if self.force { Clash::Replace } else { Clash::Refuse };
        let output = self.output.as_deref().map(|path| Output::at(path, clash)).transpose()?;
        let planner = Planner::prepare((connector, settings), source, &self.workspaces, self.policy.as_deref())?;
        // Planned anew, it would lose the guards that were written into it.
        if let What::Draft(_) = planner.work.read.what {
            return Err(Failure::Usage(
                "this is a plan already: apply it, or plan from an access file".to_owned(),
            ));
        }
        Ok(Prepared {
            planner: Arc::new(planner),
            format: self.format,
            output,
            fail_on: self.fail_on,
            allowed: self.guards.allowed(),
            has_resources: self.resources,
        })
    }
}

impl Prepared {
    /// Plans and writes.
    pub(super) async fn run(self) -> Result<Ending, Failure> {
        let planner = Arc::clone(&self.planner);
        settling(&planner.connector, Box::pin(self.make())).await
    }

    async fn make(self) -> Result<Ending, Failure> {
        let mut signals = Signals::listen()?;
        let planner = &self.planner;
        let (opened, info) = match planner.open(&mut signals).await? {
            Ended::AsWanted(opened) => opened,
            Ended::Signalled(number) => return Ok(signalled(number)),
        };
        let Opened { client, journal, .. } = opened;
        let made = planner.make((&client, &info), journal.as_ref(), &mut signals).await?;
        let mut plan = match made {
            Ended::AsWanted(reported) => reported.made.plan,
            Ended::Signalled(number) => return Ok(signalled(number)),
        };
        if self.has_resources {
            let mut line = Line::new();
            let counted = tokio::select! {
                counted = resources::counted(&client, info.generation, &plan, &mut line) => Ok(counted),
                number = signals.next() => Err(number),
            };
            line.clear();
            match counted {
                Ok(contents) => plan.contents = Some(contents),
                Err(number) => return Ok(signalled(number)),
            }
        }
        let Self {
            format,
            output,
            fail_on,
            allowed,
            ..
        } = self;
        blocking(move || conclude((&plan, &client), format, output, (fail_on, &allowed))).await
    }
}

fn conclude(
    (plan, client): (&Plan, &Client),
    format: Format,
    output: Option<Output>,
    (fail_on, allowed): (Option<Severity>, &Allowed),
) -> Result<Ending, Failure> {
    let has_file = output.is_some();
    if let Some(output) = output {
        let json = json(plan, client);
        output.write(|out| out.write_all(json.as_bytes()))?;
    }
    let written = match format {
        Format::Table => {
            let lines = runtime::columns().map_or_else(Lines::default, Lines::Cut);
            document::print_from(|out| table(plan, allowed, lines, out))
        }
        Format::Json if has_file => Ok(Ending::Done),
        Format::Json => document::print(json(plan, client).as_bytes()),
        Format::Markdown => print_markdown(plan, allowed),
    };
    written?;
    // Where both go to a terminal, the guards stand just above, in the plan; a log has nothing above.
    let is_together = runtime::columns().is_some() && io::stderr().is_terminal();
    let are_seen = is_together && !(has_file && format == Format::Json);
    let mut is_guarded = if are_seen {
        tell_of_guards_above(plan, allowed)
    } else {
        tell_of_guards(plan, allowed, plan.n_removals())
    };
    for remark in plan
        .introduced
        .iter()
        .filter(|remark| fail_on.is_some_and(|least| remark.severity >= least))
    {
        is_guarded = true;
        tell(&SafeText::new(&format!(
            "refused: it introduces {} ({}): {}",
            remark.rule,
            remark.severity.label(),
            remark.reason
        )));
    }
    Ok(if is_guarded {
        Ending::Guarded
    } else if plan.changes.is_empty() && plan.left_out.is_empty() {
        Ending::Done
    } else {
        Ending::Found
    })
}

/// Says how many guards stand in the way, of those that were just shown; returns whether some do.
fn tell_of_guards_above(plan: &Plan, allowed: &Allowed) -> bool {
    let n = plan.closed(allowed).count();
    if n > 0 {
        tell(&SafeText::new(&format!(
            "refused by {}, see above",
            counted(n, "guard")
        )));
    }
    n > 0
}

/// How many characters a comment on GitHub takes.
const MOST_OF_A_COMMENT: usize = 65_536;

fn print_markdown(plan: &Plan, allowed: &Allowed) -> Result<Ending, Failure> {
    let mut text = Vec::new();
    markdown(plan, allowed, &mut text)?;
    let n = String::from_utf8_lossy(&text).chars().count();
    if n > MOST_OF_A_COMMENT {
        let text = format!(
            "this has {} characters, and a comment on GitHub takes {}: attach it as a file",
            grouped(n),
            grouped(MOST_OF_A_COMMENT)
        );
        tell(&SafeText::new(&text));
    }
    document::print(&text)
}

/// Returns the plan as JSON, with the request of each change that is one request.
pub(super) fn json(plan: &Plan, client: &Client) -> String {
    let now = client.server_clock().unwrap_or_else(runtime::now);
    let through_rows: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|planned| planned.way == Way::ThroughRows)
        .map(|planned| &planned.change)
        .collect();
    plan.to_json(|change| {
        if through_rows.contains(&change) {
            return None;
        }
        client.sending(change, None, now).ok()
    })
}
