//! What was changed, through loop, client and platform: made, looked up, filtered.

use crate::session_given::{Session, token};
use nmp_console::domain::activity::Operator;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
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

#[tokio::test]
async fn what_another_client_changes_is_seen_among_everybodys_changes() {
    let mut session = Session::open(Options::default()).await;
    session.press("n 'ml-team' enter enter L m").await;
    session.shows(&["Everybody's changes", "granted", "ml-team"]);
    session.hides(" new");
    let change = Change::Roles {
        workspace: WorkspaceName::from_platform("ml-team"),
        principal: Principal::from_platform("behind@example.com"),
        before: RoleSet::default(),
        after: RoleSet::only(Role::Editor),
    };
    session.given(PLATFORM_ADMIN, [change]).await;
    session.press("r").await;
    session.shows(&["1 new", "behind@example.com", "* new since the last look"]);
    session.press("/ 'who:behind' enter").await;
    session.shows(&["Everybody's changes (1 of "]);
}
