//! Staying logged in: when a token is renewed, how often, and what becomes of it.

use crate::api_given::{DEADLINE, ws};
use crate::login_given::{Double, Mood};
use crate::login_program::Given;
use jiff::Timestamp;
use nmp_console::api::{ErrorKind, Propagation};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::runtime;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use std::path::Path;

#[tokio::test]
async fn a_token_that_holds_is_left_alone() {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3500);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
    assert_eq!(given.text(), before);
}

#[tokio::test]
async fn it_is_renewed_before_its_end_and_written_down() {
    let given = Given::new().await;
    let (token, _) = given.stored();
    let program = given.start();
    given.double.hand.turn(3541);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    let (after, refresh_token) = given.stored();
    assert!(after != token && refresh_token == "refresh-2", "{}", given.text());
    assert!(given.text().contains("expires_at: 1800007141.0"), "{}", given.text());
    for _ in 0..5 {
        program.reads().await;
    }
    assert_eq!((given.n_renewed(), given.double.asked("discovery")), (1, 1));
    assert_eq!(
        given.start().token_manager.expires_at(),
        program.token_manager.expires_at()
    );
}

#[tokio::test]
async fn it_is_renewed_once_when_the_server_turns_it_down() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.revoke_tokens();
    program.reads().await;
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 1));
}

#[tokio::test]
async fn a_change_that_was_turned_down_goes_out_once_and_the_token_is_renewed_for_the_next() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.revoke_tokens();
    let change = Change::Roles {
        workspace: ws("default"),
        principal: Principal::from_platform("al@x.com"),
        before: RoleSet::default(),
        after: RoleSet::only(Role::Viewer),
    };
    let error = program.client.apply(&change, Propagation::Skip).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TurnedDown);
    assert!(error.is_outcome_unknown(), "who turned it down may have done it before");
    assert_eq!(runtime::failure(&error).kind, FailureKind::TurnedDown);
    let path = "POST /apis/entities/v2/workspaces/default/members";
    assert_eq!(
        (given.n_renewed(), given.double.asked(path), given.double.asked("401")),
        (1, 1, 1)
    );
    program.client.apply(&change, Propagation::Skip).await.unwrap();
    assert_eq!((given.n_renewed(), given.double.asked(path)), (1, 2));
    let roster = program.client.members(&ws("default")).await.unwrap();
    let added = roster
        .members()
        .iter()
        .filter(|member| member.principal.raw() == "al@x.com");
    assert_eq!(added.count(), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_token_at_all_is_not_met_with_ever_new_ones() {
    let given = Given::new().await;
    let program = given.start();
    for _ in 0..10 {
        given.double.revoke_tokens();
        // Whatever is handed out is revoked at once.
        given.double.set_deaf();
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    }
    assert_eq!(given.n_renewed(), 1);
    // Much later it is tried once more.
    given.double.hand.turn(120);
    program.fails().await;
    program.fails().await;
    assert_eq!(given.n_renewed(), 2);
}

#[tokio::test]
async fn fifty_requests_at_once_renew_it_once() {
    let given = Given::new().await;
    let program = given.start();
    given.double.hand.turn(3590);
    let name = ws("default");
    let requests = (0..50).map(|_| program.client.members(&name));
    for answer in futures_util::future::join_all(requests).await {
        answer.unwrap();
    }
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    given.double.revoke_tokens();
    let requests = (0..50).map(|_| program.client.members(&name));
    for answer in futures_util::future::join_all(requests).await {
        answer.unwrap();
    }
    assert_eq!(given.n_renewed(), 2);
}

#[tokio::test]
async fn of_several_programs_on_one_file_one_renews_it_and_the_others_take_that_over() {
    let given = Given::new().await;
    let programs: Vec<_> = (0..4).map(|_| given.start()).collect();
    given.double.hand.turn(3590);
    futures_util::future::join_all(programs.iter().map(crate::login_program::Program::reads)).await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    given.double.revoke_tokens();
    futures_util::future::join_all(programs.iter().map(crate::login_program::Program::reads)).await;
    assert_eq!(given.n_renewed(), 2);
}

#[tokio::test]
async fn what_the_cli_has_renewed_meanwhile_is_taken_over() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3590);
    let (token, refresh_token) = given.double.renew_elsewhere(&given.stored().1);
    given.write(&format!("type: oauth, token: {token}, refresh_token: {refresh_token}"));
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
}

#[tokio::test]
async fn a_login_that_somebody_else_used_up_is_rescued_by_what_the_file_holds_by_then() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3590);
    // Somebody renews without the lock, and writes it down only when the refresh token is already used up for us.
    let (token, refresh_token) = given.double.renew_elsewhere(&given.stored().1);
    let (path, url) = (given.path(), given.double.url.clone());
    given.double.before_answering(move || {
        let text = format!(
            "current_context: prod\nclusters: [{{name: c, base_url: '{url}/'}}]\nusers:\n\
             - {{name: u, type: oauth, token: {token}, refresh_token: {refresh_token}}}\n\
             contexts: [{{name: prod, cluster: c, user: u}}]\n"
        );
        std::fs::write(&path, text).unwrap();
    });
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    program.reads().await;
    assert_eq!(given.n_renewed(), 1);
}

#[tokio::test]
async fn a_dead_login_is_told_as_an_expired_session_and_the_provider_is_left_alone() {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.reads().await;
    given.double.end_logins();
    given.double.hand.turn(3590);
    // The token still holds for ten seconds.
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    given.double.hand.turn(11);
    for _ in 0..5 {
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
        let failure = runtime::failure(&error);
        assert_eq!(
            (failure.kind.clone(), failure.why()),
            (FailureKind::Unauthorized, "session expired")
        );
        assert_eq!(failure.said.unwrap().as_str(), "grant request is invalid");
    }
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    assert_eq!(given.text(), before, "nothing is taken out of the file");
}

#[rstest]
#[case::before_its_end("mallory", "mallory@example.com", false)]
#[case::when_turned_down("mallory", "mallory@example.com", true)]
#[case::under_the_same_subject("subject-of-admin", "mallory@example.com", false)]
#[tokio::test]
async fn a_renewal_that_makes_somebody_else_of_one_ends_the_login(
    #[case] subject: &'static str,
    #[case] email: &'static str,
    #[case] is_turned_down: bool,
) {
    let given = Given::new().await;
    let before = given.text();
    let program = given.start();
    program.reads().await;
    given.double.set_person(subject, email);
    if is_turned_down {
        given.double.revoke_tokens();
    } else {
        given.double.hand.turn(3541);
    }
    for _ in 0..5 {
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
        let said = error.said().unwrap().as_str().to_owned();
        assert!(said.contains("was renewed as mallory@example.com"), "{said}");
        // Long enough for the file to be looked at again: it still holds the login that is over.
        given.double.hand.turn(60);
    }
    assert_eq!(given.n_renewed(), 1, "it is not tried again");
    let n_refused = usize::from(is_turned_down);
    assert_eq!(given.double.asked("401"), n_refused, "nobody's token went out any more");
    assert_eq!(given.text(), before, "nobody else finds it in the file either");
}

#[tokio::test]
async fn a_login_made_elsewhere_ends_an_expired_session() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.end_logins();
    given.double.hand.turn(3601);
    assert_eq!(program.fails().await.kind(), &ErrorKind::SessionExpired);
    let (token, refresh_token) = given.double.log_in();
    given.write(&format!("type: oauth, token: {token}, refresh_token: {refresh_token}"));
    program.reads().await;
}

#[tokio::test]
async fn a_login_made_here_ends_an_expired_session() {
    let given = Given::new().await;
    let program = given.start();
    given.double.end_logins();
    given.double.hand.turn(3601);
    assert_eq!(program.fails().await.kind(), &ErrorKind::SessionExpired);
    let (token, refresh_token) = given.double.log_in();
    given.write(&format!("type: oauth, token: {token}, refresh_token: {refresh_token}"));
    program.reads().await;
    assert_eq!(given.n_renewed(), 1);
}

#[tokio::test]
async fn who_logs_out_elsewhere_is_logged_out_here_when_the_token_has_to_be_renewed() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.write("type: no-auth");
    program.reads().await;
    given.double.hand.turn(3601);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!(error.said().unwrap().as_str(), "somebody logged out of this context");
    assert_eq!(given.n_renewed(), 0);
}

#[rstest]
#[case::an_hour_ahead(3600)]
#[case::an_hour_behind(-3600)]
#[case::ten_years_ahead(315_360_000)]
#[tokio::test]
async fn a_wrong_clock_neither_renews_in_a_loop_nor_lets_the_token_die(#[case] skew: i64) {
    let given = Given::new().await;
    let program = given.start_skewed(skew);
    for _ in 0..20 {
        program.reads().await;
    }
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
    given.double.hand.turn(3590);
    program.reads().await;
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    assert!(
        given.text().contains("expires_at: 1800007190.0"),
        "what the token says itself: {}",
        given.text()
    );
}

#[rstest]
#[case::ahead(3600)]
#[case::behind(-3600)]
#[tokio::test]
async fn a_wrong_clock_does_no_harm_where_the_server_does_not_tell_the_time(#[case] skew: i64) {
    let given = Given::with(Double::set_timeless).await;
    let program = given.start_skewed(skew);
    for _ in 0..20 {
        program.reads().await;
    }
    assert!(given.n_renewed() <= 1, "{}", given.n_renewed());
    given.double.hand.turn(7200);
    for _ in 0..20 {
        program.reads().await;
    }
    assert!(given.n_renewed() <= 2, "{}", given.n_renewed());
}

#[tokio::test]
async fn tokens_that_live_for_seconds_are_renewed_when_they_have_to_be() {
    let given = Given::with(|double| double.set_lifetime(5)).await;
    let program = given.start();
    for _ in 0..10 {
        for _ in 0..5 {
            program.reads().await;
        }
        given.double.hand.turn(3);
    }
    assert_eq!((given.n_renewed(), given.double.asked("401")), (9, 0));
}

#[tokio::test]
async fn tokens_that_say_nothing_are_renewed_by_what_the_provider_said_of_them() {
    let given = Given::with(Double::set_opaque).await;
    let (token, refresh_token) = given.stored();
    let end = given.double.hand.now().as_second() + 3600;
    given.write(&format!(
        "type: oauth, token: {token}, refresh_token: {refresh_token}, expires_at: {end}.0"
    ));
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3541);
    program.reads().await;
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    assert!(
        given.text().contains(&format!("expires_at: {}.0", end + 3541)),
        "{}",
        given.text()
    );
}

#[tokio::test]
async fn while_the_provider_is_away_the_old_token_is_used_until_its_end_and_then_that_is_told() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_mood(Mood::Says(503, "<html>maintenance</html>"));
    given.double.hand.turn(3590);
    for _ in 0..5 {
        program.reads().await;
    }
    assert_eq!(given.n_renewed(), 1, "it is left alone for a while");
    given.double.hand.turn(11);
    for _ in 0..5 {
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::NotRenewed);
        assert!(!error.is_outcome_unknown());
        assert_eq!(runtime::failure(&error).kind, FailureKind::NeverSent);
    }
    assert_eq!(given.n_renewed(), 2);
    given.double.set_mood(Mood::Well);
    given.double.hand.turn(11);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (3, 0));
}

#[tokio::test]
async fn a_renewal_is_carried_through_when_its_request_is_given_up() {
    let given = Given::new().await;
    let program = given.start();
    given.double.hand.turn(3590);
    let (reached, go_on) = given.double.hold_answers();
    let client = program.client.clone();
    let mut request = tokio::task::JoinSet::new();
    request.spawn(async move { client.members(&ws("default")).await });
    tokio::time::timeout(DEADLINE, reached.notified()).await.unwrap();
    request.abort_all();
    assert!(request.join_next().await.unwrap().unwrap_err().is_cancelled());
    go_on.notify_one();
    tokio::time::timeout(DEADLINE, program.token_manager.settled())
        .await
        .unwrap();
    assert_eq!(given.stored().1, "refresh-2");
    program.reads().await;
    assert_eq!(given.n_renewed(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_login_that_cannot_be_written_down_goes_on_and_is_told_loudly() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3590);
    // What is written there while it is being renewed can be read and not be edited.
    let (path, text) = (given.path(), given.text());
    given.double.before_answering({
        let path = path.clone();
        move || block(&path)
    });
    program.reads().await;
    unblock(&path, &text);
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
    let told = given.told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("the login was renewed but cannot be saved: ")
            && told[0].ends_with("it works until you quit, then log in again"),
        "{told:?}"
    );
    assert!(!told[0].contains("refresh-"), "{told:?}");
    program.reads().await;
    assert_eq!(given.stored().1, "refresh-1");
    // The next renewal uses what is held and not what the file was left with.
    given.double.hand.turn(3590);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (2, 0));
    assert_eq!(given.stored().1, "refresh-3");
}

/// Puts a folder where the file was.
#[cfg(unix)]
fn block(path: &Path) {
    std::fs::remove_file(path).unwrap();
    std::fs::create_dir(path).unwrap();
}

#[cfg(unix)]
fn unblock(path: &Path, text: &str) {
    std::fs::remove_dir(path).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn the_broker_renews_what_it_handed_out_and_no_other_does() {
    let given = Given::new().await;
    let (token, refresh_token) = given.stored();
    let user = |broker: &str| {
        format!("type: oauth, token: {token}, refresh_token: {refresh_token}, token_broker_url: '{broker}'")
    };
    given.write(&user("http://127.0.0.1:9/broker"));
    let stranger = given.start();
    given.double.hand.turn(3601);
    let error = stranger.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert!(
        error
            .said()
            .unwrap()
            .as_str()
            .contains("no longer names the identity provider"),
        "{error}"
    );
    given.write(&user(&format!("{}/broker", given.double.url)));
    given.start().reads().await;
    assert_eq!((given.double.asked("broker"), given.n_renewed()), (1, 0));
    assert!(given.text().contains("token_broker_url"), "{}", given.text());
}

#[tokio::test]
async fn a_context_that_was_led_elsewhere_gives_its_token_to_nobody_here() {
    let given = Given::new().await;
    let program = given.start();
    let text = given.text().replace(&given.double.url, "https://elsewhere.example");
    std::fs::write(given.path(), text).unwrap();
    given.double.hand.turn(3601);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    let words = "the context 'prod' leads to https://elsewhere.example now: open it again";
    assert_eq!(error.said().unwrap().as_str(), words);
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
}

#[tokio::test]
async fn an_access_key_that_is_turned_down_is_refused_in_the_words_of_the_server() {
    let given = Given::new().await;
    given.write("type: oauth, token: ak_revoked");
    let error = given.start().fails().await;
    assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    assert_eq!(error.said().unwrap().as_str(), "Invalid or expired token");
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 1));
}

#[tokio::test]
async fn an_unsigned_token_is_made_again_before_its_end_and_an_e_mail_becomes_one() {
    let given = Given::with(Double::set_unsigned).await;
    let clock = given.double.hand.seen(3600);
    let minted = nmp_console::login::unsigned::mint("al@x.com", given.double.hand.now()).unwrap();
    given.write(&format!("type: oauth, token: {}", minted.expose_secret()));
    let program = given.start_with(clock.clone());
    program.reads().await;
    let before = given.text();
    given.double.hand.turn(3590);
    program.reads().await;
    assert_ne!(given.text(), before, "the new one is written down");
    assert_eq!(
        program.token_manager.expires_at(),
        Some(Timestamp::from_second(1_800_007_190).unwrap())
    );

    given.write("type: api-key, api_key: al@x.com");
    let before = given.text();
    let program = given.start_with(clock);
    program.reads().await;
    given.double.hand.turn(3590);
    program.reads().await;
    assert_eq!(given.text(), before, "an e-mail stays an e-mail");
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
}
