//! What an admin does on an ordinary day, through loop, client and platform, and what goes wrong on a bad one.

use crate::session_given::{Session, client, token};
use nmp_console::api::Mode;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const BOB: &str = "bob@example.com";

fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

fn create(name: &str) -> Change {
    Change::CreateWorkspace {
        name: ws(name),
        description: None,
    }
}

fn add(workspace: &str, who: &str, role: Role) -> Change {
    let principal = Principal::from_platform(who);
    Change::Roles {
        workspace: ws(workspace),
        principal,
        before: RoleSet::default(),
        after: RoleSet::only(role),
    }
}

fn project(workspace: &str, name: &str) -> Change {
    Change::CreateProject {
        workspace: ws(workspace),
        name: ResourceName::from_platform(name),
        description: None,
    }
}

fn with_faults(faults: &[&str]) -> Options {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    Options {
        faults,
        ..Options::default()
    }
}

/// A session on a sandbox in which `ml-team` exists, with its members on the screen.
async fn on_members_of_ml_team(options: Options) -> Session {
    let mut session = Session::open(options).await;
    session.given(PLATFORM_ADMIN, [create("ml-team")]).await;
    session.press("r / 'ml-team' enter").await;
    session
}

#[tokio::test]
async fn creates_a_workspace_and_fills_it_in_one_paste() {
    let mut session = Session::open(Options::default()).await;
    session.press("n 'ml-team' tab 'Machine learning'").await;
    session.press("enter").await;
    session.shows(&[
        "created workspace 'ml-team': confirmed, effective",
        "▸ ml-team",
        "private",
    ]);
    session
        .press("enter a")
        .await
        .paste("bob@example.com\ncarol@example.com, team-leads\n")
        .await;
    session.shows(&["bob@example.com", "carol@example.com", "team-leads"]);
    session.press("tab ↓ enter").await;
    session.shows(&["'team-leads': not seen before"]);
    session.press("y").await;
    session.shows(&["3 applied"]);
    let roster = session.behind(PLATFORM_ADMIN).members(&ws("ml-team")).await.unwrap();
    assert_eq!(roster.len(), 4);
    assert_eq!(
        roster.roles_of(&Principal::from_platform("team-leads")),
        RoleSet::only(Role::Editor)
    );
}

/// The platform refuses its maker everything there until it has refreshed its policy.
#[tokio::test]
async fn waits_for_the_resources_of_a_workspace_that_was_just_made() {
    let options = with_faults(&["status=403:/workspaces/sales/,times=9"]);
    let mut session = Session::open_as(options, BOB).await;
    session.press("n 'sales' enter").await;
    session.begin("v");
    // Looked for at each answer: on a busy machine all may have been tried again before the last one of them is here.
    let is_put_off = |screen: &str| screen.contains("you became its Admin") && screen.contains("trying again");
    session.until("they are tried again", is_put_off).await;
    let is_let_in = |screen: &str| {
        // Not in the header, which holds the port.
        assert!(!screen.lines().skip(1).any(|line| line.contains("403")), "{screen}");
        screen.contains("no resources: press n to create a project")
    };
    session.until("the resources are read in the end", is_let_in).await;
    session.press("n 'first' enter").await;
    session.shows(&["created project 'first'"]);
}

#[tokio::test]
async fn shows_the_last_admin_refusal_in_the_dialog_and_leads_out_of_it() {
    let mut session = on_members_of_ml_team(Options::default()).await;
    session.shows(&[PLATFORM_ADMIN, "last Admin"]);
    session.press("e ↑ ↑").await;
    session.shows(&["last Admin"]);
    session.press("enter").await;
    session.shows(&["Add another Admin first", "r try anyway"]);
    session.press("r 'ml-team' enter").await;
    session.shows(&[
        "last Admin for workspace 'ml-team'",
        "Add another Admin first",
        "ctrl-n",
    ]);
    session.press("ctrl-n 'bob@example.com' enter y").await;
    session.shows(&["Change role", "type ml-team to confirm"]);
    session.press("'ml-team' enter").await;
    session.shows(&["admin@example.com is now Viewer in 'ml-team': confirmed"]);
}

#[tokio::test]
async fn keeps_an_existing_member_from_collecting_roles() {
    let mut session = on_members_of_ml_team(Options::default()).await;
    session.given(PLATFORM_ADMIN, [add("ml-team", BOB, Role::Viewer)]).await;
    session.press("r a 'bob@example.com' tab ↓").await;
    session.shows(&["Viewer → Editor"]);
    session.press("enter").await;
    let roster = session.behind(PLATFORM_ADMIN).members(&ws("ml-team")).await.unwrap();
    assert_eq!(
        roster.roles_of(&Principal::from_platform(BOB)),
        RoleSet::only(Role::Editor)
    );
}

#[tokio::test]
async fn shows_what_somebody_else_changed_before_changing_it() {
    let mut session = on_members_of_ml_team(Options::default()).await;
    session.given(PLATFORM_ADMIN, [add("ml-team", BOB, Role::Viewer)]).await;
    session.press("r G e ↓ ↓").await;
    let promoted = Change::Roles {
        workspace: ws("ml-team"),
        principal: Principal::from_platform(BOB),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::only(Role::Editor),
    };
    session.given(PLATFORM_ADMIN, [promoted]).await;
    session.press("enter y").await;
    session.shows(&["changed since you opened this", "Viewer → Editor"]);
    session.press("enter y").await;
    session.shows(&["bob@example.com is now Admin in 'ml-team': confirmed, effective within about 30 s"]);
}

#[tokio::test]
async fn never_makes_a_member_of_somebody_who_was_just_removed() {
    let mut session = on_members_of_ml_team(Options::default()).await;
    session.given(PLATFORM_ADMIN, [add("ml-team", BOB, Role::Viewer)]).await;
    session.press("r G e ↓").await;
    let remove = Change::Roles {
        workspace: ws("ml-team"),
        principal: Principal::from_platform(BOB),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    session.given(PLATFORM_ADMIN, [remove]).await;
    session.press("enter").await;
    session.shows(&["bob@example.com is no longer a member"]);
    let roster = session.behind(PLATFORM_ADMIN).members(&ws("ml-team")).await.unwrap();
    assert_eq!(roster.len(), 1);
}

#[tokio::test]
async fn shows_kinds_and_counts_of_a_workspace_that_is_not_empty() {
    let mut session = Session::open(Options::default()).await;
    session
        .given(
            PLATFORM_ADMIN,
            [create("ml-team"), project("ml-team", "one"), project("ml-team", "two")],
        )
        .await;
    session.press("r / 'ml-team' enter esc d").await;
    session.shows(&["at least 2 resources", "project      2"]);
    session.press("r").await;
    session.shows(&["2 projects", "type ml-team to confirm"]);
    session.press("'ml-tean' enter").await;
    session.shows(&["Delete workspace"]);
    session.press("backspace 'm' enter").await;
    session.shows(&["must be deleted first: project (2)", "project      2"]);
    assert!(session.behind(PLATFORM_ADMIN).workspace(&ws("ml-team")).await.is_ok());
}

#[tokio::test]
async fn deletes_an_empty_workspace_after_its_name_is_typed() {
    let mut session = Session::open(Options::default()).await;
    session.given(PLATFORM_ADMIN, [create("ml-team")]).await;
    session.press("r / 'ml-team' enter esc d").await;
    session.press("'ml-team' enter").await;
    session.shows(&["deleted workspace 'ml-team': confirmed"]);
    session.hides("▸ ml-team");
}

#[tokio::test]
async fn finds_out_what_became_of_a_change_whose_answer_got_lost() {
    let mut session = Session::open(with_faults(&["drop-after:DELETE"])).await;
    session.given(PLATFORM_ADMIN, [create("ml-team")]).await;
    session.press("r / 'ml-team' enter esc d").await;
    session.press("'ml-team' enter").await;
    session.shows(&["deleted workspace 'ml-team': applied"]);
}

#[tokio::test]
async fn says_when_a_change_whose_answer_got_lost_was_not_made() {
    let mut session = Session::open(with_faults(&["drop-before:DELETE"])).await;
    session.given(PLATFORM_ADMIN, [create("ml-team")]).await;
    session.press("r / 'ml-team' enter esc d").await;
    session.press("'ml-team' enter").await;
    session
        .until("it is looked for long enough", |screen| {
            screen.contains("not applied so far: ")
        })
        .await;
    assert!(session.behind(PLATFORM_ADMIN).workspace(&ws("ml-team")).await.is_ok());
}

#[tokio::test]
async fn changes_nothing_in_read_only() {
    let running = sandbox::start(Options::default()).await.unwrap();
    let admin = client(&running.url(), Some(token(PLATFORM_ADMIN)), Mode::Full);
    admin
        .apply(&create("ml-team"), nmp_console::api::Propagation::Skip)
        .await
        .unwrap();
    let mut session = Session::at(&running.url(), Some(token(PLATFORM_ADMIN)), Some("--read-only"));
    session.settle().await;
    session.shows(&["READ-ONLY", "ml-team"]);
    for key in ["n", "e", "d"] {
        session.press(key).await;
        session.shows(&["read-only (--read-only)"]);
    }
    session.press("/ 'ml-team' enter a").await;
    session.shows(&["read-only (--read-only)"]);
}

#[tokio::test]
async fn tells_a_viewer_what_is_missing() {
    let session = Session::open(Options::default()).await;
    session
        .given(PLATFORM_ADMIN, [create("ml-team"), add("ml-team", BOB, Role::Viewer)])
        .await;
    let url = session.sandbox.as_ref().unwrap().url();
    let mut viewer = Session::at(&url, Some(token(BOB)), None);
    viewer.settle().await;
    viewer.press("/ 'ml-team' enter").await;
    viewer.shows(&[
        "Resources of ml-team",
        "only Admins see its members: ask admin@example.com, who made it",
    ]);
    viewer.press("esc").await;
    viewer.shows(&["ml-team", "Viewer", "enter resources"]);
    viewer.press("d").await;
    viewer.shows(&["you need Editor here: you are Viewer"]);
}

#[tokio::test]
async fn says_that_the_server_is_down_and_comes_back_with_r() {
    let running = sandbox::start(Options::default()).await.unwrap();
    let (url, addr) = (running.url(), running.addr());
    running.stop().await;
    let mut session = Session::at(&url, Some(token(PLATFORM_ADMIN)), None);
    session.settle().await;
    session.shows(&["cannot", "r "]);
    let again = sandbox::start(Options {
        listen: addr,
        ..Options::default()
    })
    .await
    .unwrap();
    session.press("r").await;
    session.shows(&["default", "system"]);
    again.stop().await;
    session.press("r").await;
    session.shows(&["default", "refresh failed"]);
}

#[tokio::test]
async fn says_that_a_web_page_is_not_the_platform() {
    let server = MockServer::start().await;
    let page = "<html><title>Sign in to \x1b[31mProxy</title></html>";
    let answer = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let mut session = Session::at(&server.uri(), None, None);
    session.settle().await;
    let screen = session.screen();
    assert!(!screen.contains('\x1b'), "{screen}");
    session.shows(&["web page", "r "]);
}

#[tokio::test]
async fn says_that_the_session_has_expired() {
    let running = sandbox::start(Options::default()).await.unwrap();
    let long_ago = "2020-01-01T00:00:00Z".parse().unwrap();
    let expired = sandbox::unsigned_token(PLATFORM_ADMIN, long_ago, std::time::Duration::from_mins(1));
    let mut session = Session::at(&running.url(), Some(expired), None);
    session.settle().await;
    session.shows(&["session expired"]);
}

#[tokio::test]
async fn quits_from_the_first_screen() {
    let mut session = on_members_of_ml_team(Options::default()).await;
    session.press("q").await;
    assert!(!session.has_quit());
    session.press("q").await;
    assert!(session.has_quit());
}
