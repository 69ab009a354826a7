//! The journal on a real disk: a console that is killed while a change is under way, and a file that may not grow.

use crate::console::Setup;
use crate::given::{Platform, add, create};
use crate::shell::shell;
use crate::terminal::text_of;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::Role;
use rustix::process::Signal;
use std::fs;

#[test]
fn the_next_console_says_what_became_of_a_change_that_was_under_way() {
    let platform = Platform::with_fault("stall:DELETE");
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut killed = Setup::on(&platform).open();
    killed.press("/").type_text("ml-team").press("enter");
    killed.shows(&["Members of ml-team (2)"]);
    killed
        .press("/")
        .type_text("bob")
        .press("enter")
        .shows(&["▸ bob@example.com"]);
    killed.press("d").shows(&["Remove member"]);
    killed.press("y").shows(&["sending"]);
    // The screen says so a moment before it is written down. Its clock has the screen drawn, and this looked at, again.
    let journal = killed.home().join(".local/state/nmp-console/activity.jsonl");
    let is_written = || fs::read_to_string(&journal).is_ok_and(|text| text.contains("intent"));
    killed.wait_for("the change is written down", |_| is_written());
    killed.signal(Signal::KILL);
    assert!(killed.end().is_err(), "it had no time to say anything");

    let home = killed.home().to_string_lossy().into_owned();
    let mut next = Setup::on(&platform).env("HOME", &home).open();
    next.shows(&["an earlier session did not finish 'remove bob@example.com"]);
    next.press("!").shows(&["Last outcomes (1)", "not applied so far"]);
    let bob = Principal::from_platform("bob@example.com");
    assert!(platform.members("ml-team").find(&bob).is_some());
    next.press("esc").shows(&["Workspaces ("]);
    next.press("q");
    assert_eq!(next.end(), Ok(0));
}

/// Four people are removed in one plan; the third request stalls, and the console is killed.
#[test]
fn of_a_plan_that_is_killed_half_way_the_next_console_sends_nothing_and_tells_what_was_open() {
    let platform = Platform::with_fault("stall:DELETE,mal%40");
    let four = ["bob", "eve", "mal", "tim"].map(|name| format!("{name}@team.example.com"));
    platform.given([create("ml-team")]);
    platform.given(four.iter().map(|name| add("ml-team", name, Role::Viewer)));
    let mut killed = Setup::on(&platform).args(&["--workspace", "ml-team"]).start();
    killed.shows(&["Members of ml-team (5)"]).hides("loading");
    killed.press("/").type_text("@team").press("enter").shows(&["(4 of 5)"]);
    killed
        .press("ctrl-a d")
        .shows(&["Remove members", "tim@team.example.com"]);
    killed.press("y").shows(&["2 of 4 done"]);
    let journal = killed.home().join(".local/state/nmp-console/activity.jsonl");
    let n_intents = || {
        let text = fs::read_to_string(&journal).unwrap_or_default();
        text.lines().filter(|line| line.contains("\"kind\":\"intent\"")).count()
    };
    killed.wait_for("the third is written down", |_| n_intents() == 3);
    killed.signal(Signal::KILL);
    assert!(killed.end().is_err(), "it had no time to say anything");

    let home = killed.home().to_string_lossy().into_owned();
    let mut next = Setup::on(&platform).env("HOME", &home).open();
    next.shows(&["an earlier session did not finish 'remove mal@team.example.com"]);
    next.press("!").shows(&["Last outcomes (1)", "not applied so far"]);
    let held = |name: &String| {
        platform
            .members("ml-team")
            .find(&Principal::from_platform(name))
            .is_some()
    };
    assert_eq!(four.each_ref().map(held), [false, false, true, true]);
    assert_eq!(n_intents(), 3, "nothing is sent by itself");
    next.press("esc").shows(&["Workspaces ("]);
    next.press("q");
    assert_eq!(next.end(), Ok(0));
}

/// What an older release remembered is taken over by a start that comes about, and by no other.
#[test]
fn a_start_that_fails_leaves_alone_what_older_releases_remembered() {
    let platform = Platform::empty();
    let setup = Setup::on(&platform);
    let home = setup.home().to_owned();
    let deletions = home.join(".local/state/nmp-console/deletions");
    fs::create_dir_all(&deletions).unwrap();
    let record = format!(
        r#"{{"server":"{}","caller":"root@example.com","since":"2026-11-25T12:00:00Z","id":"1","name":"solo"}}"#,
        platform.url()
    );
    fs::write(deletions.join("1.json"), record).unwrap();
    let failed = setup.args(&["--log-file", "/nonexistent/a.log"]).start();
    assert_eq!(failed.end(), Ok(4));
    assert!(failed.screen().contains("/nonexistent/a.log"), "{}", failed.screen());
    let journal = home.join(".local/state/nmp-console/activity.jsonl");
    assert!(deletions.join("1.json").exists() && !journal.exists());
    let mut next = Setup::on(&platform).env("HOME", &home.to_string_lossy()).open();
    assert!(!deletions.exists() && journal.exists());
    next.press("q");
    assert_eq!(next.end(), Ok(0));
}

/// As on a full disk: the journal may grow to a few kilobytes, and what does not fit is not done.
#[test]
fn what_the_disk_has_no_room_for_is_not_done() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut console = shell(&platform.url());
    console.run("ulimit -f 4; $CONSOLE --workspace ml-team");
    console.shows(&["Members of ml-team (1)"]);
    let is_refused = |screen: &vt100::Screen| text_of(screen).contains("nothing was sent");
    let mut added = 0;
    while added < 20 {
        let name = format!("p{added}@example.com");
        console.press("a").shows(&["Add member"]);
        console.type_text(&name).press("enter");
        let done = format!("added {name}");
        console.wait_for("an end of it", |screen| {
            is_refused(screen) || text_of(screen).contains(&done)
        });
        if is_refused(&console.emulated()) {
            break;
        }
        added += 1;
    }
    assert!((1..20).contains(&added), "{added}");
    console.shows(&["the journal cannot be written", "--no-journal"]);
    assert_eq!(
        platform.members("ml-team").len(),
        1 + added,
        "only what was written down is done"
    );

    let journal = console.home().join(".local/state/nmp-console/activity.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    assert!(
        text.ends_with('\n') && text.len() <= 4096,
        "{} bytes, and no half line",
        text.len()
    );
    let n_intents = text.lines().filter(|line| line.contains("\"kind\":\"intent\"")).count();
    assert_eq!(n_intents, added);
}
