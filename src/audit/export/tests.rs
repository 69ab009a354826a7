//! What the writers make of findings, whatever the rules find.

use super::*;
use crate::audit::build::Builder;
use crate::audit::coverage::{Coverage, Method, Tally};
use crate::audit::findings::{Fact, Finding};
use crate::audit::policy::Policy;
use crate::audit::rule::{RULES, Rule};
use crate::audit::snapshot::{Origin, Reading, Snapshot};
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::platform::Generation;
use crate::domain::role::Role;
use crate::domain::text;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;

fn snapshot(principals: &[&str]) -> Snapshot {
    let at = Timestamp::from_second(1_764_000_000).unwrap();
    let mut builder = Builder::new(Origin {
        server: "https://nmp.example.com".to_owned(),
        server_version: None,
        generation: Generation::Helix,
        caller: "alice@example.com".to_owned(),
        is_platform_admin: false,
        started_at: at,
        ended_at: at,
    });
    let workspace = WorkspaceName::from_platform("ml-team");
    builder.add_workspace(&Workspace::known_by_name(workspace.clone()));
    for principal in principals {
        for revoked_at in [None, Some(at)] {
            builder.add_binding(Binding {
                principal: Principal::from_platform(*principal),
                workspace: workspace.clone(),
                role: Role::Admin,
                granted_at: Some(at),
                granted_by: Some((*principal).to_owned()),
                revoked_at,
                created_at: None,
            });
        }
    }
    builder.mark_all_read();
    builder.freeze(Coverage::nothing(Method::Members), at)
}

/// Returns a report in which every rule has found something about everybody, once suppressed and once not.
fn report(principals: &[&str]) -> Report {
    let mut report = Report::new(snapshot(principals), Arc::new(Policy::default()));
    report.findings.clear();
    for described in &RULES {
        for (number, _) in report.snapshot.principals() {
            for suppressed_by in [None, Some(0)] {
                report.findings.push(Finding {
                    rule: described.rule,
                    workspace: report.snapshot.workspaces().next().map(|(number, _)| number),
                    principal: Some(number),
                    suppressed_by,
                    fact: Fact::None,
                });
            }
        }
    }
    report.findings.push(Finding {
        rule: Rule::OpenWorkspaceCreation,
        workspace: None,
        principal: None,
        suppressed_by: None,
        fact: Fact::None,
    });
    report
}

/// Whether everything was read, was refused in part, or there may be more.
#[test]
fn says_in_a_word_how_far_it_can_be_trusted() {
    let list = Tally {
        n_pages: 1,
        n_read: 1,
        n_total: Some(1),
        is_complete: true,
    };
    let read = |reading: Reading| {
        let mut builder = Builder::from_snapshot(&snapshot(&[]));
        builder.mark(&WorkspaceName::from_platform("ml-team"), reading);
        let coverage = Coverage {
            workspaces: list,
            ..Coverage::nothing(Method::Members)
        };
        let snapshot = builder.freeze(coverage, Timestamp::UNIX_EPOCH);
        Report::new(snapshot, Arc::new(Policy::default()))
    };
    let failed = Reading::Failed(SafeText::new("500"));
    for (reading, words, complete, level) in [
        (Reading::Read, "complete: 1 of 1", "yes", None),
        (Reading::Denied, "limited: 0 of 1", "no", Some("note")),
        (failed, "INCOMPLETE: 0 of 1", "no", Some("error")),
        (Reading::NotRead, "INCOMPLETE: 0 of 1", "no", Some("error")),
    ] {
        let report = read(reading);
        let text = |format| String::from_utf8(write(format, &report, &Filter::default())).unwrap();
        assert!(text(Format::Table).starts_with(&format!("Access audit, {words} workspaces readable")));
        assert!(text(Format::Markdown).contains(&format!("**{words} workspaces readable")));
        assert!(text(Format::Csv).contains(&format!("\"complete\",\"{complete}\"")));
        let json: Value = serde_json::from_str(&text(Format::Json)).unwrap();
        assert_eq!(json["body"]["coverage"]["complete"], complete == "yes");
        let sarif = sarif(&report);
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], level != Some("error"));
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        let about_members = notifications
            .iter()
            .find(|notification| notification["message"]["text"].to_string().contains("ml-team"));
        assert_eq!(about_members.map(|told| told["level"].as_str().unwrap()), level);
    }
}

fn sarif(report: &Report) -> Value {
    serde_json::from_slice(&write(Format::Sarif, report, &Filter::default())).unwrap()
}

#[test]
fn results_of_sarif_point_at_their_rules() {
    let report = report(&["alice@example.com"]);
    let log = sarif(&report);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len());
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let rule = &run["tool"]["driver"]["rules"][place];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
    }
    let suppressed = results
        .iter()
        .filter(|result| result["suppressions"] != Value::Array(Vec::new()));
    assert_eq!(suppressed.count(), RULES.len());
}

#[test]
fn fingerprints_are_stable_and_tell_findings_apart() {
    let fingerprints = |report: &Report| {
        let log = sarif(report);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let prints = results
            .iter()
            .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].to_string());
        prints.collect::<std::collections::BTreeSet<_>>()
    };
    let few = report(&["alice@example.com"]);
    let more = report(&["aaron@example.com", "alice@example.com", "zoe@example.com"]);
    assert_eq!(fingerprints(&few).len(), few.findings.len());
    // Numbers of principals have changed, what is told of alice has not.
    assert!(fingerprints(&few).is_subset(&fingerprints(&more)));
}

#[test]
fn nothing_is_cut() {
    let long = format!("{}@example.com", "x".repeat(10_000));
    let report = report(&[&long]);
    for format in Format::ALL {
        let text = String::from_utf8(write(format, &report, &Filter::default())).unwrap();
        assert!(text.contains(&long), "{format:?}");
    }
}

/// Takes so many bytes, and then no more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_to_the_end_is_an_error() {
    let report = report(&["alice@example.com"]);
    for format in Format::ALL {
        let n = write(format, &report, &Filter::default()).len();
        let to = |room| write_to(format, &report, &Filter::default(), &mut Full(room));
        assert!(to(n).is_ok(), "{format:?}");
        assert_eq!(to(n - 1).unwrap_err().kind(), io::ErrorKind::WriteZero, "{format:?}");
    }
}

#[test]
fn formats_are_found_by_their_names() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.label()), Some(format));
    }
    assert_eq!(Format::named("xml"), None);
}

proptest! {
    // Each case writes all formats.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_it_is_called_nothing_harmful_is_written(principal in any::<String>(), mark in "[\u{301}\u{202e}\u{7f}=|`\u{1f600}]{0,6}") {
        let principal = format!("{mark}{principal}{mark}");
        let report = report(&[&principal]);
        for format in Format::ALL {
            let text = String::from_utf8(write(format, &report, &Filter::default())).unwrap();
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let harmful = text::judged(text).find(|(c, is_harmful)| *is_harmful && !matches!(c, '\n' | '\r'));
            prop_assert_eq!(harmful, None);
        }
        let json: Value = serde_json::from_slice(&write(Format::Json, &report, &Filter::default())).unwrap();
        prop_assert_eq!(json["body"]["history"].clone(), Value::Null);
        prop_assert_eq!(&json["body"]["workspaces"][0]["members"][0]["principal"], &Value::from(principal));
    }
}
