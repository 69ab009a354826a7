//! The list of workspaces in all its states.

use super::scene::{Scene, session};
use super::world::{World, down, expired, failure, place, web_page};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::text::{SafeText, grouped};
use nmp_console::domain::workspace::CallerAccess;

#[test]
fn marked_and_what_is_done_with_all_of_them() {
    let scene = Scene::ready(80, 24).press("V j j j V");
    scene.shows("workspaces-marked-80x24");
    scene.clone().resize(60, 16).shows("workspaces-marked-60x16");
    let adding = scene
        .clone()
        .press("a")
        .settle()
        .type_text("dave@example.com")
        .press("enter");
    adding.shows("workspaces-add-to-marked");
    adding.resize(60, 16).shows("workspaces-add-to-marked-60x16");
    scene.clone().press("d").shows("workspaces-counting-marked");
    let deleting = scene.press("d").settle();
    deleting.shows("workspaces-delete-marked");
    deleting.resize(60, 16).shows("workspaces-delete-marked-60x16");
}

#[test]
fn all_read() {
    Scene::ready(80, 24).shows("workspaces-80x24");
    Scene::ready(60, 16).shows("workspaces-60x16");
    Scene::ready(120, 40).press("j j j j j").shows("workspaces-120x40");
}

/// How many members there are is one digit: that is worth more than the end of one name.
#[test]
fn one_long_name_among_few_leaves_the_numbers_their_columns() {
    let mut world = World::of(3);
    world
        .workspaces
        .push(place(&format!("team-{}", "x".repeat(58)), "", 60));
    let text = Scene::start_with(session(), world, 80, 24).settle().text();
    assert!(text.contains("MEMBERS") && text.contains("ADMIN"), "{text}");
    assert!(text.contains(&format!("team-{}", "x".repeat(20))), "{text}");
}

#[test]
fn before_anything_is_known() {
    let scene = Scene::start(80, 24);
    scene.shows("workspaces-first-frame");
    scene.wait(3).shows("workspaces-reading");
}

#[test]
fn details_come_in_later() {
    Scene::start(80, 24)
        .answer_next()
        .answer_next()
        .answer_next()
        .answer_next()
        .shows("workspaces-details-coming");
}

#[test]
fn details_that_cannot_be_read() {
    let broken = failure(FailureKind::Other, "the platform failed", "", "Try again.");
    Scene::start(120, 24)
        .answer_next()
        .answer_next()
        .fail(broken)
        .settle()
        .shows("workspaces-details-failed");
}

/// What was not asked for before the server went away is not going to be read either.
#[test]
fn a_server_that_goes_away_leaves_one_sign_in_all_unread_rows_and_its_word() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut world = World::of(30);
        world.info.platform_admin = Allowed::Yes;
        let scene = Scene::start_with(session(), world, width, height);
        let scene = scene.answer_next().answer_next().answer_next();
        let reading = scene.text();
        assert!(reading.contains('…') && !reading.contains("? not loaded"), "{reading}");
        let scene = scene.fail_all(&down());
        let text = scene.text();
        let unread = text.lines().filter(|line| line.contains("  ?   "));
        assert!(unread.count() > 10, "{text}");
        assert!(
            text.contains("details stopped") && text.contains("refresh failed"),
            "{text}"
        );
        // Where the notice takes two lines, the word stands below it.
        let text = scene.clone().press("S S").text();
        assert!(text.contains("? not loaded"), "{text}");
        assert!(!text.contains("…      ") && !text.contains("loading members"), "{text}");
        // Somebody tries again, and it is there again.
        let text = scene.press("r").settle().text();
        assert!(!text.contains("? not loaded"), "{text}");
    }
}

#[test]
fn a_long_list_says_where_one_is() {
    let scene = Scene::start_with(session(), World::of(1204), 80, 24)
        .answer_next()
        .answer_next();
    scene.clone().press("pgdn pgdn").shows("workspaces-long");
    scene.press("/").type_text("space-12").shows("workspaces-filtering");
}

#[test]
fn rows_in_an_order_that_goes_by_a_part_of_them_say_so_at_every_width() {
    let mut world = World::of(1204);
    world.info.platform_admin = Allowed::Yes;
    let scene = Scene::start_with(session(), world, 80, 24).settle();
    let title = |scene: &Scene, width| {
        let text = scene.clone().resize(width, 24).text();
        text.lines().nth(1).unwrap_or_default().to_owned()
    };
    let share = (1204 - scene.model.store.n_unread()) * 100 / 1204;
    let says = |scene: &Scene, words: &str| {
        assert!(title(scene, 80).ends_with(words), "{}", title(scene, 80));
        let short = words.split(" of the rows").next().unwrap_or_default();
        for width in 60..80 {
            assert!(title(scene, width).contains(short), "{}", title(scene, width));
        }
    };
    says(&scene.clone().press("r"), "loading list 0%");
    let sorted = scene.press("s");
    says(&sorted, &format!("sorted by {share}% of the rows: loading members 0%"));
    let stopped = sorted.clone().press("esc");
    let n_unread = grouped(stopped.model.store.n_unread());
    says(
        &stopped,
        &format!("sorted by {share}% of the rows: {n_unread} not read"),
    );
    let filtered = stopped.press("s s s s s /").type_text("access:private").press("enter");
    assert!(
        title(&filtered, 80).contains(&format!("filtered by {share}%")),
        "{}",
        filtered.text()
    );
    assert!(!title(&sorted.settle(), 80).contains("of the rows"));
}

#[test]
fn a_filter_that_hides_everything() {
    let scene = Scene::ready(80, 24).press("/").type_text("zzz");
    scene.shows("workspaces-nothing-matches-typing");
    scene.clone().press("enter").shows("workspaces-nothing-matches");
    scene.press("esc ↓ /").shows("workspaces-filter-offered");
}

#[test]
fn sorted_the_other_way_round() {
    Scene::ready(80, 24)
        .press("s s s s S")
        .shows("workspaces-sorted-by-admins");
}

#[test]
fn nothing_there_yet() {
    let mut world = World::new();
    world.workspaces.clear();
    Scene::start_with(session(), world.clone(), 80, 24)
        .settle()
        .shows("workspaces-none");
    world.info.may_create = Allowed::No;
    Scene::start_with(session(), world, 80, 24)
        .settle()
        .shows("workspaces-none-and-no-right");
}

#[test]
fn the_server_is_down() {
    Scene::start(80, 24).fail_all(&down()).shows("workspaces-server-down");
    Scene::start(60, 16)
        .fail_all(&down())
        .shows("workspaces-server-down-60x16");
}

#[test]
fn a_web_page_answers() {
    Scene::start(80, 24).fail_all(&web_page()).shows("workspaces-web-page");
}

#[test]
fn the_session_has_expired() {
    Scene::start(80, 24)
        .fail_all(&expired())
        .shows("workspaces-session-expired");
}

#[test]
fn a_refresh_that_fails_keeps_what_was_there() {
    let scene = Scene::ready(80, 24).wait(30).press("r").fail_all(&down());
    scene.shows("workspaces-stale");
    scene.resize(60, 16).shows("workspaces-stale-60x16");
}

#[test]
fn a_read_that_is_tried_again() {
    let scene = Scene::start(80, 24);
    let scene = scene.retry(3, "the server is busy: cannot ask the server").wait(1);
    scene.shows("workspaces-retrying");
    let scene = Scene::ready(80, 24).press("r");
    scene
        .retry(3, "the server is busy: cannot list the workspaces")
        .wait(1)
        .shows("workspaces-retrying-with-rows");
}

#[test]
fn the_header_names_read_only_and_its_source() {
    let mut session = session();
    session.read_only = Some(SafeText::new("--read-only"));
    Scene::start_with(session.clone(), World::new(), 80, 24)
        .settle()
        .shows("workspaces-read-only");
    session.is_demo = true;
    session.server = SafeText::new("https://a-rather-long-host-name.platform.internal.example.com/with/a/prefix");
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    for place in &mut world.workspaces {
        place.caller_access = CallerAccess::PlatformAdmin;
    }
    let scene = Scene::start_with(session, world, 120, 24).settle();
    scene.shows("workspaces-read-only-demo-platform-admin");
    scene.resize(60, 16).shows("workspaces-read-only-demo-60x16");
}

#[test]
fn keys_that_cannot_be_used_say_why() {
    Scene::ready(80, 24)
        .select("ml-shared")
        .press("e")
        .shows("workspaces-disabled");
}

#[test]
fn the_detail_pane_follows_the_cursor() {
    Scene::ready(120, 24)
        .select("ml-shared")
        .shows("workspaces-detail-forbidden");
    Scene::ready(120, 24)
        .select("orphaned")
        .shows("workspaces-detail-no-admin");
    let mut world = World::new();
    world
        .workspaces
        .push(place("zz-many-words", &"many words in a row ".repeat(60), 5));
    Scene::start_with(session(), world, 120, 24)
        .settle()
        .press("G")
        .shows("workspaces-detail-long-description");
}

#[test]
fn help_shows_the_keys_of_the_screen_and_then_all() {
    let scene = Scene::ready(80, 24).press("?");
    scene.shows("help-80x24");
    scene.clone().resize(60, 16).shows("help-60x16");
    let all = scene.press("?");
    all.clone().press("G").shows("help-end");
    all.clone().resize(120, 40).shows("help-120x40");
    all.resize(200, 50).shows("help-200x50");
}

#[test]
fn help_is_searched() {
    let scene = Scene::ready(80, 24).press("? /").type_text("a file");
    scene.shows("help-searched");
    let text = scene.clone().press("enter esc").text();
    assert!(text.contains("Help: workspaces"), "{text}");
    assert!(scene.type_text("zz").text().contains("nothing matches 'a filezz'"));
}

#[test]
fn what_everyone_may_do_says_where_it_is_known_from() {
    let scene = Scene::ready(120, 40).select("default");
    scene.shows("workspaces-as-installed");
    scene.select("open-lab").shows("workspaces-as-read");
}
