//! Rights of a moment ago: the platform turns their holder away until it knows of them, and the console tries again.

mod known;

use super::platform;
use crate::console::Console;
use crate::platform::{at, failure, who};
use nmp_console::app::change::Run;
use nmp_console::app::dialog::Form;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::fresh::PAUSE;
use nmp_console::app::msg::{Answer, Effect, Found, Inspection, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::store::Members;
use nmp_console::domain::workspace::CallerAccess;

fn forbidden() -> nmp_console::app::failure::Failure {
    failure(FailureKind::Forbidden, "Forbidden")
}

/// The console on the members of a workspace that was made a moment ago and does not let its maker in yet.
fn made() -> Console {
    let mut console = Console::open(platform());
    console.press("n").write("sales").press("enter").step().step().step();
    refuse_members(&mut console);
    console.press("enter");
    console
}

fn refuse_members(console: &mut Console) {
    refuse_members_to(console, "sales", CallerAccess::Nothing);
}

/// Answers what is asked about the members by a refusal, with what the caller may do there instead.
fn refuse_members_to(console: &mut Console, workspace: &str, caller_access: CallerAccess) {
    let roster = Err(forbidden());
    let inspection = Inspection { caller_access, roster };
    console.answer(Answer::Inspected(at(workspace), Ok(inspection)));
}

fn shows_no_refusal(console: &Console) {
    let details = console.model.store.details(&at("sales"));
    assert!(details.members.is_none(), "no 403 is shown");
    assert!(console.model.retry_timer(&at("sales")).is_some());
}

/// Lets the timers run out; what is asked then stays unanswered.
fn due(console: &mut Console) {
    for ticket in std::mem::take(&mut console.timers) {
        console.tell(nmp_console::app::msg::Msg::Due(ticket));
    }
}

#[test]
fn its_members_are_read_again_until_they_can_be_read() {
    let mut console = made();
    refuse_members(&mut console);
    for _ in 0..3 {
        shows_no_refusal(&console);
        due(&mut console);
        refuse_members(&mut console);
    }
    due(&mut console);
    console.settle();
    let members = console.model.store.members(&at("sales"));
    assert_eq!(members.map(Members::len), Some(1));
}

#[test]
fn a_refusal_is_shown_once_the_platform_has_had_its_time() {
    let mut console = made();
    refuse_members(&mut console);
    for _ in 0..40 {
        due(&mut console);
        if console.unanswered.is_empty() {
            continue;
        }
        refuse_members(&mut console);
    }
    assert!(console.model.store.details(&at("sales")).is_withheld());
    assert_eq!(console.timers.len(), 0);
}

#[test]
fn people_are_added_as_soon_as_the_platform_lets_it_happen() {
    let mut console = made();
    console.settle();
    console
        .press("a")
        .paste("dan@example.com eve@example.com")
        .press("enter");
    assert!(console.asked.iter().any(|effect| matches!(effect, Effect::Read { .. })));
    for _ in 0..3 {
        console.answer(Answer::Found(Err(forbidden())));
        assert!(console.model.runs().any(|run| run.is_put_off().is_some()));
        assert_eq!(console.sent.len(), 1, "only the workspace was made");
        due(&mut console);
    }
    console.settle();
    assert_eq!(
        console.notice(),
        "2 applied; confirmed, effective within about 30 s (add members to 'sales')"
    );
    assert_eq!(console.sent.len(), 3);
    assert!(!console.platform.roles_of("sales", "eve@example.com").is_empty());
}

/// The refusal of the request itself says that nothing was done: it is begun anew, and sent once more.
#[test]
fn what_was_sent_and_refused_is_read_again_before_it_is_sent_again() {
    let mut console = made();
    console.settle();
    console.press("a").write("dan@example.com").press("enter").step();
    console.answer(Answer::Sent(Err(forbidden())));
    console.answer(Answer::Found(console.platform.roster(&at("sales")).map(Found::Members)));
    assert!(console.model.runs().any(|run| run.is_put_off().is_some()));
    due(&mut console);
    assert_eq!(console.questions().len(), 1, "it is read afresh");
    assert_eq!(console.sends().len(), 0);
    console.settle();
    assert_eq!(
        console.sent.len(),
        3,
        "the workspace, and twice the member: {:?}",
        console.sent
    );
    assert!(
        console.notice().ends_with("confirmed, effective within about 30 s"),
        "{}",
        console.notice()
    );
}

#[test]
fn esc_lets_go_and_keeps_what_was_typed() {
    let mut console = made();
    console.settle();
    console.press("a").write("dan@example.com").press("enter");
    console.answer(Answer::Found(Err(forbidden())));
    console.press("esc");
    assert!(console.is_editing());
    let problem = console.problem();
    assert!(
        problem.starts_with("nothing was changed: you became its Admin"),
        "{problem}"
    );
    due(&mut console);
    assert!(console.model.runs().next().is_none());
    console.press("enter").settle();
    assert!(!console.platform.roles_of("sales", "dan@example.com").is_empty());
}

#[test]
fn esc_lets_go_while_it_is_read_again_and_keeps_what_was_typed() {
    let mut console = made();
    console.settle();
    console.press("a").write("dan@example.com").press("enter").step();
    console.answer(Answer::Sent(Err(forbidden())));
    console.answer(Answer::Found(console.platform.roster(&at("sales")).map(Found::Members)));
    due(&mut console);
    assert_eq!(console.questions().len(), 1, "it is read afresh");
    console.press("esc");
    assert!(console.is_editing());
    assert!(
        console.problem().starts_with("nothing was changed"),
        "{}",
        console.problem()
    );
    assert!(console.dialog().has_typed());
    assert!(console.model.runs().next().is_none());
}

#[test]
fn a_change_ends_with_the_refusal_once_the_platform_has_had_its_time() {
    let mut console = made();
    console.settle();
    console
        .press("a")
        .paste("dan@example.com eve@example.com")
        .press("enter");
    for _ in 0..60 {
        if console.unanswered.is_empty() {
            due(&mut console);
            continue;
        }
        console.answer(Answer::Found(Err(forbidden())));
    }
    assert!(console.is_editing());
    assert!(console.problem().contains("2 not sent"), "{}", console.problem());
    assert_eq!(console.sent.len(), 1, "only the workspace was made");
}

#[test]
fn who_has_left_is_not_let_in_again() {
    let mut console = made();
    console.settle();
    console.platform.set("sales", "bob@example.com", &["Admin"]);
    console.press("r").settle();
    console
        .go_to("alice@example.com")
        .press("d")
        .write("sales")
        .press("enter")
        .settle();
    assert_eq!(console.model.young_right(&at("sales")), None);
    assert!(
        !console
            .platform
            .roles_of("sales", who("bob@example.com").raw())
            .is_empty()
    );
}

/// Returns whether any kind of resources on show is told as refused.
fn is_refused(console: &Console) -> bool {
    let Screen::Resources(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    state.contents.is_refused() && console.model.not_yet(&at("sales")).is_none()
}

/// Refuses everything that is asked; returns how much that was.
fn refuse_all(console: &mut Console) -> usize {
    let mut n = 0;
    while !console.unanswered.is_empty() {
        console.fail(forbidden());
        n += 1;
    }
    n
}

#[test]
fn its_resources_are_read_again_until_they_can_be_read() {
    let mut console = made();
    console.settle();
    console.press("v");
    // Each answer takes a second, and after 35 a refusal is one.
    for _ in 0..3 {
        let n_asked = refuse_all(&mut console);
        assert!(
            (1..=5).contains(&n_asked),
            "{n_asked} questions while nothing is let in"
        );
        assert!(!is_refused(&console));
        let why = console.model.not_yet(&at("sales")).unwrap();
        assert!(why.starts_with("you became its Admin"), "{why}");
        assert!(why.contains(": trying again "), "{why}");
        due(&mut console);
        let why = console.model.not_yet(&at("sales")).unwrap();
        assert!(why.ends_with(": trying again now"), "{why}");
        assert!(!console.unanswered.is_empty(), "they are asked for again");
    }
    console.settle();
    assert!(!is_refused(&console));
    assert_eq!(
        console.model.not_yet(&at("sales")),
        None,
        "the platform knows of it by now"
    );
}

#[test]
fn whoever_refreshes_does_not_wait_for_the_timer() {
    let mut console = made();
    console.settle();
    console.press("v");
    refuse_all(&mut console);
    console.press("r");
    assert!(!console.unanswered.is_empty());
}

#[test]
fn resources_that_stay_refused_are_told_as_that_in_the_end() {
    let mut console = made();
    console.settle();
    console.press("v");
    for _ in 0..40 {
        refuse_all(&mut console);
        due(&mut console);
    }
    assert!(is_refused(&console));
    assert_eq!(console.timers.len(), 0);
}

#[test]
fn resources_are_read_when_they_are_looked_at_again() {
    let mut console = made();
    console.settle();
    console.press("v");
    refuse_all(&mut console);
    console.press("?");
    due(&mut console);
    console.press("esc");
    assert!(!console.unanswered.is_empty(), "nothing else would read them");
}

#[test]
fn what_is_lost_with_it_is_counted_as_soon_as_the_platform_lets_it_happen() {
    let mut console = made();
    console.settle();
    console.press("esc").go_to("sales").press("d");
    for _ in 0..3 {
        assert_eq!(refuse_all(&mut console), 1);
        assert!(console.is_editing());
        assert!(console.model.not_yet(&at("sales")).is_some());
        due(&mut console);
    }
    assert!(matches!(console.questions()[..], [Query::Inventory(..)]));
    console.settle();
    assert!(console.is_confirming());
    console.write("sales").press("enter").settle();
    assert!(
        console
            .platform
            .rooms
            .iter()
            .all(|room| room.workspace.name != at("sales"))
    );
}

#[test]
fn what_is_lost_with_several_is_counted_as_soon_as_the_platform_lets_it_happen() {
    let mut console = made();
    console.settle();
    // The cursor is on it, and goes on with each mark.
    console.press("esc space space d");
    assert_eq!(console.title(), "Delete workspaces");
    for _ in 0..3 {
        assert_eq!(refuse_all(&mut console), 1);
        assert!(console.is_editing());
        due(&mut console);
    }
    console.settle();
    assert!(console.is_confirming());
}

#[test]
fn a_count_that_stays_refused_is_told_as_that_in_the_end() {
    let mut console = made();
    console.settle();
    console.press("esc").go_to("sales").press("d");
    for _ in 0..40 {
        refuse_all(&mut console);
        due(&mut console);
    }
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("{}", console.title());
    };
    assert!(form.inventory.failure().is_some());
    assert_eq!(console.timers.len(), 0);
}

#[test]
fn one_timer_serves_all_that_is_refused() {
    let mut console = made();
    refuse_members(&mut console);
    assert_eq!(refuse_all(&mut console), 0);
    console.press("v");
    refuse_all(&mut console);
    console.press("esc esc").go_to("sales").press("d");
    refuse_all(&mut console);
    let timer = console.model.retry_timer(&at("sales"));
    assert!(timer.is_some_and(|ticket| console.timers.contains(&ticket)));
    let n_timers = console.delays.iter().filter(|delay| **delay == PAUSE).count();
    assert_eq!(n_timers, 1, "{:?}", console.delays);
    due(&mut console);
    let inspects = |query: &Query| matches!(query, Query::Inspect { .. });
    assert!(
        console
            .unanswered
            .iter()
            .any(|one| matches!(one, Effect::Read { query, .. } if inspects(query)))
    );
}

/// The members behind the dialog are read again by themselves, at other moments than the change.
#[test]
fn one_time_is_told_until_a_young_right_is_tried_again() {
    let mut console = made();
    let timer = console.model.retry_timer(&at("sales"));
    let reading = timer.expect("its members are read again later");
    let alone = console.model.next_try(reading);
    assert_eq!(console.model.next_try_in(&at("sales"), timer), alone);
    console.press("a").write("dan@example.com").press("enter");
    console.answer(Answer::Found(Err(forbidden())));
    let run = console.model.runs().next().unwrap();
    let (ticket, _) = run.is_put_off().unwrap();
    assert_ne!(console.model.next_try(ticket), console.model.next_try(reading));
    assert_eq!(
        console.model.next_try_in(&at("sales"), timer),
        console.model.next_try(ticket)
    );
}

/// Whatever else the platform has answered meanwhile, and whatever the caller has gained.
#[test]
fn a_count_that_was_put_off_is_made_although_the_members_could_be_read() {
    let mut console = made();
    refuse_members(&mut console);
    console.press("esc").go_to("sales").press("d");
    assert_eq!(refuse_all(&mut console), 1);
    due(&mut console);
    assert!(
        matches!(counts(&console)[..], [_]),
        "members and count are asked for at once: {:?}",
        console.unanswered
    );
    console.fail(forbidden()).settle();
    assert!(console.model.store.details(&at("sales")).is_known());
    let why = console.model.not_yet(&at("sales")).unwrap();
    assert!(why.contains(": trying again in "), "{why}");
    assert!(counts(&console).is_empty());
    due(&mut console);
    assert!(
        matches!(counts(&console)[..], [_]),
        "nothing would count: {:?}",
        console.unanswered
    );
    console.settle();
    assert!(console.is_confirming());
}

/// Returns the workspaces that are being counted.
fn counts(console: &Console) -> Vec<String> {
    let count = |effect: &Effect| {
        let Effect::Read {
            query: Query::Inventory(workspace, _),
            ..
        } = effect
        else {
            return None;
        };
        Some(workspace.raw().to_owned())
    };
    console.unanswered.iter().filter_map(count).collect()
}

#[test]
fn one_kind_that_is_refused_holds_up_no_other_and_is_told_as_not_allowed_yet() {
    let mut console = made();
    console.settle();
    due(&mut console);
    console.press("v");
    console.fail(forbidden()).step();
    let next_look = console.model.next_look(&at("sales"));
    assert!(next_look.is_some_and(|text| text.starts_with("trying again in ")));
    console.settle();
    let Screen::Resources(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    assert!(state.contents.is_refused());
    let n_unread = state.contents.listings().iter().filter(|one| one.n_total().is_none());
    assert_eq!(n_unread.count(), 1, "the others are read meanwhile");
    due(&mut console);
    assert_eq!(console.unanswered.len(), 1, "only what was refused is read again");
    console.settle();
    assert!(!is_refused(&console));
}

#[test]
fn one_workspace_that_cannot_be_counted_yet_holds_up_no_other() {
    let mut console = Console::open(platform());
    console.platform = console
        .platform
        .clone()
        .with("zeta", &[("alice@example.com", &["Admin"])]);
    console.press("r").settle();
    console.press("n").write("sales").press("enter").settle();
    console
        .press("esc")
        .go_to("sales")
        .press("space")
        .go_to("zeta")
        .press("space d");
    assert_eq!(counts(&console), ["sales"]);
    console.fail(forbidden());
    assert_eq!(counts(&console), ["zeta"]);
    console.settle();
    assert!(console.is_editing(), "one is still to be counted");
    due(&mut console);
    assert_eq!(counts(&console), ["sales"]);
    console.settle();
    assert!(console.is_confirming());
}

/// Two members are being added, the request for the first one is out, and the key is pressed that gives up the rest.
fn stopped_by(key: &str) -> Console {
    let mut console = made();
    console.settle();
    console
        .press("a")
        .paste("dan@example.com eve@example.com")
        .press("enter")
        .step();
    assert_eq!(console.sent.len(), 2, "the workspace, and the first member");
    console.press(key);
    console.delays.clear();
    console.answer(Answer::Sent(Err(forbidden())));
    console.answer(Answer::Found(console.platform.roster(&at("sales")).map(Found::Members)));
    console
}

#[test]
fn what_is_refused_after_the_plan_was_stopped_is_not_sent_again() {
    let mut console = stopped_by("esc");
    assert!(console.is_editing(), "it is settled");
    let problem = console.problem();
    assert!(problem.starts_with("stopped: 0 applied, 1 refused"), "{problem}");
    assert!(!console.delays.contains(&PAUSE), "{:?}", console.delays);
    console.wait();
    assert_eq!(console.sent.len(), 2);

    let console = stopped_by("ctrl-c");
    assert!(console.has_quit(), "nothing is waited for");
    assert_eq!(console.sent.len(), 2);
}

/// Where its dialog is left, nobody could end what is tried again.
#[test]
fn what_is_refused_after_its_dialog_was_left_is_not_sent_again() {
    let mut console = made();
    console.settle();
    console.press("a").write("dan@example.com").press("enter").step();
    console.press("esc");
    assert!(console.model.dialogs.is_empty());
    console.delays.clear();
    console.answer(Answer::Sent(Err(forbidden())));
    console.answer(Answer::Found(console.platform.roster(&at("sales")).map(Found::Members)));
    assert!(!console.delays.contains(&PAUSE), "{:?}", console.delays);
    assert!(console.model.runs().all(Run::is_over));
    console.wait();
    assert_eq!(console.sent.len(), 2, "the workspace, and once the member");
}
