//! Opening the console on a large platform: what it asks for, what it writes, and how much memory it takes, until
//! nothing happens any more; and the same over a slow line.

use crate::program::{CONSOLE, Program, Size};
use crate::role_change::token;
use crate::sample::millis;
use crate::say;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use color_eyre::eyre::{OptionExt as _, Result};
use futures_util::{StreamExt as _, pin_mut};
use nmp_console::api::{BaseUrl, Bindings, Client, Connection};
use nmp_console::domain::ids::PrincipalKind;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Seed};
use std::collections::BTreeMap;
use std::fs;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const SIZE: Size = Size { columns: 80, rows: 24 };
/// After so long without a byte or a request it is over.
const QUIET: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_mins(5);
/// A line of 64 kbit a second.
const SLOW_LINE: usize = 8_000;
const N_GRANTS: u64 = 200_000;
/// How a frame begins.
const FRAME: &[u8] = b"\x1b[?2026h";

/// Hands on what it is asked, and counts.
struct Proxy {
    to: String,
    client: reqwest::Client,
    n_requests: AtomicUsize,
    n_probes: AtomicUsize,
}

/// What happened until it was quiet.
struct Opened {
    first_rows: Duration,
    quiet_after: Duration,
    n_requests: usize,
    n_probes: usize,
    n_frames: usize,
    n_bytes: usize,
    peak: Option<u64>,
}

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("Opening the console on 10,000 workspaces with 200,000 grants, 80x24")?;
    say("  (aims until quiet: 60 requests, 16,000 bytes, 25 MiB; 300 bytes a grant once everything is read)")?;
    let options = Options {
        seed: Seed::Large,
        ..Options::default()
    };
    let sandbox = runtime.block_on(sandbox::start(options))?;
    let home = tempfile::tempdir()?;
    let home = home.path().display().to_string();
    let (member, n_workspaces) = runtime.block_on(somebody(&sandbox.url()))?;
    let callers = [
        ("platform admin".to_owned(), PLATFORM_ADMIN.to_owned()),
        (format!("member of {n_workspaces} workspaces"), member),
    ];
    for (name, caller) in callers {
        let token = token(&caller);
        let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", token.as_str())];
        for (line, rate) in [("", None), (" over 64 kbit/s", Some(SLOW_LINE))] {
            let proxy = Arc::new(Proxy {
                to: sandbox.url(),
                client: reqwest::Client::new(),
                n_requests: AtomicUsize::new(0),
                n_probes: AtomicUsize::new(0),
            });
            let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
            let url = format!("http://{}", listener.local_addr()?);
            let router = Router::new().fallback(hand_on).with_state(Arc::clone(&proxy));
            let server = runtime.spawn(axum::serve(listener, router).into_future());
            let console = Program::start_on_line(SIZE, CONSOLE, &["--base-url", &url], &env, rate)?;
            let console = open(console, &proxy, &format!("{name}{line}"))?;
            match rate {
                None => everything(console, &proxy)?,
                Some(_) => burst(console)?,
            }
            server.abort();
        }
    }
    runtime.block_on(sandbox.stop());
    say("")
}

/// Returns the person whose number of workspaces is nearest to a hundred, and that number.
async fn somebody(url: &str) -> Result<(String, usize)> {
    let mut connection = Connection::to(BaseUrl::parse(url)?);
    connection.token = Some(token(PLATFORM_ADMIN).into());
    let client = Client::new(connection)?;
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    let pages = client.bindings(Bindings::Active);
    pin_mut!(pages);
    while let Some(page) = pages.next().await {
        for row in page?.rows {
            if row.principal.kind() == PrincipalKind::User {
                *held.entry(row.principal.raw().to_owned()).or_default() += 1;
            }
        }
    }
    let found = held.into_iter().min_by_key(|(_, n)| n.abs_diff(100));
    found.ok_or_eyre("somebody holds something")
}

fn open(mut console: Program, proxy: &Proxy, name: &str) -> Result<Program> {
    let first_rows = console.until(|screen| screen.contains('▸'))?;
    let opened = until_quiet(&mut console, proxy, first_rows)?;
    say(&format!("  {name}: {}", opened.told()))?;
    Ok(console)
}

/// Sorts by who gets in, which is not known of all of them.
fn everything(mut console: Program, proxy: &Proxy) -> Result<()> {
    proxy.n_requests.store(0, Ordering::Relaxed);
    proxy.n_probes.store(0, Ordering::Relaxed);
    console.press("s")?;
    console.forget_what_was_written();
    let read = until_quiet(&mut console, proxy, Duration::ZERO)?;
    let each = read.peak.map_or(0, |kib| kib * 1024 / N_GRANTS);
    say(&format!(
        "    everything, for an order by access: {}; the peak is {each} B a grant, the program included",
        read.told()
    ))
}

/// Twenty keys at once: how soon the last of them is on the screen, and how much was written for it.
fn burst(mut console: Program) -> Result<()> {
    console.forget_what_was_written();
    let frame = console.press(&"j".repeat(20))?;
    say(&format!(
        "    twenty keys at once: {:.0} ms, {} bytes, {} frames",
        millis(frame.time),
        frame.n_bytes,
        console.n_written(FRAME)
    ))
}

fn until_quiet(console: &mut Program, proxy: &Proxy, first_rows: Duration) -> Result<Opened> {
    let begun = Instant::now();
    let (mut n_requests, mut n_bytes) = (0, 0);
    let mut last = begun;
    while last.elapsed() < QUIET && begun.elapsed() < PATIENCE {
        console.listen(Duration::from_millis(50));
        let now = (proxy.n_requests.load(Ordering::Relaxed), console.n_bytes());
        if now != (n_requests, n_bytes) {
            (n_requests, n_bytes) = now;
            last = Instant::now();
        }
    }
    let pid = console.pid()?;
    Ok(Opened {
        first_rows,
        quiet_after: first_rows + last.duration_since(begun),
        n_requests,
        n_probes: proxy.n_probes.load(Ordering::Relaxed),
        n_frames: console.n_written(FRAME),
        n_bytes,
        peak: peak_memory(pid),
    })
}

impl Opened {
    fn told(&self) -> String {
        let peak = self
            .peak
            .map_or_else(|| "unknown".to_owned(), |kib| format!("{} MiB", kib / 1024));
        format!(
            "first rows {:.0} ms, quiet after {:.1} s; {} requests ({} of them probes); {} bytes in {} frames; memory {peak}",
            millis(self.first_rows),
            self.quiet_after.as_secs_f64(),
            self.n_requests,
            self.n_probes,
            self.n_bytes,
            self.n_frames
        )
    }
}

/// Returns the most memory that a process has had so far, in KiB, where the system tells.
pub(crate) fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

async fn hand_on(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    proxy.n_requests.fetch_add(1, Ordering::Relaxed);
    if request.method() == "POST" {
        proxy.n_probes.fetch_add(1, Ordering::Relaxed);
    }
    answer(&proxy, request)
        .await
        .unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, error.to_string()).into_response())
}

async fn answer(proxy: &Proxy, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let url = format!("{}{}", proxy.to, parts.uri);
    let body = axum::body::to_bytes(body, 1 << 20).await?;
    let mut headers = parts.headers;
    headers.remove("host");
    let asked = proxy.client.request(parts.method, url).headers(headers).body(body);
    let got = asked.send().await?;
    let mut response = Response::builder().status(got.status());
    if let Some(headers) = response.headers_mut() {
        *headers = got.headers().clone();
        headers.remove("transfer-encoding");
    }
    Ok(response.body(Body::from(got.bytes().await?))?)
}
