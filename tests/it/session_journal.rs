//! The journal through loop, client and platform: what stands in it, what is not done without it, and what the next start
//! makes of what was left open.

use crate::session_given::{Session, token};
use nmp_console::domain::activity::{Operator, Provenance, Record, Sending, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::journal::{self, Journal, verify};
use nmp_console::runtime;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use pretty_assertions::assert_eq;
use std::fs;
use std::path::Path;

fn journal(folder: &Path, url: &str) -> Journal {
    let operator = Operator {
        user: Some("al".to_owned()),
        sudo_user: None,
    };
    let at = ("test", url);
    Journal::new(Some(folder.to_owned()), at, &operator, &journal::Session::default())
}

async fn platform(faults: &[&str]) -> Running {
    let options = Options {
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..Options::default()
    };
    sandbox::start(options).await.unwrap()
}

async fn open(running: &Running, journal: &Journal) -> Session {
    let mut session = Session::journalled(&running.url(), Some(token(PLATFORM_ADMIN)), journal.clone());
    session.settle().await;
    session
}

/// What was done and what became of it, the oldest first.
fn told(records: &[Record]) -> Vec<(String, Option<Verdict>)> {
    let told = records.iter().rev().map(|record| {
        let change = record.change.as_ref().unwrap().sentence().to_string();
        (change, record.end.as_ref().map(|(_, end)| end.verdict))
    });
    told.collect()
}

fn add(principal: &str, before: &[Role], after: &[Role]) -> Change {
    Change::Roles {
        workspace: WorkspaceName::from_platform("ml-team"),
        principal: Principal::from_platform(principal),
        before: before.iter().cloned().collect(),
        after: after.iter().cloned().collect(),
    }
}

#[tokio::test]
async fn a_day_stands_in_the_journal_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let journal = journal(folder.path(), &running.url());
    let mut session = open(&running, &journal).await;
    session.press("n 'ml-team' enter enter a 'bob@example.com' enter").await;
    session
        .press("a 'eve@example.com' enter / 'bob' enter e ↓ enter esc d y")
        .await;
    let records = journal.newest(100).unwrap().records;
    let done = |what: &str| (what.to_owned(), Some(Verdict::Confirmed));
    assert_eq!(
        told(&records),
        [
            done("create workspace 'ml-team'"),
            done("add bob@example.com to 'ml-team' as Viewer"),
            done("add eve@example.com to 'ml-team' as Viewer"),
            done("change bob@example.com in 'ml-team': Viewer → Editor"),
            done("remove bob@example.com (Editor) from 'ml-team'"),
        ]
    );
    let last = &records[0];
    assert_eq!(last.caller.email.as_deref(), Some(PLATFORM_ADMIN));
    assert!(last.operator.as_str().starts_with("al on "), "{}", last.operator);
    assert_eq!(
        last.request.as_str(),
        "DELETE /apis/entities/v2/workspaces/ml-team/members/bob%40example.com?wait_role_propagation=false"
    );
    assert_eq!(last.end.as_ref().unwrap().1.found, Some(RoleSet::default()));
    let checked = verify::verify(folder.path(), None).unwrap();
    assert_eq!((checked.fault, checked.head), (None, journal.left_at()));
    let text = fs::read_to_string(journal.path().unwrap()).unwrap();
    assert!(!text.contains(&token(PLATFORM_ADMIN)), "no token");
}

#[tokio::test]
async fn a_report_into_a_folder_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let mut session = open(&running, &journal(folder.path(), &running.url())).await;
    let path = folder.path().join("no/access.json");
    session.press(&format!("A E '{}' enter", path.display())).await;
    session.shows(&["its folder does not", "create the folder"]);
    fs::create_dir(folder.path().join("no")).unwrap();
    session.press("enter").await;
    session.shows(&["exported the rows shown"]);
    assert!(path.exists());
}

#[tokio::test]
async fn a_report_of_the_console_names_the_head_of_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let journal = journal(folder.path(), &running.url());
    let mut session = open(&running, &journal).await;
    session.press("n 'ml-team' enter esc A").await;
    let path = folder.path().join("access.json");
    session.press(&format!("E ctrl-u '{}' enter", path.display())).await;
    session.shows(&["exported the rows shown"]);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let head = journal.left_at().unwrap();
    assert_eq!(
        report["journal"],
        serde_json::json!({"seq": head.seq, "hash": head.hash})
    );
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::write(&state, "a file where the folder would be").unwrap();
    let running = platform(&[]).await;
    let mut session = open(&running, &journal(&state, &running.url())).await;
    session.press("n 'ml-team' enter").await;
    session.shows(&["nothing was sent", "--no-journal", "ml-team"]);
    let there = session
        .behind(PLATFORM_ADMIN)
        .workspace(&WorkspaceName::from_platform("ml-team"))
        .await;
    assert!(there.is_err(), "{there:?}");
    fs::remove_file(&state).unwrap();
    session.press("enter").await;
    session.shows(&["created workspace 'ml-team'"]);
}

#[tokio::test]
async fn a_journal_that_is_cut_meanwhile_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let journal = journal(folder.path(), &running.url());
    let mut session = open(&running, &journal).await;
    session.press("n 'ml-team' enter enter").await;
    fs::write(journal.path().unwrap(), "").unwrap();
    session.press("a 'bob@example.com' enter").await;
    session.press("!").await;
    session.shows(&["the journal was cut or replaced"]);
    let checked = verify::verify(folder.path(), None).unwrap();
    assert!(
        checked.notes[0].as_str().contains("had been cut or replaced"),
        "{:?}",
        checked.notes
    );
}

/// What an earlier session on this machine that is gone has left: requests that it was about to send.
fn left_open(folder: &Path, url: &str, changes: &[Change]) {
    let earlier = journal(folder, url);
    let provenance = Provenance {
        caller: nmp_console::domain::activity::Caller {
            subject: None,
            email: Some(PLATFORM_ADMIN.to_owned()),
        },
        ..Provenance::default()
    };
    for (number, change) in (1..).zip(changes) {
        let sending = Sending {
            method: "POST".to_owned(),
            path: "/apis/x".to_owned(),
            body: None,
        };
        earlier
            .intend(number, (change, &provenance), sending, runtime::now())
            .unwrap();
    }
}

#[tokio::test]
async fn the_next_start_says_what_became_of_what_was_left_open() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let url = running.url();
    let journal = journal(folder.path(), &url);
    let viewer = [Role::Viewer];
    let mut first = open(&running, &journal).await;
    first.press("n 'ml-team' enter enter a 'bob@example.com' enter").await;
    first.press("a 'eve@example.com' enter").await;
    let left = [
        add("bob@example.com", &[], &viewer),
        add("mal@example.com", &[], &viewer),
        add("eve@example.com", &[], &[Role::Editor]),
        Change::CreateWorkspace {
            name: WorkspaceName::from_platform("nowhere"),
            description: None,
        },
    ];
    left_open(folder.path(), &url, &left);
    let mut second = open(&running, &journal).await;
    second.press("!").await;
    second.shows(&[
        "✓ an earlier session did not finish 'add bob@example.com to 'ml-team' as Viewer':",
        "! an earlier session did not finish 'add mal@example.com to 'ml-team' as Viewer':",
        "not applied so far, but its request may still arrive; the next start looks again",
        "! an earlier session did not finish 'create workspace 'nowhere'': not applied so",
        "neither what was wanted nor what was there before",
    ]);
    let left = journal.recall(runtime::now()).left.open;
    assert_eq!(left.len(), 2, "what may still arrive is looked at again");
}

#[tokio::test]
async fn what_somebody_else_left_open_is_left_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let url = running.url();
    left_open(folder.path(), &url, &[add("bob@example.com", &[], &[Role::Viewer])]);
    let journal = journal(folder.path(), &url);
    let mut other = Session::journalled(&url, Some(token("somebody@example.com")), journal.clone());
    other.settle().await;
    assert_eq!(journal.recall(runtime::now()).left.open.len(), 1);
    drop(other);
    let mut session = open(&running, &journal).await;
    session.press("!").await;
    session.shows(&["can no longer be seen"]);
    assert_eq!(journal.recall(runtime::now()).left.open, []);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_written_down_as_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&["drop-after:PUT"]).await;
    let journal = journal(folder.path(), &running.url());
    let mut session = open(&running, &journal).await;
    session.press("n 'ml-team' enter enter a 'bob@example.com' enter").await;
    session.press("/ 'bob' enter e ↓ enter").await;
    let records = journal.newest(1).unwrap().records;
    let change = "change bob@example.com in 'ml-team': Viewer → Editor".to_owned();
    assert_eq!(told(&records), [(change, Some(Verdict::Applied))]);
}

#[tokio::test]
async fn what_was_changed_before_a_restart_can_be_undone_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = platform(&[]).await;
    let url = running.url();
    let mut before = open(&running, &journal(folder.path(), &url)).await;
    before.press("n 'ml-team' enter enter a 'bob@example.com' enter").await;
    before.press("/ 'bob' enter e a y d y").await;
    drop(before);
    let journal = journal(folder.path(), &url);
    let mut after = open(&running, &journal).await;
    after.press("/ 'ml-team' enter esc enter").await;
    after.shows(&["Members of ml-team (1)"]);
    for (reviewed, done) in [
        ("no role → Admin", "▸ bob@example.com"),
        ("Admin → Viewer", "Viewer"),
        ("Viewer → no role", "Members of ml-team (1)"),
    ] {
        after.press("u").await;
        after.shows(&["undo 1 change in ml-team", reviewed]);
        after.press("enter y").await;
        after.shows(&[done]);
    }
    after.press("u").await;
    after.shows(&[
        "nothing can be undone here:",
        "created workspace 'ml-team'",
        "skipped, what was created is",
    ]);
    let records = journal.newest(100).unwrap().records;
    let undone = records.iter().filter_map(|record| record.undoes.as_ref());
    let done: Vec<_> = records.iter().rev().map(|record| &record.id).collect();
    assert_eq!(undone.collect::<Vec<_>>(), [done[1], done[2], done[3]]);
    assert_eq!(verify::verify(folder.path(), None).unwrap().fault, None);
}
