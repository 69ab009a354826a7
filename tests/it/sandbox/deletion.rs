//! The cleaner at work: a cascading deletion over HTTP, across failures and restarts.

use super::{AL, BOB, Console, DEADLINE, WORKSPACES, in_file, start};
use nmp_console::sandbox::{Deletion, Options, PLATFORM_ADMIN};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// So long that no test waits for it.
const NEVER: Duration = Duration::from_hours(1);
/// Long enough to be seen, short enough to wait for.
const SOON: Duration = Duration::from_millis(20);

impl Console {
    async fn delete(&self, name: &str, who: &str) -> StatusCode {
        let path = format!("{WORKSPACES}/{name}");
        self.send(Method::DELETE, &path, who, None).await.0
    }

    /// The status of a deletion, while there is one.
    async fn deletion(&self, name: &str) -> Option<Value> {
        let path = format!("/apis/entities/v2/workspace-deletions/{name}");
        let (status, body) = self.send(Method::GET, &path, PLATFORM_ADMIN, None).await;
        (status == StatusCode::OK).then_some(body)
    }

    async fn stage(&self, name: &str) -> Option<String> {
        let status = self.deletion(name).await?;
        Some(status["deletion_stage"].as_str().unwrap().to_owned())
    }

    /// Waits until the deletion is in this stage, or over.
    async fn until(&self, name: &str, stage: Option<&str>) {
        let reached = async { while self.stage(name).await.as_deref() != stage {} };
        let in_time = timeout(DEADLINE, reached).await;
        assert!(in_time.is_ok(), "{name} is {:?}, not {stage:?}", self.stage(name).await);
    }

    async fn try_make(&self, name: &str, who: &str) -> (StatusCode, Value) {
        let body = Some(json!({"name": name}));
        self.send(Method::POST, WORKSPACES, who, body).await
    }
}

fn cascading(cleanup: Duration) -> Options {
    Options {
        deletion: Deletion::Cascade,
        cleanup,
        ..Options::default()
    }
}

#[tokio::test]
async fn a_workspace_is_cleaned_up_and_its_name_is_free_again() {
    let (running, console) = start(cascading(SOON)).await;
    // Several at once, and more while the cleaner is at work: each wakes it anew.
    for name in ["one", "two", "three"] {
        console.make(name).await;
        assert_eq!(console.delete(name, AL).await, StatusCode::OK);
    }
    for name in ["one", "two", "three"] {
        console.until(name, None).await;
        assert_eq!(console.try_make(name, BOB).await.0, StatusCode::CREATED);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_first_attempt_can_be_made_to_fail_and_is_repeated() {
    let options = Options {
        cleanup_error: Some("the store is away".to_owned()),
        cleanup_retry: Duration::from_secs(2),
        ..cascading(SOON)
    };
    let (running, console) = start(options).await;
    console.make("team").await;
    console.delete("team", AL).await;
    console.until("team", Some("failed")).await;
    let status = console.deletion("team").await.unwrap();
    assert_eq!(status["deletion_error"], "the store is away");
    let (refused, body) = console.try_make("team", BOB).await;
    assert_eq!(refused, StatusCode::CONFLICT);
    let said = "Workspace 'team' is still being deleted (the store is away)";
    assert_eq!(body["detail"], said);
    // Nobody asks for it: the retry comes by itself.
    console.until("team", None).await;
    running.stop().await;
}

#[tokio::test]
async fn a_failed_one_is_tried_at_once_when_it_is_deleted_again() {
    let options = Options {
        cleanup_error: Some("the store is away".to_owned()),
        cleanup_retry: NEVER,
        ..cascading(SOON)
    };
    let (running, console) = start(options).await;
    console.make("team").await;
    console.delete("team", AL).await;
    console.until("team", Some("failed")).await;
    assert_eq!(console.delete("team", AL).await, StatusCode::FORBIDDEN);
    assert_eq!(console.delete("team", PLATFORM_ADMIN).await, StatusCode::OK);
    console.until("team", None).await;
    running.stop().await;
}

#[tokio::test]
async fn it_stops_at_once_while_a_deletion_is_pending() {
    let (running, console) = start(cascading(NEVER)).await;
    console.make("team").await;
    console.delete("team", AL).await;
    assert_eq!(console.stage("team").await.as_deref(), Some("pending"));
    // Well below the grace it gives to what hangs.
    timeout(Duration::from_secs(4), running.stop()).await.unwrap();
}

#[tokio::test]
async fn a_restart_takes_up_what_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let file = |options: Options| Options {
        data: in_file(&path).data,
        ..options
    };
    let failing = Options {
        cleanup_error: Some("the store is away".to_owned()),
        cleanup_retry: NEVER,
        ..cascading(SOON)
    };
    let (running, console) = start(file(failing)).await;
    console.make("team").await;
    console.delete("team", AL).await;
    console.until("team", Some("failed")).await;
    running.stop().await;

    let patient = Options {
        cleanup_retry: NEVER,
        ..cascading(NEVER)
    };
    let (running, console) = start(file(patient)).await;
    // As it was left, and the name is still taken.
    let status = console.deletion("team").await.unwrap();
    assert_eq!(
        (&status["deletion_stage"], &status["deletion_error"]),
        (&json!("failed"), &json!("the store is away"))
    );
    assert_eq!(console.try_make("team", BOB).await.0, StatusCode::CONFLICT);
    console.make("other").await;
    console.delete("other", AL).await;
    assert_eq!(console.stage("other").await.as_deref(), Some("pending"));
    running.stop().await;

    // Who comes later is not bound by how long that one wanted to wait.
    let brisk = Options {
        cleanup_retry: SOON,
        ..cascading(SOON)
    };
    let (running, console) = start(file(brisk)).await;
    console.until("team", None).await;
    console.until("other", None).await;
    running.stop().await;
}
