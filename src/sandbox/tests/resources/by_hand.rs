//! Rows that platform admins make by hand.

use super::*;
use pretty_assertions::assert_eq;

#[tokio::test]
async fn platform_admins_make_rows_of_any_kind() {
    let bench = Bench::with_workspace().await;
    let rows = format!("{WORKSPACES}/team/entities/thing");
    let made = bench
        .post(&rows, ADMIN, &json!({"name": "x1", "data": {"a": 1}, "zz": 1}))
        .await;
    let expected = json!({
        "entity_type": "thing", "id": "*", "workspace": "team", "parent": null, "project": null, "name": "x1",
        "data": {"a": 1}, "created_at": "*", "created_by": ADMIN, "updated_at": "*", "updated_by": ADMIN,
        "db_version": 1,
    });
    assert_eq!((made.status.as_u16(), starred(made.body)), (201, expected));
    let again = bench.post(&rows, ADMIN, &json!({"name": "x1", "data": {}})).await;
    again.says(409, "Entity 'x1' of type 'thing' already exists in workspace 'team'.");
    let astray = bench
        .post(&rows, ADMIN, &json!({"name": "x2", "data": {}, "project": "nope"}))
        .await;
    astray.says(
        422,
        "Project 'nope' does not exist in workspace 'team'. Please create the project first.",
    );
    let nowhere = rows.replace("team", "zz");
    let nowhere = bench.post(&nowhere, ADMIN, &json!({"name": "x2", "data": {}})).await;
    nowhere.says(422, "Workspace 'zz' does not exist. Please create the workspace first.");
    bench
        .post(&rows, AL, &json!({"name": "x2", "data": {}}))
        .await
        .says(403, "Forbidden");
    let unnamed = bench.post(&rows, ADMIN, &json!({"data": {}})).await.body;
    assert!(unnamed["name"].as_str().unwrap().starts_with("thing-"), "{unnamed}");
}

#[tokio::test]
async fn a_row_made_by_hand_is_a_thing_like_any_other() {
    let bench = Bench::with_workspace().await;
    bench
        .have(&format!("{WORKSPACES}/team/projects"), &json!({"name": "p1"}))
        .await;
    let rows = format!("{WORKSPACES}/team/entities/model");
    let made = bench
        .post(&rows, ADMIN, &json!({"name": "m1", "data": {}, "project": "p1"}))
        .await;
    assert_eq!(made.body["project"], "p1");
    let model = bench.get(&at("models/models/m1"), AL).await.body;
    assert_eq!(
        (&model["project"], &model["trust_remote_code"]),
        (&json!("p1"), &json!(false))
    );
    let filtered = bench.get(&format!("{rows}?filter=project:%22p1%22"), ADMIN).await;
    assert_eq!(filtered.names(), ["m1"]);
}

#[tokio::test]
async fn a_broken_binding_is_refused_or_kept_without_effect() {
    let broken = json!({"name": "rb-1", "data": {"principal": BOB}});
    for (bench, status) in [(Bench::with_workspace().await, 422), (Bench::faithful().await, 201)] {
        let rows = format!("{WORKSPACES}/default/entities/role_binding");
        assert_eq!(bench.post(&rows, ADMIN, &broken).await.status, status);
        assert_eq!(bench.get(WORKSPACES, ADMIN).await.status, 200);
    }
}
