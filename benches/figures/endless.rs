//! An audit of a platform whose lists do not come to an end: it leaves them at its bounds, and what it takes until then.

use crate::child;
use crate::role_change::token;
use crate::say;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use color_eyre::eyre::{Result, ensure};
use nmp_console::sandbox::PLATFORM_ADMIN;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::process::Command;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Who goes on reading a list without an end is told so with this.
const INCOMPLETE: i32 = 3;
/// How many members a workspace has.
const MEMBERS: usize = 5_000;
/// What a grant may take, by the figure for an audit that comes to its end.
const AIM: u64 = 300;

/// What has no end, and how many of it are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endless {
    /// Whether each member is somebody else.
    Members {
        is_distinct: bool,
    },
    Bindings,
}

const LISTS: [(Endless, u64, &str); 3] = [
    (
        Endless::Members { is_distinct: false },
        1_000_000,
        "member, 5,000 people",
    ),
    (
        Endless::Members { is_distinct: true },
        1_000_000,
        "member, each somebody else",
    ),
    (Endless::Bindings, 1_000_000, "role binding, each somebody else"),
];

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("Audit of lists without an end, the report of what was read included")?;
    for (endless, n, what) in LISTS {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = runtime.spawn(axum::serve(listener, platform(endless)).into_future());
        let home = tempfile::tempdir()?;
        let mut command = Command::new(crate::program::CONSOLE);
        command.args(["audit", "--output"]).arg(home.path().join("access.json"));
        command.env_clear().env("HOME", home.path());
        command
            .env("NMP_BASE_URL", &url)
            .env("NMP_ACCESS_TOKEN", token(PLATFORM_ADMIN));
        let took = child::run_to(INCOMPLETE, &mut command)?;
        server.abort();
        ensure!(took.warned.contains("does not come to an end"), "{}", took.warned);
        let Some(peak) = took.peak else {
            return say("  not measured: there is no /proc to read");
        };
        say(&format!(
            "  {:.1} s, {} of memory, {} bytes a {what} (aim: at most {AIM})",
            took.time.as_secs_f64(),
            child::megabytes(peak),
            peak / n
        ))?;
    }
    say("")
}

fn platform(endless: Endless) -> Router {
    let fixed = |body: Value| get(move || async move { body.to_string() });
    Router::new()
        .route("/apis/auth/discovery", fixed(json!({"auth_enabled": true})))
        .route(
            "/apis/auth/authenticate",
            fixed(json!({"principal": PLATFORM_ADMIN, "email": PLATFORM_ADMIN})),
        )
        .route("/apis/entities/v2/workspaces", get(workspaces))
        .route("/apis/entities/v2/workspaces/{name}/members", get(members))
        .route("/apis/entities/v2/workspaces/-/entities/role_binding", get(bindings))
        .fallback(forbidden)
        .with_state(endless)
}

async fn forbidden() -> Response {
    (StatusCode::FORBIDDEN, json!({"detail": "Forbidden"}).to_string()).into_response()
}

/// Returns a page of a list of so many rows.
fn page(asked: &HashMap<String, String>, n_rows: usize, row: impl Fn(usize) -> Value) -> Response {
    let number = |key: &str| asked.get(key).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
    let (page, size) = (number("page"), number("page_size"));
    let first = (page - 1).saturating_mul(size).min(n_rows);
    let rows: Vec<Value> = (first..(first + size).min(n_rows)).map(row).collect();
    let page = json!({"data": rows, "pagination": {"total_results": n_rows}});
    page.to_string().into_response()
}

async fn workspaces(State(endless): State<Endless>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let n_rows = match endless {
        Endless::Members { .. } => 1_000,
        Endless::Bindings => 400,
    };
    page(
        &asked,
        n_rows,
        |id| json!({"id": id.to_string(), "name": format!("w-{id:08}")}),
    )
}

async fn members(State(endless): State<Endless>, Path(name): Path<String>) -> Response {
    let Endless::Members { is_distinct } = endless else {
        return forbidden().await;
    };
    let at = if is_distinct { name.as_str() } else { "x" };
    let member = |n: usize| {
        json!({
            "principal": format!("p{n:04}@{at}.example.com"), "roles": ["Viewer"],
            "granted_at": "2026-11-20T10:00:00Z", "granted_by": "al",
        })
    };
    let members: Vec<Value> = (0..MEMBERS).map(member).collect();
    json!({ "data": members }).to_string().into_response()
}

async fn bindings(State(endless): State<Endless>, Query(asked): Query<HashMap<String, String>>) -> Response {
    if endless != Endless::Bindings {
        return forbidden().await;
    }
    let row = |id: usize| {
        json!({
            "id": id.to_string(), "workspace": format!("w-{:08}", id % 400), "created_at": "2026-11-20T10:00:00",
            "data": {
                "principal": format!("p{id:08}@example.com"), "role": "Viewer", "granted_by": "al",
                "granted_at": "2026-11-20T10:00:00Z", "revoked_at": null,
            },
        })
    };
    page(&asked, 1 << 40, row)
}
