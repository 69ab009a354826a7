//! The access file from outside: its schema, which editors check it by, and the program say the same.

use nmp_console::access::Wishes;
use nmp_console::domain::text::SafeText;
use rstest::rstest;
use serde_json::Value;

const SAMPLE: &str = include_str!("../../assets/access.toml");
const SCHEMA: &str = include_str!("../../assets/schema/wishes.schema.json");
const HEAD: &str = "schema = 1\nserver = 'https://nmp.example.com'\n";

fn against_the_schema(text: &str) -> Vec<String> {
    faults(SCHEMA, text)
}

/// Returns what `schema` says against a file, with dates as the texts that they are to editors.
pub(crate) fn faults(schema: &str, text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let value: toml::Value = toml::from_str(text).unwrap();
    let value = as_json(&value);
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(at) => Value::String(at.to_string()),
        toml::Value::Array(list) => Value::Array(list.iter().map(as_json).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect())
        }
        toml::Value::String(_) | toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => {
            serde_json::to_value(value).unwrap()
        }
    }
}

fn against_the_program(text: &str) -> Vec<String> {
    let read = Wishes::parse(&[(SafeText::new("it"), text.to_owned())]);
    let problems = read.err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_sample_is_what_the_schema_says() {
    assert_eq!(against_the_schema(SAMPLE), Vec::<String>::new());
    assert_eq!(against_the_program(SAMPLE), Vec::<String>::new());
    for word in [
        "mode",
        "owner",
        "create",
        "description",
        "members",
        "absent",
        "until",
        "reason",
        "ticket",
        "roles",
    ] {
        assert!(
            SAMPLE.contains(&format!("{word} = ")) || SAMPLE.contains(&format!(".{word}]")),
            "{word}"
        );
    }
}

#[rstest]
#[case::nothing("")]
#[case::empty_workspace("[workspace.a]")]
#[case::quoted_workspace("[workspace.'a b.c']")]
#[case::roles("[workspace.a.members]\n'al@x' = ['Admin', 'Auditor']")]
#[case::in_full("[workspace.a.members.'al@x']\nroles = ['Admin']\nuntil = 2027-03-31\nreason = 'r'\nticket = 't'")]
#[case::day_as_text("[workspace.a.members]\n'al@x' = { roles = ['Admin'], until = '2027-03-31' }")]
#[case::everyone("[workspace.system]\nmode = 'additive'\n[workspace.system.members]\n'*' = ['Viewer']")]
#[case::odd_names("[workspace.a.members]\n'a/b' = ['Viewer']\n\"o\\\"h\\u0000\" = ['Viewer']")]
#[case::absent("[workspace.a]\nabsent = ['al@x', 'bo@x']")]
#[case::nobody("[workspace.a]\nmode = 'authoritative'\nabsent = []\nmembers = {}")]
#[case::create("[workspace.new-one]\ncreate = true\ndescription = 'd'")]
#[case::no_create("[workspace.a]\ncreate = false")]
fn both_take(#[case] text: &str) {
    let text = format!("{HEAD}{text}\n");
    assert_eq!(against_the_schema(&text), Vec::<String>::new());
    assert_eq!(against_the_program(&text), Vec::<String>::new());
}

#[rstest]
#[case::key("x = 1")]
#[case::workspaces_as_list("workspace = []")]
#[case::workspace_as_text("[workspace]\na = 'x'")]
#[case::key_of_a_workspace("[workspace.a]\nmember = {}")]
#[case::slash("[workspace.'a/b']")]
#[case::quote("[workspace.'a\"b']")]
#[case::control("[workspace.\"a\\u0085b\"]")]
#[case::no_name("[workspace.'']")]
#[case::dots("[workspace.'..']")]
#[case::mode("[workspace.a]\nmode = 'Additive'")]
#[case::system("[workspace.system]\nmode = 'authoritative'")]
#[case::default("[workspace.default]\nmode = 'authoritative'")]
#[case::create_system("[workspace.system]\ncreate = true\ndescription = 'd'")]
#[case::owner("[workspace.a]\nowner = ' '")]
#[case::owners("[workspace.a]\nowner = ['o']")]
#[case::no_description("[workspace.a2]\ncreate = true")]
#[case::blank_description("[workspace.a2]\ncreate = true\ndescription = ''")]
#[case::description_alone("[workspace.a2]\ndescription = 'd'")]
#[case::description_without("[workspace.a2]\ncreate = false\ndescription = 'd'")]
#[case::members_as_list("[workspace.a]\nmembers = ['al@x']")]
#[case::nobody("[workspace.a.members]\n'' = ['Viewer']")]
#[case::role_as_text("[workspace.a.members]\n'al@x' = 'Viewer'")]
#[case::no_role("[workspace.a.members]\n'al@x' = []")]
#[case::blank_role("[workspace.a.members]\n'al@x' = [' ']")]
#[case::number("[workspace.a.members]\n'al@x' = [1]")]
#[case::role_twice("[workspace.a.members]\n'al@x' = ['Viewer', 'Viewer']")]
#[case::no_roles("[workspace.a.members]\n'al@x' = { reason = 'r' }")]
#[case::key_of_a_member("[workspace.a.members]\n'al@x' = { roles = ['Viewer'], since = 2027-01-01 }")]
#[case::moment("[workspace.a.members]\n'al@x' = { roles = ['Viewer'], until = 2027-01-01T00:00:00Z }")]
#[case::no_day("[workspace.a.members]\n'al@x' = { roles = ['Viewer'], until = '2027-02-30' }")]
#[case::absent("[workspace.a]\nabsent = 'al@x'")]
#[case::absent_twice("[workspace.a]\nabsent = ['al@x', 'al@x']")]
#[case::absent_nobody("[workspace.a]\nabsent = ['']")]
fn both_refuse(#[case] text: &str) {
    let text = format!("{HEAD}{text}\n");
    assert_ne!(against_the_schema(&text), Vec::<String>::new());
    assert_ne!(against_the_program(&text), Vec::<String>::new());
}

#[rstest]
#[case("server = 'https://x'\n")]
#[case("schema = 1\n")]
#[case("schema = 2\nserver = 'https://x'\n")]
#[case("schema = '1'\nserver = 'https://x'\n")]
#[case("schema = 1\nserver = 'nmp.example.com'\n")]
#[case("schema = 1\nserver = 'https://u:p@x'\n")]
#[case("schema = 1\nserver = 'https://x/?a'\n")]
fn both_need_the_head(#[case] text: &str) {
    assert_ne!(against_the_schema(text), Vec::<String>::new());
    assert_ne!(against_the_program(text), Vec::<String>::new());
}

/// Some editors take a condition that names no key for one that allows none, and a text with a format for a date alone.
#[test]
fn what_editors_read_narrowly_is_said_twice() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for part in ["if", "then", "else"] {
        assert_eq!(
            schema["$defs"]["workspace"][part]["additionalProperties"], true,
            "{part}"
        );
    }
    let until = &schema["$defs"]["member"]["anyOf"][1]["properties"]["until"]["anyOf"];
    assert_eq!(
        (&until[0]["format"], &until[1]["format"]),
        (&Value::from("date"), &Value::Null)
    );
    assert_eq!(until[0]["pattern"], until[1]["pattern"]);
}

/// What a schema cannot say stands in its description.
#[rstest]
#[case("[workspace.a.members]\n'al@x' = ['edtor']")]
#[case("[workspace.a.members]\n'al@x' = ['admin']")]
#[case("[workspace.a.members]\n'al@x' = ['Admin']\n'Al@x' = ['Viewer']")]
#[case("[workspace.a]\nabsent = ['al@x']\n[workspace.a.members]\n'al@x' = ['Admin']")]
#[case("[workspace.A]\ncreate = true\ndescription = 'd'")]
fn the_program_refuses_more(#[case] text: &str) {
    let text = format!("{HEAD}{text}\n");
    assert_eq!(against_the_schema(&text), Vec::<String>::new());
    assert_ne!(against_the_program(&text), Vec::<String>::new());
}

#[test]
fn what_is_wrong_never_repeats_what_may_be_a_secret() {
    let text = "schema = 1\nserver = 'https://me:s3cret@nmp.example.com'\n";
    let said = against_the_program(text).concat();
    assert!(
        said.contains("contains a user name or password") && !said.contains("s3cret"),
        "{said}"
    );
}
