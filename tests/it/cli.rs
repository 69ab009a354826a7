//! The program as a shell sees it: output, exit codes, and the sandbox as a server.

use crate::processes;
use assert_cmd::Command;
use rstest::rstest;
use rustix::process::Signal;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};
use tempfile::TempDir;

/// The program in an environment that knows nothing but a home of its own. Its streams are pipes, so no terminal.
fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
    command.env_clear().env("HOME", home);
    command
}

fn said(home: &TempDir, arguments: &str) -> (i32, String, String) {
    let output = program(home.path())
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[rstest]
#[case::console("", 2, "nmp-console: the console needs a terminal, and standard input is not one")]
#[case::demo("demo", 2, "nmp-console: the console needs a terminal")]
#[case::review_beside_a_command("--plan a.toml whoami", 2, "nmp-console: --plan is for the console")]
#[case::unknown_option("--nonsense", 2, "error: unexpected argument '--nonsense'")]
#[case::unknown_command("nonsense", 2, "error: unrecognized subcommand 'nonsense'")]
#[case::demo_elsewhere(
    "demo --base-url http://localhost",
    2,
    "nmp-console: --base-url does not apply to 'demo'"
)]
#[case::promise("sandbox --read-only", 2, "nmp-console: --read-only does not apply to 'sandbox'")]
#[case::open_sandbox("sandbox --listen 0.0.0.0:0", 2, "error: invalid value '0.0.0.0:0' for '--listen")]
#[case::no_config(
    "--config nonexistent.yaml",
    4,
    "nmp-console: --config names the config file nonexistent.yaml"
)]
#[case::bad_url(
    "--base-url nmp.example.com",
    4,
    "nmp-console: --base-url must begin with https:// or http://"
)]
#[case::log(
    "sandbox --listen 127.0.0.1:0 --log-file /nonexistent/a.log",
    4,
    "nmp-console: cannot open the log file /nonexistent/a.log"
)]
fn refuses_with_a_reason_and_a_code(#[case] arguments: &str, #[case] code: i32, #[case] reason: &str) {
    let (status, out, err) = said(&home(), arguments);
    assert_eq!((status, out.as_str()), (code, ""), "{err}");
    assert!(err.starts_with(reason), "{err}");
}

#[test]
fn never_repeats_hostile_text_raw() {
    let home = home();
    let output = program(home.path())
        .args(["--config", "\u{1b}[31mevil"])
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("\\x1b[31mevil") && !err.contains('\u{1b}'), "{err:?}");
}

/// What the option parser quotes is quoted harmlessly.
#[rstest]
#[case(&["--\u{9b}31mevil"])]
#[case(&["\u{202e}evil"])]
#[case(&["\u{1b}]0;evil\u{7}"])]
#[case(&["sandbox", "--listen", "\u{9b}\u{202e}evil"])]
#[case(&["audit", "--format", "\u{2066}evil"])]
#[case(&["audit", "--fail-on", "any,\u{85}evil"])]
#[case(&["audit", "--workspace", "[\u{9b}evil"])]
#[case(&["completions", "\u{200b}evil"])]
#[case(&["demo", "--deletion", "\u{90}evil"])]
#[case(&["login", "--\u{feff}evil"])]
#[case(&["--context", "\u{9b}evil", "logout"])]
#[case(&["--base-url", "http://\u{9d}evil", "whoami"])]
#[case(&["sandbox", "--latency", "\u{9b}evil"])]
#[case(&["sandbox", "--fault", "\u{9b}evil"])]
fn what_was_typed_is_never_repeated_raw(#[case] arguments: &[&str]) {
    let home = home();
    let output = program(home.path()).args(arguments).output().unwrap();
    assert!(matches!(output.status.code(), Some(2 | 4)), "{output:?}");
    let err = String::from_utf8(output.stderr).unwrap();
    let is_harmful = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(c);
    assert!(!err.is_empty() && !err.contains(is_harmful), "{err:?}");
    let words = ["invalid digit", "ParseIntError", "from_str", "::"];
    assert!(words.iter().all(|word| !err.contains(word)), "{err}");
}

/// Nothing is sent for what can be no workspace's name: the address leads nowhere.
#[rstest]
#[case(&["--workspace", "../x"], "'/' is part of no workspace's name")]
#[case(&["whoami", "--workspace", ".."], "no workspace can be called so")]
#[case(&["can", "ann@x.com", "read", "../x", "--base-url", "http://127.0.0.1:9"], "'/' is part of no workspace's name")]
#[case(&["can", "ann@x.com", "read", "", "--base-url", "http://127.0.0.1:9"], "a name is needed")]
fn what_can_be_no_workspace_is_refused_before_anything_is_sent(#[case] arguments: &[&str], #[case] why: &str) {
    let home = home();
    let output = program(home.path()).args(arguments).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains(why), "{err}");
    let named = program(home.path())
        .env("NMP_WORKSPACE", "../x")
        .arg("whoami")
        .output()
        .unwrap();
    let err = String::from_utf8(named.stderr).unwrap();
    assert_eq!(named.status.code(), Some(4), "{err}");
    assert!(
        err.contains("NMP_WORKSPACE names the workspace '../x': '/' is part of"),
        "{err}"
    );
}

#[rstest]
#[case("completions bash --context x", "--context", "completions")]
#[case("man --log-file x", "--log-file", "man")]
#[case("completions zsh -v", "--verbose", "completions")]
#[case("man --workspace x", "--workspace", "man")]
fn an_option_is_taken_or_refused_and_never_ignored(#[case] line: &str, #[case] option: &str, #[case] command: &str) {
    let (status, out, err) = said(&home(), line);
    assert_eq!((status, out.as_str()), (2, ""));
    assert_eq!(err, format!("nmp-console: {option} does not apply to '{command}'\n"));
}

#[rstest]
#[case("--version", "nmp-console 0.")]
#[case("--help", "Usage: nmp-console [OPTIONS] [COMMAND]")]
#[case("sandbox --help", "Usage: nmp-console sandbox [OPTIONS]")]
#[case(
    "completions bash",
    "complete -o nospace -o bashdefault -o nosort -F _clap_complete_nmp_console nmp-console"
)]
#[case("completions zsh", "#compdef nmp-console")]
#[case("completions fish", "--command nmp-console")]
#[case("completions elvish", "edit:completion:arg-completer[nmp-console]")]
#[case("completions nushell", "$env.config.completions.external.completer")]
#[case("completions powershell", "Register-ArgumentCompleter")]
#[case("man", ".TH nmp-console 1")]
#[case("man", ".TH nmp-console-sandbox 1")]
#[case(
    "man audit",
    "\\fBnmp\\-console\\fR \\fBaudit\\fR [\\fB\\-\\-format\\fR \\fItable|json"
)]
#[case("man activity verify", ".TH nmp-console-activity-verify 1")]
#[case("version", "features     audit, console, sandbox\n")]
fn prints_what_was_asked_for_on_standard_output(#[case] arguments: &str, #[case] expected: &str) {
    let (status, out, err) = said(&home(), arguments);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains(expected), "{out}");
}

#[test]
fn a_page_of_the_manual_is_one_that_there_is() {
    let (status, out, err) = said(&home(), "man nonsense");
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("there is no page about 'nonsense'"), "{err}");
    let (_, names, _) = said(&home(), "man --list");
    assert!(names.lines().count() > 15, "{names}");
    for name in names.lines() {
        let (status, page, _) = said(&home(), &format!("man {name}"));
        assert_eq!((status, page.matches("\n.TH ").count()), (0, 1), "{name}");
        assert!(page.contains(&format!(".TH {name} 1")), "{name}: {page}");
    }
}

#[test]
fn a_script_learns_what_the_program_is() {
    let (status, out, _) = said(&home(), "version --json");
    let facts: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &facts["version"]), (0, &env!("CARGO_PKG_VERSION").into()));
    assert_eq!(facts["schemas"]["audit"], 2);
    assert!(
        facts["generations"].as_array().unwrap().contains(&"helix".into()),
        "{facts}"
    );
    let target = facts["target"].as_str().unwrap();
    assert!(target.contains(std::env::consts::ARCH), "{target}");
}

/// What bash is offered for the last of these words, one a line.
pub(crate) fn offered(home: &Path, words: &[&str]) -> String {
    let mut asked = program(home);
    asked.env("NMP_CONSOLE_COMPLETE", "bash").env("_CLAP_IFS", "\n");
    asked.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let asked = asked.current_dir(home).args(["--", "nmp-console"]).args(words);
    let output = asked.output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    String::from_utf8(output.stdout).unwrap()
}

#[rstest]
#[case::command(&["who"], "who-can\nwhoami")]
#[case::choice(&["audit", "--format", "c"], "csv\ncsv-excel")]
#[case::one_of_several(&["audit", "--fail-on", "high,new"], "high,new-access")]
#[case::operation(&["can", "bob@example.com", "man"], "manage-members")]
#[case::seed(&["sandbox", "--seed", ""], "empty\ndemo\nlarge")]
#[case::theme(&["--theme", "hi"], "high-contrast")]
#[case::context(&["audit", "--context", ""], "prod\ntest")]
#[case::context_of_another_file(&["--config", "other.yaml", "audit", "--context", ""], "elsewhere")]
#[case::context_of_another_file_in_one_word(&["audit", "--config=other.yaml", "--context", ""], "elsewhere")]
#[case::page(&["man", "who"], "who-can\nwhoami")]
#[case::file(&["plan", "a"], "access.toml")]
fn a_shell_is_told_what_can_stand_at_its_cursor(#[case] words: &[&str], #[case] expected: &str) {
    let home = home();
    let folder = home.path().join(".config/nmp");
    std::fs::create_dir_all(&folder).unwrap();
    let context = |name: &str| format!("  - {{name: {name}, cluster: c, user: u}}\n");
    // What a shell would run, split or hand to a terminal is not offered.
    let hostile = [
        "$(touch pwned)",
        "a;id",
        "two words",
        "a`id`",
        "(id)",
        "a'b",
        "a*",
        "~root",
        "a\\ne",
        "e\\e[2J",
        "--token",
        "@a",
        "=a",
    ];
    let quoted = hostile.map(|name| context(&format!("\"{name}\"")));
    let contexts = [context("prod"), quoted.concat(), context("test")].concat();
    let rest = "clusters:\n  - {name: c, base_url: \"http://127.0.0.1:1\"}\nusers:\n  - {name: u, type: no-auth}\n";
    std::fs::write(folder.join("config.yaml"), format!("contexts:\n{contexts}{rest}")).unwrap();
    let elsewhere = context("elsewhere");
    std::fs::write(home.path().join("other.yaml"), format!("contexts:\n{elsewhere}{rest}")).unwrap();
    for file in [
        "access.toml",
        "a$(id>pwned).toml",
        "--as-of=a",
        "a;id",
        "a b.toml",
        "a\u{1b}[2J.toml",
        "a\nb",
    ] {
        std::fs::write(home.path().join(file), "").unwrap();
    }
    assert_eq!(offered(home.path(), words), expected);
}

#[test]
fn help_names_no_variable_that_is_not_read() {
    let (_, help, _) = said(&home(), "--help");
    for (name, value) in [
        ("NMP_BASE_URL", "nonsense"),
        ("NMP_CONFIG_FILE", "nonexistent"),
        ("NMP_ACCESS_TOKEN", "two words"),
        ("NMP_CONSOLE_READ_ONLY", "nonsense"),
        ("NMP_CONSOLE_ASCII", "nonsense"),
        ("NMP_CONSOLE_LINEAR", "nonsense"),
        ("NMP_CONSOLE_NO_COLOR", "nonsense"),
        ("NMP_CONSOLE_THEME", "nonsense"),
        ("NMP_CONSOLE_MOTION", "nonsense"),
    ] {
        assert!(help.contains(name), "{name} is not in the help");
        let home = home();
        let output = program(home.path()).env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{name} is not read");
    }
}

/// A running `nmp-console sandbox`, killed if the test fails.
struct Sandbox {
    process: Child,
    url: String,
}

impl Sandbox {
    fn start(home: &TempDir, arguments: &[&str]) -> Self {
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_nmp-console"))
            .env_clear()
            .env("HOME", home.path())
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            process,
            url: url.trim_end().to_owned(),
        }
    }

    /// Sends a signal, waits for the end, and returns the exit code and what stood on standard error.
    fn end_by(mut self, signal: Signal) -> (Option<i32>, String) {
        processes::send(&self.process, signal);
        let mut err = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.process.wait().unwrap().code(), err)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(unix)]
#[rstest]
#[case(Signal::INT)]
#[case(Signal::TERM)]
#[case(Signal::HUP)]
fn the_sandbox_prints_its_address_and_stops_cleanly(#[case] signal: Signal) {
    let home = home();
    let sandbox = Sandbox::start(&home, &["--as", "carol@example.com"]);
    let port = sandbox
        .url
        .strip_prefix("http://127.0.0.1:")
        .and_then(|port| port.parse::<u16>().ok());
    assert!(port.is_some_and(|port| port != 0), "{}", sandbox.url);
    let url = sandbox.url.clone();
    let (code, err) = sandbox.end_by(signal);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        err.contains(&format!("export NMP_BASE_URL={url} NHX_BASE_URL={url}")),
        "{err}"
    );
    assert!(err.contains("export NMP_ACCESS_TOKEN="), "{err}");
}

#[cfg(unix)]
#[test]
fn the_log_can_be_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = home();
    let log = home.path().join("console.log");
    let sandbox = Sandbox::start(&home, &["-vv", "--log-file", log.to_str().unwrap()]);
    let mode = std::fs::metadata(&log).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(sandbox.end_by(Signal::TERM).0, Some(0));
}

#[test]
fn a_file_serves_one_sandbox_at_a_time() {
    let home = home();
    let data = home.path().join("platform.db");
    let data = data.to_str().unwrap();
    let first = Sandbox::start(&home, &["--data", data]);
    let (code, out, err) = said(&home, &format!("sandbox --listen 127.0.0.1:0 --data {data}"));
    assert_eq!((code, out.as_str()), (4, ""));
    assert_eq!(
        err,
        format!(
            "nmp-console: the sandbox does not start: {data} is in use by another process; stop that one or choose another file\n"
        )
    );
    drop(first);
    drop(Sandbox::start(&home, &["--data", data]));
}

#[test]
fn a_taken_port_is_said_in_one_line() {
    let home = home();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, out, err) = said(&home, &format!("sandbox --listen {}", taken.local_addr().unwrap()));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(
        err.starts_with("nmp-console: the sandbox does not start: ") && err.lines().count() == 1,
        "{err}"
    );
}
