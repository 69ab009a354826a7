//! A server that does by hand what no HTTP library would: cut, stall, talk something else. It counts what it was sent.

use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// What reached the server so far, one entry for each request.
#[derive(Clone, Default)]
pub(crate) struct Requests(Arc<Mutex<Vec<String>>>);

impl Requests {
    /// Returns the first line of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, verb: &str) -> usize {
        self.lines().iter().filter(|line| line.starts_with(verb)).count()
    }
}

/// A connection on the server's side.
pub(crate) struct Caller {
    stream: TcpStream,
    requests: Requests,
    /// Which connection it is, from 1.
    pub(crate) number: usize,
}

impl Caller {
    /// Reads one request, body included; `None` when the client has gone.
    pub(crate) async fn request(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            let mut chunk = [0; 4096];
            let n = self.stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
            bytes.extend_from_slice(&chunk[..n]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                let first = head.lines().next().unwrap_or_default().to_owned();
                self.requests.0.lock().unwrap().push(first.clone());
                return Some(first);
            }
        }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        // A client that has gone already is no matter of the server's.
        drop(self.stream.write_all(text.as_bytes()).await);
    }

    /// Holds the connection open until the client leaves it.
    pub(crate) async fn stall(&mut self) {
        let mut chunk = [0; 4096];
        while self.stream.read(&mut chunk).await.is_ok_and(|n| n > 0) {}
    }
}

/// A running server; it stops when this is dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) requests: Requests,
    _tasks: JoinSet<()>,
}

/// Starts a server that treats every connection with `serve`.
pub(crate) async fn serving<F, A>(serve: F) -> Server
where
    F: Fn(Caller) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = Requests::default();
    let mut tasks = JoinSet::new();
    let seen = requests.clone();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            number += 1;
            connections.spawn(serve(Caller {
                stream,
                requests: seen.clone(),
                number,
            }));
        }
    });
    Server {
        address,
        requests,
        _tasks: tasks,
    }
}

/// Returns an address at which nothing listens.
pub(crate) async fn dead_address() -> String {
    // Bound for good, so that no other test gets the port and listens there.
    static DEAD: Mutex<Vec<TcpSocket>> = Mutex::new(Vec::new());
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = format!("http://{}", socket.local_addr().unwrap());
    DEAD.lock().unwrap().push(socket);
    address
}

/// Returns a complete answer that keeps the connection open.
pub(crate) fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
