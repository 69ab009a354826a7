//! Members: added, changed, removed, and listed as they really are.

use crate::platform::{Platform, WORKSPACES, add, create, on_every_platform, principal, remove, roles, set};
use crate::wire::{Raw, encoded, keys};
use futures_util::future::join;
use nmp_console::api::{ErrorKind, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::role::RoleSet;
use reqwest::Method;
use serde_json::{Value, json};

/// Asks for something about the members of a workspace as the platform admin, without waiting for the policy.
async fn ask(platform: &Platform, method: Method, workspace: &WorkspaceName, who: &str, body: Option<Value>) -> Raw {
    let member = if who.is_empty() {
        String::new()
    } else {
        format!("/{}", encoded(who))
    };
    let path = format!(
        "{WORKSPACES}/{}/members{member}?wait_role_propagation=false",
        workspace.raw()
    );
    platform.raw(platform.admin_email(), method, &path, body).await
}

fn names(list: &Raw) -> Vec<&str> {
    list.rows()
        .iter()
        .map(|row| row["principal"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn whoever_is_added_holds_exactly_the_given_roles() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("added").await;
        let accepted = add(&platform.admin(), &workspace, "bob@example.com", &["Viewer", "Editor"])
            .await
            .unwrap();
        assert_eq!(accepted.status, 201);
        let roster = platform.roster(&workspace).await;
        let bob = roster.find(&principal("bob@example.com")).unwrap();
        assert_eq!(bob.roles, roles(&["Editor", "Viewer"]));
        assert_eq!(bob.granted_by.as_deref(), Some(platform.admin_email()));
        assert_eq!(roster.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_members_has_the_known_shape() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("listed").await;
        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(list.keys(), ["data"], "not paged");
        assert_eq!(
            keys(&list.rows()[0]),
            ["principal", "roles", "granted_at", "granted_by"]
        );
        assert_eq!(list.rows()[0]["roles"], json!(["Admin"]));
        let unknown = platform
            .admin()
            .members(&platform.name("never-made"))
            .await
            .unwrap_err();
        assert_eq!(*unknown.kind(), ErrorKind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn adding_somebody_twice_joins_the_roles_and_echoes_only_the_new_ones() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("union").await;
        platform.add(&workspace, "bob@example.com", &["Viewer"]).await;
        let body = json!({"principal": "bob@example.com", "roles": ["Editor"]});
        let answer = ask(platform, Method::POST, &workspace, "", Some(body)).await;
        assert_eq!((answer.status, &answer.json["roles"]), (201, &json!(["Editor"])));
        assert_eq!(answer.keys(), ["principal", "roles", "granted_at", "granted_by"]);
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&["Editor", "Viewer"]));

        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(list.rows()[0]["roles"], json!(["Editor", "Viewer"]), "newest first");
        let body = json!({"principal": "bob@example.com", "roles": ["Editor", "Editor"]});
        let answer = ask(platform, Method::POST, &workspace, "", Some(body)).await;
        assert_eq!(
            (answer.status, &answer.json["roles"]),
            (201, &json!(["Editor", "Editor"]))
        );
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&["Editor", "Viewer"]));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_added_twice_at_once_is_added() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("at-once").await);
        let adding = async || add(&client, &workspace, "bob@example.com", &["Viewer"]).await;
        let (one, two) = join(adding(), adding()).await;
        let lost: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
        assert!(lost.len() < 2, "{lost:?}");
        // A real platform answers the one who came late with a 500, of which only reading back tells the truth.
        for error in lost {
            assert_eq!((error.status(), error.kind()), (Some(500), &ErrorKind::ServerError));
            assert!(error.is_outcome_unknown() && !platform.is_sandbox());
        }
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&["Viewer"]));
    })
    .await;
}

#[tokio::test]
async fn adding_without_roles_makes_an_editor_and_with_none_makes_nobody() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("roleless").await;
        let answer = ask(
            platform,
            Method::POST,
            &workspace,
            "",
            Some(json!({"principal": "q@x"})),
        )
        .await;
        assert_eq!((answer.status, &answer.json["roles"]), (201, &json!(["Editor"])));
        let body = json!({"principal": "e@x", "roles": []});
        let answer = ask(platform, Method::POST, &workspace, "", Some(body)).await;
        assert_eq!((answer.status, &answer.json["roles"]), (201, &json!([])));
        let roster = platform.roster(&workspace).await;
        assert_eq!(roster.roles_of(&principal("q@x")), roles(&["Editor"]));
        assert!(roster.find(&principal("e@x")).is_none());
        // The client asks for neither.
        let refusal = add(&platform.admin(), &workspace, "e@x", &[]).await.unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::NoRoles);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_member_is_refused_with_its_fields() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("fields").await;
        let post = async |body| ask(platform, Method::POST, &workspace, "", Some(body)).await;
        assert_eq!(post(json!({})).await.mistakes(), ["body.principal: missing"]);
        assert_eq!(
            post(json!({"principal": 5, "roles": "Viewer"})).await.mistakes(),
            ["body.principal: string_type", "body.roles: list_type"]
        );
        assert_eq!(
            post(json!({"principal": "a@x", "roles": ["Viewer", 7]}))
                .await
                .mistakes(),
            ["body.roles.1: string_type"]
        );
        let put = ask(platform, Method::PUT, &workspace, "a@x", Some(json!({}))).await;
        assert_eq!(put.mistakes(), ["body.roles: missing"]);
        let path = format!(
            "{WORKSPACES}/{}/members/a%40x?wait_role_propagation=perhaps",
            workspace.raw()
        );
        let odd = platform.raw(platform.admin_email(), Method::DELETE, &path, None).await;
        assert_eq!(odd.mistakes(), ["query.wait_role_propagation: bool_parsing"]);
        assert_eq!(platform.roster(&workspace).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn members_are_listed_newest_first() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("order").await;
        for who in ["c@x", "a@x", "b@x"] {
            platform.add(&workspace, who, &["Viewer"]).await;
        }
        let admin = platform.admin_email();
        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(names(&list), ["b@x", "a@x", "c@x", admin]);

        // Another role moves somebody up; the same role given again, after it was taken, does not.
        platform.add(&workspace, "c@x", &["Editor"]).await;
        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(names(&list), ["c@x", "b@x", "a@x", admin]);
        remove(&platform.admin(), &workspace, "a@x").await.unwrap();
        platform.add(&workspace, "a@x", &["Viewer"]).await;
        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(names(&list), ["c@x", "b@x", "a@x", admin]);
    })
    .await;
}

#[tokio::test]
async fn changing_roles_sets_them() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("set").await);
        platform
            .add(&workspace, "bob@example.com", &["Viewer", "JobRunner"])
            .await;
        let before = ["Viewer", "JobRunner"];
        let accepted = set(&client, &workspace, "bob@example.com", &before, &["Admin", "JobRunner"])
            .await
            .unwrap();
        assert_eq!(accepted.status, 200);
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&["Admin", "JobRunner"]));
        // To the same again changes nothing, and goes.
        set(
            &client,
            &workspace,
            "bob@example.com",
            &["Admin", "JobRunner"],
            &["JobRunner", "Admin"],
        )
        .await
        .unwrap();
        assert_eq!(
            platform
                .roster(&workspace)
                .await
                .roles_of(&principal("bob@example.com")),
            held
        );
    })
    .await;
}

#[tokio::test]
async fn roles_nobody_knows_are_kept_as_they_are() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("odd-roles").await;
        let odd = ["viewer", "Viewer ", "Größe 李 🦀", "", "a/b \"c\""];
        platform.add(&workspace, "bob@example.com", &odd).await;
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&odd));
        let mut more = odd.to_vec();
        more.push("Viewer");
        set(&platform.admin(), &workspace, "bob@example.com", &odd, &more)
            .await
            .unwrap();
        let held = platform
            .roster(&workspace)
            .await
            .roles_of(&principal("bob@example.com"));
        assert_eq!(held, roles(&more));
    })
    .await;
}

#[tokio::test]
async fn a_put_makes_a_member_and_an_empty_one_unmakes_it() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("upsert").await;
        let put = async |who, given: Value| {
            let answer = ask(platform, Method::PUT, &workspace, who, Some(json!({"roles": given}))).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.json["principal"], who);
            assert_eq!(answer.json["roles"], given);
        };
        put("new@x", json!(["Viewer"])).await;
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal("new@x")),
            roles(&["Viewer"])
        );
        put("new@x", json!([])).await;
        put("never@x", json!([])).await;
        assert_eq!(platform.roster(&workspace).await.len(), 1);
        // The client does neither: who held nothing is added, who is to hold nothing is removed.
        let client = platform.admin();
        set(&client, &workspace, "new@x", &[], &["Viewer"]).await.unwrap();
        set(&client, &workspace, "new@x", &["Viewer"], &[]).await.unwrap();
        assert_eq!(platform.roster(&workspace).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_removed_is_no_member_any_more() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("removed").await);
        platform.add(&workspace, "bob@example.com", &["Viewer", "Editor"]).await;
        let accepted = remove(&client, &workspace, "bob@example.com").await.unwrap();
        assert_eq!(accepted.status, 200);
        let said = format!("Member removed from workspace '{}'", workspace.raw());
        assert_eq!(accepted.said.unwrap().as_str(), said);
        assert_eq!(platform.roster(&workspace).await.len(), 1);

        let again = remove(&client, &workspace, "bob@example.com").await.unwrap_err();
        assert_eq!((again.status(), again.kind()), (Some(404), &ErrorKind::NotFound));
        let said = format!("Member 'bob@example.com' not found in workspace '{}'", workspace.raw());
        assert_eq!(again.said().unwrap().as_str(), said);
        let elsewhere = remove(&client, &platform.name("never-made"), "bob@example.com")
            .await
            .unwrap_err();
        assert_eq!(*elsewhere.kind(), ErrorKind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_row_names_the_first_grant_and_the_last_granter() {
    on_every_platform(async |platform| {
        let (owner, workspace) = (platform.somebody("olaf"), platform.name("granted"));
        create(&platform.client(&owner), &workspace).await.unwrap();
        platform.until_admitted(&owner, &workspace).await;
        add(&platform.client(&owner), &workspace, "bob@x", &["Viewer"])
            .await
            .unwrap();
        let row = async || {
            platform
                .roster(&workspace)
                .await
                .find(&principal("bob@x"))
                .cloned()
                .unwrap()
        };
        let first = row().await;
        assert_eq!(first.granted_by.as_deref(), Some(owner.as_str()));
        platform.add(&workspace, "bob@x", &["Editor"]).await;
        let both = row().await;
        assert_eq!(both.granted_at, first.granted_at, "of the earliest grant");
        assert_eq!(
            both.granted_by.as_deref(),
            Some(platform.admin_email()),
            "of the newest"
        );

        // Taken and given again, a role counts from the second time.
        remove(&platform.admin(), &workspace, "bob@x").await.unwrap();
        platform.add(&workspace, "bob@x", &["Viewer"]).await;
        let again = row().await;
        assert!(again.granted_at > first.granted_at);
        assert_eq!(again.granted_by.as_deref(), Some(platform.admin_email()));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_waits_for_the_policy_is_in_force_when_it_returns() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("waiting").await);
        let bob = platform.somebody("bob");
        let wait = async |change: Change| client.apply(&change, Propagation::Await).await.unwrap();
        let added = wait(Change::Roles {
            workspace: workspace.clone(),
            principal: principal(&bob),
            before: RoleSet::default(),
            after: roles(&["Viewer"]),
        })
        .await;
        assert_eq!(added.status, 201);
        assert!(platform.client(&bob).workspace(&workspace).await.is_ok());
        let removed = wait(Change::Roles {
            workspace: workspace.clone(),
            principal: principal(&bob),
            before: roles(&["Viewer"]),
            after: RoleSet::default(),
        })
        .await;
        assert_eq!(removed.status, 200);
        let refusal = platform.client(&bob).workspace(&workspace).await.unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::Forbidden);
    })
    .await;
}
