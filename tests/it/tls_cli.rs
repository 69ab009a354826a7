//! TLS and proxies as a shell sees them: `--ca`, the variables, and messages that say what to do.

use crate::tls_given::{Authority, Listening, Manner, Proxy, tls_server};
use jiff::Timestamp;
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Running, Seed, unsigned_token};
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn token() -> String {
    unsigned_token(PLATFORM_ADMIN, Timestamp::now(), Duration::from_hours(1))
}

/// A platform beyond a proxy, and the shell of somebody who may use both.
struct Shell {
    home: TempDir,
    token: String,
    authority: Authority,
    proxy: Proxy,
    _front: Listening,
    _running: Running,
}

const ADDRESS: &str = "https://platform.test";

async fn shell(manner: Manner) -> Shell {
    let running = sandbox::start(sandbox::Options {
        seed: Seed::Demo,
        names: vec!["platform.test".to_owned()],
        ..sandbox::Options::default()
    });
    let running = running.await.unwrap();
    let authority = Authority::new();
    let front = tls_server(authority.good_for(&["platform.test", "127.0.0.1"]), &running.url()).await;
    let shell = Shell {
        home: tempfile::tempdir().unwrap(),
        token: token(),
        proxy: Proxy::to("platform.test", &front.at, manner).await,
        authority,
        _front: front,
        _running: running,
    };
    shell.write("ca.pem", shell.authority.pem().as_bytes());
    shell
}

impl Shell {
    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.home.path().join(name), bytes).unwrap();
    }

    /// Runs `nmp-console` and returns its exit code and what it said on standard error.
    fn run(&self, arguments: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
            .env_clear()
            .env("HOME", self.home.path())
            .env("NMP_ACCESS_TOKEN", &self.token)
            .envs(variables.iter().copied())
            .current_dir(self.home.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    fn audit(&self, arguments: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        self.run(&format!("audit --base-url {ADDRESS} {arguments}"), variables)
    }
}

const DONE: (Option<i32>, String) = (Some(0), String::new());

#[tokio::test(flavor = "multi_thread")]
async fn audits_by_way_of_a_proxy_with_an_authority_of_ones_own() {
    let shell = shell(Manner::Asks("Basic YWw6czNjcmV0")).await;
    let proxy = shell.proxy.url("al:s3cret@");
    let log = "-vv --log-file console.log";
    for (arguments, variables) in [
        (
            "--ca ca.pem",
            [("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", "example.com")],
        ),
        ("", [("all_proxy", &proxy), ("NMP_CLIENT_SSL_CERT_FILE", "ca.pem")]),
        ("", [("https_proxy", &proxy), ("NHX_CERTIFICATE_AUTHORITY", "./ca.pem")]),
    ] {
        let before = shell.proxy.seen().len();
        assert_eq!(shell.audit(&format!("{arguments} {log}"), &variables), DONE);
        assert!(shell.proxy.seen().len() > before, "{variables:?}");
    }
    let asked = shell.proxy.asked();
    assert!(
        asked.iter().all(|asked| asked == "CONNECT platform.test:443"),
        "{asked:?}"
    );
    let log = std::fs::read_to_string(shell.home.path().join("console.log")).unwrap();
    assert!(
        log.contains("/apis/") && !log.contains("s3cret") && !log.contains("YWw6czNjcmV0"),
        "{log}"
    );
    assert!(!shell.proxy.seen().concat().contains(&shell.token));
}

#[tokio::test(flavor = "multi_thread")]
async fn says_which_variable_named_the_proxy_that_refuses() {
    let shell = shell(Manner::Asks("nothing will do")).await;
    let proxy = shell.proxy.url("al:s3cret@");
    let (code, said) = shell.audit("--ca ca.pem", &[("HTTPS_PROXY", &proxy)]);
    assert_eq!(code, Some(3), "{said}");
    let told = format!(
        "the proxy {} (HTTPS_PROXY) does not accept the user name or the password",
        shell.proxy.url("")
    );
    assert!(said.contains(&told) && !said.contains("s3cret"), "{said}");
    assert!(
        said.contains("Correct them in the address that HTTPS_PROXY names"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_option_wins_over_the_variables_and_names_itself() {
    let shell = shell(Manner::Open).await;
    let proxy = shell.proxy.url("");
    let variables = [("HTTPS_PROXY", proxy.as_str()), ("NMP_CLIENT_SSL_CERT_FILE", "ca.pem")];
    let (code, said) = shell.audit("--ca missing.pem", &variables);
    assert_eq!(code, Some(4), "{said}");
    assert!(
        said.contains("--ca names the certificates missing.pem, which cannot be read: "),
        "{said}"
    );

    shell.write("other.pem", Authority::called("Another").pem().as_bytes());
    let (code, said) = shell.audit("--ca other.pem", &variables);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("its certificate is from an untrusted authority"),
        "{said}"
    );
    assert!(said.contains("with --ca"), "{said}");
}

/// A container without the package ca-certificates.
#[tokio::test(flavor = "multi_thread")]
async fn a_system_without_authorities_will_do_with_a_file() {
    let shell = shell(Manner::Open).await;
    let proxy = shell.proxy.url("");
    shell.write("empty.pem", b"");
    let empty = shell.home.path().join("empty.pem");
    let bare = [
        ("HTTPS_PROXY", proxy.as_str()),
        ("SSL_CERT_FILE", empty.to_str().unwrap()),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    assert_eq!(shell.audit("--ca ca.pem", &bare), DONE);
    let (code, said) = shell.audit("", &bare);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("No CA certificates were loaded from the system"),
        "{said}"
    );
    assert!(said.contains("--ca"), "{said}");
}

#[rstest]
#[case::nothing(Vec::new(), "is empty")]
#[case::words(b"hello\n".to_vec(), "holds no certificate: it must be in PEM format")]
#[case::key(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec(), "holds no certificate, but a private key")]
#[case::der(Authority::new().der(), "is in DER format: turn it into PEM with `openssl x509 -inform der -in bad.pem -out bad.pem.pem`")]
#[case::half(Authority::new().pem().lines().take(4).collect::<Vec<_>>().join("\n").into_bytes(), "holds a certificate (in line 1) that is cut off")]
#[case::second_damaged(
    format!("# A\n{}\n# B\n{}", Authority::new().pem(), Authority::new().pem().replacen("\nMII", "\nMIJ", 1)).into_bytes(),
    "holds a certificate (in line "
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_certificates_is_refused_for_what_it_is(#[case] bytes: Vec<u8>, #[case] expected: &str) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("bad.pem"), bytes).unwrap();
    let said = refused(home.path(), "bad.pem");
    assert!(
        said.contains(&format!("--ca names the certificates bad.pem, but the file {expected}")),
        "{said}"
    );
}

#[test]
fn a_folder_of_certificates_is_refused() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("certs")).unwrap();
    let said = refused(home.path(), "certs");
    assert!(
        said.contains("--ca names the certificates certs, but the file is a directory"),
        "{said}"
    );
}

fn refused(folder: &Path, file: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .args(["audit", "--base-url", ADDRESS, "--ca", file])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_and_never_shown() {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_nmp-console"))
        .env_clear()
        .env("HOME", home.path())
        .env("ALL_PROXY", "socks5://al:s3cret@proxy.example.com:1080")
        .args(["audit", "--base-url", ADDRESS])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "nmp-console: ALL_PROXY names a SOCKS proxy, which is not supported: name an http:// or https:// proxy\n"
    );
}
