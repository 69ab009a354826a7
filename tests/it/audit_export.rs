//! Audits as files: every format of one rich report as it was agreed (`tests/fixtures/audit`), the schemas they follow,
//! and what is read back from them.
//!
//! `UPDATE_GOLDEN=1 cargo test --test it audit_export` writes the files anew; read the difference before it is kept.

mod sample;
mod shape;

use nmp_console::app::audit::rows::{Order, Rows, SortKey};
use nmp_console::audit::export::{Format, Shape, write, write_shaped};
use nmp_console::audit::{Baseline, BaselineProblem, Filter, Report};
use nmp_console::domain::activity::Head;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::Role;
use nmp_console::domain::text;
use pretty_assertions::assert_eq;
use rstest::rstest;
use sample::{BIDI, ESCAPES, FORMULA, LOOKALIKE, PIPE, all, baseline, before, name, now, sample, sample_at};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn exported(format: Format) -> String {
    String::from_utf8(write(format, &sample(), &all())).unwrap()
}

fn golden(format: Format) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audit");
    folder.join(format!("sample.{}", format.extension()))
}

#[rstest]
fn every_format_is_as_agreed(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let (path, text) = (golden(format), exported(format));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let agreed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        text, agreed,
        "if it is meant: UPDATE_GOLDEN=1 cargo test --test it audit_export"
    );
}

#[rstest]
fn the_same_report_gives_the_same_bytes(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    assert_eq!(exported(format), exported(format));
}

#[rstest]
fn a_second_audit_differs_in_its_times_only(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let later = sample_at("2026-11-26T11:11:11Z");
    let later = String::from_utf8(write(format, &later, &all())).unwrap();
    let first = exported(format);
    assert_eq!(first.lines().count(), later.lines().count());
    let differing = first.lines().zip(later.lines()).filter(|(a, b)| a != b);
    for (line, _) in differing {
        let is_of_the_header = ["started", "startTime", "ended", "endTime"];
        assert!(is_of_the_header.iter().any(|word| line.contains(word)), "{line}");
    }
}

#[rstest]
fn the_head_of_a_journal_stands_in_every_format_and_changes_nothing_else(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let head = Head {
        seq: 214,
        hash: "5f".repeat(32),
    };
    let mut out = Vec::new();
    let kind = (format, Shape::default());
    write_shaped(kind, (&sample(), &all()), Some(&head), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let plain = exported(format);
    let mut rest = text.lines();
    let is_new = |line: &&str| !plain.lines().any(|known| known == *line);
    let new: Vec<&str> = text.lines().filter(is_new).collect();
    assert!(
        plain
            .lines()
            .all(|line| rest.any(|other| line.trim_end_matches(',') == other.trim_end_matches(',')))
    );
    let new = new.join("\n");
    assert!(
        new.contains("journal") && new.contains("214") && new.contains(&head.hash),
        "{new}"
    );
    if format == Format::Json {
        assert_eq!(
            schema_errors("assets/schema/audit-2.schema.json", &text),
            Vec::<String>::new()
        );
        assert!(Baseline::read(text.as_bytes()).is_ok(), "it can be compared with later");
    }
}

#[rstest]
fn no_format_holds_anything_harmful(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let text = exported(format);
    let harmful: Vec<char> = text::judged(&text)
        .filter(|(c, is_harmful)| *is_harmful && *c != '\n' && !(format == Format::Csv && *c == '\r'))
        .map(|(c, _)| c)
        .collect();
    assert_eq!(harmful, Vec::<char>::new());
}

#[rstest]
fn every_format_tells_how_complete_it_is(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let text = exported(format);
    let json: Value = serde_json::from_str(&exported(Format::Json)).unwrap();
    let sha256 = json["sha256"].as_str().unwrap();
    for word in [sha256, "sealed", "broken", "server said no", "ghost"] {
        assert!(text.contains(word), "{word}");
    }
    let words = match format {
        Format::Table | Format::Csv | Format::CsvExcel | Format::Markdown => "4 of 6 workspaces readable",
        Format::Json => "\"complete\": false",
        Format::Sarif => "\"executionSuccessful\": false",
    };
    assert!(text.contains(words), "{words}");
}

pub(crate) fn schema_errors(schema: &str, text: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    let errors = validator.iter_errors(&value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[rstest]
#[case("assets/schema/audit-2.schema.json", Format::Json)]
#[case("tests/fixtures/sarif-2.1.0.schema.json", Format::Sarif)]
fn files_are_what_their_schema_says(#[case] schema: &str, #[case] format: Format) {
    assert_eq!(schema_errors(schema, &exported(format)), Vec::<String>::new());
}

#[rstest]
#[case("assets/schema/audit-2.schema.json", Format::Json, "\"granted_at\"", "\"granted\"")]
#[case(
    "tests/fixtures/sarif-2.1.0.schema.json",
    Format::Sarif,
    "\"columnKind\"",
    "\"columnKinds\""
)]
fn schemas_refuse_what_they_do_not_know(
    #[case] schema: &str,
    #[case] format: Format,
    #[case] from: &str,
    #[case] to: &str,
) {
    let text = exported(format);
    assert!(text.contains(from));
    assert_ne!(schema_errors(schema, &text.replacen(from, to, 1)), Vec::<String>::new());
}

#[test]
fn the_json_schema_describes_every_key() {
    fn undescribed(schema: &Value, place: &str, out: &mut Vec<String>) {
        let Some(object) = schema.as_object() else { return };
        for (name, property) in object
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let place = format!("{place}/{name}");
            if property.get("description").is_none() {
                out.push(place.clone());
            }
            undescribed(property, &place, out);
        }
        for (name, definition) in object.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            undescribed(definition, &format!("{place}/{name}"), out);
        }
    }
    let text = include_str!("../../assets/schema/audit-2.schema.json");
    let mut out = Vec::new();
    undescribed(&serde_json::from_str(text).unwrap(), "", &mut out);
    assert_eq!(out, Vec::<String>::new());
}

#[test]
fn names_are_exact_in_json() {
    let json: Value = serde_json::from_str(&exported(Format::Json)).unwrap();
    let workspaces = json["body"]["workspaces"].as_array().unwrap();
    let hostile = workspaces
        .iter()
        .find(|workspace| workspace["name"] == "hostile")
        .unwrap();
    let members = hostile["members"].as_array().unwrap();
    let mut names: Vec<&str> = members
        .iter()
        .map(|member| member["principal"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    let mut expected = vec![FORMULA, ESCAPES, BIDI, PIPE, LOOKALIKE, "*"];
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn a_table_of_cells_is_rectangular_and_holds_no_formula() {
    let text = exported(Format::Csv);
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let mut kinds = std::collections::BTreeSet::new();
    for record in reader.records() {
        let record = record.unwrap();
        kinds.insert(record[0].to_owned());
        for cell in &record {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    assert!(kinds.iter().any(|kind| kind == "coverage"));
    for kind in ["drift", "finding", "grant", "revoked"] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

#[test]
fn for_excel_it_is_the_same_behind_a_mark() {
    assert_eq!(exported(Format::CsvExcel), format!("\u{feff}{}", exported(Format::Csv)));
}

#[test]
fn hostile_names_cannot_break_a_markdown_table() {
    let text = exported(Format::Markdown);
    let mut columns = None;
    for line in text.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let n = line.matches('|').count();
        assert_eq!(n, *columns.get_or_insert(n), "{line}");
        assert!(line.matches('`').count().is_multiple_of(2), "{line}");
        // What is left between the code spans is of this program.
        let outside: String = line.split('`').step_by(2).collect();
        assert!(!outside.contains(['<', '[', '@', '!', '\\']), "{outside}");
    }
}

#[test]
fn a_baseline_is_read_back_without_loss() {
    let report = now("2026-11-25T10:00:00Z");
    let written = write(Format::Json, &report, &all());
    let read = Baseline::read(&written).unwrap();
    let again = Report::new(read.snapshot().clone(), Arc::clone(&report.policy));
    let again = write(Format::Json, &again, &all());
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(written).unwrap());
}

#[test]
fn what_is_suppressed_says_by_whom_and_until_when() {
    let json: Value = serde_json::from_str(&exported(Format::Json)).unwrap();
    let findings = json["body"]["findings"].as_array().unwrap();
    let suppressed: Vec<&Value> = findings
        .iter()
        .filter(|finding| !finding["suppressed"].is_null())
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["rule"], "wildcard-write");
    assert_eq!(suppressed[0]["suppressed"]["owner"], "security@example.com");
    assert_eq!(suppressed[0]["suppressed"]["expires"], "2027-03-31");
    let sarif: Value = serde_json::from_str(&exported(Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let suppressed = results
        .iter()
        .filter(|result| !result["suppressions"].as_array().unwrap().is_empty());
    let rules: Vec<&Value> = suppressed.map(|result| &result["ruleId"]).collect();
    assert_eq!(rules, ["wildcard-write"]);
}

#[test]
fn patterns_for_workspaces_are_part_of_the_filter() {
    let filter = all().with_workspaces(&["ml-*"]).unwrap();
    let problem = sample().with_baseline(&baseline(), &filter).unwrap_err().to_string();
    assert!(problem.contains("the filter 'ws:ml-*'"), "{problem}");
}

#[test]
fn an_export_holds_what_its_filter_leaves_and_every_workspace() {
    let (report, filter) = (
        now("2026-11-25T10:00:00Z"),
        Filter::parse("alice", jiff::Timestamp::UNIX_EPOCH).unwrap(),
    );
    let json: Value = serde_json::from_slice(&write(Format::Json, &report, &filter)).unwrap();
    let body = &json["body"];
    assert_eq!(body["filter"], "alice");
    let workspaces = body["workspaces"].as_array().unwrap();
    assert_eq!(workspaces.len(), report.snapshot.workspaces().len());
    let pairs = workspaces.iter().flat_map(|workspace| {
        let members = workspace["members"].as_array().unwrap().iter();
        members.map(|member| (workspace["name"].clone(), member["principal"].clone()))
    });
    let pairs: Vec<(Value, Value)> = pairs.collect();
    let selection = report.select(&filter);
    let selected = selection
        .grants
        .iter()
        .map(|number| report.snapshot.grant(*number).unwrap());
    let selected = selected.map(|grant| {
        (
            Value::from(grant.workspace().name.raw()),
            Value::from(grant.principal().raw()),
        )
    });
    assert_eq!(pairs, selected.collect::<Vec<_>>());
    assert_eq!(body["findings"].as_array().unwrap().len(), selection.findings.len());
    // What erin lost is not about anybody who is left.
    assert_eq!(body["history"], Value::Array(Vec::new()));
}

#[test]
fn a_filtered_export_is_a_baseline_for_the_same_filter() {
    let (report, filter) = (
        now("2026-11-25T10:00:00Z"),
        Filter::parse("alice", jiff::Timestamp::UNIX_EPOCH).unwrap(),
    );
    let baseline = Arc::new(Baseline::read(&write(Format::Json, &report, &filter)).unwrap());
    let drift = report.with_baseline(&baseline, &filter).unwrap().drift.unwrap();
    assert!(drift.is_empty(), "{drift:?}");
}

#[test]
fn drift_names_what_could_not_be_compared() {
    let drift = sample().drift.unwrap();
    let told = |list: &[nmp_console::audit::drift::Difference]| -> Vec<(String, String)> {
        let pairs = list.iter();
        pairs
            .map(|it| (it.workspace.raw().to_owned(), it.principal.raw().to_owned()))
            .collect()
    };
    let pair = |workspace: &str, principal: &str| (workspace.to_owned(), principal.to_owned());
    assert_eq!(told(&drift.changed), [pair("ml-team", "dave@example.com")]);
    assert_eq!(
        told(&drift.revoked),
        [pair("ml-team", "erin@example.com"), pair("old-lab", "erin@example.com")]
    );
    assert!(told(&drift.granted).contains(&pair("hostile", LOOKALIKE)));
    let unknown: Vec<&str> = drift.not_compared.iter().map(|it| it.workspace.raw()).collect();
    assert_eq!(unknown, ["broken", "sealed"]);
}

#[test]
fn drift_stays_when_members_are_read_again() {
    let report = sample();
    let ml_team = name("ml-team");
    let number = report.snapshot.workspace_no(&ml_team).unwrap();
    let mut roster = report.snapshot.roster(number);
    roster.set_roles(
        &Principal::from_platform("dave@example.com"),
        [Role::Viewer].into_iter().collect(),
    );
    let again = report.with_rosters(&[(ml_team, roster)]);
    assert_eq!(again.drift.unwrap().changed, []);
}

/// Returns the export of the sample with one text in it replaced.
fn spoiled(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(write(Format::Json, &before(), &all())).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[rstest]
#[case::not_json(b"record,item\r\n".to_vec(), "is not a JSON export of an audit")]
#[case::other_json(b"{\"version\":\"2.1.0\",\"runs\":[]}".to_vec(), "is not a JSON export of an audit")]
#[case::other_schema(spoiled("nmp-console/audit", "grype/report"), "it calls itself 'grype/report'")]
#[case::newer(
    spoiled("\"schema_version\": 2", "\"schema_version\": 3"),
    "use the nmp-console that wrote it"
)]
#[case::missing_key(spoiled("\"caller\":", "\"called\":"), "'called' is unknown here")]
#[case::changed(spoiled("\"Admin\"", "\"Viewer\""), "was changed after it was written")]
#[case::cut(spoiled("\"system\",", "\"system\""), "is not a JSON export of an audit")]
fn what_is_no_untouched_export_is_refused(#[case] bytes: Vec<u8>, #[case] says: &str) {
    let problem = Baseline::read(&bytes).unwrap_err().to_string();
    assert!(problem.contains(says), "{problem}");
}

#[test]
fn a_baseline_may_be_formatted_anew() {
    let value: Value = serde_json::from_slice(&write(Format::Json, &before(), &all())).unwrap();
    assert_eq!(Baseline::read(value.to_string().as_bytes()).unwrap(), *baseline());
}

/// Files of version 1 told the date of the first of several grants beside the granter of the newest.
#[test]
fn a_baseline_of_the_version_before_is_understood() {
    let bytes = include_bytes!("../fixtures/audit/version-1.json");
    let baseline = Arc::new(Baseline::read(bytes).unwrap());
    let snapshot = baseline.snapshot();
    let place = |who| {
        (
            snapshot.workspace_no(&name("ml-team")),
            snapshot.principal_no(&Principal::from_platform(who)),
        )
    };
    let (Some(at), Some(dave)) = place("dave@example.com") else {
        panic!()
    };
    let dave = snapshot.held(at, dave).unwrap();
    assert_eq!((dave.granted_at(), dave.granted_by()), (None, Some("dave@example.com")));
    assert_eq!(dave.first_granted_at(), Some("2026-02-01T08:00:00Z".parse().unwrap()));
    let drift = now("2026-11-25T10:00:00Z")
        .with_baseline(&baseline, &all())
        .unwrap()
        .drift
        .unwrap();
    assert!(drift.is_empty(), "{drift:?}");
}

/// "What was taken away in X last month": somebody who holds nothing there any more.
#[rstest]
#[case::where_("ws:ml-team", 1)]
#[case::elsewhere("ws:hostile", 0)]
#[case::who("who:erin", 1)]
#[case::name("erin", 1)]
#[case::somebody_else("dave", 0)]
#[case::role("role:admin", 1)]
#[case::another_role("role:viewer", 0)]
#[case::by("by:alice", 1)]
#[case::by_whom_and_since_another_event("by:alice since:2026-10-01", 0)]
#[case::since_its_end("ws:ml-* since:2026-10-01", 1)]
#[case::before_its_end("until:2026-09-30 since:2026-03-01", 0)]
#[case::about_other_things("kind:group", 0)]
fn the_history_is_filtered_as_the_grants_are(#[case] typed: &str, #[case] n: usize) {
    let (report, filter) = (
        now("2026-11-25T10:00:00Z"),
        Filter::parse(typed, jiff::Timestamp::UNIX_EPOCH).unwrap(),
    );
    let json: Value = serde_json::from_slice(&write(Format::Json, &report, &filter)).unwrap();
    assert_eq!(json["body"]["history"].as_array().unwrap().len(), n);
    let by_pattern = Filter::default().with_workspaces(&["ml-*"]).unwrap();
    let json: Value = serde_json::from_slice(&write(Format::Json, &report, &by_pattern)).unwrap();
    assert_eq!(json["body"]["history"].as_array().unwrap().len(), 1);
}

#[rstest]
fn whoever_may_without_a_grant_there_is_told(
    #[values(Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Sarif)] format: Format,
) {
    let report = now("2026-11-25T10:00:00Z");
    let text = |typed: &str| {
        String::from_utf8(write(
            format,
            &report,
            &Filter::parse(typed, jiff::Timestamp::UNIX_EPOCH).unwrap(),
        ))
        .unwrap()
    };
    assert!(text("ws:ml-team role:write").contains("ops@example.com"));
    let words = if format == Format::Json {
        "\"besides\""
    } else {
        "besides"
    };
    assert!(text("ws:ml-team role:write").contains(words));
    assert!(!text("ws:system").contains(words));
    assert!(!text("").contains(words));
}

/// In the matrix a platform admin has a row of its own, whatever of the others is left.
#[test]
fn the_matrix_keeps_the_row_of_a_platform_admin() {
    let order = Order::by(SortKey::Workspace);
    let report = Arc::new(now("2026-11-25T10:00:00Z"));
    let rows = Rows::of(
        Arc::clone(&report),
        &Filter::parse("ws:ml-team role:write", jiff::Timestamp::UNIX_EPOCH).unwrap(),
        order,
    );
    let ops = report
        .snapshot
        .principal_no(&Principal::from_platform("ops@example.com"));
    assert!(rows.holders.iter().any(|holder| Some(holder.principal) == ops));
    assert_eq!(rows.workspaces.len(), 1);
    let said = rows.besides.in_words(&report.snapshot).unwrap();
    assert_eq!(said.as_str(), "1 platform admin (ops@example.com)");
}

#[rstest]
fn a_date_and_a_granter_are_of_one_grant(#[values(Format::Csv, Format::Markdown)] format: Format) {
    let text = exported(format);
    let line = text
        .lines()
        .find(|line| line.contains("dave@") && line.contains("2026-02-01T08:00:00Z") && line.contains("own"));
    let line = line.unwrap();
    assert!(
        line.contains("Admin 2026-11-01T09:30:00.123456Z, Viewer 2026-02-01T08:00:00Z"),
        "{line}"
    );
    assert!(
        line.contains("Admin dave@example.com, Viewer alice@example.com"),
        "{line}"
    );
}

#[test]
fn a_baseline_of_another_server_is_refused() {
    let mut other = now("2026-11-25T10:00:00Z");
    other.snapshot.origin.server = "https://other.example.com".to_owned();
    let problem = other.with_baseline(&baseline(), &all()).unwrap_err();
    assert!(matches!(problem, BaselineProblem::OtherServer { .. }));
    let said = problem.to_string();
    assert!(
        said.contains("https://nmp.example.com") && said.contains("https://other.example.com"),
        "{said}"
    );
}

#[test]
fn a_baseline_with_another_filter_is_refused() {
    let filter = Filter::parse("alice", jiff::Timestamp::UNIX_EPOCH).unwrap();
    let problem = sample().with_baseline(&baseline(), &filter).unwrap_err().to_string();
    assert!(
        problem.contains("with no filter") && problem.contains("the filter 'alice'"),
        "{problem}"
    );
}
