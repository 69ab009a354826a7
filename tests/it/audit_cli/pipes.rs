//! What comes out of a pipe, and what goes into one.

use super::*;

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_may_come_from_another_program() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let shell = shell(&[]).await;
    let path = shell.path("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    // Opening waits for the reader.
    let writer = std::thread::spawn(move || std::fs::write(path, "disabled_rules = [\"nonsense\"]\n"));
    let said = shell.audit("audit --policy pipe");
    writer.join().unwrap().unwrap();
    assert_eq!(said.code, Some(4));
    assert!(said.err.contains("unknown rule 'nonsense'"), "{}", said.err);
}

/// `| head` has had enough.
#[cfg(unix)]
#[rstest]
#[case("audit")]
#[case("audit --format json")]
#[case("audit --format csv")]
#[case("audit --format markdown")]
#[case("audit --format sarif")]
#[case("audit --output - --format csv")]
#[case("whoami")]
#[case("whoami --format json")]
#[case("man")]
#[case("completions bash")]
#[case("--help")]
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_is_no_error(#[case] line: &str) {
    let shell = shell(&[]).await;
    let mut audit = shell.command(PLATFORM_ADMIN, line);
    let mut audit = audit.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(audit.stdout.take());
    let said = Said::from(audit.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
}
