//! A login stays that of one person: whose a renewed token is, who says so, and what waits until that is said.

use crate::login_given::Double;
use crate::login_program::{Given, Program};
use nmp_console::api::{ErrorKind, Tokens as _};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::identity::Identity;
use nmp_console::runtime;
use nmp_console::sandbox::PLATFORM_ADMIN;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

const CHANGE: &str = "POST /apis/entities/v2/workspaces/default/members";
const WHO: &str = "GET /apis/auth/authenticate";

/// How a token comes to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Time,
    Refusal,
}

impl Given {
    fn make_renew(&self, by: By) {
        match by {
            By::Time => self.double.hand.turn(3541),
            By::Refusal => self.double.revoke_tokens(),
        }
    }

    /// A file whose tokens say nothing of themselves.
    async fn opaque() -> Self {
        let given = Self::with(Double::set_opaque).await;
        let (token, refresh_token) = given.stored();
        let end = given.double.hand.now().as_second() + 3600;
        given.write(&format!(
            "type: oauth, token: {token}, refresh_token: {refresh_token}, expires_at: {end}.0"
        ));
        given
    }

    async fn ends_as_mallorys(&self, program: &Program) {
        for _ in 0..3 {
            let error = program.fails().await;
            assert_eq!(error.kind(), &ErrorKind::SessionExpired);
            let said = error.said().unwrap().as_str().to_owned();
            assert!(said.contains("was renewed as mallory@example.com"), "{said}");
            assert!(program.changes().await.is_err());
            self.double.hand.turn(60);
        }
        assert_eq!(self.double.asked(CHANGE), 0);
    }
}

#[rstest]
#[tokio::test]
async fn opaque_tokens_of_another_person_end_the_login(
    #[values(By::Time, By::Refusal)] by: By,
    #[values(true, false)] is_shown: bool,
) {
    let given = Given::opaque().await;
    let before = given.text();
    let program = given.start();
    program.reads().await;
    if is_shown || by == By::Refusal {
        program.client.whoami().await.unwrap();
    }
    given.double.set_person("mallory", "mallory@example.com");
    given.make_renew(by);
    given.ends_as_mallorys(&program).await;
    assert_eq!(given.n_renewed(), 1);
    assert_eq!(given.text(), before, "nobody else finds it in the file either");
}

#[rstest]
#[tokio::test]
async fn opaque_tokens_of_the_same_person_go_on(#[values(By::Time, By::Refusal)] by: By) {
    let given = Given::opaque().await;
    let program = given.start();
    program.client.whoami().await.unwrap();
    for n in 2..5 {
        given.make_renew(by);
        program.reads().await;
        assert_eq!(given.stored().1, format!("refresh-{n}"));
        given.double.hand.turn(120);
    }
    program.changes().await.unwrap();
}

#[tokio::test]
async fn a_token_is_not_renewed_while_nobody_could_say_whose_the_next_one_is() {
    let given = Given::opaque().await;
    let program = given.start();
    given.double.set_silence(Some(503));
    given.make_renew(By::Time);
    program.reads().await;
    assert_eq!(given.n_renewed(), 0, "its refresh token would be used up");
    given.double.set_silence(None);
    given.double.hand.turn(11);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.stored().1.as_str()), (1, "refresh-2"));
}

#[rstest]
#[case::away(503)]
#[case::hidden(404)]
#[tokio::test]
async fn until_the_platform_says_whose_it_is_a_new_token_reads_and_changes_nothing(#[case] silence: u16) {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(silence));
    given.make_renew(By::Time);
    program.reads().await;
    for _ in 0..2 {
        let error = program.changes().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Unproven);
        assert!(!error.is_outcome_unknown());
        let failure = runtime::failure(&error);
        assert_eq!(failure.kind, FailureKind::NeverSent);
        let said = failure.said.unwrap();
        let words = format!("the login of {PLATFORM_ADMIN} was renewed, and whether it is still theirs is not known: ");
        assert!(said.as_str().starts_with(&words), "{said}");
        program.reads().await;
    }
    let n_asked = given.double.asked(WHO);
    program.reads().await;
    assert_eq!(given.double.asked(WHO), n_asked, "not for every read");
    given.double.hand.turn(11);
    program.reads().await;
    assert!(given.double.asked(WHO) > n_asked);
    assert_eq!((given.double.asked(CHANGE), given.n_renewed()), (0, 1));
    assert_eq!(given.text(), before, "nobody finds in the file what nobody vouches for");
    given.double.set_silence(None);
    program.changes().await.unwrap();
    program.token_manager.settled().await;
    assert_eq!(given.stored().1, "refresh-2");
    assert!(given.told.lock().unwrap().is_empty());
}

#[rstest]
#[case::by_a_change(true)]
#[case::by_a_read_some_time_later(false)]
#[tokio::test]
async fn a_doubt_that_proves_true_ends_the_login(#[case] by_change: bool) {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(503));
    given.double.set_person("mallory", "mallory@example.com");
    given.make_renew(By::Time);
    program.reads().await;
    given.double.set_silence(None);
    if by_change {
        let error = program.changes().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    }
    given.double.hand.turn(11);
    given.ends_as_mallorys(&program).await;
    program.token_manager.settled().await;
    assert_eq!(given.text(), before);
}

#[tokio::test]
async fn who_asks_the_platform_for_themselves_settles_the_doubt() {
    let given = Given::new().await;
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(503));
    given.make_renew(By::Time);
    program.reads().await;
    given.double.set_silence(None);
    program.client.whoami().await.unwrap();
    let n_asked = given.double.asked(WHO);
    let written = async {
        while given.stored().1 != "refresh-2" {
            tokio::task::yield_now().await;
        }
    };
    let written = tokio::time::timeout(Duration::from_secs(20), written).await;
    written.expect("it is written down at once");
    program.changes().await.unwrap();
    assert_eq!(given.double.asked(WHO), n_asked, "nobody is asked twice");
}

#[tokio::test]
async fn what_is_heard_of_another_token_says_nothing_of_this_one() {
    let given = Given::new().await;
    let program = given.start();
    program.client.whoami().await.unwrap();
    let mallory = Identity {
        subject: Some("mallory".to_owned()),
        email: Some("mallory@example.com".to_owned()),
        is_confirmed: true,
        ..Identity::default()
    };
    program.token_manager.heard_identity(&"another".into(), &mallory);
    program.changes().await.unwrap();
}

/// The tokens agree in all they say; the platform knows their bearers by a name that neither holds.
#[tokio::test]
async fn who_is_suddenly_known_by_another_name_is_logged_in_no_more() {
    let given = Given::with(|double| double.set_claims(json!({"email": null}))).await;
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_person("al", "mallory@example.com");
    given.make_renew(By::Time);
    program.reads().await;
    program.client.whoami().await.unwrap();
    for _ in 0..3 {
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
        let words =
            format!("the platform takes the login of {PLATFORM_ADMIN} for mallory@example.com now: log in again");
        assert_eq!(error.said().unwrap().as_str(), words);
        assert!(program.changes().await.is_err());
        given.double.hand.turn(60);
    }
    assert_eq!((given.n_renewed(), given.double.asked(CHANGE)), (1, 0));
}

#[tokio::test]
async fn a_program_that_ends_in_doubt_says_what_became_of_the_login() {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(503));
    given.make_renew(By::Time);
    program.reads().await;
    program.token_manager.settled().await;
    let told = given.told.lock().unwrap().clone();
    assert_eq!(
        told,
        ["the login was renewed but not saved, because the platform did not say whose it is: log in again"]
    );
    assert_eq!(given.text(), before);
}

#[tokio::test]
async fn a_program_that_ends_says_whose_the_login_turned_out_to_be() {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(503));
    given.double.set_person("mallory", "mallory@example.com");
    given.make_renew(By::Time);
    program.reads().await;
    given.double.set_silence(None);
    program.token_manager.settled().await;
    let told = given.told.lock().unwrap().clone();
    let words =
        format!("the login of {PLATFORM_ADMIN} was renewed as mallory@example.com, which was not taken: log in again");
    assert_eq!(told, [words]);
    assert_eq!(given.text(), before);
}

#[tokio::test]
async fn without_a_file_nobody_can_have_logged_in_there() {
    let given = Given::new().await;
    let program = given.start_without_a_file();
    program.client.whoami().await.unwrap();
    given.double.set_opaque();
    given.double.set_silence(Some(503));
    given.double.set_person("mallory", "mallory@example.com");
    given.make_renew(By::Time);
    program.reads().await;
    given.double.set_silence(None);
    given.double.hand.turn(11);
    given.ends_as_mallorys(&program).await;
}

#[tokio::test]
async fn an_email_that_was_left_out_for_a_while_is_not_forgotten() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_claims(json!({"email": null}));
    given.make_renew(By::Time);
    program.reads().await;
    given.double.set_claims(json!({"email": "mallory@example.com"}));
    given.make_renew(By::Time);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!((given.n_renewed(), given.double.asked(CHANGE)), (2, 0));
}

#[rstest]
#[case::the_email_in_another_claim(json!({"email": null, "preferred_username": "al"}))]
#[case::no_email(json!({"email": null}))]
#[case::more_than_before(json!({"preferred_username": "al", "oid": null}))]
#[tokio::test]
async fn the_same_subject_stays_the_same_person(#[case] claims: Value) {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_claims(claims);
    given.make_renew(By::Time);
    program.reads().await;
    program.changes().await.unwrap();
    assert_eq!((given.n_renewed(), given.double.asked(WHO)), (1, 0));
    assert_eq!(given.stored().1, "refresh-2");
}

#[rstest]
#[case::another_subject_under_the_same_email("mallory", PLATFORM_ADMIN)]
#[case::another_email_of_the_same_subject("al", "mallory@example.com")]
#[tokio::test]
async fn a_name_that_has_changed_ends_the_login(#[case] subject: &'static str, #[case] email: &'static str) {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_person(subject, email);
    given.make_renew(By::Time);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    let said = error.said().unwrap().as_str();
    assert!(
        said.contains("was renewed as ") && said.ends_with("log in again"),
        "{said}"
    );
}

#[rstest]
#[case::the_same("al", PLATFORM_ADMIN, true)]
#[case::another("mallory", "mallory@example.com", false)]
#[tokio::test]
async fn tokens_without_a_claim_in_common_are_shown_to_the_platform(
    #[case] subject: &'static str,
    #[case] email: &'static str,
    #[case] goes_on: bool,
) {
    let given = Given::with(|double| double.set_claims(json!({"email": null}))).await;
    let program = given.start();
    program.client.whoami().await.unwrap();
    given.double.set_person(subject, email);
    given
        .double
        .set_claims(json!({"sub": null, "upn": email, "email": null}));
    given.make_renew(By::Time);
    if goes_on {
        program.reads().await;
        program.changes().await.unwrap();
    } else {
        given.ends_as_mallorys(&program).await;
    }
}
