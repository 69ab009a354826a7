//! Keys of somebody's own: what `nmp-console keys` says of them, and what editors know of them.

use assert_cmd::Command;
use nmp_console::app::keymap::{Context, KeyMap};
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;

/// Runs `nmp-console keys` where this is the file of its user; returns the exit code, the data and what is said.
fn keys(file: Option<&[u8]>, options: &[&str]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("nmp-console");
    std::fs::create_dir_all(&folder).unwrap();
    if let Some(file) = file {
        std::fs::write(folder.join("keys.toml"), file).unwrap();
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    program
        .env_clear()
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path());
    let output = program.arg("keys").args(options).output().unwrap();
    let home = home.path().to_str().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(home, "~");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_action_is_listed_with_where_its_keys_come_from() {
    let file = b"[members]\nremove = ['delete', 'j']\nundo = []\n[screen]\nrefresh = ['d']\n";
    let (code, table, said) = keys(Some(file), &[]);
    assert_eq!((code, said.as_str()), (0, ""));
    let row = |begins: &[&str]| {
        let mut rows = table.lines();
        let row = rows.find(|row| row.split_whitespace().take(begins.len()).eq(begins.iter().copied()));
        row.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default()
    };
    assert!(
        row(&["members", "remove"]).starts_with("members remove delete j keys.toml:2 Remove"),
        "{table}"
    );
    assert!(
        row(&["members", "undo"]).starts_with("members undo - keys.toml:3 Undo"),
        "{table}"
    );
    assert!(
        row(&["workspaces", "delete"]).starts_with("workspaces delete - usual: d Delete"),
        "{table}"
    );
    assert!(
        row(&["members", "add"]).starts_with("members add a usual Add"),
        "{table}"
    );
    assert_eq!(table.lines().count(), KeyMap::default().all().count() + 1);
}

#[test]
fn a_check_tells_what_keys_did_before() {
    let (code, told, _) = keys(Some(b"[members]\nremove = ['j']\n"), &["--check"]);
    assert_eq!(code, 0);
    assert_eq!(
        told,
        "~/nmp-console/keys.toml is in order: it gives keys to 1 action\n  j is remove in [members], not down in [list]\n"
    );
    let (code, told, _) = keys(Some(b"[members]\nremove = ['t', 'j']\n"), &["--check"]);
    assert_eq!(code, 0);
    let lost = "t is remove in [members], not columns in [list]\n";
    assert!(told.contains(lost), "{told}");
    assert!(
        told.ends_with("\n  no key is left for columns in [list], while in [members]\n"),
        "{told}"
    );
    let both = b"[members]\nremove = ['f5']\n[screen]\nrefresh = ['f5']\n";
    let (_, told, _) = keys(Some(both), &["--check"]);
    assert!(
        told.ends_with("2 actions\n  no key is left for refresh in [screen], while in [members]\n"),
        "{told}"
    );
    let (code, told, _) = keys(None, &["--check"]);
    assert_eq!(
        (code, told.as_str()),
        (0, "~/nmp-console/keys.toml does not exist: every key is as usual\n")
    );
}

#[test]
fn a_check_tells_where_a_key_of_every_dialog_cannot_count() {
    let (code, told, _) = keys(Some(b"[dialog]\ncancel = ['f10']\n"), &["--check"]);
    assert_eq!(code, 0);
    assert_eq!(told, "~/nmp-console/keys.toml is in order: it gives keys to 1 action\n");
    let (_, table, _) = keys(Some(b"[dialog]\ncancel = ['f10']\n"), &[]);
    let words = |row: &str| row.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    assert!(
        table
            .lines()
            .any(|row| words(row) == "proposals cancel f10 keys.toml:2"),
        "{table}"
    );
    let (_, told, _) = keys(Some(b"[list]\ndown = ['n']\n"), &["--check"]);
    assert!(
        told.ends_with("\n  n is not down in [filter], where it is text: use ↓\n"),
        "{told}"
    );
}

#[test]
fn what_is_printed_is_a_file_that_changes_nothing() {
    let (_, printed, _) = keys(None, &["--print"]);
    let (code, again, said) = keys(Some(printed.as_bytes()), &["--print"]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert_eq!(again, printed);
}

#[rstest]
#[case::none(b"[members]\nremove = ['d', 'dd']\n[screen]\nhelp = []\nquit = ['q']\n", &[
    "nmp-console: ~/nmp-console/keys.toml, line 2, column 16: 'dd' is not a key",
    "\nnmp-console: ~/nmp-console/keys.toml, line 5, column 1: [screen] has no action 'quit'; it is an action of [everywhere]",
    "\nnmp-console: 2 problems in ~/nmp-console/keys.toml\n",
])]
#[case::hostile(b"[members]\n\"a\\u001b[31m\" = []", &["[members] has no action 'a\\x1b[31m'"])]
#[case::no_text(b"[members]\nremove = ['\xff']\n", &["line 2 contains bytes that are not UTF-8"])]
fn what_cannot_be_is_said_with_its_line(
    #[case] file: &[u8],
    #[case] expected: &[&str],
    #[values("--check", "--print")] option: &str,
) {
    let (code, data, said) = keys(Some(file), &[option]);
    assert_eq!((code, data.as_str()), (4, ""), "{said}");
    for expected in expected {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let (code, _, said) = keys(Some("#".repeat(70_000).as_bytes()), &[]);
    assert!(
        code == 4 && said.contains("keys.toml: it is larger than 64 KiB"),
        "{said}"
    );
}

/// The schema is written by the test that holds it: `UPDATE_DOCS=1` does so.
#[test]
fn the_schema_knows_every_place_and_every_action() {
    let section = |context: Context| -> Value {
        let actions = KeyMap::default().of(context).map(|binding| {
            let described = json!({"description": binding.help, "$ref": "#/$defs/keys"});
            (binding.action.name().to_owned(), described)
        });
        let actions: serde_json::Map<String, Value> = actions.collect();
        json!({
            "description": format!("Keys {}.", place(context)),
            "type": "object",
            "additionalProperties": false,
            "properties": actions,
        })
    };
    let sections = Context::ALL.map(|context| (context.name().to_owned(), section(context)));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:nmp-console:schema:keys:1",
        "title": "Keys of nmp-console",
        "description": "Keys of your own: keys.toml in the console's config folder. Beyond this schema the program refuses a key that two actions of one place have, or that is text where text is typed, a yes that is the key of its question, and a place without a way out; and a file that is larger than 64 KiB or not UTF-8.",
        "type": "object",
        "additionalProperties": false,
        "properties": serde_json::Map::from_iter(sections),
        "$defs": {
            "keys": {
                "type": "array",
                "uniqueItems": true,
                "items": {
                    "type": "string",
                    "pattern": "^(ctrl-)?(alt-)?([^\\s\\u0000-\\u001f\\u007f]|space|enter|return|esc|escape|tab|shift-tab|backspace|delete|del|↑|↓|←|→|up|down|left|right|shift-↑|shift-↓|shift-up|shift-down|pgup|pgdn|pageup|pagedown|home|end|f([1-9]|1[0-9]|2[0-4]))$",
                },
            },
        },
    });
    let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema/keys.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == expected,
        "the schema does not say what the key map says: run UPDATE_DOCS=1 cargo test --test it own_keys"
    );
}

fn place(context: Context) -> String {
    let title = context.title();
    if title.starts_with("while ") || title == "everywhere" {
        title.to_owned()
    } else {
        format!("of '{title}'")
    }
}
