//! What GitHub code scanning demands of a file, beyond the schema: by its pages "SARIF support for code scanning" and "SARIF
//! results exceed one or more limits".

use super::super::{Format, write, write_to};
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
    assert!((1..=20).contains(&runs.len()), "runs per file");
    let ids: HashSet<&str> = runs
        .iter()
        .map(|run| run["automationDetails"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), runs.len(), "a category twice in one file is refused");
    // What stands behind the last slash is not part of the category.
    let categories: HashSet<&str> = ids.iter().map(|id| id.rsplit_once('/').unwrap().0).collect();
    assert_eq!(categories.len(), runs.len());
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
        assert!(results.len() <= 5_000, "results that are shown");
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
#[case(0, 1)]
#[case(1, 1)]
#[case(5_000, 1)]
#[case(5_001, 2)]
fn code_scanning_takes_it_and_shows_everything(#[case] n: usize, #[case] n_runs: usize) {
    let log = log(&report("ml-team", n));
    assert_eq!(list(&log["runs"]).len(), n_runs);
    assert_eq!(accepted(&log).len(), n);
    let messages = |run: &Value| list(&run["invocations"][0]["toolExecutionNotifications"]).len();
    let told = list(&log["runs"]).iter().map(messages);
    assert!(
        told.skip(1).all(|n| n == 0),
        "what is about all of it stands in the first run only"
    );
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

#[test]
fn more_than_code_scanning_takes_is_refused_before_anything_is_written() {
    let mut report = report("ml-team", 1);
    report.findings = vec![report.findings[0]; 100_001];
    let mut out = Vec::new();
    let refused = write_to(Format::Sarif, &report, &Filter::default(), &mut out).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    let said = refused.to_string();
    assert!(
        said.contains("there are 100,001 findings, and it takes 100,000; leave less"),
        "{said}"
    );
    assert!(out.is_empty());
    // A filter that leaves less is the way on.
    let fewer = Filter::parse("severity:high").unwrap();
    assert!(write_to(Format::Sarif, &report, &fewer, &mut out).is_ok());
}

#[test]
fn a_file_that_is_too_large_once_compressed_is_refused() {
    assert!(within(limits::BYTES, limits::BYTES).is_ok());
    let said = within(limits::BYTES + 1, limits::BYTES).unwrap_err().to_string();
    assert!(said.contains("compressed it is 11 MB, and it takes 10 MB"), "{said}");
    // Names that cannot be compressed: each is another digest.
    let names = (0..2_000).map(|n| hex(&Sha256::digest(format!("{n}"))));
    let sample = names.fold(Sample::new().workspace("ml-team"), |sample, name| {
        sample.holds("ml-team", &name, "Viewer")
    });
    let mut large = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    large.findings = report("ml-team", 0).findings;
    let workspace = large.snapshot.workspaces().next().map(|(number, _)| number);
    for (number, _) in large.snapshot.principals() {
        large.findings.push(Finding {
            rule: Rule::StaleGrant,
            workspace,
            principal: Some(number),
            suppressed_by: None,
            fact: Fact::None,
        });
    }
    let filter = Filter::default();
    let selection = large.select(&filter);
    let document = Document {
        body: Written::of(&large, &filter, &selection),
        origin: &large.snapshot.origin,
        sha256: String::new(),
        n_findings: selection.findings.len(),
        policy_file: None,
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: Runs(&document),
    };
    let n_bytes = compressed(&log).unwrap();
    let n_written = write(Format::Sarif, &large, &filter).len() as u64;
    assert!((100_000..n_written / 3).contains(&n_bytes), "{n_bytes} of {n_written}");
}
