//! What is said of broken files is said to whoever wrote them: no word of the libraries that read them, and nothing of
//! what stands in them that could be a secret.

use nmp_console::access::Wishes;
use nmp_console::audit::{Baseline, Policy};
use nmp_console::config::{self, Env, Flags, Settings};
use std::fs;
use std::path::Path;

const OWN: &str = "\
[contexts.prod]
read_only = true
proxy = 'http://al:s3cret@proxy:3128'
dialect = 'platform-0.6'
";

/// What can stand in the place of anything.
const ODD: &[&str] = &[
    "",
    "null",
    "~",
    "[]",
    "{}",
    "[1, 2]",
    "{a: 1}",
    "{\"a\": 1}",
    "true",
    "-1",
    "1e999",
    "99999999999999999999",
    "1.5",
    "\"",
    "'",
    "'s3cret'",
    "\"s3cret\"",
    "[s3cret]",
    "!!binary s3cret",
    "!odd s3cret",
    "*gone",
    "&a s3cret",
    "<<: 1",
    "@",
    "`",
    "%",
    "|",
    ">",
    "? x",
    "- - -",
    "a: b: c",
    "\t",
    "2020-01-01",
    "{",
    "[",
    "}",
    "]",
    ":",
    "=",
    ", ,",
    "\\u00",
    "\"\\ud800\"",
    "nul",
    "NaN",
    "---",
    "...",
    "\u{0}",
    "\u{1b}",
];

/// Words of libraries, which say nothing to anybody else.
const LIBRARY: &[&str] = &[
    "from_str",
    "DuplicateKey",
    "in Options",
    "serde",
    "deserial",
    "Option<",
    "struct",
    "enum",
    "variant",
    "newtype",
    "tuple",
    "unit value",
    "invalid type",
    "invalid value:",
    "invalid length",
    "expected one of",
    "Wire",
    "::",
    "internal",
    "u64",
    "i64",
    "u32",
    "target type",
    "EOF",
    "untagged",
    "budget",
    "recursion",
];

/// The text with something odd in every place, and cut in every place.
fn broken(text: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = text.lines().collect();
    let step = (lines.len() / 60).max(1);
    let replaced = (0..lines.len()).step_by(step).flat_map(move |at| {
        let lines = lines.clone();
        ODD.iter().flat_map(move |odd| {
            let line = lines[at];
            let value = line.find([':', '=']).map_or(line.len(), |value| value + 1);
            let begin = line.get(..value).unwrap();
            [
                format!("{begin} {odd}"),
                (*odd).to_owned(),
                format!("{line}\n{line}"),
                format!("{line} {odd}"),
            ]
            .map(|new| {
                let mut lines = lines.clone();
                lines[at] = &new;
                lines.join("\n")
            })
        })
    });
    let cuts = (1..text.len())
        .step_by((text.len() / 300).max(1))
        .filter(|at| text.is_char_boundary(*at));
    replaced.chain(cuts.map(|at| text.get(..at).unwrap().to_owned()))
}

fn check(message: &str, broken: &str, n_told: &mut usize) {
    *n_told += 1;
    for word in LIBRARY {
        assert!(!message.contains(word), "'{word}' in: {message}\n{broken}");
    }
    assert!(!message.contains("s3cret"), "{message}\n{broken}");
}

fn settings(home: &Path) -> Result<Settings, config::Error> {
    let env: Env = [("HOME", home)].into_iter().collect();
    Settings::read(&Flags::default(), &env)
}

/// Writes the broken ones there and counts what is said of them.
fn check_config(file: &str, good: &str) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".config").join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, good).unwrap();
    settings(home.path()).unwrap();
    let mut n_told = 0;
    for text in broken(good) {
        // One that looks half written is looked at again after a while.
        let text = format!("{text}\n");
        if text.trim().is_empty() {
            continue;
        }
        fs::write(&path, &text).unwrap();
        if let Err(error) = settings(home.path()) {
            // The name of a setting is repeated where it is none, and so is what should have been one of a few words.
            let said = error.to_string();
            let said = said
                .replace("'s3cret' is unknown", "")
                .replace("is called 's3cret'", "");
            check(&said, &text, &mut n_told);
        }
    }
    assert!(n_told > 100, "only {n_told} were broken");
}

#[test]
fn of_the_consoles_own_file() {
    check_config("nmp-console/config.toml", OWN);
}

#[test]
fn of_a_policy() {
    let sample = include_str!("../../assets/policy.toml");
    Policy::parse(sample).unwrap();
    let mut n_told = 0;
    for text in broken(sample) {
        if let Err(problem) = Policy::parse(&text) {
            // What it says of principals and patterns it may repeat: no secrets belong there.
            check(&problem.to_string().replace("s3cret", ""), &text, &mut n_told);
        }
    }
    assert!(n_told > 100, "only {n_told} were broken");
    assert!(Policy::parse(&format!("\u{feff}{sample}")).is_ok());
}

#[test]
fn of_a_file_of_wishes() {
    let sample = include_str!("../../assets/access.toml");
    let parse = |text: &str| Wishes::parse(&[("it".into(), text.to_owned())]);
    parse(sample).unwrap();
    let mut n_told = 0;
    for text in broken(sample) {
        for problem in parse(&text).err().unwrap_or_default() {
            // What it says of principals and roles it may repeat: no secrets belong there.
            check(&problem.to_string().replace("s3cret", ""), &text, &mut n_told);
        }
    }
    assert!(n_told > 100, "only {n_told} were broken");
}

#[test]
fn of_a_baseline() {
    let sample = include_str!("../fixtures/audit/sample.json");
    Baseline::read(sample.as_bytes()).unwrap();
    let mut n_told = 0;
    for text in broken(sample) {
        if let Err(problem) = Baseline::read(text.as_bytes()) {
            check(&problem.to_string().replace("s3cret", ""), &text, &mut n_told);
        }
    }
    assert!(n_told > 100, "only {n_told} were broken");
    Baseline::read(format!("\u{feff}{sample}").as_bytes()).unwrap();
}
