//! A workspace keeps at least one Admin.

use crate::platform::{WORKSPACES, add, create, on_every_platform, principal, remove, roles, set};
use nmp_console::api::ErrorKind;
use nmp_console::domain::member::Roster;
use reqwest::Method;
use serde_json::json;

fn admins(roster: &Roster) -> Vec<&str> {
    roster.admins().map(|member| member.principal.raw()).collect()
}

#[tokio::test]
async fn the_last_admin_can_be_neither_demoted_nor_removed() {
    on_every_platform(async |platform| {
        let (owner, workspace) = (platform.somebody("olga"), platform.name("last"));
        create(&platform.client(&owner), &workspace).await.unwrap();
        platform.until_admitted(&owner, &workspace).await;
        platform.add(&workspace, &platform.somebody("ed"), &["Editor"]).await;
        let raw = workspace.raw();
        // The rule binds the Admin as much as the platform admin.
        for client in [platform.client(&owner), platform.admin()] {
            let refusal = set(&client, &workspace, &owner, &["Admin"], &["Viewer"])
                .await
                .unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (Some(409), &ErrorKind::LastAdmin));
            let said = format!(
                "Cannot remove Admin role from '{owner}'. This is the last Admin for workspace '{raw}'. \
                 Add another Admin before removing this one."
            );
            assert_eq!(refusal.said().unwrap().as_str(), said);
            assert!(!refusal.is_outcome_unknown());

            let refusal = remove(&client, &workspace, &owner).await.unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (Some(409), &ErrorKind::LastAdmin));
            let said = format!(
                "Cannot remove member '{owner}'. This is the last Admin for workspace '{raw}'. \
                 Add another Admin before removing this member."
            );
            assert_eq!(refusal.said().unwrap().as_str(), said);
        }
        let path = format!(
            "{WORKSPACES}/{raw}/members/{}?wait_role_propagation=false",
            crate::wire::encoded(&owner)
        );
        let emptied = platform
            .raw(platform.admin_email(), Method::PUT, &path, Some(json!({"roles": []})))
            .await;
        assert_eq!(emptied.status, 409);
        assert_eq!(emptied.headers["x-should-retry"], "false");
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal(&owner)),
            roles(&["Admin"])
        );
    })
    .await;
}

#[tokio::test]
async fn the_last_admin_may_hold_more_and_less_besides() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("besides").await);
        let admin = platform.admin_email();
        set(&client, &workspace, admin, &["Admin"], &["Admin", "Viewer", "Custom"])
            .await
            .unwrap();
        set(&client, &workspace, admin, &["Admin", "Viewer", "Custom"], &["Admin"])
            .await
            .unwrap();
        let refusal = set(&client, &workspace, admin, &["Admin"], &["admin"])
            .await
            .unwrap_err();
        assert_eq!(
            *refusal.kind(),
            ErrorKind::LastAdmin,
            "a role of another case is another role"
        );
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal(admin)),
            roles(&["Admin"])
        );
    })
    .await;
}

#[tokio::test]
async fn with_a_second_admin_the_first_can_go() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("second").await);
        let admin = platform.admin_email();
        platform.add(&workspace, "bob@example.com", &["Admin"]).await;
        set(&client, &workspace, admin, &["Admin"], &["Viewer"]).await.unwrap();
        assert_eq!(admins(&platform.roster(&workspace).await), ["bob@example.com"]);
        let refusal = remove(&client, &workspace, "bob@example.com").await.unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::LastAdmin);
        add(&client, &workspace, admin, &["Admin"]).await.unwrap();
        remove(&client, &workspace, "bob@example.com").await.unwrap();
        assert_eq!(admins(&platform.roster(&workspace).await), [admin]);
    })
    .await;
}

#[tokio::test]
async fn everyone_services_and_typos_count_as_admins() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("counted").await);
        let mut last = platform.admin_email().to_owned();
        for next in ["*", "service:nothing", "no-such-person@exmaple.com"] {
            platform.add(&workspace, next, &["Admin"]).await;
            remove(&client, &workspace, &last).await.unwrap();
            let refusal = remove(&client, &workspace, next).await.unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::LastAdmin);
            assert_eq!(admins(&platform.roster(&workspace).await), [next]);
            next.clone_into(&mut last);
        }
    })
    .await;
}
