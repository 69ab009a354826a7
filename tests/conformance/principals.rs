//! Principals are any text; whatever it is, the request for one reaches that one and no other.

use crate::novelty::Novelty;
use crate::platform::{Platform, WORKSPACES, add, on_every_platform, principal, remove, roles, set};
use crate::wire::encoded;
use nmp_console::api::ErrorKind;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

#[rstest]
#[case::plain("bob@example.com")]
#[case::everyone("*")]
#[case::plus("bob+tag@example.com")]
#[case::upper_case("Bob@Example.COM")]
#[case::colon("service-account:ci-runner")]
#[case::query_marks("a?b=c&d#e;f")]
#[case::percent("100%")]
#[case::looks_encoded("a%2Fb")]
#[case::blank_inside("Data Science Team")]
#[case::angle_brackets("<team>|{x}[y]^`")]
#[case::chinese("李雷@example.com")]
#[case::emoji("🦀👩‍🔬")]
#[case::combining("e\u{301}@example.com")]
#[case::comma_and_quote("o'neil,p@example.com")]
#[case::three_dots("...")]
#[tokio::test]
async fn any_spelling_goes_through_add_change_and_remove(#[case] who: &str) {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("spelling").await);
        // Those who would be hit if a character got lost or took on a meaning.
        for bystander in ["bob", "a", "a%252Fb", "100", "bob tag@example.com", "e@example.com"] {
            platform.add(&workspace, bystander, &["Viewer"]).await;
        }
        let bystanders = platform.roster(&workspace).await;
        add(&client, &workspace, who, &["Viewer"]).await.unwrap();
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal(who)),
            roles(&["Viewer"])
        );
        set(&client, &workspace, who, &["Viewer"], &["Editor"]).await.unwrap();
        let held = platform.roster(&workspace).await.roles_of(&principal(who));
        if !is_found(platform, who) {
            assert_eq!(held, roles(&["Editor", "Viewer"]), "added, not replaced");
            let refusal = remove(&client, &workspace, who).await.unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::NotFound);
            return;
        }
        assert_eq!(held, roles(&["Editor"]));
        remove(&client, &workspace, who).await.unwrap();
        assert_eq!(platform.roster(&workspace).await, bystanders);
    })
    .await;
}

/// Whether this platform finds such a principal again to change or remove it.
fn is_found(platform: &Platform, who: &str) -> bool {
    who.is_ascii() || platform.does(Novelty::FindsPrincipalsOfAnyAlphabet)
}

#[tokio::test]
async fn spellings_that_differ_in_anything_are_different_people() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("alike").await;
        let alike = ["bob@x", "Bob@x", "bob@x.", "b\u{43e}b@x", "e\u{301}", "\u{e9}"];
        for who in alike {
            platform.add(&workspace, who, &["Viewer"]).await;
        }
        let gone = if is_found(platform, "e\u{301}") {
            "e\u{301}"
        } else {
            "Bob@x"
        };
        remove(&platform.admin(), &workspace, gone).await.unwrap();
        let roster = platform.roster(&workspace).await;
        let left: Vec<&str> = alike
            .into_iter()
            .filter(|who| roster.find(&principal(who)).is_some())
            .collect();
        let expected: Vec<&str> = alike.into_iter().filter(|who| *who != gone).collect();
        assert_eq!(left, expected);
    })
    .await;
}

#[tokio::test]
async fn blanks_around_a_principal_belong_to_it() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("blanks").await;
        for who in ["bob@x", " bob@x", "bob@x "] {
            platform.add(&workspace, who, &["Viewer"]).await;
        }
        remove(&platform.admin(), &workspace, "bob@x ").await.unwrap();
        let roster = platform.roster(&workspace).await;
        assert!(roster.find(&principal("bob@x")).is_some() && roster.find(&principal(" bob@x")).is_some());
        assert!(roster.find(&principal("bob@x ")).is_none());
    })
    .await;
}

#[rstest]
#[case("grp/sub")]
#[case("/team/b")]
#[case("a//b")]
#[tokio::test]
async fn a_principal_with_a_slash_can_be_added_but_never_reached(#[case] who: &str) {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("slash").await);
        let members = format!("{WORKSPACES}/{}/members", workspace.raw());
        let owner = platform.somebody("otto");
        platform.add(&workspace, &owner, &["Admin"]).await;
        let body = json!({"principal": who, "roles": ["Viewer"]});
        let post = format!("{members}?wait_role_propagation=false");
        let added = platform
            .raw(platform.admin_email(), Method::POST, &post, Some(body))
            .await;
        assert_eq!(added.status, 201);

        let path = format!("{members}/{}", encoded(who));
        let unreached = platform.raw(platform.admin_email(), Method::DELETE, &path, None).await;
        assert_eq!(unreached.said(), (404, "Not Found"));
        platform.until_admitted(&owner, &workspace).await;
        let unreached = platform.raw(&owner, Method::DELETE, &path, None).await;
        assert_eq!(unreached.said(), (403, "Forbidden"));
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal(who)),
            roles(&["Viewer"])
        );

        // The client neither adds such a one nor tries to remove it.
        let refusal = add(&client, &workspace, who, &["Viewer"]).await.unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::BadName(_)), "{refusal:?}");
        let refusal = remove(&client, &workspace, who).await.unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::Unaddressable(_)), "{refusal:?}");
    })
    .await;
}

#[rstest]
#[case(".")]
#[case("..")]
#[case("")]
#[case("tab\there")]
#[case("line\nbreak")]
#[case("quo\"te")]
#[case("back\\slash")]
#[tokio::test]
async fn a_principal_no_request_can_name_is_refused_before_it_is_sent(#[case] who: &str) {
    on_every_platform(async |platform| {
        let (client, workspace) = (platform.admin(), platform.workspace("unnameable").await);
        let refusal = add(&client, &workspace, who, &["Viewer"]).await.unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::BadName(_)), "{refusal:?}");
        let refusal = remove(&client, &workspace, who).await.unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::Unaddressable(_)), "{refusal:?}");
        let refusal = set(&client, &workspace, who, &["Viewer"], &["Editor"])
            .await
            .unwrap_err();
        assert!(matches!(refusal.kind(), ErrorKind::Unaddressable(_)), "{refusal:?}");
        assert_eq!(
            platform.roster(&workspace).await.len(),
            1,
            "and the workspace is still there"
        );
    })
    .await;
}
