//! `nmp-console activity` and `activity verify` as a shell sees them: what a journal tells without a platform.

mod given;
mod heads;
mod verifying;

use given::{Shell, as_given, deletion, end, hostile, intend, make, make_because, roles};
use jiff::Timestamp;
use nmp_console::domain::activity::{Caller, Conclusion, Note, Provenance, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::context::LIFTED_FOR;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::text::{self, SafeText};
use nmp_console::journal::verify;
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

#[test]
fn a_table_tells_what_was_changed_the_newest_last() {
    let shell = as_given();
    let said = shell.run("activity");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let expected = "\
TIME               WHO             WHAT                 WHERE       OUTCOME          REASON
2027-01-15T08:00Z  al@example.com  bob@example.com:     ml-team     confirmed        on call in
                                   add as Viewer                                     January
2027-01-16T08:00Z  al@example.com  bob@example.com:     ml-team     refused: server
                                   Viewer → Admin                   said no
2027-01-17T08:00Z  al@example.com  delete workspace     web         confirmed
2027-01-18T08:00Z  olga@else.org   carol@example.com:   ml-archive  open
                                   remove, was Viewer
";
    assert_eq!(said.out, expected);
}

#[test]
fn that_read_only_was_lifted_is_told_in_every_form() {
    let shell = Shell::new();
    let journal = shell.journal_of("prod");
    let provenance = Provenance {
        caller: Caller {
            subject: None,
            email: Some("al@example.com".to_owned()),
        },
        reason: Some("OPS-12".to_owned()),
        ..Provenance::default()
    };
    let at: Timestamp = "2027-01-15T08:00:00Z".parse().unwrap();
    let until = at + LIFTED_FOR;
    journal.lift(7, until, &provenance, at).unwrap();
    make(&journal, 8, (&deletion("web"), Verdict::Confirmed));
    let over = Conclusion::ended(SafeText::new("as its user asked"));
    journal.note(&Note::Ended(7, over), until).unwrap();

    let expected = "\
TIME               WHO             WHAT                  WHERE           OUTCOME              REASON
2027-01-15T08:00Z  al@example.com  read-only lifted      context 'prod'  ended: as its user   OPS-12
                                   until 08:05:00 UTC                    asked
2027-01-22T08:00Z  al@example.com  delete workspace      web             confirmed
";
    assert_eq!(shell.run("activity").out, expected);
    let told = shell.run("activity --format json").json();
    let record = &told["records"][0];
    assert_eq!(record["action"], "lift-read-only");
    assert_eq!(record["after"], json!({"until": "2027-01-15T08:05:00Z"}));
    assert_eq!(record["end"]["outcome"], "ended");
    let commands = shell.run("activity --format commands");
    assert_eq!(commands.out, "nemo --context prod workspaces delete web\n");
    assert_eq!(commands.err, "");
    assert_eq!(shell.run("activity verify").code, Some(0));
}

#[rstest]
#[case("--since 2027-01-17", &[3, 4])]
#[case("--since 2027-01-16T08:00Z", &[2, 3, 4])]
#[case("--workspace ML-*", &[1, 2, 4])]
#[case("--workspace we?", &[3])]
#[case("--who BOB", &[1, 2])]
#[case("--who olga@", &[4])]
#[case("--who *", &[])]
#[case("--who al@ --workspace ml-team --since 2027-01-16", &[2])]
fn filters_leave_what_they_name(#[case] arguments: &str, #[case] left: &[u64]) {
    let said = as_given().run(&format!("activity --format json {arguments}"));
    assert_eq!(said.code, Some(0));
    // Each change takes two lines, but the last one, which is open.
    let lines: Vec<u64> = left.iter().map(|number| number * 2 - 1).collect();
    assert_eq!(seqs(&said.json()), lines);
    assert_eq!(said.err.contains("no such change"), left.is_empty(), "{}", said.err);
}

fn seqs(told: &Value) -> Vec<u64> {
    let records = told["records"].as_array().unwrap().iter();
    records.map(|record| record["seq"].as_u64().unwrap()).collect()
}

#[test]
fn json_tells_it_in_the_words_of_the_journal() {
    let shell = as_given();
    let told = shell.run("activity --format json").json();
    let head = verify::verify(&shell.state(), None).unwrap().head.unwrap();
    assert_eq!(told["schema"], "nmp-console/activity");
    assert_eq!(told["schema_version"], 1);
    assert_eq!(told["head"], json!({"seq": head.seq, "hash": head.hash}));
    let record = &told["records"][0];
    for (name, expected) in [
        ("seq", json!(1)),
        ("at", json!("2027-01-15T08:00:00Z")),
        ("user", json!("al")),
        ("context", json!("prod")),
        ("server_version", json!("0.8.1")),
        ("action", json!("roles")),
        ("workspace", json!("ml-team")),
        ("principal", json!("bob@example.com")),
        ("before", json!([])),
        ("after", json!(["Viewer"])),
        ("reason", json!("on call in January")),
    ] {
        assert_eq!(record[name], expected, "{name}");
    }
    assert_eq!(record["request"]["method"], "POST");
    assert_eq!(record["end"]["outcome"], "confirmed");
    assert_eq!(told["records"][3]["end"], Value::Null, "it is open");
}

#[test]
fn commands_are_those_of_confirmed_changes_alone() {
    let shell = as_given();
    let said = shell.run("activity --format commands");
    let expected = "\
nemo --context prod workspaces members create --workspace ml-team --principal bob@example.com --roles Viewer
nemo --context prod workspaces delete web
";
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (Some(0), expected, "")
    );
}

#[test]
fn a_command_says_the_address_where_there_was_no_context() {
    let shell = Shell::new();
    let journal = shell.journal_of("no context");
    make(&journal, 1, (&deletion("web"), Verdict::Confirmed));
    let said = shell.run("activity --format commands");
    assert_eq!(
        said.out,
        "nemo --base-url https://nmp.example.com workspaces delete web\n"
    );
    assert_eq!(said.err, "nmp-console: uses the login of the CLI's current context\n");
}

#[test]
fn commands_that_do_not_say_where_they_act_come_with_a_warning() {
    let shell = Shell::new();
    let change = roles("bob@example.com", &[], &["Viewer"]);
    make(&shell.journal_of("prod"), 1, (&change, Verdict::Confirmed));
    make(&shell.journal_of("prod"), 2, (&deletion("web"), Verdict::Confirmed));
    make(&shell.journal_of("staging"), 3, (&deletion("web"), Verdict::Confirmed));
    make(
        &shell.journal_of("no context"),
        4,
        (&deletion("web"), Verdict::Confirmed),
    );
    let text = fs::read_to_string(shell.file()).unwrap();
    fs::write(shell.file(), text.replace("\"0.8.1\"", "\"seed\"")).unwrap();
    let said = shell.run("activity --format commands");
    assert_eq!(
        said.out,
        "\
# in the context 'prod', https://nmp.example.com
nmp config set --workspace ml-team && nmp members create --principal bob@example.com --roles Viewer
nmp workspaces delete web
# in the context 'staging', https://nmp.example.com
nmp workspaces delete web
# at https://nmp.example.com
nmp workspaces delete web
"
    );
    for warning in [
        "changes the CLI's default workspace, and does not restore it",
        "uses the current context of the CLI, which has to be 'prod'",
        "uses the current context of the CLI, which has to be 'staging'",
        "uses the current context of the CLI, which has to lead to https://nmp.example.com",
    ] {
        assert!(said.err.contains(warning), "{}", said.err);
    }
}

#[test]
fn changes_of_several_connections_say_through_which() {
    let shell = as_given();
    make(
        &shell.journal_of("staging"),
        9,
        (&deletion("scratch"), Verdict::Confirmed),
    );
    let said = shell.run("activity --format table");
    assert!(
        said.out.contains("web (prod)") && said.out.contains("(staging)"),
        "{}",
        said.out
    );
}

#[rstest]
fn nothing_hostile_reaches_a_terminal(#[values("table", "json", "commands")] format: &str) {
    let shell = Shell::new();
    let journal = shell.journal_of("prod\u{1b}[31m");
    for (number, change) in (1..).zip(hostile()) {
        make(&journal, number, (&change, Verdict::Confirmed));
    }
    let said = shell.run(&format!("activity --format {format}"));
    assert_eq!(said.code, Some(0));
    for text in [&said.out, &said.err] {
        let harmful: Vec<char> = text::judged(text)
            .filter(|(c, is_harmful)| *is_harmful && *c != '\n')
            .map(|(c, _)| c)
            .collect();
        assert_eq!(harmful, Vec::<char>::new(), "{text}");
    }
    match format {
        "table" => assert!(said.out.contains("\\u{202e}"), "{}", said.out),
        "json" => assert_eq!(said.json()["records"][0]["workspace"], "ml\u{202e}team"),
        _ => {
            assert_eq!(said.out, "");
            assert!(
                said.err
                    .contains("3 confirmed changes are left out (journal lines 1, 3, 5)"),
                "{}",
                said.err
            );
        }
    }
}

#[test]
fn a_line_of_a_pipe_has_a_hundred_columns_and_keeps_every_word() {
    let shell = Shell::new();
    let reason = "because the team asked for it in a ticket that tells a very long story ".repeat(4);
    let journal = shell.journal_of("prod");
    make_because(&journal, 1, (&deletion("web"), Verdict::Confirmed), Some(&reason));
    let said = shell.run("activity");
    assert!(said.out.lines().all(|line| line.width() <= 100), "{}", said.out);
    assert_eq!(said.out.matches("story").count(), 4, "{}", said.out);
}

#[test]
fn a_change_of_a_newer_release_is_told_by_its_request() {
    let shell = Shell::new();
    let journal = shell.journal_of("prod");
    make(
        &journal,
        1,
        (&roles("bob@example.com", &[], &["Viewer"]), Verdict::Confirmed),
    );
    let text = fs::read_to_string(shell.file()).unwrap();
    fs::write(
        shell.file(),
        text.replace("\"action\":\"roles\"", "\"action\":\"teleport\""),
    )
    .unwrap();
    let said = shell.run("activity");
    assert!(
        said.out.contains("POST") && said.out.contains("ml-team"),
        "{}",
        said.out
    );
    let said = shell.run("activity --format commands");
    assert!(said.out.is_empty() && said.err.contains("1 confirmed change is left out"));
}

#[test]
fn without_a_journal_nothing_is_told_and_that_is_no_error() {
    let shell = Shell::new();
    for (arguments, out) in [
        ("activity", "TIME  WHO  WHAT  WHERE  OUTCOME  REASON\n"),
        ("activity --format commands", ""),
        ("activity verify", ""),
    ] {
        let said = shell.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(0), out), "{arguments}");
        assert!(said.err.contains("there is no journal in"), "{}", said.err);
    }
    let told = shell.run("activity --format json").json();
    assert_eq!((&told["head"], &told["records"]), (&Value::Null, &json!([])));
    assert!(!shell.state().exists(), "and none is made");
}

#[test]
fn broken_lines_are_passed_over() {
    let shell = as_given();
    let mut file = OpenOptions::new().append(true).open(shell.file()).unwrap();
    let long = vec![b'x'; 3 * 1024 * 1024];
    for line in [
        b"{\"schema\":1,\"seq\":99}\n".as_slice(),
        b"\n",
        b"\xff\xfe\x1b[31m\n",
        &long,
        b"\n",
    ] {
        file.write_all(line).unwrap();
    }
    let bob = roles("bob@example.com", &["Viewer"], &[]);
    file.write_all(b"{\"schema\":1,\"se").unwrap();
    make(&shell.journal_of("prod"), 7, (&bob, Verdict::Confirmed));
    let told = shell.run("activity --format json");
    assert_eq!((told.code, seqs(&told.json()).len()), (Some(0), 5), "{}", told.err);
    assert_eq!(told.json()["records"][4]["end"]["outcome"], "confirmed");
}

#[test]
fn a_change_that_ended_in_a_later_file_is_told_once_with_its_end() {
    let shell = Shell::new();
    let journal = shell.journal_of("prod");
    intend(&journal, 1, &deletion("web"), None);
    fs::rename(shell.file(), shell.state().join("activity-000001.jsonl")).unwrap();
    end(&journal, 1, (&deletion("web"), Verdict::Applied, None));
    let told = shell.run("activity --format json").json();
    assert_eq!(seqs(&told), [1], "the copy in the second file is no change");
    assert_eq!(told["records"][0]["end"]["outcome"], "applied");
}

#[rstest]
#[case("--context prod activity", "--context does not apply to 'activity'")]
#[case("activity --base-url http://x", "--base-url does not apply to 'activity'")]
#[case("activity --config file", "--config does not apply to 'activity'")]
#[case("activity --ca file", "--ca does not apply to 'activity'")]
#[case("activity --read-only", "--read-only does not apply to 'activity'")]
#[case("activity --no-journal", "--no-journal does not apply to 'activity'")]
#[case("--workspace ml activity verify", "--workspace does not apply to 'activity verify'")]
#[case("activity --since soon", "'soon' is not a date")]
#[case("activity --workspace [ml", "--workspace '[ml' is not a pattern: a [ is not closed")]
#[case("activity --format csv", "[possible values: table, json, commands]")]
#[case("activity --who bob verify", "cannot be used with")]
#[case("activity verify --head abc", "expected 64 hexadecimal digits")]
fn what_cannot_be_meant_is_a_usage_error(#[case] arguments: &str, #[case] why: &str) {
    let said = as_given().run(arguments);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains(why), "{}", said.err);
}

#[test]
fn a_journal_that_cannot_be_read_is_a_local_error() {
    let shell = Shell::new();
    fs::create_dir_all(shell.file()).unwrap();
    for arguments in ["activity", "activity --format json", "activity verify"] {
        let said = shell.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(4), ""), "{arguments}");
        assert!(said.err.contains("the journal cannot be read"), "{}", said.err);
    }
}

#[test]
fn a_description_is_told_from_what_to_what() {
    let shell = Shell::new();
    let change = Change::Describe {
        workspace: WorkspaceName::from_platform("ml-team"),
        before: None,
        after: "for the new models".to_owned(),
    };
    make(&shell.journal_of("prod"), 1, (&change, Verdict::Confirmed));
    let said = shell.run("activity");
    assert!(said.out.contains("describe, '' → 'for the"), "{}", said.out);
}
