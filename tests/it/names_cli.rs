//! Names of workspaces that a shell is offered at its cursor: listed beside, kept, and asked for once a minute at most.

use crate::cli::offered;
use nmp_console::runtime;
use nmp_console::sandbox::{self, DEMO_CALLER, Running, Seed, unsigned_token};
use serde_json::json;
use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_mins(1);

async fn demo() -> Running {
    let options = sandbox::Options {
        seed: Seed::Demo,
        ..sandbox::Options::default()
    };
    sandbox::start(options).await.unwrap()
}

/// A platform with these workspaces, which says so after a while.
async fn platform(names: &[&str], after: Duration) -> MockServer {
    let server = MockServer::start().await;
    list(&server, names, after).await;
    server
}

async fn list(server: &MockServer, names: &[&str], after: Duration) {
    let rows: Vec<_> = names.iter().map(|name| json!({"id": name, "name": name})).collect();
    let body = json!({"data": rows, "pagination": {"total_results": rows.len()}});
    let answer = ResponseTemplate::new(200).set_body_json(body).set_delay(after);
    Mock::given(any()).respond_with(answer).mount(server).await;
}

/// A home whose platform CLI knows these contexts, each with its server; one token is everywhere.
fn home(contexts: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let token = unsigned_token(DEMO_CALLER, runtime::now(), Duration::from_hours(1));
    let of_all = |entry: fn(&str, &str) -> String| -> String {
        contexts.iter().map(|(name, server)| entry(name, server)).collect()
    };
    let config = format!(
        "current_context: {}\ncontexts:\n{}clusters:\n{}users:\n  - {{name: u, type: oauth, token: \"{token}\"}}\n",
        contexts[0].0,
        of_all(|name, _| format!("  - {{name: {name}, cluster: {name}, user: u}}\n")),
        of_all(|name, server| format!("  - {{name: {name}, base_url: \"{server}\"}}\n")),
    );
    let folder = home.path().join(".config/nmp");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.yaml"), config).unwrap();
    home
}

/// Asks until something is offered: the first time there is a moment in which nothing is known yet.
#[track_caller]
fn offered_soon(home: &Path, words: &[&str]) -> String {
    let begun = Instant::now();
    loop {
        let names = offered(home, words);
        if !names.is_empty() {
            return names;
        }
        assert!(begun.elapsed() < LONG, "nothing is offered for {words:?}");
    }
}

fn cache(home: &Path) -> PathBuf {
    home.join(".cache/nmp-console/workspaces")
}

fn kept(home: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(cache(home)).into_iter().flatten();
    files.map(|file| file.unwrap().path()).collect()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Makes what is kept two minutes older.
fn wait_two_minutes(home: &Path) {
    for path in kept(home) {
        let file = File::options().write(true).open(path).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        file.set_modified(before - Duration::from_mins(2)).unwrap();
    }
}

fn n_asked(requests: Option<Vec<wiremock::Request>>) -> usize {
    requests.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_offered_wherever_one_is_meant_and_for_their_owner_alone() {
    let running = demo().await;
    let home = home(&[("prod", &running.url())]);
    let home = home.path();
    assert_eq!(offered_soon(home, &["--workspace", "ml-t"]), "ml-team");
    for words in [
        &["audit", "--workspace", "ml-t"][..],
        &["who-can", "read", "--workspace", "ml-t"],
        &["can", "bob@example.com", "read", "ml-t"],
        &["--context", "prod", "export", "--workspace", "ml-t"],
        &["activity", "--workspace", "ml-t"],
    ] {
        assert_eq!(offered(home, words), "ml-team", "{words:?}");
    }
    assert_eq!(offered(home, &["audit", "--workspace=ml-t"]), "--workspace=ml-team");
    for own in ["demo", "sandbox"] {
        assert_eq!(offered(home, &[own, "--workspace", "ml-t"]), "", "{own} has its own");
    }
    for folder in [".cache", ".cache/nmp-console", ".cache/nmp-console/workspaces"] {
        assert_eq!(mode(&home.join(folder)), 0o700, "{folder}");
    }
    let files = kept(home);
    assert_eq!(files.iter().map(|file| mode(file)).collect::<Vec<_>>(), [0o600, 0o600]);
    let journal = home.join(".local/state/nmp-console/activity.jsonl");
    assert!(!journal.exists(), "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_those_of_one_context_and_what_a_shell_would_run_is_none() {
    let hostile = [
        "ws $(touch pwned)",
        "ws;id",
        "ws'b",
        "-ws",
        "ws\nws-b",
        "ws\u{1b}[2J",
        "ws two",
        "~ws",
    ];
    let prod = platform(&[&["ws-a"], &hostile[..]].concat(), Duration::ZERO).await;
    let test = platform(&["ws-test"], Duration::ZERO).await;
    let home = home(&[("prod", &prod.uri()), ("test", &test.uri())]);
    let home = home.path();
    assert_eq!(offered_soon(home, &["audit", "--workspace", ""]), "ws-a");
    assert_eq!(
        offered_soon(home, &["--context", "test", "audit", "--workspace", "ws"]),
        "ws-test"
    );
    assert_eq!(offered(home, &["audit", "--workspace", "ws"]), "ws-a");
    let asked = (
        n_asked(prod.received_requests().await),
        n_asked(test.received_requests().await),
    );
    assert_eq!(asked, (1, 1), "what is fresh is not asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_costs_a_moment_and_the_old_names_are_offered() {
    let server = platform(&["ws-a"], Duration::ZERO).await;
    let home = home(&[("prod", &server.uri())]);
    let (home, words) = (home.path(), ["audit", "--workspace", "ws"]);
    assert_eq!(offered_soon(home, &words), "ws-a");
    wait_two_minutes(home);
    server.reset().await;
    list(&server, &["ws-b"], Duration::from_mins(5)).await;
    let begun = Instant::now();
    while n_asked(server.received_requests().await) == 0 {
        assert_eq!(offered(home, &words), "ws-a");
        assert!(begun.elapsed() < LONG, "nobody has asked");
    }
    let asked = kept(home)
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "asked"));
    let asked = File::open(asked.unwrap()).unwrap();
    assert!(
        asked.try_lock().is_err(),
        "whoever asks is still there, and no shell waited for it"
    );
    // It ends by itself.
    let ended = tokio::task::spawn_blocking(move || asked.lock());
    tokio::time::timeout(LONG, ended).await.unwrap().unwrap().unwrap();
    assert_eq!(offered(home, &words), "ws-a");
    assert_eq!(n_asked(server.received_requests().await), 1, "once a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_listed_anew_after_a_minute() {
    let server = platform(&["ws-a"], Duration::ZERO).await;
    let home = home(&[("prod", &server.uri())]);
    let (home, words) = (home.path(), ["audit", "--workspace", "ws"]);
    assert_eq!(offered_soon(home, &words), "ws-a");
    server.reset().await;
    list(&server, &["ws-b"], Duration::ZERO).await;
    assert_eq!(offered(home, &words), "ws-a");
    wait_two_minutes(home);
    let begun = Instant::now();
    while offered(home, &words) != "ws-b" {
        assert!(begun.elapsed() < LONG, "the old name is still offered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_listed_where_that_is_switched_off() {
    let server = platform(&["ws-a"], Duration::ZERO).await;
    let home = home(&[("prod", &server.uri())]);
    let (home, words) = (home.path(), ["audit", "--workspace", "ws"]);
    assert_eq!(offered_soon(home, &words), "ws-a");
    wait_two_minutes(home);
    let folder = home.join(".config/nmp-console");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "[completions]\nworkspaces = false\n").unwrap();
    assert_eq!(offered(home, &words), "");
    // Not even where it is asked for directly, which has come to its end when it is looked at.
    lists(home, &[], &[]);
    assert_eq!(n_asked(server.received_requests().await), 1);
}

/// What lists, started as by a completion, to its end.
fn lists(home: &Path, options: &[&str], variables: &[(&str, &str)]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    command
        .env_clear()
        .env("HOME", home)
        .env("NMP_CONSOLE_COMPLETE", "workspaces");
    let command = command.envs(variables.iter().copied());
    let output = command.args(options).output().unwrap();
    assert_eq!(output.stdout.len(), 0, "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_being_typed_sends_no_login_to_another_server() {
    let prod = platform(&["ws-a"], Duration::ZERO).await;
    let elsewhere = platform(&["ws-b"], Duration::ZERO).await;
    let home = home(&[("prod", &prod.uri())]);
    let (home, there) = (home.path(), elsewhere.uri());
    let address = ["--base-url", &there];
    assert_eq!(
        offered(home, &[&address[..], &["audit", "--workspace", "ws"]].concat()),
        ""
    );
    lists(home, &address, &[]);
    let of_variable = [("NMP_BASE_URL", there.as_str()), ("NMP_ACCESS_TOKEN", "e30.e30.")];
    lists(home, &[], &of_variable[..1]);
    lists(home, &address, &of_variable[1..]);
    assert_eq!(n_asked(elsewhere.received_requests().await), 0);
    // Whoever has set both has sent it there.
    lists(home, &[], &of_variable);
    assert_eq!(n_asked(elsewhere.received_requests().await), 1);
    // The context's own is no other one.
    let own = ["--base-url", &prod.uri(), "audit", "--workspace", "ws"];
    assert_eq!(offered_soon(home, &own), "ws-a");
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_takes_the_names_away() {
    let running = demo().await;
    let home = home(&[("prod", &running.url())]);
    let (home, words) = (home.path(), ["audit", "--workspace", "ml-t"]);
    assert_eq!(offered_soon(home, &words), "ml-team");
    assert_eq!(kept(home).len(), 2);
    let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    let output = command.env_clear().env("HOME", home).arg("logout").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(kept(home), [] as [PathBuf; 0]);
}

/// As many as a large platform has: no shell is told all of them.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_names_a_shell_is_told_a_thousand_that_begin_as_typed() {
    let names: Vec<String> = (0..10_000).map(|n| format!("ws-{n:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = MockServer::start().await;
    for (page, rows) in (1..).zip(names.chunks(1_000)) {
        let rows: Vec<_> = rows.iter().map(|name| json!({"id": name, "name": name})).collect();
        let body = json!({"data": rows, "pagination": {"total_results": names.len()}});
        let answer = ResponseTemplate::new(200).set_body_json(body);
        let page = wiremock::matchers::query_param("page", page.to_string());
        Mock::given(page).respond_with(answer).mount(&server).await;
    }
    let home = home(&[("prod", &server.uri())]);
    let told = |typed: &str| offered_soon(home.path(), &["audit", "--workspace", typed]);
    let all = told("ws");
    assert_eq!(all.lines().count(), 1_000);
    assert!(all.starts_with("ws-0000\nws-0001\n"), "{all}");
    assert_eq!(told("ws-99").lines().count(), 100);
    assert_eq!(told("ws-9999"), "ws-9999");
}
