//! Workspaces: made, read, described, deleted, and seen by those who may.

use crate::novelty::Novelty;
use crate::platform::{
    Platform, WORKSPACES, add, create, create_project, delete, delete_project, describe, eventually, listed,
    n_projects, now, on_every_platform, principal, roles,
};
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp};
use nmp_console::api::{Client, ErrorKind, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::Deletion;
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::Access;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

async fn description(client: &Client, name: &WorkspaceName) -> Option<String> {
    client.workspace(name).await.unwrap().description
}

async fn put(platform: &Platform, name: &WorkspaceName, body: Value) -> u16 {
    let path = format!("{WORKSPACES}/{}", name.raw());
    let answer = platform
        .raw(platform.admin_email(), Method::PUT, &path, Some(body))
        .await;
    answer.status
}

/// Clocks of two machines may differ; a zone that was misread differs by more.
fn is_about_now(at: Timestamp) -> bool {
    now().duration_since(at).abs() < SignedDuration::from_mins(5)
}

#[tokio::test]
async fn a_new_workspace_is_there_at_once_with_its_maker_as_admin() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.name("new"));
        let change = Change::CreateWorkspace {
            name: name.clone(),
            description: Some("what it is for".to_owned()),
        };
        let accepted = client.apply(&change, Propagation::Skip).await.unwrap();
        assert_eq!(accepted.status, 201);

        let workspace = client.workspace(&name).await.unwrap();
        assert_eq!(workspace.name, name);
        assert!(workspace.id.starts_with("workspace-"), "{}", workspace.id);
        assert_eq!(workspace.description.as_deref(), Some("what it is for"));
        assert_eq!(workspace.created_by.as_deref(), Some(platform.admin_email()));
        assert_eq!(workspace.updated_by.as_deref(), Some(platform.admin_email()));
        assert!(listed(&client).await.contains(&workspace));

        let roster = platform.roster(&name).await;
        assert_eq!(roster.len(), 1);
        assert_eq!(roster.roles_of(&principal(platform.admin_email())), roles(&["Admin"]));
    })
    .await;
}

#[tokio::test]
async fn its_moments_are_recent_in_both_spellings() {
    on_every_platform(async |platform| {
        let name = platform.workspace("moments").await;
        let workspace = platform.admin().workspace(&name).await.unwrap();
        assert!(is_about_now(workspace.created_at.unwrap()), "{workspace:?}");
        assert!(is_about_now(workspace.updated_at.unwrap()), "{workspace:?}");
        let roster = platform.roster(&name).await;
        assert!(is_about_now(roster.members()[0].granted_at.unwrap()), "{roster:?}");

        // The same two on the wire: one without a zone, one with.
        let path = format!("{WORKSPACES}/{}", name.raw());
        let created_at = platform.get(&path).await.json["created_at"].clone();
        assert!(
            created_at.as_str().unwrap().parse::<Timestamp>().is_err(),
            "{created_at}"
        );
        let members = platform.get(&format!("{path}/members")).await;
        let granted_at = members.rows()[0]["granted_at"].as_str().unwrap();
        assert!(
            granted_at.ends_with('Z') && granted_at.parse::<Timestamp>().is_ok(),
            "{granted_at}"
        );
    })
    .await;
}

#[tokio::test]
async fn its_fields_come_in_the_known_shape() {
    on_every_platform(async |platform| {
        let path = format!("{WORKSPACES}/{}", platform.workspace("shape").await.raw());
        let fields = [
            "id",
            "name",
            "description",
            "created_at",
            "created_by",
            "updated_at",
            "updated_by",
        ];
        assert_eq!(platform.get(&path).await.keys(), fields);
        let again = json!({"name": platform.name("shape-2").raw()});
        let made = platform
            .raw(
                platform.admin_email(),
                Method::POST,
                &format!("{WORKSPACES}?wait_role_propagation=false"),
                Some(again),
            )
            .await;
        assert_eq!((made.status, made.keys()), (201, fields.to_vec()));
        assert_eq!(made.json["description"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_description_is_cleared_by_the_empty_one_and_kept_by_none() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("described").await);
        assert_eq!(description(&client, &name).await, None);
        assert_eq!(describe(&client, &name, "first").await.unwrap().status, 200);
        let first = client.workspace(&name).await.unwrap();
        assert_eq!(first.description.as_deref(), Some("first"));

        for keeps in [json!({"description": null}), json!({}), json!({"name": "other"})] {
            assert_eq!(put(platform, &name, keeps.clone()).await, 200);
            assert_eq!(client.workspace(&name).await.unwrap(), first, "{keeps}");
        }
        assert_eq!(put(platform, &name, json!({"description": 5})).await, 422);

        describe(&client, &name, "").await.unwrap();
        let cleared = client.workspace(&name).await.unwrap();
        assert_eq!(cleared.description.as_deref(), Some(""));
        assert!(cleared.updated_at > first.updated_at);
        assert_eq!(cleared.created_at, first.created_at);
    })
    .await;
}

#[tokio::test]
async fn a_hostile_description_comes_back_as_it_was_sent() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("hostile").await);
        let hostile = format!(
            "\u{1b}[31mred\u{1b}]0;x\u{7}\t\n\u{202e}bidi\u{200b} 李雷 🦀 \"\\ {}",
            "x".repeat(100_000)
        );
        describe(&client, &name, &hostile).await.unwrap();
        assert_eq!(description(&client, &name).await, Some(hostile));
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("taken").await);
        let other = platform.client(&platform.somebody("olga"));
        for client in [client, other] {
            let refusal = create(&client, &name).await.unwrap_err();
            assert_eq!(
                (refusal.status(), refusal.kind()),
                (Some(409), &ErrorKind::AlreadyExists)
            );
            let said = format!("Workspace '{}' already exists", name.raw());
            assert_eq!(refusal.said().unwrap().as_str(), said);
            assert!(!refusal.is_outcome_unknown());
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_who_make_it_at_once_one_is_told_that_the_name_is_taken() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.name("twice"));
        let (one, two) = join(create(&client, &name), create(&client, &name)).await;
        let refusals: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        assert_eq!(*refusals[0].kind(), ErrorKind::AlreadyExists);
        assert_eq!(platform.roster(&name).await.len(), 1);
    })
    .await;
}

#[rstest]
#[case::empty("")]
#[case::one_character("a")]
#[case::upper_case("Team")]
#[case::digit_first("1team")]
#[case::hyphen_first("-team")]
#[case::hyphen_last("team-")]
#[case::two_hyphens("te--am")]
#[case::blank_inside("te am")]
#[case::blank_first(" team")]
#[case::slash("te/am")]
#[case::not_latin("tëam")]
#[case::too_long("a234567890123456789012345678901234567890123456789012345678901234")]
#[case::newline_inside("te\nam")]
#[tokio::test]
async fn a_name_that_breaks_the_rules_is_refused_with_its_field(#[case] wrong: &str) {
    on_every_platform(async |platform| {
        let (email, path) = (platform.somebody("nick"), WORKSPACES);
        let answer = platform
            .raw(&email, Method::POST, path, Some(json!({"name": wrong})))
            .await;
        assert_eq!(answer.mistakes(), ["body.name: string_pattern_mismatch"]);
        // The client does not even ask.
        let refusal = create(&platform.client(&email), &WorkspaceName::from_platform(wrong))
            .await
            .unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::BadName(_)), "{refusal:?}");
    })
    .await;
}

#[tokio::test]
async fn a_name_may_be_63_characters_long_and_hold_what_only_the_platform_allows() {
    on_every_platform(async |platform| {
        let mark = platform.mark();
        let longest = format!("{mark}-{}", "x".repeat(62 - mark.len()));
        assert_eq!(longest.len(), 63);
        for name in [longest, format!("{mark}.a_b+c@d")] {
            let name = WorkspaceName::from_platform(name);
            let body = json!({"name": name.raw()});
            let path = format!("{WORKSPACES}?wait_role_propagation=false");
            let made = platform
                .raw(platform.admin_email(), Method::POST, &path, Some(body))
                .await;
            assert_eq!(made.status, 201, "{made:?}");
            // The client does not make such names, but can address them.
            assert_eq!(platform.admin().workspace(&name).await.unwrap().name, name);
            describe(&platform.admin(), &name, "reached").await.unwrap();
            assert_eq!(description(&platform.admin(), &name).await.as_deref(), Some("reached"));
            delete(&platform.admin(), &name).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_workspace_is_gone() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("gone").await);
        assert_eq!(delete(&client, &name).await.unwrap().status, 200);
        let gone = client.workspace(&name).await.unwrap_err();
        assert_eq!((gone.status(), gone.kind()), (Some(404), &ErrorKind::NotFound));
        let said = format!("Workspace '{}' not found", name.raw());
        assert_eq!(gone.said().unwrap().as_str(), said);
        assert!(listed(&client).await.iter().all(|workspace| workspace.name != name));
        // Before the cleaner has come to it there is nothing to be deleted; while it works, a platform admin has it begin anew.
        match delete(&client, &name).await {
            Err(again) => assert_eq!(*again.kind(), ErrorKind::NotFound),
            Ok(accepted) => assert_eq!(accepted.status, 200),
        }
        assert_eq!(client.workspace(&name).await.unwrap_err().status(), Some(404));
    })
    .await;
}

#[tokio::test]
async fn its_name_can_be_given_again_and_nothing_of_the_old_one_comes_back() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("again").await);
        platform.add(&name, &platform.somebody("old"), &["Editor"]).await;
        delete(&client, &name).await.unwrap();
        // Until a real platform has cleaned up, the name stays taken.
        eventually("the name to be free", async || match create(&client, &name).await {
            Ok(accepted) => Some(accepted),
            Err(refusal) => {
                let (kind, said) = if platform.does(Novelty::NamesTheDying) {
                    (ErrorKind::BeingDeleted, "is still being deleted")
                } else {
                    (ErrorKind::AlreadyExists, "already exists")
                };
                assert_eq!(*refusal.kind(), kind, "{refusal:?}");
                let said = format!("Workspace '{}' {said}", name.raw());
                assert_eq!(refusal.said().unwrap().as_str(), said);
                None
            }
        })
        .await;
        assert_eq!(platform.roster(&name).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_that_is_not_empty_is_refused_by_the_seed_and_deleted_by_every_release() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("full").await);
        for project in ["one", "two", "three"] {
            create_project(&client, &name, project).await.unwrap();
        }
        let answer = delete(&client, &name).await;
        match platform.deletion() {
            Deletion::Refuses => {
                let refusal = answer.unwrap_err();
                let contents = vec![(SafeText::new("project"), 3)];
                assert_eq!(
                    (refusal.status(), refusal.kind()),
                    (Some(409), &ErrorKind::NotEmpty(contents))
                );
                let said = format!(
                    "Cannot delete workspace '{}': workspace contains entities that must be deleted first: project (3)",
                    name.raw()
                );
                assert_eq!(refusal.said().unwrap().as_str(), said);
                assert!(!refusal.is_outcome_unknown());
                assert_eq!(n_projects(&client, &name).await.unwrap(), 3);
                for project in ["one", "two", "three"] {
                    delete_project(&client, &name, project).await.unwrap();
                }
                delete(&client, &name).await.unwrap();
            }
            Deletion::Cascades => assert_eq!(answer.unwrap().status, 200),
            Deletion::CannotTell => panic!("the platform does not say what it does"),
        }
        assert_eq!(*client.workspace(&name).await.unwrap_err().kind(), ErrorKind::NotFound);
        // A real platform destroys what was in it a little later.
        eventually("its projects to be gone", async || {
            let n_left = n_projects(&client, &name).await.unwrap();
            (n_left == 0).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn members_alone_do_not_keep_it() {
    on_every_platform(async |platform| {
        let (client, name) = (platform.admin(), platform.workspace("peopled").await);
        platform.add(&name, &platform.somebody("ed"), &["Editor"]).await;
        platform.add(&name, "*", &["Viewer"]).await;
        assert_eq!(delete(&client, &name).await.unwrap().status, 200);
    })
    .await;
}

#[tokio::test]
async fn it_is_seen_by_its_members_and_by_nobody_else() {
    on_every_platform(async |platform| {
        let name = platform.workspace("seen").await;
        let (member, stranger) = (platform.somebody("mia"), platform.somebody("sam"));
        platform.add(&name, &member, &["Viewer"]).await;
        platform.until_admitted(&member, &name).await;
        let sees = async |email: &str| listed(&platform.client(email)).await.iter().any(|row| row.name == name);
        assert!(sees(&member).await);
        assert!(!sees(&stranger).await);

        // To a stranger, what is hidden and what does not exist look the same.
        let stranger = platform.client(&stranger);
        for hidden in [&name, &platform.name("never-made")] {
            let refusal = stranger.workspace(hidden).await.unwrap_err();
            assert_eq!((refusal.status(), refusal.kind()), (Some(403), &ErrorKind::Forbidden));
            assert_eq!(refusal.said().unwrap().as_str(), "Forbidden");
        }
        let unknown = platform
            .admin()
            .workspace(&platform.name("never-made"))
            .await
            .unwrap_err();
        assert_eq!(*unknown.kind(), ErrorKind::NotFound);

        // Who is removed is shut out, and no longer sees it where what was revoked is hidden.
        crate::platform::remove(&platform.admin(), &name, &member)
            .await
            .unwrap();
        eventually("the removed member to be shut out", async || {
            let refused = platform.client(&member).workspace(&name).await.err()?;
            (*refused.kind() == ErrorKind::Forbidden).then_some(())
        })
        .await;
        assert_eq!(sees(&member).await, !platform.does(Novelty::HidesWhatWasRevoked));
    })
    .await;
}

#[tokio::test]
async fn a_grant_to_everyone_opens_it_to_everyone() {
    on_every_platform(async |platform| {
        let name = platform.workspace("open").await;
        platform.add(&name, "*", &["Viewer"]).await;
        assert_eq!(platform.roster(&name).await.access(), Access::All(Role::Viewer));
        let stranger = platform.somebody("stan");
        platform.until_admitted(&stranger, &name).await;
        let client = platform.client(&stranger);
        assert!(listed(&client).await.iter().any(|row| row.name == name));
        assert_eq!(n_projects(&client, &name).await.unwrap(), 0);
        assert_eq!(*client.members(&name).await.unwrap_err().kind(), ErrorKind::Forbidden);
        assert_eq!(
            *describe(&client, &name, "x").await.unwrap_err().kind(),
            ErrorKind::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn a_grant_of_an_unknown_role_lists_it_but_does_not_open_it() {
    on_every_platform(async |platform| {
        let name = platform.workspace("odd").await;
        let email = platform.somebody("jo");
        platform.add(&name, &email, &["JobRunner"]).await;
        let client = platform.client(&email);
        eventually("to be listed", async || {
            let rows = listed(&client).await;
            rows.iter().any(|row| row.name == name).then_some(())
        })
        .await;
        assert_eq!(*client.workspace(&name).await.unwrap_err().kind(), ErrorKind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_group_with_a_slash_lets_its_members_in() {
    on_every_platform(async |platform| {
        use nmp_console::sandbox::unsigned_token_with;
        let name = platform.workspace("grouped").await;
        let group = format!("/team/{}", platform.mark());
        let path = format!("{WORKSPACES}/{}/members?wait_role_propagation=false", name.raw());
        let body = json!({"principal": group, "roles": ["Viewer"]});
        let added = platform
            .raw(platform.admin_email(), Method::POST, &path, Some(body))
            .await;
        assert_eq!(added.status, 201);
        let hour = std::time::Duration::from_hours(1);
        let token = unsigned_token_with("gus", Some(&platform.somebody("gus")), &[&group], now(), hour);
        let client = platform.client_with(Some(&token), nmp_console::api::Mode::Full);
        eventually("to be let in", async || client.workspace(&name).await.ok()).await;
    })
    .await;
}

#[tokio::test]
async fn the_two_of_the_platform_itself_are_there_with_their_grants() {
    on_every_platform(async |platform| {
        let client = platform.admin();
        let [default, system] = WorkspaceName::BUILT_IN.map(WorkspaceName::from_platform);
        let names: Vec<WorkspaceName> = listed(&client).await.into_iter().map(|row| row.name).collect();
        assert!(names.contains(&default) && names.contains(&system));
        assert_eq!(client.workspace(&default).await.unwrap().created_by, None);

        let everyone = principal("*");
        let roster = client.members(&default).await.unwrap();
        assert_eq!(roster.roles_of(&everyone), roles(&["Editor"]));
        let roster = client.members(&system).await.unwrap();
        assert_eq!(roster.roles_of(&everyone), roles(&["Viewer", "WorkspaceCreator"]));
        let everyone = roster.find(&everyone).unwrap();
        assert_eq!(everyone.granted_by.as_deref(), Some("system"));
        assert!(roster.find(&principal(platform.admin_email())).is_some());

        // Everybody works in `default` and reads `system`.
        let anybody = platform.client(&platform.somebody("ann"));
        let names: Vec<WorkspaceName> = listed(&anybody).await.into_iter().map(|row| row.name).collect();
        assert!(names.contains(&default) && names.contains(&system));
        assert_eq!(
            *anybody.members(&system).await.unwrap_err().kind(),
            ErrorKind::Forbidden
        );

        // The client does not delete them, whoever asks.
        for name in [&default, &system] {
            let refusal = delete(&client, name).await.unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::Protected);
        }
        assert!(client.workspace(&default).await.is_ok());
        let creation = add(&anybody, &system, "a@x", &["Viewer"]).await.unwrap_err();
        assert_eq!(*creation.kind(), ErrorKind::Forbidden);
    })
    .await;
}
