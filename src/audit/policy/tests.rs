//! The sample, and what is said about files that are none.

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;

const SAMPLE: &str = include_str!("../../../assets/policy.toml");

#[test]
fn the_sample_is_a_policy() {
    let policy = Policy::parse(SAMPLE).expect("the sample can be read");
    assert_eq!((policy.max_admins, policy.stale_after_days), (8, 365));
    assert_eq!(policy.suppressions().count(), 2);
    let second = policy.suppression(1).expect("there are two");
    assert_eq!(second.owner, "security@example.com");
    assert_eq!(second.expires, jiff::civil::date(2027, 3, 31));
    assert_eq!(second.target().as_str(), "stale-grant in '*' of 'service-account:*'");
    assert_eq!(policy.suppression(2), None);
}

#[test]
fn no_file_and_an_empty_one_are_alike() {
    assert_eq!(Policy::parse(""), Ok(Policy::default()));
    assert_eq!(Policy::parse("# nothing\n"), Ok(Policy::default()));
}

#[rstest]
#[case("example.com", true)]
#[case("EXAMPLE.com", true)]
#[case("ml.example.com", true)]
#[case("badexample.com", false)]
#[case("example.com.evil.net", false)]
#[case("partner.org", true)]
#[case("sub.partner.org", false)]
fn approves_domains_and_those_below(#[case] domain: &str, #[case] is_approved: bool) {
    let policy = Policy::parse("approved_domains = ['Example.com', '*.example.com', 'partner.org']").unwrap();
    assert_eq!(policy.approves(domain), is_approved);
}

#[rstest]
#[case("public-1", Role::Viewer, true)]
#[case("public-1", Role::Editor, true)]
#[case("public-1", Role::Admin, false)]
#[case("private", Role::Viewer, false)]
fn allows_wildcards_up_to_a_role(#[case] workspace: &str, #[case] role: Role, #[case] is_allowed: bool) {
    let text = "[[allow_wildcard]]\nworkspace = 'public-*'\nrole = 'Editor'\nreason = 'open'";
    let policy = Policy::parse(text).unwrap();
    assert_eq!(policy.allowed_wildcard(workspace, &role).is_some(), is_allowed);
}

const FULL: &str = "[[suppress]]\nrule = 'stale-grant'\nworkspace = 'a'\nprincipal = 'b'\nreason = 'r'\nowner = 'o'\n\
                    expires = 2026-12-31\n";

#[test]
fn a_suppression_counts_to_the_end_of_its_last_day() {
    let policy = Policy::parse(FULL).unwrap();
    let suppression = policy.suppression(0).unwrap();
    assert!(suppression.counts_on(jiff::civil::date(2026, 12, 31)));
    assert!(!suppression.counts_on(jiff::civil::date(2027, 1, 1)));
}

#[rstest]
#[case("2026-12-31", true)]
#[case("'2026-12-31'", true)]
#[case("'31.12.2026'", false)]
#[case("2026-12-31T10:00:00Z", false)]
#[case("20261231", false)]
fn dates_are_plain_days(#[case] written: &str, #[case] is_date: bool) {
    let parsed = Policy::parse(&FULL.replace("2026-12-31", written));
    assert_eq!(parsed.is_ok(), is_date);
}

#[rstest]
#[case("*", "*", true)]
#[case("*", "bob@x.com", false)]
#[case("*@x.com", "bob@x.com", true)]
#[case("*@x.com", "bob@y.com", false)]
#[case("bob@x.com", "bob@x.com", true)]
#[case("bob@x.com", "Bob@x.com", false)]
fn principals_are_names_or_patterns(#[case] written: &str, #[case] principal: &str, #[case] is_meant: bool) {
    let policy = Policy::parse(&FULL.replace("'b'", &format!("'{written}'"))).unwrap();
    let principal = Principal::from_platform(principal);
    assert_eq!(
        policy.suppression(0).unwrap().is_for_principal(Some(&principal)),
        is_meant
    );
    assert!(!policy.suppression(0).unwrap().is_for_principal(None));
}

#[rstest]
#[case::unknown_key("max_admins = 3\nmax_admin = 4", (2, 1), "'max_admin' is unknown here (known are: max_admins, ")]
#[case::wrong_type("max_admins = 'x'", (1, 14), "a whole number is needed, not a text")]
#[case::too_small("max_admins = 0", (1, 14), "from 1 to 1000000")]
#[case::no_toml("max_admins = ", (1, 14), "")]
#[case::twice("max_admins = 1\nmax_admins = 2", (2, 1), "duplicate key")]
#[case::unknown_rule("disabled_rules = ['single-admin', 'x']", (1, 35), "unknown rule 'x': one of wildcard-admin, ")]
#[case::rule_twice("disabled_rules = ['single-admin', 'single-admin']", (1, 35), "twice")]
#[case::bad_domain("approved_domains = ['a@b.c']", (1, 21), "'a@b.c' is not a domain")]
#[case::no_role("[[allow_wildcard]]\nworkspace = 'é'\nrole = 'Owner'\nreason = 'r'", (3, 8), "'Owner' cannot be allowed")]
#[case::no_reason("[[allow_wildcard]]\nworkspace = 'x'\nrole = 'Viewer'", (1, 1), "[[allow_wildcard]] needs 'reason'")]
#[case::column_in_characters("[[suppress]]\nrule = 'ü'", (2, 8), "unknown rule 'ü'")]
fn says_where_and_what_is_wrong(#[case] text: &str, #[case] place: (usize, usize), #[case] said: &str) {
    let problem = Policy::parse(text).expect_err("it is wrong");
    assert_eq!((problem.line, problem.column), place, "{problem}");
    assert!(problem.message.as_str().contains(said), "{problem}");
    assert!(!problem.message.as_str().contains('\n'));
}

#[rstest]
#[case("rule")]
#[case("reason")]
#[case("owner")]
#[case("expires")]
fn a_suppression_needs_its_reason_owner_and_end(#[case] key: &str) {
    let lines = FULL.lines().filter(|line| !line.starts_with(key));
    let text: Vec<&str> = lines.collect();
    let problem = Policy::parse(&text.join("\n")).expect_err("something is missing");
    assert_eq!(
        problem.to_string(),
        format!("line 1, column 1: [[suppress]] needs '{key}'")
    );
}

#[rstest]
#[case::blank_owner(FULL.replace("'o'", "' '"), "'owner' must not be empty")]
#[case::bad_glob(FULL.replace("'a'", "'[a'"), "'[a' is not a pattern")]
#[case::no_target(FULL.replace("workspace = 'a'\nprincipal = 'b'\n", ""), "needs a workspace or a principal")]
#[case::same_again(FULL.repeat(2), "number 1: remove one")]
#[case::of_itself(FULL.replace("stale-grant", "expired-suppression"), "renew it or remove it")]
#[case::of_nothing(format!("disabled_rules = ['stale-grant']\n{FULL}"), "suppresses nothing")]
#[case::unknown_key(format!("{FULL}until = 1"), "'until' is unknown here")]
fn refuses_suppressions_nobody_could_mean(#[case] text: String, #[case] said: &str) {
    let problem = Policy::parse(&text).expect_err("it is wrong");
    assert!(problem.message.as_str().contains(said), "{problem}");
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,80}", cut in 0_usize..1_200) {
        drop(Policy::parse(&text));
        let cut: String = SAMPLE.chars().take(cut).collect();
        drop(Policy::parse(&format!("{cut}{text}")));
    }
}
