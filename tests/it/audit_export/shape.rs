//! What of a report is written, and how wide the table is.

use super::sample::{all, sample};
use nmp_console::audit::export::{Format, Lines, Part, Shape, write_shaped};
use pretty_assertions::assert_eq;
use rstest::rstest;
use unicode_width::UnicodeWidthStr as _;

fn shaped(format: Format, shape: Shape) -> String {
    let mut out = Vec::new();
    write_shaped((format, shape), (&sample(), &all()), None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What has changed comes first, then how much of each rule was found, then what.
#[test]
fn a_table_begins_with_what_is_new() {
    let text = shaped(Format::Table, Shape::default());
    let places: Vec<usize> = [
        "Drift: 10 granted, 2 revoked, 1 changed",
        "Findings: 6 high",
        "  info    redundant-role           4",
        "redundant-role (info)",
        "Grants: 13",
        "Revoked grants: 1",
        "Coverage",
        "complete ",
    ]
    .into_iter()
    .map(|words| text.find(words).unwrap_or_else(|| panic!("no '{words}' in {text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(!text.contains("workspaces members"), "commands are asked for: {text}");
}

#[rstest]
#[case::narrow(72)]
#[case::usual(80)]
#[case::wide(200)]
fn no_line_is_longer_than_the_terminal(#[case] columns: usize) {
    let shape = Shape {
        lines: Lines::Cut(columns),
        ..Shape::default()
    };
    let text = shaped(Format::Table, shape);
    // A hash is not cut: half of one says nothing.
    let is_hash = |line: &str| line.split(' ').any(|word| word.len() == 64);
    let long: Vec<&str> = text
        .lines()
        .filter(|line| line.width() > columns && !is_hash(line))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
    assert!(
        text.contains("ml-readers") && text.contains("dave@example.com"),
        "{text}"
    );
}

#[test]
fn commands_stand_whole_under_what_they_mend() {
    let shape = Shape {
        has_commands: true,
        lines: Lines::Cut(60),
        ..Shape::default()
    };
    let text = shaped(Format::Table, shape);
    let mut lines = text
        .lines()
        .skip_while(|line| !line.contains("Nobody is Admin of 'empty'"));
    assert!(lines.next().is_some());
    let command = "    nemo workspaces members create --workspace empty --principal <PERSON> --roles Admin";
    assert_eq!(lines.next(), Some(command));
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with("lookalike-principal ("));
    assert!(lines.next().is_some());
    assert_eq!(lines.next(), Some("  no single command fixes these findings"));
    let text = shaped(Format::Table, Shape::default());
    assert!(!text.contains("no single command"), "{text}");
}

#[rstest]
fn one_part_is_written_alone(
    #[values(Part::Coverage, Part::Drift, Part::Findings, Part::Grants, Part::Revoked)] part: Part,
    #[values(Format::Table, Format::Csv, Format::CsvExcel, Format::Markdown)] format: Format,
) {
    let shape = Shape {
        only: Some(part),
        ..Shape::default()
    };
    let text = shaped(format, shape);
    let of_part = |part: Part| match part {
        Part::Coverage => "list of workspaces",
        Part::Drift => "old-lab",
        Part::Findings => "expired-suppression",
        // In a sheet the grants that are told apart have a column of their own.
        Part::Grants if matches!(format, Format::Csv | Format::CsvExcel) => "granted: Admin 2026-11-01",
        Part::Grants if format == Format::Table => "2026-11-01 dave@example.com (newest)",
        Part::Grants => "Admin 2026-11-01",
        Part::Revoked => "2026-10-10",
    };
    for other in Part::ALL {
        let is_there = text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(of_part(other));
        assert_eq!(is_there, other == part, "{other:?} in {text}");
    }
}

/// The first line of a sheet of grants is its titles, and every other one is a grant.
#[test]
fn a_sheet_of_grants_holds_nothing_else() {
    let shape = Shape {
        only: Some(Part::Grants),
        ..Shape::default()
    };
    let text = shaped(Format::Csv, shape);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let titles: Vec<&str> = reader.headers().unwrap().iter().collect();
    let expected = [
        "workspace",
        "principal",
        "kind",
        "roles",
        "effective",
        "given_by",
        "granted_at",
        "granted_by",
        "each_grant",
        "note",
    ];
    assert_eq!(titles, expected);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 13);
    assert!(rows.iter().all(|row| !row[0].is_empty() && !row[3].is_empty()));
}
