//! A filter finds what the rows show: whatever stands in a cell, typed into the filter, keeps that row.

use super::painted::{paint, plain};
use super::resources::furnished;
use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::session::Session;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::Allowed;
use rstest::rstest;

const WIDTH: u16 = 200;
const HEIGHT: u16 = 50;

/// The cells of every row of the table on show. Behind a number a mark stands in the gap before the next cell.
fn cells(scene: &Scene) -> Vec<Vec<String>> {
    let rows = paint(&scene.model, &plain()).rows();
    // Behind the upper border stands the heading.
    let border = rows.iter().position(|row| row.starts_with('┌'));
    let body = rows.iter().skip(border.map_or(usize::MAX, |border| border + 2));
    let body = body.take_while(|row| row.starts_with('│'));
    // Where the kinds stand in a pane of their own, the table is the second one.
    let has_pane = rows.iter().any(|row| row.starts_with("┌ Kinds"));
    let table = body.filter_map(|row| {
        row.split('│')
            .filter(|part| !part.is_empty())
            .nth(usize::from(has_pane))
    });
    let cells = table.map(|row| {
        let row = row.replace('▸', " ").replace("0! ", "0!  ").replace("1! ", "1!  ");
        let cells = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        // Marks stand behind the name; their words find the row.
        let is_marks = |cell: &str| cell.chars().all(|c| "~x#!?1@&*+".contains(c));
        let cells = cells.enumerate().filter(|(nth, cell)| *nth != 1 || !is_marks(cell));
        cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>()
    });
    cells.filter(|cells| !cells.is_empty()).collect()
}

/// What is left of a text that was cut.
fn uncut(cell: &str) -> &str {
    cell.trim_end_matches('…').trim_end()
}

fn filtered(scene: &Scene, typed: &str) -> Vec<Vec<String>> {
    cells(&scene.clone().press("/").paste(typed).settle())
}

fn workspaces() -> Scene {
    let session = Session {
        default_workspace: Some(WorkspaceName::from_platform("solo")),
        ..session()
    };
    Scene::start_with(session, World::new(), WIDTH, HEIGHT).settle()
}

fn members() -> Scene {
    Scene::ready(WIDTH, HEIGHT).open("ml-team")
}

fn last_admin() -> Scene {
    Scene::ready(WIDTH, HEIGHT).open("solo")
}

fn resources() -> Scene {
    let scene = Scene::start_with(session(), furnished(), WIDTH, HEIGHT).settle();
    scene.select("ml-team").press("v").settle()
}

fn contexts() -> Scene {
    Scene::ready(WIDTH, HEIGHT).press("C").settle()
}

fn audit() -> Scene {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    let scene = Scene::start_with(session(), world, WIDTH, HEIGHT).settle();
    scene.press("A").settle()
}

fn principal() -> Scene {
    audit().press("/").type_text("bob").press("enter p").settle()
}

fn everyone() -> Scene {
    audit().press("w").settle()
}

#[rstest]
#[case::workspaces(workspaces(), 8, 7)]
#[case::members(members(), 10, 5)]
#[case::last_admin(last_admin(), 2, 5)]
#[case::resources(resources(), 30, 3)]
#[case::contexts(contexts(), 3, 3)]
#[case::principal(principal(), 5, 5)]
#[case::everyone(everyone(), 3, 5)]
fn every_cell_finds_its_row(#[case] scene: Scene, #[case] least_rows: usize, #[case] least_columns: usize) {
    let all = cells(&scene);
    assert!(all.len() >= least_rows, "{} rows:\n{}", all.len(), scene.text());
    let widest = all.iter().map(Vec::len).max().unwrap_or_default();
    assert!(widest >= least_columns, "{widest} columns:\n{}", scene.text());
    let mut typed: Vec<&str> = all.iter().flatten().map(|cell| uncut(cell)).collect();
    typed.retain(|cell| !cell.is_empty());
    typed.sort_unstable();
    typed.dedup();
    for typed in typed {
        let left = filtered(&scene, typed);
        for row in all.iter().filter(|row| row.iter().any(|cell| uncut(cell) == typed)) {
            let name = uncut(&row[0]);
            let is_left = left.iter().any(|other| {
                let other = uncut(&other[0]);
                other.starts_with(name) || name.starts_with(other)
            });
            assert!(is_left, "{typed:?} does not find {row:?}, but {left:?}");
        }
    }
}

/// What is found, by the first words of each row.
fn names(scene: &Scene, typed: &str) -> Vec<String> {
    let first = |row: &Vec<String>| row[0].split_whitespace().next().unwrap_or_default().to_owned();
    filtered(scene, typed).iter().map(first).collect()
}

#[rstest]
#[case::everyone(members(), "Everyone", &["Everyone"])]
#[case::role(members(), "jobrunner", &["service-account:ci-runner", "dave@example.com"])]
#[case::kind(members(), "service", &["service-account:ci-runner"])]
#[case::whole_kind(members(), "service account", &["service-account:ci-runner"])]
#[case::badge(members(), "look-alike", &["\u{430}lice@example.com"])]
#[case::group(members(), "your group", &["ml-leads"])]
#[case::last_admin(last_admin(), "last admin", &["bob@example.com"])]
#[case::one_admin(workspaces(), "1!", &["solo"])]
#[case::no_admin(workspaces(), "0!", &["orphaned"])]
#[case::access(workspaces(), "all: Viewer", &["ml-team"])]
#[case::default(workspaces(), "[default]", &["solo"])]
#[case::withheld(workspaces(), "–", &["default", "ml-shared"])]
#[case::context(contexts(), "in use", &["prod"])]
#[case::expired(contexts(), "expired", &["staging"])]
#[case::nobody(contexts(), "not logged in", &["lab"])]
#[case::past(principal(), "was Editor", &["retired-lab"])]
#[case::may_write(workspaces(), "role:write", &["default", "ml-team", "open-lab", "payments-fraud-detection-experiments-2026", "research-nlp", "solo"])]
#[case::let_in(workspaces(), "access:viewer", &["ml-team"])]
#[case::let_in_all(workspaces(), "access:all", &["default", "ml-team", "open-lab"])]
#[case::part_of_a_name(workspaces(), "ws:share", &["ml-shared"])]
#[case::pattern(workspaces(), "ws:ml-*", &["ml-shared", "ml-team"])]
#[case::changed(workspaces(), "since:1d", &["ml-shared", "ml-team", "payments-fraud-detection-experiments-2026", "solo"])]
#[case::made_by(workspaces(), "by:alice ws:solo", &["solo"])]
#[case::kind_of_member(members(), "kind:service", &["service-account:ci-runner"])]
#[case::who_deletes(members(), "can:delete-workspace", &["alice@example.com", "bob@example.com", "carol@example.com", "ml-leads", "service-account:ci-runner"])]
#[case::who_manages(principal(), "can:manage-members", &["ml-team", "open-lab", "payments-fraud-detection-experiments-2026", "research-nlp", "solo"])]
#[case::writers(members(), "role:write", &["alice@example.com", "bob@example.com", "carol@example.com", "ml-leads", "service-account:ci-runner"])]
#[case::role_held(members(), "role:jobrunner", &["service-account:ci-runner", "dave@example.com"])]
#[case::called(members(), "who:ali", &["alice@example.com"])]
#[case::granted(members(), "since:today", &["carol@example.com", "dave@example.com", "田中太郎@example.co.jp"])]
#[case::granted_by(members(), "by:alice until:30d", &["alice@example.com", "ml-leads", "Everyone", "team/vision"])]
#[case::kind_of_thing(resources(), "kind:project", &["ranking", "speech", "vision"])]
#[case::with_access(principal(), "role:write", &["ml-team", "open-lab", "payments-fraud-detection-experiments-2026", "research-nlp", "solo", "default", "retired-lab"])]
#[case::where_all_get_in(principal(), "access:all", &["ml-team", "open-lab", "default"])]
#[case::once(principal(), "until:50d role:editor", &["retired-lab"])]
#[case::of_a_context(contexts(), "who:alice", &["prod", "staging"])]
fn nothing_else_is_found(#[case] scene: Scene, #[case] typed: &str, #[case] expected: &[&str]) {
    assert_eq!(names(&scene, typed), expected, "{typed:?} on:\n{}", scene.text());
}

#[test]
fn what_is_read_later_is_found_when_it_is_there() {
    let scene = Scene::start(WIDTH, HEIGHT).answer_next().answer_next();
    let scene = scene.press("/").paste("1!");
    assert!(scene.text().contains("nothing matches '1!'"), "{}", scene.text());
    let found = cells(&scene.settle());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0][0], "solo");
}

/// Adding a letter or a word never shows more, and every word that a row shows finds it.
#[rstest]
#[case::workspaces(workspaces())]
#[case::members(members())]
#[case::resources(resources())]
#[case::principal(principal())]
#[case::contexts(contexts())]
fn more_typed_never_shows_more(#[case] scene: Scene) {
    let all = cells(&scene);
    let mut words: Vec<&str> = all
        .iter()
        .flatten()
        .flat_map(|cell| uncut(cell).split_whitespace())
        .collect();
    words.sort_unstable();
    words.dedup();
    let every = words.len().div_ceil(12);
    let words: Vec<&str> = words.into_iter().step_by(every).collect();
    let n_left = |typed: &str| scene.clone().press("/").paste(typed).settle().model.screen().n_rows();
    for (word, other) in words.iter().zip(words.iter().rev()) {
        let mut before = scene.model.screen().n_rows();
        let mut typed = String::new();
        for c in word.chars() {
            typed.push(c);
            let n = n_left(&typed);
            assert!(n <= before && n > 0, "{n} for {typed:?}, {before} before");
            before = n;
        }
        assert!(n_left(&format!("{word} {other}")) <= before, "{word:?} {other:?}");
    }
}

#[test]
fn what_was_found_out_of_sight_is_told() {
    Scene::ready(80, 24)
        .press("/")
        .type_text("production")
        .shows("filter-reason");
    let scene = Scene::ready(200, 50).press("/").type_text("datasets");
    assert!(
        !scene.text().contains("matches description"),
        "it is in sight:\n{}",
        scene.text()
    );
}

#[test]
fn a_long_filter_is_cut_at_its_end_and_takes_the_room_there_is() {
    let long = "ws:ml-* role:write access:viewer since:2026-01-01 until:yesterday production";
    Scene::ready(80, 24)
        .press("/")
        .paste(long)
        .press("enter")
        .shows("filter-cut");
    let wide = Scene::ready(200, 50).press("/").paste(long).press("enter");
    assert!(wide.text().contains(long), "{}", wide.text());
}

#[test]
fn a_key_without_a_value_says_what_it_takes() {
    Scene::ready(120, 40)
        .press("/")
        .type_text("access:")
        .shows("filter-begun");
}

#[test]
fn who_can_write_is_told_with_those_who_have_no_row() {
    Scene::ready(80, 24).open("ml-team").press("f").shows("members-writers");
}
