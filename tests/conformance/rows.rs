//! Role bindings as rows: the history that platform admins can read.

use crate::novelty::Novelty;
use crate::platform::{Platform, WORKSPACES, add, on_every_platform, remove};
use crate::wire::{Raw, encoded, keys};
use jiff::Timestamp;
use nmp_console::domain::ids::WorkspaceName;
use reqwest::Method;
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
