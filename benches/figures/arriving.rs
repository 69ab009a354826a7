//! A list of workspaces while it arrives: what a key costs meanwhile, and what the whole of it takes.

use crate::opening::peak_memory;
use crate::program::{CONSOLE, Program, Size};
use crate::role_change::token;
use crate::sample::{Sample, millis};
use crate::say;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use color_eyre::eyre::Result;
use nmp_console::sandbox::PLATFORM_ADMIN;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const SIZE: Size = Size { columns: 80, rows: 24 };
const ESC: &str = "\x1b";
/// How long the server takes for a page.
const LATENCY: Duration = Duration::from_millis(20);
/// How many rows there are; the last of them has no end, and is left by the console.
const LISTS: [(usize, &str); 4] = [
    (1_000, "1,000 workspaces"),
    (10_000, "10,000 workspaces"),
    (100_000, "100,000 workspaces"),
    (1 << 40, "workspaces without an end"),
];
/// However slow it is, the next list is measured after this.
const PATIENCE: Duration = Duration::from_secs(20);
/// After so long without another page the list has arrived.
const QUIET: Duration = Duration::from_secs(1);

/// A list that is made up, page by page.
struct List {
    n_rows: usize,
    n_requests: AtomicUsize,
}

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("A key while workspaces arrive, 20 ms a page, 80x24")?;
    let home = tempfile::tempdir()?;
    let home = home.path().display().to_string();
    let token = token(PLATFORM_ADMIN);
    let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", token.as_str())];
    for (n_rows, name) in LISTS {
        let list = Arc::new(List {
            n_rows,
            n_requests: AtomicUsize::new(0),
        });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = runtime.spawn(axum::serve(listener, platform(Arc::clone(&list))).into_future());
        let console = Program::start(SIZE, CONSOLE, &["--base-url", &url], &env)?;
        keys(console, name, &list)?;
        server.abort();
    }
    say("")
}

/// Opens and leaves the help until the list has arrived: what a key does is told apart from what rows do.
fn keys(mut console: Program, name: &str, list: &List) -> Result<()> {
    console.until(|screen| screen.contains("w-"))?;
    let began = Instant::now();
    let (mut n_requests, mut last_request) = (0, began);
    let (mut times, mut worst) = (Sample::default(), Duration::ZERO);
    while began.elapsed() < PATIENCE {
        let opened = console.press_until("?", |screen| screen.contains("Help"))?;
        let left = console.press_until(ESC, |screen| !screen.contains("Help"))?;
        for time in [opened, left] {
            times.add(time);
            worst = worst.max(time);
        }
        let n_now = list.n_requests.load(Ordering::Relaxed);
        if n_now != n_requests {
            (n_requests, last_request) = (n_now, Instant::now());
        } else if last_request.elapsed() > QUIET {
            break;
        }
    }
    let memory = peak_memory(console.pid()?).map_or_else(|| "unknown".to_owned(), |kib| format!("{} MiB", kib / 1024));
    say(&format!(
        "  {name}: {:.1} s, {n_requests} requests, memory {memory}, a key {times}, worst {:.1} ms",
        last_request.duration_since(began).as_secs_f64(),
        millis(worst)
    ))
}

fn platform(list: Arc<List>) -> Router {
    let fixed = |body: Value| get(move || async move { body.to_string() });
    Router::new()
        .route("/apis/auth/discovery", fixed(json!({"auth_enabled": true})))
        .route(
            "/apis/auth/authenticate",
            fixed(json!({"principal": "al", "email": "al@x.com"})),
        )
        .route("/apis/entities/v2/workspaces", get(workspaces))
        .fallback(|| async { (StatusCode::FORBIDDEN, json!({"detail": "Forbidden"}).to_string()) })
        .with_state(list)
}

async fn workspaces(State(list): State<Arc<List>>, Query(asked): Query<HashMap<String, String>>) -> impl IntoResponse {
    list.n_requests.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(LATENCY).await;
    let number = |key: &str| asked.get(key).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
    let (page, size) = (number("page"), number("page_size"));
    let first = (page - 1).saturating_mul(size).min(list.n_rows);
    let rows = first..(first + size).min(list.n_rows);
    let rows: Vec<Value> = rows
        .map(|id| json!({"id": id.to_string(), "name": format!("w-{id:08}")}))
        .collect();
    json!({"data": rows, "pagination": {"total_results": list.n_rows}}).to_string()
}
