//! Changes under way: waiting, not waiting, quitting, and workspaces left without an Admin.

use super::{members_of, members_on, platform};
use crate::console::{Console, ticket_of};
use crate::platform::{at, failure, roles, who};
use nmp_console::app::dialog::Form;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Found, Msg, Query};
use nmp_console::app::screen::Screen;
use nmp_console::domain::change::{Change, RoleChange};
use nmp_console::domain::platform::Allowed;
use pretty_assertions::assert_eq;

/// A promotion whose request is on its way.
fn sending() -> Console {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ enter").step();
    assert_eq!(console.sends().len(), 1);
    console
}

#[test]
fn a_change_that_is_not_waited_for_goes_on_and_tells_its_outcome() {
    let mut console = sending();
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    assert!(
        console
            .notice()
            .starts_with("still running; the result will appear here")
    );
    assert!(
        !console.asked.iter().any(|effect| matches!(effect, Effect::Abandon(_))),
        "a change is never aborted"
    );
    let busy = "a change to this workspace is still running: wait for it to finish";
    for key in ["a", "e", "d", "w"] {
        assert_eq!(console.why_not(key).as_deref(), Some(busy), "{key}");
    }
    console.settle();
    assert!(
        console
            .notice()
            .starts_with("bob@example.com is now Editor in 'ml-team': confirmed")
    );
    assert_eq!(console.why_not("e"), None);
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn esc_before_the_request_has_left_sends_nothing() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ enter");
    let recheck = ticket_of(&console.unanswered[0]).unwrap();
    console.press("esc");
    assert_eq!(console.asked, [Effect::Abandon(recheck)]);
    assert_eq!(console.notice(), "stopped before anything was sent");
    let answer = Answer::Found(Err(failure(FailureKind::Other, "late")));
    console.tell(Msg::Answered {
        ticket: recheck,
        answer,
    });
    assert_eq!(
        (console.asked.len(), console.sent.len()),
        (0, 0),
        "the late answer is dropped"
    );
}

#[test]
fn esc_between_several_changes_tells_what_was_done_and_keeps_the_rest() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter");
    console.step().step().step();
    assert_eq!(console.sent.len(), 1, "the second is being read");
    console.press("esc");
    assert!(console.is_editing());
    assert_eq!(
        console.problem(),
        "stopped: 1 applied, 2 not started; confirmed, effective within about 30 s"
    );
    assert!(console.rows().contains(&"d@x".to_owned()), "what was done is shown");
    console.settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_second_change_of_the_same_workspace_waits_even_from_a_dialog_that_was_open_before() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "reading");
    console.go_to("bob@example.com").press("d ctrl-n");
    console.write("carol@example.com").press("enter y").step();
    assert_eq!(console.sent.len(), 1);
    console.press("esc");
    assert_eq!(console.title(), "Remove member");
    console.press("r y");
    assert_eq!(console.sent.len(), 1);
    assert!(console.problem().contains("still running"), "{}", console.problem());
    console.settle();
    console.press("enter y").settle();
    assert_eq!(console.sent.len(), 2);
}

#[test]
fn other_workspaces_are_free_meanwhile() {
    let mut console = sending();
    console
        .press("esc esc")
        .go_to("default")
        .press("e")
        .write("for all")
        .press("enter");
    console.step();
    assert_eq!(console.sends().len(), 1);
}

#[test]
fn quitting_waits_for_a_change_that_may_have_left() {
    let mut console = sending();
    console.press("ctrl-c");
    assert!(!console.has_quit());
    assert!(console.model.leaving_since.is_some());
    assert!(console.notice().contains("ctrl-c again quits at once"));
    console.step();
    assert!(!console.has_quit(), "its outcome is read back first");
    console.step();
    assert!(console.has_quit());
}

#[test]
fn a_second_time_leaves_at_once() {
    let mut console = sending();
    console.press("ctrl-c ctrl-c");
    assert!(console.has_quit());
}

#[test]
fn quitting_begins_nothing_new() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x").press("enter").step();
    console.press("ctrl-c").step().step();
    assert_eq!(console.sent.len(), 1, "the second was given up");
    assert!(console.has_quit());

    let mut console = sending();
    console.press("esc ctrl-c esc");
    console.go_to("default").press("e");
    assert!(console.model.dialogs.is_empty());
    assert!(console.why_not("e").is_some_and(|why| why.contains("is quitting")));
    let stays = "quitting when it is done; ctrl-c again quits at once";
    assert!(console.notice().ends_with(stays), "{}", console.notice());
}

#[test]
fn quitting_before_the_request_has_left_sends_nothing() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ enter ctrl-c");
    assert!(console.has_quit());
    assert_eq!(console.sent, []);
}

#[test]
fn the_terminal_going_away_ends_at_once() {
    let mut console = sending();
    console.tell(Msg::Ended);
    assert!(console.has_quit());
}

#[test]
fn an_unknown_outcome_is_settled_by_reading_back() {
    let lost = || Answer::Sent(Err(failure(FailureKind::OutcomeUnknown, "connection reset")));
    let mut applied = sending();
    applied.platform.set("ml-team", "bob@example.com", &["Editor"]);
    applied.answer(lost()).settle();
    assert_eq!(
        applied.notice(),
        "bob@example.com is now Editor in 'ml-team': applied (the answer was lost; checked by reading back)"
    );
    let mut not_applied = sending();
    not_applied.answer(lost()).settle();
    assert!(!not_applied.is_editing(), "it is looked for some seconds more");
    not_applied.wait().wait().wait();
    assert_eq!(not_applied.problem(), "not applied so far: connection reset");
    assert!(not_applied.is_editing());
    let mut contradicted = sending();
    contradicted.platform.set("ml-team", "bob@example.com", &["Editor"]);
    contradicted
        .answer(Answer::Sent(Err(failure(FailureKind::ServerError, "500"))))
        .settle();
    assert!(
        contradicted
            .notice()
            .contains("applied (checked by reading back), although the answer was: 500"),
        "{}",
        contradicted.notice()
    );
    let mut unknown = sending();
    unknown.answer(lost());
    unknown.answer(Answer::Found(Err(failure(
        FailureKind::Unreachable,
        "connection refused",
    ))));
    assert_eq!(unknown.problem(), "outcome unknown: connection reset");
    let details = unknown
        .questions()
        .iter()
        .any(|query| matches!(query, Query::Inspect { .. }));
    assert!(details, "what may have changed is read again");
}

/// A promotion whose answer was lost, and that does not read back for as long as its dialog waits.
fn not_applied_so_far() -> Console {
    let mut console = sending();
    let lost = failure(FailureKind::OutcomeUnknown, "connection reset");
    console.answer(Answer::Sent(Err(lost))).settle();
    console.wait().wait().wait();
    assert_eq!(console.problem(), "not applied so far: connection reset");
    console
}

const AFTER_ALL: &str = "bob@example.com is now Editor in 'ml-team': applied after all (checked by reading back)";

#[test]
fn what_is_applied_after_it_was_called_not_applied_is_told_then() {
    let mut console = not_applied_so_far();
    console.wait();
    assert_eq!(console.problem(), "not applied so far: connection reset");
    console.platform.set("ml-team", "bob@example.com", &["Editor"]);
    console.wait();
    assert_eq!((console.notice(), console.problem().as_str()), (AFTER_ALL, AFTER_ALL));
    let roster = console.model.store.roster(&at("ml-team")).unwrap();
    assert_eq!(roster.roles_of(&who("bob@example.com")), roles(&["Editor"]));
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 1, "there is nothing left to do");
}

#[test]
fn a_refresh_also_shows_that_it_was_applied_after_all() {
    let mut console = not_applied_so_far();
    console.platform.set("ml-team", "bob@example.com", &["Editor"]);
    console.press("esc r").settle();
    assert_eq!(console.notice(), AFTER_ALL);
    console.wait().wait();
    assert_eq!(console.model.n_awaited(), 0, "it is told once");
}

#[test]
fn looking_for_what_was_not_applied_comes_to_an_end() {
    let mut console = not_applied_so_far();
    console.press("esc").wait().wait().wait().wait();
    assert_eq!((console.model.n_awaited(), console.timers.len()), (0, 0));
}

#[test]
fn doing_it_again_is_not_taken_for_the_first_time_coming_true() {
    let mut console = not_applied_so_far();
    console.press("enter").settle();
    assert_eq!(console.sent.len(), 2);
    assert!(
        console.notice().contains("confirmed, effective"),
        "{}",
        console.notice()
    );
    console.wait().wait().wait().wait();
    assert!(
        console.notice().contains("confirmed, effective"),
        "{}",
        console.notice()
    );
}

#[test]
fn who_was_removed_before_the_change_arrived_is_not_added_by_making_it_again() {
    let mut console = sending();
    console.platform.set("ml-team", "bob@example.com", &[]);
    let lost = failure(FailureKind::OutcomeUnknown, "connection reset");
    console.answer(Answer::Sent(Err(lost))).settle();
    console.wait().wait().wait().press("enter").settle();
    assert_eq!(console.sent.len(), 1);
    assert_eq!(
        console.problem(),
        "bob@example.com is no longer a member: add it again if you need to"
    );
}

#[test]
fn who_stopped_waiting_and_who_quits_hear_what_became_of_it() {
    let lost = || Answer::Sent(Err(failure(FailureKind::OutcomeUnknown, "connection reset")));
    let mut console = sending();
    console.answer(lost()).settle().press("esc");
    assert!(console.model.dialogs.is_empty());
    console.platform.set("ml-team", "bob@example.com", &["Editor"]);
    console.wait();
    assert!(
        console.notice().contains("applied (the answer was lost"),
        "{}",
        console.notice()
    );

    let mut console = sending();
    console.answer(lost()).settle().press("ctrl-c");
    assert!(!console.has_quit(), "{}", console.notice());
    console.wait();
    assert!(!console.has_quit());
    console.press("ctrl-c");
    assert!(console.has_quit(), "a second time leaves at once");
}

#[test]
fn a_session_that_expires_in_the_middle_loses_nothing_that_was_typed() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x").press("enter").step();
    let expired = || failure(FailureKind::Unauthorized, "401: session expired");
    console.answer(Answer::Sent(Err(expired())));
    console.answer(Answer::Found(Err(expired())));
    assert_eq!(console.problem(), "401: session expired");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.principals.value(), "d@x");
}

#[test]
fn an_older_reading_does_not_bring_back_what_was_before() {
    let mut console = members_of("ml-team");
    console.press("r");
    let old = console.unanswered.pop().expect("the members are being read");
    let before = console.platform.answers(&old);
    console.go_to("bob@example.com").press("e ↓ enter").settle();
    for (ticket, answer) in before {
        console.tell(Msg::Answered { ticket, answer });
    }
    let roster = console.model.store.roster(&at("ml-team")).unwrap();
    assert_eq!(roster.roles_of(&who("bob@example.com")), roles(&["Editor"]));
}

#[test]
fn an_older_reading_of_the_list_does_not_bring_back_what_was_deleted() {
    let mut console = Console::open(platform());
    console.press("r");
    let mut older = Vec::new();
    for effect in std::mem::take(&mut console.unanswered) {
        older.extend(console.platform.answers(&effect));
    }
    console.go_to("ml-team").press("d").settle();
    console.write("ml-team").press("enter").settle();
    for (ticket, answer) in older {
        console.tell(Msg::Answered { ticket, answer });
    }
    console.settle();
    assert!(console.model.store.find(&at("ml-team")).is_none());
    assert_eq!(console.rows().len(), 5, "its row stays until it is gone");
}

/// Carol is demoted here while alice is demoted elsewhere: a race the platform loses.
fn orphaned() -> Console {
    let mut console = members_of("ml-team");
    console.go_to("carol@example.com").press("e ↑ ↑ enter y").step();
    console.platform.is_admin = Allowed::Yes;
    console.step();
    console.platform.set("ml-team", "alice@example.com", &["Viewer"]);
    console.step();
    console
}

#[test]
fn a_workspace_left_without_an_admin_is_noticed_and_mended_with_one_key() {
    let mut console = orphaned();
    let mend = Change::Roles {
        workspace: at("ml-team"),
        principal: who("carol@example.com"),
        before: roles(&["Viewer", "JobRunner"]),
        after: roles(&["Admin", "Viewer", "JobRunner"]),
    };
    assert_eq!(console.model.repair.as_ref().map(|repair| &repair.change), Some(&mend));
    console.press("R").settle();
    assert_eq!(console.sent.last(), Some(&mend));
    assert_eq!(console.model.repair, None, "there is an Admin again");
    assert!(console.why_not("R").is_some());
}

#[test]
fn a_removed_admin_is_added_again() {
    let mut console = members_of("ml-team");
    console.go_to("carol@example.com").press("d y").step();
    console.platform.is_admin = Allowed::Yes;
    console.step();
    console.platform.set("ml-team", "alice@example.com", &["Viewer"]);
    console.step();
    console.press("R").settle();
    let mend = Change::Roles {
        workspace: at("ml-team"),
        principal: who("carol@example.com"),
        before: roles(&[]),
        after: roles(&["Admin", "JobRunner"]),
    };
    assert_eq!(console.sent.last(), Some(&mend));
    assert_eq!(console.model.repair, None);
}

#[test]
fn the_offer_stays_until_an_admin_is_seen() {
    let mut console = orphaned();
    console.press("R").step();
    console.answer(Answer::Sent(Err(failure(FailureKind::Forbidden, "403"))));
    console.step();
    assert!(
        console.model.repair.is_some(),
        "it was refused: the workspace still has no Admin"
    );
    console.platform.set("ml-team", "carol@example.com", &[]);
    console.press("r").settle();
    let offered = console.model.repair.clone().map(|repair| repair.change);
    assert!(
        offered.as_ref().and_then(Change::role_change) == Some(RoleChange::Add),
        "it follows the members: {offered:?}"
    );
    console.platform.set("ml-team", "dave@example.com", &["Admin"]);
    console.press("r").settle();
    assert_eq!(console.model.repair, None, "somebody else has mended it");
}

/// The banner stands, and the platform does not know the caller as an Admin any more.
fn turned_away() -> Console {
    let mut console = orphaned();
    console.press("R");
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    console
}

#[test]
fn who_may_no_longer_mend_a_workspace_gets_the_command_for_somebody_who_can() {
    let mut console = turned_away();
    assert!(console.notice().starts_with("not sent: "), "{}", console.notice());
    assert!(
        console
            .model
            .repair
            .as_ref()
            .is_some_and(|repair| repair.is_out_of_reach)
    );
    let n_sent = console.sent.len();
    console.press("R");
    assert!(
        console.commands()[0].contains("carol@example.com"),
        "{:?}",
        console.commands()
    );
    assert!(console.caveats()[0].contains("hand this to a platform admin"));
    assert_eq!(console.asked, [], "nothing is asked in vain");
    assert_eq!(console.sent.len(), n_sent);
}

#[test]
fn what_can_be_read_again_can_be_mended_again() {
    let mut console = turned_away();
    console.press("r").settle();
    let repair = console.model.repair.as_ref();
    assert!(repair.is_some_and(|repair| !repair.is_out_of_reach), "{repair:?}");
}

#[test]
fn a_yes_to_the_repair_is_believed_where_nothing_can_be_read_back() {
    let mut console = orphaned();
    console.press("R").step();
    console.answer(Answer::Sent(Ok(())));
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    assert_eq!(console.model.repair, None);
    assert!(
        console.notice().contains("accepted, but not read back"),
        "{}",
        console.notice()
    );
}

/// Everything is accepted, and then the caller is turned away.
fn accept_unread(console: &mut Console) {
    console.answer(Answer::Sent(Ok(())));
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
}

#[test]
fn a_yes_to_less_than_an_admin_does_not_end_the_repair() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "ml-team");
    console.go_to("carol@example.com").press("e ↑ ↑ enter y").step().step();
    console.platform.set("ml-team", "alice@example.com", &["Viewer"]);
    console.step();
    assert!(console.model.repair.is_some());
    console.press("a").write("dave@example.com").press("enter").step();
    accept_unread(&mut console);
    assert!(
        console.notice().contains("accepted, but not read back"),
        "{}",
        console.notice()
    );
    assert!(console.model.repair.is_some(), "there is still no Admin");
}

#[test]
fn a_repair_that_failed_on_the_way_can_be_tried_again() {
    let mut console = orphaned();
    console.press("R");
    console.answer(Answer::Found(Err(failure(FailureKind::Unreachable, "no connection"))));
    console.press("esc R").settle();
    assert_eq!(
        console.sent.last().and_then(Change::role_change),
        Some(RoleChange::Replace)
    );
    assert_eq!(console.model.repair, None, "there is an Admin again");
}

#[test]
fn only_who_gives_up_admin_is_told_to_see_no_members_any_more() {
    let mut console = members_of("ml-team");
    console.go_to("carol@example.com").press("d y").step();
    accept_unread(&mut console);
    let told = "accepted, but not read back: 403";
    assert!(console.notice().contains(told), "{}", console.notice());
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "reading");
    console.go_to("alice@example.com").press("e ↓ enter").step();
    accept_unread(&mut console);
    assert!(console.notice().contains(told), "{}", console.notice());
}

#[test]
fn leaving_is_a_success_although_nothing_can_be_read_back() {
    let mut console = members_of("ml-team");
    console
        .go_to("alice@example.com")
        .press("d")
        .write("ml-team")
        .press("enter")
        .step();
    console.answer(Answer::Sent(Ok(())));
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    assert_eq!(
        console.notice(),
        "you left 'ml-team'; you can no longer see its members"
    );
    assert!(
        matches!(console.model.screen(), Screen::Workspaces(_)),
        "no 403 is shown"
    );
    assert_eq!(console.selected(), "ml-team");
}

#[test]
fn removing_somebody_else_is_not_leaving_where_the_caller_cannot_be_told_from_others() {
    let mut platform = platform();
    let email = platform.caller.email.take();
    let mut console = Console::open(platform);
    console.platform.caller.email = email;
    console.press("r").settle().go_to("ml-team").press("enter").settle();
    console.go_to("carol@example.com").press("d y").settle();
    assert_eq!(console.sent.len(), 1, "{}", console.notice());
    assert!(!console.notice().contains("you "), "{}", console.notice());
    assert!(matches!(console.model.screen(), Screen::Members(_)));
}

#[test]
fn who_gives_up_the_admin_of_its_group_is_told_what_it_still_holds() {
    let removed = || {
        let mut console = members_of("lonely");
        console
            .go_to("ml-leads")
            .press("d")
            .write("lonely")
            .press("enter")
            .step();
        console.platform.set("lonely", "ml-leads", &[]);
        console.answer(Answer::Sent(Ok(())));
        console
    };
    let mut console = removed();
    let roster = console.platform.roster(&at("lonely"));
    console.answer(Answer::Found(roster.map(Found::Members)));
    assert_eq!(
        console.notice(),
        "you are now Viewer in 'lonely'; you can no longer see its members, only what lies in it \
         (confirmed, effective within about 30 s)"
    );
    let mut console = removed();
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    assert_eq!(
        console.notice(),
        "accepted; you can no longer see the members of 'lonely'"
    );
}
