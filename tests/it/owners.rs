//! Whose the files are that the program makes: whose their place is, also where root runs it.

use nmp_console::domain::activity::{Note, Operator};
use nmp_console::domain::deletion::Remembered;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::workspace::Workspace;
use nmp_console::journal::{self, Journal};
use nmp_console::login::device_id;
use nmp_console::runtime;
use nmp_console::sandbox::{self, DEMO_CALLER, Running, Seed};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Nobody runs tests as this one.
const SOMEBODY: u32 = 54_321;

/// A folder of somebody else if that can be had, or else of whoever runs this.
fn place(name: &str) -> (TempDir, u32) {
    let folder = tempfile::tempdir().unwrap();
    let me = rustix::process::geteuid();
    if me.is_root() {
        chown(folder.path(), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        return (folder, SOMEBODY);
    }
    // Straight to the stream, which tests do not keep to themselves.
    let note = "only root can give files to somebody else: here they are compared with the own user";
    let mut stream = std::io::stderr();
    writeln!(stream, "{name}: {note}").unwrap();
    (folder, me.as_raw())
}

/// Everything below `folder` and whose it is.
fn owners(folder: &Path) -> BTreeMap<PathBuf, u32> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let facts = fs::symlink_metadata(&path).unwrap();
        if facts.is_dir() {
            all.extend(owners(&path));
        }
        all.insert(path, facts.uid());
    }
    all
}

fn assert_all_belong_to(owner: u32, folder: &Path, expected: &[&str]) {
    let all = owners(folder);
    for name in expected {
        assert!(all.contains_key(&folder.join(name)), "{name} is not there: {all:?}");
    }
    assert!(all.values().all(|uid| *uid == owner), "{all:#?}");
}

async fn platform() -> Running {
    let options = sandbox::Options {
        seed: Seed::Demo,
        ..sandbox::Options::default()
    };
    sandbox::start(options).await.unwrap()
}

fn run(home: &Path, arguments: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments}: {output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_the_home_of_somebody_else_leaves_everything_theirs() {
    let (home, owner) = place("a login");
    let running = platform().await;
    let url = running.url();
    let login = format!("login --base-url {url} --unsigned-token {DEMO_CALLER} --log-file console.log");
    run(home.path(), &login);
    let config = ".config/nhx/config.yaml";
    let lock = ".config/nhx/config.yaml.default.oauth-refresh.lock";
    assert_all_belong_to(owner, home.path(), &[config, lock, "console.log"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_and_files_that_are_replaced_stay_their_owners_and_a_new_report_is_of_who_asked() {
    let (home, owner) = place("a report");
    let running = platform().await;
    let login = format!("login --base-url {} --unsigned-token {DEMO_CALLER}", running.url());
    run(home.path(), &login);
    let config = home.path().join(".config/nhx/config.yaml");
    // The folder is of whoever runs this, and what counts is the file.
    let me = rustix::process::geteuid().as_raw();
    let folder = home.path().join(".config/nhx");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path != config {
            fs::remove_file(path).unwrap();
        }
    }
    chown(&folder, Some(me), None).unwrap();
    fs::write(home.path().join("old.json"), "{}").unwrap();
    chown(home.path().join("old.json"), Some(owner), None).unwrap();
    run(home.path(), "audit --output old.json --force");
    run(home.path(), "audit --output new.json");
    run(home.path(), "logout");
    chown(&folder, Some(owner), None).unwrap();
    let lock = ".config/nhx/config.yaml.default.oauth-refresh.lock";
    let report = home.path().join("new.json");
    assert_eq!(fs::metadata(&report).unwrap().uid(), me);
    fs::remove_file(report).unwrap();
    assert_all_belong_to(owner, home.path(), &[lock, "old.json"]);
}

/// A log of one's own is closed to others; how somebody else keeps theirs is not for root to change.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_somebody_else_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let (home, owner) = place("a log");
    let running = platform().await;
    let me = rustix::process::geteuid().as_raw();
    for (name, uid) in [("theirs.log", owner), ("mine.log", me)] {
        let log = home.path().join(name);
        fs::write(&log, "").unwrap();
        fs::set_permissions(&log, fs::Permissions::from_mode(0o644)).unwrap();
        chown(&log, Some(uid), None).unwrap();
        let url = running.url();
        run(
            home.path(),
            &format!("login --base-url {url} --unsigned-token {DEMO_CALLER} -v --log-file {name}"),
        );
        let facts = fs::metadata(&log).unwrap();
        let mode = if uid == me { 0o600 } else { 0o644 };
        assert_eq!((facts.uid(), facts.permissions().mode() & 0o777), (uid, mode), "{name}");
        assert!(facts.len() > 0, "{name}");
    }
}

#[test]
fn what_is_remembered_is_theirs_too() {
    let (home, owner) = place("what is remembered");
    let remembered = Remembered {
        workspace: Workspace::known_by_name(WorkspaceName::from_platform("ml-team")),
        since: runtime::now(),
        caller: DEMO_CALLER.to_owned(),
    };
    let state = home.path().join(".local/state/nmp-console");
    let at = ("prod", "https://nmp.example.com");
    Journal::new(Some(state), at, &Operator::default(), &journal::Session::default())
        .note(&Note::Following(remembered), runtime::now())
        .unwrap();
    let id = home.path().join(".local/state/nhx/oidc-device-id");
    device_id::load(&id).unwrap();
    assert_all_belong_to(
        owner,
        home.path(),
        &[
            ".local/state/nmp-console/activity.jsonl",
            ".local/state/nmp-console/activity.lock",
            ".local/state/nhx/oidc-device-id",
        ],
    );
}

/// Root gives away only what it has made: what lies in somebody's folder may be a link to anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_leads_to_is_not_given_away() {
    let (home, _) = place("a link");
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target");
    fs::write(&target, "").unwrap();
    let before = fs::metadata(&target).unwrap().uid();
    let folder = home.path().join(".config/nhx");
    fs::create_dir_all(&folder).unwrap();
    for name in ["config.yaml.default.oauth-refresh.lock", "console.log"] {
        std::os::unix::fs::symlink(&target, folder.join(name)).unwrap();
    }
    let running = platform().await;
    let url = running.url();
    let log = folder.join("console.log");
    let login = format!(
        "login --base-url {url} --unsigned-token {DEMO_CALLER} --log-file {}",
        log.display()
    );
    run(home.path(), &login);
    assert_eq!(fs::metadata(&target).unwrap().uid(), before);
}
