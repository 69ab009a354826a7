//! Leaving a plan that is under way: what goes on, what does not, and that its outcome is told.

use super::members_of;
use pretty_assertions::assert_eq;

#[test]
fn who_stops_waiting_for_several_changes_hears_what_goes_on_and_later_what_became_of_all() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter").step();
    assert_eq!(console.sends().len(), 1);
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(
        console.notice(),
        "1 change is still running, 2 not started; the result will appear here"
    );
    console.settle();
    let outcome = "1 applied, 0 refused, 0 unknown, 2 not started; confirmed, effective within about 30 s \
                   (add members to 'ml-team')";
    assert_eq!(console.notice(), outcome);
    assert_eq!(console.sent.len(), 1, "what was not sent is not sent unseen");
    let mut told = console.model.outcomes.latest_first();
    assert!(told.any(|one| one.notice.text.as_str() == outcome));
}
