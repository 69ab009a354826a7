//! Steps of a change that go through rows: how they are dated, and what is made of the answer.

use super::*;
use crate::api::{BaseUrl, Connection};
use crate::app::failure::FailureKind;
use crate::domain::binding::{Binding, Row};
use crate::domain::ids::{Principal, ResourceName};
use crate::domain::role::{Role, RoleSet};
use jiff::Timestamp;
use rstest::rstest;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

const MOVED: &str = "Entity 'rb-1' of type 'role_binding' in workspace 'ml-team' was modified by another request. Expected \
                     version 1, but current version is 2. Please refetch and retry.";

/// A server whose clock is months ahead, and which answers a write so.
async fn ahead(status: u16, answer: Value) -> (MockServer, Platform) {
    let server = MockServer::start().await;
    let read = ResponseTemplate::new(200)
        .set_body_json(json!({"data": []}))
        .insert_header("date", "Fri, 15 Jan 2027 08:00:00 GMT");
    let written = ResponseTemplate::new(status).set_body_json(answer);
    Mock::given(method("GET")).respond_with(read).mount(&server).await;
    Mock::given(method("PUT")).respond_with(written).mount(&server).await;
    let client = Client::new(Connection::to(BaseUrl::parse(&server.uri()).unwrap())).unwrap();
    (server, Platform::new(client, None))
}

fn ml_team() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

/// Takes a role away through its row; returns what is told of it.
async fn take(platform: &Platform) -> Result<(), Failure> {
    let (workspace, principal) = (ml_team(), Principal::from_platform("josé@example.com"));
    let data = json!({
        "principal": principal.raw(), "role": "Viewer", "granted_by": "olga@example.com",
        "granted_at": "2026-11-01T00:00:00+00:00", "revoked_at": null
    });
    let row = Row {
        binding: Binding {
            principal: principal.clone(),
            workspace: workspace.clone(),
            role: Role::Viewer,
            granted_at: None,
            granted_by: None,
            revoked_at: None,
            created_at: None,
        },
        name: ResourceName::from_platform("rb-1"),
        version: 1,
        data: data.as_object().unwrap().clone(),
    };
    let change = Change::Roles {
        workspace,
        principal,
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    let step = Some(Step::TakeAway(Box::new(row)));
    let (tell, _told) = tokio::sync::mpsc::channel(1);
    match send(platform.clone(), Ticket::new(1), (change, step), Box::default(), tell).await {
        Some(Msg::Answered {
            answer: Answer::Sent(sent),
            ..
        }) => sent,
        other => panic!("{other:?}"),
    }
}

/// Returns when the row says that the role was taken.
async fn taken_at(server: &MockServer) -> Timestamp {
    let requests = server.received_requests().await.unwrap();
    let body: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
    body["data"]["revoked_at"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_row_is_dated_by_the_clock_of_the_server() {
    let (server, platform) = ahead(200, json!({})).await;
    let before = now();
    let _ = take(&platform).await;
    let at = taken_at(&server).await;
    assert!(before <= at && at <= now(), "there is no other clock yet: {at}");
    platform.client.members(&ml_team()).await.unwrap();
    let _ = take(&platform).await;
    assert_eq!(taken_at(&server).await, "2027-01-15T08:00:00Z".parse().unwrap());
}

#[rstest]
#[case::moved(409, MOVED, &FailureKind::Moved)]
#[case::another_conflict(409, "It cannot be done now.", &FailureKind::Other)]
#[case::gone(404, "Entity 'rb-1' not found", &FailureKind::NotFound)]
#[case::server_error(500, "An unexpected error occurred.", &FailureKind::ServerError)]
#[tokio::test]
async fn a_row_that_has_moved_is_told_from_other_refusals(
    #[case] status: u16,
    #[case] detail: &str,
    #[case] kind: &FailureKind,
) {
    let (_server, platform) = ahead(status, json!({ "detail": detail })).await;
    let why = take(&platform).await.unwrap_err();
    assert_eq!(why.kind, *kind, "{why:?}");
    assert_eq!(why.said, Some(detail.into()));
}
