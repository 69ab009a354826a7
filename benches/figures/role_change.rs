//! From the decision to give somebody another role until the platform has been read to say so: members are read
//! afresh, the change is sent, members are read back, as the console does it.

use crate::sample::{Sample, millis, ratio};
use crate::say;
use color_eyre::eyre::{Result, ensure};
use nmp_console::api::{BaseUrl, Client, Connection, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::runtime;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const N_CHANGES: usize = 60;
const N_BY_CLI: usize = 3;
const BOB: &str = "bob@example.com";

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("Role change until it is read back: members read, role changed, members read")?;
    runtime.block_on(async {
        let sandbox = sandbox::start(Options::default()).await?;
        let place = Place::make(&sandbox.url(), PLATFORM_ADMIN, "bench").await?;
        let sample = place.changes().await?;
        say(&format!(
            "  console's client, sandbox        {sample} (aim: under 100 ms)"
        ))?;
        sandbox.stop().await;
        Ok::<(), color_eyre::Report>(())
    })?;
    let Some(url) = variable("NMP_BENCH_URL") else {
        return say("  real platform                    not measured: NMP_BENCH_URL is not set\n");
    };
    let admin = variable("NMP_BENCH_ADMIN").unwrap_or_else(|| "admin@example.com".to_owned());
    let name = format!("bench-{}", std::process::id());
    let place = runtime.block_on(Place::make(&url, &admin, &name))?;
    let measured = on_platform(runtime, &place, &url, &admin);
    runtime.block_on(place.remove())?;
    measured
}

fn on_platform(runtime: &Runtime, place: &Place, url: &str, admin: &str) -> Result<()> {
    let ours = runtime.block_on(place.changes())?;
    say(&format!(
        "  console's client, real platform  {ours} (aim: under 100 ms)"
    ))?;
    let Some(cli) = variable("NMP_BENCH_CLI") else {
        return say("  platform's CLI                   not measured: NMP_BENCH_CLI is not set\n");
    };
    let mut theirs = Sample::default();
    for i in 0..N_BY_CLI {
        let role = role(i);
        let name = place.name.raw();
        let update = [
            "workspaces",
            "members",
            "update",
            BOB,
            "--workspace",
            name,
            "--roles",
            role.raw(),
        ];
        // It waits until every server has heard of it.
        theirs.add(by_cli(&cli, url, admin, &update)?);
        let now = runtime.block_on(place.roles())?;
        ensure!(now == RoleSet::only(role), "the CLI did not change the role");
    }
    say(&format!("  platform's CLI, real platform    {theirs}"))?;
    let ratio = ratio(theirs.median(), ours.median());
    say(&format!(
        "  the CLI takes {ratio:.0} times as long as the console's client, by medians\n"
    ))
}

/// Returns how long the platform's CLI takes for a command.
pub(crate) fn by_cli(cli: &str, url: &str, admin: &str, args: &[&str]) -> Result<Duration> {
    let home = tempfile::tempdir()?;
    let token = token(admin);
    let mut command = Command::new(cli);
    command.args(args);
    command.env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    command.env("NEMO_TELEMETRY_ENABLED", "false");
    for prefix in ["NHX", "NMP"] {
        command.env(format!("{prefix}_BASE_URL"), url);
        command.env(format!("{prefix}_ACCESS_TOKEN"), &token);
    }
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let time = begun.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{cli} failed after {:.0} ms: {said}",
        millis(time)
    );
    Ok(time)
}

/// A workspace to change roles in.
struct Place {
    client: Client,
    name: WorkspaceName,
}

impl Place {
    async fn make(url: &str, admin: &str, name: &str) -> Result<Self> {
        let mut connection = Connection::to(BaseUrl::parse(url)?);
        connection.token = Some(token(admin).into());
        let client = Client::new(connection)?;
        let name = WorkspaceName::from_platform(name);
        let place = Self { client, name };
        place
            .apply(Change::CreateWorkspace {
                name: place.name.clone(),
                description: None,
            })
            .await?;
        let added = place.apply(Change::Roles {
            workspace: place.name.clone(),
            principal: Principal::from_platform(BOB),
            before: RoleSet::default(),
            after: RoleSet::only(Role::Viewer),
        });
        if let Err(error) = added.await {
            place.remove().await?;
            return Err(error);
        }
        Ok(place)
    }

    async fn remove(&self) -> Result<()> {
        let workspace = self.name.clone();
        self.apply(Change::DeleteWorkspace { workspace }).await
    }

    async fn apply(&self, change: Change) -> Result<()> {
        self.client.apply(&change, Propagation::Skip).await?;
        Ok(())
    }

    async fn roles(&self) -> Result<RoleSet> {
        let roster = self.client.members(&self.name).await?;
        Ok(roster.roles_of(&Principal::from_platform(BOB)))
    }

    async fn changes(&self) -> Result<Sample> {
        let mut sample = Sample::default();
        for i in 0..N_CHANGES {
            let after = RoleSet::only(role(i));
            let begun = Instant::now();
            let before = self.roles().await?;
            self.apply(Change::Roles {
                workspace: self.name.clone(),
                principal: Principal::from_platform(BOB),
                before,
                after: after.clone(),
            })
            .await?;
            let now = self.roles().await?;
            sample.add(begun.elapsed());
            ensure!(now == after, "the change cannot be read back");
        }
        Ok(sample)
    }
}

/// Returns another role each time.
fn role(i: usize) -> Role {
    if i.is_multiple_of(2) {
        Role::Editor
    } else {
        Role::Viewer
    }
}

/// Returns a token for `email` that no signature protects.
pub(crate) fn token(email: &str) -> String {
    sandbox::unsigned_token(email, runtime::now(), Duration::from_hours(1))
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is to be measured is asked for by the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
