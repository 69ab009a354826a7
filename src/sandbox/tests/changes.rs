//! Rules: what a change does to what is stored, and what stops it.

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;

fn members_of(workspace: &str) -> String {
    format!("{WORKSPACES}/{workspace}/members")
}

#[tokio::test]
async fn the_creator_is_admin_by_email_and_creator_by_subject() {
    let bench = Bench::new().await;
    let token = crate::sandbox::unsigned_token_with("id-7", Some(AL), &[], bench.start, Duration::from_hours(1));
    let request = Request::post(WORKSPACES)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"name":"w2"}"#))
        .unwrap();
    assert_eq!(bench.raw(request).await.body["created_by"], "id-7");
    assert_eq!(bench.members("w2").await, [member(AL, &["Admin"])]);
}

#[tokio::test]
async fn a_name_is_given_once() {
    let bench = Bench::with_workspace().await;
    let got = bench.post(WORKSPACES, BOB, &json!({"name": "team"})).await;
    got.says(409, "Workspace 'team' already exists");
    assert_eq!(got.header("x-should-retry"), "false");
}

#[tokio::test]
async fn null_keeps_a_description_and_empty_text_blanks_it() {
    let bench = Bench::new().await;
    let made = bench
        .post(WORKSPACES, AL, &json!({"name": "team", "description": "d"}))
        .await;
    let w = format!("{WORKSPACES}/team");
    assert_eq!(bench.put(&w, AL, &json!({"description": null})).await.body, made.body);
    assert_eq!(bench.put(&w, AL, &json!({})).await.body, made.body);
    let blanked = bench.put(&w, AL, &json!({"description": ""})).await.body;
    assert_eq!(blanked["description"], "");
    assert_ne!(blanked["updated_at"], made.body["updated_at"]);
    // Another caller leaves a trace even without a change.
    let touched = bench.put(&w, ADMIN, &json!({})).await.body;
    assert_eq!(touched["updated_by"], ADMIN);
    assert_ne!(touched["updated_at"], blanked["updated_at"]);
}

#[tokio::test]
async fn adding_a_member_adds_to_its_roles() {
    let bench = Bench::with_workspace().await;
    let path = members_of("team");
    let got = bench.post(&path, AL, &json!({"principal": BOB})).await;
    assert_eq!(
        (got.status, &got.body["roles"]),
        (StatusCode::CREATED, &json!(["Editor"]))
    );
    let got = bench
        .post(&path, AL, &json!({"principal": BOB, "roles": ["Viewer", "Viewer"]}))
        .await;
    assert_eq!(got.body["roles"], json!(["Viewer", "Viewer"]));
    assert_eq!(
        bench.members("team").await,
        [member(BOB, &["Viewer", "Editor"]), member(AL, &["Admin"])]
    );
    let got = bench
        .post(&path, AL, &json!({"principal": "nobody", "roles": []}))
        .await;
    assert_eq!(got.status, StatusCode::CREATED);
    assert_eq!(bench.members("team").await.len(), 2);
}

#[tokio::test]
async fn setting_roles_replaces_creates_and_removes() {
    let bench = Bench::with_workspace().await;
    let bob = format!("{}/bob%40x.com", members_of("team"));
    let set = async |roles: Value| bench.put(&bob, AL, &json!({"roles": roles})).await.status;
    assert_eq!(set(json!(["Viewer", "JobRunner"])).await, 200);
    assert_eq!(set(json!(["Editor"])).await, 200);
    assert_eq!(
        bench.members("team").await,
        [member(BOB, &["Editor"]), member(AL, &["Admin"])]
    );
    assert_eq!(set(json!([])).await, 200);
    assert_eq!(bench.members("team").await, [member(AL, &["Admin"])]);
    assert_eq!(set(json!([])).await, 200);
    assert_eq!(set(Value::Null).await, 422);
}

#[tokio::test]
async fn a_regrant_brings_the_old_row_back_with_a_new_date_and_grantor() {
    let bench = Bench::with_workspace().await;
    let path = members_of("team");
    bench
        .post(&path, AL, &json!({"principal": BOB, "roles": ["Viewer"]}))
        .await;
    bench
        .post(&path, AL, &json!({"principal": "carol", "roles": ["Viewer"]}))
        .await;
    let before = bench.get(&path, AL).await.body["data"][1].clone();
    assert_eq!(bench.delete(&format!("{path}/bob%40x.com"), AL).await.status, 200);
    bench
        .post(&path, ADMIN, &json!({"principal": BOB, "roles": ["Viewer"]}))
        .await;
    let after = bench.get(&path, AL).await.body["data"][1].clone();
    // Still behind carol: the row keeps its place.
    assert_eq!(
        (&after["principal"], &after["granted_by"]),
        (&json!(BOB), &json!(ADMIN))
    );
    assert_ne!(after["granted_at"], before["granted_at"]);
    let rows = bench
        .get(
            &format!("{WORKSPACES}/team/entities/role_binding?filter=data.principal:%22{BOB}%22"),
            ADMIN,
        )
        .await;
    assert_eq!(rows.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(rows.body["data"][0]["db_version"], 3);
}

#[tokio::test]
async fn date_and_grantor_of_a_member_come_from_different_grants() {
    let bench = Bench::with_workspace().await;
    let path = members_of("team");
    bench
        .post(&path, AL, &json!({"principal": BOB, "roles": ["Viewer"]}))
        .await;
    let first = bench.get(&path, AL).await.body["data"][0]["granted_at"].clone();
    bench
        .post(&path, ADMIN, &json!({"principal": BOB, "roles": ["Editor"]}))
        .await;
    let bob = bench.get(&path, AL).await.body["data"][0].clone();
    assert_eq!((&bob["granted_at"], &bob["granted_by"]), (&first, &json!(ADMIN)));
}

#[tokio::test]
async fn removing_a_member_answers_as_recorded() {
    let bench = Bench::with_workspace().await;
    let path = members_of("team");
    bench.post(&path, AL, &json!({"principal": "zz z"})).await;
    let gone = json!({"message": "Member removed from workspace 'team'", "id": "zz z"});
    bench.delete(&format!("{path}/zz%20z"), AL).await.is(200, &gone);
    let again = bench.delete(&format!("{path}/zz%20z"), AL).await;
    again.says(404, "Member 'zz z' not found in workspace 'team'");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let bench = Bench::with_workspace().await;
    let al = format!("{}/al%40x.com", members_of("team"));
    let put = "Cannot remove Admin role from 'al@x.com'. This is the last Admin for workspace 'team'. Add another Admin before removing this one.";
    let delete = "Cannot remove member 'al@x.com'. This is the last Admin for workspace 'team'. Add another Admin before removing this member.";
    // A platform admin is bound by it too.
    for who in [AL, ADMIN] {
        bench.put(&al, who, &json!({"roles": ["Viewer"]})).await.says(409, put);
        bench.put(&al, who, &json!({"roles": []})).await.says(409, put);
        bench.delete(&al, who).await.says(409, delete);
    }
    assert_eq!(bench.members("team").await, [member(AL, &["Admin"])]);
    assert_eq!(
        bench.put(&al, AL, &json!({"roles": ["Admin", "Viewer"]})).await.status,
        200
    );
    // Whoever else is Admin counts, everybody included.
    bench
        .post(&members_of("team"), AL, &json!({"principal": "*", "roles": ["Admin"]}))
        .await;
    assert_eq!(bench.delete(&al, AL).await.status, 200);
    let everybody = bench.delete(&format!("{}/*", members_of("team")), AL).await;
    assert_eq!(everybody.status, 409);
}

#[rstest]
#[case("a\"b", "a%22b")]
#[case("a\\b", "a%5Cb")]
#[case("a\nb", "a%0Ab")]
#[tokio::test]
async fn the_platform_loses_these_principals_and_the_sandbox_does_not(#[case] principal: &str, #[case] encoded: &str) {
    for (bench, is_lost) in [(Bench::new().await, false), (Bench::faithful().await, true)] {
        bench.make("team").await;
        let one = format!("{}/{encoded}", members_of("team"));
        let body = json!({"principal": principal, "roles": ["Viewer"]});
        bench.post(&members_of("team"), AL, &body).await;
        bench.put(&one, AL, &json!({"roles": ["Editor"]})).await;
        let expected: &[&str] = if is_lost { &["Editor", "Viewer"] } else { &["Editor"] };
        assert_eq!(bench.members("team").await[0], member(principal, expected));
        let status = if is_lost { 404 } else { 200 };
        assert_eq!(bench.delete(&one, AL).await.status, status);
    }
}

#[tokio::test]
async fn a_principal_with_a_slash_can_only_be_removed_by_its_row() {
    let bench = Bench::with_workspace().await;
    bench
        .post(
            &members_of("team"),
            AL,
            &json!({"principal": "grp/sub", "roles": ["Viewer"]}),
        )
        .await;
    let member_path = format!("{}/grp%2Fsub", members_of("team"));
    bench.delete(&member_path, AL).await.says(403, "Forbidden");
    bench.delete(&member_path, ADMIN).await.says(404, "Not Found");
    let rows = format!("{WORKSPACES}/team/entities/role_binding");
    let row = bench
        .get(&format!("{rows}?filter=data.principal:%22grp/sub%22"), ADMIN)
        .await
        .body["data"][0]
        .clone();
    let path = format!("{rows}/{}", row["name"].as_str().unwrap());
    let mut data = row["data"].clone();
    data["revoked_at"] = json!("2026-11-23T19:00:00+00:00");
    let stale = bench
        .put(&path, ADMIN, &json!({"data": data, "expected_db_version": 99}))
        .await;
    let name = row["name"].as_str().unwrap();
    stale.says(409, &format!("Entity '{name}' of type 'role_binding' in workspace 'team' was modified by another request. Expected version 99, but current version is 1. Please refetch and retry."));
    let got = bench
        .put(&path, ADMIN, &json!({"data": data, "expected_db_version": 1}))
        .await;
    assert_eq!((got.status.as_u16(), &got.body["db_version"]), (200, &json!(2)));
    assert_eq!(bench.members("team").await, [member(AL, &["Admin"])]);
    let id = json!({"message": "Resource deleted successfully.", "id": format!("team/role_binding/{name}")});
    bench
        .delete(&format!("{path}?expected_db_version=2"), ADMIN)
        .await
        .is(200, &id);
    bench.get(&path, ADMIN).await.says(404, "Entity not found");
}

#[tokio::test]
async fn rows_give_the_whole_access_matrix() {
    let bench = Bench::with_workspace().await;
    bench
        .post(&members_of("team"), AL, &json!({"principal": BOB, "roles": ["Viewer"]}))
        .await;
    bench.delete(&format!("{}/bob%40x.com", members_of("team")), AL).await;
    let path = format!(
        "{WORKSPACES}/-/entities/role_binding?count_by=data.role&sort=-updated_at&filter=%7B%22data.revoked_at%22%3Anull%7D"
    );
    let got = bench.get(&path, ADMIN).await;
    assert_eq!(got.body["pagination"]["total_results"], 5);
    let counts = json!({"Admin": 1, "Editor": 1, "HelixAdmin": 1, "Viewer": 1, "WorkspaceCreator": 1});
    assert_eq!(got.body["group_counts"], counts);
    let keys: Vec<_> = got.body["data"][0].as_object().unwrap().keys().collect();
    let recorded = [
        "entity_type",
        "id",
        "workspace",
        "parent",
        "project",
        "name",
        "data",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "db_version",
    ];
    assert_eq!(keys, recorded);
    let bad = bench
        .get(&format!("{WORKSPACES}/-/entities/role_binding?count_by=zz"), ADMIN)
        .await;
    bad.says(400, "Field 'zz' is not a direct string data field");
    assert_eq!(
        bench
            .get(&format!("{WORKSPACES}/team/entities/role_binding?sort=zz"), ADMIN)
            .await
            .status,
        500
    );
}

#[tokio::test]
async fn a_binding_without_its_fields_harms_nobody() {
    for (bench, status) in [(Bench::new().await, 422), (Bench::faithful().await, 200)] {
        bench.make("team").await;
        let rows = bench
            .get(&format!("{WORKSPACES}/team/entities/role_binding"), ADMIN)
            .await;
        let path = format!("{WORKSPACES}/team/entities/role_binding/{}", rows.names()[0]);
        let got = bench
            .put(&path, ADMIN, &json!({"data": {"principal": "raw", "role": "Viewer"}}))
            .await;
        assert_eq!(got.status.as_u16(), status);
        assert_eq!(bench.get(WORKSPACES, AL).await.status, 200);
        assert_eq!(bench.get(&members_of("team"), ADMIN).await.status, 200);
    }
}

#[tokio::test]
async fn projects_live_and_die() {
    let bench = Bench::with_workspace().await;
    let path = format!("{WORKSPACES}/team/projects");
    let made = bench.post(&path, AL, &json!({"name": "pa", "description": "d"})).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let keys: Vec<_> = made.body.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["id", "name", "workspace", "description", "created_at", "updated_at"]
    );
    let again = bench.post(&path, AL, &json!({"name": "pa"})).await;
    again.says(409, "Project 'pa' already exists in workspace 'team'.");
    // Unlike a workspace's, a project's description is cleared by nothing at all.
    let one = format!("{path}/pa");
    assert_eq!(bench.put(&one, AL, &json!({})).await.body["description"], Value::Null);
    assert_eq!(bench.get(&path, AL).await.names(), ["pa"]);
    assert_eq!(
        bench.get(&format!("{WORKSPACES}/-/projects"), ADMIN).await.names(),
        ["pa"]
    );
    bench
        .get(&format!("{WORKSPACES}/-/projects"), AL)
        .await
        .says(403, "Forbidden");
    let gone = json!({"message": "Project deleted successfully", "id": "team/pa"});
    bench.delete(&one, AL).await.is(200, &gone);
    bench
        .delete(&one, AL)
        .await
        .says(404, "Project 'pa' not found in workspace 'team'");
    bench
        .put(&one, AL, &json!({}))
        .await
        .says(404, "Entity 'pa' of type 'project' not found in workspace 'team'");
}

#[tokio::test]
async fn a_workspace_in_use_is_not_deleted() {
    let bench = Bench::with_workspace().await;
    for name in ["pa", "pb"] {
        bench
            .post(&format!("{WORKSPACES}/team/projects"), AL, &json!({"name": name}))
            .await;
    }
    let w = format!("{WORKSPACES}/team");
    bench.delete(&w, AL).await.says(
        409,
        "Cannot delete workspace 'team': workspace contains entities that must be deleted first: project (2)",
    );
    for name in ["pa", "pb"] {
        bench.delete(&format!("{w}/projects/{name}"), AL).await;
    }
    assert_eq!(bench.delete(&w, AL).await.status, 200);
    // With it went every right in it.
    bench.get(&w, AL).await.says(403, "Forbidden");
    bench.get(&w, ADMIN).await.says(404, "Workspace 'team' not found");
    let rows = bench
        .get(
            &format!("{WORKSPACES}/-/entities/role_binding?filter=workspace:%22team%22"),
            ADMIN,
        )
        .await;
    assert_eq!(rows.names(), [""; 0]);
    // And the name is free.
    bench.make("team").await;
}

#[tokio::test]
async fn the_built_in_workspaces_can_be_deleted_like_any_other() {
    for deletion in [Deletion::Refuse, Deletion::Cascade] {
        let bench = Bench::with(Seed::Empty, false, deletion).await;
        assert_eq!(bench.delete(&format!("{WORKSPACES}/default"), BOB).await.status, 200);
        let system = format!("{WORKSPACES}/system");
        bench.delete(&system, BOB).await.says(403, "Forbidden");
        assert_eq!(bench.delete(&system, ADMIN).await.status, 200);
        // Which locks everybody out, as on the platform.
        bench.get(WORKSPACES, ADMIN).await.says(403, "Forbidden");
    }
}

#[tokio::test]
async fn a_newline_behind_a_name_is_refused_or_does_no_harm() {
    let body = json!({"name": "bad\n"});
    assert_eq!(Bench::new().await.post(WORKSPACES, AL, &body).await.status, 422);
    let bench = Bench::faithful().await;
    assert_eq!(bench.post(WORKSPACES, AL, &body).await.status, 201);
    assert_eq!(bench.get(WORKSPACES, BOB).await.status, 200);
    assert_eq!(
        bench.get(&format!("{WORKSPACES}/bad%0A"), AL).await.body["name"],
        "bad\n"
    );
}

#[tokio::test]
async fn the_sample_organisation_shows_every_case() {
    let bench = Bench::with(Seed::Demo, false, Deletion::Refuse).await;
    let alice = crate::sandbox::DEMO_CALLER;
    let n_all = bench.get(WORKSPACES, ADMIN).await.names().len();
    let seen = bench.get(WORKSPACES, alice).await;
    assert!(
        (40..n_all).contains(&seen.names().len()),
        "{} of {n_all}",
        seen.names().len()
    );
    let (mut principals, mut n_admin, mut n_single) = (std::collections::BTreeSet::new(), 0, 0);
    for name in bench.get(WORKSPACES, ADMIN).await.names() {
        let members = bench.members(name).await;
        let admins: Vec<_> = members
            .iter()
            .filter(|(_, roles)| roles.contains(&"Admin".to_owned()))
            .collect();
        n_admin += usize::from(admins.iter().any(|(principal, _)| principal == alice));
        n_single += usize::from(admins.len() == 1);
        principals.extend(members.into_iter().map(|(principal, _)| principal));
    }
    assert!(principals.len() >= 300, "{}", principals.len());
    assert!(n_admin >= 20 && n_single >= 5, "{n_admin} {n_single}");
    for odd in [
        "*",
        "аlice@example.com",
        "/teams/ml",
        "o\"hara@example.com",
        "service-account:trainer",
    ] {
        assert!(principals.contains(odd), "{odd}");
    }
}

#[tokio::test]
async fn like_postgres_a_principal_outside_ascii_is_listed_and_never_found() {
    for (bench, is_lost) in [(Bench::new().await, false), (Bench::on_postgres().await, true)] {
        bench.post(WORKSPACES, AL, &json!({"name": "team"})).await;
        let members = format!("{WORKSPACES}/team/members");
        let jose = json!({"principal": "josé@x.com", "roles": ["Viewer"]});
        assert_eq!(bench.post(&members, AL, &jose).await.status, 201);
        let path = format!("{members}/jos%C3%A9%40x.com");
        let set = json!({"roles": ["Editor"]});
        assert_eq!(bench.put(&path, AL, &set).await.status, 200);
        let roles = bench.members("team").await;
        let held = roles.iter().find(|(principal, _)| principal == "josé@x.com");
        assert_eq!(held.map(|(_, roles)| roles.len()), Some(if is_lost { 2 } else { 1 }));
        let gone = bench.delete(&path, AL).await.status;
        assert_eq!(gone, if is_lost { 404 } else { 200 });
        let filter = "filter=%7B%22data.principal%22%3A%22jos%C3%A9%40x.com%22%7D";
        let rows = format!("{WORKSPACES}/-/entities/role_binding?{filter}");
        let found = bench.get(&rows, ADMIN).await.body["pagination"]["total_results"].as_u64();
        assert_eq!(found, Some(if is_lost { 0 } else { 2 }));
    }
}

#[tokio::test]
async fn like_postgres_a_nul_breaks_the_list_for_everybody() {
    let bench = Bench::on_postgres().await;
    bench.post(WORKSPACES, AL, &json!({"name": "team"})).await;
    let described = json!({"description": "a\u{0}b"});
    assert_eq!(
        bench.put(&format!("{WORKSPACES}/team"), AL, &described).await.status,
        500
    );
    assert_eq!(bench.get(WORKSPACES, ADMIN).await.status, 200);
    let body = json!({"principal": "nul\u{0}@x.com", "roles": ["Viewer"]});
    assert_eq!(
        bench
            .post(&format!("{WORKSPACES}/team/members"), AL, &body)
            .await
            .status,
        201
    );
    assert_eq!(bench.get(WORKSPACES, ADMIN).await.status, 500);
    // Nothing finds the row any more, nor any other row. What else there is goes on.
    bench.post(WORKSPACES, AL, &json!({"name": "other"})).await;
    let rows = |workspace: &str| format!("{WORKSPACES}/{workspace}/entities/role_binding");
    for path in [
        rows("-"),
        rows("team"),
        rows("other"),
        format!("{}/rb-1", rows("other")),
    ] {
        assert_eq!(bench.get(&path, ADMIN).await.status, 500, "{path}");
    }
    let nul = format!("{WORKSPACES}/team/members/nul%00%40x.com");
    assert_eq!(bench.delete(&nul, AL).await.status, 500);
    let members = format!("{WORKSPACES}/other/members");
    let bob = json!({"principal": "bob@x.com", "roles": ["Viewer"]});
    assert_eq!(bench.post(&members, AL, &bob).await.status, 201);
    assert_eq!(bench.delete(&format!("{members}/bob%40x.com"), AL).await.status, 200);
    assert_eq!(bench.members("team").await.len(), 2, "it is listed");
    // The one way out is to delete the workspace.
    assert_eq!(bench.delete(&format!("{WORKSPACES}/team"), AL).await.status, 200);
    assert_eq!(bench.get(WORKSPACES, ADMIN).await.status, 200);
    assert_eq!(bench.get(&rows("-"), ADMIN).await.status, 200);
}

#[tokio::test]
async fn each_store_says_in_its_own_words_that_there_is_no_workspace() {
    let missing = "Workspace 'nope' does not exist. Please create the workspace first.";
    let unknown = "Referenced resource does not exist.";
    for (bench, said) in [(Bench::new().await, unknown), (Bench::on_postgres().await, missing)] {
        let projects = format!("{WORKSPACES}/nope/projects");
        bench
            .post(&projects, ADMIN, &json!({"name": "pp"}))
            .await
            .says(422, said);
        let rows = format!("{WORKSPACES}/nope/entities/role_binding");
        bench
            .post(&rows, ADMIN, &json!({"name": "pp", "data": {}}))
            .await
            .says(422, missing);
        bench
            .put(&format!("{rows}/pp"), ADMIN, &json!({"data": {}}))
            .await
            .says(422, missing);
    }
}
