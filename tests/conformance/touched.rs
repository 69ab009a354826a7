//! Everybody's changes, as the rows tell of them: what another client grants, changes and takes away.

use crate::platform::{Platform, add, on_every_platform, principal, remove, roles, set, variable};
use crate::tally;
use nmp_console::api::ErrorKind;
use nmp_console::domain::binding::{Touch, TouchKind};
use nmp_console::domain::ids::WorkspaceName;
use std::process::{Command, Stdio};

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

/// Runs the platform's own CLI, as somebody, through the program that `NMP_CONFORMANCE_CLI` names.
async fn cli(platform: &Platform, program: &str, arguments: &[&str]) {
    let version = variable("NMP_CONFORMANCE_VERSION").unwrap_or_default();
    let mut command = Command::new(program);
    command
        .args([
            "cli",
            "--version",
            &version,
            "--url",
            platform.url(),
            platform.admin_email(),
        ])
        .args(["workspaces", "members"])
        .args(arguments)
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

#[tokio::test]
async fn what_the_platforms_own_cli_does_stands_on_top() {
    on_every_platform(async |platform| {
        let program = match variable("NMP_CONFORMANCE_CLI") {
            Some(program) => program,
            None if platform.is_sandbox() => return,
            None => return tally::left_out("NMP_CONFORMANCE_CLI does not name what runs the platform's CLI"),
        };
        let (client, workspace) = (platform.admin(), platform.workspace("by-cli").await);
        let at = ["--workspace", workspace.raw()];
        let top = async || {
            let touches = client.last_touched(50).await.unwrap();
            let mut told = told(&touches.rows, &workspace);
            // Which of two rows it writes first is its own business.
            told.truncate(2);
            told.sort();
            told
        };
        let row =
            |role: &str, kind, by: Option<&str>| ("bob@x".to_owned(), role.to_owned(), kind, by.map(str::to_owned));
        let admin = platform.admin_email();

        cli(
            platform,
            &program,
            &["create", "--principal", "bob@x", "--roles", "Viewer", at[0], at[1]],
        )
        .await;
        assert!(top().await.contains(&row("Viewer", TouchKind::Granted, Some(admin))));
        cli(
            platform,
            &program,
            &["update", "bob@x", "--roles", "Editor", at[0], at[1]],
        )
        .await;
        let changed = [
            row("Editor", TouchKind::Granted, Some(admin)),
            row("Viewer", TouchKind::Revoked, None),
        ];
        assert_eq!(top().await, changed);
        cli(platform, &program, &["delete", "bob@x", at[0], at[1]]).await;
        let touches = client.last_touched(50).await.unwrap();
        assert_eq!(
            told(&touches.rows, &workspace)[0],
            row("Editor", TouchKind::Revoked, None)
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
