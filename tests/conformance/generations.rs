//! Which generation a platform is of: that the client finds it out, and what follows from it.

use crate::gateway::Gateway;
use crate::novelty::Novelty;
use crate::platform::{
    WORKSPACES, add, client_at, create, delete, eventually, on_a_platform_of_our_own, on_every_platform, principal,
    remove, token,
};
use crate::wire::encoded;
use nmp_console::api::Mode;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::{Allowed, Deletion, Generation};
use nmp_console::domain::role::Role;
use reqwest::Method;
use serde_json::json;

/// The versions these scenarios have been tried on, with the generation of each.
const TRIED: [(&str, Generation); 5] = [
    ("seed", Generation::Seed),
    ("0.4.0", Generation::Platform06),
    ("0.6.0", Generation::Platform06),
    ("0.7.3", Generation::Helix),
    ("0.8.1", Generation::Helix),
];

#[tokio::test]
async fn its_generation_follows_from_the_version_it_names() {
    on_every_platform(async |platform| {
        let cluster = platform.send(None, Method::GET, "/cluster-info", None).await;
        let version = cluster.json["platform_version"].as_str().unwrap();
        let (_, expected) = TRIED
            .into_iter()
            .find(|(tried, _)| *tried == version)
            .unwrap_or_else(|| panic!("{version} was never tried: which generation is it of?"));
        for email in [platform.admin_email().to_owned(), platform.somebody("vera")] {
            let info = platform.client(&email).server_info().await.unwrap();
            assert_eq!(info.generation, expected);
            assert_eq!(info.version.unwrap().as_str(), version);
        }
    })
    .await;
}

#[tokio::test]
async fn its_generation_is_found_out_behind_a_gateway_that_hides_the_version() {
    on_every_platform(async |platform| {
        // What refuses to delete and yet knows who is asking was never released.
        if platform.deletion() == Deletion::Refuses {
            return;
        }
        let gateway = Gateway::before(platform.url(), "/cluster-info").await;
        for email in [platform.admin_email().to_owned(), platform.somebody("gail")] {
            let straight = platform.client(&email).server_info().await.unwrap();
            let around = client_at(gateway.url(), Some(&token(&email)), Mode::Full);
            let around = around.server_info().await.unwrap();
            assert_eq!((around.version, around.generation), (None, straight.generation));
        }
    })
    .await;
}

#[tokio::test]
async fn its_platform_admins_hold_the_top_role_of_its_generation() {
    on_every_platform(async |platform| {
        let (client, system) = (platform.admin(), WorkspaceName::from_platform("system"));
        let generation = client.server_info().await.unwrap().generation;
        let held = platform.roster(&system).await;
        let held = held.roles_of(&principal(platform.admin_email()));
        let expected = top_role(platform.does(Novelty::HasHelixAdmins));
        let tops: Vec<&Role> = held.others().filter(|role| role.is_top(generation)).collect();
        assert_eq!(tops, [&Role::from_platform(expected)], "{held:?}");
    })
    .await;
}

fn top_role(has_helix_admins: bool) -> &'static str {
    if has_helix_admins {
        "HelixAdmin"
    } else {
        "PlatformAdmin"
    }
}

#[tokio::test]
async fn the_top_role_of_another_generation_gives_nothing() {
    on_a_platform_of_our_own(async |platform| {
        let (client, system) = (platform.admin(), WorkspaceName::from_platform("system"));
        let has_helix_admins = platform.does(Novelty::HasHelixAdmins);
        let (top, other) = (top_role(has_helix_admins), top_role(!has_helix_admins));
        let (real, supposed) = (platform.somebody("rita"), platform.somebody("sid"));
        for (who, role) in [(&supposed, other), (&real, top)] {
            add(&client, &system, who, &[role]).await.unwrap();
        }
        let is_admin = async |email: &str| platform.client(email).server_info().await.unwrap().platform_admin;
        eventually("to be a platform admin", async || {
            (is_admin(&real).await == Allowed::Yes).then_some(())
        })
        .await;
        // Granted before the one that has taken effect. A sandbox takes either name for the top role.
        let expected = if platform.is_sandbox() {
            Allowed::Yes
        } else {
            Allowed::No
        };
        assert_eq!(is_admin(&supposed).await, expected);
        for who in [&supposed, &real] {
            remove(&client, &system, who).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn names_for_the_sample_flow_are_given_until_they_are_reserved() {
    on_every_platform(async |platform| {
        let client = platform.client(&platform.somebody("sally"));
        let name = WorkspaceName::from_platform(format!("sample-{}", platform.mark()));
        let answer = create(&client, &name).await;
        if platform.does(Novelty::ReservesSampleNames) {
            let refusal = answer.unwrap_err();
            assert_eq!(refusal.status(), Some(403));
            let said = "Workspace names beginning with 'sample-' are reserved for the sample flow";
            assert_eq!(refusal.said().unwrap().as_str(), said);
        } else {
            assert_eq!(answer.unwrap().status, 201);
            delete(&platform.admin(), &name).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn deletions_have_a_place_of_their_own_or_none() {
    on_every_platform(async |platform| {
        let (admin, stranger) = (platform.admin_email(), platform.somebody("stan"));
        let name = platform.workspace("placed").await;
        let path = format!("/apis/entities/v2/workspace-deletions/{}", encoded(name.raw()));
        let ask = async |who: &str| platform.raw(who, Method::GET, &path, None).await;
        let not_found = format!("Workspace '{}' not found", name.raw());
        // One that lives is no deletion.
        if platform.deletion() == Deletion::Refuses || !platform.does(Novelty::TellsOfDeletions) {
            assert_eq!(ask(admin).await.said(), (404, "Not Found"));
            assert_eq!(ask(&stranger).await.said(), (403, "Forbidden"));
        } else {
            for who in [admin, &stranger] {
                assert_eq!(ask(who).await.said(), (404, not_found.as_str()));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn its_description_of_itself_is_for_anybody_or_for_platform_admins() {
    on_every_platform(async |platform| {
        let path = "/openapi.json";
        let by_nobody = platform.send(None, Method::GET, path, None).await;
        let by_admin = platform.get(path).await;
        if platform.is_sandbox() {
            // It keeps none.
            assert_eq!((by_nobody.status, by_admin.said()), (401, (404, "Not Found")));
            return;
        }
        let places = &by_admin.json["paths"];
        assert!(places[WORKSPACES].is_object(), "{:?}", by_admin.status);
        let deletion = &places["/apis/entities/v2/workspace-deletions/{name}"];
        assert_eq!(deletion.is_object(), platform.does(Novelty::TellsOfDeletions));
        let expected = if platform.does(Novelty::DescribesItselfToAnybody) {
            200
        } else {
            401
        };
        assert_eq!(by_nobody.status, expected);
    })
    .await;
}

#[tokio::test]
async fn access_keys_are_off_unless_somebody_turns_them_on() {
    on_every_platform(async |platform| {
        let keys = platform.get("/apis/auth/v2/access-keys").await;
        if platform.is_sandbox() {
            assert_eq!(keys.said(), (404, "Not Found"));
            return;
        }
        let expected = json!({"detail": "Scoped Access Keys are not enabled", "code": "access_keys_disabled"});
        assert_eq!((keys.status, keys.json), (404, expected));
    })
    .await;
}
