//! Read-only lifted for five minutes, through loop, client and platform: what goes through meanwhile, what does not
//! afterwards, and what the journal says of it.

use crate::session_given::{Session, client, token};
use jiff::Timestamp;
use nmp_console::api::{Mode, Uptime};
use nmp_console::config::{Env, Flags, Settings};
use nmp_console::connect::Connector;
use nmp_console::domain::activity::Operator;
use nmp_console::domain::context::LIFTED_FOR;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::text::SafeText;
use nmp_console::journal::{self, Journal, verify};
use nmp_console::runtime;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const REFUSED: &str = "read-only (set by config.toml): nothing can be changed";

/// A clock that is moved by hand.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn uptime(&self) -> Uptime {
        let Self(seconds) = self.clone();
        Uptime::told_by(move || Duration::from_secs(seconds.load(Ordering::Relaxed)))
    }

    fn move_on(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

async fn platform() -> Running {
    sandbox::start(Options::default()).await.unwrap()
}

fn journal(folder: &Path, url: &str) -> Journal {
    let operator = Operator::default();
    Journal::new(
        Some(folder.to_owned()),
        ("test", url),
        &operator,
        &journal::Session::default(),
    )
}

async fn exists(running: &Running, name: &str) -> bool {
    let admin = client(&running.url(), Some(token(PLATFORM_ADMIN)), Mode::Full);
    admin.workspace(&WorkspaceName::from_platform(name)).await.is_ok()
}

/// What the journal in `folder` says, the oldest first: what, for whom, what became of it.
fn told(journal: &Journal) -> Vec<(String, String, &'static str)> {
    let newest = journal.newest(10).unwrap();
    let told = newest.records.iter().rev().map(|record| {
        let what = record.in_words().to_string();
        let what = what.split(" until ").next().unwrap_or_default().to_owned();
        (what, record.target().to_string(), record.outcome())
    });
    told.collect()
}

fn later() -> Timestamp {
    runtime::now() + LIFTED_FOR
}

#[tokio::test]
async fn five_minutes_are_five_minutes() {
    let (running, folder, clock) = (platform().await, tempfile::tempdir().unwrap(), Clock::default());
    let journal = journal(folder.path(), &running.url());
    let mut session = Session::liftable(&running.url(), journal.clone(), clock.uptime());
    session.settle().await;
    session.press("n").await;
    session.shows(&["READ-ONLY", REFUSED]);

    session.press("O 'test' ctrl-r 'OPS-12' enter enter").await;
    session.shows(&["CHANGES ", "changes are allowed until "]);
    session.hides("READ-ONLY");
    session.press("n 'lab' enter").await;
    assert!(exists(&running, "lab").await);

    // Whatever the screens take the time for, nothing is sent any more.
    clock.move_on(LIFTED_FOR);
    session.press("n 'late' enter").await;
    session.shows(&["CHANGES ", "'late': this connection is read-only;"]);
    assert!(!exists(&running, "late").await);

    session.wait_until(later()).await;
    session.shows(&["READ-ONLY"]);
    session.press("enter").await;
    session.shows(&[REFUSED]);
    session.press("esc esc n").await;
    session.shows(&[REFUSED]);
    assert!(!exists(&running, "late").await);

    let lift = ("read-only lifted".to_owned(), "context 'test'".to_owned(), "ended");
    let create = |name: &str, end| ("create workspace".to_owned(), name.to_owned(), end);
    assert_eq!(
        told(&journal),
        [lift, create("lab", "confirmed"), create("late", "not sent")]
    );
    let newest = journal.newest(10).unwrap();
    let lift = newest.records.last().unwrap();
    assert_eq!(lift.reason.as_ref().map(SafeText::as_str), Some("OPS-12"));
    assert_eq!(lift.lifted_until, Some(lift.at + LIFTED_FOR));
    assert_eq!(lift.caller.name(), PLATFORM_ADMIN);
    let verified = verify::verify(folder.path(), None).unwrap();
    assert_eq!(verified.fault, None);
}

#[tokio::test]
async fn without_a_journal_to_write_into_nothing_is_lifted() {
    let (running, folder) = (platform().await, tempfile::tempdir().unwrap());
    let no_folder = folder.path().join("file");
    fs::write(&no_folder, "").unwrap();
    let journal = journal(&no_folder, &running.url());
    let mut session = Session::liftable(&running.url(), journal, Clock::default().uptime());
    session.settle().await;
    session.press("O 'test' enter").await;
    session.shows(&[
        "READ-ONLY",
        "changes are not allowed, because the journal cannot be written",
    ]);
    session.press("n").await;
    session.shows(&[REFUSED]);
}

#[tokio::test]
async fn whoever_is_ended_from_outside_has_its_end_written_down() {
    let (running, folder) = (platform().await, tempfile::tempdir().unwrap());
    let journal = journal(folder.path(), &running.url());
    let mut session = Session::liftable(&running.url(), journal.clone(), Clock::default().uptime());
    session.settle().await;
    session.press("O 'test' enter").await;
    let what = || told(&journal).pop().map(|(what, _, end)| (what, end));
    assert_eq!(what(), Some(("read-only lifted".to_owned(), "open")));
    session.leave(Duration::from_secs(30)).await;
    assert_eq!(what(), Some(("read-only lifted".to_owned(), "ended")));
    let left = journal.recall(runtime::now()).left;
    assert_eq!(left.open, []);
}

const CONFIG: &str = "current_context: prod
clusters: [{name: c, base_url: 'https://nmp.example.com'}]
users: [{name: u}]
contexts: [{name: prod, cluster: c, user: u, metadata: {read_only: METADATA}}]
";

#[rstest]
#[case::the_metadata("true", "", &[], true)]
#[case::the_console("false", "[contexts.prod]\nread_only = true\n", &[], true)]
#[case::the_flag("true", "", &["--read-only"], false)]
#[case::the_variable("true", "", &["NMP_CONSOLE_READ_ONLY"], false)]
#[case::nobody("false", "", &[], false)]
fn what_was_asked_for_with_this_very_run_cannot_be_lifted(
    #[case] metadata: &str,
    #[case] own: &str,
    #[case] with: &[&str],
    #[case] can_be_lifted: bool,
) {
    let home = tempfile::tempdir().unwrap();
    for (path, text) in [
        (".config/nhx/config.yaml", CONFIG.replace("METADATA", metadata)),
        (".config/nmp-console/config.toml", own.to_owned()),
    ] {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let home = home.path().to_str().unwrap();
    let variable = with
        .contains(&"NMP_CONSOLE_READ_ONLY")
        .then_some(("NMP_CONSOLE_READ_ONLY", "yes"));
    let env: Env = [("HOME", home)].into_iter().chain(variable).collect();
    let flags = Flags {
        is_read_only: with.contains(&"--read-only"),
        ..Flags::default()
    };
    let settings = Settings::read(&flags, &env).unwrap();
    let opened = Connector::new(flags, env, |_| {})
        .open_by(settings, Vec::new())
        .unwrap();
    let (about, client) = (opened.about, opened.client);
    assert_eq!(about.can_be_lifted, can_be_lifted, "{:?}", about.read_only);
    assert_eq!(client.permit(LIFTED_FOR).is_some(), can_be_lifted);
}
