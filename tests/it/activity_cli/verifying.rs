//! What `activity verify` says, and how it ends.

use super::given::{Shell, as_given, deletion, make};
use nmp_console::domain::activity::{Head, Verdict};
use nmp_console::journal::verify;
use pretty_assertions::assert_eq;
use std::fs;

fn head(shell: &Shell) -> Head {
    verify::verify(&shell.state(), None).unwrap().head.unwrap()
}

fn lines(shell: &Shell) -> Vec<String> {
    let text = fs::read_to_string(shell.file()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn rewrite(shell: &Shell, lines: &[String]) {
    fs::write(shell.file(), format!("{}\n", lines.join("\n"))).unwrap();
}

#[test]
fn a_sound_journal_says_what_a_chain_cannot_show() {
    let shell = as_given();
    let said = shell.run("activity verify");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let expected = format!(
        "7 lines in 1 file in {}\nhead: line 7, SHA-256 {}\nsound: each line is the one that the next line names\n\
         A chain cannot show that its last lines were cut off, or that all of it was written anew: compare the head with \
         one from a report or from the end of a session (--head).\n",
        shell.state().display(),
        head(&shell).hash
    );
    assert_eq!(said.out, expected);
}

#[test]
fn a_head_from_elsewhere_shows_what_was_cut_off() {
    let shell = as_given();
    let kept = head(&shell).hash;
    let verify = |hash: &str| shell.run(&format!("activity verify --head {hash}"));
    let said = verify(&kept.to_uppercase());
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out
            .ends_with("the journal ends with the head that was asked for\n"),
        "{}",
        said.out
    );
    make(&shell.journal_of("prod"), 9, (&deletion("scratch"), Verdict::Confirmed));
    let said = verify(&kept);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out
            .ends_with("the head that was asked for is in it; 2 lines after it\n"),
        "{}",
        said.out
    );
    rewrite(&shell, &lines(&shell)[..4]);
    let said = verify(&kept);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(
        said.out
            .contains("fault: activity.jsonl, line 4: no line has the head that was asked for"),
        "{}",
        said.out
    );
    fs::remove_file(shell.file()).unwrap();
    let said = verify(&kept);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("fault: no line has the head"), "{}", said.out);
}

#[test]
fn the_first_line_that_is_not_as_it_was_written_is_named() {
    let shell = as_given();
    let whole = lines(&shell);
    let changed: Vec<String> = whole
        .iter()
        .map(|line| line.replace("server said no", "server said yes"))
        .collect();
    let missing = [&whole[..2], &whole[3..]].concat();
    let inserted = [&whole[..5], &whole[1..2], &whole[5..]].concat();
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    for (lines, fault, unchecked) in [
        (
            changed,
            "line 4: this line was changed",
            "3 lines follow the fault: they",
        ),
        (
            missing,
            "line 3: 1 line before this line are missing",
            "3 lines follow the fault: they",
        ),
        (
            inserted,
            "line 6: this line was put here",
            "2 lines follow the fault: they",
        ),
        (
            swapped,
            "line 2: this line and the next one were swapped",
            "5 lines follow the fault: they",
        ),
        (
            whole[1..].to_vec(),
            "line 1: 1 line before this line are missing",
            "5 lines follow the fault: they",
        ),
    ] {
        rewrite(&shell, &lines);
        let said = shell.run("activity verify");
        assert_eq!((said.code, said.err.as_str()), (Some(1), ""), "{}", said.out);
        let fault = format!("fault: activity.jsonl, {fault}");
        assert!(said.out.contains(&fault), "{fault} in {}", said.out);
        let unchecked = format!("{unchecked} could not be checked\n");
        assert!(said.out.contains(&unchecked), "{unchecked} in {}", said.out);
        assert!(!said.out.contains("sound"), "{}", said.out);
    }
    let last = whole.last().map(|line| line.replace("\"seq\":7", "\"seq\":8")).unwrap();
    rewrite(&shell, &[&whole[..6], &[last]].concat());
    let said = shell.run("activity verify");
    assert!(
        said.out.contains("line 7:") && !said.out.contains("follow"),
        "{}",
        said.out
    );
}

#[test]
fn what_a_crash_left_is_a_note_and_no_fault() {
    let shell = as_given();
    let text = fs::read_to_string(shell.file()).unwrap();
    fs::write(shell.file(), format!("{text}{{\"schema\":1,\"se")).unwrap();
    make(&shell.journal_of("prod"), 9, (&deletion("scratch"), Verdict::Confirmed));
    let said = shell.run("activity verify");
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out
            .contains("note: activity.jsonl, line 8: no record that this release can read, as of a crash"),
        "{}",
        said.out
    );
}
