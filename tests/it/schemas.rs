//! The schemas that editors check a file by, and the programs that read it, say the same: settings, themes, policy, keys, views.

use nmp_console::app::columns::ListKind;
use nmp_console::app::list::MOST_KEYS;
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::app::views::{LONGEST_NAME, MOST_VIEWS, Views};
use nmp_console::audit::Policy;
use nmp_console::audit::rule::RULES;
use nmp_console::config::console_config::ConsoleConfig;
use nmp_console::ui::theme::{ROLES, Sheet};
use rstest::rstest;
use serde_json::{Map, Value, json};
use std::path::Path;

use crate::docs;
use crate::wishes::faults;

const CONFIG: &str = include_str!("../../assets/schema/config.schema.json");
const THEME: &str = include_str!("../../assets/schema/theme.schema.json");
const KEYS: &str = include_str!("../../assets/schema/keys.schema.json");
const VIEWS: &str = include_str!("../../assets/schema/views.schema.json");
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
        VIEWS => Views::parse(text).map(drop).map_err(|problem| problem.to_string()),
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
#[case(VIEWS, include_str!("../../assets/views.toml"), "views")]
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
#[case::completions(CONFIG, "[completions]")]
#[case::no_workspaces(CONFIG, "[completions]\nworkspaces = false")]
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
#[case::nothing(VIEWS, "")]
#[case::empty(VIEWS, "[workspaces]\nviews = []\n[audit-matrix]\ncolumns = []")]
#[case::name_alone(VIEWS, "[[members.views]]\nname = 'ein Name, höchstens 40 Zeichen lang.....'")]
#[case::orders(
    VIEWS,
    "[[contexts.views]]\nname = 'a'\nsort = ['-file', 'name', 'user']\nfilter = ''"
)]
#[case::columns(VIEWS, "[audit]\ncolumns = ['by', 'principal', 'workspace']")]
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
#[case::completions(CONFIG, "completions = false")]
#[case::completion(CONFIG, "[completions]\ncontexts = false")]
#[case::workspaces(CONFIG, "[completions]\nworkspaces = 'no'")]
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
#[case::list(VIEWS, "[workspace]")]
#[case::key_of_a_list(VIEWS, "[members]\ncolumn = []")]
#[case::key_of_a_view(VIEWS, "[[members.views]]\nname = 'a'\nfilters = ''")]
#[case::hidden_name(VIEWS, "[members]\ncolumns = ['roles']")]
#[case::hidden_workspace(VIEWS, "[audit]\ncolumns = ['principal', 'roles']")]
#[case::column(VIEWS, "[members]\ncolumns = ['principal', 'role']")]
#[case::column_twice(VIEWS, "[members]\ncolumns = ['principal', 'principal']")]
#[case::column_of_matrix(VIEWS, "[audit-matrix]\ncolumns = ['principal']")]
#[case::no_name(VIEWS, "[[members.views]]\nfilter = 'a'")]
#[case::empty_name(VIEWS, "[[members.views]]\nname = ''")]
#[case::blank_first(VIEWS, "[[members.views]]\nname = ' a'")]
#[case::blank_last(VIEWS, "[[members.views]]\nname = 'a '")]
#[case::long_name(VIEWS, "[[members.views]]\nname = 'a name that is longer than forty letters.'")]
#[case::escape(VIEWS, "[[members.views]]\nname = \"a\\u001Bb\"")]
#[case::escape_in_filter(VIEWS, "[[members.views]]\nname = 'a'\nfilter = \"a\\u001Bb\"")]
#[case::order(VIEWS, "[[members.views]]\nname = 'a'\nsort = ['role']")]
#[case::order_twice(VIEWS, "[[members.views]]\nname = 'a'\nsort = ['roles', 'roles']")]
#[case::four_orders(
    VIEWS,
    "[[members.views]]\nname = 'a'\nsort = ['roles', 'kind', 'granted by', 'granted']"
)]
#[case::order_of_findings(VIEWS, "[[audit-findings.views]]\nname = 'a'\nsort = ['finding']")]
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

/// What is kept of one list, as an editor checks it.
fn list_schema(kind: ListKind) -> Value {
    let names: Vec<&str> = kind.usual().collect();
    let fixed = kind.columns().iter().filter(|column| column.is_fixed);
    let fixed: Vec<Value> = fixed
        .map(|column| json!({ "contains": { "const": column.name } }))
        .collect();
    let mut columns = json!({
        "description": "The columns on show, from left to right; what is left out is hidden.",
        "type": "array",
        "uniqueItems": true,
    });
    if names.is_empty() {
        columns["maxItems"] = json!(0);
    } else {
        columns["items"] = json!({ "enum": names });
        columns["allOf"] = json!(fixed);
    }
    // What orders were called before is read still, and not proposed.
    let orders: Vec<String> = kind
        .orders()
        .flat_map(|(_, name)| [name.to_owned(), format!("-{name}")])
        .collect();
    let mut sort = json!({
        "description": "The order, the first counts first; - turns one round.",
        "type": "array",
        "uniqueItems": true,
    });
    if orders.is_empty() {
        sort["maxItems"] = json!(0);
    } else {
        sort["maxItems"] = json!(MOST_KEYS);
        sort["items"] = json!({ "enum": orders });
    }
    json!({
        "description": format!("What is kept of the list '{}'.", kind.name()),
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "columns": columns,
            "views": {
                "description": "Views that are saved under a name.",
                "type": "array",
                "maxItems": MOST_VIEWS,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "properties": {
                        "name": { "$ref": "#/$defs/name" },
                        "filter": { "$ref": "#/$defs/filter" },
                        "sort": sort,
                        "columns": columns.clone(),
                    },
                },
            },
        },
    })
}

/// The schema is written by the test that holds it: `UPDATE_DOCS=1` does so.
#[test]
fn the_schema_of_views_knows_every_list_with_its_columns_and_orders() {
    let lists = ListKind::ALL.map(|kind| (kind.name().to_owned(), list_schema(kind)));
    let lists: Map<String, Value> = lists.into_iter().collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:nmp-console:schema:views:1",
        "title": "Columns and saved views of nmp-console",
        "description": "views.toml in the console's config folder. Beyond this schema the program refuses two views of one list whose names differ in nothing but case, an order that appears both ways, characters that cannot be seen, and a file that is larger than 64 KiB or not UTF-8.",
        "type": "object",
        "additionalProperties": false,
        "properties": lists,
        "$defs": {
            "name": {
                "description": "What the view is called.",
                "type": "string",
                "maxLength": LONGEST_NAME,
                "pattern": "^[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$",
            },
            "filter": {
                "description": "As it is typed into the filter of the list.",
                "type": "string",
                "maxLength": 1000,
                "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
            },
        },
    });
    let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema/views.schema.json");
    if docs::are_updated() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        VIEWS == expected || docs::are_updated(),
        "the schema does not say what the lists say: run UPDATE_DOCS=1 cargo test --test it schemas"
    );
}
