//! The members of one workspace in all their states.

use super::scene::{Scene, session};
use super::world::{World, down, expired, failure, forbidden, member};
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::{Answer, Inspection, Query};
use nmp_console::app::session::Session;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::workspace::CallerAccess;

#[test]
fn one_of_every_sort() {
    let scene = Scene::ready(80, 24).open("ml-team");
    scene.shows("members-80x24");
    scene.clone().resize(60, 16).shows("members-60x16");
    scene.resize(120, 40).shows("members-120x40");
}

#[test]
fn the_detail_pane_explains() {
    let scene = Scene::ready(120, 24).open("ml-team");
    scene
        .clone()
        .select("dave@example.com")
        .shows("members-detail-several-roles");
    scene.clone().select("*").shows("members-detail-everyone");
    scene
        .clone()
        .select("\u{430}lice@example.com")
        .shows("members-detail-mixed-letters");
    scene.select("team/vision").shows("members-detail-unaddressable");
    Scene::ready(120, 24).open("solo").shows("members-detail-last-admin");
}

#[test]
fn marked_and_what_is_done_with_all_of_them() {
    let scene = Scene::ready(80, 24).open("ml-team").press("V j j j V");
    scene.shows("members-marked-80x24");
    scene.clone().resize(60, 16).shows("members-marked-60x16");
    let filtered = scene.clone().press("/").type_text("bob").press("enter");
    filtered.shows("members-marked-and-hidden");
    filtered.resize(60, 16).shows("members-marked-and-hidden-60x16");
    scene.clone().press("d").shows("members-remove-marked");
    scene.clone().press("e").shows("members-change-marked");
    scene
        .clone()
        .resize(60, 16)
        .press("d")
        .shows("members-remove-marked-60x16");
    scene.press("ctrl-a d").shows("members-remove-all");
}

#[test]
fn being_read() {
    let scene = Scene::start(80, 24).answer_next().answer_next();
    scene.select("ml-team").press("enter").wait(2).shows("members-reading");
}

#[test]
fn only_admins_see_them() {
    let at = |name: &str, world: World, width, height| {
        let start_at = Some(WorkspaceName::from_platform(name));
        Scene::start_with(Session { start_at, ..session() }, world, width, height).settle()
    };
    at("ml-shared", World::new(), 80, 24).shows("members-forbidden");
    at("default", World::new(), 60, 16).shows("members-forbidden-60x16");
    let mut world = World::new();
    world.find("ml-shared").caller_access = CallerAccess::AtLeastViewer;
    at("ml-shared", world, 120, 24).shows("members-forbidden-120x24");
    Scene::ready(80, 24)
        .open("ml-shared")
        .shows("resources-without-members");
}

#[test]
fn that_cannot_be_read() {
    let broken = failure(
        FailureKind::Other,
        "cannot list the members: the platform failed",
        "Internal Server Error",
        "Try again; if it persists, look in the platform's own log.",
    );
    let mut scene = Scene::start(80, 24).answer_next().answer_next();
    scene = scene.select("solo").press("enter");
    let place = scene
        .asked
        .iter()
        .position(|(_, query)| format!("{query:?}").contains("solo"));
    while scene.asked.len() > 1 && place.is_none() {
        scene = scene.answer_next();
    }
    while !format!("{:?}", scene.asked[0].1).contains("solo") {
        scene = scene.answer_next();
    }
    scene.fail(broken).shows("members-failed");
}

#[test]
fn of_a_session_that_expires() {
    let scene = Scene::ready(80, 24).open("ml-team").wait(75).press("r");
    scene.fail_all(&expired()).shows("members-stale-session-expired");
    let scene = Scene::ready(80, 24).open("ml-team").press("r");
    scene.fail_all(&down()).resize(120, 24).shows("members-stale-120x24");
}

#[test]
fn filtered() {
    let scene = Scene::ready(80, 24).open("ml-team").press("/").type_text("editor");
    scene.shows("members-filtering");
    scene.type_text("zzz").press("enter").shows("members-nothing-matches");
}

#[test]
fn nobody_at_all() {
    let mut world = World::new();
    world.members("solo", vec![]);
    Scene::start_with(session(), world, 80, 24)
        .settle()
        .open("solo")
        .shows("members-none");
}

#[test]
fn sorted_by_every_column() {
    let scene = Scene::ready(120, 24).open("ml-team").press("s");
    scene.clone().shows("members-sorted-by-principal");
    scene.press("s s s S").shows("members-sorted-by-grantor");
}

#[test]
fn a_member_with_many_long_roles() {
    let roles = [
        "Admin",
        "Viewer",
        "JobRunner",
        "WorkspaceCreator",
        "a-custom-role-with-a-very-long-name-of-its-own",
    ];
    let mut world = World::new();
    world.members(
        "solo",
        vec![
            member("somebody.with.a.long.name@subsidiary.example.com", &roles, 60),
            member("bob@example.com", &["Admin"], 60),
        ],
    );
    Scene::start_with(session(), world, 120, 24)
        .settle()
        .open("solo")
        .shows("members-many-roles");
}

#[test]
fn a_narrow_screen_shows_the_details_in_place_of_the_list() {
    let scene = Scene::ready(80, 24).open("ml-team").select("dave@example.com");
    let list = scene.text();
    let details = scene.clone().press("i");
    details.shows("members-details-80x24");
    assert!(details.clone().press("j").text().contains("team/vision"));
    // Leaving them leaves nothing else.
    assert_eq!(details.clone().press("esc").text(), list);
    assert_eq!(details.clone().press("i").text(), list);
    assert!(details.clone().press("s").text().contains("PRINCIPAL ^"));
}

#[test]
fn every_mark_on_show_has_its_word_at_every_size() {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (200, 50)] {
        let text = Scene::ready(width, height).open("ml-team").text();
        for legend in ["~ look-alike", "x cannot be changed", "@ you", "& your group"] {
            assert!(text.contains(legend), "{legend} at {width}x{height}:\n{text}");
        }
    }
}

#[test]
fn the_column_that_sorts_is_on_show() {
    // By principal, by kind, by when, by whom.
    let mut scene = Scene::ready(60, 16).open("ml-team");
    for title in ["PRINCIPAL ^", "KIND ^", "GRANTED ^", "BY ^"] {
        scene = scene.press("s");
        assert!(scene.text().contains(title), "{title}:\n{}", scene.text());
    }
}

/// A name is cut where it has no room, and nowhere else.
#[test]
fn a_long_name_is_whole_in_the_title_where_it_has_room() {
    let name = "payments-fraud-detection-experiments-2026";
    for (width, height) in [(80, 24), (120, 40)] {
        let text = Scene::ready(width, height).open(name).text();
        assert!(text.contains(&format!("Members of {name} (")), "{text}");
        assert!(text.contains("sort: roles"), "{text}");
    }
}

/// What is mistyped at the start is refused as what may not be seen is, and the list knows better.
#[test]
fn a_workspace_that_stands_in_no_list_is_no_missing_right() {
    let start_at = Some(WorkspaceName::from_platform("ml-taem"));
    let mut scene = Scene::start_with(Session { start_at, ..session() }, World::new(), 80, 24);
    // The platform may refuse before the list is read: then it is not told twice.
    scene
        .asked
        .sort_by_key(|(_, query)| !matches!(query, Query::Inspect { .. }));
    while let Some((_, query)) = scene.asked.first() {
        let screen = scene.text();
        assert!(!screen.contains("403") && !screen.contains("tries again"), "{screen}");
        let Query::Inspect { workspace, .. } = query else {
            scene = scene.answer_next();
            continue;
        };
        let refused = Inspection {
            caller_access: CallerAccess::Nothing,
            roster: Err(forbidden()),
        };
        let answer = Answer::Inspected(workspace.clone(), Ok(refused));
        scene = scene.answer_with(answer);
    }
    let screen = scene.text();
    assert!(
        screen.contains("there is no workspace 'ml-taem', or you may not see it; did you"),
        "{screen}"
    );
    assert!(screen.contains("mean 'ml-team'?"), "{screen}");
    assert!(!screen.contains("403") && !screen.contains("no role here"), "{screen}");
}

/// To a platform admin it is not found, and nothing can be done there.
#[test]
fn nobody_can_be_added_where_there_is_no_workspace() {
    let start_at = Some(WorkspaceName::from_platform("ml-taem"));
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    let mut scene = Scene::start_with(Session { start_at, ..session() }, world, 80, 24);
    while let Some((_, query)) = scene.asked.first() {
        let Query::Inspect { workspace, .. } = query else {
            scene = scene.answer_next();
            continue;
        };
        let gone = Failure {
            kind: FailureKind::NotFound,
            ..forbidden()
        };
        let inspected = Inspection {
            caller_access: CallerAccess::PlatformAdmin,
            roster: Err(gone),
        };
        let answer = Answer::Inspected(workspace.clone(), Ok(inspected));
        scene = scene.answer_with(answer);
    }
    let screen = scene.press("a").text();
    assert!(!screen.contains("Add member"), "{screen}");
    assert!(
        screen.contains("! there is no workspace 'ml-taem'; did you mean 'ml-team'?"),
        "{screen}"
    );
}

/// What is meant is one of those that are there by now.
#[test]
fn what_a_mistyped_workspace_may_be_follows_the_list() {
    let start_at = Some(WorkspaceName::from_platform("ml-taem"));
    let mut scene = Scene::start_with(Session { start_at, ..session() }, World::new(), 80, 24);
    let settled = |mut scene: Scene| {
        while let Some((_, query)) = scene.asked.first() {
            let refused = Inspection {
                caller_access: CallerAccess::Nothing,
                roster: Err(forbidden()),
            };
            scene = if let Query::Inspect { workspace, .. } = query {
                let answer = Answer::Inspected(workspace.clone(), Ok(refused));
                scene.answer_with(answer)
            } else {
                scene.answer_next()
            };
        }
        scene
    };
    scene = settled(scene);
    assert!(scene.text().contains("mean 'ml-team'?"), "{}", scene.text());
    let name = WorkspaceName::from_platform("ml-team");
    scene.model.store.learn_workspace(&name, None);
    let scene = settled(scene.press("x").press("esc"));
    let screen = scene.text();
    assert!(
        screen.contains("there is no workspace 'ml-taem'") && !screen.contains("did you"),
        "{screen}"
    );
}
