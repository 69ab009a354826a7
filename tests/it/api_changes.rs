//! Changing: every change goes out once, whatever comes back, and its errors say whether it may have arrived.

use crate::api_given::{
    add, client, connection, delete, detail, every_change, json, limits, received, remove, server_answering, set,
};
use crate::api_wire::{answer, dead_address, serving};
use nmp_console::api::{Client, Connection, Error, ErrorKind, Limits, Propagation, Unexpected, Unreachable};
use nmp_console::domain::change::Change;
use rstest::rstest;
use std::time::Duration;
use wiremock::ResponseTemplate;

const MEMBERS: &str = include_str!("../fixtures/members.json");

async fn refusal(address: &str, change: &Change) -> Error {
    client(address).apply(change, Propagation::Skip).await.unwrap_err()
}

#[rstest]
#[case(
    200,
    r#"{"message":"Member removed from workspace 'ml-team'","id":"al@x.com"}"#,
    Some("Member removed from workspace 'ml-team'")
)]
#[case(
    200,
    r#"{"message":"Workspace marked for deletion","id":"w","deleted_count":1}"#,
    Some("Workspace marked for deletion")
)]
#[case(201, r#"{"principal":"al@x.com","roles":["Viewer"]}"#, None)]
#[case(202, "{}", None)]
#[case(202, "null", None)]
#[case(204, "", None)]
#[case(200, "", None)]
#[tokio::test]
async fn takes_every_kind_of_consent(#[case] status: u16, #[case] body: &str, #[case] said: Option<&str>) {
    for change in every_change() {
        let server = server_answering(json(status, body)).await;
        let accepted = client(&server.uri()).apply(&change, Propagation::Skip).await.unwrap();
        assert_eq!(accepted.status, status);
        assert_eq!(accepted.said.map(|said| said.to_string()).as_deref(), said);
        assert_eq!(received(&server).await.len(), 1);
    }
}

#[rstest]
#[case::login_page(200, "<html><title>Sign in</title>", Unexpected::Html)]
#[case::text(200, "OK", Unexpected::NotJson)]
#[case::other_json(200, r#"["OK"]"#, Unexpected::Shape)]
#[case::other_status(206, "{}", Unexpected::Status)]
#[case::redirect(303, "", Unexpected::Redirect)]
#[tokio::test]
async fn takes_nothing_else_for_consent(#[case] status: u16, #[case] body: &str, #[case] what: Unexpected) {
    for change in every_change() {
        let server = server_answering(json(status, body)).await;
        let error = refusal(&server.uri(), &change).await;
        assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(what));
        assert!(error.is_outcome_unknown());
    }
}

#[rstest]
#[case(429)]
#[case(500)]
#[case(502)]
#[case(503)]
#[case(504)]
#[tokio::test]
async fn never_sends_a_change_twice(#[case] status: u16) {
    for change in every_change() {
        let server = server_answering(ResponseTemplate::new(status).insert_header("retry-after", "0")).await;
        refusal(&server.uri(), &change).await;
        assert_eq!(received(&server).await.len(), 1, "{change:?}");
    }
}

#[tokio::test]
async fn never_sends_a_change_twice_when_it_is_cut_off() {
    let server = serving(|mut caller| async move {
        caller.request().await;
    })
    .await;
    for (n_before, change) in every_change().iter().enumerate() {
        let error = refusal(&server.address, change).await;
        assert_eq!(error.kind(), &ErrorKind::OutcomeUnknown, "{error}");
        assert!(error.is_outcome_unknown());
        assert_eq!(server.requests.lines().len(), n_before + 1);
    }
}

/// A connection that was kept open and is closed as the next change goes out: nobody could tell whether that one
/// arrived, and HTTP libraries repeat it on their own account.
#[tokio::test]
async fn sends_every_change_on_a_connection_of_its_own() {
    let server = serving(|mut caller| async move {
        caller.request().await;
        caller.say(&answer("200 OK", MEMBERS)).await;
        // Closes as soon as anything more comes.
        caller.request().await;
    })
    .await;
    let client = client(&server.address);
    for n_changes in 1..=5 {
        client.apply(&remove("al@x.com"), Propagation::Skip).await.unwrap();
        assert_eq!(server.requests.count("DELETE"), n_changes);
    }
}

#[tokio::test]
async fn does_not_know_the_outcome_when_the_answer_breaks_off() {
    let server = serving(|mut caller| async move {
        caller.request().await;
        caller
            .say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"mess")
            .await;
    })
    .await;
    let error = refusal(&server.address, &remove("al@x.com")).await;
    assert_eq!(error.kind(), &ErrorKind::OutcomeUnknown);
    assert!(error.next_step().as_str().starts_with("Check"));
    assert_eq!(server.requests.count("DELETE"), 1);
}

fn patient(address: &str, limits: Limits) -> Client {
    Client::new(Connection {
        limits,
        ..connection(address)
    })
    .unwrap()
}

#[tokio::test]
async fn does_not_know_the_outcome_when_no_answer_comes_in_time() {
    let server = serving(|mut caller| async move {
        caller.request().await;
        caller.stall().await;
    })
    .await;
    let change = Duration::from_millis(50);
    let client = patient(&server.address, Limits { change, ..limits() });
    let error = client.apply(&remove("al@x.com"), Propagation::Skip).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::OutcomeUnknown);
    assert!(server.requests.count("DELETE") <= 1);
}

#[tokio::test]
async fn waits_longer_for_a_change_that_waits_for_its_propagation() {
    let slow = json(200, "{}").set_delay(Duration::from_millis(300));
    let server = server_answering(slow).await;
    let client = patient(
        &server.uri(),
        Limits {
            change: Duration::from_millis(50),
            ..limits()
        },
    );
    let change = set("al@x.com", &["Viewer"], &["Admin"]);
    let error = client.apply(&change, Propagation::Skip).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert!(client.apply(&change, Propagation::Await).await.is_ok());
    let queries = received(&server).await;
    assert!(queries[0].contains("wait_role_propagation=false"));
    assert!(queries[1].contains("wait_role_propagation=true"));
}

#[tokio::test]
async fn knows_that_nothing_was_sent_without_a_connection() {
    let address = dead_address().await;
    for change in every_change() {
        let error = refusal(&address, &change).await;
        assert_eq!(error.kind(), &ErrorKind::NotConnected(Unreachable::Refused));
        assert!(!error.is_outcome_unknown());
    }
}

#[tokio::test]
async fn knows_that_nothing_was_sent_when_connecting_takes_too_long() {
    // The handshake of TLS is part of connecting, and this server never takes part in it.
    let server = serving(|mut caller| async move { caller.stall().await }).await;
    let address = server.address.replace("http:", "https:");
    let connect = Duration::from_millis(50);
    let client = patient(&address, Limits { connect, ..limits() });
    let error = client.apply(&remove("al@x.com"), Propagation::Skip).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TimedOutBeforeSending);
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn parses_what_is_still_in_a_workspace() {
    let words = "Cannot delete workspace 'ml-team': workspace contains entities that must be deleted first: \
                 project (3), dataset (5)";
    let server = server_answering(detail(409, words)).await;
    let error = refusal(&server.uri(), &delete("ml-team")).await;
    let expected = vec![("project".into(), 3), ("dataset".into(), 5)];
    assert_eq!(error.kind(), &ErrorKind::NotEmpty(expected));
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn names_the_field_of_a_422_and_forgets_the_input() {
    let server = server_answering(json(422, include_str!("../fixtures/error-422.json"))).await;
    let error = refusal(&server.uri(), &add("al@x.com", &["Viewer"])).await;
    assert_eq!(error.kind(), &ErrorKind::Invalid);
    assert_eq!(error.field_errors()[0].field.as_str(), "roles");
    assert_eq!(error.field_errors()[0].message.as_str(), "Input should be a valid list");
    assert!(!format!("{error:?} {error}").contains("s3cret-input"));
}
