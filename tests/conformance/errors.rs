//! What the platform says when it says no, and in which order it looks at a request.

use crate::platform::{Platform, WORKSPACES, on_every_platform, token};
use crate::wire::Raw;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

async fn post(platform: &Platform, path: &str, kind: &str, body: &str) -> Raw {
    let authorization = format!("Bearer {}", token(platform.admin_email()));
    platform
        .send(Some(&authorization), Method::POST, path, Some((kind, body.to_owned())))
        .await
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_a_404_to_platform_admins_and_a_403_to_others() {
    on_every_platform(async |platform| {
        for path in ["/apis/nothing/v2/here", "/nothing", "/apis/entities/v2/nothing"] {
            assert_eq!(platform.get(path).await.said(), (404, "Not Found"), "{path}");
            let stranger = platform.raw(&platform.somebody("sol"), Method::GET, path, None).await;
            assert_eq!(stranger.said(), (403, "Forbidden"), "{path}");
            let nobody = platform.send(None, Method::GET, path, None).await;
            assert_eq!(nobody.said(), (401, "Unauthorized"), "{path}");
        }
    })
    .await;
}

#[rstest]
#[case(Method::PATCH, "", "POST")]
#[case(Method::DELETE, "", "POST")]
#[case(Method::GET, "/{}/members/a%40x", "PUT")]
#[case(Method::POST, "/{}/members/a%40x", "PUT")]
#[case(Method::DELETE, "/{}/members", "GET")]
#[case(Method::PATCH, "/{}", "GET")]
#[case(Method::POST, "/{}", "GET")]
#[case(Method::PUT, "/{}/projects", "POST")]
#[case(Method::PATCH, "/{}/projects/one", "GET")]
#[tokio::test]
async fn a_method_a_place_does_not_know_is_a_405_that_names_one(
    #[case] method: Method,
    #[case] path: &str,
    #[case] allowed: &str,
) {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("methods").await;
        let path = format!("{WORKSPACES}{}", path.replace("{}", workspace.raw()));
        let answer = platform.raw(platform.admin_email(), method.clone(), &path, None).await;
        assert_eq!(answer.said(), (405, "Method Not Allowed"), "{method} {path}");
        assert_eq!(answer.headers["allow"], allowed, "{method} {path}");
    })
    .await;
}

#[tokio::test]
async fn a_422_lists_each_mistake_with_its_place_and_echoes_the_input() {
    on_every_platform(async |platform| {
        let answer = post(platform, WORKSPACES, "application/json", "{}").await;
        let expected = json!({"detail": [
            {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {}},
        ]});
        assert_eq!((answer.status, answer.json), (422, expected));

        let answer = post(platform, WORKSPACES, "application/json", r#"{"name":"A","description":3}"#).await;
        let pattern = r"^[a-z](?!.*--)[a-z0-9\-@.+_]{1,62}(?<!-)$";
        let expected = json!({"detail": [
            {"type": "string_pattern_mismatch", "loc": ["body", "name"],
             "msg": format!("String should match pattern '{pattern}'"), "input": "A", "ctx": {"pattern": pattern}},
            {"type": "string_type", "loc": ["body", "description"], "msg": "Input should be a valid string", "input": 3},
        ]});
        assert_eq!((answer.status, answer.json), (422, expected));
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_json_or_no_object_is_a_422_about_the_body() {
    on_every_platform(async |platform| {
        let json = "application/json";
        // What it misses is said in the words of the reader, and nobody reads those.
        let broken = post(platform, WORKSPACES, json, "{").await;
        assert_eq!(broken.status, 422);
        assert_eq!(broken.json["detail"][0]["type"], "json_invalid");
        assert_eq!(broken.json["detail"][0]["loc"], json!(["body", 1]));
        assert_eq!(broken.json["detail"][0]["msg"], "JSON decode error");
        for (kind, body, mistake) in [
            (json, "[]", "body: model_attributes_type"),
            (json, "\"text\"", "body: model_attributes_type"),
            (json, "", "body: missing"),
            (json, "null", "body: missing"),
            ("text/plain", "{\"name\":\"team\"}", "body: model_attributes_type"),
        ] {
            let answer = post(platform, WORKSPACES, kind, body).await;
            assert_eq!(answer.mistakes(), [mistake], "{kind} {body}");
        }
        let surrogate = post(platform, WORKSPACES, json, r#"{"name":"\ud800"}"#).await;
        // The platform fails on it, the sandbox says that it is no JSON; neither takes it.
        assert!([422, 500].contains(&surrogate.status), "{}", surrogate.status);
    })
    .await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_400() {
    on_every_platform(async |platform| {
        // The helper sends text only; what is no text is written by hand.
        let authorization = format!("Bearer {}", token(platform.admin_email()));
        let answer = platform
            .send_bytes(&authorization, WORKSPACES, b"{\"name\":\"\xff\xfe\"}")
            .await;
        assert_eq!(answer.said(), (400, "There was an error parsing the body"));
    })
    .await;
}

#[tokio::test]
async fn what_a_body_holds_besides_is_ignored() {
    on_every_platform(async |platform| {
        let name = platform.name("besides");
        let body = json!({"name": name.raw(), "colour": "red", "created_by": "somebody@else"});
        let path = format!("{WORKSPACES}?wait_role_propagation=false");
        let made = platform
            .raw(platform.admin_email(), Method::POST, &path, Some(body))
            .await;
        assert_eq!(
            (made.status, &made.json["created_by"]),
            (201, &json!(platform.admin_email()))
        );
        assert_eq!(made.json.get("colour"), None);
    })
    .await;
}

#[tokio::test]
async fn rights_are_looked_at_before_the_body_and_the_body_before_what_is_there() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("checks").await;
        let viewer = platform.somebody("vera");
        platform.add(&workspace, &viewer, &["Viewer"]).await;
        platform.until_admitted(&viewer, &workspace).await;
        let (here, nowhere) = (workspace.raw(), platform.name("never-made"));
        let nowhere = nowhere.raw();
        let admin = platform.admin_email();
        let empty = || Some(json!({}));
        for (who, method, path, body, status) in [
            (viewer.as_str(), Method::POST, "", empty(), 422),
            (&viewer, Method::POST, "/{here}/projects", empty(), 403),
            (&viewer, Method::POST, "/{here}/members", empty(), 403),
            (&viewer, Method::POST, "/{nowhere}/projects", empty(), 403),
            (&viewer, Method::PUT, "/{here}/members/a%40x", empty(), 403),
            (&viewer, Method::PATCH, "/{here}", empty(), 403),
            (admin, Method::POST, "/{here}/projects", empty(), 422),
            (admin, Method::POST, "/{nowhere}/projects", empty(), 422),
            (admin, Method::POST, "/{nowhere}/members", empty(), 422),
            (admin, Method::PUT, "/{nowhere}/members/a%40x", empty(), 422),
            (admin, Method::PUT, "/{nowhere}", Some(json!({"description": 5})), 422),
            (admin, Method::PUT, "/{nowhere}", empty(), 404),
        ] {
            let path = path.replace("{here}", here).replace("{nowhere}", nowhere);
            let answer = platform
                .raw(who, method.clone(), &format!("{WORKSPACES}{path}"), body)
                .await;
            assert_eq!(answer.status, status, "{who} {method} {path}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn conflicts_say_that_trying_again_is_no_use() {
    on_every_platform(async |platform| {
        let name = platform.workspace("conflict").await;
        let again = json!({"name": name.raw()});
        let answer = platform
            .raw(platform.admin_email(), Method::POST, WORKSPACES, Some(again))
            .await;
        assert_eq!(answer.status, 409);
        assert_eq!(answer.headers["x-should-retry"], "false");
        assert_eq!(answer.headers["content-type"], "application/json");
    })
    .await;
}

#[tokio::test]
async fn a_slash_too_many_leads_platform_admins_away_and_stops_everybody_else() {
    on_every_platform(async |platform| {
        let path = format!("{WORKSPACES}/");
        let answer = platform.get(&path).await;
        assert_eq!((answer.status, answer.json), (307, Value::Null));
        let location = answer.headers["location"].to_str().unwrap();
        assert!(
            location.starts_with("http") && location.ends_with(WORKSPACES),
            "{location}"
        );
        let stranger = platform.raw(&platform.somebody("sol"), Method::GET, &path, None).await;
        assert_eq!(stranger.said(), (403, "Forbidden"));
    })
    .await;
}
