//! Filesets, models, jobs and the like: every shape and sentence here was recorded from the platform.

mod by_hand;
mod shapes;

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;
use shapes::expected;

/// Where a kind is in the workspace `team`.
fn at(place: &str) -> String {
    in_workspace("team", place)
}

fn in_workspace(workspace: &str, place: &str) -> String {
    let (service, kind) = place.split_once('/').unwrap();
    format!("/apis/{service}/v2/workspaces/{workspace}/{kind}")
}

/// Puts a star in the place of what is different every time.
fn starred(mut body: Value) -> Value {
    match &mut body {
        Value::Object(fields) => {
            for (field, value) in fields {
                *value = if ["id", "attempt_id", "created_at", "updated_at"].contains(&field.as_str()) {
                    assert!(!value.as_str().unwrap().is_empty());
                    "*".into()
                } else {
                    starred(value.take())
                };
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| *entry = starred(entry.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    body
}

fn job(name: &str) -> Value {
    let step = json!({"name": "st", "executor": {"provider": "subprocess", "command": ["true"]}});
    json!({"name": name, "source": "x", "spec": {}, "platform_spec": {"steps": [step]}})
}

impl Bench {
    /// `team` with one of every kind that can be made, and a deployment and a secret that cannot.
    async fn furnished() -> Self {
        let bench = Self::with_workspace().await;
        let projects = format!("{WORKSPACES}/team/projects");
        bench.have(&projects, &json!({"name": "p1"})).await;
        for (place, body) in bodies() {
            bench.have(&at(place), &body).await;
        }
        bench.row("model_deployment", "d1-v1", &deployment("d1", 1)).await;
        bench
            .row("platform_secret", "s1", &json!({"description": null, "value": "x"}))
            .await;
        bench
    }

    async fn have(&self, path: &str, body: &Value) -> Got {
        let made = self.post(path, AL, body).await;
        assert!(made.status.is_success(), "{path}: {made:?}");
        made
    }

    async fn row(&self, kind: &str, name: &str, data: &Value) {
        let path = format!("{WORKSPACES}/team/entities/{kind}");
        let made = self.post(&path, ADMIN, &json!({"name": name, "data": data})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    }
}

fn deployment(name: &str, version: i64) -> Value {
    json!({"base_name": name, "entity_version": version, "config": "dc1", "config_version": 1, "status": "CREATED"})
}

/// One of every kind that can be made, in the order in which they can.
fn bodies() -> [(&'static str, Value); 7] {
    [
        ("files/filesets", json!({"name": "fs1", "project": "p1"})),
        (
            "models/models",
            json!({"name": "m1", "project": "p1", "fileset": "team/fs1"}),
        ),
        (
            "models/adapters",
            json!({"name": "ad1", "fileset": "fs1", "finetuning_type": "lora", "model": "m1"}),
        ),
        (
            "models/providers",
            json!({"name": "pr1", "host_url": "http://127.0.0.1:9/x"}),
        ),
        (
            "models/deployment-configs",
            json!({"name": "dc1", "engine": "nim", "model_spec": {}, "executor_config": {"gpu": 0}}),
        ),
        (
            "models/prompts",
            json!({"name": "pt1", "messages": [{"role": "user", "content": "hi"}]}),
        ),
        ("jobs/jobs", job("j1")),
    ]
}

#[rstest]
#[case("files/filesets", 10, 0, Some("-created_at"))]
#[case("models/models", 100, 0, Some("created_at"))]
#[case("models/adapters", 100, 0, Some("created_at"))]
#[case("models/providers", 100, 0, Some("created_at"))]
#[case("models/deployments", 100, 1, Some("created_at"))]
#[case("models/deployment-configs", 100, 1, Some("created_at"))]
#[case("models/prompts", 100, 0, Some("created_at"))]
#[case("secrets/secrets", 10, 0, None)]
#[case("jobs/jobs", 10, 1, Some("-created_at"))]
#[tokio::test]
async fn an_empty_list_is_written_as_recorded(
    #[case] place: &str,
    #[case] size: i64,
    #[case] n_pages: i64,
    #[case] sort: Option<&str>,
) {
    let bench = Bench::with_workspace().await;
    let pagination = json!({
        "page": 1, "page_size": size, "current_page_size": 0, "total_pages": n_pages, "total_results": 0,
    });
    let mut expected = json!({"data": [], "pagination": pagination});
    if let Some(sort) = sort {
        expected["sort"] = sort.into();
    }
    bench.get(&at(place), AL).await.is(200, &expected);
    bench.get(&at(place), BOB).await.says(403, "Forbidden");
}

const TOO_MANY: &str = r#"{"detail":[{"type":"less_than_equal","loc":["query","page_size"],"msg":"Input should be less than or equal to 1000","input":"1001","ctx":{"le":1000}}]}"#;
const NONE: &str = r#"{"detail":[{"type":"greater_than_equal","loc":["query","page_size"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}]}"#;

#[rstest]
#[case("models/models?page_size=0", 500, "Failed to list model entities")]
#[case("models/models?page_size=1001", 500, "Failed to list model entities")]
#[case("models/models?page=0", 500, "Failed to list model entities")]
#[case("models/adapters?page=0", 500, "Failed to list adapter entities")]
#[case("models/providers?page_size=0", 500, &format!("HTTP 422: {NONE}"))]
#[case("models/providers?page_size=1001", 500, &format!("HTTP 422: {TOO_MANY}"))]
#[case("models/deployments?page_size=0", 500, "Failed to list deployments")]
#[case("models/deployment-configs?page_size=0", 500, "Failed to list deployment configs")]
#[case("secrets/secrets?page_size=1001", 422, TOO_MANY)]
#[case("jobs/jobs?page_size=1001", 422, TOO_MANY)]
#[case(
    "jobs/jobs?filter=zz:%22x%22",
    400,
    "Unknown filter field 'zz'. Valid fields: ['created_at', 'entity_type', 'id', 'name', 'project', 'source', 'spec', 'status', 'updated_at', 'workspace']"
)]
#[tokio::test]
async fn pages_out_of_bounds_are_answered_as_recorded(#[case] asked: &str, #[case] status: u16, #[case] detail: &str) {
    let bench = Bench::with_workspace().await;
    bench.get(&at(asked), AL).await.says(status, detail);
}

#[rstest]
#[case("files/filesets?page_size=101", json!({"type": "less_than_equal", "loc": ["query", "page_size"],
    "msg": "Input should be less than or equal to 100", "input": "101", "ctx": {"le": 100}}))]
#[case("models/adapters?page_size=1001", json!({"type": "less_than_equal", "loc": ["query", "page_size"],
    "msg": "Input should be less than or equal to 1000", "input": "1001", "ctx": {"le": 1000}}))]
#[case("models/prompts?page=0", json!({"type": "greater_than_equal", "loc": ["query", "page"],
    "msg": "Input should be greater than or equal to 1", "input": "0", "ctx": {"ge": 1}}))]
#[case("secrets/secrets?page_size=0", json!({"type": "greater_than", "loc": ["query", "page_size"],
    "msg": "Input should be greater than 0", "input": "0", "ctx": {"gt": 0}}))]
#[case("models/models?page_size=x", json!({"type": "int_parsing", "loc": ["query", "page_size"],
    "msg": "Input should be a valid integer, unable to parse string as an integer", "input": "x"}))]
#[case("jobs/jobs?sort=name", json!({"type": "enum", "loc": ["query", "sort"],
    "msg": "Input should be 'created_at', '-created_at', 'updated_at', '-updated_at', 'source' or '-source'",
    "input": "name", "ctx": {"expected":
        "'created_at', '-created_at', 'updated_at', '-updated_at', 'source' or '-source'"}}))]
#[tokio::test]
async fn some_are_refused_by_field(#[case] asked: &str, #[case] entry: Value) {
    let bench = Bench::with_workspace().await;
    bench.get(&at(asked), AL).await.is(422, &json!({"detail": [entry]}));
}

#[tokio::test]
async fn lists_are_paged_sorted_and_filtered() {
    let bench = Bench::with_workspace().await;
    for name in ["aa", "bb", "cc"] {
        bench.have(&at("models/prompts"), &json!({"name": name})).await;
        bench.have(&at("files/filesets"), &json!({"name": name})).await;
    }
    let names = async |asked: &str| {
        let got = bench.get(&at(asked), AL).await;
        got.names().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names("models/prompts").await, ["aa", "bb", "cc"]);
    assert_eq!(names("files/filesets").await, ["cc", "bb", "aa"]);
    assert_eq!(names("files/filesets?sort=name&page_size=2&page=2").await, ["cc"]);
    assert_eq!(names("models/prompts?filter=name:%22bb%22").await, ["bb"]);
    assert_eq!(names("models/adapters?sort=nonsense").await, [""; 0]);
    bench.have(&at("jobs/jobs"), &job("j1")).await;
    let got = bench.get(&at("jobs/jobs?filter=status:%22created%22"), AL).await;
    assert_eq!(
        (got.names(), &got.body["filter"]),
        (vec!["j1"], &json!({"status": {"$eq": "created"}}))
    );
    let got = bench.get(&at("models/deployments?page=0"), AL).await;
    assert_eq!(
        (&got.body["data"], &got.body["pagination"]["page"]),
        (&json!([]), &json!(0))
    );
}

#[tokio::test]
async fn of_several_versions_the_newest_is_shown_under_its_plain_name() {
    let bench = Bench::with_workspace().await;
    for (name, version) in [("d1", 1), ("d1", 2), ("d2", 1)] {
        let row = format!("{name}-v{version}");
        bench.row("model_deployment", &row, &deployment(name, version)).await;
    }
    let got = bench.get(&at("models/deployments?page_size=1"), AL).await;
    assert_eq!(got.names(), ["d1"]);
    assert_eq!(got.body["pagination"]["total_results"], 2);
    assert_eq!(
        bench.get(&at("models/deployments/d1"), AL).await.body["entity_version"],
        2
    );
    let unknown = bench.get(&at("models/deployments/d1-v1"), AL).await;
    unknown.says(404, "Deployment 'team/d1-v1' not found");
}

#[rstest]
#[case(
    "files/filesets",
    200,
    "Fileset 'team/fs1' already exists",
    "Fileset 'zz' not found in workspace 'team'"
)]
#[case(
    "models/models",
    201,
    "Model with workspace 'team' and name 'm1' already exists",
    "Model with workspace 'team' and name 'zz' not found"
)]
#[case(
    "models/adapters",
    201,
    "Adapter with name 'ad1' already exists in workspace 'team'",
    "Adapter 'zz' not found in workspace 'team'"
)]
#[case(
    "models/providers",
    201,
    "Model provider with workspace 'team' and name 'pr1' already exists",
    "Model provider not found: team/zz"
)]
#[case(
    "models/prompts",
    201,
    "Prompt with workspace 'team' and name 'pt1' already exists",
    "Prompt not found: team/zz"
)]
#[case(
    "jobs/jobs",
    201,
    "Job 'j1' already exists in workspace 'team'. Choose a different job name or delete the existing job before creating a new one.",
    "Job 'zz' not found in workspace 'team'."
)]
#[tokio::test]
async fn names_are_given_once_and_unknown_ones_are_told(
    #[case] place: &str,
    #[case] made: u16,
    #[case] taken: &str,
    #[case] unknown: &str,
) {
    let bench = Bench::furnished().await;
    let (_, body) = bodies().into_iter().find(|(of, _)| *of == place).unwrap();
    bench.post(&at(place), AL, &body).await.says(409, taken);
    let mut other = body;
    other["name"] = "other".into();
    assert_eq!(bench.post(&at(place), AL, &other).await.status, made);
    let missing = format!("{}/zz", at(place));
    bench.get(&missing, AL).await.says(404, unknown);
    bench.delete(&missing, AL).await.says(404, unknown);
    bench.delete(&missing, BOB).await.says(403, "Forbidden");
    bench.post(&at(place), BOB, &json!({})).await.says(403, "Forbidden");
}

#[tokio::test]
async fn viewers_read_and_editors_change() {
    let bench = Bench::furnished().await;
    let members = format!("{WORKSPACES}/team/members");
    for (who, role) in [("vi@x.com", "Viewer"), ("ed@x.com", "Editor")] {
        bench.have(&members, &json!({"principal": who, "roles": [role]})).await;
    }
    let one = at("models/prompts/pt1");
    assert_eq!(bench.get(&one, "vi@x.com").await.status, 200);
    bench.delete(&one, "vi@x.com").await.says(403, "Forbidden");
    let gone = bench.delete(&one, "ed@x.com").await;
    assert_eq!((gone.status.as_u16(), gone.body), (204, Value::Null));
    assert_eq!(bench.get(&one, "vi@x.com").await.status, 404);
}

#[rstest]
#[case("models/adapters", &["name", "fileset", "finetuning_type", "model"])]
#[case("models/providers", &["name", "host_url"])]
#[case("models/deployments", &["name", "config"])]
#[case("models/deployment-configs", &["name", "engine", "model_spec", "executor_config"])]
#[case("models/prompts", &["name"])]
#[case("secrets/secrets", &["name", "value"])]
#[case("jobs/jobs", &["spec", "platform_spec", "source"])]
#[tokio::test]
async fn what_is_required_is_missed_in_the_recorded_order(#[case] place: &str, #[case] fields: &[&str]) {
    let bench = Bench::with_workspace().await;
    let missing =
        |field: &&str| json!({"type": "missing", "loc": ["body", field], "msg": "Field required", "input": {}});
    let entries: Vec<Value> = fields.iter().map(missing).collect();
    bench
        .post(&at(place), AL, &json!({}))
        .await
        .is(422, &json!({"detail": entries}));
}

#[rstest]
#[case("files/filesets", json!({"name": "x".repeat(64)}), "string_too_long", json!(["body", "name"]))]
#[case("files/filesets", json!({"name": "A b"}), "string_pattern_mismatch", json!(["body", "name"]))]
#[case("models/deployment-configs", json!({"name": "c2", "engine": "nim", "model_spec": {}, "executor_config": {}}),
    "missing", json!(["body", "executor_config", "gpu"]))]
#[case("models/deployment-configs", json!({"name": "c2", "engine": "zz", "model_spec": {}, "executor_config": {"gpu": 0}}),
    "enum", json!(["body", "engine"]))]
#[case("jobs/jobs", json!({"source": "x", "spec": {}, "platform_spec": {"steps": []}}), "value_error",
    json!(["body", "platform_spec"]))]
#[case("jobs/jobs", json!({"source": "x", "spec": 5, "platform_spec": {"steps": [{}]}}), "dict_type",
    json!(["body", "spec"]))]
#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_by_field(
    #[case] place: &str,
    #[case] body: Value,
    #[case] kind: &str,
    #[case] location: Value,
) {
    let bench = Bench::with_workspace().await;
    let got = bench.post(&at(place), AL, &body).await;
    let entries: Vec<_> = got.body["detail"].as_array().unwrap().iter().collect();
    assert_eq!(entries.len(), 1, "{got:?}");
    assert_eq!((&entries[0]["type"], &entries[0]["loc"]), (&json!(kind), &location));
}

#[rstest]
#[case("models/models", json!({"name": "m2", "fileset": "nofs"}), 400, "Fileset 'nofs' not found in workspace 'team'")]
#[case("models/adapters", json!({"name": "a2", "fileset": "fs1", "finetuning_type": "lora", "model": "nom"}), 404,
    "Base model for adapter (model='nom') not found")]
#[case("models/prompts", json!({"name": "p2", "project": "nope"}), 422,
    "Project 'nope' does not exist in workspace 'team'. Please create the project first.")]
#[case("models/deployments", json!({"name": "d2", "config": "dc1"}), 422,
    "Deployments are not enabled because the backend runtime is set to 'none'")]
#[tokio::test]
async fn what_cannot_be_made_is_told_why(
    #[case] place: &str,
    #[case] body: Value,
    #[case] status: u16,
    #[case] detail: &str,
) {
    let bench = Bench::furnished().await;
    bench.post(&at(place), AL, &body).await.says(status, detail);
}

#[tokio::test]
async fn nothing_encrypts_secrets() {
    let bench = Bench::with_workspace().await;
    let got = bench
        .post(&at("secrets/secrets"), AL, &json!({"name": "s1", "value": "x"}))
        .await;
    let message = "Secret management requires a configured encryption provider.";
    got.is(
        422,
        &json!({"error": "ENCRYPTION_PROVIDER_NOT_CONFIGURED", "message": message}),
    );
}

#[rstest]
#[case(
    "files/filesets",
    404,
    "Workspace 'zz' not found",
    404,
    "Fileset 'one' not found in workspace 'zz'"
)]
#[case(
    "models/models",
    500,
    "Failed to list model entities",
    404,
    "Model with workspace 'zz' and name 'one' not found"
)]
#[case(
    "models/adapters",
    500,
    "Failed to list adapter entities",
    404,
    "Workspace 'zz' not found"
)]
#[case(
    "models/providers",
    500,
    "HTTP 404: Workspace 'zz' not found",
    404,
    "Model provider not found: zz/one"
)]
#[case(
    "models/deployments",
    500,
    "Failed to list deployments",
    500,
    "Failed to get deployment"
)]
#[case(
    "models/deployment-configs",
    500,
    "Failed to list deployment configs",
    500,
    "Failed to get deployment config"
)]
#[case("models/prompts", 500, "Internal server error", 404, "Prompt not found: zz/one")]
#[case("secrets/secrets", 404, "Workspace 'zz' not found", 404, "Secret zz/one not found")]
#[case(
    "jobs/jobs",
    404,
    "Workspace 'zz' not found",
    404,
    "Job 'one' not found in workspace 'zz'."
)]
#[tokio::test]
async fn an_unknown_workspace_is_told_to_platform_admins(
    #[case] place: &str,
    #[case] list_status: u16,
    #[case] list_words: &str,
    #[case] status: u16,
    #[case] words: &str,
) {
    let bench = Bench::new().await;
    let list = in_workspace("zz", place);
    bench.get(&list, ADMIN).await.says(list_status, list_words);
    bench.get(&format!("{list}/one"), ADMIN).await.says(status, words);
    bench.get(&list, AL).await.says(403, "Forbidden");
}

#[tokio::test]
async fn a_fileset_in_use_stays() {
    let bench = Bench::furnished().await;
    let fileset = at("files/filesets/fs1");
    let in_use = |n_models: i64, n_adapters: i64| {
        format!(
            "Cannot delete fileset 'team/fs1' because {n_models} model entity reference(s) and {n_adapters} adapter \
             entity reference(s) still use it. Relink or delete the dependent entities first."
        )
    };
    bench.delete(&fileset, AL).await.says(409, &in_use(1, 1));
    bench.delete(&at("models/adapters/ad1"), AL).await;
    bench.delete(&fileset, AL).await.says(409, &in_use(1, 0));
    // A reference from elsewhere counts, a namesake elsewhere does not.
    bench.make("other").await;
    bench
        .have(&in_workspace("other", "files/filesets"), &json!({"name": "fs1"}))
        .await;
    let models = in_workspace("other", "models/models");
    bench.have(&models, &json!({"name": "own", "fileset": "fs1"})).await;
    bench
        .have(&models, &json!({"name": "far", "fileset": "team/fs1"}))
        .await;
    bench.delete(&at("models/models/m1"), AL).await;
    bench.delete(&fileset, AL).await.says(409, &in_use(1, 0));
    bench.delete(&format!("{models}/far"), AL).await;
    let gone = bench.delete(&fileset, AL).await;
    assert_eq!(
        (gone.status.as_u16(), starred(gone.body)),
        (200, expected("files/filesets/fs1"))
    );
    assert_eq!(bench.get(&fileset, AL).await.status, 404);
}

#[tokio::test]
async fn a_models_adapters_go_with_it() {
    let bench = Bench::furnished().await;
    bench.have(&at("models/models"), &json!({"name": "m2"})).await;
    let other = json!({"name": "ad2", "fileset": "fs1", "finetuning_type": "lora", "model": "team/m2"});
    bench.have(&at("models/adapters"), &other).await;
    assert_eq!(bench.delete(&at("models/models/m1"), AL).await.status, 204);
    assert_eq!(bench.get(&at("models/adapters"), AL).await.names(), ["ad2"]);
}

#[tokio::test]
async fn a_job_is_cancelled_before_it_goes_and_takes_its_fileset_along() {
    let bench = Bench::furnished().await;
    let (job, fileset) = (at("jobs/jobs/j1"), at("files/filesets/job-fileset-j1"));
    assert_eq!(bench.get(&fileset, AL).await.status, 200);
    bench.delete(&job, AL).await.says(
        409,
        "Cannot delete job 'j1' while it is 'created'. Cancel the job and wait for it to reach a terminal state before deleting.",
    );
    let cancel = format!("{job}/cancel");
    bench.post(&cancel, BOB, &json!({})).await.says(403, "Forbidden");
    let before = bench.get(&job, AL).await.body;
    let got = bench.post(&cancel, AL, &json!({})).await;
    let mut cancelled = before;
    cancelled["status"] = "cancelled".into();
    got.is(200, &cancelled);
    bench.post(&cancel, AL, &json!({})).await.is(200, &cancelled);
    assert_eq!(bench.delete(&job, AL).await.status, 204);
    assert_eq!(bench.get(&fileset, AL).await.status, 404);
    let unknown = bench.post(&cancel, AL, &json!({})).await;
    unknown.says(404, "Job 'j1' not found in workspace 'team'.");
}

#[tokio::test]
async fn a_job_without_a_name_gets_one() {
    let bench = Bench::with_workspace().await;
    let mut nameless = job("");
    nameless.as_object_mut().unwrap().remove("name");
    let made = bench.have(&at("jobs/jobs"), &nameless).await.body;
    assert!(made["name"].as_str().unwrap().starts_with("x-"), "{made}");
}

#[tokio::test]
async fn what_needs_a_runtime_cannot_be_deleted() {
    let bench = Bench::furnished().await;
    for one in [
        "models/deployments/d1",
        "models/deployments/zz",
        "models/deployment-configs/dc1",
    ] {
        let got = bench.delete(&at(one), AL).await;
        got.says(
            422,
            "Deployments are not enabled because the backend runtime is set to 'none'",
        );
    }
    assert_eq!(bench.delete(&at("secrets/secrets/s1"), AL).await.status, 204);
}

#[tokio::test]
async fn a_refusal_to_delete_a_workspace_counts_every_kind_in_words() {
    let bench = Bench::furnished().await;
    bench.row("model_deployment", "d1-v2", &deployment("d1", 2)).await;
    bench.delete(&format!("{WORKSPACES}/team"), AL).await.says(
        409,
        "Cannot delete workspace 'team': workspace contains entities that must be deleted first: project (1), fileset (2), \
         model (1), adapter (1), provider (1), deployment config (1), prompt (1), job (1), deployment (1), secret (1)",
    );
}
