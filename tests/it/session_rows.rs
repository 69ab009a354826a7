//! Members whom a platform on PostgreSQL, or any platform, lists and does not find by name, through loop, client and
//! platform: from the key to the row.

use crate::session_given::Session;
use nmp_console::api::{Bindings, Client, Propagation};
use nmp_console::domain::binding::{Binding, Step};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::runtime;
use nmp_console::sandbox::{Database, Options, PLATFORM_ADMIN};
use rstest::rstest;

const JOSE: &str = "josé@example.com";
const OWNER: &str = "olga@example.com";

fn ml_team() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

fn who(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

fn on_postgres(faults: &[&str]) -> Options {
    Options {
        like: Database::Postgres,
        is_faithful: true,
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..Options::default()
    }
}

/// Gives roles to whomever, also to whom the console would not add.
async fn give(client: &Client, name: &str, roles: &[Role]) {
    let roles: RoleSet = roles.iter().cloned().collect();
    let change = Change::Roles {
        workspace: ml_team(),
        principal: who(name),
        before: RoleSet::default(),
        after: roles.clone(),
    };
    client
        .take_step(&change, &Step::Give(roles), runtime::now())
        .await
        .unwrap();
}

/// The console of `email` on the members of `ml-team`, with the cursor on `name`.
async fn on_the_row_of(options: Options, email: &str, name: &str, roles: &[Role]) -> Session {
    let mut session = Session::open_as(options, email).await;
    let create = Change::CreateWorkspace {
        name: ml_team(),
        description: None,
    };
    session.given(PLATFORM_ADMIN, [create]).await;
    let admin = session.behind(PLATFORM_ADMIN);
    give(&admin, OWNER, &[Role::Admin]).await;
    give(&admin, name, roles).await;
    // Who holds least comes last.
    session.press("r / 'ml-team' enter G").await;
    session
}

async fn bindings_of(session: &Session, name: &str) -> Vec<Binding> {
    let all = session
        .behind(PLATFORM_ADMIN)
        .all_bindings(Bindings::All)
        .await
        .unwrap();
    all.rows.into_iter().filter(|row| row.principal == who(name)).collect()
}

async fn held(session: &Session, name: &str) -> RoleSet {
    let roster = session.behind(PLATFORM_ADMIN).members(&ml_team()).await.unwrap();
    roster.roles_of(&who(name))
}

#[tokio::test]
async fn changes_and_removes_whom_postgresql_does_not_find() {
    let mut session = on_the_row_of(on_postgres(&[]), PLATFORM_ADMIN, JOSE, &[Role::Viewer]).await;
    session.press("e ↓").await;
    session.shows(&["Viewer → Editor", "role-binding"]);
    session.press("enter").await;
    session.shows(&["josé@example.com is now Editor in 'ml-team': confirmed"]);
    assert_eq!(held(&session, JOSE).await, RoleSet::only(Role::Editor));
    // Back again: the row of the first role comes to life once more.
    session.press("e ↑ enter y").await;
    session.shows(&["josé@example.com is now Viewer in 'ml-team': confirmed"]);
    session.press("d").await;
    session.shows(&["Remove member", "role-binding"]);
    session.press("y").await;
    session.shows(&["removed josé@example.com from 'ml-team': confirmed"]);
    assert_eq!(held(&session, JOSE).await, RoleSet::default());
    let rows = bindings_of(&session, JOSE).await;
    assert_eq!(rows.len(), 2, "the history stays: {rows:?}");
    let told = session.behind(PLATFORM_ADMIN).history(&who(JOSE)).await.unwrap();
    assert_eq!(told.rows, rows, "although a filter finds nothing");
    for row in rows {
        assert!(row.revoked_at.is_some() && row.granted_at.is_some());
        assert_eq!(row.granted_by.as_deref(), Some(PLATFORM_ADMIN));
    }
}

#[rstest]
#[case::slash("grp/sub")]
#[case::quote("o\"hara@example.com")]
#[case::backslash("corp\\jane")]
#[case::control("tab\there")]
#[case::dots("..")]
#[case::empty("")]
#[tokio::test]
async fn removes_whom_no_request_can_name(#[case] name: &str) {
    let options = Options {
        is_faithful: true,
        ..Options::default()
    };
    let mut session = on_the_row_of(options, PLATFORM_ADMIN, name, &[Role::Viewer, Role::Editor]).await;
    session.press("d").await;
    session.shows(&["Remove member", "no request can name"]);
    let asks_for_the_name = session.screen().contains("type ml-team to confirm");
    session
        .press(if asks_for_the_name { "'ml-team' enter" } else { "y" })
        .await;
    assert_eq!(held(&session, name).await, RoleSet::default(), "{}", session.screen());
    assert_eq!(held(&session, OWNER).await, RoleSet::only(Role::Admin));
    session.shows(&["from 'ml-team': confirmed"]);
}

#[tokio::test]
async fn an_admin_of_the_workspace_is_told_who_can() {
    let mut session = on_the_row_of(on_postgres(&[]), OWNER, JOSE, &[Role::Viewer]).await;
    session.press("d").await;
    session.shows(&["platform admin can fix that, through its role-binding rows"]);
    session.press("y").await;
    session.shows(&["a platform admin"]);
    assert_eq!(held(&session, JOSE).await, RoleSet::only(Role::Viewer));
    assert!(
        bindings_of(&session, JOSE)
            .await
            .iter()
            .all(|row| row.revoked_at.is_none())
    );
}

#[rstest]
#[case::carried_out(
    "drop-after:PUT,role_binding",
    "applied (the answer was lost; checked by reading back)",
    true
)]
#[case::refused("status=500:PUT,role_binding", "could not", false)]
#[tokio::test]
async fn what_became_of_a_row_is_read_and_nothing_sent_twice(
    #[case] fault: &str,
    #[case] says: &str,
    #[case] is_gone: bool,
) {
    let mut session = on_the_row_of(on_postgres(&[fault]), PLATFORM_ADMIN, JOSE, &[Role::Viewer]).await;
    session.press("d y").await;
    if is_gone {
        session.shows(&[says]);
    }
    assert_eq!(held(&session, JOSE).await.is_empty(), is_gone, "{}", session.screen());
    let rows = bindings_of(&session, JOSE).await;
    assert_eq!(
        rows.iter().filter(|row| row.revoked_at.is_some()).count(),
        usize::from(is_gone)
    );
}

#[tokio::test]
async fn a_row_that_was_written_meanwhile_is_left_alone() {
    let session = on_the_row_of(on_postgres(&[]), PLATFORM_ADMIN, JOSE, &[Role::Viewer]).await;
    let admin = session.behind(PLATFORM_ADMIN);
    let rows = admin.rows(&ml_team()).await.unwrap();
    let step = rows.next_step(&who(JOSE), &RoleSet::default()).unwrap();
    let change = Change::Roles {
        workspace: ml_team(),
        principal: who(JOSE),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    let take = || admin.take_step(&change, &step, runtime::now());
    take().await.unwrap();
    give(&admin, JOSE, &[Role::Viewer]).await;
    let refusal = take().await.unwrap_err();
    assert_eq!(*refusal.kind(), nmp_console::api::ErrorKind::Moved);
    assert!(!refusal.is_outcome_unknown());
    assert_eq!(held(&session, JOSE).await, RoleSet::only(Role::Viewer));
    // By its name it is not found at all.
    let refusal = admin.apply(&change, Propagation::Skip).await.unwrap_err();
    assert_eq!(*refusal.kind(), nmp_console::api::ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_half_way_when_the_console_ends_is_told_as_one_change() {
    let stalled = on_postgres(&["stall:PUT,role_binding"]);
    let mut session = on_the_row_of(stalled, PLATFORM_ADMIN, JOSE, &[Role::Viewer, Role::Editor]).await;
    session.press("d").await;
    assert!(session.unsettled().is_empty());
    session.begin("y");
    session
        .until("a step is under way", |screen| screen.contains("sending"))
        .await;
    assert_eq!(
        session.unsettled(),
        ["remove josé@example.com (Editor, Viewer) from 'ml-team'"]
    );
}
