//! A token that nothing renews: it is used until it ends, and its end is told before and after.

use crate::login_given::{Double, Mood};
use crate::login_program::Given;
use nmp_console::api::ErrorKind;
use rstest::rstest;

/// What goes wrong when a token is to be renewed.
#[derive(Clone, Copy, Debug)]
enum Failing {
    /// The provider answers this.
    Says(u16, &'static str),
    /// The login is over for the provider.
    Dead,
    /// The provider cannot be reached.
    Away,
    /// The server no longer names it.
    Unnamed,
    /// The config file is gone.
    NoFile,
    /// The context leads to another server.
    Elsewhere,
}

impl Given {
    async fn let_fail(&self, failing: Failing) {
        match failing {
            Failing::Says(status, body) => self.double.set_mood(Mood::Says(status, body)),
            Failing::Dead => self.double.end_logins(),
            Failing::Away => {
                let dead = crate::api_wire::dead_address().await;
                self.double
                    .set_discovery(serde_json::json!({"auth_enabled": true, "oidc": {
                        "issuer": dead, "client_id": "cli", "token_endpoint": format!("{dead}/token"),
                    }}));
            }
            Failing::Unnamed => self
                .double
                .set_discovery(serde_json::json!({"auth_enabled": true, "oidc": null})),
            Failing::NoFile => std::fs::remove_file(self.path()).unwrap(),
            Failing::Elsewhere => {
                let text = self.text().replace(&self.double.url, "https://elsewhere.example");
                std::fs::write(self.path(), text).unwrap();
            }
        }
    }
}

#[rstest]
#[case::refused(
    Failing::Says(400, r#"{"error":"invalid_grant"}"#),
    ErrorKind::SessionExpired,
    "invalid_grant"
)]
#[case::misconfigured(
    Failing::Says(401, r#"{"error":"invalid_client"}"#),
    ErrorKind::SessionExpired,
    "invalid_client"
)]
#[case::dead(Failing::Dead, ErrorKind::SessionExpired, "grant request is invalid")]
#[case::broken(Failing::Says(500, "oops"), ErrorKind::NotRenewed, "status 500")]
#[case::portal(
    Failing::Says(200, "<html>sign in</html>"),
    ErrorKind::NotRenewed,
    "a web page answers"
)]
#[case::firewall(Failing::Says(403, "<html>no</html>"), ErrorKind::NotRenewed, "a web page answers")]
#[case::nothing(Failing::Says(200, "{}"), ErrorKind::SessionExpired, "no usable access_token")]
#[case::away(Failing::Away, ErrorKind::NotRenewed, "nothing is listening")]
#[case::unnamed(Failing::Unnamed, ErrorKind::SessionExpired, "no longer names the identity provider")]
#[case::no_file(Failing::NoFile, ErrorKind::SessionExpired, "there is no context 'prod'")]
#[case::elsewhere(
    Failing::Elsewhere,
    ErrorKind::SessionExpired,
    "leads to https://elsewhere.example now"
)]
#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_until_it_ends(
    #[case] failing: Failing,
    #[case] expected: ErrorKind,
    #[case] why: &str,
) {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.let_fail(failing).await;
    given.double.hand.turn(3550);
    for _ in 0..5 {
        program.reads().await;
        given.double.hand.turn(9);
    }
    program.changes().await.unwrap();
    assert_eq!(given.double.asked("401"), 0);
    let told = given.told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(why), "{told:?}");
    let then = if expected == ErrorKind::NotRenewed {
        "and could not be renewed so far: "
    } else {
        "and cannot be renewed, so log in again by then: "
    };
    let words = format!("the token in use expires at 2027-01-15 09:00:00 UTC {then}");
    assert!(told[0].starts_with(&words), "{told:?}");
    given.double.hand.turn(6);
    let error = program.fails().await;
    assert_eq!(error.kind(), &expected);
    let said = error.said().unwrap().as_str();
    assert!(said.contains(why), "{said}");
    assert_eq!(given.double.asked("401"), 0);
}

/// Without a date in the answers nobody can be sure that it is over, and nobody is told to log in by a time that is past.
#[tokio::test]
async fn a_token_that_seems_over_is_tried_without_a_word() {
    let given = Given::with(Double::set_timeless).await;
    given.double.end_logins();
    given.double.hand.turn(3700);
    let program = given.start();
    program.fails().await;
    assert_eq!(given.told.lock().unwrap().clone(), Vec::<String>::new());
}

#[tokio::test]
async fn one_request_that_is_turned_down_ends_no_login_whose_token_is_good() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.end_logins();
    given.double.set_silence(Some(401));
    given.double.hand.turn(3550);
    let error = program.client.whoami().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unauthorized, "in the words of the server");
    for _ in 0..4 {
        given.double.hand.turn(11);
        program.reads().await;
    }
    assert_eq!(given.n_renewed(), 1);
    let told = given.told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("log in again by then: grant request is invalid"),
        "{told:?}"
    );
    given.double.hand.turn(11);
    assert_eq!(program.fails().await.kind(), &ErrorKind::SessionExpired);
}
