//! Role bindings as rows: the history that platform admins can read.

use crate::novelty::Novelty;
use crate::platform::{Platform, WORKSPACES, add, eventually, now, on_every_platform, principal, remove, roles};
use crate::wire::{Raw, encoded, keys};
use jiff::Timestamp;
use nmp_console::api::{Accepted, Client, Error, ErrorKind};
use nmp_console::domain::binding::Step;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::role::{Role, RoleSet};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

const EVERYWHERE: &str = "/apis/entities/v2/workspaces/-/entities/role_binding";

async fn rows(platform: &Platform, workspace: &WorkspaceName, query: &str) -> Raw {
    platform
        .get(&format!(
            "{WORKSPACES}/{}/entities/role_binding?page_size=1000{query}",
            workspace.raw()
        ))
        .await
}

fn row<'a>(rows: &'a Raw, principal: &str, role: &str) -> &'a Value {
    rows.rows()
        .iter()
        .find(|row| row["data"]["principal"] == principal && row["data"]["role"] == role)
        .unwrap_or_else(|| panic!("no row for {principal} as {role} in {rows:?}"))
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_grant_is_a_row_with_the_known_shape() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("row").await;
        let list = rows(platform, &workspace, "").await;
        assert_eq!(list.keys(), ["data", "pagination", "sort", "filter", "group_counts"]);
        assert_eq!(list.rows().len(), 1);
        let row = row(&list, platform.admin_email(), "Admin");
        let fields = [
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
        assert_eq!(keys(row), fields);
        let data = [
            "principal",
            "workspace",
            "role",
            "granted_by",
            "granted_at",
            "revoked_at",
        ];
        assert_eq!(keys(&row["data"]), data);
        assert_eq!(row["entity_type"], "role_binding");
        assert_eq!(row["workspace"], workspace.raw());
        assert_eq!(row["data"]["workspace"], workspace.raw());
        assert_eq!(row["data"]["revoked_at"], Value::Null);
        assert_eq!(row["data"]["granted_by"], platform.admin_email());
        assert!(row["data"]["granted_at"].as_str().unwrap().ends_with("+00:00"));
        assert_eq!(row["created_by"], Value::Null);
        assert_eq!(row["db_version"], 1);
        let name = row["name"].as_str().unwrap();
        assert!(name.starts_with("rb-") && name.len() == 27, "{name}");
        assert!(row["id"].as_str().unwrap().starts_with("role-binding-"));
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_stays_as_a_row_and_comes_back_as_the_same() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("history").await);
        let look = async || {
            let list = rows(platform, &workspace, "").await;
            row(&list, "bob@x", "Viewer").clone()
        };
        platform.add(&workspace, "bob@x", &["Viewer"]).await;
        let given = look().await;
        remove(&client, &workspace, "bob@x").await.unwrap();
        let taken = look().await;
        assert_eq!(taken["id"], given["id"]);
        assert_eq!(taken["data"]["granted_at"], given["data"]["granted_at"]);
        assert!(moment(&taken["data"]["revoked_at"]) > moment(&given["data"]["granted_at"]));
        assert_eq!((&given["db_version"], &taken["db_version"]), (&json!(1), &json!(2)));
        assert_eq!(taken["updated_by"], Value::Null, "who took it is not written down");

        add(&client, &workspace, "bob@x", &["Viewer"]).await.unwrap();
        let again = look().await;
        assert_eq!(
            (&again["id"], &again["created_at"]),
            (&given["id"], &given["created_at"])
        );
        assert_eq!(
            (&again["data"]["revoked_at"], &again["db_version"]),
            (&Value::Null, &json!(3))
        );
        assert!(moment(&again["data"]["granted_at"]) > moment(&taken["data"]["revoked_at"]));
    })
    .await;
}

#[tokio::test]
async fn giving_what_is_held_already_changes_no_row() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("idle").await;
        platform.add(&workspace, "bob@x", &["Viewer"]).await;
        let before = rows(platform, &workspace, "").await.json;
        platform.add(&workspace, "bob@x", &["Viewer"]).await;
        assert_eq!(rows(platform, &workspace, "").await.json, before);
    })
    .await;
}

#[tokio::test]
async fn rows_can_be_filtered_sorted_and_counted_by_their_content() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("filter").await;
        for (who, role) in [("a@x", "Viewer"), ("b@x", "Viewer"), ("c@x", "Editor")] {
            platform.add(&workspace, who, &[role]).await;
        }
        remove(&platform.admin(), &workspace, "b@x").await.unwrap();
        let who = |list: &Raw| -> Vec<String> {
            let principal = |row: &Value| row["data"]["principal"].as_str().unwrap().to_owned();
            list.rows().iter().map(principal).collect()
        };
        let filtered = async |filter: Value| {
            rows(
                platform,
                &workspace,
                &format!("&filter={}", encoded(&filter.to_string())),
            )
            .await
        };
        let admin = platform.admin_email();
        assert_eq!(
            who(&filtered(json!({"data.revoked_at": null})).await),
            ["c@x", "a@x", admin]
        );
        assert_eq!(who(&filtered(json!({"data.principal": "b@x"})).await), ["b@x"]);
        assert_eq!(
            who(&filtered(json!({"data.role": {"$in": ["Editor", "Admin"]}})).await),
            ["c@x", admin]
        );
        assert!(filtered(json!({"data.nothing": "x"})).await.rows().is_empty());

        let counted = rows(platform, &workspace, "&count_by=data.role").await;
        assert_eq!(
            counted.json["group_counts"],
            json!({"Admin": 1, "Editor": 1, "Viewer": 2})
        );
        assert_eq!(rows(platform, &workspace, "").await.json["group_counts"], Value::Null);
        assert_eq!(
            who(&rows(platform, &workspace, "&sort=created_at").await),
            [admin, "a@x", "b@x", "c@x"]
        );
        assert_eq!(
            who(&rows(platform, &workspace, "&sort=-updated_at").await)[0],
            "b@x",
            "last touched"
        );
        if platform.does(Novelty::SortsRowsByAnyMoment) {
            let sorted = rows(platform, &workspace, "&sort=data.granted_at").await;
            assert_eq!(who(&sorted), [admin, "a@x", "b@x", "c@x"]);
        } else {
            let path = format!(
                "{WORKSPACES}/{}/entities/role_binding?sort=data.granted_at",
                workspace.raw()
            );
            assert_eq!(platform.get(&path).await.said(), (500, "An unexpected error occurred."));
        }
    })
    .await;
}

#[tokio::test]
async fn one_request_reads_the_rows_of_all_workspaces() {
    on_every_platform(async |platform| {
        let who = platform.somebody("everywhere");
        let mut expected = Vec::new();
        for rest in ["all-a", "all-b"] {
            let workspace = platform.workspace(rest).await;
            platform.add(&workspace, &who, &["Viewer"]).await;
            expected.push(workspace.raw().to_owned());
        }
        let filter = encoded(&json!({"data.principal": who}).to_string());
        let found = platform
            .get(&format!("{EVERYWHERE}?sort=created_at&filter={filter}"))
            .await;
        let places: Vec<&str> = found
            .rows()
            .iter()
            .map(|row| row["workspace"].as_str().unwrap())
            .collect();
        assert_eq!(places, expected);
        assert_eq!(found.json["pagination"]["total_results"], 2);
        let seeded = platform
            .get(&format!(
                "{EVERYWHERE}?filter={}",
                encoded("{\"name\":\"wildcard-system-viewer\"}")
            ))
            .await;
        assert_eq!(
            keys(&seeded.rows()[0]["data"]),
            ["principal", "role", "granted_by", "granted_at", "revoked_at"]
        );
        assert_eq!(seeded.rows()[0]["data"]["granted_by"], "system");
    })
    .await;
}

#[tokio::test]
async fn rows_are_for_platform_admins_only() {
    on_every_platform(async |platform| {
        let (owner, workspace) = (platform.somebody("owen"), platform.name("private-rows"));
        crate::platform::create(&platform.client(&owner), &workspace)
            .await
            .unwrap();
        platform.until_admitted(&owner, &workspace).await;
        let inside = format!("{WORKSPACES}/{}/entities/role_binding", workspace.raw());
        for path in [EVERYWHERE, inside.as_str()] {
            let answer = platform.raw(&owner, Method::GET, path, None).await;
            assert_eq!(answer.said(), (403, "Forbidden"));
            assert_eq!(platform.get(path).await.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_is_replaced_only_in_the_version_that_was_read() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("versions").await;
        // A row that can never be reached as a member is repaired this way.
        let members = format!("{WORKSPACES}/{}/members?wait_role_propagation=false", workspace.raw());
        let body = json!({"principal": "grp/sub", "roles": ["Viewer"]});
        platform
            .raw(platform.admin_email(), Method::POST, &members, Some(body))
            .await;
        let list = rows(platform, &workspace, "").await;
        let row = row(&list, "grp/sub", "Viewer");
        let path = format!(
            "{WORKSPACES}/{}/entities/role_binding/{}",
            workspace.raw(),
            row["name"].as_str().unwrap()
        );
        let mut data = row["data"].clone();
        data["revoked_at"] = data["granted_at"].clone();
        let put = async |version: u64| {
            let body = json!({"data": data, "expected_db_version": version});
            platform
                .raw(platform.admin_email(), Method::PUT, &path, Some(body))
                .await
        };
        let stale = put(99).await;
        assert_eq!(stale.status, 409);
        let said = "was modified by another request. Expected version 99, but current version is 1. \
                    Please refetch and retry.";
        assert!(stale.detail().ends_with(said), "{stale:?}");
        let replaced = put(1).await;
        assert_eq!((replaced.status, &replaced.json["db_version"]), (200, &json!(2)));
        assert_eq!(platform.roster(&workspace).await.len(), 1);
    })
    .await;
}

/// Takes the next step on the way to `after` for `who`; returns it with what was said.
async fn step(
    client: &Client,
    workspace: &WorkspaceName,
    who: &str,
    after: &[&str],
) -> (Step, Result<Accepted, Error>) {
    let rows = client.rows(workspace).await.unwrap();
    let step = rows
        .next_step(&principal(who), &roles(after))
        .expect("something is to be done");
    let said = take(client, workspace, who, &step).await;
    (step, said)
}

async fn take(client: &Client, workspace: &WorkspaceName, who: &str, step: &Step) -> Result<Accepted, Error> {
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal(who),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    client.take_step(&change, step, now()).await
}

#[rstest]
#[case::accents("jos\u{e9}@example.com")]
#[case::combining("jose\u{301}@example.com")]
#[case::chinese("\u{674e}\u{96f7}")]
#[case::emoji("\u{1f980}")]
#[case::slash("grp/sub")]
#[case::quote("quo\"te@example.com")]
#[case::backslash("back\\slash")]
#[case::control("tab\there")]
#[case::dots("..")]
#[case::empty("")]
#[tokio::test]
async fn whoever_is_not_found_by_name_is_changed_and_removed_through_rows(#[case] who: &str) {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("through-rows").await);
        let held = async || platform.roster(&workspace).await.roles_of(&principal(who));
        let to = async |after: &[&str]| step(&client, &workspace, who, after).await.1.unwrap();
        to(&["Viewer"]).await;
        to(&["Editor"]).await;
        assert_eq!(held().await, roles(&["Editor", "Viewer"]), "what is given comes first");
        let from_rows = client.rows(&workspace).await.unwrap().roster();
        assert_eq!(
            from_rows,
            platform.roster(&workspace).await,
            "rows make the members that are listed"
        );
        to(&["Editor"]).await;
        assert_eq!(held().await, roles(&["Editor"]));
        // A row that was taken away comes to life again, as a new grant.
        to(&["Editor", "Viewer"]).await;
        assert_eq!(held().await, roles(&["Editor", "Viewer"]));
        to(&[]).await;
        to(&[]).await;
        assert_eq!(held().await, RoleSet::default());
        assert_eq!(platform.roster(&workspace).await.len(), 1, "nobody else was touched");
        assert!(
            client
                .rows(&workspace)
                .await
                .unwrap()
                .next_step(&principal(who), &RoleSet::default())
                .is_none()
        );
        // Its history stays as the platform itself would have left it.
        let history = client.history(&principal(who)).await.unwrap();
        assert!(history.rows.len() >= 2, "{history:?}");
        assert!(history.rows.iter().all(|row| row.principal == principal(who)));
        let list = rows(platform, &workspace, "").await;
        for (role, version) in [("Viewer", 4), ("Editor", 2)] {
            let row = row(&list, who, role);
            assert_eq!(row["db_version"], version, "{row}");
            assert_eq!(row["data"]["granted_by"], platform.admin_email());
            assert!(moment(&row["data"]["revoked_at"]) >= moment(&row["data"]["granted_at"]));
            assert_eq!(row["updated_by"], platform.admin_email(), "and who took it away");
        }
    })
    .await;
}

#[tokio::test]
async fn a_step_is_taken_only_on_what_was_read() {
    on_every_platform(async |platform| {
        let (client, workspace, who) = (
            platform.admin(),
            platform.workspace("stale").await,
            "jos\u{e9}@example.com",
        );
        platform.add(&workspace, who, &["Viewer"]).await;
        let (taken, said) = step(&client, &workspace, who, &[]).await;
        said.unwrap();
        // Once more: it is not as it was read any more.
        let refusal = take(&client, &workspace, who, &taken).await.unwrap_err();
        assert_eq!((refusal.status(), refusal.kind()), (Some(409), &ErrorKind::Moved));
        platform.add(&workspace, who, &["Viewer"]).await;
        let refusal = take(&client, &workspace, who, &taken).await.unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::Moved);
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal(who)),
            roles(&["Viewer"])
        );

        // A row can also be deleted, in the version that was read, and is gone then.
        let path = |name: &str, version: i64| {
            let place = format!("{WORKSPACES}/{}/entities/role_binding", workspace.raw());
            format!("{place}/{name}?expected_db_version={version}")
        };
        let Some(Step::TakeAway(row)) = client
            .rows(&workspace)
            .await
            .unwrap()
            .next_step(&principal(who), &roles(&[]))
        else {
            panic!("it holds something");
        };
        let delete = async |version| {
            let path = path(row.name.raw(), version);
            platform.raw(platform.admin_email(), Method::DELETE, &path, None).await
        };
        let stale = delete(row.version + 7).await;
        assert_eq!(stale.status, 409);
        assert!(
            stale
                .detail()
                .contains("was modified by another request. Expected version"),
            "{stale:?}"
        );
        assert_eq!(delete(row.version).await.status, 200);
        assert_eq!(delete(row.version).await.said(), (404, "Entity not found"));
        let refusal = take(&client, &workspace, who, &Step::TakeAway(row)).await.unwrap_err();
        assert_eq!((refusal.status(), refusal.kind()), (Some(404), &ErrorKind::NotFound));
        assert!(platform.roster(&workspace).await.find(&principal(who)).is_none());
    })
    .await;
}

#[tokio::test]
async fn through_rows_the_last_admin_goes_and_nobody_but_a_platform_admin_can() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("last-row").await);
        let owner = platform.somebody("olga");
        platform.add(&workspace, &owner, &["Admin"]).await;
        platform.until_admitted(&owner, &workspace).await;
        let hers = platform.client(&owner);
        assert_eq!(*hers.rows(&workspace).await.unwrap_err().kind(), ErrorKind::Forbidden);
        let rows = client.rows(&workspace).await.unwrap();
        let away = rows
            .next_step(&principal(platform.admin_email()), &RoleSet::default())
            .unwrap();
        let refusal = take(&hers, &workspace, platform.admin_email(), &away)
            .await
            .unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::Forbidden);
        take(&client, &workspace, platform.admin_email(), &away).await.unwrap();
        // What the members API refuses, rows do: so this is for the console to refuse.
        assert_eq!(
            *remove(&client, &workspace, &owner).await.unwrap_err().kind(),
            ErrorKind::LastAdmin
        );
        step(&client, &workspace, &owner, &[]).await.1.unwrap();
        assert!(platform.roster(&workspace).await.is_empty());
        // It takes effect like every other removal.
        eventually("to be shut out", async || hers.workspace(&workspace).await.err()).await;
    })
    .await;
}

#[tokio::test]
async fn where_no_workspace_is_there_is_no_row_which_is_said_in_two_ways() {
    on_every_platform(async |platform| {
        let nowhere = format!(
            "{WORKSPACES}/{}/entities/role_binding/rb-1",
            platform.name("never-made").raw()
        );
        let body = json!({"data": {"principal": "bob@x", "role": "Viewer"}, "expected_db_version": 1});
        let put = platform
            .raw(platform.admin_email(), Method::PUT, &nowhere, Some(body))
            .await;
        assert_eq!(put.status, 422, "{put:?}");
        let deleted = platform
            .raw(platform.admin_email(), Method::DELETE, &nowhere, None)
            .await;
        assert_eq!(deleted.status, 404, "{deleted:?}");
    })
    .await;
}
