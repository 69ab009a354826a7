//! Slips of the hand: who is probably meant by a name that nobody has.

use super::choice;
use super::ids::Principal;
use super::mention::means_everyone;
use std::collections::HashMap;

/// How many letters can be wrong in all.
const MOST: usize = 2;

/// Returns who of `known` is probably meant by `typed`, which is nobody's name; where only the domain looks mistyped,
/// the same name at the known domain.
pub fn meant<'a>(typed: &str, known: impl Iterator<Item = &'a Principal>) -> Option<Principal> {
    let (name, domain) = parts(typed);
    let mut best: Option<(usize, &Principal)> = None;
    let mut domains: HashMap<&str, Option<usize>> = HashMap::new();
    for principal in known {
        let (other_name, other_domain) = parts(principal.raw());
        let off_domain = *domains
            .entry(other_domain)
            .or_insert_with(|| slips(domain, other_domain));
        let Some(n) = off_domain.and_then(|n| Some(n + slips(name, other_name)?)) else {
            continue;
        };
        if (1..=MOST).contains(&n) && best.is_none_or(|best| (n, principal) < best) {
            best = Some((n, principal));
        }
    }
    if best.is_some() || domains.get(domain) == Some(&Some(0)) {
        return best.map(|(_, principal)| principal.clone());
    }
    let near = domains.into_iter().filter_map(|(other, n)| Some((n?, other)));
    let (_, near) = near.filter(|(_, other)| !other.is_empty()).min()?;
    Principal::parse_new(&format!("{name}@{near}")).ok()
}

/// Returns what to say of `typed`, whom nobody of `known` is, the members that were read: who may be meant instead.
pub fn unseen<'a>(typed: &Principal, known: impl Iterator<Item = &'a Principal> + Clone) -> Option<String> {
    if typed.is_everyone() || known.clone().any(|other| other == typed) {
        return None;
    }
    let mut namesakes = known.clone();
    let namesake = namesakes.find(|other| other.raw().eq_ignore_ascii_case(typed.raw()));
    let hint = match namesake {
        _ if means_everyone(typed.raw()) => "; did you mean '*', which is everyone?".to_owned(),
        Some(other) => format!("; {} is: upper and lower case are two people here", other.shown()),
        None => {
            meant(typed.raw(), known).map_or_else(String::new, |other| format!("; did you mean {}?", other.shown()))
        }
    };
    Some(format!(
        "'{}' was not seen in the members that were read{hint}",
        typed.shown()
    ))
}

/// Returns what to say of the workspace `typed`, which is none of `known`: those that the caller may see, or all there are.
pub fn no_workspace<'a>(typed: &str, are_all: bool, known: impl IntoIterator<Item = &'a str>) -> String {
    let or_hidden = if are_all { "" } else { ", or you may not see it" };
    let meant = choice::meant(typed, known);
    format!("there is no workspace '{typed}'{or_hidden}{meant}")
}

/// Returns what stands before and behind the `@`.
fn parts(raw: &str) -> (&str, &str) {
    raw.rsplit_once('@').unwrap_or((raw, ""))
}

/// Returns by how many letters `typed` misses `other`; nothing where that is too many for a slip. In a short word any
/// other letter makes another word, and other digits are another number.
fn slips(typed: &str, other: &str) -> Option<usize> {
    if typed == other {
        return Some(0);
    }
    let longest = typed.len().max(other.len());
    let most = match longest {
        0..=4 => return None,
        5..=8 => 1,
        _ => MOST,
    };
    let letters = |text: &str| -> String { text.chars().filter(|c| !c.is_ascii_digit()).collect() };
    if typed.len().abs_diff(other.len()) > most || !typed.is_ascii() || letters(typed) == letters(other) {
        return None;
    }
    let n = strsim::osa_distance(typed, other);
    (n <= most).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::known("alice@example.com", None)]
    #[case::everyone("*", None)]
    #[case::word("Everyone", Some("; did you mean '*', which is everyone?"))]
    #[case::other_case(
        "ALICE@example.com",
        Some("; alice@example.com is: upper and lower case are two people here")
    )]
    #[case::slip("alcie@example.com", Some("; did you mean alice@example.com?"))]
    #[case::somebody_else("zoe@elsewhere.org", Some(""))]
    fn whoever_was_not_seen_is_told_with_whom_that_may_be(#[case] typed: &str, #[case] hint: Option<&str>) {
        let known = ["*", "alice@example.com"].map(Principal::from_platform);
        let said = unseen(&Principal::from_platform(typed), known.iter());
        let begin = format!("'{typed}' was not seen in the members that were read");
        assert_eq!(said, hint.map(|hint| format!("{begin}{hint}")));
    }

    #[rstest]
    #[case::letters_swapped_in_the_domain("bob.miller@exmaple.com", Some("bob.miller@example.com"))]
    #[case::letter_missing("bob.miler@example.com", Some("bob.miller@example.com"))]
    #[case::two_letters("bob.milar@example.com", Some("bob.miller@example.com"))]
    #[case::one_in_each_part("bob.miler@example.con", Some("bob.miller@example.com"))]
    #[case::short_name("alic@example.com", Some("alice@example.com"))]
    #[case::somebody_new_at_a_known_domain("zoe@exampel.com", Some("zoe@example.com"))]
    #[case::group("ml-lead", Some("ml-leads"))]
    #[case::somebody_new("zoe@example.com", None)]
    #[case::other_domain("bob.miller@elsewhere.org", None)]
    #[case::three_letters("bob.mil@example.com", None)]
    #[case::other_short_name("eric@example.com", None)]
    #[case::other_number("user12@example.com", None)]
    #[case::word("nobody", None)]
    fn tells_slips_from_other_names(#[case] typed: &str, #[case] expected: Option<&str>) {
        let known = [
            "alice@example.com",
            "bob.miller@example.com",
            "erin@example.com",
            "user1@example.com",
            "user13@example.com",
            "ml-leads",
            "*",
        ]
        .map(Principal::from_platform);
        let found = meant(typed, known.iter());
        assert_eq!(found.as_ref().map(Principal::raw), expected);
    }
}
