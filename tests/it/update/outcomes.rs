//! What became of a change stays until it can have been read, and can be called back.

use super::{members_of, platform};
use crate::console::{Console, session};
use nmp_console::app::notice::Tone;
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::text::SafeText;

const REMOVED: &str = "removed bob@example.com from 'ml-team': confirmed, effective within about 30 s";

/// The removal of bob is under way and its dialog was left.
fn left_alone() -> Console {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("d y").step().press("esc");
    assert!(console.model.dialogs.is_empty());
    console
}

#[test]
fn an_outcome_that_came_under_a_dialog_is_told_when_the_dialog_is_left() {
    let mut console = left_alone();
    console.press("esc n");
    console.settle();
    console.press("tab");
    assert_ne!(console.notice(), REMOVED, "keys of the dialog have wiped it");
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.notice(), REMOVED);
    console.press("s");
    assert_eq!(console.notice(), "", "it was on the screen");
}

#[test]
fn the_dialog_that_is_left_can_be_the_commands_or_a_filter() {
    for (opens, closes) in [("x", "esc"), ("/", "enter")] {
        let mut console = left_alone();
        console.press(opens);
        console.settle();
        console.press(closes);
        assert_eq!(console.notice(), REMOVED, "{opens}");
    }
}

#[test]
fn of_several_outcomes_the_last_is_told_and_how_many_more_there_are() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("d y").step().press("esc");
    console.press("esc").go_to("ml-team").press("n").write("x");
    console.settle();
    console.press("esc esc");
    assert_eq!(console.notice(), REMOVED);
    console.press("e").write("!").press("enter").settle();
    let described = console.notice().to_owned();
    console.press("!");
    let Screen::Outcomes(state) = console.model.screen() else {
        panic!("the last outcomes are on show");
    };
    let told: Vec<&str> = state.parts.iter().map(|part| part.told.notice.text.as_str()).collect();
    assert_eq!(told, [described.as_str(), REMOVED], "the latest first");
    assert!(console.why_not("!").is_some(), "it is on show");
    console.press("esc");
    assert!(matches!(console.model.screen(), Screen::Workspaces(_)));
}

/// In the list nothing stands beside it that would say so.
#[test]
fn of_several_changes_it_is_told_what_they_were() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter").settle();
    let added = "3 applied; confirmed, effective within about 30 s (add members to 'ml-team')";
    assert_eq!(console.notice(), added);
    console.press("u").settle().press("enter").settle().press("y").settle();
    console.press("!");
    let Screen::Outcomes(state) = console.model.screen() else {
        panic!("the last outcomes are on show");
    };
    let told: Vec<&str> = state.parts.iter().map(|part| part.told.notice.text.as_str()).collect();
    let removed = "3 applied; confirmed, effective within about 30 s (remove members from 'ml-team')";
    assert_eq!(told, [removed, added]);
}

#[test]
fn before_anything_was_done_there_is_nothing_to_call_back() {
    let console = Console::open(platform());
    assert_eq!(console.why_not("!").as_deref(), Some("no change was made so far"));
}

#[test]
fn old_outcomes_make_room_for_new_ones() {
    use jiff::Timestamp;
    use nmp_console::app::notice::{Notice, Outcomes, Tone};
    let mut outcomes = Outcomes::default();
    for n in 0..60 {
        outcomes.add(Timestamp::UNIX_EPOCH, Notice::new(Tone::Success, &n.to_string()));
    }
    assert_eq!(outcomes.latest_first().count(), 50);
    assert_eq!(outcomes.latest_first().next().unwrap().notice.text.as_str(), "59");
    let (notice, n_earlier) = outcomes.take_unseen().unwrap();
    assert_eq!((notice.text.as_str(), n_earlier), ("59", 49));
    assert_eq!(outcomes.take_unseen(), None);
}

/// The row that tells what went wrong cuts what is long.
#[test]
fn what_stands_on_the_screen_can_be_read_in_full() {
    let mut console = Console::open(platform());
    console.paste("x");
    let said = console.notice().to_owned();
    assert!(said.starts_with("you can paste only"), "{said}");
    for _ in 0..2 {
        console.press("!");
        let Screen::Outcomes(state) = console.model.screen() else {
            panic!("{}: {}", console.title(), console.notice());
        };
        let told: Vec<&str> = state.parts.iter().map(|part| part.told.notice.text.as_str()).collect();
        assert_eq!(told, [said.as_str()], "once");
        console.press("esc");
    }
}

#[test]
fn why_a_key_can_do_nothing_is_no_outcome() {
    let mut console = Console::open(platform());
    console.press("!");
    assert_eq!(console.notice(), "no change was made so far");
    assert_eq!(console.why_not("!").as_deref(), Some("no change was made so far"));
}

/// The row of notices cuts what is long, and the next key takes it away.
#[test]
fn what_was_told_at_the_start_can_be_read_again_in_full() {
    let keys = format!(
        "your keys: {}",
        "d is refresh in [screen], not delete in [workspaces]; ".repeat(9)
    );
    let views = "cannot use the views views.toml: line 3, column 12: no column is called 'nmae'";
    let warned = Session {
        warnings: vec![SafeText::new(views), SafeText::new(&keys)],
        ..session()
    };
    let mut console = Console::start(platform(), warned);
    console.settle().press("!");
    let Screen::Outcomes(state) = console.model.screen() else {
        panic!("{}", console.title());
    };
    let parts = state.parts.iter().map(|part| part.told.notice.text.as_str());
    let told: Vec<&str> = parts.collect();
    assert_eq!(told.join(" "), format!("{views} {keys}"));
    assert!(state.parts.iter().all(|part| part.told.notice.tone == Tone::Warning));
    assert_eq!(state.parts.iter().filter(|part| !part.goes_on).count(), 2);
}
