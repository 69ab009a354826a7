//! Completions in a real bash: which breaks words at `=`, `:` and `@`, where the program does not.

use crate::console::{Console, PROGRAM, Setup};
use crate::terminal::text_of;
use rstest::rstest;
use std::path::Path;

const PROMPT: &str = "ready> ";

/// A bash that completes the console, in a folder with files that have a colon and an `@` in their names.
fn bash() -> Console {
    let folder = Path::new(PROGRAM).parent().unwrap();
    let setup = Setup::of("bash")
        .args(&["--norc", "--noprofile", "-i"])
        .env("PS1", PROMPT)
        .env("PATH", &format!("{}:/usr/bin:/bin", folder.display()))
        .env("INPUTRC", "/dev/null");
    let mut bash = setup.start();
    let config = "contexts:\n  - {name: 'a:b', cluster: c, user: u}\n  - {name: 'a:c', cluster: c, user: u}\n\
                  clusters:\n  - {name: c, base_url: 'http://127.0.0.1:1'}\nusers:\n  - {name: u, type: no-auth}\n";
    std::fs::create_dir_all(bash.home().join(".config/nmp")).unwrap();
    std::fs::write(bash.home().join(".config/nmp/config.yaml"), config).unwrap();
    for file in ["x:y.toml", "x@z.toml"] {
        std::fs::write(bash.home().join(file), "").unwrap();
    }
    bash.run("source <(nmp-console completions bash)");
    bash.is_back_in_the_shell();
    bash
}

#[rstest]
#[case::value("audit --format=j\t", "audit --format=json")]
#[case::first_letters("audit --format=c\t", "audit --format=csv")]
#[case::no_letter(
    "audit --format=\t\t",
    "table      json       csv        csv-excel  markdown   sarif"
)]
#[case::next_word("audit --format j\t", "audit --format json")]
#[case::before_more(
    "audit --format=j --help\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\t",
    "audit --format=json --help"
)]
#[case::option("audit --form=x\x1b[D\x1b[D\t", "audit --format=x")]
#[case::quoted("--theme=\"hi\t", "--theme=\"high-contrast\"")]
#[case::before_a_colon("--context a\t", "--context a:")]
#[case::colon("--context a:\t\t", "b  c")]
#[case::behind_a_colon("--context=a:b audit --fail-on=hi\t", "--context=a:b audit --fail-on=high")]
#[case::behind_both("audit --context=a:b\t--help", "audit --context=a:b --help")]
#[case::file("plan x:\t", "plan x:y.toml")]
#[case::at("plan x@\t", "plan x@z.toml")]
#[case::behind_an_at("plan x@z\t", "plan x@z.toml")]
#[case::behind_an_address("can bob@example.com man\t", "can bob@example.com manage-members")]
fn bash_completes_what_it_breaks(#[case] typed: &str, #[case] expected: &str) {
    let mut bash = bash();
    bash.send(b"nmp-console ").send(typed.as_bytes());
    bash.wait_for(expected, |screen| text_of(screen).contains(expected));
}
