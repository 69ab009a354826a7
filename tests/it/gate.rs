//! What stands between console and platform, and holds a change on its way.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;
use nmp_console::sandbox::Running;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Where the request is that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Sent, and not carried out.
    BeforeItArrives,
    /// Carried out, and not answered.
    BeforeItsAnswer,
}

/// Stands between console and platform, and holds one change.
#[derive(Debug)]
pub(crate) struct Gate {
    upstream: String,
    client: reqwest::Client,
    /// Which change is held, from 1.
    held: usize,
    at: Held,
    n_changes: AtomicUsize,
    pub(crate) is_held: Notify,
    /// Lets it go on.
    pub(crate) released: Notify,
}

impl Gate {
    /// Returns how many changes have come through, or to it.
    pub(crate) fn n_changes(&self) -> usize {
        self.n_changes.load(Ordering::SeqCst)
    }
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    // What finds out rights is a POST without a name.
    let is_change = head.method != Method::GET && !(head.method == Method::POST && body.as_ref() == b"{}");
    let is_held = is_change && gate.n_changes.fetch_add(1, Ordering::SeqCst) + 1 == gate.held;
    if is_held && gate.at == Held::BeforeItArrives {
        gate.is_held.notify_one();
        gate.released.notified().await;
    }
    let url = format!("{}{}", gate.upstream, head.uri);
    let mut asked = gate.client.request(head.method, url).body(body);
    for (name, value) in &head.headers {
        if name != "host" {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.send().await.unwrap();
    if is_held && gate.at == Held::BeforeItsAnswer {
        gate.is_held.notify_one();
        gate.released.notified().await;
    }
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if name != "transfer-encoding" && name != "content-length" {
            response = response.header(name, value);
        }
    }
    response.body(answer.bytes().await.unwrap().into()).unwrap()
}

/// Returns a client for addresses without encryption: to read the system's authorities costs more than what is asked.
pub(crate) fn bare_client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.build().unwrap()
}

/// Puts a gate in front of the platform, and returns its address; `held` is the number of the change that it holds.
pub(crate) async fn gate(running: &Running, held: usize, at: Held) -> (Arc<Gate>, String, JoinSet<()>) {
    let gate = Arc::new(Gate {
        upstream: running.url().trim_end_matches('/').to_owned(),
        client: bare_client(),
        held,
        at,
        n_changes: AtomicUsize::new(0),
        is_held: Notify::new(),
        released: Notify::new(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(pass).with_state(Arc::clone(&gate));
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, app).await.unwrap() });
    (gate, url, serving)
}
