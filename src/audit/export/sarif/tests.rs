//! What GitHub code scanning demands of a file, beyond the schema: by its pages "SARIF support for code scanning" and "SARIF
//! results exceed one or more limits".

use super::super::{Document, Format, write, write_to};
use super::*;
use crate::audit::filter::Filter;
use crate::audit::findings::{Fact, Finding};
use crate::audit::policy::Policy;
use crate::audit::report::Report;
use crate::audit::sample::Sample;
use rstest::rstest;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// Returns a report with `n` findings, each about somebody else in the workspace `name`.
fn report(name: &str, n: usize) -> Report {
    let sample = (0..n).fold(Sample::new().workspace(name), |sample, nth| {
        sample.holds(name, &format!("p{nth}@x.com"), "Viewer")
    });
    let mut report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let workspace = report.snapshot.workspaces().next().map(|(number, _)| number);
    let principals = report.snapshot.principals();
    let finding = |principal| Finding {
        rule: Rule::StaleGrant,
        workspace,
        principal: Some(principal),
        suppressed_by: None,
        fact: Fact::None,
    };
    report.findings = principals.map(|(number, _)| finding(number)).collect();
    report
}

fn log(report: &Report) -> Value {
    serde_json::from_slice(&write(Format::Sarif, report, &Filter::default())).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Asserts everything that is documented, and returns the results.
fn accepted(log: &Value) -> Vec<Value> {
    let runs = list(&log["runs"]);
    assert_eq!(
        runs.len(),
        1,
        "of a second one alerts would be left behind as soon as it is gone"
    );
    let mut fingerprints = HashSet::new();
    for run in runs {
        let rules = list(&run["tool"]["driver"]["rules"]);
        assert!(!rules.is_empty() && rules.len() <= 25_000, "rules per run");
        let rule_ids: HashSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(rule_ids.len(), rules.len());
        for rule in rules {
            assert!(list(&rule["properties"]["tags"]).len() <= 10, "tags that are shown");
            for text in ["shortDescription", "fullDescription", "help"] {
                let n = rule[text]["text"].as_str().unwrap().chars().count();
                assert!((1..=1024).contains(&n), "{text} has {n} characters");
            }
            let score: f64 = rule["properties"]["security-severity"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap();
            assert!((0.0..=10.0).contains(&score));
        }
        let results = list(&run["results"]);
        assert!(results.len() <= 25_000, "results per run");
        for result in results {
            let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[place]["id"], result["ruleId"]);
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            assert_eq!(list(&result["locations"]).len(), 1, "all of up to 100 are shown");
            is_a_place(&result["locations"][0]["physicalLocation"]);
            let fingerprint = result["partialFingerprints"]["primaryLocationLineHash"]
                .as_str()
                .unwrap();
            assert!(
                fingerprints.insert((result["ruleId"].clone(), fingerprint.to_owned())),
                "{result}"
            );
        }
    }
    runs.iter().flat_map(|run| list(&run["results"]).to_vec()).collect()
}

/// A path in a repository that stays in it, and a line.
fn is_a_place(place: &Value) {
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(
        !uri.is_empty() && !uri.starts_with('/') && uri.chars().all(is_plain),
        "{uri}"
    );
    let root = url::Url::parse("https://h/root/").unwrap();
    assert!(root.join(uri).unwrap().path().starts_with("/root/"), "{uri}");
    assert!(uri.split('/').all(|part| !part.is_empty()), "{uri}");
    let region = &place["region"];
    for key in ["startLine", "startColumn", "endLine", "endColumn"] {
        assert!(region[key].as_u64().unwrap() >= 1, "{key}");
    }
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(5_000)]
#[case(5_001)]
fn code_scanning_takes_it_and_its_readers_know_what_is_shown(#[case] n: usize) {
    let log = log(&report("ml-team", n));
    assert_eq!(accepted(&log).len(), n);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "nmp-console/audit/nemo.example.com/");
    let told = list(&run["invocations"][0]["toolExecutionNotifications"]);
    let mut told = told.iter().filter_map(|note| note["message"]["text"].as_str());
    let is_told = told.any(|text| text.starts_with("code scanning keeps only the worst 5,000 of"));
    assert_eq!(is_told, n > 5_000);
}

/// However many findings there are, a report of the same has the same category, and one of something else another one.
#[test]
fn alerts_of_one_filter_are_closed_by_that_filter_alone() {
    let id = |n: usize, typed: &str, workspaces: &[&str]| {
        let filter = Filter::parse(typed, jiff::Timestamp::UNIX_EPOCH)
            .unwrap()
            .with_workspaces(workspaces)
            .unwrap();
        let log: Value = serde_json::from_slice(&write(Format::Sarif, &report("ml-team", n), &filter)).unwrap();
        log["runs"][0]["automationDetails"]["id"].as_str().unwrap().to_owned()
    };
    let ids = [
        id(1, "", &[]),
        id(1, "severity:high", &[]),
        id(1, "severity:low", &[]),
        id(1, "", &["ml-*"]),
    ];
    let categories: HashSet<&str> = ids.iter().map(|id| id.rsplit_once('/').unwrap().0).collect();
    assert_eq!(categories.len(), ids.len(), "{ids:?}");
    assert_eq!(id(6_000, "severity:low", &[]), ids[2]);
}

/// Two platforms in one repository: neither upload closes the alerts of the other one, and whoever dismisses an alert about
/// one has dismissed nothing about the other.
#[rstest]
#[case("https://nmp.example.com", "nmp.example.com")]
#[case("https://nmp.example.com:8443/base/", "nmp.example.com:8443/base")]
#[case("http://nmp.example.com", "http:nmp.example.com")]
#[case("http://[::1]:8080", "http:[::1]:8080")]
#[case("https://nmp.example.com/a b", "nmp.example.com/a%20b")]
fn a_platform_has_a_category_of_its_own(#[case] server: &str, #[case] named: &str) {
    let other = "https://other.example.com";
    let of = |server: &str| {
        let mut report = report("ml-team", 2);
        server.clone_into(&mut report.snapshot.origin.server);
        log(&report)
    };
    let id = |log: &Value| log["runs"][0]["automationDetails"]["id"].clone();
    let fingerprints = |log: &Value| -> HashSet<String> {
        let results = accepted(log).into_iter();
        results
            .map(|result| result["partialFingerprints"].to_string())
            .collect()
    };
    assert_eq!(id(&of(server)), format!("nmp-console/audit/{named}/"));
    assert_ne!(id(&of(server)), id(&of(other)));
    assert_eq!(fingerprints(&of(server)), fingerprints(&of(server)));
    assert!(fingerprints(&of(server)).is_disjoint(&fingerprints(&of(other))));
}

#[rstest]
#[case("ml-team", "workspaces/ml-team")]
#[case("a b/../c", "workspaces/a%20b%2F..%2Fc")]
#[case("..", "workspaces/~..")]
#[case("~..", "workspaces/%7E..")]
#[case("\u{430}%00", "workspaces/%D0%B0%2500")]
#[case("https://x", "workspaces/https%3A%2F%2Fx")]
fn a_workspace_is_a_file_of_its_own(#[case] name: &str, #[case] uri: &str) {
    let results = accepted(&log(&report(name, 1)));
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        uri
    );
}

#[rstest]
#[case("policy.toml", "policy.toml")]
#[case("./audit/my policy.toml", "audit/my%20policy.toml")]
#[case("../policy.toml", "platform")]
#[case("/etc/policy.toml", "platform")]
fn a_suppression_is_shown_at_its_file(#[case] file: &str, #[case] uri: &str) {
    let mut report = report("ml-team", 0);
    report.policy = Arc::new(Policy::default().read_from(Path::new(file)));
    report.findings = vec![Finding {
        rule: Rule::ExpiredSuppression,
        workspace: None,
        principal: None,
        suppressed_by: None,
        fact: Fact::Suppression(0),
    }];
    let results = accepted(&log(&report));
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        uri
    );
}

/// Writes as if code scanning took only so much.
fn write_at_most(most: &Most, report: &Report, filter: &Filter, out: &mut Vec<u8>) -> io::Result<()> {
    let selection = report.select(filter);
    write_within(most, &Document::of(report, filter, &selection, None), out)
}

#[test]
fn more_than_code_scanning_takes_is_refused_before_anything_is_written() {
    let mut report = report("ml-team", 1);
    let first = report.findings[0];
    let mut out = Vec::new();
    report.findings = vec![first; 25_001];
    let refused = write_to(Format::Sarif, &report, &Filter::default(), &mut out).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    let said = refused.to_string();
    assert!(
        said.contains("it has 25,001 findings, and the limit is 25,000; narrow it"),
        "{said}"
    );
    assert!(out.is_empty());
    // A filter that leaves less is the way on.
    let fewer = Filter::parse("severity:high", jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert!(write_to(Format::Sarif, &report, &fewer, &mut out).is_ok());
    let most = Most {
        results: 100,
        bytes: limits::BYTES,
    };
    for (n, is_taken) in [(100, true), (101, false)] {
        report.findings = vec![first; n];
        let wrote = write_at_most(&most, &report, &Filter::default(), &mut Vec::new());
        assert_eq!(wrote.is_ok(), is_taken, "{n}");
    }
}

#[test]
fn a_file_that_is_too_large_once_compressed_is_refused() {
    assert!(within(limits::BYTES, limits::BYTES).is_ok());
    let said = within(limits::BYTES + 1, limits::BYTES).unwrap_err().to_string();
    assert!(
        said.contains("compressed, it has 11 MB, and the limit is 10 MB"),
        "{said}"
    );
    let most = Most {
        results: limits::RESULTS,
        bytes: 65_000,
    };
    // Names that cannot be compressed.
    let mut state = 1_u64;
    let mut letter = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"[(state >> 58) as usize])
    };
    let names: Vec<String> = (0..80).map(|_| (0..1_000).map(|_| letter()).collect()).collect();
    let sample = names.iter().fold(Sample::new().workspace("ml-team"), |sample, name| {
        sample.holds("ml-team", name, "Viewer")
    });
    let mut large = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let workspace = large.snapshot.workspaces().next().map(|(number, _)| number);
    let finding = |principal| Finding {
        rule: Rule::StaleGrant,
        workspace,
        principal: Some(principal),
        suppressed_by: None,
        fact: Fact::None,
    };
    let mut write_first = |n: usize| {
        let principals = large.snapshot.principals().take(n);
        large.findings = principals.map(|(number, _)| finding(number)).collect();
        let mut out = Vec::new();
        let wrote = write_at_most(&most, &large, &Filter::default(), &mut out);
        (wrote, out.len())
    };
    let (refused, n_written) = write_first(80);
    let refused = refused.expect_err(&format!("{n_written} bytes"));
    assert_eq!((refused.kind(), n_written), (io::ErrorKind::InvalidData, 0));
    assert!(refused.to_string().contains(" MB, and the limit is 10 MB"), "{refused}");
    // Its bytes alone are more; compressed they are not.
    let (wrote, n_written) = write_first(60);
    assert!(wrote.is_ok() && n_written as u64 > most.bytes, "{n_written}");
}

/// As it is written for whoever asks, and not only at small numbers.
#[test]
fn the_limit_of_a_real_file_is_that_of_code_scanning() {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Whatever stands in JSON as it is, from # to ~.
        match b'#' + u8::try_from((state >> 40) % 92).unwrap() {
            b'\\' => '!',
            letter => char::from(letter),
        }
    };
    // What repeats itself only after so much is new to what compresses: four fifths of it are left.
    let new: String = (0..1 << 16).map(|_| letter()).collect();
    let wrote = |n_bytes: usize| {
        let mut large = report("ml-team", 0);
        large.snapshot.origin.caller = new.repeat(n_bytes / new.len());
        let mut out = Vec::new();
        let wrote = write_to(Format::Sarif, &large, &Filter::default(), &mut out);
        (wrote.map_err(|refused| refused.to_string()), out.len())
    };
    let (refused, n_written) = wrote(12_600_000);
    let refused = refused.unwrap_err();
    assert!(
        refused.contains("compressed, it has 11 MB, and the limit is 10 MB") && n_written == 0,
        "{refused}"
    );
    let (taken, n_written) = wrote(4_000_000);
    assert!(taken.is_ok() && n_written > 3_900_000, "{taken:?}");
}
