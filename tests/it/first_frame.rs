//! What the console does before its first frame stands: nothing that the frame would wait for.

use jiff::Timestamp;
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Msg, Size};
use nmp_console::config::{Env, Flags, Settings};
use nmp_console::connect::Connector;
use nmp_console::runtime::{Console, SessionOpener};
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;
use wiremock::MockServer;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Opens the console on `server`; it reads nothing yet.
async fn console_on(server: &MockServer) -> Console {
    let env = Env::default();
    let flags = Flags {
        base_url: Some(server.uri()),
        ..Flags::default()
    };
    let settings = Settings::read(&flags, &env).unwrap();
    let connector = Connector::new(flags, env, |text| panic!("nobody asked for: {text}"));
    let opened = connector.open_by(settings, Vec::new()).unwrap();
    let (about, platform) = SessionOpener::new(connector, Arc::default()).enter(opened).await;
    let size = Size { width: 80, height: 24 };
    let look = Look::new(ColorDepth::Ansi16, false);
    let mut console = Console::new(Model::new(about, size, NOW), platform, look).drawing_first();
    console.take(Msg::Started, NOW);
    console
}

fn frame(console: &mut Console) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
    console.view(&mut buffer);
    buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

/// Returns what the server has been asked, in order.
async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap_or_default().into_iter();
    let mut asked: Vec<String> = requests
        .map(|request| format!("{} {}", request.method, request.url.path()))
        .collect();
    asked.sort();
    asked
}

/// Takes answers until nothing more is under way.
async fn settle(console: &mut Console) {
    while !console.is_idle() {
        if let Some(msg) = console.step().await {
            console.take(msg, NOW);
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_before_the_first_frame_and_all_of_it_after() {
    let server = MockServer::start().await;
    let mut console = console_on(&server).await;
    let first = frame(&mut console);
    assert!(first.contains("Workspaces") && first.contains("loading"), "{first}");
    // Whatever is under way has its turn.
    tokio::task::yield_now().await;
    assert_eq!(console.ready(), None);
    assert_eq!(asked(&server).await, [""; 0]);
    assert!(!console.is_idle(), "there is something to come");
    console.begin_to_read();
    settle(&mut console).await;
    assert!(!asked(&server).await.is_empty());
}

#[tokio::test]
async fn what_is_given_up_before_the_first_frame_is_never_asked() {
    let (server, other) = (MockServer::start().await, MockServer::start().await);
    let mut console = console_on(&server).await;
    console.begin_to_read();
    settle(&mut console).await;
    let mut console = console_on(&other).await;
    console.take(Msg::Pressed("r".parse().unwrap()), NOW);
    console.begin_to_read();
    settle(&mut console).await;
    assert_eq!(asked(&other).await, asked(&server).await);
}
