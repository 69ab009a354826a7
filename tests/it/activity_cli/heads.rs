//! The head of the journal in reports of the audit: what the journal is compared with later.

use super::given::{Shell, deletion, make};
use jiff::Timestamp;
use nmp_console::domain::activity::Verdict;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running, unsigned_token};
use std::time::Duration;

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn audit(shell: &Shell, running: &Running, arguments: &str) -> String {
    let token = unsigned_token(PLATFORM_ADMIN, Timestamp::now(), Duration::from_hours(1));
    let mut command = shell.command(&format!("audit {arguments}"));
    let output = command
        .env("NMP_BASE_URL", running.url())
        .env("NMP_ACCESS_TOKEN", token)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{arguments}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_names_the_head_where_there_is_a_journal() {
    let shell = Shell::new();
    let running = sandbox::start(Options::default()).await.unwrap();
    let formats = ["table", "json", "csv", "markdown", "sarif"];
    for format in formats {
        let text = audit(&shell, &running, &format!("--format {format}"));
        assert!(!text.contains("journal"), "{format}: there is none");
    }
    let journal = shell.journal_of("prod");
    make(&journal, 1, (&deletion("web"), Verdict::Confirmed));
    let head = journal.left_at().unwrap();
    for format in formats {
        let text = audit(&shell, &running, &format!("--format {format}"));
        assert!(
            text.contains(&head.hash) && text.contains("journal"),
            "{format}: {text}"
        );
        let text = audit(&shell, &running, &format!("--no-journal --format {format}"));
        assert!(!text.contains(&head.hash), "{format}");
    }
    let said = shell.run(&format!("activity verify --head {}", head.hash));
    assert_eq!(said.code, Some(0), "{}", said.out);
}
