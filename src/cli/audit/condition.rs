//! What `--fail-on` names, and whether a report has it.

use crate::audit::rule::RULES;
use crate::audit::{Filter, Finding, Report, Rule, Selection, Severity};
use crate::domain::text::{SafeText, counted};

/// One thing that makes `audit` end with exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A finding by this rule.
    Rule(Rule),
    /// A finding as bad as this, or worse.
    Severity(Severity),
    /// Any finding.
    Any,
    /// A difference from the baseline.
    Drift,
    /// Something that was not or could not be read.
    Incomplete,
}

/// Reads one word of `--fail-on`.
pub(super) fn parse(word: &str) -> Result<Condition, String> {
    let condition = match word {
        "any" => Some(Condition::Any),
        "drift" => Some(Condition::Drift),
        "incomplete" => Some(Condition::Incomplete),
        word => Severity::named(word)
            .map(Condition::Severity)
            .or_else(|| Rule::named(word).map(Condition::Rule)),
    };
    condition.ok_or_else(|| format!("expected {}", words().join(", ")))
}

/// Returns every word there is.
pub(super) fn words() -> Vec<&'static str> {
    let fixed = ["any", "drift", "incomplete"];
    let severities = Severity::ALL.into_iter().map(Severity::label);
    let rules = RULES.iter().map(|described| described.id);
    fixed.into_iter().chain(severities).chain(rules).collect()
}

/// Returns those of `conditions` that the part of `report` which `filter` leaves meets, each in words with how much of it
/// there is.
pub(super) fn met(conditions: &[Condition], report: &Report, filter: &Filter) -> Vec<SafeText> {
    let selected = report.select(filter);
    let findings = selected.findings.iter().filter_map(|place| report.findings.get(*place));
    // Whoever suppressed a finding answers for it.
    let open: Vec<&Finding> = findings.filter(|finding| finding.suppressed_by.is_none()).collect();
    let mut words = Vec::new();
    for condition in conditions {
        let line = match condition {
            Condition::Rule(rule) => found(rule.id(), &open, |finding| finding.rule == *rule),
            Condition::Severity(severity) => {
                let what = format!("severity {} or worse", severity.label());
                found(&what, &open, |finding| finding.severity() >= *severity)
            }
            Condition::Any => found("any", &open, |_| true),
            Condition::Incomplete => incomplete(report, &selected),
            // Any difference counts, whether it is named or not.
            Condition::Drift => None,
        };
        let line = line.map(|line| SafeText::new(&line));
        words.extend(line.filter(|line| !words.contains(line)));
    }
    words
}

fn found(what: &str, open: &[&Finding], is_meant: impl Fn(&Finding) -> bool) -> Option<String> {
    let n_found = open.iter().filter(|finding| is_meant(finding)).count();
    (n_found > 0).then(|| format!("{what}: {}", counted(n_found, "finding")))
}

/// Returns what is missing, by the same measure as reports: in what was read, or in the answer to the filter.
fn incomplete(report: &Report, selected: &Selection) -> Option<String> {
    let snapshot = &report.snapshot;
    let mut missing = Vec::new();
    if !snapshot.covers_everything() {
        let why = if snapshot.is_complete() {
            "some were refused"
        } else {
            "not everything was read"
        };
        missing.push(format!("{}, {why}", snapshot.readable()));
    }
    missing.extend(selected.doubts().into_iter().map(String::from));
    (!missing.is_empty()).then(|| format!("incomplete: {}", missing.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::coverage::{Coverage, Method, Tally};
    use crate::audit::{Builder, Origin, Policy, Reading, export};
    use crate::domain::binding::Binding;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::platform::Dialect;
    use crate::domain::role::Role;
    use crate::domain::workspace::Workspace;
    use jiff::Timestamp;
    use rstest::rstest;
    use std::sync::Arc;

    #[rstest]
    #[case("any", Condition::Any)]
    #[case("drift", Condition::Drift)]
    #[case("incomplete", Condition::Incomplete)]
    #[case("high", Condition::Severity(Severity::High))]
    #[case("single-admin", Condition::Rule(Rule::SingleAdmin))]
    fn knows_rules_severities_and_three_words_more(#[case] word: &str, #[case] expected: Condition) {
        assert_eq!(parse(word), Ok(expected));
    }

    /// The same as what reports say: `complete no` is incomplete.
    #[rstest]
    #[case("", None)]
    #[case("role:viewer ws:ml-team", None)]
    #[case(
        "ws:ml-team role:write",
        Some("incomplete: who the platform admins are could not be read")
    )]
    #[case(
        "role:viewer ws:ml-team since:2026-11-01",
        Some("incomplete: 1 grant perhaps not meant: when or by whom is not known")
    )]
    fn incomplete_is_also_what_cannot_be_told(#[case] typed: &str, #[case] expected: Option<&str>) {
        let mut builder = Builder::new(Origin {
            server: "https://nmp.example.com".to_owned(),
            server_version: None,
            dialect: Dialect::Helix,
            caller: "al@x.com".to_owned(),
            is_platform_admin: false,
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: Timestamp::UNIX_EPOCH,
        });
        let workspace = WorkspaceName::from_platform("ml-team");
        builder.add_workspace(&Workspace::known_by_name(workspace.clone()));
        builder.mark(&workspace, Reading::Read);
        builder.add_binding(Binding {
            principal: Principal::from_platform("ann@x.com"),
            workspace,
            role: Role::Viewer,
            granted_at: None,
            granted_by: None,
            revoked_at: None,
            created_at: None,
        });
        let list = Tally {
            is_complete: true,
            ..Tally::default()
        };
        let coverage = Coverage {
            workspaces: list,
            ..Coverage::nothing(Method::Members)
        };
        let snapshot = builder.freeze(coverage, Timestamp::UNIX_EPOCH);
        let report = Report::new(snapshot, Arc::new(Policy::default()));
        let filter = Filter::parse(typed).unwrap();
        let met = met(&[Condition::Incomplete], &report, &filter);
        assert_eq!(met.first().map(SafeText::as_str), expected);
        let written = export::write(export::Format::Json, &report, &filter);
        let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(written["body"]["coverage"]["complete"], expected.is_none());
    }

    #[test]
    fn every_word_it_names_is_one_it_takes() {
        for word in words() {
            assert!(parse(word).is_ok(), "{word}");
        }
        let said = parse("High").unwrap_err();
        assert!(
            said.contains("critical, high") && said.contains("wildcard-admin"),
            "{said}"
        );
    }
}
