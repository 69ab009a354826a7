//! Writers, crashes and strangers: what a journal is after each.

mod meanwhile;

use super::*;
use crate::domain::activity::{Caller, Conclusion, Verdict};
use crate::domain::change::Change;
use crate::domain::deletion::Remembered;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

pub(super) const SERVER: &str = "https://nmp.example.com";

pub(super) fn change(principal: &str) -> Change {
    Change::Roles {
        workspace: WorkspaceName::from_platform("ml-team"),
        principal: Principal::from_platform(principal),
        before: RoleSet::default(),
        after: RoleSet::only(Role::Viewer),
    }
}

pub(super) fn provenance() -> Provenance {
    Provenance {
        caller: Caller {
            subject: None,
            email: Some("al@x.com".to_owned()),
        },
        ..Provenance::default()
    }
}

pub(super) fn sending() -> Sending {
    Sending {
        method: "POST".to_owned(),
        path: "/apis/entities/v2/workspaces/ml-team/members".to_owned(),
        body: None,
    }
}

pub(super) fn journal(folder: &Path) -> Journal {
    on(folder, SERVER)
}

fn on(folder: &Path, server: &str) -> Journal {
    Journal::new(
        Some(folder.to_owned()),
        ("prod", server),
        &Operator::default(),
        &Session::default(),
    )
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn ended(number: u64, verdict: Verdict) -> Note {
    let conclusion = Conclusion {
        verdict,
        found: None,
        why: None,
        may_come_true: verdict == Verdict::Unknown,
    };
    Note::Ended(number, conclusion)
}

/// Makes a change as if it had been sent and confirmed.
pub(super) fn make(journal: &Journal, number: u64, principal: &str) {
    journal
        .intend(number, (&change(principal), &provenance()), sending(), now())
        .unwrap();
    journal.note(&ended(number, Verdict::Confirmed), now()).unwrap();
}

/// The journal as a process sees it that starts after the one which wrote it has ended.
fn after_a_crash(folder: &Path) -> Journal {
    let mut journal = journal(folder);
    Arc::make_mut(&mut journal.by).pid = Some(4_000_000);
    journal
}

fn is_sound(folder: &Path) -> verify::Checked {
    let checked = verify::verify(folder, None).unwrap();
    assert_eq!(checked.fault, None);
    checked
}

fn deletion(name: &str, second: i64) -> Remembered {
    Remembered {
        workspace: Workspace {
            id: format!("workspace-{name}"),
            description: Some("what it was for".to_owned()),
            ..Workspace::known_by_name(WorkspaceName::from_platform(name))
        },
        since: Timestamp::from_second(second).unwrap(),
        caller: "al@x.com".to_owned(),
    }
}

#[test]
fn a_change_stands_there_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(&folder.path().join("not/yet"));
    assert_eq!(journal.head().unwrap(), None);
    make(&journal, 3, "bob@x.com");
    journal
        .intend(4, (&change("eve@x.com"), &provenance()), sending(), now())
        .unwrap();
    let Newest { records, is_more, .. } = journal.newest(10).unwrap();
    let told: Vec<(&str, Option<Verdict>)> = records
        .iter()
        .map(|record| (record.id.raw(), record.end.as_ref().map(|(_, end)| end.verdict)))
        .collect();
    let ids = [journal.id(4), journal.id(3)];
    assert_eq!(told, [(ids[0].raw(), None), (ids[1].raw(), Some(Verdict::Confirmed))]);
    assert!(!is_more);
    assert_eq!(records[1].change, Some(change("bob@x.com")));
    assert_eq!(
        records[1].request.as_str(),
        "POST /apis/entities/v2/workspaces/ml-team/members"
    );
    assert_eq!(journal.newest(1).unwrap().is_more, true, "there are more");
    let checked = is_sound(&folder.path().join("not/yet"));
    assert_eq!((checked.n_lines, checked.head), (3, journal.head().unwrap()));
    assert_eq!(journal.left_at(), journal.head().unwrap());
}

#[test]
fn nobody_else_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("nmp-console");
    make(&journal(&state), 1, "bob@x.com");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state.join(file::NAME)), mode(&state)), (0o600, 0o700));
}

#[test]
fn several_writers_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for writer in 0..4_u64 {
            let folder = folder.path();
            scope.spawn(move || {
                let journal = journal(folder);
                for number in 0..20 {
                    make(&journal, number, &format!("p{writer}-{number}@x.com"));
                }
            });
        }
    });
    let checked = is_sound(folder.path());
    assert_eq!((checked.n_lines, checked.notes), (160, vec![]));
    let records = newest(folder.path(), 1000).unwrap().records;
    assert!(records.len() == 80 && records.iter().all(|record| record.end.is_some()));
}

#[test]
fn no_line_is_lost_where_two_write_as_fast_as_they_can() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for writer in 0..2_u64 {
            let mut journal = journal(folder.path());
            journal.largest = 100_000;
            scope.spawn(move || {
                for number in 0..500 {
                    make(&journal, number, &format!("p{writer}-{number}@x.com"));
                }
            });
        }
    });
    let checked = is_sound(folder.path());
    assert!(checked.n_files > 5 && checked.notes.is_empty(), "{checked:?}");
    let seq = checked.head.map(|head| head.seq);
    assert_eq!(seq, Some(checked.n_lines), "no number is left out");
    let records = newest(folder.path(), 2000).unwrap().records;
    assert!(records.len() == 1000 && records.iter().all(|record| record.end.is_some()));
}

#[test]
fn a_line_that_a_crash_cut_off_stays_and_the_chain_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    make(&journal(folder.path()), 1, "bob@x.com");
    let path = folder.path().join(file::NAME);
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"schema":1,"seq":3,"prev":"ab"#).unwrap();
    let unfinished = is_sound(folder.path());
    assert!(
        unfinished.notes[0].as_str().contains("not finished"),
        "{:?}",
        unfinished.notes
    );
    make(&journal(folder.path()), 1, "eve@x.com");
    let checked = is_sound(folder.path());
    assert_eq!(checked.n_lines, 5);
    assert!(
        checked.notes[0].as_str().contains("as of a crash that cut it off"),
        "{:?}",
        checked.notes
    );
    assert_eq!(newest(folder.path(), 9).unwrap().records.len(), 2);
}

#[test]
fn what_was_under_way_at_a_crash_is_left_open_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let before = after_a_crash(folder.path());
    make(&before, 1, "bob@x.com");
    before
        .intend(2, (&change("eve@x.com"), &provenance()), sending(), now())
        .unwrap();
    before
        .intend(3, (&change("mal@x.com"), &provenance()), sending(), now())
        .unwrap();
    before.note(&ended(3, Verdict::Unknown), now()).unwrap();
    let after = journal(folder.path());
    let left = after.recall(now()).left;
    let open: Vec<(&RecordId, &Change)> = left.open.iter().map(|open| (&open.id, &open.change)).collect();
    let expected = [(before.id(2), change("eve@x.com")), (before.id(3), change("mal@x.com"))];
    assert_eq!(
        open,
        expected.iter().map(|(id, change)| (id, change)).collect::<Vec<_>>()
    );
    assert_eq!(
        on(folder.path(), "http://127.0.0.1:1").recall(now()).left,
        LeftOver::default()
    );
    for (id, _) in expected {
        let conclusion = Conclusion {
            verdict: Verdict::Applied,
            found: None,
            why: None,
            may_come_true: false,
        };
        after.note(&Note::EndedEarlier(id, conclusion), now()).unwrap();
    }
    assert_eq!(after.recall(now()).left.open, []);
}

#[test]
fn what_another_process_has_under_way_is_its_own_business() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = journal(folder.path());
    // It runs as long as this machine does.
    Arc::make_mut(&mut other.by).pid = Some(1);
    other
        .intend(2, (&change("eve@x.com"), &provenance()), sending(), now())
        .unwrap();
    assert_eq!(journal(folder.path()).recall(now()).left.open, []);
    Arc::make_mut(&mut other.by).host = Some("another-machine".to_owned());
    other
        .intend(3, (&change("mal@x.com"), &provenance()), sending(), now())
        .unwrap();
    assert_eq!(
        journal(folder.path()).recall(now()).left.open,
        [],
        "nor what another machine has"
    );
    let later = now() + SignedDuration::from_mins(6);
    assert_eq!(
        journal(folder.path()).recall(later).left.open.len(),
        2,
        "nobody has it in hand for ever"
    );
}

#[test]
fn deletions_are_remembered_until_they_are_over() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(folder.path());
    for (name, second) in [("b", 9), ("a", 5), ("a", 7)] {
        journal.note(&Note::Following(deletion(name, second)), now()).unwrap();
    }
    assert_eq!(
        journal.recall(now()).left.deletions,
        [deletion("a", 7), deletion("b", 9)]
    );
    assert_eq!(on(folder.path(), "http://127.0.0.1:1").recall(now()).left.deletions, []);
    journal
        .note(&Note::Gone(WorkspaceName::from_platform("a")), now())
        .unwrap();
    assert_eq!(journal.recall(now()).left.deletions, [deletion("b", 9)]);
}

#[test]
fn takes_over_what_an_older_release_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let older = folder.path().join("deletions");
    fs::create_dir(&older).unwrap();
    let record = format!(
        r#"{{"server":"{SERVER}","caller":"al@x.com","since":"1970-01-01T00:00:07Z","id":"workspace-a","name":"a","description":"what it was for","created_at":null,"created_by":null}}"#
    );
    fs::write(older.join("0123.json"), record).unwrap();
    let journal = journal(folder.path());
    assert_eq!(
        journal.recall(now()),
        Recalled {
            left: LeftOver {
                deletions: vec![deletion("a", 7)],
                open: vec![],
            },
            problem: None,
        }
    );
    assert!(!older.exists());
    fs::create_dir(&older).unwrap();
    fs::write(older.join("broken.json"), b"{\"server\":").unwrap();
    fs::create_dir(older.join("folder.json")).unwrap();
    assert_eq!(journal.recall(now()).left.deletions, [deletion("a", 7)]);
    assert!(older.join("broken.json").exists());
    is_sound(folder.path());
}

#[test]
fn a_full_file_is_put_aside_and_what_is_open_goes_along() {
    let folder = tempfile::tempdir().unwrap();
    let journal_in = journal;
    let mut journal = after_a_crash(folder.path());
    journal.largest = 8000;
    make(&journal, 1, "bob@x.com");
    journal
        .intend(2, (&change("eve@x.com"), &provenance()), sending(), now())
        .unwrap();
    journal.note(&Note::Following(deletion("a", 7)), now()).unwrap();
    for number in 3..12 {
        journal
            .intend(number, (&change("big@x.com"), &provenance()), sending(), now())
            .unwrap();
        journal.note(&ended(number, Verdict::Confirmed), now()).unwrap();
    }
    let names: Vec<String> = file::open_all(folder.path())
        .unwrap()
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["activity-000001.jsonl", "activity.jsonl"]);
    let checked = is_sound(folder.path());
    assert_eq!((checked.n_files, checked.notes), (2, vec![]));
    let left = journal_in(folder.path()).recall(now()).left;
    assert_eq!((left.open.len(), left.deletions), (1, vec![deletion("a", 7)]));
    let Newest { records, is_more, .. } = journal.newest(100).unwrap();
    assert_eq!((records.len(), is_more), (11, false), "carried ones are not told twice");
    // A crash between the two steps of it leaves no file: the next line goes on all the same.
    fs::rename(
        folder.path().join(file::NAME),
        folder.path().join("activity-000002.jsonl"),
    )
    .unwrap();
    make(&journal_in(folder.path()), 1, "later@x.com");
    assert_eq!(is_sound(folder.path()).n_files, 3);
}

#[test]
fn a_journal_that_was_cut_or_replaced_meanwhile_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, other) = (journal(folder.path()), journal(folder.path()));
    let path = folder.path().join(file::NAME);
    make(&mine, 1, "bob@x.com");
    make(&other, 1, "eve@x.com");
    let intend = |number| {
        mine.intend(number, (&change("x@x.com"), &provenance()), sending(), now())
            .unwrap()
    };
    assert_eq!(intend(2), Written::AsUsual, "somebody else wrote behind it");
    let bytes = fs::read(&path).unwrap();
    let first: Vec<u8> = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    fs::write(&path, &first).unwrap();
    assert_eq!(intend(3), Written::AfterABreak);
    assert_eq!(intend(4), Written::AsUsual);
    fs::remove_file(&path).unwrap();
    assert_eq!(intend(5), Written::AfterABreak);
    let checked = is_sound(folder.path());
    assert!(
        checked.notes[0].as_str().contains("had been cut or replaced"),
        "{:?}",
        checked.notes
    );
}

#[test]
fn what_cannot_be_written_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let intend = |journal: &Journal| {
        journal
            .intend(1, (&change("x@x.com"), &provenance()), sending(), now())
            .unwrap_err()
    };
    let nowhere = Journal::new(None, ("prod", SERVER), &Operator::default(), &Session::default());
    assert_eq!(intend(&nowhere), Error::Nowhere);
    let below_a_file = folder.path().join("file/nmp-console");
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(matches!(intend(&journal(&below_a_file)), Error::Io { .. }));
    let target = folder.path().join("elsewhere");
    fs::write(&target, "mine").unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join(file::NAME)).unwrap();
    assert!(
        matches!(intend(&journal(folder.path())), Error::Io { .. }),
        "not behind a link"
    );
    assert_eq!(fs::read(&target).unwrap(), b"mine");
    fs::remove_file(folder.path().join(file::NAME)).unwrap();
    fs::create_dir(folder.path().join(file::NAME)).unwrap();
    assert!(matches!(intend(&journal(folder.path())), Error::Io { .. }));
}

#[test]
fn lines_of_others_do_not_stop_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file::NAME);
    make(&journal(folder.path()), 1, "bob@x.com");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    let long = vec![b'x'; usize::try_from(file::LONGEST_LINE).unwrap() + 10];
    file.write_all(&long).unwrap();
    file.write_all(b"\n\xff\xfe\n\n").unwrap();
    make(&journal(folder.path()), 2, "eve@x.com");
    let records = newest(folder.path(), 10).unwrap().records;
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.end.is_some()));
    assert!(verify::verify(folder.path(), None).unwrap().fault.is_some());
}

/// Two processes write by turns: the oldest change that is told need not be one of the plan that goes on before it.
#[test]
fn the_plans_that_go_on_before_what_is_told_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (planning, other) = (journal(folder.path()), journal(folder.path()));
    let part = Provenance {
        plan: Some(1),
        ..provenance()
    };
    for (writer, number, said) in [(&planning, 1, &part), (&other, 1, &provenance()), (&planning, 2, &part)] {
        let sent = writer.intend(number, (&change("bob@x.com"), said), sending(), now());
        sent.unwrap();
    }
    let cut = |most: usize| {
        let newest = planning.newest(most).unwrap();
        assert_eq!((newest.records.len(), newest.is_more), (most, most < 3));
        newest.cut_plans.into_iter().map(String::from).collect::<Vec<_>>()
    };
    let plan = planning.newest(1).unwrap().records[0].plan.clone().map(String::from);
    assert_eq!(cut(1), plan.clone().into_iter().collect::<Vec<_>>());
    assert_eq!(
        cut(2),
        plan.into_iter().collect::<Vec<_>>(),
        "the oldest that is told is none of it"
    );
    assert_eq!(cut(3), Vec::<String>::new());
}
