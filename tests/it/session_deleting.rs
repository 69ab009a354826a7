//! Deleting a workspace through loop, client and platform: the 409 resolved in place, the cascade followed to its end,
//! answers that get lost, and what it costs to look before deleting.

use crate::session_given::{Session, token};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use nmp_console::domain::activity::Operator;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{ResourceName, WorkspaceName};
use nmp_console::journal::{self, Journal};
use nmp_console::runtime;
use nmp_console::sandbox::{self, Deletion, Options, PLATFORM_ADMIN};
use pretty_assertions::assert_eq;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// So long that no test sees the cleaner at work.
const NEVER: Duration = Duration::from_hours(1);
/// So short that it is over when the console looks again.
const SOON: Duration = Duration::from_millis(500);
/// So long that the first stage is seen, and the list read again, before it is over.
const SLOWLY: Duration = Duration::from_secs(4);

fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

fn create(name: &str) -> Change {
    Change::CreateWorkspace {
        name: ws(name),
        description: None,
    }
}

fn project(name: &str) -> Change {
    Change::CreateProject {
        workspace: ws("ml-team"),
        name: ResourceName::from_platform(name),
        description: None,
    }
}

fn cascading(cleanup: Duration) -> Options {
    Options {
        deletion: Deletion::Cascade,
        cleanup,
        ..Options::default()
    }
}

/// A session on a sandbox in which `ml-team` has three projects, with the cursor on it.
async fn on_ml_team(options: Options) -> Session {
    let mut session = Session::open(options).await;
    let things = [create("ml-team"), project("one"), project("two"), project("three")];
    session.given(PLATFORM_ADMIN, things).await;
    session.press("r / 'ml-team' enter esc").await;
    session
}

#[tokio::test]
async fn goes_from_the_refusal_to_what_is_in_the_way_and_back_to_the_deletion() {
    let mut session = on_ml_team(Options::default()).await;
    session.press("d").await;
    session.shows(&[
        "this server deletes only empty workspaces",
        "at least 3 resources",
        "project",
    ]);
    session.press("enter").await;
    session.shows(&["Resources of ml-team (3), 3 marked", "one", "two", "three"]);
    session.press("d").await;
    session.shows(&["3 changes:", "there is no undo"]);
    session.press("y").await;
    session.shows(&["3 applied", "no resources left: esc goes back"]);
    session.press("esc").await;
    session.shows(&["Delete workspace", "it is empty", "type ml-team to confirm"]);
    session.press("'ml-team' enter").await;
    session.shows(&["deleted workspace 'ml-team': confirmed"]);
    session.hides("▸ ml-team");
    let gone = session.behind(PLATFORM_ADMIN).workspace(&ws("ml-team")).await;
    assert_eq!(gone.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn follows_a_cascade_to_its_end_across_screens_and_refreshes() {
    let mut session = on_ml_team(cascading(SLOWLY)).await;
    session.press("d").await;
    session.shows(&["3 projects", "destroys everything in it"]);
    session.press("'ml-team' enter").await;
    session.shows(&["deleting: pending"]);
    session.press("r").await;
    session.shows(&["deleting: "]);
    session
        .until("the deletion is over", |screen| screen.contains("'ml-team' is gone"))
        .await;
    session.hides("▸ ml-team");
}

#[tokio::test]
async fn explains_a_name_that_an_unfinished_deletion_keeps() {
    let mut session = on_ml_team(cascading(NEVER)).await;
    session.press("d").await;
    session.press("'ml-team' enter").await;
    session.shows(&["deleting: pending"]);
    session.press("n 'ml-team' enter").await;
    session.shows(&["still being deleted"]);
}

#[tokio::test]
async fn shows_why_a_cleanup_failed_and_tries_again() {
    let mut session = on_ml_team(Options {
        cleanup_error: Some("the store is away".to_owned()),
        cleanup_retry: NEVER,
        ..cascading(SOON)
    })
    .await;
    session.press("d").await;
    session.press("'ml-team' enter").await;
    session
        .until("it failed", |screen| screen.contains("deleting: failed"))
        .await;
    session.shows(&["the store is away"]);
    session.press("enter").await;
    session.shows(&["some contents could not be destroyed", "the store is away", "try again"]);
    session.press("enter y").await;
    session
        .until("it is gone", |screen| screen.contains("'ml-team' is gone"))
        .await;
}

/// A second console, as after a restart, takes up what the first one left.
#[tokio::test]
async fn a_restarted_console_follows_what_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let running = sandbox::start(cascading(NEVER)).await.unwrap();
    let url = running.url();
    let journal = Journal::new(
        Some(folder.path().to_owned()),
        ("test", &url),
        &Operator::default(),
        &journal::Session::default(),
    );
    let open = async || {
        let mut session = Session::journalled(&url, Some(token(PLATFORM_ADMIN)), journal.clone());
        session.settle().await;
        session
    };
    let mut first = open().await;
    first.given(PLATFORM_ADMIN, [create("ml-team"), project("one")]).await;
    first.press("r / 'ml-team' enter esc d").await;
    first.press("'ml-team' enter").await;
    first.shows(&["deleting: pending"]);
    drop(first);

    let mut second = open().await;
    second.shows(&["ml-team", "deleting: pending"]);
    running.stop().await;
    assert_eq!(journal.recall(runtime::now()).left.deletions.len(), 1);
}

#[tokio::test]
async fn a_cascade_whose_answer_got_lost_is_found_to_be_under_way() {
    let mut session = on_ml_team(Options {
        faults: vec!["drop-after:DELETE".parse().unwrap()],
        ..cascading(NEVER)
    })
    .await;
    session.press("d").await;
    session.press("'ml-team' enter").await;
    session.shows(&["deleting 'ml-team' and everything in it", "deleting: pending"]);
}

#[tokio::test]
async fn a_cascade_that_never_arrived_is_found_to_have_changed_nothing() {
    let mut session = on_ml_team(Options {
        faults: vec!["drop-before:DELETE".parse().unwrap()],
        ..cascading(NEVER)
    })
    .await;
    session.press("d").await;
    session.press("'ml-team' enter").await;
    session
        .until("it is looked for long enough", |screen| {
            screen.contains("not applied so far: ")
        })
        .await;
    session.hides("deleting:");
    assert!(session.behind(PLATFORM_ADMIN).workspace(&ws("ml-team")).await.is_ok());
}

/// Hands everything on to a platform, and writes down what is asked of one workspace. While the gate is closed, that
/// waits in front of it.
#[derive(Clone)]
struct Front {
    platform: String,
    http: reqwest::Client,
    asked: Arc<Mutex<Vec<String>>>,
    gate: watch::Sender<bool>,
}

impl Front {
    /// Stands in front of `platform` for as long as the task lives; returns where.
    async fn of(platform: &str) -> (Self, String, JoinSet<std::io::Result<()>>) {
        let front = Self {
            platform: platform.to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .unwrap(),
            asked: Arc::default(),
            gate: watch::Sender::new(true),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(hand_on).with_state(front.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await });
        (front, url, tasks)
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort_unstable();
        asked
    }
}

async fn hand_on(State(front): State<Front>, request: Request) -> Response<axum::body::Body> {
    let path = request.uri().path_and_query().unwrap().to_string();
    if path.contains("/workspaces/ml-team") {
        front.asked.lock().unwrap().push(path.clone());
        let mut gate = front.gate.subscribe();
        gate.wait_for(|is_open| *is_open).await.unwrap();
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let sent = front.http.request(parts.method, format!("{}{path}", front.platform));
    let answer = sent.headers(parts.headers).body(body).send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    response.headers_mut().unwrap().clone_from(answer.headers());
    response.body(answer.bytes().await.unwrap().into()).unwrap()
}

/// Everything is asked at once, because nothing is answered before everything was asked; and while nothing is
/// answered, the screen goes on.
#[tokio::test]
async fn looking_before_deleting_costs_one_small_request_for_each_kind_all_at_once() {
    let running = sandbox::start(cascading(NEVER)).await.unwrap();
    let (front, url, _serving) = Front::of(&running.url()).await;
    let mut session = Session::at(&url, Some(token(PLATFORM_ADMIN)), None);
    session.settle().await;
    session.given(PLATFORM_ADMIN, [create("ml-team"), project("one")]).await;
    session.press("r / 'ml-team' enter esc").await;
    session.settle().await;

    front.asked.lock().unwrap().clear();
    front.gate.send_replace(false);
    session.begin("d");
    let at = |service: &str, rest: &str| format!("/apis/{service}/v2/workspaces/ml-team{rest}");
    let count = |service: &str, kind: &str| at(service, &format!("/{kind}?page_size=1"));
    let mut expected = vec![
        at("entities", ""),
        at("entities", "/members"),
        count("entities", "projects"),
        count("files", "filesets"),
        count("guardrails", "configs"),
        count("inference-gateway", "virtual-models"),
        count("intake", "experiments"),
        count("jobs", "jobs"),
        count("models", "adapters"),
        count("models", "deployment-configs"),
        count("models", "deployments"),
        count("models", "models"),
        count("models", "prompts"),
        count("models", "providers"),
        count("secrets", "secrets"),
    ];
    expected.sort_unstable();
    session
        .until("all is asked", |_| front.asked().len() >= expected.len())
        .await;
    session.shows(&["Delete workspace"]);
    session.begin("esc");
    session.hides("Delete workspace");
    session.begin("d");
    session.shows(&["Delete workspace"]);

    front.gate.send_replace(true);
    session.settle().await;
    session.shows(&["1 project", "type ml-team to confirm"]);
    let asked = front.asked();
    assert_eq!(asked.len(), 2 * expected.len(), "{asked:#?}");
    let twice: Vec<String> = expected.iter().flat_map(|path| [path.clone(), path.clone()]).collect();
    assert_eq!(asked, twice);
    running.stop().await;
}
