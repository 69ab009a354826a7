//! The shell of a page: an embedded platform and a home of its own, at a time that stands still.

use crate::tls_given::{Authority, Listening, Manner, Proxy, tls_server};
use jiff::Timestamp;
use nmp_console::sandbox::{self, Clock, Options, PLATFORM_ADMIN, Running, Seed, unsigned_token};
use rustix::process::{Pid, Signal, kill_process_group};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// Where `nmp-console sandbox` listens unless it is told otherwise. It is another port here, of as many digits, as it may
/// be taken on this machine.
const SANDBOX: &str = "127.0.0.1:8080";
/// The platform of whoever reads: the same one, which only the proxy of the shell knows by this name.
const HOST: &str = "nmp.example.com";

/// How long a command may take.
const DEADLINE: Duration = Duration::from_secs(30);

fn now() -> Timestamp {
    "2026-11-23T10:02:11Z".parse().unwrap()
}

pub(super) struct Shell {
    home: TempDir,
    /// What is not the user's: the program, and the authority of the platform.
    system: TempDir,
    sandbox: Running,
    _front: Listening,
    proxy: Proxy,
}

impl Shell {
    pub(super) async fn new() -> Self {
        let sandbox = sandbox().await;
        let authority = Authority::new();
        let front = tls_server(authority.good_for(&[HOST]), &sandbox.url()).await;
        let shell = Self {
            home: tempfile::tempdir().unwrap(),
            system: tempfile::tempdir().unwrap(),
            proxy: Proxy::to(HOST, &front.at, Manner::Open).await,
            _front: front,
            sandbox,
        };
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_nmp-console"), shell.of_system("nmp-console")).unwrap();
        std::fs::write(shell.of_system("ca.pem"), authority.pem()).unwrap();
        shell.write("token", &unsigned_token(PLATFORM_ADMIN, now(), Duration::from_hours(1)));
        shell
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn of_system(&self, name: &str) -> PathBuf {
        self.system.path().join(name)
    }

    /// Writes a file of the user, and the folder that it is in.
    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.as_run(text)).unwrap();
    }

    /// Runs a command; returns its exit code and what stands on the terminal then.
    pub(super) fn run(&self, typed: &str) -> (Option<i32>, String) {
        let mut command = Command::new("sh");
        command
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.system.path().display()))
            .env("HOME", self.home.path())
            .env("HTTPS_PROXY", self.proxy.url(""))
            .env("NMP_CLIENT_SSL_CERT_FILE", self.of_system("ca.pem"))
            .env("NMP_CONSOLE_CLOCK", now().to_string())
            .args(["-ec", &format!("exec 2>&1\n{}", self.as_run(typed))])
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0);
        let output = output(command);
        (
            output.status.code(),
            self.as_written(&String::from_utf8(output.stdout).unwrap()),
        )
    }

    fn address(&self) -> String {
        self.sandbox.url().trim_start_matches("http://").to_owned()
    }

    /// Returns what a page says as it must be here.
    fn as_run(&self, text: &str) -> String {
        text.replace(SANDBOX, &self.address())
    }

    /// Returns what was told here as a page says it.
    fn as_written(&self, text: &str) -> String {
        text.replace(&self.address(), SANDBOX)
            .replace(self.home.path().to_str().unwrap(), "~")
    }
}

/// Returns what a command tells. It is ended, with all that it has started, if it goes on for longer than any command may.
fn output(mut command: Command) -> Output {
    let child = command.spawn().unwrap();
    let group = Pid::from_child(&child);
    let (done, is_done) = mpsc::channel();
    let watch = thread::spawn(move || {
        if is_done.recv_timeout(DEADLINE).is_err() {
            kill_process_group(group, Signal::KILL).unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    done.send(()).unwrap();
    watch.join().unwrap();
    output
}

async fn sandbox() -> Running {
    // Any free port with four digits, so that columns are as wide as with the usual one.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = std::process::id() % 7_000;
    loop {
        let port = 2_000 + (begin + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) % 7_000;
        let options = Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap())),
            seed: Seed::Demo,
            names: vec![HOST.to_owned()],
            clock: Clock::Scripted(now()),
            ..Options::default()
        };
        match sandbox::start(options).await {
            Ok(running) => return running,
            Err(sandbox::Error::Listen { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
