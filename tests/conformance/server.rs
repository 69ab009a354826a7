//! What the platform says about itself and about who is asking.

use crate::novelty::Novelty;
use crate::platform::{add, create, now, on_every_platform, principal, roles, token};
use crate::wire::keys;
use nmp_console::api::{ErrorKind, Mode};
use nmp_console::domain::platform::{Allowed, Deletion};
use nmp_console::sandbox::{unsigned_token, unsigned_token_with};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const AUTHENTICATE: &str = "/apis/auth/authenticate";

#[tokio::test]
async fn it_tells_a_platform_admin_what_it_is_and_who_they_are() {
    on_every_platform(async |platform| {
        let info = platform.admin().server_info().await.unwrap();
        assert!(info.is_auth_enabled);
        assert!(info.version.is_some(), "{info:?}");
        assert_eq!(info.generation.deletion(), platform.deletion(), "{info:?}");
        assert_ne!(info.generation.deletion(), Deletion::CannotTell);
        assert_eq!(info.health.unwrap().as_str(), "healthy");
        assert_eq!(info.identity.email.as_deref(), Some(platform.admin_email()));
        assert!(info.identity.is_confirmed);
        assert_eq!((info.platform_admin, info.may_create), (Allowed::Yes, Allowed::Yes));
    })
    .await;
}

#[tokio::test]
async fn it_tells_everybody_else_that_they_may_create_but_not_do_everything() {
    on_every_platform(async |platform| {
        let email = platform.somebody("nora");
        let info = platform.client(&email).server_info().await.unwrap();
        assert_eq!(info.identity.email, Some(email.clone()));
        assert_eq!(info.identity.subject, Some(email));
        assert!(info.identity.is_confirmed && info.identity.groups.is_empty());
        assert_eq!((info.platform_admin, info.may_create), (Allowed::No, Allowed::Yes));
    })
    .await;
}

#[tokio::test]
async fn it_can_be_asked_without_posting_anything() {
    on_every_platform(async |platform| {
        let info = platform.read_only(platform.admin_email()).server_info().await.unwrap();
        assert_eq!((info.platform_admin, info.may_create), (Allowed::Yes, Allowed::Unknown));
        assert!(info.identity.is_confirmed);
    })
    .await;
}

#[tokio::test]
async fn it_knows_subject_e_mail_and_groups_apart() {
    on_every_platform(async |platform| {
        let (email, subject) = (platform.somebody("sue"), format!("subject-{}", platform.mark()));
        let group = format!("group-{}", platform.mark());
        let token = unsigned_token_with(&subject, Some(&email), &[&group], now(), Duration::from_mins(10));
        let client = platform.client_with(Some(&token), Mode::Full);
        let identity = client.server_info().await.unwrap().identity;
        assert_eq!(identity.subject.as_deref(), Some(subject.as_str()));
        assert_eq!(identity.email.as_deref(), Some(email.as_str()));
        assert_eq!(identity.groups, [group]);

        // The workspace names its maker by subject, the grant names the Admin by e-mail.
        let name = platform.name("three-names");
        create(&client, &name).await.unwrap();
        let workspace = platform.admin().workspace(&name).await.unwrap();
        assert_eq!(workspace.created_by.as_deref(), Some(subject.as_str()));
        let roster = platform.roster(&name).await;
        let member = roster.find(&principal(&email)).unwrap();
        assert_eq!((roster.len(), &member.roles), (1, &roles(&["Admin"])));
        assert_eq!(member.granted_by.as_deref(), Some(subject.as_str()));
    })
    .await;
}

#[tokio::test]
async fn somebody_without_an_e_mail_becomes_admin_under_the_subject() {
    on_every_platform(async |platform| {
        let subject = format!("subject-{}", platform.mark());
        let token = unsigned_token_with(&subject, None, &[], now(), Duration::from_mins(10));
        let client = platform.client_with(Some(&token), Mode::Full);
        let name = platform.name("by-subject");
        create(&client, &name).await.unwrap();
        assert_eq!(
            platform.roster(&name).await.roles_of(&principal(&subject)),
            roles(&["Admin"])
        );
    })
    .await;
}

#[tokio::test]
async fn what_it_says_to_anybody_has_the_known_shape() {
    on_every_platform(async |platform| {
        let get = async |path| platform.send(None, Method::GET, path, None).await;
        let cluster = get("/cluster-info").await;
        assert_eq!(
            (cluster.status, cluster.keys()),
            (200, vec!["platform_version", "revision"])
        );
        let status = get("/status").await;
        assert_eq!(
            (status.status, status.keys()),
            (200, vec!["status", "services", "controllers"])
        );
        assert_eq!(status.json["status"], "healthy");
        assert_eq!(keys(&status.json["services"]), ["ready", "not_ready"]);
        assert_eq!(keys(&status.json["controllers"]), ["healthy", "status"]);
        let discovery = get("/apis/auth/discovery").await;
        assert_eq!(discovery.status, 200);
        assert_eq!(discovery.json, json!({"auth_enabled": true, "oidc": null}));
        let posted = platform.send(None, Method::POST, "/cluster-info", None).await;
        assert_eq!(posted.said(), (405, "Method Not Allowed"));
    })
    .await;
}

#[tokio::test]
async fn who_am_i_has_the_known_shape() {
    on_every_platform(async |platform| {
        let email = platform.somebody("wim");
        let answer = platform.raw(&email, Method::GET, AUTHENTICATE, None).await;
        let mut expected = json!({
            "principal": email, "email": email, "groups": [], "scopes": [], "jti": null,
            "token_kind": "oidc_access_token",
        });
        if platform.does(Novelty::TellsOnWhoseBehalf) {
            expected["on_behalf_of"] = Value::Null;
            expected["on_behalf_of_email"] = Value::Null;
            expected["on_behalf_of_groups"] = json!([]);
        }
        assert_eq!((answer.status, answer.json), (200, expected));
        let ask =
            async |authorization: Option<&str>| platform.send(authorization, Method::GET, AUTHENTICATE, None).await;
        assert_eq!(ask(None).await.said(), (401, "Missing bearer token"));
        let hour = Duration::from_hours(1);
        let expired = unsigned_token(&email, now() - 2 * hour, hour);
        for invalid in ["nonsense", "a.b.c", &expired] {
            let answer = ask(Some(&format!("Bearer {invalid}"))).await;
            assert_eq!(answer.said(), (401, "Invalid bearer token"));
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_is_valid_now() {
    on_every_platform(async |platform| {
        let path = crate::platform::WORKSPACES;
        let ask = async |authorization: Option<&str>| platform.send(authorization, Method::GET, path, None).await;
        assert_eq!(ask(None).await.said(), (401, "Unauthorized"));
        assert_eq!(ask(Some("Basic YTpi")).await.said(), (401, "Unauthorized"));
        for broken in ["nonsense", "a.b.c", "e30.e30."] {
            let answer = ask(Some(&format!("Bearer {broken}"))).await;
            assert_eq!(answer.said(), (401, "Invalid or expired token"), "{broken}");
        }
        let hour = Duration::from_hours(1);
        let expired = unsigned_token("al@example.com", now() - 2 * hour, hour);
        let not_yet = unsigned_token("al@example.com", now() + hour, hour);
        for stale in [&expired, &not_yet] {
            let answer = ask(Some(&format!("Bearer {stale}"))).await;
            assert_eq!(answer.said(), (401, "Invalid or expired token"));
        }
        for token in [None, Some("nonsense"), Some(expired.as_str())] {
            let client = platform.client_with(token, Mode::Full);
            let refusal = client.server_info().await.unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::Unauthorized);
            let refusal = add(&client, &platform.name("any"), "a@x", &["Viewer"])
                .await
                .unwrap_err();
            assert_eq!(*refusal.kind(), ErrorKind::Unauthorized);
            assert!(!refusal.is_outcome_unknown());
        }
    })
    .await;
}

#[tokio::test]
async fn a_subject_longer_than_any_principal_does_not_get_in_any_more() {
    on_every_platform(async |platform| {
        let too_long = if platform.does(Novelty::RefusesLongNames) {
            401
        } else {
            200
        };
        for (length, status) in [(256, 200), (257, too_long)] {
            let subject = "x".repeat(length);
            let token = unsigned_token_with(&subject, None, &[], now(), Duration::from_mins(10));
            let authorization = format!("Bearer {token}");
            let answer = platform
                .send(Some(&authorization), Method::GET, crate::platform::WORKSPACES, None)
                .await;
            assert_eq!(answer.status, status, "{length} characters");
        }
    })
    .await;
}

#[tokio::test]
async fn the_scheme_of_a_token_may_be_written_in_any_case() {
    on_every_platform(async |platform| {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let authorization = format!("{scheme} {}", token(platform.admin_email()));
            let answer = platform
                .send(Some(&authorization), Method::GET, crate::platform::WORKSPACES, None)
                .await;
            assert_eq!(answer.status, 200, "{scheme}");
        }
    })
    .await;
}
