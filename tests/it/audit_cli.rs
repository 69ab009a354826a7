//! `nmp-console audit` as a shell and a CI job see it.

mod pipes;

use crate::gate::bare_client;
use crate::processes;
use jiff::Timestamp;
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Running, Seed, unsigned_token};
use rstest::rstest;
use rustix::process::Signal;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn token(email: &str) -> String {
    unsigned_token(email, Timestamp::now(), Duration::from_hours(1))
}

pub(crate) struct Shell {
    pub(crate) home: TempDir,
    pub(crate) running: Running,
}

pub(crate) async fn shell(faults: &[&str]) -> Shell {
    let options = sandbox::Options {
        seed: Seed::Demo,
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..sandbox::Options::default()
    };
    Shell {
        home: tempfile::tempdir().unwrap(),
        running: sandbox::start(options).await.unwrap(),
    }
}

impl Shell {
    pub(crate) fn command(&self, email: &str, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("NMP_BASE_URL", self.running.url())
            .env("NMP_ACCESS_TOKEN", token(email))
            .current_dir(self.home.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn audit(&self, arguments: &str) -> Said {
        Said::from(self.command(PLATFORM_ADMIN, arguments).output().unwrap())
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }

    /// Makes somebody a Viewer of `default`.
    pub(crate) async fn grant_viewer(&self, who: &str) {
        let members = format!("{}/apis/entities/v2/workspaces/default/members", self.running.url());
        let added = bare_client().post(members).bearer_auth(token(PLATFORM_ADMIN));
        let added = added.json(&serde_json::json!({"principal": who, "roles": ["Viewer"]}));
        assert!(added.send().await.unwrap().status().is_success());
    }

    /// Takes everything in `default` away from somebody.
    async fn revoke(&self, who: &str) {
        let member = format!(
            "{}/apis/entities/v2/workspaces/default/members/{who}",
            self.running.url()
        );
        let removed = bare_client().delete(member).bearer_auth(token(PLATFORM_ADMIN));
        assert!(removed.send().await.unwrap().status().is_success());
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).unwrap()).unwrap()
    }
}

pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_every_format_and_says_nothing_besides() {
    let shell = shell(&[]).await;
    for (arguments, begin) in [
        ("audit", "Access audit, complete"),
        ("audit --format json", "{"),
        ("audit --format csv", "\"record\""),
        ("audit --format markdown", "#"),
        ("audit --format sarif", "{"),
    ] {
        let said = shell.audit(arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments}");
        assert!(
            said.out.starts_with(begin),
            "{arguments}: {}",
            said.out.lines().next().unwrap_or_default()
        );
    }
    let plain: Value = serde_json::from_str(&shell.audit("audit --format json").out).unwrap();
    assert_eq!(plain["schema"], "nmp-console/audit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_matches_nothing_is_said_beside_the_report() {
    let shell = shell(&[]).await;
    for (filter, warning) in [
        ("role:wrtie", "there is no role 'wrtie'; did you mean 'write'?"),
        (
            "ws:defaul",
            "there is no workspace 'defaul'; 'ws:defaul*' would match 1",
        ),
    ] {
        let said = shell.audit(&format!("audit --format csv --filter {filter}"));
        let warning = format!("nmp-console: warning: {warning}\n");
        assert_eq!((said.code, said.err), (Some(0), warning), "{filter}");
    }
    let said = shell.audit("audit --format json --filter since:30d");
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let filter = report.to_string();
    assert!(
        filter.contains("since:20") && !filter.contains("since:30d"),
        "a report tells the date"
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_for_its_owner_and_its_name_says_the_format() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = shell(&[]).await;
    std::fs::write(shell.path("a.json"), "old").unwrap();
    std::fs::set_permissions(shell.path("a.json"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = shell.audit("audit --output a.json");
    let words = "nmp-console: a.json exists already: add --force to replace it\n";
    assert_eq!((refused.code, refused.err.as_str()), (Some(4), words));
    assert_eq!(std::fs::read_to_string(shell.path("a.json")).unwrap(), "old");
    for name in ["a.json", "a.csv", "a.md", "a.sarif", "a.txt"] {
        let said = shell.audit(&format!("audit --force --output {name}"));
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (Some(0), "", ""),
            "{name}"
        );
        let mode = std::fs::metadata(shell.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(shell.json("a.json")["schema"], "nmp-console/audit");
    assert!(shell.json("a.sarif")["runs"].is_array());
    assert!(
        std::fs::read_to_string(shell.path("a.txt"))
            .unwrap()
            .starts_with("Access audit")
    );
    assert_eq!(
        std::fs::read_dir(shell.home.path()).unwrap().count(),
        5,
        "no drafts are left"
    );
}

#[rstest]
#[case::any("--fail-on any", 1, "nmp-console: any: ")]
#[case::severity("--fail-on critical", 1, "nmp-console: severity critical or worse: ")]
#[case::rule("--fail-on wildcard-admin,incomplete", 1, "nmp-console: wildcard-admin: ")]
#[case::elsewhere("--workspace system --fail-on wildcard-admin", 0, "")]
#[case::complete("--fail-on incomplete", 0, "")]
#[case::unknown(
    "--fail-on nonsense",
    2,
    "expected any, drift, new-access, incomplete, critical, high"
)]
#[case::no_baseline("--fail-on drift", 2, "--fail-on drift needs a --baseline")]
#[case::no_baseline_for_new_access("--fail-on new-access", 2, "--fail-on new-access needs a --baseline")]
#[case::future("--as-of 2999-01-01", 2, "that is in the future")]
#[case::no_date("--as-of soon", 2, "'soon' is not a date: write it like 2026-01-01")]
#[case::past_and_history("--as-of yesterday --history", 2, "cannot be used with '--history'")]
#[case::past("--as-of 30d", 0, "")]
#[case::slip_in_format("--format jsn", 2, "; did you mean 'json'?")]
#[case::slip_in_condition("--fail-on hihg", 2, "; did you mean 'high'?")]
#[case::slip_in_part("--only covrage", 2, "; did you mean 'coverage'?")]
#[case::bad_format("--format xml", 2, "expected table, json, csv, csv-excel, markdown, sarif")]
#[case::no_format("--output report", 2, "does not say a format")]
#[case::bad_glob("--workspace [", 2, "pattern")]
#[case::folder("--format json --output .", 4, "it is a folder")]
#[case::no_folder("--output no/a.json", 4, "cannot write no/a.json: its folder does not exist")]
#[case::no_part("--only roles", 2, "expected coverage, drift, findings, grants, revoked")]
#[case::read_whole(
    "--only grants --format json",
    2,
    "--only grants is not for json, which is read as a whole"
)]
#[case::no_drift("--only drift", 2, "--only drift needs a --baseline")]
#[case::no_history("--only revoked", 2, "--only revoked needs --history")]
#[case::nothing_to_replace("--force", 2, "--output <FILE>")]
#[case::no_policy("--policy no.toml", 4, "cannot use the policy no.toml")]
#[case::no_such_baseline("--baseline no.json", 4, "cannot use the baseline no.json")]
#[tokio::test(flavor = "multi_thread")]
async fn ends_with_a_code_and_a_reason(#[case] arguments: &str, #[case] code: i32, #[case] reason: &str) {
    let shell = shell(&[]).await;
    let said = shell.audit(&format!("audit {arguments}"));
    assert_eq!(said.code, Some(code), "{}", said.err);
    assert!(said.err.contains(reason), "{}", said.err);
    assert_eq!(said.err.is_empty(), code == 0, "{}", said.err);
    assert_eq!(said.out.is_empty(), code > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_no_complete_audit() {
    let shell = shell(&[]).await;
    let audit = |arguments: &str| Said::from(shell.command("nobody@example.org", arguments).output().unwrap());
    let said = audit("audit --fail-on incomplete");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.starts_with("nmp-console: incomplete: "), "{}", said.err);
    assert!(said.err.ends_with(", some were refused\n"), "{}", said.err);
    assert!(said.out.starts_with("Access audit, limited: "), "{}", said.out);
    // Rows alone do not tell that some are missing.
    let rows = audit("audit --format csv --only grants");
    assert_eq!(rows.code, Some(0), "{}", rows.err);
    assert!(rows.err.starts_with("nmp-console: incomplete: "), "{}", rows.err);
    let report: Value = serde_json::from_str(&audit("audit --format json").out).unwrap();
    let coverage = &report["body"]["coverage"];
    assert_eq!(
        (&coverage["complete"], &coverage["stopped"]),
        (&false.into(), &Value::Null)
    );
    assert!(!coverage["workspaces"]["denied"].as_array().unwrap().is_empty());
}

/// Whoever may without a row is in no list of rows.
#[tokio::test(flavor = "multi_thread")]
async fn beside_the_grants_alone_it_is_said_who_else_may() {
    let shell = shell(&[]).await;
    let mut command = shell.command(PLATFORM_ADMIN, "audit --format csv --only grants --filter");
    let said = Said::from(command.arg("ws:ml-team role:write").output().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.starts_with("nmp-console: besides: 1 platform admin ("),
        "{}",
        said.err
    );
    assert!(!said.out.contains("besides"), "{}", said.out);
    // The head of a table says it itself.
    let mut command = shell.command(PLATFORM_ADMIN, "audit --only grants --filter");
    let said = Said::from(command.arg("ws:ml-team role:write").output().unwrap());
    assert!(!said.err.contains("besides"), "{}", said.err);
    assert_eq!(said.out.matches("besides").count(), 1, "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_condition_that_is_met_is_told_once() {
    let shell = shell(&[]).await;
    let said = shell.audit("audit --fail-on high,high,wildcard-admin,incomplete,unreadable,any");
    assert_eq!(said.code, Some(1));
    let told: Vec<&str> = said.err.lines().collect();
    let begin = ["severity high or worse", "wildcard-admin", "any"];
    assert_eq!(told.len(), begin.len(), "{}", said.err);
    for (line, begin) in told.into_iter().zip(begin) {
        let rest = line.strip_prefix(&format!("nmp-console: {begin}: ")).unwrap();
        let n = rest.strip_suffix(" findings").or_else(|| rest.strip_suffix(" finding"));
        assert!(n.unwrap().parse::<usize>().unwrap() > 0, "{line}");
    }
}

/// Else a slip of the pen would pass for an audit without findings.
#[tokio::test(flavor = "multi_thread")]
async fn a_glob_that_stands_for_no_workspace_is_refused() {
    for faults in [&[][..], &["status=403:role_binding"]] {
        let shell = shell(faults).await;
        let said = shell.audit("audit --workspace def* --workspace zzz* --fail-on any --output zzz.json");
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
        assert!(
            said.err.ends_with(" matches --workspace 'zzz*'; see --help\n"),
            "{}",
            said.err
        );
        assert!(said.err.starts_with("nmp-console: none of "), "{}", said.err);
        assert!(!shell.path("zzz.json").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_can_be_named_before_and_after_the_command() {
    let shell = shell(&[]).await;
    let names = |arguments: &str| -> Vec<String> {
        let said = shell.audit(arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let report: Value = serde_json::from_str(&said.out).unwrap();
        let grants = report["body"]["workspaces"].as_array().unwrap().iter();
        grants.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("--workspace SYS* audit --format json"), ["system"]);
    assert_eq!(
        names("audit --workspace system --workspace def* --format json"),
        ["default", "system"]
    );
}

/// Who is a platform admin stands in `system`, which is read for that whatever is asked for.
#[rstest]
#[case::in_bulk(&[])]
#[case::workspace_by_workspace(&["status=403:role_binding"])]
#[tokio::test(flavor = "multi_thread")]
async fn platform_admins_are_known_where_only_other_workspaces_are_asked_for(#[case] faults: &[&str]) {
    let shell = shell(faults).await;
    shell.grant_viewer(PLATFORM_ADMIN).await;
    let said = shell.audit("audit --workspace def* --history --format json");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let body = &report["body"];
    assert_eq!(body["workspaces"].as_array().unwrap().len(), 1);
    let members = body["workspaces"][0]["members"].as_array().unwrap();
    let admin = members.iter().find(|member| member["principal"] == PLATFORM_ADMIN);
    let admin = admin.unwrap();
    assert_eq!(admin["roles"], serde_json::json!(["Viewer"]));
    assert_eq!(
        (&admin["effective"], &admin["given_by"]),
        (&"Admin".into(), &"platform admin".into())
    );
    let coverage = &body["coverage"];
    // The member list of the first generations leaves out the platform admins that were set up with it.
    let is_in_bulk = faults.is_empty();
    assert_eq!(coverage["complete"], is_in_bulk);
    let besides = serde_json::json!({ "platform_admins": [PLATFORM_ADMIN], "all_known": is_in_bulk });
    assert_eq!(coverage["besides"], besides);
    assert_eq!(
        (&coverage["workspaces"]["listed"], &coverage["workspaces"]["readable"]),
        (&1.into(), &1.into())
    );
    let filtered = shell.audit("audit --filter ws:def* --history --format json");
    let filtered: Value = serde_json::from_str(&filtered.out).unwrap();
    for part in ["findings", "history"] {
        assert_eq!(body[part], filtered["body"][part], "{part}");
    }
}

/// Whoever keeps the hash sees at once whether anything has changed.
#[rstest]
#[case::in_bulk(PLATFORM_ADMIN, &[])]
#[case::workspace_by_workspace(PLATFORM_ADMIN, &["status=403:role_binding"])]
#[case::with_failures(PLATFORM_ADMIN, &["status=403:role_binding", "status=500:customer-acme/members"])]
#[case::limited_to_the_caller("alice@example.com", &[])]
#[tokio::test(flavor = "multi_thread")]
async fn two_audits_of_an_unchanged_platform_have_the_same_hash(#[case] who: &str, #[case] faults: &[&str]) {
    let shell = shell(faults).await;
    let audit = || {
        let said = Said::from(shell.command(who, "audit --history --format json").output().unwrap());
        serde_json::from_str::<Value>(&said.out).unwrap()
    };
    let (first, second) = (audit(), audit());
    assert_eq!(first["body"], second["body"]);
    assert_eq!(first["sha256"], second["sha256"]);
    assert_ne!(first["started_at"], second["started_at"]);
    shell.grant_viewer("new@example.com").await;
    let third = audit();
    let sees_it = who == PLATFORM_ADMIN;
    assert_eq!(third["sha256"] != first["sha256"], sees_it);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_from_the_baseline_is_code_1() {
    let shell = shell(&[]).await;
    assert_eq!(shell.audit("audit --output before.json").code, Some(0));
    let said = shell.audit("audit --baseline before.json --output same.json");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    shell.grant_viewer("new@example.com").await;
    let said = shell.audit("audit --baseline before.json --output after.json");
    assert_eq!(
        (said.code, said.err.as_str()),
        (Some(1), "nmp-console: 1 difference from the baseline\n")
    );
}

/// When a report was read says nothing about the day that it is of.
#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_of_an_earlier_day_says_which() {
    let shell = shell(&[]).await;
    let audit = |arguments: &str| Said::from(shell.command(PLATFORM_ADMIN, arguments).output().unwrap());
    let then = audit("audit --as-of 2020-03-31 --format json --output then.json");
    assert_eq!(then.code, Some(0), "{}", then.err);
    let said = audit("audit --baseline then.json --only drift");
    let mut lines = said.out.lines();
    let baseline = lines.find(|line| line.trim_start().starts_with("baseline "));
    assert!(
        baseline.is_some_and(|line| line.contains("as of 2020-03-31")),
        "{}{}",
        said.out,
        said.err
    );
}

/// What narrows access, or leaves it as it is, is a difference, but nothing new.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_widens_access_is_new_access() {
    let shell = shell(&[]).await;
    shell.grant_viewer("old@example.com").await;
    assert_eq!(shell.audit("audit --output before.json").code, Some(0));
    let since = |options: &str| shell.audit(&format!("audit --only drift --baseline before.json {options}"));
    shell.revoke("old@example.com").await;
    let said = since("--fail-on new-access");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert_eq!(since("").code, Some(1), "it is a difference all the same");
    assert_eq!(since("--fail-on new-access,drift").code, Some(1));
    shell.grant_viewer("new@example.com").await;
    let said = since("--fail-on new-access");
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            Some(1),
            "nmp-console: new-access: Viewer of new@example.com in 'default'\n"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_told_to_platform_admins_only() {
    let shell = shell(&[]).await;
    let said = Said::from(
        shell
            .command("bob@example.org", "audit --as-of yesterday")
            .output()
            .unwrap(),
    );
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""));
    assert!(said.err.contains("which only platform admins may"), "{}", said.err);
    let said = shell.audit("audit --as-of 2026-01-31 --only coverage");
    assert!(said.out.contains("as of 2026-01-31T23:59:59Z"), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_found_in_the_folder_of_the_console() {
    let shell = shell(&[]).await;
    let folder = shell.path(".config/nmp-console");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("policy.toml"), "nonsense = 1\n").unwrap();
    let said = shell.audit("audit");
    assert_eq!((said.code, said.out.as_str()), (Some(4), ""));
    assert!(said.err.contains("policy.toml: line 1"), "{}", said.err);
    std::fs::write(shell.path("empty.toml"), "").unwrap();
    assert_eq!(shell.audit("audit --policy empty.toml").code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_an_error_is_written_and_the_code_is_3() {
    let shell = shell(&["status=403:role_binding", "status=401:customer-acme/members"]).await;
    let said = shell.audit("audit --output part.json");
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("(401)"), "{}", said.err);
    assert_eq!(shell.json("part.json")["body"]["coverage"]["complete"], false);

    std::fs::write(shell.path("full.json"), "the last whole one").unwrap();
    let said = shell.audit("audit --force --output full.json");
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert_eq!(said.err.matches("full.json.partial").count(), 1, "{}", said.err);
    let kept = std::fs::read_to_string(shell.path("full.json")).unwrap();
    assert_eq!(kept, "the last whole one");
    assert_eq!(shell.json("full.json.partial")["body"]["coverage"]["complete"], false);

    let mut nobody = shell.command(PLATFORM_ADMIN, "audit --output none.json");
    let said = Said::from(nobody.env("NMP_ACCESS_TOKEN", "no.token.atall").output().unwrap());
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(!shell.path("none.json").exists());
}

#[cfg(unix)]
#[rstest]
#[case(Signal::INT, 130)]
#[case(Signal::TERM, 143)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_with_what_was_read(#[case] signal: Signal, #[case] code: i32) {
    // Two workspaces are never answered, so that it certainly is at work when the signal comes.
    let shell = shell(&[
        "status=403:role_binding",
        "stall:service-only/members",
        "stall:default/members",
    ])
    .await;
    let mut audit = shell.command(PLATFORM_ADMIN, "audit --log-file log -v --output part.json");
    let mut audit = audit.stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    let is_at_work = |log: &Path| std::fs::read_to_string(log).is_ok_and(|log| log.contains("/members"));
    while !is_at_work(&shell.path("log")) {
        assert!(Instant::now() < deadline, "it never began to read");
        tokio::task::yield_now().await;
    }
    processes::send(&audit, signal);
    assert_eq!(audit.wait().unwrap().code(), Some(code));
    let report = shell.json("part.json");
    assert_eq!(report["body"]["coverage"]["complete"], false);
    assert!(report.to_string().contains("interrupted"));
}

/// Returns whether every thread of a process waits for something.
#[cfg(target_os = "linux")]
fn is_waiting(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    threads.filter_map(Result::ok).all(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // Behind the name, which stands in brackets.
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('S'))
    })
}

/// It has written all that the pipe takes when the signal comes.
#[cfg(target_os = "linux")]
#[rstest]
#[case(Signal::INT, 130)]
#[case(Signal::TERM, 143)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_while_nobody_takes_what_it_writes(#[case] signal: Signal, #[case] code: i32) {
    use std::io::Read as _;
    let shell = shell(&[]).await;
    let mut audit = shell.command(PLATFORM_ADMIN, "audit --history --format json");
    let mut audit = audit.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = audit.stdout.take().unwrap();
    let mut first = [0];
    // The report is larger than a pipe: from here on it waits for its reader.
    out.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"{");
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_waiting(audit.id()) {
        assert!(Instant::now() < deadline, "it never came to a standstill");
        tokio::task::yield_now().await;
    }
    processes::send(&audit, signal);
    let deadline = Instant::now() + Duration::from_mins(1);
    let ended = loop {
        if let Some(ended) = audit.try_wait().unwrap() {
            break ended;
        }
        if Instant::now() > deadline {
            audit.kill().unwrap();
            panic!("the signal did not end it");
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(ended.code(), Some(code));
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(!rest.trim_end().ends_with("\n}"), "it was written whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dash_is_standard_output() {
    let shell = shell(&[]).await;
    let said = shell.audit("audit --format json --output -");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.starts_with('{') && !shell.path("-").exists());
    let said = shell.audit("audit --output -");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("alice@example.com") && !shell.path("-").exists());
    let said = shell.audit("audit --format csv --output ./-");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
    assert!(shell.path("-").exists());
    let said = shell.audit("audit --log-file -");
    assert_eq!(said.code, Some(2));
}
