//! What lies in a workspace: one thing of every kind, made the way this platform makes it.

use super::{Platform, token};
use nmp_console::domain::ids::WorkspaceName;
use reqwest::Method;
use serde_json::{Value, json};

/// Makes a thing in a workspace as the platform admin.
pub(crate) async fn make(platform: &Platform, workspace: &WorkspaceName, service: &str, collection: &str, body: Value) {
    let path = format!("/apis/{service}/v2/workspaces/{}/{collection}", workspace.raw());
    let made = platform.raw(&platform.admin, Method::POST, &path, Some(body)).await;
    assert!([200, 201].contains(&made.status), "{made:?}");
}

/// Makes a row of the store that no service makes here: secrets need a key, deployments something that runs them.
async fn make_row(platform: &Platform, workspace: &WorkspaceName, entity_type: &str, body: Value) {
    let collection = format!("entities/{entity_type}");
    make(platform, workspace, "entities", &collection, body).await;
}

/// Makes one thing of every kind, and filesets that some of them use.
pub(crate) async fn furnish(platform: &Platform, workspace: &WorkspaceName) {
    let (at, place) = (platform, workspace);
    let project = "project-one";
    make(at, place, "entities", "projects", json!({"name": project})).await;
    for fileset in ["weights", "tuned"] {
        make(at, place, "files", "filesets", json!({"name": fileset})).await;
    }
    if !platform.is_sandbox() {
        // A real platform adapts nothing with an empty fileset; a sandbox keeps no files.
        let path = "/filesets/tuned/-/adapter.bin";
        let path = format!("/apis/files/v2/workspaces/{}{path}", workspace.raw());
        let authorization = format!("Bearer {}", token(&platform.admin));
        let body = Some(("application/octet-stream", "weights".to_owned()));
        let uploaded = platform.send(Some(&authorization), Method::PUT, &path, body).await;
        assert_eq!(uploaded.status, 200, "{uploaded:?}");
    }
    let weights = format!("{}/weights", workspace.raw());
    let body = json!({"name": "model-one", "project": project, "fileset": weights});
    make(at, place, "models", "models", body).await;
    let body = json!({
        "name": "adapter-one",
        "fileset": format!("{}/tuned", workspace.raw()),
        "finetuning_type": "lora",
        "model": format!("{}/model-one", workspace.raw()),
    });
    make(at, place, "models", "adapters", body).await;
    let body = json!({"name": "provider-one", "host_url": "http://127.0.0.1:9/"});
    make(at, place, "models", "providers", body).await;
    let body = json!({"name": "prompt-one", "messages": [{"role": "user", "content": "hi"}]});
    make(at, place, "models", "prompts", body).await;
    let body = json!({"name": "config-one", "engine": "nim", "model_spec": {}, "executor_config": {"gpu": 0}});
    make(at, place, "models", "deployment-configs", body).await;
    let executor = json!({"provider": "subprocess", "command": ["true"]});
    let body = json!({
        "name": "job-one",
        "source": "x",
        "spec": {},
        "platform_spec": {"steps": [{"name": "step", "executor": executor}]},
    });
    make(at, place, "jobs", "jobs", body).await;
    let body = json!({"name": "secret-one", "data": {"description": "d", "value": "x"}});
    make_row(at, place, "platform_secret", body).await;
    make_deployment(at, place, "deployment-one").await;
}

/// Makes the row of a deployment, which nothing here runs and so nothing here can end.
async fn make_deployment(platform: &Platform, workspace: &WorkspaceName, name: &str) {
    let data = json!({
        "base_name": name,
        "entity_version": 1,
        "config": "config-one",
        "config_version": 1,
        "status": "CREATED",
        "status_message": "",
        "status_history": [],
    });
    let body = json!({"name": format!("{name}-v1"), "data": data});
    make_row(platform, workspace, "model_deployment", body).await;
}
