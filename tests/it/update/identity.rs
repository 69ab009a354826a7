//! A login where the console is: nothing that one person has begun is ever sent as another.

use super::{members_of, platform};
use crate::connector::unreadable;
use crate::console::{Console, session};
use crate::platform::failure;
use nmp_console::app::dialog::Form;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::text::SafeText;

/// Whether the console asks for another connection.
fn opens(console: &Console) -> bool {
    let mut asked = console.asked.iter();
    asked.any(|effect| matches!(effect, Effect::Open { .. }))
}

/// Logs in on top of whatever is open, up to where the connection is about to be made anew.
fn log_in(console: &mut Console) {
    console.press("ctrl-o").settle().press("enter").step();
}

/// Makes somebody else of the caller.
fn turn_into_mallory(console: &mut Console) {
    console.platform.caller.email = Some("mallory@example.com".to_owned());
    console.platform.caller.subject = Some("mallory".to_owned());
}

fn is_changing(console: &Console) -> bool {
    console.model.runs().count() > 0 || !console.sent.is_empty()
}

/// The question whether bob is to become an Admin.
fn confirming() -> Console {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ ↓ enter");
    assert!(console.is_confirming());
    console
}

#[test]
fn what_was_confirmed_before_a_login_is_confirmed_again_after_it() {
    let mut console = confirming();
    log_in(&mut console);
    assert!(opens(&console));
    assert_eq!((console.title().as_str(), console.is_editing()), ("Change role", true));
    let Form::ChangeRole(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    let chosen = form.clone();
    console.press("y");
    assert!(!is_changing(&console), "it is no question any more");
    console.settle().press("y");
    assert!(!is_changing(&console));
    assert!(
        matches!(&console.dialog().form, Form::ChangeRole(form) if *form == chosen),
        "what was chosen stays"
    );
    console.press("enter y").settle();
    assert_eq!(console.sent.len(), 1, "{}", console.notice());
}

#[test]
fn a_question_without_a_form_is_closed_by_a_login_and_that_is_told() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("d");
    assert!(console.is_confirming());
    log_in(&mut console);
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().contains("'Remove member' was closed"),
        "{}",
        console.notice()
    );
    console.press("y").settle().press("y");
    assert!(!is_changing(&console));
}

#[test]
fn nothing_is_begun_before_it_is_known_who_somebody_is_after_a_login() {
    let mut console = confirming();
    log_in(&mut console);
    // The connection is not there yet.
    console.press("enter y");
    assert!(!is_changing(&console));
    assert!(
        console.problem().contains("checking who you are"),
        "{}",
        console.problem()
    );
    // It is there, and the server has not said who that is.
    console.step();
    assert!(console.questions().contains(&&Query::Server));
    console.press("enter y");
    assert!(!is_changing(&console));
    assert!(
        console.problem().contains("checking who you are"),
        "{}",
        console.problem()
    );
    turn_into_mallory(&mut console);
    console.settle();
    assert!(console.model.dialogs.is_empty(), "it was somebody else who wanted it");
    assert!(!is_changing(&console));
}

#[test]
fn whoever_the_server_does_not_name_changes_nothing_until_it_does() {
    let mut console = members_of("ml-team");
    log_in(&mut console);
    console.step();
    let down = failure(FailureKind::Unreachable, "cannot reach the platform");
    let asks_server = |effect: &Effect| {
        matches!(
            effect,
            Effect::Read {
                query: Query::Server,
                ..
            }
        )
    };
    let place = console.unanswered.iter().position(asks_server).unwrap();
    let question = console.unanswered.remove(place);
    console.settle();
    console.unanswered.push(question);
    console.answer(Answer::Server(Box::new(Err(down))));
    assert!(
        console
            .why_not("a")
            .is_some_and(|why| why.contains("checking who you are"))
    );
    console.press("r").settle();
    assert_eq!(console.why_not("a"), None);
}

#[test]
fn nobody_logs_in_over_a_change_that_is_under_way() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ enter").step();
    assert_eq!(console.sends().len(), 1);
    console.press("ctrl-o");
    assert_eq!(console.title(), "Change role");
    assert!(
        console.notice().contains("a change is still running"),
        "{}",
        console.notice()
    );
    // Not either where it is no longer waited for, nor from the list of contexts.
    let send = console.unanswered.pop().unwrap();
    console.press("esc ctrl-o C").settle();
    assert!(console.model.dialogs.is_empty());
    console.go_to("prod").press("l");
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().contains("a change is still running"),
        "{}",
        console.notice()
    );
    console.go_to("lab").press("l");
    assert_eq!(console.title(), "Log in", "who one is elsewhere is another matter");
    console.press("esc");
    console.unanswered.push(send);
    console.settle().go_to("prod").press("l");
    assert_eq!(console.title(), "Log in");
}

#[test]
fn a_login_that_leads_to_another_server_drops_everything_of_the_old_one() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com");
    console.platform.connector.moved_to = Some("https://elsewhere.example.com");
    log_in(&mut console);
    assert_eq!(console.title(), "Add member", "still there");
    console.step();
    assert!(console.model.dialogs.is_empty() && console.model.store.workspaces().is_empty());
    assert!(matches!(console.model.screens.as_slice(), [Screen::Workspaces(_)]));
    assert_eq!(console.entered.len(), 1);
    assert_eq!(console.model.session.server.as_str(), "https://elsewhere.example.com");
    for part in [
        "now leads to https://elsewhere.example.com",
        "not to https://nmp.example.com",
        "discarded",
    ] {
        assert!(console.notice().contains(part), "{}", console.notice());
    }
    console.settle();
    assert!(console.rows().contains(&"ml-team".to_owned()), "read anew");
}

#[test]
fn a_connection_that_cannot_be_made_anew_leaves_everything_as_it_was() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com");
    log_in(&mut console);
    let before = console.model.session.clone();
    console.platform.connector.broken = Some(unreadable());
    console.step();
    assert!(console.entered.is_empty());
    assert_eq!(console.model.session, before);
    assert!(console.notice().contains("stays as it was"), "{}", console.notice());
    assert_eq!(console.title(), "Add member");
    console.press("enter").settle();
    assert!(!console.sent.is_empty(), "and changes are made as before");
}

#[test]
fn a_login_does_not_lift_read_only() {
    let mut console = Console::open_read_only(platform());
    log_in(&mut console);
    console.settle();
    assert!(console.entered.is_empty());
    assert_eq!(console.model.session.read_only, Some(SafeText::new("NMP_READ_ONLY")));
    assert!(
        console.notice().contains("lift read-only (NMP_READ_ONLY)"),
        "{}",
        console.notice()
    );
}

#[test]
fn a_token_from_the_environment_stays_in_force_only_where_it_is() {
    let token_from = Some(SafeText::new("NHX_ACCESS_TOKEN"));
    let mut console = Console::start(
        platform(),
        Session {
            token_from: token_from.clone(),
            ..session()
        },
    );
    console.settle();
    log_in(&mut console);
    assert!(!opens(&console));
    assert!(
        console.notice().contains("NHX_ACCESS_TOKEN still overrides it"),
        "{}",
        console.notice()
    );
    // Where it does not count: in another context, and here once the console has gone here without it.
    let mut console = Console::open(platform());
    console.platform.connector.overruled_by = token_from;
    console
        .press("C")
        .settle()
        .go_to("lab")
        .press("l")
        .settle()
        .press("enter")
        .step();
    assert!(
        !opens(&console) && !console.notice().contains("in force"),
        "{}",
        console.notice()
    );
    log_in(&mut console);
    assert!(
        opens(&console) && !console.notice().contains("in force"),
        "{}",
        console.notice()
    );
}
