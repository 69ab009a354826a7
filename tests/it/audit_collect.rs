//! Reading for an audit: in bulk and workspace by workspace, refused, interrupted, moved and malformed.

use crate::api_given::{ENTITIES, client, connection, detail, given, json, limits, ws};
use jiff::Timestamp;
use nmp_console::api::{Client, Connection, ErrorKind, Limits};
use nmp_console::audit::coverage::{Method, Progress};
use nmp_console::audit::export::{Format, write};
use nmp_console::audit::{Filter, Finding, Grant, Policy, Reading, Report};
use nmp_console::collect::{Collected, End, Heard, Options, Parts, collect};
use nmp_console::domain::glob::{Glob, Globs};
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::text::SafeText;
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Seed, unsigned_token};
use serde_json::{Value, json as value};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

mod endless;

const ROWS: &str = "/apis/entities/v2/workspaces/-/entities/role_binding";

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn a_day() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn options() -> Options {
    Options {
        policy: Arc::new(Policy::default()),
        workspaces: None,
        info: None,
        as_of: None,
        has_history: false,
        parts: Parts::Wanted,
        clock: a_day,
        stop: CancellationToken::new(),
    }
}

async fn audit(client: &Client) -> Collected {
    collect(client, options(), &mut |_| ()).await
}

fn reading<'a>(report: &'a Report, name: &str) -> Option<&'a Reading> {
    let number = report.snapshot.workspace_no(&ws(name))?;
    report.snapshot.workspace(number).map(|workspace| &workspace.reading)
}

fn warnings(report: &Report) -> String {
    let warnings = report.snapshot.coverage.warnings.iter();
    warnings.map(SafeText::as_str).collect::<Vec<_>>().join("\n")
}

/// A platform by hand that knows its caller and lists these workspaces.
async fn platform(names: &[&str]) -> MockServer {
    let server = MockServer::start().await;
    given(
        &server,
        "GET",
        "/cluster-info",
        json(200, r#"{"platform_version":"0.8.1"}"#),
    )
    .await;
    given(
        &server,
        "GET",
        "/apis/auth/discovery",
        json(200, r#"{"auth_enabled":true}"#),
    )
    .await;
    let caller = json(200, r#"{"principal":"al","email":"al@x.com"}"#);
    given(&server, "GET", "/apis/auth/authenticate", caller).await;
    let rows: Vec<Value> = names.iter().map(|name| value!({"id": name, "name": name})).collect();
    given(
        &server,
        "GET",
        &format!("{ENTITIES}/workspaces"),
        list(&rows, names.len()),
    )
    .await;
    server
}

fn list(rows: &[Value], n_total: usize) -> ResponseTemplate {
    json(
        200,
        &value!({"data": rows, "pagination": {"total_results": n_total}}).to_string(),
    )
}

fn binding(id: usize, workspace: &str, principal: &str) -> Value {
    value!({
        "id": id.to_string(), "workspace": workspace, "created_at": "2026-11-20T10:00:00",
        "data": {"principal": principal, "role": "Viewer", "granted_by": "al", "granted_at": "2026-11-20T10:00:00Z", "revoked_at": null},
    })
}

/// Answers the question whether the caller is a platform admin.
async fn says_whether_admin(server: &MockServer, answer: ResponseTemplate) {
    let probe = Mock::given(method("GET"))
        .and(path(ROWS))
        .and(query_param("page_size", "1"));
    probe.respond_with(answer).mount(server).await;
}

async fn gives_rows(server: &MockServer, answer: impl wiremock::Respond + 'static) {
    let rows = Mock::given(method("GET"))
        .and(path(ROWS))
        .and(query_param("page_size", "1000"));
    rows.respond_with(answer).mount(server).await;
}

async fn gives_members(server: &MockServer, workspace: &str, answer: ResponseTemplate) {
    given(
        server,
        "GET",
        &format!("{ENTITIES}/workspaces/{workspace}/members"),
        answer,
    )
    .await;
}

fn members(principals: &[&str]) -> ResponseTemplate {
    let rows = principals
        .iter()
        .map(|who| value!({"principal": who, "roles": ["Viewer"]}));
    json(200, &value!({"data": rows.collect::<Vec<_>>()}).to_string())
}

#[tokio::test]
async fn what_is_refused_gone_or_broken_costs_its_own_workspace() {
    let server = platform(&["read", "denied", "gone", "broken", "denied-too"]).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    gives_members(&server, "read", members(&["al@x.com", "bob@x.com"])).await;
    gives_members(&server, "denied", detail(403, "Forbidden")).await;
    gives_members(&server, "denied-too", detail(403, "Forbidden")).await;
    gives_members(&server, "gone", detail(404, "Workspace 'gone' not found")).await;
    gives_members(&server, "broken", detail(500, "An unexpected error occurred.")).await;
    let collected = audit(&client(&server.uri())).await;
    assert!(matches!(collected.end, End::Read), "{:?}", collected.end);
    let report = collected.report.unwrap();
    assert_eq!(reading(&report, "read"), Some(&Reading::Read));
    assert_eq!(reading(&report, "denied"), Some(&Reading::Denied));
    assert_eq!(reading(&report, "denied-too"), Some(&Reading::Denied));
    assert_eq!(reading(&report, "gone"), None);
    assert!(matches!(reading(&report, "broken"), Some(Reading::Failed(why)) if why.as_str().contains("500")));
    assert!(
        warnings(&report).contains("1 workspace deleted meanwhile, left out: gone"),
        "{}",
        warnings(&report)
    );
    let snapshot = &report.snapshot;
    assert_eq!(
        (snapshot.coverage.method, snapshot.coverage.is_limited_to_caller),
        (Method::Members, true)
    );
    assert_eq!(
        (
            snapshot.n_grants(),
            snapshot.unreadable().count(),
            snapshot.is_complete()
        ),
        (2, 3, false)
    );
    assert_eq!(
        (snapshot.origin.caller.as_str(), snapshot.origin.started_at),
        ("al@x.com", a_day())
    );
}

#[tokio::test]
async fn an_expired_session_ends_the_reading_and_keeps_what_was_read() {
    let server = platform(&["first", "second", "third"]).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    gives_members(&server, "first", members(&["al@x.com"])).await;
    gives_members(&server, "second", detail(401, "Invalid or expired token")).await;
    gives_members(&server, "third", members(&["al@x.com"])).await;
    let collected = audit(&client(&server.uri())).await;
    assert!(matches!(collected.end, End::Failed(error) if *error.kind() == ErrorKind::Unauthorized));
    let report = collected.report.unwrap();
    assert_eq!(reading(&report, "first"), Some(&Reading::Read));
    assert_eq!(reading(&report, "second"), Some(&Reading::NotRead));
    let stopped = report.snapshot.coverage.stopped.clone().unwrap();
    assert!(stopped.as_str().contains("Invalid or expired token"), "{stopped}");
    assert!(!report.snapshot.is_complete());
}

/// One failure may be about one workspace; many in a row are not.
#[tokio::test]
async fn a_platform_that_fails_again_and_again_is_left_alone() {
    let names: Vec<String> = (0..30).map(|n| format!("w{n}")).collect();
    let server = platform(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    for name in &names {
        gives_members(&server, name, detail(500, "An unexpected error occurred.")).await;
    }
    let collected = audit(&client(&server.uri())).await;
    assert!(matches!(collected.end, End::Failed(error) if *error.kind() == ErrorKind::ServerError));
    let asked = server.received_requests().await.unwrap();
    let asked = asked.iter().filter(|request| request.url.path().ends_with("/members"));
    assert!(asked.count() < 30);
}

#[tokio::test]
async fn nothing_is_reported_where_nothing_could_be_read() {
    let server = platform(&[]).await;
    server.reset().await;
    given(
        &server,
        "GET",
        "/cluster-info",
        json(200, r#"{"platform_version":"0.8.1"}"#),
    )
    .await;
    given(&server, "GET", "/apis/auth/authenticate", detail(401, "Unauthorized")).await;
    let collected = audit(&client(&server.uri())).await;
    assert!(collected.report.is_none());
    assert!(matches!(collected.end, End::Failed(error) if *error.kind() == ErrorKind::Unauthorized));
}

#[tokio::test]
async fn odd_rows_and_rows_of_unlisted_workspaces_are_left_out_and_named() {
    let server = platform(&["listed"]).await;
    says_whether_admin(&server, list(&[], 3)).await;
    let odd = value!({"id": "9", "workspace": "listed", "data": {"role": "Admin"}});
    let rows = vec![binding(1, "listed", "al@x.com"), odd, binding(2, "dying", "al@x.com")];
    gives_rows(&server, list(&rows, 3)).await;
    let collected = audit(&client(&server.uri())).await;
    let report = collected.report.unwrap();
    assert_eq!((report.snapshot.n_grants(), report.snapshot.workspaces().len()), (1, 1));
    assert!(report.snapshot.is_complete());
    let said = warnings(&report);
    assert!(said.contains("1 role binding without a principal"), "{said}");
    assert!(
        said.contains("1 workspace not on the list") && said.contains(": dying"),
        "{said}"
    );
    let bindings = report.snapshot.coverage.bindings.unwrap();
    assert_eq!((bindings.n_read, bindings.n_total, bindings.n_pages), (3, Some(3), 1));
}

#[tokio::test]
async fn a_list_that_never_stands_still_is_no_complete_one() {
    let server = platform(&["listed"]).await;
    says_whether_admin(&server, list(&[], 3)).await;
    let n_asked = AtomicUsize::new(0);
    // Each time there is one more than came.
    gives_rows(&server, move |request: &Request| {
        let n = n_asked.fetch_add(1, Ordering::Relaxed);
        let is_first_page = request
            .url
            .query_pairs()
            .any(|pair| pair == ("page".into(), "1".into()));
        let rows = if is_first_page {
            vec![binding(n, "listed", &format!("p{n}@x.com"))]
        } else {
            vec![]
        };
        list(&rows, n + 2)
    })
    .await;
    let report = audit(&client(&server.uri())).await.report.unwrap();
    assert_eq!(reading(&report, "listed"), Some(&Reading::Read));
    assert!(!report.snapshot.is_complete() && !report.snapshot.coverage.bindings.unwrap().is_complete);
    assert!(
        warnings(&report).contains("the role bindings kept changing"),
        "{}",
        warnings(&report)
    );
    let asked = server.received_requests().await.unwrap();
    let sorts = asked.iter().filter(|request| request.url.path() == ROWS);
    let sorts: Vec<String> = sorts
        .filter_map(|request| {
            let mut pairs = request.url.query_pairs();
            pairs.find(|(key, _)| key == "sort").map(|(_, sort)| sort.into_owned())
        })
        .collect();
    assert_eq!(sorts, ["created_at", "created_at", "id", "id"]);
}

/// It is not known beforehand whether the caller may, so it is tried.
#[tokio::test]
async fn what_cannot_be_read_in_bulk_is_read_workspace_by_workspace() {
    let server = platform(&["listed"]).await;
    says_whether_admin(&server, detail(500, "An unexpected error occurred.")).await;
    gives_rows(&server, detail(403, "Forbidden")).await;
    gives_members(&server, "listed", members(&["al@x.com"])).await;
    let report = audit(&client(&server.uri())).await.report.unwrap();
    assert_eq!(report.snapshot.coverage.method, Method::Members);
    assert_eq!((report.snapshot.n_grants(), warnings(&report)), (1, String::new()));
    assert!(report.snapshot.is_complete());
}

/// The platform does not tell, and the report neither.
#[tokio::test]
async fn whether_the_caller_is_a_platform_admin_is_not_claimed_where_it_is_not_known() {
    let server = platform(&["listed"]).await;
    says_whether_admin(&server, detail(500, "An unexpected error occurred.")).await;
    gives_rows(&server, detail(500, "An unexpected error occurred.")).await;
    gives_members(&server, "listed", members(&["al@x.com"])).await;
    let options = Options {
        has_history: true,
        ..options()
    };
    let collected = collect(&client(&server.uri()), options, &mut |_| ()).await;
    let report = collected.report.unwrap();
    for format in [Format::Table, Format::Csv, Format::Markdown] {
        let text = String::from_utf8(write(format, &report, &Filter::default())).unwrap();
        let mut lines = text.lines();
        let caller = lines.find(|line| line.contains("al@x.com")).unwrap();
        assert!(caller.contains("caller") && !caller.contains("admin"), "{caller}");
        let history = lines.find(|line| line.contains("revoked grants")).unwrap();
        assert!(history.contains("not read"), "{history}");
    }
}

/// A sandbox with the sample organisation, and whoever calls it.
async fn demo(faults: &[&str]) -> (sandbox::Running, impl Fn(&str) -> Client) {
    let running = sandbox::start(sandbox::Options {
        seed: Seed::Demo,
        // As the newest generation; of the first one the rules believe less.
        deletion: sandbox::Deletion::Cascade,
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..sandbox::Options::default()
    })
    .await
    .unwrap();
    let url = running.url();
    let client = move |email: &str| {
        let token = unsigned_token(email, now(), Duration::from_hours(1));
        Client::new(Connection {
            token: Some(token.into()),
            ..connection(&url)
        })
        .unwrap()
    };
    (running, client)
}

#[tokio::test]
async fn both_ways_to_read_give_the_same() {
    // The first question, whether the caller is a platform admin, is refused; the second time it is answered.
    let (running, client) = demo(&["status=403:role_binding,times=1"]).await;
    let members = audit(&client(PLATFORM_ADMIN)).await.report.unwrap();
    let mut progress = Vec::new();
    let mut hear = |heard| {
        if let Heard::Progress(new) = heard {
            progress.push(new);
        }
    };
    let collected = collect(&client(PLATFORM_ADMIN), options(), &mut hear).await;
    let bulk = collected.report.unwrap();
    let last: &Progress = progress.last().unwrap();
    assert_eq!(Some(last.n_done), last.n_all);
    let methods = [&bulk, &members].map(|report| report.snapshot.coverage.method);
    assert_eq!(methods, [Method::Bindings, Method::Members]);
    assert!(bulk.snapshot.is_complete() && members.snapshot.is_complete());
    let told = |report: &Report| -> Vec<_> {
        let tell = |grant: Grant<'_>| (grant.workspace().clone(), grant.member());
        report.snapshot.grants().map(tell).collect()
    };
    assert!(bulk.snapshot.n_grants() > 100);
    assert_eq!(told(&bulk), told(&members));
    let reasons = |report: &Report, other: &Report| -> Vec<String> {
        let reasons = |report: &Report| -> Vec<String> {
            // When and by whom each of several grants was made is told by the bindings only.
            let reason = |finding: &Finding| {
                let reason = finding.reason(&report.snapshot, &report.policy).to_string();
                reason
                    .split_once(" (")
                    .map_or(reason.clone(), |(before, _)| before.to_owned())
            };
            report.findings.iter().map(reason).collect()
        };
        let others = reasons(other);
        reasons(report)
            .into_iter()
            .filter(|reason| !others.contains(reason))
            .collect()
    };
    assert_eq!(reasons(&bulk, &members), [""; 0]);
    assert_eq!(reasons(&members, &bulk), [""; 0]);
    running.stop().await;
}

#[tokio::test]
async fn where_nobody_looks_only_the_whole_report_is_made() {
    let (running, client) = demo(&[]).await;
    let options = Options {
        parts: Parts::Unwanted,
        ..options()
    };
    let mut n_grants = Vec::new();
    let mut hear = |heard| {
        if let Heard::Part(report) = heard {
            n_grants.push(report.snapshot.n_grants());
        }
    };
    let collected = collect(&client(PLATFORM_ADMIN), options, &mut hear).await;
    assert_eq!(n_grants, [collected.report.unwrap().snapshot.n_grants()]);
    running.stop().await;
}

#[tokio::test]
async fn told_to_stop_it_keeps_what_it_has() {
    let (running, client) = demo(&["status=403:role_binding"]).await;
    let options = options();
    let stop = options.stop.clone();
    let mut parts = 0;
    let mut hear = |heard| {
        if let Heard::Part(_) = heard {
            parts += 1;
            stop.cancel();
        }
    };
    let collected = collect(&client(PLATFORM_ADMIN), options, &mut hear).await;
    assert!(matches!(collected.end, End::Stopped));
    let report = collected.report.unwrap();
    assert_eq!(parts, 2, "the first one, and the last");
    assert_eq!(
        report.snapshot.coverage.stopped.as_ref().unwrap().as_str(),
        "interrupted"
    );
    assert!(report.snapshot.n_readable() >= 1 && !report.snapshot.is_complete());
    let not_read = report
        .snapshot
        .workspaces()
        .filter(|(_, workspace)| workspace.reading == Reading::NotRead);
    assert!(not_read.count() > 0);
    running.stop().await;
}

/// What was asked for is complete; that nobody knows who is a platform admin is said apart.
#[tokio::test]
async fn says_so_where_the_members_of_system_cannot_be_read_to_judge_by() {
    let server = platform(&["listed", "system"]).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    gives_members(&server, "listed", members(&["al@x.com"])).await;
    gives_members(&server, "system", detail(403, "Forbidden")).await;
    let only = Globs::from_iter([Glob::exact_case("list*").unwrap()]);
    let options = Options {
        workspaces: Some(only),
        ..options()
    };
    let collected = collect(&client(&server.uri()), options, &mut |_| ()).await;
    let report = collected.report.unwrap();
    let snapshot = &report.snapshot;
    assert_eq!((snapshot.n_readable(), snapshot.n_workspaces()), (1, 1));
    assert!(snapshot.covers_everything());
    assert!(
        warnings(&report).contains("the platform admins are not known"),
        "{}",
        warnings(&report)
    );
    assert!(report.select(&Filter::default()).findings.iter().all(|place| {
        let workspace = report.findings.get(*place).and_then(|finding| finding.workspace);
        workspace != snapshot.workspace_no(&ws("system"))
    }));
}

#[tokio::test]
async fn only_the_workspaces_that_are_meant_are_in_the_report() {
    for faults in [&[][..], &["status=403:role_binding"]] {
        let (running, client) = demo(faults).await;
        let only = Globs::from_iter([Glob::exact_case("sys*").unwrap()]);
        let options = Options {
            workspaces: Some(only),
            ..options()
        };
        let report = collect(&client(PLATFORM_ADMIN), options, &mut |_| ())
            .await
            .report
            .unwrap();
        let names: Vec<&WorkspaceName> = report
            .snapshot
            .workspaces()
            .map(|(_, workspace)| &workspace.name)
            .collect();
        assert_eq!(names, [&ws("system")]);
        assert!(report.snapshot.principal_no(&Principal::everyone()).is_some());
        assert_eq!(
            (warnings(&report), report.snapshot.is_complete()),
            (String::new(), true)
        );
        running.stop().await;
    }
}
