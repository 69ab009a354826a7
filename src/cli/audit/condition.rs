//! What `--fail-on` names, and whether a report has it.

use crate::audit::filter::PERHAPS_AND_WHY;
use crate::audit::rule::RULES;
use crate::audit::{Filter, Finding, Reading, Report, Rule, Selection, Severity};
use crate::domain::choice::expected;
use crate::domain::text::{SafeText, counted, grouped};

/// One thing that makes `audit` end with exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A finding by this rule.
    Rule(Rule),
    /// A finding as bad as this, or worse.
    Severity(Severity),
    Any,
    /// A difference from the baseline.
    Drift,
    /// Somebody who got more access since the baseline.
    NewAccess,
    /// Something that was not or could not be read.
    Incomplete,
}

/// Reads one word of `--fail-on`.
pub(super) fn parse(word: &str) -> Result<Condition, String> {
    let condition = match word {
        "any" => Some(Condition::Any),
        "drift" => Some(Condition::Drift),
        "new-access" => Some(Condition::NewAccess),
        "incomplete" => Some(Condition::Incomplete),
        word => Severity::named(word)
            .map(Condition::Severity)
            .or_else(|| Rule::named(word).map(Condition::Rule)),
    };
    condition.ok_or_else(|| expected(word, words()))
}

/// Returns every word there is.
pub(in crate::cli) fn words() -> Vec<&'static str> {
    let fixed = ["any", "drift", "new-access", "incomplete"];
    let severities = Severity::ALL.into_iter().map(Severity::label);
    let rules = RULES.iter().map(|described| described.id);
    fixed.into_iter().chain(severities).chain(rules).collect()
}

/// Returns those of `conditions` that the part of `report` which `filter` leaves meets, each in words with how much of it
/// there is.
pub(super) fn met(conditions: &[Condition], report: &Report, filter: &Filter) -> Vec<SafeText> {
    let selected = report.select(filter);
    let findings = selected.findings.iter().filter_map(|place| {
        let finding = report.findings.get(*place)?;
        Some((finding, selected.is_unsure_of_finding(*place)))
    });
    // Whoever suppressed a finding answers for it. One that the filter perhaps does not mean counts: what is not known must
    // not let anything pass.
    let open: Vec<Open<'_>> = findings
        .filter(|(finding, _)| finding.suppressed_by.is_none())
        .collect();
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
            Condition::NewAccess => new_access(report),
            // Any difference counts, whether it is named or not.
            Condition::Drift => None,
        };
        let line = line.map(|line| SafeText::new(&line));
        words.extend(line.filter(|line| !words.contains(line)));
    }
    words
}

/// A finding that counts, and whether it is not known if the filter means it.
type Open<'a> = (&'a Finding, bool);

fn found(what: &str, open: &[Open<'_>], is_meant: impl Fn(&Finding) -> bool) -> Option<String> {
    let these = open.iter().filter(|(finding, _)| is_meant(finding));
    let (n_found, n_unsure) = these.fold((0, 0), |(n_found, n_unsure), (_, is_unsure)| {
        (n_found + 1, n_unsure + usize::from(*is_unsure))
    });
    let unsure = match (n_found, n_unsure) {
        (_, 0) => String::new(),
        (1, _) => format!(", {PERHAPS_AND_WHY}"),
        (_, n) if n == n_found => format!(", all of them {PERHAPS_AND_WHY}"),
        (_, n) => format!(", {} of them {PERHAPS_AND_WHY}", grouped(n)),
    };
    (n_found > 0).then(|| format!("{what}: {}{unsure}", counted(n_found, "finding")))
}

/// Returns how much access is new since the baseline, and whose the first of it is.
fn new_access(report: &Report) -> Option<String> {
    let drift = report.drift.as_ref()?;
    let widening: Vec<_> = drift.widening(report.snapshot.origin.generation).collect();
    let first = widening.first()?;
    let roles = first.after.as_ref().map(|after| after.roles.shown());
    let (who, place) = (first.principal.label(), first.workspace.shown());
    let more = match widening.len() {
        1 => String::new(),
        n => format!(" and {} more", grouped(n - 1)),
    };
    Some(format!(
        "new-access: {} of {who} in '{place}'{more}",
        roles.unwrap_or_default()
    ))
}

/// Returns what is missing, by the same measure as reports: in what was read, or in the answer to the filter.
fn incomplete(report: &Report, selected: &Selection) -> Option<String> {
    let snapshot = &report.snapshot;
    let mut missing = Vec::new();
    let as_of = snapshot.coverage.as_of.as_ref();
    if let Some(as_of) = as_of.filter(|as_of| !as_of.perhaps.is_empty()) {
        missing.push(format!("{} perhaps held then", counted(as_of.perhaps.len(), "role")));
    }
    let is_refused = snapshot
        .reported_workspaces()
        .any(|(_, it)| it.reading == Reading::Denied);
    if is_refused || !snapshot.is_complete() {
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
    use crate::audit::{Builder, Origin, Policy, export};
    use crate::domain::binding::Binding;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::platform::Generation;
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
    #[case("ws:ml-team role:write", Some("incomplete: the platform admins could not be read"))]
    #[case(
        "role:viewer ws:ml-team since:2026-11-01",
        Some("incomplete: 1 grant and 1 finding perhaps not meant: date or granter not known")
    )]
    fn incomplete_is_also_what_cannot_be_told(#[case] typed: &str, #[case] expected: Option<&str>) {
        let mut builder = Builder::new(Origin {
            server: "https://nmp.example.com".to_owned(),
            server_version: None,
            generation: Generation::Helix,
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
        let filter = Filter::parse(typed, Timestamp::UNIX_EPOCH).unwrap();
        let met = met(&[Condition::Incomplete], &report, &filter);
        assert_eq!(met.first().map(SafeText::as_str), expected);
        let written = export::write(export::Format::Json, &report, &filter);
        let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(written["body"]["coverage"]["complete"], expected.is_none());
    }

    /// What is not known must not let anything pass, and is told apart from what is known.
    #[rstest]
    #[case(&[], "any: 2 findings")]
    #[case(&[0], "any: 2 findings, 1 of them perhaps not meant: date or granter not known")]
    #[case(&[0, 1], "any: 2 findings, all of them perhaps not meant: date or granter not known")]
    fn a_finding_that_is_perhaps_not_meant_counts_and_is_told(#[case] unsure: &[usize], #[case] expected: &str) {
        let finding = Finding {
            rule: Rule::StaleGrant,
            workspace: None,
            principal: None,
            suppressed_by: None,
            fact: crate::audit::findings::Fact::None,
        };
        let open: Vec<Open<'_>> = (0..2).map(|nth| (&finding, unsure.contains(&nth))).collect();
        assert_eq!(found("any", &open, |_| true).as_deref(), Some(expected));
        let one = open.get(..1).map(|one| found("any", one, |_| true));
        let one = one.flatten().unwrap();
        assert_eq!(
            one.contains("1 finding, perhaps not meant"),
            unsure.contains(&0),
            "{one}"
        );
        assert_eq!(found("any", &open, |_| false), None);
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
