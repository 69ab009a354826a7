//! The policy file: what may stand in it, and what is said when something else does.

use super::{AllowedWildcard, Domain, Holder, Policy, RequiredAdmin, Suppression};
use crate::audit::rule::{RULES, Rule};
use crate::domain::glob::Glob;
use crate::domain::ids::Principal;
use crate::domain::parsing::{self, Problem, Wrong};
use crate::domain::role::Role;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::{Spanned, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    max_admins: Option<Spanned<i64>>,
    stale_after_days: Option<Spanned<i64>>,
    #[serde(default)]
    approved_domains: Vec<Spanned<String>>,
    #[serde(default)]
    disabled_rules: Vec<Spanned<String>>,
    #[serde(default)]
    require_reason: Vec<Spanned<String>>,
    #[serde(default)]
    allow_wildcard: Vec<Spanned<WrittenWildcard>>,
    #[serde(default)]
    require_admin: Vec<Spanned<WrittenAdmin>>,
    #[serde(default)]
    suppress: Vec<Spanned<WrittenSuppression>>,
}

// What must be there is optional here: what is missing is told in words of our own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWildcard {
    workspace: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAdmin {
    workspace: Option<Spanned<String>>,
    principal: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSuppression {
    rule: Option<Spanned<String>>,
    workspace: Option<Spanned<String>>,
    principal: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    owner: Option<Spanned<String>>,
    expires: Option<Spanned<Value>>,
}

/// Reads a policy file.
pub(super) fn parse(text: &str) -> Result<Policy, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let policy = parsing::toml(text).and_then(|file| judged(&file));
    policy.map_err(|wrong| wrong.of(text))
}

fn judged(file: &File) -> Result<Policy, Wrong> {
    let standard = Policy::default();
    let mut policy = Policy {
        max_admins: threshold(file.max_admins.as_ref(), "max_admins", standard.max_admins)?,
        stale_after_days: threshold(
            file.stale_after_days.as_ref(),
            "stale_after_days",
            standard.stale_after_days,
        )?,
        ..standard
    };
    for written in &file.approved_domains {
        let domain = domain(written)?;
        if policy.approved_domains.contains(&domain) {
            return Err(Wrong(
                written.span(),
                format!("{} is listed twice: remove one", quoted(written)),
            ));
        }
        policy.approved_domains.push(domain);
    }
    for written in &file.disabled_rules {
        if !policy.disabled_rules.insert(rule(written)?) {
            return Err(Wrong(
                written.span(),
                format!("{} is listed twice: remove one", quoted(written)),
            ));
        }
    }
    for written in &file.require_reason {
        let demanded = policy.reasons.demand(written.get_ref());
        demanded.map_err(|why| Wrong(written.span(), format!("{}: {why}", quoted(written))))?;
    }
    for written in &file.allow_wildcard {
        let allowed = wildcard(written)?;
        let is_same = |other: &AllowedWildcard| (&other.workspace, &other.role) == (&allowed.workspace, &allowed.role);
        if policy.allowed_wildcards.iter().any(is_same) {
            let message = "this wildcard is allowed twice: remove one".to_owned();
            return Err(Wrong(written.span(), message));
        }
        policy.allowed_wildcards.push(allowed);
    }
    for written in &file.require_admin {
        let required = required_admin(written)?;
        if policy.required_admins.contains(&required) {
            let message = "this Admin is required twice: remove one".to_owned();
            return Err(Wrong(written.span(), message));
        }
        policy.required_admins.push(required);
    }
    policy.suppressions = suppressions(&file.suppress, &policy.disabled_rules)?;
    Ok(policy)
}

fn threshold(written: Option<&Spanned<i64>>, key: &str, standard: u32) -> Result<u32, Wrong> {
    let Some(written) = written else { return Ok(standard) };
    let number = u32::try_from(*written.get_ref()).ok();
    number.filter(|number| (1..=1_000_000).contains(number)).ok_or_else(|| {
        let message = format!("{key} must be a whole number from 1 to 1000000; to turn a rule off, use disabled_rules");
        Wrong(written.span(), message)
    })
}

fn rule(written: &Spanned<String>) -> Result<Rule, Wrong> {
    Rule::named(written.get_ref()).ok_or_else(|| {
        let ids: Vec<&str> = RULES.iter().map(|described| described.id).collect();
        let message = format!("unknown rule {}: one of {}", quoted(written), ids.join(", "));
        Wrong(written.span(), message)
    })
}

fn domain(written: &Spanned<String>) -> Result<Domain, Wrong> {
    let text = written.get_ref().to_lowercase();
    let (name, is_below) = match text.strip_prefix("*.") {
        Some(name) => (name, true),
        None => (text.as_str(), false),
    };
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    if !name.split('.').all(is_part) {
        let message = format!(
            "{} is not a domain: write \"example.com\", or \"*.example.com\" for its subdomains",
            quoted(written)
        );
        return Err(Wrong(written.span(), message));
    }
    Ok(if is_below {
        Domain::Below(format!(".{name}"))
    } else {
        Domain::Exactly(text)
    })
}

fn wildcard(written: &Spanned<WrittenWildcard>) -> Result<AllowedWildcard, Wrong> {
    let WrittenWildcard {
        workspace,
        role,
        reason,
    } = written.get_ref();
    let at = written.span();
    let workspace = glob(needed(workspace.as_ref(), "workspace", "[[allow_wildcard]]", &at)?)?;
    let role = needed(role.as_ref(), "role", "[[allow_wildcard]]", &at)?;
    let allowed = Role::from_platform(role.get_ref());
    if allowed.rank() == 0 {
        let message = format!("{} cannot be allowed: use Viewer, Editor or Admin", quoted(role));
        return Err(Wrong(role.span(), message));
    }
    Ok(AllowedWildcard {
        workspace,
        role: allowed,
        reason: words(reason.as_ref(), "reason", "[[allow_wildcard]]", &at)?,
    })
}

fn required_admin(written: &Spanned<WrittenAdmin>) -> Result<RequiredAdmin, Wrong> {
    let WrittenAdmin { workspace, principal } = written.get_ref();
    let at = written.span();
    let section = "[[require_admin]]";
    let workspace = glob(needed(workspace.as_ref(), "workspace", section, &at)?)?;
    let principal = needed(principal.as_ref(), "principal", section, &at)?;
    let named = Principal::from_platform(principal.get_ref().clone());
    named.addressable().map_err(|problem| {
        let message = format!("{} {}", quoted(principal), problem.in_words());
        Wrong(principal.span(), message)
    })?;
    Ok(RequiredAdmin {
        workspace,
        principal: named,
    })
}

fn suppressions(written: &[Spanned<WrittenSuppression>], disabled: &BTreeSet<Rule>) -> Result<Vec<Suppression>, Wrong> {
    let mut all: Vec<Suppression> = Vec::with_capacity(written.len());
    for written in written {
        let at = written.span();
        let suppression = suppression(written)?;
        let rule = suppression.rule;
        if disabled.contains(&rule) {
            let message = format!("{rule} is in disabled_rules, so this suppresses nothing: remove one of the two");
            return Err(Wrong(at, message));
        }
        let is_same = |other: &Suppression| {
            (other.rule, &other.workspace, &other.principal) == (rule, &suppression.workspace, &suppression.principal)
        };
        if let Some(first) = all.iter().position(is_same) {
            let message = format!(
                "this suppresses the same as [[suppress]] number {}: remove one",
                first + 1
            );
            return Err(Wrong(at, message));
        }
        if all.len() >= usize::from(u16::MAX) {
            return Err(Wrong(at, format!("at most {} suppressions are possible", u16::MAX)));
        }
        all.push(suppression);
    }
    Ok(all)
}

fn suppression(written: &Spanned<WrittenSuppression>) -> Result<Suppression, Wrong> {
    let at = written.span();
    let text = written.get_ref();
    let section = "[[suppress]]";
    let written_rule = needed(text.rule.as_ref(), "rule", section, &at)?;
    let rule = rule(written_rule)?;
    if rule == Rule::ExpiredSuppression {
        let message = "an expired suppression cannot be suppressed: renew it or remove it".to_owned();
        return Err(Wrong(written_rule.span(), message));
    }
    if text.workspace.is_none() && text.principal.is_none() {
        let message = "[[suppress]] needs a workspace or a principal: workspace = \"*\" for all".to_owned();
        return Err(Wrong(at, message));
    }
    Ok(Suppression {
        rule,
        workspace: text.workspace.as_ref().map(glob).transpose()?,
        principal: text.principal.as_ref().map(holder).transpose()?,
        reason: words(text.reason.as_ref(), "reason", section, &at)?,
        owner: words(text.owner.as_ref(), "owner", section, &at)?,
        expires: date(needed(text.expires.as_ref(), "expires", section, &at)?)?,
    })
}

fn needed<'a, T>(
    value: Option<&'a Spanned<T>>,
    key: &str,
    section: &str,
    at: &Range<usize>,
) -> Result<&'a Spanned<T>, Wrong> {
    value.ok_or_else(|| Wrong(at.clone(), format!("{section} needs '{key}'")))
}

/// Returns a text that says something.
fn words(value: Option<&Spanned<String>>, key: &str, section: &str, at: &Range<usize>) -> Result<String, Wrong> {
    let written = needed(value, key, section, at)?;
    let text = written.get_ref().trim();
    if text.is_empty() {
        return Err(Wrong(written.span(), format!("'{key}' must not be empty")));
    }
    Ok(text.to_owned())
}

fn glob(written: &Spanned<String>) -> Result<Glob, Wrong> {
    let text = written.get_ref();
    if text.is_empty() {
        return Err(Wrong(written.span(), "write a pattern, or \"*\" for all".to_owned()));
    }
    Glob::exact_case(text).map_err(|why| {
        let message = format!(
            "{} is not a pattern: {why}; use * and ?, or [a-z] and {{a,b}}",
            quoted(written)
        );
        Wrong(written.span(), message)
    })
}

fn holder(written: &Spanned<String>) -> Result<Holder, Wrong> {
    let text = written.get_ref();
    if text == "*" || !text.contains(['*', '?', '[', '{']) {
        return Ok(Holder::Named(text.clone()));
    }
    glob(written).map(Holder::Like)
}

fn date(written: &Spanned<Value>) -> Result<Date, Wrong> {
    let text = written.get_ref().as_str().map(str::to_owned);
    let text = text.or_else(|| Some(written.get_ref().as_datetime()?.to_string()));
    let is_plain = |text: &String| text.len() == "2026-12-31".len();
    let parsed = text.filter(is_plain).and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| Wrong(written.span(), "write a date like 2026-12-31".to_owned()))
}

fn quoted(written: &Spanned<String>) -> String {
    format!("'{}'", written.get_ref())
}
