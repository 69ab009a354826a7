//! Reading: what is sent, what is made of answers, and when a read is tried again.

use crate::api_given::{
    ENTITIES, TOKEN, client, connection, detail, given, json, limits, received, server_answering, ws,
};
use crate::api_wire::{answer, dead_address, serving};
use futures_util::{StreamExt as _, pin_mut};
use nmp_console::api::{
    Client, Connection, Coverage, Error, ErrorKind, Limits, TlsTrouble, Unexpected, Unreachable, Waiting,
};
use nmp_console::domain::ids::Principal;
use nmp_console::domain::resource::{ResourceKind, Tally};
use nmp_console::domain::retry::Trouble;
use rstest::rstest;
use serde_json::json as value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiremock::matchers::{any, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

const MEMBERS: &str = include_str!("../fixtures/members.json");
const WORKSPACES: &str = include_str!("../fixtures/workspaces.json");
const PROJECTS: &str = include_str!("../fixtures/projects.json");

/// Returns a client that writes down every wait.
fn observed(address: &str) -> (Client, Arc<Mutex<Vec<Waiting>>>) {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&waits);
    let client = client(address).observing(move |waiting| seen.lock().unwrap().push(waiting));
    (client, waits)
}

async fn members_error(address: &str) -> Error {
    client(address).members(&ws("ml-team")).await.unwrap_err()
}

#[tokio::test]
async fn says_who_it_is_and_who_is_asking() {
    let server = server_answering(json(200, MEMBERS)).await;
    client(&server.uri()).members(&ws("ml-team")).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    let header = |name: &str| {
        request
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("authorization"), Some(format!("Bearer {TOKEN}")));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(header("user-agent"), Some(format!("nmp-console/{version}")));
    assert_eq!(header("accept").as_deref(), Some("application/json"));
}

#[tokio::test]
async fn keeps_the_path_prefix_of_a_gateway() {
    let server = server_answering(json(200, MEMBERS)).await;
    let client = client(&format!("{}/gw/nmp/", server.uri()));
    client.members(&ws("ml-team")).await.unwrap();
    assert_eq!(
        received(&server).await,
        ["GET /gw/nmp/apis/entities/v2/workspaces/ml-team/members"]
    );
}

#[tokio::test]
async fn reads_recorded_answers() {
    let server = MockServer::start().await;
    let at = |tail: &str| format!("{ENTITIES}/workspaces{tail}");
    given(&server, "GET", &at(""), json(200, WORKSPACES)).await;
    given(&server, "GET", &at("/ml-team/members"), json(200, MEMBERS)).await;
    given(&server, "GET", &at("/ml-team/projects"), json(200, PROJECTS)).await;
    let client = client(&server.uri());

    let all = client.all_workspaces().await.unwrap();
    assert_eq!((all.coverage, all.n_total), (Coverage::Complete, 2));
    let names: Vec<&str> = all.rows.iter().map(|workspace| workspace.name.raw()).collect();
    assert_eq!(names, ["ml-team", "system"]);
    assert_eq!(
        all.rows[0].created_at,
        Some("2026-11-23T18:42:34.677800Z".parse().unwrap())
    );
    assert_eq!(all.rows[1].description, None);

    let roster = client.members(&ws("ml-team")).await.unwrap();
    let bob = roster.find(&Principal::from_platform("bob@x.com")).unwrap();
    assert_eq!(bob.roles.shown().as_str(), "Editor, Viewer, Custom");

    let kind = ResourceKind::Project;
    let projects = client.resources(&ws("ml-team"), kind, 1).await.unwrap().unwrap();
    assert_eq!(projects.rows[0].name.raw(), "p1");
    assert_eq!(client.count(&ws("ml-team"), kind).await.unwrap(), Tally::Number(1));
}

#[rstest]
#[case::envelope(r#"{"data":[{"principal":"al@x.com","roles":null,"granted_at":null,"novel":{}}],"novel":1}"#)]
#[case::bare(r#" [{"principal":"al@x.com"}]"#)]
#[tokio::test]
async fn reads_members_with_and_without_envelope(#[case] body: &str) {
    let server = server_answering(json(200, body)).await;
    let roster = client(&server.uri()).members(&ws("ml-team")).await.unwrap();
    assert_eq!(roster.len(), 1);
    assert!(roster.members()[0].roles.is_empty());
}

#[tokio::test]
async fn asks_for_living_workspaces_newest_first() {
    let server = server_answering(json(200, WORKSPACES)).await;
    client(&server.uri()).all_workspaces().await.unwrap();
    assert_eq!(
        received(&server).await,
        ["GET /apis/entities/v2/workspaces?page=1&page_size=200&sort=-created_at&filter=deletion_stage%3Anull"]
    );
}

/// A generation that does not know the filter still gets its list shown.
#[rstest]
#[case(400)]
#[case(422)]
#[case(500)]
#[tokio::test]
async fn lists_without_the_filter_where_it_is_not_known(#[case] status: u16) {
    let server = MockServer::start().await;
    Mock::given(query_param("filter", "deletion_stage:null"))
        .respond_with(detail(status, "no such field"))
        .mount(&server)
        .await;
    Mock::given(query_param_is_missing("filter"))
        .respond_with(json(200, WORKSPACES))
        .mount(&server)
        .await;
    let rows = client(&server.uri()).all_workspaces().await.unwrap().rows;
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn ends_a_list_with_the_error_that_stopped_it() {
    let server = server_answering(detail(403, "Forbidden")).await;
    let client = client(&server.uri());
    let pages = client.workspaces();
    pin_mut!(pages);
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Forbidden);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn tries_a_read_again_and_tells_before_each_wait() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(429).insert_header("retry-after", "7"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(any()).respond_with(json(200, MEMBERS)).mount(&server).await;
    let (client, waits) = observed(&server.uri());
    assert_eq!(client.members(&ws("ml-team")).await.unwrap().len(), 2);
    let waits = waits.lock().unwrap();
    assert_eq!((waits[0].attempt, waits[1].attempt, waits.len()), (1, 2, 2));
    assert_eq!(waits[0].trouble, Trouble::Busy { retry_after: None });
    // Seven seconds by the factor that the tests put on every wait.
    assert_eq!(waits[1].delay, Duration::from_millis(7));
    assert_eq!(waits[1].purpose.as_str(), "read the members of 'ml-team'");
}

#[rstest]
#[case(429, 4)]
#[case(502, 4)]
#[case(503, 4)]
#[case(504, 4)]
#[case(500, 1)]
#[case(400, 1)]
#[case(401, 1)]
#[case(403, 1)]
#[case(404, 1)]
#[case(422, 1)]
#[tokio::test]
async fn tries_four_times_at_most_and_only_what_may_pass(#[case] status: u16, #[case] n_tries: usize) {
    let server = server_answering(detail(status, "words")).await;
    let error = members_error(&server.uri()).await;
    assert_eq!(error.status(), Some(status));
    assert_eq!(received(&server).await.len(), n_tries);
}

#[tokio::test]
async fn gives_up_at_once_when_asked_to_wait_for_an_hour() {
    let server = server_answering(ResponseTemplate::new(429).insert_header("retry-after", "3600")).await;
    let error = members_error(&server.uri()).await;
    let retry_after = Some(Duration::from_hours(1));
    assert_eq!(error.kind(), &ErrorKind::RateLimited { retry_after });
    assert_eq!(received(&server).await.len(), 1);
}

#[tokio::test]
async fn tries_again_while_nothing_listens() {
    let address = dead_address().await;
    let (client, waits) = observed(&address);
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotConnected(Unreachable::Refused));
    assert_eq!(error.status(), None);
    assert_eq!(waits.lock().unwrap().len(), 3);
    assert!(error.next_step().as_str().contains("port"), "{}", error.next_step());
}

#[tokio::test]
async fn says_when_a_host_does_not_exist() {
    // A label beyond 63 characters is refused by the resolver itself, without a network.
    for scheme in ["http", "https"] {
        let connection = Connection {
            token: None,
            ..connection(&format!("{scheme}://{}.example", "a".repeat(64)))
        };
        let client = Client::new(connection).unwrap();
        let error = client.members(&ws("ml-team")).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::NotConnected(Unreachable::NoSuchHost));
    }
}

#[tokio::test]
async fn says_when_the_other_side_speaks_no_tls() {
    let server = serving(|mut caller| async move {
        caller
            .say("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            .await;
        caller.stall().await;
    })
    .await;
    let (client, waits) = observed(&server.address.replace("http:", "https:"));
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::NotConnected(Unreachable::Tls(TlsTrouble::NotTls)),
        "{error}"
    );
    assert!(waits.lock().unwrap().is_empty(), "it would fail the same again");
}

#[tokio::test]
async fn says_when_the_other_side_speaks_no_http() {
    let server = serving(|mut caller| async move {
        if caller.number > 1 {
            caller.request().await;
        }
        caller.say("SSH-2.0-OpenSSH_9.9\r\n\r\n").await;
        caller.stall().await;
    })
    .await;
    for _before_and_after_it_is_asked in 0..2 {
        let error = members_error(&server.address).await;
        let expected = ErrorKind::NotTheExpectedAnswer(Unexpected::NotHttp);
        assert_eq!(error.kind(), &expected, "{error}");
    }
}

#[tokio::test]
async fn tries_again_when_an_answer_breaks_off() {
    let server = serving(|mut caller| async move {
        while caller.request().await.is_some() {
            if caller.number < 3 {
                caller
                    .say("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":[")
                    .await;
                return;
            }
            caller.say(&answer("200 OK", MEMBERS)).await;
        }
    })
    .await;
    let roster = client(&server.address).members(&ws("ml-team")).await.unwrap();
    assert_eq!(roster.len(), 2);
    assert_eq!(server.requests.count("GET"), 3);
}

#[tokio::test]
async fn leaves_a_server_that_never_answers() {
    let server = serving(|mut caller| async move {
        caller.request().await;
        caller.stall().await;
    })
    .await;
    let waits = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&waits);
    let read = Duration::from_millis(50);
    let client = Client::new(Connection {
        limits: Limits { read, ..limits() },
        ..connection(&server.address)
    })
    .unwrap()
    .observing(move |waiting| seen.lock().unwrap().push(waiting.trouble));
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TimedOut);
    assert_eq!(*waits.lock().unwrap(), [Trouble::TimedOut; 3]);
}

#[rstest]
#[case::page(200, "<!doctype html><title>Sign in</title>", Unexpected::Html, Some("Sign in"))]
#[case::text(200, "OK\n", Unexpected::NotJson, Some("OK"))]
#[case::nothing(200, "", Unexpected::NotJson, None)]
#[case::cut_short(
    200,
    r#"{"data":["#,
    Unexpected::NotJson,
    Some("the answer ends too early or is not JSON")
)]
#[case::other_json(200, r#"{"message":"hi"}"#, Unexpected::Shape, Some("at .: 'data' is missing"))]
#[case::wrong_row(
    200,
    r#"{"data":[{"principal":"a@x"},{"principal":[]}]}"#,
    Unexpected::Shape,
    Some("at data[1].principal: a text is needed, not a list")
)]
#[case::hostile(200, "\u{1b}]0;owned\u{7}", Unexpected::NotJson, Some("\\x1b]0;owned\\x07"))]
#[tokio::test]
async fn never_takes_something_else_for_an_answer(
    #[case] status: u16,
    #[case] body: &str,
    #[case] what: Unexpected,
    #[case] said: Option<&str>,
) {
    let server = server_answering(json(status, body)).await;
    let error = members_error(&server.uri()).await;
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(what));
    assert_eq!(error.said().map(|said| said.as_str().to_owned()).as_deref(), said);
    assert_eq!(received(&server).await.len(), 1, "asking again would not help");
}

#[tokio::test]
async fn reads_no_more_than_its_cap() {
    let huge = format!(r#"{{"data":[{{"principal":"{}"}}]}}"#, "x".repeat(10_000));
    let server = server_answering(json(200, &huge)).await;
    let capped = |body| {
        Client::new(Connection {
            limits: Limits { body, ..limits() },
            ..connection(&server.uri())
        })
        .unwrap()
    };
    assert!(capped(huge.len()).members(&ws("ml-team")).await.is_ok());
    let error = capped(huge.len() - 1).members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::TooLarge));
}

#[tokio::test]
async fn understands_an_error_however_long_its_body() {
    let page = format!("<html><title>Forbidden</title>{}", "x".repeat(2_000_000));
    let server = server_answering(json(403, &page)).await;
    let error = members_error(&server.uri()).await;
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Html));
    assert_eq!(
        error.said().map(|said| said.as_str().to_owned()).as_deref(),
        Some("Forbidden")
    );
}

#[tokio::test]
async fn never_follows_a_redirect() {
    let server = MockServer::start().await;
    let elsewhere = format!("{}/elsewhere", server.uri());
    Mock::given(path("/elsewhere"))
        .respond_with(json(200, MEMBERS))
        .mount(&server)
        .await;
    for status in [301, 302, 303, 307, 308] {
        let redirect =
            ResponseTemplate::new(status).insert_header("location", format!("{elsewhere}?state=s3cret").as_str());
        let _guard = Mock::given(path(format!("{ENTITIES}/workspaces/ml-team/members")))
            .respond_with(redirect)
            .mount_as_scoped(&server)
            .await;
        let error = members_error(&server.uri()).await;
        assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Redirect));
        assert_eq!(error.status(), Some(status));
        let said = error.said().map(ToString::to_string);
        assert_eq!(
            said,
            Some(format!("it points to {elsewhere}")),
            "so that it can be used"
        );
    }
    assert!(!received(&server).await.iter().any(|line| line.contains("elsewhere")));
}

/// However long it is, and where it is too long to be read to its end: what was sent is not shown.
#[rstest]
#[case::long(2_000, "0: Input should be a valid list; 1: ")]
#[case::too_long(20_000, "the answer ends too early or is not JSON")]
#[tokio::test]
async fn shows_nothing_of_what_a_long_error_repeats(#[case] n_entries: usize, #[case] begins: &str) {
    let entries = (0..n_entries).map(|n| {
        value!({"type": "list_type", "loc": ["body", n.to_string()], "msg": "Input should be a valid list", "input": "s3cret-input"})
    });
    let body = value!({ "detail": entries.collect::<Vec<_>>() }).to_string();
    assert!(body.len() > 128 * 1024);
    let server = server_answering(json(422, &body)).await;
    let error = members_error(&server.uri()).await;
    let said = error.said().unwrap().as_str();
    assert!(said.starts_with(begins), "{said}");
    assert!(!format!("{error:?} {error}").contains("s3cret"), "{said}");
}
