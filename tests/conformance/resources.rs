//! What lies in a workspace: every kind that the platform keeps, read, counted and deleted.

use crate::novelty::Novelty;
use crate::platform::{
    Platform, create_project, delete_thing, eventually, furnish, make, n_projects, on_every_platform, thing,
};
use nmp_console::api::{Client, ErrorKind};
use nmp_console::domain::ids::{ResourceName, WorkspaceName};
use nmp_console::domain::resource::{Resource, ResourceKind, Tally};
use serde_json::json;
use std::collections::HashSet;

/// Kinds whose services a real platform without further software keeps, with the one thing that
/// [`furnish`] makes of each, and whether its row says an id.
const KEPT: [(ResourceKind, &str, bool); 10] = [
    (ResourceKind::Project, "project-one", true),
    (ResourceKind::Fileset, "weights", true),
    (ResourceKind::Model, "model-one", true),
    (ResourceKind::Adapter, "adapter-one", false),
    (ResourceKind::Provider, "provider-one", true),
    (ResourceKind::Deployment, "deployment-one", true),
    (ResourceKind::DeploymentConfig, "config-one", true),
    (ResourceKind::Prompt, "prompt-one", true),
    (ResourceKind::Secret, "secret-one", false),
    (ResourceKind::Job, "job-one", true),
];

async fn rows(client: &Client, workspace: &WorkspaceName, kind: ResourceKind, page: usize) -> Vec<Resource> {
    client.resources(workspace, kind, page).await.unwrap().unwrap().rows
}

async fn names(client: &Client, workspace: &WorkspaceName, kind: ResourceKind) -> Vec<String> {
    let rows = rows(client, workspace, kind, 1).await;
    rows.iter().map(|row| row.name.raw().to_owned()).collect()
}

/// Waits until somebody's new role is known to the policy in every service.
async fn admitted(platform: &Platform, called: &str, workspace: &WorkspaceName, role: &str) -> Client {
    let email = platform.somebody(called);
    platform.add(workspace, &email, &[role]).await;
    platform.until_admitted(&email, workspace).await;
    platform.client(&email)
}

#[tokio::test]
async fn every_kind_is_listed_counted_and_read_one_by_one() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("furnished").await;
        furnish(platform, &workspace).await;
        let viewer = admitted(platform, "vic", &workspace, "Viewer").await;
        for client in [platform.admin(), viewer] {
            for (kind, name, has_id) in KEPT {
                let rows = rows(&client, &workspace, kind, 1).await;
                let row = rows.iter().find(|row| row.name.raw() == name);
                let row = row.unwrap_or_else(|| panic!("{kind:?}: no {name} in {rows:?}"));
                assert_eq!(row.id.is_some(), has_id, "{row:?}");
                assert!(row.updated_at.is_some(), "{row:?}");
                let n = client.count(&workspace, kind).await.unwrap();
                assert_eq!(n, Tally::Number(rows.len()), "{kind:?}");
                let page = client.resources(&workspace, kind, 1).await.unwrap().unwrap();
                assert_eq!(page.n_total, Some(rows.len()), "{kind:?}");

                let read = client.resource(&workspace, &thing(kind, name)).await.unwrap();
                assert_eq!(read.unwrap().name, row.name, "{kind:?}");
                let never = client.resource(&workspace, &thing(kind, "never-made")).await.unwrap();
                assert_eq!(never, None, "{kind:?}");
            }
        }
        let model = rows(&platform.admin(), &workspace, ResourceKind::Model, 1).await;
        assert_eq!(model[0].project.as_ref().map(ResourceName::raw), Some("project-one"));
    })
    .await;
}

#[tokio::test]
async fn an_empty_workspace_has_none_of_any_kind() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("bare").await;
        for (kind, _, _) in KEPT {
            let n = platform.admin().count(&workspace, kind).await.unwrap();
            assert_eq!(n, Tally::Number(0), "{kind:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_absent_service_is_told_from_an_empty_one() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("absent").await;
        let email = platform.somebody("ada");
        platform.add(&workspace, &email, &["Admin"]).await;
        platform.until_admitted(&email, &workspace).await;
        for client in [platform.admin(), platform.client(&email)] {
            for kind in [
                ResourceKind::GuardrailConfig,
                ResourceKind::VirtualModel,
                ResourceKind::Experiment,
            ] {
                let count = client.count(&workspace, kind).await.unwrap();
                assert_eq!(count, Tally::NotInstalled, "{kind:?}");
                let page = client.resources(&workspace, kind, 1).await.unwrap();
                assert_eq!(page, None, "{kind:?}");
            }
        }
        // What the policy does not know is forbidden to everybody else, whether it is there or not.
        for kind in [ResourceKind::Benchmark, ResourceKind::MetricJob] {
            let count = platform.admin().count(&workspace, kind).await.unwrap();
            assert_eq!(count, Tally::NotInstalled, "{kind:?}");
            let refusal = platform.client(&email).count(&workspace, kind).await.unwrap_err();
            assert_eq!(
                (refusal.status(), refusal.kind()),
                (Some(403), &ErrorKind::Forbidden),
                "{kind:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_may_delete_and_whoever_reads_may_not() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("hands").await;
        furnish(platform, &workspace).await;
        let viewer = admitted(platform, "vic", &workspace, "Viewer").await;
        let editor = admitted(platform, "eddy", &workspace, "Editor").await;
        let stranger = platform.client(&platform.somebody("stan"));
        for (kind, name, _) in KEPT {
            let refusal = stranger.count(&workspace, kind).await.unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::Forbidden, "{kind:?}");
            for client in [&viewer, &stranger] {
                let refusal = delete_thing(client, &workspace, kind, name).await.unwrap_err();
                assert_eq!(
                    (refusal.status(), refusal.kind()),
                    (Some(403), &ErrorKind::Forbidden),
                    "{kind:?}"
                );
            }
        }
        for (kind, name, status) in [
            (ResourceKind::Adapter, "adapter-one", 204),
            (ResourceKind::Model, "model-one", 204),
            (ResourceKind::Fileset, "weights", 200),
            (ResourceKind::Provider, "provider-one", 204),
            (ResourceKind::Prompt, "prompt-one", 204),
            (ResourceKind::Secret, "secret-one", 204),
            (ResourceKind::Project, "project-one", 200),
        ] {
            let accepted = delete_thing(&editor, &workspace, kind, name).await.unwrap();
            assert_eq!(accepted.status, status, "{kind:?}");
            let left = names(&editor, &workspace, kind).await;
            assert!(!left.iter().any(|left| left == name), "{kind:?}: {left:?}");
            let again = delete_thing(&editor, &workspace, kind, name).await.unwrap_err();
            assert_eq!(
                (again.status(), again.kind()),
                (Some(404), &ErrorKind::NotFound),
                "{kind:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_fileset_in_use_stays_until_nothing_uses_it() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("in-use").await);
        furnish(platform, &workspace).await;
        for (fileset, (n_models, n_adapters)) in [("weights", (1, 0)), ("tuned", (0, 1))] {
            let answer = delete_thing(&client, &workspace, ResourceKind::Fileset, fileset).await;
            if !platform.does(Novelty::ProtectsFilesetsInUse) {
                answer.unwrap();
                continue;
            }
            let refusal = answer.unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (Some(409), &ErrorKind::Conflict));
            let said = format!(
                "Cannot delete fileset '{}/{fileset}' because {n_models} model entity reference(s) and {n_adapters} \
                 adapter entity reference(s) still use it. Relink or delete the dependent entities first.",
                workspace.raw()
            );
            assert_eq!(refusal.said().unwrap().as_str(), said);
            assert!(!refusal.is_outcome_unknown());
        }
        // With a model go its adapters, and then nothing uses either.
        delete_thing(&client, &workspace, ResourceKind::Model, "model-one")
            .await
            .unwrap();
        let adapters = names(&client, &workspace, ResourceKind::Adapter).await;
        assert_eq!(adapters, Vec::<String>::new());
        if !platform.does(Novelty::ProtectsFilesetsInUse) {
            return;
        }
        for fileset in ["weights", "tuned"] {
            delete_thing(&client, &workspace, ResourceKind::Fileset, fileset)
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_goes_on_is_not_deleted() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("busy").await);
        furnish(platform, &workspace).await;
        let answer = delete_thing(&client, &workspace, ResourceKind::Job, "job-one").await;
        if !platform.does(Novelty::ProtectsJobsThatGoOn) {
            answer.unwrap();
            let left = names(&client, &workspace, ResourceKind::Job).await;
            assert_eq!(left, Vec::<String>::new());
            return;
        }
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.status(), refusal.kind()), (Some(409), &ErrorKind::Conflict));
        let said = refusal.said().unwrap().as_str();
        assert!(said.starts_with("Cannot delete job 'job-one' while it is '"), "{said}");
        assert_eq!(names(&client, &workspace, ResourceKind::Job).await, ["job-one"]);
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_deployed_neither_a_deployment_nor_its_config_can_be_deleted() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("undeployed").await);
        furnish(platform, &workspace).await;
        for (kind, name) in [
            (ResourceKind::Deployment, "deployment-one"),
            (ResourceKind::DeploymentConfig, "config-one"),
        ] {
            let refusal = delete_thing(&client, &workspace, kind, name).await.unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (Some(422), &ErrorKind::Invalid));
            let said = refusal.said().unwrap().as_str();
            assert_eq!(
                said,
                "Deployments are not enabled because the backend runtime is set to 'none'"
            );
            assert_eq!(names(&client, &workspace, kind).await, [name]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_list_comes_in_pages_without_a_gap() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("paged").await);
        for i in 0..101 {
            create_project(&client, &workspace, &format!("project-{i:03}"))
                .await
                .unwrap();
        }
        for i in 0..101 {
            make(
                platform,
                &workspace,
                "files",
                "filesets",
                json!({"name": format!("fileset-{i:03}")}),
            )
            .await;
        }
        assert_eq!(n_projects(&client, &workspace).await.unwrap(), 101);
        for kind in [ResourceKind::Project, ResourceKind::Fileset] {
            let mut seen = HashSet::new();
            for (page, n_rows) in [(1, 100), (2, 1)] {
                let answer = client.resources(&workspace, kind, page).await.unwrap().unwrap();
                assert_eq!(
                    (answer.rows.len(), answer.n_total),
                    (n_rows, Some(101)),
                    "{kind:?} {page}"
                );
                seen.extend(answer.rows.iter().map(|row| row.name.raw().to_owned()));
            }
            assert_eq!(seen.len(), 101, "{kind:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_things_of_a_workspace_are_not_those_of_another() {
    on_every_platform(async |platform| {
        let (one, two) = (platform.workspace("here").await, platform.workspace("there").await);
        furnish(platform, &one).await;
        let client = platform.admin();
        for (kind, name, _) in KEPT {
            assert_eq!(client.count(&two, kind).await.unwrap(), Tally::Number(0), "{kind:?}");
            let read = client.resource(&two, &thing(kind, name)).await.unwrap();
            assert_eq!(read, None, "{kind:?}");
        }
        // A fileset belongs to where it lies, whatever elsewhere has the same name.
        make(platform, &two, "files", "filesets", json!({"name": "weights"})).await;
        delete_thing(&client, &two, ResourceKind::Fileset, "weights")
            .await
            .unwrap();
        let kept = eventually("the other one to be kept", async || {
            client
                .resource(&one, &thing(ResourceKind::Fileset, "weights"))
                .await
                .unwrap()
        })
        .await;
        assert_eq!(kept.name.raw(), "weights");
    })
    .await;
}
