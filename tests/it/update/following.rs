//! A deletion that goes on: how far it is, its end, and what is said of it where nobody tells.

use super::deleting::{accepted, on};
use crate::console::Console;
use crate::platform::{Platform, at, failure};
use nmp_console::app::deletions::End;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, ChangeTarget, Effect, Found, Msg, Query, Ticket};
use nmp_console::app::notice::Tone;
use nmp_console::app::session::Session;
use nmp_console::domain::activity::LeftOver;
use nmp_console::domain::change::Change;
use nmp_console::domain::deletion::{Remembered, Stage as Dying};
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::text::SafeText;
use nmp_console::ui::theme::ColorDepth;
use nmp_console::ui::{self, Look};
use pretty_assertions::assert_eq;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A platform whose caller made `ml-team` and so is told about its deletion.
fn told() -> Platform {
    let mut platform = on(Generation::Helix);
    platform.room("ml-team").workspace.created_by = Some("subject-of-alice@example.com".to_owned());
    platform
}

/// What a deletion under way is asked about next: its timer.
fn timer(console: &Console) -> Ticket {
    let timers = console.asked.iter().filter_map(|effect| {
        if let Effect::After { ticket, .. } = effect {
            Some(*ticket)
        } else {
            None
        }
    });
    let timers: Vec<Ticket> = timers.collect();
    let [timer] = timers.as_slice() else {
        panic!("one timer, not {:?}", console.asked);
    };
    *timer
}

fn become_of(console: &mut Console, stage: Dying, error: Option<&str>) {
    let (_, status) = console.platform.dying.first_mut().expect("a deletion is under way");
    status.stage = stage;
    status.error = error.map(SafeText::new);
}

fn stage(console: &Console) -> String {
    let deletion = console.model.store.deletions().find(&at("ml-team"));
    let stage = deletion.and_then(|deletion| deletion.stage());
    stage.map(|stage| stage.label().to_string()).unwrap_or_default()
}

/// Answers every look at the workspace with `found` until no other one is to come.
fn look(console: &mut Console, found: &Answer) {
    let mut due = timer(console);
    for _ in 0..100 {
        for _ in 0..60 {
            console.tell(Msg::Resumed);
        }
        console.tell(Msg::Due(due));
        console.answer(found.clone());
        if console.n_timers() == 0 {
            return;
        }
        due = timer(console);
    }
    panic!("it is looked for without end");
}

fn failed(kind: FailureKind, headline: &str) -> Answer {
    Answer::Found(Err(failure(kind, headline)))
}

#[test]
fn what_could_not_be_looked_for_is_not_said_to_be_there() {
    let mut console = accepted(on(Generation::Platform06));
    look(
        &mut console,
        &failed(FailureKind::Unreachable, "cannot read 'ml-team': connection refused"),
    );
    assert_eq!(
        console.notice(),
        "whether 'ml-team' is gone could not be seen after 10 min: connection refused"
    );
}

#[test]
fn what_can_no_longer_be_seen_is_not_said_to_be_gone() {
    let mut console = accepted(on(Generation::Platform06));
    look(&mut console, &failed(FailureKind::Forbidden, "403"));
    assert_eq!(
        console.notice(),
        "'ml-team' can no longer be seen; its name stays taken until its contents are destroyed"
    );
    let tone = console.model.notice.as_ref().map(|notice| notice.tone);
    assert_eq!(tone, Some(Tone::Warning));
}

#[test]
fn of_a_deletion_that_somebody_else_began_no_id_tells_that_it_is_another_workspace() {
    let mut console = accepted(on(Generation::Platform06));
    let deletions = console.model.store.deletions();
    let mut deletion = deletions.find(&at("ml-team")).unwrap().clone();
    let there = deletion.workspace.clone();
    deletion.workspace.id.clear();
    console.model.store.deletions_mut().begin(deletion);
    look(&mut console, &Answer::Found(Ok(Found::Workspace(Some(there)))));
    assert!(
        console.notice().starts_with("'ml-team' is still there after 10 min"),
        "{}",
        console.notice()
    );
}

/// What the row of the workspace says, if there is one.
fn row(console: &Console) -> Option<String> {
    let deletion = console.model.store.deletions().find(&at("ml-team"))?;
    let is_listed = console.rows().iter().any(|row| row == "ml-team");
    is_listed.then(|| deletion.in_words(console.model.now))
}

#[test]
fn the_row_of_what_is_gone_goes_with_the_word_that_it_is() {
    let mut console = accepted(on(Generation::Platform06));
    assert!(row(&console).unwrap().starts_with("deleting ("), "{:?}", row(&console));
    look(&mut console, &Answer::Found(Ok(Found::Workspace(None))));
    assert!(
        console.notice().starts_with("'ml-team' is gone; "),
        "{}",
        console.notice()
    );
    assert!(!console.rows().contains(&"ml-team".to_owned()), "{:?}", console.rows());
}

#[test]
fn the_row_of_what_can_be_retried_or_was_not_seen_to_be_gone_says_what_was_told() {
    let mut platform = on(Generation::Platform06);
    platform.is_admin = Allowed::Yes;
    let mut console = accepted(platform);
    look(&mut console, &Answer::Found(Ok(Found::Workspace(None))));
    assert_eq!(row(&console).as_deref(), Some("gone; its name may stay taken"));
    let mut console = accepted(on(Generation::Platform06));
    look(&mut console, &failed(FailureKind::Forbidden, "403"));
    assert_eq!(row(&console).as_deref(), Some("deleted; it can no longer be seen"));
}

#[test]
fn an_accepted_deletion_is_followed_to_its_end() {
    let mut console = accepted(told());
    assert_eq!(
        console.notice(),
        "deleting 'ml-team' and everything in it: progress is shown in its row"
    );
    assert_eq!((console.rows().len(), stage(&console).as_str()), (5, "pending"));
    for key in ["d", "e", "v"] {
        let why = console.go_to("ml-team").why_not(key).unwrap();
        assert!(why.contains("is being deleted"), "{key}: {why}");
    }
    console.press("r").settle();
    assert_eq!(
        (console.rows().len(), stage(&console).as_str()),
        (5, "pending"),
        "a refresh keeps it"
    );
    console.press("g enter").settle();
    console.press("esc");
    assert!(console.rows().contains(&"ml-team".to_owned()), "so does another screen");
}

#[test]
fn the_end_is_told_and_the_row_goes() {
    let mut console = accepted(told());
    become_of(&mut console, Dying::Deleting, None);
    let due = timer(&console);
    console.tell(Msg::Due(due)).settle();
    assert_eq!(stage(&console), "deleting");
    console.platform.dying.clear();
    let due = timer(&console);
    console.tell(Msg::Due(due)).step();
    assert!(console.asked.contains(&Effect::Forget(at("ml-team"))));
    assert!(
        console.notice().starts_with("'ml-team' is gone after "),
        "{}",
        console.notice()
    );
    assert!(!console.rows().contains(&"ml-team".to_owned()));
    assert_eq!(console.n_timers(), 0, "nothing more is asked");
}

#[test]
fn a_deletion_that_breaks_off_says_why_and_a_platform_admin_can_have_it_tried_again() {
    let mut platform = told();
    platform.is_admin = Allowed::Yes;
    let mut console = accepted(platform);
    console.go_to("ml-team").press("enter");
    assert_eq!(console.title(), "Deletion status");
    assert_eq!(
        console.why_not("enter").unwrap(),
        "it has not failed: there is nothing to retry"
    );
    console.press("esc");
    become_of(&mut console, Dying::Failed, Some("1 job is stuck"));
    let effects = accepted_timer(&console);
    console.tell(Msg::Due(effects)).settle();
    assert!(console.notice().contains("failed"), "{}", console.notice());
    console.go_to("ml-team").press("enter enter");
    assert!(console.is_confirming());
    console.press("y").settle();
    let retry = Change::RetryDeletion {
        workspace: at("ml-team"),
    };
    assert_eq!(console.sent.last(), Some(&retry));
    assert_eq!(stage(&console), "pending");
}

/// The timer of the deletion under way, found by what it does.
fn accepted_timer(console: &Console) -> Ticket {
    let due = (0..400).map(Ticket::new).find(|ticket| {
        let mut probe = console.model.clone();
        let msg = Msg::Due(*ticket);
        let stamped = nmp_console::app::msg::Stamped { at: probe.now, msg };
        let effects = nmp_console::app::update::update(&mut probe, stamped);
        effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Read {
                    query: Query::Deletion(_),
                    ..
                }
            )
        })
    });
    due.expect("a timer is running")
}

#[test]
fn only_a_platform_admin_can_have_it_tried_again() {
    let mut console = accepted(told());
    become_of(&mut console, Dying::Failed, Some("1 job is stuck"));
    let due = timer(&console);
    console.tell(Msg::Due(due)).settle();
    console.go_to("ml-team").press("enter");
    assert_eq!(
        console.why_not("enter").unwrap(),
        "only platform admins can ask for another attempt"
    );
}

#[test]
fn another_attempt_never_deletes_a_workspace_that_has_taken_the_name() {
    let mut platform = told();
    platform.is_admin = Allowed::Yes;
    let mut console = accepted(platform);
    become_of(&mut console, Dying::Failed, None);
    let due = timer(&console);
    console.tell(Msg::Due(due)).settle();
    console.platform.dying.clear();
    console.platform = std::mem::replace(&mut console.platform, Platform::of("x")).with("ml-team", &[]);
    console.go_to("ml-team").press("enter enter y").settle();
    assert_eq!(console.sent.len(), 1, "only the deletion itself");
    assert!(console.platform.find(&at("ml-team")).is_some());
}

#[test]
fn a_lost_connection_right_after_the_request_is_looked_up_and_then_followed() {
    let mut console = Console::open(told());
    console.go_to("ml-team").press("d").settle();
    console.write("ml-team").press("enter").step();
    let effect = console.unanswered.last().cloned().expect("the request is under way");
    console.platform.answers(&effect);
    console.answer(Answer::Sent(Err(failure(FailureKind::OutcomeUnknown, "cut"))));
    console.settle();
    assert_eq!((console.sent.len(), stage(&console).as_str()), (1, "pending"));
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn where_nobody_tells_the_reserved_name_is_mentioned_once_more() {
    let mut platform = on(Generation::Platform06);
    platform.is_admin = Allowed::Yes;
    let mut console = accepted(platform);
    assert!(console.notice().ends_with("this platform does not report progress"));
    let due = timer(&console);
    console.tell(Msg::Due(due));
    let looks = [Query::Target(ChangeTarget::Workspace(at("ml-team")))];
    assert_eq!(console.questions(), looks.iter().collect::<Vec<_>>());
    console.settle();
    assert_eq!(
        console.notice(),
        "'ml-team' is gone; its name stays taken until its contents are destroyed; if it stays taken, enter on \
         its row retries"
    );
    assert_eq!(console.n_timers(), 0);
    console.go_to("ml-team").press("enter enter y").settle();
    assert!(matches!(console.sent.last(), Some(Change::RetryDeletion { .. })));
    for _ in 0..70 {
        console.tell(Msg::Resumed);
    }
    console.press("esc esc r").settle();
    assert!(
        !console.rows().contains(&"ml-team".to_owned()),
        "a refresh after a minute lets it go"
    );
}

#[test]
fn a_workspace_that_does_not_go_is_looked_for_ten_minutes_and_no_longer() {
    let mut console = accepted(on(Generation::Platform06));
    let there = console
        .model
        .store
        .deletions()
        .find(&at("ml-team"))
        .unwrap()
        .workspace
        .clone();
    let mut due = timer(&console);
    for n_looks in 1..100 {
        for _ in 0..60 {
            console.tell(Msg::Resumed);
        }
        console.tell(Msg::Due(due));
        console.answer(Answer::Found(Ok(Found::Workspace(Some(there.clone())))));
        if console.n_timers() == 0 {
            assert!((8..=10).contains(&n_looks), "{n_looks}");
            break;
        }
        due = timer(&console);
    }
    assert!(
        console.notice().starts_with("'ml-team' is still there after 10 min"),
        "{}",
        console.notice()
    );
}

/// Helix 0.7 tells nobody, though it is of the generation whose newer releases do; and of some nothing is known.
#[test]
fn nothing_is_promised_and_nothing_asked_where_it_is_not_known_to_be_told() {
    for (generation, deletion_status, words) in [
        (Generation::Helix, Support::No, "this platform does not report progress"),
        (
            Generation::Helix,
            Support::Unknown,
            "cannot tell whether this platform reports progress",
        ),
        (
            Generation::Unknown,
            Support::Unknown,
            "cannot tell whether this platform reports progress",
        ),
    ] {
        let mut platform = told().being(generation, deletion_status);
        platform.is_admin = Allowed::Yes;
        let mut console = accepted(platform);
        assert!(console.notice().ends_with(words), "{}", console.notice());
        let asks = |effect: &Effect| {
            matches!(
                effect,
                Effect::Read {
                    query: Query::Deletion(_),
                    ..
                }
            )
        };
        assert!(!console.asked.iter().any(asks), "{:?}", console.asked);
        assert!(!console.asked.iter().any(|effect| matches!(effect, Effect::Remember(_))));
        console.go_to("ml-team").press("enter x");
        let named = console.commands().join("\n");
        assert!(!named.contains("deletion-status"), "{named}");
    }
}

#[test]
fn a_restart_goes_on_following_but_only_as_the_same_caller() {
    let mut before = accepted(told());
    let remembered: Vec<Remembered> = std::mem::take(&mut before.remembered);
    assert_eq!(remembered.len(), 1);
    let start = |platform: Platform| {
        let session = Session {
            left: LeftOver {
                deletions: remembered.clone(),
                open: Vec::new(),
            },
            ..crate::console::session()
        };
        let mut console = Console::start(platform, session);
        console.settle();
        console
    };
    let again = start(before.platform.clone());
    assert!(again.rows().contains(&"ml-team".to_owned()));
    assert_eq!(stage(&again), "pending");
    let mut other = before.platform.clone();
    other.caller.email = Some("bob@example.com".to_owned());
    let somebody_else = start(other);
    assert!(!somebody_else.rows().contains(&"ml-team".to_owned()));
    assert!(
        !somebody_else.asked.contains(&Effect::Forget(at("ml-team"))),
        "it is not theirs to forget"
    );
}

#[test]
fn a_reserved_name_is_explained_and_its_deletion_adopted() {
    let mut platform = told();
    platform.is_admin = Allowed::Yes;
    let mut console = Console::open(platform);
    console
        .platform
        .change(&Change::DeleteWorkspace {
            workspace: at("ml-team"),
        })
        .unwrap();
    console.press("r").settle();
    console.press("n").write("ml-team").press("enter").step();
    let said = "Workspace 'ml-team' is still being deleted (1 job is stuck)";
    let mut refused = failure(FailureKind::BeingDeleted, "cannot create workspace 'ml-team'");
    refused.said = Some(SafeText::new(said));
    console.answer(Answer::Sent(Err(refused))).settle();
    let identity = console.model.identity();
    let ctx = nmp_console::app::dialog::Ctx {
        store: &console.model.store,
        identity: &identity,
        server: console.model.session.info.value(),
        now: console.model.now,
    };
    let under_the_name: Vec<String> = console
        .dialog()
        .field_errors(ctx)
        .iter()
        .map(|error| error.what.to_string())
        .collect();
    assert_eq!(under_the_name, [said]);
    console.press("esc");
    assert!(console.rows().contains(&"ml-team".to_owned()));
    assert_eq!(stage(&console), "pending");
}

#[test]
fn a_name_that_is_being_deleted_is_told_while_it_is_typed() {
    let mut console = accepted(told());
    console.press("n").write("ml-team").press("enter");
    assert_eq!(
        console.problem(),
        "'ml-team' is still being deleted: its name is free again when that is done"
    );
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_question_that_fails_is_asked_again_more_seldom() {
    let mut console = accepted(told());
    let due = timer(&console);
    console.tell(Msg::Due(due));
    console.fail(failure(FailureKind::Unreachable, "connection refused"));
    let after = console.asked.iter().find_map(|effect| {
        if let Effect::After { delay, .. } = effect {
            Some(*delay)
        } else {
            None
        }
    });
    assert_eq!(after, Some(std::time::Duration::from_secs(10)));
    assert_eq!(stage(&console), "pending", "what was told last stays");
}

#[test]
fn what_is_remembered_is_the_workspace_as_it_was_and_who_may_follow() {
    let console = accepted(told());
    let [remembered] = console.remembered.as_slice() else {
        panic!("one deletion is remembered")
    };
    assert_eq!(remembered.caller, "alice@example.com");
    let workspace = &remembered.workspace;
    assert_eq!(workspace.name, at("ml-team"));
    assert_eq!(workspace.created_by.as_deref(), Some("subject-of-alice@example.com"));
}

/// What the status of the deletion of `ml-team` says where that has ended like this.
fn status_after(end: End) -> String {
    let mut console = accepted(on(Generation::Platform06));
    console.model.store.deletions_mut().conclude(&at("ml-team"), end);
    console.go_to("ml-team").press("enter");
    assert_eq!(console.title(), "Deletion status");
    let size = console.model.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.width, size.height));
    ui::view(&console.model, &Look::new(ColorDepth::Ansi16, false), &mut buffer);
    let rows = buffer.content().chunks(usize::from(size.width));
    let rows = rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn only_what_is_gone_is_said_to_be_deleted() {
    for (end, title) in [
        (End::Gone, "workspace 'ml-team' was deleted "),
        (End::Hidden, "workspace 'ml-team' was deleted "),
        (End::StillThere, "the deletion of workspace 'ml-team' was accepted "),
        (End::NotSeen, "the deletion of workspace 'ml-team' was accepted "),
    ] {
        let status = status_after(end);
        assert!(status.contains(title), "{status}");
        assert!(!status.contains("is being deleted"), "{status}");
        assert!(!status.contains("until it is gone"), "{status}");
    }
}
