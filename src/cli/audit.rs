//! `nmp-console audit`: who has access to what, written down, without a terminal and without changing anything.

pub(super) mod condition;
pub(super) mod progress;
pub(super) mod reading;
mod writing;

use super::output::{Clash, Output};
use super::planning::refused;
use super::signals::Signals;
use super::{Ending, Failure, asking, missing, patience, policy};
use crate::api::Client;
use crate::audit::export::{Format, Lines, Part, Shape};
use crate::audit::{Baseline, Filter, LastDays, Policy, Report, Rule, Snapshot, Term};
use crate::collect::{Collected, End, Options, Parts};
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::choice::expected;
use crate::domain::glob::{Glob, Globs};
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::query;
use crate::domain::text::{SafeText, counted};
use crate::files;
use crate::journal::Journal;
use crate::planning::{Kind, What, sources};
use crate::runtime;
use clap::{Args, ValueHint};
use condition::Condition;
use jiff::{SignedDuration, Timestamp};
use progress::Line;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use writing::Writing;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Format of the report; default: by the file name of --output, else table
    #[arg(long, value_name = "table|json|csv|csv-excel|markdown|sarif", value_parser = format_named)]
    format: Option<Format>,
    /// File to write to instead of standard output (-), readable only by its owner. If FILE exists, what was read before
    /// an error or a signal goes to FILE.partial
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Write only one part; for table, csv, csv-excel and markdown
    #[arg(long, value_name = "coverage|drift|findings|grants|revoked", value_parser = part_named)]
    only: Option<Part>,
    /// Show the commands that fix findings in the table, too
    #[arg(long)]
    commands: bool,
    /// Workspaces to audit, like 'ml-*'; may be given several times
    #[arg(id = "workspace", long = "workspace", value_name = "GLOB")]
    workspaces: Vec<String>,
    /// Report only what matches, in the filter words of the console's audit
    #[arg(long, value_name = "TEXT", value_parser = filter_typed)]
    filter: Option<String>,
    /// Read revoked grants, too; platform admins only
    #[arg(long)]
    history: bool,
    /// Who held what at the end of that day (UTC), like 2026-01-31 or 30d, from the dates of the role bindings; platform
    /// admins only. What was granted more than once may be told as perhaps held, with the reason. 'since:30d' and 'until:'
    /// of a filter count from that day
    #[arg(long, value_name = "DATE", value_parser = moment, conflicts_with = "history")]
    as_of: Option<Timestamp>,
    /// Earlier report (JSON) to compare with; exit code 1 on any difference, or with --fail-on new-access on such alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline: Option<PathBuf>,
    /// Policy to apply instead of policy.toml in the console's own folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    policy: Option<PathBuf>,
    /// Access file, or a folder of them, as 'plan' takes it: finds what is still held after its 'until' (expired-grant)
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    wishes: Option<PathBuf>,
    /// Exit with code 1 on: rules, severities (or worse), any, drift, new-access, incomplete
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = condition::parse)]
    fail_on: Vec<Condition>,
}

/// An audit with everything it needs at hand.
#[derive(Debug)]
pub(super) struct Prepared {
    connector: Connector,
    settings: Settings,
    authorities: Vec<u8>,
    format: Format,
    shape: Shape,
    output: Option<Output>,
    filter: Filter,
    workspaces: Option<Globs>,
    has_history: bool,
    as_of: Option<Timestamp>,
    baseline: Option<Arc<Baseline>>,
    policy: Arc<Policy>,
    /// The access files, with which it is made sure that they are about this platform.
    wishes: Option<What>,
    fail_on: Vec<Condition>,
}

impl Arguments {
    /// Reads the files it names and makes sure that the report can be written. Blocks.
    pub(super) fn prepare(self, connector: Connector, settings: Settings) -> Result<Prepared, Failure> {
        self.require_what_conditions_need()?;
        // A single dash is how standard output is called; a file of that name is ./-
        let output = self.output.clone().filter(|path| path.as_os_str() != "-");
        let format = match (self.format, &output) {
            (Some(format), _) => format,
            (None, Some(path)) => format_of(path)?,
            (None, None) => Format::Table,
        };
        self.require_part(format)?;
        // A terminal would break longer lines anywhere.
        let terminal = runtime::columns().filter(|_| output.is_none());
        let shape = Shape {
            only: self.only,
            has_commands: self.commands,
            lines: terminal.map_or_else(Lines::default, Lines::Cut),
        };
        let clash = if self.force { Clash::Replace } else { Clash::Refuse };
        let filter = filter_of(self.filter.as_deref(), self.as_of, &self.workspaces)?;
        let workspaces = globs(&self.workspaces)?;
        let authorities = patience::authorities(&settings)?;
        let policy = policy::read(self.policy.as_deref(), settings.config_folder.as_deref())?;
        let baseline = self.baseline.as_deref().map(baseline).transpose()?;
        let (wishes, terms) = self.wishes.as_deref().map(wishes).transpose()?.unzip();
        let policy = match terms {
            Some(terms) => policy.with_terms(terms),
            None => policy,
        };
        Ok(Prepared {
            connector,
            authorities,
            format,
            shape,
            output: output.as_deref().map(|path| Output::at(path, clash)).transpose()?,
            filter,
            workspaces,
            has_history: self.history,
            as_of: self.as_of,
            baseline: baseline.map(Arc::new),
            policy: Arc::new(policy),
            wishes,
            fail_on: self.fail_on,
            settings,
        })
    }

    /// Makes sure that there is what a condition compares with: without it nothing would ever meet it.
    fn require_what_conditions_need(&self) -> Result<(), Failure> {
        let (baseline, wishes) = (
            (self.baseline.is_none(), "a --baseline"),
            (self.wishes.is_none(), "--wishes"),
        );
        for (condition, word, (is_missing, option)) in [
            (Condition::Drift, "drift", baseline),
            (Condition::NewAccess, "new-access", baseline),
            (Condition::Rule(Rule::ExpiredGrant), "expired-grant", wishes),
        ] {
            if is_missing && self.fail_on.contains(&condition) {
                return Err(Failure::Usage(format!("--fail-on {word} needs {option}")));
            }
        }
        Ok(())
    }

    /// Makes sure that the one part that is asked for is there in this format.
    fn require_part(&self, format: Format) -> Result<(), Failure> {
        let Some(part) = self.only else {
            return Ok(());
        };
        let problem = if !format.has_parts() {
            format!("is not for {}, which is read as a whole", format.label())
        } else if part == Part::Drift && self.baseline.is_none() {
            "needs a --baseline".to_owned()
        } else if part == Part::Revoked && !self.history {
            "needs --history".to_owned()
        } else {
            return Ok(());
        };
        Err(Failure::Usage(format!("--only {} {problem}", part.label())))
    }
}

impl Prepared {
    /// Returns the settings it runs by.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads, judges and writes.
    pub(super) async fn run(self) -> Result<Ending, Failure> {
        // Before anything is read: whoever starts it may send the signal at once.
        let mut signals = Signals::listen()?;
        let settings = asking::read_only(self.settings.clone());
        let Opened { client, journal, .. } = asking::open(&self.connector, settings, self.authorities.clone())?;
        if let Some(wishes) = &self.wishes {
            let required = wishes.require_server(client.base_url().as_str());
            required.map_err(|why| Failure::Local(format!("--wishes: {why}")))?;
        }
        let mut line = Line::new();
        let info = match self.as_of {
            None => None,
            Some(_) => Some(self.platform_admin(&client).await?),
        };
        let (collected, signal) = match self.read((&client, info), &mut signals, &mut line).await {
            Ok(read) => read,
            Err(second) => return Ok(Ending::Signalled(second)),
        };
        line.clear();
        self.connector.settled().await;
        let Collected { report, end } = collected;
        let ending = match report {
            Some(report) => {
                if let (Some(globs), None, End::Read) = (&self.workspaces, signal, &end) {
                    require_matches(&client, globs, &report.snapshot, None).await?;
                }
                self.conclude((report, journal), &mut signals, &mut line).await?
            }
            None => Ending::Done,
        };
        match (signal, ending, end) {
            (_, Ending::Signalled(number), _) | (Some(number), ..) => Ok(Ending::Signalled(number)),
            (None, _, End::Failed(error)) => Err(Failure::Platform(error)),
            (None, _, End::Endless(why)) => Err(Failure::Endless(why)),
            (None, ending, End::Read | End::Stopped) => Ok(ending),
        }
    }

    /// Asks the platform what it is, and makes sure that the caller may read the past.
    async fn platform_admin(&self, client: &Client) -> Result<ServerInfo, Failure> {
        let info = client.server_info().await.map_err(Failure::Platform)?;
        if info.platform_admin == Allowed::No {
            return Err(Failure::NotAllowed(
                "--as-of reads the dates of all role bindings, which only platform admins may",
            ));
        }
        Ok(info)
    }

    /// Reads until the end or until a signal, and returns the number of that; of a second one, nothing else.
    async fn read(
        &self,
        (client, info): (&Client, Option<ServerInfo>),
        signals: &mut Signals,
        line: &mut Line,
    ) -> Result<(Collected, Option<i32>), i32> {
        let options = Options {
            policy: Arc::clone(&self.policy),
            workspaces: self.workspaces.clone(),
            info,
            as_of: self.as_of,
            has_history: self.has_history,
            parts: Parts::Unwanted,
            clock: runtime::now,
            stop: CancellationToken::new(),
        };
        reading::read(client, options, signals, line).await
    }

    /// Writes the report down and says whether it has what it must not have. A signal ends that.
    async fn conclude(
        self,
        (report, journal): (Arc<Report>, Option<Journal>),
        signals: &mut Signals,
        line: &mut Line,
    ) -> Result<Ending, Failure> {
        let Self {
            format,
            shape,
            output,
            filter,
            baseline,
            fail_on,
            ..
        } = self;
        let writing = Writing {
            format,
            shape,
            filter,
            baseline,
            journal,
            output,
        };
        let (filter, report) = match writing.finish(report, signals).await? {
            Ok(written) => written,
            Err(number) => return Ok(Ending::Signalled(number)),
        };
        line.conclude(&summary(&report, &filter));
        for text in report.unmatched(&filter) {
            let _ = writeln!(io::stderr(), "nmp-console: warning: {text}");
        }
        if shape.only.is_some_and(|only| only != Part::Coverage) {
            let is_told = fail_on.contains(&Condition::Incomplete);
            // The head of these says it, whatever part of them is wanted.
            let says_besides = matches!(format, Format::Table | Format::Markdown);
            tell_of_the_whole(&report, &filter, is_told, says_besides);
        }
        let mut reasons = condition::met(&fail_on, &report, &filter);
        // Whoever asks for new access alone wants to hear of nothing else.
        let is_any_asked = !fail_on.contains(&Condition::NewAccess) || fail_on.contains(&Condition::Drift);
        if let Some(drift) = report.drift.as_ref().filter(|drift| is_any_asked && !drift.is_empty()) {
            let n = counted(drift.n_differences(), "difference");
            reasons.push(SafeText::new(&format!("{n} from the baseline")));
        }
        if reasons.is_empty() {
            return Ok(Ending::Done);
        }
        for reason in reasons {
            let _ = writeln!(io::stderr(), "nmp-console: {reason}");
        }
        Ok(Ending::Found)
    }
}

/// Makes sure that every glob stands for some workspace, of the platform or of an `earlier` report. Of those that stand for
/// none the list is read once more, to say which is probably meant: a report holds none but those that match.
pub(super) async fn require_matches(
    client: &Client,
    globs: &Globs,
    snapshot: &Snapshot,
    earlier: Option<&Snapshot>,
) -> Result<(), Failure> {
    let list = snapshot.coverage.workspaces;
    if !list.is_complete {
        return Ok(());
    }
    let reported = std::iter::once(snapshot)
        .chain(earlier)
        .flat_map(Snapshot::reported_workspaces);
    let names: Vec<&str> = reported.map(|(_, workspace)| workspace.name.raw()).collect();
    let unmatched: Vec<&str> = globs.unmatched(&names).map(Glob::text).collect();
    if unmatched.is_empty() {
        return Ok(());
    }
    let listed = client.all_workspaces().await.ok();
    let listed = listed.iter().flat_map(|list| &list.rows);
    let known: Vec<&str> = listed.map(|workspace| workspace.name.raw()).collect();
    let unmatched = unmatched
        .into_iter()
        .map(|text| format!("'{text}'{}", missing::hint(text, known.iter().copied())));
    let unmatched: Vec<String> = unmatched.collect();
    let n = counted(list.n_read, "workspace");
    let globs = unmatched.join(" and --workspace ");
    let seen = if snapshot.coverage.is_limited_to_caller {
        " that you can see"
    } else {
        ""
    };
    Err(Failure::Usage(format!("none of {n}{seen} matches --workspace {globs}")))
}

/// Says what a part of a report does not: what could not be read, and who else may do what the filter asks about.
fn tell_of_the_whole(report: &Report, filter: &Filter, is_incomplete_told: bool, says_besides: bool) {
    let missing = condition::met(&[Condition::Incomplete], report, filter).into_iter();
    let missing = missing.filter(|_| !is_incomplete_told);
    let besides = report.select(filter).besides.in_words(&report.snapshot);
    let besides = besides.filter(|_| !says_besides);
    let besides = besides.map(|besides| SafeText::new(&format!("besides: {besides}")));
    let last_days = LastDays::of(&report.policy, &report.snapshot, filter);
    let last_days = last_days.map(|days| SafeText::new(&format!("access files: {}", days.in_words())));
    for words in missing.chain(besides).chain(last_days) {
        let _ = writeln!(io::stderr(), "nmp-console: {words}");
    }
}

/// Reads `--as-of`: the end of a day that is over, the present of this one, or a moment.
fn moment(typed: &str) -> Result<Timestamp, String> {
    let now = runtime::now();
    let (begin, end) = (query::since(typed, now)?, query::until(typed, now)?);
    if begin > now {
        return Err("that is in the future; without --as-of an audit tells the present".to_owned());
    }
    // The last moment of the day.
    let last = end.checked_sub(SignedDuration::from_micros(1)).unwrap_or(end);
    Ok(if begin == end { begin } else { last.min(now) })
}

fn format_named(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| expected(name, Format::ALL.into_iter().map(Format::label)))
}

fn part_named(name: &str) -> Result<Part, String> {
    Part::named(name).ok_or_else(|| expected(name, Part::ALL.map(Part::label)))
}

fn filter_typed(typed: &str) -> Result<String, String> {
    let filter = Filter::parse(typed, runtime::now()).map_err(|problem| problem.to_string());
    filter.map(|_| typed.to_owned())
}

/// Reads the filter: whoever asks about a day of the past counts from that day.
fn filter_of(typed: Option<&str>, as_of: Option<Timestamp>, workspaces: &[String]) -> Result<Filter, Failure> {
    let filter = Filter::parse(typed.unwrap_or_default(), as_of.unwrap_or_else(runtime::now));
    let filter = filter.and_then(|filter| filter.with_workspaces(workspaces));
    filter.map_err(|problem| Failure::Usage(problem.to_string()))
}

/// Tells the format by how the name of the file ends.
fn format_of(path: &Path) -> Result<Format, Failure> {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase());
    let format = extension.and_then(|extension| {
        let is_it = |format: &Format| format.extension() == extension || format.label() == extension;
        Format::ALL.into_iter().find(is_it)
    });
    format.ok_or_else(|| {
        let endings = Format::ALL.iter().map(|format| format!(".{}", format.extension()));
        let mut endings: Vec<String> = endings.collect();
        endings.dedup();
        Failure::Usage(format!(
            "the file name of --output does not say a format ({}): add --format",
            endings.join(", ")
        ))
    })
}

pub(super) fn globs(typed: &[String]) -> Result<Option<Globs>, Failure> {
    let globs = typed.iter().map(|text| {
        let glob = Glob::any_case(text);
        glob.map_err(|why| Failure::Usage(format!("--workspace '{text}' is not a pattern: {why}")))
    });
    let globs: Globs = globs.collect::<Result<_, _>>()?;
    Ok((!typed.is_empty()).then_some(globs))
}

fn baseline(path: &Path) -> Result<Baseline, Failure> {
    let cannot = |why: &dyn std::fmt::Display| {
        let path = SafeText::new(&path.to_string_lossy());
        Failure::Local(format!("cannot use the baseline {path}: {why}"))
    };
    let data = patience::telling(path, || files::read(path, files::BASELINE)).map_err(|error| cannot(&error))?;
    Baseline::read(&data).map_err(|problem| cannot(&problem))
}

/// Reads access files, and what they give until a day.
fn wishes(path: &Path) -> Result<(What, Vec<Term>), Failure> {
    let read = patience::telling(path, || sources::read(path, Kind::File));
    let what = read.map_err(refused)?.what;
    match &what {
        What::Wishes(wishes) => {
            let terms = wishes.terms();
            Ok((what, terms))
        }
        What::Draft(_) | What::Report(_) | What::Leavers(_) => {
            let path = SafeText::new(&path.to_string_lossy());
            Err(Failure::Local(format!(
                "cannot use {path}: it is a plan, and --wishes takes access files"
            )))
        }
    }
}

/// What a person in front wants to know at the end.
fn summary(report: &Report, filter: &Filter) -> String {
    let snapshot = &report.snapshot;
    let selected = report.select(filter);
    let findings = selected.findings.iter().filter_map(|place| report.findings.get(*place));
    let open = findings.filter(|finding| finding.suppressed_by.is_none());
    let state = if snapshot.is_complete() { "" } else { "; incomplete" };
    let last_days = LastDays::of(&report.policy, snapshot, filter);
    let last_days = last_days.map_or_else(String::new, |days| format!(", access files: {}", days.in_words()));
    format!(
        "{}, {}, {}{last_days}{state}",
        snapshot.readable(),
        counted(selected.grants.len(), "grant"),
        counted(open.count(), "finding"),
    )
}
