//! `nmp-console apply`: makes the changes of a plan, exactly those that were approved by their digest.

mod approval;
mod outcome;

use super::asking::settling;
use super::output::{Clash, Output};
use super::plan::json;
use super::planning::{Ended, Guards, Planner, Reported, refused, signalled, tell_of_guards};
use super::signals::Signals;
use super::{Ending, Failure, tell};
use crate::access::Plan;
use crate::access::plan::{Allowed, Drafted};
use crate::api::Client;
use crate::app::change::{Intent, Run};
use crate::audit::Report;
use crate::background::blocking;
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::activity::{Caller, Provenance};
use crate::domain::platform::ServerInfo;
use crate::domain::text::{SafeText, counted, grouped};
use crate::journal::Journal;
use crate::planning::{self, Kind, Made, Still};
use crate::runtime::{self, Batch, LAST_CHANCE, Leaving, Platform};
use approval::{Approved, Terms};
use clap::{Args, ValueHint};
use outcome::{Held, Sums};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Arguments {
    /// A plan (JSON) that 'plan --output' wrote, or an access file (TOML)
    #[arg(value_name = "PLAN|FILE", value_hint = ValueHint::AnyPath)]
    file: PathBuf,
    /// The digest that 'plan' has shown: nothing else is applied
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
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

/// How many characters a digest has.
const WHOLE: usize = 64;

/// Takes a whole digest only: whoever copies a part of one has not compared it.
fn digest(typed: &str) -> Result<String, String> {
    let typed = typed.trim().to_lowercase();
    let n = typed.chars().count();
    if n != WHOLE {
        return Err(format!(
            "a digest has {WHOLE} characters, and this has {n}: give all of what 'plan' shows"
        ));
    }
    if !typed.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err("a digest has the characters 0 to 9 and a to f only: give what 'plan' shows".to_owned());
    }
    Ok(typed)
}

/// How often the line is written that says how far it is.
const BETWEEN_LINES: Duration = Duration::from_millis(200);

/// A plan to be applied.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) planner: Arc<Planner>,
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
            digest: self.digest,
            reason: self.reason,
            remaining,
            allowed: self.guards.allowed(),
        })
    }
}

impl Prepared {
    /// Plans anew, and makes the changes if they are those that were approved.
    pub(super) async fn run(self) -> Result<Ending, Failure> {
        let planner = Arc::clone(&self.planner);
        settling(&planner.connector, Box::pin(self.approve_and_make())).await
    }

    async fn approve_and_make(self) -> Result<Ending, Failure> {
        let mut signals = Signals::listen()?;
        let planner = Arc::clone(&self.planner);
        let (opened, info) = match planner.open(&mut signals).await? {
            Ended::AsWanted(opened) => opened,
            Ended::Signalled(number) => return Ok(signalled(number)),
        };
        let Opened {
            client,
            journal,
            token_manager,
            ..
        } = opened;
        let caller = info.identity.as_sender();
        let platform = Platform::new(client.clone(), journal.clone()).renewed_by(token_manager);
        tokio::select! {
            () = settle_what_was_left(&platform, journal.as_ref(), &caller) => {}
            number = signals.next() => return Ok(signalled(number)),
        }
        let made = planner.make((&client, &info), journal.as_ref(), &mut signals).await?;
        let made = match made {
            Ended::AsWanted(made) => made,
            Ended::Signalled(number) => return Ok(signalled(number)),
        };
        let server = client.base_url().as_str().to_owned();
        let terms = Terms {
            digest: &self.digest,
            server: &server,
            caller: &caller,
            now: runtime::now(),
        };
        let (plan, records) = (&made.made.plan, &made.made.records);
        // Whoever gives the digest of something else is told that first: guards of this say nothing about it.
        let approved = Approved::by(&terms, &planner.work.read.what, plan, records)?;
        planner.work.require_own(&info.identity, terms.now).map_err(refused)?;
        if tell_of_guards(plan, &self.allowed, approved.n_removals()) {
            return Ok(Ending::Guarded);
        }
        self.require_reasons(plan)?;
        let ending = self
            .make((platform, &client), (made, approved), &info, &mut signals)
            .await;
        if let Some(head) = planner.connector.journal_left_at() {
            let text = format!(
                "the last line of this run in the journal is {}, its SHA-256 is {}",
                head.seq, head.hash
            );
            tell(&SafeText::new(&text));
        }
        ending
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
        (Reported { made, report }, approved): (Reported, Approved),
        info: &ServerInfo,
        signals: &mut Signals,
    ) -> Result<Ending, Failure> {
        let Made { plan, still, .. } = made;
        let mut batch = Batch::begin(
            platform,
            self.intents(&plan, &still, info),
            Provenance {
                caller: info.identity.as_sender(),
                version: info.version.clone(),
                digest: Some(self.digest.clone()),
                made_from: self.planner.work.read.made_from(),
                ..Provenance::default()
            },
            approved.made(),
        );
        let mut leaving = Leaving::giving(LAST_CHANCE);
        let mut counter = Counter::new();
        let shown = |run: &Run, said: &[SafeText]| counter.tell(run, said);
        leaving.drive(&mut batch, async || signals.next().await, shown).await;
        counter.clear();
        let run = batch.run();
        let sums = Sums::of(run, &still);
        sums.tell(run, &plan, &still);
        for left in &plan.left_out {
            tell(&SafeText::new(&format!("left out: {}", left.in_words())));
        }
        if let Some(output) = self.remaining {
            let place = output.target().to_string_lossy().into_owned();
            let rest = outcome::rest(&plan, run, &still);
            if rest.0.is_empty() {
                tell(&SafeText::new(&format!(
                    "nothing is left to do: {place} holds no change"
                )));
            }
            let work = write_rest(output, (Arc::clone(&self.planner.work), report), (info, client), rest);
            let written = leaving.wait_for(work, async || signals.next().await).await;
            // What became of the changes matters more than this.
            match written {
                Some(Ok(())) => {}
                Some(Err(failure)) => tell(&SafeText::new(&failure.to_string())),
                None => tell(&SafeText::new(&format!(
                    "stopped before {place} was written: it may be missing, or be as it was; apply again does what is left"
                ))),
            }
        }
        Ok(match leaving.signal() {
            Some(number) => signalled(number),
            None if sums.unknown > 0 => Ending::Doubtful,
            None if sums.refused + sums.stale + plan.left_out.len() > 0 => Ending::Found,
            None => Ending::Done,
        })
    }

    /// Returns what is to be done, in its order. What one loses oneself waits for what is stale.
    fn intents(&self, plan: &Plan, still: &Still, info: &ServerInfo) -> Vec<Intent> {
        let intents = plan.changes.iter().map(|planned| {
            let intent = Intent::from(planned);
            let given = [self.reason.clone(), intent.reason.clone()];
            let reasons: Vec<String> = given.into_iter().flatten().collect();
            Intent {
                reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
                ..intent
            }
        });
        let mut intents = Intent::in_order(intents.collect(), &info.identity);
        if !still.stale.is_empty() {
            for intent in intents.extract_if(.., |intent| intent.is_last) {
                let text = format!("not begun, as something is stale: {}", intent.change.sentence());
                tell(&SafeText::new(&text));
            }
        }
        intents
    }
}

/// Writes what was not done, and what everybody was last seen to hold, as a plan of its own.
async fn write_rest(
    output: Output,
    (planner, report): (Arc<planning::Planner>, Arc<Report>),
    (info, client): (&ServerInfo, &Client),
    (changes, held): (Vec<Drafted>, Vec<Held>),
) -> Result<(), Failure> {
    let info = info.clone();
    let rest = move || planner.make_rest(&report, &info, (changes, &held), runtime::now());
    let text = json(&blocking(rest).await, client);
    blocking(move || output.write(|out| out.write_all(text.as_bytes()))).await
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

/// The line that says how far it is.
#[derive(Debug)]
struct Counter {
    is_shown: bool,
    told: Instant,
    width: usize,
}

impl Counter {
    fn new() -> Self {
        Self {
            is_shown: io::stderr().is_terminal(),
            told: Instant::now(),
            width: 0,
        }
    }

    /// Tells what there is to be told, and how far `run` is.
    fn tell(&mut self, run: &Run, said: &[SafeText]) {
        if !said.is_empty() {
            self.clear();
        }
        said.iter().for_each(tell);
        if self.is_shown && self.told.elapsed() > BETWEEN_LINES {
            self.told = Instant::now();
            let words = format!("{} of {}", grouped(run.settled().len()), counted(run.n_all(), "change"));
            // With standard error gone there is nobody left to tell.
            let _ = write!(io::stderr(), "\r{words:<width$}", width = self.width);
            self.width = words.len();
        }
    }

    /// Takes the line away.
    fn clear(&mut self) {
        let width = std::mem::take(&mut self.width);
        if width > 0 {
            // With standard error gone there is nobody left to tell.
            let _ = write!(io::stderr(), "\r{:width$}\r", "");
        }
    }
}
