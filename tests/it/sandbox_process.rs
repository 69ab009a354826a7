//! The sandbox as a process of its own: what it has answered survives its death.

use jiff::Timestamp;
use nmp_console::sandbox::unsigned_token;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

const WORKSPACES: &str = "/apis/entities/v2/workspaces";
const AL: &str = "al@x.com";

/// A sandbox in a process of its own, killed when it is dropped.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = command(data).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line:?}");
        Self { child, url }
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

fn token() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the process under test reads the system's clock too"
    )]
    let now = Timestamp::now();
    unsigned_token(AL, now, Duration::from_hours(1))
}

/// Creates workspaces until the connection breaks; returns the names that were answered with 201.
async fn create_until_it_breaks(client: Client, url: String, writer: usize) -> Vec<String> {
    let mut answered = Vec::new();
    for n in 0.. {
        let name = format!("w{writer}-{n}");
        let request = client.post(format!("{url}{WORKSPACES}")).bearer_auth(token());
        match request.json(&json!({"name": name})).send().await {
            Ok(response) if response.status() == StatusCode::CREATED => answered.push(name),
            Ok(response) => panic!("{name}: {}", response.status()),
            Err(_broken) => break,
        }
    }
    answered
}

async fn names(client: &Client, url: &str) -> Vec<String> {
    let mut names = Vec::new();
    for page in 1.. {
        let request = client
            .get(format!("{url}{WORKSPACES}?page_size=1000&page={page}"))
            .bearer_auth(token());
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        let rows = body["data"].as_array().unwrap();
        if rows.is_empty() {
            break;
        }
        names.extend(rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()));
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_write_it_loses_nothing_it_had_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.db");
    let client = Client::new();
    let mut process = Process::start(&data);
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        writers.spawn(create_until_it_breaks(client.clone(), process.url.clone(), writer));
    }
    // Kill it in the middle of the work, not before it began.
    let enough = async { while names(&client, &process.url).await.len() < 40 {} };
    timeout(Duration::from_mins(1), enough).await.unwrap();
    process.kill();
    let answered = writers.join_all().await.concat();
    assert!(answered.len() >= 30, "{}", answered.len());

    let process = Process::start(&data);
    let kept = names(&client, &process.url).await;
    let lost: Vec<&String> = answered.iter().filter(|name| !kept.contains(name)).collect();
    assert_eq!(lost, [""; 0]);
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.db");
    let _first = Process::start(&data);
    let second = command(&data).output().unwrap();
    assert!(!second.status.success());
    assert!(second.stdout.is_empty());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("data.db") && said.contains("in use"), "{said}");
}
