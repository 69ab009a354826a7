//! A list of workspaces that never ends: it can be moved about in and left at any time.

use crate::console::{Console, Setup};
use crate::given::token;
use crate::terminal::text_of;
use rstest::rstest;
use rustix::process::Signal;
use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A server that claims 2^40 workspaces and has every page that is asked for.
fn endless(runtime: &Runtime) -> MockServer {
    let page = |request: &Request| {
        let number = |wanted: &str| {
            let mut pairs = request.url.query_pairs();
            let found = pairs.find(|(key, _)| key == wanted);
            found.and_then(|(_, n)| n.parse::<usize>().ok()).unwrap_or(1)
        };
        let (page, size) = (number("page"), number("page_size"));
        let row = |id: usize| json!({"id": id.to_string(), "name": format!("w-{id}"), "description": "endless"});
        let rows: Vec<_> = ((page - 1) * size..page * size).map(row).collect();
        ResponseTemplate::new(200).set_body_json(json!({
            "data": rows,
            "pagination": {
                "page": page, "page_size": size, "current_page_size": rows.len(),
                "total_pages": (1_u64 << 40) / size as u64, "total_results": 1_u64 << 40,
            },
        }))
    };
    runtime.block_on(async {
        let server = MockServer::start().await;
        for (place, body) in [
            ("discovery", json!({"auth_enabled": true})),
            (
                "authenticate",
                json!({"principal": "admin@example.com", "email": "admin@example.com"}),
            ),
        ] {
            Mock::given(method("GET"))
                .and(path(format!("/apis/auth/{place}")))
                .respond_with(ResponseTemplate::new(200).set_body_json(body))
                .mount(&server)
                .await;
        }
        Mock::given(method("GET"))
            .and(path("/apis/entities/v2/workspaces"))
            .respond_with(page)
            .mount(&server)
            .await;
        server
    })
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// The console in the middle of it.
fn reading(server: &MockServer) -> Console {
    let console = Setup::of(crate::console::PROGRAM)
        .env("NMP_BASE_URL", &server.uri())
        .env("NMP_ACCESS_TOKEN", &token())
        .start();
    console.shows(&["▸ w-0", "loading"]);
    console
}

/// Returns how many workspaces the title row counts.
fn counted(screen: &vt100::Screen) -> usize {
    let text = text_of(screen);
    let count = text
        .split_once("Workspaces (")
        .and_then(|(_, rest)| rest.split_once(')'));
    count.map_or(0, |(count, _)| count.replace(',', "").parse().unwrap_or(0))
}

#[rstest]
#[case::q(|console: &mut Console| { console.press("q"); }, 0)]
#[case::twice_ctrl_c(|console: &mut Console| { console.press("ctrl-c ctrl-c"); }, 0)]
#[case::signal(|console: &mut Console| { console.signal(Signal::TERM); }, 143)]
fn a_list_without_an_end_can_be_left(#[case] leave: fn(&mut Console), #[case] code: u32) {
    let runtime = runtime();
    let server = endless(&runtime);
    let mut console = reading(&server);
    console.press("↓").shows(&["▸ w-1"]);
    console.press("G").hides("▸ w-1 ");
    console.press("g").shows(&["▸ w-0"]);
    leave(&mut console);
    assert_eq!(console.end(), Ok(code));
}

#[test]
fn a_list_without_an_end_is_left_early_with_a_word_and_a_way_on() {
    let runtime = runtime();
    let server = endless(&runtime);
    let mut console = reading(&server);
    // It must get on; how fast is up to the machine.
    for n in (25_000..=250_000).step_by(25_000) {
        console.wait_for(&format!("{n} workspaces"), |screen| counted(screen) >= n);
    }
    console.shows(&[
        "the list does not end: loading stopped after 250,000 workspaces",
        "--workspace NAME",
    ]);
    console
        .press("/")
        .type_text("24999")
        .press("enter")
        .shows(&["▸ w-24999 "]);
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string(format!("/proc/{}/status", console.pid())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: usize = peak.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kib < 1024 * 1024, "{kib} KiB");
    }
    console.press("q");
    assert_eq!(console.end(), Ok(0));
}
