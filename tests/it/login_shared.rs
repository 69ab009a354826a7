//! A login in a file that others change, too: who logs in and out with another program, who holds the lock, and what is
//! not lost when the file cannot be written.

use crate::login_given::{Double, Mood};
use crate::login_program::Given;
use nmp_console::api::ErrorKind;
use std::fs::File;
use std::time::{Duration, Instant};

const WHO: &str = "GET /apis/auth/authenticate";
const SOMEBODY_ELSE: &str = "somebody else has logged in to this context: log in, or open it again";

impl Given {
    /// Logs somebody in with another program.
    fn log_in_elsewhere(&self) {
        let (token, refresh_token) = self.double.log_in();
        self.write(&format!("type: oauth, token: {token}, refresh_token: {refresh_token}"));
    }

    /// Takes the lock, as a program does that renews the login; dropping it lets go.
    fn lock_elsewhere(&self) -> File {
        let path = self.path().with_file_name("config.yaml.prod.oauth-refresh.lock");
        let file = File::options().append(true).create(true).open(path).unwrap();
        file.lock().unwrap();
        file
    }
}

#[tokio::test]
async fn a_login_does_not_become_another_persons_in_silence() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_person("bo", "bo@x.com");
    given.log_in_elsewhere();
    given.double.hand.turn(3590);
    for _ in 0..3 {
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
        assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
        given.double.hand.turn(11);
    }
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
    // Whoever logs in here, or opens the context again, is told who it is.
    given.start().reads().await;
}

#[tokio::test]
async fn another_person_is_noticed_when_the_token_is_turned_down_too() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_person("al", "bo@x.com");
    given.double.revoke_tokens();
    given.log_in_elsewhere();
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
    // The same person comes back.
    given.double.set_person("al", nmp_console::sandbox::PLATFORM_ADMIN);
    given.log_in_elsewhere();
    given.double.hand.turn(10);
    program.reads().await;
}

#[tokio::test]
async fn of_tokens_that_say_nothing_the_platform_says_whose_they_are() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_opaque();
    given.log_in_elsewhere();
    given.double.hand.turn(3590);
    program.reads().await;
    given.double.set_person("bo", "bo@x.com");
    given.log_in_elsewhere();
    given.double.hand.turn(3590);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 1));
}

#[tokio::test]
async fn while_the_platform_does_not_say_whose_a_login_is_it_changes_nothing() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_opaque();
    given.log_in_elsewhere();
    given.double.set_silence(Some(503));
    given.double.hand.turn(3590);
    program.reads().await;
    let error = program.changes().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unproven);
    given.double.set_silence(None);
    program.changes().await.unwrap();
    assert_eq!(given.n_renewed(), 0);
}

#[tokio::test]
async fn what_another_program_has_written_stays_its_work_when_it_is_renewed() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_opaque();
    given.double.set_person("bo", "bo@x.com");
    given.log_in_elsewhere();
    given.double.set_silence(Some(503));
    given.double.hand.turn(3590);
    program.reads().await;
    given.double.revoke_tokens();
    program.reads().await;
    assert_eq!(given.n_renewed(), 1);
    given.double.set_silence(None);
    let error = program.changes().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
}

#[tokio::test]
async fn an_e_mail_takes_the_place_of_a_login_of_the_same_person_alone() {
    let (of_the_same, of_another) = (nmp_console::sandbox::PLATFORM_ADMIN, "bo@x.com");
    for is_by_e_mail in [false, true] {
        let given = Given::with(Double::set_unsigned).await;
        let write = |email: &str| given.write(&format!("type: api-key, api_key: {email}"));
        if is_by_e_mail {
            write(of_the_same);
        }
        let program = given.start();
        program.reads().await;
        write(of_the_same);
        given.double.hand.turn(3590);
        program.reads().await;
        program.changes().await.unwrap();
        assert_eq!((given.n_renewed(), given.double.asked(WHO)), (0, 0));
        write(of_another);
        given.double.hand.turn(3590);
        let error = program.fails().await;
        assert_eq!(error.kind(), &ErrorKind::SessionExpired);
        assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
    }
    let given = Given::with(Double::set_unsigned).await;
    let program = given.start();
    given.write(&format!("type: api-key, api_key: {of_another}"));
    given.double.hand.turn(3590);
    let error = program.fails().await;
    assert_eq!(error.said().unwrap().as_str(), SOMEBODY_ELSE);
}

#[tokio::test]
async fn who_logs_in_again_elsewhere_is_logged_in_here_soon() {
    let given = Given::new().await;
    let program = given.start();
    given.write("type: no-auth");
    given.double.hand.turn(3601);
    let words = |error: nmp_console::api::Error| error.said().unwrap().as_str().to_owned();
    assert_eq!(words(program.fails().await), "somebody logged out of this context");
    assert_eq!(words(program.fails().await), "somebody logged out of this context");
    given.log_in_elsewhere();
    given.double.hand.turn(10);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
}

#[tokio::test]
async fn who_was_not_logged_in_at_first_need_not_start_the_console_again() {
    let given = Given::new().await;
    given.write("type: no-auth");
    let program = given.start();
    assert_eq!(program.fails().await.kind(), &ErrorKind::Unauthorized);
    given.log_in_elsewhere();
    assert_eq!(program.fails().await.kind(), &ErrorKind::Unauthorized);
    given.double.hand.turn(10);
    program.reads().await;
}

#[tokio::test]
async fn a_context_that_is_gone_is_told_as_that() {
    let given = Given::new().await;
    let program = given.start();
    std::fs::write(given.path(), "clusters: []\n").unwrap();
    given.double.hand.turn(3601);
    let error = program.fails().await;
    let said = error.said().unwrap().as_str();
    assert!(said.starts_with("there is no context 'prod' in "), "{said}");
}

#[tokio::test]
async fn a_token_without_anything_to_renew_it_needs_no_context() {
    let given = Given::new().await;
    let (token, _) = given.double.log_in();
    given.write(&format!("type: oauth, token: {token}"));
    let program = given.start();
    program.reads().await;
    std::fs::write(given.path(), "clusters: []\n").unwrap();
    given.double.hand.turn(3601);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::SessionExpired);
    assert_eq!(error.said().unwrap().as_str(), "nothing renews this token");
}

#[tokio::test]
async fn a_token_that_is_turned_down_while_the_provider_is_away_waits_for_it() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.revoke_tokens();
    given.double.set_mood(Mood::Says(503, "<html>maintenance</html>"));
    assert_eq!(program.fails().await.kind(), &ErrorKind::NotRenewed);
    given.double.set_mood(Mood::Well);
    given.double.hand.turn(11);
    program.reads().await;
    assert_eq!(given.n_renewed(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_ends_no_login() {
    let given = Given::new().await;
    let text = given.text();
    let program = given.start();
    program.reads().await;
    std::fs::write(given.path(), "contexts: {{{\n").unwrap();
    given.double.hand.turn(3590);
    program.reads().await;
    given.double.hand.turn(11);
    let error = program.fails().await;
    assert_eq!(error.kind(), &ErrorKind::NotRenewed);
    let said = error.said().unwrap().as_str();
    assert!(
        said.starts_with("the login cannot be renewed: ") && said.contains("config.yaml"),
        "{said}"
    );
    std::fs::write(given.path(), text).unwrap();
    given.double.hand.turn(10);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
}

#[tokio::test]
async fn a_lock_that_nobody_lets_go_of_is_waited_for_once_while_the_old_token_will_do() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    let lock = given.lock_elsewhere();
    given.double.hand.turn(3595);
    let begun = Instant::now();
    for _ in 0..20 {
        program.reads().await;
    }
    given.double.hand.turn(6);
    let error = program.fails().await;
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(error.kind(), &ErrorKind::NotRenewed);
    let said = error.said().unwrap().as_str();
    assert!(said.contains("config.yaml.prod.oauth-refresh.lock"), "{said}");
    drop(lock);
    given.double.hand.turn(10);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (1, 0));
}

#[tokio::test]
async fn nobody_waits_for_the_lock_while_the_server_is_asked_how_one_logs_in() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    let lock = given.lock_elsewhere();
    given.double.hand.turn(3595);
    program.reads().await;
    assert_eq!((given.double.asked("discovery"), given.n_renewed()), (1, 0));
    drop(lock);
    given.double.hand.turn(10);
    program.reads().await;
    assert_eq!((given.double.asked("discovery"), given.n_renewed()), (1, 1));
}

#[tokio::test]
async fn a_refresh_token_is_not_used_up_where_its_successor_could_not_be_saved() {
    let given = Given::new().await;
    let text = given.text();
    let program = given.start();
    program.reads().await;
    // It can be read, and not be edited without touching what is shared.
    let shared = text
        .replace("users:", "logins: &l")
        .replace("contexts:", "users: *l\ncontexts:");
    std::fs::write(given.path(), &shared).unwrap();
    given.double.hand.turn(3590);
    program.reads().await;
    program.reads().await;
    assert_eq!((given.n_renewed(), given.double.asked("401")), (0, 0));
    let told = given.told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    let words = "the login is not renewed, as it could not be saved: ";
    let end = "the token in use expires at 2027-01-15 09:00:00 UTC and could not be renewed so far: ";
    assert!(told[0].starts_with(&format!("{end}{words}")), "{told:?}");
    assert_eq!(given.text(), shared);
    given.double.hand.turn(10);
    let error = program.fails().await;
    assert!(error.said().unwrap().as_str().starts_with(words), "{error}");
    std::fs::write(given.path(), text).unwrap();
    given.double.hand.turn(10);
    program.reads().await;
    assert_eq!((given.n_renewed(), given.stored().1), (1, "refresh-2".to_owned()));
}

#[tokio::test]
async fn what_could_not_be_saved_is_saved_at_the_end() {
    let given = Given::new().await;
    let text = given.text();
    let program = given.start();
    program.reads().await;
    given.double.hand.turn(3590);
    given.double.before_answering({
        let path = given.path();
        move || std::fs::write(path, "contexts: {{{\n").unwrap()
    });
    program.reads().await;
    std::fs::write(given.path(), text).unwrap();
    assert_eq!(given.stored().1, "refresh-1");
    program.token_manager.settled().await;
    assert_eq!(given.stored().1, "refresh-2");
}

#[tokio::test]
async fn a_provider_that_is_away_is_left_alone_for_a_while() {
    let given = Given::new().await;
    let program = given.start();
    program.reads().await;
    given.double.set_mood(Mood::Says(503, "<html>maintenance</html>"));
    given.double.hand.turn(3590);
    for _ in 0..5 {
        program.reads().await;
    }
    assert_eq!(given.n_renewed(), 1);
}
