//! What each word leaves, and that words work independently of each other.

use super::*;
use crate::audit::build::Builder;
use crate::audit::coverage::{Coverage, Method};
use crate::audit::policy::Policy;
use crate::audit::report::Report;
use crate::audit::sample::{Sample, TAKEN, at};
use crate::audit::snapshot::Reading;
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;
use std::sync::Arc;

fn report() -> Report {
    let sample = Sample::new()
        .workspace("ml-team")
        .workspace("sales")
        .workspace("system")
        .known(
            Workspace::known_by_name(WorkspaceName::from_platform("vault")),
            Reading::Denied,
        )
        .granted("ml-team", "ann@x.com", "Admin", "root@x.com", "2026-01-01T00:00:00Z")
        .granted("ml-team", "ben@x.com", "Viewer", "ann@x.com", "2026-06-30T23:59:59Z")
        .granted(
            "ml-team",
            "service:jobs",
            "JobRunner",
            "root@x.com",
            "2026-07-01T00:00:00Z",
        )
        .holds("sales", "*", "Editor")
        .holds("sales", "ben@x.com", "Viewer")
        .holds("sales", "team leads", "Admin")
        .holds("sales", "\u{430}nn@x.com", "editor")
        .holds("system", "root@x.com", "HelixAdmin")
        .holds("system", "toor@x.com", "HelixAdmin");
    Report::new(sample.snapshot(), Arc::new(Policy::default()))
}

/// Returns what a filter leaves: `workspace/principal` of each grant, and `rule workspace principal` of each finding.
fn left(report: &Report, filter: &Filter) -> (Vec<String>, Vec<String>) {
    let snapshot = &report.snapshot;
    let selection = report.select(filter);
    let grants = selection.grants.iter().map(|number| {
        let grant = snapshot.grant(*number).expect("a grant");
        format!("{}/{}", grant.workspace().name.raw(), grant.principal().raw())
    });
    let findings = selection.findings.iter().map(|place| {
        let finding = report.findings[*place];
        let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
        let principal = finding.principal.and_then(|number| snapshot.principal(number));
        let place = workspace.map_or("-", |workspace| workspace.name.raw());
        format!(
            "{} {place} {}",
            finding.rule,
            principal.map_or("-", |principal| principal.raw())
        )
    });
    (grants.collect(), findings.collect())
}

#[rstest]
#[case::name("ann", &["ml-team/ann@x.com"])]
#[case::part("L-TEA", &["ml-team/ann@x.com", "ml-team/ben@x.com", "ml-team/service:jobs"])]
#[case::letters_alone_are_no_name("mlt", &[])]
#[case::loose("~mlt", &["ml-team/ann@x.com", "ml-team/ben@x.com", "ml-team/service:jobs"])]
#[case::loose_and_something("~mlt kind:service", &["ml-team/service:jobs"])]
#[case::quoted_it_is_a_letter("\"~mlt\"", &[])]
#[case::inside_it_is_a_letter("ml~t", &[])]
#[case::role_name("jobr", &["ml-team/service:jobs"])]
#[case::everyone("everyone", &["sales/*"])]
#[case::service("service:jobs", &["ml-team/service:jobs"])]
#[case::quoted("\"team leads\"", &["sales/team leads"])]
#[case::role_held("role:JOBRUNNER", &["ml-team/service:jobs"])]
#[case::role_effective("role:editor", &["sales/*", "sales/ben@x.com", "sales/\u{430}nn@x.com"])]
#[case::role_held_under_a_stronger("role:viewer", &["ml-team/ben@x.com", "sales/ben@x.com"])]
#[case::platform_admins("role:admin", &["ml-team/ann@x.com", "sales/team leads", "system/root@x.com", "system/toor@x.com"])]
#[case::writers("role:write ws:ml-*", &["ml-team/ann@x.com"])]
#[case::readers("role:read ws:ml-*", &["ml-team/ann@x.com", "ml-team/ben@x.com"])]
#[case::workspace("ws:S*s", &["sales/*", "sales/ben@x.com", "sales/team leads", "sales/\u{430}nn@x.com"])]
#[case::whole_name("ws:sale", &[])]
#[case::who("who:BEN", &["ml-team/ben@x.com", "sales/ben@x.com"])]
#[case::who_part("who:en@", &["ml-team/ben@x.com", "sales/ben@x.com"])]
#[case::who_glob("who:?en@*", &["ml-team/ben@x.com", "sales/ben@x.com"])]
#[case::who_everyone("who:*", &["sales/*"])]
#[case::who_quoted("who:\"m lead\"", &["sales/team leads"])]
#[case::kind("kind:group", &["sales/team leads"])]
#[case::access("access:editor kind:group", &["sales/team leads"])]
#[case::access_of_all("access:all role:viewer", &["sales/ben@x.com"])]
#[case::access_private("access:private kind:user", &["ml-team/ann@x.com", "ml-team/ben@x.com", "system/root@x.com", "system/toor@x.com"])]
#[case::workspace_loosely("ws:~sls kind:group", &["sales/team leads"])]
#[case::who_loosely("who:~bx", &["ml-team/ben@x.com", "sales/ben@x.com"])]
#[case::kind_service("kind:service", &["ml-team/service:jobs"])]
#[case::by("by:Ann ws:ml-team", &["ml-team/ben@x.com"])]
#[case::since("since:2026-07-01 ws:ml-team", &["ml-team/service:jobs"])]
#[case::until("until:2026-06-30 ws:ml-team", &["ml-team/ann@x.com", "ml-team/ben@x.com"])]
#[case::between("since:2026-01-01 until:2026-01-01 ws:ml-team", &["ml-team/ann@x.com"])]
#[case::rule("rule:unknown-role", &["sales/\u{430}nn@x.com"])]
#[case::rule_about_a_principal("rule:lookalike-principal", &["sales/\u{430}nn@x.com"])]
#[case::rule_about_a_workspace("rule:no-human-admin kind:user", &["sales/ben@x.com", "sales/\u{430}nn@x.com"])]
#[case::all_of_them("ben ws:sales role:write", &["sales/ben@x.com"])]
fn selects_grants(#[case] typed: &str, #[case] expected: &[&str]) {
    let filter = Filter::parse(typed, at(TAKEN)).expect("a filter");
    assert_eq!(left(&report(), &filter).0, expected);
}

#[rstest]
#[case::rule("rule:single-admin", &["single-admin ml-team ann@x.com"])]
#[case::severity("severity:high", &[
    "wildcard-write sales *", "no-human-admin sales -", "lookalike-principal - \u{430}nn@x.com"
])]
#[case::unread("ws:vault", &["unreadable vault -"])]
#[case::plain_rule("unread", &["unreadable vault -"])]
#[case::who("who:ann", &["single-admin ml-team ann@x.com"])]
#[case::of_the_role("role:viewer", &["no-human-admin sales -", "redundant-role sales ben@x.com"])]
#[case::of_the_date("since:2026-07-01 ws:ml-team", &[])]
#[case::in_workspaces_of_the_principal("ws:sales severity:high who:nn", &["lookalike-principal - \u{430}nn@x.com"])]
fn selects_findings(#[case] typed: &str, #[case] expected: &[&str]) {
    let filter = Filter::parse(typed, at(TAKEN)).expect("a filter");
    assert_eq!(left(&report(), &filter).1, expected);
}

/// Somebody is a Viewer since May by Carol, and was made Admin in November by Dan.
#[rstest]
#[case("since:2026-11-01", true)]
#[case("until:2026-05-31", true)]
#[case("since:2026-06-01 until:2026-10-31", false)]
#[case("since:2026-11-21", false)]
#[case("by:carol", true)]
#[case("by:dan", true)]
#[case("by:dan since:2026-11-01", true)]
#[case("by:carol since:2026-11-01", false)]
fn every_grant_of_a_row_is_looked_at_by_itself(#[case] typed: &str, #[case] is_left: bool) {
    let sample = Sample::new()
        .workspace("ml-team")
        .granted("ml-team", "eve@x.com", "Viewer", "carol", "2026-05-13T00:00:00Z")
        .granted("ml-team", "eve@x.com", "Admin", "dan", "2026-11-20T00:00:00Z");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let filter = Filter::parse(typed, at(TAKEN)).expect("a filter");
    assert_eq!(!left(&report, &filter).0.is_empty(), is_left);
}

/// Whether a filter leaves the only grant, and whether it is sure of it.
fn fit(report: &Report, typed: &str) -> Option<bool> {
    let selection = report.select(&Filter::parse(typed, at(TAKEN)).expect("a filter"));
    let left = selection.grants.first();
    assert_eq!(selection.unsure_in_words().is_some(), !selection.unsure.is_empty());
    assert!(selection.unsure.iter().all(|number| selection.grants.contains(number)));
    left.map(|number| !selection.unsure.contains(number))
}

/// A member list tells the date of the first grant and the granter of the newest: the others may be of any later time and
/// by anybody.
#[rstest]
#[case("since:2026-11-01", Some(false))]
#[case("since:2026-01-01", Some(true))]
#[case("until:2026-05-13", Some(true))]
#[case("until:2026-05-12", None)]
#[case("since:2026-06-01 until:2026-10-31", Some(false))]
#[case("by:dan", Some(true))]
#[case("by:carol", Some(false))]
#[case("by:mallory", Some(false))]
#[case("by:mallory until:2026-05-12", None)]
#[case("by:dan since:2026-01-01", Some(true))]
#[case("by:dan since:2026-11-01", Some(false))]
#[case("by:dan until:2026-05-13", Some(false))]
#[case("by:mallory who:somebody", None)]
#[case("role:admin", Some(true))]
fn grants_that_are_not_told_apart_are_left_and_marked(#[case] typed: &str, #[case] expected: Option<bool>) {
    let sample = Sample::new()
        .workspace("ml-team")
        .granted("ml-team", "eve@x.com", "Viewer", "carol", "2026-05-13T00:00:00Z")
        .granted("ml-team", "eve@x.com", "Admin", "dan", "2026-11-20T00:00:00Z");
    let told = sample.snapshot();
    let mut builder = Builder::from_snapshot(&told);
    let (number, workspace) = told.workspaces().next().expect("a workspace");
    builder.add_roster(&workspace.name, &told.roster(number));
    let snapshot = builder.freeze(Coverage::nothing(Method::Members), at(TAKEN));
    let report = Report::new(snapshot, Arc::new(Policy::default()));
    assert_eq!(fit(&report, typed), expected);
}

#[rstest]
#[case("by:carol", Some(false))]
#[case("since:2026-11-01", Some(false))]
#[case("until:2020-01-01", Some(false))]
#[case("kind:user", Some(true))]
fn a_grant_whose_making_is_not_told_is_left_and_marked(#[case] typed: &str, #[case] expected: Option<bool>) {
    let sample = Sample::new()
        .workspace("ml-team")
        .holds("ml-team", "eve@x.com", "Admin");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    assert_eq!(fit(&report, typed), expected);
}

/// It was granted nobody knows when, by nobody knows whom, and taken away on the first of June.
#[rstest]
#[case("by:carol", Some(false))]
#[case("since:2026-06-01", Some(true))]
#[case("since:2026-06-02", None)]
#[case("until:2026-05-01", Some(false))]
#[case("by:carol since:2026-06-02", None)]
fn so_is_one_that_was_taken_away(#[case] typed: &str, #[case] expected: Option<bool>) {
    let mut builder = Sample::new().workspace("ml-team").builder();
    builder.add_binding(crate::domain::binding::Binding {
        revoked_at: Some(at("2026-06-01T00:00:00Z")),
        ..crate::audit::sample::binding("ml-team", "eve@x.com", "Admin")
    });
    let snapshot = builder.freeze(Coverage::nothing(Method::Bindings), at(TAKEN));
    let report = Report::new(snapshot, Arc::new(Policy::default()));
    let selection = report.select(&Filter::parse(typed, at(TAKEN)).expect("a filter"));
    let left = selection
        .past
        .first()
        .map(|place| !selection.unsure_past.contains(place));
    assert_eq!(left, expected);
}

#[test]
fn every_format_marks_what_is_perhaps_not_meant() {
    use crate::audit::export::{Format, write};
    let report = report();
    let [sure, unsure] =
        ["by:root ws:ml-team", "by:root ws:sales"].map(|typed| Filter::parse(typed, at(TAKEN)).expect("a filter"));
    for format in Format::ALL {
        let text = |filter| String::from_utf8(write(format, &report, filter)).expect("text");
        let marks = match format {
            Format::Table | Format::Markdown | Format::Csv | Format::CsvExcel => {
                vec![
                    "perhaps not meant",
                    "4 grants and 5 findings perhaps not meant: date or granter not known",
                ]
            }
            Format::Json => vec![r#""unsure": true"#, r#""unsure": 4"#, r#""unsure_findings": 5"#],
            Format::Sarif => vec![
                "4 grants and 5 findings perhaps not meant: date or granter not known",
                r#""unsure": true"#,
            ],
        };
        for mark in marks {
            assert!(text(&unsure).contains(mark), "{format:?}: {mark}");
            assert!(!text(&sure).contains("perhaps not meant"), "{format:?}");
        }
        assert!(!text(&sure).contains(r#""unsure""#), "{format:?}");
    }
}

/// A finding for a grant that the filter surely means stands beside one for a grant that it perhaps means.
#[test]
fn every_format_marks_the_findings_that_are_perhaps_not_meant() {
    use crate::audit::export::{Format, write};
    let sample = Sample::new()
        .workspace("ml-team")
        .workspace("sales")
        .granted("ml-team", "*", "Editor", "root@x.com", "2026-11-01T00:00:00Z")
        .holds("sales", "*", "Editor");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let filter = Filter::parse("since:2026-10-01 rule:wildcard-write", at(TAKEN)).expect("a filter");
    for format in Format::ALL {
        let text = String::from_utf8(write(format, &report, &filter)).expect("text");
        let marked: Vec<(&str, bool)> = if matches!(format, Format::Json | Format::Sarif) {
            let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let is_sarif = format == Format::Sarif;
            let findings = if is_sarif {
                &json["runs"][0]["results"]
            } else {
                &json["body"]["findings"]
            };
            let findings = findings.as_array().expect("findings");
            assert_eq!(findings.len(), 2, "{format:?}");
            let workspace = |finding: &serde_json::Value| finding.to_string().contains("ml-team");
            let is_marked = |finding: &serde_json::Value| {
                if !is_sarif {
                    return finding["unsure"] == true;
                }
                let message = finding["message"]["text"].as_str().expect("a message");
                let is_marked = finding["properties"]["unsure"] == true;
                assert_eq!(message.starts_with("(perhaps not meant) "), is_marked, "{message}");
                is_marked
            };
            let place = |finding| if workspace(finding) { "ml-team" } else { "sales" };
            findings
                .iter()
                .map(|finding| (place(finding), is_marked(finding)))
                .collect()
        } else {
            // In the table the rule is the title above its findings.
            let has_titles = format == Format::Table;
            let begin = "wildcard-write (";
            let lines = text.lines().skip_while(|line| has_titles && !line.starts_with(begin));
            let lines = lines.take_while(|line| !has_titles || !line.is_empty());
            let lines = lines.filter(|line| has_titles || line.contains("wildcard-write"));
            let lines = lines.filter(|line| line.contains("ml-team") || line.contains("sales"));
            let place = |line: &str| if line.contains("ml-team") { "ml-team" } else { "sales" };
            lines
                .map(|line| (place(line), line.contains("perhaps not meant")))
                .collect()
        };
        assert_eq!(marked, [("ml-team", false), ("sales", true)], "{format:?}");
    }
}

/// A finding about several grants is meant as soon as one of them is.
#[rstest]
#[case("since:2026-10-01", Some(true))]
#[case("since:2026-12-01", Some(false))]
#[case("by:root", Some(true))]
#[case("until:2026-01-01", Some(false))]
#[case("ws:ml-team", Some(true))]
fn a_finding_is_as_sure_as_the_surest_of_its_grants(#[case] typed: &str, #[case] is_sure: Option<bool>) {
    let sample = Sample::new()
        .workspace("ml-team")
        .granted("ml-team", "ann@x.com", "Editor", "root@x.com", "2026-11-01T00:00:00Z")
        .holds("ml-team", "eve@x.com", "Viewer");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let selection = report.select(&Filter::parse(typed, at(TAKEN)).expect("a filter"));
    let mut no_admin = selection.findings.iter().filter(|place| {
        let finding = report.findings[**place];
        finding.principal.is_none() && finding.workspace.is_some()
    });
    let found = no_admin.next().map(|place| !selection.is_unsure_of_finding(*place));
    assert_eq!(found, is_sure);
    assert!(
        selection
            .unsure_findings
            .iter()
            .all(|place| selection.findings.contains(place))
    );
}

#[rstest]
#[case::nothing_asked("", &[])]
#[case::all_who_write("role:write", &[])]
#[case::who_writes("ws:ml-* role:write", &["root@x.com", "toor@x.com"])]
#[case::who_reads("ws:ml-team role:read", &["root@x.com", "toor@x.com"])]
#[case::who_is_admin("role:admin ws:sales", &["root@x.com", "toor@x.com"])]
#[case::who_is_viewer("role:viewer ws:sales", &[])]
#[case::nobody_is_left("ws:sales role:write kind:service", &[])]
#[case::a_word("sales", &["root@x.com", "toor@x.com"])]
#[case::loosely("~sls role:write", &["root@x.com", "toor@x.com"])]
#[case::a_word_for_somebody("ann", &[])]
#[case::one_of_them("ws:sales who:toor", &["toor@x.com"])]
#[case::somebody_else("ws:sales who:ann", &[])]
#[case::groups("ws:sales kind:group", &[])]
#[case::where_they_are_listed("ws:system", &[])]
#[case::there_too("ws:*s* role:admin", &[])]
#[case::nowhere("ws:nowhere", &[])]
#[case::where_everyone_writes("access:editor role:write", &["root@x.com", "toor@x.com"])]
#[case::where_everyone_is_admin("access:admin", &[])]
fn platform_admins_are_told_besides(#[case] typed: &str, #[case] expected: &[&str]) {
    let report = report();
    let besides = report
        .select(&Filter::parse(typed, at(TAKEN)).expect("a filter"))
        .besides;
    let admins = besides.platform_admins().iter();
    let admins: Vec<&str> = admins
        .map(|number| report.snapshot.principal(*number).expect("somebody").raw())
        .collect();
    assert_eq!(admins, expected);
}

#[rstest]
#[case("ws:ml-team role:write", Besides::NotAllKnown(Vec::new()))]
#[case("ml-team", Besides::NotAllKnown(Vec::new()))]
#[case("", Besides::Nobody)]
#[case("who:ann", Besides::NotAllKnown(Vec::new()))]
#[case("ann", Besides::NotAllKnown(Vec::new()))]
#[case("~zz kind:user", Besides::NotAllKnown(Vec::new()))]
#[case("role:platformadmin", Besides::NotAllKnown(Vec::new()))]
#[case("role:HelixAdmin", Besides::NotAllKnown(Vec::new()))]
#[case("ws:sys*", Besides::NotAllKnown(Vec::new()))]
#[case("ws:nowhere", Besides::Nobody)]
#[case("role:viewer ws:ml-team", Besides::Nobody)]
#[case("role:jobrunner", Besides::Nobody)]
fn who_they_are_may_not_be_known(#[case] typed: &str, #[case] expected: Besides) {
    let sample = Sample::new()
        .workspace("ml-team")
        .holds("ml-team", "ann@x.com", "Admin");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    assert_eq!(
        report
            .select(&Filter::parse(typed, at(TAKEN)).expect("a filter"))
            .besides,
        expected
    );
    let patterns = Filter::default().with_workspaces(&["ml-*"]).expect("a pattern");
    assert_eq!(report.select(&patterns).besides, Besides::NotAllKnown(Vec::new()));
}

#[test]
fn patterns_of_the_command_line_are_alternatives() {
    let filter = Filter::parse("role:admin", at(TAKEN))
        .unwrap()
        .with_workspaces(&["ml-*", "sys*"])
        .unwrap();
    let expected = ["ml-team/ann@x.com", "system/root@x.com", "system/toor@x.com"];
    assert_eq!(left(&report(), &filter).0, expected);
    assert_eq!(filter.in_words().as_str(), "role:admin ws:ml-* or ws:sys*");
    assert!(Filter::default().with_workspaces(&["[x"]).is_err());
    let none: [&str; 0] = [];
    assert!(Filter::default().with_workspaces(&none).unwrap().is_empty());
}

#[rstest]
#[case("", true)]
#[case("  \t", true)]
#[case("a", false)]
fn nothing_typed_is_no_filter(#[case] typed: &str, #[case] is_empty: bool) {
    let filter = Filter::parse(typed, at(TAKEN)).unwrap();
    assert_eq!((filter.is_empty(), filter.text()), (is_empty, typed.trim()));
}

#[rstest]
#[case("rule:x", "unknown rule 'x': one of wildcard-admin, ")]
#[case("severity:bad", "unknown severity 'bad': one of critical, high, medium, low, info")]
#[case("kind:x", "unknown kind 'x': one of user, group, service, everyone")]
#[case("rol:Admin", "unknown word 'rol:': one of role, can, ws, ")]
#[case("rol:Admin", "in quotes for a name; did you mean 'role'?")]
#[case("rule:stale-grants", "did you mean 'stale-grant'?")]
#[case("access:x", "unknown access 'x': one of private, all, viewer, editor, admin")]
#[case("role:", "'role:' needs a value")]
#[case("~", "'~' needs a name right after it")]
#[case("~ ann", "'~' needs a name right after it")]
#[case("~role:admin", "'~' goes before a name, not before 'role:'")]
#[case("since:soon", "'soon' is not a date: write it like 2026-01-01, today, ")]
#[case("until:2026-02-30", "'2026-02-30' is not a date")]
#[case("until:9999-12-31", "'9999-12-31' is not a date")]
#[case("ws:[a", "'[a' is not a pattern")]
#[case("who:\"a b", "a closing \" is missing")]
#[case(
    "role: since:soon",
    "'role:' needs a value; 'soon' is not a date: write it like 2026-01-01, today, yesterday, 30d, 2w or 12h"
)]
#[case("x\u{1b}:y", "unknown word 'x\\x1b:'")]
fn says_what_is_not_understood(#[case] typed: &str, #[case] said: &str) {
    let problem = Filter::parse(typed, at(TAKEN)).expect_err("it is not understood");
    assert!(problem.as_str().contains(said), "{problem}");
}

#[rstest]
#[case("role:wrtie", &["there is no role 'wrtie'; did you mean 'write'?"])]
#[case("role:jobruner", &["there is no role 'jobruner'; did you mean 'JobRunner'?"])]
#[case("role:WorkspaceCreator", &["nobody here has the role 'WorkspaceCreator'"])]
#[case("ws:sale", &["there is no workspace 'sale'; 'ws:sale*' would match 1"])]
#[case("ws:team", &["there is no workspace 'team'; 'ws:*team*' would match 1"])]
#[case("ws:slaes", &["there is no workspace 'slaes'; did you mean 'sales'?"])]
#[case("ws:x*", &["no workspace matches 'ws:x*'"])]
#[case("zzz by:zoe who:zed", &[
    "nothing matches 'zzz'", "no granter matches 'zoe'", "there is no principal 'zed'"
])]
#[case("kind:group since:2030-01-01 role:admin role:write ws:s* who:* by:ann stale sales jobr", &[])]
fn says_which_word_matches_nothing(#[case] typed: &str, #[case] expected: &[&str]) {
    let unmatched = report().unmatched(&Filter::parse(typed, at(TAKEN)).expect("a filter"));
    let unmatched: Vec<&str> = unmatched.iter().map(SafeText::as_str).collect();
    assert_eq!(unmatched, expected);
}

#[test]
fn what_is_said_of_today_is_told_as_a_date() {
    let filter = Filter::parse("  since:30d   ann ", at("2026-11-29T10:00:00Z")).unwrap();
    assert_eq!(filter.in_words().as_str(), "since:2026-10-30 ann");
    let later = Filter::parse(filter.text(), at("2027-01-01T00:00:00Z"));
    assert_eq!(later.as_ref(), Ok(&filter), "it means the same for good");
}

fn typed_word() -> impl Strategy<Value = String> {
    let words = [
        "ann",
        "ml",
        "~mt",
        "role:admin",
        "role:write",
        "role:viewer",
        "ws:s*",
        "who:ben",
        "who:*",
        "kind:user",
        "by:root",
        "rule:redundant-role",
        "rule:lookalike-principal",
        "severity:high",
        "severity:info",
        "access:editor",
        "access:private",
        "since:2026-02-01",
        "until:2026-06-30",
        "editor",
        "\"team leads\"",
    ];
    proptest::sample::select(words.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn a_longer_filter_leaves_what_all_its_words_leave(words in proptest::collection::vec(typed_word(), 0..4)) {
        let report = report();
        let all = report.select(&Filter::parse(&words.join(" "), at(TAKEN)).unwrap());
        let each: Vec<Selection> = words.iter().map(|word| report.select(&Filter::parse(word, at(TAKEN)).unwrap())).collect();
        let grants = report.snapshot.grants().map(|grant| grant.number());
        let grants: Vec<GrantNo> = grants.filter(|number| each.iter().all(|one| one.grants.contains(number))).collect();
        prop_assert_eq!(all.grants, grants);
        let findings = (0..report.findings.len()).filter(|place| each.iter().all(|one| one.findings.contains(place)));
        prop_assert_eq!(all.findings, findings.collect::<Vec<usize>>());
    }

    #[test]
    fn effective_roles_are_those_of_the_snapshot(rank in 1_usize..4) {
        let report = report();
        let role = &crate::domain::role::Role::CHOICES[rank - 1];
        let selected = report.select(&Filter::parse(&format!("role:{}", role.raw()), at(TAKEN)).unwrap());
        for grant in report.snapshot.grants() {
            let effective = report.snapshot.effective(grant.workspace_no(), grant.principal_no());
            let is_meant = grant.roles().holds(role) || effective.role.as_ref() == Some(role)
                || grant.roles().iter().any(|held| held.raw().eq_ignore_ascii_case(role.raw()));
            prop_assert_eq!(selected.grants.contains(&grant.number()), is_meant);
        }
    }

    #[test]
    fn never_panics(typed in "\\PC{0,40}", key in proptest::sample::select(vec!["", "ws:", "who:", "since:", "until:"])) {
        if let Ok(filter) = Filter::parse(&format!("{key}{typed}"), at(TAKEN)) {
            drop(report().select(&filter));
        }
    }
}
