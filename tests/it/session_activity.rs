//! What was changed, through loop, client and platform: made, looked up, filtered.

use crate::session_given::{Session, token};
use nmp_console::domain::activity::Operator;
use nmp_console::journal::{self, Journal};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN};
use std::path::Path;

fn journal(folder: &Path, url: &str) -> Journal {
    let operator = Operator {
        user: Some("al".to_owned()),
        sudo_user: None,
    };
    let at = ("test", url);
    Journal::new(Some(folder.to_owned()), at, &operator, &journal::Session::default())
}

#[tokio::test]
async fn three_changes_are_found_again_with_all_that_is_known_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let running = sandbox::start(Options::default()).await.unwrap();
    let journal = journal(folder.path(), &running.url());
    let mut session = Session::journalled(&running.url(), Some(token(PLATFORM_ADMIN)), journal);
    session.settle().await;
    session
        .press("n 'ml-team' enter enter a 'bob@example.com' enter / 'bob' enter")
        .await;
    session.press("e ↓ enter L").await;
    session.shows(&[
        "Activity (3)",
        "add as Viewer",
        "Viewer → Editor",
        "create workspace",
        "+ confirmed",
    ]);
    session.press("/ 'kind:add' enter").await;
    session.shows(&["Activity (1 of 3)", "filter: kind:add"]);
    session.press("enter").await;
    let path = "POST /apis/entities/v2/workspaces/ml-team/members";
    session.shows(&[
        "add bob@example.com to 'ml-team' as Viewer",
        "al on ",
        path,
        "confirmed, ",
        "\"Viewer\"",
    ]);
}
