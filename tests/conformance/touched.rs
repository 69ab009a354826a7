//! Everybody's changes, as the rows tell of them: what another client grants, changes and takes away.

use crate::platform::{add, on_every_platform, principal, remove, roles, set};
use nmp_console::api::ErrorKind;
use nmp_console::domain::binding::{Touch, TouchKind};
use nmp_console::domain::ids::WorkspaceName;

/// What the rows of one workspace tell, the latest first.
fn told(touches: &[Touch], workspace: &WorkspaceName) -> Vec<(String, String, TouchKind, Option<String>)> {
    let ours = touches.iter().filter(|touch| touch.binding.workspace == *workspace);
    let told = ours.map(|touch| {
        let by = touch.by().map(str::to_owned);
        let binding = &touch.binding;
        (
            binding.principal.raw().to_owned(),
            binding.role.raw().to_owned(),
            touch.kind(),
            by,
        )
    });
    told.collect()
}

#[tokio::test]
async fn a_grant_a_change_and_a_removal_by_another_client_stand_on_top() {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("touched").await);
        let admin = platform.admin_email();
        let by = || Some(admin.to_owned());
        let row = |who: &str, role: &str, kind, by: Option<String>| (who.to_owned(), role.to_owned(), kind, by);
        add(&client, &workspace, "bob@x", &["Viewer"]).await.unwrap();
        let look = async || {
            let touches = client.last_touched(50).await.unwrap();
            assert!(
                touches.n_all.is_some_and(|n| n >= touches.rows.len()),
                "{:?}",
                touches.n_all
            );
            assert!(
                touches.rows.is_sorted_by(|a, b| a.touched_at >= b.touched_at),
                "the latest first"
            );
            told(&touches.rows, &workspace)
        };
        let made = row(admin, "Admin", TouchKind::Granted, by());
        assert_eq!(
            look().await,
            [row("bob@x", "Viewer", TouchKind::Granted, by()), made.clone()]
        );

        set(&client, &workspace, "bob@x", &["Viewer"], &["Editor"])
            .await
            .unwrap();
        let mut seen = look().await;
        // Which of its two rows the platform writes first is its own business.
        seen[..2].sort();
        let changed = [
            row("bob@x", "Editor", TouchKind::Granted, by()),
            row("bob@x", "Viewer", TouchKind::Revoked, None),
            made.clone(),
        ];
        assert_eq!(seen, changed);

        remove(&client, &workspace, "bob@x").await.unwrap();
        assert_eq!(look().await[0], row("bob@x", "Editor", TouchKind::Revoked, None));

        add(&client, &workspace, "bob@x", &["Editor"]).await.unwrap();
        assert_eq!(look().await[0], row("bob@x", "Editor", TouchKind::Regranted, by()));
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal("bob@x")),
            roles(&["Editor"])
        );
    })
    .await;
}

#[tokio::test]
async fn everybody_but_platform_admins_is_refused() {
    on_every_platform(async |platform| {
        let refused = platform.client(&platform.somebody("curious")).last_touched(50).await;
        assert_eq!(*refused.unwrap_err().kind(), ErrorKind::Forbidden);
    })
    .await;
}
