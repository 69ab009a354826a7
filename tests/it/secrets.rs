//! A server that repeats what it was sent: nothing of it is shown, exported or logged.

use crate::api_given::{ENTITIES, given, json, limits};
use crate::login_given::{Double, Mood};
use crate::session_given::Session;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use nmp_console::api::{BaseUrl, Client, Connection, Propagation};
use nmp_console::domain::proxy::{Exempt, Proxies, Proxy};
use nmp_console::login::discovery;
use nmp_console::login::provider::{self, NotRenewed};
use rstest::rstest;
use std::path::Path;
use std::process::{Command, Output};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Returns a token as platforms take them.
fn token() -> String {
    let claims = r#"{"sub":"5c1a8e","email":"alice@example.com","iat":1700000000,"exp":4100000000}"#;
    let [header, claims] = [r#"{"alg":"RS256","kid":"k1"}"#, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU")
}

/// Panics where `text` holds a piece of a secret that is longer than chance.
fn holds_nothing_of(secret: &str, text: &str) {
    let parts = secret.split('.').filter(|part| part.len() >= 12);
    for part in parts {
        for piece in part.as_bytes().windows(12) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!text.contains(piece), "{piece} in {text}");
        }
    }
}

type Dress = fn(&str) -> String;

/// Answers with what was in the header, in some dress.
fn repeating(status: u16, kind: &'static str, dress: Dress) -> impl Fn(&Request) -> ResponseTemplate + Send + Sync {
    move |request: &Request| {
        let header = request
            .headers
            .get("authorization")
            .map_or("", |value| value.to_str().unwrap());
        let answer = ResponseTemplate::new(status).set_body_raw(dress(header), kind);
        let target = format!("https://elsewhere.example/{header}");
        answer.insert_header("location", target.replace(' ', "%20").as_str())
    }
}

fn in_words(header: &str) -> String {
    serde_json::json!({ "detail": format!("bad header 'authorization: {header}'") }).to_string()
}

fn cut_short(header: &str) -> String {
    in_words(header.get(..header.len() * 2 / 3).unwrap())
}

fn its_payload(header: &str) -> String {
    in_words(header.split('.').nth(1).unwrap_or_default())
}

fn in_base64(header: &str) -> String {
    in_words(&STANDARD.encode(header))
}

fn over_lines(header: &str) -> String {
    let lines: Vec<&str> = header
        .as_bytes()
        .chunks(11)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    in_words(&lines.join("\n"))
}

fn in_a_page(header: &str) -> String {
    format!("<!DOCTYPE html><title>Blocked: {header}</title>")
}

fn in_broken_json(header: &str) -> String {
    format!(r#"{{"detail": "{header}"#)
}

fn as_text(header: &str) -> String {
    format!("denied {header}\n")
}

fn about_a_field(header: &str) -> String {
    serde_json::json!({"detail": [{"type": "x", "loc": ["header", header], "msg": header, "input": header}]})
        .to_string()
}

#[rstest]
#[tokio::test]
async fn no_error_repeats_the_header(
    #[values(200, 301, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503)] status: u16,
    #[values(
        in_words,
        cut_short,
        its_payload,
        in_base64,
        over_lines,
        in_a_page,
        in_broken_json,
        as_text,
        about_a_field
    )]
    dress: Dress,
) {
    let server = MockServer::start().await;
    let answer = repeating(status, "application/json", dress);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let token = token();
    let client = Client::new(Connection {
        token: Some(token.clone().into()),
        limits: limits(),
        ..Connection::to(BaseUrl::parse(&server.uri()).unwrap())
    })
    .unwrap();
    let members = client.members(&crate::api_given::ws("ml-team")).await.unwrap_err();
    let workspace = client.workspace(&crate::api_given::ws("ml-team")).await.unwrap_err();
    let change = crate::api_given::add("al@x.com", &["Viewer"]);
    let change = client.apply(&change, Propagation::Skip).await;
    let said = format!(
        "{members} {members:?} {:?} {workspace} {change:?} {}",
        members.field_errors(),
        members.headline()
    );
    holds_nothing_of(&token, &said);
    holds_nothing_of(&STANDARD.encode(format!("Bearer {token}")), &said);
    assert!(!said.contains(&over_lines(&token)), "{said}");
}

/// Lists two workspaces, and repeats the header in everything else.
async fn gateway(status: u16) -> MockServer {
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
        json(200, r#"{"auth_enabled":true,"oidc":null}"#),
    )
    .await;
    let authenticated = json(200, include_str!("../fixtures/authenticate.json"));
    given(&server, "GET", "/apis/auth/authenticate", authenticated).await;
    let list = json(200, include_str!("../fixtures/workspaces.json"));
    given(&server, "GET", &format!("{ENTITIES}/workspaces"), list).await;
    let answer = repeating(status, "application/json", in_words);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn run(home: &Path, url: &str, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home)
        .env("NMP_BASE_URL", url)
        .env("NMP_ACCESS_TOKEN", token())
        .current_dir(home)
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_report_and_no_log_repeats_the_header(
    #[values("table", "json", "csv", "markdown", "sarif")] format: &str,
    #[values(400, 403, 418, 422, 500)] status: u16,
) {
    let server = gateway(status).await;
    let home = tempfile::tempdir().unwrap();
    let arguments = format!("audit --format {format} -vv --log-file log --output report.{format}");
    let output = run(home.path(), &server.uri(), &arguments);
    let report = std::fs::read_to_string(home.path().join(format!("report.{format}"))).unwrap_or_default();
    let log = std::fs::read_to_string(home.path().join("log")).unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    holds_nothing_of(&token(), &format!("{said}{report}{log}"));
    assert!(log.contains("request"), "{log}");
    assert!(
        status == 403 || report.contains("***"),
        "the words of the server are there, but for the token: {report} {said}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_line_on_stderr_repeats_the_header(#[values(400, 401, 418, 500)] status: u16) {
    let server = MockServer::start().await;
    given(
        &server,
        "GET",
        "/apis/auth/discovery",
        json(200, r#"{"auth_enabled":true,"oidc":null}"#),
    )
    .await;
    let answer = repeating(status, "application/json", in_words);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &server.uri(), "whoami");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    holds_nothing_of(&token(), &said);
    assert!(said.contains("***"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_repeats_the_header() {
    let server = gateway(500).await;
    let mut session = Session::at(&server.uri(), Some(token()), None);
    session.settle().await;
    let list = session.screen();
    session.press("enter").await.settle().await;
    let members = session.screen();
    holds_nothing_of(&token(), &format!("{list}{members}"));
    assert!(members.contains("***"), "{members}");
}

/// What the provider repeats of the form it was sent.
#[rstest]
#[case::in_words(
    r#"{"error":"invalid_request","error_description":"bad form: refresh_token=REFRESH&device_code=secret-code"}"#
)]
#[case::as_its_code(r#"{"error":"REFRESH secret-code"}"#)]
#[case::as_the_platform(r#"{"detail":"REFRESH secret-code"}"#)]
#[tokio::test]
async fn no_word_of_a_provider_repeats_the_form(#[case] body: &str) {
    const REFRESH: &str = "1//0gLongRefreshTokenOfTheProvider-abcdef";
    let double = Double::start().await;
    let client = Client::new(double.connection()).unwrap();
    let named = discovery::ask(&client).await.unwrap().provider.unwrap();
    let (connection, clock) = (double.connection(), double.hand.seen(0));
    let grant = named.device().unwrap();
    let started = provider::start(&grant, None, &connection, &clock).await.unwrap();
    let body: &'static str = body.replace("REFRESH", REFRESH).leak();
    double.set_mood(Mood::Says(400, body));
    let renewal = named.renewal(None).unwrap();
    let why = provider::renew(&renewal, &REFRESH.into(), &connection)
        .await
        .unwrap_err();
    let NotRenewed::Refused(Some(renewed)) = why else {
        panic!("{why:?}")
    };
    let polled = provider::poll(&started, &grant, &connection, &clock).await.unwrap_err();
    let all = format!("{renewed} {polled} {polled:?}");
    holds_nothing_of(REFRESH, &all);
    assert!(!all.contains("secret-code") && all.contains("***"), "{all}");
    let broker = named.renewal(Some(&format!("{}/broker", double.url))).unwrap();
    let why = provider::renew(&broker, &REFRESH.into(), &connection)
        .await
        .unwrap_err();
    holds_nothing_of(REFRESH, &format!("{why:?}"));
}

/// A proxy that passes on what it was sent.
#[tokio::test]
async fn no_error_repeats_what_the_proxy_was_sent() {
    let proxy = MockServer::start().await;
    let answer = |request: &Request| {
        let header = request.headers.get("proxy-authorization").unwrap().to_str().unwrap();
        ResponseTemplate::new(502).set_body_string(format!("{header} is al:correct horse battery staple"))
    };
    Mock::given(any()).respond_with(answer).mount(&proxy).await;
    let address = proxy
        .uri()
        .replace("http://", "http://al:correct%20horse%20battery%20staple@");
    let client = Client::new(Connection {
        limits: limits(),
        proxies: Proxies {
            http: Some(Proxy::parse(&address, "HTTP_PROXY".into()).unwrap()),
            https: None,
            exempt: Exempt::default(),
        },
        ..Connection::to(BaseUrl::parse("http://nmp.example").unwrap())
    })
    .unwrap();
    let error = client.sign_in().await.unwrap_err();
    let said = error.said().unwrap().as_str();
    assert_eq!(said, "Basic ***== is al:***");
}

/// Names are data, and yet none of them can be the token.
#[tokio::test]
async fn no_name_that_comes_back_is_the_token() {
    let server = MockServer::start().await;
    let answer = |request: &Request| {
        let header = request.headers.get("authorization").unwrap().to_str().unwrap();
        let member = serde_json::json!({"principal": "al@x.com", "roles": ["Viewer"], "granted_by": header});
        json(200, &serde_json::json!({ "data": [member] }).to_string())
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = Client::new(Connection {
        token: Some(token().into()),
        ..Connection::to(BaseUrl::parse(&server.uri()).unwrap())
    })
    .unwrap();
    let roster = client.members(&crate::api_given::ws("ml-team")).await.unwrap();
    let member = &roster.members()[0];
    assert_eq!(member.principal.raw(), "al@x.com");
    assert_eq!(member.granted_by.as_deref(), Some("Bearer ***"));
}
