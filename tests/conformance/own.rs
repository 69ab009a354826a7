//! The platform's own weaknesses. They are provoked only where nobody else can be hurt.

use crate::platform::{
    Platform, WORKSPACES, add, on_a_faithful_sandbox, on_a_platform_of_our_own, on_a_sandbox, principal, remove, roles,
    set,
};
use futures_util::future::join;
use nmp_console::api::{Accepted, Error, ErrorKind};
use nmp_console::domain::ids::WorkspaceName;
use reqwest::Method;
use serde_json::json;

/// How often two people race before it counts as certain that nobody can lose.
const RACES: usize = 100;
/// How often they may race until somebody has to have lost where that is possible; usually the first does.
const CHANCES: usize = 200;

#[derive(Clone, Copy, Debug)]
enum Move {
    Removal,
    Demotion,
}

/// Lets the two Admins of a workspace take each other's role at the same time.
async fn race(platform: &Platform, workspace: &WorkspaceName, how: Move) -> [Result<Accepted, Error>; 2] {
    let (alice, bob) = (platform.admin(), platform.admin());
    let admin = platform.admin_email();
    let takes = async |client, who| match how {
        Move::Removal => remove(client, workspace, who).await,
        Move::Demotion => set(client, workspace, who, &["Admin"], &["Viewer"]).await,
    };
    let (one, two) = join(takes(&alice, "bob@example.com"), takes(&bob, admin)).await;
    [one, two]
}

async fn n_admins(platform: &Platform, workspace: &WorkspaceName) -> usize {
    platform.roster(workspace).await.admins().count()
}

/// Makes both Admins again, whoever is left.
async fn restore(platform: &Platform, workspace: &WorkspaceName) {
    for who in [platform.admin_email(), "bob@example.com"] {
        add(&platform.admin(), workspace, who, &["Admin"]).await.unwrap();
    }
}

#[tokio::test]
async fn two_admins_who_remove_each_other_can_orphan_a_workspace() {
    on_a_platform_of_our_own(async |platform| {
        for how in [Move::Removal, Move::Demotion] {
            let workspace = platform.workspace(&format!("orphan-{how:?}").to_lowercase()).await;
            let mut is_orphaned = false;
            for _ in 0..CHANCES {
                restore(platform, &workspace).await;
                let _ = race(platform, &workspace, how).await;
                is_orphaned = n_admins(platform, &workspace).await == 0;
                if is_orphaned {
                    break;
                }
            }
            assert!(is_orphaned, "{how:?}: the race was never lost");
            // A platform admin can always give it an Admin again.
            restore(platform, &workspace).await;
            assert_eq!(n_admins(platform, &workspace).await, 2);
        }
    })
    .await;
}

#[tokio::test]
async fn on_the_sandbox_they_never_do() {
    on_a_sandbox(async |platform| {
        for how in [Move::Removal, Move::Demotion] {
            let workspace = platform.workspace(&format!("kept-{how:?}").to_lowercase()).await;
            for _ in 0..RACES {
                restore(platform, &workspace).await;
                let results = race(platform, &workspace, how).await;
                assert_eq!(n_admins(platform, &workspace).await, 1);
                let refused: Vec<&Error> = results.iter().filter_map(|result| result.as_ref().err()).collect();
                assert_eq!(refused.len(), 1, "{results:?}");
                assert_eq!(*refused[0].kind(), ErrorKind::LastAdmin);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_principal_with_a_quote_is_stored_and_never_found_again() {
    on_a_platform_of_our_own(async |platform| {
        let workspace = platform.workspace("quote").await;
        let members = format!("{WORKSPACES}/{}/members", workspace.raw());
        let wait = "?wait_role_propagation=false";
        for (who, path) in [
            ("quo\"te", "quo%22te"),
            ("back\\slash", "back%5Cslash"),
            ("new\nline", "new%0Aline"),
        ] {
            let ask =
                async |method, path: String, body| platform.raw(platform.admin_email(), method, &path, body).await;
            let body = json!({"principal": who, "roles": ["Viewer"]});
            assert_eq!(
                ask(Method::POST, format!("{members}{wait}"), Some(body)).await.status,
                201
            );
            let body = json!({"roles": ["Editor"]});
            let changed = ask(Method::PUT, format!("{members}/{path}{wait}"), Some(body)).await;
            assert_eq!(changed.status, 200, "{who:?}");
            let held = platform.roster(&workspace).await.roles_of(&principal(who));
            assert_eq!(held, roles(&["Editor", "Viewer"]), "{who:?}: added, not replaced");
            let removed = ask(Method::DELETE, format!("{members}/{path}{wait}"), None).await;
            assert_eq!(removed.status, 404, "{who:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_finds_them_and_takes_no_name_that_ends_in_a_newline() {
    on_a_sandbox(async |platform| {
        let workspace = platform.workspace("found").await;
        let members = format!("{WORKSPACES}/{}/members", workspace.raw());
        let body = json!({"principal": "quo\"te", "roles": ["Viewer"]});
        platform
            .raw(platform.admin_email(), Method::POST, &members, Some(body))
            .await;
        let removed = platform
            .raw(
                platform.admin_email(),
                Method::DELETE,
                &format!("{members}/quo%22te"),
                None,
            )
            .await;
        assert_eq!(removed.status, 200);
        let body = json!({"name": format!("{}-newline\n", platform.mark())});
        let answer = platform
            .raw(platform.admin_email(), Method::POST, WORKSPACES, Some(body))
            .await;
        assert_eq!(answer.mistakes(), ["body.name: string_pattern_mismatch"]);
    })
    .await;
}

/// These would break a real platform for everybody, so that only a sandbox with the same weaknesses will do.
#[tokio::test]
async fn a_newline_name_is_taken_and_the_two_of_the_platform_itself_can_be_deleted() {
    on_a_faithful_sandbox(async |platform| {
        let admin = platform.admin_email();
        let body = json!({"name": format!("{}-newline\n", platform.mark())});
        let made = platform.raw(admin, Method::POST, WORKSPACES, Some(body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let [default, system] = ["default", "system"].map(|name| format!("{WORKSPACES}/{name}"));
        let anybody = platform.somebody("andy");
        let refused = platform.raw(&anybody, Method::DELETE, &system, None).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        let deleted = platform.raw(&anybody, Method::DELETE, &default, None).await;
        assert_eq!(deleted.status, 200, "{deleted:?}");
        let deleted = platform.raw(admin, Method::DELETE, &system, None).await;
        assert_eq!(deleted.status, 200, "{deleted:?}");
        // With `system` goes everybody's right to list, the platform admin's included.
        for who in [anybody.as_str(), admin] {
            let listing = platform.raw(who, Method::GET, WORKSPACES, None).await;
            assert_eq!(listing.said(), (403, "Forbidden"));
        }
    })
    .await;
}
