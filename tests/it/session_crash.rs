//! A console that is killed: at every change of a day, before its request arrives, after it was carried out, and while the
//! journal is being written. The next start says the truth about each, and nothing is sent twice.

use crate::gate::{Held, gate};
use crate::session_given::{Session, client, token};
use nmp_console::api::Mode;
use nmp_console::domain::activity::{Operator, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::RoleSet;
use nmp_console::journal::{self, Journal, verify};
use nmp_console::runtime;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::fs;
use std::path::Path;

/// A day of twelve changes, each as its keys; `ml-team` is there.
const DAY: [&str; 12] = [
    "a 'bob@example.com' enter",
    "a 'eve@example.com' enter",
    "a 'mal@example.com' enter",
    "/ 'bob' enter e ↓ enter",
    "/ 'eve' enter d y",
    "a 'tim@example.com' enter",
    "w v y",
    "/ 'mal' enter e a y",
    "/ 'mal' enter e v y",
    "/ 'tim' enter d y",
    "a 'ann@example.com' enter",
    "/ 'ann' enter e ↓ enter",
];

fn journal(folder: &Path, url: &str) -> Journal {
    let at = ("test", url);
    Journal::new(
        Some(folder.to_owned()),
        at,
        &Operator::default(),
        &journal::Session::default(),
    )
}

async fn open(url: &str, folder: &Path) -> Session {
    let mut session = Session::journalled(url, Some(token(PLATFORM_ADMIN)), journal(folder, url));
    session.settle().await;
    session.press("/ 'ml-team' enter esc enter").await;
    session
}

async fn platform() -> Running {
    let running = sandbox::start(Options::default()).await.unwrap();
    let session = Session::at(&running.url(), Some(token(PLATFORM_ADMIN)), None);
    let create = Change::CreateWorkspace {
        name: WorkspaceName::from_platform("ml-team"),
        description: None,
    };
    session.given(PLATFORM_ADMIN, [create]).await;
    running
}

/// What somebody holds in `ml-team`, as the platform has it.
async fn held(running: &Running, who: &Principal) -> RoleSet {
    let client = client(&running.url(), Some(token(PLATFORM_ADMIN)), Mode::Full);
    let members = client.members(&WorkspaceName::from_platform("ml-team")).await;
    members.unwrap().roles_of(who)
}

#[rstest]
#[tokio::test]
async fn the_next_start_tells_the_truth_about_what_was_sent(
    #[values(Held::BeforeItArrives, Held::BeforeItsAnswer)] killed: Held,
    #[values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)] nth: usize,
) {
    let folder = tempfile::tempdir().unwrap();
    let running = platform().await;
    let (gate, url, _serving) = gate(&running, nth, killed).await;
    let mut session = open(&url, folder.path()).await;
    for keys in &DAY[..nth - 1] {
        session.press(keys).await;
    }
    let mut killed_in = Box::pin(session.press(DAY[nth - 1]));
    tokio::select! {
        _ = &mut killed_in => panic!("the request was not held"),
        () = gate.is_held.notified() => {}
    }
    drop(killed_in);
    drop(session);

    let n_sent = gate.n_changes();
    let mut next = open(&url, folder.path()).await;
    let records = journal(folder.path(), &url).newest(100).unwrap().records;
    let last = &records[0];
    let Some(Change::Roles { principal, after, .. }) = &last.change else {
        panic!("{last:?}");
    };
    let is_true = held(&running, principal).await == *after;
    let told = last.end.as_ref().map(|(_, end)| end.verdict);
    // What is not there a moment after the crash may still arrive: the next start looks again.
    assert_eq!(told, is_true.then_some(Verdict::Applied));
    assert_eq!(is_true, killed == Held::BeforeItsAnswer);
    next.press("!").await;
    next.shows(&[
        "an earlier session did not finish",
        if is_true { "applied" } else { "may still arrive" },
    ]);
    assert_eq!(gate.n_changes(), n_sent, "nothing is sent again");
    assert_eq!(records.len(), nth);
    assert_eq!(verify::verify(folder.path(), None).unwrap().fault, None);
}

/// Four people, added as one plan.
const FOUR: [&str; 4] = [
    "bob@example.com",
    "eve@example.com",
    "mal@example.com",
    "tim@example.com",
];

#[rstest]
#[tokio::test]
async fn of_a_plan_that_is_killed_each_request_is_told_as_what_it_came_to_and_none_is_made_twice(
    #[values(Held::BeforeItArrives, Held::BeforeItsAnswer)] killed: Held,
    #[values(1, 2, 3, 4)] nth: usize,
) {
    let folder = tempfile::tempdir().unwrap();
    let running = platform().await;
    let (gate, url, _serving) = gate(&running, nth, killed).await;
    let mut session = open(&url, folder.path()).await;
    session.press("a").await.paste(&FOUR.join(", ")).await;
    let mut killed_in = Box::pin(session.press("enter"));
    tokio::select! {
        _ = &mut killed_in => panic!("the request was not held"),
        () = gate.is_held.notified() => {}
    }
    drop(killed_in);
    drop(session);

    let mut next = open(&url, folder.path()).await;
    let records = journal(folder.path(), &url).newest(100).unwrap().records;
    assert_eq!(records.len(), nth, "what was not begun is not written down");
    assert!(
        records
            .iter()
            .all(|record| record.plan.is_some() && record.plan == records[0].plan)
    );
    for record in &records {
        let Some(Change::Roles { principal, after, .. }) = &record.change else {
            panic!("{record:?}");
        };
        let is_true = held(&running, principal).await == *after;
        let told = record.end.as_ref().map(|(_, end)| end.verdict.is_done());
        assert_eq!(told, is_true.then_some(true), "{record:?}");
    }
    assert_eq!(gate.n_changes(), nth, "nothing is sent again by itself");

    next.press("a").await.paste(&FOUR.join(", ")).await;
    next.press("enter").await;
    next.shows(&["Members of ml-team (5)"]);
    let n_lost = usize::from(killed == Held::BeforeItArrives);
    assert_eq!(gate.n_changes(), FOUR.len() + n_lost, "only what is not there is sent");
    assert_eq!(verify::verify(folder.path(), None).unwrap().fault, None);
}

/// What a disk holds when a line was being written: any beginning of it.
#[rstest]
#[tokio::test]
async fn a_line_that_was_cut_off_at_any_place_is_no_end_and_no_beginning(#[values(0, 1, 2, 3)] quarter: usize) {
    let folder = tempfile::tempdir().unwrap();
    let running = platform().await;
    let url = running.url();
    let mut session = open(&url, folder.path()).await;
    for keys in DAY {
        session.press(keys).await;
    }
    drop(session);
    let path = journal(folder.path(), &url).path().unwrap();
    let whole = fs::read(&path).unwrap();
    let lines: Vec<usize> = whole
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(place, _)| place + 1)
        .collect();
    assert_eq!(lines.len(), 24);
    let starts = std::iter::once(0).chain(lines.iter().copied());
    for (i, (start, end)) in starts.zip(lines.iter().copied()).enumerate() {
        let cut = start + (end - start) * quarter / 4;
        fs::write(&path, &whole[..cut]).unwrap();
        let open = journal(folder.path(), &url).recall(runtime::now()).left.open;
        // Every second line is an end: without it its change is open.
        assert_eq!(open.len(), i % 2, "line {}, {quarter} quarters", i + 1);
        journal(folder.path(), &url)
            .note(
                &nmp_console::domain::activity::Note::Gone(WorkspaceName::from_platform("x")),
                runtime::now(),
            )
            .unwrap();
        let checked = verify::verify(folder.path(), None).unwrap();
        assert_eq!(checked.fault, None, "line {}, {quarter} quarters", i + 1);
    }
}
