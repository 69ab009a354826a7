//! The console that is started with an access file: the plan is reviewed, made, and undone as one.

use crate::session_given::{Session, token};
use nmp_console::domain::activity::Operator;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::RoleSet;
use nmp_console::journal::{self, Journal};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use std::path::PathBuf;

fn ws(name: &str) -> WorkspaceName {
    WorkspaceName::from_platform(name)
}

/// A sandbox with a team, and an access file beside it.
struct Given {
    running: Running,
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Given {
    async fn with(wishes: &str) -> Self {
        let running = sandbox::start(Options::default()).await.unwrap();
        let server = running.url();
        Self::on(running, &server, wishes)
    }

    fn on(running: Running, server: &str, wishes: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.toml");
        std::fs::write(&file, for_server(server, wishes)).unwrap();
        Self { running, folder, file }
    }

    async fn open(&self) -> Session {
        let url = self.running.url();
        let operator = Operator {
            user: Some("al".to_owned()),
            sudo_user: None,
        };
        let at = ("test", url.as_str());
        let session = journal::Session::default();
        let journal = Journal::new(Some(self.folder.path().to_owned()), at, &operator, &session);
        let mut session = Session::reviewing(&url, Some(token(PLATFORM_ADMIN)), journal, self.file.clone());
        session.settle().await;
        session
    }
}

fn for_server(server: &str, wishes: &str) -> String {
    format!("server = \"{server}\"\n{wishes}")
}

async fn held(session: &Session, workspace: &str, who: &str) -> RoleSet {
    let roster = session.behind(PLATFORM_ADMIN).members(&ws(workspace)).await.unwrap();
    roster.roles_of(&Principal::from_platform(who))
}

const TEAM: &str = r#"
schema = 1
[workspace.team-a]
create = true
description = "made by a file"
[workspace.team-a.members]
"bob@example.com" = ["Editor"]
"eve@example.com" = ["Admin"]
"#;

#[tokio::test]
async fn a_plan_makes_a_workspace_and_its_members_and_is_undone_as_one() {
    let given = Given::with(TEAM).await;
    let mut session = given.open().await;
    session.shows(&[
        "Apply plan",
        "3 changes in 1 workspace",
        "team-a",
        "is created",
        "eve@example.com",
    ]);
    session.press("enter y").await;
    session.shows(&["3 applied; confirmed"]);
    assert_eq!(
        held(&session, "team-a", "bob@example.com").await.shown().as_str(),
        "Editor"
    );
    session.press("L").await;
    session.shows(&["Activity (3 changes in 1 row)"]);
    session.press("U").await;
    session.shows(&["Undo", "bob@example.com"]);
    session.press("enter y").await;
    assert_eq!(held(&session, "team-a", "bob@example.com").await, RoleSet::default());
    assert_eq!(held(&session, "team-a", "eve@example.com").await, RoleSet::default());
}

#[tokio::test]
async fn opened_again_after_it_was_applied_there_is_nothing_to_change() {
    let given = Given::with(TEAM).await;
    let mut session = given.open().await;
    session.press("enter y").await;
    let mut again = given.open().await;
    again.shows(&["nothing to change, 2 already so"]);
    again.press("enter").await;
    again.shows(&["there is nothing to change"]);
}

#[tokio::test]
async fn those_who_lose_their_place_are_counted_by_whoever_opens_the_guard() {
    let people: Vec<String> = (0..12).map(|n| format!("p{n:02}@example.com")).collect();
    let wishes = "schema = 1\n[workspace.team-b]\nmode = \"authoritative\"\n[workspace.team-b.members]\n\
                  \"admin@example.com\" = [\"Admin\"]\n\"p00@example.com\" = [\"Viewer\"]\n";
    let given = Given::with(wishes).await;
    {
        let session = Session::at(&given.running.url(), Some(token(PLATFORM_ADMIN)), None);
        let create = Change::CreateWorkspace {
            name: ws("team-b"),
            description: None,
        };
        let add = people.iter().map(|name| Change::Roles {
            workspace: ws("team-b"),
            principal: Principal::from_platform(name.clone()),
            before: RoleSet::default(),
            after: RoleSet::only(nmp_console::domain::role::Role::Viewer),
        });
        session.given(PLATFORM_ADMIN, [create].into_iter().chain(add)).await;
    }
    let mut session = given.open().await;
    session.shows(&["11 of 13 principals are removed", "type 11 to open this guard"]);
    session.press("'12' enter").await;
    session.shows(&["type 11 to open this guard"]);
    session.press("ctrl-u '11' enter").await;
    session.shows(&["type 11 to confirm"]);
    session.press("'11' enter").await;
    session.shows(&["11 applied; confirmed"]);
    let roster = session.behind(PLATFORM_ADMIN).members(&ws("team-b")).await.unwrap();
    assert_eq!(roster.members().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_and_read_again() {
    let given = Given::with("schema = 1\n[workspace.team-a]\nmode = \"sometimes\"\n").await;
    let mut session = given.open().await;
    session.shows(&["access.toml, line 4", "try again"]);
    std::fs::write(&given.file, for_server(&given.running.url(), TEAM)).unwrap();
    session.press("enter").await;
    session.shows(&["3 changes in 1 workspace"]);
}

#[tokio::test]
async fn a_plan_for_another_server_is_not_applied_here() {
    let running = sandbox::start(Options::default()).await.unwrap();
    let given = Given::on(running, "https://other.example.com", TEAM);
    let mut session = given.open().await;
    session.shows(&["it is for https://other.example.com"]);
    session.press("esc").await;
    session.shows(&["Workspaces ("]);
}
