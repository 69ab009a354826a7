//! What the tests of the API client begin with: clients, changes and servers.

use nmp_console::api::{BaseUrl, Client, Connection, Limits, Mode};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::resource::{ResourceId, ResourceKind};
use nmp_console::domain::role::{Role, RoleSet};
use std::time::Duration;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const TOKEN: &str = "t0p-s3cret.t0ken.value";
pub(crate) const ENTITIES: &str = "/apis/entities/v2";

/// Limits short enough that no test waits, and long enough that none fails on a busy machine.
pub(crate) fn limits() -> Limits {
    Limits {
        retry_wait_factor: 0.001,
        ..Limits::default()
    }
}

pub(crate) fn connection(address: &str) -> Connection {
    Connection {
        token: Some(TOKEN.to_owned().into()),
        limits: limits(),
        ..Connection::to(BaseUrl::parse(address).unwrap())
    }
}

pub(crate) fn client(address: &str) -> Client {
    Client::new(connection(address)).unwrap()
}

pub(crate) fn read_only_client(address: &str) -> Client {
    Client::new(Connection {
        mode: Mode::ReadOnly,
        ..connection(address)
    })
    .unwrap()
}

pub(crate) fn ws(raw: &str) -> WorkspaceName {
    WorkspaceName::from_platform(raw)
}

pub(crate) fn roles(raw: &[&str]) -> RoleSet {
    raw.iter().map(|role| Role::from_platform(role)).collect()
}

pub(crate) fn add(principal: &str, given: &[&str]) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: Principal::from_platform(principal),
        before: RoleSet::default(),
        after: roles(given),
    }
}

pub(crate) fn set(principal: &str, before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: Principal::from_platform(principal),
        before: roles(before),
        after: roles(after),
    }
}

pub(crate) fn remove(principal: &str) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: Principal::from_platform(principal),
        before: roles(&["Viewer"]),
        after: RoleSet::default(),
    }
}

pub(crate) fn create(name: &str) -> Change {
    Change::CreateWorkspace {
        name: ws(name),
        description: None,
    }
}

pub(crate) fn describe(after: &str) -> Change {
    Change::Describe {
        workspace: ws("ml-team"),
        before: Some("old".to_owned()),
        after: after.to_owned(),
    }
}

pub(crate) fn delete(name: &str) -> Change {
    Change::DeleteWorkspace { workspace: ws(name) }
}

pub(crate) fn thing(kind: ResourceKind, name: &str) -> ResourceId {
    let name = ResourceName::from_platform(name);
    ResourceId { kind, name }
}

/// One change of every kind.
pub(crate) fn every_change() -> Vec<Change> {
    vec![
        create("ml-team"),
        describe("new"),
        delete("ml-team"),
        add("al@x.com", &["Viewer"]),
        set("al@x.com", &["Viewer"], &["Admin"]),
        remove("al@x.com"),
        Change::CreateProject {
            workspace: ws("ml-team"),
            name: ResourceName::from_platform("p1"),
            description: None,
        },
        Change::DeleteResource {
            workspace: ws("ml-team"),
            target: thing(ResourceKind::Secret, "s1"),
        },
        Change::RetryDeletion {
            workspace: ws("ml-team"),
        },
    ]
}

/// Returns a server that gives every request the same answer.
pub(crate) async fn server_answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// Makes `server` give one answer to one method and path.
pub(crate) async fn given(server: &MockServer, verb: &str, at: &str, answer: ResponseTemplate) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(answer)
        .mount(server)
        .await;
}

pub(crate) fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

pub(crate) fn detail(status: u16, words: &str) -> ResponseTemplate {
    json(status, &serde_json::json!({ "detail": words }).to_string())
}

/// The platform's way of saying that what was sent lacks a field.
pub(crate) fn lacks(field: &str) -> ResponseTemplate {
    let entry = serde_json::json!({"type": "missing", "loc": ["body", field], "msg": "Field required", "input": {}});
    json(422, &serde_json::json!({ "detail": [entry] }).to_string())
}

/// Returns what reached `server`: `METHOD path?query body`.
pub(crate) async fn received(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .map(|request| {
            let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let path = request.url.path();
            let body = String::from_utf8_lossy(&request.body);
            format!("{} {path}{query} {body}", request.method).trim_end().to_owned()
        })
        .collect()
}

/// Long enough for anything that is going to happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
