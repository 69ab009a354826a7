//! Esc over what is typed: an arrow key in two parts begins like it, so it must not lose anything at once.

use super::auditing::{audited, everywhere};
use super::{members_of, platform};
use crate::console::{Console, session};
use crate::platform::Platform;
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::context::Destination;
use rstest::rstest;

const CLOSES: &str = "esc again closes and discards what you typed";
const GOES_BACK: &str = "esc again goes back and discards what you typed";

fn question(console: &Console) -> Option<String> {
    let (keymap, here) = (console.model.keymap, console.model.key_contexts());
    console
        .model
        .dialogs
        .last()
        .and_then(|dialog| dialog.leaving(keymap, here))
}

fn opened(keys: &str) -> Console {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press(keys).settle();
    console
}

fn added(typed: &str) -> Console {
    let mut console = members_of("ml-team");
    console.press("a").write(typed);
    console
}

fn exported() -> Console {
    let mut console = audited(everywhere());
    console.press("E").write("x");
    console
}

fn copied() -> Console {
    let mut console = audited(everywhere());
    console.press("p").settle().press("c").write("dan@example.com");
    console
}

fn connected() -> Console {
    let no_console = Session {
        destination: None::<Destination>,
        ..session()
    };
    let mut console = Console::start(Platform::of("alice@example.com"), no_console);
    console.settle().press("C").settle().press("n").write("nmp.example.com");
    console
}

fn deleted() -> Console {
    let mut console = opened("d");
    console.press("enter").write("ml-te");
    assert!(console.is_confirming());
    console
}

#[rstest]
#[case::name(|| { let mut console = opened("n"); console.write("ml-two"); console })]
#[case::description(|| { let mut console = opened("n tab"); console.write("two words"); console })]
#[case::describe(|| { let mut console = opened("e"); console.write("!"); console })]
#[case::pasted(|| { let mut console = opened("e"); console.paste("!"); console })]
#[case::principals(|| added("nobody-like-this@example.com"))]
#[case::proposals(|| added("bob"))]
#[case::role_of_a_principal(|| { let mut console = added("zoe@example.com"); console.press("tab ↓"); console })]
#[case::file(exported)]
#[case::copy_access(copied)]
#[case::address(connected)]
#[case::typed_name(deleted)]
fn leaving_typed_text_is_asked_for_twice(#[case] begin: fn() -> Console) {
    let mut console = begin();
    let before = console.dialog().clone();
    console.press("esc");
    assert_eq!(question(&console).as_deref(), Some(CLOSES));
    // The other part of the arrow key.
    console.press("↓");
    assert_eq!(question(&console), None, "whoever goes on in it stays");
    console.press("↑ esc");
    assert_eq!(question(&console).as_deref(), Some(CLOSES));
    console.paste("");
    assert_eq!(
        (question(&console), console.title()),
        (None, before.form.title().into_owned())
    );
    assert!(console.dialog().has_typed(), "nothing is lost");
    console.press("esc esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.sent, []);
}

#[test]
fn a_count_that_is_typed_is_asked_about_and_the_form_is_kept() {
    let mut console = members_of("ml-team");
    let many: Vec<String> = (0..6).map(|n| format!("person{n}@example.com")).collect();
    console.press("a").paste(&many.join(" ")).press("enter");
    assert!(console.is_confirming());
    console.write("6").press("esc");
    assert_eq!(question(&console).as_deref(), Some(GOES_BACK));
    console.press("backspace");
    assert!(console.is_confirming() && question(&console).is_none());
    console.press("esc");
    assert!(console.is_editing(), "nothing is typed there any more");
    assert!(console.dialog().has_typed(), "the names are still there");
}

#[rstest]
#[case::nothing_typed("n")]
#[case::typed_and_taken_out("n x backspace")]
#[case::unchanged("e")]
#[case::unchanged_again("e x backspace")]
#[case::counted("d")]
fn where_nothing_is_typed_esc_closes_at_once(#[case] keys: &str) {
    let mut console = opened(keys);
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
}

#[rstest]
#[case::everyone(|| { let mut console = members_of("ml-team"); console.press("w"); console })]
#[case::offered_file(|| { let mut console = audited(everywhere()); console.press("E tab space space"); console })]
#[case::role(|| { let mut console = members_of("ml-team"); console.press("e ↓"); console })]
fn what_the_console_wrote_itself_is_not_typed(#[case] begin: fn() -> Console) {
    let mut console = begin();
    assert!(!console.model.dialogs.is_empty());
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn a_filter_that_esc_cleared_can_be_taken_back() {
    let mut console = members_of("ml-team");
    console.press("/").write("carol").press("esc");
    assert_eq!(console.rows().len(), 3);
    assert_eq!(console.notice(), "filter cleared; / → restores it");
    // The rest of the arrow key, and whatever else is pressed.
    console.press("↓ / →");
    assert_eq!(console.rows(), ["carol@example.com"]);
    console.press("enter");
    assert_eq!(console.rows(), ["carol@example.com"]);
    // On the list esc clears it, too.
    console.press("esc");
    assert_eq!(console.rows().len(), 3);
    assert_eq!(console.notice(), "filter cleared; / → restores it");
    console.press("/ esc");
    assert_eq!(console.notice(), "", "there was nothing to clear");
    console.press("/ → backspace backspace");
    assert!(console.model.is_filtering());
    assert_eq!(console.model.screen().filter().unwrap().input.value(), "car");
}

#[test]
fn a_filter_is_only_offered_and_another_one_is_typed_as_ever() {
    let mut console = members_of("ml-team");
    console.press("/").write("carol").press("esc /").write("bob");
    assert_eq!(console.rows(), ["bob@example.com"]);
    console.press("← →");
    assert_eq!(console.model.screen().filter().unwrap().input.value(), "bob");
    console.press("esc / enter");
    assert!(!console.model.has_filter(), "enter takes nothing that is only offered");
    console.press("/ esc / →");
    assert_eq!(
        console.rows(),
        ["bob@example.com"],
        "an empty filter takes nothing away"
    );
}

#[test]
fn where_no_filter_was_cleared_the_key_moves_in_the_text() {
    let mut console = members_of("ml-team");
    console.press("/ →");
    assert_eq!(console.notice(), "");
    assert!(!console.model.has_filter() && console.model.is_filtering());
}

#[rstest]
#[case::form("a", "f1")]
#[case::question("d", "?")]
#[case::choice("e", "?")]
fn help_over_a_dialog_tells_its_keys_and_loses_nothing(#[case] opens: &str, #[case] key: &str) {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press(opens);
    if opens == "a" {
        console.write("dan@example.com?");
    }
    let before = console.model.dialogs.clone();
    for leaves in ["esc", "q"] {
        console.press(key);
        assert!(console.model.dialogs.is_empty(), "it would hide the help");
        assert!(matches!(console.model.screen(), Screen::Help(_)));
        console.press(leaves);
        assert_eq!(console.model.dialogs, before);
    }
    assert!(matches!(console.model.screen(), Screen::Members(_)));
}

#[test]
fn from_the_help_over_a_dialog_nothing_leads_away_from_it() {
    let mut console = added("dan@example.com?");
    let before = console.model.dialogs.clone();
    console.press("f1");
    for key in ["C", "r", "x", "y", "ctrl-o"] {
        let why = console.why_not(key);
        assert_eq!(
            why.as_deref(),
            Some("a dialog is open below the help: esc goes back to it"),
            "{key}"
        );
        console.press(key).settle();
        assert!(matches!(console.model.screen(), Screen::Help(_)), "{key}");
    }
    console.press("/").write("add").press("enter ? j q");
    assert_eq!(console.model.dialogs, before);
}

#[test]
fn a_dialog_that_waits_for_an_answer_is_not_put_aside() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("d");
    assert!(console.why_not("f1").unwrap().contains("waits for an answer"));
}
