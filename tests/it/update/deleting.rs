//! Deleting a workspace: what is lost is counted first, what is in the way is cleared, what goes on is followed.

use super::platform;
use crate::console::Console;
use crate::platform::{Platform, at, failure};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, ChangeTarget, Effect, Found, Msg, Query, Ticket};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::activity::LeftOver;
use nmp_console::domain::change::Change;
use nmp_console::domain::deletion::{Remembered, Stage as Dying};
use nmp_console::domain::platform::{Allowed, Deletion, Generation, Support};
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

pub(super) fn on(generation: Generation) -> Platform {
    let deletion_status = match generation {
        Generation::Helix => Support::Yes,
        Generation::Seed | Generation::Platform01 | Generation::Platform03 | Generation::Platform06 => Support::No,
        Generation::Unknown => Support::Unknown,
    };
    let platform = platform().with_things("ml-team", ResourceKind::Project, &["p1", "p2", "p3"]);
    platform.being(generation, deletion_status)
}

/// A platform whose caller made `ml-team` and so is told about its deletion.
fn told() -> Platform {
    let mut platform = on(Generation::Helix);
    platform.room("ml-team").workspace.created_by = Some("subject-of-alice@example.com".to_owned());
    platform
}

/// The console after the deletion of `ml-team` was accepted, and everything that was asked then is answered.
pub(super) fn accepted(platform: Platform) -> Console {
    let mut console = Console::open(platform);
    named(&mut console);
    console.write("ml-team").press("enter").settle();
    console
}

/// Asks for the deletion of `ml-team` until its name is wanted, whatever is known to be in the way.
fn named(console: &mut Console) {
    console.go_to("ml-team").press("d").settle();
    if console.is_editing() {
        console.press("r").settle();
    }
    assert!(console.is_confirming());
}

/// What a deletion under way is asked about next: its timer.
pub(super) fn timer(console: &Console) -> Ticket {
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

#[test]
fn counts_are_told_as_they_come() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d");
    let effect = console.unanswered.pop().expect("it is being counted");
    let mut answers = console.platform.answers(&effect);
    let (ticket, end) = answers.pop().expect("an end");
    for (ticket, answer) in answers.into_iter().take(4) {
        console.tell(Msg::Answered { ticket, answer });
    }
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    assert_eq!(form.so_far.len(), 4);
    assert!(console.is_editing());
    console.tell(Msg::Answered { ticket, answer: end });
    assert!(console.is_confirming());
}

#[test]
fn more_than_the_name_is_asked_for_what_could_not_be_counted() {
    let mut platform = on(Generation::Helix);
    platform.failing = vec![ResourceKind::Secret];
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("d").settle();
    console.write("ml-team").press("enter").settle();
    assert!(
        console.is_confirming() && console.sent.is_empty(),
        "the name alone is not enough"
    );
    console.write(" uncounted").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_service_that_is_not_installed_holds_nothing_back() {
    let mut platform = on(Generation::Helix);
    platform.absent = vec![ResourceKind::Secret];
    assert_eq!(accepted(platform).sent.len(), 1);
}

#[test]
fn a_kind_that_can_no_longer_be_counted_stops_the_deletion() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").settle();
    console.platform.failing = vec![ResourceKind::Job];
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent, []);
    assert_eq!(
        console.problem(),
        "changed since you opened this: 'ml-team' now holds jobs that can no longer be counted"
    );
}

#[test]
fn what_is_in_the_way_leads_there_and_back_with_the_name_kept() {
    let mut console = accepted(on(Generation::Seed));
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.left, [(SafeText::new("project"), 3)]);
    console.press("enter").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.rows(), ["project p1", "project p2", "project p3"]);
    console.press("d y").settle();
    assert_eq!(console.rows(), [""; 0]);
    console.press("esc").settle();
    assert!(console.is_confirming(), "counted again, and the retry is offered");
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.typed.value() == "ml-team"));
    console.press("enter").settle();
    let delete = Change::DeleteWorkspace {
        workspace: at("ml-team"),
    };
    assert_eq!(console.sent.iter().filter(|change| **change == delete).count(), 2);
    assert_eq!(console.notice(), "deleted workspace 'ml-team': confirmed");
    assert!(
        !console.rows().contains(&"ml-team".to_owned()),
        "this generation deletes at once"
    );
}

#[test]
fn trying_again_needs_no_second_typing_and_learns_what_the_server_does() {
    let mut console = accepted(on(Generation::Unknown));
    assert_eq!(console.model.deletion(), Deletion::Cascades, "it has shown it");
    let mut console = {
        console.platform = on(Generation::Seed);
        accepted(on(Generation::Seed))
    };
    console.platform.room("ml-team").things.clear();
    console.press("r").settle();
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.typed.value() == "ml-team"));
    console.press("enter").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.model.deletion(), Deletion::Refuses);
}

/// The dialog after the platform has refused for what it calls like this.
fn refused_for(words: &[&str]) -> Console {
    let mut console = Console::open(on(Generation::Seed));
    named(&mut console);
    console.write("ml-team").press("enter").step();
    let kinds = words.iter().map(|word| (SafeText::new(word), 2)).collect();
    console.answer(Answer::Sent(Err(failure(FailureKind::NotEmpty(kinds), "409"))));
    console.settle();
    console
}

#[test]
fn a_kind_nobody_knows_is_kept_verbatim_and_is_no_dead_end() {
    let mut console = refused_for(&["flying saucer"]);
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.left, [(SafeText::new("flying saucer"), 2)]);
    console.press("enter").settle();
    assert_eq!(console.title(), "Delete workspace");
    assert!(
        console.notice().contains("use the platform's CLI"),
        "{}",
        console.notice()
    );
    let mut console = refused_for(&["flying saucer", "project"]);
    console.press("enter").settle();
    assert_eq!(console.rows().len(), 3, "everything there is");
    console.press("esc").settle();
    assert_eq!(console.title(), "Delete workspace");
}

fn marked(console: &Console) -> usize {
    let Screen::Resources(state) = console.model.screen() else {
        panic!("no resources: {:?}", console.model.screen())
    };
    state.list.marked().count()
}

#[test]
fn what_will_be_refused_begins_with_what_is_in_the_way_and_asks_for_the_name_afterwards() {
    let platform = on(Generation::Seed).with_things("ml-team", ResourceKind::Fileset, &["f1"]);
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("d").settle();
    assert!(console.is_editing(), "no name to type for a refusal");
    let Form::DeleteWorkspace(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    let left: Vec<_> = form.left.iter().map(|(word, n)| (word.as_str(), *n)).collect();
    assert_eq!(left, [("project", 3), ("fileset", 1)]);
    console.press("enter").settle();
    assert_eq!((console.rows().len(), marked(&console)), (4, 4), "of all kinds, marked");
    console.press("space");
    assert_eq!(marked(&console), 3, "whoever marks is left alone");
    console.press("g space d y").settle();
    assert_eq!(console.rows(), [""; 0]);
    console.press("esc").settle();
    assert!(console.is_confirming(), "now it is empty, and its name is asked for");
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.notice(), "deleted workspace 'ml-team': confirmed");
}

#[test]
fn what_is_known_to_be_in_the_way_can_be_tried_all_the_same() {
    let mut console = Console::open(on(Generation::Seed));
    console.go_to("ml-team").press("d").settle();
    console.press("r").settle();
    assert!(console.is_confirming());
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1, "the platform decides");
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

#[test]
fn a_login_that_lies_over_the_counting_does_not_keep_the_name_from_being_asked_for() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").press("ctrl-o").settle();
    assert_eq!(console.title(), "Log in");
    console.press("esc").settle();
    assert_eq!(console.title(), "Delete workspace");
    assert!(console.is_confirming(), "{:?}", console.dialog());
}

#[test]
fn why_a_key_can_do_nothing_is_told_no_longer_than_it_is_so() {
    let mut console = Console::open(on(Generation::Helix));
    console.go_to("ml-team").press("d").press("enter");
    assert_eq!(console.notice(), "still counting its contents: wait for it to finish");
    console.settle();
    assert!(console.is_confirming());
    assert_eq!(console.notice(), "");
}
