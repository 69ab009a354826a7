//! Reading while others write, and a clock that goes backwards meanwhile.

use super::{SERVER, after_a_crash, change, ended, is_sound, journal, make, now, provenance, sending};
use crate::domain::activity::{Record, Verdict};
use crate::domain::ids::WorkspaceName;
use crate::domain::undo;
use crate::journal::{Journal, Timestamp, file, newest, search, verify};
use jiff::SignedDuration;
use pretty_assertions::assert_eq;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a reader must find at any moment, while one change is open and one after the other is made, from 1 on.
fn is_sound_meanwhile(reader: &Journal, writer: &Journal, folder: &Path) {
    let checked = verify::verify(folder, None).unwrap();
    assert_eq!(checked.fault, None);
    let is_being_written = |note: &str| note.contains("this line is not finished");
    assert!(
        checked.notes.iter().all(|note| is_being_written(note.as_str())),
        "{checked:?}"
    );
    let records = newest(folder, 10_000).unwrap().records;
    let ids: Vec<_> = records.iter().rev().map(|record| record.id.clone()).collect();
    let expected: Vec<_> = (0..ids.len() as u64).map(|number| writer.id(number)).collect();
    assert_eq!(ids, expected);
    assert!(reader.state().unwrap().is_open(&writer.id(0)));
    assert!(reader.head().unwrap().is_some());
    assert_eq!(search(folder, |_| true).unwrap().entries().find_map(Result::err), None);
}

/// The end of the journal is asked for where nothing may block: on the way out, while another process keeps the lock.
#[test]
fn where_it_ends_is_known_while_somebody_waits_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let writer = journal(folder.path());
    make(&writer, 1, "bob@x.com");
    let lock = File::open(folder.path().join("activity.lock")).unwrap();
    lock.lock().unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| make(&writer, 2, "carol@x.com"));
        let deadline = Instant::now() + Duration::from_secs(30);
        while writer.session.writing.try_lock().is_ok() {
            assert!(Instant::now() < deadline, "it never began to write");
            thread::yield_now();
        }
        assert_eq!(writer.left_at(), writer.head().unwrap());
        assert!(!waits.is_finished(), "it was not waited for");
        lock.unlock().unwrap();
    });
    assert_eq!(writer.left_at().unwrap().seq, 4);
}

#[test]
fn a_journal_is_sound_to_whoever_reads_it_while_another_process_puts_files_aside() {
    let mut n_looks = 0;
    while n_looks < 200 {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = after_a_crash(folder.path());
        writer.largest = 1500;
        let open = (&change("open@x.com"), &provenance());
        writer.intend(0, open, sending(), now()).unwrap();
        let (is_over, reader) = (AtomicBool::new(false), journal(folder.path()));
        thread::scope(|scope| {
            scope.spawn(|| {
                for number in 1..150 {
                    make(&writer, number, "bob@x.com");
                }
                is_over.store(true, Ordering::SeqCst);
            });
            while !is_over.load(Ordering::SeqCst) {
                is_sound_meanwhile(&reader, &writer, folder.path());
                n_looks += 1;
            }
        });
        assert!(file::open_all(folder.path()).unwrap().len() > 50);
    }
}

#[test]
fn a_clock_that_goes_backwards_changes_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(folder.path());
    journal.largest = 1500;
    let before = |hours| now() - SignedDuration::from_hours(hours);
    let times: Vec<Timestamp> = [0, 48, 1, 24].map(before).to_vec();
    for (number, at) in (1..).zip(&times) {
        let change = change(&format!("p{number}@x.com"));
        journal
            .intend(number, (&change, &provenance()), sending(), *at)
            .unwrap();
        journal.note(&ended(number, Verdict::Confirmed), *at).unwrap();
    }
    let records = journal.newest(10).unwrap().records;
    let told: Vec<_> = records
        .iter()
        .rev()
        .map(|record| (record.id.clone(), record.at))
        .collect();
    let made: Vec<_> = (1..).map(|number| journal.id(number)).zip(times).collect();
    assert_eq!(told, made, "in the order in which they were made, each with its time");
    let checked = is_sound(folder.path());
    assert!(checked.n_files > 1 && checked.notes.is_empty(), "{checked:?}");

    let last = undo::last_in(&records, SERVER, &WorkspaceName::from_platform("ml-team"));
    let last: Vec<_> = last.records.iter().map(|record: &&Record| record.id.clone()).collect();
    assert_eq!(last, [journal.id(4)], "the last one, although others are dated later");

    let since = search(folder.path(), |glance| glance.at >= before(24)).unwrap();
    let found: Vec<_> = since.entries().map(|entry| entry.unwrap().record.id).collect();
    assert_eq!(
        found,
        [1, 3, 4].map(|number| journal.id(number)),
        "by what they are dated"
    );
}
