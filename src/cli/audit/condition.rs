//! What `--fail-on` names, and whether a report has it.

use crate::audit::rule::RULES;
use crate::audit::{Filter, Finding, Report, Rule, Severity};
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
    let selected = report.select(filter).findings;
    let findings = selected.iter().filter_map(|place| report.findings.get(*place));
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
            Condition::Incomplete if !report.snapshot.covers_everything() => Some(incomplete(report)),
            // Any difference counts, whether it is named or not.
            Condition::Incomplete | Condition::Drift => None,
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

fn incomplete(report: &Report) -> String {
    let snapshot = &report.snapshot;
    let why = if snapshot.is_complete() {
        "some were refused"
    } else {
        "not everything was read"
    };
    format!("incomplete: {}, {why}", snapshot.readable())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("any", Condition::Any)]
    #[case("drift", Condition::Drift)]
    #[case("incomplete", Condition::Incomplete)]
    #[case("high", Condition::Severity(Severity::High))]
    #[case("single-admin", Condition::Rule(Rule::SingleAdmin))]
    fn knows_rules_severities_and_three_words_more(#[case] word: &str, #[case] expected: Condition) {
        assert_eq!(parse(word), Ok(expected));
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
