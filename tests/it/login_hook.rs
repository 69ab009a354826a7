//! How the client asks for its token: before each request, and once more when the server turned one down.

use crate::api_given::{add, connection, detail, json, received, ws};
use jiff::Timestamp;
use nmp_console::api::{Bearer, Client, Connection, ErrorKind, Propagation, TokenProblem, TokenUnavailable, Tokens};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::text::SafeText;
use nmp_console::runtime;
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::{Arc, Mutex};
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Tokens that were decided beforehand, and what was asked for.
#[derive(Debug)]
struct Given {
    current: Result<Option<&'static str>, TokenUnavailable>,
    other: Result<Option<&'static str>, TokenUnavailable>,
    log: Mutex<Vec<String>>,
}

impl Given {
    fn note(&self, what: String) {
        self.log.lock().unwrap().push(what);
    }
}

type Answer = Result<Option<SecretString>, TokenUnavailable>;

fn answer(given: &Result<Option<&'static str>, TokenUnavailable>) -> Answer {
    given.clone().map(|token| token.map(SecretString::from))
}

impl Tokens for Given {
    fn current(&self) -> futures_util::future::BoxFuture<'_, Answer> {
        self.note("current".to_owned());
        Box::pin(std::future::ready(answer(&self.current)))
    }

    fn instead_of(&self, refused: SecretString) -> futures_util::future::BoxFuture<'_, Answer> {
        self.note(format!("instead of {}", refused.expose_secret()));
        Box::pin(std::future::ready(answer(&self.other)))
    }

    fn heard_clock(&self, server: Timestamp) {
        self.note(format!("clock {server}"));
    }
}

fn unavailable(how: TokenProblem) -> TokenUnavailable {
    let said = Some(SafeText::new("grant request is invalid"));
    TokenUnavailable { how, said }
}

fn given(
    server: &MockServer,
    current: Result<Option<&'static str>, TokenUnavailable>,
    other: Result<Option<&'static str>, TokenUnavailable>,
) -> (Client, Arc<Given>) {
    let log = Mutex::default();
    let given = Arc::new(Given { current, other, log });
    let tokens: Arc<dyn Tokens> = Arc::<Given>::clone(&given);
    let client = Client::new(Connection {
        token: Some(Bearer::Kept(tokens)),
        ..connection(&server.uri())
    });
    (client.unwrap(), given)
}

/// Takes `good`, and nothing else.
async fn server(good: &str) -> MockServer {
    let server = MockServer::start().await;
    let date = |answer: ResponseTemplate| answer.insert_header("date", "Fri, 15 Jan 2027 08:00:00 GMT");
    Mock::given(header("authorization", format!("Bearer {good}").as_str()))
        .respond_with(date(json(200, r#"{"data":[]}"#)))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(date(detail(401, "Invalid or expired token")))
        .mount(&server)
        .await;
    server
}

async fn read(client: &Client) -> Result<(), nmp_console::api::Error> {
    client.members(&ws("ml-team")).await.map(drop)
}

#[tokio::test]
async fn a_token_that_holds_is_sent_as_it_is() {
    let server = server("one").await;
    let (client, given) = given(&server, Ok(Some("one")), Ok(Some("two")));
    read(&client).await.unwrap();
    assert_eq!(*given.log.lock().unwrap(), ["current", "clock 2027-01-15T08:00:00Z"]);
    assert_eq!(client.server_clock(), Some("2027-01-15T08:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn one_that_was_turned_down_is_replaced_once() {
    let server = server("two").await;
    let (client, given) = given(&server, Ok(Some("one")), Ok(Some("two")));
    read(&client).await.unwrap();
    let log = given.log.lock().unwrap().clone();
    let asked: Vec<&String> = log.iter().filter(|line| !line.starts_with("clock")).collect();
    assert_eq!(asked, ["current", "instead of one"]);
    assert_eq!(received(&server).await.len(), 2);
}

/// What stands in front of a platform can turn a token down after the platform has done what was asked.
#[tokio::test]
async fn a_change_that_was_turned_down_for_its_token_is_not_sent_again_unseen() {
    let server = server("two").await;
    let (client, given) = given(&server, Ok(Some("one")), Ok(Some("two")));
    let error = client
        .apply(&add("al@x.com", &["Viewer"]), Propagation::Skip)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.is_outcome_unknown()),
        (&ErrorKind::TurnedDown, true)
    );
    assert_eq!(received(&server).await.len(), 1);
    let log = given.log.lock().unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("instead")).count(), 1);
}

#[tokio::test]
async fn the_replacement_is_not_replaced_again() {
    let server = server("three").await;
    let (client, given) = given(&server, Ok(Some("one")), Ok(Some("two")));
    for n in 1..=2 {
        let error = read(&client).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Unauthorized);
        assert_eq!(received(&server).await.len(), 2 * n);
    }
    let log = given.log.lock().unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("instead")).count(), 2);
}

#[tokio::test]
async fn where_there_is_no_other_token_the_refusal_stands() {
    let server = server("two").await;
    let (client, _) = given(&server, Ok(Some("one")), Ok(None));
    let error = read(&client).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    assert_eq!(error.said().unwrap().as_str(), "Invalid or expired token");
    assert_eq!(received(&server).await.len(), 1);
}

#[rstest]
#[case::login_required(
    TokenProblem::LoginRequired,
    ErrorKind::SessionExpired,
    FailureKind::Unauthorized,
    "session expired"
)]
#[case::temporary(
    TokenProblem::Temporary,
    ErrorKind::NotRenewed,
    FailureKind::NeverSent,
    "session expired, and it cannot be renewed now"
)]
#[tokio::test]
async fn a_token_that_lapsed_is_told_as_such(
    #[case] how: TokenProblem,
    #[case] kind: ErrorKind,
    #[case] told: FailureKind,
    #[case] why: &str,
) {
    let server = server("two").await;
    let change = add("al@x.com", &["Viewer"]);
    let (unsent, _) = given(&server, Err(unavailable(how)), Ok(None));
    let (turned_down, _) = given(&server, Ok(Some("one")), Err(unavailable(how)));
    let unsent = unsent.apply(&change, Propagation::Skip).await.unwrap_err();
    assert_eq!(received(&server).await.len(), 0);
    let turned_down = read(&turned_down).await.unwrap_err();
    assert_eq!(received(&server).await.len(), 1);
    for error in [unsent, turned_down] {
        assert_eq!((error.kind(), error.is_outcome_unknown()), (&kind, false));
        let failure = runtime::failure(&error);
        assert_eq!((failure.kind.clone(), failure.why()), (told.clone(), why));
        assert_eq!(failure.said.unwrap().as_str(), "grant request is invalid");
        assert!(failure.next.as_str().contains("og in again"), "{}", failure.next);
    }
}

/// A change that went out is never said to have stayed here, whatever became of the renewal.
#[rstest]
#[case::login_required(TokenProblem::LoginRequired, ErrorKind::SessionExpired)]
#[case::temporary(TokenProblem::Temporary, ErrorKind::Unauthorized)]
#[tokio::test]
async fn a_change_whose_token_lapsed_meanwhile_went_out_once(#[case] how: TokenProblem, #[case] kind: ErrorKind) {
    let server = server("two").await;
    let (client, _) = given(&server, Ok(Some("one")), Err(unavailable(how)));
    let change = add("al@x.com", &["Viewer"]);
    let error = client.apply(&change, Propagation::Skip).await.unwrap_err();
    assert_eq!(error.kind(), &kind);
    assert_ne!(runtime::failure(&error).kind, FailureKind::NeverSent);
    assert_eq!(received(&server).await.len(), 1);
}

#[tokio::test]
async fn no_token_is_asked_for_where_the_server_answers_everybody() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(json(200, r#"{"auth_enabled":false,"oidc":null}"#))
        .mount(&server)
        .await;
    let (client, given) = given(&server, Ok(Some("one")), Ok(None));
    client.sign_in().await.unwrap();
    assert!(!given.log.lock().unwrap().contains(&"current".to_owned()));
    client.server_info().await.unwrap();
    assert!(!given.log.lock().unwrap().contains(&"current".to_owned()));
    let requests = server.received_requests().await.unwrap();
    assert!(
        requests
            .iter()
            .all(|request| !request.headers.contains_key("authorization"))
    );
}

#[tokio::test]
async fn a_token_no_header_can_carry_is_never_sent() {
    let server = server("one").await;
    let (client, _) = given(&server, Ok(Some("one\r\nx: y")), Ok(None));
    assert_eq!(read(&client).await.unwrap_err().kind(), &ErrorKind::BadToken);
    assert_eq!(received(&server).await.len(), 0);
}
