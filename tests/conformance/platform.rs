//! The platform under test, whichever it is: an embedded sandbox, or a real one somewhere else.
//!
//! A scenario gets a [`Platform`] and cannot tell which; where the generations differ it asks
//! [`Platform::deletion`] and [`Platform::does`]. Every name it makes carries a mark of its own run, so that scenarios run
//! side by side on a platform that others use too, and so that what it leaves behind can be found and removed.

mod furnish;

pub(crate) use furnish::{furnish, make};

use crate::novelty::{Novelty, Release, Store};
use crate::tally;
use crate::wire::{Raw, encoded};
use futures_util::{FutureExt as _, StreamExt as _, pin_mut};
use jiff::Timestamp;
use nmp_console::api::{Accepted, BaseUrl, Client, Connection, Error, Mode, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::member::Roster;
use nmp_console::domain::platform::Deletion;
use nmp_console::domain::resource::{Resource, ResourceId, ResourceKind, Tally};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::domain::workspace::Workspace;
use nmp_console::sandbox;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, Instant};

/// How long a condition may take to come true: a real platform rebuilds its policy every few seconds and destroys one
/// deleted workspace every ten, the newest first; and a busy machine takes its time.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long a sandbox takes to clean up: as short as can be seen.
const A_LOOK_LONG: Duration = Duration::from_secs(1);
/// How often a condition is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How long minted tokens are good for.
const LIFETIME: Duration = Duration::from_hours(1);

pub(crate) const WORKSPACES: &str = "/apis/entities/v2/workspaces";

/// Runs a scenario against the platform that the environment names, or else against a sandbox of each kind.
pub(crate) async fn on_every_platform(scenario: impl AsyncFn(&Platform)) {
    match elsewhere() {
        Some(url) => scenario_on(Platform::at(url, Kind::Elsewhere).await, &scenario).await,
        None => {
            for deletion in [sandbox::Deletion::Refuse, sandbox::Deletion::Cascade] {
                scenario_on(Platform::sandbox(deletion, Weaknesses::None).await, &scenario).await;
            }
        }
    }
}

/// Runs a scenario that could do damage: against a sandbox that has the platform's weaknesses, or against a real
/// platform that was started for these tests alone. Any other is spared.
pub(crate) async fn on_a_platform_of_our_own(scenario: impl AsyncFn(&Platform)) {
    match elsewhere() {
        Some(url) if is_our_own() => scenario_on(Platform::at(url, Kind::Elsewhere).await, &scenario).await,
        Some(_) => {
            tally::left_out("the platform was not started for these tests (NMP_CONFORMANCE_OWN=1 says that it was)");
        }
        None => on_a_faithful_sandbox(scenario).await,
    }
}

/// Runs a scenario that nothing but a sandbox would survive, on one with the platform's weaknesses.
pub(crate) async fn on_a_faithful_sandbox(scenario: impl AsyncFn(&Platform)) {
    let cascade = sandbox::Deletion::Cascade;
    scenario_on(Platform::sandbox(cascade, Weaknesses::ThePlatforms).await, &scenario).await;
}

/// Runs a scenario about what only the sandbox promises.
pub(crate) async fn on_a_sandbox(scenario: impl AsyncFn(&Platform)) {
    for deletion in [sandbox::Deletion::Refuse, sandbox::Deletion::Cascade] {
        scenario_on(Platform::sandbox(deletion, Weaknesses::None).await, &scenario).await;
    }
}

async fn scenario_on(platform: Platform, scenario: &impl AsyncFn(&Platform)) {
    if platform.kind == Kind::Elsewhere {
        tally::ran(&platform.label);
    }
    let result = AssertUnwindSafe(scenario(&platform)).catch_unwind().await;
    // Tidying up is tried either way, and must not hide why the scenario failed.
    let tidied = AssertUnwindSafe(platform.tidy_up()).catch_unwind().await;
    if let Err(panic) = result {
        tell(&format!("it failed on {}", platform.label));
        resume_unwind(panic);
    }
    if let Err(panic) = tidied {
        tell(&format!("tidying up failed on {}", platform.label));
        resume_unwind(panic);
    }
    if let Some(running) = platform.running {
        running.stop().await;
    }
}

#[expect(clippy::print_stderr, reason = "a test says where it failed")]
fn tell(text: &str) {
    eprintln!("{text}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "which platform is tested is said by the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn elsewhere() -> Option<String> {
    variable("NMP_CONFORMANCE_URL")
}

fn is_our_own() -> bool {
    variable("NMP_CONFORMANCE_OWN").as_deref() == Some("1")
}

#[expect(
    clippy::disallowed_methods,
    reason = "tokens and timestamps are held against the clock"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Looks again and again until `look` has an answer.
pub(crate) async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sandbox,
    Elsewhere,
}

/// Whether a sandbox has the platform's own weaknesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weaknesses {
    None,
    ThePlatforms,
}

pub(crate) struct Platform {
    /// What it is called in a message.
    label: String,
    url: String,
    kind: Kind,
    release: Release,
    store: Store,
    deletion: Deletion,
    /// What every name of this run begins with.
    mark: String,
    admin: String,
    http: reqwest::Client,
    running: Option<sandbox::Running>,
}

/// Where the platform is and who is in it.
impl Platform {
    async fn sandbox(deletion: sandbox::Deletion, weaknesses: Weaknesses) -> Self {
        let is_faithful = weaknesses == Weaknesses::ThePlatforms;
        let options = sandbox::Options {
            deletion,
            is_faithful,
            cleanup: A_LOOK_LONG,
            ..sandbox::Options::default()
        };
        let running = sandbox::start(options).await.unwrap();
        Self {
            label: format!("a sandbox (deletion: {deletion:?}, faithful: {is_faithful})"),
            deletion: match deletion {
                sandbox::Deletion::Refuse => Deletion::Refuses,
                sandbox::Deletion::Cascade => Deletion::Cascades,
            },
            // The one that refuses is of the first generation in this alone.
            release: Release(0, 8),
            running: Some(running),
            ..Self::new("", sandbox::PLATFORM_ADMIN.to_owned(), Kind::Sandbox)
        }
        .settled()
    }

    async fn at(url: String, kind: Kind) -> Self {
        let admin = variable("NMP_CONFORMANCE_ADMIN").unwrap_or_else(|| "admin@example.com".to_owned());
        let mut platform = Self::new(&url, admin, kind);
        let info = platform.admin().server_info().await.unwrap();
        let version = variable("NMP_CONFORMANCE_VERSION")
            .or_else(|| Some(info.version.as_ref()?.as_str().to_owned()))
            .unwrap_or_default();
        let release = Release::parse(&version);
        platform.release = release.unwrap_or_else(|| panic!("NMP_CONFORMANCE_VERSION must say what it is: {info:?}"));
        platform.store = variable("NMP_CONFORMANCE_STORE").map_or(Store::Sqlite, |word| Store::parse(&word));
        platform.deletion = info.generation.deletion();
        platform.label = format!("{url} ({version} on {:?})", platform.store);
        platform
    }

    fn new(url: &str, admin: String, kind: Kind) -> Self {
        Self {
            label: url.to_owned(),
            url: url.trim_end_matches('/').to_owned(),
            kind,
            release: Release(0, 0),
            store: Store::Sqlite,
            deletion: Deletion::CannotTell,
            mark: format!("conf-{:08x}", fastrand::u32(..)),
            admin,
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                // After a 500 a real platform closes the connection without a word.
                .pool_max_idle_per_host(0)
                .no_proxy()
                .tls_certs_only([])
                .build()
                .unwrap(),
            running: None,
        }
    }

    fn settled(mut self) -> Self {
        if let Some(running) = &self.running {
            self.url = running.url();
        }
        self
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_sandbox(&self) -> bool {
        self.kind == Kind::Sandbox
    }

    /// Returns what this platform does when a workspace that is not empty is deleted.
    pub(crate) fn deletion(&self) -> Deletion {
        self.deletion
    }

    /// Returns whether this platform does it, by its release and its store.
    pub(crate) fn does(&self, novelty: Novelty) -> bool {
        novelty.is_known_of(self.release, self.store)
    }

    /// Returns what every name of this run begins with.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// Returns a workspace name that nobody else uses.
    pub(crate) fn name(&self, rest: &str) -> WorkspaceName {
        WorkspaceName::parse_new(&format!("{}-{rest}", self.mark)).unwrap()
    }

    /// Returns the e-mail of somebody whom nobody else knows.
    pub(crate) fn somebody(&self, called: &str) -> String {
        format!("{called}.{}@example.com", self.mark)
    }

    pub(crate) fn admin_email(&self) -> &str {
        &self.admin
    }
}

/// Speaking to it.
impl Platform {
    /// Returns a client of the platform admin.
    pub(crate) fn admin(&self) -> Client {
        self.client(&self.admin)
    }

    /// Returns a client of whoever has this e-mail.
    pub(crate) fn client(&self, email: &str) -> Client {
        self.client_with(Some(&token(email)), Mode::Full)
    }

    pub(crate) fn read_only(&self, email: &str) -> Client {
        self.client_with(Some(&token(email)), Mode::ReadOnly)
    }

    pub(crate) fn client_with(&self, token: Option<&str>, mode: Mode) -> Client {
        client_at(&self.url, token, mode)
    }

    /// Sends exactly this, as whoever has this e-mail.
    pub(crate) async fn raw(&self, email: &str, method: Method, path: &str, body: Option<Value>) -> Raw {
        let authorization = format!("Bearer {}", token(email));
        let body = body.map(|body| body.to_string());
        self.send(
            Some(&authorization),
            method,
            path,
            body.map(|body| ("application/json", body)),
        )
        .await
    }

    /// Reads exactly this, as the platform admin.
    pub(crate) async fn get(&self, path: &str) -> Raw {
        self.raw(&self.admin, Method::GET, path, None).await
    }

    pub(crate) async fn send(
        &self,
        authorization: Option<&str>,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
    ) -> Raw {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body);
        }
        Raw::of(request.send().await.unwrap()).await
    }

    /// Posts what need not even be text.
    pub(crate) async fn send_bytes(&self, authorization: &str, path: &str, body: &'static [u8]) -> Raw {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request
            .header("authorization", authorization)
            .header("content-type", "application/json");
        Raw::of(request.body(body).send().await.unwrap()).await
    }
}

/// What most scenarios begin with.
impl Platform {
    /// Makes a workspace as the platform admin, who becomes its Admin.
    pub(crate) async fn workspace(&self, rest: &str) -> WorkspaceName {
        let name = self.name(rest);
        create(&self.admin(), &name).await.unwrap();
        name
    }

    /// Adds somebody as the platform admin.
    pub(crate) async fn add(&self, workspace: &WorkspaceName, principal: &str, given: &[&str]) {
        add(&self.admin(), workspace, principal, given).await.unwrap();
    }

    pub(crate) async fn roster(&self, workspace: &WorkspaceName) -> Roster {
        self.admin().members(workspace).await.unwrap()
    }

    /// Waits until the policy knows that somebody may read a workspace.
    pub(crate) async fn until_admitted(&self, email: &str, workspace: &WorkspaceName) {
        let client = self.client(email);
        eventually("to be let in", async || client.workspace(workspace).await.ok()).await;
    }

    /// Removes every workspace whose name carries the mark of this run, unless the whole platform is thrown away.
    async fn tidy_up(&self) {
        if is_our_own() {
            // The scenarios that wait for a deletion to end would wait for all of these, too.
            return;
        }
        let marked = json!({"name": {"$like": self.mark}}).to_string();
        let path = format!("{WORKSPACES}?page_size=1000&filter={}", encoded(&marked));
        let list = self.get(&path).await.json;
        for row in list["data"].as_array().into_iter().flatten() {
            let path = format!("{WORKSPACES}/{}", encoded(row["name"].as_str().unwrap()));
            // Nothing here can end a deployment, and a workspace with one would be cleaned up for ever.
            for kind in ["project", "model_deployment"] {
                let rows = format!("{path}/entities/{kind}");
                let list = self.get(&format!("{rows}?page_size=1000")).await.json;
                for row in list["data"].as_array().into_iter().flatten() {
                    let name = encoded(row["name"].as_str().unwrap());
                    self.raw(&self.admin, Method::DELETE, &format!("{rows}/{name}"), None)
                        .await;
                }
            }
            self.raw(&self.admin, Method::DELETE, &path, None).await;
        }
    }
}

/// Returns a client of a platform at `url`.
pub(crate) fn client_at(url: &str, token: Option<&str>, mode: Mode) -> Client {
    let mut connection = Connection::to(BaseUrl::parse(url).unwrap());
    connection.token = token.map(|token| SecretString::from(token.to_owned()).into());
    connection.mode = mode;
    Client::new(connection).unwrap()
}

/// Returns a token that says its bearer has this e-mail, signed by nobody.
pub(crate) fn token(email: &str) -> String {
    sandbox::unsigned_token(email, now(), LIFETIME)
}

pub(crate) fn principal(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

pub(crate) fn roles(names: &[&str]) -> RoleSet {
    names.iter().map(|name| Role::from_platform(name)).collect()
}

pub(crate) async fn create(client: &Client, name: &WorkspaceName) -> Result<Accepted, Error> {
    let name = name.clone();
    let description = None;
    apply(client, Change::CreateWorkspace { name, description }).await
}

pub(crate) async fn delete(client: &Client, workspace: &WorkspaceName) -> Result<Accepted, Error> {
    let workspace = workspace.clone();
    apply(client, Change::DeleteWorkspace { workspace }).await
}

pub(crate) async fn describe(client: &Client, workspace: &WorkspaceName, after: &str) -> Result<Accepted, Error> {
    let change = Change::Describe {
        workspace: workspace.clone(),
        before: None,
        after: after.to_owned(),
    };
    apply(client, change).await
}

pub(crate) async fn add(
    client: &Client,
    workspace: &WorkspaceName,
    who: &str,
    given: &[&str],
) -> Result<Accepted, Error> {
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal(who),
        before: RoleSet::default(),
        after: roles(given),
    };
    apply(client, change).await
}

pub(crate) async fn set(
    client: &Client,
    workspace: &WorkspaceName,
    who: &str,
    before: &[&str],
    after: &[&str],
) -> Result<Accepted, Error> {
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal(who),
        before: roles(before),
        after: roles(after),
    };
    apply(client, change).await
}

pub(crate) async fn remove(client: &Client, workspace: &WorkspaceName, who: &str) -> Result<Accepted, Error> {
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal(who),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    apply(client, change).await
}

pub(crate) async fn create_project(client: &Client, workspace: &WorkspaceName, name: &str) -> Result<Accepted, Error> {
    let change = Change::CreateProject {
        workspace: workspace.clone(),
        name: ResourceName::from_platform(name),
        description: None,
    };
    apply(client, change).await
}

pub(crate) async fn delete_project(client: &Client, workspace: &WorkspaceName, name: &str) -> Result<Accepted, Error> {
    delete_thing(client, workspace, ResourceKind::Project, name).await
}

pub(crate) async fn delete_thing(
    client: &Client,
    workspace: &WorkspaceName,
    kind: ResourceKind,
    name: &str,
) -> Result<Accepted, Error> {
    let change = Change::DeleteResource {
        workspace: workspace.clone(),
        target: thing(kind, name),
    };
    apply(client, change).await
}

pub(crate) fn thing(kind: ResourceKind, name: &str) -> ResourceId {
    let name = ResourceName::from_platform(name);
    ResourceId { kind, name }
}

/// Returns how many projects there are.
pub(crate) async fn n_projects(client: &Client, workspace: &WorkspaceName) -> Result<usize, Error> {
    match client.count(workspace, ResourceKind::Project).await? {
        Tally::Number(n) => Ok(n),
        Tally::NotInstalled => panic!("every platform has projects"),
    }
}

/// Returns the projects on the first page.
pub(crate) async fn projects(client: &Client, workspace: &WorkspaceName) -> Result<Vec<Resource>, Error> {
    let page = client.resources(workspace, ResourceKind::Project, 1).await?;
    Ok(page.expect("every platform has projects").rows)
}

async fn apply(client: &Client, change: Change) -> Result<Accepted, Error> {
    client.apply(&change, Propagation::Skip).await
}

/// Reads everything a client may list.
pub(crate) async fn listed(client: &Client) -> Vec<Workspace> {
    let pages = client.workspaces();
    pin_mut!(pages);
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await {
        rows.extend(page.unwrap().rows);
    }
    rows
}
