//! The wire, asked through the router: every expected body was recorded from the platform.

mod changes;
mod deletions;
mod files;
mod long_lists;
mod resources;
mod sample;
mod wire;

use super::clock::Ticking;
use super::fault::FaultInjector;
use super::rules::Behavior;
use super::rules::deletions::Cleanup;
use super::server::{self, Platform};
use super::store::Store;
use super::{Clock, Database, Deletion, PLATFORM_ADMIN, Seed, seed, unsigned_token};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const AL: &str = "al@x.com";
const BOB: &str = "bob@x.com";
const ADMIN: &str = PLATFORM_ADMIN;
const WORKSPACES: &str = "/apis/entities/v2/workspaces";

/// How the bench cleans up, where nothing waits for real.
const CLEANUP: Cleanup = Cleanup {
    stage: Duration::from_secs(3),
    retry: Duration::from_mins(1),
    first_error: None,
};

/// What came back.
#[derive(Debug, Clone, PartialEq)]
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The names of the rows of a page.
    fn names(&self) -> Vec<&str> {
        let rows = self.body["data"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
    }

    /// Fails unless it is exactly this.
    #[track_caller]
    fn is(&self, status: u16, body: &Value) {
        assert_eq!((self.status.as_u16(), &self.body), (status, body));
    }

    #[track_caller]
    fn says(&self, status: u16, detail: &str) {
        self.is(status, &json!({"detail": detail}));
    }
}

/// A sandbox without a socket.
struct Bench {
    router: Router,
    start: Timestamp,
    store: Store,
}

impl Bench {
    async fn new() -> Self {
        Self::with(Seed::Empty, false, Deletion::Refuse).await
    }

    async fn faithful() -> Self {
        Self::with(Seed::Empty, true, Deletion::Refuse).await
    }

    async fn with(seed: Seed, is_faithful: bool, deletion: Deletion) -> Self {
        Self::like(Database::Sqlite, seed, is_faithful, deletion).await
    }

    async fn on_postgres() -> Self {
        Self::like(Database::Postgres, Seed::Empty, false, Deletion::Refuse).await
    }

    async fn like(like: Database, seed: Seed, is_faithful: bool, deletion: Deletion) -> Self {
        let start: Timestamp = "2026-11-23T18:00:00Z".parse().unwrap();
        let clock = Arc::new(Ticking::new(Clock::Scripted(start)));
        let now = clock.now();
        let (store, _closed) = Store::open(None, move |db| seed::plant(db, seed, now)).await.unwrap();
        let behavior = Behavior {
            deletion,
            is_faithful,
            like,
            cleanup: CLEANUP.stage,
        };
        let injector = FaultInjector::new(Duration::ZERO, Vec::new(), CancellationToken::new());
        let router = server::router(
            Platform {
                store: store.clone(),
                clock,
                behavior,
                memo: Arc::default(),
                marked: Arc::default(),
            },
            injector,
            Duration::from_mins(1),
        );
        Self { router, start, store }
    }

    /// A sandbox in which al has made `team`.
    async fn with_workspace() -> Self {
        let bench = Self::new().await;
        bench.make("team").await;
        bench
    }

    async fn make(&self, name: &str) {
        let made = self.post(WORKSPACES, AL, &json!({"name": name})).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }

    async fn send(&self, method: Method, path: &str, who: &str, kind: Option<&str>, body: Vec<u8>) -> Got {
        let token = unsigned_token(who, self.start, Duration::from_hours(1));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "sandbox.test")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        self.raw(request.body(Body::from(body)).unwrap()).await
    }

    async fn raw(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Got {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    async fn get(&self, path: &str, who: &str) -> Got {
        self.send(Method::GET, path, who, None, Vec::new()).await
    }

    async fn delete(&self, path: &str, who: &str) -> Got {
        self.send(Method::DELETE, path, who, None, Vec::new()).await
    }

    async fn post(&self, path: &str, who: &str, body: &Value) -> Got {
        let bytes = body.to_string().into_bytes();
        self.send(Method::POST, path, who, Some("application/json"), bytes)
            .await
    }

    async fn put(&self, path: &str, who: &str, body: &Value) -> Got {
        let bytes = body.to_string().into_bytes();
        self.send(Method::PUT, path, who, Some("application/json"), bytes).await
    }

    /// The members of a workspace as principal and roles, in the order of the list.
    async fn members(&self, workspace: &str) -> Vec<(String, Vec<String>)> {
        let got = self.get(&format!("{WORKSPACES}/{workspace}/members"), ADMIN).await;
        assert_eq!(got.status, StatusCode::OK);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let member = |member: &Value| {
            let roles = member["roles"].as_array().unwrap().iter().map(text).collect();
            (text(&member["principal"]), roles)
        };
        got.body["data"].as_array().unwrap().iter().map(member).collect()
    }
}

fn member(principal: &str, roles: &[&str]) -> (String, Vec<String>) {
    (principal.to_owned(), roles.iter().copied().map(str::to_owned).collect())
}
