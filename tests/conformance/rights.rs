//! Who may do what, and how a caller finds out.

use crate::platform::{
    Platform, add, create_project, delete, delete_project, describe, eventually, n_projects, on_every_platform,
    projects, remove, set,
};
use nmp_console::api::{Error, ErrorKind};
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::role::Role;
use nmp_console::domain::workspace::CallerAccess;

/// Everybody there can be in one workspace, by what they hold there.
pub(crate) const HOLDERS: [&str; 5] = ["", "Viewer", "Editor", "Admin", "JobRunner"];

pub(crate) struct RoleHolders {
    pub(crate) workspace: WorkspaceName,
    /// E-mails, in the order of [`HOLDERS`].
    pub(crate) people: Vec<String>,
}

/// Makes a workspace with one person for each role, and waits until the policy knows them all.
pub(crate) async fn holders(platform: &Platform, rest: &str) -> RoleHolders {
    let workspace = platform.workspace(rest).await;
    let mut people = Vec::new();
    for role in HOLDERS {
        let email = platform.somebody(&format!("holder{}", role.to_lowercase()));
        if !role.is_empty() {
            platform.add(&workspace, &email, &[role]).await;
        }
        people.push(email);
    }
    // The last one can never read, so it is the one before whose admission shows that all are known.
    for email in &people[1..4] {
        platform.until_admitted(email, &workspace).await;
    }
    RoleHolders { workspace, people }
}

/// Tells allowed from forbidden; anything else is neither.
pub(crate) fn is_allowed<T: std::fmt::Debug>(result: Result<T, Error>) -> bool {
    match result {
        Ok(_) => true,
        Err(refusal) if *refusal.kind() == ErrorKind::Forbidden => {
            assert_eq!(refusal.said().unwrap().as_str(), "Forbidden");
            false
        }
        Err(other) => panic!("neither allowed nor forbidden: {other:?}"),
    }
}

/// Who of [`HOLDERS`] may do something.
async fn who_may(holders: &RoleHolders, may_do: impl AsyncFn(&str) -> bool) -> Vec<&'static str> {
    let mut may = Vec::new();
    for (role, email) in HOLDERS.into_iter().zip(&holders.people) {
        if may_do(email).await {
            may.push(role);
        }
    }
    may
}

#[tokio::test]
async fn rights_follow_roles() {
    on_every_platform(async |platform| {
        let holders = holders(platform, "rights").await;
        let workspace = &holders.workspace;
        let client = |email: &str| platform.client(email);

        let read = who_may(&holders, async |who| is_allowed(client(who).workspace(workspace).await)).await;
        assert_eq!(read, ["Viewer", "Editor", "Admin"]);
        let count = who_may(&holders, async |who| {
            is_allowed(n_projects(&client(who), workspace).await)
        })
        .await;
        assert_eq!(count, ["Viewer", "Editor", "Admin"]);
        let list = who_may(&holders, async |who| is_allowed(client(who).members(workspace).await)).await;
        assert_eq!(list, ["Admin"]);
        let describing = who_may(&holders, async |who| {
            is_allowed(describe(&client(who), workspace, who).await)
        })
        .await;
        assert_eq!(describing, ["Editor", "Admin"]);
        let making = who_may(&holders, async |who| {
            let name = format!("by-{}", who.len());
            is_allowed(create_project(&client(who), workspace, &name).await)
                && is_allowed(delete_project(&client(who), workspace, &name).await)
        })
        .await;
        assert_eq!(making, ["Editor", "Admin"]);
        let adding = who_may(&holders, async |who| {
            let new = format!("new-{who}");
            let client = client(who);
            let results = [
                is_allowed(add(&client, workspace, &new, &["Viewer"]).await),
                is_allowed(set(&client, workspace, &new, &["Viewer"], &["Editor"]).await),
                is_allowed(remove(&client, workspace, &new).await),
            ];
            assert!(results.iter().all(|result| *result == results[0]), "{who}: {results:?}");
            results[0]
        })
        .await;
        assert_eq!(adding, ["Admin"]);
    })
    .await;
}

#[tokio::test]
async fn an_editor_may_delete_the_workspace_and_a_viewer_may_not() {
    on_every_platform(async |platform| {
        for (i, may) in [false, false, true, true, false].into_iter().enumerate() {
            let holders = holders(platform, &format!("deleted-{i}")).await;
            let answer = delete(&platform.client(&holders.people[i]), &holders.workspace).await;
            assert_eq!(is_allowed(answer), may, "{}", HOLDERS[i]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_platform_admin_may_do_everything_where_they_are_no_member() {
    on_every_platform(async |platform| {
        let (owner, workspace) = (platform.somebody("otis"), platform.name("foreign"));
        let admin = platform.admin();
        crate::platform::create(&platform.client(&owner), &workspace)
            .await
            .unwrap();
        assert_eq!(admin.members(&workspace).await.unwrap().len(), 1);
        add(&admin, &workspace, "bob@x", &["Viewer"]).await.unwrap();
        set(&admin, &workspace, "bob@x", &["Viewer"], &["Editor"])
            .await
            .unwrap();
        remove(&admin, &workspace, "bob@x").await.unwrap();
        create_project(&admin, &workspace, "theirs").await.unwrap();
        delete_project(&admin, &workspace, "theirs").await.unwrap();
        describe(&admin, &workspace, "seen from above").await.unwrap();
        delete(&admin, &workspace).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn callers_find_out_their_access() {
    on_every_platform(async |platform| {
        let holders = holders(platform, "standing").await;
        let expected = [
            CallerAccess::Nothing,
            CallerAccess::Holds(Role::Viewer),
            CallerAccess::Holds(Role::Editor),
            CallerAccess::Holds(Role::Admin),
            CallerAccess::Nothing,
        ];
        for (email, expected) in holders.people.iter().zip(expected) {
            let client = platform.client(email);
            let found = client.caller_access(&holders.workspace, false).await.unwrap();
            assert_eq!(found.caller_access, expected, "{email}");
            assert_eq!(
                found.roster.is_ok(),
                expected == CallerAccess::Holds(Role::Admin),
                "{email}"
            );
        }
        let admin = platform.admin().caller_access(&holders.workspace, true).await.unwrap();
        assert_eq!(admin.caller_access, CallerAccess::PlatformAdmin);
        assert_eq!(admin.roster.unwrap().len(), 5);
        // Finding out has no effect.
        assert_eq!(n_projects(&platform.admin(), &holders.workspace).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn callers_with_a_read_only_connection_find_out_what_reading_tells() {
    on_every_platform(async |platform| {
        let holders = holders(platform, "read-only").await;
        let expected = [
            CallerAccess::Nothing,
            CallerAccess::AtLeastViewer,
            CallerAccess::AtLeastViewer,
            CallerAccess::Holds(Role::Admin),
            CallerAccess::Nothing,
        ];
        for (email, expected) in holders.people.iter().zip(expected) {
            let found = platform
                .read_only(email)
                .caller_access(&holders.workspace, false)
                .await
                .unwrap();
            assert_eq!(found.caller_access, expected, "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_read_only_connection_changes_nothing() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("untouched").await;
        create_project(&platform.admin(), &workspace, "kept").await.unwrap();
        let before = (
            platform.admin().workspace(&workspace).await.unwrap(),
            platform.roster(&workspace).await,
            projects(&platform.admin(), &workspace).await.unwrap(),
        );
        let (client, admin) = (platform.read_only(platform.admin_email()), platform.admin_email());
        let refusals = [
            crate::platform::create(&client, &platform.name("never")).await,
            describe(&client, &workspace, "x").await,
            add(&client, &workspace, "a@x", &["Viewer"]).await,
            set(&client, &workspace, admin, &["Admin"], &["Admin", "Viewer"]).await,
            remove(&client, &workspace, admin).await,
            create_project(&client, &workspace, "never").await,
            delete_project(&client, &workspace, "kept").await,
            delete(&client, &workspace).await,
        ];
        for refusal in refusals {
            let refusal = refusal.unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (None, &ErrorKind::ReadOnly));
        }
        let after = (
            client.workspace(&workspace).await.unwrap(),
            client.members(&workspace).await.unwrap(),
            projects(&client, &workspace).await.unwrap(),
        );
        assert_eq!(after, before);
    })
    .await;
}

#[tokio::test]
async fn several_roles_give_what_the_strongest_gives_and_losing_it_takes_effect() {
    on_every_platform(async |platform| {
        let (workspace, email) = (platform.workspace("several").await, platform.somebody("max"));
        platform.add(&workspace, &email, &["Viewer", "Admin"]).await;
        let caller_access = async || {
            let found = platform.client(&email).caller_access(&workspace, false).await.unwrap();
            found.caller_access
        };
        let until = async |expected: CallerAccess| {
            eventually("the access to change", async || {
                (caller_access().await == expected).then_some(())
            })
            .await;
        };
        until(CallerAccess::Holds(Role::Admin)).await;
        set(&platform.admin(), &workspace, &email, &["Viewer", "Admin"], &["Viewer"])
            .await
            .unwrap();
        until(CallerAccess::Holds(Role::Viewer)).await;
        remove(&platform.admin(), &workspace, &email).await.unwrap();
        until(CallerAccess::Nothing).await;
    })
    .await;
}
