//! Shapes: statuses, bodies, headers, and the order in which a request is judged.

use super::*;
use crate::sandbox::fields::NAME_PATTERN;
use pretty_assertions::assert_eq;
use rstest::rstest;

#[tokio::test]
async fn workspaces_have_the_recorded_shape() {
    let bench = Bench::new().await;
    let made = bench
        .post(WORKSPACES, AL, &json!({"name": "team", "description": "d"}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.header("vary"), "Origin");
    let keys: Vec<_> = made.body.as_object().unwrap().keys().collect();
    let recorded = [
        "id",
        "name",
        "description",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    assert_eq!(keys, recorded);
    assert_eq!(made.body["created_by"], AL);
    let created_at = made.body["created_at"].as_str().unwrap();
    assert!(
        created_at.starts_with("2026-11-23T18:00:00.") && !created_at.ends_with('Z'),
        "{created_at}"
    );
    assert_eq!(bench.get(&format!("{WORKSPACES}/team"), AL).await.body, made.body);
}

#[tokio::test]
async fn a_page_has_the_recorded_shape() {
    let bench = Bench::with_workspace().await;
    let got = bench
        .get(&format!("{WORKSPACES}?page_size=1&page=2&sort=name"), AL)
        .await;
    let keys: Vec<_> = got.body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["data", "pagination", "sort", "filter"]);
    assert_eq!(got.names(), ["system"]);
    let pagination = json!({"page": 2, "page_size": 1, "current_page_size": 1, "total_pages": 3, "total_results": 3});
    assert_eq!(got.body["pagination"], pagination);
    assert_eq!((&got.body["sort"], &got.body["filter"]), (&json!("name"), &Value::Null));
    let beyond = bench.get(&format!("{WORKSPACES}?page=99"), AL).await;
    assert_eq!((beyond.status, beyond.names().len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn the_newest_workspace_comes_first() {
    let bench = Bench::with_workspace().await;
    bench.make("later").await;
    let got = bench.get(WORKSPACES, AL).await;
    assert_eq!(got.names(), ["later", "team", "system", "default"]);
}

#[rstest]
#[case(r#"name~"ONE""#, &["sbx-one"])]
#[case(r#"{"name":{"$like":"sbx"}}"#, &["sbx-one", "sbx-two"])]
#[case(r#"-name~"sbx""#, &["default", "system"])]
#[case(r#"{"$or":[{"name":"sbx-one"},{"name":"system"}]}"#, &["sbx-one", "system"])]
#[case(r#"{"name":{"$in":["sbx-two"]}}"#, &["sbx-two"])]
#[case(r#"{"description":null}"#, &["sbx-one", "sbx-two"])]
#[case(r#"created_at>"2026-01-01" AND created_by:"al@x.com""#, &["sbx-one", "sbx-two"])]
#[case(r#"{"created_at":{"$lt":"2026-01-01T00:00:00Z"}}"#, &[])]
#[case(r#"{"name":{"$gt":"sbx-one"}}"#, &["sbx-two", "system"])]
#[case(r#"{"deletion_stage":null}"#, &["default", "sbx-one", "sbx-two", "system"])]
#[case(r#"{"$or":[]}"#, &["default", "sbx-one", "sbx-two", "system"])]
#[tokio::test]
async fn filters_find_what_they_find_on_the_platform(#[case] filter: &str, #[case] names: &[&str]) {
    let bench = Bench::new().await;
    bench.make("sbx-one").await;
    bench.make("sbx-two").await;
    let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let got = bench.get(&format!("{WORKSPACES}?sort=name&filter={encoded}"), AL).await;
    assert_eq!(got.names(), names);
}

#[rstest]
#[case("filter=name~", 400)]
#[case("filter=%7B%22foo%22%3A1%7D", 500)]
#[case("filter=created_at%3E%22x%22", 500)]
#[case("page=0&filter=name~", 400)]
#[case("page=0&filter=%7B%22foo%22%3A1%7D", 422)]
#[case("page=99999999999999999999", 500)]
#[case("page=1.0", 200)]
#[case("page_size=1001", 422)]
#[case("sort=", 422)]
#[case("unknown=1", 200)]
#[tokio::test]
async fn queries_are_judged_as_on_the_platform(#[case] query: &str, #[case] status: u16) {
    let bench = Bench::new().await;
    let got = bench.get(&format!("{WORKSPACES}?{query}"), AL).await;
    assert_eq!(got.status.as_u16(), status, "{}", got.body);
}

#[tokio::test]
async fn fields_of_a_query_complain_as_recorded() {
    let bench = Bench::new().await;
    bench.get(&format!("{WORKSPACES}?page=0&page_size=x"), AL).await.is(422, &json!({"detail": [
        {"type": "greater_than_equal", "loc": ["query", "page"], "msg": "Input should be greater than or equal to 1",
         "input": "0", "ctx": {"ge": 1}},
        {"type": "int_parsing", "loc": ["query", "page_size"],
         "msg": "Input should be a valid integer, unable to parse string as an integer", "input": "x"},
    ]}));
}

fn complaint(kind: &str, location: &Value, message: &str, input: &Value) -> Value {
    json!({"detail": [{"type": kind, "loc": location, "msg": message, "input": input}]})
}

#[rstest]
#[case("{}", complaint("missing", &json!(["body", "name"]), "Field required", &json!({})))]
#[case("", complaint("missing", &json!(["body"]), "Field required", &Value::Null))]
#[case("null", complaint("missing", &json!(["body"]), "Field required", &Value::Null))]
#[case("[]", complaint("model_attributes_type", &json!(["body"]),
    "Input should be a valid dictionary or object to extract fields from", &json!([])))]
#[case(r#"{"name":5}"#, complaint("string_type", &json!(["body", "name"]), "Input should be a valid string", &json!(5)))]
#[case(r#"{"name":null}"#, complaint("string_type", &json!(["body", "name"]), "Input should be a valid string", &Value::Null))]
#[case("{", json!({"detail": [{"type": "json_invalid", "loc": ["body", 1], "msg": "JSON decode error", "input": {},
    "ctx": {"error": "EOF while parsing an object at line 1 column 1"}}]}))]
#[case(r#"{"name":"A"}"#, json!({"detail": [{"type": "string_pattern_mismatch", "loc": ["body", "name"],
    "msg": format!("String should match pattern '{NAME_PATTERN}'"), "input": "A", "ctx": {"pattern": NAME_PATTERN}}]}))]
#[case(r#"{"description":5}"#, json!({"detail": [
    {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {"description": 5}},
    {"type": "string_type", "loc": ["body", "description"], "msg": "Input should be a valid string", "input": 5}]}))]
#[tokio::test]
async fn bodies_complain_as_recorded(#[case] body: &str, #[case] expected: Value) {
    let bench = Bench::new().await;
    let bytes = body.as_bytes().to_vec();
    let got = bench
        .send(Method::POST, WORKSPACES, AL, Some("application/json"), bytes)
        .await;
    got.is(422, &expected);
}

#[rstest]
#[case(Some("text/plain"), 422)]
#[case(None, 422)]
#[case(Some("application/json; charset=utf-8"), 201)]
#[case(Some("application/vnd.x+json"), 201)]
#[tokio::test]
async fn only_json_is_read_as_json(#[case] kind: Option<&str>, #[case] status: u16) {
    let bench = Bench::new().await;
    let body = br#"{"name":"ok"}"#.to_vec();
    let got = bench.send(Method::POST, WORKSPACES, AL, kind, body).await;
    assert_eq!(got.status.as_u16(), status, "{}", got.body);
}

#[tokio::test]
async fn unreadable_bodies_are_told_apart() {
    let bench = Bench::new().await;
    let send = async |body: &[u8]| {
        bench
            .send(Method::POST, WORKSPACES, AL, Some("application/json"), body.to_vec())
            .await
    };
    send(b"{\"name\":\"\xff\"}")
        .await
        .says(400, "There was an error parsing the body");
    // The platform takes half a surrogate pair for JSON, and fails on it.
    let half = send(br#"{"name":"ok","description":"\ud800"}"#).await;
    assert_eq!(half.status.as_u16(), 422, "{}", half.body);
}

#[tokio::test]
async fn the_names_of_samples_are_taken() {
    let bench = Bench::new().await;
    let got = bench.post(WORKSPACES, AL, &json!({"name": "sample-x"})).await;
    got.says(
        403,
        "Workspace names beginning with 'sample-' are reserved for the sample flow",
    );
}

#[tokio::test]
async fn rights_come_first_then_the_body_then_existence() {
    let bench = Bench::with_workspace().await;
    let nope = format!("{WORKSPACES}/nope");
    bench.get(&nope, AL).await.says(403, "Forbidden");
    bench
        .put(&nope, AL, &json!({"description": 5}))
        .await
        .says(403, "Forbidden");
    assert_eq!(bench.put(&nope, ADMIN, &json!({"description": 5})).await.status, 422);
    bench
        .put(&nope, ADMIN, &json!({}))
        .await
        .says(404, "Workspace 'nope' not found");
    bench
        .get(&format!("{nope}/members"), ADMIN)
        .await
        .says(404, "Workspace 'nope' not found");
    let projects = format!("{nope}/projects");
    assert_eq!(bench.get(&projects, ADMIN).await.status, 200);
    let got = bench.post(&projects, ADMIN, &json!({"name": "pp"})).await;
    got.says(422, "Referenced resource does not exist.");
}

#[rstest]
#[case("Viewer", [200, 403, 403, 403])]
#[case("Editor", [200, 200, 422, 403])]
#[case("Admin", [200, 200, 422, 200])]
#[case("ServiceSystem", [200, 200, 422, 200])]
#[case("JobRunner", [403, 403, 403, 403])]
#[case("HelixAdmin", [403, 403, 403, 403])]
#[tokio::test]
async fn each_role_allows_what_it_allows(#[case] role: &str, #[case] expected: [u16; 4]) {
    let bench = Bench::with_workspace().await;
    let w = format!("{WORKSPACES}/team");
    bench
        .post(&format!("{w}/members"), AL, &json!({"principal": BOB, "roles": [role]}))
        .await;
    let statuses = [
        bench.get(&w, BOB).await.status,
        bench.put(&w, BOB, &json!({})).await.status,
        bench.post(&format!("{w}/projects"), BOB, &json!({})).await.status,
        bench.get(&format!("{w}/members"), BOB).await.status,
    ];
    assert_eq!(statuses.map(|status| status.as_u16()), expected);
    // Whatever the role, the workspace is in the list; an unknown role alone is enough.
    assert!(bench.get(WORKSPACES, BOB).await.names().contains(&"team"));
}

#[rstest]
#[case("HelixAdmin")]
#[case("PlatformAdmin")]
#[tokio::test]
async fn the_top_role_counts_in_system_alone_and_under_both_names(#[case] role: &str) {
    let bench = Bench::with_workspace().await;
    let probe = format!("{WORKSPACES}/-/entities/role_binding?page_size=1");
    bench.get(&probe, BOB).await.says(403, "Forbidden");
    let members = format!("{WORKSPACES}/system/members");
    bench
        .post(&members, ADMIN, &json!({"principal": BOB, "roles": [role]}))
        .await;
    assert_eq!(bench.get(&probe, BOB).await.status, 200);
    assert_eq!(bench.get(&format!("{WORKSPACES}/team/members"), BOB).await.status, 200);
}

#[rstest]
#[case::where_there_is_a_role_for_it(Deletion::Cascade, 403)]
#[case::where_there_is_none(Deletion::Refuse, 422)]
#[tokio::test]
async fn the_right_to_create_hangs_on_the_wildcard_in_system_where_there_is_a_role_for_it(
    #[case] deletion: Deletion,
    #[case] status: u16,
) {
    let bench = Bench::with(Seed::Empty, false, deletion).await;
    assert_eq!(bench.post(WORKSPACES, BOB, &json!({})).await.status, 422);
    assert_eq!(
        bench
            .delete(&format!("{WORKSPACES}/system/members/*"), ADMIN)
            .await
            .status,
        200
    );
    assert_eq!(bench.post(WORKSPACES, BOB, &json!({})).await.status, status);
    bench.get(WORKSPACES, BOB).await.says(403, "Forbidden");
    assert_eq!(bench.get(WORKSPACES, ADMIN).await.status, 200);
}

#[rstest]
#[case(Method::PATCH, "/team", "GET")]
#[case(Method::POST, "/team", "GET")]
#[case(Method::DELETE, "", "POST")]
#[case(Method::GET, "/team/members/x", "PUT")]
#[case(Method::PATCH, "/team/projects", "POST")]
#[case(Method::PATCH, "/team/members", "GET")]
#[tokio::test]
async fn methods_that_do_not_exist_are_405_to_admins_and_403_to_others(
    #[case] method: Method,
    #[case] tail: &str,
    #[case] allowed: &str,
) {
    let bench = Bench::with_workspace().await;
    let path = format!("{WORKSPACES}{tail}");
    let got = bench.send(method.clone(), &path, ADMIN, None, Vec::new()).await;
    got.says(405, "Method Not Allowed");
    assert_eq!(got.header("allow"), allowed);
    let got = bench.send(method, &path, AL, None, Vec::new()).await;
    got.says(403, "Forbidden");
}

#[tokio::test]
async fn head_is_not_get() {
    let bench = Bench::with_workspace().await;
    let path = format!("{WORKSPACES}/team");
    let status = async |who| bench.send(Method::HEAD, &path, who, None, Vec::new()).await.status;
    assert_eq!(
        (status(ADMIN).await, status(AL).await),
        (StatusCode::METHOD_NOT_ALLOWED, StatusCode::FORBIDDEN)
    );
}

#[tokio::test]
async fn a_slash_too_many_leads_admins_elsewhere_and_others_nowhere() {
    let bench = Bench::with_workspace().await;
    let got = bench.delete(&format!("{WORKSPACES}/team/members/?a=%2F"), ADMIN).await;
    assert_eq!(got.status, 307);
    assert_eq!(
        got.header("location"),
        format!("http://sandbox.test{WORKSPACES}/team/members?a=%2F")
    );
    bench
        .delete(&format!("{WORKSPACES}/team/members/"), AL)
        .await
        .says(403, "Forbidden");
    bench.get("/nope/", ADMIN).await.says(404, "Not Found");
    bench.get("/nope", AL).await.says(403, "Forbidden");
    bench
        .get(&format!("{WORKSPACES}//members"), ADMIN)
        .await
        .says(404, "Not Found");
}

#[tokio::test]
async fn a_service_that_is_not_installed_is_404_to_those_who_may_read() {
    let bench = Bench::with_workspace().await;
    for tail in [
        "guardrails/v2/workspaces/team/configs",
        "intake/v2/workspaces/team/experiments",
    ] {
        let path = format!("/apis/{tail}?page_size=1");
        bench.get(&path, AL).await.says(404, "Not Found");
        bench.get(&path, BOB).await.says(403, "Forbidden");
    }
    // One that the platform does not have any more is nobody's but the platform admins'.
    let path = "/apis/evaluation/v2/workspaces/team/benchmarks";
    bench.get(path, AL).await.says(403, "Forbidden");
    bench.get(path, ADMIN).await.says(404, "Not Found");
}

#[rstest]
#[case("/cluster-info", json!({"platform_version": "seed", "revision": "sandbox"}))]
#[case("/health/live", json!({"status": "live"}))]
#[case("/health/ready", json!({"status": "ready"}))]
#[case("/apis/auth/discovery", json!({"auth_enabled": true, "oidc": null}))]
#[tokio::test]
async fn anybody_may_ask_how_it_is(#[case] path: &str, #[case] expected: Value) {
    let bench = Bench::new().await;
    let request = Request::get(path).body(Body::empty()).unwrap();
    bench.raw(request).await.is(200, &expected);
}

#[tokio::test]
async fn who_am_i_has_the_recorded_shape() {
    let bench = Bench::new().await;
    bench.get("/apis/auth/authenticate", AL).await.is(
        200,
        &json!({
            "principal": AL, "email": AL, "groups": [], "scopes": [], "jti": null, "token_kind": "oidc_access_token",
            "on_behalf_of": null, "on_behalf_of_email": null, "on_behalf_of_groups": [],
        }),
    );
    let request = Request::get("/apis/auth/authenticate").body(Body::empty()).unwrap();
    bench.raw(request).await.says(401, "Missing bearer token");
    let request = Request::get(WORKSPACES).body(Body::empty()).unwrap();
    bench.raw(request).await.says(401, "Unauthorized");
}
