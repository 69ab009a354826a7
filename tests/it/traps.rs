//! The platform's traps that a client can step into, as observed on its releases up to 0.8.1; a number holds the tests of
//! one trap together. Every test fails when its guard is taken away.

use crate::api_given::{
    DEADLINE, ENTITIES, add, client, create, delete, describe, detail, given, json, received, remove, server_answering,
    set, ws,
};
use nmp_console::api::{Error, ErrorKind, Propagation, Unexpected};
use nmp_console::domain::change::Change;
use nmp_console::domain::identity::{Identity, IsCaller};
use nmp_console::domain::ids::{NameProblem, Principal, ResourceName};
use nmp_console::domain::resource::{ResourceKind, Tally};
use rstest::rstest;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Applies `change` to a server that agrees with everything, and returns what it was sent.
async fn sent(change: &Change) -> (Result<(), Error>, Vec<String>) {
    let server = server_answering(json(200, "{}")).await;
    let applied = client(&server.uri()).apply(change, Propagation::Skip).await;
    (applied.map(|_| ()), received(&server).await)
}

async fn assert_never_sent(change: &Change, kind: ErrorKind) {
    let (result, sent) = sent(change).await;
    assert_eq!(sent, Vec::<String>::new(), "{change:?}");
    let error = result.unwrap_err();
    assert_eq!(error.kind(), &kind);
    assert!(!error.is_outcome_unknown());
}

async fn body_sent(change: &Change) -> serde_json::Value {
    let server = server_answering(json(200, "{}")).await;
    client(&server.uri()).apply(change, Propagation::Skip).await.unwrap();
    server.received_requests().await.unwrap()[0].body_json().unwrap()
}

#[rstest]
#[case("ml-team\n")]
#[case("ml-team\r\n")]
#[case("\tml-team")]
#[case("ml-team ")]
#[tokio::test]
async fn trap_1_a_name_with_a_newline_never_leaves(#[case] name: &str) {
    let odd = name.chars().find(|c| c.is_whitespace()).unwrap();
    assert_never_sent(&create(name), ErrorKind::BadName(NameProblem::Character(odd))).await;
    let project = Change::CreateProject {
        workspace: ws("ml-team"),
        name: ResourceName::from_platform(name),
        description: None,
    };
    assert_never_sent(&project, ErrorKind::BadName(NameProblem::Character(odd))).await;
}

#[rstest]
#[case("..")]
#[case(".")]
#[tokio::test]
async fn trap_2_dots_never_delete_a_workspace(#[case] dots: &str) {
    let dots_refused = ErrorKind::Unaddressable(NameProblem::Dots);
    assert_never_sent(&remove(dots), dots_refused.clone()).await;
    assert_never_sent(&set(dots, &["Viewer"], &["Editor"]), dots_refused.clone()).await;
    assert_never_sent(&delete(dots), dots_refused).await;
    assert_never_sent(&add(dots, &["Viewer"]), ErrorKind::BadName(NameProblem::Dots)).await;
}

#[tokio::test]
async fn trap_2_names_that_only_look_like_dots_reach_themselves() {
    let (result, sent) = sent(&remove("%2e%2e")).await;
    assert!(result.is_ok());
    assert_eq!(
        sent,
        ["DELETE /apis/entities/v2/workspaces/ml-team/members/%252e%252e?wait_role_propagation=false"]
    );
}

#[tokio::test]
async fn trap_2_a_redirected_deletion_is_not_carried_on() {
    let server = MockServer::start().await;
    let target = format!("{ENTITIES}/workspaces/ml-team");
    given(&server, "DELETE", &target, json(200, "{}")).await;
    let redirect = ResponseTemplate::new(307).insert_header("location", format!("{}{target}", server.uri()).as_str());
    Mock::given(method("DELETE"))
        .and(path(format!("{target}/members/al%40x.com")))
        .respond_with(redirect)
        .mount(&server)
        .await;
    let error = client(&server.uri())
        .apply(&remove("al@x.com"), Propagation::Skip)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Redirect));
    assert_eq!(received(&server).await.len(), 1);
}

#[tokio::test]
async fn trap_3_the_workspaces_everybody_needs_are_never_deleted() {
    assert_never_sent(&delete("default"), ErrorKind::Protected).await;
    assert_never_sent(&delete("system"), ErrorKind::Protected).await;
}

#[tokio::test]
async fn trap_4_adding_always_names_the_roles_and_changing_never_adds() {
    let (_, added) = sent(&add("al@x.com", &["Viewer"])).await;
    assert!(added[0].starts_with("POST ") && added[0].ends_with(r#"{"principal":"al@x.com","roles":["Viewer"]}"#));
    let (_, changed) = sent(&set("al@x.com", &["Viewer"], &["Admin"])).await;
    assert!(changed[0].starts_with("PUT ") && changed[0].ends_with(r#"{"roles":["Admin"]}"#));
}

/// The answer to POST shows the roles asked for, not the union that is held: nothing of it may be believed.
#[tokio::test]
async fn trap_4_the_echo_of_an_addition_is_not_taken_for_the_truth() {
    let echo = json(201, r#"{"principal":"al@x.com","roles":["Viewer"]}"#);
    let server = server_answering(echo).await;
    let accepted = client(&server.uri())
        .apply(&add("al@x.com", &["Viewer"]), Propagation::Skip)
        .await
        .unwrap();
    assert!(!format!("{accepted:?}").contains("Viewer"));
}

#[tokio::test]
async fn trap_4_an_addition_without_roles_never_leaves() {
    assert_never_sent(&add("al@x.com", &[]), ErrorKind::NoRoles).await;
}

#[tokio::test]
async fn trap_5_a_500_is_a_race_that_may_have_been_won() {
    let server = server_answering(detail(500, "An unexpected error occurred.")).await;
    for change in [
        add("al@x.com", &["Viewer"]),
        set("al@x.com", &["Viewer"], &["Admin"]),
        remove("al@x.com"),
    ] {
        let error = client(&server.uri())
            .apply(&change, Propagation::Skip)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::ServerError);
        assert!(error.is_outcome_unknown());
        assert!(error.next_step().as_str().starts_with("Check"));
    }
    assert_eq!(received(&server).await.len(), 3, "none was sent again");
}

#[tokio::test]
async fn trap_6_no_change_waits_for_its_propagation_unasked() {
    for change in [
        create("ml-team"),
        add("al@x.com", &["Viewer"]),
        set("al@x.com", &["Viewer"], &["Admin"]),
        remove("al@x.com"),
    ] {
        let (_, sent) = tokio::time::timeout(DEADLINE, sent(&change)).await.unwrap();
        assert!(sent[0].contains("?wait_role_propagation=false"), "{sent:?}");
    }
}

#[rstest]
#[case("grp/sub", NameProblem::Slash)]
#[case("/team/b", NameProblem::Slash)]
#[case("o\"hara@x.com", NameProblem::NeverFoundAgain('"'))]
#[case("dom\\al", NameProblem::NeverFoundAgain('\\'))]
#[case("al\u{1b}@x.com", NameProblem::NeverFoundAgain('\u{1b}'))]
#[case("al\0@x.com", NameProblem::NeverFoundAgain('\0'))]
#[tokio::test]
async fn trap_7_principals_that_could_never_be_removed_are_never_touched(
    #[case] principal: &str,
    #[case] problem: NameProblem,
) {
    assert_never_sent(&add(principal, &["Viewer"]), ErrorKind::BadName(problem)).await;
    assert_never_sent(
        &set(principal, &["Viewer"], &["Editor"]),
        ErrorKind::Unaddressable(problem),
    )
    .await;
    assert_never_sent(&remove(principal), ErrorKind::Unaddressable(problem)).await;
}

/// A URL parser drops both in silence: the request would reach `al@x.com`, who is somebody else.
#[rstest]
#[case("al\t@x.com", '\t')]
#[case("al@x.com\n", '\n')]
#[case("a\rl@x.com", '\r')]
#[tokio::test]
async fn trap_8_tabs_and_newlines_never_hit_another_member(#[case] principal: &str, #[case] odd: char) {
    let never = ErrorKind::Unaddressable(NameProblem::NeverFoundAgain(odd));
    assert_never_sent(&remove(principal), never).await;
}

#[rstest]
#[case("a%2Fb", "a%252Fb")]
#[case("*", "%2A")]
#[case("al+ci:x y@x.com", "al%2Bci%3Ax%20y%40x.com")]
#[case("Zoë", "Zo%C3%AB")]
#[tokio::test]
async fn trap_8_names_are_encoded_once(#[case] principal: &str, #[case] encoded: &str) {
    let (_, sent) = sent(&remove(principal)).await;
    assert!(sent[0].contains(&format!("/members/{encoded}?")), "{sent:?}");
}

#[tokio::test]
async fn trap_9_a_403_and_a_404_promise_nothing() {
    let forbidden = server_answering(detail(403, "Forbidden")).await;
    let error = client(&forbidden.uri()).workspace(&ws("ml-team")).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Forbidden);
    assert!(
        error
            .to_string()
            .contains("does not allow it, or there is no such thing"),
        "{error}"
    );

    let count = async |status: u16, said: &str| {
        let server = server_answering(detail(status, said)).await;
        let counted = client(&server.uri()).count(&ws("ml-team"), ResourceKind::Project).await;
        counted.map_err(|error| error.kind().clone())
    };
    assert_eq!(count(404, "Not Found").await, Ok(Tally::NotInstalled), "not 'none'");
    let gone = count(404, "Workspace 'ml-team' not found").await;
    assert_eq!(
        gone,
        Err(ErrorKind::NotFound),
        "and not a service that is not installed"
    );
    assert_eq!(count(403, "Forbidden").await, Err(ErrorKind::Forbidden));
}

#[tokio::test]
async fn trap_10_being_refused_the_members_says_what_is_needed() {
    let server = server_answering(detail(403, "Forbidden")).await;
    let error = client(&server.uri()).members(&ws("ml-team")).await.unwrap_err();
    assert!(
        error
            .next_step()
            .as_str()
            .starts_with("You need Admin here to see members")
    );
}

#[tokio::test]
async fn trap_11_a_description_is_cleared_by_the_empty_string() {
    let body = body_sent(&describe("")).await;
    assert_eq!(body, serde_json::json!({"description": ""}));
}

#[rstest]
#[case("al@x.com", IsCaller::Yes)]
#[case("0a1b", IsCaller::Yes)]
#[case("ml-leads", IsCaller::Through)]
#[case("*", IsCaller::Through)]
#[case("AL@x.com", IsCaller::No)]
#[tokio::test]
async fn trap_12_one_person_has_three_names(#[case] principal: &str, #[case] expected: IsCaller) {
    let server = MockServer::start().await;
    given(
        &server,
        "GET",
        "/apis/auth/discovery",
        json(200, r#"{"auth_enabled":true}"#),
    )
    .await;
    let who = json(200, include_str!("../fixtures/authenticate.json"));
    given(&server, "GET", "/apis/auth/authenticate", who).await;
    let identity: Identity = client(&server.uri()).server_info().await.unwrap().identity;
    assert_eq!(identity.is(&Principal::from_platform(principal)), expected);
}

#[rstest]
#[case("2026-11-23T08:33:37.071775")]
#[case("2026-11-23T08:33:37.071775Z")]
#[case("2026-11-23T08:33:37.071775+00:00")]
#[case("2026-11-23T10:33:37.071775+02:00")]
#[tokio::test]
async fn trap_13_a_moment_without_a_zone_is_utc(#[case] moment: &str) {
    let body = serde_json::json!({ "name": "ml-team", "created_at": moment });
    let server = server_answering(json(200, &body.to_string())).await;
    let workspace = client(&server.uri()).workspace(&ws("ml-team")).await.unwrap();
    assert_eq!(
        workspace.created_at,
        Some("2026-11-23T08:33:37.071775Z".parse().unwrap())
    );
}

#[rstest]
#[case::string(r#"{"detail":"words"}"#, "words")]
#[case::list(
    r#"{"detail":[{"loc":["body","name"],"msg":"words","input":"s3cret"}]}"#,
    "name: words"
)]
#[case::object(r#"{"detail":{"status":"words","input":"s3cret"}}"#, r#"{"status":"words"}"#)]
#[case::error_and_message(r#"{"error":"CODE","message":"words"}"#, "words (CODE)")]
#[case::plain_text("words\nand more", "words")]
#[case::page("<html><head><title>words</title></head></html>", "words")]
#[case::hostile(r#"{"detail":"\u001b[2Jwords\u202e"}"#, "\\x1b[2Jwords\\u{202e}")]
#[tokio::test]
async fn trap_14_an_error_speaks_in_any_shape(#[case] body: &str, #[case] said: &str) {
    let server = server_answering(json(422, body)).await;
    let error = client(&server.uri())
        .apply(&add("al@x.com", &["Viewer"]), Propagation::Skip)
        .await
        .unwrap_err();
    assert_eq!(error.said().unwrap().as_str(), said);
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}
