//! Stopping a plan that is under way: what goes on, what does not, and that nothing of it is lost.

use super::members_of;
use crate::console::Console;
use nmp_console::app::dialog::{Form, Stage};
use pretty_assertions::assert_eq;

/// Three members are being added, and the request for the first one is out.
fn adding_three() -> Console {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter").step();
    assert_eq!(console.sends().len(), 1);
    console
}

fn was_told(console: &Console, outcome: &str) -> bool {
    let mut told = console.model.outcomes.latest_first();
    told.any(|one| one.notice.text.as_str() == outcome)
}

fn in_the_field(console: &Console) -> &str {
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    form.principals.value()
}

#[test]
fn who_stops_a_plan_keeps_the_dialog_with_what_was_not_started() {
    let mut console = adding_three();
    console.press("esc");
    let Stage::Running(run) = &console.dialog().stage else {
        panic!("the dialog waits for what is under way");
    };
    assert_eq!((run.n_under_way(), run.n_given_up()), (1, 2));
    console.settle();
    assert!(console.is_editing());
    let sum = "stopped: 1 applied, 2 not started; confirmed, effective within about 30 s";
    assert_eq!(console.problem(), sum);
    assert_eq!(in_the_field(&console), "e@x, f@x");
    assert_eq!(console.sent.len(), 1, "what was not sent is not sent unseen");
    let told = "1 applied, 2 not started; confirmed, effective within about 30 s \
                (add members to 'ml-team')";
    assert!(was_told(&console, told), "it can be called back");
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 3);
    assert!(console.notice().starts_with("2 applied"), "{}", console.notice());
}

#[test]
fn a_plan_stopped_before_anything_was_sent_is_there_again() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter").press("esc");
    assert!(console.is_editing());
    assert_eq!(console.problem(), "stopped before anything was sent");
    assert_eq!(in_the_field(&console), "d@x, e@x, f@x");
    console.settle();
    assert_eq!(console.sent.len(), 0);
}

#[test]
fn who_stops_waiting_for_several_changes_hears_what_goes_on_and_later_what_became_of_all() {
    let mut console = adding_three();
    console.press("esc esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(
        console.notice(),
        "1 change is still running, 2 not started; the result will appear here"
    );
    console.settle();
    let outcome = "1 applied, 2 not started; confirmed, effective within about 30 s \
                   (add members to 'ml-team')";
    assert_eq!(console.notice(), outcome);
    assert_eq!(console.sent.len(), 1, "what was not sent is not sent unseen");
    assert!(was_told(&console, outcome));
}

#[test]
fn a_single_change_has_nothing_to_stop() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x").press("enter").step().press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.notice(), "still running; the result will appear here");
}

#[test]
fn an_esc_that_nobody_can_have_meant_for_it_does_not_leave_a_plan_that_was_stopped() {
    let mut console = adding_three();
    console.rush("esc esc", false);
    assert!(console.dialog().is_stopping());
    assert!(console.notice().starts_with("esc was ignored"), "{}", console.notice());
    console.rush("esc", true);
    assert!(console.dialog().is_stopping());

    let mut console = adding_three();
    console.hold("esc", 9).let_go();
    assert!(console.dialog().is_stopping());
    assert!(
        console.notice().starts_with("esc was held down"),
        "{}",
        console.notice()
    );
    console.press("esc");
    assert!(console.model.dialogs.is_empty(), "pressed by itself it does");
}

#[test]
fn an_esc_does_nothing_to_what_comes_back_before_it_counts() {
    let mut console = adding_three();
    console.press("esc").hold("esc", 1).settle();
    assert!(console.is_editing());
    console.let_go();
    assert_eq!(in_the_field(&console), "e@x, f@x");
}

/// It comes back while the key that stopped it is still down.
#[test]
fn an_esc_that_is_still_held_down_does_not_close_what_it_stopped() {
    let mut console = adding_three();
    console.hold("esc", 1).settle();
    assert!(console.is_editing());
    console.hold("esc", 9).let_go();
    assert_eq!(in_the_field(&console), "e@x, f@x");
    assert_eq!(
        console.notice(),
        "esc was held down, so this dialog stays; press it again to close it"
    );
    console.press("esc");
    assert!(console.dialog().is_leaving, "what is typed would be lost");
    console.press("esc");
    assert!(console.model.dialogs.is_empty(), "pressed by itself it does");
}
