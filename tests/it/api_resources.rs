//! Reading what lies in a workspace, and how far a deletion is.

use crate::api_given::{client, detail, given, json, received, server_answering, thing, ws};
use nmp_console::api::{DeletionKnown, ErrorKind, ResourcePage, Unexpected};
use nmp_console::domain::deletion::{Stage, Status};
use nmp_console::domain::ids::ResourceName;
use nmp_console::domain::resource::{Resource, ResourceKind, Tally};
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;
use wiremock::ResponseTemplate;

const FILESETS: &str = include_str!("../fixtures/filesets.json");
const MODELS: &str = include_str!("../fixtures/models.json");
const SECRETS: &str = include_str!("../fixtures/secrets.json");
const JOBS: &str = include_str!("../fixtures/jobs.json");

async fn page(kind: ResourceKind, body: &str) -> ResourcePage {
    let server = server_answering(json(200, body)).await;
    let page = client(&server.uri()).resources(&ws("ml-team"), kind, 1).await;
    page.unwrap().expect("the service is there")
}

fn project(resource: &Resource) -> Option<&str> {
    resource.project.as_ref().map(ResourceName::raw)
}

/// Each service has a shape of its own; what they share is read, what one lacks is missing and not made up.
#[tokio::test]
async fn reads_recorded_pages_of_every_shape() {
    let filesets = page(ResourceKind::Fileset, FILESETS).await;
    assert_eq!((filesets.rows.len(), filesets.n_total), (2, Some(4)));
    let fileset = &filesets.rows[0];
    assert!(fileset.id.as_deref().unwrap().starts_with("fileset-"));
    assert_eq!(
        (project(fileset), fileset.state.as_deref()),
        (None, None),
        "an empty project is none"
    );
    assert!(fileset.created_at.is_some() && fileset.updated_at.is_some());

    let models = page(ResourceKind::Model, MODELS).await;
    assert_eq!(
        (models.rows[0].name.raw(), project(&models.rows[0])),
        ("m1", Some("baseline"))
    );

    let secrets = page(ResourceKind::Secret, SECRETS).await;
    assert_eq!(
        (secrets.rows[0].name.raw(), &secrets.rows[0].id),
        ("api-key", &None),
        "no id in this list"
    );

    let jobs = page(ResourceKind::Job, JOBS).await;
    assert_eq!(jobs.rows[0].state.as_deref(), Some("created"));
    assert_eq!(
        (jobs.rows[0].kind, project(&jobs.rows[0])),
        (ResourceKind::Job, Some("baseline"))
    );
}

#[rstest]
#[case::a_service_that_is_not_installed(detail(404, "Not Found"), Ok(None))]
#[case::an_empty_404(
    ResponseTemplate::new(404),
    Err(ErrorKind::NotTheExpectedAnswer(Unexpected::NotJson))
)]
#[case::the_404_of_somebody_else(
    json(404, r#"{"message":"no route"}"#),
    Err(ErrorKind::NotTheExpectedAnswer(Unexpected::Shape))
)]
#[case::a_workspace_that_is_gone(detail(404, "Workspace 'ml-team' not found"), Err(ErrorKind::NotFound))]
#[case::no_right(detail(403, "Forbidden"), Err(ErrorKind::Forbidden))]
#[case::a_failing_service(detail(500, "Failed to list model entities"), Err(ErrorKind::ServerError))]
#[case::a_bare_array(json(200, r#"[{"name":"m1"}]"#), Ok(Some((1, None))))]
#[case::nothing(json(200, r#"{"data":[],"pagination":{"total_results":0,"total_pages":1}}"#), Ok(Some((0, Some(0)))))]
#[tokio::test]
async fn tells_absent_forbidden_and_failing_apart(
    #[case] answer: ResponseTemplate,
    #[case] expected: Result<Option<(usize, Option<usize>)>, ErrorKind>,
) {
    let server = server_answering(answer).await;
    let read = client(&server.uri())
        .resources(&ws("ml-team"), ResourceKind::Model, 1)
        .await;
    let read = read.map(|page| page.map(|page| (page.rows.len(), page.n_total)));
    assert_eq!(read.map_err(|error| error.kind().clone()), expected);
}

#[tokio::test]
async fn a_count_is_one_small_request() {
    let server = server_answering(json(200, FILESETS)).await;
    let tally = client(&server.uri())
        .count(&ws("ml-team"), ResourceKind::Fileset)
        .await
        .unwrap();
    assert_eq!(tally, Tally::Number(4), "of the whole and not of the page");
    assert_eq!(
        received(&server).await,
        ["GET /apis/files/v2/workspaces/ml-team/filesets?page_size=1"]
    );
}

#[tokio::test]
async fn a_count_that_is_not_told_is_no_zero() {
    let server = server_answering(json(200, r#"{"data":[],"pagination":{}}"#)).await;
    let counted = client(&server.uri()).count(&ws("ml-team"), ResourceKind::Job).await;
    let wrong = ErrorKind::NotTheExpectedAnswer(Unexpected::Shape);
    assert_eq!(counted.unwrap_err().kind(), &wrong);
}

#[tokio::test]
async fn one_thing_is_there_or_not() {
    let s1 = thing(ResourceKind::Secret, "s1");
    let path = "/apis/secrets/v2/workspaces/ml-team/secrets/s1";
    let ask = async |answer: ResponseTemplate| {
        let server = wiremock::MockServer::start().await;
        given(&server, "GET", path, answer).await;
        client(&server.uri()).resource(&ws("ml-team"), &s1).await
    };
    let found = ask(json(200, r#"{"name":"s1","description":null}"#))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.address(), s1);
    assert_eq!(ask(detail(404, "Secret ml-team/s1 not found")).await.unwrap(), None);
    // Where the path itself is not there, nothing is known about the thing.
    let unknown = ask(detail(404, "Not Found")).await.unwrap_err();
    assert_eq!(unknown.kind(), &ErrorKind::NotFound);
}

#[rstest]
#[case::under_way(
    json(200, r#"{"name":"w","deletion_stage":"failed","deletion_error":"1 job\u001b is stuck","updated_at":"2026-11-25T09:44:14.355798"}"#),
    Ok(DeletionKnown::UnderWay(Status {
        stage: Stage::Failed,
        error: Some(SafeText::new("1 job\u{1b} is stuck")),
        updated_at: Some("2026-11-25T09:44:14.355798Z".parse().unwrap()),
    }))
)]
#[case::over_or_not_to_be_seen(detail(404, "Workspace 'w' not found"), Ok(DeletionKnown::NoneToSee))]
#[case::older_platform(detail(403, "Forbidden"), Ok(DeletionKnown::NotTold))]
#[case::older_platform_asked_by_its_admin(detail(404, "Not Found"), Ok(DeletionKnown::NotTold))]
#[case::expired(detail(401, "Invalid or expired token"), Err(ErrorKind::Unauthorized))]
#[case::failing(detail(500, "An unexpected error occurred."), Err(ErrorKind::ServerError))]
#[tokio::test]
async fn tells_how_far_a_deletion_is(
    #[case] answer: ResponseTemplate,
    #[case] expected: Result<DeletionKnown, ErrorKind>,
) {
    let server = server_answering(answer).await;
    let told = client(&server.uri()).deletion(&ws("w")).await;
    assert_eq!(told.map_err(|error| error.kind().clone()), expected);
    assert_eq!(received(&server).await, ["GET /apis/entities/v2/workspace-deletions/w"]);
}
