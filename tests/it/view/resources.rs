//! What lies in a workspace, its deletion, and deletions under way, as they stand on the screen.

use super::scene::{Scene, session};
use super::world::{DAY, World, ago, failure, forbidden};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::deletion::{Stage, Status};
use nmp_console::domain::ids::{ResourceName, WorkspaceName};
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::text::SafeText;

use ResourceKind as K;

/// A workspace with things of several kinds.
pub(super) fn furnished() -> World {
    let mut world = World::new();
    let place = world.find("ml-team").clone();
    let shards: Vec<String> = (0..24).map(|n| format!("shard-{n:02}")).collect();
    let shards: Vec<&str> = shards.iter().map(String::as_str).collect();
    let mut place = place
        .with_things(K::Fileset, &shards)
        .with_things(K::Model, &["ranker", "転写モデル"])
        .with_things(K::DeploymentConfig, &["ranker-a-very-long-name-that-is-cut"])
        .with_things(K::Secret, &["registry-token"])
        .with_things(K::Job, &["nightly"]);
    for thing in &mut place.things {
        if thing.kind == K::Model {
            thing.project = Some(ResourceName::from_platform("ranking"));
        } else if thing.kind == K::Job {
            thing.state = Some("RUNNING".to_owned());
        } else if thing.kind == K::Secret {
            thing.id = None;
            thing.description = Some("Pull access to the container registry".to_owned());
            thing.updated_at = Some(ago(40 * DAY));
        }
    }
    *world.find("ml-team") = place;
    world
}

pub(super) fn on(world: World, width: u16, height: u16) -> Scene {
    Scene::start_with(session(), world, width, height)
        .settle()
        .select("ml-team")
}

fn resources(width: u16, height: u16) -> Scene {
    on(furnished(), width, height).press("v").settle()
}

#[test]
fn at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        resources(width, height).shows(&format!("resources-{width}x{height}"));
    }
    resources(120, 40).press("G k k k k").shows("resources-detail");
}

#[test]
fn of_one_kind_filtered_and_marked() {
    resources(80, 24).press("f f").shows("resources-one-kind");
    resources(60, 16).press("f f").shows("resources-one-kind-60x16");
    resources(80, 24)
        .press("/")
        .type_text("shard-1")
        .shows("resources-filtering");
    resources(80, 24).press("f space j space").shows("resources-marked");
    resources(80, 24)
        .press("/")
        .type_text("zzz")
        .shows("resources-nothing-matches");
}

#[test]
fn while_they_are_read_and_where_they_cannot_be() {
    on(furnished(), 80, 24).press("v").shows("resources-loading");
    on(furnished(), 80, 24)
        .press("v")
        .answer_next()
        .answer_next()
        .shows("resources-some-read");
    let mut world = furnished();
    world.failing = vec![K::Secret, K::Job];
    let partly = on(world, 80, 24).press("v").settle();
    partly.shows("resources-some-fail");
    let narrow = partly.resize(60, 16);
    narrow.shows("resources-some-fail-60x16");
    // What is cut in its row is told in full.
    let told = narrow.press("i").text();
    assert!(told.contains("(503)"), "{told}");
    let refused = failure(
        FailureKind::Forbidden,
        "cannot list the projects of 'ml-team': the platform does not allow it, or there is no such thing (403)",
        "Forbidden",
        "You need Viewer here to see it; or it is gone, or its name is spelled differently.",
    );
    let mut scene = on(furnished(), 80, 24).press("v");
    for _ in 0..4 {
        scene = scene.fail_all(&refused);
    }
    scene.shows("resources-forbidden");
    Scene::ready(80, 24)
        .select("research-nlp")
        .press("v")
        .settle()
        .shows("resources-nothing-there");
}

/// Before anything was counted.
#[test]
fn why_the_first_kind_could_not_be_counted_is_told_in_full() {
    let mut world = furnished();
    world.failing = vec![K::Project];
    let mut failed = on(world, 60, 16).press("v");
    while !failed.text().contains("projects: could not count") {
        failed = failed.answer_next();
    }
    let listed = failed.text();
    assert!(listed.contains("… filesets") && !listed.contains("(503)"), "{listed}");
    let told = failed.press("i").text();
    assert!(told.contains("(503)"), "{told}");
}

#[test]
fn while_the_platform_does_not_know_of_their_maker() {
    let mut world = furnished();
    world.find("ml-team").workspace.created_at = Some(ago(4));
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        let scene = on(world.clone(), width, height).press("v").fail_all(&forbidden());
        scene.shows(&format!("resources-young-{width}x{height}"));
    }
    let scene = on(world.clone(), 80, 24).press("v").fail_all(&forbidden()).wait(3);
    scene.shows("resources-young-again");
    let some = on(world.clone(), 80, 24)
        .press("v")
        .answer_next()
        .answer_next()
        .fail_all(&forbidden());
    some.shows("resources-young-some");
    on(world.clone(), 80, 24)
        .press("d")
        .fail_all(&forbidden())
        .shows("delete-young");
    on(world, 80, 24)
        .press("space j space d")
        .fail_all(&forbidden())
        .shows("delete-several-young");
}

#[test]
fn making_and_deleting_them() {
    resources(80, 24).press("n").type_text("Ranking").shows("new-project");
    resources(80, 24).press("d").shows("delete-project");
    resources(60, 16).press("f f d").shows("delete-fileset-60x16");
    resources(80, 24)
        .press("f f space space space d")
        .shows("delete-filesets");
    let many = resources(80, 24).press("ctrl-a d").type_text("3");
    many.shows("delete-many-resources");
    many.resize(60, 16).shows("delete-many-resources-60x16");
    let in_use = failure(
        FailureKind::Other,
        "cannot delete fileset 'shard-00' of 'ml-team': it conflicts with the current state (409)",
        "Cannot delete fileset 'ml-team/shard-00' because 1 model entity reference(s) and 0 adapter entity reference(s) still use it. Relink or delete the dependent entities first.",
        "Fix what the platform names first, then delete it again.",
    );
    let one = resources(80, 24).press("f f d y").settle().sent(Err(in_use.clone()));
    one.settle().shows("delete-fileset-in-use");
    let two = resources(80, 24)
        .press("f f space space d y")
        .settle()
        .sent(Err(in_use));
    two.settle()
        .sent(Ok(()))
        .settle()
        .wait(1)
        .settle()
        .wait(2)
        .settle()
        .wait(4)
        .settle()
        .shows("delete-filesets-partly");
}

#[test]
fn a_workspace_with_all_that_is_in_it() {
    let deleting = |world: World, width, height| on(world, width, height).press("d").settle();
    deleting(furnished(), 80, 24).shows("delete-furnished");
    deleting(furnished(), 60, 16).shows("delete-furnished-60x16");
    let mut world = furnished();
    world.failing = vec![K::Secret, K::Job];
    deleting(world.clone(), 80, 24).shows("delete-uncounted");
    deleting(world, 80, 24)
        .type_text("ml-team")
        .press("enter")
        .shows("delete-uncounted-mistyped");
    let mut old = furnished();
    (old.info.generation, old.info.deletion_status) = (Generation::Platform06, Support::No);
    old.info.version = Some(SafeText::new("0.6.0"));
    deleting(old, 80, 24).shows("delete-older-platform");
}

pub(super) fn dying(stage: &str, error: Option<&str>, is_admin: Allowed) -> Scene {
    let mut world = furnished();
    world.info.platform_admin = is_admin;
    let scene = on(world, 80, 24)
        .press("d")
        .settle()
        .type_text("ml-team")
        .press("enter");
    let scene = scene.settle().meanwhile(|world| {
        world.workspaces.retain(|place| place.workspace.name.raw() != "ml-team");
        let status = Status {
            stage: Stage::from_platform(stage),
            error: error.map(SafeText::new),
            updated_at: None,
        };
        world.dying.push((WorkspaceName::from_platform("ml-team"), status));
    });
    scene.sent(Ok(())).settle()
}

const STUCK: &str = "Failed to delete 1 deployment(s) while cleaning workspace ml-team: ranker: HTTP 422: Deployments are not enabled because the backend runtime is set to 'none'";

#[test]
fn a_deletion_under_way() {
    let pending = dying("pending", None, Allowed::No);
    pending.shows("deletion-pending");
    pending.clone().wait(7).press("enter").shows("deletion-status-pending");
    pending
        .clone()
        .resize(120, 40)
        .press("esc")
        .shows("deletion-pending-120x40");
    let failed = dying("failed", Some(STUCK), Allowed::No);
    failed.shows("deletion-failed");
    failed.clone().resize(60, 16).shows("deletion-failed-60x16");
    failed.clone().press("enter").shows("deletion-status-failed");
    failed
        .resize(60, 16)
        .press("enter")
        .shows("deletion-status-failed-60x16");
    let admin = dying("failed", Some(STUCK), Allowed::Yes).press("enter");
    admin.shows("deletion-status-admin");
    admin.press("enter").shows("deletion-retry");
}
