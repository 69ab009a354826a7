//! Protected contexts: their name is typed before the first change of a session.

use super::platform;
use crate::console::{Console, session};
use nmp_console::app::dialog::Stage;
use nmp_console::app::session::Session;
use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::context::{ContextName, Destination, Precautions};
use pretty_assertions::assert_eq;

/// The console on bob in `ml-team`, through the protected context `prod`.
fn protected() -> Console {
    connected(session())
}

/// The same, however the connection came about.
fn connected(session: Session) -> Console {
    let precautions = Precautions {
        typed: Some(ContextName::new("prod")),
        ..Precautions::default()
    };
    let mut console = Console::start(platform(), Session { precautions, ..session });
    console.settle();
    console.go_to("ml-team").press("enter").settle();
    console.press("/").write("bob").press("enter").settle();
    console
}

fn expected(console: &Console) -> &str {
    match &console.dialog().stage {
        Stage::Confirming(confirm) => &confirm.expected,
        Stage::Editing | Stage::Running(_) => "",
    }
}

#[test]
fn the_name_is_typed_once_even_for_what_is_done_at_once_otherwise() {
    let mut console = protected();
    console.press("e ↓ enter").settle();
    assert_eq!(expected(&console), "prod");
    console.press("enter").settle();
    console.write("pro").press("enter").settle();
    assert!(console.sent.is_empty(), "{:?}", console.sent);
    console.write("d").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
    console.press("e ↑ enter").settle();
    assert_eq!(expected(&console), "", "the second asks for no name");
    console.press("y").settle();
    assert_eq!(console.sent.len(), 2);
}

#[test]
fn what_is_typed_for_a_change_comes_behind_it() {
    let mut console = protected();
    console.press("w e").settle();
    assert_eq!(expected(&console), "prod ml-team");
    console.write("prod").press("enter").settle();
    assert!(console.sent.is_empty(), "{:?}", console.sent);
    console.write(" ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
    console.press("w v").settle().press("y").settle();
    assert_eq!(console.sent.len(), 2);
}

#[test]
fn an_address_beside_the_context_opens_nothing() {
    let address = BaseUrl::parse("https://elsewhere.example.com").unwrap();
    let mut console = connected(Session {
        destination: Some(Destination::Address(address)),
        ..session()
    });
    console.press("e ↓ enter").settle();
    assert_eq!(expected(&console), "prod");
}

#[test]
fn what_is_asked_and_left_opens_nothing() {
    let mut console = protected();
    console.press("e ↓ enter").settle().press("esc esc").settle();
    console.press("e ↓ enter").settle();
    assert_eq!(expected(&console), "prod");
}
