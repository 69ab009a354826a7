//! What the documents say is what the code says. `UPDATE_DOCS=1` writes it into them instead of comparing.

use nmp_console::app::keymap;
use nmp_console::audit::rule;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Held while one section of a document is written: several tests write into one file.
static WRITING: Mutex<()> = Mutex::new(());

/// Returns whether the documents are to be written instead of compared.
pub(crate) fn are_updated() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// Returns what a document says.
pub(crate) fn read(document: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap()
}

/// Returns what users read, each with its path: the README and the pages of the manual.
pub(crate) fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names
        .map(|name| format!("assets/manual/{}", name.to_str().unwrap()))
        .collect();
    names.sort();
    names.insert(0, "README.md".to_owned());
    let page = |name: String| {
        let text = read(&name);
        (name, text)
    };
    names.into_iter().map(page).collect()
}

/// Asserts that the section of a document is as expected; `tests` are those that write it.
pub(crate) fn holds(tests: &str, (document, section): (&str, &str), expected: &str) {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {section} -->\n"), format!("<!-- /{section} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if are_updated() {
        std::fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
        return;
    }
    assert!(
        found == expected,
        "{document} does not say what the code says: run UPDATE_DOCS=1 cargo test --locked --test it {tests}"
    );
}

#[test]
fn the_manual_tells_the_keys_of_the_key_map() {
    holds("docs", ("assets/manual/keys.md", "keys"), &keymap::as_markdown());
}

#[test]
fn the_manual_tells_the_roles_of_a_theme() {
    let rows = nmp_console::ui::theme::ROLES.map(|(name, _, what)| format!("| `{name}` | {what} |\n"));
    holds(
        "docs",
        ("assets/manual/looks.md", "roles"),
        &format!("| role | of what |\n|---|---|\n{}", rows.concat()),
    );
}

#[test]
fn the_manual_tells_the_rules_of_the_audit() {
    holds("docs", ("assets/manual/audit.md", "rules"), &rule::as_markdown());
}

#[test]
fn the_manual_explains_every_guard() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../assets/schema/plan-1.schema.json")).unwrap();
    let words = schema
        .pointer("/properties/guards/items/properties/guard/enum")
        .unwrap();
    let page = include_str!("../../assets/manual/files.md");
    for word in words.as_array().unwrap() {
        let row = format!("\n| `{}` | ", word.as_str().unwrap());
        assert!(page.contains(&row), "the manual does not explain the guard {word}");
    }
}

/// Every command stands in README or manual as it is typed, and what stands there is one.
#[test]
fn the_manual_knows_every_command() {
    let program = || std::process::Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    let help = program().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter_map(|line| line.strip_prefix("  "));
    let names = names
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next());
    let names: Vec<&str> = names
        .filter(|name| !["help", "completions", "man"].contains(name))
        .collect();
    assert!(names.contains(&"can") && names.contains(&"who-can"), "{names:?}");
    let manual: String = pages().into_iter().map(|(_, text)| text).collect();
    let typed: Vec<&str> = manual
        .split("nmp-console ")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| c.is_whitespace() || c == '`').next())
        .collect();
    for name in names {
        assert!(
            typed.contains(&name),
            "neither README nor manual knows 'nmp-console {name}'"
        );
    }
    // The questions as they are typed there are understood: what is wrong is that nothing answers.
    let questions = manual
        .lines()
        .filter_map(|line| line.strip_prefix("| `nmp-console can "));
    for question in questions.filter_map(|rest| rest.split('`').next()) {
        let mut can = program();
        can.env_clear().args(["can", "--base-url", "http://127.0.0.1:1"]);
        let said = can.args(question.split(' ')).output().unwrap();
        assert_eq!(said.status.code(), Some(3), "{question}");
    }
}

#[test]
fn the_architecture_tells_where_the_sandbox_differs() {
    let source = include_str!("../../src/sandbox.rs");
    let table = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .skip_while(|line| !line.starts_with("| the platform |"))
        .take_while(|line| line.starts_with('|'));
    let table: String = table.flat_map(|line| [line, "\n"]).collect();
    assert!(table.lines().count() > 5, "the table is where it was");
    holds("docs", ("ARCHITECTURE.md", "differences"), &table);
}

#[test]
fn no_document_holds_the_marks_of_a_merge() {
    let of_maintainers = ["ARCHITECTURE.md", "CHANGELOG.md"].map(|name| (name.to_owned(), read(name)));
    for (document, text) in pages().into_iter().chain(of_maintainers) {
        let is_mark = |line: &&str| {
            ["<<<<<<< ", "||||||| ", ">>>>>>> "]
                .iter()
                .any(|mark| line.starts_with(mark))
        };
        assert_eq!(text.lines().find(is_mark), None, "{document}");
    }
}
