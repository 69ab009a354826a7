//! What the documents point at is there: files, headings, schemas; and every page is found from the README.

use crate::docs;
use std::path::{Component, Path, PathBuf};

/// Returns all documents that are held to this, each with its path.
fn documents() -> Vec<(String, String)> {
    let mut all = docs::pages();
    all.extend(["ARCHITECTURE.md", "CHANGELOG.md"].map(|name| (name.to_owned(), docs::read(name))));
    all
}

/// Returns the lines of a document that are not in a fenced block.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let is_prose = |line: &&str| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    };
    text.lines().filter(is_prose).collect()
}

/// Returns the anchor that a heading gets where the documents are shown.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// Returns what the links of a document lead to, as they are written.
fn links(text: &str) -> Vec<&str> {
    let lines = prose(text).into_iter();
    lines
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

/// Returns a path without its `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => assert!(plain.pop(), "{} leads out of the repository", path.display()),
            Component::Normal(name) => plain.push(name),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
        plain
    })
}

/// Returns what is wrong with a link, if anything.
fn trouble(document: &str, link: &str, all: &[(String, String)]) -> Option<String> {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        PathBuf::from(document)
    } else {
        plain(&Path::new(document).parent().unwrap().join(file))
    };
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(&target).exists() {
        return Some(format!("{document}: {link} leads to no file"));
    }
    let known = all.iter().find(|(name, _)| Path::new(name) == target);
    let is_there =
        anchor.is_empty() || known.is_some_and(|(_, text)| anchors(text).iter().any(|known| known == anchor));
    (!is_there).then(|| format!("{document}: {link} leads to no heading"))
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let all = documents();
    let links = all
        .iter()
        .flat_map(|(name, text)| links(text).into_iter().map(move |link| (name, link)));
    let inner: Vec<_> = links
        .filter(|(_, link)| !link.starts_with("https://") && !link.starts_with("http://"))
        .collect();
    assert!(inner.len() > 60, "there are {} links", inner.len());
    let troubles: Vec<String> = inner
        .into_iter()
        .filter_map(|(name, link)| trouble(name, link, &all))
        .collect();
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_noticed() {
    let all = documents();
    let page = "assets/manual/ci.md";
    assert_eq!(trouble(page, "files.md#what-stops-a-plan", &all), None);
    assert_eq!(trouble(page, "../../README.md#pages", &all), None);
    for link in ["files.md#what-stops", "fils.md", "../README.md", "#no-such-heading"] {
        assert!(trouble(page, link, &all).is_some(), "{link}");
    }
}

/// The table of the README is the way to the pages, and calls each by its own title.
#[test]
fn every_page_is_in_the_table_of_the_readme() {
    let readme = docs::read("README.md");
    let (_, table) = readme.split_once("\n## Pages\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let pages = docs::pages().into_iter().filter(|(name, _)| name != "README.md");
    let rows: Vec<String> = pages
        .map(|(name, text)| {
            let title = text.lines().next().unwrap().trim_start_matches("# ");
            assert!(
                text.contains("[All pages](../../README.md#pages)"),
                "{name} does not lead back"
            );
            format!("| [{title}]({name}) |")
        })
        .collect();
    assert!(rows.len() >= 9, "{rows:?}");
    for row in &rows {
        assert!(table.contains(row.as_str()), "no row begins {row}");
    }
    assert_eq!(links(table).len(), rows.len(), "each page stands there once");
}

/// Whether a piece of a line is a path in this repository, as the documents write them.
fn is_path(word: &str) -> bool {
    let roots = ["assets/", "src/", "tests/", "benches/", "examples/"];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    roots.iter().any(|root| word.starts_with(root)) && word.chars().all(is_plain)
}

#[test]
fn every_file_that_the_documents_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = documents();
    let mut n_paths = 0;
    for (name, text) in &all {
        for word in text.split(|c: char| c.is_whitespace() || "`()[],;:\"".contains(c)) {
            let word = word.trim_end_matches('.');
            if is_path(word) {
                n_paths += 1;
                assert!(root.join(word).exists(), "{name} names {word}, which is not there");
            }
            if word.ends_with(".schema.json") {
                let file = Path::new(word).file_name().unwrap();
                assert!(
                    root.join("assets/schema").join(file).exists(),
                    "{name} names the schema {word}, which is not there"
                );
            }
        }
    }
    assert!(n_paths > 30, "{n_paths} paths are named");
}
