//! What is done with marked rows, through loop, client and platform.

use crate::session_given::Session;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::{Deletion, Options, PLATFORM_ADMIN};
use std::time::Duration;

const OWN: [&str; 3] = ["team-a", "team-b", "team-c"];

fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

fn add(workspace: &str, who: &str, role: Role) -> Change {
    Change::Roles {
        workspace: ws(workspace),
        principal: Principal::from_platform(who),
        before: RoleSet::default(),
        after: RoleSet::only(role),
    }
}

/// A session on a sandbox with three workspaces besides those that are built in.
async fn on_three_teams() -> Session {
    let mut session = Session::open(Options {
        deletion: Deletion::Cascade,
        cleanup: Duration::from_millis(10),
        ..Options::default()
    })
    .await;
    let create = |name: &str| Change::CreateWorkspace {
        name: ws(name),
        description: None,
    };
    session.given(PLATFORM_ADMIN, OWN.map(create)).await;
    session.press("r / 'team-' enter").await;
    session.shows(&["Workspaces (3 of 5)"]);
    session
}

#[tokio::test]
async fn adds_somebody_to_all_marked_workspaces_and_takes_the_role_everywhere_again() {
    let mut session = on_three_teams().await;
    session.press("ctrl-a a 'bob@example.com' enter").await;
    session.shows(&["3 applied; confirmed"]);
    let bob = Principal::from_platform("bob@example.com");
    for name in OWN {
        let roster = session.behind(PLATFORM_ADMIN).members(&ws(name)).await.unwrap();
        assert_eq!(roster.roles_of(&bob), RoleSet::only(Role::Viewer), "{name}");
    }
    session.press("P 'bob@example.com' enter").await;
    session.shows(&["Access of bob@example.com"]);
    session.press("ctrl-a d").await;
    session.shows(&["Remove members", "team-a", "team-b", "team-c"]);
    session.press("y").await;
    session.shows(&["3 applied; confirmed"]);
    for name in OWN {
        let roster = session.behind(PLATFORM_ADMIN).members(&ws(name)).await.unwrap();
        assert!(roster.find(&bob).is_none(), "{name}");
    }
}

#[tokio::test]
async fn deletes_all_marked_workspaces_after_their_number_was_typed() {
    let mut session = on_three_teams().await;
    session
        .given(PLATFORM_ADMIN, [add("team-b", "bob@example.com", Role::Viewer)])
        .await;
    session.press("ctrl-a d").await;
    session.shows(&[
        "Delete workspaces",
        "3 workspaces to delete",
        "2 members lose access",
        "type 3 to confirm",
    ]);
    session.press("'team-a' enter").await;
    session.shows(&["nothing was done"]);
    session.press("ctrl-u '3' enter").await;
    // That a workspace is gone is told as well, and on a busy machine at once: all that was told stands in the list.
    session.press("!").await;
    session.shows(&["3 applied; confirmed"]);
}

#[tokio::test]
async fn a_leaver_stays_admin_where_only_everyone_would_be_left_until_another_person_is() {
    let mut session = Session::open(Options::default()).await;
    let create = |name: &str| Change::CreateWorkspace {
        name: ws(name),
        description: None,
    };
    let admin = |who: &str| add("team-a", who, Role::Admin);
    session
        .given("bob@example.com", [create("team-a"), create("team-b")])
        .await;
    session
        .given(
            PLATFORM_ADMIN,
            [admin("*"), add("team-b", "carol@example.com", Role::Admin)],
        )
        .await;
    session.press("P 'bob@example.com' enter").await;
    session.shows(&["Access of bob@example.com"]);
    session.press("D").await;
    session.shows(&[
        "1 change, 1 skipped",
        "skipped, no person would be Admin",
        "add a person",
    ]);
    session.press("ctrl-n 'dave@example.com' enter y").await;
    session.shows(&["2 changes:", "team-a", "team-b"]);
    session.press("enter y").await;
    session.shows(&["2 applied"]);
    let roster = session.behind(PLATFORM_ADMIN).members(&ws("team-a")).await.unwrap();
    let admins: Vec<&str> = roster.admin_names().map(Principal::raw).collect();
    assert_eq!(admins, ["dave@example.com", "*"]);
}
