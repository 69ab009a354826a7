//! The schemas that editors check a file by, and the programs that read it, say the same: settings, themes, policy.

use nmp_console::app::own_keys::OwnKeys;
use nmp_console::audit::Policy;
use nmp_console::audit::rule::RULES;
use nmp_console::config::console_config::ConsoleConfig;
use nmp_console::ui::theme::{ROLES, Sheet};
use rstest::rstest;
use serde_json::Value;

use crate::wishes::faults;

const CONFIG: &str = include_str!("../../assets/schema/config.schema.json");
const THEME: &str = include_str!("../../assets/schema/theme.schema.json");
const KEYS: &str = include_str!("../../assets/schema/keys.schema.json");
const POLICY: &str = include_str!("../../assets/schema/policy.schema.json");

fn takes(schema: &str, text: &str) -> Result<(), String> {
    let faults = faults(schema, text);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

fn reads(schema: &str, text: &str) -> Result<(), String> {
    match schema {
        THEME => Sheet::parse(text).map(drop).map_err(|problem| problem.to_string()),
        KEYS => OwnKeys::parse(text)
            .map(drop)
            .map_err(|problems| format!("{problems:?}")),
        POLICY => Policy::parse(text).map(drop).map_err(|problem| problem.to_string()),
        _ => {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("config.toml"), text).unwrap();
            let read = ConsoleConfig::read(Some(folder.path()));
            read.map(drop).map_err(|error| error.to_string())
        }
    }
}

#[rstest]
#[case(CONFIG, include_str!("../../assets/config.toml"), "config")]
#[case(THEME, include_str!("../../assets/themes/dark.toml"), "theme")]
#[case(THEME, include_str!("../../assets/themes/light.toml"), "theme")]
#[case(THEME, include_str!("../../assets/themes/high-contrast.toml"), "theme")]
#[case(POLICY, include_str!("../../assets/policy.toml"), "policy")]
#[case(KEYS, include_str!("../../assets/keys.toml"), "keys")]
fn samples_name_their_schema_and_keep_to_it(#[case] schema: &str, #[case] sample: &str, #[case] name: &str) {
    let head = sample.lines().next().unwrap();
    assert!(
        head.starts_with("#:schema ") && head.ends_with(&format!("schema/{name}.schema.json")),
        "{head}"
    );
    assert_eq!((takes(schema, sample), reads(schema, sample)), (Ok(()), Ok(())));
}

#[rstest]
#[case::nothing(CONFIG, "")]
#[case::empty_context(CONFIG, "[contexts.'a b']")]
#[case::word_with_blanks(CONFIG, "[contexts.a]\nword = ' PROD EU '")]
#[case::longest_word(CONFIG, "[contexts.a]\nword = 'ABCDEFGHIJKL'")]
#[case::no_proxy(CONFIG, "[contexts.a]\nproxy = 'none'\nread_only = false")]
#[case::watch(CONFIG, "watch = 5")]
#[case::motion(CONFIG, "motion = 'full'\ntheme = 'mine'")]
#[case::mouse(CONFIG, "mouse = true")]
#[case::nothing(THEME, "")]
#[case::empty_role(THEME, "[text]")]
#[case::colours(
    THEME,
    "[text]\nforeground = 'bright-black'\nbackground = 255\n[key]\nforeground = '#aAbBcC'"
)]
#[case::nothing(POLICY, "")]
#[case::no_lists(POLICY, "approved_domains = []\nsuppress = []")]
#[case::domains(POLICY, "approved_domains = ['*.äpfel.example', 'x']")]
#[case::principal_alone(
    POLICY,
    "[[suppress]]\nrule = 'stale-grant'\nprincipal = '*'\nreason = 'r'\nowner = 'o'\nexpires = '2027-01-31'"
)]
#[case::nothing(KEYS, "")]
#[case::none(KEYS, "[members]\nremove = []")]
#[case::names(KEYS, "[list]\ndown = ['down', 'shift-up', 'pagedown', 'f24', '\\', 'ü', \"'\"]")]
#[case::modifiers(KEYS, "[everywhere]\nredraw = ['ctrl-alt-x', 'alt-D', 'ctrl-D', 'alt-space']")]
fn both_take(#[case] schema: &str, #[case] text: &str) {
    assert_eq!((takes(schema, text), reads(schema, text)), (Ok(()), Ok(())));
}

#[rstest]
#[case::key(CONFIG, "themes = 'dark'")]
#[case::key_of_a_context(CONFIG, "[contexts.a]\nreadonly = true")]
#[case::contexts(CONFIG, "contexts = []")]
#[case::theme(CONFIG, "theme = 1")]
#[case::motion(CONFIG, "motion = 'none'")]
#[case::mouse(CONFIG, "mouse = 'on'")]
#[case::watch(CONFIG, "watch = 4")]
#[case::watch_as_text(CONFIG, "watch = '5'")]
#[case::switch(CONFIG, "[contexts.a]\nread_only = 'yes'")]
#[case::proxy(CONFIG, "[contexts.a]\nproxy = ' '")]
#[case::dialect(CONFIG, "[contexts.a]\ndialect = 'nmp'")]
#[case::no_word(CONFIG, "[contexts.a]\nword = ' '")]
#[case::long_word(CONFIG, "[contexts.a]\nword = 'ABCDEFGHIJKLM'")]
#[case::accent(CONFIG, "[contexts.a]\naccent = 'Red'")]
#[case::protect(CONFIG, "[contexts.a]\nprotect = true")]
#[case::protection(CONFIG, "[contexts.a]\nprotect = 'yes'")]
#[case::role(THEME, "[texts]")]
#[case::role_as_text(THEME, "text = 'red'")]
#[case::key_of_a_role(THEME, "[text]\nblink = true")]
#[case::switch(THEME, "[text]\nbold = 'yes'")]
#[case::name(THEME, "[text]\nforeground = 'Red'")]
#[case::short(THEME, "[text]\nforeground = '#fff'")]
#[case::number(THEME, "[text]\nforeground = 256")]
#[case::negative(THEME, "[text]\nforeground = -1")]
#[case::fraction(THEME, "[text]\nforeground = 1.5")]
#[case::key(POLICY, "max_admin = 3")]
#[case::threshold(POLICY, "max_admins = 0")]
#[case::large(POLICY, "stale_after_days = 1000001")]
#[case::domain(POLICY, "approved_domains = ['a@example.com']")]
#[case::domain_twice(POLICY, "approved_domains = ['a.b', 'a.b']")]
#[case::rule(POLICY, "disabled_rules = ['stale']")]
#[case::reason(POLICY, "require_reason = ['admin']")]
#[case::no_reason(POLICY, "[[allow_wildcard]]\nworkspace = 'a'\nrole = 'Viewer'")]
#[case::blank_reason(POLICY, "[[allow_wildcard]]\nworkspace = 'a'\nrole = 'Viewer'\nreason = ' '")]
#[case::other_role(POLICY, "[[allow_wildcard]]\nworkspace = 'a'\nrole = 'Auditor'\nreason = 'r'")]
#[case::nobody(POLICY, "[[require_admin]]\nworkspace = 'a'\nprincipal = ''")]
#[case::no_pattern(POLICY, "[[require_admin]]\nworkspace = ''\nprincipal = 'a'")]
#[case::everything(
    POLICY,
    "[[suppress]]\nrule = 'stale-grant'\nreason = 'r'\nowner = 'o'\nexpires = 2027-01-31"
)]
#[case::itself(
    POLICY,
    "[[suppress]]\nrule = 'expired-suppression'\nworkspace = 'a'\nreason = 'r'\nowner = 'o'\nexpires = 2027-01-31"
)]
#[case::no_day(
    POLICY,
    "[[suppress]]\nrule = 'stale-grant'\nworkspace = 'a'\nreason = 'r'\nowner = 'o'\nexpires = '2027-02-30'"
)]
#[case::place(KEYS, "[member]\nremove = []")]
#[case::action(KEYS, "[members]\nremoves = []")]
#[case::no_list(KEYS, "[members]\nremove = 'd'")]
#[case::no_text(KEYS, "[members]\nremove = [1]")]
#[case::no_key(KEYS, "[members]\nremove = ['']")]
#[case::two_keys(KEYS, "[members]\nremove = ['g g']")]
#[case::function(KEYS, "[members]\nremove = ['f25']")]
#[case::order(KEYS, "[members]\nremove = ['alt-ctrl-d']")]
#[case::twice(KEYS, "[members]\nremove = ['d', 'd']")]
fn both_refuse(#[case] schema: &str, #[case] text: &str) {
    assert!(takes(schema, text).is_err(), "the schema takes it");
    assert!(reads(schema, text).is_err(), "the program takes it");
}

/// What the program knows by name, the schema does, too.
#[test]
fn the_schemas_know_every_role_and_every_rule() {
    let at = |schema: &str, pointer: &str| {
        let schema: Value = serde_json::from_str(schema).unwrap();
        schema.pointer(pointer).cloned().unwrap()
    };
    let roles = at(THEME, "/properties");
    let mut roles: Vec<&String> = roles.as_object().unwrap().keys().collect();
    let mut known = ROLES.map(|(name, ..)| name);
    roles.sort();
    known.sort_unstable();
    assert_eq!(roles, known);
    let rules = at(POLICY, "/$defs/rule/enum");
    let rules: Vec<&str> = rules.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rules, known);
}
