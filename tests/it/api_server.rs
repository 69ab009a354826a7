//! The first questions to a server.

use crate::api_given::{ENTITIES, client, connection, detail, given, json, lacks, received, server_answering, ws};
use crate::api_wire::dead_address;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nmp_console::api::{BaseUrl, Client, Connection, ErrorKind, Unexpected, Unreachable};
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::{Allowed, Generation, ServerInfo, Support};
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::workspace::CallerAccess;
use rstest::rstest;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const DISCOVERY: &str = "/apis/auth/discovery";
const AUTHENTICATE: &str = "/apis/auth/authenticate";
const AUTHENTICATED: &str = include_str!("../fixtures/authenticate.json");
const NO_ROWS: &str = r#"{"data":[],"pagination":{"total_results":0}}"#;
const AUTH_ON: &str = r#"{"auth_enabled":true,"oidc":null}"#;

/// Of a workspace that somebody is deleting.
const DYING: &str = r#"{"deletion_stage":"pending","deletion_error":null,"updated_at":"2026-11-23T08:33:37.071775"}"#;

fn page(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html><title>Not here</title></html>", "text/html")
}

fn unauthorized() -> ResponseTemplate {
    detail(401, "Unauthorized")
}

fn description(title: &str) -> ResponseTemplate {
    json(
        200,
        &format!(r#"{{"openapi":"3.1.0","info":{{"title":"{title}","version":"0.0.1"}}}}"#),
    )
}

fn role_binding() -> String {
    format!("{ENTITIES}/workspaces/-/entities/role_binding")
}

fn deletions() -> String {
    format!("{ENTITIES}/workspace-deletions/zz-nope")
}

fn workspaces() -> String {
    format!("{ENTITIES}/workspaces")
}

/// A platform of the newest generation whose caller is an ordinary user; what `differs` comes first and wins.
async fn platform(differs: &[(&str, &str, ResponseTemplate)]) -> MockServer {
    let server = MockServer::start().await;
    for (verb, at, answer) in differs {
        given(&server, verb, at, answer.clone()).await;
    }
    given(
        &server,
        "GET",
        "/cluster-info",
        json(200, r#"{"platform_version":"0.8.1","revision":"dev"}"#),
    )
    .await;
    given(
        &server,
        "GET",
        "/status",
        json(200, include_str!("../fixtures/status.json")),
    )
    .await;
    given(&server, "GET", DISCOVERY, json(200, AUTH_ON)).await;
    given(&server, "GET", AUTHENTICATE, json(200, AUTHENTICATED)).await;
    given(
        &server,
        "GET",
        &deletions(),
        detail(404, "Workspace 'zz-nope' not found"),
    )
    .await;
    given(&server, "GET", &role_binding(), detail(403, "Forbidden")).await;
    given(&server, "POST", &workspaces(), lacks("name")).await;
    server
}

async fn info(server: &MockServer) -> ServerInfo {
    client(&server.uri()).server_info().await.unwrap()
}

#[tokio::test]
async fn learns_what_it_is_and_who_is_asking() {
    let server = platform(&[]).await;
    let info = info(&server).await;
    assert_eq!(info.version.unwrap().as_str(), "0.8.1");
    assert_eq!(info.generation, Generation::Helix);
    assert_eq!(info.health.unwrap().as_str(), "degraded");
    assert_eq!(info.identity.subject.as_deref(), Some("0a1b"));
    assert_eq!(info.identity.email.as_deref(), Some("al@x.com"));
    assert_eq!(info.identity.groups, ["ml-leads"]);
    assert!(info.identity.is_confirmed && info.is_auth_enabled);
    assert_eq!((info.platform_admin, info.may_create), (Allowed::No, Allowed::Yes));
}

#[tokio::test]
async fn asks_no_more_than_it_must_and_posts_nothing_but_an_empty_object() {
    let server = platform(&[]).await;
    info(&server).await;
    let mut requests = received(&server).await;
    requests.sort();
    assert_eq!(
        requests,
        [
            "GET /apis/auth/authenticate",
            "GET /apis/auth/discovery",
            "GET /apis/entities/v2/workspace-deletions/zz-nope",
            "GET /apis/entities/v2/workspaces/-/entities/role_binding?page_size=1",
            "GET /cluster-info",
            "GET /status",
            "POST /apis/entities/v2/workspaces {}",
        ]
    );
}

#[tokio::test]
async fn shows_the_token_only_where_it_is_asked_for() {
    let server = platform(&[]).await;
    info(&server).await;
    for request in server.received_requests().await.unwrap() {
        let is_public = matches!(request.url.path(), "/cluster-info" | "/status" | DISCOVERY);
        assert_eq!(
            request.headers.contains_key("authorization"),
            !is_public,
            "{}",
            request.url
        );
    }
}

#[tokio::test]
async fn keeps_the_token_from_a_server_that_checks_none() {
    let off = json(200, r#"{"auth_enabled":false,"oidc":null}"#);
    let members = format!("{ENTITIES}/workspaces/ml-team/members");
    let all = json(200, NO_ROWS);
    let server = platform(&[
        ("GET", DISCOVERY, off),
        ("GET", &role_binding(), all.clone()),
        ("GET", &members, all),
    ])
    .await;
    let client = client(&server.uri());
    let info = client.server_info().await.unwrap();
    assert!(!info.is_auth_enabled && info.identity.is_nobody());
    assert_eq!(info.platform_admin, Allowed::Yes);
    client.members(&ws("ml-team")).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert!(
        !requests
            .iter()
            .any(|request| request.headers.contains_key("authorization"))
    );
    assert!(!requests.iter().any(|request| request.url.path() == AUTHENTICATE));
}

#[rstest]
#[case::platform_admin("GET", role_binding(), json(200, NO_ROWS), Allowed::Yes, Allowed::Yes)]
#[case::cannot_tell("GET", role_binding(), detail(500, "oops"), Allowed::Unknown, Allowed::Yes)]
#[case::may_not_create("POST", workspaces(), detail(403, "Forbidden"), Allowed::No, Allowed::No)]
#[case::cannot_tell_either("POST", workspaces(), detail(500, "oops"), Allowed::No, Allowed::Unknown)]
#[tokio::test]
async fn finds_out_what_the_caller_may_do_everywhere(
    #[case] verb: &str,
    #[case] at: String,
    #[case] answer: ResponseTemplate,
    #[case] platform_admin: Allowed,
    #[case] may_create: Allowed,
) {
    let server = platform(&[(verb, &at, answer)]).await;
    let info = info(&server).await;
    assert_eq!((info.platform_admin, info.may_create), (platform_admin, may_create));
}

/// What stands between here and the platform answers in its place: then nobody knows what the caller may do.
#[rstest]
#[case::a_page_to_sign_in(page(200))]
#[case::a_page_to_sign_in_for_a_new_workspace(page(201))]
#[case::nothing(ResponseTemplate::new(200))]
#[case::no_content(ResponseTemplate::new(204))]
#[case::an_empty_object(json(200, "{}"))]
#[case::an_empty_list(json(200, "[]"))]
#[case::null(json(200, "null"))]
#[case::a_list_without_its_page(json(200, r#"{"data":[]}"#))]
#[case::what_is_asked_for_and_called_a_page(ResponseTemplate::new(200).set_body_raw(NO_ROWS, "text/html"))]
#[case::the_page_of_a_firewall(page(403))]
#[case::the_words_of_a_firewall(ResponseTemplate::new(403).set_body_string("RBAC: access denied"))]
#[case::a_firewall_without_words(ResponseTemplate::new(403))]
#[case::json_of_a_firewall(json(403, r#"{"code":403,"reason":"blocked"}"#))]
#[case::words_called_a_page(ResponseTemplate::new(403).set_body_raw(r#"{"detail":"Forbidden"}"#, "text/html"))]
#[case::a_page_about_what_was_sent(page(422))]
#[case::words_about_what_was_sent(detail(422, "blocked by rule 7"))]
#[case::nothing_about_what_was_sent(ResponseTemplate::new(422))]
#[case::an_empty_list_of_faults(json(422, r#"{"detail":[]}"#))]
#[tokio::test]
async fn rights_that_the_platform_has_not_spoken_of_are_unknown(#[case] answer: ResponseTemplate) {
    let server = platform(&[
        ("GET", &role_binding(), answer.clone()),
        ("POST", &workspaces(), answer.clone()),
    ])
    .await;
    let told = info(&server).await;
    assert_eq!(
        (told.platform_admin, told.may_create),
        (Allowed::Unknown, Allowed::Unknown)
    );

    let server = MockServer::start().await;
    given(&server, "GET", DISCOVERY, json(200, AUTH_ON)).await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let told = info(&server).await;
    assert_eq!(
        (told.platform_admin, told.may_create),
        (Allowed::Unknown, Allowed::Unknown)
    );
    assert!(
        !told.identity.is_confirmed,
        "nobody has said who that is: {:?}",
        told.identity
    );
    let client = client(&server.uri());
    let caller_access = client
        .caller_access(&ws("ml-team"), false)
        .await
        .map(|found| found.caller_access);
    assert!(
        !matches!(caller_access, Ok(CallerAccess::Nothing | CallerAccess::PlatformAdmin)),
        "{caller_access:?}"
    );
    let deletion = client.deletion(&ws("ml-team")).await;
    assert!(deletion.is_err(), "{deletion:?}");
}

#[rstest]
#[case::a_page_to_sign_in(page(200))]
#[case::an_empty_object(json(200, "{}"))]
#[case::nothing_there(page(404))]
#[case::nothing_at_all(ResponseTemplate::new(404))]
#[tokio::test]
async fn what_is_not_there_is_told_by_the_platform_alone(#[case] answer: ResponseTemplate) {
    let server = server_answering(answer).await;
    let tally = client(&server.uri()).count(&ws("ml-team"), ResourceKind::Job).await;
    assert!(tally.is_err(), "{tally:?}");
}

/// Releases before 0.4 cannot be asked who the caller is; the token says, but nobody has confirmed it.
#[rstest]
#[case(403)]
#[case(404)]
#[tokio::test]
async fn reads_the_token_where_the_platform_cannot_be_asked(#[case] status: u16) {
    let server = platform(&[("GET", AUTHENTICATE, detail(status, "words"))]).await;
    let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"s1","email":"al@x.com"}"#);
    let connection = Connection {
        token: Some(format!("e30.{claims}.").into()),
        ..connection(&server.uri())
    };
    let info = Client::new(connection).unwrap().server_info().await.unwrap();
    assert_eq!(info.identity.email.as_deref(), Some("al@x.com"));
    assert!(!info.identity.is_confirmed);
}

#[rstest]
#[case("/cluster-info", detail(404, "Not Found"))]
#[case("/cluster-info", ResponseTemplate::new(404).set_body_raw("<html>no route</html>", "text/html"))]
#[case("/status", detail(404, "Not Found"))]
#[case("/status", ResponseTemplate::new(200).set_body_raw("<html>studio</html>", "text/html"))]
#[tokio::test]
async fn does_without_what_a_gateway_hides(#[case] at: &str, #[case] answer: ResponseTemplate) {
    let server = platform(&[("GET", at, answer)]).await;
    assert!(info(&server).await.is_auth_enabled);
}

#[tokio::test]
async fn an_expired_token_is_an_error_with_a_way_out() {
    let server = platform(&[("GET", AUTHENTICATE, detail(401, "Invalid or expired token"))]).await;
    let error = client(&server.uri()).server_info().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    assert_eq!(error.said().unwrap().as_str(), "Invalid or expired token");
    assert!(error.next_step().as_str().contains("Log in again"));
}

#[tokio::test]
async fn a_missing_token_is_an_error_with_a_way_out() {
    let server = platform(&[("GET", AUTHENTICATE, detail(401, "Unauthorized"))]).await;
    let connection = Connection {
        token: None,
        ..connection(&server.uri())
    };
    let error = Client::new(connection).unwrap().server_info().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    assert!(
        error.to_string().starts_with("cannot ask the platform who you are"),
        "{error}"
    );
}

#[tokio::test]
async fn a_web_page_is_no_platform() {
    let page = ResponseTemplate::new(200).set_body_raw("<html><title>Welcome</title>", "text/html");
    let server = server_answering(page).await;
    let error = client(&server.uri()).server_info().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Html));
    assert!(error.to_string().contains("Welcome"), "{error}");
}

#[tokio::test]
async fn another_web_server_is_no_platform() {
    let server = server_answering(json(404, r#"{"error":"no such route"}"#)).await;
    let error = client(&server.uri()).server_info().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Shape));
    assert!(
        error.next_step().as_str().starts_with("Check that the address"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn a_dead_address_is_no_platform() {
    let error = client(&dead_address().await).server_info().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotConnected(Unreachable::Refused));
}

/// Builds from source call their version `dev`, and gateways hide it: then the generation is told by what it can do.
#[rstest]
#[case::clients_in_discovery(
    r#"{"clients":[]}"#,
    detail(404, "Not Found"),
    200,
    200,
    unauthorized(),
    Generation::Helix
)]
#[case::deletion_status(
    "null",
    detail(404, "Workspace 'zz-nope' not found"),
    200,
    200,
    unauthorized(),
    Generation::Helix
)]
#[case::a_deletion("null", json(200, DYING), 200, 200, unauthorized(), Generation::Helix)]
#[case::describes_itself(
    "null",
    detail(403, "Forbidden"),
    200,
    200,
    description("Nemo Helix API"),
    Generation::Helix
)]
#[case::authenticate("null", detail(403, "Forbidden"), 200, 200, unauthorized(), Generation::Platform06)]
#[case::sorts_by_name("null", detail(404, "Not Found"), 404, 200, unauthorized(), Generation::Platform03)]
#[case::sorts_not("null", detail(404, "Not Found"), 404, 422, unauthorized(), Generation::Platform01)]
#[case::a_page_for_the_order("null", detail(404, "Not Found"), 404, 302, unauthorized(), Generation::Unknown)]
#[case::cannot_tell("null", detail(500, "oops"), 200, 200, unauthorized(), Generation::Unknown)]
#[case::somebody_elses_words("null", detail(404, "no route"), 200, 200, unauthorized(), Generation::Unknown)]
#[case::a_page("null", page(403), 200, 200, unauthorized(), Generation::Unknown)]
#[case::anything("null", json(200, "{}"), 200, 200, unauthorized(), Generation::Unknown)]
#[case::described_by_somebody(
    "null",
    detail(403, "Forbidden"),
    200,
    200,
    description("Petstore"),
    Generation::Unknown
)]
#[case::not_described("null", detail(403, "Forbidden"), 200, 200, page(404), Generation::Unknown)]
#[tokio::test]
async fn tells_generations_without_a_version(
    #[case] oidc: &str,
    #[case] deletion_status: ResponseTemplate,
    #[case] authenticate: u16,
    #[case] sorted_by_name: u16,
    #[case] description: ResponseTemplate,
    #[case] generation: Generation,
) {
    let sorted = match sorted_by_name {
        200 => json(200, NO_ROWS),
        // An order that is not known is not known among the parameters.
        422 => lacks("sort"),
        _ => page(200),
    };
    let server = platform(&[
        ("GET", "/cluster-info", json(200, r#"{"platform_version":"dev"}"#)),
        (
            "GET",
            DISCOVERY,
            json(200, &format!(r#"{{"auth_enabled":true,"oidc":{oidc}}}"#)),
        ),
        ("GET", &deletions(), deletion_status),
        ("GET", "/openapi.json", description),
        ("GET", AUTHENTICATE, json(authenticate, AUTHENTICATED)),
        ("GET", &workspaces(), sorted),
    ])
    .await;
    assert_eq!(info(&server).await.generation, generation);
}

/// A number does not say whether it tells of deletions: not every release of Helix does.
#[rstest]
#[case::told("0.8.1", detail(404, "Workspace 'zz-nope' not found"), Support::Yes)]
#[case::told_of_one("0.8.1", json(200, DYING), Support::Yes)]
#[case::to_a_user_of_0_7("0.7.3", detail(403, "Forbidden"), Support::No)]
#[case::to_an_admin_of_0_7("0.7.3", detail(404, "Not Found"), Support::No)]
#[case::of_0_6("0.6.0", detail(403, "Forbidden"), Support::No)]
#[case::hidden("0.8.1", page(404), Support::Unknown)]
#[case::fenced_off("0.8.1", page(403), Support::Unknown)]
#[case::anything("0.8.1", json(200, "{}"), Support::Unknown)]
#[case::broken("0.8.1", detail(500, "oops"), Support::Unknown)]
#[tokio::test]
async fn finds_out_whether_it_tells_of_deletions(
    #[case] version: &str,
    #[case] answer: ResponseTemplate,
    #[case] expected: Support,
) {
    let cluster = json(200, &format!(r#"{{"platform_version":"{version}"}}"#));
    let server = platform(&[("GET", "/cluster-info", cluster), ("GET", &deletions(), answer)]).await;
    let info = info(&server).await;
    assert_eq!(info.deletion_status, expected);
    let sample = WorkspaceName::from_platform("sample-1");
    assert_eq!(info.reserves(&sample), expected == Support::Yes);
    assert!(!info.reserves(&WorkspaceName::from_platform("samples")));
}

/// Whoever knows better than the server what it is, has the last word.
#[rstest]
#[case::older(r#"{"platform_version":"0.8.1"}"#, Generation::Platform06)]
#[case::newer(r#"{"platform_version":"0.1.0"}"#, Generation::Helix)]
#[case::untold(r#"{"platform_version":"dev"}"#, Generation::Platform01)]
#[tokio::test]
async fn a_generation_that_was_set_counts(#[case] cluster: &'static str, #[case] generation: Generation) {
    let server = platform(&[
        ("GET", "/cluster-info", json(200, cluster)),
        (
            "GET",
            DISCOVERY,
            json(200, r#"{"auth_enabled":true,"oidc":{"clients":[]}}"#),
        ),
        ("GET", AUTHENTICATE, json(200, AUTHENTICATED)),
        ("GET", &workspaces(), json(200, r#"{"data":[]}"#)),
    ])
    .await;
    let mut connection = Connection::to(BaseUrl::parse(&server.uri()).unwrap());
    connection.generation = Some(generation);
    let info = Client::new(connection).unwrap().server_info().await.unwrap();
    assert_eq!(info.generation, generation);
}

#[tokio::test]
async fn knows_the_first_generation_by_its_list() {
    let server = MockServer::start().await;
    given(&server, "GET", &workspaces(), json(200, r#"[{"name":"ml-team"}]"#)).await;
    given(&server, "POST", &workspaces(), lacks("name")).await;
    let info = info(&server).await;
    assert_eq!((info.generation, info.version), (Generation::Seed, None));
    assert_eq!((info.platform_admin, info.may_create), (Allowed::Unknown, Allowed::Yes));
}

#[test]
fn says_what_is_wrong_with_an_address_before_anything_is_sent() {
    let error = BaseUrl::parse("nmp.example.com").unwrap_err();
    assert_eq!(error.to_string(), "must begin with https:// or http://");
}
