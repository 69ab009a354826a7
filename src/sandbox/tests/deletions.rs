//! What becomes of a workspace that is deleted while it cascades. Time is told here, nothing waits for it.

use super::*;
use crate::sandbox::rules::deletions::{advance, next_due};
use pretty_assertions::assert_eq;

const W: &str = "/apis/entities/v2/workspaces/team";
const STATUS: &str = "/apis/entities/v2/workspace-deletions/team";
const MARKED: &str = "Workspace marked for deletion";

impl Bench {
    async fn cascading() -> Self {
        let bench = Self::with(Seed::Empty, false, Deletion::Cascade).await;
        bench.make("team").await;
        bench
    }

    /// Lets the cleaner do what is due so many seconds after the start.
    async fn clean(&self, seconds: i64, cleanup: &Cleanup) {
        let (now, cleanup) = (self.start.as_microsecond() + seconds * 1_000_000, cleanup.clone());
        self.store.run(move |db| Ok(advance(db, now, &cleanup)?)).await.unwrap();
    }

    /// Stage and error, as a platform admin is told.
    async fn stage(&self) -> (String, Option<String>) {
        let got = self.get(STATUS, ADMIN).await;
        assert_eq!(got.status, 200, "{got:?}");
        let text = |field: &str| got.body[field].as_str().map(str::to_owned);
        (text("deletion_stage").unwrap(), text("deletion_error"))
    }

    async fn mark(&self, who: &str) {
        let marked = json!({"message": MARKED, "id": "team"});
        self.delete(W, who).await.is(200, &marked);
    }

    async fn deploy(&self, name: &str) {
        let body = json!({"name": format!("{name}-v1"), "data": {"base_name": name, "entity_version": 1}});
        let made = self.post(&format!("{W}/entities/model_deployment"), ADMIN, &body).await;
        assert_eq!(made.status, 201);
    }
}

#[tokio::test]
async fn it_goes_in_stages_and_keeps_its_name_meanwhile() {
    let bench = Bench::cascading().await;
    bench.post(&format!("{W}/projects"), AL, &json!({"name": "pa"})).await;
    bench.mark(AL).await;
    for (seconds, stage) in [(0, "pending"), (2, "pending"), (4, "deleting"), (6, "deleting")] {
        bench.clean(seconds, &CLEANUP).await;
        assert_eq!(bench.stage().await, (stage.to_owned(), None), "{seconds}");
        let taken = bench.post(WORKSPACES, BOB, &json!({"name": "team"})).await;
        taken.says(409, "Workspace 'team' is still being deleted");
    }
    bench.clean(8, &CLEANUP).await;
    bench.get(STATUS, ADMIN).await.says(404, "Workspace 'team' not found");
    assert_eq!(bench.post(WORKSPACES, BOB, &json!({"name": "team"})).await.status, 201);
    // Nothing of the old one is left in the new one.
    assert_eq!(bench.get(&format!("{W}/projects"), BOB).await.names(), [""; 0]);
    assert_eq!(bench.members("team").await, [member(BOB, &["Admin"])]);
    let due = bench.store.run(|db| Ok(next_due(db)?)).await.unwrap();
    assert_eq!(due, None);
}

#[tokio::test]
async fn its_roles_are_gone_at_once_and_for_good() {
    let bench = Bench::cascading().await;
    let members = format!("{W}/members");
    bench
        .post(&members, AL, &json!({"principal": BOB, "roles": ["Editor"]}))
        .await;
    // An Editor may.
    bench.mark(BOB).await;
    for who in [AL, BOB] {
        bench.get(W, who).await.says(403, "Forbidden");
    }
    bench.get(W, ADMIN).await.says(404, "Workspace 'team' not found");
    let bindings = format!("{WORKSPACES}/-/entities/role_binding?filter=workspace:%22team%22");
    assert_eq!(bench.get(&bindings, ADMIN).await.names(), [""; 0]);
    for who in [AL, ADMIN] {
        assert_eq!(bench.get(WORKSPACES, who).await.names().contains(&"team"), false);
    }
}

#[tokio::test]
async fn most_of_it_goes_on_answering_platform_admins() {
    let bench = Bench::cascading().await;
    bench.mark(AL).await;
    bench
        .get(&format!("{W}/members"), ADMIN)
        .await
        .is(200, &json!({"data": []}));
    assert_eq!(bench.get(&format!("{W}/projects"), ADMIN).await.status, 200);
    let described = bench.put(W, ADMIN, &json!({"description": "late"})).await;
    assert_eq!(
        (described.status.as_u16(), &described.body["description"]),
        (200, &json!("late"))
    );
    let filesets = "/apis/files/v2/workspaces/team/filesets";
    assert_eq!(bench.post(filesets, ADMIN, &json!({"name": "late"})).await.status, 200);
    assert_eq!(bench.get(filesets, ADMIN).await.names(), ["late"]);
    let late = json!({"principal": BOB, "roles": ["Viewer"]});
    assert_eq!(bench.post(&format!("{W}/members"), ADMIN, &late).await.status, 201);
    bench.get(W, BOB).await.says(404, "Workspace 'team' not found");
    assert_eq!(bench.get(WORKSPACES, BOB).await.names().contains(&"team"), false);
    // The rows do not.
    let rows = format!("{W}/entities/fileset");
    bench.get(&rows, ADMIN).await.says(404, "Workspace 'team' not found");
    bench
        .delete(&format!("{rows}/late"), ADMIN)
        .await
        .says(404, "Workspace 'team' not found");
    let new = json!({"name": "later", "data": {}});
    bench
        .post(&rows, ADMIN, &new)
        .await
        .says(404, "Workspace 'team' not found");
}

#[tokio::test]
async fn its_creator_and_platform_admins_are_told_about_it() {
    let bench = Bench::cascading().await;
    bench.get(STATUS, ADMIN).await.says(404, "Workspace 'team' not found");
    bench.mark(AL).await;
    let told = bench.get(STATUS, AL).await;
    let expected = json!({
        "name": "team", "deletion_stage": "pending", "deletion_error": null, "updated_at": told.body["updated_at"],
    });
    told.is(200, &expected);
    // Naive, as workspaces have it.
    assert!(!told.body["updated_at"].as_str().unwrap().ends_with('Z'));
    bench.get(STATUS, ADMIN).await.is(200, &expected);
    bench.get(STATUS, BOB).await.says(404, "Workspace 'team' not found");
    let nowhere = STATUS.replace("team", "zz");
    bench.get(&nowhere, ADMIN).await.says(404, "Workspace 'zz' not found");
}

#[tokio::test]
async fn a_creator_is_known_by_subject_and_by_email() {
    let bench = Bench::cascading().await;
    bench.mark(AL).await;
    let ask = async |subject: &str, email: Option<&str>| {
        let token = crate::sandbox::unsigned_token_with(subject, email, &[], bench.start, Duration::from_hours(1));
        let request = Request::get(STATUS).header(header::AUTHORIZATION, format!("Bearer {token}"));
        bench.raw(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!(ask(AL, None).await, 200);
    assert_eq!(ask("id-7", Some(AL)).await, 200);
    assert_eq!(ask("id-7", None).await, 404);
}

#[tokio::test]
async fn deployments_stand_in_the_way_and_are_named() {
    let runtime = "HTTP 422: Deployments are not enabled because the backend runtime is set to 'none'";
    let one = format!("Failed to delete 1 deployment(s) while cleaning workspace team: d1: {runtime}");
    let two = format!("Failed to delete 2 deployment(s) while cleaning workspace team: d1: {runtime}; d2: {runtime}");
    for (names, error) in [(&["d1"][..], one), (&["d1", "d2"][..], two)] {
        let bench = Bench::cascading().await;
        for name in names {
            bench.deploy(name).await;
        }
        let at = |tail: &str| format!("/apis/{tail}");
        let (jobs, models) = (
            at("jobs/v2/workspaces/team/jobs"),
            at("models/v2/workspaces/team/models"),
        );
        let job = json!({"name": "j1", "source": "x", "spec": {}, "platform_spec": {"steps": [{}]}});
        assert_eq!(bench.post(&jobs, AL, &job).await.status, 201);
        assert_eq!(bench.post(&models, AL, &json!({"name": "m1"})).await.status, 201);
        bench.mark(AL).await;
        bench.clean(4, &CLEANUP).await;
        bench.clean(8, &CLEANUP).await;
        assert_eq!(bench.stage().await, ("failed".to_owned(), Some(error.clone())));
        // What comes before them is gone, what comes after is not.
        assert_eq!(bench.get(&jobs, ADMIN).await.names(), [""; 0]);
        assert_eq!(bench.get(&models, ADMIN).await.names(), ["m1"]);
        let taken = bench.post(WORKSPACES, BOB, &json!({"name": "team"})).await;
        taken.says(409, &format!("Workspace 'team' is still being deleted ({error})"));
    }
}

#[tokio::test]
async fn a_fileset_that_is_used_elsewhere_stands_in_the_way_until_it_is_not() {
    let bench = Bench::cascading().await;
    bench.make("other").await;
    let (filesets, models) = (
        "/apis/files/v2/workspaces/team/filesets",
        "/apis/models/v2/workspaces/other/models",
    );
    bench.post(filesets, AL, &json!({"name": "fs1"})).await;
    bench
        .post(models, AL, &json!({"name": "far", "fileset": "team/fs1"}))
        .await;
    bench.mark(AL).await;
    bench.clean(4, &CLEANUP).await;
    bench.clean(8, &CLEANUP).await;
    let error = "Failed to delete 1 fileset(s) while cleaning workspace team: fs1: HTTP 409: Cannot delete fileset \
                 'team/fs1' because 1 model entity reference(s) and 0 adapter entity reference(s) still use it. Relink \
                 or delete the dependent entities first.";
    assert_eq!(bench.stage().await, ("failed".to_owned(), Some(error.to_owned())));
    assert_eq!(bench.delete(&format!("{models}/far"), AL).await.status, 204);
    // It is tried again after a minute, not before.
    bench.clean(60, &CLEANUP).await;
    assert_eq!(bench.stage().await.0, "failed");
    bench.clean(69, &CLEANUP).await;
    assert_eq!(bench.stage().await, ("deleting".to_owned(), Some(error.to_owned())));
    bench.clean(73, &CLEANUP).await;
    assert_eq!(bench.get(STATUS, ADMIN).await.status, 404);
}

#[tokio::test]
async fn a_second_delete_is_a_retry_unless_nothing_was_tried() {
    let first_error = Some("the store is away".to_owned());
    let failing = Cleanup { first_error, ..CLEANUP };
    let bench = Bench::cascading().await;
    bench.mark(AL).await;
    bench.delete(W, ADMIN).await.says(404, "Workspace 'team' not found");
    bench.delete(W, AL).await.says(403, "Forbidden");
    bench.clean(4, &failing).await;
    bench.mark(ADMIN).await;
    assert_eq!(bench.stage().await, ("pending".to_owned(), None));
    bench.clean(8, &failing).await;
    bench.clean(12, &failing).await;
    let error = Some("the store is away".to_owned());
    assert_eq!(bench.stage().await, ("failed".to_owned(), error.clone()));
    bench.mark(ADMIN).await;
    assert_eq!(bench.stage().await, ("pending".to_owned(), error));
    // Only the first attempt fails.
    bench.clean(16, &failing).await;
    bench.clean(20, &failing).await;
    assert_eq!(bench.get(STATUS, ADMIN).await.status, 404);
}
