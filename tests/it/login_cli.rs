//! `nmp-console login`, `logout` and `whoami` as a shell sees them.

use nmp_console::runtime;
use nmp_console::sandbox::{self, DEMO_CALLER, PLATFORM_ADMIN, Running, Seed, unsigned_token};
use rstest::rstest;
use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

struct Shell {
    home: TempDir,
    running: Running,
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

async fn shell() -> Shell {
    let options = sandbox::Options {
        seed: Seed::Demo,
        ..sandbox::Options::default()
    };
    Shell {
        home: tempfile::tempdir().unwrap(),
        running: sandbox::start(options).await.unwrap(),
    }
}

fn token(email: &str, life: Duration) -> String {
    unsigned_token(email, runtime::now(), life)
}

impl Shell {
    fn run(&self, arguments: &str, input: &str, variables: &[(&str, &str)]) -> Said {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        self.run_words(&arguments, input, variables)
    }

    fn run_words(&self, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
            .env_clear()
            .env("HOME", self.home.path())
            .envs(variables.iter().copied())
            .current_dir(self.home.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses before it reads has closed its end already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn say(&self, arguments: &str) -> Said {
        self.run(arguments, "", &[])
    }

    fn config(&self) -> PathBuf {
        self.home.path().join(".config/nhx/config.yaml")
    }

    fn stored(&self) -> String {
        std::fs::read_to_string(self.config()).unwrap()
    }

    fn log_in(&self, email: &str) -> Said {
        self.say(&format!(
            "login --base-url {} --unsigned-token {email}",
            self.running.url()
        ))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_login_makes_the_config_that_everything_else_starts_from() {
    let shell = shell().await;
    let said = shell.log_in(DEMO_CALLER);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.err.contains(&format!("logged in as {DEMO_CALLER}")), "{said:?}");
    assert!(said.err.contains(".config/nhx/config.yaml"), "{said:?}");
    let said = shell.say("whoami");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains(DEMO_CALLER), "{said:?}");
    let said = shell.say("audit --format json");
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = shell().await;
    shell.log_in(DEMO_CALLER);
    let mode = std::fs::metadata(shell.config()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piped_token_is_tried_before_it_is_kept() {
    let shell = shell().await;
    let url = shell.running.url();
    let login = format!("login --base-url {url} --token-stdin");
    let said = shell.run(&login, "e30.bm90aGluZw.\n", &[]);
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""), "{said:?}");
    assert!(!shell.config().exists(), "a refused token is not kept");
    let good = token(PLATFORM_ADMIN, Duration::from_hours(1));
    let said = shell.run(&login, &format!("{good}\n"), &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(shell.stored().contains(&good));
    assert!(!said.err.contains(&good), "a token is never shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_beginning_of_what_is_too_long_is_no_token() {
    let shell = shell().await;
    let login = format!("login --base-url {} --token-stdin", shell.running.url());
    let good = token(PLATFORM_ADMIN, Duration::from_hours(1));
    // Its first 64 KiB would be a good token, and blanks.
    let said = shell.run(&login, &format!("{good}{}more", " ".repeat(64 * 1024)), &[]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.err.contains("longer than 64 KiB"), "{said:?}");
    assert!(!shell.config().exists(), "nothing is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_could_not_be_kept_is_a_local_error() {
    let shell = shell().await;
    let url = shell.running.url();
    std::fs::write(shell.home.path().join("file"), "").unwrap();
    let home = shell.home.path().join("file");
    let home = [("HOME", home.to_str().unwrap())];
    let good = token(PLATFORM_ADMIN, Duration::from_hours(1));
    for (way, input) in [("--token-stdin", good.as_str()), ("--unsigned-token al@x.com", "")] {
        let said = shell.run(&format!("login --base-url {url} {way}"), input, &home);
        assert_eq!((said.code, said.out.as_str()), (Some(4), ""), "{said:?}");
        assert!(said.err.contains(".config/nhx/config.yaml"), "{said:?}");
        assert!(!said.err.contains("logged in as"), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refused_with_its_time() {
    let shell = shell().await;
    let stale = unsigned_token(DEMO_CALLER, jiff::Timestamp::UNIX_EPOCH, Duration::from_hours(1));
    let login = format!("login --base-url {} --token-stdin", shell.running.url());
    let said = shell.run(&login, &stale, &[]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("expired at 1970-01-01"), "{said:?}");
    assert!(!shell.config().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_forgets_the_token_and_nothing_else() {
    let shell = shell().await;
    shell.log_in(DEMO_CALLER);
    let said = shell.say("logout");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!shell.stored().contains("token:"), "{}", shell.stored());
    assert!(shell.stored().contains(&shell.running.url()), "{}", shell.stored());
    let said = shell.say("whoami");
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""), "{said:?}");
    assert!(
        said.err.contains("not logged in: context '") && !said.err.contains("401"),
        "{said:?}"
    );
    assert!(
        said.err.contains("nmp-console login --context "),
        "it says what to do: {said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoami_says_what_the_caller_may_do_in_every_workspace() {
    let shell = shell().await;
    shell.log_in(DEMO_CALLER);
    let text = shell.say("whoami").out;
    let admin = text.lines().find(|line| line.ends_with("ml-team")).unwrap_or_default();
    assert!(admin.contains("Admin"), "{text}");
    let json: Value = serde_json::from_str(&shell.say("whoami --format json").out).unwrap();
    assert_eq!(json["email"], DEMO_CALLER);
    assert_eq!(json["is_platform_admin"], false);
    assert_eq!(json["roles"]["ml-team"], "Admin");
    assert_eq!(json["server"], shell.running.url());
    let json: Value = serde_json::from_str(&shell.say("whoami --format json --no-roles").out).unwrap();
    assert_eq!(json["roles"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_environment_is_named_as_the_one_in_force() {
    let shell = shell().await;
    shell.log_in(DEMO_CALLER);
    let admin = token(PLATFORM_ADMIN, Duration::from_hours(1));
    let variables = [("NHX_ACCESS_TOKEN", admin.as_str())];
    let said = shell.run("whoami", "", &variables);
    assert!(
        said.out.contains(PLATFORM_ADMIN) && said.out.contains("from NHX_ACCESS_TOKEN"),
        "{said:?}"
    );
    let login = format!(
        "login --base-url {} --unsigned-token {DEMO_CALLER}",
        shell.running.url()
    );
    let said = shell.run(&login, "", &variables);
    assert!(said.err.contains("NHX_ACCESS_TOKEN is set"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn says_what_is_missing_to_log_in() {
    let shell = shell().await;
    let said = shell.say("login");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--base-url"), "{said:?}");
    let said = shell.say("logout");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--context"), "{said:?}");
    let said = shell.say(&format!("login --base-url {} --device", shell.running.url()));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--token-stdin"), "{said:?}");
    assert!(!shell.config().exists(), "nothing is written for a question");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_at_an_address_makes_the_context_that_is_named() {
    let shell = shell().await;
    shell.log_in(PLATFORM_ADMIN);
    let other = sandbox::start(sandbox::Options::default()).await.unwrap();
    let said = shell.say(&format!(
        "login --context other --base-url {} --unsigned-token {DEMO_CALLER}",
        other.url()
    ));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(shell.stored().contains("name: other"), "{}", shell.stored());
    assert!(shell.say("whoami --context other").out.contains(DEMO_CALLER));
    assert!(
        shell.say("whoami").out.contains(PLATFORM_ADMIN),
        "the other context is as it was"
    );
    let said = shell.say(&format!(
        "login --context default --base-url {} --unsigned-token a@b",
        other.url()
    ));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("leads to another address"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoami_finds_what_was_logged_in_where_no_context_was_current() {
    for login in ["--base-url", "--context prod --base-url"] {
        let shell = shell().await;
        let url = shell.running.url();
        std::fs::create_dir_all(shell.config().parent().unwrap()).unwrap();
        let text = format!(
            "clusters: [{{name: c, base_url: '{url}/'}}]\nusers: [{{name: u, type: no-auth}}]\n\
             contexts: [{{name: prod, cluster: c, user: u}}]\n"
        );
        std::fs::write(shell.config(), text).unwrap();
        let said = shell.say(&format!("login {login} {url} --unsigned-token {DEMO_CALLER}"));
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(!said.err.contains("current"), "{said:?}");
        let said = shell.say("whoami");
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains(DEMO_CALLER), "{said:?}");
    }
}

/// What is advised is typed as it stands there, and a new context is called what can be typed.
#[rstest]
#[case::tab("new\tname")]
#[case::turned_around("\u{202e}dorp")]
#[case::nothing_that_is_seen(" ")]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_context_gets_a_name_that_can_be_typed(#[case] name: &str) {
    let shell = shell().await;
    let url = shell.running.url();
    let said = shell.run_words(
        &[
            "login",
            "--context",
            name,
            "--base-url",
            &url,
            "--unsigned-token",
            DEMO_CALLER,
        ],
        "",
        &[],
    );
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("a new context cannot be called '"), "{said:?}");
    assert!(!shell.home.path().join(".config").exists(), "{said:?}");
}

/// In a file such a name can stand all the same: then no command is made of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_context_whose_name_cannot_be_typed_is_in_no_command() {
    let shell = shell().await;
    let config = shell.home.path().join("config.yaml");
    let url = shell.running.url();
    let text = format!(
        "current_context: \"a\\tb\"\nclusters: [{{name: c, base_url: '{url}'}}]\nusers: [{{name: u, type: no-auth}}]\n\
         contexts: [{{name: \"a\\tb\", cluster: c, user: u}}, {{name: d, cluster: c, user: u}}]\n"
    );
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let said = shell.run_words(&["whoami", "--config", config], "", &[]);
    let advice = "log in with: nmp-console login, with --context and its name";
    assert!(said.err.contains(advice), "{said:?}");
    let login = ["login", "--unsigned-token", DEMO_CALLER, "--config", config];
    let said = shell.run_words(&login, "", &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = shell.run_words(&[&login[..], &["--context", "d"]].concat(), "", &[]);
    assert!(said.err.contains("still 'a\\tb': use --context d"), "{said:?}");
    // The other way round: what is current can be typed, and where one has logged in cannot.
    let text = std::fs::read_to_string(config)
        .unwrap()
        .replacen("current_context: \"a\\tb\"", "current_context: d", 1);
    std::fs::write(config, text).unwrap();
    let said = shell.run_words(&[&login[..], &["--context", "a\tb"]].concat(), "", &[]);
    assert!(
        said.err
            .ends_with("the current context is still 'd': use --context with its name\n"),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_elsewhere_than_a_start_leads_to_is_told_how_to_get_there() {
    let shell = shell().await;
    let said = shell.log_in(PLATFORM_ADMIN);
    assert!(
        !said.err.contains("current") && !said.err.contains("overrides"),
        "{said:?}"
    );
    let other = sandbox::start(sandbox::Options::default()).await.unwrap();
    let login = format!(
        "login --context other --base-url {} --unsigned-token {DEMO_CALLER}",
        other.url()
    );
    let said = shell.say(&login);
    let words = "the current context is still 'default': use --context other; nemo config use-context other makes \
                 'other' current";
    assert!(said.err.contains(words), "{said:?}");
    let said = shell.run(&login, "", &[("NMP_CURRENT_CONTEXT", "default")]);
    assert!(
        said.err
            .contains("NMP_CURRENT_CONTEXT is set and still leads elsewhere"),
        "{said:?}"
    );
    let said = shell.run(&login, "", &[("NHX_BASE_URL", &shell.running.url())]);
    assert!(
        said.err.contains("NHX_BASE_URL is set and still leads elsewhere"),
        "{said:?}"
    );
    let said = shell.run(&login, "", &[("NHX_CURRENT_CONTEXT", "other")]);
    assert!(said.code == Some(0) && !said.err.contains("elsewhere"), "{said:?}");
    // Somebody else logs in there.
    let said = shell.say(&login.replace(DEMO_CALLER, PLATFORM_ADMIN));
    assert!(
        said.err
            .contains(&format!("logged in as {PLATFORM_ADMIN} in place of {DEMO_CALLER};")),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_at_an_address_is_of_the_context_that_leads_there() {
    let shell = shell().await;
    shell.log_in(PLATFORM_ADMIN);
    let other = sandbox::start(sandbox::Options::default()).await.unwrap();
    shell.say(&format!(
        "login --context other --base-url {} --unsigned-token {DEMO_CALLER}",
        other.url()
    ));
    let said = shell.say(&format!("logout --base-url {}", other.url()));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("logged out of context 'other'"), "{said:?}");
    assert!(
        shell.say("whoami").out.contains(PLATFORM_ADMIN),
        "the current context is as it was"
    );
    for arguments in ["logout --context other", "logout --base-url http://127.0.0.1:9"] {
        let said = shell.say(arguments);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.err.contains("nobody is logged in there"), "{said:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_cannot_be_kept_is_none() {
    let shell = shell().await;
    let login = format!(
        "login --base-url {} --unsigned-token {DEMO_CALLER}",
        shell.running.url()
    );
    // Below a file nothing can be kept.
    let home = shell.home.path().join("file");
    std::fs::write(&home, "").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home)
        .args(login.split_whitespace())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
}
