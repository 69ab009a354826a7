//! The sandbox over real HTTP: races, faults, files, start and stop.

mod deletion;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use nmp_console::sandbox::{
    self, Clock, DEMO_CALLER, Error, Fault, Options, PLATFORM_ADMIN, Running, Seed, unsigned_token,
};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

const WORKSPACES: &str = "/apis/entities/v2/workspaces";
const AL: &str = "al@x.com";
const BOB: &str = "bob@x.com";
/// Long enough for anything that ends at all.
const DEADLINE: Duration = Duration::from_secs(20);

/// A caller of one sandbox.
struct Console {
    client: Client,
    url: String,
}

impl Console {
    fn on(running: &Running) -> Self {
        Self {
            client: Client::new(),
            url: running.url(),
        }
    }

    async fn try_send(&self, method: Method, path: &str, who: &str, body: Option<Value>) -> reqwest::Result<Response> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(token(who));
        if let Some(body) = body {
            request = request.json(&body);
        }
        timeout(DEADLINE, request.send())
            .await
            .expect("an answer or an error in time")
    }

    async fn send(&self, method: Method, path: &str, who: &str, body: Option<Value>) -> (StatusCode, Value) {
        let response = self.try_send(method, path, who, body).await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    async fn make(&self, name: &str) {
        let (status, body) = self
            .send(Method::POST, WORKSPACES, AL, Some(json!({"name": name})))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
    }

    async fn names(&self) -> Vec<String> {
        let (_, body) = self.send(Method::GET, WORKSPACES, AL, None).await;
        let rows = body["data"].as_array().unwrap();
        rows.iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Makes a workspace with two Admins and lets both go at the same moment, in one of four ways.
    async fn race(&self, n: usize) -> [StatusCode; 2] {
        let name = format!("race-{n}");
        self.make(&name).await;
        let members = format!("{WORKSPACES}/{name}/members");
        let second = json!({"principal": BOB, "roles": ["Admin"]});
        self.send(Method::POST, &members, AL, Some(second)).await;
        let leave = async |principal: &str, who: &str, demotes: bool| {
            let path = format!("{members}/{}", principal.replace('@', "%40"));
            let (method, body) = if demotes {
                (Method::PUT, Some(json!({"roles": ["Viewer"]})))
            } else {
                (Method::DELETE, None)
            };
            self.send(method, &path, who, body).await.0
        };
        let (al_demoted, bob_demoted) = (n % 4 >= 2, n % 4 == 1 || n % 4 == 2);
        let as_self = n % 8 >= 4;
        let (one, two) = if as_self {
            (AL, BOB)
        } else {
            (PLATFORM_ADMIN, PLATFORM_ADMIN)
        };
        let (first, second) = tokio::join!(leave(AL, one, al_demoted), leave(BOB, two, bob_demoted));
        [first, second]
    }

    /// Runs races, several at a time, and returns how many let both go.
    async fn n_lost(&self, n: usize) -> usize {
        let races = stream::iter(0..n).map(|i| self.race(i)).buffer_unordered(12);
        let both_left = |[one, two]: [StatusCode; 2]| usize::from(one.is_success() && two.is_success());
        races.map(both_left).fold(0, async |sum, lost| sum + lost).await
    }

    /// The active Admins of every workspace of a race, in one request as an auditor makes it.
    async fn n_admins(&self) -> usize {
        let filter = "%7B%22data.revoked_at%22%3Anull%2C%22data.role%22%3A%22Admin%22%7D";
        let path = format!("{WORKSPACES}/-/entities/role_binding?page_size=1&filter={filter}");
        let (_, body) = self.send(Method::GET, &path, PLATFORM_ADMIN, None).await;
        usize::try_from(body["pagination"]["total_results"].as_u64().unwrap()).unwrap()
    }
}

fn token(who: &str) -> String {
    unsigned_token(who, now(), Duration::from_hours(1))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server under test reads the system's clock too"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

async fn start(options: Options) -> (Running, Console) {
    let running = sandbox::start(options).await.unwrap();
    let console = Console::on(&running);
    (running, console)
}

async fn start_with(fault: &str) -> (Running, Console) {
    let faults = vec![fault.parse::<Fault>().unwrap()];
    start(Options {
        faults,
        ..Options::default()
    })
    .await
}

fn in_file(path: &Path) -> Options {
    Options {
        data: Some(path.to_owned()),
        ..Options::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_races_never_orphan_a_workspace() {
    let (_running, console) = start(Options::default()).await;
    assert_eq!(console.n_lost(1000).await, 0);
    assert_eq!(console.n_admins().await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faithful_sandbox_loses_the_race_as_the_platform_does() {
    let options = Options {
        is_faithful: true,
        ..Options::default()
    };
    let (_running, console) = start(options).await;
    let n_lost = console.n_lost(64).await;
    assert!(n_lost > 0);
    assert_eq!(console.n_admins().await, 64 - n_lost);
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let (running, console) = start(in_file(&path)).await;
    console.make("kept").await;
    running.stop().await;
    // The seed is for new files: this one keeps what it has.
    let options = Options {
        seed: Seed::Demo,
        ..in_file(&path)
    };
    let (running, console) = start(options).await;
    assert_eq!(console.names().await, ["kept", "system", "default"]);
    running.stop().await;
}

#[tokio::test]
async fn a_file_is_for_one_sandbox_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let (running, console) = start(in_file(&path)).await;
    let second = sandbox::start(in_file(&path)).await;
    assert!(
        matches!(&second, Err(Error::InUse { path: named }) if *named == path),
        "{second:?}"
    );
    // The first one did not notice.
    console.make("kept").await;
    running.stop().await;
    let (running, console) = start(in_file(&path)).await;
    assert!(console.names().await.contains(&"kept".to_owned()));
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "dear diary, ".repeat(1000)).unwrap();
    let foreign = folder.path().join("foreign.db");
    let made = rusqlite::Connection::open(&foreign).unwrap();
    made.execute_batch("CREATE TABLE diary (day TEXT)").unwrap();
    drop(made);
    for path in [text, foreign] {
        let before = std::fs::read(&path).unwrap();
        let result = sandbox::start(in_file(&path)).await;
        assert!(
            matches!(&result, Err(Error::NotOurs { path: named }) if *named == path),
            "{result:?}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_newer_format_and_a_missing_folder_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let (running, _console) = start(in_file(&path)).await;
    running.stop().await;
    let file = rusqlite::Connection::open(&path).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let newer = sandbox::start(in_file(&path)).await;
    assert!(matches!(newer, Err(Error::Newer { found: 99, .. })), "{newer:?}");
    let nowhere = sandbox::start(in_file(&folder.path().join("no/such/data.db"))).await;
    assert!(matches!(nowhere, Err(Error::Open { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn an_address_in_use_is_said() {
    let (running, _console) = start(Options::default()).await;
    let options = Options {
        listen: running.addr(),
        ..Options::default()
    };
    let second = sandbox::start(options).await;
    assert!(matches!(second, Err(Error::Listen { address, .. }) if address == running.addr()));
}

#[tokio::test]
async fn dropping_it_closes_it() {
    let (running, console) = start(Options::default()).await;
    console.make("team").await;
    let address = running.addr();
    drop(running);
    let refused = async { while tokio::net::TcpStream::connect(address).await.is_ok() {} };
    timeout(DEADLINE, refused).await.unwrap();
}

#[tokio::test]
async fn a_scripted_clock_makes_the_sample_organisation_repeatable() {
    let begin: Timestamp = "2026-11-23T18:00:00Z".parse().unwrap();
    let mut pages = Vec::new();
    for _ in 0..2 {
        let options = Options {
            seed: Seed::Demo,
            clock: Clock::Scripted(begin),
            ..Options::default()
        };
        let (_running, console) = start(options).await;
        let token = unsigned_token(DEMO_CALLER, begin, Duration::from_hours(1));
        let asked = console
            .client
            .get(format!("{}{WORKSPACES}", console.url))
            .bearer_auth(token);
        pages.push(asked.send().await.unwrap().text().await.unwrap());
    }
    assert!(pages[0].contains("ml-team"), "{}", pages[0]);
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn its_file_is_free_again_when_it_has_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    for _ in 0..2 {
        let (running, _console) = start(in_file(&path)).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn a_cut_after_the_request_leaves_the_change_made() {
    let (_running, console) = start_with("drop-after:POST,times=1").await;
    let body = Some(json!({"name": "team"}));
    let error = console.try_send(Method::POST, WORKSPACES, AL, body).await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert!(console.names().await.contains(&"team".to_owned()));
}

#[tokio::test]
async fn a_cut_before_the_request_leaves_nothing_made() {
    let (_running, console) = start_with("drop-before:POST,times=1").await;
    let body = Some(json!({"name": "team"}));
    assert!(console.try_send(Method::POST, WORKSPACES, AL, body).await.is_err());
    assert!(!console.names().await.contains(&"team".to_owned()));
}

#[tokio::test]
async fn statuses_and_pages_of_a_proxy_can_stand_in_the_way() {
    let (_running, console) = start_with("status=429:workspaces,times=1").await;
    let response = console.try_send(Method::GET, WORKSPACES, AL, None).await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(console.send(Method::GET, WORKSPACES, AL, None).await.0, StatusCode::OK);
    let (_running, console) = start_with("html").await;
    let response = console.try_send(Method::GET, WORKSPACES, AL, None).await.unwrap();
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(response.text().await.unwrap().contains("<html>"));
}

#[tokio::test]
async fn a_stall_ends_when_the_sandbox_stops() {
    let (running, console) = start_with("stall:GET").await;
    let asking = console.try_send(Method::GET, WORKSPACES, AL, None);
    let stopping = async {
        // One more round trip, so that the stalled request is under way when the end comes.
        console.make("team").await;
        running.stop().await;
    };
    let (asked, ()) = tokio::join!(asking, stopping);
    assert!(asked.is_err());
}

#[tokio::test]
async fn latency_holds_every_answer_back() {
    let options = Options {
        latency: Duration::from_hours(1),
        ..Options::default()
    };
    let (_running, console) = start(options).await;
    let asking = console.client.get(format!("{}/health/live", console.url)).send();
    assert!(timeout(Duration::from_millis(50), asking).await.is_err());
}
