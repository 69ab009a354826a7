//! Whom the sandbox lets in, how many, and for how long; and who may read its file.

use nmp_console::sandbox::{self, Limits, Options, Running};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Long enough for any machine; nothing here takes that long.
const PATIENCE: Duration = Duration::from_mins(1);

async fn sandbox(options: Options) -> Running {
    sandbox::start(options).await.unwrap()
}

async fn connected(running: &Running) -> TcpStream {
    TcpStream::connect(running.addr()).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Reads until the other side has ended it.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut read)).await;
    end.expect("the connection stays open").unwrap();
    String::from_utf8(read).unwrap()
}

async fn said_to(running: &Running, head: &str) -> String {
    let mut stream = connected(running).await;
    let request = format!("{head}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    to_the_end(&mut stream).await
}

/// A page whose name was made to resolve to this machine asks for that name.
#[tokio::test]
async fn a_page_from_elsewhere_gets_nothing_whatever_its_name_resolves_to() {
    let running = sandbox(Options::default()).await;
    for path in [
        "/",
        "/status",
        "/apis/entities/v2/workspaces",
        "/apis/entities/v2/workspaces/",
    ] {
        let answer = said_to(&running, &format!("GET {path} HTTP/1.1\r\nHost: evil.example.net")).await;
        assert!(answer.starts_with("HTTP/1.1 421 "), "{path}: {answer}");
        assert!(
            !answer.contains("evil") && answer.contains("--host"),
            "{path}: {answer}"
        );
    }
    let own = format!("GET /status HTTP/1.1\r\nHost: {}", running.addr());
    assert!(said_to(&running, &own).await.starts_with("HTTP/1.1 200 "));
    let from_a_page = format!("{own}\r\nOrigin: https://evil.example.net");
    assert!(said_to(&running, &from_a_page).await.starts_with("HTTP/1.1 403 "));
    running.stop().await;
}

#[tokio::test]
async fn a_name_it_was_given_is_one_of_its_own() {
    let running = sandbox(Options {
        names: vec!["sandbox.example.com".to_owned()],
        ..Options::default()
    })
    .await;
    let answer = said_to(&running, "GET /status HTTP/1.1\r\nHost: sandbox.example.com").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    running.stop().await;
}

#[tokio::test]
async fn who_says_nothing_has_to_go() {
    let limits = Limits {
        silence: Duration::from_millis(50),
        body: Duration::from_millis(50),
        ..Limits::default()
    };
    let running = sandbox(Options {
        limits,
        ..Options::default()
    })
    .await;
    let head = format!("GET /status HTTP/1.1\r\nHost: {}\r\n", running.addr());
    // From the beginning, within a head, and after an answer.
    for (said, answer) in [("", ""), (head.as_str(), ""), (&format!("{head}\r\n"), "HTTP/1.1 200 ")] {
        let mut stream = connected(&running).await;
        stream.write_all(said.as_bytes()).await.unwrap();
        assert!(to_the_end(&mut stream).await.starts_with(answer), "{said:?}");
    }
    let token = sandbox::unsigned_token(sandbox::PLATFORM_ADMIN, now(), PATIENCE);
    let body = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 9");
    let head = format!(
        "POST /apis/entities/v2/workspaces HTTP/1.1\r\nHost: {}\r\n{body}",
        running.addr()
    );
    let answer = said_to(&running, &head).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    running.stop().await;
}

/// The answer is far longer than what lies between the two.
#[tokio::test]
async fn who_reads_nothing_of_an_answer_has_to_go() {
    let limits = Limits {
        connections: 1,
        reading: Duration::from_millis(50),
        ..Limits::default()
    };
    let running = sandbox(Options {
        limits,
        ..Options::default()
    })
    .await;
    let token = sandbox::unsigned_token(sandbox::PLATFORM_ADMIN, now(), PATIENCE);
    let ask = format!(
        "GET /apis/entities/v2/workspaces?page_size=1000 HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        running.addr()
    );
    let mut deaf = connected(&running).await;
    // Ask until not even a question fits in any more.
    let asked = async { while deaf.write_all(ask.as_bytes()).await.is_ok() {} };
    timeout(PATIENCE, asked).await.expect("whoever reads nothing is kept");
    let status = format!("GET /status HTTP/1.1\r\nHost: {}", running.addr());
    let room = async {
        while !said_to(&running, &status).await.starts_with("HTTP/1.1 200 ") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, room).await.expect("there is room again");
    drop(deaf);
    running.stop().await;
}

#[tokio::test]
async fn a_connection_too_many_is_told_so_and_there_is_room_again_when_others_have_gone() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let running = sandbox(Options {
        limits,
        ..Options::default()
    })
    .await;
    let ask = format!("GET /status HTTP/1.1\r\nHost: {}", running.addr());
    let silent = [connected(&running).await, connected(&running).await];
    let answer = said_to(&running, &ask).await;
    assert!(
        answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 1"),
        "{answer}"
    );
    assert!(
        answer.ends_with("\"This sandbox has as many connections as it can take\"}"),
        "{answer}"
    );
    drop(silent);
    let room = async {
        while !said_to(&running, &ask).await.starts_with("HTTP/1.1 200 ") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, room).await.expect("there is no room again");
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn its_file_is_its_owners_alone_also_one_that_was_there() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    for name in ["new", "there"] {
        let data = folder.path().join(name);
        let options = Options {
            data: Some(data.clone()),
            ..Options::default()
        };
        if name == "there" {
            sandbox(options.clone()).await.stop().await;
            for left in ["there", "there-wal", "there-journal"] {
                let file = fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(folder.path().join(left));
                file.unwrap()
                    .set_permissions(fs::Permissions::from_mode(0o644))
                    .unwrap();
            }
        }
        let running = sandbox(options).await;
        assert_eq!(mode(name), 0o600);
        assert_eq!(mode(&format!("{name}-wal")), 0o600);
        running.stop().await;
    }
    // What is not ours is left as it is.
    let other = folder.path().join("other");
    fs::write(&other, "not a database, and long enough to be seen to be none").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
    let options = Options {
        data: Some(other),
        ..Options::default()
    };
    sandbox::start(options).await.unwrap_err();
    assert_eq!(mode("other"), 0o644);
}
