//! Who has access to what, in a large organisation: the whole audit, from the start of the process to the written
//! report, against a program that reads the same pages over one connection and throws them away.

mod bare;

use crate::child::{self, Took};
use crate::role_change::{by_cli, token, variable};
use crate::sample::{Sample, ratio};
use crate::say;
use bare::Reader;
use color_eyre::eyre::{Result, ensure};
use futures_util::{TryStreamExt as _, future};
use nmp_console::api::{BaseUrl, Client, Connection};
use nmp_console::audit::Policy;
use nmp_console::collect::{self, End, Parts};
use nmp_console::runtime;
use nmp_console::sandbox::{self, LARGE_CALLER, Options, PLATFORM_ADMIN, Running, Seed};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const N_GRANTS: u32 = 200_000;
const N_ROUNDS: usize = 5;
const N_SLOW_ROUNDS: usize = 2;
/// How many times as long as the bare pages it may take, at most.
const AIM_IN_BULK: f64 = 1.15;
const AIM_BY_MEMBERS: f64 = 1.1;
const LATENCY: Duration = Duration::from_millis(100);
/// A hundred workspaces of one team that the caller is Admin of.
const SOME: &str = "speech-*-0[0-3]";
const ACTIVE: &str = "filter=%7B%22data.revoked_at%22%3Anull%7D";
const ALIVE: &str = "sort=-created_at&filter=deletion_stage%3Anull";

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("Audit of 10,000 workspaces with 200,000 grants, report included, against the bare pages")?;
    let large = start(runtime, Seed::Large, Duration::ZERO)?;
    let peak = bulk(runtime, &large.url())?;
    by_members(runtime, &large.url())?;
    runtime.block_on(large.stop());
    let demo = start(runtime, Seed::Demo, Duration::ZERO)?;
    let small = Audit::of(&demo.url(), PLATFORM_ADMIN).run()?;
    runtime.block_on(demo.stop());
    memory(peak, small.peak)?;
    let slow = start(runtime, Seed::Large, LATENCY)?;
    far_away(runtime, &slow.url())?;
    runtime.block_on(slow.stop());
    on_platform(runtime)?;
    say("")
}

fn start(runtime: &Runtime, seed: Seed, latency: Duration) -> Result<Running> {
    let options = Options {
        seed,
        latency,
        ..Options::default()
    };
    Ok(runtime.block_on(sandbox::start(options))?)
}

/// All role bindings in large pages; returns the most memory that an audit took.
fn bulk(runtime: &Runtime, url: &str) -> Result<Option<u64>> {
    let reader = Reader::of(url, PLATFORM_ADMIN);
    let workspaces = format!("/workspaces?page_size=1000&{ALIVE}");
    let bindings = format!("/workspaces/-/entities/role_binding?page_size=1000&sort=created_at&{ACTIVE}");
    let mut pages = runtime.block_on(reader.pages(&workspaces))?;
    pages.extend(runtime.block_on(reader.pages(&bindings))?);
    let collecting = Pair::measure(runtime, || collected(runtime, url), &reader, &pages, N_ROUNDS)?;
    collecting.say(
        "as platform admin, all role bindings: read and judged, in this process",
        pages.len(),
    )?;
    collecting.say_ratio(AIM_IN_BULK)?;
    let audit = Audit::of(url, PLATFORM_ADMIN);
    let whole = Pair::measure(runtime, || audit.run(), &reader, &pages, N_ROUNDS)?;
    whole.say(
        "the same by the command, report of all grants and findings written",
        pages.len(),
    )?;
    whole.say_ratio(AIM_IN_BULK)?;
    Ok(whole.peak)
}

/// Reads and judges without a process of its own, and without a report in words.
fn collected(runtime: &Runtime, url: &str) -> Result<Took> {
    let mut connection = Connection::to(BaseUrl::parse(url)?);
    connection.token = Some(token(PLATFORM_ADMIN).into());
    let client = Client::new(connection)?;
    let options = collect::Options {
        policy: Arc::new(Policy::default()),
        workspaces: None,
        info: None,
        as_of: None,
        has_history: false,
        parts: Parts::Unwanted,
        clock: runtime::now,
        stop: CancellationToken::new(),
    };
    let begun = Instant::now();
    let collected = runtime.block_on(collect::collect(&client, options, &mut |_| ()));
    let time = begun.elapsed();
    ensure!(
        matches!(collected.end, End::Read),
        "not read to the end: {:?}",
        collected.end
    );
    Ok(Took {
        time,
        peak: None,
        said: String::new(),
        warned: String::new(),
    })
}

/// One member list after the other, as somebody who is Admin here and there.
fn by_members(runtime: &Runtime, url: &str) -> Result<()> {
    let reader = Reader::of(url, LARGE_CALLER);
    let pages = runtime.block_on(member_lists(&reader, url, |_name| true))?;
    let audit = Audit::of(url, LARGE_CALLER);
    let pair = Pair::measure(runtime, || audit.run(), &reader, &pages, N_ROUNDS)?;
    pair.say("as Admin of 2,000 workspaces, a member list each", pages.len())?;
    pair.say_ratio(AIM_BY_MEMBERS)
}

/// The same with a server that takes its time.
fn far_away(runtime: &Runtime, url: &str) -> Result<()> {
    let reader = Reader::of(url, LARGE_CALLER);
    let is_one = |name: &str| name.starts_with("speech-") && ["00", "01", "02", "03"].iter().any(|n| name.ends_with(n));
    let pages = runtime.block_on(member_lists(&reader, url, is_one))?;
    let audit = Audit::of(url, LARGE_CALLER).only(SOME);
    let pair = Pair::measure(runtime, || audit.run(), &reader, &pages, N_SLOW_ROUNDS)?;
    pair.say("the same of 100 workspaces, 100 ms away", pages.len())?;
    say(&format!(
        "    {:.1} times as fast, by medians (aim: at least 4)",
        ratio(pair.theirs.median(), pair.ours.median())
    ))
}

fn memory(large: Option<u64>, small: Option<u64>) -> Result<()> {
    let Some(more) = large.zip(small).map(|(large, small)| large.saturating_sub(small)) else {
        return say("  memory a grant                   not measured: there is no /proc to read");
    };
    let a_grant = more / u64::from(N_GRANTS);
    say(&format!(
        "  memory: {} more than for the sample organisation, {a_grant} bytes a grant (aim: at most 300)",
        child::megabytes(more)
    ))
}

/// The platform's own CLI, which does the same with a command for the list and one for each workspace.
fn on_platform(runtime: &Runtime) -> Result<()> {
    let (Some(url), Some(cli)) = (variable("NMP_BENCH_URL"), variable("NMP_BENCH_CLI")) else {
        return say(
            "  platform's CLI                   not measured: NMP_BENCH_URL and NMP_BENCH_CLI are not both set",
        );
    };
    let admin = variable("NMP_BENCH_ADMIN").unwrap_or_else(|| PLATFORM_ADMIN.to_owned());
    let names = runtime.block_on(workspaces(&url, &admin))?;
    let ours = Audit::of(&url, &admin).run()?;
    let list = ["workspaces", "list", "-f", "json", "--all-pages"];
    let mut theirs = by_cli(&cli, &url, &admin, &list)?;
    for name in &names {
        let members = ["workspaces", "members", "list", "-f", "json", "--workspace", name];
        theirs += by_cli(&cli, &url, &admin, &members)?;
    }
    say(&format!(
        "  real platform, {} workspaces: audit {:.2} s, platform's CLI {:.2} s, {:.0} times as long",
        names.len(),
        ours.time.as_secs_f64(),
        theirs.as_secs_f64(),
        ratio(theirs, ours.time)
    ))
}

/// Returns the pages that list what the caller may see, and the member lists of those that are wanted.
async fn member_lists(reader: &Reader, url: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut pages = reader.pages(&format!("/workspaces?page_size=1000&{ALIVE}")).await?;
    let names = workspaces(url, LARGE_CALLER).await?;
    let wanted = names.iter().filter(|name| is_wanted(name));
    pages.extend(wanted.map(|name| reader.url(&format!("/workspaces/{name}/members"))));
    Ok(pages)
}

/// Returns the names of all workspaces that somebody may see.
async fn workspaces(url: &str, caller: &str) -> Result<Vec<String>> {
    let mut connection = Connection::to(BaseUrl::parse(url)?);
    connection.token = Some(token(caller).into());
    let client = Client::new(connection)?;
    let mut names = Vec::new();
    let pages = client.workspaces().try_for_each(|page| {
        names.extend(page.rows.iter().map(|workspace| workspace.name.raw().to_owned()));
        future::ready(Ok(()))
    });
    pages.await?;
    Ok(names)
}

/// `nmp-console audit` as somebody.
struct Audit {
    url: String,
    token: String,
    workspaces: Option<&'static str>,
}

impl Audit {
    fn of(url: &str, caller: &str) -> Self {
        Self {
            url: url.to_owned(),
            token: token(caller),
            workspaces: None,
        }
    }

    fn only(self, workspaces: &'static str) -> Self {
        Self {
            workspaces: Some(workspaces),
            ..self
        }
    }

    fn run(&self) -> Result<Took> {
        let home = tempfile::tempdir()?;
        let report = home.path().join("report.json");
        let took = child::run(&mut self.command(home.path(), &report))?;
        ensure!(report.metadata()?.len() > 0, "the audit has written nothing");
        Ok(took)
    }

    fn command(&self, home: &Path, report: &Path) -> Command {
        let mut command = Command::new(crate::program::CONSOLE);
        command.args(["audit", "--format", "json", "--output"]).arg(report);
        if let Some(workspaces) = self.workspaces {
            command.args(["--workspace", workspaces]);
        }
        // Nothing of the caller's set-up may make one run differ from another.
        command.env_clear().env("HOME", home);
        command
            .env("NMP_BASE_URL", &self.url)
            .env("NMP_ACCESS_TOKEN", &self.token);
        command
    }
}

/// An audit and a bare read of the same pages, each several times.
struct Pair {
    ours: Sample,
    theirs: Sample,
    peak: Option<u64>,
}

impl Pair {
    /// Takes turns, so that whatever else the machine does disturbs both alike.
    fn measure(
        runtime: &Runtime,
        run: impl Fn() -> Result<Took>,
        reader: &Reader,
        pages: &[String],
        n: usize,
    ) -> Result<Self> {
        let (mut ours, mut theirs, mut peak) = (Sample::default(), Sample::default(), None);
        for i in 0..n {
            if !i.is_multiple_of(2) {
                theirs.add(reader.read(runtime, pages)?);
            }
            let took = run()?;
            ours.add(took.time);
            peak = peak.max(took.peak);
            if i.is_multiple_of(2) {
                theirs.add(reader.read(runtime, pages)?);
            }
        }
        Ok(Self { ours, theirs, peak })
    }

    fn say(&self, what: &str, n_pages: usize) -> Result<()> {
        let peak = self.peak.map(child::megabytes);
        let peak = peak
            .map(|peak| format!(", at most {peak} of memory"))
            .unwrap_or_default();
        say(&format!("  {what}, {n_pages} requests"))?;
        say(&format!("    audit      {}{peak}", self.ours))?;
        say(&format!("    bare pages {}", self.theirs))
    }

    fn say_ratio(&self, aim: f64) -> Result<()> {
        let ratio = ratio(self.ours.median(), self.theirs.median());
        say(&format!("    ratio of medians {ratio:.2} (aim: at most {aim})"))
    }
}
