//! Projects of a workspace.

use crate::novelty::Novelty;
use crate::platform::{
    Platform, WORKSPACES, create_project, delete_project, n_projects, now, on_every_platform, projects,
};
use crate::wire::Raw;
use jiff::SignedDuration;
use nmp_console::api::{ErrorKind, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{ResourceName, WorkspaceName};
use reqwest::Method;
use serde_json::{Value, json};

async fn ask(platform: &Platform, method: Method, workspace: &WorkspaceName, rest: &str, body: Option<Value>) -> Raw {
    let path = format!("{WORKSPACES}/{}/projects{rest}", workspace.raw());
    platform.raw(platform.admin_email(), method, &path, body).await
}

#[tokio::test]
async fn a_new_project_is_listed_and_counted() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("projects").await);
        assert_eq!(n_projects(&client, &workspace).await.unwrap(), 0);
        assert_eq!(projects(&client, &workspace).await.unwrap(), []);
        assert_eq!(create_project(&client, &workspace, "one").await.unwrap().status, 201);
        let change = Change::CreateProject {
            workspace: workspace.clone(),
            name: ResourceName::parse_new("two").unwrap(),
            description: Some("zwei 二".to_owned()),
        };
        assert_eq!(client.apply(&change, Propagation::Skip).await.unwrap().status, 201);
        assert_eq!(n_projects(&client, &workspace).await.unwrap(), 2);

        let rows = projects(&client, &workspace).await.unwrap();
        let names: Vec<&str> = rows.iter().map(|project| project.name.raw()).collect();
        assert_eq!(names, ["two", "one"], "newest first");
        assert_eq!(rows[0].description.as_deref(), Some("zwei 二"));
        assert_eq!(rows[1].description, None);
        for project in &rows {
            assert!(project.id.as_deref().unwrap().starts_with("project-"), "{project:?}");
            let age = now().duration_since(project.created_at.unwrap());
            assert!(age.abs() < SignedDuration::from_mins(5), "{project:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_project_has_the_known_shape_and_none_of_who_made_it() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("project-shape").await;
        let made = ask(platform, Method::POST, &workspace, "", Some(json!({"name": "one"}))).await;
        assert_eq!(made.status, 201);
        assert_eq!(
            made.keys(),
            ["id", "name", "workspace", "description", "created_at", "updated_at"]
        );
        let list = ask(platform, Method::GET, &workspace, "", None).await;
        assert_eq!(list.keys(), ["data", "pagination", "sort", "filter"]);
        assert_eq!(list.rows(), std::slice::from_ref(&made.json));
        assert_eq!(
            ask(platform, Method::GET, &workspace, "/one", None).await.json,
            made.json
        );
    })
    .await;
}

#[tokio::test]
async fn a_deleted_project_is_gone() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("no-project").await);
        create_project(&client, &workspace, "one").await.unwrap();
        let deleted = delete_project(&client, &workspace, "one").await.unwrap();
        assert_eq!(
            (deleted.status, deleted.said.unwrap().as_str()),
            (200, "Project deleted successfully")
        );
        assert_eq!(n_projects(&client, &workspace).await.unwrap(), 0);
        let again = delete_project(&client, &workspace, "one").await.unwrap_err();
        assert_eq!((again.status(), again.kind()), (Some(404), &ErrorKind::NotFound));
        let said = format!("Project 'one' not found in workspace '{}'", workspace.raw());
        assert_eq!(again.said().unwrap().as_str(), said);
        create_project(&client, &workspace, "one").await.unwrap();
        assert_eq!(n_projects(&client, &workspace).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_project_name_is_given_once_in_a_workspace() {
    on_every_platform(async |platform| {
        let client = platform.admin();
        let (one, two) = (
            platform.workspace("project-a").await,
            platform.workspace("project-b").await,
        );
        create_project(&client, &one, "same").await.unwrap();
        create_project(&client, &two, "same").await.unwrap();
        let refusal = create_project(&client, &one, "same").await.unwrap_err();
        assert_eq!(
            (refusal.status(), refusal.kind()),
            (Some(409), &ErrorKind::AlreadyExists)
        );
        let said = format!("Project 'same' already exists in workspace '{}'.", one.raw());
        assert_eq!(refusal.said().unwrap().as_str(), said);
        assert_eq!(n_projects(&client, &one).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_project_name_follows_the_rules_of_workspace_names() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("project-names").await;
        for wrong in ["", "a", "Upper", "te--am", "team-", "te am", "1st"] {
            let answer = ask(platform, Method::POST, &workspace, "", Some(json!({"name": wrong}))).await;
            assert_eq!(answer.mistakes(), ["body.name: string_pattern_mismatch"], "{wrong}");
            let refusal = create_project(&platform.admin(), &workspace, wrong).await.unwrap_err();
            assert!(matches!(refusal.kind(), ErrorKind::BadName(_)), "{refusal:?}");
        }
        assert_eq!(n_projects(&platform.admin(), &workspace).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_update_without_a_description_clears_it_unlike_that_of_a_workspace() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("project-put").await;
        create_project(&platform.admin(), &workspace, "one").await.unwrap();
        for (body, expected) in [
            (json!({"description": "d"}), json!("d")),
            (json!({}), Value::Null),
            (json!({"description": "e"}), json!("e")),
            (json!({"description": null}), Value::Null),
            (json!({"description": ""}), json!("")),
        ] {
            let answer = ask(platform, Method::PUT, &workspace, "/one", Some(body.clone())).await;
            assert_eq!((answer.status, &answer.json["description"]), (200, &expected), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_no_workspace_is_there_are_no_projects_and_none_can_be_made() {
    on_every_platform(async |platform| {
        let (client, nowhere) = (platform.admin(), platform.name("never-made"));
        assert_eq!(n_projects(&client, &nowhere).await.unwrap(), 0);
        let refusal = create_project(&client, &nowhere, "one").await.unwrap_err();
        assert_eq!((refusal.status(), refusal.kind()), (Some(422), &ErrorKind::Invalid));
        let said = if platform.does(Novelty::HidesMissingWorkspaces) {
            "Referenced resource does not exist.".to_owned()
        } else {
            format!(
                "Workspace '{}' does not exist. Please create the workspace first.",
                nowhere.raw()
            )
        };
        assert_eq!(refusal.said().unwrap().as_str(), said);
    })
    .await;
}
