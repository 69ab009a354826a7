//! Access as code in a large organisation: what a plan costs beside an audit, and what applying one costs beside the bare
//! requests.

use crate::child::{self, Took};
use crate::role_change::{by_cli, token, variable};
use crate::sample::{Sample, ratio};
use crate::say;
use color_eyre::eyre::{Result, ensure, eyre};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Seed};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

const N_ROUNDS: usize = 3;
/// How many changes are applied, each in a workspace of its own.
const N_CHANGES: usize = 1_000;
/// In how many workspaces at once, as the console does.
const AT_ONCE: usize = 4;
const N_BY_CLI: usize = 10;
const AIM_OF_TIME: f64 = 1.2;
const AIM_OF_MEMORY: f64 = 1.5;
const AIM_OF_SPEED: f64 = 0.8;
const NEW: &str = "new.colleague@example.com";

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("Plans at 10,000 workspaces with 200,000 grants, as platform admin, beside an audit of them")?;
    let options = Options {
        seed: Seed::Large,
        ..Options::default()
    };
    let large = runtime.block_on(sandbox::start(options))?;
    let place = Place::of(&large.url())?;
    let wishes = place.home.path().join("wishes.toml");
    let exported = child::run(place.command("export").arg("--output").arg(&wishes))?;
    say(&format!(
        "  export: {:.2} s, {} of wishes",
        exported.time.as_secs_f64(),
        child::megabytes(wishes.metadata()?.len())
    ))?;
    place.plans(&wishes, "everything as wished", 0)?;
    Place::add_one_member(&wishes)?;
    place.plans(&wishes, "1,000 changes", 1)?;
    place.applies(runtime)?;
    runtime.block_on(large.stop());
    on_platform()?;
    say("")
}

struct Place {
    home: TempDir,
    url: String,
    token: String,
}

impl Place {
    fn of(url: &str) -> Result<Self> {
        Ok(Self {
            home: tempfile::tempdir()?,
            url: url.to_owned(),
            token: token(PLATFORM_ADMIN),
        })
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(crate::program::CONSOLE);
        command.arg(name).env_clear().env("HOME", self.home.path());
        command
            .env("NMP_BASE_URL", &self.url)
            .env("NMP_ACCESS_TOKEN", &self.token);
        command
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    /// Plans, and audits in turn, so that whatever else the machine does disturbs both alike.
    fn plans(&self, wishes: &Path, what: &str, code: i32) -> Result<()> {
        let (mut plans, mut audits) = (Sample::default(), Sample::default());
        let (mut of_plans, mut of_audits) = (None, None);
        for _ in 0..N_ROUNDS {
            let audit: Took = child::run(self.command("audit").args(["--format", "json"]))?;
            let mut plan = self.command("plan");
            plan.arg(wishes).args(["--format", "json"]);
            let plan = child::run_to(code, &mut plan)?;
            audits.add(audit.time);
            plans.add(plan.time);
            of_audits = of_audits.max(audit.peak);
            of_plans = of_plans.max(plan.peak);
        }
        say(&format!("  {what}"))?;
        say(&format!("    plan   {plans}"))?;
        say(&format!("    audit  {audits}"))?;
        let times = ratio(plans.median(), audits.median());
        say(&format!("    ratio of medians {times:.2} (aim: at most {AIM_OF_TIME})"))?;
        let Some((plan, audit)) = of_plans.zip(of_audits) else {
            return say("    memory not measured: there is no /proc to read");
        };
        #[expect(clippy::cast_precision_loss, reason = "a ratio of megabytes")]
        let times = plan as f64 / audit as f64;
        say(&format!(
            "    memory {} beside {}, ratio {times:.2} (aim: at most {AIM_OF_MEMORY})",
            child::megabytes(plan),
            child::megabytes(audit)
        ))
    }

    /// Wishes one more member in a thousand workspaces.
    fn add_one_member(wishes: &Path) -> Result<()> {
        let text = fs::read_to_string(wishes)?;
        let mut changed = String::with_capacity(text.len());
        let mut n = 0;
        for line in text.lines() {
            writeln!(changed, "{line}")?;
            let is_list = line.starts_with("[workspace.") && line.ends_with(".members]");
            if is_list && n < N_CHANGES && !line.contains("system") && !line.contains("default") {
                writeln!(changed, "\"{NEW}\" = [\"Viewer\"]")?;
                n += 1;
            }
        }
        ensure!(n == N_CHANGES, "the file of wishes has {n} lists of members");
        Ok(fs::write(wishes, changed)?)
    }

    /// Applies the plan, and makes as many changes by bare requests.
    fn applies(&self, runtime: &Runtime) -> Result<()> {
        let (wishes, plan) = (self.path("wishes.toml"), self.path("plan.json"));
        child::run_to(1, self.command("plan").arg(&wishes).arg("--output").arg(&plan))?;
        let written: Value = serde_json::from_slice(&fs::read(&plan)?)?;
        let digest = written
            .get("digest")
            .and_then(Value::as_str)
            .ok_or_else(|| eyre!("no digest"))?;
        let changes = written
            .get("changes")
            .and_then(Value::as_array)
            .ok_or_else(|| eyre!("no changes"))?;
        let names = changes
            .iter()
            .filter_map(|change| Some(change.get("workspace")?.as_str()?.to_owned()));
        let names: Vec<String> = names.collect();
        let bare = runtime.block_on(self.bare(&names))?;
        let by_curl = self.by_curl(&names)?;
        let applied = child::run(self.command("apply").arg(&plan).args(["--digest", digest]))?;
        // Whatever is read before the first change is the plan's own cost, which is told above: applied once more, the plan
        // reads all that, and finds nothing to send.
        let planned = child::run(self.command("apply").arg(&plan).args(["--digest", digest]))?;
        let own = applied.time.saturating_sub(planned.time);
        say(&format!(
            "  {N_CHANGES} changes applied, each read, sent and read back, in {AT_ONCE} workspaces at once"
        ))?;
        say(&format!(
            "    apply {:.2} s, {:.2} s of it after planning; speed {:.2} of bare requests in one process, which keep no journal ({:.2} s)",
            applied.time.as_secs_f64(),
            own.as_secs_f64(),
            ratio(bare, own),
            bare.as_secs_f64()
        ))?;
        match by_curl {
            Some(by_curl) => say(&format!(
                "    speed {:.2} of curl, one for the three requests of a change ({:.2} s; aim: at least {AIM_OF_SPEED})",
                ratio(by_curl, own),
                by_curl.as_secs_f64()
            )),
            None => say("    curl is not installed: not compared with it"),
        }
    }

    /// Does the same for somebody else by a curl for each change; nothing where there is none.
    fn by_curl(&self, names: &[String]) -> Result<Option<Duration>> {
        if Command::new("curl").arg("--version").output().is_err() {
            return Ok(None);
        }
        let token = format!("authorization: Bearer {}", self.token);
        let of_one = |name: &str| -> Result<()> {
            let members = format!("{}/apis/entities/v2/workspaces/{name}/members", self.url);
            let body = json!({"principal": "by.curl@example.com", "roles": ["Viewer"]}).to_string();
            let common = ["--silent", "--fail", "--output", "/dev/null", "--header", &token];
            let post = format!("{members}?wait_role_propagation=false");
            let mut curl = Command::new("curl");
            curl.args(common).arg(&members).arg("--next");
            curl.args(common).args(["--json", &body, &post]).arg("--next");
            curl.args(common).arg(&members);
            ensure!(curl.status()?.success(), "curl failed for {name}");
            Ok(())
        };
        let begun = Instant::now();
        thread::scope(|scope| {
            let lanes: Vec<_> = (0..AT_ONCE)
                .map(|lane| {
                    let mut names = names.iter().skip(lane).step_by(AT_ONCE);
                    let of_one = &of_one;
                    scope.spawn(move || names.try_for_each(|name| of_one(name)))
                })
                .collect();
            lanes
                .into_iter()
                .try_for_each(|lane| lane.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })?;
        Ok(Some(begun.elapsed()))
    }

    /// Reads, sends and reads back for somebody else, in as many workspaces at once; says how long it took.
    async fn bare(&self, names: &[String]) -> Result<Duration> {
        let client = reqwest::Client::new();
        let begun = Instant::now();
        let mut lanes = JoinSet::new();
        for lane in 0..AT_ONCE {
            let names: Vec<String> = names.iter().skip(lane).step_by(AT_ONCE).cloned().collect();
            let (client, url, token) = (client.clone(), self.url.clone(), self.token.clone());
            lanes.spawn(async move {
                for name in names {
                    let members = format!("{url}/apis/entities/v2/workspaces/{name}/members");
                    client.get(&members).bearer_auth(&token).send().await?.bytes().await?;
                    let body = json!({"principal": "somebody.else@example.com", "roles": ["Viewer"]});
                    let url = format!("{members}?wait_role_propagation=false");
                    let sent = client.post(url).bearer_auth(&token).json(&body).send().await?;
                    sent.error_for_status()?.bytes().await?;
                    client.get(&members).bearer_auth(&token).send().await?.bytes().await?;
                }
                Ok::<(), reqwest::Error>(())
            });
        }
        while let Some(ended) = lanes.join_next().await {
            ended??;
        }
        Ok(begun.elapsed())
    }
}

/// The platform's own CLI, a command for each change.
fn on_platform() -> Result<()> {
    let (Some(url), Some(cli)) = (variable("NMP_BENCH_URL"), variable("NMP_BENCH_CLI")) else {
        return say(
            "  platform's CLI                   not measured: NMP_BENCH_URL and NMP_BENCH_CLI are not both set",
        );
    };
    let admin = variable("NMP_BENCH_ADMIN").unwrap_or_else(|| PLATFORM_ADMIN.to_owned());
    let place = Place {
        token: token(&admin),
        ..Place::of(&url)?
    };
    let name = format!("bench-plan-{}", std::process::id());
    let member = |n: usize| format!("member-{n}@example.com");
    let theirs = members_by_cli((&cli, &url, &admin), &name, member)?;
    let lines: Vec<String> = (0..N_BY_CLI)
        .map(|n| format!("\"{}\" = [\"Editor\"]", member(n)))
        .collect();
    let wishes = format!(
        "schema = 1\nserver = \"{url}\"\n[workspace.{name}.members]\n{}\n",
        lines.join("\n")
    );
    fs::write(place.path("wishes.toml"), wishes)?;
    let begun = Instant::now();
    child::run_to(
        1,
        place
            .command("plan")
            .arg(place.path("wishes.toml"))
            .arg("--output")
            .arg(place.path("plan.json")),
    )?;
    let written: Value = serde_json::from_slice(&fs::read(place.path("plan.json"))?)?;
    let digest = written
        .get("digest")
        .and_then(Value::as_str)
        .ok_or_else(|| eyre!("no digest"))?;
    child::run(
        place
            .command("apply")
            .arg(place.path("plan.json"))
            .args(["--digest", digest]),
    )?;
    let ours = begun.elapsed();
    by_cli(&cli, &url, &admin, &["workspaces", "delete", &name])?;
    say(&format!(
        "  real platform, {N_BY_CLI} changes: plan and apply {:.2} s, platform's CLI {:.2} s, {:.0} times as long",
        ours.as_secs_f64(),
        theirs.as_secs_f64(),
        ratio(theirs, ours)
    ))
}

/// Returns how long the platform's CLI takes to make a workspace and to add the members to it.
fn members_by_cli(
    (cli, url, admin): (&str, &str, &str),
    name: &str,
    member: impl Fn(usize) -> String,
) -> Result<Duration> {
    let mut time = by_cli(cli, url, admin, &["workspaces", "create", name])?;
    for n in 0..N_BY_CLI {
        let principal = member(n);
        let add = ["workspaces", "members", "create", "--workspace", name, "--principal"];
        let add: Vec<&str> = add
            .into_iter()
            .chain([principal.as_str(), "--roles", "Viewer"])
            .collect();
        time += by_cli(cli, url, admin, &add)?;
    }
    Ok(time)
}
