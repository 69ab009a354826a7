//! The shapes, as recorded.

use super::*;
use pretty_assertions::assert_eq;

#[rstest]
#[case("files/filesets/fs1")]
#[case("models/models/m1")]
#[case("models/adapters/ad1")]
#[case("models/providers/pr1")]
#[case("models/deployments/d1")]
#[case("models/deployment-configs/dc1")]
#[case("models/prompts/pt1")]
#[case("secrets/secrets/s1")]
#[case("jobs/jobs/j1")]
#[tokio::test]
async fn each_has_the_recorded_shape(#[case] one: &str) {
    let bench = Bench::furnished().await;
    let got = bench.get(&at(one), AL).await;
    // As text: the order of the fields counts, too.
    assert_eq!(starred(got.body).to_string(), expected(one).to_string());
    let (place, name) = one.rsplit_once('/').unwrap();
    let list = bench.get(&at(place), AL).await;
    let row = list.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == name);
    let in_list = starred(row.unwrap().clone());
    assert_eq!(in_list, without_nulls(expected(one)));
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(field, value)| (field, without_nulls(value))).collect()
        }
        Value::Array(entries) => entries.into_iter().map(without_nulls).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

fn adapter() -> Value {
    json!({
        "name": "ad1", "workspace": "team", "description": null, "fileset": "fs1", "finetuning_type": "lora",
        "enabled": true, "lora_config": null, "model": "team/m1", "created_at": "*", "updated_at": "*",
    })
}

/// Returns what was recorded, with a star for what is different every time.
pub(super) fn expected(place: &str) -> Value {
    match place {
        "files/filesets/fs1" => json!({
            "id": "*", "name": "fs1", "workspace": "team", "description": "", "purpose": "generic",
            "storage": {
                "read_chunk_size": 1_048_576, "type": "local", "path": "/data/files_storage/filesets/team/fs1",
                "write_buffer_size": 16_777_216,
            },
            "metadata": {"dataset": null, "model": null, "environment": null}, "custom_fields": {}, "project": "",
            "created_at": "*", "updated_at": "*",
        }),
        "secrets/secrets/s1" => json!({
            "name": "s1", "workspace": "team", "description": null, "created_at": "*", "updated_at": "*",
        }),
        "jobs/jobs/j1" => json!({
            "id": "*", "attempt_id": "*", "name": "j1", "workspace": "team", "project": null, "description": null,
            "source": "x", "spec": {},
            "platform_spec": {
                "steps": [{"name": "st", "executor": {"provider": "subprocess", "command": ["true"]}}],
                "secrets": null,
            },
            "fileset": "job-fileset-j1", "output_location": null, "status": "created", "status_details": {},
            "error_details": null, "created_at": "*", "updated_at": "*", "ownership": null, "custom_fields": null,
        }),
        other => expected_of_models(other),
    }
}

fn expected_of_models(place: &str) -> Value {
    match place {
        "models/models/m1" => json!({
            "id": "*", "name": "m1", "workspace": "team", "project": "p1", "created_at": "*", "updated_at": "*",
            "description": null, "spec": null, "finetuning_type": null, "fileset": "team/fs1",
            "trust_remote_code": false, "base_model": null, "api_endpoint": null, "backend_format": null,
            "adapters": [adapter()], "prompt": null, "custom_fields": {}, "ownership": null, "model_providers": [],
        }),
        "models/adapters/ad1" => adapter(),
        "models/providers/pr1" => json!({
            "id": "*", "name": "pr1", "workspace": "team", "project": null, "created_at": "*", "updated_at": "*",
            "description": null, "host_url": "http://127.0.0.1:9/x", "api_key_secret_name": null,
            "served_models": [], "enabled_models": null, "status": "CREATED",
            "status_message": "Model provider created", "default_extra_body": null, "default_extra_headers": null,
            "required_extra_body": null, "required_extra_headers": null, "model_deployment_id": null,
            "auth_context": null, "auth_header_format": null,
        }),
        "models/deployments/d1" => json!({
            "id": "*", "name": "d1", "workspace": "team", "project": null, "created_at": "*", "updated_at": "*",
            "entity_version": 1, "config": "dc1", "config_version": 1, "status": "CREATED", "status_message": "",
            "status_history": [], "model_provider_id": null, "auth_context": null,
        }),
        "models/deployment-configs/dc1" => json!({
            "id": "*", "name": "dc1", "workspace": "team", "project": null, "created_at": "*", "updated_at": "*",
            "entity_version": 1, "description": null, "engine": "nim",
            "model_spec": {
                "model_type": null, "model_namespace": null, "model_name": null, "model_revision": null,
                "chat_template": null, "tool_call_config": null, "lora_enabled": false,
            },
            "executor_config": {
                "gpu": 0, "disk_size": "50Gi", "image_name": null, "image_tag": null, "health_check_path": null,
                "run_as_user": null, "run_as_group": null, "additional_envs": null, "additional_args": [],
                "k8s_nim_operator_config": null, "override_config": null,
            },
            "model_entity_id": null,
        }),
        "models/prompts/pt1" => json!({
            "id": "*", "name": "pt1", "workspace": "team", "project": null, "created_at": "*", "updated_at": "*",
            "description": null, "messages": [{"role": "user", "content": "hi"}], "input_variables": [],
            "tools": null, "tool_choice": null, "response_format": null, "inference_params": null, "tags": [],
        }),
        other => panic!("nothing was recorded for {other}"),
    }
}
