//! What the documents say is what the code says. `UPDATE_DOCS=1` writes it into them instead of comparing
//! (with `--test-threads=1`, since several write into one file).

use nmp_console::app::keymap;
use nmp_console::audit::rule;
use std::path::Path;

fn holds(document: &str, section: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {section} -->\n"), format!("<!-- /{section} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
        return;
    }
    assert!(
        found == expected,
        "{document} does not say what the code says: run UPDATE_DOCS=1 cargo test --test it docs -- --test-threads=1"
    );
}

#[test]
fn the_readme_tells_the_keys_of_the_key_map() {
    holds("README.md", "keys", &keymap::as_markdown());
}

#[test]
fn the_readme_tells_the_rules_of_the_audit() {
    holds("README.md", "rules", &rule::as_markdown());
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
    holds("ARCHITECTURE.md", "differences", &table);
}
