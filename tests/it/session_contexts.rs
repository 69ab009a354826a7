//! Going from one platform to another, and logging in, through loop, connector, config file and platforms.

use crate::session_given::{Session, client, token};
use nmp_console::api::{Mode, Propagation};
use nmp_console::config::Flags;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// A signed token that no platform here has handed out.
const REFUSED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbkBleGFtcGxlLmNvbSJ9.c2lnbmVk";

/// Two platforms, each with a workspace of its own, and a config file that names both.
struct World {
    home: TempDir,
    first: Running,
    _second: Running,
}

async fn platform(workspace: &str, latency: Duration) -> Running {
    let running = sandbox::start(Options {
        latency,
        ..Options::default()
    });
    let running = running.await.unwrap();
    let change = Change::CreateWorkspace {
        name: WorkspaceName::from_platform(workspace),
        description: None,
    };
    let admin = client(&running.url(), Some(token(PLATFORM_ADMIN)), Mode::Full);
    admin.apply(&change, Propagation::Skip).await.unwrap();
    running
}

async fn world_with(first_token: &str, latency: Duration) -> World {
    let (first, second) = tokio::join!(
        platform("in-the-first", latency),
        platform("in-the-second", Duration::ZERO)
    );
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/nhx");
    fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "# by hand\n\
         current_context: first\n\
         clusters:\n\
         - {{name: one, base_url: '{}'}}\n\
         - {{name: two, base_url: '{}'}}\n\
         users:\n\
         - {{name: one, type: oauth, token: {first_token}}}\n\
         - {{name: two, type: oauth, token: {}}}\n\
         contexts:\n\
         - {{name: first, cluster: one, user: one}}\n\
         - {{name: second, cluster: two, user: two}}\n",
        first.url(),
        second.url(),
        token(PLATFORM_ADMIN),
    );
    fs::write(folder.join("config.yaml"), text).unwrap();
    World {
        home,
        first,
        _second: second,
    }
}

async fn world() -> World {
    world_with(&token(PLATFORM_ADMIN), Duration::ZERO).await
}

impl World {
    fn config(&self) -> PathBuf {
        self.home.path().join(".config/nhx/config.yaml")
    }

    fn stored(&self) -> String {
        fs::read_to_string(self.config()).unwrap()
    }

    async fn open(&self) -> Session {
        Session::at_home(self.home.path(), Flags::default()).await
    }
}

#[tokio::test]
async fn switches_to_another_context_and_shows_nothing_of_the_one_before() {
    let world = world().await;
    let mut session = world.open().await;
    session.shows(&["in-the-first"]);
    session.press("C j enter").await;
    session
        .until("the other list", |screen| screen.contains("in-the-second"))
        .await;
    assert!(!session.screen().contains("in-the-first"), "{}", session.screen());
    assert!(session.screen().contains("second · "), "{}", session.screen());
}

#[tokio::test]
async fn an_answer_of_the_context_before_comes_too_late() {
    let world = world_with(&token(PLATFORM_ADMIN), Duration::from_millis(200)).await;
    let mut session = world.open().await;
    session.press("C j").await;
    // Underneath, the old context is asked anew, and answers when the new one is long there.
    session.begin("r");
    session.begin("enter");
    session
        .until("the other list", |screen| screen.contains("in-the-second"))
        .await;
    session.settle().await;
    assert!(!session.screen().contains("in-the-first"), "{}", session.screen());
}

#[tokio::test]
async fn keeps_a_default_workspace_where_the_cli_looks_for_it() {
    let world = world().await;
    let mut session = world.open().await;
    session.press("/ 'in-the-first' enter esc .").await;
    assert!(world.stored().contains("workspace: in-the-first"), "{}", world.stored());
    assert!(world.stored().starts_with("# by hand"), "{}", world.stored());
    assert!(session.screen().contains("in-the-first"), "{}", session.screen());
}

#[tokio::test]
async fn logs_out_of_a_context_and_leaves_the_other_alone() {
    let world = world().await;
    let mut session = world.open().await;
    session.press("C j o y").await;
    assert_eq!(world.stored().matches("token:").count(), 1, "{}", world.stored());
    session.shows(&["not logged in"]);
}

#[tokio::test]
async fn whoever_is_refused_logs_in_and_goes_on() {
    let world = world_with(REFUSED, Duration::ZERO).await;
    let mut session = world.open().await;
    session.shows(&["session expired"]);
    session.press("ctrl-o ↓ tab 'admin@example.com' enter").await;
    session
        .until("the list", |screen| screen.contains("in-the-first"))
        .await;
    assert!(!session.screen().contains("session expired"), "{}", session.screen());
    assert!(!world.stored().contains(REFUSED), "the new token is kept");
}

#[tokio::test]
async fn what_was_typed_survives_a_login_of_the_same_person() {
    let world = world().await;
    let mut session = world.open().await;
    session.press("n 'half-typed'").await;
    session.press(&format!("ctrl-o ↓ tab '{PLATFORM_ADMIN}' enter")).await;
    session.shows(&["New workspace", "half-typed", "logged in as"]);
    session.press("enter").await;
    session.hides("New workspace");
    session.shows(&["half-typed"]);
}

#[tokio::test]
async fn what_was_typed_is_dropped_when_somebody_else_logs_in() {
    let world = world().await;
    let mut session = world.open().await;
    session.press("n 'half-typed'").await;
    session.press("ctrl-o ↓ tab 'bob@example.com' enter").await;
    session.shows(&["bob@example.com instead of"]);
    session.hides("half-typed");
    session.hides("New workspace");
    session.hides("in-the-first");
}

#[tokio::test]
async fn whoever_starts_with_nothing_is_asked_where_to_go_and_who_to_be() {
    let world = world().await;
    let home = tempfile::tempdir().unwrap();
    let mut session = Session::at_home(home.path(), Flags::default()).await;
    session.shows(&["Welcome", "Try the demo", "Connect to an address", "Log in"]);
    session.press("↓ enter").await;
    session.press(&format!("'{}' enter", world.first.url())).await;
    session
        .until("the ways to log in", |screen| screen.contains("E-mail"))
        .await;
    assert!(!home.path().join(".config").exists(), "nothing is written before that");
    session.press("↓ tab 'admin@example.com' enter").await;
    session
        .until("the list", |screen| screen.contains("in-the-first"))
        .await;
    let stored = fs::read_to_string(home.path().join(".config/nhx/config.yaml")).unwrap();
    assert!(stored.contains("current_context: default"), "{stored}");
    // The next start is simply there.
    let mut session = Session::at_home(home.path(), Flags::default()).await;
    session.shows(&["in-the-first"]);
}

#[tokio::test]
async fn goes_from_nothing_to_the_demo_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let mut session = Session::at_home(home.path(), Flags::default()).await;
    session.press("enter").await;
    session
        .until("the sample organisation", |screen| screen.contains("hackathon-2026"))
        .await;
    session.shows(&["DEMO"]);
    session.press("C").await;
    session.shows(&["the platform's CLI has no config file"]);
    assert!(!home.path().join(".config").exists(), "the demo leaves nothing behind");
}
