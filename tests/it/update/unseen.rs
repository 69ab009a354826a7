//! What is pressed, clicked and pasted while the screen is too small for anything to be drawn on it.

use super::members_of;
use crate::console::Console;
use nmp_console::app::keymap::{Action, Opens};
use nmp_console::app::msg::{Effect, Msg, Size};
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::app::pointer::Target;

fn resize(console: &mut Console, width: u16, height: u16) {
    console.tell(Msg::Resized(Size { width, height }));
}

#[test]
fn nothing_is_changed_in_the_dark() {
    for (width, height) in [(59, 24), (80, 15), (30, 8)] {
        let mut console = members_of("ml-team");
        console.press("g j");
        resize(&mut console, width, height);
        let before = console.model.clone();
        console.press("d y").rush("'dy'", false).rush("'d'", true);
        console.paste("bob@example.com").press("a ctrl-o");
        let hint = Target::Key("d".parse().unwrap(), Action::Open(Opens::RemoveMember));
        console
            .tell(Msg::Pointed(hint))
            .tell(Msg::Pointed(Target::Row(0)))
            .tell(Msg::Wheeled(true))
            .settle();
        assert!(console.sent.is_empty() && console.model.dialogs.is_empty());
        assert_eq!(console.model.screens, before.screens);
        assert_eq!(console.model.notice, before.notice);
        // A question that stood on the screen before is not answered either.
        resize(&mut console, 80, 24);
        console.press("d");
        assert!(console.is_confirming());
        resize(&mut console, width, height);
        console.press("y enter").settle();
        assert!(console.is_confirming() && console.sent.is_empty());
        resize(&mut console, 80, 24);
        console.press("y").settle();
        assert_eq!(console.sent.len(), 1);
    }
}

#[test]
fn one_can_leave_in_the_dark() {
    let mut console = members_of("ml-team");
    resize(&mut console, 30, 8);
    console.press("q");
    assert!(!console.has_quit());
    console.press("ctrl-l");
    assert!(console.asked.contains(&Effect::Redraw));
    console.press("ctrl-z");
    assert!(console.asked.contains(&Effect::Suspend));
    console.press("ctrl-c");
    assert!(console.has_quit());
}

/// What a key means is asked where it counts: a yes that was put on a key of the terminal's is no redrawing there.
#[test]
fn a_yes_on_a_key_that_redraws_elsewhere_is_none_in_the_dark() {
    let own = OwnKeys::parse("[confirm]\nyes = [\"ctrl-l\"]\n").unwrap();
    let mut console = members_of("ml-team");
    console.model.keymap = own.keymap;
    console.press("g j d");
    assert!(console.is_confirming());
    resize(&mut console, 30, 8);
    console.press("ctrl-l").rush("ctrl-l", false).settle();
    assert!(console.is_confirming() && console.sent.is_empty());
    resize(&mut console, 80, 24);
    console.press("ctrl-l").settle();
    assert_eq!(console.sent.len(), 1);
}

/// Whoever is told everything in lines needs no screen.
#[test]
fn lines_are_told_in_any_size() {
    let mut console = members_of("ml-team");
    console.model.speak();
    resize(&mut console, 30, 8);
    console.press("d");
    assert!(console.is_confirming());
}
