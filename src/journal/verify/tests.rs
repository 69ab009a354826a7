//! Attacks on the chain, and what is said of each.

use super::*;
use crate::journal::tests::{journal, make};
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::fs;

type Lines = Vec<Vec<u8>>;

/// The lines of a journal of four changes, eight lines.
fn lines(folder: &Path) -> Lines {
    let journal = journal(folder);
    for number in 1..=4 {
        make(&journal, number, &format!("p{number}@x.com"));
    }
    let bytes = fs::read(folder.join(file::NAME)).unwrap();
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

fn put(folder: &Path, lines: &Lines) {
    fs::write(folder.join(file::NAME), lines.concat()).unwrap();
}

fn replace(line: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    text.replace(from, to).into_bytes()
}

/// Writes the chain anew, as somebody does who knows how.
fn rechained(lines: &Lines) -> Lines {
    let mut prev = NOTHING.to_owned();
    let mut anew = Vec::new();
    for (i, bytes) in lines.iter().enumerate() {
        let mut line = line::read(bytes.trim_ascii_end()).unwrap();
        line.seq = i as u64 + 1;
        line.prev = prev;
        let bytes = line::written(&line).unwrap();
        prev = file::hash(&bytes);
        anew.push([bytes, b"\n".to_vec()].concat());
    }
    anew
}

/// What is said where somebody did `attack` to a journal of eight lines; the numbers are those of the lines.
#[rstest]
#[case::nothing(|_: &mut Lines| {}, None)]
#[case::a_name_changed(|lines: &mut Lines| lines[2] = replace(&lines[2], "p2@x", "p9@x"), Some((3, "this line was changed")))]
#[case::the_first_line_changed(|lines: &mut Lines| lines[0] = replace(&lines[0], "p1@x", "p9@x"), Some((1, "this line was changed")))]
#[case::an_outcome_changed(|lines: &mut Lines| lines[3] = replace(&lines[3], "confirmed", "refused"), Some((4, "this line was changed")))]
#[case::the_hash_in_a_line_changed(|lines: &mut Lines| { let text = String::from_utf8(lines[4].clone()).unwrap(); let at = text.find("prev\":\"").unwrap() + 7; let mut bytes = text.into_bytes(); bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' }; lines[4] = bytes; }, Some((5, "this line was changed")))]
#[case::a_space_put_in(|lines: &mut Lines| lines[2] = replace(&lines[2], "\"seq\":3", "\"seq\": 3"), Some((3, "this line was changed")))]
#[case::one_missing(|lines: &mut Lines| drop(lines.remove(4)), Some((5, "1 line before this line are missing")))]
#[case::three_missing(|lines: &mut Lines| drop(lines.drain(2..5)), Some((3, "3 lines before this line are missing")))]
#[case::the_first_missing(|lines: &mut Lines| drop(lines.remove(0)), Some((1, "1 line before this line are missing")))]
#[case::put_in(|lines: &mut Lines| lines.insert(4, replace(&lines[2], "p2@x", "p9@x")), Some((5, "put here")))]
#[case::copied(|lines: &mut Lines| lines.insert(6, lines[1].clone()), Some((7, "put here")))]
#[case::swapped(|lines: &mut Lines| lines.swap(3, 4), Some((4, "swapped")))]
#[case::text_put_in(|lines: &mut Lines| lines.insert(4, b"hello\n".to_vec()), Some((5, "no record")))]
#[case::made_no_record(|lines: &mut Lines| lines[4] = b"hello\n".to_vec(), Some((5, "no record")))]
#[case::begins_elsewhere(|lines: &mut Lines| *lines = vec![replace(&lines[7], "\"seq\":8", "\"seq\":1")], Some((1, "not the beginning")))]
// What no chain can show, and only a head from elsewhere does.
#[case::the_tail_cut(|lines: &mut Lines| lines.truncate(5), None)]
#[case::written_anew(|lines: &mut Lines| { lines[2] = replace(&lines[2], "p2@x", "p9@x"); *lines = rechained(lines); }, None)]
#[case::emptied(|lines: &mut Lines| lines.clear(), None)]
fn names_the_first_line_that_is_not_as_it_was_written(
    #[case] attack: impl Fn(&mut Lines),
    #[case] expected: Option<(u64, &str)>,
) {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = lines(folder.path());
    let head = verify(folder.path(), None).unwrap().head.unwrap().hash;
    let untouched = lines.clone();
    attack(&mut lines);
    put(folder.path(), &lines);
    let checked = verify(folder.path(), None).unwrap();
    match (&checked.fault, expected) {
        (None, None) => {}
        (Some(fault), Some((line, words))) => {
            assert_eq!((fault.file.as_str(), fault.line), (file::NAME, line), "{fault:?}");
            assert!(fault.what.as_str().contains(words), "{fault:?}");
            assert_eq!(fault.n_after, checked.n_lines - line, "{fault:?}");
        }
        (fault, expected) => panic!("{fault:?}, not {expected:?}"),
    }
    let against_the_head = verify(folder.path(), Some(&head)).unwrap();
    assert_eq!(
        against_the_head.fault.is_some(),
        lines != untouched,
        "the head shows everything"
    );
}

#[test]
fn says_what_a_missing_head_can_mean() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = lines(folder.path());
    let heads: Vec<String> = lines.iter().map(|line| file::hash(line.trim_ascii_end())).collect();
    let checked = verify(folder.path(), Some(&heads[5])).unwrap();
    assert_eq!(
        (checked.fault, checked.n_since),
        (None, Some(2)),
        "an earlier head is in it"
    );
    lines.truncate(5);
    put(folder.path(), &lines);
    let fault = verify(folder.path(), Some(&heads[5])).unwrap().fault.unwrap();
    assert_eq!(
        fault.what.as_str(),
        "no line has the head that was asked for, among 5 lines: the journal was cut off after this line, written anew, \
         or the head is of another one"
    );
}

#[test]
fn a_file_that_is_missing_between_others_shows() {
    let folder = tempfile::tempdir().unwrap();
    lines(folder.path());
    for number in 1..=2 {
        let aside = folder.path().join(format!("activity-00000{number}.jsonl"));
        fs::rename(folder.path().join(file::NAME), aside).unwrap();
        make(&journal(folder.path()), 9, "late@x.com");
    }
    assert_eq!(verify(folder.path(), None).unwrap().fault, None);
    fs::remove_file(folder.path().join("activity-000002.jsonl")).unwrap();
    let fault = verify(folder.path(), None).unwrap().fault.unwrap();
    assert_eq!((fault.file.as_str(), fault.line), (file::NAME, 1));
    fs::remove_file(folder.path().join("activity-000001.jsonl")).unwrap();
    let checked = verify(folder.path(), None).unwrap();
    assert_eq!(checked.fault, None);
    assert!(
        checked.notes[0]
            .as_str()
            .contains("the files before this one are not here"),
        "{:?}",
        checked.notes
    );
}

/// A crash can leave a piece of a line with an end, and nothing behind it: that cannot be told from text put there.
#[test]
fn what_stands_behind_the_last_record_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = lines(folder.path());
    lines.push(b"hello\n".to_vec());
    put(folder.path(), &lines);
    let checked = verify(folder.path(), None).unwrap();
    assert_eq!(checked.fault, None);
    assert!(
        checked.notes[0].as_str().contains("line 9: no record"),
        "{:?}",
        checked.notes
    );
}
