//! The manual's recipe for CI, word for word, on a real git repository and the embedded platform.

use crate::audit_cli::{Said, Shell, shell};
use nmp_console::sandbox::PLATFORM_ADMIN;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the commands of a step of the recipe.
fn step(name: &str) -> &'static str {
    let page = include_str!("../../assets/manual/ci.md");
    let (_, rest) = page.split_once(&format!("<!-- recipe {name} -->\n```sh\n")).unwrap();
    rest.split_once("```").unwrap().0
}

fn digest_in(comment: &str) -> &str {
    let mut lines = comment.lines();
    lines
        .find_map(|line| line.strip_prefix("Digest: `")?.strip_suffix('`'))
        .unwrap()
}

/// A repository with a shell in it, as a CI job has it.
struct Repository {
    shell: Shell,
}

impl Repository {
    async fn new() -> Self {
        let repository = Self {
            shell: shell(&[]).await,
        };
        repository.succeeds("git init -q -b main . && git config user.email ci@example.com && git config user.name CI");
        repository
    }

    fn run(&self, commands: &str) -> Said {
        let program = Path::new(env!("CARGO_BIN_EXE_nmp-console"));
        let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
        // The environment of a job: an address and a token.
        let of_console = self.shell.command(PLATFORM_ADMIN, "");
        let mut command = Command::new("sh");
        command.env_clear();
        for (name, value) in of_console.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.env("PATH", path).env("GIT_CONFIG_NOSYSTEM", "1");
        command
            .args(["-ec", commands])
            .current_dir(self.shell.home())
            .stdin(Stdio::null());
        Said::from(command.output().unwrap())
    }

    fn succeeds(&self, commands: &str) -> String {
        let said = self.run(commands);
        assert_eq!(said.code, Some(0), "{commands}: {}{}", said.out, said.err);
        said.out
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.shell.path(name)).unwrap()
    }

    /// Puts the line of a new member into the file.
    fn add(&self, line: &str) {
        let text = self.read("access.toml");
        let begin = "[workspace.default.members]\n";
        assert!(text.contains(begin), "{text}");
        let text = text.replace(begin, &format!("{begin}# asked for in OPS-12\n{line}\n"));
        std::fs::write(self.shell.path("access.toml"), text).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs git, which cargo test must do without; .ci/run runs it"]
async fn from_a_pull_request_to_the_drift_of_the_night() {
    let repository = Repository::new().await;
    repository.succeeds("nmp-console export --workspace default --workspace ml-team --output access.toml");
    repository.succeeds("git add access.toml && git commit -qm 'As it is'");
    repository.succeeds(step("nightly"));

    repository.succeeds("git checkout -qb request");
    repository.add("\"zoe@example.com\" = [\"Viewer\"]");
    repository.succeeds("git commit -qam 'Let zoe read'");
    repository.succeeds(step("pull-request"));
    let comment = repository.read("plan.md");
    assert!(comment.contains("zoe@example.com"), "{comment}");
    let digest = digest_in(&comment);

    let merge = "git checkout -q main && git merge -q --no-ff request -m 'Let zoe read' -m";
    repository.succeeds(&format!("{merge} 'Access-Plan: {digest}'"));
    repository.succeeds(step("merge"));
    repository.succeeds(step("nightly"));
    let journal = repository.succeeds("nmp-console activity --format json");
    assert!(
        journal.contains("zoe@example.com") && journal.contains("Let zoe read"),
        "{journal}"
    );

    // A job that runs again finds that all is so.
    repository.succeeds(step("merge"));
    assert_eq!(repository.succeeds("nmp-console activity --format json"), journal);

    repository.shell.grant_viewer("mallory@example.com").await;
    let night = repository.run(step("nightly"));
    assert_eq!(night.code, Some(1), "{}{}", night.out, night.err);
    let changed: Vec<&str> = night.out.lines().filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(
        changed,
        [
            "--- a/access.toml",
            "+++ b/access.toml",
            "+\"mallory@example.com\" = [\"Viewer\"]"
        ]
    );
    assert!(repository.read("access.toml").contains("# asked for in OPS-12\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs git, which cargo test must do without; .ci/run runs it"]
async fn a_guard_stands_in_the_comment_and_is_opened_by_whoever_approves() {
    let repository = Repository::new().await;
    repository.succeeds("nmp-console export --workspace ml-team --output access.toml");
    repository.succeeds("git add access.toml && git commit -qm 'As it is' && git checkout -qb request");
    let text = repository.read("access.toml");
    let text = text.replacen("members]\n", "members]\n\"*\" = [\"Viewer\"]\n", 1);
    std::fs::write(repository.shell.path("access.toml"), text).unwrap();
    repository.succeeds("git commit -qam 'Let everyone read'");
    let refused = repository.run(step("pull-request"));
    assert_eq!(refused.code, Some(5), "{}{}", refused.out, refused.err);
    let comment = repository.read("plan.md");
    assert!(
        comment.contains("## Guards") && comment.contains("--allow-public"),
        "{comment}"
    );
    let digest = digest_in(&comment);
    repository.succeeds("git commit -q --amend -m 'Let everyone read' -m 'Access-Open: --allow-public'");
    repository.succeeds(step("pull-request"));

    let merge = "git checkout -q main && git merge -q --no-ff request -m 'Let everyone read' -m";
    repository.succeeds(&format!("{merge} 'Access-Plan: {digest}'"));
    let refused = repository.run(step("merge"));
    assert_eq!(refused.code, Some(5), "{}{}", refused.out, refused.err);
    repository.succeeds(&format!(
        "git commit -q --amend -m 'Let everyone read' -m 'Access-Plan: {digest}\nAccess-Open: --allow-public'"
    ));
    repository.succeeds(step("merge"));
    repository.succeeds(step("nightly"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs git, which cargo test must do without; .ci/run runs it"]
async fn a_step_without_a_plan_fails_and_writes_no_comment() {
    let repository = Repository::new().await;
    repository.succeeds("echo 'schema = 1' > access.toml && git add . && git commit -qm 'Half a file'");
    let refused = repository.run(step("pull-request"));
    assert_eq!(refused.code, Some(4), "{}{}", refused.out, refused.err);
    assert_eq!(repository.read("plan.md"), "");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs git, which cargo test must do without; .ci/run runs it"]
async fn what_was_not_approved_is_not_sent() {
    let repository = Repository::new().await;
    repository.succeeds("nmp-console export --workspace default --output access.toml");
    repository.add("\"zoe@example.com\" = [\"Viewer\"]");
    repository.succeeds("git add access.toml && git commit -qm 'Let zoe read' -m 'Access-Plan: 0123456789abcdef'");
    let refused = repository.run(step("merge"));
    assert!(
        refused.code.is_some_and(|code| code > 0),
        "{}{}",
        refused.out,
        refused.err
    );
    let held = repository.succeeds("nmp-console export --principal zoe@example.com");
    assert!(!held.contains("Viewer"), "{held}");
}
