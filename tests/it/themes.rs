//! Themes from outside: which are found, and what is said of one that cannot be used.

use assert_cmd::Command;
use rstest::rstest;
use std::path::Path;

/// Starts the console, which finds no terminal, with these files in its own folder; returns its exit code and words.
fn said(files: &[(&str, &str)], theme: &str) -> (i32, String) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("nmp-console");
    std::fs::create_dir_all(folder.join("themes")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    started(home.path(), theme)
}

fn started(home: &Path, theme: &str) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    program
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .arg("demo");
    if !theme.is_empty() {
        program.args(["--theme", theme]);
    }
    let output = program.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said.replace(home.to_str().unwrap(), "~"))
}

const NO_TERMINAL: &str = "nmp-console: the console needs a terminal";

#[rstest]
#[case::built_in(&[], "high-contrast")]
#[case::own(&[("themes/mine.toml", "[danger]\nforeground = 'red'\n")], "mine")]
#[case::in_the_file(&[("config.toml", "theme = 'mine'\n"), ("themes/mine.toml", "")], "")]
fn a_theme_that_is_there_is_taken(#[case] files: &[(&str, &str)], #[case] theme: &str) {
    let (code, said) = said(files, theme);
    assert!(said.starts_with(NO_TERMINAL), "{said}");
    assert_eq!(code, 2);
}

#[rstest]
#[case::slip(&[("themes/drink.toml", "")], "hihg-contrast", "--theme names the theme 'hihg-contrast', which does not exist; did you mean 'high-contrast'? (there are: terminal, dark, light, high-contrast, mono, auto, drink)")]
#[case::in_the_file(&[("config.toml", "theme = 'pink'\n")], "", "~/nmp-console/config.toml names the theme 'pink', which does not exist (there are: terminal, dark, light, high-contrast, mono, auto)")]
#[case::out_of_the_folder(&[], "../config", "--theme names the theme '../config', which does not exist (")]
#[case::hostile(&[], "a\u{1b}[31m", "--theme names the theme 'a\\x1b[31m', which does not exist (")]
#[case::broken(&[("themes/mine.toml", "[text]\nblink = true\n")], "mine", "cannot use the theme ~/nmp-console/themes/mine.toml: line 2, column 1: 'blink' is unknown here")]
fn one_that_cannot_be_used_is_an_error(#[case] files: &[(&str, &str)], #[case] theme: &str, #[case] expected: &str) {
    let (code, said) = said(files, theme);
    assert!(said.starts_with(&format!("nmp-console: {expected}")), "{said}");
    assert_eq!(code, 4);
}

#[test]
fn what_is_no_file_or_too_large_is_not_waited_for() {
    let large = "#".repeat(70_000);
    let (_, too_large) = said(&[("themes/mine.toml", &large)], "mine");
    assert!(too_large.contains("mine.toml: it is larger than 64 KiB"), "{too_large}");
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("nmp-console/themes");
    std::fs::create_dir_all(folder.join("mine.toml")).unwrap();
    let (code, said) = started(home.path(), "mine");
    assert!(code == 4 && said.contains("cannot use the theme"), "{said}");
}
