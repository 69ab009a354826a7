//! Files that are none, on the command line: nothing is waited for, and nothing is read without an end.

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program, which must end by itself.
fn run(home: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    let child = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home)
        .envs(variables.iter().copied())
        .current_dir(home)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_child(&child);
    let (tell, ended) = mpsc::channel();
    let waiting = thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(Duration::from_mins(1)) else {
        kill_process(pid, Signal::KILL).unwrap();
        panic!("{arguments:?} {variables:?} never ends");
    };
    waiting.join().unwrap().unwrap();
    let output = output.unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

#[test]
fn a_file_that_is_none_is_refused_wherever_one_is_named() {
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe");
    fifo(&pipe);
    let pipe = pipe.to_str().unwrap();
    let url = ["--base-url", "http://127.0.0.1:9"];
    for option in ["--config", "--ca", "--policy", "--baseline"] {
        for (file, kind) in [
            ("/dev/zero", "a device"),
            (pipe, "a pipe"),
            ("/dev", "a "),
            ("/dev/urandom", "a device"),
        ] {
            let said = run(home.path(), &["audit", option, file, url[0], url[1]], &[]);
            assert_eq!(
                (said.code, said.out.as_str()),
                (Some(4), ""),
                "{option} {file}: {}",
                said.err
            );
            assert!(
                said.err.contains(file) && said.err.contains(kind),
                "{option} {file}: {}",
                said.err
            );
        }
    }
    for variable in [
        "NHX_CONFIG_FILE",
        "NMP_CONFIG_FILE",
        "NHX_CLIENT_SSL_CERT_FILE",
        "NMP_CERTIFICATE_AUTHORITY",
    ] {
        for file in ["/dev/zero", pipe] {
            let said = run(home.path(), &["whoami", url[0], url[1]], &[(variable, file)]);
            assert_eq!(said.code, Some(4), "{variable} {file}: {}", said.err);
            assert!(said.err.contains(variable) || said.err.contains(file), "{}", said.err);
        }
    }
}

#[test]
fn a_file_of_wishes_that_is_none_is_refused_too() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fifo(&folder.join("a.toml"));
    let circle = home.path().join("circle.toml");
    std::os::unix::fs::symlink(&circle, &circle).unwrap();
    let pipe = home.path().join("pipe");
    fifo(&pipe);
    let [folder, circle, pipe] = [&folder, &circle, &pipe].map(|path| path.to_str().unwrap());
    for (arguments, said) in [
        (
            ["plan", "/dev/zero"].as_slice(),
            "cannot read /dev/zero: it is a device",
        ),
        (&["plan", folder], "folder: it holds no .toml file"),
        (&["plan", circle], "circle.toml: it is a link that leads back to itself"),
        (&["plan", pipe], "pipe: it is a pipe that nobody writes to"),
        (
            &["export", "--update", "/dev/zero"],
            "/dev/zero: it is not a regular file",
        ),
        (&["export", "--update", pipe], "pipe: it is not a regular file"),
        (&["export", "--update", folder], "folder: it holds no .toml file"),
        (
            &["export", "--output", "/dev/null"],
            "/dev/null: it is not a regular file",
        ),
    ] {
        let url = ["--base-url", "http://127.0.0.1:9"];
        let refused = run(home.path(), &[arguments, &url].concat(), &[]);
        assert_eq!(
            (refused.code, refused.out.as_str()),
            (Some(4), ""),
            "{arguments:?}: {}",
            refused.err
        );
        assert!(refused.err.contains(said), "{arguments:?}: {}", refused.err);
    }
}

/// Whoever waits is told for what, on the command line as for what another program writes (`<(…)`).
#[test]
fn a_pipe_is_waited_for_and_that_is_said() {
    let home = tempfile::tempdir().unwrap();
    let (pipe, policy) = (home.path().join("pipe"), home.path().join("policy.toml"));
    fifo(&pipe);
    fs::write(&policy, "").unwrap();
    let [pipe, policy] = [&pipe, &policy].map(|path| path.to_str().unwrap());
    for (arguments, text, said) in [
        (
            ["plan", pipe, "--policy", policy],
            "schema = 2\n",
            "schema 2 is not known here",
        ),
        (["plan", "--leavers", pipe, "--read-only"], "*\n", "does not leave"),
        (
            ["plan", "--from", pipe, "--read-only"],
            "{}",
            "pipe: it is not a JSON export of an audit",
        ),
        (["audit", "--policy", pipe, "--read-only"], "schema = 1\n[x]\n", "pipe"),
        (["audit", "--baseline", pipe, "--read-only"], "{}", "pipe"),
        (
            ["audit", "--wishes", pipe, "--read-only"],
            "schema = 2\n",
            "schema 2 is not known here",
        ),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
            .env_clear()
            .env("HOME", home.path())
            .current_dir(home.path())
            .args(arguments)
            .args(["--base-url", "http://127.0.0.1:9"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Opening waits for the reader.
        let mut writer = File::options().write(true).open(pipe).unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        assert_eq!(
            line,
            format!("nmp-console: still reading {pipe}: a pipe is read to its end\n")
        );
        writer.write_all(text.as_bytes()).unwrap();
        drop(writer);
        let mut rest = String::new();
        err.read_to_string(&mut rest).unwrap();
        assert!(rest.contains(said) && !rest.contains("still"), "{arguments:?}: {rest}");
        assert_eq!(child.wait().unwrap().code(), Some(4), "{arguments:?}: {rest}");
    }
}

#[test]
fn so_are_those_that_lie_in_their_usual_places() {
    for file in [
        ".config/nhx/config.yaml",
        ".config/nmp-console/config.toml",
        ".config/nmp-console/policy.toml",
    ] {
        for make in [fifo, |path: &Path| {
            std::os::unix::fs::symlink("/dev/zero", path).unwrap();
        }] {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            make(&path);
            let said = run(home.path(), &["audit", "--base-url", "http://127.0.0.1:9"], &[]);
            assert_eq!(said.code, Some(4), "{file}: {}", said.err);
            assert!(said.err.contains(file), "{}", said.err);
        }
    }
}

/// They are read again and again, so that no pipe is waited for in the place of one.
#[test]
fn in_their_usual_places_pipes_are_refused_although_somebody_may_write() {
    for (file, arguments) in [
        (".config/nhx/config.yaml", "audit --base-url http://127.0.0.1:9"),
        (".config/nmp-console/config.toml", "audit --base-url http://127.0.0.1:9"),
        (".config/nmp-console/policy.toml", "audit --base-url http://127.0.0.1:9"),
        (".config/nmp-console/keys.toml", "keys"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fifo(&path);
        let _idle = File::options().read(true).write(true).open(&path).unwrap();
        let said = run(home.path(), &arguments.split(' ').collect::<Vec<_>>(), &[]);
        assert_eq!(said.code, Some(4), "{file}: {}", said.err);
        assert!(
            said.err.contains("it is a pipe: it is read more than once"),
            "{file}: {}",
            said.err
        );
    }
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_no_empty_one() {
    for (folder, arguments) in [
        (".config/nhx", ["whoami"].as_slice()),
        (".config/nmp-console", &["whoami"]),
        (".config/nhx", &["logout"]),
    ] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(folder);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // A link in a circle: closed to root, too.
        std::os::unix::fs::symlink(&path, &path).unwrap();
        let said = run(home.path(), arguments, &[]);
        assert_eq!(said.code, Some(4), "{}", said.err);
        assert!(
            said.err.contains(folder) && said.err.contains("cannot read"),
            "{}",
            said.err
        );
    }
}

#[test]
fn what_a_killed_console_left_is_taken_away_by_the_next_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/nhx");
    fs::create_dir_all(&folder).unwrap();
    let config = "clusters: [{name: c, base_url: 'http://127.0.0.1:9/'}]\nusers: [{name: u, type: oauth, token: old}]\n\
                  contexts: [{name: x, cluster: c, user: u}]\ncurrent_context: x\n";
    fs::write(folder.join("config.yaml"), config).unwrap();
    let [left, left_before, alive, of_another] = [
        ".config.nmp-console-aB3dE6.tmp",
        ".config.aB3dE6.tmp",
        ".config.nmp-console-bB3dE6.tmp",
        ".config.yaml.tmp",
    ]
    .map(|name| folder.join(name));
    for path in [&left, &left_before, &alive, &of_another] {
        fs::write(path, "token: s3cret").unwrap();
    }
    let writer = File::open(&alive).unwrap();
    writer.lock().unwrap();
    run(home.path(), &["whoami"], &[]);
    assert!(!left.exists(), "also where nothing is written");
    assert!(left_before.exists(), "a release before this one may be writing it");
    run(home.path(), &["logout"], &[]);
    assert!(!left_before.exists() && alive.exists() && of_another.exists());
    assert!(!fs::read_to_string(folder.join("config.yaml")).unwrap().contains("old"));
}

/// Returns whether the system knows a home for whoever runs this.
fn has_account() -> bool {
    let uid = rustix::process::getuid().as_raw().to_string();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    accounts
        .lines()
        .any(|line| line.split(':').nth(2) == Some(uid.as_str()))
}

#[test]
fn without_a_variable_the_system_is_asked_for_the_home() {
    if !has_account() {
        let note = "the system knows no home of this user: nothing is tried";
        let mut stream = std::io::stderr();
        writeln!(stream, "without_a_variable_the_system_is_asked_for_the_home: {note}").unwrap();
        return;
    }
    let login = [
        "login",
        "--base-url",
        "http://127.0.0.1:9",
        "--unsigned-token",
        "al@x.com",
    ];
    let output = |home: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
        command.env_clear().args(login);
        command.envs(home.map(|home| ("HOME", home))).output().unwrap()
    };
    for home in [None, Some("")] {
        let err = String::from_utf8(output(home).stderr).unwrap();
        assert!(
            !err.contains("home") && err.contains("127.0.0.1:9") || err.contains("cannot reach"),
            "{err}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_of_the_program_is_dumped_when_it_dies() {
    let home = tempfile::tempdir().unwrap();
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home.path())
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(sandbox.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", sandbox.id())).unwrap();
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
