//! Logging in, an expired session, and the first steps without any configuration.

use super::{members_of, platform};
use crate::connector::{context, unreadable};
use crate::console::{Console, session, ticket_of};
use crate::platform::{failed, failure};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Msg, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::context::{Destination, Login};
use nmp_console::domain::login::Way;
use nmp_console::domain::secret::Secret;
use nmp_console::domain::text::SafeText;
use rstest::rstest;

/// Answers everything that is asked of the platform by 401.
fn refuse_all(console: &mut Console) {
    while let Some(effect) = console.unanswered.pop() {
        let failure = failure(FailureKind::Unauthorized, "cannot read: the token is not accepted");
        let answer = if let Effect::Read { query, .. } = &effect {
            failed(query, failure)
        } else {
            Answer::Sent(Err(failure))
        };
        let ticket = ticket_of(&effect).unwrap();
        console.tell(Msg::Answered { ticket, answer });
    }
}

/// A console on members that were read before the session expired.
fn expired() -> Console {
    let mut console = members_of("ml-team");
    console.press("r");
    refuse_all(&mut console);
    console
}

/// How somebody logs in, if that was just asked for.
fn way(console: &Console) -> Option<(&Destination, &Way)> {
    console.asked.iter().find_map(|effect| {
        let Effect::LogIn { at, way, .. } = effect else {
            return None;
        };
        Some((at, way))
    })
}

fn opens(console: &Console) -> Option<&Destination> {
    console.asked.iter().find_map(|effect| {
        let Effect::Open { destination, .. } = effect else {
            return None;
        };
        Some(destination)
    })
}

/// A console that was told of no platform.
fn welcomed() -> Console {
    welcomed_with(None)
}

/// A console that was told of no platform, started for the review of a plan.
fn welcomed_with(plan: Option<&str>) -> Console {
    let mut platform = platform();
    "schema = 1\n".clone_into(&mut platform.wishes);
    Console::start(
        platform,
        Session {
            plan: plan.map(Into::into),
            destination: None,
            login: Login::Nobody,
            context: SafeText::default(),
            server: SafeText::default(),
            ..session()
        },
    )
}

#[test]
fn a_401_is_a_banner_and_nothing_is_asked_again_by_itself() {
    let console = expired();
    assert_eq!(console.model.unknown_caller(), Some("session expired"));
    assert!(console.unanswered.is_empty(), "{:?}", console.unanswered);
    assert!(console.model.dialogs.is_empty(), "nothing opens by itself");
    assert!(
        console.model.store.roster(&crate::platform::at("ml-team")).is_some(),
        "what was read stays"
    );
}

#[test]
fn a_change_that_meets_an_expired_session_keeps_what_was_typed_below_the_login() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("enter").step();
    refuse_all(&mut console);
    assert_eq!(console.title(), "Add member");
    assert!(console.is_editing(), "it came back");
    console.press("ctrl-o");
    assert_eq!(console.title(), "Log in");
    console.settle().press("enter");
    assert_eq!(
        way(&console).map(|(at, way)| (at, way == &Way::Device)),
        Some((&context("prod"), true))
    );
    console.settle();
    assert_eq!(console.title(), "Add member");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    assert_eq!(form.principals.value(), "dave@example.com");
    assert_eq!(console.model.unknown_caller(), None);
    assert!(
        console.notice().contains("logged in as alice@example.com"),
        "{}",
        console.notice()
    );
    console.press("enter").settle();
    assert!(console.sent.len() > 1, "and is sent when it is applied again");
}

#[test]
fn after_a_login_the_same_caller_goes_on_and_what_failed_is_read_again() {
    let mut console = expired();
    console.press("ctrl-o").settle().press("enter").step();
    assert_eq!(opens(&console), Some(&context("prod")), "the connection is made anew");
    let before = console.model.screens.len();
    console.step();
    assert!(
        matches!(console.asked.first(), Some(Effect::Enter(_))),
        "{:?}",
        console.asked
    );
    assert!(console.questions().contains(&&Query::Server));
    console.step();
    assert!(
        console.asked.iter().any(|effect| matches!(
            effect,
            Effect::Read {
                query: Query::Inspect { .. } | Query::Workspaces,
                ..
            }
        )),
        "{:?}",
        console.asked
    );
    console.settle();
    assert_eq!(
        (console.model.screens.len(), console.model.unknown_caller()),
        (before, None)
    );
    assert!(console.model.store.halted().is_none());
}

#[test]
fn somebody_else_sees_nothing_of_what_was_read_before() {
    let mut console = expired();
    console.press("ctrl-o").settle().press("enter").step().step();
    console.platform.caller.email = Some("mallory@example.com".to_owned());
    console.platform.caller.subject = Some("mallory".to_owned());
    console.step();
    assert!(console.model.store.workspaces().is_empty());
    assert!(matches!(console.model.screen(), Screen::Workspaces(_)) && console.model.screens.len() == 1);
    assert!(
        console
            .notice()
            .contains("mallory@example.com instead of alice@example.com"),
        "{}",
        console.notice()
    );
}

#[test]
fn a_browser_code_is_shown_copied_and_can_be_given_up() {
    let mut console = expired();
    console.press("ctrl-o").settle().press("enter");
    let code = console.platform.connector.code();
    let login = console.unanswered.last().and_then(ticket_of).unwrap();
    console.tell(Msg::Answered {
        ticket: login,
        answer: Answer::DeviceCode(code),
    });
    console.press("y");
    assert_eq!(console.copied, ["https://idp.example.com/device?user_code=WDJB-MJHT"]);
    console.press("esc");
    assert_eq!(console.asked.first(), Some(&Effect::Abandon(login)));
    assert_eq!(console.title(), "Log in", "the dialog stays for another way");
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.model.unknown_caller(), Some("session expired"));
}

#[test]
fn a_token_is_handed_on_and_shown_nowhere() {
    let mut console = expired();
    console.press("ctrl-o").settle().press("↓ enter");
    assert!(way(&console).is_none(), "there is nothing to log in with yet");
    console.press("enter");
    assert!(console.problem().contains("paste a token"), "{}", console.problem());
    console.paste("  eyJh.s3cret.x\n").press("enter");
    let secret = Way::Token(Secret::new("eyJh.s3cret.x".to_owned()));
    assert_eq!(way(&console).map(|(_, way)| way), Some(&secret));
    assert!(!format!("{:?} {:?}", console.model, console.asked).contains("s3cret"));
}

#[test]
fn a_login_that_fails_is_told_in_the_dialog_and_loses_nothing() {
    let mut console = expired();
    console
        .press("ctrl-o")
        .settle()
        .press("↓ ↓ tab")
        .write("bob@example.com")
        .press("enter");
    assert_eq!(
        way(&console).map(|(_, way)| way),
        Some(&Way::Unsigned {
            email: "bob@example.com".to_owned()
        })
    );
    let refused = failure(FailureKind::Unauthorized, "unsigned tokens are refused");
    console.answer(Answer::LoggedIn(Err(refused)));
    assert!(console.problem().contains("unsigned tokens are refused"));
    let Form::LogIn(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    assert_eq!(form.email.value(), "bob@example.com");
    assert!(console.unanswered.is_empty(), "it is not tried again by itself");
}

#[test]
fn the_ways_can_be_asked_for_again() {
    let mut console = expired();
    console.platform.connector.broken = Some(unreadable());
    console.press("ctrl-o").settle();
    console.platform.connector.broken = None;
    console.press("enter").settle().press("enter");
    assert!(way(&console).is_some());
}

#[test]
fn a_login_elsewhere_concerns_only_the_list_of_contexts() {
    let mut console = Console::open(platform());
    console
        .press("C")
        .settle()
        .go_to("lab")
        .press("l")
        .settle()
        .press("enter")
        .step();
    assert_eq!(opens(&console), None);
    assert_eq!(console.questions(), [&Query::Contexts]);
    console.settle();
    assert!(
        console
            .model
            .selected_context()
            .is_some_and(|context| context.user.is_some())
    );
    assert!(console.entered.is_empty() && console.model.session.context.as_str() == "prod");
}

#[test]
fn it_is_told_whose_login_another_one_has_taken_the_place_of() {
    let mut console = Console::open(platform());
    for (email, before) in [("bo@example.com", None), ("carol@example.com", Some("bo@example.com"))] {
        console.press("C").settle().go_to("lab").press("l").settle();
        console.press("↓ ↓ tab").write(email).press("enter").settle();
        let expected = before.map_or_else(String::new, |before| format!(" in place of {before}"));
        let notice = console.notice();
        assert!(
            notice.starts_with(&format!("logged in as {email}{expected}, valid")),
            "{notice}"
        );
        console.press("esc").settle();
    }
}

#[test]
fn closing_the_dialog_gives_the_question_up() {
    let mut console = expired();
    console.press("ctrl-o");
    let asked = console.unanswered.last().and_then(ticket_of).unwrap();
    console.press("esc");
    assert_eq!(console.asked.first(), Some(&Effect::Abandon(asked)));
}

#[test]
fn a_login_dialog_opens_once_and_not_in_the_demo() {
    let mut console = expired();
    console.press("ctrl-o ctrl-o");
    assert_eq!(console.model.dialogs.len(), 1);
    let demo = Session {
        destination: Some(Destination::Demo),
        ..session()
    };
    let mut console = Console::start(platform(), demo);
    console.settle().press("ctrl-o");
    assert!(console.model.dialogs.is_empty());
    assert!(console.notice().contains("needs no login"), "{}", console.notice());
}

#[test]
fn the_banner_goes_when_the_server_knows_the_caller_again() {
    let mut console = expired();
    console.press("r").settle();
    assert_eq!(console.model.unknown_caller(), None, "somebody else renewed the token");
}

#[test]
fn a_start_without_anything_is_welcomed_and_nothing_is_asked() {
    let mut console = welcomed();
    assert!(matches!(console.model.screen(), Screen::Welcome(_)));
    assert!(console.asked.is_empty(), "{:?}", console.asked);
    assert_eq!(console.selected(), "Try the demo");
    console.press("j j j");
    assert_eq!(console.selected(), "Log in");
    console.press("q");
    assert!(console.has_quit());
}

#[test]
fn the_demo_is_entered_and_left_through_the_contexts() {
    let mut console = welcomed();
    console.press("enter");
    assert_eq!(opens(&console), Some(&Destination::Demo));
    console.settle();
    assert!(console.model.session.is_demo && !console.rows().is_empty());
    console.press("C").settle().go_to("prod").press("enter").settle();
    assert!(!console.model.session.is_demo);
    assert_eq!(console.model.session.context.as_str(), "prod");
}

#[rstest]
#[case::demo("enter")]
#[case::context("C ↓ enter")]
fn a_plan_waits_on_the_welcome_screen_until_there_is_a_platform(#[case] keys: &str) {
    let mut console = welcomed_with(Some("access.toml"));
    assert!(console.model.dialogs.is_empty() && console.asked.is_empty());
    for key in keys.split(' ') {
        console.press(key).settle();
    }
    assert_eq!(console.title(), "Apply plan");
    console.press("esc C").settle().press("↑ enter").settle();
    assert!(console.model.dialogs.is_empty(), "it is reviewed once");
}

#[test]
fn an_address_that_needs_no_login_is_entered() {
    let mut console = welcomed();
    console.platform.connector.is_auth_enabled = false;
    console.press("j enter").write("127.0.0.1:8080").press("enter");
    assert!(
        console.problem().contains("http://127.0.0.1:8080"),
        "{}",
        console.problem()
    );
    console.press("enter");
    assert!(
        matches!(console.questions().as_slice(), [Query::Ways(Destination::Address(url))] if url.as_str() == "http://127.0.0.1:8080")
    );
    console.step();
    assert!(opens(&console).is_some());
    console.settle();
    assert!(console.model.dialogs.is_empty() && !console.rows().is_empty());
    assert!(matches!(
        console.model.session.destination,
        Some(Destination::Address(_))
    ));
}

#[test]
fn an_address_that_wants_a_login_offers_it_and_goes_there_afterwards() {
    let mut console = welcomed();
    console
        .press("j enter")
        .write("https://nmp.example.com")
        .press("enter")
        .settle();
    assert_eq!(console.title(), "Log in");
    assert!(
        console.model.session.destination.is_none(),
        "not before somebody has logged in"
    );
    console.press("esc");
    assert_eq!(console.title(), "Connect to an address", "the address waits");
    console.press("enter").settle().press("enter").step();
    assert!(matches!(opens(&console), Some(Destination::Address(url)) if url.as_str() == "https://nmp.example.com"));
    console.settle();
    assert!(console.model.dialogs.is_empty() && !console.rows().is_empty());
}

#[test]
fn an_address_that_does_not_answer_keeps_what_was_typed() {
    let mut console = welcomed();
    console.press("j enter").write("https://nmp.example.com").press("enter");
    let down = failure(FailureKind::Unreachable, "cannot reach https://nmp.example.com");
    console.answer(Answer::Ways(Err(down)));
    assert!(console.problem().contains("cannot reach"), "{}", console.problem());
    let Form::Connect(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    assert_eq!(
        (form.address.value(), &console.dialog().stage),
        ("https://nmp.example.com", &Stage::Editing)
    );
    assert_eq!(console.model.unknown_caller(), None);
}

#[test]
fn waiting_for_an_address_can_be_given_up() {
    let mut console = welcomed();
    console.press("j enter").write("https://nmp.example.com").press("enter");
    assert_eq!(console.n_timers(), 1, "how long it takes is counted");
    let asked = console.unanswered.last().and_then(ticket_of).unwrap();
    console.press("esc");
    assert_eq!(console.asked.first(), Some(&Effect::Abandon(asked)));
    assert_eq!(console.title(), "Connect to an address");
}

#[test]
fn who_comes_to_log_in_where_nobody_has_to_is_told_and_goes_on() {
    let mut console = welcomed();
    console.platform.connector.is_auth_enabled = false;
    console
        .press("j j enter")
        .write("https://nmp.example.com")
        .press("enter")
        .settle();
    assert_eq!(console.title(), "Log in");
    console.press("enter").settle();
    assert!(console.model.session.destination.is_some() && console.model.dialogs.is_empty());
}

#[test]
fn a_login_elsewhere_leads_nowhere_where_nobody_has_to_log_in() {
    let mut console = Console::open(platform());
    console.platform.connector.is_auth_enabled = false;
    console
        .press("C")
        .settle()
        .go_to("lab")
        .press("l")
        .settle()
        .press("enter");
    assert_eq!(console.title(), "Log in");
    assert_eq!((opens(&console), way(&console)), (None, None));
}

#[test]
fn a_token_that_is_pasted_over_the_ways_goes_into_its_field() {
    let mut console = expired();
    console.press("ctrl-o").settle().press("↓");
    console.tell(Msg::Pasted("a-token\n".to_owned()));
    console.press("enter");
    let pasted = Way::Token(Secret::new("a-token".to_owned()));
    assert_eq!(way(&console).map(|(_, way)| way), Some(&pasted));
}
