//! The deletion of a workspace after it was accepted: who may follow it, how it ends, and what keeps it from ending.

use crate::novelty::Novelty;
use crate::platform::{
    Platform, WORKSPACES, create, create_project, delete, delete_thing, eventually, furnish, listed, make, n_projects,
    on_a_platform_of_our_own, on_every_platform,
};
use nmp_console::api::{Client, DeletionKnown, Error, ErrorKind, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::deletion::{Stage, Status};
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::Deletion;
use nmp_console::domain::resource::ResourceKind;
use reqwest::Method;
use serde_json::json;

/// Makes a workspace as somebody who is no platform admin, with an Editor.
async fn someones(platform: &Platform, rest: &str) -> (WorkspaceName, [Client; 4]) {
    let name = platform.name(rest);
    let [creator, editor, stranger] = ["carla", "eddy", "stan"].map(|called| platform.somebody(called));
    let client = platform.client(&creator);
    create(&client, &name).await.unwrap();
    platform.add(&name, &editor, &["Editor"]).await;
    platform.until_admitted(&editor, &name).await;
    let [editor, stranger] = [editor, stranger].map(|email| platform.client(&email));
    (name, [client, platform.admin(), editor, stranger])
}

async fn known(client: &Client, name: &WorkspaceName) -> DeletionKnown {
    client.deletion(name).await.unwrap()
}

async fn under_way(client: &Client, name: &WorkspaceName) -> Option<Status> {
    match known(client, name).await {
        DeletionKnown::UnderWay(status) => Some(status),
        DeletionKnown::NoneToSee => None,
        DeletionKnown::NotTold => panic!("the platform does not tell"),
    }
}

/// Returns what is left in a workspace according to a refusal, in the order of the alphabet.
fn contents(refusal: &Error) -> Vec<(&str, u64)> {
    let ErrorKind::NotEmpty(contents) = refusal.kind() else {
        panic!("{refusal:?}");
    };
    let mut contents: Vec<_> = contents.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    contents.sort_unstable();
    contents
}

/// Waits until a workspace is gone, and makes it anew as `client`, which is how anybody can tell.
async fn until_free(platform: &Platform, client: &Client, name: &WorkspaceName) {
    if platform.does(Novelty::TellsOfDeletions) {
        eventually("the deletion to end", async || {
            under_way(&platform.admin(), name).await.is_none().then_some(())
        })
        .await;
        create(client, name).await.unwrap();
        return;
    }
    eventually("the name to be free", async || match create(client, name).await {
        Ok(_) => Some(()),
        Err(taken) => {
            assert_eq!(*taken.kind(), ErrorKind::AlreadyExists, "{taken:?}");
            None
        }
    })
    .await;
}

#[tokio::test]
async fn a_deletion_under_way_is_told_to_its_creator_and_to_platform_admins_alone() {
    on_every_platform(async |platform| {
        let (name, [creator, admin, editor, stranger]) = someones(platform, "followed").await;
        create_project(&creator, &name, "one").await.unwrap();
        // Where nothing goes on after the answer, there is nothing to ask.
        let is_told = platform.does(Novelty::TellsOfDeletions) && platform.deletion() != Deletion::Refuses;
        let nothing = if is_told {
            DeletionKnown::NoneToSee
        } else {
            DeletionKnown::NotTold
        };
        for client in [&creator, &admin, &stranger] {
            for name in [&name, &platform.name("never-made")] {
                assert_eq!(known(client, name).await, nothing, "{name:?}");
            }
        }
        if platform.deletion() == Deletion::Refuses {
            return;
        }
        // Editors may delete it, and are then not told how it goes on.
        assert_eq!(delete(&editor, &name).await.unwrap().status, 200);
        if !is_told {
            for client in [&creator, &admin, &editor, &stranger] {
                assert_eq!(known(client, &name).await, DeletionKnown::NotTold);
            }
            return until_free(platform, &stranger, &name).await;
        }
        for client in [&creator, &admin] {
            let status = under_way(client, &name).await.expect("it takes longer than that");
            assert!(matches!(status.stage, Stage::Pending | Stage::Deleting), "{status:?}");
            assert_eq!(status.error, None);
            assert!(status.updated_at.is_some());
        }
        for client in [&editor, &stranger] {
            assert_eq!(known(client, &name).await, DeletionKnown::NoneToSee);
        }
        until_free(platform, &stranger, &name).await;
        assert_eq!(known(&creator, &name).await, DeletionKnown::NoneToSee);
    })
    .await;
}

#[tokio::test]
async fn while_it_is_under_way_the_workspace_is_gone_and_its_name_is_taken() {
    on_every_platform(async |platform| {
        if platform.deletion() == Deletion::Refuses {
            return;
        }
        let (name, [creator, admin, _, stranger]) = someones(platform, "taken").await;
        create_project(&creator, &name, "one").await.unwrap();
        delete(&creator, &name).await.unwrap();
        for client in [&creator, &admin] {
            let gone = client.workspace(&name).await.unwrap_err();
            assert!(
                matches!(gone.kind(), ErrorKind::NotFound | ErrorKind::Forbidden),
                "{gone:?}"
            );
            assert!(listed(client).await.iter().all(|row| row.name != name));
        }
        let taken = create(&stranger, &name).await.unwrap_err();
        let (kind, said) = if platform.does(Novelty::NamesTheDying) {
            (ErrorKind::BeingDeleted, "is still being deleted")
        } else {
            (ErrorKind::AlreadyExists, "already exists")
        };
        assert_eq!((taken.status(), taken.kind()), (Some(409), &kind));
        let said = format!("Workspace '{}' {said}", name.raw());
        assert_eq!(taken.said().unwrap().as_str(), said);
        let again = delete(&admin, &name).await.unwrap_err();
        assert_eq!((again.status(), again.kind()), (Some(404), &ErrorKind::NotFound));

        until_free(platform, &stranger, &name).await;
        assert_eq!(n_projects(&platform.admin(), &name).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn with_a_workspace_goes_what_was_in_it() {
    on_every_platform(async |platform| {
        let (name, client) = (platform.workspace("emptied").await, platform.admin());
        make(platform, &name, "files", "filesets", json!({"name": "weights"})).await;
        make(platform, &name, "models", "models", json!({"name": "model-one"})).await;
        create_project(&client, &name, "one").await.unwrap();
        create_project(&client, &name, "two").await.unwrap();
        match platform.deletion() {
            Deletion::Refuses => {
                let refusal = delete(&client, &name).await.unwrap_err();
                assert_eq!(refusal.status(), Some(409));
                assert_eq!(contents(&refusal), [("fileset", 1), ("model", 1), ("project", 2)]);
                for (kind, thing) in [
                    (ResourceKind::Project, "one"),
                    (ResourceKind::Project, "two"),
                    (ResourceKind::Model, "model-one"),
                    (ResourceKind::Fileset, "weights"),
                ] {
                    delete_thing(&client, &name, kind, thing).await.unwrap();
                }
                delete(&client, &name).await.unwrap();
                create(&client, &name).await.unwrap();
            }
            Deletion::Cascades | Deletion::CannotTell => {
                delete(&client, &name).await.unwrap();
                until_free(platform, &client, &name).await;
            }
        }
        for kind in [ResourceKind::Project, ResourceKind::Fileset, ResourceKind::Model] {
            let page = client.resources(&name, kind, 1).await.unwrap().unwrap();
            assert_eq!(page.rows, [], "{kind:?}");
        }
    })
    .await;
}

/// Makes a workspace that cannot be cleaned up, because a model elsewhere uses its fileset; returns the user too.
async fn stuck(platform: &Platform) -> (WorkspaceName, [Client; 4], WorkspaceName) {
    let (name, clients) = someones(platform, "stuck").await;
    let user = platform.workspace("user").await;
    make(platform, &name, "files", "filesets", json!({"name": "weights"})).await;
    let fileset = format!("{}/weights", name.raw());
    make(
        platform,
        &user,
        "models",
        "models",
        json!({"name": "model-one", "fileset": fileset}),
    )
    .await;
    delete(&clients[0], &name).await.unwrap();
    (name, clients, user)
}

/// Waits for the cleanup to break off with a text that begins like this. A busy platform may break off for another reason
/// first, and tries again.
async fn until_failed(client: &Client, name: &WorkspaceName, begin: &str) {
    eventually(&format!("the cleanup to fail with: {begin}"), async || {
        let status = under_way(client, name).await?;
        let error = status.error.filter(|_| status.stage == Stage::Failed)?;
        error.as_str().starts_with(begin).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_cleanup_that_fails_says_why_and_is_taken_up_again_by_a_platform_admin() {
    on_a_platform_of_our_own(async |platform| {
        let (name, [creator, admin, _, stranger], user) = stuck(platform).await;
        if !platform.does(Novelty::KeepsWhatItCannotDestroy) {
            // The workspace goes all the same; what could not be destroyed is left behind without a place.
            return until_free(platform, &stranger, &name).await;
        }
        let expected = format!(
            "Failed to delete 1 fileset(s) while cleaning workspace {w}: weights: HTTP 409: Cannot delete fileset \
             '{w}/weights' because 1 model entity reference(s) and 0 adapter entity reference(s) still use it",
            w = name.raw()
        );
        until_failed(&creator, &name, &expected).await;
        let taken = create(&stranger, &name).await.unwrap_err();
        assert_eq!(*taken.kind(), ErrorKind::BeingDeleted);
        let said = format!("Workspace '{}' is still being deleted (", name.raw());
        assert!(taken.said().unwrap().as_str().starts_with(&said), "{taken:?}");

        // What its creator may not do, a platform admin may.
        let retry = Change::RetryDeletion {
            workspace: name.clone(),
        };
        // Until the policy is rebuilt it counts as the Admin that it was; what it asks for then changes nothing here.
        let refusal = eventually("the creator to be refused", async || {
            creator.apply(&retry, Propagation::Skip).await.err()
        })
        .await;
        assert!(
            matches!(refusal.kind(), ErrorKind::Forbidden | ErrorKind::NotFound),
            "{refusal:?}"
        );
        delete_thing(&admin, &user, ResourceKind::Model, "model-one")
            .await
            .unwrap();
        let accepted = admin.apply(&retry, Propagation::Skip).await;
        // The platform tries again by itself, too, and may just have done so.
        if let Err(refusal) = &accepted {
            assert_eq!(*refusal.kind(), ErrorKind::NotFound, "{refusal:?}");
        }
        until_free(platform, &stranger, &name).await;
    })
    .await;
}

#[tokio::test]
async fn the_rows_of_a_dying_workspace_are_closed_even_to_platform_admins() {
    on_every_platform(async |platform| {
        if platform.deletion() == Deletion::Refuses {
            return;
        }
        let name = platform.workspace("closed").await;
        furnish_with_rows(platform, &name).await;
        delete(&platform.admin(), &name).await.unwrap();
        let rows = format!("{WORKSPACES}/{}/entities/project", name.raw());
        for path in [rows.clone(), format!("{rows}/one")] {
            let answer = platform.get(&path).await;
            let said = format!("Workspace '{}' not found", name.raw());
            assert_eq!(answer.said(), (404, said.as_str()), "{path}");
        }
        until_free(platform, &platform.admin(), &name).await;
    })
    .await;
}

async fn furnish_with_rows(platform: &Platform, name: &WorkspaceName) {
    create_project(&platform.admin(), name, "one").await.unwrap();
    let rows = format!("{WORKSPACES}/{}/entities/project", name.raw());
    let answer = platform.raw(platform.admin_email(), Method::GET, &rows, None).await;
    assert_eq!(answer.rows().len(), 1, "{answer:?}");
}

#[tokio::test]
async fn a_furnished_workspace_without_deployments_can_be_emptied_kind_by_kind() {
    on_every_platform(async |platform| {
        let (name, client) = (platform.workspace("by-hand").await, platform.admin());
        furnish(platform, &name).await;
        let cancel = format!("/apis/jobs/v2/workspaces/{}/jobs/job-one/cancel", name.raw());
        let cancelled = platform.raw(platform.admin_email(), Method::POST, &cancel, None).await;
        assert_eq!(cancelled.status, 200, "{cancelled:?}");
        // The model takes its adapter along.
        for (kind, thing) in [
            (ResourceKind::Model, "model-one"),
            (ResourceKind::Provider, "provider-one"),
            (ResourceKind::Prompt, "prompt-one"),
            (ResourceKind::Secret, "secret-one"),
            (ResourceKind::Fileset, "weights"),
            (ResourceKind::Fileset, "tuned"),
            (ResourceKind::Project, "project-one"),
        ] {
            delete_thing(&client, &name, kind, thing).await.unwrap();
        }
        eventually("the job to have ended", async || {
            delete_thing(&client, &name, ResourceKind::Job, "job-one").await.ok()
        })
        .await;
        let answer = delete(&client, &name).await;
        match platform.deletion() {
            // What it cannot delete keeps it for ever.
            Deletion::Refuses => {
                let refusal = answer.unwrap_err();
                assert_eq!(contents(&refusal), [("deployment", 1), ("deployment config", 1)]);
            }
            Deletion::Cascades | Deletion::CannotTell => assert_eq!(answer.unwrap().status, 200),
        }
    })
    .await;
}
