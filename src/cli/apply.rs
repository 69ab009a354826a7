//! `nmp-console apply`: makes the changes of a plan, exactly those that were approved by their digest.

use super::output::{Clash, Output};
use super::plan::json;
use super::planning::{Ended, Guards, Planner, refused, signalled, tell_of_guards};
use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::access::Plan;
use crate::access::plan::{Allowed, Phase, Planned, Why, digest_of};
use crate::api::Client;
use crate::app::change::{Intent, Outcome, Settled};
use crate::app::msg::Found;
use crate::background::blocking;
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::activity::{Caller, Provenance, Record};
use crate::domain::change::Change;
use crate::domain::platform::ServerInfo;
use crate::domain::text::{SafeText, counted, grouped};
use crate::journal::Journal;
use crate::planning::{Kind, Made, Still, What};
use crate::runtime::{self, Batch, Platform};
use clap::{Args, ValueHint};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Arguments {
    /// A plan (JSON) that 'plan --output' wrote, or wishes (TOML)
    #[arg(value_name = "PLAN|FILE", value_hint = ValueHint::AnyPath)]
    file: PathBuf,
    /// The digest that 'plan' has shown: nothing else is applied
    #[arg(long, value_name = "DIGEST")]
    digest: String,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// File to write what was not done to, as a new plan
    #[arg(long, value_name = "PLAN", value_hint = ValueHint::FilePath)]
    remaining: Option<PathBuf>,
    /// Policy to judge findings by instead of policy.toml in the console's own folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    policy: Option<PathBuf>,
    #[command(flatten)]
    guards: Guards,
}

const NOTES: &str = "\
Every change is read afresh, sent once and read back. In each workspace whoever is to be Admin is Admin before anybody
loses anything; what you lose yourself comes last of all. Run again after an interruption, it does what is left.

Exit codes: 0 all is so, 1 something was refused or is no longer as it was, 5 refused by a guard (nothing was sent),
6 the outcome of something is unknown; 2, 3, 4 and 130 as everywhere.

Requests: those of 'plan', and 3 for each change, in up to 4 workspaces at once.";

/// How often the line is written that says how far it is.
const BETWEEN_LINES: Duration = Duration::from_millis(200);

/// How many changes of the journal are looked at for what an interrupted run has done.
const MOST_RECORDS: usize = 10_000;

/// A plan to be applied.
#[derive(Debug)]
pub(super) struct Prepared {
    planner: Arc<Planner>,
    digest: String,
    reason: Option<String>,
    remaining: Option<Output>,
    allowed: Allowed,
}

impl Arguments {
    /// Reads the files it names. Blocks.
    pub(super) fn prepare(self, connector: Connector, settings: Settings) -> Result<Prepared, Failure> {
        if settings.read_only.is_some() {
            return Err(Failure::Usage(
                "apply changes something, and this connection is read-only".to_owned(),
            ));
        }
        let remaining = self.remaining.as_deref();
        let remaining = remaining.map(|path| Output::at(path, Clash::Replace)).transpose()?;
        let planner = Planner::prepare(
            (connector, settings),
            (&self.file, Kind::File),
            &[],
            self.policy.as_deref(),
        )?;
        Ok(Prepared {
            planner: Arc::new(planner),
            digest: self.digest.trim().to_lowercase(),
            reason: self.reason,
            remaining,
            allowed: self.guards.allowed(),
        })
    }
}

impl Prepared {
    /// Returns the settings it runs by.
    pub(super) fn settings(&self) -> &Settings {
        &self.planner.settings
    }

    /// Plans anew, and makes the changes if they are those that were approved.
    pub(super) async fn run(self) -> Result<Ending, Failure> {
        let mut signals = Signals::listen()?;
        for warning in &self.planner.settings.warnings {
            tell(warning);
        }
        let planner = Arc::clone(&self.planner);
        let opened = planner
            .connector
            .open_by(planner.settings.clone(), planner.authorities.clone())?;
        let Opened {
            client,
            journal,
            token_manager,
            ..
        } = opened;
        let info = tokio::select! {
            info = client.server_info() => info.map_err(Failure::Platform)?,
            number = signals.next() => return Ok(signalled(number)),
        };
        let platform = Platform::new(client.clone(), journal.clone()).renewed_by(token_manager);
        settle_what_was_left(&platform, journal.as_ref(), &info.identity.as_sender()).await;
        let made = planner.make((&client, &info), journal.as_ref(), &mut signals).await?;
        let made = match made {
            Ended::AsWanted(made) => made,
            Ended::Signalled(number) => return Ok(signalled(number)),
        };
        self.require_approval(&made.plan, &info, journal).await?;
        if tell_of_guards(&made.plan, &self.allowed) {
            return Ok(Ending::Guarded);
        }
        self.require_reasons(&made.plan)?;
        let ending = self.make((platform, &client), made, &info, &mut signals).await;
        planner.connector.settled().await;
        if let Some(head) = planner.connector.journal_left_at() {
            let text = format!(
                "the last line of this run in the journal is {}, its SHA-256 is {}",
                head.seq, head.hash
            );
            tell(&SafeText::new(&text));
        }
        ending
    }

    /// Refuses what is not what was approved.
    async fn require_approval(&self, plan: &Plan, info: &ServerInfo, journal: Option<Journal>) -> Result<(), Failure> {
        let other = |why: &str| Err(Failure::Guarded(why.to_owned()));
        let is_own = self.planner.work.require_own(&info.identity, runtime::now());
        is_own.map_err(refused)?;
        match &self.planner.work.read.what {
            What::Draft(draft) => {
                if digest_of(draft.changes.iter().map(|(change, _)| change)) != self.digest {
                    return other("this plan has another digest: look at it again");
                }
            }
            What::Wishes(_) | What::Report(_) | What::Leavers(_) => {
                if plan.digest() != self.digest && !self.is_begun(plan, journal).await {
                    return other("what would be changed now has another digest: plan again, and look at it");
                }
            }
        }
        Ok(())
    }

    /// Returns whether what is planned is what an interrupted run has left of the changes that were approved.
    async fn is_begun(&self, plan: &Plan, journal: Option<Journal>) -> bool {
        let Some(journal) = journal else {
            return false;
        };
        let Ok((records, _)) = blocking(move || journal.read(MOST_RECORDS)).await else {
            return false;
        };
        let mut begun: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in &records {
            let plan = record.plan.as_ref().map_or_else(|| record.id.raw(), SafeText::as_str);
            begun.entry(plan).or_default().push(record);
        }
        begun.values().any(|records| {
            let done = records.iter().filter_map(|record| {
                let is_done = record.end.as_ref().is_some_and(|(_, end)| end.verdict.is_done());
                record.change.as_ref().filter(|_| is_done)
            });
            let left = plan.changes.iter().map(|planned| &planned.change);
            digest_of(done.chain(left)) == self.digest
        })
    }

    /// Refuses changes for which the policy demands a reason that nobody has given.
    fn require_reasons(&self, plan: &Plan) -> Result<(), Failure> {
        let reasons = &self.planner.work.policy.reasons;
        let mut unexplained = plan.changes.iter().filter(|planned| {
            self.reason.is_none() && planned.why.in_words().is_none() && reasons.are_needed_for(&planned.change)
        });
        match unexplained.next() {
            Some(planned) => Err(Failure::Usage(format!(
                "the policy demands a reason to {}: give --reason",
                planned.change.sentence()
            ))),
            None => Ok(()),
        }
    }

    async fn make(
        self,
        (platform, client): (Platform, &Client),
        made: Made,
        info: &ServerInfo,
        signals: &mut Signals,
    ) -> Result<Ending, Failure> {
        let Made { plan, still } = made;
        let intents = plan.changes.iter().map(|planned| {
            let intent = Intent::from(planned);
            Intent {
                reason: self.reason.clone().or(intent.reason),
                ..intent
            }
        });
        let provenance = Provenance {
            caller: info.identity.as_sender(),
            version: info.version.clone(),
            ..Provenance::default()
        };
        let created = plan.changes.iter().filter(|planned| planned.phase == Phase::Create);
        let created: Vec<_> = created.map(|planned| planned.change.workspace().clone()).collect();
        let intents = Intent::in_order(intents.collect(), &info.identity);
        let mut batch = Batch::begin(platform, intents, provenance, created.into_iter());
        let signal = drive(&mut batch, signals).await;
        let tally = Tally::of(batch.run().settled(), &still);
        tally.tell(batch.run().settled(), &still, plan.n_already);
        for left in &plan.left_out {
            tell(&SafeText::new(&format!("not planned: {}", left.in_words())));
        }
        if let Some(output) = self.remaining {
            let rest = rest(&plan, batch.run().settled(), &still);
            let text = json(&rest, client);
            blocking(move || output.write(|out| out.write_all(text.as_bytes()))).await?;
        }
        Ok(match signal {
            Some(number) => signalled(number),
            None if tally.unknown > 0 => Ending::Doubtful,
            None if tally.refused + tally.stale + plan.left_out.len() > 0 => Ending::Found,
            None => Ending::Done,
        })
    }
}

async fn settle_what_was_left(platform: &Platform, journal: Option<&Journal>, caller: &Caller) {
    let Some(journal) = journal.cloned() else {
        return;
    };
    let recalled = blocking(move || journal.recall(runtime::now())).await;
    if let Some(problem) = recalled.problem {
        tell(&problem);
    }
    for text in runtime::settle(platform, recalled.left.open, caller).await {
        tell(&text);
    }
}

/// Goes on until everything is over. A first signal ends what has not been begun, a second one everything.
async fn drive(batch: &mut Batch, signals: &mut Signals) -> Option<i32> {
    let mut signal = None;
    let is_shown = io::stderr().is_terminal();
    let mut told = Instant::now();
    loop {
        tokio::select! {
            biased;
            number = signals.next() => {
                if signal.replace(number).is_some() {
                    return signal;
                }
                batch.stop();
            }
            more = batch.go_on() => {
                let Some(more) = more else { break };
                for text in more {
                    tell(&text);
                }
                if is_shown && told.elapsed() > BETWEEN_LINES {
                    told = Instant::now();
                    let run = batch.run();
                    let words = format!("{} of {}", grouped(run.settled().len()), counted(run.n_all(), "change"));
                    // With standard error gone there is nobody left to tell.
                    let _ = write!(io::stderr(), "\r{words}");
                }
            }
        }
    }
    if is_shown {
        let _ = write!(io::stderr(), "\r");
    }
    signal
}

/// How many changes ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    applied: usize,
    already: usize,
    refused: usize,
    stale: usize,
    unknown: usize,
}

/// How one change ended, as it counts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Applied,
    Already,
    Refused,
    Stale,
    Unknown,
}

impl Counts {
    fn of(settled: &Settled) -> Self {
        match &settled.outcome {
            Outcome::Confirmed | Outcome::Applied(_) => Self::Applied,
            Outcome::Drifted(_) if settled.is_so() => Self::Already,
            Outcome::Drifted(_) => Self::Stale,
            Outcome::Refused(_) | Outcome::NotSent(_) => Self::Refused,
            Outcome::Accepted(_)
            | Outcome::NotSeen(_)
            | Outcome::HalfDone(..)
            | Outcome::NotApplied(_)
            | Outcome::Unknown(_) => Self::Unknown,
        }
    }
}

impl Tally {
    fn of(settled: &[Settled], still: &Still) -> Self {
        let mut tally = Self {
            stale: still.stale.len(),
            ..Self::default()
        };
        for one in settled {
            match Counts::of(one) {
                Counts::Applied => tally.applied += 1,
                Counts::Already => tally.already += 1,
                Counts::Refused => tally.refused += 1,
                Counts::Stale => tally.stale += 1,
                Counts::Unknown => tally.unknown += 1,
            }
        }
        tally
    }

    /// Says what was not done, and how much was.
    fn tell(self, settled: &[Settled], still: &Still, n_already: usize) {
        for (change, now) in &still.stale {
            tell(&SafeText::new(&format!(
                "stale: {}: now {}",
                change.sentence(),
                now.shown()
            )));
        }
        for one in settled {
            let (word, why) = match (&one.outcome, Counts::of(one)) {
                (_, Counts::Applied | Counts::Already) => continue,
                (Outcome::Drifted(what) | Outcome::NotSeen(what), counts) => (word(counts), what.to_string()),
                (
                    Outcome::Accepted(failure)
                    | Outcome::Applied(failure)
                    | Outcome::HalfDone(_, failure)
                    | Outcome::Refused(failure)
                    | Outcome::NotSent(failure)
                    | Outcome::NotApplied(failure)
                    | Outcome::Unknown(failure),
                    counts,
                ) => (word(counts), failure.words().to_string()),
                (Outcome::Confirmed, counts) => (word(counts), String::new()),
            };
            tell(&SafeText::new(&format!("{word}: {}: {why}", one.change.sentence())));
        }
        let mut parts = vec![
            format!("{} applied", grouped(self.applied)),
            format!("{} refused", grouped(self.refused)),
            format!("{} unknown", grouped(self.unknown)),
        ];
        if self.stale > 0 {
            parts.push(format!("{} stale", grouped(self.stale)));
        }
        if self.already + n_already > 0 {
            parts.push(format!("{} already so", grouped(self.already + n_already)));
        }
        tell(&SafeText::new(&parts.join(", ")));
    }
}

fn word(counts: Counts) -> &'static str {
    match counts {
        Counts::Applied => "applied",
        Counts::Already => "already so",
        Counts::Refused => "refused",
        Counts::Stale => "stale",
        Counts::Unknown => "unknown",
    }
}

/// Returns the plan of what was not done, each change from what is there now.
fn rest(plan: &Plan, settled: &[Settled], still: &Still) -> Plan {
    let find = |change: &Change| settled.iter().find(|one| one.change == *change);
    let undone = plan.changes.iter().filter_map(|planned| match find(&planned.change) {
        // It was given up before it was begun.
        None => Some(planned.clone()),
        Some(one) => match Counts::of(one) {
            Counts::Applied | Counts::Already => None,
            Counts::Refused | Counts::Stale | Counts::Unknown => anew(planned, one),
        },
    });
    let mut changes: Vec<Planned> = undone.collect();
    let stale = still.stale.iter().filter_map(|(change, now)| {
        let change = from(change, now)?;
        Some(Planned {
            phase: Phase::Give,
            way: crate::domain::change::Way::ByName,
            consequences: Vec::new(),
            tier: crate::domain::policy::Tier::Apply,
            why: Why::default(),
            drift: Some("stale when it was applied".to_owned()),
            change,
        })
    });
    changes.extend(stale);
    Plan {
        changes,
        n_already: 0,
        left_out: Vec::new(),
        guards: Vec::new(),
        fixed: Vec::new(),
        introduced: Vec::new(),
        ..plan.clone()
    }
}

fn anew(planned: &Planned, one: &Settled) -> Option<Planned> {
    let now = match (&one.now, one.change.principal()) {
        (Some(Found::Members(roster)), Some(principal)) => Some(roster.roles_of(principal)),
        (_, _) => None,
    };
    let change = match now {
        Some(now) => from(&planned.change, &now)?,
        None => planned.change.clone(),
    };
    Some(Planned {
        change,
        ..planned.clone()
    })
}

/// Returns the same change from what is held now; nothing where that is what it leads to.
fn from(change: &Change, now: &crate::domain::role::RoleSet) -> Option<Change> {
    let (_, after) = change.roles();
    let principal = change.principal()?;
    (after != *now).then(|| Change::Roles {
        workspace: change.workspace().clone(),
        principal: principal.clone(),
        before: now.clone(),
        after,
    })
}
