//! Who has access to what, as it stands on the screen.

use super::scene::{Scene, session};
use super::world::{DAY, World, failure, place};
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Msg};
use nmp_console::audit::coverage::Method;
use nmp_console::audit::{Builder, Coverage, Policy, Report};
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::role::Role;
use std::sync::Arc;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 16)];

fn admin() -> World {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    world
}

fn audit(width: u16, height: u16) -> Scene {
    Scene::start_with(session(), admin(), width, height)
        .settle()
        .press("A")
        .settle()
}

/// One finding that is repaired alone, too, names where and whom.
#[test]
fn a_repair_names_workspace_and_principal() {
    let found = audit(80, 24).press("f").settle();
    let (mut n_repairs, mut scene) = (0, found);
    for _ in 0..12 {
        let asked = scene.clone().press("a").settle();
        let text = asked.text();
        if text.contains("Repair findings") {
            n_repairs += 1;
            assert!(text.lines().any(|line| line.contains(" / ")), "{text}");
        }
        scene = scene.press("j");
    }
    assert!(n_repairs > 0, "{}", scene.text());
}

#[test]
fn marked_and_what_is_done_with_all_of_them() {
    for (width, height) in [(80, 24), (60, 16)] {
        let grants = audit(width, height).press("V j j V");
        grants.shows(&format!("audit-marked-{width}x{height}"));
        grants
            .press("d")
            .shows(&format!("audit-remove-marked-{width}x{height}"));
        let findings = audit(width, height).press("f").settle().press("ctrl-a");
        findings.shows(&format!("findings-marked-{width}x{height}"));
        findings
            .press("a")
            .shows(&format!("findings-repair-marked-{width}x{height}"));
        let everywhere = audit(width, height)
            .press("/")
            .type_text("bob")
            .press("enter p")
            .settle()
            .press("ctrl-a");
        everywhere.shows(&format!("principal-marked-{width}x{height}"));
        everywhere
            .press("d")
            .shows(&format!("principal-remove-marked-{width}x{height}"));
    }
}

#[test]
fn as_a_list_at_every_size() {
    for (width, height) in SIZES {
        audit(width, height).shows(&format!("audit-{width}x{height}"));
    }
}

#[test]
fn as_a_matrix_at_every_size() {
    for (width, height) in SIZES {
        audit(width, height)
            .press("m j l")
            .shows(&format!("audit-matrix-{width}x{height}"));
    }
}

#[test]
fn as_findings_at_every_size() {
    for (width, height) in SIZES {
        audit(width, height)
            .press("f")
            .shows(&format!("audit-findings-{width}x{height}"));
    }
}

/// Where a pane beside the list has no room for all of it, that has room in place of the list.
#[test]
fn the_selected_row_is_told_in_place_of_every_list_at_every_size() {
    for (width, height) in SIZES.into_iter().chain([(200, 50)]) {
        for keys in ["", "j j v", "A", "A f", "A m", "A P enter", "A j p"] {
            let home = Scene::start_with(session(), admin(), width, height).settle();
            let list = keys
                .split_whitespace()
                .fold(home, |scene, key| scene.press(key).settle());
            let (place, details) = (format!("{keys:?} at {width}x{height}"), list.clone().press("i"));
            let text = details.text();
            let hints = text.lines().nth(usize::from(height) - 1).unwrap_or_default();
            assert!(hints.contains(" list "), "{place}:\n{text}");
            assert_ne!(text, list.text(), "{place}");
            for back in ["i", "esc"] {
                assert_eq!(details.clone().press(back).text(), list.text(), "{place}: {back}");
            }
        }
    }
}

/// Those about a workspace alone name nobody who could be copied.
#[test]
fn every_finding_is_told_in_place_of_the_list() {
    let mut scene = audit(80, 24).press("f");
    for _ in 0..scene.model.screen().n_rows() {
        let list = scene.text();
        let told = scene.clone().press("i").text();
        assert!(!told.contains("nothing is selected") && told != list, "{told}");
        scene = scene.press("j");
    }
}

#[test]
fn by_principal() {
    for (width, height) in SIZES {
        audit(width, height)
            .press("P")
            .shows(&format!("audit-principals-{width}x{height}"));
    }
}

#[test]
fn filtered_and_not_understood() {
    audit(80, 24)
        .press("/")
        .type_text("role:Admin ")
        .shows("audit-filtering");
    audit(80, 24)
        .press("/")
        .type_text("rule:nonsense")
        .shows("audit-filter-not-understood");
    audit(80, 24)
        .press("/")
        .type_text("since:2026-13-40")
        .shows("audit-filter-no-date");
    audit(80, 24)
        .press("/")
        .type_text("zzzzz")
        .press("enter")
        .shows("audit-nothing-matches");
}

/// Platform admins have no grant in the workspace, and may write there all the same.
#[test]
fn whoever_may_besides_stands_in_the_border_and_in_the_matrix() {
    let who_can_write = || {
        let scene = audit(80, 24)
            .press("/")
            .type_text("ws:ml-team role:write")
            .press("enter");
        scene.settle()
    };
    who_can_write().shows("audit-besides");
    who_can_write().press("m G").shows("audit-besides-matrix");
    let nobody = audit(60, 16)
        .press("/")
        .type_text("ws:ml-team role:Admin kind:user who:zz")
        .press("enter");
    nobody.settle().shows("audit-besides-nobody");
}

#[test]
fn while_it_is_read_and_where_it_cannot_be() {
    let opened = |world| Scene::start_with(session(), world, 80, 24).settle().press("A");
    opened(admin()).shows("audit-loading");
    opened(admin())
        .fail_all(&failure(
            FailureKind::Unreachable,
            "cannot list workspaces: connection refused",
            "",
            "Check the address and the network.",
        ))
        .shows("audit-failed");
    // Whoever is no platform admin sees its own workspaces only, and is told so.
    opened(World::new()).settle().shows("audit-limited");
}

/// Nobody may take what has been found after a second for the result.
#[test]
fn that_nothing_is_found_yet_is_no_result() {
    let opened = Scene::start_with(session(), admin(), 80, 24).settle().press("A f");
    let ticket = opened.asked[0].0;
    let mut part = opened.clone().settle();
    let report = Arc::clone(part.model.store.report().unwrap());
    let workspace = report.snapshot.workspaces().next().unwrap().1.name.clone();
    let mut builder = Builder::new(report.snapshot.origin.clone());
    builder.add_workspace(part.model.store.find(&workspace).unwrap());
    let snapshot = builder.freeze(Coverage::nothing(Method::Bindings), Timestamp::UNIX_EPOCH);
    let nothing_yet = Arc::new(Report::new(snapshot, Arc::new(Policy::default())));
    part = opened;
    part.tell(Msg::Answered {
        ticket,
        answer: Answer::Audit(Heard::Part(nothing_yet)),
    });
    let text = part.text();
    assert!(text.contains("Audit findings (loading…)"), "{text}");
    assert!(!text.contains("(0)") && !text.contains("no findings"), "{text}");
    let text = part.settle().text();
    assert!(
        text.contains("Audit findings (") && !text.contains("(loading…)"),
        "{text}"
    );
}

#[test]
fn what_is_covered_leaves_the_name_and_the_filter_their_room() {
    let filter = "ws:reading role:write kind:user";
    let text = audit(80, 24).press("/").type_text(filter).text();
    let title = text.lines().nth(1).unwrap_or_default();
    assert!(title.contains(filter), "{title}");
    let bobs = audit(60, 16).press("/").type_text("bob").press("enter p").settle();
    let text = bobs.text();
    let title = text.lines().nth(1).unwrap_or_default();
    assert!(title.starts_with(" Access of bob@example.com ("), "{title}");
}

#[test]
fn what_gives_access_is_told_binding_by_binding_at_every_size() {
    let bobs = |(width, height)| {
        let scene = audit(width, height)
            .press("/")
            .type_text("bob")
            .press("enter p")
            .settle();
        scene.press("enter")
    };
    for size @ (width, height) in SIZES.into_iter().chain([(200, 50)]) {
        let scene = bobs(size);
        scene.clone().shows(&format!("principal-why-{width}x{height}"));
        // What has no room is a page further down.
        let (first, second) = (scene.clone().text(), scene.press("pgdn").text());
        for said in ["own role Admin", "gives", "without"] {
            assert!(first.contains(said) || second.contains(said), "{first}{second}");
        }
    }
    let text = bobs((80, 24)).press("enter").text();
    assert!(text.contains("WORKSPACE"), "enter shows the list again: {text}");
    let text = bobs((80, 24)).press("m").settle().text();
    assert!(text.contains("Members of ml-team"), "{text}");
}

/// Elsewhere it takes up to three requests to find out what one may do in a workspace.
#[test]
fn ones_own_access_says_how_many_workspaces_were_not_read_and_which_key_reads_them() {
    let mut world = World::new();
    let others = (0..150).map(|n| place(&format!("w-{n:03}"), "", DAY).seen_by(Role::Viewer));
    world.workspaces.extend(others);
    for (width, height) in [(80, 24), (60, 16)] {
        let scene = Scene::start_with(session(), world.clone(), width, height).settle();
        let scene = scene.open("ml-team").select("alice@example.com").press("p").settle();
        let text = scene.text();
        assert!(text.contains(" not read: r read"), "{text}");
        scene.shows(&format!("principal-own-{width}x{height}"));
    }
}

#[test]
fn one_principal_at_every_size() {
    for (width, height) in SIZES {
        audit(width, height)
            .press("/")
            .type_text("bob")
            .press("enter p")
            .settle()
            .shows(&format!("principal-{width}x{height}"));
    }
    audit(120, 40)
        .press("/")
        .type_text("bob")
        .press("enter p")
        .settle()
        .press("G")
        .shows("principal-revoked");
    audit(80, 24).press("w").settle().shows("principal-everyone");
}

#[test]
fn plans_and_the_export() {
    let bob = |width, height| {
        audit(width, height)
            .press("/")
            .type_text("bob")
            .press("enter p")
            .settle()
    };
    bob(80, 24).press("D").shows("plan-remove-everywhere");
    bob(60, 16).press("D").shows("plan-remove-everywhere-60x16");
    bob(80, 24).press("D enter").shows("plan-remove-everywhere-confirm");
    bob(80, 24).press("c").shows("plan-copy-access-empty");
    bob(80, 24)
        .press("c")
        .type_text("carol@example.com")
        .shows("plan-copy-access");
    audit(80, 24).press("E").shows("export");
    audit(80, 24)
        .press("E")
        .type_text("/")
        .press("enter")
        .shows("export-bad-file");
}

#[test]
fn nothing_is_planned_for_a_word_that_may_still_become_somebody() {
    let scene = audit(80, 24)
        .press("/")
        .type_text("bob")
        .press("enter p")
        .settle()
        .press("c")
        .type_text("caro");
    let text = scene.text();
    assert!(text.contains("carol@example.com  known"), "{text}");
    assert!(
        !text.contains("it becomes a new group") && !text.contains("change"),
        "{text}"
    );
    let text = scene.press("enter").text();
    assert!(
        text.contains("carol@example.com ") && text.contains(" changes"),
        "{text}"
    );
}
