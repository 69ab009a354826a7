//! Keys that came in one piece, or before the screen showed what they would act on.

use super::{members_of, members_on, platform};
use crate::console::Console;
use crate::platform::at;
use nmp_console::app::dialog::Form;
use nmp_console::app::keymap::{Chord, Key};
use nmp_console::app::msg::{Effect, Msg};
use nmp_console::app::screen::Screen;
use nmp_console::domain::platform::Allowed;
use proptest::prelude::*;
use rstest::rstest;

/// What is typed in the top dialog for several principals.
fn typed(console: &Console) -> String {
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("another dialog: {}", console.title());
    };
    form.principals.value().to_owned()
}

#[test]
fn letters_open_a_question_and_do_not_answer_it() {
    let mut console = members_of("ml-team");
    console.press("g").rush("'jdy'", false);
    assert!(console.is_confirming());
    assert_eq!(
        console.notice(),
        "y was typed before this question was on screen, so it was ignored"
    );
    console.rush("y", true);
    assert!(
        console.is_confirming(),
        "nor does it when it comes by itself but too early"
    );
    console.press("y").settle();
    assert_eq!(console.sent.len(), 1);
}

#[rstest]
#[case::lines("'judy@example.com' enter")]
#[case::line_feeds("'judy@example.com' ctrl-j 'dave@example.com' ctrl-j")]
#[case::short_lines("'Ann' enter 'y' enter")]
#[case::a_word("'quarterly'")]
#[case::columns("'Ann' tab 'ann@example.com' enter")]
fn a_paste_on_a_list_presses_nothing(#[case] keys: &str) {
    let mut console = members_of("ml-team");
    let selected = console.press("g").selected();
    console.rush(keys, false);
    assert_eq!(
        console.notice(),
        "you can paste only into text fields: nothing was changed"
    );
    assert!(console.model.dialogs.is_empty() && console.selected() == selected);
    assert!(matches!(console.model.screen(), Screen::Members(_)));
}

/// Nobody pastes before there is anything on the screen.
#[test]
fn keys_before_the_first_frame_are_no_paste() {
    let mut console = Console::open(platform());
    let selected = console.selected();
    console.rush("'jjGg/'", true);
    assert_eq!(console.notice(), "what was typed before this was on screen was ignored");
    assert!(!console.model.is_filtering() && console.selected() == selected);
    console.rush("'dyDx' enter", true);
    assert!(console.model.dialogs.is_empty(), "{}", console.title());
    assert_eq!(console.sent, []);
}

#[test]
fn moving_and_filtering_go_on_as_fast_as_anybody_types() {
    let mut console = members_of("ml-team");
    console.press("g").rush("'jjk' ↓ 'G'", false);
    assert_eq!(console.selected(), console.rows().last().unwrap().clone());
    console.rush("'/carol' enter", false);
    assert!(!console.model.is_filtering() && console.model.has_filter());
    assert_eq!(
        (console.selected().as_str(), console.notice()),
        ("carol@example.com", "")
    );
    console.rush("esc 'gg' ? 'q'", true);
    assert!(matches!(console.model.screen(), Screen::Members(_)));
}

#[test]
fn lines_become_text_in_the_field_that_takes_several() {
    let mut console = members_of("ml-team");
    console
        .press("a")
        .rush("'ann@x.com' enter 'bob@x.com' tab 'y' ctrl-j 'cleo@x.com' enter", false);
    assert_eq!(typed(&console), "ann@x.com; bob@x.com y; cleo@x.com ");
    assert!(console.is_editing() && console.notice().contains("press it again"));
    // The next part of the same paste.
    console.rush("'dan@x.com' enter", false);
    assert_eq!(typed(&console), "ann@x.com; bob@x.com y; cleo@x.com dan@x.com; ");
    assert_eq!(console.sent, []);
}

#[rstest]
#[case::row("'Ann Lee' tab 'ann@example.com' enter", "Ann Lee\tann@example.com\n")]
#[case::without_line_break("'Ann' tab 'Lee' tab 'ann@example.com'", "Ann\tLee\tann@example.com")]
#[case::rows(
    "'Name' tab 'Mail' enter 'Ann Lee' tab 'ann@example.com' enter 'Bob' tab 'bob.m@example.com' enter",
    "Name\tMail\nAnn Lee\tann@example.com\nBob\tbob.m@example.com\n"
)]
#[case::empty_cell("'ann@example.com' tab tab 'x@example.com'", "ann@example.com\t\tx@example.com")]
fn rows_with_cells_are_read_like_those_that_come_in_brackets(#[case] keys: &str, #[case] text: &str) {
    let mut console = members_of("ml-team");
    console.press("a").rush(keys, false);
    let mut bracketed = members_of("ml-team");
    bracketed.press("a").paste(text);
    assert_eq!(typed(&console), typed(&bracketed));
    assert!(typed(&console).contains("@example.com") && console.is_editing());
    assert_eq!(console.sent, []);
}

#[test]
fn a_key_that_came_by_itself_is_told_that_it_came_too_early() {
    let early = "enter was ignored: it was typed before this was on screen; press it again";
    let mut console = Console::open(platform());
    console.press("n").write("ml-two").rush("enter", true);
    assert_eq!((console.notice(), console.sent.len()), (early, 0));
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓").rush("enter", true);
    assert_eq!((console.notice(), console.sent.len()), (early, 0));
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_tab_with_nothing_behind_it_is_the_key() {
    let mut console = Console::open(platform());
    console.press("n").rush("'ml-two' tab", false).write("x");
    let Form::Create(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    assert_eq!((form.name.value(), form.description.value()), ("ml-two", "x"));
    let mut console = members_of("ml-team");
    console.press("a").rush("'zoe@example.com' tab", false).press("↓");
    assert_eq!(typed(&console), "zoe@example.com");
}

/// A megabyte in one piece: where every key looks at all that follow, this does not end.
#[rstest]
#[case::word("a", 1 << 20, "ab")]
#[case::lines("a", 1 << 20, "ab@x.com\n")]
#[case::cells("a", 1 << 20, "a\tb")]
#[case::description("n tab", 1 << 20, "words and ")]
#[case::filter("/", 1 << 20, "xy")]
#[case::list("g", 1 << 17, "jk")]
#[case::list_with_tabs("g", 1 << 17, "j\t")]
fn the_longest_paste_without_brackets_is_read_in_one_go(#[case] open: &str, #[case] length: usize, #[case] text: &str) {
    let mut console = members_of("ml-team");
    if open.starts_with('n') {
        console.press("esc");
    }
    console.press(open);
    let keys = text.chars().cycle().take(length).map(|c| {
        Chord::plain(match c {
            ' ' => Key::Space,
            '\n' => Key::Enter,
            '\t' => Key::Tab,
            c => Key::Char(c),
        })
    });
    let keys: Vec<Chord> = keys.collect();
    console.tell(Msg::Rushed { keys, is_blind: false });
    assert_eq!(console.sent, []);
    if let Some(dialog) = console.model.dialogs.last() {
        assert!(dialog.has_typed());
    }
}

#[test]
fn typing_ahead_fills_the_fields_and_applies_nothing() {
    let mut console = Console::open(platform());
    console.press("n").rush("'ml-two' tab 'the second' enter", false);
    let Form::Create(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    assert_eq!((form.name.value(), form.description.value()), ("ml-two", "the second"));
    assert_eq!(
        console.notice(),
        "enter arrived together with the text, like a paste, and was ignored: press it again"
    );
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_name_in_one_piece_is_typed_and_confirms_only_by_a_key_of_its_own() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("d").settle();
    console.rush("'ml-team' enter", true);
    assert!(console.is_confirming() && console.notice().contains("before this question was on screen"));
    console.press("enter").rush("'ml-team' enter", false);
    assert_eq!(console.sent, []);
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 1);
    assert_eq!(console.sent[0].workspace(), &at("ml-team"));
}

/// `y` means nothing where a refusal is foretold, and is a yes once it is to be tried all the same.
#[test]
fn another_meaning_of_the_same_keys_is_another_question() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "reading");
    console.go_to("bob@example.com").press("d");
    let foretold = console.model.question();
    console.press("r");
    assert!(console.is_confirming());
    assert_ne!(console.model.question(), foretold);
}

fn changes_something(effect: &Effect) -> bool {
    match effect {
        Effect::Send { .. }
        | Effect::Export { .. }
        | Effect::KeepViews { .. }
        | Effect::Open { .. }
        | Effect::LogIn { .. }
        | Effect::LogOut { .. }
        | Effect::Keep { .. }
        | Effect::Lift { .. }
        | Effect::EndLift { .. }
        | Effect::Copy(_)
        | Effect::Conclude { .. }
        | Effect::Remember(_)
        | Effect::Forget(_) => true,
        Effect::Read { .. }
        | Effect::Compute { .. }
        | Effect::Enter(_)
        | Effect::Abandon(_)
        | Effect::After { .. }
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => false,
    }
}

proptest! {
    /// Wherever the console is, no keys in one piece change anything, nor begin to.
    #[test]
    fn nothing_is_changed_by_keys_in_one_piece(
        before in proptest::sample::select(vec!["g", "d", "a", "e ↓", "e ↓ ↓ enter", "w", "p D", "C", "x", "esc d", "esc n", "esc d d"]),
        keys in proptest::collection::vec(proptest::sample::select(vec![
            "enter", "y", "n", "d", "tab", "→", "e", "a", "ctrl-j", "space", ".", "o", "R", "x", "q", "/", "↓", "C", "ctrl-n", "'ml-team'", "'bob@example.com'",
        ]), 1..12),
        is_blind in any::<bool>(),
    ) {
        let mut console = members_of("ml-team");
        console.press("g").press("j").press(before).settle();
        let n_sent = console.sent.len();
        console.rush(&keys.join(" "), is_blind);
        let changed: Vec<&Effect> = console.asked.iter().filter(|effect| changes_something(effect)).collect();
        prop_assert!(changed.is_empty(), "{:?}", changed);
        prop_assert_eq!(console.model.runs().count(), 0);
        prop_assert_eq!(console.sent.len(), n_sent);
    }
}

#[test]
fn two_escapes_in_one_piece_drop_nothing() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com");
    console.rush("esc esc", false);
    assert_eq!(typed(&console), "dave@example.com");
    assert!(
        console
            .dialog()
            .leaving(console.model.keymap, console.model.key_contexts())
            .is_some(),
        "it asks"
    );
    console.rush("esc", true);
    assert_eq!(typed(&console), "dave@example.com", "nobody has seen what it asks");
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    console.press("a").rush("esc", true);
    assert!(
        console.model.dialogs.is_empty(),
        "where nothing is typed nothing is lost"
    );
}
