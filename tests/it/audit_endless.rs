//! `nmp-console audit` against platforms whose lists do not come to an end: it comes to one by itself, as the shell sees it.

use crate::api_given::{ENTITIES, detail, given, json};
use jiff::Timestamp;
use nmp_console::sandbox::unsigned_token;
use rstest::rstest;
use serde_json::{Value, json as value};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wiremock::matchers::{method, path, path_regex, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const ROWS: &str = "/apis/entities/v2/workspaces/-/entities/role_binding";

/// How many members each workspace has that has too many.
const N_MEMBERS: usize = 5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endless {
    Workspaces,
    Members,
    Rows,
}

/// Returns a page of a list of 2^40 rows, or of one that begins again and again and says that it has so many.
fn page(request: &Request, is_circle: bool, row: impl Fn(usize) -> Value) -> ResponseTemplate {
    let number = |wanted: &str| {
        let mut pairs = request.url.query_pairs();
        let found = pairs.find(|(key, _)| key == wanted);
        found.and_then(|(_, n)| n.parse::<usize>().ok()).unwrap_or(1)
    };
    let (page, size) = (if is_circle { 1 } else { number("page") }, number("page_size"));
    let rows: Vec<Value> = ((page - 1) * size..page * size).map(row).collect();
    let page = value!({"data": rows, "pagination": {"total_results": 1_u64 << 40}});
    json(200, &page.to_string())
}

fn workspace(id: usize) -> Value {
    value!({"id": id.to_string(), "name": format!("w-{id}")})
}

fn row(id: usize) -> Value {
    value!({
        "id": id.to_string(), "workspace": format!("w-{}", id % 400), "created_at": "2026-11-20T10:00:00",
        "data": {"principal": "p@x.com", "role": "Viewer", "granted_by": "al", "granted_at": "2026-11-20T10:00:00Z", "revoked_at": null},
    })
}

async fn platform(endless: Endless) -> MockServer {
    let server = MockServer::start().await;
    let discovery = json(200, r#"{"auth_enabled":true}"#);
    given(&server, "GET", "/apis/auth/discovery", discovery).await;
    let caller = json(200, r#"{"principal":"al","email":"al@x.com"}"#);
    given(&server, "GET", "/apis/auth/authenticate", caller).await;
    let list = |rows: &[Value]| value!({"data": rows, "pagination": {"total_results": rows.len()}}).to_string();
    let workspaces = Mock::given(method("GET")).and(path(format!("{ENTITIES}/workspaces")));
    if endless == Endless::Workspaces {
        let answer = |request: &Request| page(request, false, workspace);
        workspaces.respond_with(answer).mount(&server).await;
    } else {
        let some: Vec<Value> = (0..400).map(workspace).collect();
        workspaces.respond_with(json(200, &list(&some))).mount(&server).await;
    }
    let probe = Mock::given(method("GET")).and(path(ROWS));
    let is_admin = endless == Endless::Rows;
    let answer = if is_admin {
        json(200, &list(&[]))
    } else {
        detail(403, "Forbidden")
    };
    let probe = probe.and(query_param("page_size", "1"));
    probe.respond_with(answer).mount(&server).await;
    let rows = Mock::given(method("GET")).and(path(ROWS));
    let answer = move |request: &Request| {
        if is_admin {
            page(request, true, row)
        } else {
            detail(403, "Forbidden")
        }
    };
    rows.respond_with(answer).with_priority(6).mount(&server).await;
    let members: Vec<Value> = (0..N_MEMBERS)
        .map(|n| value!({"principal": format!("p{n}@x.com"), "roles": ["Viewer"], "granted_at": null, "granted_by": "al"}))
        .collect();
    let answer = match endless {
        Endless::Members => json(200, &value!({ "data": members }).to_string()),
        Endless::Workspaces | Endless::Rows => detail(403, "Forbidden"),
    };
    let any = Mock::given(method("GET")).and(path_regex("/members$"));
    any.respond_with(answer).mount(&server).await;
    server
}

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn audit(server: &MockServer, home: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    command
        .env_clear()
        .env("HOME", home.path())
        .env("NMP_BASE_URL", server.uri())
        .env(
            "NMP_ACCESS_TOKEN",
            unsigned_token("al@x.com", Timestamp::now(), Duration::from_hours(1)),
        )
        .current_dir(home.path())
        .args(["audit", "--filter", "who:nobody", "--output", "access.json", "--force"])
        .stdin(Stdio::null());
    command
}

#[rstest]
#[case::workspaces(
    Endless::Workspaces,
    "the list of workspaces does not end: stopped after 250,000 workspaces"
)]
#[case::members(
    Endless::Members,
    "the number of members does not end: stopped after 1,000,000 members"
)]
#[case::rows(
    Endless::Rows,
    "the list of role bindings does not end: stopped after 1,000 role bindings"
)]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_by_itself_and_leaves_the_report_of_before(#[case] endless: Endless, #[case] said: &str) {
    let server = platform(endless).await;
    let home = tempfile::tempdir().unwrap();
    let [whole, part] = ["access.json", "access.json.partial"].map(|name| home.path().join(name));
    std::fs::write(&whole, "the last whole one").unwrap();
    let mut command = audit(&server, &home);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(3), &b""[..]),
        "{err}"
    );
    assert!(err.contains(said), "{err}");
    assert_eq!(std::fs::read_to_string(&whole).unwrap(), "the last whole one");
    let report: Value = serde_json::from_slice(&std::fs::read(&part).unwrap()).unwrap();
    let coverage = &report["body"]["coverage"];
    assert_eq!(coverage["complete"], false);
    assert!(
        coverage["stopped"].as_str().unwrap().starts_with(said),
        "{}",
        coverage["stopped"]
    );
    let left: Vec<_> = std::fs::read_dir(home.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}
