//! What the client never does: change anything on a read-only connection, show the token, or send it in the clear.

use crate::api_given::{
    ENTITIES, TOKEN, add, client, connection, detail, every_change, given, json, lacks, read_only_client, received,
    server_answering, ws,
};
use futures_util::StreamExt as _;
use nmp_console::api::{BaseUrl, Client, Connection, ErrorKind, Mode, Propagation, Uptime};
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::role::Role;
use nmp_console::domain::workspace::CallerAccess;
use rstest::rstest;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiremock::MockServer;

const WORKSPACE: &str = r#"{"name":"ml-team"}"#;

#[tokio::test]
async fn a_read_only_connection_sends_no_change_of_any_kind() {
    let server = server_answering(json(200, "{}")).await;
    let client = read_only_client(&server.uri());
    for change in every_change() {
        for propagation in [Propagation::Skip, Propagation::Await] {
            let error = client.apply(&change, propagation).await.unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::ReadOnly, "{change:?}");
            assert!(!error.is_outcome_unknown());
        }
    }
    assert_eq!(received(&server).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_permit_opens_a_read_only_connection_until_it_ends_and_no_longer() {
    let server = server_answering(json(200, "{}")).await;
    let seconds = Arc::new(AtomicU64::new(1_000));
    let told = Arc::clone(&seconds);
    let by = Uptime::told_by(move || Duration::from_secs(told.load(Ordering::Relaxed)));
    let client = Client::new(Connection {
        mode: Mode::ReadOnly,
        liftable_by: Some(by),
        ..connection(&server.uri())
    })
    .unwrap();
    let change = add("bob@example.com", &["Viewer"]);
    let permit = client.permit(Duration::from_mins(5)).unwrap();
    let is_refused = async || match client.clone().apply(&change, Propagation::Skip).await {
        Ok(_) => false,
        Err(error) => *error.kind() == ErrorKind::ReadOnly,
    };
    assert!(is_refused().await, "a permit alone opens nothing");
    client.lift_read_only(permit);
    seconds.store(1_299, Ordering::Relaxed);
    assert!(!is_refused().await, "clones have it, too");
    let n_sent = received(&server).await.len();
    seconds.store(1_300, Ordering::Relaxed);
    assert!(is_refused().await);
    client.lift_read_only(permit);
    assert!(is_refused().await, "a permit that is over opens nothing");

    client.lift_read_only(client.permit(Duration::from_mins(5)).unwrap());
    client.end_lift();
    assert!(is_refused().await);
    assert_eq!(received(&server).await.len(), n_sent);
}

#[test]
fn a_read_only_connection_gives_no_permit_where_it_cannot_be_lifted() {
    assert_eq!(read_only_client("http://127.0.0.1:1").permit(Duration::MAX), None);
}

#[tokio::test]
async fn a_read_only_connection_finds_out_rights_by_reads_alone() {
    let server = MockServer::start().await;
    given(
        &server,
        "GET",
        "/apis/auth/discovery",
        json(200, r#"{"auth_enabled":true}"#),
    )
    .await;
    given(
        &server,
        "GET",
        "/cluster-info",
        json(200, r#"{"platform_version":"0.8.1"}"#),
    )
    .await;
    let at = |tail: &str| format!("{ENTITIES}/workspaces{tail}");
    given(&server, "GET", &at("/ml-team/members"), detail(403, "Forbidden")).await;
    given(&server, "GET", &at("/ml-team"), json(200, WORKSPACE)).await;
    given(&server, "GET", &at("/ml-team/projects"), json(200, r#"{"data":[]}"#)).await;
    given(&server, "GET", &at(""), json(200, r#"{"data":[]}"#)).await;
    let client = read_only_client(&server.uri());

    assert_eq!(client.server_info().await.unwrap().may_create, Allowed::Unknown);
    let inspection = client.caller_access(&ws("ml-team"), false).await.unwrap();
    assert_eq!(inspection.caller_access, CallerAccess::AtLeastViewer);
    assert!(client.resources(&ws("ml-team"), ResourceKind::Project, 1).await.is_ok());
    assert!(Box::pin(client.workspaces()).next().await.unwrap().is_ok());

    let others: Vec<String> = received(&server).await;
    assert!(
        !others.is_empty() && others.iter().all(|line| line.starts_with("GET ")),
        "{others:?}"
    );
}

/// Admin by the member list, Editor by a POST that creates nothing, Viewer by a GET, nothing by 403 three times.
#[rstest]
#[case(200, 422, 200, false, CallerAccess::Holds(Role::Admin), 1)]
#[case(200, 422, 200, true, CallerAccess::PlatformAdmin, 1)]
#[case(403, 422, 200, false, CallerAccess::Holds(Role::Editor), 2)]
#[case(403, 403, 200, false, CallerAccess::Holds(Role::Viewer), 3)]
#[case(403, 403, 403, false, CallerAccess::Nothing, 3)]
#[case(403, 503, 200, false, CallerAccess::AtLeastViewer, 3)]
#[tokio::test]
async fn finds_out_what_the_caller_may_do(
    #[case] members: u16,
    #[case] projects: u16,
    #[case] workspace: u16,
    #[case] is_platform_admin: bool,
    #[case] caller_access: CallerAccess,
    #[case] n_requests: usize,
) {
    let server = MockServer::start().await;
    let at = format!("{ENTITIES}/workspaces/ml-team");
    let answer = |status, good: &str| match status {
        200 => json(200, good),
        422 => lacks("name"),
        status => detail(status, "words"),
    };
    given(
        &server,
        "GET",
        &format!("{at}/members"),
        answer(members, r#"{"data":[]}"#),
    )
    .await;
    given(&server, "POST", &format!("{at}/projects"), answer(projects, "{}")).await;
    given(&server, "GET", &at, answer(workspace, WORKSPACE)).await;
    let client = client(&server.uri());
    let inspection = client.caller_access(&ws("ml-team"), is_platform_admin).await.unwrap();
    assert_eq!(inspection.caller_access, caller_access);
    assert_eq!(inspection.roster.is_ok(), members == 200);
    let requests = received(&server).await;
    assert_eq!(requests.len(), n_requests);
    assert!(
        requests
            .iter()
            .all(|line| !line.starts_with("POST") || line.ends_with("/projects {}")),
        "a probe carries nothing that could be created: {requests:?}"
    );
}

#[rstest]
#[case(401, ErrorKind::Unauthorized)]
#[case(404, ErrorKind::NotFound)]
#[tokio::test]
async fn says_why_rights_cannot_be_found_out(#[case] status: u16, #[case] kind: ErrorKind) {
    let server = server_answering(detail(status, "words")).await;
    let error = client(&server.uri())
        .caller_access(&ws("ml-team"), false)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &kind);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_prints_the_token() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process, so that the tests beside this one cannot decide that nobody wants these events; what they
    // log must be just as free of tokens.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let echoed = format!(r#"{{"detail":[{{"loc":["body"],"msg":"bad","input":"{TOKEN}"}}]}}"#);
    let server = server_answering(json(422, &echoed)).await;
    let connection = connection(&server.uri());
    let mut printed = vec![format!("{connection:?}")];
    let client = Client::new(connection).unwrap();
    for change in every_change() {
        let error = client.apply(&change, Propagation::Skip).await.unwrap_err();
        let source = std::error::Error::source(&error);
        printed.push(format!("{error} {error:?} {} {source:?}", error.next_step()));
    }
    printed.push(format!("{client:?} {:?}", client.members(&ws("ml-team")).await));

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("path=/apis/entities/v2/workspaces/ml-team/members"),
        "{log}"
    );
    assert!(!log.contains(TOKEN), "{log}");
    assert!(!printed.join("\n").contains(TOKEN), "{printed:?}");
    let requests = server.received_requests().await.unwrap();
    assert!(
        requests
            .iter()
            .all(|request| request.headers.contains_key("authorization"))
    );
}

#[rstest]
#[case("http://nmp.example.com", true)]
#[case("http://192.0.2.7:8080", true)]
#[case("https://nmp.example.com", false)]
#[case("http://localhost:8080", false)]
#[case("http://127.0.0.2:8080", false)]
#[case("http://[::1]:8080", false)]
fn refuses_to_send_a_token_in_the_clear(#[case] address: &str, #[case] is_refused: bool) {
    let made = Client::new(connection(address));
    assert_eq!(made.is_err(), is_refused);
    if let Err(error) = made {
        assert_eq!(error.kind(), &ErrorKind::InsecureToken);
    }
    let without = Connection::to(BaseUrl::parse(address).unwrap());
    assert!(Client::new(without).is_ok());
}

#[rstest]
#[case("")]
#[case("two\nlines")]
#[case("with blank")]
#[case("é")]
fn refuses_what_cannot_be_a_token(#[case] token: &str) {
    let connection = Connection {
        token: Some(token.to_owned().into()),
        ..connection("http://localhost:1")
    };
    let error = Client::new(connection).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::BadToken);
    assert!(token.is_empty() || !format!("{error:?} {error}").contains(token));
}

#[rstest]
#[case(b"not a certificate")]
#[case(b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n")]
fn refuses_authorities_that_are_none(#[case] pem: &[u8]) {
    let connection = Connection {
        authorities: pem.to_vec(),
        ..connection("https://nmp.example.com")
    };
    let error = Client::new(connection).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::BadAuthorities);
    assert!(error.said().is_some());
}
