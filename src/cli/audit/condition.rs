//! What `--fail-on` names, and whether a report has it.

use crate::audit::rule::RULES;
use crate::audit::{Filter, Report, Rule, Severity};
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

/// Returns what of `conditions` the part of `report` that `filter` leaves has, in words; nothing where it has none.
pub(super) fn met(conditions: &[Condition], report: &Report, filter: &Filter) -> Vec<SafeText> {
    let mut words = Vec::new();
    let selected = report.select(filter).findings;
    let findings = selected.iter().filter_map(|place| report.findings.get(*place));
    // Whoever suppressed a finding answers for it.
    let open = findings.filter(|finding| finding.suppressed_by.is_none());
    let n_found = open
        .filter(|finding| {
            conditions.iter().any(|condition| match condition {
                Condition::Rule(rule) => finding.rule == *rule,
                Condition::Severity(severity) => finding.severity() >= *severity,
                Condition::Any => true,
                Condition::Drift | Condition::Incomplete => false,
            })
        })
        .count();
    if n_found > 0 {
        words.push(SafeText::new(&counted(n_found, "finding")));
    }
    if conditions.contains(&Condition::Incomplete) && !report.snapshot.covers_everything() {
        words.push(SafeText::new("not everything could be read"));
    }
    words
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
